"""Step curves with bands and the table of at risk, censored and events: survival, incidence, Simon-Makuch.

The form is KMunicate's [1]_: an interval as a band, and under the axis who is at risk, was censored or had
the event, which add up to all at each time.

.. [1] Morris TP et al. BMJ Open 2019;9:e030215.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.count_table import CountBlock, count_table, label_room
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.end_labels import EndLabel, end_labels, room_for
from paget.figures.follow_up_axis import HEIGHT as AXIS
from paget.figures.ink import dash_of, group_of
from paget.figures.lanes import Lanes
from paget.figures.numbers import Cell, Numbers
from paget.figures.shown_numbers import Estimate, count, hundreds_of
from paget.figures.step_figure import GroupCounts, StepCurve, StepCurves
from paget.figures.step_lines import band_path, corners, step_path
from paget.figures.svg import line, path, text
from paget.figures.wrapped import LINE, text_width, widest, wrapped, written

_PLOT: Final = 260.0
"""The least height of a plot, px."""


@dataclass(frozen=True, slots=True)
class _Plot:
    """Where the curves are drawn."""

    figure: StepCurves
    left: float
    right: float
    top: float
    foot: float

    def x(self, time: float) -> float:
        return self.figure.axis.x(time, self.left, self.right)

    def y(self, value: float) -> float:
        share = min(1.0, max(0.0, value / self.figure.top))
        return self.foot - (self.foot - self.top) * share


def step_curves(figure: StepCurves, width: float = WIDTH) -> Drawn:
    """Draw the curves.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no curve, or counts of a group that do not add up to its n.

    >>> from paget.figures.follow_up_axis import follow_up_axis
    >>> curve = StepCurve("all", (100.0, 300.0), (0.75, 0.5))
    >>> figure = StepCurves(Said("Survival"), follow_up_axis(365), "Alive, of 100", (curve,))
    >>> 'class="s1"' in step_curves(figure).markup
    True
    """
    width = wide_enough(width)
    _check(figure)
    rows = figure.rows
    left = max(label_room(rows) if rows else 0.0, 44.0)
    names = widest([c.name for c in figure.curves], bold=True)
    values = widest([_beside(figure, c) for c in figure.curves])
    room = min(width * 0.25, max(70.0, min(names, width * 0.2), values))
    right = width - room - 16
    heading, top = _heading(figure, left, right, width)
    ends = [_end(figure, curve) for curve in figure.curves]
    labels = [EndLabel(0, 0, curve.name, _beside(figure, curve), k) for k, curve in enumerate(figure.curves)]
    plot = _Plot(figure, left, right, top, top + max(_PLOT, room_for(labels, room) - 10))
    parts = [*heading, *_grid(plot)]
    for k, curve in enumerate(figure.curves):
        parts += _band(plot, curve, k)
    for k, curve in enumerate(figure.curves):
        parts += _line(plot, curve, k)
    for mark in figure.landmarks:
        x = plot.x(mark.time)
        parts.append(line(x, plot.top - 4, x, plot.foot, "l2", "3 3"))
    placed = [
        EndLabel(plot.x(end[0]), plot.y(end[1]), label.name, label.value, label.place)
        for end, label in zip(ends, labels, strict=True)
    ]
    parts += end_labels(placed, left=right + 14, room=room, top=plot.top, bottom=plot.foot)
    parts += figure.axis.drawn(left, right, plot.foot)
    foot = plot.foot + AXIS
    if rows:
        ticks = tuple(plot.x(tick) for tick in figure.axis.ticks)
        blocks = [CountBlock(g.name, _told(g), g.curve, g.rows, ticks) for g in figure.groups]
        table, foot = count_table(blocks, foot + 4, width)
        parts += table
    said = Said(
        figure.said.title,
        figure.said.description,
        (*_notes(figure), *figure.said.notes),
        figure.said.overrides,
    )
    return finished(
        parts, width=width, height=foot, said=said, description=_description(figure), numbers=_numbers(figure)
    )


def _check(figure: StepCurves) -> None:
    if not figure.curves:
        raise BadInput("there is nobody to draw", where=figure.said.title)
    for group in figure.groups:
        for column in zip(*(row.numbers for row in group.rows), strict=True):
            if abs(sum(column) - group.n) > 1e-6 * max(1.0, group.n):
                raise BadInput("the counts under a curve do not add up to n", where=group.name)


def _heading(figure: StepCurves, left: float, right: float, width: float) -> tuple[list[Markup], float]:
    """The scale's name and the names of the landmarks above the plot, and where the plot begins."""
    scale = wrapped(figure.scale, width)
    parts = written(scale, 0, 12, "t-2")
    lanes = Lanes(most=len(scale) + len(figure.landmarks), gap=8)
    for lane, words in enumerate(scale):
        lanes.take(lane, 0, text_width(words))
    for mark in sorted(figure.landmarks, key=lambda one: one.time):
        name = wrapped(mark.name, width, most=1)[0]
        half = text_width(name) / 2
        x = min(width - half, max(half, figure.axis.x(mark.time, left, right)))
        lane = lanes.place(x - half, x + half) or 0
        parts.append(text(x, 12 + LINE * lane, name, "t-2", "middle"))
    return parts, 10 + LINE * max(1, len(lanes)) + 4


def _grid(plot: _Plot) -> list[Markup]:
    parts = []
    for quarter in range(5):
        value = plot.figure.top * quarter / 4
        y = plot.y(value)
        if quarter:
            middle = quarter == 2 and plot.figure.top == 1
            parts.append(
                line(plot.left, y, plot.right, y, "ax" if middle else "grid", dash="2 3" if middle else None)
            )
        label = f"{100 * value:.2f}".rstrip("0").rstrip(".")
        parts.append(text(plot.left - 8, y + 4, label, "t-2", "end"))
    return parts


