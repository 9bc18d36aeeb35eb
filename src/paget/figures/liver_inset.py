"""The liver drawn large, with its segments: lesions to scale, each with its name above or below."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures import body_outline as body
from paget.figures.lanes import spread
from paget.figures.spots import SINGLE, Spot, around, mark, one_line, radius_of, together
from paget.figures.svg import element, line, number, path, text, width_of

LEFT: Final = 222
"""Left edge of the drawing, px."""

ABOVE: Final = 76
"""Where the names above the liver stand, px."""

_RIGHT: Final = 432
_BELOW_RIGHT: Final = 368  # the scale stands there
_TOP: Final = 96
_BELOW: Final = 254
_SCALE: Final = 0.88


@dataclass(frozen=True, slots=True)
class _Placed:
    spot: Spot
    x: float
    y: float
    radius: float


def liver_inset(spots: Sequence[Spot], key: str) -> tuple[list[Markup], float]:
    """Draw the liver with the lesions that stand in it.

    Args:
        spots: its lesions; those that are gone are left out.
        key: names the figure, unique in its page.

    Returns:
        The elements, and how far down their names reach.
    """
    clip = f"{key}-clip"
    placed = _place(spots)
    inside = [
        element("path", d=body.LIVER, class_="organ"),
        element("g", element("path", d=body.LIVER_BORDERS, class_="seg"), clip_path=f"url(#{clip})"),
        element("ellipse", cx=107, cy=75, rx=10, ry=8, class_="seg"),
        *(text(x, y, name, "t-s t-3", "middle") for name, (x, y) in body.SEGMENT_NAMES.items()),
        *(mark(one.spot, one.x, one.y, one.radius) for one in placed),
    ]
    at = f"translate({LEFT},{_TOP}) scale({_SCALE})"
    parts = [
        element("clipPath", element("path", d=body.LIVER), id=clip),
        line(150, 150, LEFT, 150, "l-thin", "1 2"),
        element("g", Markup("").join(inside), transform=at),
        path("M374 230 v5 h44 v-5", "l2"),
        text(396, 250, "50 mm", "t-2", "middle"),
    ]
    above = [one for one in placed if one.y < 95]
    below = [one for one in placed if one.y >= 95]
    if len(placed) > SINGLE or not (_fits(above, _RIGHT) and _fits(below, _BELOW_RIGHT)):
        words, more, colour = together("liver", spots)
        parts.append(text(_RIGHT, ABOVE, f"{words}, {more}", f"t-b {colour}".strip(), "end"))
        return parts, _BELOW
    return [*parts, *_names(above, up=True), *_names(below, up=False)], _BELOW


def _place(spots: Sequence[Spot]) -> list[_Placed]:
    """Each lesion in its segment, the largest first, beside each other where they would overlap."""
    placed: list[_Placed] = []
    for spot in sorted(spots, key=lambda spot: -(spot.mm or 0)):
        if spot.gone:
            continue
        place = body.SEGMENTS[body.segment_of(spot.location, spot.laterality)]
        radius = radius_of(spot, 1.0)
        tried = [around(place, turn, 7) for turn in range(40)]
        free = (at for at in tried if all(math.dist(at, (o.x, o.y)) > radius + o.radius + 2 for o in placed))
        x, y = next(free, tried[0])
        placed.append(_Placed(spot, x, y, radius))
    return placed


def _room(placed: list[_Placed]) -> float:
    return max(width_of(one_line(one.spot), bold=True) + 10 for one in placed)


def _fits(placed: list[_Placed], right: float) -> bool:
    """Whether the names stand side by side in one row."""
    return not placed or len(placed) * _room(placed) <= right - LEFT


def _names(placed: list[_Placed], *, up: bool) -> list[Markup]:
    """The names in a row over or under the liver, with lines to their lesions."""
    if not placed:
        return []
    ordered = sorted(placed, key=lambda one: one.x)
    room, right = _room(ordered), _RIGHT if up else _BELOW_RIGHT
    wanted = [LEFT + _SCALE * one.x for one in ordered]
    y = ABOVE if up else _BELOW
    parts: list[Markup] = []
    for one, x in zip(ordered, spread(wanted, room, LEFT + room / 2, right - room / 2), strict=True):
        at_x, at_y = LEFT + _SCALE * one.x, _TOP + _SCALE * one.y
        edge = at_y - _SCALE * one.radius if up else at_y + _SCALE * one.radius
        leader = f"M{number(at_x)} {number(edge)} L{number(x)} {number(y + 6 if up else y - 14)}"
        parts.append(path(leader, "l2" if one.spot.known else "l-u-thin"))
        parts.append(text(x, y, one_line(one.spot), "t-b" if one.spot.known else "t-b t-u", "middle"))
    return parts
