"""When a diagnosis was made: the day that stands for it, which element gave it, and when it was recorded."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final, NamedTuple

from paget.intake.fhir.chart import Chart
from paget.intake.fhir.elements import Json, child, day, extensions, number, text

_FULL_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


class Onset(NamedTuple):
    """The day that stands for a diagnosis, which element gave it, and the day it was recorded."""

    day: str
    element: str
    recorded: str


def onset_of(resource: Json, chart: Chart) -> Onset:
    """The day of a Condition: its onset, else when it was asserted, an age at onset, or when it was recorded.

    Args:
        resource: the Condition.
        chart: where the patient's birth is found, for an age.
    """
    asserted = next(
        (day(one.get("valueDateTime")) for one in extensions(resource, "condition-assertedDate")), ""
    )
    asserted = asserted or day(resource.get("assertedDate"))  # FHIR 3
    recorded = day(resource.get("recordedDate")) or asserted
    start = day(resource.get("onsetDateTime")) or day(child(resource, "onsetPeriod").get("start"))
    if start:
        return Onset(start, "onset", recorded)
    if asserted:
        return Onset(asserted, "assertedDate", recorded)
    aged = _onset_by_age(child(resource, "onsetAge"), chart)
    if aged:
        return Onset(aged, "onsetAge", recorded)
    return Onset(recorded, "recordedDate" if recorded else "", recorded)


def _onset_by_age(age: Json, chart: Chart) -> str:
    """An onset given as an age in years: the year of life, as the interval of its days."""
    years = number(age, "value")
    unit = text(age, "code") or text(age, "unit")
    born = next((row.get("birth_day", "") for row in chart.rows["patients"]), "")
    if years is None or unit not in ("a", "year", "years", "yr") or not _FULL_DATE.fullmatch(str(born)):
        return ""
    try:
        birth = dt.date.fromisoformat(str(born))
        first = birth.replace(year=birth.year + int(years), day=min(birth.day, 28))
        last = first.replace(year=first.year + 1) + dt.timedelta(days=3)  # the end of a month was clamped
    except (ValueError, OverflowError):
        return ""
    return f"{first.isoformat()}/{last.isoformat()}"
