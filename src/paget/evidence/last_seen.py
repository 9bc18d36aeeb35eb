"""The last day on which a patient was known alive, or disease was assessed; and which row says so."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw

from paget.evidence.endpoint_files import ASSESSED, CONTACT
from paget.record.follow_up import FollowUp

Frame = nw.LazyFrame[Any]

IMAGING: Final = ("ct", "mr", "pet-ct", "pet-mr", "endoscopy", "laparoscopy", "biopsy", "pathology")
"""Studies that can show disease."""
_ALIVE: Final = (
    ("patients", "last_contact_day"),
    ("patients", "death_day"),
    ("statuses", "day"),
    ("studies", "day"),
    ("observations", "day"),
    ("treatments", "start_day"),
    ("treatments", "end_day"),
    ("lesions", "found_day"),
    ("measurements", "day"),
    ("events", "day"),
)


def assessments(seen: FollowUp) -> Frame:
    """Days on which disease was assessed: ``patient_id, day, table, row_id, variable``."""
    statuses = _part(seen.view("statuses"), "statuses", "day")
    studies = _part(seen.view("studies").filter(nw.col("kind").is_in(IMAGING)), "studies", "day")
    return nw.concat([statuses, studies], how="vertical")


def last_day(seen: FollowUp, censored: str) -> Frame:
    """By patient the last of these days as ``last``, with ``last_table``, ``last_row``, ``last_variable``.

    Args:
        seen: the record as it stands today.
        censored: as an endpoint's file has it: at an assessment of disease, at any sign of life, or at the
            last contact as it is written.
    """
    signs = _ALIVE[:2] if censored == CONTACT else _ALIVE
    alive = [_part(seen.view(table), table, day) for table, day in signs]
    days = assessments(seen) if censored == ASSESSED else nw.concat(alive, how="vertical")
    latest = days.group_by("patient_id").agg(last=nw.col("day").max())
    # Of rows on one day the first by name, so that a result does not hang on the order of rows.
    rows = days.join(latest, on="patient_id", how="inner").filter(nw.col("day") == nw.col("last"))
    rows = rows.with_columns(_place=nw.concat_str("table", "row_id", "variable", separator="\t"))
    first = rows.group_by("patient_id").agg(_first=nw.col("_place").min())
    rows = rows.join(first, on="patient_id", how="inner").filter(nw.col("_place") == nw.col("_first"))
    return rows.select(
        "patient_id", "last", last_table="table", last_row="row_id", last_variable="variable"
    ).unique("patient_id", keep="any")


def _part(rows: Frame, table: str, day: str) -> Frame:
    return rows.select(
        "patient_id", "row_id", day=nw.col(day), table=nw.lit(table), variable=nw.lit(day)
    ).filter(~nw.col("day").is_null())
