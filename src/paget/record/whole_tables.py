"""Reading all columns of a table, and leaving out the rows whose values are impossible.

The checks are those of a single row, as expressions.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from paget.record.checks import ROW_CHECKS
from paget.record.columns import Column, Table, latest
from paget.record.frames import SCHEMAS
from paget.record.listing import Problems
from paget.record.observations import OUTSIDE, ZERO, conversion, limits, unit_problem
from paget.record.problems import Problem
from paget.record.row_ids import ROW
from paget.record.rows import READERS
from paget.record.series import read_series
from paget.record.unknown import SPACES
from paget.record.vocabulary import OBSERVATION_UNITS

_BLANK: Final = ("a required value is blank", "write it")

_UNKNOWN: Final = "a word or code for unknown, read as unknown"


def read_table(table: Table, frame: pl.DataFrame, relative: pl.Series, problems: Problems) -> pl.DataFrame:
    """Read every column; leave out the rows that are impossible."""
    height = frame.height
    is_relative = among(frame["patient_id"], relative)
    columns: list[pl.Series] = []
    lists: dict[str, pl.Series] = {}
    faulty: list[tuple[str, pl.DataFrame]] = []
    for column in table.all_columns:
        if column.name not in frame.columns:
            nothing = pl.Series(column.name, [None], pl.Null).new_from_index(0, height)
            columns += _nothing(column, nothing)
            continue
        last = frame[latest(column.name)] if latest(column.name) in frame.columns else None
        read = READERS[table.name][column.name]
        reading = read_series(column, frame[column.name], read, is_relative, last)
        if table.name == "observations" and column.name == "name":
            reading = read_series(column, _known_names(reading.values), read, is_relative)
        if reading.unknown:
            problems.report.problems.append(
                Problem(
                    "unknown value", _UNKNOWN, "", table.name, "", column.name, "",
                    problems.report.source, reading.unknown,
                )
            )  # fmt: skip
        if reading.faults.height:
            faulty.append((column.name, reading.faults))
        if column.kind == "texts":
            lists[column.name] = reading.values
            continue
        columns.append(reading.values.rename(column.name))
        if reading.last is not None:
            columns.append(reading.last.rename(latest(column.name)))
    read_frame = pl.DataFrame(columns).cast(SCHEMAS[table.name])  # type: ignore[arg-type]
    if ROW in frame.columns:  # numbered before some rows were rejected
        read_frame = read_frame.with_columns(frame[ROW])
    else:
        read_frame = read_frame.with_row_index(ROW)
    bad = _list_faults(table, read_frame, faulty, problems)
    kept = read_frame.join(bad, on=ROW, how="anti", maintain_order="left")
    kept = _check_rows(table, kept, problems)
    if lists:
        kept = kept.with_columns(
            pl.DataFrame([values.rename(f"list {name}") for name, values in lists.items()])
            .with_row_index(ROW)
            .join(kept.select(ROW), on=ROW, how="semi", maintain_order="left")
            .drop(ROW)
        )
    return kept


def _nothing(column: Column, nothing: pl.Series) -> list[pl.Series]:
    if column.kind == "texts":
        return []
    if column.kind == "day":
        return [nothing, nothing.rename(latest(column.name))]
    return [nothing]


def _known_names(values: pl.Series) -> pl.Series:
    low = values.str.strip_chars(SPACES).str.to_lowercase()
    return values.zip_with(~low.is_in(list(OBSERVATION_UNITS)).fill_null(value=False), low)


def _list_faults(
    table: Table, frame: pl.DataFrame, faulty: list[tuple[str, pl.DataFrame]], problems: Problems
) -> pl.DataFrame:
    """Report impossible values and blanks where a value is required; the rows concerned."""
    bad: list[pl.DataFrame] = [pl.DataFrame(schema={ROW: pl.UInt32})]
    for column, faults in faulty:
        for (what, mend), some in faults.sort("row").group_by("what", "mend", maintain_order=True):
            rows = some.select(ROW).join(frame, on=ROW, how="left", maintain_order="left")
            problems.add("rejected", table.name, column, str(what), str(mend), rows)
        bad.append(faults.select(ROW))
    said = pl.concat(bad).unique()
    for required in table.all_columns:
        if required.required:
            blank = frame.filter(pl.col(required.name).is_null())
            if blank.height:
                fresh = blank.join(
                    pl.concat([f.select(ROW) for c, f in faulty if c == required.name] + bad[:1]),
                    on=ROW,
                    how="anti",
                )
                if fresh.height:
                    problems.add("rejected", table.name, required.name, *_BLANK, fresh)
                said = pl.concat([said, blank.select(ROW)])
    return said.unique()


class _Expressions:
    """The values of a table, as expressions."""

    def first(self, day: str) -> pl.Expr:
        return pl.col(day)

    def last(self, day: str) -> pl.Expr:
        return pl.col(latest(day))

    def number(self, column: str) -> pl.Expr:
        return pl.col(column)

    def blank(self, column: str) -> pl.Expr:
        return pl.col(column).is_null()


def _check_rows(table: Table, frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Leave out rows whose values are impossible together; the first check that fails is named."""
    checks = [check for check in ROW_CHECKS if check.table == table.name]
    for check in checks:
        fails = frame.select(check.fails(_Expressions()).fill_null(value=False)).to_series()
        if fails.any():
            problems.add("rejected", table.name, check.column, check.what, check.mend, frame.filter(fails))
            frame = frame.filter(~fails)
    if table.name == "observations":
        for (what, mend, column), wrong in _observation_faults(frame):
            rows = frame.join(wrong, on=ROW, how="semi", maintain_order="left")
            if rows.height:
                problems.add("rejected", table.name, column, what, mend, rows)
                frame = frame.join(wrong, on=ROW, how="anti", maintain_order="left")
    return frame


