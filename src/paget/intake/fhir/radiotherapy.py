"""Radiotherapy: a course summed up, with its technique, dose, fractions and fields."""

from __future__ import annotations

from typing import Final

from paget.errors import UnitError
from paget.intake.fhir.body_structure import where_of
from paget.intake.fhir.chart import READ, Chart, Outcome
from paget.intake.fhir.codes.body import place, region
from paget.intake.fhir.elements import (
    Json,
    When,
    child,
    children,
    codings,
    extensions,
    number,
    spoken,
    text,
    words,
)
from paget.intake.fhir.quantities import known_unit, unit_of, value_of_quantity
from paget.intake.fhir.reasons import Reason, intent_of
from paget.intake.fhir.references import Entry
from paget.units import unit

_WORDS: Final = {
    "1156506007": "photons", "10611004": "protons", "45643008": "electrons", "80347004": "neutrons",
    "1156505006": "carbon ions", "169317000": "neutron capture", "394902000": "high dose rate brachytherapy",
    "169359004": "permanent seeds", "441799006": "intensity modulated",
    "1156530009": "volumetric modulated arc",
    "1162782007": "three-dimensional conformal", "1156526006": "two-dimensional",
    "168524008": "intraoperative", "1163157007": "ultra-high dose rate",
    "1156528007": "spot scanning", "1204242009": "scanned particle beam", "1156529004": "passive scattering",
}  # fmt: skip


def read_course(entry: Entry, chart: Chart, reason: Reason, on: When) -> Outcome:
    """Read the summary of a course of radiotherapy: a ``treatments`` row.

    The dose is the greatest delivered to any one volume, with that volume's fractions. A course is
    stereotactic only where a technique or text says so. Whether it is definitive is unknown: a curative
    aim does not tell definitive from adjuvant.
    """
    resource = entry.resource
    dose, fractions = _dose(entry, chart)
    chart.add(
        "treatments",
        entry,
        own_day=on.start,
        treatment_id=entry.key,
        tumour_id=reason.tumour_id,
        modality="radiotherapy",
        procedure="radiotherapy",
        intent=intent_of(resource),
        start_day=on.start,
        end_day=on.end,
        field=_fields(entry, chart),
        technique=_technique(resource),
        dose_gy=dose,
        fractions=fractions,
    )
    for target in reason.targets:
        chart.add("targets", entry, treatment_id=entry.key, **target)
    return READ


def _technique(resource: Json) -> str:
    said: list[str] = []
    for extension in extensions(resource, "mcode-radiotherapy-modality-and-technique"):
        for part in extensions(extension, "mcode-radiotherapy-modality", "mcode-radiotherapy-technique"):
            concept = child(part, "valueCodeableConcept")
            known = next((_WORDS[one.code] for one in codings(concept) if one.code in _WORDS), "")
            said.append(known or words(concept))
    if any("stereotactic" in one.casefold() for one in spoken(child(resource, "code"))):
        said.append("stereotactic")
    return ", ".join(dict.fromkeys(one for one in said if one))


def _dose(entry: Entry, chart: Chart) -> tuple[float | None, int | None]:
    best: tuple[float, int | None] | None = None
    for extension in extensions(entry.resource, "mcode-radiotherapy-dose-delivered-to-volume"):
        fractions: int | None = None
        dose: float | None = None
        for part in children(extension, "extension"):
            name = text(part, "url")
            if name == "totalDoseDelivered":
                dose = _in_gray(child(part, "valueQuantity"), entry, chart)
            elif name == "fractionsDelivered":
                count = number(part, "valueUnsignedInt")
                fractions = int(count) if count is not None and count == int(count) else None
        if dose is not None and (best is None or dose > best[0]):
            best = dose, fractions
    return best if best is not None else (None, None)


def _in_gray(quantity: Json, entry: Entry, chart: Chart) -> float | None:
    value = value_of_quantity(quantity, "")
    if value.low is None:
        return None
    written = unit_of(quantity)
    try:
        known = unit(known_unit(written, "")[1]) if written is not None else None
    except UnitError:
        known = None
    if known is None or known.dimension != "dose":
        chart.say(
            "note",
            "a dose without a unit of dose: left out",
            entry,
            "write it in Gy or cGy",
            table="treatments",
            column="dose_gy",
        )
        return None
    return value.low / 100 if known.symbol == "cGy" else value.low


def _fields(entry: Entry, chart: Chart) -> list[str]:
    organs: list[str] = []
    for extension in extensions(entry.resource, "mcode-radiotherapy-dose-delivered-to-volume"):
        for part in children(extension, "extension"):
            if text(part, "url") == "volume":
                volume = chart.find(child(part, "valueReference"), entry, "volume")
                if volume is not None:
                    organs.append(where_of(volume.resource).organ)
    organs.extend(place(codings(site), spoken(site)).organ for site in children(entry.resource, "bodySite"))
    return list(dict.fromkeys(found for organ in organs if (found := region(organ))))
