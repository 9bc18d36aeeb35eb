"""Tied events taken exactly: the conditional logistic likelihood, summed over all ways that d of n could have
died.

At a time with d events among n at risk, the likelihood is the product of the risks of those d over the sum of
such products over all sets of d rows. The sum is built up row by row, B(n, d) = B(n - 1, d) + r_n B(n - 1, d
- 1), and so are its derivatives; the cost is n d at each time. Source: Gail MH, Lubin JH, Rubinstein LV.
Biometrika 1981;68:703-707.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Cohort
from paget.survival.compiling import compiled
from paget.survival.design import Design
from paget.survival.newton import Point
from paget.survival.partial_likelihood import PartialLikelihood
from paget.survival.results import Floats
from paget.survival.risk_sets import risk_sets

MOST = 200_000_000
"""The most steps n d, summed over times, before a fit is refused as too long."""


@dataclass(frozen=True)
class ExactLikelihood(PartialLikelihood):
    """The conditional likelihood as a function of the coefficients."""

    @classmethod
    def of(cls, design: Design, cohort: Cohort, offset: Floats) -> ExactLikelihood:
        """Of a cohort without weights.

        Raises:
            BadInput: weights, or so many ties that it would take too long.
        """
        if cohort.weights is not None:
            raise BadInput("exact ties take no weights", where="ties", mend="use efron")
        sets = risk_sets(cohort)
        likelihood = cls(design, sets, np.zeros(0), offset, "exact")
        at_risk = PartialLikelihood._gathered(likelihood, sets.leaving.reshape(1, sets.kinds, sets.bins, 1))[
            0
        ][:, 0]
        if float(at_risk @ sets.deaths) > MOST:
            raise BadInput("too many ties for the exact likelihood", where="ties", mend="use efron")
        return likelihood

    @cached_property
    def _matrix(self) -> Floats:
        return self.design.matrix() - self.means if self.terms else np.zeros((self.rows, 0))

    def __call__(self, beta: Floats, wide: bool) -> Point:
        """The log likelihood, its gradient and information."""
        p, sets = self.terms, self.sets
        eta = self._matrix @ beta + (self.offset if len(self.offset) else 0.0)
        value = float(beta @ self.of_events) + self.offset_of_events
        gradient, information = self.of_events.copy(), np.zeros((p, p))
        before = sets.cell * 0 if sets.before is None else sets.before
        place = sets.cell % np.int32(sets.bins)
        stratum = sets.stratum
        for t in np.flatnonzero(sets.deaths):
            here = np.flatnonzero((place >= t) & (before < t) & (stratum[place] == stratum[t]))
            top = float(eta[here].max())
            d = int(sets.deaths[t])
            total, first, second = _elementary(np.exp(eta[here] - top), self._matrix[here], d)
            if not (np.isfinite(total) and total > 0):
                return Point(-np.inf, gradient, information)
            value -= float(np.log(total)) + d * top
            mean = first / total
            gradient -= mean
            information += second / total - np.outer(mean, mean)
        return Point(value, gradient, information)

    def null(self) -> float:
        """The log likelihood without covariates."""
        return replace(self, design=Design((), (), {}, ""))(np.zeros(0), True).value


@compiled
def _elementary(risk: NDArray[Any], x: NDArray[Any], d: int) -> tuple[float, NDArray[Any], NDArray[Any]]:
    """The sum over sets of d rows of the product of risks, and its first and second derivatives."""
    rows, p = x.shape
    sums = np.zeros(d + 1)
    first = np.zeros((d + 1, p))
    second = np.zeros((d + 1, p, p))
    sums[0] = 1.0
    for i in range(rows):
        for k in range(min(d, i + 1), 0, -1):
            r, b = risk[i], sums[k - 1]
            for j in range(p):
                for m in range(p):
                    second[k, j, m] += r * (
                        second[k - 1, j, m]
                        + x[i, j] * first[k - 1, m]
                        + x[i, m] * first[k - 1, j]
                        + x[i, j] * x[i, m] * b
                    )
            for j in range(p):
                first[k, j] += r * (first[k - 1, j] + x[i, j] * b)
            sums[k] += r * b
    return sums[d], first[d], second[d]