def _observation_faults(frame: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str], pl.DataFrame]]:
    """Observations of a known name in a wrong unit or with an impossible value; first the units."""
    known = frame.filter(pl.col("name").is_in(list(OBSERVATION_UNITS)))
    units = known.select("name", "unit").unique()
    judged: list[tuple[Any, ...]] = []
    faults: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for name, symbol in units.iter_rows():
        usable, factor = conversion(name, symbol)
        if fault := unit_problem(name, usable):
            faults.setdefault(fault, []).append({"name": name, "unit": symbol})
        else:
            judged.append((name, symbol, factor if usable == "yes" else 1.0, *limits(name, usable)))
    for fault, wrong in faults.items():
        some = pl.DataFrame(wrong, schema={"name": pl.String, "unit": pl.String})
        yield fault, known.join(some, on=["name", "unit"], how="semi", nulls_equal=True).select(ROW)
    kinds = {"name": pl.String, "unit": pl.String, "factor": pl.Float64}
    kinds |= {"least": pl.Float64, "most": pl.Float64, "zero": pl.Boolean}
    usable_units = pl.DataFrame(judged, schema=kinds, orient="row")
    judged_rows = known.join(usable_units, on=["name", "unit"], nulls_equal=True)
    zero = (pl.col("high") == 0) & ~pl.col("zero")
    yield ZERO, judged_rows.filter(zero).select(ROW)
    low, high = pl.col("low") * pl.col("factor"), pl.col("high") * pl.col("factor")
    outside = pl.any_horizontal(
        low < pl.col("least"), high < pl.col("least"), low > pl.col("most"), high > pl.col("most")
    )
    yield OUTSIDE, judged_rows.filter(outside & ~zero.fill_null(value=False)).select(ROW)


def among(patients: pl.Series, some: pl.Series) -> pl.Series:
    """Whether each patient is one of some."""
    if some.is_empty():
        return pl.Series([False]).new_from_index(0, len(patients))
    return patients.is_in(some.implode()).fill_null(value=False)
