"""Row ids for rows without one: their key, key#2 for the next of that key, or table-1, table-2.

An id that is given is kept and never given again within the patient.
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from paget.record.columns import Table

ROW: Final = "row"


def fill_row_ids(table: Table, rows: list[dict[str, Any]]) -> None:
    """Give each row without a row_id one of its own: its key, key#2 for the next, or table-1, table-2."""
    if all(row["row_id"] is not None for row in rows):
        return
    taken = {row["row_id"] for row in rows}
    counts: dict[str, int] = {}
    for row in rows:
        if row["row_id"] is not None:
            continue
        base = row[table.key] if table.key else table.name
        while True:
            counts[base] = number = counts.get(base, 0) + 1
            name = (
                base if table.key and number == 1 else f"{base}#{number}" if table.key else f"{base}-{number}"
            )
            if name not in taken:
                break
        taken.add(name)
        row["row_id"] = name


def with_row_ids(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """A table in which every row has a row_id; its column ``row`` numbers the rows as they were written."""
    if frame["row_id"].null_count() == frame.height and table.key:
        keys = frame.select({"patient_id", table.key})
        if not keys.is_duplicated().any():
            return frame.with_columns(row_id=table.key)
    missing = pl.col("row_id").is_null()
    base = pl.col(table.key) if table.key else pl.lit(table.name)
    if table.key is None and frame["row_id"].null_count() == frame.height and _grouped(frame):
        row = pl.int_range(pl.len())
        begins = pl.col("patient_id") != pl.col("patient_id").shift(1).fill_null("")
        number = row - pl.when(begins).then(row).forward_fill() + 1
    else:
        number = pl.int_range(pl.len()).over("patient_id", base, missing) + 1
    if table.key:
        name = pl.when(number == 1).then(base).otherwise(pl.format("{}#{}", base, number))
    else:
        name = pl.format("{}-{}", base, number)
    given = frame.filter(~missing).select("patient_id", "row_id")
    frame = frame.with_columns(_filled=missing, row_id=pl.when(missing).then(name).otherwise("row_id"))
    taken = frame.filter("_filled").join(given, on=["patient_id", "row_id"], how="semi")
    return _fill_slowly(table, frame, taken["patient_id"].unique()).drop("_filled")


def _grouped(frame: pl.DataFrame) -> bool:
    """Whether the rows of each patient follow one another."""
    patients = frame["patient_id"]
    return bool(patients.rle_id().max() == patients.n_unique() - 1)


def _fill_slowly(table: Table, frame: pl.DataFrame, patients: pl.Series) -> pl.DataFrame:
    """Of the few patients who have a given row id that looks like a filled one, one by one."""
    if patients.is_empty():
        return frame
    columns = {"patient_id", "row_id", *([table.key] if table.key else [])}
    some = frame.filter(pl.col("patient_id").is_in(patients.implode()))
    renamed: dict[str, list[Any]] = {ROW: [], "row_id": []}
    for part in some.partition_by("patient_id"):
        rows = part.select(ROW, "_filled", *sorted(columns)).to_dicts()
        for row in rows:
            if row["_filled"]:
                row["row_id"] = None
        fill_row_ids(table, rows)
        renamed[ROW] += [row[ROW] for row in rows]
        renamed["row_id"] += [row["row_id"] for row in rows]
    new = pl.DataFrame(renamed, schema={ROW: pl.UInt32, "row_id": pl.String})
    return frame.update(new, on=ROW)
