"""What the data tell of the parameters, and what they cannot tell apart.

In coordinates that are standard normal under the prior, a parameter or a direction of which the data say
nothing keeps variance 1. What is told of a parameter is 1 - its posterior variance; eigenvectors of the
posterior covariance are the combinations that are told well (small eigenvalue) or not at all (near 1). Two
parameters whose posterior correlation is strong are told only together: a negative one leaves their product,
a positive one their ratio (on the scale of the prior).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.calibration.sampling import effective, moments

Floats = NDArray[np.float64]

WELL: Final = 0.75
"""Told: the posterior variance is at most a quarter of the prior's."""
NOT: Final = 0.25
"""Not told: it is more than three quarters of it."""
MOVED: Final = 0.5
"""A posterior mean so many standard deviations of the prior away says something, however wide it is."""
TOGETHER: Final = 0.7
"""A correlation from which on two parameters are said to be told together only."""
IN_IT: Final = 0.35
"""A share of a direction from which on a parameter is named in it."""


@dataclass(frozen=True, slots=True)
class Direction:
    """A combination of parameters: its posterior variance (prior: 1), and who is in it with what share."""

    variance: float
    shares: tuple[tuple[str, float], ...]


@dataclass(frozen=True, slots=True)
class Identified:
    """What a posterior tells of the parameters.

    Attributes:
        names: of the parameters.
        told: (parameters,) 1 - posterior variance / prior variance, on the scale of the prior.
        moved: (parameters,) posterior mean, in standard deviations of the prior from its mean.
        correlations: (parameters, parameters) of the posterior.
        directions: from the best told to the least.
        error: standard error of each told share, from the effective sample size: about
            sqrt(2 / effective) times the variance.
    """

    names: tuple[str, ...]
    told: tuple[float, ...]
    moved: tuple[float, ...]
    correlations: Floats
    directions: tuple[Direction, ...]
    error: float

    def word(self, name: str) -> str:
        """Told, partly told or not told: neither narrower than the prior nor moved."""
        place = self.names.index(name)
        if self.told[place] >= WELL:
            return "told"
        return "not told" if self.told[place] < NOT and abs(self.moved[place]) < MOVED else "partly told"

    @property
    def together(self) -> tuple[tuple[str, str, float], ...]:
        """Pairs that are told only together, with their correlation, the strongest first."""
        pairs = [
            (self.names[i], self.names[j], float(self.correlations[i, j]))
            for i in range(len(self.names))
            for j in range(i + 1, len(self.names))
            if abs(self.correlations[i, j]) >= TOGETHER
        ]
        return tuple(sorted(pairs, key=lambda pair: -abs(pair[2])))

    @property
    def count(self) -> int:
        """How many directions are told at least half."""
        return sum(one.variance <= 0.5 for one in self.directions)

    def sentences(self) -> list[str]:
        """In words."""
        of = {word: [n for n in self.names if self.word(n) == word] for word in ("told", "not told")}
        many = f"{self.count} of {len(self.names)}"
        said = [f"The data tell {many} directions (at least half of the prior's variance gone)."]
        if of["not told"]:
            said.append(
                f"Not told by the data, the posterior is about the prior: {', '.join(of['not told'])}."
            )
        for one, two, correlation in self.together:
            what = "product" if correlation < 0 else "ratio"
            said.append(
                f"{one} and {two} cannot be told apart: the data tell little more than their {what} "
                f"(correlation {correlation:.2f})."
            )
        for direction in self.directions:
            if direction.variance <= 0.5 and len(direction.shares) > 1:
                parts = " ".join(f"{share:+.2f} {name}" for name, share in direction.shares)
                gone = f"{1 - direction.variance:.0%} of its prior variance gone"
                said.append(f"Told as a combination only: {parts} ({gone}).")
        if of["told"]:
            said.append(f"Told by the data: {', '.join(of['told'])}.")
        return said


def identified(names: Sequence[str], z: Floats, weights: Floats) -> Identified:
    """What weighted draws tell.

    Args:
        names: of the parameters.
        z: (draws, parameters) standard normal under the prior.
        weights: (draws,) adding up to 1.

    >>> from paget.streams import normals
    >>> z = normals(1, range(4000), "example", 2)
    >>> only_sum = np.exp(-0.5 * ((z.sum(axis=1)) / 0.1) ** 2)
    >>> found = identified(["a", "b"], z, only_sum / only_sum.sum())
    >>> found.together[0][:2], found.count
    (('a', 'b'), 1)
    """
    mean, covariance = moments(z, weights)
    # few effective draws make a sample variance too small; put it right, as n / (n - 1) does
    counted = effective(weights)
    covariance = covariance * (counted / (counted - 1) if counted > 1 else math.nan)
    deviations = np.sqrt(np.diag(covariance))
    correlations = covariance / np.outer(deviations, deviations)
    variances, vectors = np.linalg.eigh(covariance)
    directions = []
    for place, variance in enumerate(variances):
        vector = vectors[:, place]
        vector = vector * np.sign(vector[np.argmax(np.abs(vector))])
        order = np.argsort(-np.abs(vector), kind="stable")
        shares = tuple((names[i], float(vector[i])) for i in order if abs(vector[i]) >= IN_IT)
        directions.append(Direction(float(variance), shares))
    told = tuple(float(1 - one) for one in np.diag(covariance))
    moved, error = tuple(float(one) for one in mean), math.sqrt(2 / max(counted, 1))
    return Identified(tuple(names), told, moved, correlations, tuple(directions), error)
