"""A record written as a folder: a Parquet or CSV file for each table that has rows.

In CSV a day is ISO text (2024-05-31, 2024-05, 2024, or an interval with "/"), in a relative record a
number of days. A text that a spreadsheet would run as a formula (it begins with = + - @, a tab or a
line break) is written with an apostrophe in front, and so is one that begins with an apostrophe; the
reader takes it off again.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Final, Literal

import polars as pl

from paget.documents import shown
from paget.errors import BadInput
from paget.record.cells import day_text
from paget.record.columns import latest
from paget.record.frames import SCHEMAS
from paget.record.tables import TABLES

MARK: Final = "'"
_RISKY: Final = r"^[=+\-@\t\r\n']"
_MARKED: Final = r"^'[=+\-@\t\r\n']"


def escaped(text: pl.Expr) -> pl.Expr:
    """A text as it is written to CSV, so that no spreadsheet runs it.

    >>> pl.select(escaped(pl.lit("=1+1"))).item()
    "'=1+1"
    """
    return pl.when(text.str.contains(_RISKY)).then(MARK + text).otherwise(text)


def unescaped(text: pl.Expr) -> pl.Expr:
    """The inverse of :func:`escaped`."""
    return pl.when(text.str.contains(_MARKED)).then(text.str.slice(1)).otherwise(text)


def write_folder(
    tables: Mapping[str, pl.DataFrame],
    folder: Path,
    format: Literal["parquet", "csv"],  # noqa: A002
) -> None:
    """Write the tables into a new folder; nothing is left when it fails.

    Raises:
        BadInput: the folder is there already and holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise BadInput(
            "the folder is there already", where=shown(folder.name), mend="name another, or empty it"
        )
    unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
    unfinished.mkdir(parents=True)
    try:
        relative = tables["patients"].filter(pl.col("time_base") == "relative")["patient_id"].unique()
        for name in SCHEMAS:
            frame = tables[name].sort("patient_id", "row_id")
            if frame.is_empty() and name != "patients":
                continue
            if format == "parquet":
                frame.write_parquet(unfinished / f"{name}.parquet")
            else:
                written = _as_texts(name, frame, relative)
                written.write_csv(unfinished / f"{name}.csv", quote_style="non_numeric")
        if folder.exists():
            folder.rmdir()
        unfinished.rename(folder)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _as_texts(name: str, frame: pl.DataFrame, relative: pl.Series) -> pl.DataFrame:
    base = pl.col("patient_id").is_in(relative.implode())
    for day in TABLES[name].days if name in TABLES else ():
        frame = frame.with_columns(_days(frame, day, base)).drop(latest(day))
    texts = [column for column, kind in frame.schema.items() if kind == pl.String]
    truths = [column for column, kind in frame.schema.items() if kind == pl.Boolean]
    word = {column: pl.when(column).then(pl.lit("yes")).otherwise(pl.lit("no")) for column in truths}
    return frame.with_columns(
        *(escaped(pl.col(column)).alias(column) for column in texts),
        *(pl.when(pl.col(column).is_not_null()).then(text).alias(column) for column, text in word.items()),
    )


def _days(frame: pl.DataFrame, day: str, relative: pl.Expr) -> pl.Series:
    """Each different pair of days is written once."""
    pairs = frame.select(low=pl.col(day), high=pl.col(latest(day)), relative=relative)
    different = pairs.drop_nulls("low").unique()
    texts = [str(day_text(low, high, base)) for low, high, base in different.iter_rows()]
    written = different.with_columns(text=pl.Series(texts, dtype=pl.String))
    joined = pairs.join(written, on=["low", "high", "relative"], how="left", maintain_order="left")
    return joined["text"].rename(day)
