"""How large and how fast: the volume of a lesion, and the time in which it doubles, from two readings.

A volume is the measured one, else that of a sphere on the longest diameter: V = pi / 6 x d^3. The doubling
time of the volume follows from the last two diameters, T = t ln 2 / (3 ln(d2 / d1)); beside it stand the
values still possible when each reading is off by up to 1 mm.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from paget.brief.words import Span, Words, number, words
from paget.figures import Size

READING_ERROR_MM: Final = 1.0
"""How far a reading of a diameter may be off: about what two readers of a CT agree to."""

UNKNOWN: Final[Words] = (Span("unknown", "unknown"),)


def sphere_ml(diameter_mm: float) -> float:
    """Volume of a sphere, mL, from its diameter, mm.

    >>> round(sphere_ml(40), 2)
    33.51
    """
    return math.pi / 6 * diameter_mm**3 / 1000


@dataclass(frozen=True, slots=True)
class Doubling:
    """Doubling time of a volume, days: from the readings, and least and most when each is off by up to 1 mm.

    None stands for a lesion that does not grow.
    """

    days: float | None
    least: float | None
    most: float | None


def doubling(before: Size, after: Size) -> Doubling | None:
    """Doubling time from two readings; None when they are of one day, or one is within its error of 0.

    >>> found = doubling(Size((0, 0), 24), Size((87, 87), 32))
    >>> round(found.days), round(found.least), round(found.most)
    (70, 56, 93)
    """
    shortest = after.day[0] - before.day[1]
    longest = after.day[1] - before.day[0]
    if shortest <= 0 or min(before.mm, after.mm) <= READING_ERROR_MM:
        return None
    return Doubling(
        _time(after.middle - before.middle, before.mm, after.mm),
        _time(shortest, before.mm - READING_ERROR_MM, after.mm + READING_ERROR_MM),
        _time(longest, before.mm + READING_ERROR_MM, after.mm - READING_ERROR_MM),
    )


def _time(days: float, before: float, after: float) -> float | None:
    return days * math.log(2) / (3 * math.log(after / before)) if after > before else None


def doubling_words(found: Doubling | None) -> tuple[Words, str]:
    """A doubling time in words, and its interval.

    >>> doubling_words(Doubling(70.2, 56.1, None))[1]
    '56 or more'
    """
    if found is None:
        return UNKNOWN, ""
    if found.days is None:
        return words("not growing"), "" if found.least is None else f"or {_days(found.least)} or more"
    if found.least is None:
        return words(_days(found.days)), ""
    return words(_days(found.days)), (
        f"{_days(found.least)} or more"
        if found.most is None
        else f"{_days(found.least)} to {_days(found.most)}"
    )


def _days(value: float) -> str:
    return number(round(value)) if value >= 10 else number(value)
