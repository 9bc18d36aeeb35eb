"""Procedure: an operation, a course or session of treatment, or an examination; others are left out."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import READ, Chart, Outcome, Row, ignored, not_understood
from paget.intake.fhir.codes.examinations import examination
from paget.intake.fhir.codes.operations import COURSE_SUMMARY, Operation, operation_by_code, operation_in
from paget.intake.fhir.courses import Given
from paget.intake.fhir.elements import (
    Coding,
    When,
    child,
    children,
    codings,
    named,
    profiles,
    spoken,
    when,
    words,
)
from paget.intake.fhir.radiotherapy import read_course
from paget.intake.fhir.reasons import Reason, intent_of, reason_of
from paget.intake.fhir.references import Entry
from paget.intake.fhir.surgery import read_operation

_NOT_DONE: Final = {
    "entered-in-error": "entered in error", "not-done": "not done", "preparation": "not yet done",
    "unknown": "status unknown", "on-hold": "on hold",
}  # fmt: skip
_SURGICAL: Final = "mcode-cancer-related-surgical-procedure"
_SUMMARIES: Final = frozenset({"mcode-radiotherapy-course-summary"})
_RADIATION: Final = "mcode-cancer-related-radiation-procedure"
_LOCAL: Final = frozenset({"surgery", "ablation", "embolisation", "transplantation"})


def read_procedure(
    entry: Entry, chart: Chart, lesions: Lesions, operations: dict[str, Row], sessions: list[Given]
) -> Outcome:
    """Read a Procedure.

    Args:
        entry: the Procedure.
        chart: where rows go.
        lesions: the lesions that it may name.
        operations: filled with the rows of operations, by Procedure.
        sessions: filled with single sessions, to be joined to courses.
    """
    resource = entry.resource
    status = resource.get("status")
    if isinstance(status, str) and status in _NOT_DONE:
        return ignored(_NOT_DONE[status])
    if resource.get("notDone") is True:  # FHIR 3
        return ignored("not done")
    claims = profiles(resource)
    concept = child(resource, "code")
    codes, said = codings(concept), spoken(concept)
    on = when(resource, "performed")
    summary = bool(claims & _SUMMARIES) or any(one.code == COURSE_SUMMARY for one in codes)
    deed = None if summary else _deed(codes, said, claims)
    if not summary and deed is None and _SURGICAL not in claims:
        return _examination(entry, chart, codes, said, on)
    if not isinstance(status, str):
        return not_understood("no status: whether it was done is not told")
    reason = reason_of(entry, chart, lesions)
    if not (reason.cancer or claims & {_SURGICAL, _RADIATION} or summary or _of_a_tumour(deed, chart)):
        return ignored("a treatment that names no cancer")
    if summary:
        return read_course(entry, chart, reason, on)
    if deed is None or deed.modality in _LOCAL:
        return read_operation(entry, chart, deed, reason, on, operations)
    sessions.append(_session(entry, deed, reason, on))
    return READ


def _deed(codes: list[Coding], said: list[str], claims: set[str]) -> Operation | None:
    deed = operation_by_code(codes) or operation_in(said)
    if deed is None and _RADIATION in claims:
        return Operation("radiotherapy", "radiotherapy")
    return deed


def _of_a_tumour(deed: Operation | None, chart: Chart) -> bool:
    """Whether an operation that names no reason resects the organ of one of the patient's cancers."""
    if deed is None or not deed.resects or not deed.organ:
        return False
    organs = {one.site for one in chart.primaries.values()} | {
        one.organ for one in chart.secondaries.values()
    }
    return deed.organ in organs


def _session(entry: Entry, deed: Operation, reason: Reason, on: When) -> Given:
    resource = entry.resource
    procedure = deed.procedure or named(child(resource, "code"))
    intent = intent_of(resource)
    stopped = words(child(resource, "statusReason")) if resource.get("status") == "stopped" else ""
    return Given(
        entry,
        (deed.modality, procedure, reason.tumour_id),
        {"modality": deed.modality, "procedure": procedure, "tumour_id": reason.tumour_id, "intent": intent},
        on.start,
        on.end,
        "",
        stop_reason=stopped,
        targets=reason.targets,
    )


def _examination(entry: Entry, chart: Chart, codes: list[Coding], said: list[str], on: When) -> Outcome:
    found = examination(codes, said)
    if found is None:
        return ignored("neither a cancer's treatment nor an examination that the record holds")
    # Only a final report says what was seen, so a procedure alone covers nothing.
    outcome = words(child(entry.resource, "outcome"))
    reports = [
        one for one in children(entry.resource, "report") if chart.find(one, entry, "report") is not None
    ]
    if reports:
        return READ  # the report is the study
    chart.add("studies", entry, own_day=on.start, day=on.start, kind=found.kind, result=outcome)
    return READ
