"""Step curves and their bands as paths: as exact as a page can show, and no longer than that needs."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from paget.figures.svg import number

Place = Callable[[float], float]
"""From a value to px."""


def corners(
    times: Iterable[float], values: Iterable[float], begins: float, until: float
) -> list[tuple[float, float]]:
    """(time, value) from which each value holds, beginning at 0 and ending where the last one still holds.

    Args:
        times: of the steps, increasing.
        values: from that time on; NaN ends the curve.
        begins: the value before the first step.
        until: the last time drawn.

    >>> corners([1, 3], [0.5, 0.2], 1.0, 4)
    [(0.0, 1.0), (1, 0.5), (3, 0.2), (4, 0.2)]
    """
    found = [(0.0, begins)]
    for time, value in zip(times, values, strict=True):
        if time > until:
            break
        if not math.isfinite(value):
            return [*found, (time, found[-1][1])]
        if value != found[-1][1]:
            found.append((time, value))
    return [*found, (until, found[-1][1])]


def step_path(points: Sequence[tuple[float, float]], x: Place, y: Place) -> str:
    """The commands of a step curve.

    >>> step_path([(0, 1.0), (1, 0.5), (4, 0.5)], lambda t: 10 * t, lambda v: 100 - 100 * v)
    'M0 0H10V50H40'
    """
    drawn = _pixels(points, x, y)
    commands = [f"M{number(drawn[0][0])} {number(drawn[0][1])}"]
    at_x, at_y = drawn[0]
    for next_x, next_y in drawn[1:]:
        if next_x != at_x:
            commands.append(f"H{number(next_x)}")
        if next_y != at_y:
            commands.append(f"V{number(next_y)}")
        at_x, at_y = next_x, next_y
    return "".join(commands)


def band_path(
    low: Sequence[tuple[float, float]], high: Sequence[tuple[float, float]], x: Place, y: Place
) -> str:
    """The area between two step curves: along the upper one, and back along the lower one."""
    over, under = _ends(_pixels(high, x, y)), _ends(_pixels(low, x, y))
    there = "".join(f"L{number(a)} {number(b)}" for a, b in over)[1:]
    back = "".join(f"L{number(a)} {number(b)}" for a, b in reversed(under))
    return f"M{there}{back}Z"


_MANY: Final = 1500
"""Steps of which half a pixel across is kept, not a tenth: more than an eye or a printer can tell apart."""


def _pixels(points: Sequence[tuple[float, float]], x: Place, y: Place) -> list[tuple[float, float]]:
    """Positions; of those at the same place across the last, where the curve is after it."""
    fine = 10 if len(points) <= _MANY else 2
    found: list[tuple[float, float]] = []
    for time, value in points:
        here = round(x(time) * fine) / fine, round(y(value), 1)
        if found and len(found) > 1 and found[-1][0] == here[0]:
            found[-1] = here
        elif not found or found[-1] != here:
            found.append(here)
    last = round(x(points[-1][0]) * fine) / fine, round(y(points[-1][1]), 1)
    if len(found) == 1 and last != found[0]:
        found.append(last)
    return found


def _ends(drawn: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of the steps: across, then up or down."""
    found = [drawn[0]]
    for x, y in drawn[1:]:
        if x != found[-1][0]:
            found.append((x, found[-1][1]))
        if y != found[-1][1]:
            found.append((x, y))
    return found
