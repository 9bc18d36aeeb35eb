"""From frames of any origin to the tables of a record: typed, checked, what cannot stand left out and listed.

The steps are those of a case: read each value, reject the row with an impossible one, fill in row ids,
reject what refers to nothing. A problem that a million rows share is listed a thousand times and counted.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Final

import polars as pl

from paget.errors import BadInput
from paget.record.columns import Table
from paget.record.frames import LIST_SCHEMA, LISTS, SCHEMAS, empty
from paget.record.links import settle
from paget.record.listing import Problems
from paget.record.problems import ImportReport, Problem
from paget.record.references import NOTHING, SHARED_ID, bare_person
from paget.record.results import COLUMN, spread_values
from paget.record.row_ids import with_row_ids
from paget.record.tables import TABLES
from paget.record.unknown import SPACES
from paget.record.whole_tables import read_table


def read_tables(written: Mapping[str, pl.DataFrame], report: ImportReport) -> dict[str, pl.DataFrame]:
    """The tables of a record from frames as they were written.

    Args:
        written: frames by table name; columns may be left out; days as day numbers, dates or ISO texts,
            optionally with a ``*_latest`` column; lists as child tables, lists, or texts with ";".
        report: gets the problems and the counts of rows.

    Raises:
        BadInput: a table or column that does not exist, or rows without any patient id; all are listed.
    """
    check_structure({name: frame.columns for name, frame in written.items()}, report.source)
    written = {name: _with_text_keys(name, frame, report.source) for name, frame in written.items()}
    problems = Problems(report)
    relative = _relative_patients(written)
    tables: dict[str, pl.DataFrame] = {}
    lists: dict[str, pl.DataFrame] = {}
    for name, table in TABLES.items():
        frame = written.get(name)
        if name != "patients":
            written.pop(name, None)  # not two copies of it, where nobody else holds it
        if frame is None or frame.is_empty():
            tables[name] = empty(name)
            for child in (f"{name}_{column.name}" for column in table.lists):
                lists[child] = empty(child)
                if child in written and written[child].height:
                    problems.add("rejected", child, "row_id", *NOTHING, written[child])
            continue
        if COLUMN in frame.columns:
            frame = spread_values(frame, problems)
        frame = _with_values(frame, table, written, problems)
        tables[name] = read_table(table, frame, relative, problems)
    tables["patients"] = _people(written, tables, relative, problems)
    _drop_strangers(tables, problems)
    given = {name for name, frame in tables.items() if frame["row_id"].null_count() < frame.height}
    for name, table in TABLES.items():
        tables[name] = _with_ids_and_lists(table, tables[name], lists, problems)
    settle(tables, lists, problems, given)
    for name in TABLES:
        report.read[name] += tables[name].height
    return {name: tables[name] if name in tables else lists[name] for name in SCHEMAS}


def check_structure(columns: Mapping[str, list[str]], source: str) -> None:
    """Refuse tables and columns that do not exist.

    Args:
        columns: the columns of each table.
        source: the file, for the message.

    Raises:
        BadInput: all that is wrong is named.
    """
    wrong: list[str] = []
    for name, found in columns.items():
        if name not in SCHEMAS:
            wrong.append(f"no table {name!r}{_near(name, list(SCHEMAS))}")
            continue
        known = list(SCHEMAS[name])
        if name in TABLES:
            known += [column.name for column in TABLES[name].lists]
            known += [COLUMN] if name == "observations" else []
        wrong += [f"{name}: no column {c!r}{_near(c, known)}" for c in found if c not in known]
        needed = LIST_SCHEMA if name in LISTS else ("patient_id",)
        wrong += [f"{name}: the column {c} is missing" for c in needed if c not in found]
    if wrong:
        raise BadInput(
            "the tables do not follow the structure of a record",
            where=source,
            why="; ".join(wrong[:20]) + (f"; and {len(wrong) - 20} more" if len(wrong) > 20 else ""),
            mend="rename or leave out what is named; the reference page lists every table and column",
        )


def _near(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f" (did you mean {near[0]}?)" if near else ""


def _with_text_keys(name: str, frame: pl.DataFrame, source: str) -> pl.DataFrame:
    """The frame with those columns as plain texts by which tables are put together."""
    for column in _KEYS & set(frame.columns):
        if name == "observations" and column == COLUMN:
            continue  # a result
        keys = frame[column]
        if keys.dtype.is_float():  # whole numbers that a blank among them turned into floats
            exact = (keys == keys.round()) & (keys.abs() <= 2.0**53)
            if bool((~exact).any()):
                raise _not_text(name, column, source)
            keys = keys.cast(pl.Int64)
        if not (keys.dtype.is_integer() or keys.dtype in (pl.String, pl.Categorical, pl.Enum, pl.Null)):
            raise _not_text(name, column, source)
        frame = frame.with_columns(keys.cast(pl.String).str.strip_chars(SPACES).alias(column))
    return frame


_KEYS: Final = frozenset({"patient_id", "row_id", "time_base", "value"})


def _not_text(name: str, column: str, source: str) -> BadInput:
    return BadInput(
        "a column that must hold texts holds something else",
        where=f"{source} {name}.{column}".strip(),
        mend="write texts or whole numbers",
    )


def _relative_patients(written: Mapping[str, pl.DataFrame]) -> pl.Series:
    """Ids of the patients whose days are relative."""
    people = written.get("patients")
    if people is None or "time_base" not in people.columns or people.is_empty():
        return pl.Series("patient_id", [], pl.String)
    base = pl.col("time_base").str.to_lowercase()
    return people.filter(base == "relative")["patient_id"].unique()


def _with_values(
    frame: pl.DataFrame, table: Table, written: Mapping[str, pl.DataFrame], problems: Problems
) -> pl.DataFrame:
    """Child tables of values gathered into list columns of their rows."""
    for column in table.lists:
        child = written.get(f"{table.name}_{column.name}")
        if child is None or child.is_empty():
            continue
        if column.name in frame.columns:
            raise BadInput(
                "values in a column and in a child table",
                where=f"{problems.report.source} {table.name}.{column.name}".strip(),
                mend="leave one of the two out",
            )
        if "row_id" not in frame.columns:
            frame = frame.with_columns(row_id=pl.lit(None, pl.String))
        key = ["row_id", "patient_id"]
        lost = child.join(frame.select(key), on=key, how="anti", maintain_order="left")
        if lost.height:
            problems.add("rejected", f"{table.name}_{column.name}", "row_id", *NOTHING, lost)
        gathered = child.group_by(key).agg(pl.col("value").alias(column.name))
        frame = frame.join(gathered, on=key, how="left", maintain_order="left")
    return frame


def _people(
    written: Mapping[str, pl.DataFrame],
    tables: dict[str, pl.DataFrame],
    relative: pl.Series,
    problems: Problems,
) -> pl.DataFrame:
    """The patients, each with at least one row: of one whose rows were impossible the person remains."""
    people = tables["patients"]
    named = written.get("patients")
    if named is None:
        found = [table.select("patient_id") for name, table in tables.items() if name != "patients"]
        ids = pl.concat(found).unique().to_series()
        if len(ids):
            what = "there is no table of patients; they are taken from the other tables"
            problems.report.problems.append(Problem("note", what, table="patients", rows=len(ids)))
    else:
        ids = named["patient_id"].unique()
    ids = ids.drop_nulls()
    ids = ids.filter(~ids.is_in(people["patient_id"].implode()) & (ids != "")).sort()
    bare = pl.DataFrame(
        [bare_person(patient_id, "") for patient_id in ids], schema_overrides={"row_id": pl.String}
    )
    if bare.height:
        people = pl.concat([people, bare.with_columns(row_id=None)], how="diagonal_relaxed")
    is_relative = pl.col("patient_id").is_in(relative.implode())
    base = pl.when(is_relative).then(pl.lit("relative")).otherwise(pl.lit("calendar"))
    return people.with_columns(time_base=base).cast(SCHEMAS["patients"])  # type: ignore[arg-type]


def _drop_strangers(tables: dict[str, pl.DataFrame], problems: Problems) -> None:
    """Reject rows of patients who are not among the patients."""
    people = tables["patients"].select("patient_id").unique()
    for name in TABLES:
        if name == "patients" or tables[name].is_empty():
            continue
        strangers = tables[name].join(people, on="patient_id", how="anti", maintain_order="left")
        if strangers.height:
            problems.add("rejected", name, "patient_id", *NOTHING, strangers)
            tables[name] = tables[name].join(people, on="patient_id", how="semi", maintain_order="left")


def _with_ids_and_lists(
    table: Table, frame: pl.DataFrame, lists: dict[str, pl.DataFrame], problems: Problems
) -> pl.DataFrame:
    """Fill in row ids as for a case, then move lists of values to their child tables."""
    if frame["row_id"].null_count():
        frame = with_row_ids(table, frame)
    if table.lists:
        frame = _drop_shared_ids(table, frame, problems)
    for column in table.lists:
        child = f"{table.name}_{column.name}"
        held = f"list {column.name}"
        if held not in frame.columns:
            lists[child] = empty(child)
            continue
        lists[child] = (
            frame.select("row_id", "patient_id", pl.col(held).alias("value"))
            .explode("value")
            .drop_nulls("value")
            .unique(maintain_order=True)
            .cast(LIST_SCHEMA)  # type: ignore[arg-type]
        )
        frame = frame.drop(held)
    return frame.select(list(SCHEMAS[table.name]))


def _drop_shared_ids(table: Table, frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Reject rows that share a row_id and differ in a list, before the lists lose their rows."""
    held = [name for name in (f"list {column.name}" for column in table.lists) if name in frame.columns]
    key = ["patient_id", "row_id"]
    shared = frame.filter(pl.struct(key).is_duplicated()) if held else frame.clear()
    if shared.is_empty():
        return frame
    texts = [pl.col(name).list.join("\x1f").fill_null("") for name in held]
    differ = shared.group_by(key).agg([text.n_unique() for text in texts])
    differ = differ.filter(pl.any_horizontal(pl.col(name) > 1 for name in held))
    rows = frame.join(differ, on=key, how="semi", maintain_order="left")
    if rows.height:
        problems.add("rejected", table.name, "row_id", *SHARED_ID, rows)
    return frame.join(differ, on=key, how="anti", maintain_order="left")
