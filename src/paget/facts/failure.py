"""Disease found after definitive treatment: where, how long after, what was documented in between.

The treatment asked about is the last definitive one of the primary that has begun. Its failure is disease
that stands on the day and was found after its end, or a status that says so; its day is that of the first
sign.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from paget.facts.after_treatment import RESIDUALS, other_origin, responses
from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.parts import Flags, one_of
from paget.plans import Plan
from paget.possible import Classes, Range, Span, Truth

PLACES: Final = ("local", "regional", "distant", "several")
MEANS: Final = ("operation", "irradiation", "other")
_FOLLOW_UP: Final = "follow-up after definitive treatment"

FACTS: Final = (
    Fact(
        "failure_detected",
        "truth",
        "Disease was found after the end of the last definitive treatment of the primary, and stands.",
        resolved_by=_FOLLOW_UP,
    ),
    Fact(
        "failure_place",
        "class",
        "Where the disease found after definitive treatment lies.",
        classes=PLACES,
        resolved_by="imaging of the treated site and staging",
    ),
    Fact(
        "last_treatment_to_failure",
        "span",
        "From the end of the last definitive treatment of the primary to the first sign of disease after it.",
        "day",
        resolved_by="day of the end of treatment and day of detection",
    ),
    Fact(
        "definitive_means",
        "class",
        "By what the primary was last treated definitively.",
        classes=MEANS,
        resolved_by="record of treatment",
    ),
    Fact(
        "definitive_residual",
        "class",
        "Residual tumour after the last definitive operation on the primary.",
        classes=RESIDUALS,
        resolved_by="pathology of the operation",
    ),
    Fact(
        "freedom_documented",
        "truth",
        "A complete response or freedom from disease was documented between the last definitive treatment "
        "and the first sign of disease after it.",
        resolved_by="status after treatment",
    ),
    Fact(
        "remnant_documented",
        "truth",
        "An incomplete response was documented after the last definitive treatment.",
        resolved_by="status after treatment",
    ),
    Fact(
        "failure_proven",
        "truth",
        "Tissue has proven the disease found after definitive treatment.",
        resolved_by="biopsy",
    ),
    Fact(
        "other_origin_documented",
        "truth",
        "A sign is documented that the new lesion is of another origin: other histology, molecular proof, or "
        "normal tissue in between.",
        resolved_by="pathology and molecular comparison",
    ),
)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    failed = shared.failures
    return (
        shared.anchors,
        failed,
        responses(shared.anchors, failed),
        other_origin(shared.sets, failed),
        shared.local_disease,
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    flag = parts.flag
    certain = flag("anchor_sure")
    end = parts.days("anchor_end", "anchor_end_latest")
    in_place = known.truth("primary_in_place")
    never = (
        ~flag("anchor_operated") & ~flag("anchor_irradiated") & ~flag("anchor_otherwise") & in_place.is_yes
    )
    excluded = ~flag("fail_may") & known.complete() & certain
    detected = Truth.where(flag("fail_yes"), excluded | never)
    first = parts.days("fail_first", "fail_last")
    yes = flag("fail_yes")
    found = Range(
        np.where(yes, first.low, -np.inf),
        np.where(yes, np.minimum(first.high, known.as_of), known.as_of),
    )
    end = Range(np.where(certain, end.low, -np.inf), np.where(certain, end.high, np.inf))
    calendar = known.calendar()
    means = [flag(f"anchor_{name}") for name in ("operated", "irradiated", "otherwise")]
    residual = [flag(f"anchor_left_{name}") for name in RESIDUALS]
    told = certain | ~(means[0] | means[1] | means[2])
    return {
        "failure_detected": FactColumn(detected),
        "failure_place": FactColumn(_place(parts.rows, flag, yes)),
        "last_treatment_to_failure": FactColumn(Span(end, found, calendar)),
        "definitive_means": FactColumn(one_of(MEANS, means, certain)),
        "definitive_residual": FactColumn(one_of(RESIDUALS, residual, certain)),
        "freedom_documented": FactColumn(parts.truth("free_yes", "free_may").given(told)),
        "remnant_documented": FactColumn(parts.truth("left_yes", "left_may").given(told)),
        "failure_proven": FactColumn(parts.truth("fail_proven", "fail_may_be_proven").given(yes)),
        "other_origin_documented": FactColumn(parts.truth("other_yes", "other_may")),
    }


def _place(rows: int, flag: Callable[[str], Flags], certain: Flags) -> Classes:
    """Where it lies; anywhere while it is not certain that there is any."""
    one = {name: (flag(f"fail_{name}"), flag(f"fail_{name}_may")) for name in PLACES[:3]}
    can = np.zeros(rows, np.uint64)
    for bit, name in enumerate(one):
        alone = one[name][1].copy()
        for other in one:
            if other != name:
                alone &= ~one[other][0]
        can |= alone * np.uint64(1 << bit)
    count = np.sum([may for _, may in one.values()], axis=0)
    can |= (count > 1) * np.uint64(8)
    return Classes(PLACES, np.where(certain & (can > 0), can, np.uint64(15)))


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
