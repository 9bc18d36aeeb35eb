"""Why a treatment was given: the tumour, site or lesion that it names, and whether it is a cancer."""

from __future__ import annotations

from typing import Final, NamedTuple

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import Chart, Primary, Row, Secondary
from paget.intake.fhir.codes.cancers import Diagnosis, diagnose
from paget.intake.fhir.codes.histology import compatible
from paget.intake.fhir.codes.operations import INTENTS
from paget.intake.fhir.elements import Json, child, children, codings, extensions, spoken
from paget.intake.fhir.references import Entry

_CANCERS: Final = frozenset({"primary", "malignant", "secondary"})


class Reason(NamedTuple):
    """The primary that a treatment is for, the sites and lesions addressed, and whether a cancer is named."""

    primary: Primary | None
    targets: list[Row]
    cancer: bool

    @property
    def tumour_id(self) -> str:
        """The primary's tumour_id, that of the site's primary, or ""."""
        return self.primary.tumour_id if self.primary is not None else ""


def reason_of(entry: Entry, chart: Chart, lesions: Lesions) -> Reason:
    """What a treatment names as its reason, by reference or by a diagnosis that one cancer alone fits."""
    resource = entry.resource
    primary: Primary | None = None
    targets: list[Row] = []
    cancer = False
    for reference in children(resource, "reasonReference"):
        if (found := chart.primary(reference, entry, "reasonReference")) is not None:
            primary, cancer = primary or found, True
        elif (site := chart.secondary(reference, entry, "reasonReference")) is not None:
            cancer = True
            targets.append({"site_id": site.site_id})
            primary = primary or _by_id(chart, site.tumour_id)
    for concept in children(resource, "reasonCode"):
        said = diagnose(codings(concept), spoken(concept))
        if said.behaviour not in _CANCERS:
            continue
        cancer = True
        if primary is None and not targets:
            primary, site = _the_one(concept, said, chart)
            targets.extend([{"site_id": site.site_id}] if site is not None else [])
            primary = primary or (_by_id(chart, site.tumour_id) if site is not None else None)
    if cancer and primary is None and not targets:
        chart.tally("treatments name as their reason a cancer that is none of this patient's here", entry)
    for extension in extensions(resource, "procedure-targetBodyStructure"):
        structure = chart.find(child(extension, "valueReference"), entry, "targetBodyStructure")
        lesion_id = lesions.by_structure.get(structure.name) if structure is not None else None
        if lesion_id is not None:
            cancer = True
            targets.append({"lesion_id": lesion_id})
    return Reason(primary, targets, cancer)


def _by_id(chart: Chart, tumour_id: str) -> Primary | None:
    return next((one for one in chart.primaries.values() if one.tumour_id == tumour_id), None)


def _the_one(concept: Json, said: Diagnosis, chart: Chart) -> tuple[Primary | None, Secondary | None]:
    """The one cancer whose diagnosis carries the same code, or that alone fits what the code says."""
    codes = {(one.system, one.code) for one in codings(concept)}
    cancers: list[Primary | Secondary] = [*chart.primaries.values(), *chart.secondaries.values()]
    same = [one for one in cancers if codes & _codes(one)]
    fitting = same or [one for one in cancers if _fits(one, said)]
    if len(fitting) != 1:
        return None, None
    found = fitting[0]
    return (found, None) if isinstance(found, Primary) else (None, found)


def _codes(cancer: Primary | Secondary) -> set[tuple[str, str]]:
    return {(one.system, one.code) for one in codings(child(cancer.entry.resource, "code"))}


def _fits(cancer: Primary | Secondary, said: Diagnosis) -> bool:
    """Whether a diagnosis can be this cancer: the same organ, no other side, no other type."""
    if isinstance(cancer, Secondary):
        organ, histology, secondary = cancer.organ, "", True
    else:
        organ, histology, secondary = cancer.site, cancer.histology, False
    if secondary != (said.behaviour == "secondary") or not said.organ or said.organ != organ:
        return False
    side = cancer.row.get("laterality", "")
    if side and said.laterality and side != said.laterality:
        return False
    return not histology or not said.histology or compatible(histology, said.histology)


def intent_of(resource: Json) -> str:
    """The aim that an extension of a treatment tells; "" when none is told or it is none of the record's."""
    for extension in extensions(
        resource, "mcode-procedure-intent", "mcode-treatment-intent", "mii-ex-onko-operation-intention"
    ):
        for one in codings(child(extension, "valueCodeableConcept")) or codings(
            {"coding": extension.get("valueCoding")}
        ):
            if one.code in INTENTS:
                return INTENTS[one.code]
    return ""
