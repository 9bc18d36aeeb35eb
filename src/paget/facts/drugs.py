"""Systemic treatment of metastases: when it began after the diagnosis, how long ago, how many cycles.

Treatment that began before the first metastasis was found is of the primary, and does not count.
"""

from __future__ import annotations

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import EARLY, LATE, early, late, possible, sure
from paget.plans import Plan, col, lit, when
from paget.possible import Range, Span, Truth
from paget.record.as_of import DECISIONS, happened

_DRUGS = "record of systemic treatment"

FACTS = (
    Fact(
        "diagnosis_to_therapy",
        "span",
        "From the diagnosis to the first systemic treatment of metastases; to the decision, where none is "
        "recorded.",
        "day",
        resolved_by=_DRUGS,
    ),
    Fact(
        "since_drugs",
        "span",
        "From the first day of systemic treatment of metastases to the decision.",
        "day",
        resolved_by=_DRUGS,
    ),
    number(
        "cycles_for_metastases",
        "Cycles of systemic treatment since the first metastasis was found, of courses that have ended.",
        "",
        _DRUGS,
    ),
)


def drugs(treatments: Plan, first_metastasis: Plan) -> Plan:
    """First day of systemic treatment since the first metastasis, whether there is one, and its cycles."""
    rows = treatments.join(first_metastasis, on="decision", how="left")
    certain = col("ever_yes").fill_null(0) > 0  # without a certain metastasis it may have been there always
    found = when(certain).then(early(col("met_first"))).otherwise(lit(EARLY))
    found_latest = when(certain).then(late(col("met_last"))).otherwise(lit(LATE))
    is_it = (
        col("known")
        & col("began")
        & col("of_tumour")
        & (col("modality") == "systemic")
        & happened(found, found_latest, early(col("_start")))
    )
    perhaps = happened(found, found_latest, late(col("_start_latest")))
    could = (
        when(col("known").fill_null(True) & perhaps.fill_null(True))
        .then(col("of_tumour").fill_null(True) & (col("modality") == "systemic").fill_null(True))
        .otherwise(lit(False))
    )
    rows = rows.with_columns(_sure=sure(is_it), _may=possible(could), _cycles=col("cycles").fill_null(0))
    rows = rows.with_columns(
        therapy_first=when(col("_may") == 1).then(early(col("_start"))).otherwise(lit(LATE)),
        therapy_last=when(col("_sure") == 1).then(late(col("_start_latest"))).otherwise(lit(LATE)),
        therapy_yes=col("_sure"),
        therapy_may=col("_may"),
        cycles_low=col("_sure") * col("_cycles"),
        cycles_high=col("_may") * col("_cycles"),
        cycles_open=col("_may") * sure(col("cycles").is_null()),
    )
    return rows.group_by("decision").agg(
        therapy_first=col("therapy_first").min(),
        therapy_last=col("therapy_last").min(),
        therapy_yes=col("therapy_yes").max(),
        therapy_may=col("therapy_may").max(),
        cycles_low=col("cycles_low").sum(),
        cycles_high=col("cycles_high").sum(),
        cycles_open=col("cycles_open").max(),
    )


def first_days(shared: Shared) -> Plan:
    """The decisions moved back to the first day of drugs for metastases, where that is one certain day."""
    begun = _drugs(shared).select("decision", "therapy_first", "therapy_last", "therapy_yes")
    rows = DECISIONS.join(begun, on="decision", how="inner")
    rows = rows.filter((col("therapy_yes") > 0) & (col("therapy_first") == col("therapy_last")))
    return rows.with_columns(as_of="therapy_first").select(*DECISIONS.columns)


def _drugs(shared: Shared) -> Plan:
    first = shared.metastases.select("decision", "met_first", "met_last", "ever_yes")
    return drugs(shared.treatments, first)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (_drugs(shared),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, today = known.parts, known.as_of
    n, flag = parts.count, parts.flag
    calendar = Truth(np.where(n("calendar") == n("calendar_2"), n("calendar"), 0).astype(np.int8))
    day = parts.days("therapy_first", "therapy_last")
    certain, perhaps = flag("therapy_yes"), flag("therapy_may")
    last = np.where(certain, np.minimum(day.high, today), today)
    first = np.where(perhaps, np.minimum(day.low, today), today)
    diagnosed = parts.days("diagnosed", "diagnosed_latest")
    begun = Range(np.where(certain, first, -np.inf), last)
    low = np.where(certain, n("cycles_low"), 0.0)
    high = np.where(certain & ~flag("cycles_open"), n("cycles_high"), np.inf)
    return {
        "diagnosis_to_therapy": FactColumn(Span(diagnosed, Range(first, last), calendar)),
        "since_drugs": FactColumn(Span(begun, Range(today, today), calendar)),
        "cycles_for_metastases": FactColumn(Range(low, np.maximum(low, high))),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
