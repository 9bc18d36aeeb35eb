"""Patients with an endpoint and the score that they had on the day of its origin."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl

from paget.assessment import evaluate
from paget.errors import BadInput
from paget.evidence.as_of_origin import ORIGINS, beside, one_day, only_one
from paget.evidence.derived import Derived, derive_endpoint
from paget.evidence.endpoint_files import OriginRule
from paget.evidence.followed import EVENT, TIME
from paget.evidence.origins import origins
from paget.knowledge import Knowledge
from paget.possible import Range
from paget.record import Record
from paget.record.columns import latest
from paget.record.follow_up import FollowUp, follow_up

LOW, HIGH = "_low", "_high"
_WHY: Final = "_why"


@dataclass(frozen=True, slots=True, eq=False)
class Scored:
    """The patients of a calibration.

    Attributes:
        derived: the endpoint.
        rows: one a patient whose score can be told: ``patient_id``, ``origin_day``, ``_time`` (days),
            ``_event`` (1 or 0), ``_low`` and ``_high`` (the scores still possible).
        dates: whether days are dates, not counted from an origin of each patient's own.
        flow: the flow of the endpoint, then why patients have no score.
        score: how it was found.
    """

    derived: Derived
    rows: pl.DataFrame
    dates: bool
    flow: dict[str, int]
    score: str


def scored(
    record: Record,
    name: str,
    endpoint: str,
    origin: str,
    *,
    overlays: Iterable[str | Path] = (),
    recorded: str | None = None,
) -> Scored:
    """Follow-up from the origin, and the score as it was known on that day.

    Args:
        record: of a registry.
        name: of the score.
        endpoint: name of an endpoint file.
        origin: name of an origin file.
        overlays: folders of a hospital's own knowledge.
        recorded: take the score from the observation of this name, as it was recorded by that day, and do
            not compute it.

    Raises:
        NotFound, BadInput: as :func:`paget.evidence.derive_endpoint`; or nothing is recorded by that name.
    """
    overlays = tuple(overlays)
    knowledge = Knowledge.load(overlays)
    derived = derive_endpoint(record, endpoint, origin, knowledge=knowledge)
    seen = follow_up(record)
    rule = OriginRule.read(knowledge, origin)
    days = one_day(seen, rule)
    if recorded is None:
        scores, dates = _computed(record, name, only_one(days), overlays)
        how = f"computed by {name} as of the day of the origin"
    else:
        scores, dates = _recorded(seen, origins(seen, rule), recorded), _has_dates(seen)
        how = f"as recorded ({recorded}) by the day of the origin"
    rows = derived.followed().frame.join(
        _collected(days).select("patient_id", ORIGINS), on="patient_id", how="left"
    )
    several = pl.col(ORIGINS) > 1
    unmatched = ~pl.col("_matched") & pl.col(_WHY).is_null()
    rows = beside(rows, scores).with_columns(
        pl.when(several)
        .then(pl.lit("more than one origin"))
        .when(unmatched)
        .then(pl.lit("none is recorded, or not for this primary"))
        .otherwise(pl.col(_WHY))
        .alias(_WHY)
    )
    lost = rows.filter(pl.col(_WHY).is_not_null()).group_by(_WHY).len().sort(_WHY)
    flow = derived.flow | {f"without a score: {why}": number for why, number in lost.rows()}
    kept = rows.filter(pl.col(_WHY).is_null()).sort("patient_id", "tumour_id")
    flow |= {"with a score": kept.height, "events among these": int(kept[EVENT].sum())}
    return Scored(derived, kept.select("patient_id", "origin_day", TIME, EVENT, LOW, HIGH), dates, flow, how)


def _collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found


def _computed(
    record: Record, name: str, days: nw.LazyFrame[Any], overlays: tuple[str | Path, ...]
) -> tuple[pl.DataFrame, bool]:
    """The score of each primary of each patient, by the rules, on the day of the origin."""
    facts, results = evaluate(record, days, overlays=overlays, only=[name])
    outcome = results[name]
    if not isinstance(outcome.value, Range):
        raise BadInput(f"{name} gives no number", where=name)
    applies = outcome.applies.sign
    frame = pl.DataFrame(
        {
            "patient_id": pl.Series(list(facts.patient_id), dtype=pl.String),
            "tumour_id": pl.Series(list(facts.tumour_id), dtype=pl.String),
            LOW: np.asarray(outcome.value.low, dtype=np.float64),
            HIGH: np.asarray(outcome.value.high, dtype=np.float64),
            _WHY: pl.Series(
                [
                    "the score is for others" if sign < 0 else _MAYBE if sign == 0 else None
                    for sign in applies
                ],
                dtype=pl.String,
            ),
        }
    )
    return frame, facts.dates is None or bool(facts.dates.all())


_MAYBE: Final = "whether the score is for them is not known"


def _recorded(seen: FollowUp, start: nw.LazyFrame[Any], name: str) -> pl.DataFrame:
    """The last value of an observation that was known by the day of the origin."""
    rows = seen.since(start, "observations")
    known = nw.max_horizontal(latest("known_day"), latest("day"))
    named = nw.col("name").str.to_lowercase() == name.lower()
    rows = rows.filter(named, known <= nw.col("origin_day"))
    last = _collected(rows.select("patient_id", "day", "low", "high"))
    if last.is_empty():
        raise BadInput(
            "no observation of that name was known by the day of the origin",
            where="--recorded",
            mend="name it as the record does",
        )
    last = last.filter(pl.col("day") == pl.col("day").max().over("patient_id"))
    values = last.group_by("patient_id", maintain_order=True).agg(
        pl.col("low").min().cast(pl.Float64).alias(LOW), pl.col("high").max().cast(pl.Float64).alias(HIGH)
    )
    return values.with_columns(
        pl.lit(None, pl.String).alias("tumour_id"),
        pl.when(pl.col(LOW).is_null() | pl.col(HIGH).is_null())
        .then(pl.lit("it is recorded without a number"))
        .alias(_WHY),
    )


def _has_dates(seen: FollowUp) -> bool:
    base = _collected(seen.view("patients").select("time_base"))["time_base"]
    return not bool((base == "relative").any())
