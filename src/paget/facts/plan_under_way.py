"""A plan of several steps that has begun and is not finished: two-stage hepatectomy, liver then lung.

Treatments that name the same plan are its steps. It is under way when one has begun and another, known by the
day, has not.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import possible, sure
from paget.plans import Plan, col, lit, when
from paget.possible import Range, Truth

_STEPS: Final = "the plan, with each of its steps"

FACTS: Final = (
    Fact(
        "plan_under_way",
        "truth",
        "A plan of several steps has begun and is not finished: a step of it that is planned has not begun.",
        resolved_by=_STEPS,
    ),
    number("plan_steps_begun", "Steps of that plan that have begun.", "", _STEPS),
    number("plan_steps_ahead", "Steps of that plan that are planned and have not begun.", "", _STEPS),
)


def under_way(dated: Plan) -> Plan:
    """Steps begun and ahead of the plans that are, or may be, under way; one row a decision.

    Args:
        dated: as :func:`paget.facts.therapy.dated` gives them.
    """
    rows = dated.filter(~col("plan_id").is_null())
    is_step = col("known") & col("of_tumour")
    rows = rows.with_columns(_begun=is_step & col("began"), _ahead=is_step & ~col("began"))
    ends = [f"{name}_{end}" for name in ("begun", "ahead") for end in ("sure", "may")]
    rows = rows.with_columns(
        begun_sure=sure(col("_begun")),
        begun_may=possible(col("_begun")),
        ahead_sure=sure(col("_ahead")),
        ahead_may=possible(col("_ahead")),
    )
    plans = rows.group_by("decision", "plan_id").agg(*(col(name).sum() for name in ends))
    plans = plans.with_columns(
        _sure=when((col("begun_sure") > 0) & (col("ahead_sure") > 0)).then(lit(1)).otherwise(lit(0)),
        _may=when((col("begun_may") > 0) & (col("ahead_may") > 0)).then(lit(1)).otherwise(lit(0)),
    ).filter(col("_may") == 1)
    return plans.group_by("decision").agg(
        under_way_sure=col("_sure").max(),
        under_way_may=col("_may").max(),
        steps_begun_low=col("begun_sure").min(),
        steps_begun_high=col("begun_may").max(),
        steps_ahead_low=col("ahead_sure").min(),
        steps_ahead_high=col("ahead_may").max(),
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    n, certain = parts.count, parts.flag("under_way_sure")

    def steps(name: str) -> FactColumn:
        low, high = n(f"steps_{name}_low"), n(f"steps_{name}_high")
        return FactColumn(Range(np.where(certain, low, 0.0), np.where(certain, high, np.inf)))

    return {
        "plan_under_way": FactColumn(Truth.where(certain, ~parts.flag("under_way_may"))),
        "plan_steps_begun": steps("begun"),
        "plan_steps_ahead": steps("ahead"),
    }


GROUP = Group(lambda sets: FACTS, lambda shared: (_plan(shared),), _formulas)


def _plan(shared: Shared) -> Plan:
    return under_way(shared.dated)
