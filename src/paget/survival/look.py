"""How results are drawn, and what figures of follow-up share: the axis, the counts at its ticks, words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, TypedDict

import numpy as np

from paget.errors import BadInput
from paget.figures.count_table import Counts, widest_count
from paget.figures.drawn import WIDTH, Said
from paget.figures.follow_up_axis import DAYS, FollowUpAxis, Unit, follow_up_axis
from paget.figures.shown_numbers import Estimate, count
from paget.figures.step_figure import GroupCounts, Landmark

if TYPE_CHECKING:
    from paget.survival.daily import DailyTable

LEAST: Final = 10
"""Fewer at risk than this are too few for a line that is read."""

_MOST_MARKS: Final = 60
"""More censored than this are in the table only, and not marked on the curve."""


class Look(TypedDict, total=False):
    """How a figure is drawn; all of it may be left out.

    Attributes:
        title: what it shows, for those who cannot see it.
        unit: of the times in the data: day, week, month, year; default: day.
        shown: unit of the axis; default: by the length of follow-up.
        until: the last time drawn; default: all of it.
        origin: from what the time counts: "resection".
        scale: what the curves are, of 100: "Alive, of 100".
        names: label of a group -> its name on the figure.
        landmarks: name -> time of a line through the curves.
        notes: sentences below the figure.
        overrides: refusals that were overridden, each with its reason, printed on top.
        least: fewer at risk than this are drawn thin and without a band.
        width: px.
    """

    title: str
    unit: Unit
    shown: Unit
    until: float
    origin: str
    scale: str
    names: Mapping[Any, str]
    landmarks: Mapping[str, float]
    notes: Sequence[str]
    overrides: Sequence[str]
    least: int
    width: float


def axis_with_counts(table: DailyTable, last: float, look: Look) -> tuple[FollowUpAxis, list[GroupCounts]]:
    """The axis, and the counts of each group at its ticks; ticks are as far apart as their numbers need."""
    until = look.get("until", last)
    if until > last:
        raise BadInput("follow-up ends before", where=f"until {until:g}", mend=f"it ends at {last:g}")
    width = look.get("width", WIDTH)

    def axis(widest: str) -> FollowUpAxis:
        return follow_up_axis(
            until,
            unit=look.get("unit", "day"),
            shown=look.get("shown"),
            origin=look.get("origin", ""),
            room=width * 0.6,
            widest=widest,
        )

    places = range(len(table.groups))
    found = axis(widest_count([row for place in places for row in _counts(table, place, (0.0, until))]))
    groups = [
        GroupCounts(
            name_of(table.groups[place], look),
            float(table.exits[place].sum()),
            _counts(table, place, found.ticks),
        )
        for place in places
    ]
    return found, groups


def _counts(table: DailyTable, place: int, ticks: Sequence[float]) -> tuple[Counts, ...]:
    """At risk, censored and events at each tick; who leaves at a tick is at risk there still."""
    at = np.searchsorted(table.times, np.asarray(ticks), side="left")
    gone = np.concatenate(
        [np.zeros((len(table.causes) + 1, 1)), np.cumsum(table.exits[place], axis=1)], axis=1
    )[:, at]
    total = float(table.exits[place].sum())
    entered = np.full(len(at), total)
    if table.entries is not None:
        upto = np.searchsorted(table.times, np.asarray(ticks), side="right")  # the next point after the tick
        coming = np.cumsum(table.entries[place])
        entered = coming[np.minimum(upto, len(coming) - 1)]
    rows = [("At risk", entered - gone.sum(0)), ("Censored", gone[0])]
    if table.entries is not None:
        rows.insert(0, ("Yet to enter", total - entered))
    names = ["Events"] if len(table.causes) < 2 else [_capital(str(cause)) for cause in table.causes]
    rows += [(name, gone[kind + 1]) for kind, name in enumerate(names)]
    return tuple(Counts(name, tuple(_whole(number) for number in numbers)) for name, numbers in rows)


def _whole(number: float) -> float:
    """A count without the dust of sums of weights."""
    return round(float(number), 9) + 0.0


def said_at(groups: Sequence[GroupCounts], look: Look) -> int | None:
    """The last tick at which enough are at risk in each group; else none."""
    least = look.get("least", LEAST)
    at_risk = [row.numbers for group in groups for row in group.rows if row.name == "At risk"]
    ticks = range(1, min((len(numbers) for numbers in at_risk), default=0))
    return max((k for k in ticks if all(numbers[k] >= least for numbers in at_risk)), default=None)


class Few(TypedDict):
    """Where too few are at risk, as a curve of a figure takes it."""

    few_from: float | None
    few_until: float


def few(times: Any, at_risk: Any, look: Look) -> Few:
    """The time after which too few are at risk to the end, and that up to which they were at first."""
    enough = np.flatnonzero(np.asarray(at_risk) >= look.get("least", LEAST))
    if not len(enough):
        return {"few_from": 0.0, "few_until": 0.0}
    first, last = int(enough[0]), int(enough[-1])
    end = None if last == len(times) - 1 else float(times[last])
    return {"few_from": end, "few_until": float(times[first - 1]) if first else 0.0}


def landmarks(look: Look) -> tuple[Landmark, ...]:
    """The named days."""
    return tuple(Landmark(time, name) for name, time in look.get("landmarks", {}).items())


def by_group(frame: Any, names: tuple[str, str, str]) -> list[tuple[Estimate, ...]]:
    """The estimates of a frame with a row a group (and cause) and time, group by group."""
    columns = frame.to_dict(as_series=False)
    found: dict[Any, list[Estimate]] = {}
    labels = zip(*(columns[name] for name in ("group", "cause") if name in columns), strict=True)
    value, lower, upper = (columns[name] for name in names)
    for label, *one in zip(labels, value, lower, upper, strict=True):
        found.setdefault(label, []).append(Estimate(*one))
    return [tuple(estimates) for estimates in found.values()]


def marks(times: Any, censored: Any) -> tuple[float, ...]:
    """The times of censoring, when they are few enough to be marked."""
    found = np.asarray(times)[np.asarray(censored) > 0]
    return tuple(float(time) for time in found) if len(found) <= _MOST_MARKS else ()


def median_words(middle: Estimate, axis: FollowUpAxis) -> str:
    """A median with its interval."""
    if np.isnan(middle.value):
        low = f" (from {axis.said(middle.lower)})" if np.isfinite(middle.lower) else ""
        return f"not reached{low}"
    finer: Unit = "day" if middle.value * DAYS[axis.unit] < DAYS["month"] else "month"
    if 0 < middle.value < axis.factor and DAYS[finer] < DAYS[axis.shown]:
        axis = replace(axis, shown=finer)  # 0.1 years is told better in months or days
    if not (np.isfinite(middle.lower) or np.isfinite(middle.upper)):
        return axis.said(middle.value)
    low, high = (axis.label(bound) for bound in (middle.lower, middle.upper))
    return f"{axis.label(middle.value)} ({low} to {high}) {axis.shown}s"


def counted_words(number: float, what: str) -> str:
    """A number of things: 1 event, 2 events."""
    return f"{count(number)} {what}{'' if number == 1 else 's'}"


def name_of(group: Any, look: Look) -> str:
    """The name of a group on the figure."""
    return str(look.get("names", {}).get(group, group))


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]


def said(look: Look, title: str) -> Said:
    """The words of the figure."""
    return Said(
        look.get("title", title),
        notes=tuple(look.get("notes", ())),
        overrides=tuple(look.get("overrides", ())),
    )
