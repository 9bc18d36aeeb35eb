"""Metastases by organ, for scores that ask of one organ and of all others: brain, liver, lung."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import possible, sure
from paget.plans import Plan, col, lit, when
from paget.possible import Range, Truth

MM_PER_CM: Final = 10.0
DIGITS: Final = 6  # a root is not written with the noise of its last digits
_STAGING: Final = "staging of all regions that the disease demands"
_BRAIN: Final = "MRI of the brain"

FACTS = (
    number("brain_lesion_count", "Brain metastases standing.", "lesion", _BRAIN),
    Fact("brain_metastasis", "truth", "A brain metastasis stands.", resolved_by=_BRAIN),
    Fact("extracranial_metastasis", "truth", "A metastasis stands outside the brain.", resolved_by=_STAGING),
    Fact("extrahepatic_metastasis", "truth", "A metastasis stands outside the liver.", resolved_by=_STAGING),
    Fact(
        "extrapulmonary_metastasis", "truth", "A metastasis stands outside the lungs.", resolved_by=_STAGING
    ),
    Fact(
        "lung_resectable",
        "truth",
        "Every lung metastasis standing can be resected, as those judge who would do it.",
        resolved_by="judgement of every lung lesion by a thoracic surgeon",
    ),
    Fact(
        "liver_margin",
        "number",
        "Margin of the resection of the liver metastases that stand; it exists only after it.",
        "mm",
        resolved_by="pathology of the liver resection",
        minimum=0,
        afterwards=True,
    ),
    number(
        "liver_tumour_burden",
        "Liver metastases as the root of the sum of squares of the largest diameter in cm and the number.",
        "",
        "measurement and count of the liver lesions",
        0.1,
    ),
)

_OUTSIDE: Final = {"extracranial": "brain", "extrahepatic": "liver", "extrapulmonary": "lung"}


def by_organ(rows: Plan) -> Plan:
    """What stands in the brain, in the lungs beyond resection, and outside each of three organs.

    Args:
        rows: lesions and sites, as :func:`paget.facts.deposits.deposits` gives them.
    """
    now = col("exists") & (col("relation") == "distant") & col("_standing")
    there = col("treat_judged").fill_null(0) > 0
    resectable = (
        when(there & (col("may_be_unresectable") == 0))
        .then(lit(True))
        .when(there & (col("may_be_resectable") == 0))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_now=now, _resectable=resectable)
    brain, lung = col("_now") & (col("organ") == "brain"), col("_now") & (col("organ") == "lung")
    rows = rows.with_columns(
        _brain_yes=sure(brain),
        _brain_may=possible(brain),
        lung_fixed_yes=sure(lung & ~col("_resectable")),
        lung_fixed_may=possible(lung & ~col("_resectable")),
        lung_there=sure(lung),
        **{f"{name}_yes": sure(col("_now") & (col("organ") != organ)) for name, organ in _OUTSIDE.items()},
        **{
            f"{name}_may": possible(col("_now") & (col("organ") != organ)) for name, organ in _OUTSIDE.items()
        },
    )
    rows = rows.with_columns(
        brain_yes=col("_brain_yes") * (1 - col("is_site")),
        brain_may=col("_brain_may") * (1 - col("is_site")),
        brain_site_yes=col("_brain_yes") * col("is_site"),
        brain_site_may=col("_brain_may") * col("is_site"),
    )
    sums = ("brain_yes", "brain_may", "brain_site_yes", "brain_site_may", "lung_there", "lung_fixed_yes",
            "lung_fixed_may", *(f"{name}_{end}" for name in _OUTSIDE for end in ("yes", "may")))  # fmt: skip
    return rows.group_by("decision").agg(*(col(name).sum() for name in sums))


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (by_organ(shared.deposits),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, complete = known.parts, known.complete()
    n, flag = parts.count, parts.flag
    low = np.maximum(n("brain_yes"), n("brain_site_yes") > 0)
    high = n("brain_may") + np.where(flag("brain_site_may"), np.inf, 0)
    closed = known.closed("brain")
    brain = Range(low, np.where(closed, np.maximum(high, low), np.inf))
    size, count = known.range("largest_liver_lesion"), known.range("liver_lesion_count")
    low_burden, high_burden = (
        np.sqrt((millimetres / MM_PER_CM) ** 2 + lesions**2).round(DIGITS)
        for millimetres, lesions in ((size.low, count.low), (size.high, count.high))
    )
    everything = ~flag("lung_fixed_may") & known.closed("chest") & flag("lung_there")
    return {
        "brain_lesion_count": FactColumn(brain),
        "brain_metastasis": FactColumn(Truth.where(low > 0, (high == 0) & closed)),
        **{
            f"{name}_metastasis": FactColumn(
                Truth.where(flag(f"{name}_yes"), ~flag(f"{name}_may") & complete)
            )
            for name in _OUTSIDE
        },
        "lung_resectable": FactColumn(Truth.where(everything, flag("lung_fixed_yes"))),
        "liver_margin": FactColumn(Range(np.zeros(parts.rows), np.full(parts.rows, np.inf))),
        "liver_tumour_burden": FactColumn(Range(low_burden, high_burden)),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
