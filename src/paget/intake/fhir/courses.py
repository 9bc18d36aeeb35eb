"""Courses: administrations of one drug, or sessions of one treatment, joined to what they make up."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Final

from paget.intake.fhir.chart import Chart, Row
from paget.intake.fhir.references import Entry

COURSE_GAP_DAYS: Final = 92
"""Two administrations further apart than this belong to two courses. Three months: longer than the interval
of any cycle in use (at most twelve weeks, a depot of hormones), shorter than a pause between lines."""

_DATE: Final = re.compile(r"\d{4}-\d{2}-\d{2}")


@dataclass(slots=True)
class Given:
    """One administration, statement, order or session: what, for which tumour, when.

    ``weight`` says how much its days count: 2 what was given, 1 an order that tells when, 0 an order that
    only tells when it was written. The days of a course are those of its weightiest members.
    """

    entry: Entry
    what: tuple[str, ...]
    values: Row
    start: str
    end: str
    known: str
    weight: int = 2
    stop_reason: str = ""
    targets: list[Row] = field(default_factory=list)


def add_courses(chart: Chart, given: list[Given]) -> None:
    """Add a ``treatments`` row for each course.

    A course is what was given of one kind for one tumour without a gap of more than
    :data:`COURSE_GAP_DAYS`. Its first day is that of the first administration, its last day that of the
    last one recorded; an order alone gives a first day, and a last one only where it tells one.
    """
    kinds: dict[tuple[str, ...], list[Given]] = defaultdict(list)
    for one in given:
        kinds[one.what].append(one)
    joined = 0
    for kind in kinds.values():
        for course in _split(kind):
            _add(chart, course)
            joined += len(course) if len(course) > 1 else 0
    if joined:
        chart.say(
            "note",
            f"{joined} administrations, orders or sessions were joined into courses: the same treatment "
            f"for the same tumour, at most {COURSE_GAP_DAYS} days apart",
            table="treatments",
        )


def _split(kind: list[Given]) -> list[list[Given]]:
    """The courses of one kind of treatment; what has no exact day is a course of its own."""
    dated = [one for one in kind if _date(one.start) is not None]
    courses: list[list[Given]] = [[one] for one in kind if _date(one.start) is None]
    last: dt.date | None = None
    for one in sorted(dated, key=lambda given: (given.start, given.end, given.entry.key)):
        start = _date(one.start)
        assert start is not None  # noqa: S101  # filtered above
        if last is None or (start - last).days > COURSE_GAP_DAYS:
            courses.append([])
            last = start
        courses[-1].append(one)
        last = max(last, _date(one.end) or start)
    return courses


def _date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if _DATE.fullmatch(text) else None
    except ValueError:
        return None


def _add(chart: Chart, course: list[Given]) -> None:
    weight = max(one.weight for one in course)
    facts = [one for one in course if one.weight == weight]
    first = min(facts, key=lambda one: (one.start or "9999", one.entry.key))
    ends = [one.end for one in facts if one.end]
    end = max(ends) if ends else ""
    values: Row = {}
    for one in [first, *course]:
        if one is not first and (one.known or one.start) > first.start:
            continue  # what came to be known later does not describe the beginning
        for name, value in one.values.items():
            if value not in ("", None, []):
                values.setdefault(name, value)
    reason = next((one.stop_reason for one in reversed(course) if one.stop_reason), "")
    values.update(treatment_id=first.entry.key, start_day=first.start, end_day=end, stop_reason=reason)
    chart.add("treatments", first.entry, known=first.known, own_day=first.start, **values)
    seen: set[str] = set()
    for one in course:
        for target in one.targets:
            subject = str(target.get("lesion_id") or target.get("site_id"))
            if subject not in seen:
                seen.add(subject)
                chart.add("targets", one.entry, treatment_id=first.entry.key, **target)
