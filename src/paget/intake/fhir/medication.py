"""Medication: drugs against cancer, as administered, stated or ordered, joined to courses."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import READ, Chart, Outcome, ignored
from paget.intake.fhir.codes.drugs import NOT_ALONE, RXNORM, drugs_in_words
from paget.intake.fhir.codes.systems import RXNORM as RXNORM_SYSTEM
from paget.intake.fhir.courses import Given
from paget.intake.fhir.elements import (
    Json,
    When,
    child,
    children,
    codings,
    day,
    extensions,
    named,
    profiles,
    spoken,
    when,
)
from paget.intake.fhir.reasons import intent_of, reason_of
from paget.intake.fhir.references import Entry

_NOT_GIVEN: Final[dict[str, dict[str, str]]] = {
    "MedicationAdministration": {
        "not-done": "not done", "entered-in-error": "entered in error", "unknown": "status unknown",
        "on-hold": "on hold",
    },
    "MedicationRequest": {
        "cancelled": "cancelled", "entered-in-error": "entered in error", "draft": "a draft",
        "unknown": "status unknown",
        "on-hold": "on hold",
    },
    "MedicationStatement": {
        "not-taken": "not taken", "entered-in-error": "entered in error", "intended": "intended only",
        "unknown": "status unknown",
    },
}  # fmt: skip
_ORDERS: Final = frozenset({"order", "original-order", "reflex-order", "filler-order", "instance-order"})
_CLAIM: Final = "mcode-cancer-related-medication"


def read_medication(entry: Entry, chart: Chart, lesions: Lesions, given: list[Given]) -> Outcome:
    """Read what was administered, stated or ordered of a drug; courses are made of it later.

    A drug counts when it is filed as related to cancer, names a cancer as its reason, or is a drug
    against cancer and nothing else.
    """
    resource = entry.resource
    drugs, said = _drugs(entry, chart)
    claimed = any(one.startswith(_CLAIM) for one in profiles(resource))
    if not claimed and not drugs:
        return ignored("not a drug against cancer")
    status = resource.get("status")
    if isinstance(status, str) and status in _NOT_GIVEN[entry.kind]:
        return ignored(_NOT_GIVEN[entry.kind][status])
    if resource.get("notGiven") is True or resource.get("taken") == "n":  # FHIR 3
        return ignored("not given")
    if resource.get("doNotPerform") is True:
        return ignored("an order not to give it")
    ordered = entry.kind == "MedicationRequest"
    if ordered and resource.get("intent") not in (None, *_ORDERS):
        return ignored("a plan or proposal, not an order")
    reason = reason_of(entry, chart, lesions)
    if not claimed and not reason.cancer and set(drugs) <= NOT_ALONE:
        return ignored("not said to be against cancer")
    agents = list(drugs) or ([said] if said else [])
    timed = _timed(resource) if ordered else when(resource, "effective")
    if entry.kind == "MedicationStatement" and not child(resource, "effectivePeriod"):
        timed = When(timed.start, "")  # a day on which it was taken, not its last
    on = timed if timed.start or not ordered else When(day(resource.get("authoredOn")), "")
    recorded = day(resource.get("authoredOn")) or day(resource.get("dateAsserted"))
    given.append(
        Given(
            entry,
            ("systemic", "+".join(sorted(agents)), reason.tumour_id),
            {
                "modality": "systemic",
                "agents": agents,
                "tumour_id": reason.tumour_id,
                "intent": intent_of(resource),
            },
            on.start,
            on.end,
            recorded,
            weight=2 if not ordered else 1 if timed.start else 0,
            stop_reason=_stopped(resource),
            targets=reason.targets,
        )
    )
    return READ


def _drugs(entry: Entry, chart: Chart) -> tuple[tuple[str, ...], str]:
    """The drugs against cancer that a resource names, and the medication in the file's own words."""
    concept = child(entry.resource, "medicationCodeableConcept")
    if not concept:
        found = chart.find(child(entry.resource, "medicationReference"), entry, "medicationReference")
        concept = child(found.resource, "code") if found is not None else concept
    for said in spoken(concept):
        drugs = drugs_in_words(said)
        if drugs:
            return drugs, said
    for one in codings(concept):
        if one.system == RXNORM_SYSTEM and one.code in RXNORM:
            return (RXNORM[one.code],), RXNORM[one.code]
    return (), named(concept)


def _timed(resource: Json) -> When:
    """The first and last day that an order tells; "" where it tells none."""
    for dosage in children(resource, "dosageInstruction"):
        timing = child(dosage, "timing")
        bounds = child(child(timing, "repeat"), "boundsPeriod")
        if bounds.get("start"):
            return When(day(bounds.get("start")), day(bounds.get("end")))
        events = timing.get("event")
        if isinstance(events, list) and events and isinstance(events[0], str):
            return When(day(events[0]), "")
    return When("", "")


def _stopped(resource: Json) -> str:
    for extension in extensions(resource, "mcode-treatment-termination-reason", "mcode-termination-reason"):
        return named(child(extension, "valueCodeableConcept"))
    if resource.get("status") != "stopped":
        return ""
    reasons = [named(one) for one in children(resource, "statusReason")]
    return next((one for one in reasons if one), "")
