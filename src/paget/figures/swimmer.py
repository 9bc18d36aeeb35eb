"""Swimmer plot: a lane a patient, with stretches of treatment or state, events, and the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.follow_up_axis import HEIGHT as AXIS
from paget.figures.follow_up_axis import FollowUpAxis
from paget.figures.numbers import Cell, Numbers
from paget.figures.svg import circle, line, number, path, rect, text
from paget.figures.wrapped import text_width, widest, wrapped

MOST: Final = 400
"""More lanes than this are no longer lanes."""

_STRETCHES: Final = (
    ("f2", 1.0, False),
    ("f-wash2", 1.0, True),
    ("p1", 0.5, False),
    ("f-paper", 1.0, True),
    ("p2", 0.5, False),
    ("p3", 0.3, False),
)
"""Class, height as a share of the lane's bar, outlined: told apart without colour."""

_SHAPES: Final = ("diamond", "circle", "cross", "triangle", "square", "plus")


@dataclass(frozen=True, slots=True)
class Stretch:
    """From one time to another.

    Attributes:
        start, end: in the unit of the axis.
        kind: of treatment or state.
    """

    start: float
    end: float
    kind: str


@dataclass(frozen=True, slots=True)
class Event:
    """Something on a day.

    Attributes:
        time: in the unit of the axis.
        kind: of it.
    """

    time: float
    kind: str


@dataclass(frozen=True, slots=True)
class Swimmer:
    """A patient.

    Attributes:
        name: at the lane; never one by which somebody else knows the patient.
        end: of follow-up, in the unit of the axis.
        ongoing: still followed; else the lane ended.
        stretches: of treatment or state.
        events: on a day.
    """

    name: str
    end: float
    ongoing: bool = False
    stretches: tuple[Stretch, ...] = ()
    events: tuple[Event, ...] = ()


