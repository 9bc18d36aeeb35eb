"""How often disease was assessed during the follow-up of each row of a derived endpoint."""

from __future__ import annotations

from dataclasses import replace

import polars as pl

from paget.evidence.derived import Derived
from paget.evidence.followed import Followed
from paget.evidence.last_seen import assessments
from paget.record import Record
from paget.record.follow_up import follow_up

ASSESSMENTS = "assessments"


def with_assessments(record: Record, derived: Derived) -> Followed:
    """A derived endpoint, followed, with the number of assessments, so that the guard can compare groups.

    An assessment is a status or a study that can show disease, on a day after the origin up to the end of
    follow-up; two on one day are one.

    Args:
        record: from which the endpoint was derived.
        derived: the endpoint.

    Raises:
        BadInput: a row of which the time is an interval.
    """
    followed = derived.followed()
    days: pl.DataFrame = (
        assessments(follow_up(record)).select("patient_id", "day").collect("polars").to_native().unique()
    )
    spans = followed.frame.select("_id", "patient_id", "origin_day", "end_day")
    counted = (
        spans.join(days, on="patient_id")
        .filter(pl.col("day") > pl.col("origin_day"), pl.col("day") <= pl.col("end_day"))
        .group_by("_id")
        .agg(pl.len().cast(pl.Int64).alias(ASSESSMENTS))
    )
    frame = followed.frame.join(counted, on="_id", how="left", maintain_order="left")
    frame = frame.with_columns(pl.col(ASSESSMENTS).fill_null(0))
    return replace(followed, frame=frame, about=replace(followed.about, assessments=ASSESSMENTS))
