"""A lesion's sizes as a small line; all lesions of a table share both scales."""

from __future__ import annotations

import itertools
from dataclasses import dataclass

from markupsafe import Markup

from paget.figures.svg import DASH, beside, circle, element, line, number


@dataclass(frozen=True, slots=True)
class Size:
    """A size of a lesion on a day.

    Attributes:
        day: first and last possible day.
        mm: longest diameter, mm.
        seen_later: read in retrospect, from an examination that was reported without it.
    """

    day: tuple[int, int]
    mm: float
    seen_later: bool = False

    @property
    def middle(self) -> float:
        """Where it is drawn: the middle of its possible days."""
        return (self.day[0] + self.day[1]) / 2


@dataclass(frozen=True, slots=True)
class Scale:
    """The scale that the lines of a table share: days across, 0 to ``most_mm`` upward."""

    start: float
    end: float
    most_mm: float

    def x(self, day: float, width: float) -> float:
        """Position of a day on a line of that width."""
        span = self.end - self.start
        return 4 + (width - 8) * ((day - self.start) / span if span > 0 else 1.0)


def sparkline(
    sizes: tuple[Size, ...], scale: Scale, *, known: bool = True, width: float = 96, height: float = 28
) -> Markup:
    """The sizes of one lesion.

    Args:
        sizes: in order of their days.
        scale: shared with the other lesions.
        known: whether the lesion is known to be tumour; else the line is dashed and amber.
        width: px.
        height: px.
    """
    base = height - 3

    def y(mm: float) -> float:
        return base - (base - 3) * (mm / scale.most_mm if scale.most_mm else 0)

    parts = [line(0, base, width, base, "grid")]
    if not sizes:
        return beside(parts, width=width, height=height)
    points = [(scale.x(size.middle, width), y(size.mm)) for size in sizes]
    if not known:
        at, up = points[0]
        parts.append(
            line(at, up, width, points[-1][1], "l-u", DASH)
            if len(points) == 1
            else _line(points, "l-u", DASH)
        )
        parts += [circle(px, py, 2.8, "ring-u") for px, py in points]
        return beside(parts, width=width, height=height)
    for (before, after), size in zip(itertools.pairwise(points), sizes, strict=False):
        parts.append(_line([before, after], "l", "4 2" if size.seen_later else None))
    parts += [circle(px, py, 1.8, "f") for px, py in points[:-1]]
    parts.append(circle(*points[-1], 3, "f"))
    return beside(parts, width=width, height=height)


def _line(points: list[tuple[float, float]], class_: str, dash: str | None) -> Markup:
    drawn = " ".join(f"{number(x)},{number(y)}" for x, y in points)
    return element("polyline", points=drawn, class_=class_, stroke_dasharray=dash)
