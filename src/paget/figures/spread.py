"""How a figure spreads before and after something is known: two outlines over one logarithmic axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures.svg import figure, line, number, path, text

WIDTH: Final = 340.0
ROW: Final = 74.0
_LEFT, _RIGHT, _FOOT, _TOP = 4.0, 8.0, 40.0, 18.0


@dataclass(frozen=True, slots=True)
class Spread:
    """A row: a name, and shares in bins.

    Attributes:
        name: what is spread.
        edges: (n + 1,) of the bins, above 0, increasing.
        before, after: (n,) shares.
    """

    name: str
    edges: Sequence[float]
    before: Sequence[float]
    after: Sequence[float]


def spreads(
    rows: Sequence[Spread], key: str, *, title: str, description: str, axis: str, mark: tuple[float, str]
) -> Markup:
    """Rows over one axis; before: a grey area, after: a line.

    Args:
        rows: from above.
        key: names the figure, unique in its page.
        title: what it shows.
        description: what can be read from it.
        axis: name of the axis.
        mark: a value of the axis that is named, and its name.
    """
    low = math.log10(min(min(row.edges) for row in rows))
    high = math.log10(max(max(row.edges) for row in rows))
    height = _TOP + ROW * len(rows) + _FOOT

    def x(value: float) -> float:
        return _LEFT + (WIDTH - _LEFT - _RIGHT) * (math.log10(value) - low) / (high - low)

    floor = _TOP + ROW * len(rows)
    parts = [line(_LEFT, floor, WIDTH - _RIGHT, floor, "ax")]
    powers = range(math.ceil(low), math.floor(high) + 1)
    for power in powers:
        at = x(10.0**power)
        parts.append(line(at, _TOP, at, floor + 4, "grid"))
        parts.append(text(at, floor + 17, _power(power), "t-s t-2", "middle"))
    parts.append(text(WIDTH - _RIGHT, floor + 34, axis, "t-s t-2", "end"))
    if low < math.log10(mark[0]) < high:
        at = x(mark[0])
        parts.append(line(at, _TOP - 4, at, floor, "l-thin", "3 3"))
        parts.append(text(at, _TOP - 7, mark[1], "t-s t-2", "middle"))
    for place, row in enumerate(rows):
        foot = _TOP + ROW * (place + 1)
        most = max(*row.before, *row.after) or 1.0
        scale = (ROW - 12) / most
        before = _points(row.edges, row.before, x, foot, scale)
        after = _points(row.edges, row.after, x, foot, scale)
        parts += [path(f"{before}Z", "f-wash2"), path(before, "l2"), path(after, "l")]
        parts.append(line(_LEFT, foot, WIDTH - _RIGHT, foot, "grid"))
        middle = (math.log10(row.edges[0]) + math.log10(row.edges[-1])) / 2
        left = middle > (low + high) / 2  # the name stands where the row is empty
        side, anchor = (_LEFT, "start") if left else (WIDTH - _RIGHT, "end")
        parts.append(text(side, foot - ROW + 24, row.name, "halo", anchor))
    return figure(parts, width=WIDTH, height=height, key=key, title=title, description=description)


def _points(
    edges: Sequence[float], shares: Sequence[float], x: Callable[[float], float], foot: float, scale: float
) -> str:
    """Steps along the bins, as a path."""
    points = [(x(edges[0]), foot)]
    for left, right, share in zip(edges, edges[1:], shares, strict=False):
        points += [(x(left), foot - scale * share), (x(right), foot - scale * share)]
    points.append((x(edges[-1]), foot))
    return f"M{'L'.join(f'{number(a)} {number(b)}' for a, b in points)}"


def _power(power: int) -> str:
    """A power of ten as a number.

    >>> _power(-3), _power(0), _power(2)
    ('0.001', '1', '100')
    """
    return f"{10.0**power:.{max(0, -power)}f}"
