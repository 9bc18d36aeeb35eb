"""Earlier irradiation and operations of the field: dose by effect, time since, and what is certain of it.

    EQD2 = D x (d + a/b) / (2 + a/b), d = D / fractions; a/b 3 Gy for late effects, 10 Gy for tumour

A course is stereotactic only where its technique says so, whatever its dose per fraction. That no course is
on record says nothing; an observation "earlier irradiation: no" does.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.parts import Flags
from paget.facts.rowwise import EARLY, early, late, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range, Truth
from paget.record.as_of import values

RATIOS: Final = {"late": 3.0, "tumour": 10.0}
"""The alpha/beta ratios in use, in Gy."""

DIGITS: Final = 6
_COURSES: Final = "the record of earlier radiotherapy"

FACTS = (
    Fact("irradiated", "truth", "There was earlier irradiation.", resolved_by=_COURSES),
    Fact("irradiated_with_drugs", "truth", "There was earlier chemoradiotherapy.", resolved_by=_COURSES),
    Fact(
        "stereotactic_before",
        "truth",
        "There was earlier stereotactic irradiation, by its technique.",
        resolved_by="the technique of earlier radiotherapy",
    ),
    Fact(
        "irradiation_overlaps",
        "truth",
        "A standing lesion lies in a region that was irradiated.",
        resolved_by="the fields of earlier radiotherapy beside the plan of the operation",
    ),
    Fact("operated_before", "truth", "There was an earlier operation.", resolved_by="the earlier operations"),
    number(
        "irradiation_eqd2_late",
        "Earlier dose as EQD2 with alpha/beta 3, all courses together.",
        "Gy",
        _COURSES,
        0.1,
    ),
    number(
        "irradiation_eqd2_tumour",
        "Earlier dose as EQD2 with alpha/beta 10, all courses together.",
        "Gy",
        _COURSES,
        0.1,
    ),
    number("time_since_irradiation", "Days since the end of the last irradiation.", "day", _COURSES),
)


def courses(treatments: Plan, sets: ValueSets) -> Plan:
    """Irradiation and operations that have begun, one row a decision: certain, possible, dose and last day.

    Args:
        treatments: as :func:`paget.facts.therapy.courses` gives them.
        sets: the value sets in force.
    """
    begun = col("known") & col("began")
    modality = col("modality")
    beams = begun & modality.is_in(["radiotherapy", "chemoradiotherapy"])
    words = sets.words["radiotherapy_techniques"]["stereotactic"]
    rows = treatments.with_columns(_beams=beams, _cut=begun & (modality == "surgery"))
    rows = rows.with_columns(_yes=sure(col("_beams")), _may=possible(col("_beams")))
    dose, times = col("dose_gy"), col("fractions")
    made: dict[str, Expr] = {}
    for name, ratio in RATIOS.items():
        effect = dose * (dose / times + ratio) / lit(2 + ratio)
        made[f"eqd2_{name}"] = when(col("_yes") == 1).then(effect.fill_null(0.0)).otherwise(lit(0.0))
        made[f"eqd2_{name}_most"] = when(col("_may") == 1).then(effect.fill_null(0.0)).otherwise(lit(0.0))
    rows = rows.with_columns(
        beams_yes=col("_yes"),
        beams_may=col("_may"),
        drugs_yes=sure(begun & (modality == "chemoradiotherapy")),
        drugs_with_beams_may=possible(begun & (modality == "chemoradiotherapy")),
        stereotactic_yes=sure(col("_beams") & col("technique").is_in(words)),
        dose_open=col("_may") * sure(dose.is_null() | times.is_null() | (times == 0)),
        cut_yes=sure(col("_cut")),
        cut_may=possible(col("_cut")),
        beams_end=when(col("_yes") == 1).then(early(col("finished"))).otherwise(lit(EARLY)),
        beams_end_latest=when(col("_may") == 1).then(late(col("finished_latest"))).otherwise(lit(EARLY)),
        **made,
    )
    tops = ("beams_yes", "beams_may", "drugs_yes", "drugs_with_beams_may", "stereotactic_yes", "dose_open",
            "cut_yes", "cut_may", "beams_end", "beams_end_latest")  # fmt: skip
    return rows.group_by("decision").agg(
        *(col(name).max() for name in tops), *(col(name).sum() for name in made)
    )


def overlaps(treatments: Plan, deposits: Plan, sets: ValueSets) -> Plan:
    """``overlap`` is 1 where a certain course went to the region of a lesion that certainly stands."""
    region: Expr = lit(None, "text")
    for name, organs in sets.words["regions_of_organs"].items():
        region = when(col("organ").is_in(organs)).then(lit(name)).otherwise(region)
    here = deposits.filter(col("exists") & col("_standing")).with_columns(_region=region)
    here = here.select("decision", "_region").unique("decision", "_region")
    fields = values("treatments", "field").select("row_id", "patient_id", _region="value")
    sent = treatments.filter(
        col("known") & col("began") & col("modality").is_in(["radiotherapy", "chemoradiotherapy"])
    )
    sent = sent.select("decision", "row_id", "patient_id").join(
        fields, on=["patient_id", "row_id"], how="inner"
    )
    rows = sent.join(here, on=["decision", "_region"], how="inner").with_columns(overlap=lit(1))
    return rows.group_by("decision").agg(overlap=col("overlap").max())


def _plans(shared: Shared) -> tuple[Plan, ...]:
    sets = shared.sets
    return courses(shared.treatments, sets), overlaps(shared.treatments, shared.deposits, sets)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, flag = known.parts, known.parts.flag
    denied = _said(known, "earlier_irradiation").is_no & ~flag("beams_may")
    apart = _said(known, "fields_overlap").is_no & ~flag("overlap")
    untouched = _said(known, "earlier_operation").is_no & ~flag("cut_may")
    stated = _said(known, "earlier_irradiation").is_yes
    irradiated = flag("beams_yes") | stated
    overlaps = flag("overlap") | (_said(known, "fields_overlap").is_yes & irradiated)
    alone = _said(known, "drugs_with_irradiation").is_no & ~flag("drugs_with_beams_may")
    together = flag("drugs_yes") | (_said(known, "drugs_with_irradiation").is_yes & irradiated)
    found: dict[str, FactColumn] = {
        "irradiated": FactColumn(Truth.where(irradiated, denied)),
        "irradiated_with_drugs": FactColumn(Truth.where(together, (denied | alone) & ~together)),
        "stereotactic_before": FactColumn(Truth.where(flag("stereotactic_yes"), denied)),
        "irradiation_overlaps": FactColumn(Truth.where(overlaps, apart | (denied & ~flag("overlap")))),
        "operated_before": FactColumn(
            Truth.where(flag("cut_yes") | _said(known, "earlier_operation").is_yes, untouched)
        ),
    }
    for name in RATIOS:
        found[f"irradiation_eqd2_{name}"] = FactColumn(_dose(known, name, denied))
    end = parts.days("beams_end", "beams_end_latest")
    certain = flag("beams_yes")
    low = np.where(certain & np.isfinite(end.high), known.as_of - np.minimum(end.high, known.as_of), 0.0)
    high = np.where(certain & np.isfinite(end.low), known.as_of - end.low, np.inf)
    found["time_since_irradiation"] = FactColumn(Range(low, np.maximum(low, high)))
    return found


def _dose(known: Known, name: str, denied: Flags) -> Range:
    parts = known.parts
    low = parts.count(f"eqd2_{name}").round(DIGITS)
    high = parts.count(f"eqd2_{name}_most").round(DIGITS)
    closed = parts.flag("beams_yes") & ~parts.flag("dose_open")
    return Range(low, np.where(denied, low, np.where(closed, np.maximum(low, high), np.inf)))


def _said(known: Known, name: str) -> Truth:
    value = known.columns[name].value
    if not isinstance(value, Truth):
        raise TypeError(f"{name} is no truth")
    return value


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
