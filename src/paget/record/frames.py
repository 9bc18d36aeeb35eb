"""The record's tables as frames: their physical columns and types, empty frames, and frames of a few cases.

A day is two integer columns, its first and last possible day. A column of several texts is a child
table with a row a value. All of it is read from the declaration of the tables.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

import polars as pl

from paget.record.cells import day_text
from paget.record.checks import bounds_of
from paget.record.columns import Column, latest
from paget.record.tables import TABLES

Rows = dict[str, list[dict[str, Any]]]

_PHYSICAL: Final[dict[str, Any]] = {
    "key": pl.String(),
    "text": pl.String(),
    "class": pl.String(),
    "day": pl.Int32(),
    "integer": pl.Int32(),
    "number": pl.Float64(),
    "truth": pl.Boolean(),
}


def _schema(columns: Iterable[Column]) -> dict[str, pl.DataType]:
    schema: dict[str, pl.DataType] = {}
    for column in columns:
        if column.kind == "texts":
            continue
        schema[column.name] = _PHYSICAL[column.kind]
        if column.kind == "day":
            schema[latest(column.name)] = pl.Int32()
    return schema


LIST_SCHEMA: Final[dict[str, pl.DataType]] = {
    "row_id": pl.String(),
    "patient_id": pl.String(),
    "value": pl.String(),
}
"""The columns of every child table of a column that holds several values."""

LISTS: Final[dict[str, tuple[str, str]]] = {
    f"{name}_{column.name}": (name, column.name) for name, table in TABLES.items() for column in table.lists
}
"""Child tables: their name, the table and the column that they belong to."""

SCHEMAS: Final[dict[str, dict[str, pl.DataType]]] = {
    **{name: _schema(table.all_columns) for name, table in TABLES.items()},
    **dict.fromkeys(LISTS, LIST_SCHEMA),
}
"""The physical columns of every table, child tables included."""


def empty(name: str) -> pl.DataFrame:
    """A table of the record without rows.

    >>> empty("sites").columns[:6]
    ['site_id', 'patient_id', 'tumour_id', 'organ', 'relation', 'laterality']
    """
    return pl.DataFrame(schema=SCHEMAS[name])


def frames_of(cases: Iterable[Rows]) -> dict[str, pl.DataFrame]:
    """The tables of a few cases, each given as canonical rows by table."""
    rows: Rows = {name: [] for name in TABLES}
    relative: dict[str, bool] = {}
    for case in cases:
        person = case["patients"][0]
        relative[person["patient_id"]] = person["time_base"] == "relative"
        for name, found in case.items():
            rows[name].extend(found)
    frames: dict[str, pl.DataFrame] = {}
    for name, table in TABLES.items():
        found = rows[name]
        if not found:
            frames[name] = empty(name)
        else:
            frames[name] = pl.DataFrame(list(_columns(name, found, relative)))
        for column in table.lists:
            frames[f"{name}_{column.name}"] = _values(found, column.name)
    return frames


def _columns(name: str, rows: list[dict[str, Any]], relative: dict[str, bool]) -> Iterator[pl.Series]:
    """The columns of a table, one after another."""
    schema = SCHEMAS[name]
    for column in TABLES[name].all_columns:
        if column.kind == "texts":
            continue
        if column.kind != "day":
            values = [row[column.name] for row in rows]
            yield pl.Series(column.name, values, schema[column.name], strict=True)
            continue
        bounds = [
            _NEITHER if (day := row[column.name]) is None else bounds_of(day, relative[row["patient_id"]])
            for row in rows
        ]
        yield pl.Series(column.name, [first for first, _ in bounds], pl.Int32)
        yield pl.Series(latest(column.name), [last for _, last in bounds], pl.Int32)


_NEITHER: Final = (None, None)


def _values(rows: list[dict[str, Any]], column: str) -> pl.DataFrame:
    found = [(row["row_id"], row["patient_id"], value) for row in rows for value in row[column]]
    return pl.DataFrame(found, schema=LIST_SCHEMA, orient="row")


def rows_of(frames: dict[str, pl.DataFrame]) -> dict[str, Rows]:
    """The canonical rows of each patient in some tables: the inverse of :func:`frames_of`."""
    people = frames["patients"]
    relative = dict(zip(people["patient_id"], people["time_base"] == "relative", strict=True))
    values: dict[tuple[str, str, str, str], list[str]] = {}
    for child, (name, column) in LISTS.items():
        for row_id, patient_id, value in frames[child].select("row_id", "patient_id", "value").iter_rows():
            values.setdefault((name, column, patient_id, row_id), []).append(value)
    cases: dict[str, Rows] = {}
    for name, table in TABLES.items():
        days = [(day, latest(day)) for day in table.days]
        lists = [column.name for column in table.lists]
        for row in frames[name].select(list(SCHEMAS[name])).iter_rows(named=True):
            patient = row["patient_id"]
            base = relative[patient]
            for day, last in days:
                low, high = row[day], row.pop(last)
                row[day] = None if low is None else day_text(low, high, base)
            for column in lists:
                row[column] = tuple(sorted(values.get((name, column, patient, row["row_id"]), ())))
            cases.setdefault(patient, {}).setdefault(name, []).append(row)
    return cases
