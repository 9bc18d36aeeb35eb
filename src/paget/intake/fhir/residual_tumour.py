"""Residual tumour: R0, R1, R2 or RX of an operation, from whichever of its five places says so."""

from __future__ import annotations

from paget.intake.fhir.chart import READ, Chart, Outcome, Row, not_understood
from paget.intake.fhir.codes.residual import either
from paget.intake.fhir.elements import child, children
from paget.intake.fhir.references import Entry

# Days are ISO texts here, which sort as days do.


def note_residual(chart: Chart, row: Row, stated: str, day: str, entry: Entry) -> None:
    """Give an operation a residual tumour class; two different ones are both possible, and named.

    Args:
        chart: where a contradiction is named.
        row: the ``treatments`` row.
        stated: R0, R1, R2, RX, "R0 or R1" or "R1 or R2".
        day: the day on which it became known, of the pathology report.
        entry: the resource that states it.
    """
    before = str(row.get("residual", ""))
    joined = either(before, stated)
    if before and joined != before:
        chart.say(
            "contradiction",
            "two statements of residual tumour after one operation: both are kept as possible",
            entry,
            table="treatments",
            row=str(row["treatment_id"]),
            column="residual",
        )
    if joined:
        row["residual"] = joined
    else:
        row.pop("residual", None)
    if day and day > str(row.get("pathology_day", "")):
        row["pathology_day"] = day


def read_residual(
    entry: Entry, chart: Chart, operations: dict[str, Row], stated: str, day: str, known: str
) -> Outcome:
    """Read an observation of residual tumour or margin: it belongs to the operation that it names.

    One that names none belongs to the last operation of the patient before it, when there is only one
    candidate.

    Args:
        entry: the Observation.
        chart: where problems are named.
        operations: ``treatments`` rows of operations, by the name of their Procedure.
        stated: the class.
        day: the day of the observation.
        known: the day on which it became known.
    """
    for element in ("partOf", "focus"):
        for reference in children(entry.resource, element):
            found = chart.find(reference, entry, element)
            if found is not None and found.name in operations:
                note_residual(chart, operations[found.name], stated, known or day, entry)
                return READ
    primary = next(
        (one for ref in children(entry.resource, "focus") if (one := chart.primary(ref, entry, "focus"))),
        None,
    )
    candidates = [
        row
        for row in operations.values()
        if row.get("start_day") and (not day or str(row["start_day"]) <= day)
        and (primary is None or row.get("tumour_id") in (None, primary.tumour_id))
    ]  # fmt: skip
    specimen = chart.find(child(entry.resource, "specimen"), entry, "specimen")
    taken = _taken(specimen) if specimen is not None else ""
    candidates = [row for row in candidates if taken and row.get("start_day") == taken] or candidates
    if len(candidates) == 1:
        note_residual(chart, candidates[0], stated, known or day, entry)
        return READ
    chart.say(
        "note",
        "residual tumour of an operation that is not told"
        + ("" if operations else "; no operation is in this source"),
        entry,
        "name the operation by partOf",
        table="treatments",
        column="residual",
    )
    return not_understood("which operation it speaks of is not told")


def _taken(specimen: Entry) -> str:
    """The day on which a specimen was taken."""
    collection = child(specimen.resource, "collection")
    collected = collection.get("collectedDateTime")
    return collected.split("T", 1)[0] if isinstance(collected, str) else ""
