"""How far own figures may move from published ones: only as far as they differ by more than chance."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from paget.survival.results import Floats

_STEPS: Final = 200  # halvings; each doubles the precision, so that the last is far below rounding


@dataclass(frozen=True, slots=True, eq=False)
class Shrunk:
    """Differences from published figures, drawn towards none.

    Attributes:
        difference: after shrinkage.
        weight: of the own data, 0 to 1; the rest is the published figure's.
        spread: variance of the true differences between groups, beyond chance.
    """

    difference: Floats
    weight: Floats
    spread: float


def shrink(difference: Floats, variance: Floats) -> Shrunk:
    """Draw the differences of groups towards 0, each by its own uncertainty.

    Args:
        difference: own minus published, by group, on a scale without bounds.
        variance: of the own figure.

    Returns:
        With the spread t² the one that solves sum of d² / (v + t²) = number of groups (0 when the sum is
        smaller at t² = 0): the weight t² / (t² + v), and the difference times it. Differences no larger than
        chance make it 0 and leave the published figure.

    Sources: Paule RC, Mandel J. J Res Natl Bur Stand 1982;87:377-385, with the mean known; Efron B, Morris C.
    J Am Stat Assoc 1973;68:117-130.

    >>> found = shrink(np.array([0.6, -0.6]), np.array([0.09, 0.09]))  # t² = 0.36 - 0.09
    >>> [round(float(x), 4) for x in (found.spread, found.weight[0], found.difference[0])]
    [0.27, 0.75, 0.45]
    >>> shrink(np.array([0.1, -0.1]), np.array([0.09, 0.09])).weight.tolist()
    [0.0, 0.0]
    """
    low, high = 0.0, float((difference**2).max(initial=0.0))
    if not len(difference) or _excess(difference, variance, 0.0) <= 0:
        return Shrunk(np.zeros(len(difference)), np.zeros(len(difference)), 0.0)
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _excess(difference, variance, middle) > 0:
            low = middle
        else:
            high = middle
    weight = high / (high + variance)
    return Shrunk(weight * difference, weight, high)


def _excess(difference: Floats, variance: Floats, spread: float) -> float:
    return float((difference**2 / (variance + spread)).sum()) - len(difference)
