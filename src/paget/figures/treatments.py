"""Treatments as bars and diamonds, the named days under them, and the bracket of an interval."""

from __future__ import annotations

from typing import Final

from paget.figures.canvas import Canvas
from paget.figures.course import Bar, Interval, Moment, Timeline
from paget.figures.lanes import Lanes
from paget.figures.svg import DASH, line, named, number, path, rect, text, width_of

_LANES: Final = 5  # rows of treatments, and rows of names; what has no room is in the table below
_LANE: Final = 32
_LEAST: Final = 4.0  # px of the shortest course


def treatments(canvas: Canvas, course: Timeline) -> None:
    """Draw courses of treatment as bars and operations as diamonds, as many rows as they need."""
    shapes, labels = Lanes(_LANES, gap=2), Lanes(_LANES)
    items: list[Bar | Moment] = [*course.bars, *(moment for moment in course.moments if moment.operation)]
    if not items:
        canvas.y = 34
        return
    canvas.add(text(0, 31, "Treatment", "t-2"))
    lowest = 0
    for item in sorted(items, key=lambda item: item.start if isinstance(item, Bar) else item.day):
        if isinstance(item, Bar):
            lane = _bar(canvas, item, shapes, labels)
        else:
            x = canvas.x(item.day)
            free = shapes.place(x - 9, x + 9)
            lane = _LANES - 1 if free is None else free
            canvas.add(path(f"M{number(x)} {number(lane * _LANE + 18)} l8.5 8.5 l-8.5 8.5 l-8.5 -8.5z", "f"))
        lowest = max(lowest, lane)
    canvas.y = 37.0 + _LANE * lowest


def _bar(canvas: Canvas, bar: Bar, shapes: Lanes, labels: Lanes) -> int:
    """Draw a course in the first row with room for it and its name; else in the last, without its name."""
    x1 = min(canvas.x(bar.start), canvas.right - _LEAST)
    x2 = max(x1 + _LEAST, canvas.right if bar.end is None else canvas.x(bar.end))
    room = width_of(bar.label)
    at = max(canvas.left, min(x1, canvas.right - room - 6))
    free = (n for n in range(_LANES) if shapes.is_free(n, x1, x2) and labels.is_free(n, at, at + room))
    lane = next(free, None)
    top = (_LANES - 1 if lane is None else lane) * _LANE
    if bar.end is None:
        canvas.add(rect(x1, top + 20, x2 - x1, 13, "none-u", dash=DASH))
    else:
        canvas.add(rect(x1, top + 20, x2 - x1, 13, "f2"))
    if lane is None:
        return _LANES - 1
    shapes.take(lane, x1, x2)
    labels.take(lane, at, at + room)
    canvas.add(text(at, top + 14, bar.label, "halo"))
    return lane


def moments(canvas: Canvas, course: Timeline) -> None:
    """Name the operations and the other days that matter, each beside the line down from its day."""
    lanes = Lanes(_LANES, gap=8)
    top = canvas.y + 15
    for moment in sorted(course.moments, key=lambda moment: moment.day):
        x = canvas.x(moment.day)
        room = width_of(moment.label, bold=True) + 6 + width_of(moment.written_day)
        lane, on_the_left = _side(canvas, lanes, x, room)
        if lane is None:
            canvas.stems.append((x, top))
            continue
        y = top + lane * 16
        at, anchor = (x - 7, "end") if on_the_left else (x + 7, None)
        canvas.add(named(at, y, moment.label, moment.written_day, anchor=anchor))
        canvas.stems.append((x, y - 11))
    canvas.y = top - 15 + 16 * len(lanes) + (8 if len(lanes) else 0)


def _side(canvas: Canvas, lanes: Lanes, x: float, room: float) -> tuple[int | None, bool]:
    """The line for a name beside its day, right of it or else left."""
    for lane in range(_LANES):
        for left, right, on_the_left in ((x, x + 7 + room, False), (x - 7 - room, x, True)):
            inside = canvas.left - 4 <= left and right <= canvas.right
            if inside and lanes.is_free(lane, left, right):
                lanes.take(lane, left, right)
                return lane, on_the_left
    return None, False


def bracket(canvas: Canvas, interval: Interval) -> None:
    """Draw an interval with its length: in the bracket where there is room, else beside it."""
    y = canvas.y + 10
    x1, x2 = canvas.x(interval.start), canvas.x(interval.end)
    class_ = "l" if interval.known else "l-u"
    canvas.add(line(x1, y, x2, y, class_, None if interval.known else DASH))
    canvas.add(path(f"M{number(x1)} {number(y - 4)}v8M{number(x2)} {number(y - 4)}v8", class_))
    room = width_of(interval.label, bold=True)
    colour = "t-b" if interval.known else "t-b t-u"
    if room + 40 < x2 - x1:
        middle = (x1 + x2) / 2
        canvas.add(rect(middle - room / 2 - 7, y - 9, room + 14, 18, "f-paper"))
        canvas.add(text(middle, y + 4, interval.label, colour, "middle"))
    elif x2 + 8 + room < canvas.right:
        canvas.add(text(x2 + 8, y + 4, interval.label, f"{colour} halo"))
    else:
        canvas.add(text(x1 - 8, y + 4, interval.label, f"{colour} halo", "end"))
    canvas.y += 24
