"""Liver: the remnant that an operation leaves, its growth, and scores of function from blood values.

standardised volume  TLV = -794.41 + 1267.28 x BSA (mL; Vauthey 2002), BSA = sqrt(height x weight / 3600)
kinetic growth       (remnant now - remnant before) / TLV, in percent, by weeks since the embolisation
ALBI                 0.66 x log10(bilirubin, umol/L) - 0.085 x albumin, g/L (Johnson 2015)
MELD 3.0             Kim 2021; bilirubin, INR and creatinine at least 1, creatinine at most 3 mg/dL,
                     sodium 125 to 137 mmol/L, albumin 1.5 to 3.5 g/dL, the whole 6 to 40
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.parts import Numbers
from paget.facts.rowwise import EARLY, early, late, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Plan, col, lit, when
from paget.possible import Classes, Range, Truth
from paget.record.as_of import as_of
from paget.record.observations import conversion

SEXES: Final = ("female", "male", "other")
DIGITS: Final = 6  # a quotient is not written with the noise of its last digits
DAYS_A_WEEK: Final = 7
_VOLUMES: Final = "volumetry of the liver, height and weight"
_BLOOD: Final = "a blood test"
_UNTIL: Final = 1e9  # stands for an open side where a logarithm is taken: beyond all bounds of the score

FACTS = (
    Fact("sex", "class", "Sex as recorded.", classes=SEXES, resolved_by="sex of the patient"),
    number("body_mass_index", "Body mass index.", "kg/m2", "height and weight", 0.1),
    number("standard_liver_volume", "Liver volume expected of the body surface.", "mL", "height and weight"),
    number("remnant_share", "Future liver remnant, of the standardised volume.", "%", _VOLUMES, 0.1),
    number("remnant_to_weight", "Future liver remnant, of the body weight.", "%", _VOLUMES, 0.01),
    Fact(
        "remnant_growth",
        "number",
        "Kinetic growth of the remnant, in percent of the standardised volume a week since its embolisation.",
        "%",
        0.1,
        resolved_by="volumetry before and after the embolisation",
    ),
    Fact("embolised", "truth", "The portal vein was embolised.", resolved_by="the treatments"),
    Fact("albi", "number", "Albumin-bilirubin score.", "", 0.01, resolved_by=_BLOOD),
    Fact("meld", "number", "MELD 3.0.", "", 1.0, resolved_by=_BLOOD, minimum=6),
)


def embolisation(sets: ValueSets) -> Plan:
    """The last embolisation of the portal vein: whether there was one, and the days between which it was."""
    portal = col("procedure").is_in(sets.words["portal_embolisation"]["portal vein embolisation"])
    rows = as_of("treatments")
    day, latest = col("start_day"), col("start_day_latest")
    began = when(latest < col("as_of")).then(lit(True)).when(day >= col("as_of")).then(lit(False))
    it = (col("modality") == "embolisation") & portal & began.otherwise(lit(None, "truth")) & col("known")
    rows = rows.with_columns(_it=it).filter(col("_it").is_null() | col("_it"))
    rows = rows.with_columns(
        _yes=sure(col("_it")),
        _may=possible(col("_it")),
        _first=when(col("_it")).then(early(day)).otherwise(lit(EARLY)),
        _last=late(latest),
    )
    return rows.group_by("decision").agg(
        embolised_yes=col("_yes").max(),
        embolised_may=col("_may").max(),
        embolised_first=col("_first").max(),
        embolised_last=col("_last").max(),
    )


def sex() -> Plan:
    """Sex; blank where two rows disagree."""
    rows = as_of("patients").with_columns(_sex=col("sex").fill_null(""))
    rows = rows.group_by("decision").agg(sex=col("_sex").min(), _other=col("_sex").max())
    agreed = (col("sex") == col("_other")) & (col("sex") != "")
    return rows.select("decision", sex=when(agreed).then(col("sex")).branch())


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return sex(), embolisation(shared.sets)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    weight, height = known.range("weight"), known.range("height")
    metres = Range(height.low / 100, height.high / 100)
    surface = Range(*(np.sqrt(a * b / 3600) for a, b in _sides(height, weight)))
    volume = Range(*(np.maximum(1267.28 * area - 794.41, 0) for area in (surface.low, surface.high)))
    remnant, before = known.range("remnant_volume"), known.range("remnant_volume_before")
    grown = Range(remnant.low - before.high, remnant.high - before.low)
    weeks = _weeks(known)
    growth = _over(_over(grown, volume).times(100), weeks)
    function = known.range("bilirubin"), known.range("albumin")
    people = parts.words("sex", SEXES)
    return {
        "sex": FactColumn(people),
        "body_mass_index": FactColumn(
            _over(weight, Range(metres.low**2, metres.high**2)), known.columns["weight"].day
        ),
        "standard_liver_volume": FactColumn(Range(volume.low.round(DIGITS), volume.high.round(DIGITS))),
        "remnant_share": FactColumn(_over(remnant, volume).times(100), known.columns["remnant_volume"].day),
        "remnant_to_weight": FactColumn(_over(remnant, weight).times(0.1)),
        "remnant_growth": FactColumn(growth),
        "embolised": FactColumn(Truth.where(parts.flag("embolised_yes"), np.zeros(parts.rows, bool))),
        "albi": FactColumn(_albi(*function)),
        "meld": FactColumn(_meld(known, people)),
    }


def _sides(first: Range, second: Range) -> tuple[tuple[Numbers, Numbers], tuple[Numbers, Numbers]]:
    return (first.low, second.low), (first.high, np.where(first.high == 0, 0, second.high))


def _weeks(known: Known) -> Range:
    """From the embolisation to the day of the remnant's volume; open where it was not surely after it."""
    parts, day = known.parts, known.established("remnant_volume")
    first, last = parts.day("embolised_first"), parts.day("embolised_last")
    certain = parts.flag("embolised_yes") & np.isfinite(first) & np.isfinite(last) & np.isfinite(day.low)
    with np.errstate(invalid="ignore"):
        low, high = day.low - last, day.high - first
    certain &= low > 0
    return Range(np.where(certain, low, 0.0) / DAYS_A_WEEK, np.where(certain, high, np.inf) / DAYS_A_WEEK)


