"""Surgery: operations that remove or destroy a tumour, what they removed and what remained."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.body_structure import Lesions
from paget.intake.fhir.chart import READ, Chart, Outcome, Row
from paget.intake.fhir.codes.body import place, region
from paget.intake.fhir.codes.operations import Operation, approach_in
from paget.intake.fhir.codes.residual import residual
from paget.intake.fhir.elements import Json, When, child, children, codings, named, spoken
from paget.intake.fhir.reasons import Reason, intent_of
from paget.intake.fhir.references import Entry
from paget.intake.fhir.residual_tumour import note_residual

_ORGAN_LEVEL: Final = frozenset({("rectosigmoid junction", "rectum"), ("rectosigmoid junction", "colon")})


def read_operation(
    entry: Entry, chart: Chart, deed: Operation | None, reason: Reason, on: When, operations: dict[str, Row]
) -> Outcome:
    """Read a local treatment of a tumour: a ``treatments`` row, its targets and complications.

    It is definitive where its aim is curative and it resects the organ of the primary that it is for;
    otherwise that is unknown.

    Args:
        entry: the Procedure.
        chart: where rows go.
        deed: what its code says was done; None where that is not known.
        reason: what it was done for.
        on: its days.
        operations: rows by Procedure, for what pathology says later; filled here.
    """
    resource = entry.resource
    concept = child(resource, "code")
    site = next((place(codings(one), spoken(one)) for one in children(resource, "bodySite")), place(()))
    organ = deed.organ if deed is not None and deed.organ else site.organ
    intent = intent_of(resource)
    resects = deed is not None and deed.resects
    primary = reason.primary
    cures = intent == "curative" and resects and primary is not None and not reason.targets
    same_organ = (
        primary is not None
        and bool(organ)
        and (organ == primary.site or (primary.site, organ) in _ORGAN_LEVEL)
    )
    where = region(organ)
    row = chart.add(
        "treatments",
        entry,
        known=chart.known(entry, "issued"),
        own_day=on.start,
        treatment_id=entry.key,
        tumour_id=reason.tumour_id,
        modality=deed.modality if deed is not None else "surgery",
        procedure=(deed.procedure if deed is not None else "") or named(concept),
        approach=(deed.approach if deed is not None else "") or approach_in(spoken(concept)),
        intent=intent,
        definitive=True if cures and same_organ else None,
        start_day=on.start,
        end_day=on.end,
        field=[where] if where else [],
    )
    operations[entry.name] = row
    stated = residual(child(resource, "outcome"))
    if stated:
        note_residual(chart, row, stated, "", entry)
    for target in reason.targets:
        chart.add("targets", entry, treatment_id=entry.key, **target)
    _complications(entry, chart)
    return READ


def _complications(entry: Entry, chart: Chart) -> None:
    for complication in children(entry.resource, "complication"):
        said = named(complication)
        if said:
            chart.add("events", entry, treatment_id=entry.key, kind="complication", text=said)


_BIOPSY_METHODS: Final = frozenset({"86273004", "129314006"})


def _by_biopsy(specimen: Json) -> bool:
    method = child(child(specimen, "collection"), "method")
    if any("biops" in one.casefold() for one in spoken(method)):
        return True
    return any(one.code in _BIOPSY_METHODS for one in codings(method))


def lesions_removed(
    specimens: list[Entry], chart: Chart, lesions: Lesions, operations: dict[str, Row]
) -> None:
    """Mark a lesion as removed where a specimen carries its identifier and one operation took it.

    The operation is the only one on the day on which the specimen was taken or received; where none or
    several are, the removal is said and no operation is named for it.
    """
    for entry in specimens:
        removed = lesions.of_specimen(entry.resource)
        if not removed or _by_biopsy(entry.resource):
            continue
        collected = str(child(entry.resource, "collection").get("collectedDateTime") or "").split("T", 1)[0]
        received = str(entry.resource.get("receivedTime") or "").split("T", 1)[0]
        day = collected or received
        on_day = [
            row
            for row in operations.values()
            if row.get("start_day") == day and row.get("modality") in ("surgery", "transplantation")
        ]
        if len(on_day) != 1:
            chart.say(
                "note",
                "a specimen shows that a lesion was removed; by which operation is not told",
                entry,
                "give the operation and the specimen the same day",
                table="targets",
            )
            continue
        for lesion_id in removed:
            _mark(chart, on_day[0], lesion_id, entry)


def _mark(chart: Chart, operation: Row, lesion_id: str, entry: Entry) -> None:
    for row in chart.rows["targets"]:
        if row["treatment_id"] == operation["treatment_id"] and row.get("lesion_id") == lesion_id:
            row["removed"] = True
            return
    chart.add("targets", entry, treatment_id=operation["treatment_id"], lesion_id=lesion_id, removed=True)
