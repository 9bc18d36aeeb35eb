"""The course of a disease as a strip: treatments, lesions' sizes, examinations and markers, up to a day.

Solid is known; dashed and amber is unknown or past its limit. Nothing after the day is drawn. A date
known to the month is drawn as the line over its possible days, with a mark at their middle.
"""

from __future__ import annotations

from typing import Final

from markupsafe import Markup

from paget.figures.canvas import Canvas
from paget.figures.course import Series, Timeline
from paget.figures.svg import DASH, circle, figure, line, text, width_of
from paget.figures.time_axis import TimeAxis
from paget.figures.tracks import ROW, sized, unsized
from paget.figures.treatments import bracket, moments, treatments

WIDE: Final = 1302
"""Width for a screen, px."""

NARROW: Final = 700
"""Width for a phone, which scrolls it, and for paper, px."""


def timeline(course: Timeline, key: str, *, width: int = WIDE) -> Markup:
    """Draw the strip.

    Args:
        course: what to draw.
        key: names the figure, unique in its page.
        width: ``WIDE`` or ``NARROW``.
    """
    wide = width >= WIDE
    unsized_tracks = [track for track in course.tracks if not track.sizes]
    names = [series.name for series in course.series] + [track.name for track in unsized_tracks]
    ages = [series.age for series in course.series] + [track.says for track in unsized_tracks]
    left = max([68.0 if wide else 60.0, *(width_of(name) for name in names)]) + 14
    margin = max([142.0 if wide else 108.0, *(width_of(age) for age in ages)]) + 10
    left, margin = min(left, width * 0.2), min(margin, width * 0.26)
    axis = TimeAxis(course.start, course.as_of, left, width - margin, course.relative)
    canvas = Canvas(axis, width, wide=wide)
    treatments(canvas, course)
    moments(canvas, course)
    if course.interval is not None:
        bracket(canvas, course.interval)
    sized(canvas, [track for track in course.tracks if track.sizes])
    for track in unsized_tracks:
        unsized(canvas, track)
    for series in course.series:
        _series(canvas, series)
    _frame(canvas, course.written_as_of)
    return figure(
        canvas.parts, width=width, height=canvas.y, key=key, title=course.title,
        description=course.description, class_="only-wide" if wide else "only-narrow",
    )  # fmt: skip


def _series(canvas: Canvas, series: Series) -> None:
    """One line of examinations, values or statuses; the age of the last stands at its end."""
    y = canvas.y + 5
    canvas.add(text(0, y + 4, series.name, "t-2"), line(canvas.left, y, canvas.right, y, "grid"))
    xs = [canvas.x(dot.day) for dot in series.dots]
    if series.late and xs:
        canvas.add(line(xs[-1], y, canvas.right, y, "l-u", DASH))
    free_to = [*xs[1:], canvas.right + 4]
    for index, (dot, x) in enumerate(zip(series.dots, xs, strict=True)):
        late = (series.late and index == len(xs) - 1) or not dot.known
        canvas.possible_days(dot.day, y)
        canvas.add(circle(x, y, 3.5 if late else 3, "ring-u" if late else "f2"))
        if dot.label and x + 6 + width_of(dot.label) < free_to[index] - 4:
            canvas.add(text(x + 6, y + 4, dot.label, "halo" if dot.known else "halo t-u"))
    canvas.add(text(canvas.margin, y + 4, series.age, "t-u" if series.late else "t-2"))
    canvas.y += ROW


def _frame(canvas: Canvas, written_as_of: str) -> None:
    """The axis with its ticks, under everything, and the line of the decision day."""
    y = canvas.y + 2
    room_until = -1.0
    under: list[Markup] = []
    for tick in canvas.axis.ticks():
        if tick.strong:
            under.append(line(tick.x, 2, tick.x, y + 5, "grid"))
        else:
            under.append(line(tick.x, y, tick.x, y + 4, "ax"))
        if not tick.label:
            continue
        room = width_of(tick.label, 12 if tick.strong else 11, bold=tick.strong)
        at_start = tick.x <= canvas.left + 1
        start = tick.x + 4 if tick.strong else tick.x if at_start else tick.x - room / 2
        if start < room_until or start + room > canvas.right - 2:
            continue
        room_until = start + room + 6
        under.append(text(start, y + 16, tick.label, "t-b" if tick.strong else "t-s t-3"))
    canvas.under(*under, line(canvas.left, y, canvas.right, y, "ax"))
    canvas.add(line(canvas.right, 2, canvas.right, y + 5, "l"))
    canvas.add(text(canvas.margin, 12, "as of", "t-2"), text(canvas.margin, 27, written_as_of, "t-b"))
    canvas.y = y + 20
