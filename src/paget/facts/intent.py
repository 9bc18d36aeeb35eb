"""The operation of the day or the next one planned: its aim, what it addresses and leaves, its plan."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.ahead import AIMS, TARGETS, addressed_ahead, described, left_behind, margins, steps
from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.parts import Flags, Parts, one_of
from paget.facts.rowwise import LATE
from paget.plans import Plan
from paget.possible import Classes, Range, Span, Truth

_PLAN: Final = "the plan: what the operation addresses and what its other steps are"

FACTS: Final = (
    Fact(
        "operation_ahead",
        "truth",
        "The record holds an operation of the decision day, or one that is planned for later.",
        resolved_by=_PLAN,
    ),
    Fact("operation_aim", "class", "What it is for.", classes=AIMS, resolved_by=_PLAN),
    Fact("operation_target", "class", "Which disease it addresses.", classes=TARGETS, resolved_by=_PLAN),
    Fact("operation_on_metastases", "truth", "It addresses metastases.", resolved_by=_PLAN),
    Fact(
        "operation_on_failure",
        "truth",
        "It addresses disease that was found after definitive treatment.",
        resolved_by=_PLAN,
    ),
    Fact(
        "operation_covers_all", "truth", "It addresses all disease that is known to stand.", resolved_by=_PLAN
    ),
    Fact(
        "plan_covers_all",
        "truth",
        "It and the other steps of its plan address all disease that is known to stand.",
        resolved_by=_PLAN,
    ),
    Fact("operation_in_plan", "truth", "It is a step of a plan.", resolved_by=_PLAN),
    Fact(
        "definitive_in_plan",
        "truth",
        "A definitive treatment that has begun is a step of the same plan.",
        resolved_by=_PLAN,
    ),
    number("operation_step", "Which step of its plan it is.", "", _PLAN),
    number("plan_step_count", "Steps of its plan that are known.", "", _PLAN),
    Fact(
        "operation_at_positive_margin",
        "truth",
        "The last operation left a positive margin (R1 or R2), and this one addresses the same kind.",
        resolved_by="pathology of the last operation",
    ),
    Fact(
        "positive_margin_to_operation",
        "span",
        "From the last operation to this one.",
        "day",
        resolved_by="days of both operations",
    ),
)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (
        described(shared.ahead),
        steps(shared.plan_steps, shared.definitive),
        addressed_ahead(shared.aimed_at, shared.signs),
        left_behind(shared.deposits, shared.aimed_at, shared.plan_steps),
        margins(shared.treatments, shared.aims),
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    flag = parts.flag
    certain = flag("ahead_sure") & flag("ahead_it")
    in_plan = parts.truth("ahead_in_plan", "ahead_may_be_in_plan").given(certain)
    aims = [flag(f"ahead_{name}") for name in AIMS]
    alone = _covers(known, "alone")
    whole = _covers(known, "plan")
    no_plan = whole.is_no & in_plan.is_no  # a plan may hold more steps than are written
    margin = (parts.truth("margin_distant", "margin_distant_may") & _distant(parts)) | (
        parts.truth("margin_here", "margin_here_may") & _here(parts)
    )
    definitive = Truth.where(flag("steps_definitive"), ~flag("steps_may_be_definitive") | in_plan.is_no)
    return {
        "operation_ahead": FactColumn(parts.truth("ahead_sure", "ahead_may")),
        "operation_aim": FactColumn(one_of(AIMS, aims, certain)),
        "operation_target": FactColumn(_target(parts, certain)),
        "operation_on_metastases": FactColumn(_distant(parts).given(certain)),
        "operation_on_failure": FactColumn(_on_failure(parts).given(certain)),
        "operation_covers_all": FactColumn(alone.given(certain)),
        "plan_covers_all": FactColumn(Truth.where(whole.is_yes, no_plan).given(certain)),
        "operation_in_plan": FactColumn(in_plan),
        "definitive_in_plan": FactColumn(definitive.given(certain)),
        "operation_step": FactColumn(_step(parts, certain)),
        "plan_step_count": FactColumn(_steps(parts, certain, in_plan)),
        "operation_at_positive_margin": FactColumn(margin.given(certain)),
        "positive_margin_to_operation": FactColumn(_since_margin(known)),
    }


def _by_default(parts: Parts) -> Flags:
    """Where nobody wrote what a definitive operation addresses: the primary and its region."""
    return parts.flag("ahead_definitive") & ~parts.flag("target_rows")


def _distant(parts: Parts) -> Truth:
    """Whether it addresses metastases."""
    flag, listed = parts.flag, parts.flag("target_listed")
    none = (listed & ~flag("target_distant_may")) | _by_default(parts)
    return Truth.where(flag("target_distant"), none)


def _here(parts: Parts) -> Truth:
    """Whether it addresses the primary or its region."""
    flag, listed = parts.flag, parts.flag("target_listed")
    certain = flag("target_primary") | flag("target_local") | flag("target_regional")
    may_be = flag("target_primary_may") | flag("target_local_may") | flag("target_regional_may")
    return Truth.where(certain | _by_default(parts), listed & ~may_be)


def _target(parts: Parts, certain: Flags) -> Classes:
    """The kind of disease that it addresses."""
    flag, listed = parts.flag, parts.flag("target_listed")
    yes = [flag(f"target_{name}") for name in TARGETS[:-1]]
    may = [flag(f"target_{name}_may") for name in TARGETS[:-1]]
    can = [one & ~np.any(yes[:place] + yes[place + 1 :], axis=0) for place, one in enumerate(may)]
    can.append(np.sum(may, axis=0) > 1)
    default = _by_default(parts)
    bits = [(listed & one) | (default & (place < len(can) - 2)) for place, one in enumerate(can)]
    return one_of(TARGETS, bits, certain & (listed | default))


def _on_failure(parts: Parts) -> Truth:
    """Whether it addresses disease found after definitive treatment."""
    flag, listed, default = parts.flag, parts.flag("target_listed"), _by_default(parts)
    none = flag("anchor_sure") & ~flag("fail_may")
    here = flag("fail_local") | flag("fail_regional")
    here_may = flag("fail_local_may") | flag("fail_regional_may")
    return Truth.where(
        flag("target_failure") | (default & here),
        none | (listed & ~flag("target_failure_may")) | (default & ~here_may),
    )


def _covers(known: Known, name: str) -> Truth:
    """Whether all that stands is addressed; open while something is stated that nobody wrote down."""
    parts = known.parts
    flag, listed, default = parts.flag, parts.flag("target_listed"), _by_default(parts)
    unseen = (flag("distant_possible") | flag("m1_possible")) & ~flag("ever_yes")
    no_primary = ~flag("anchor_sure") & ~flag("left_here") & ~_here(parts).is_yes  # it may stand unwritten
    every = (listed & ~flag(f"left_{name}_may")) | (default & ~flag(f"left_{name}_distant_may"))
    return Truth.where(every & ~unseen & ~no_primary, listed & flag(f"left_{name}"))


def _step(parts: Parts, certain: Flags) -> Range:
    n = parts.count
    high = np.where(n("ahead_stage_high") >= LATE, np.inf, n("ahead_stage_high"))
    return Range(np.where(certain, n("ahead_stage"), 0), np.where(certain, high, np.inf))


def _steps(parts: Parts, certain: Flags, in_plan: Truth) -> Range:
    """At least those on record; a plan may have more."""
    n = parts.count
    low = np.maximum(n("steps_yes") + 1, np.maximum(n("steps_last"), n("ahead_stage")))
    low = np.where(certain & in_plan.is_yes, low, 0)
    return Range(low, np.where(certain & in_plan.is_no, 0, np.inf))


def _since_margin(known: Known) -> Span:
    parts = known.parts
    last, day = parts.days("margin_day", "margin_day_latest"), parts.days("ahead_day", "ahead_day_latest")
    certain = parts.flag("margin_any")
    start = Range(np.where(certain, last.low, -np.inf), np.where(certain, last.high, np.inf))
    some = parts.flag("ahead_sure") & parts.flag("ahead_it")
    end = Range(np.where(some, day.low, -np.inf), np.where(some, day.high, np.inf))
    return Span(start, end, known.calendar())


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
