"""The table of lesions: where, how large, how fast, measured when, judged how."""

from __future__ import annotations

import math
import re
from typing import Any, Final

from paget.brief.case_view import CaseView, Judged
from paget.brief.growth import UNKNOWN, doubling, doubling_words, sphere_ml
from paget.brief.names import kind_words
from paget.brief.rows import Examination, LesionRow
from paget.brief.words import Span, Words, capital, number, visible, words
from paget.brief.workup import past_limit
from paget.figures import Scale, Size, State

MOST_ROWS: Final = 24
ORIGIN: Final = "origin unknown"

NOTE: Final = (
    "Volume is that of a sphere on the longest diameter unless it was measured. Doubling times are from the "
    "last two readings, with the values possible when each is off by 1 mm; a wide interval means that the "
    "readings say little."
)
_TREATED: Final = {
    "surgery": "resectable",
    "ablation": "ablatable",
    "stereotactic radiotherapy": "stereotactic",
    "radiotherapy": "irradiable",
    "systemic": "systemic only",
    "none": "beyond local treatment",
}


_MADE_UP: Final = re.compile(r"sites?-?\d+|[0-9a-f-]{30,}")
"""Names of sites that no person gave: numbers, and identifiers of a system."""


def lesion_rows(view: CaseView, workup: tuple[Examination, ...]) -> list[LesionRow]:
    """A row for each lesion, then for each organ with an unknown number; what is gone comes last."""
    rows = [_lesion_row(view, lesion, workup) for lesion in view.lesions]
    rows += [_site_row(view, site) for site in view.sites]
    return sorted(rows, key=lambda row: (row.gone, row.certain == "no"))


def lesion_scale(view: CaseView, rows: list[LesionRow]) -> Scale:
    """The scale that all small lines share."""
    sizes = [size for row in rows for size in row.sizes]
    if not sizes:
        return Scale(view.calendar.as_of - 1, view.calendar.as_of, 10)
    most = max(size.mm for size in sizes)
    return Scale(min(size.day[0] for size in sizes), view.calendar.as_of, max(5.0, 5 * math.ceil(most / 5)))


def _lesion_row(view: CaseView, lesion: Any, workup: tuple[Examination, ...]) -> LesionRow:
    name = view.short_names[lesion.lesion_id]
    readings = view.readings(lesion.lesion_id)
    sizes = view.sizes(lesion)
    where, more = where_words(lesion)
    gone = lesion.lesion_id in view.gone
    nature = view.nature(lesion.lesion_id)
    time = doubling(sizes[-2], sizes[-1]) if len(sizes) > 1 else None
    times, times_more = doubling_words(time)
    measured, age, late = _measured(view, readings, workup, gone)
    judged, judged_more = judged_words(view, lesion.lesion_id)
    if gone:
        judged, judged_more = ((None, "removed"),), view.calendar.write(view.gone[lesion.lesion_id])
    return LesionRow(
        name=visible(name, 20),
        full_name="" if name == lesion.lesion_id else visible(lesion.lesion_id, 60),
        where=where,
        where_more=_with_origin(view, lesion, more),
        sizes=sizes,
        longest=words(Span(number(sizes[-1].mm), "strong")) if sizes else UNKNOWN,
        longest_more=_before(view, sizes),
        volume=_volume(readings),
        doubling=times,
        doubling_more=times_more,
        measured=measured,
        age=age,
        late=late,
        certain=nature,
        judged=judged,
        judged_more=judged_more,
        gone=gone,
    )


def _site_row(view: CaseView, site: Any) -> LesionRow:
    judged, judged_more = judged_words(view, site.site_id)
    gone = site.site_id in view.gone
    day = view.day(site, "day")
    organ = capital(visible(site.organ or "organ unknown", 40))
    return LesionRow(
        name=organ,
        full_name=site_name(site),
        where="Number of lesions unknown",
        where_more=_with_origin(view, site, ""),
        sizes=(),
        longest=UNKNOWN,
        longest_more="",
        volume=UNKNOWN,
        doubling=UNKNOWN,
        doubling_more="",
        measured=f"seen {view.calendar.write(day)}",
        age=view.calendar.age_words(day),
        late=False,
        certain="unknown" if view.nature(site.site_id) == "unknown" else "yes",
        judged=judged,
        judged_more=judged_more,
        gone=gone,
        is_site=True,
    )


def site_name(site: Any) -> str:
    """The name of a site in the record, where it says more than its organ and a person gave it."""
    name = str(site.site_id).lower()
    return "" if name == site.organ or _MADE_UP.fullmatch(name) else visible(site.site_id, 60)


