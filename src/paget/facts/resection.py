"""Whether all that stands can be resected with a clear margin, and the signs that speak against it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.judged import KEYS, subjects
from paget.facts.rowwise import latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range, Truth
from paget.record.as_of import as_of

FULL_CIRCLE: Final = 360.0
_JUDGED: Final = "judgement of every lesion by those who would resect it"

FACTS = (
    number(
        "lesions_to_clear",
        "Lesions standing, of the primary, its bed, its region and distant.",
        "lesion",
        "staging of all regions that the disease demands",
    ),
    number(
        "lesions_not_resectable",
        "Of those standing, the ones for which no resection with a clear margin is expected.",
        "lesion",
        _JUDGED,
    ),
    number("ablatable_lesions", "Lesions standing judged for ablation.", "lesion", _JUDGED),
    number(
        "stereotactic_lesions", "Lesions standing judged for stereotactic radiotherapy.", "lesion", _JUDGED
    ),
    number(
        "carotid_contact",
        "Largest contact with a carotid artery that is recorded of a standing lesion.",
        "deg",
        "MRI of the neck",
    ),
    Fact(
        "liver_bilobar",
        "truth",
        "Liver metastases stand in both lobes.",
        resolved_by="location of every liver lesion, with imaging of the liver",
    ),
)


def standing(rows: Plan, sets: ValueSets) -> Plan:
    """Counts over all that stands: resectable or not, treatable otherwise, on which side of the liver.

    Args:
        rows: deposits, as :func:`paget.facts.deposits.deposits` gives them.
        sets: the value sets in force.
    """
    judgements = subjects(as_of("judgements"))
    rows = rows.join(_treatment(judgements), on=KEYS, how="left")
    rows = rows.join(_contact(judgements, sets), on=KEYS, how="left")
    places = as_of("lesions").select(
        "decision", subject="lesion_id", _location="location", _side="laterality"
    )
    rows = rows.join(places, on=["decision", "subject"], how="left")
    now = col("exists") & col("_standing")
    there = col("treat_judged").fill_null(0) > 0
    resectable = (
        when(there & (col("may_be_unresectable") == 0))
        .then(lit(True))
        .when(there & (col("may_be_resectable") == 0))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    liver = now & (col("relation") == "distant") & (col("organ") == "liver")
    words = sets.words["liver_sides"]
    sides = {side: _beside(side, words) for side in ("left", "right")}
    asked = {
        "stand": now,
        "fixed": now & ~resectable,
        **{f"by_{kind}": now & (col(f"for_{kind}") == 1) for kind in _OTHERWISE},
        **{f"liver_{side}": liver & on for side, on in sides.items()},
    }
    rows = rows.with_columns(
        **{f"{name}_sure": sure(condition) for name, condition in asked.items()},
        **{f"{name}_possible": possible(condition) for name, condition in asked.items()},
        contact_least=when(now).then(col("contact_low").fill_null(-1.0)).otherwise(lit(-1.0)),
        contact_most=when(possible(now) == 1).then(col("contact_high").fill_null(-1.0)).otherwise(lit(-1.0)),
    )
    ends = [f"{name}_{end}" for name in asked for end in ("sure", "possible")]
    return rows.group_by("decision").agg(
        *(col(name).sum() for name in ends), col("contact_least").max(), col("contact_most").max()
    )


_OTHERWISE: Final = {"ablation": "ablation", "beams": "stereotactic radiotherapy"}


def _treatment(judgements: Plan) -> Plan:
    """Whether each deposit was last judged for another local treatment: 1 yes, 0 no, blank not said."""
    by = col("treatable_by")
    rows = latest_rows(judgements, KEYS, ~col("role").is_in(["radiologist", "pathologist"]))
    rows = rows.with_columns(
        **{f"_{kind}": sure(by == word) * col("_any") for kind, word in _OTHERWISE.items()},
        **{f"_{kind}_not": sure(by != word) * col("_any") for kind, word in _OTHERWISE.items()},
    )
    rows = rows.group_by(*KEYS).agg(
        **{f"_{kind}": col(f"_{kind}").min() for kind in _OTHERWISE},
        **{f"_{kind}_not": col(f"_{kind}_not").min() for kind in _OTHERWISE},
    )
    return rows.select(
        *KEYS,
        **{
            f"for_{kind}": when(col(f"_{kind}") == 1)
            .then(lit(1))
            .when(col(f"_{kind}_not") == 1)
            .then(lit(0))
            .branch()
            for kind in _OTHERWISE
        },
    )


def _contact(judgements: Plan, sets: ValueSets) -> Plan:
    """The largest contact of each deposit with a carotid artery that was ever read: least and greatest.

    It is read by a radiologist or the board. A row of theirs that names no vessel may be of it.
    """
    degrees = col("contact_degrees")
    read = col("role").is_in(["radiologist", "interventional radiologist", "board"])
    carotid = read & col("vessel").is_in(sets.words["vessels"]["carotid artery"]) & col("known")
    rows = judgements.with_columns(_sure=sure(carotid), _may=possible(carotid))
    rows = rows.with_columns(
        _low=when(col("_sure") == 1).then(degrees.fill_null(0.0)).otherwise(lit(-1.0)),
        _high=when(col("_may") == 1).then(degrees.fill_null(FULL_CIRCLE)).otherwise(lit(-1.0)),
    )
    return rows.group_by(*KEYS).agg(contact_low=col("_low").max(), contact_high=col("_high").max())


def _beside(side: str, words: Mapping[str, tuple[str, ...]]) -> Expr:
    """Whether a liver lesion lies on a side: by location and laterality; open where they disagree."""
    every = [one for several in words.values() for one in several]
    written, laterality = col("_location"), col("_side")
    by_place = when(written.is_in(words[side])).then(lit(True)).when(written.is_in(every)).then(lit(False))
    by_side = (
        when(laterality.is_in([side, "both"]))
        .then(lit(True))
        .when(laterality.is_in(["left", "right"]))
        .then(lit(False))
    )
    place, beside = by_place.otherwise(lit(None, "truth")), by_side.otherwise(lit(None, "truth"))
    agreed = when(place == beside).then(place).otherwise(lit(None, "truth"))
    return when(place.is_null()).then(beside).when(beside.is_null()).then(place).otherwise(agreed)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (standing(shared.deposits, shared.sets),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, complete = known.parts, known.complete()
    n = parts.count

    def counted(name: str) -> FactColumn:
        low, high = n(f"{name}_sure"), n(f"{name}_possible")
        return FactColumn(Range(low, np.where(complete, np.maximum(low, high), np.inf)))

    least, most = parts.numbers("contact_least"), parts.numbers("contact_most")
    said = ~np.isnan(least) & (least >= 0)
    low = np.where(said, np.maximum(least, 0), 0.0)
    high = np.where(said, np.maximum(low, most), FULL_CIRCLE)
    one_side = (n("liver_left_possible") == 0) | (n("liver_right_possible") == 0)
    return {
        "lesions_to_clear": counted("stand"),
        "lesions_not_resectable": counted("fixed"),
        "ablatable_lesions": counted("by_ablation"),
        "stereotactic_lesions": counted("by_beams"),
        "carotid_contact": FactColumn(Range(low, high)),
        "liver_bilobar": FactColumn(
            Truth.where(
                (n("liver_left_sure") > 0) & (n("liver_right_sure") > 0), one_side & known.closed("liver")
            )
        ),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
