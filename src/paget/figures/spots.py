"""Lesions as they are drawn on a map: filled and to scale when known, dashed when not, a cross when gone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures.canvas import cross
from paget.figures.svg import circle, number

SINGLE: Final = 6
"""With more lesions in an organ, they share one label."""


@dataclass(frozen=True, slots=True)
class Spot:
    """A lesion, or an organ that is involved by an unknown number of them.

    Attributes:
        name: "L1"; of an involved organ its name.
        organ: in the record's words.
        location: where in the organ.
        laterality: left, right or "".
        mm: longest diameter; None when no size is known.
        known: whether it is known to be tumour and counted; else it is dashed.
        says: what stands beside its name: "32 mm", "number unknown".
        gone: removed or ablated.
    """

    name: str
    organ: str
    location: str
    laterality: str
    mm: float | None
    known: bool
    says: str
    gone: bool = False


def mark(spot: Spot, x: float, y: float, radius: float) -> Markup:
    """The sign of a lesion."""
    if spot.gone:
        return cross(x, y)
    if not spot.known or spot.mm is None:
        return circle(x, y, radius, "ring-u", "2.5 1.8")
    return circle(x, y, radius, "les")


def radius_of(spot: Spot, px_per_mm: float) -> float:
    """Half its diameter, to scale; large enough to be seen."""
    if spot.mm is None or spot.gone:
        return 5.0 if px_per_mm < 1 else 8.0
    return max(spot.mm / 2 * px_per_mm, 2.0 if spot.known else 4.0)


def one_line(spot: Spot) -> str:
    """Its name and what is said of it."""
    return f"{spot.name}, {spot.says}" if spot.says else spot.name


def together(organ: str, spots: Sequence[Spot]) -> tuple[str, str, str]:
    """One label for all lesions of an organ: what, how large, and its colour."""
    here = [spot for spot in spots if spot.organ == organ and not spot.gone]
    sizes = sorted(spot.mm for spot in here if spot.mm is not None)
    more = f"{number(sizes[0])} to {number(sizes[-1])} mm" if sizes else "sizes unknown"
    return f"{organ.capitalize()}, {len(here)} lesions", more, "" if all(s.known for s in here) else "t-u"


def around(place: tuple[float, float], turn: int, step: float) -> tuple[float, float]:
    """The place itself, then places around it, by the golden angle."""
    angle, away = 2.39996 * turn, step * math.sqrt(turn)
    return place[0] + away * math.cos(angle), place[1] + away * math.sin(angle)
