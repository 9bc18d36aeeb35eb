"""Stages beside TNM observations: those of other systems, and the one that a Condition carries itself."""

from __future__ import annotations

from collections.abc import Callable

from paget.intake.fhir.chart import READ, Chart, Outcome, Primary, ignored, last_updated
from paget.intake.fhir.codes.staging_systems import System
from paget.intake.fhir.codes.tnm import edition, stage_group
from paget.intake.fhir.elements import Json, child, children, number, text
from paget.intake.fhir.quantities import answer
from paget.intake.fhir.references import Entry


def stage_of_condition(primary: Primary, chart: Chart, code_stage: str) -> None:
    """The stage that a Condition itself carries, where no observation of this source backs it.

    It is not dated: it is known when the condition was recorded, else on a day that nobody told.
    """
    resource = primary.entry.resource
    recorded = str(primary.row.get("known_day", "")) or last_updated(resource)
    for stage in children(resource, "stage"):
        backed = any(
            chart.find(one, primary.entry, "stage.assessment") is not None
            for one in children(stage, "assessment")
        )
        group = stage_group(child(stage, "summary"))
        if not backed and group:
            chart.add(
                "stagings",
                primary.entry,
                known=recorded,
                tumour_id=primary.tumour_id,
                stage_group=group,
                edition=edition(child(stage, "type")),
            )
            chart.say(
                "note",
                "a stage that no observation of this source backs: recorded without a day",
                primary.entry,
                table="stagings",
                column="day",
            )
    if code_stage and not _more_exactly(chart, primary, code_stage):
        chart.add(
            "stagings",
            primary.entry,
            known=recorded,
            tumour_id=primary.tumour_id,
            stage_group=code_stage,
            day=primary.row.get("diagnosed_day", ""),
        )


def _more_exactly(chart: Chart, primary: Primary, group: str) -> bool:
    """Whether a statement of the same tumour has the same stage or a part of it: IA where the code says I."""
    stated = (
        row.get("stage_group") for row in chart.rows["stagings"] if row["tumour_id"] == primary.tumour_id
    )
    return any(str(one).rstrip("ABCD123") == group for one in stated)


def read_other_system(
    entry: Entry, chart: Chart, system: System, day: str, known: str, missing: Callable[[Json], str]
) -> Outcome:
    """Read a stage of another system: an observation where it fits a tumour, else a contradiction.

    Args:
        entry: the Observation.
        chart: where rows go.
        system: the staging system.
        day: its day.
        known: the day on which it became known.
        missing: the address of a reference that is not here.
    """
    foci = children(entry.resource, "focus")
    named = [one for ref in foci if (one := chart.primary(ref, entry, "focus")) is not None]
    absent = next((address for ref in foci if (address := missing(ref))), "")
    tumours = named[:1] or list(chart.primaries.values())
    fitting = [one for one in tumours if system.fits(one.site, one.histology)]
    if tumours and not fitting:
        sites = ", ".join(dict.fromkeys(one.site or one.histology for one in tumours))
        lost = f"; its focus {absent} is not in this source" if absent else ""
        chart.say(
            "contradiction",
            f"{system.name} stage belongs to {system.belongs_to} and cannot stage a tumour of {sites}: "
            f"not recorded{lost}",
            entry,
            "file it with the patient and the tumour that it stages",
            table="stagings",
        )
        return ignored(f"{system.name} stage, which cannot belong to a tumour of {sites}")
    value = answer(child(entry.resource, "valueCodeableConcept")) or text(entry.resource, "valueString")
    score = number(entry.resource, "valueInteger")
    if not value and score is None:
        return ignored("no value")
    if absent or not tumours:
        chart.say(
            "note", f"{system.name} stage of a tumour that is not in this source", entry, table="observations"
        )
    chart.add(
        "observations",
        entry,
        known=known,
        own_day=day,
        day=day,
        name=f"{system.name} stage".lower(),
        text=value,
        low=score,
        high=score,
    )
    return READ