def _over(value: Range, by: Range) -> Range:
    """A quotient by something that is not negative; open where that may be nothing."""
    with np.errstate(divide="ignore", invalid="ignore"):
        low = np.where(value.low >= 0, value.low / by.high, value.low / by.low)
        high = np.where(value.high >= 0, value.high / by.low, value.high / by.high)
    low = np.where(np.isnan(low), np.where(value.low >= 0, 0.0, -np.inf), low)
    high = np.where(np.isnan(high), np.inf, high)
    return Range(low.round(DIGITS), high.round(DIGITS))


def _albi(bilirubin: Range, albumin: Range) -> Range:
    with np.errstate(divide="ignore"):
        low = 0.66 * np.log10(bilirubin.low) - 0.085 * albumin.high
        high = 0.66 * np.log10(bilirubin.high) - 0.085 * albumin.low
    return Range(low.round(DIGITS), high.round(DIGITS))


def _meld(known: Known, people: Classes) -> Range:
    """MELD 3.0 as the least and greatest over the corners of what its inputs may be.

    It is linear in each of the logarithms, in sodium and in albumin, so its extremes lie at corners.
    """
    milligrams = {name: conversion(name, "mg/dL")[1] for name in ("bilirubin", "creatinine")}

    def ends(place: int, low: Numbers, high: Numbers) -> Numbers:
        """The two ends of what an input may be, along a dimension of their own."""
        return np.array([low, high]).reshape(*(2 if one == place else 1 for one in range(6)), -1)

    def clipped(place: int, name: str, factor: float, least: float, most: float) -> Numbers:
        value = known.range(name)
        low, high = (np.clip(end / factor, least, most) for end in (value.low, value.high))
        return ends(place, low, high)

    dialysis = known.columns["dialysis"].value
    if not isinstance(dialysis, Truth):
        raise TypeError("dialysis is no truth")
    female = people.is_in(["female"])
    woman = ends(0, female.is_yes.astype(np.float64), female.may_be.astype(np.float64))
    bilirubin = np.log(clipped(1, "bilirubin", milligrams["bilirubin"], 1.0, _UNTIL))
    sodium = 137 - clipped(2, "sodium", 1.0, 125.0, 137.0)
    inr = np.log(clipped(3, "inr", 1.0, 1.0, _UNTIL))
    low, high = clipped(4, "creatinine", milligrams["creatinine"], 1.0, 3.0).reshape(2, -1)
    creatinine = ends(4, np.where(dialysis.is_yes, 3.0, low), np.where(dialysis.may_be, 3.0, high))
    creatinine = np.log(creatinine)
    albumin = 3.5 - clipped(5, "albumin", 10.0, 1.5, 3.5)
    blood = 4.56 * bilirubin + 0.82 * sodium - 0.24 * sodium * bilirubin
    kidney = 11.14 * creatinine + 1.85 * albumin - 1.83 * albumin * creatinine

    def corner(of: Callable[..., Numbers]) -> Numbers:
        """The least, or the greatest, of each of the parts that share no input, added up."""
        parts = (1.33 * woman, blood, 9.09 * inr, kidney)
        total = sum(of(part, axis=tuple(range(part.ndim - 1))) for part in parts)
        return np.clip(np.floor(total + 6 + 0.5), 6, 40)

    return Range(corner(np.min), corner(np.max))


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
