"""Lesions over time: longest diameters on one scale, a line each; those without a size on a line below."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Final

from paget.figures.canvas import Canvas, cross
from paget.figures.course import Track
from paget.figures.lanes import spread
from paget.figures.svg import DASH, circle, element, line, number, text, width_of

ROW: Final = 17
"""Height of a line of the strip, px."""

_LABELLED: Final = 9  # lesions with a label of their own
_STEPS: Final = (5, 10, 20, 50, 100)  # mm between two lines of the scale


def sized(canvas: Canvas, tracks: Sequence[Track]) -> None:
    """Draw the lesions whose sizes are known, over a scale of mm."""
    if not tracks:
        canvas.stems_to(canvas.y + 6)
        canvas.y += 14
        return
    largest = max(size.mm for track in tracks for size in track.sizes)
    step = next((step for step in _STEPS if largest / step <= 3.6), 200)
    most = step * max(1, -int(-largest // step))
    height = max(76.0, 15.0 * min(len(tracks), _LABELLED) - 4)
    top = canvas.y + 8
    base = top + height

    def y_of(mm: float) -> float:
        return base - height * mm / most

    for mm in range(0, most + 1, step):
        canvas.add(line(canvas.left, y_of(mm), canvas.right, y_of(mm), "grid" if mm else "ax"))
        canvas.add(text(canvas.left - 6, y_of(mm) + 4, str(mm), "t-s t-3", "end"))
    canvas.add(text(0, top + 4, "Longest", "t-2"), text(0, top + 19, "size, mm", "t-2"))
    canvas.stems_to(base)
    for track in tracks:
        _line(canvas, track, y_of)
    _labels(canvas, tracks, [y_of(track.sizes[-1].mm) for track in tracks], top, base)
    canvas.y = base + 14
    if len(tracks) > _LABELLED:
        canvas.add(text(canvas.margin, base + 22, f"and {len(tracks) - _LABELLED} more", "t-s t-3"))
        canvas.y += 12


def _labels(canvas: Canvas, tracks: Sequence[Track], ends: list[float], top: float, base: float) -> None:
    """Names at the ends of the lines, the largest lesions first when there is no room for all."""
    chosen = sorted(range(len(tracks)), key=lambda i: ends[i])[:_LABELLED]
    names = max(width_of(tracks[i].name, bold=True) for i in chosen) + 8
    where = max(width_of(tracks[i].where) for i in chosen) + 8 if canvas.wide else 0.0
    says = max(width_of(tracks[i].says, bold=True) for i in chosen)
    if names + where + says > canvas.width - canvas.margin:
        where = 0.0
    for i, y in zip(chosen, spread([ends[i] + 4 for i in chosen], 15, top + 2, base + 8), strict=True):
        track = tracks[i]
        colour = "t-u" if not track.known else "t-3" if track.gone else ""
        canvas.add(text(canvas.margin, y, track.name, f"t-b {colour}".strip()))
        if where:
            canvas.add(text(canvas.margin + names, y, track.where, colour or "t-2"))
        canvas.add(text(canvas.margin + names + where, y, track.says, colour or "t-b"))


def _line(canvas: Canvas, track: Track, y_of: Callable[[float], float]) -> None:
    points = [(canvas.axis.x(size.middle), y_of(size.mm)) for size in track.sizes]
    last_x, last_y = points[-1]
    end = canvas.right if track.gone is None else canvas.x(track.gone)
    if not track.known:
        for before, after in itertools.pairwise(points):
            canvas.add(line(*before, *after, "l-u", DASH))
        canvas.add(line(last_x, last_y, end, last_y, "l-u", DASH))
        canvas.add(*(circle(x, y, 3.5, "ring-u") for x, y in points))
    else:
        for (before, after), size in zip(itertools.pairwise(points), track.sizes, strict=False):
            drawn = " ".join(f"{number(x)},{number(y)}" for x, y in (before, after))
            dash = "5 2" if size.seen_later else None
            canvas.add(element("polyline", points=drawn, class_="l", stroke_dasharray=dash))
        canvas.add(line(last_x, last_y, end, last_y, "l-thin", "1 3"))
        for (x, y), size in zip(points, track.sizes, strict=True):
            canvas.add(circle(x, y, 3, "ring" if size.seen_later else "f"))
            canvas.possible_days(size.day, y)
    if track.gone is not None:
        canvas.add(cross(end, last_y))


def unsized(canvas: Canvas, track: Track) -> None:
    """Draw a lesion, or an organ with an unknown number of them, of which no size is known."""
    y = canvas.y + 5
    end = canvas.right if track.gone is None else canvas.x(track.gone)
    canvas.add(text(0, y + 4, track.name, "t-2"), line(canvas.left, y, canvas.right, y, "grid"))
    if track.found is not None:
        x = canvas.x(track.found)
        canvas.add(line(x, y, end, y, *(("l-u", DASH) if track.gone is None else ("l-thin", "1 3"))))
        canvas.add(circle(x, y, 3.5, "ring-u" if track.gone is None else "ring"))
        canvas.possible_days(track.found, y)
    if track.gone is not None:
        canvas.add(cross(end, y))
    canvas.add(text(canvas.margin, y + 4, track.says, "t-2" if track.gone else "t-u"))
    canvas.y += ROW
