"""Patient: sex, birth and death; a death without a day stays a death."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome
from paget.intake.fhir.elements import day, text
from paget.intake.fhir.references import Entry

_SEX: Final = {"male": "male", "female": "female", "other": "other"}


def read_patient(entry: Entry, chart: Chart) -> Outcome:
    """Read the patient: one ``patients`` row."""
    resource = entry.resource
    died = day(resource.get("deceasedDateTime"))
    dead: bool | None = True if died else None
    stated = resource.get("deceasedBoolean")
    if not died and stated is True:
        dead = True
        chart.say(
            "note",
            "known to be dead, the day of death is not told",
            entry,
            "write deceasedDateTime, at least its year",
            table="patients",
            column="death_day",
        )
    elif died and stated is False:
        chart.say("contradiction", "both a day of death and not deceased", entry, table="patients")
    chart.add(
        "patients",
        entry,
        sex=_SEX.get(text(resource, "gender"), ""),
        birth_day=day(resource.get("birthDate")),
        death_day=died,
        deceased=dead,
    )
    return READ