@dataclass(frozen=True, slots=True)
class Swimmers:
    """All that the figure shows.

    Attributes:
        said: its words.
        axis: of follow-up.
        lanes: patients, from the top down.
    """

    said: Said
    axis: FollowUpAxis
    lanes: tuple[Swimmer, ...]

    def kinds(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Kinds of stretches and of events, in the order in which they first occur."""
        stretches = dict.fromkeys(one.kind for lane in self.lanes for one in lane.stretches)
        events = dict.fromkeys(one.kind for lane in self.lanes for one in lane.events)
        return tuple(stretches), tuple(events)


def swimmers(figure: Swimmers, width: float = WIDTH) -> Drawn:
    """Draw the lanes; names are left out where lanes are too low for them.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: nobody, more than 400, or more kinds than can be told apart (six of each).

    >>> from paget.figures.follow_up_axis import follow_up_axis
    >>> lane = Swimmer("A", 400, True, (Stretch(0, 120, "FOLFOX"),), (Event(300, "recurrence"),))
    >>> swimmers(Swimmers(Said("Courses"), follow_up_axis(400), (lane,))).description[:12]
    'A: followed '
    """
    width = wide_enough(width)
    stretches, events = figure.kinds()
    if not 0 < len(figure.lanes) <= MOST:
        raise BadInput(f"{len(figure.lanes)} patients", where=figure.said.title, mend=f"1 to {MOST} lanes")
    for kinds in (stretches, events):
        if len(kinds) > len(_SHAPES):
            raise BadInput(f"{len(kinds)} kinds", where=figure.said.title, mend="six can be told apart")
    step = min(22.0, max(3.0, 640.0 / len(figure.lanes)))
    named = step >= 14
    names = widest([lane.name for lane in figure.lanes]) if named else 0.0
    left = min(max(names + 12, 20.0), width * 0.25)
    right = width - 24
    legend, top = _legend(stretches, events, width)
    parts = [*legend]
    foot = top + step * len(figure.lanes) + 4

    def x(time: float) -> float:
        return figure.axis.x(time, left, right)

    parts += [line(x(tick), top, x(tick), foot, "grid") for tick in figure.axis.ticks]
    for place, lane in enumerate(figure.lanes):
        y = top + step * (place + 0.5)
        if named:
            label = wrapped(lane.name, left - 8, most=1)[0]
            parts.append(text(left - 8, y + 4, label, "t-2", "end"))
        parts.append(line(x(0), y, x(lane.end), y, "l-thin"))
        if lane.ongoing:
            arm = min(4.0, step * 0.4)
            tip = f"M{number(x(lane.end) + 1)} {number(y - arm)}l{number(arm)} {number(arm)}"
            parts.append(path(f"{tip}l{number(-arm)} {number(arm)}", "l-thin"))
        else:
            parts.append(line(x(lane.end), y - step * 0.25, x(lane.end), y + step * 0.25, "l-thin"))
        for one in lane.stretches:
            bar = step * 0.56
            parts.append(_bar(x(one.start), x(one.end), y, bar, stretches.index(one.kind)))
        size = min(4.0, step * 0.38)
        parts += [_shape(x(e.time), y, size, events.index(e.kind)) for e in lane.events]
    parts += figure.axis.drawn(left, right, foot)
    return finished(
        parts,
        width=width,
        height=foot + AXIS,
        said=Said(
            figure.said.title,
            figure.said.description,
            (
                "A lane a patient. Arrow: still followed; upright end: follow-up ended.",
                *figure.said.notes,
            ),
            figure.said.overrides,
        ),
        description=" ".join(_told(figure.axis, lane) for lane in figure.lanes[:20]),
        numbers=_numbers(figure),
    )


def _legend(stretches: Sequence[str], events: Sequence[str], width: float) -> tuple[list[Markup], float]:
    """A sample of each kind with its name, in as many lines as they need."""
    parts: list[Markup] = []
    x, y = 0.0, 12.0
    for place, kind in [*enumerate(stretches), *enumerate(events, start=100)]:
        room = 30 if place < 100 else 16
        words = wrapped(kind, width - room, most=1)[0]
        if x and x + room + text_width(words) > width:
            x, y = 0.0, y + 18
        if place < 100:
            parts.append(_bar(x, x + 22, y - 4, 10, place))
        else:
            parts.append(_shape(x + 5, y - 4, 4, place - 100))
        parts.append(text(x + room, y, words, "t-2"))
        x += room + text_width(words) + 18
    return parts, (y + 12 if parts else 6.0)


def _bar(start: float, end: float, y: float, height: float, kind: int) -> Markup:
    class_, share, outlined = _STRETCHES[kind]
    bar = rect(start, y - height * share / 2, max(end - start, 1.0), height * share, class_)
    if not outlined:
        return bar
    return bar + rect(start, y - height * share / 2, max(end - start, 1.0), height * share, "none")


def _shape(x: float, y: float, size: float, kind: int) -> Markup:
    a, b = number(size), number(2 * size)
    match _SHAPES[kind]:
        case "diamond":
            return path(f"M{number(x)} {number(y - size)}l{a} {a}l-{a} {a}l-{a} -{a}Z", "f")
        case "circle":
            return circle(x, y, size, "ring")
        case "cross":
            first = f"M{number(x - size)} {number(y - size)}l{b} {b}"
            return path(f"{first}M{number(x + size)} {number(y - size)}l-{b} {b}", "l")
        case "triangle":
            return path(f"M{number(x)} {number(y - size)}l{a} {b}l-{b} 0Z", "f-no")
        case "square":
            return rect(x - size, y - size, 2 * size, 2 * size, "ring")
        case _:
            return path(f"M{number(x - size)} {number(y)}h{b}M{number(x)} {number(y - size)}v{b}", "l")


def _told(axis: FollowUpAxis, lane: Swimmer) -> str:
    events = "".join(f", {one.kind} at {axis.said(one.time)}" for one in lane.events)
    stretches = "".join(
        f", {one.kind} from {axis.label(one.start)} to {axis.said(one.end)}" for one in lane.stretches
    )
    still = " and still" if lane.ongoing else ""
    return f"{lane.name}: followed for {axis.said(lane.end)}{still}{stretches}{events}."


def _numbers(figure: Swimmers) -> Numbers:
    rows: list[tuple[Cell, ...]] = []

    def shown(time: float) -> float:
        return round(time / figure.axis.factor, 4)

    for lane in figure.lanes:
        rows += [(lane.name, one.kind, shown(one.start), shown(one.end)) for one in lane.stretches]
        rows += [(lane.name, one.kind, shown(one.time), None) for one in lane.events]
        rows.append((lane.name, "followed, ongoing" if lane.ongoing else "followed", 0.0, shown(lane.end)))
    return Numbers(("patient", "what", f"from, {figure.axis.shown}s", "to"), tuple(rows))
