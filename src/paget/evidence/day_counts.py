"""Days of a window that were lived outside hospital, or without a treatment: fewest and most possible."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.evidence.endpoint_files import ALIVE, OriginRule
from paget.evidence.events import events
from paget.evidence.last_seen import last_day
from paget.evidence.origins import origins
from paget.evidence.queries import queries
from paget.knowledge import KnowledgeFile
from paget.record import Record
from paget.record.columns import latest
from paget.record.follow_up import FollowUp, follow_up

HOSPITAL: Final = "hospital"
OUT, BACK = "discharge", "readmission"
Frame = nw.LazyFrame[Any]


def lived_outside(record: Record, file: KnowledgeFile, start: OriginRule) -> pl.DataFrame:
    """A row an origin with ``days_low`` and ``days_high``.

    Death ends them. Days after the last day known alive may or may not have been lived so; a stay without
    a discharge, or a course without a last day, may have ended at once or gone on.

    Args:
        record: of a registry or a case.
        file: of kind ``days``; for hospital days its own queries find ``discharge`` and ``readmission``, and
            the origin is in hospital.
        start: the origin.
    """
    window, outside = file.data["within"], file.data["outside"]
    seen = follow_up(record)
    found = origins(seen, start)
    first: pl.DataFrame = found.collect("polars").to_native().sort("origin")
    died = seen.view("patients").select("patient_id", _died="death_day", _died_latest=latest("death_day"))
    begin, stop = pl.col("origin_day"), pl.col("origin_day") + window
    rows = first.join(_polars(last_day(seen, ALIVE)), on="patient_id", how="left")
    rows = rows.join(_polars(died), on="patient_id", how="left").with_columns(
        _end=pl.min_horizontal("_died", "last", stop).fill_null(begin).clip(lower_bound=begin),
        _stop=stop,
    )
    known = rows.select("origin", "patient_id", "origin_day", "_end")
    spans = _stays(seen, found, file, known) if outside == HOSPITAL else _courses(seen, known, outside)
    for name in ("sure", "possible"):
        rows = rows.join(_length(spans, known, name), on="origin", how="left")
    lived = pl.col("_end") - begin
    lost = pl.col("_died").is_null() & (pl.col("_end") < pl.col("_stop"))
    rest = pl.when(lost).then(pl.col("_stop") - pl.col("_end")).otherwise(0)
    rough = (begin != pl.col("origin_day_latest")) | (pl.col("_died") != pl.col("_died_latest")).fill_null(
        value=False
    )
    return rows.sort("origin").select(
        "patient_id",
        pl.col("origin_tumour").alias("tumour_id"),
        "origin_day",
        days_low=lived - pl.col("possible").fill_null(0),
        days_high=lived - pl.col("sure").fill_null(0) + rest,
        excluded=pl.when(rough).then(pl.lit("a day is known to a month or year only")),
    )


def _polars(frame: Frame) -> pl.DataFrame:
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found


def _stays(seen: FollowUp, found: Frame, file: KnowledgeFile, known: pl.DataFrame) -> pl.DataFrame:
    """Spans in hospital: from the origin, and from each readmission, to the next discharge."""
    own = {name: queries(given) for name, given in file.data["own"].items()}
    moves = _polars(events(seen, found, {}, own)).filter(pl.col("type").is_in([OUT, BACK]))
    moves = moves.select("origin", "day", out=pl.col("type") == OUT).sort("origin", "day", "out")
    begun = known.select("origin", day="origin_day", out=pl.lit(value=False))
    moves = pl.concat([begun, moves.select(begun.columns)]).sort("origin", "day", "out", maintain_order=True)
    following = moves.with_columns(
        _next=pl.col("day").shift(-1).over("origin"), _next_out=pl.col("out").shift(-1).over("origin")
    ).filter(~pl.col("out"))
    ended = pl.col("_next_out").fill_null(value=False)
    span = following.select(
        "origin",
        start="day",
        sure_end=pl.when(ended).then(pl.col("_next")).otherwise(pl.col("day")),
        possible_end="_next",
    )
    return span.with_columns(sure_start="start", possible_start="start")


def _courses(seen: FollowUp, known: pl.DataFrame, modality: str) -> pl.DataFrame:
    """Spans of treatments of a modality, the last day included."""
    rows = _polars(
        seen.view("treatments")
        .filter(nw.col("modality") == modality, ~nw.col("start_day").is_null())
        .select("patient_id", "start_day", "end_day", latest("start_day"), latest("end_day"))
    )
    return (
        known.select("origin", "patient_id")
        .join(rows, on="patient_id")
        .select(
            "origin",
            sure_start=latest("start_day"),
            sure_end=pl.max_horizontal(latest("start_day"), pl.col("end_day")) + 1,
            possible_start="start_day",
            possible_end=pl.col(latest("end_day")) + 1,
        )
    )


def _length(spans: pl.DataFrame, known: pl.DataFrame, name: str) -> pl.DataFrame:
    """Days of each origin that lie in at least one span, within its follow-up; a blank end is its end."""
    inside = spans.join(known, on="origin").select(
        "origin",
        low=pl.max_horizontal(f"{name}_start", "origin_day"),
        high=pl.min_horizontal(pl.col(f"{name}_end").fill_null(pl.col("_end")), "_end"),
    )
    inside = inside.filter(pl.col("high") > pl.col("low")).sort("origin", "low")
    reached = pl.col("high").cum_max().shift(1).over("origin")
    fresh = pl.col("high") - pl.max_horizontal("low", reached)
    counted = inside.with_columns(fresh.clip(lower_bound=0).alias(name))
    return counted.group_by("origin").agg(pl.col(name).sum())
