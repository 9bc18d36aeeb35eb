"""Probabilities that add up to 1, stacked over time: what happened first, or in which state patients are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paget.errors import BadInput
from paget.figures.count_table import CountBlock, count_table, label_room
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.end_labels import EndLabel, end_labels, room_for
from paget.figures.follow_up_axis import HEIGHT as AXIS
from paget.figures.follow_up_axis import FollowUpAxis
from paget.figures.ink import dash_of, group_of
from paget.figures.numbers import Cell, Numbers
from paget.figures.shown_numbers import Estimate, count, hundreds_of
from paget.figures.step_figure import GroupCounts
from paget.figures.step_lines import band_path, corners, step_path
from paget.figures.svg import line, path, text
from paget.figures.wrapped import LINE, widest, wrapped

_PLOT: Final = 260.0


@dataclass(frozen=True, slots=True)
class Layer:
    """A share of patients over time.

    Attributes:
        name: of the event or state.
        upper: (steps,) the upper edge of the layer: its share and those of the layers below.
        begins: the upper edge at the origin.
        at_ticks: its share with its interval at each tick of the axis.
    """

    name: str
    upper: Sequence[float]
    begins: float
    at_ticks: tuple[Estimate, ...]


@dataclass(frozen=True, slots=True)
class Stacked:
    """All that the figure shows.

    Attributes:
        said: its words.
        axis: of follow-up.
        scale: what the layers are, of 100.
        time: (steps,) increasing, in the unit of the axis.
        layers: from the bottom up; the last one reaches 100.
        counts: those under the axis, or None.
        interval: what stands in brackets.
        said_at: the tick whose values stand beside the names.
    """

    said: Said
    axis: FollowUpAxis
    scale: str
    time: Sequence[float]
    layers: tuple[Layer, ...]
    counts: GroupCounts | None = None
    interval: str = "95 % interval"
    said_at: int | None = None


def stacked(figure: Stacked, width: float = WIDTH) -> Drawn:
    """Draw the layers, the last one (as a rule: nothing has happened) on the plain ground.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no layer, or layers that do not end at 100.

    >>> from paget.figures.follow_up_axis import follow_up_axis
    >>> layers = (Layer("dead", (0.5,), 0.0, ()), Layer("alive", (1.0,), 1.0, ()))
    >>> stacked(Stacked(Said("Deaths"), follow_up_axis(365), "Of 100", (100.0,), layers)).width
    700.0
    """
    width = wide_enough(width)
    if not figure.layers or any(abs(top - 1) > 1e-6 for top in figure.layers[-1].upper):
        raise BadInput("the layers do not add up to 100", where=figure.said.title)
    rows = figure.counts.rows if figure.counts else ()
    left = max(label_room(rows) if rows else 0.0, 44.0)
    beside = [_beside(figure, layer) for layer in figure.layers]
    names = widest([layer.name for layer in figure.layers], bold=True)
    room = min(width * 0.25, max(70.0, min(names, width * 0.2), widest(beside)))
    right, top = width - room - 16, LINE + 14
    blank = [EndLabel(0, 0, one.name, value, k) for k, (one, value) in _numbered(figure, beside)]
    foot = top + max(_PLOT, room_for(blank, room) - 10)
    last = min(figure.axis.last, float(figure.time[-1])) if len(figure.time) else 0.0

    def x(time: float) -> float:
        return figure.axis.x(time, left, right)

    def y(value: float) -> float:
        return foot - (foot - top) * min(1.0, max(0.0, value))

    edges = [corners(figure.time, layer.upper, layer.begins, last) for layer in figure.layers]
    floors = [[(0.0, 0.0), (last, 0.0)], *edges[:-1]]
    parts = [text(0, 12, wrapped(figure.scale, width, most=1)[0], "t-2")]
    ground = path(band_path(floors[-1], edges[-1], x, y), "f-wash")
    parts.append(ground)
    for k, (floor, edge) in enumerate(zip(floors[:-1], edges[:-1], strict=True)):
        parts.append(path(band_path(floor, edge, x, y), f"p{group_of(k)} area"))
    for quarter in range(5):
        parts.append(text(left - 8, y(quarter / 4) + 4, str(25 * quarter), "t-2", "end"))
        if quarter:
            parts.append(line(left, y(quarter / 4), right, y(quarter / 4), "grid"))
    for k, edge in enumerate(edges[:-1]):
        parts.append(path(step_path(edge, x, y), f"s{group_of(k)}", dash_of(k)))
    labels = []
    for k, (layer, value) in _numbered(figure, beside):
        low = edges[k - 1][-1][1] if k else 0.0
        at = right if last == figure.axis.last else x(last)
        labels.append(
            EndLabel(at, y((low + edges[k][-1][1]) / 2), layer.name, value, k if k < len(edges) - 1 else None)
        )
    parts += end_labels(labels, left=right + 14, room=room, top=top, bottom=foot)
    parts += figure.axis.drawn(left, right, foot)
    foot += AXIS
    if figure.counts:
        ticks = tuple(x(tick) for tick in figure.axis.ticks)
        told = ", ".join(p for p in (f"n = {count(figure.counts.n)}", figure.counts.told) if p)
        table, foot = count_table([CountBlock(figure.counts.name, told, None, rows, ticks)], foot + 4, width)
        parts += table
    said = Said(
        figure.said.title,
        figure.said.description,
        (*_notes(figure), *figure.said.notes),
        figure.said.overrides,
    )
    told = " ".join(f"{one.name}: {value}." for one, value in zip(figure.layers, beside, strict=True))
    return finished(
        parts,
        width=width,
        height=foot,
        said=said,
        description=f"{figure.scale}, {figure.axis.name.lower()}, stacked. {told}",
        numbers=_numbers(figure),
    )


def _numbered(figure: Stacked, beside: list[str]) -> list[tuple[int, tuple[Layer, str]]]:
    return list(enumerate(zip(figure.layers, beside, strict=True)))


def _beside(figure: Stacked, layer: Layer) -> str:
    return hundreds_of(layer.at_ticks[figure.said_at]) if figure.said_at is not None else ""


def _notes(figure: Stacked) -> list[str]:
    if figure.said_at is None:
        return []
    at = figure.axis.said(figure.axis.ticks[figure.said_at])
    return [f"Beside the names: of 100 at {at}, {figure.interval}. The layers add up to 100 at each time."]


def _numbers(figure: Stacked) -> Numbers:
    columns = ("layer", f"{figure.axis.shown}s", figure.scale, "lower", "upper")
    cells: list[tuple[Cell, ...]] = []
    for layer in figure.layers:
        for tick, at in zip(figure.axis.ticks, layer.at_ticks, strict=False):
            shares = (100 * at.value, 100 * at.lower, 100 * at.upper)
            cells.append((layer.name, round(tick / figure.axis.factor, 6), *shares))
    return Numbers(columns, tuple(cells))
