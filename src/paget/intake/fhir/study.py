"""Studies: radiology, endoscopy and pathology; only a final report of a study closes what it covers."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome, ignored, last_updated
from paget.intake.fhir.codes.examinations import MODALITIES, MOLECULAR, PATHOLOGY, Examination, examination
from paget.intake.fhir.elements import Json, child, children, codings, day, spoken, text, when, words
from paget.intake.fhir.references import Entry

_RETRACTED: Final = {
    "entered-in-error": "entered in error", "cancelled": "cancelled",
    "registered": "registered, without a report",
    "unknown": "status unknown",
}  # fmt: skip
_FINAL: Final = frozenset({"final", "amended", "corrected", "appended"})
_RADIOLOGY: Final = frozenset({"RAD", "LP29684-5", "RX", "CT", "NMR", "RUS", "NMS", "imaging", "363679005"})
_PATHOLOGY: Final = frozenset({"PAT", "SP", "CP", "LP7839-6"})
_LABORATORY: Final = frozenset({"LAB", "CH", "HM", "laboratory", "LP29693-6", "UR", "MB"})


def read_report(entry: Entry, chart: Chart) -> Outcome:
    """Read a DiagnosticReport: a ``studies`` row, known from the day on which it was issued."""
    resource = entry.resource
    status = text(resource, "status")
    if status in _RETRACTED:
        return ignored(_RETRACTED[status])
    found = _kind(resource)
    if found is None:
        return ignored("a laboratory report; its results are read one by one")
    on = when(resource, "effective").start
    known = day(resource.get("issued"))
    final = status in _FINAL
    covers = list(found.regions) if final else []
    chart.add(
        "studies",
        entry,
        known=known or ("" if on else last_updated(resource)),
        own_day=on,
        day=on,
        kind=found.kind,
        covers=covers,
        result=_conclusion(resource),
    )
    if found.regions and not final:
        chart.say(
            "note",
            "a report that is not final: it closes no question",
            entry,
            table="studies",
            column="covers",
        )
    elif final and not covers and found.kind in ("ct", "mr", "pet-ct"):
        chart.say(
            "note",
            "a study whose region is not told: it closes no question",
            entry,
            table="studies",
            column="covers",
        )
    return READ


def _kind(resource: Json) -> Examination | None:
    categories = {one.code for concept in children(resource, "category") for one in codings(concept)}
    concept = child(resource, "code")
    codes = codings(concept)
    numbers = {one.code for one in codes}
    if numbers & MOLECULAR:
        return Examination("molecular")
    if numbers & PATHOLOGY or categories & _PATHOLOGY:
        return Examination("pathology")
    if categories & _LABORATORY and not categories & _RADIOLOGY:
        return None
    found = examination(codes, spoken(concept))
    if found is not None:
        return found
    return Examination("other") if categories & _RADIOLOGY else None


def _conclusion(resource: Json) -> str:
    said = text(resource, "conclusion").strip()
    if said:
        return said
    return "; ".join(one for concept in children(resource, "conclusionCode") if (one := words(concept)))


def read_imaging(entry: Entry, chart: Chart, reported: set[str]) -> Outcome:
    """Read an ImagingStudy: a ``studies`` row that covers nothing, unless a report speaks of it.

    Args:
        entry: the ImagingStudy.
        chart: where rows go.
        reported: names of the ImagingStudies that a report speaks of: the report is the study.
    """
    resource = entry.resource
    status = text(resource, "status")
    if status in _RETRACTED:
        return ignored(_RETRACTED[status])
    if entry.name in reported or _procedure(entry, chart):
        return READ  # the report or the procedure is the study
    started = day(resource.get("started"))
    known = "" if started else last_updated(resource)
    chart.add("studies", entry, known=known, day=started, kind=_modality(resource))
    return READ


def _procedure(entry: Entry, chart: Chart) -> bool:
    """Whether a Procedure of this source is the study."""
    return chart.find(child(entry.resource, "procedureReference"), entry, "procedureReference") is not None


def _modality(resource: Json) -> str:
    """The kind of study that the DICOM modalities make up together."""
    nodes = [*children(resource, "modality")]
    for series in children(resource, "series"):
        nodes.extend(children(series, "modality"))
    codes = [text(one, "code") for one in nodes]
    if "PT" in codes:
        return "pet-ct" if "CT" in codes else "pet-mr" if "MR" in codes else "other"
    return next((MODALITIES[code] for code in codes if code in MODALITIES), "other")


def reported_studies(reports: list[Entry], chart: Chart) -> set[str]:
    """The ImagingStudies that a report speaks of."""
    found = (
        chart.find(reference, report, "imagingStudy")
        for report in reports
        for reference in children(report.resource, "imagingStudy")
        if text(report.resource, "status") not in _RETRACTED
    )
    return {one.name for one in found if one is not None}


def issue_days(reports: list[Entry], chart: Chart) -> dict[str, str]:
    """The day on which a report was issued, for each observation in it that has none of its own."""
    days: dict[str, str] = {}
    for report in reports:
        issued = day(report.resource.get("issued"))
        if not issued or text(report.resource, "status") in _RETRACTED:
            continue
        for reference in children(report.resource, "result"):
            found = chart.index.find(reference, report)
            if found is not None and "issued" not in found.resource:
                days[found.name] = min(issued, days.get(found.name, issued))
    return days
