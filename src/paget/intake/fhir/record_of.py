"""One patient's resources to rows: each type in its turn, each resource counted once."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from typing import Final

from paget.intake.fhir.body_structure import date_lesions, read_body_structures
from paget.intake.fhir.chart import (
    READ,
    Chart,
    Outcome,
    Rows,
    count,
    ignored,
    last_updated,
    not_understood,
)
from paget.intake.fhir.codes.cancers import diagnose
from paget.intake.fhir.condition import name_lookalikes, read_conditions
from paget.intake.fhir.courses import Given, add_courses
from paget.intake.fhir.elements import child, children, codings, number, spoken, text
from paget.intake.fhir.medication import read_medication
from paget.intake.fhir.observation import Reading, read_observation
from paget.intake.fhir.other_staging import stage_of_condition
from paget.intake.fhir.patient import read_patient
from paget.intake.fhir.procedure import read_procedure
from paget.intake.fhir.references import Entry, Index, contained
from paget.intake.fhir.staging import join_stagings
from paget.intake.fhir.study import issue_days, read_imaging, read_report, reported_studies
from paget.intake.fhir.surgery import lesions_removed
from paget.intake.fhir.tumour_size import LONGEST, SIZE
from paget.record.problems import ImportReport

_MODIFIED: Final = not_understood("an extension that changes its meaning")
_DRUGS: Final = ("MedicationAdministration", "MedicationStatement", "MedicationRequest")


def rows_of(patient_id: str, entries: list[Entry], shared: list[Entry], report: ImportReport) -> Rows:
    """The rows of one patient, by table.

    Args:
        patient_id: the patient.
        entries: the patient's resources.
        shared: resources that belong to no patient, such as a list of drugs.
        report: each resource is counted in it once; problems are added to it.

    Raises:
        BadInput: contained resources of one resource carry the same id.
    """
    entries, revised = _versions(patient_id, entries, report)
    by_kind: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        if "contained" in entry.resource:
            contained(entry)  # refuses two of the same id
        if entry.kind != "Patient" and children(entry.resource, "modifierExtension"):
            count(report, entry.kind, _MODIFIED)
        else:
            by_kind[entry.kind].append(entry)
    chart = Chart(patient_id, Index([*entries, *shared]), report)
    chart.revised = revised
    _read_all(chart, by_kind)
    name_lookalikes(chart)
    chart.close()
    return dict(chart.rows)


def _read_all(chart: Chart, by_kind: dict[str, list[Entry]]) -> None:
    """Read each type after those that it refers to."""
    outcomes: dict[str, list[Outcome]] = {}
    reading = Reading()
    lesions, operations = reading.lesions, reading.operations
    given: list[Given] = []
    reports = by_kind["DiagnosticReport"]
    observations = by_kind["Observation"]
    outcomes["Patient"] = [read_patient(entry, chart) for entry in by_kind["Patient"]]
    outcomes["Condition"] = read_conditions(by_kind["Condition"], chart)
    structures = by_kind["BodyStructure"]
    sized = _sized(observations, chart) if structures else set()
    outcomes["BodyStructure"] = read_body_structures(structures, chart, lesions, sized)
    outcomes["Procedure"] = [
        read_procedure(entry, chart, lesions, operations, given) for entry in by_kind["Procedure"]
    ]
    chart.issued = issue_days(reports, chart)
    seen = [read_observation(entry, chart, reading) for entry in observations]
    lost = join_stagings(chart, reading.stagings)
    outcomes["Observation"] = (
        [lost.get(e.name, o) for e, o in zip(observations, seen, strict=True)] if lost else seen
    )
    for primary in chart.primaries.values():
        concept = child(primary.entry.resource, "code")
        stage_of_condition(primary, chart, diagnose(codings(concept), spoken(concept)).stage_group)
    specimens = by_kind["Specimen"]
    lesions_removed(specimens, chart, lesions, operations)
    outcomes["Specimen"] = [
        READ if lesions.of_specimen(entry.resource) else ignored("no lesion carries its identifier")
        for entry in specimens
    ]
    for kind in _DRUGS:
        outcomes[kind] = [read_medication(entry, chart, lesions, given) for entry in by_kind[kind]]
    outcomes["Medication"] = [READ for _ in by_kind["Medication"]]
    add_courses(chart, given)
    reported = reported_studies(reports, chart)
    outcomes["DiagnosticReport"] = [read_report(entry, chart) for entry in reports]
    outcomes["ImagingStudy"] = [read_imaging(entry, chart, reported) for entry in by_kind["ImagingStudy"]]
    date_lesions(chart, lesions)
    for kind, each in outcomes.items():
        for outcome, many in Counter(each).items():
            count(chart.report, kind, outcome, many)


def _sized(observations: list[Entry], chart: Chart) -> set[str]:
    """The BodyStructures that a tumour size speaks of."""
    names: set[str] = set()
    for entry in observations:
        if "focus" in entry.resource and any(
            one.code in (SIZE, LONGEST) for one in codings(child(entry.resource, "code"))
        ):
            found = (chart.index.find(one, entry) for one in children(entry.resource, "focus"))
            names.update(one.name for one in found if one is not None)
    return names


def _versions(
    patient_id: str, entries: list[Entry], report: ImportReport
) -> tuple[list[Entry], dict[str, str]]:
    """Each resource once, by type and name: of two versions the later one counts.

    The order of names, and not that of the file, decides wherever one of several comes first.
    """
    chosen: dict[tuple[str, str], Entry] = {}
    revised: dict[str, str] = {}
    for entry in entries:
        identity = (entry.kind, entry.key)
        before = chosen.setdefault(identity, entry)
        if before is entry:
            continue
        if _content(before) == _content(entry):
            count(report, entry.kind, ignored("the same resource again"))
        else:
            count(report, entry.kind, ignored("another version of the same resource"))
            later = max(before, entry, key=_age)
            chosen[identity] = later
            revised[later.name] = last_updated(later.resource)
            chart = Chart(patient_id, Index(()), report)
            dated = _age(before)[:2] != _age(entry)[:2]
            chart.say(
                "note" if dated else "contradiction",
                "two versions of one resource: the later one is read"
                if dated
                else "two versions of one resource that differ, neither marked as the later: one is read",
                later,
            )
    return [chosen[identity] for identity in sorted(chosen)], revised


def _content(entry: Entry) -> dict[str, object]:
    """What a resource says, without the narrative made of it and without what is said about the resource."""
    return {name: value for name, value in entry.resource.items() if name not in ("text", "meta", "language")}


def _age(entry: Entry) -> tuple[str, float, str]:
    """What orders versions: when written, the version's number, and last the content, to choose alike."""
    meta = child(entry.resource, "meta")
    version = text(meta, "versionId")
    counted = float(version) if version.isdigit() and len(version) < 18 else number(meta, "versionId") or 0.0
    return text(meta, "lastUpdated"), counted, json.dumps(entry.resource, sort_keys=True)
