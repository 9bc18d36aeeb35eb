"""A chart as SVG: lines over one axis, or bars in a row; lines are told apart by their dashes and names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from markupsafe import Markup, escape
from numpy.typing import ArrayLike

from paget.figures.svg import element, text

WIDTH, HEIGHT, LEFT, RIGHT, TOP, FOOT = 640.0, 370.0, 70.0, 24.0, 48.0, 48.0
DASHES = (None, "6 3", "2 3", "8 3 2 3", "1 4", "10 4")
NAMESPACE = "http://www.w3.org/2000/svg"


@dataclass(frozen=True, slots=True)
class Drawing:
    """An SVG that notebooks show; ``str`` gives its text."""

    svg: str

    def __str__(self) -> str:
        return self.svg

    def _repr_svg_(self) -> str:
        return self.svg


@dataclass(frozen=True, slots=True)
class Line:
    """A named line; with ``low`` and ``high`` a band around it."""

    name: str
    x: ArrayLike
    y: ArrayLike
    low: ArrayLike | None = None
    high: ArrayLike | None = None


class Axis:
    """One axis: where a value lies, and its ticks."""

    def __init__(self, low: float, high: float, start: float, end: float, *, log: bool = False) -> None:
        self.log = log
        self.low, self.high = (math.log10(low), math.log10(high)) if log else (low, high)
        if self.high <= self.low:
            self.high = self.low + 1
        self.start, self.end = start, end

    def at(self, value: float) -> float:
        """The position of a value, never outside the axis."""
        number = (math.log10(value) if value > 0 else self.low) if self.log else value
        share = min(1.0, max(0.0, (number - self.low) / (self.high - self.low)))
        return self.start + (self.end - self.start) * share

    def ticks(self) -> list[float]:
        """Round values, about five."""
        if self.log:
            every = max(1, math.ceil((self.high - self.low) / 6))
            return [
                10.0**power
                for power in range(math.ceil(self.low - 1e-9), math.floor(self.high + 1e-9) + 1, every)
            ]
        rough = (self.high - self.low) / 5
        unit = 10.0 ** math.floor(math.log10(rough))
        step: float = next(
            unit * times for times in (1.0, 2.0, 2.5, 5.0, 10.0) if unit * times >= rough * 0.999
        )
        first = math.ceil(self.low / step - 1e-9)
        return [round(step * i, 12) for i in range(first, math.floor(self.high / step + 1e-9) + 1)]


def lines(
    series: Sequence[Line],
    *,
    title: str,
    x: str,
    y: str,
    log_x: bool = False,
    log_y: bool = False,
    marks: Sequence[tuple[float, str]] = (),
    levels: Sequence[tuple[float, str]] = (),
    y_range: tuple[float, float] | None = None,
) -> Drawing:
    """Lines over an axis.

    Args:
        series: the lines, told apart by dashes and by their names.
        title: what is seen.
        x: name and unit of the axis across.
        y: name and unit of the axis upward.
        log_x: powers of ten across.
        log_y: powers of ten upward.
        marks: values across, with words, as upright lines.
        levels: values upward, with words, as level lines.
        y_range: lowest and highest value upward, when not those of the lines.
    """
    every_x = np.concatenate([np.asarray(one.x, float).ravel() for one in series])
    bounds = [
        np.asarray(a, float).ravel() for one in series for a in (one.y, one.low, one.high) if a is not None
    ]
    every_y = np.concatenate([*bounds, [value for value, _ in levels]])
    every_y = every_y[np.isfinite(every_y) & ((every_y > 0) | (not log_y))]
    low, high = y_range or (float(every_y.min()), float(every_y.max()))
    if y_range is None and not log_y and 0 <= low < 0.6 * high:
        low = 0.0
    across = Axis(float(every_x.min()), float(every_x.max()), LEFT, WIDTH - RIGHT, log=log_x)
    upward = Axis(low, high, HEIGHT - FOOT, TOP, log=log_y)
    parts = _frame(across, upward, x, y)
    for value, words in marks:
        at = across.at(value)
        parts.append(
            element("line", x1=at, x2=at, y1=TOP, y2=HEIGHT - FOOT, stroke="#777", stroke_dasharray="1 3")
        )
        parts.append(text(at + 3, TOP + 10, words))
    for value, words in levels:
        at = upward.at(value)
        parts.append(
            element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at, y2=at, stroke="#777", stroke_dasharray="1 3")
        )
        parts.append(text(LEFT + 4, at - 4 if at > TOP + 12 else at + 12, words))
    ends: list[float] = []
    for number, one in enumerate(series):
        if one.low is not None and one.high is not None:
            there = list(zip(np.asarray(one.x, float), np.asarray(one.high, float), strict=True))
            back = list(zip(np.asarray(one.x, float), np.asarray(one.low, float), strict=True))[::-1]
            band = _path([(across.at(a), upward.at(b)) for a, b in there + back]) + "Z"
            parts.append(element("path", d=band, fill="#999", fill_opacity="0.25", stroke="none"))
        points = [
            (across.at(a), upward.at(b))
            for a, b in zip(np.asarray(one.x, float).ravel(), np.asarray(one.y, float).ravel(), strict=True)
            if math.isfinite(b)
        ]
        dash = DASHES[number % len(DASHES)]
        parts.append(
            element(
                "path", d=_path(points), fill="none", stroke="#111", stroke_width="1.6", stroke_dasharray=dash
            )
        )
        if one.name:
            parts.append(_label(one.name, points, ends))
    return drawn(parts, title)


def bars(
    values: Sequence[tuple[str, float]],
    *,
    title: str,
    y: str,
    words: str = "{:g}",
    others: Sequence[tuple[str, float]] = (),
) -> Drawing:
    """Bars in a row, each with its number; ``others`` are hatched bars beside them."""
    highest = max(value for _, value in [*values, *others])
    upward = Axis(0.0, highest * 1.1 or 1.0, HEIGHT - FOOT, TOP)
    across = Axis(0.0, 1.0, LEFT, WIDTH - RIGHT)
    parts = _frame(across, upward, "", y, ticks_x=False)
    room = (WIDTH - LEFT - RIGHT) / len(values)
    paired = list(zip(values, others, strict=True)) if others else [(one, None) for one in values]
    for place, (one, other) in enumerate(paired):
        left, wide = LEFT + room * (place + 0.15), room * (0.35 if other else 0.7)
        for shift, bar, fill in ((0.0, one, "#777"), (wide, other, "#ddd")):
            if bar is None:
                continue
            top = upward.at(bar[1])
            parts.append(
                element(
                    "rect",
                    x=left + shift,
                    y=top,
                    width=wide * 0.96,
                    height=HEIGHT - FOOT - top,
                    fill=fill,
                    stroke="#111",
                )
            )
            parts.append(text(left + shift + wide / 2, top - 4, words.format(bar[1]), anchor="middle"))
        name = one[0] if other is None or not other[0] else f"{one[0]} | {other[0]}"
        parts.append(text(LEFT + room * (place + 0.5), HEIGHT - FOOT + 16, name, anchor="middle"))
    return drawn(parts, title)


def drawn(parts: Sequence[Markup], title: str) -> Drawing:
    """Parts as one figure with its title."""
    paper = element("rect", x=0, y=0, width=WIDTH, height=HEIGHT, fill="#fff")
    head = element("text", escape(title), x=LEFT, y=18, font_weight="bold")
    inside = Markup("").join([element("title", escape(title)), paper, head, *parts])
    box = f"0 0 {WIDTH:g} {HEIGHT:g}"
    return Drawing(
        str(
            element(
                "svg",
                inside,
                xmlns=NAMESPACE,
                view_box=box,
                width=WIDTH,
                height=HEIGHT,
                role="img",
                aria_label=title,
                font_size="12",
                font_family="sans-serif",
            )
        )
    )


def _frame(across: Axis, upward: Axis, x: str, y: str, *, ticks_x: bool = True) -> list[Markup]:
    foot = HEIGHT - FOOT
    parts = [
        element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=foot, y2=foot, stroke="#111"),
        element("line", x1=LEFT, x2=LEFT, y1=TOP, y2=foot, stroke="#111"),
        text(LEFT, TOP - 8, y),
    ]
    if x:
        parts.append(text((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 10, x, anchor="middle"))
    for value in upward.ticks():
        at = upward.at(value)
        parts.append(element("line", x1=LEFT, x2=WIDTH - RIGHT, y1=at, y2=at, stroke="#ddd"))
        parts.append(text(LEFT - 6, at + 4, short(value), anchor="end"))
    if ticks_x:
        for value in across.ticks():
            at = across.at(value)
            parts.append(element("line", x1=at, x2=at, y1=foot, y2=foot + 4, stroke="#111"))
            parts.append(text(at, foot + 17, short(value), anchor="middle"))
    return parts


def short(value: float) -> str:
    """A number for an axis.

    >>> short(1e9), short(0.25), short(1500.0)
    ('1e9', '0.25', '1500')
    """
    if value and not 1e-3 <= abs(value) < 1e5:
        return f"{value:.0e}".replace("e+0", "e").replace("e+", "e").replace("e-0", "e-")
    return f"{value:g}"


def _label(name: str, points: list[tuple[float, float]], ends: list[float]) -> Markup:
    x, y = points[-1] if points else (LEFT, TOP)
    y = max(TOP + 12, y - 5)
    step = -13.0 if y > HEIGHT - FOOT - 60 else 13.0
    while any(abs(y - other) < 13 for other in ends):
        y += step
    ends.append(y)
    return text(min(x, WIDTH - RIGHT) - 4, y, name, anchor="end")


def _path(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""
