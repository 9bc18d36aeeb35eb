"""Why a treatment was given: the tumour, site or lesion that it names, and whether it is a cancer."""

from __future__ import annotations

from typing import NamedTuple

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import Chart, Primary, Row
from paget.intake.fhir.codes.cancers import diagnose
from paget.intake.fhir.codes.operations import INTENTS
from paget.intake.fhir.elements import Json, child, children, codings, extensions, spoken
from paget.intake.fhir.references import Entry


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
    """What a treatment names as its reason: by reference, else by the code of one primary's diagnosis."""
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
        codes = codings(concept)
        cancer = cancer or diagnose(codes, spoken(concept)).behaviour in ("primary", "malignant", "secondary")
        if primary is None:
            primary = _by_code(chart, {(one.system, one.code) for one in codes})
    for extension in extensions(resource, "procedure-targetBodyStructure"):
        structure = chart.find(child(extension, "valueReference"), entry, "targetBodyStructure")
        lesion_id = lesions.by_structure.get(structure.name) if structure is not None else None
        if lesion_id is not None:
            cancer = True
            targets.append({"lesion_id": lesion_id})
    return Reason(primary, targets, cancer or primary is not None)


def _by_id(chart: Chart, tumour_id: str) -> Primary | None:
    return next((one for one in chart.primaries.values() if one.tumour_id == tumour_id), None)


def _by_code(chart: Chart, codes: set[tuple[str, str]]) -> Primary | None:
    """The one primary whose diagnosis carries one of the codes; none where several do."""
    found = [
        one
        for one in chart.primaries.values()
        if codes & {(c.system, c.code) for c in codings(child(one.entry.resource, "code"))}
    ]
    return found[0] if len(found) == 1 else None


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