def _end(figure: StepCurves, curve: StepCurve) -> tuple[float, float]:
    """Where a curve ends; one without a line in the middle of its band."""
    until = figure.until(curve)
    if len(curve.value) or not len(curve.lower):
        return corners(curve.time, curve.value, figure.begins, until)[-1]
    bounds = [corners(curve.time, edge, figure.begins, until)[-1] for edge in (curve.lower, curve.upper)]
    return bounds[0][0], (bounds[0][1] + bounds[1][1]) / 2


def _read_between(figure: StepCurves, curve: StepCurve) -> tuple[float, float]:
    """From when to when enough are at risk."""
    last = figure.until(curve)
    until = last if curve.few_from is None else min(last, max(0.0, curve.few_from))
    return min(curve.few_until, until), until


def _band(plot: _Plot, curve: StepCurve, place: int) -> list[Markup]:
    start, until = _read_between(plot.figure, curve)
    bounds = list(zip(curve.time, curve.lower, curve.upper, strict=False))
    known = [one for one in bounds if one[0] < until and math.isfinite(one[1] + one[2])]
    if not known:
        return []
    # No interval where nobody is left without the event.
    until = min([until, *(t for t, low, high in bounds if t > known[-1][0] and math.isnan(low + high))])
    if until <= start:
        return []
    times = [t for t, _, _ in known]
    edges = [
        _from(corners(times, [one[k] for one in known], plot.figure.begins, until), start) for k in (1, 2)
    ]
    group, dash = group_of(place), dash_of(place)
    parts = [path(band_path(edges[0], edges[1], plot.x, plot.y), f"p{group} band")]
    return parts + [path(step_path(e, plot.x, plot.y), f"s{group} edge", dash) for e in edges]


def _from(points: list[tuple[float, float]], start: float) -> list[tuple[float, float]]:
    """The part of a step curve from a time on."""
    if start <= 0:
        return points
    before = [value for time, value in points if time <= start]
    return [(start, before[-1]), *(point for point in points if point[0] > start)]


def _line(plot: _Plot, curve: StepCurve, place: int) -> list[Markup]:
    if not len(curve.value):
        return []
    last = plot.figure.until(curve)
    points = corners(curve.time, curve.value, plot.figure.begins, last)
    group, dash = group_of(place), dash_of(place)
    start, few = _read_between(plot.figure, curve)
    parts = []
    for low, high, class_ in ((0.0, start, " few"), (start, few, ""), (few, last, " few")):
        part = [point for point in _from(points, low) if point[0] <= high]
        if high > low:
            part = [*part, (high, part[-1][1])]
        if high > low or (not class_ and last == 0):
            parts.append(path(step_path(part, plot.x, plot.y), f"s{group}{class_}", dash))
    for time in curve.censored:
        value = [v for t, v in points if t <= time][-1]
        x, y = plot.x(time), plot.y(value)
        parts.append(line(x, y - 4, x, y + 4, f"s{group} tick"))
    return parts


def _beside(figure: StepCurves, curve: StepCurve) -> str:
    at = figure.said_at
    return hundreds_of(curve.at_ticks[at]) if at is not None and curve.at_ticks else ""


def _told(group: GroupCounts) -> str:
    return ", ".join(words for words in (f"n = {count(group.n)}", group.told) if words)


def _notes(figure: StepCurves) -> list[str]:
    notes = []
    if any(len(curve.lower) for curve in figure.curves):
        notes.append(f"Band: {figure.interval}.")
    if figure.said_at is not None:
        at = figure.axis.said(figure.axis.ticks[figure.said_at])
        notes.append(f"Beside the names: of 100 at {at}, {figure.interval}.")
    names = list(dict.fromkeys(row.name.lower() for row in figure.rows))
    if len(names) > 1:
        listed = f"{', '.join(names[:-1])} and {names[-1]}"
        notes.append(f"{listed.capitalize()} add up to n at each time; what came before it is counted.")
    if any(curve.few_from is not None or curve.few_until > 0 for curve in figure.curves):
        notes.append(f"Thin without a band: fewer than {figure.least} at risk.")
    if any(len(curve.censored) for curve in figure.curves):
        notes.append("Upright marks: censored.")
    return [" ".join(notes)] if notes else []


def _description(figure: StepCurves) -> str:
    said = [f"{group.name}: {_told(group)}." for group in figure.groups]
    if figure.said_at is not None:
        at = figure.axis.said(figure.axis.ticks[figure.said_at])
        said += [f"{curve.name}: {_beside(figure, curve)} of 100 at {at}." for curve in figure.curves]
    return f"{figure.scale}, {figure.axis.name.lower()}. " + " ".join(said)


def _numbers(figure: StepCurves) -> Numbers:
    rows = list(dict.fromkeys(row.name for row in figure.rows))
    columns = ("curve", f"{figure.axis.shown}s", *rows, figure.scale, "lower", "upper")
    cells: list[tuple[Cell, ...]] = []
    for curve in figure.curves:
        group = () if curve.group is None else figure.groups[curve.group].rows
        by_name = {row.name: row.numbers for row in group}
        for k, tick in enumerate(figure.axis.ticks):
            at = curve.at_ticks[k] if curve.at_ticks else Estimate(math.nan)
            counts = [by_name[name][k] if name in by_name else None for name in rows]
            estimate = [100 * at.value, 100 * at.lower, 100 * at.upper]
            cells.append((curve.name, round(tick / figure.axis.factor, 6), *counts, *estimate))
    return Numbers(columns, tuple(cells))
