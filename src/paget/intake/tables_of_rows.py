"""Completes the tables made through a mapping: columns, keys and row ids, child tables, every patient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import polars as pl

from paget.intake.mapping import FlatMapping
from paget.record.columns import Table
from paget.record.frames import LIST_SCHEMA, SCHEMAS
from paget.record.tables import TABLES

_WHO = "patient_id"


def complete_tables(
    made: Mapping[str, Sequence[pl.DataFrame]], mapping: FlatMapping
) -> dict[str, pl.DataFrame]:
    """The tables of a record from the rows that a mapping made.

    Args:
        made: by table, the frames of its items.
        mapping: says the time base.

    Returns:
        Every table that has rows, in its physical columns, and the child tables of lists.
    """
    tables: dict[str, pl.DataFrame] = {}
    for name, frames in made.items():
        table = TABLES[name]
        frame = pl.concat(frames, how="diagonal_relaxed")
        if name == "patients":
            continue
        frame = _with_row_ids(_with_keys(frame, table), table)
        tables |= _lists(frame, table)
        tables[name] = _in_columns(frame, name)
    people = pl.concat(made["patients"], how="diagonal_relaxed")
    others = [frame.select(_WHO) for frame in tables.values() if not frame.is_empty()]
    if others:
        strangers = (
            pl.concat(others)
            .unique(maintain_order=True)
            .join(people, on=_WHO, how="anti", maintain_order="left")
        )
        people = pl.concat([people, strangers], how="diagonal_relaxed")
    people = people.with_columns(time_base=pl.lit(mapping.time_base))
    return {"patients": _in_columns(_with_row_ids(people, TABLES["patients"]), "patients"), **tables}


def _with_keys(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows without a key get one: the first site of a patient is site-1."""
    if table.key is None:
        return frame
    word = table.key.removesuffix("_id")
    number = _number_of_patient(frame)
    made = pl.concat_str(pl.lit(f"{word}-"), number)
    given = pl.col(table.key) if table.key in frame.columns else pl.lit(None, pl.String)
    return frame.with_columns(pl.coalesce(given, made).alias(table.key))


def _with_row_ids(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Row ids, unique in the table: the patient and the key, or a number."""
    if table.name == "patients":
        base = pl.col(_WHO)
    elif table.key:
        base = pl.concat_str(_WHO, pl.lit("/"), table.key)
    else:
        base = pl.concat_str(_WHO, pl.lit(f"/{table.name}-"), _number_of_patient(frame))
    given = pl.col("row_id") if "row_id" in frame.columns else pl.lit(None, pl.String)
    frame = frame.with_columns(row_id=pl.coalesce(given, base))
    if frame["row_id"].is_duplicated().any():
        time = pl.int_range(1, pl.len() + 1).over("row_id")
        again = pl.concat_str("row_id", pl.lit("#"), time)
        frame = frame.with_columns(row_id=pl.when(time > 1).then(again).otherwise("row_id"))
    return frame


def _number_of_patient(frame: pl.DataFrame) -> pl.Series:
    """1, 2, 3 for the rows of each patient, in their order."""
    place = pl.int_range(pl.len())
    starts = (pl.col(_WHO) != pl.col(_WHO).shift()).fill_null(value=True)
    if int(frame.select(starts.sum()).item()) > frame[_WHO].n_unique():  # rows of a patient lie apart
        return frame.select((place + 1).over(_WHO)).to_series()
    return frame.select(place - pl.when(starts).then(place).forward_fill() + 1).to_series()


def _lists(frame: pl.DataFrame, table: Table) -> dict[str, pl.DataFrame]:
    children = {}
    for column in table.lists:
        if column.name in frame.columns:
            rows = frame.select("row_id", _WHO, value=pl.col(column.name)).explode(
                "value", empty_as_null=True
            )
            rows = rows.filter(pl.col("value").is_not_null())
            children[f"{table.name}_{column.name}"] = rows.cast(pl.Schema(LIST_SCHEMA))
    return children


def _in_columns(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    schema = SCHEMAS[name]
    missing = [
        pl.lit(None, kind).alias(column) for column, kind in schema.items() if column not in frame.columns
    ]
    return frame.with_columns(missing).select(list(schema)).cast(pl.Schema(schema))
