"""The course drawn as a strip: what the record says about treatments, lesions, examinations and markers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from paget.brief.calendar import Day
from paget.brief.case_view import CaseView
from paget.brief.findings import Findings
from paget.brief.names import MARKERS, kind_words, observation_words
from paget.brief.rows import Examination
from paget.brief.words import bounds, capital, months_words, number, plural, shortened, unit_words, visible
from paget.brief.workup import past_limit
from paget.figures import Bar, Dot, Interval, Moment, Series, Timeline, Track

_AT_ONCE: Final = frozenset({"surgery", "ablation", "embolisation", "transplantation"})
_MOST_SERIES: Final = 8
_MOST_MOMENTS: Final = 14
_LEAST_DAYS: Final = 60
_WORKUP_DAYS: Final = 120
"""Studies that led to the diagnosis are drawn when they are not older than this, in days."""


def course(view: CaseView, findings: Findings, workup: tuple[Examination, ...]) -> Timeline:
    """The strip of one primary."""
    moments = _moments(view)
    bars = tuple(_bars(view))
    tracks = tuple(_tracks(view))
    start = _start(view, bars, moments, tracks)
    series = tuple(_series(view, workup, start))
    interval = _interval(view, findings)
    as_of = view.calendar.as_of
    written = view.calendar.write((as_of, as_of))
    return Timeline(
        start=start,
        as_of=as_of,
        written_as_of=written,
        title=f"Course of the disease, {view.calendar.write_month((start, start))} to {written}",
        description=_described(view, bars, moments, interval, tracks, series),
        bars=bars,
        moments=moments,
        interval=interval,
        tracks=tracks,
        series=series,
        relative=view.calendar.relative,
    )


def treatment_words(row: Any, *, longest: int = 60) -> str:
    """A treatment in a few words: procedure with its result, or drugs with cycles, or dose."""
    what = shortened(row.procedure or "", longest)
    if not what and row.agents:
        names = [visible(agent, 40) for agent in row.agents]
        what = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
        if row.modality not in ("systemic", None):
            what = ""
    what = what or visible(row.modality or "treatment of unknown kind", 40)
    if row.modality == "systemic" and row.procedure and row.agents and len(what) < 12:
        what += f": {', '.join(visible(agent, 30) for agent in row.agents[:3])}"
    if row.field and row.modality in ("radiotherapy", "chemoradiotherapy"):
        what += f" {', '.join(visible(region, 20) for region in row.field[:3])}"
    if row.dose_gy is not None:
        what += f" {number(row.dose_gy)} Gy"
    if row.cycles is not None:
        what += f" × {row.cycles}"
    if row.residual:
        what += f", {row.residual}"
    return capital(what)


def is_moment(row: Any) -> bool:
    """Whether a treatment is drawn as one day: an operation, or an ablation."""
    return row.modality in _AT_ONCE and (
        row.end_day is None or row.end_day == row.start_day or row.start_day is None
    )


def _bars(view: CaseView) -> Iterator[Bar]:
    for row in view.treatments:
        start = view.started(row)
        if start is not None and not is_moment(row):
            yield Bar(start, view.day(row, "end_day"), treatment_words(row, longest=40))


def _moments(view: CaseView) -> tuple[Moment, ...]:
    write = view.calendar.write
    found: list[Moment] = []
    if view.tumour is not None and (day := view.day(view.tumour, "diagnosed_day")) is not None:
        found.append(Moment(day, "Diagnosed", write(day)))
    for row in view.treatments:
        day = view.started(row)
        if day is not None and is_moment(row):
            found.append(Moment(day, treatment_words(row, longest=40), write(day), operation=True))
    if (day := view.detected) is not None:
        found.append(Moment(day, _found_words(view), write(day)))
    if (day := view.day(view.patient, "death_day")) is not None and view.calendar.was(day):
        found.append(Moment(day, "Died", write(day)))
    found.sort(key=lambda moment: moment.day)
    if len(found) <= _MOST_MOMENTS:
        return tuple(found)
    named = [m for m in found if not m.operation]
    return tuple(
        sorted(
            [*named, *[m for m in found if m.operation][-(_MOST_MOMENTS - len(named)) :]], key=lambda m: m.day
        )
    )


def _found_words(view: CaseView) -> str:
    """What was found: metastases, or lesions where each may come from another primary."""
    rows = [*view.standing, *view.sites]
    noun = "lesion" if rows and all(view.is_of_unknown_origin(row) for row in rows) else "metastasis"
    return f"{capital(plural(noun) if len(rows) > 1 else noun)} found"


def _interval(view: CaseView, findings: Findings) -> Interval | None:
    """The bracket of the disease-free interval up to the first detection, as long as it can be."""
    value = findings.value("disease_free_interval_days")
    shown = months_words(value)
    ends, end = bounds(value), view.detected
    sure = findings.surely("disease_free_interval_days")
    if not sure or ends is None or end is None or shown.certainty == "unknown" or ends == (0, 0):
        return None
    start, longest = None if view.definitive is None else view.ended(view.definitive), ends[1]
    if longest is not None and (start is None or longest != end[1] - start[0]):
        start = (end[1] - int(longest), end[1] - int(longest))
    if start is None or start[0] >= end[1]:
        return None
    return Interval(start, end, f"disease-free {shown.text}", known=shown.certainty == "known")


def _tracks(view: CaseView) -> Iterator[Track]:
    for lesion in view.lesions:
        if view.nature(lesion.lesion_id) == "no":
            continue
        gone = lesion.lesion_id in view.gone
        sizes = view.sizes(lesion)
        says = "removed" if gone else f"{number(sizes[-1].mm)} mm" if sizes else "size not recorded"
        name = visible(view.short_names[lesion.lesion_id], 12)
        organ = visible(lesion.organ or "", 14)
        yield Track(
            name if sizes else f"{name} {organ}".strip(),
            _where(lesion),
            view.day(lesion, "found_day"),
            sizes,
            known=view.nature(lesion.lesion_id) == "yes",
            says=says,
            gone=view.gone.get(lesion.lesion_id) if gone else None,
        )
    for site in view.sites:
        yield Track(
            capital(visible(site.organ or "organ", 14)),
            "",
            view.day(site, "day"),
            (),
            known=False,
            says="number unknown",
            gone=view.gone.get(site.site_id),
        )


def _where(lesion: Any) -> str:
    """The segment of a liver lesion, else the organ: what fits into a margin."""
    first = visible(lesion.location or "", 40).partition(",")[0].removeprefix("segment ").strip()
    if lesion.organ == "liver" and first and len(first) <= 6:
        return first
    return visible(lesion.organ or "", 10)


def _start(
    view: CaseView, bars: tuple[Bar, ...], moments: tuple[Moment, ...], tracks: tuple[Track, ...]
) -> int:
    """The first day drawn: the diagnosis, or what of its course came before, with a little room."""
    firsts = [bar.start[0] for bar in bars] + [moment.day[0] for moment in moments]
    firsts += [track.found[0] for track in tracks if track.found] + [
        t.sizes[0].day[0] for t in tracks if t.sizes
    ]
    as_of = view.calendar.as_of
    studies = [day[0] for row in view.rows("studies") if (day := view.day(row, "day")) is not None]
    if not firsts:
        firsts = studies or [as_of - 365]
    first = min([*firsts, *(day for day in studies if min(firsts) - day <= _WORKUP_DAYS)])
    return first - max(
        (as_of - first) // 30, (_LEAST_DAYS - (as_of - first)) if as_of - first < _LEAST_DAYS else 0
    )


# Examinations, markers and statuses


def _series(view: CaseView, workup: tuple[Examination, ...], start: int) -> Iterator[Series]:
    said: dict[Day, dict[str, None]] = {}
    for row in view.rows("statuses"):
        if row.status and (day := view.day(row, "day")) is not None:
            said.setdefault(day, {})[visible(row.status, 24)] = None
    if said:
        statuses = sorted(said.items(), key=lambda status: status[0])
        dots = tuple(Dot(day, " or ".join(sorted(words)), known=len(words) == 1) for day, words in statuses)
        late = len(statuses[-1][1]) > 1
        yield Series("Status", dots, view.calendar.age_words(statuses[-1][0]), late=late)
    examined: dict[str, list[Day]] = {}
    for row in view.rows("studies"):
        if (
            (day := view.day(row, "day")) is not None
            and row.kind
            and row.kind not in ("pathology", "molecular", "other")
        ):
            examined.setdefault(row.kind, []).append(day)
    last_first = sorted(examined, key=lambda kind: -max(examined[kind])[1])[:_MOST_SERIES]
    for kind in (kind for kind in examined if kind in last_first):
        days = sorted(examined[kind])
        age = view.calendar.age_words(days[-1])
        limit = past_limit(workup, kind, view.calendar.age(days[-1]))
        shown = tuple(Dot(day) for day in days if day[1] >= start)
        yield Series(kind_words(kind), shown, f"{age}, limit {limit}" if limit else age, late=bool(limit))
    for name, label in MARKERS.items():
        values = [
            (day, row)
            for row in view.rows("observations")
            if (row.name or "").lower() == name and (day := view.day(row, "day")) is not None
        ]
        if values:
            yield _marker(view, workup, name, label, sorted(values, key=lambda value: value[0]), start)


def _marker(
    view: CaseView,
    workup: tuple[Examination, ...],
    name: str,
    label: str,
    values: list[tuple[Day, Any]],
    start: int,
) -> Series:
    unit = next((visible(row.unit, 20) for _, row in reversed(values) if row.unit), "")
    dots = []
    for day, row in values:
        text = observation_words(row)
        known = text != "unknown"
        text = text.removesuffix(f" {unit_words(unit)}") if unit else text
        if day[1] >= start:
            dots.append(Dot(day, text if known else "no result", known=known))
    last, row = values[-1]
    age = view.calendar.age_words(last)
    limit = past_limit(workup, name, view.calendar.age(last))
    unknown = observation_words(row) == "unknown"
    words = f"no result, {age}" if unknown else f"{age}, limit {limit}" if limit else age
    return Series(
        f"{label}, {unit_words(unit)}" if unit else label, tuple(dots), words, late=unknown or bool(limit)
    )


# What the strip says to someone who cannot see it


def _described(
    view: CaseView,
    bars: tuple[Bar, ...],
    moments: tuple[Moment, ...],
    interval: Interval | None,
    tracks: tuple[Track, ...],
    series: tuple[Series, ...],
) -> str:
    write = view.calendar.write
    said = [f"{moment.label} {moment.written_day}." for moment in moments]
    said += [
        f"{bar.label}, {_from_to(write(bar.start), None if bar.end is None else write(bar.end))}."
        for bar in bars
    ]
    if interval is not None:
        said.append(f"{capital(interval.label)}.")
    for track in tracks:
        sizes = ", ".join(f"{number(size.mm)} mm {write(size.day)}" for size in track.sizes)
        nature = "" if track.known else ", nature or number unknown"
        said.append(
            f"{track.name} {track.where}{nature}: {sizes or track.says}{', removed' if track.gone else ''}."
        )
    said += [
        f"{each.name}: last {each.age}{' (past its limit or without result)' if each.late else ''}."
        for each in series
    ]
    return " ".join(said)


def _from_to(start: str, end: str | None) -> str:
    return f"{start}, end not documented" if end is None else start if start == end else f"{start} to {end}"
