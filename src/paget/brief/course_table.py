"""The course as a table: every dated row of the record about one primary, in order of its day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from paget.brief.calendar import Day
from paget.brief.case_view import CaseView
from paget.brief.course import treatment_words
from paget.brief.names import kind_words, observation_name, observation_words
from paget.brief.rows import CourseRow
from paget.brief.words import capital, number, visible

MOST_ROWS: Final = 150

_LATE: Final[Day] = (10**7, 10**7)
Entry = tuple[Day, str, str, str, str]
"""Sorting day, day in words, what, result, known."""


def course_rows(view: CaseView) -> tuple[tuple[CourseRow, ...], int]:
    """The rows, and how many more there are than fit a page."""
    entries = sorted(_entries(view), key=lambda entry: entry[0])
    rows = tuple(CourseRow(*entry[1:]) for entry in entries[-MOST_ROWS:])
    return rows, len(entries) - len(rows)


def _entries(view: CaseView) -> Iterator[Entry]:
    if view.tumour is not None:
        yield _entry(
            view, view.tumour, "diagnosed_day", "Diagnosis", _text(view.tumour.histology, view.tumour.grade)
        )
    for row in view.rows("stagings"):
        yield _entry(view, row, "day", "Stage", _staging(row))
    for row in view.treatments:
        yield _treatment(view, row)
    for lesion in view.lesions:
        if not view.readings(lesion.lesion_id):
            name = view.short_names[lesion.lesion_id]
            yield _entry(
                view, lesion, "found_day", f"{visible(name, 20)} found", _text(lesion.organ, lesion.location)
            )
    for site in view.sites:
        yield _entry(
            view,
            site,
            "day",
            f"{capital(visible(site.organ or '', 30))} involved",
            "number of lesions unknown",
        )
    yield from _sizes(view)
    for row in view.rows("statuses"):
        yield _entry(view, row, "day", "Status", _text(row.status, row.site, row.basis))
    for row in view.rows("studies"):
        kind = kind_words(row.kind or "examination")
        covers = ", ".join(visible(region, 20) for region in row.covers or ())
        yield _entry(view, row, "day", f"{kind} {covers}".strip(), _text(row.result))
    for row in view.rows("observations"):
        yield _entry(view, row, "day", capital(observation_name(row.name)), observation_words(row))
    ours = {row.treatment_id for row in view.treatments}
    for row in view.rows("events"):
        if row.treatment_id is None or row.treatment_id in ours or view.is_sole:
            yield _entry(
                view, row, "day", capital(visible(row.kind or "event", 40)), _text(row.text, row.grade)
            )


def _entry(view: CaseView, row: Any, column: str, what: str, result: str) -> Entry:
    day = view.day(row, column)
    known = view.day(row, "known_day")
    return day or known or _LATE, view.calendar.write(day), what, result, _known_later(view, known, day)


def _known_later(view: CaseView, known: Day | None, day: Day | None) -> str:
    """When a row became known, where that was not its own day."""
    return "" if known is None or known == day else view.calendar.write(known)


def _treatment(view: CaseView, row: Any) -> Entry:
    start, end = view.day(row, "start_day"), view.day(row, "end_day")
    write = view.calendar.write
    if start is not None and end is not None and start != end:
        when = f"{write(start)} to {write(end)}"
    elif start is not None and end is None and row.modality not in ("surgery", "ablation"):
        when = f"from {write(start)}, end not documented"
    else:
        when = write(start or end)
    pathology = view.day(row, "pathology_day")
    result = _text(
        None if row.fractions is None else f"{row.fractions} fractions",
        None if row.margin_mm is None else f"margin {number(row.margin_mm)} mm",
        row.intent,
        row.approach,
        None if row.stop_reason is None else f"stopped: {visible(row.stop_reason, 60)}",
    )
    known = pathology or view.day(row, "known_day")
    return (
        start or end or known or _LATE,
        when,
        treatment_words(row, longest=120),
        result,
        _known_later(view, known, end or start),
    )


def _sizes(view: CaseView) -> Iterator[Entry]:
    """Sizes of one day and method together; those read in retrospect say so."""
    together: dict[tuple[Day, str, Day | None, bool], list[str]] = {}
    for lesion in view.lesions:
        name = visible(view.short_names[lesion.lesion_id], 20)
        found = view.day(lesion, "found_day")
        for day, row in view.readings(lesion.lesion_id):
            size = (
                f"{number(row.longest_mm)} mm"
                if row.longest_mm is not None
                else f"{number(row.volume_ml)} mL"
            )
            later = found is not None and day[1] < found[0]
            key = (day, visible(row.method or "", 30), view.day(row, "known_day"), later)
            together.setdefault(key, []).append(f"{name} {size}")
    write = view.calendar.write
    for (day, method, known, later), said in together.items():
        text = _known_later(view, known, day) + (", in retrospect" if later else "")
        yield (
            day,
            write(day),
            f"Sizes, {kind_words(method)}".removesuffix(", "),
            ", ".join(said),
            text,
        )


def _staging(row: Any) -> str:
    tnm = " ".join(visible(part, 12) for part in (row.t, row.n, row.m) if part)
    nodes = (
        None
        if row.nodes_positive is None
        else f"{row.nodes_positive} of {row.nodes_examined or 'unknown'} nodes"
    )
    edition = None if row.edition is None else f"edition {visible(row.edition, 12)}"
    return _text(
        f"{row.prefix or ''}{tnm}" or None,
        row.stage_group and f"stage {visible(row.stage_group, 20)}",
        nodes,
        edition,
    )


def _text(*parts: str | None) -> str:
    return ", ".join(visible(part) for part in parts if part)
