"""The day from an origin on which something else began, by the rule of another origin file."""

from __future__ import annotations

from dataclasses import replace

import narwhals as nw
import polars as pl

from paget.evidence.endpoint_files import OriginRule
from paget.evidence.followed import TIME
from paget.evidence.origins import origins
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.follow_up import follow_up


def days_of_beginning(
    record: Record, knowledge: Knowledge, name: str, rows: pl.DataFrame, column: str
) -> tuple[pl.DataFrame, int]:
    """Beside each origin the first day of another rule after it, and by the end of follow-up.

    Every row that the rule allows counts, not the first of a patient alone: so a second operation is found.

    Args:
        record: of the rows.
        knowledge: in force.
        name: of the other origin's file.
        rows: with ``patient_id``, ``origin_day`` and ``_time``.
        column: name of the new column: days from the origin; blank where it never began.

    Returns:
        The rows, and of how many patients the day is known to a month only.
    """
    rule = replace(OriginRule.read(knowledge, name), which="each")
    found = origins(follow_up(record), rule)
    days: pl.DataFrame = (
        found.select("patient_id", _began=nw.col("origin_day"), _began_latest=nw.col("origin_day_latest"))
        .collect("polars")
        .to_native()
    )
    key = "_place"
    placed = rows.with_row_index(key)
    later = placed.select(key, "patient_id", "origin_day", TIME).join(days, on="patient_id")
    later = later.filter(pl.col("_began_latest") > pl.col("origin_day"))
    rough = later.filter(pl.col("_began") != pl.col("_began_latest"))["patient_id"].n_unique()
    later = later.with_columns((pl.col("_began") - pl.col("origin_day")).cast(pl.Float64).alias(column))
    first = later.filter(pl.col(column) <= pl.col(TIME)).group_by(key).agg(pl.col(column).min())
    return placed.join(first, on=key, how="left", maintain_order="left").drop(key), rough
