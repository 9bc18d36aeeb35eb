"""The three intervals: diagnosis to metastasis, disease-free, treatment to failure."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.parts import Flags, Numbers, Parts
from paget.plans import Plan
from paget.possible import Range, Span, Truth

_DATES: Final = "day of the operation on the primary, its margin, and day of detection"

FACTS = (
    Fact(
        "diagnosis_to_metastasis",
        "span",
        "From the diagnosis of the primary to the first metastasis.",
        "day",
        resolved_by="day of diagnosis and day of detection",
    ),
    Fact(
        "disease_free_interval",
        "span",
        "From the end of the last local curative treatment of the primary to the "
        "first detection of a metastasis; 0 when the metastasis was there before that end.",
        "day",
        resolved_by=_DATES,
    ),
    Fact(
        "local_failure",
        "truth",
        "Local or regional disease was found after the first definitive treatment.",
        resolved_by="follow-up of the treated site",
    ),
    Fact(
        "treatment_to_failure",
        "span",
        "From the end of the first definitive treatment to the first local or "
        "regional disease found after it.",
        "day",
        resolved_by="follow-up of the treated site",
    ),
)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return shared.metastases, shared.origins, shared.local_disease


def _formulas(known: Known) -> dict[str, FactColumn]:
    """The three intervals: diagnosis to metastasis, disease-free, treatment to failure."""
    parts, as_of = known.parts, known.as_of
    n, flag = parts.count, parts.flag
    calendar = Truth(np.where(n("calendar") == n("calendar_2"), n("calendar"), 0).astype(np.int8))
    found = flag("ever_yes")
    met = _event(parts.days("met_first", "met_last"), found, as_of)
    diagnosed = parts.days("diagnosed", "diagnosed_latest")
    start, finish = _disease_free(parts, met, diagnosed)
    failure = _event(parts.days("failure_first", "failure_last"), flag("failure_yes"), as_of)
    first_end = parts.days("first_end", "first_end_latest")
    return {
        "diagnosis_to_metastasis": FactColumn(Span(diagnosed, met, calendar), met),
        "disease_free_interval": FactColumn(Span(start, finish, calendar), met),
        "local_failure": FactColumn(Truth.where(flag("failure_yes"), ~flag("failure_may") & known.staged())),
        "treatment_to_failure": FactColumn(Span(first_end, failure, calendar)),
    }


def _event(days: Range, certain: Flags, as_of: Numbers) -> Range:
    """The day of an event: any day until the decision where it is not certain that there was one."""
    return Range(np.where(certain, days.low, -np.inf), np.where(certain, np.minimum(days.high, as_of), as_of))


def _disease_free(parts: Parts, met: Range, diagnosed: Range) -> tuple[Range, Range]:
    """First and last day of the disease-free interval.

    It starts with the end of the last definitive treatment of the primary that began before the first
    metastasis, where that left no tumour, or with the diagnosis where that came later (decision 0015); where
    it is not certain it may start as late as the metastasis, which is an interval of 0. It is 0 where the
    metastasis was there before the primary was cleared.
    """
    flag = parts.flag
    certain, possible = flag("origin_sure"), flag("origin_possible")
    end = parts.days("end_low", "end_high")
    kept = flag("kept_all") & flag("earlier_control") & ~flag("failure_may")
    controlled = flag("control_all") | kept
    least = np.where(flag("any_plan_sure"), parts.day("end_least"), -np.inf)
    low = np.maximum(np.where(certain, end.low, least), diagnosed.low)
    high = np.where(certain & controlled, np.maximum(end.high, diagnosed.high), np.inf)
    never_controlled = certain & ~flag("control_none")
    before_treatment = ~possible & (flag("later_sure") | flag("primary_yes"))
    zero = flag("ever_yes") & (never_controlled | before_treatment)
    start = Range(np.where(zero, met.high, np.minimum(low, met.high)), np.where(zero, met.high, high))
    finish = Range(np.where(zero, met.high, met.low), met.high)
    return start, finish


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