def where_words(lesion: Any) -> tuple[str, str]:
    """The organ with its closest place, and what else is said of it.

    >>> from types import SimpleNamespace as Row
    >>> lesion = Row(organ="liver", location="segment II, near a vein", laterality=None, relation="distant")
    >>> where_words(lesion)
    ('Liver II', 'near a vein')
    """
    organ = visible(lesion.organ or "organ unknown", 40)
    place, _, more = visible(lesion.location or "", 120).partition(", ")
    place = re.sub(r"(?i)^(?:liver )?(?:segment|seg\.?) ", "", place)
    side = lesion.laterality if lesion.laterality in ("left", "right", "both") else ""
    if side and side in place.lower():
        side = ""
    if place.lower().startswith(("right", "left")) or not place or not _is_short(place):
        parts = [f"{organ}, {side}" if side else organ, place]
        where = ", ".join(part for part in parts if part)
    else:
        where = f"{organ} {place}" if not side else f"{organ} {place}, {side}"
    if lesion.relation in ("local", "regional"):
        more = f"{lesion.relation}{', ' if more else ''}{more}"
    elif lesion.relation is None:
        more = f"relation to the primary unknown{', ' if more else ''}{more}"
    return capital(where), more


def _with_origin(view: CaseView, row: Any, more: str) -> str:
    """What is said of a place, and that what lies there may come from another primary."""
    return ", ".join(part for part in (more, ORIGIN if view.is_of_unknown_origin(row) else "") if part)


def _is_short(place: str) -> bool:
    return bool(re.fullmatch(r"[IVX]+[ab]?(?: ?[/,-] ?[IVX]+[ab]?)?|\d[ab]?", place))


def _before(view: CaseView, sizes: tuple[Size, ...]) -> str:
    if not sizes:
        return "no size recorded"
    if len(sizes) == 1:
        return "one reading"
    return f"{number(sizes[-2].mm)} in {view.calendar.write_month(sizes[-2].day)}"


def _volume(readings: list[tuple[tuple[int, int], Any]]) -> Words:
    if not readings:
        return UNKNOWN
    last = readings[-1][1]
    if last.volume_ml is not None:
        return (Span(number(float(last.volume_ml))), Span(" measured", "small"))
    return words(_ml(sphere_ml(float(last.longest_mm))))


def _ml(volume: float) -> str:
    return "under 0.1" if volume < 0.05 else f"{volume:.1f}" if volume < 99.95 else number(volume)


def _measured(
    view: CaseView, readings: list[tuple[tuple[int, int], Any]], workup: tuple[Examination, ...], gone: bool
) -> tuple[str, str, bool]:
    """How and when it was last measured, how long ago, and whether that is past the examination's limit."""
    if not readings:
        return "not measured", "", False
    day, row = readings[-1]
    age = view.calendar.age_words(day)
    late = "" if gone else past_limit(workup, row.method or "", view.calendar.age(day))
    written = view.calendar.write_short(day) if day[0] == day[1] else view.calendar.write(day)
    return f"{kind_words(row.method)} {written}".strip(), f"{age}, limit {late}" if late else age, bool(late)


def judged_words(view: CaseView, name: str) -> tuple[tuple[tuple[State | None, str], ...], str]:
    """What was judged of a lesion: its nature where doubtful, then whether and how it can be cleared."""
    nature, treated = view.judged(name, "certainty"), view.judged(name, "treatable_by")
    expected = view.judged(name, "r0_expected")
    said: list[tuple[State | None, str]] = []
    state = view.nature(name)
    if state == "no":
        return ((None, "benign"),), _by(view, nature)
    if state == "unknown" and nature is not None:
        said.append(("unknown", listed_values(nature)))
    if treated is None and expected is None:
        return (tuple(said), _by(view, nature)) if said else ((("unknown", "not judged"),), "")
    if treated is not None:
        several = len(treated.values) > 1
        state = "unknown" if several else "no" if treated.values[0] in ("none", "systemic") else "yes"
        said.append((state, " or ".join(_TREATED.get(value, str(value)) for value in treated.values)))
    if expected is not None:
        several = len(expected.values) > 1
        state = "unknown" if several else "yes" if expected.values[0] else "no"
        said.append((state, "R0 expected" if state != "no" else "R0 not expected"))
    return tuple(said), _by(view, treated or expected)


def listed_values(judged: Judged) -> str:
    """What was said, several on one day side by side."""
    return " or ".join(visible(value, 40) for value in judged.values)


def _by(view: CaseView, judged: Judged | None) -> str:
    if judged is None:
        return ""
    return ", ".join(part for part in (judged.role, view.calendar.write(judged.day)) if part)
