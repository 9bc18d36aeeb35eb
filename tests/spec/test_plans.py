"""Plans: each operation by a hand-made table, on lists and on every engine, and what a plan refuses."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from paget.plans import Plan, coalesce, col, concat, lit, source, when
from paget.plans.in_memory import Program
from paget.plans.on_engine import on_engine
from paget.plans.on_polars import PolarsProgram

YES, NO, BLANK = True, False, None

VISITS = {
    "patient": ["a", "a", "b", "c", None],
    "day": [3, 1, None, 7, 5],
    "mm": [10.0, None, 4.0, 52.0, 1.0],
    "certain": [YES, BLANK, NO, YES, BLANK],
}
PEOPLE = {"patient": ["a", "b", "b", "d", None], "sex": ["f", "m", None, "f", "f"]}
TABLES = {"visits": VISITS, "people": PEOPLE}
KINDS = {"patient": pl.String, "day": pl.Int32, "mm": pl.Float64, "certain": pl.Boolean, "sex": pl.String}
visits, people = (source(name, columns) for name, columns in TABLES.items())


def in_memory(plan: Plan) -> list[tuple[Any, ...]]:
    found = Program(plan).run(TABLES)[0]
    return list(zip(*(found[name] for name in plan.columns), strict=True))


def frame_of(name: str) -> pl.DataFrame:
    columns = TABLES[name]
    return pl.DataFrame(columns, schema={column: KINDS[column] for column in columns})


def on_polars(plan: Plan) -> list[tuple[Any, ...]]:
    tables = {name: nw.from_native(frame_of(name).lazy()) for name in TABLES}
    frame: pl.DataFrame = on_engine([plan], tables)[0].collect("polars").to_native()
    return frame.select(plan.columns).rows()


def on_polars_itself(plan: Plan) -> list[tuple[Any, ...]]:
    frame = PolarsProgram(plan).run({name: frame_of(name).lazy() for name in TABLES})[0]
    return frame.select(plan.columns).rows()


def on_duckdb(plan: Plan) -> list[tuple[Any, ...]]:
    with duckdb.connect() as connection:
        for name in TABLES:
            connection.register(f"{name}_arrow", frame_of(name).to_arrow())
            connection.execute(f"CREATE TABLE {name} AS SELECT * FROM {name}_arrow")
        tables = {name: nw.from_native(connection.table(name)) for name in TABLES}
        frame: pl.DataFrame = on_engine([plan], tables)[0].collect("polars").to_native()
        return frame.select(plan.columns).rows()


EVERY_ENGINE = pytest.mark.parametrize("run", [in_memory, on_polars, on_polars_itself, on_duckdb])


def in_order(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    return sorted(rows, key=repr)


TRUTHS = [YES, NO, BLANK]
CASES = {
    "arithmetic with a blank is blank": (
        visits.select("day", found=col("day") * 2 + 1 - col("mm")),
        [(3, -3.0), (1, None), (None, None), (7, -37.0), (5, 10.0)],
    ),
    "a number less a column": (
        visits.select(left=1 - col("day")),
        [(-2,), (0,), (None,), (-6,), (-4,)],
    ),
    "comparisons": (
        visits.select(
            "day",
            above=col("day") > 3,
            at_least=col("day") >= 3,
            below=col("day") < 3,
            at_most=col("day") <= 3,
            same=col("day") == 3,
            other=col("day") != 3,
        ),
        [
            (3, NO, YES, NO, YES, YES, NO),
            (1, NO, NO, YES, YES, NO, YES),
            (None, BLANK, BLANK, BLANK, BLANK, BLANK, BLANK),
            (7, YES, YES, NO, NO, NO, YES),
            (5, YES, YES, NO, NO, NO, YES),
        ],
    ),
    "blank, not blank, one of some, the first that is not blank": (
        visits.select(
            empty=col("day").is_null(),
            not_certain=~col("certain"),
            among=col("day").is_in([1, 7]),
            first=coalesce(col("day"), lit(-1)),
            filled=col("day").fill_null(-1),
        ),
        [
            (NO, NO, NO, 3, 3),
            (NO, BLANK, YES, 1, 1),
            (YES, YES, BLANK, -1, -1),
            (NO, NO, YES, 7, 7),
            (NO, BLANK, NO, 5, 5),
        ],
    ),
    "a branch is taken where its condition is true, not where it is blank": (
        visits.select(
            size=when(col("mm") > 50).then(lit("large")).when(col("mm") > 5).then(lit("middle")),
            is_sure=when(col("certain")).then(lit(1)).otherwise(lit(0)),
            is_blank=when(col("certain")).then(lit(YES)).otherwise(lit(None, "truth")),
        ),
        [("middle", 1, YES), (None, 0, None), (None, 0, None), ("large", 1, YES), (None, 0, None)],
    ),
    "a filter keeps what is true": (visits.filter(col("certain")).select("day"), [(3,), (7,)]),
    "new values are made from old ones": (
        visits.with_columns(day=col("day") + 1, before="day").select("day", "before"),
        [(4, 3), (2, 1), (None, None), (8, 7), (6, 5)],
    ),
    "a constant for each row": (visits.with_columns(one=lit(1)).select("one"), [(1,)] * 5),
    "an inner join: each pair, and no blank key": (
        visits.join(people, on="patient", how="inner").select("patient", "day", "sex"),
        [("a", 3, "f"), ("a", 1, "f"), ("b", None, "m"), ("b", None, None)],
    ),
    "a left join keeps every row": (
        visits.join(people, on="patient", how="left").select("patient", "day", "sex"),
        [("a", 3, "f"), ("a", 1, "f"), ("b", None, "m"), ("b", None, None), ("c", 7, None), (None, 5, None)],
    ),
    "a join on two keys": (
        visits.join(
            visits.select("patient", "day", twice=col("mm") * 2), on=["patient", "day"], how="left"
        ).select("patient", "twice"),
        [("a", 20.0), ("a", None), ("b", None), ("c", 104.0), (None, None)],
    ),
    "groups: smallest, largest, sum; blanks are left out; a blank key is a group": (
        visits.with_columns(size=col("mm").fill_null(0.0))
        .group_by("patient")
        .agg(first=col("day").min(), last=col("day").max(), total=col("size").sum()),
        [("a", 1, 3, 10.0), ("b", None, None, 4.0), ("c", 7, 7, 52.0), (None, 5, 5, 1.0)],
    ),
    "one row of each": (people.unique("sex").select("sex"), [("f",), ("m",), (None,)]),
    "one below the other": (
        concat([visits.select(who="patient"), people.select(who="patient")]),
        [("a",), ("a",), ("b",), ("c",), (None,), ("a",), ("b",), ("b",), ("d",), (None,)],
    ),
    "rename and drop": (
        visits.rename({"mm": "size"}).drop("day", "certain"),
        [("a", 10.0), ("a", None), ("b", 4.0), ("c", 52.0), (None, 1.0)],
    ),
}


@EVERY_ENGINE
@pytest.mark.parametrize("what", CASES)
def test_operations(what: str, run: Any) -> None:
    plan, expected = CASES[what]
    assert in_order(run(plan)) == in_order(expected)


@EVERY_ENGINE
def test_kleene(run: Any) -> None:
    """And is the lesser of two truths, or the greater, of no < unknown < yes."""
    order = [NO, BLANK, YES]
    marks = source("visits", ["certain"])
    left = concat([marks.select(a="certain", key=lit(1)), marks.select(a=lit(NO), key=lit(1))])
    right = left.select("key", b="a")
    found = run(
        left.join(right, on="key", how="inner").select(
            "a", "b", both=col("a") & col("b"), one=col("a") | col("b")
        )
    )
    assert {row[:2] for row in found} == {(a, b) for a in TRUTHS for b in TRUTHS}
    for a, b, both, one in found:
        assert both is min(a, b, key=order.index)
        assert one is max(a, b, key=order.index)


@EVERY_ENGINE
def test_without_rows(run: Any) -> None:
    nobody = visits.filter(col("mm") > 1000)
    joined = nobody.join(people, on="patient", how="left").group_by("patient").agg(col("day").max())
    assert run(joined) == []


def test_a_step_that_several_need_is_computed_once() -> None:
    asked = []
    large = visits.filter(col("mm") > 5)
    plan = concat([large.select("day"), large.select("day")])
    tables = {"visits": nw.from_native(frame_of("visits").lazy())}

    def hold(frame: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
        asked.append(frame)
        return frame.collect().lazy()

    rows = on_engine([plan], tables, hold)[0].collect("polars").to_native().rows()
    assert in_order(rows) == [(3,), (3,), (7,), (7,)]
    assert len(asked) == 1


def test_a_column_that_is_not_there_is_refused_when_written() -> None:
    with pytest.raises(ValueError, match="no column size here; there are patient, day, mm, certain"):
        visits.filter(col("size") > 1)
    with pytest.raises(ValueError, match="no column weight"):
        visits.group_by("patient").agg(col("weight").max())
    with pytest.raises(ValueError, match="both sides of a join have a column day"):
        visits.join(visits, on="patient", how="left")
    with pytest.raises(ValueError, match="columns differ"):
        concat([visits, people])


def test_a_mistake_of_writing_is_refused() -> None:
    with pytest.raises(TypeError, match="no truth of its own"):
        bool(col("day") > 1)
    with pytest.raises(TypeError, match="a blank needs a kind"):
        lit(None)
    with pytest.raises(TypeError, match="cannot hold a list"):
        col("day").fill_null([1])  # type: ignore[arg-type]
