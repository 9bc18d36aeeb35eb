"""A figure that rests on a model: its interval and what that stands for, the prior, the note it carries."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.simulated import NOTE

Floats = NDArray[np.float64]

Z: Final = 1.959963984540054  # standard normal, 97.5 %
OF_PATIENTS: Final = "95 % of the matching virtual patients"
OF_SIMULATION: Final = "95 %, error of the simulation alone"
MIDDLE_HALF: Final = "middle half of the matching virtual patients"


@dataclass(frozen=True, slots=True)
class Assumed:
    """A figure that no clinical estimate supports.

    Attributes:
        what: what it is, in words.
        value: the figure; infinite: not within the horizon.
        low, high: its interval.
        interval: what the interval stands for.
        prior: the same figure for all virtual patients in whom a lesion was seen, with its interval.
        unit: of all of them; "1" for a share or a factor.
        note: what has to stand beside it.
    """

    what: str
    value: float
    low: float
    high: float
    interval: str
    prior: tuple[float, float, float]
    unit: str = "1"
    note: str = NOTE

    def __str__(self) -> str:
        value, low, high, *prior = (self._said(one) for one in (self.value, self.low, self.high, *self.prior))
        return (
            f"{self.what}: {value} ({low} to {high}, {self.interval}; of all in whom a lesion was seen "
            f"{prior[0]}, {prior[1]} to {prior[2]}); {self.note}"
        )

    def _said(self, number: float) -> str:
        if math.isinf(number):
            return "beyond the horizon"
        return f"{number:.3g}" if self.unit == "1" else f"{number:.0f} {self.unit}s"


def effective(weights: Floats) -> float:
    """Effective sample size of weights, (sum w)^2 / sum w^2 (Kish).

    >>> effective(np.array([1.0, 1.0, 2.0]))          # 16 / 6
    2.6666666666666665
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def quantiles(values: Floats, weights: Floats, shares: tuple[float, ...]) -> tuple[float, ...]:
    """The smallest values at or below which at least these shares of the weight lie.

    >>> quantiles(np.array([30.0, 10.0, 20.0]), np.array([1.0, 1.0, 2.0]), (0.25, 0.5, 1.0))
    (10.0, 20.0, 30.0)
    """
    order = np.argsort(values, kind="stable")
    reached = np.cumsum(weights[order])
    places = np.searchsorted(reached, np.asarray(shares) * reached[-1] * (1 - 1e-12))
    return tuple(float(values[order[min(int(place), values.size - 1)]]) for place in places)


def share(holds: NDArray[np.bool_], weights: Floats) -> tuple[float, float, float]:
    """A weighted share with Wilson's 95 % interval at the effective sample size.

    >>> [round(one, 4) for one in share(np.array([True] * 81 + [False] * 182), np.ones(263))]
    [0.308, 0.2553, 0.3662]
    """
    n, p = effective(weights), float(weights[holds].sum() / weights.sum())
    middle, wide = p + Z**2 / (2 * n), Z * math.sqrt(p * (1 - p) / n + Z**2 / (4 * n**2))
    return p, max(0.0, (middle - wide) / (1 + Z**2 / n)), min(1.0, (middle + wide) / (1 + Z**2 / n))


def mean(values: Floats, weights: Floats) -> tuple[float, float, float]:
    """A weighted mean with its 95 % interval, standard error sqrt(sum w^2 (x - mean)^2) / sum w.

    When all values are the same, the interval is 3 / n wide to each side, n the effective sample size (rule
    of three): something else may happen to fewer than that.

    The weights 1 and 3 of 0 and 1 have the standard error sqrt(1 x 0.75^2 + 9 x 0.25^2) / 4 = 0.2652.

    >>> [round(one, 4) for one in mean(np.array([0.0, 1.0]), np.array([1.0, 3.0]))]
    [0.75, 0.2303, 1.2697]
    """
    whole = float(weights.sum())
    middle = float((weights * values).sum()) / whole
    error = math.sqrt(float((weights**2 * (values - middle) ** 2).sum())) / whole
    wide = Z * error if error > 0 else 3 / effective(weights)
    return middle, middle - wide, middle + wide
