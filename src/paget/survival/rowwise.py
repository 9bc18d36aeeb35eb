"""Likelihoods that are sums over rows of a function of a few linear predictors, and their maximum.

A row contributes g(a, b, ...), where each predictor is offset + x beta with columns and coefficients of its
own. The first derivatives of g are by a complex step (exact to rounding), the second by differences of them;
the chain rule gives gradient and information of all coefficients.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paget.survival.results import Floats

Contribution = Callable[..., Any]

TINY = 1e-30
STEP = 1e-5
MOST = 200
DONE = 1e-16


@dataclass(frozen=True)
class Peak:
    """Where a likelihood is largest.

    Attributes:
        theta: all coefficients, predictor after predictor.
        value: the log likelihood.
        information: minus its second derivative.
        converged: whether the slope is 0 to rounding and the information positive.
    """

    theta: Floats
    value: float
    information: Floats
    converged: bool


@dataclass(frozen=True)
class RowwiseLikelihood:
    """Rows with the columns of each predictor.

    Attributes:
        contribution: g of the predictors, each (rows,) and perhaps complex; (rows,) back.
        columns: (rows, coefficients) of each predictor.
        weights: (rows,).
    """

    contribution: Contribution
    columns: Sequence[Floats]
    weights: Floats

    def split(self, theta: Floats) -> list[Floats]:
        """The coefficients of each predictor."""
        cuts = np.cumsum([matrix.shape[1] for matrix in self.columns])[:-1]
        return list(np.split(theta, cuts))

    def value(self, theta: Floats) -> float:
        """The log likelihood; minus infinity where it is not defined."""
        with np.errstate(all="ignore"):
            found = float(self.weights @ np.real(self.contribution(*self._predictors(theta))))
        return found if np.isfinite(found) else -np.inf

    def derivatives(self, theta: Floats) -> tuple[Floats, Floats]:
        """Gradient and information; where they are not defined, they are not finite."""
        with np.errstate(all="ignore"):
            return self._derivatives(theta)

    def _derivatives(self, theta: Floats) -> tuple[Floats, Floats]:
        at = self._predictors(theta)
        slopes = self._slopes(at)
        gradient = np.concatenate(
            [matrix.T @ (self.weights * slope) for matrix, slope in zip(self.columns, slopes, strict=True)]
        )
        blocks = []
        for j in range(len(at)):
            up, down = ([*at[:j], at[j] + sign * STEP, *at[j + 1 :]] for sign in (1.0, -1.0))
            bends = [
                (one - two) / (2 * STEP)
                for one, two in zip(self._slopes(up), self._slopes(down), strict=True)
            ]
            blocks.append(
                [
                    self.columns[j].T @ ((self.weights * bends[k])[:, None] * self.columns[k])
                    for k in range(len(at))
                ]
            )
        information = -np.block(blocks)
        return gradient, (information + information.T) / 2

    def climb(self, start: Floats) -> Peak:
        """Newton's method from a start; where the likelihood is not concave the step still goes uphill."""
        theta, value = start.copy(), self.value(start)
        for _ in range(MOST):
            gradient, information = self.derivatives(theta)
            if not (np.isfinite(gradient).all() and np.isfinite(information).all()):
                return Peak(theta, value, information, converged=False)
            size = 1.0 / np.sqrt(np.maximum(np.abs(np.diag(information)), 1e-12))
            bends, directions = np.linalg.eigh(information * np.outer(size, size))
            curved = bends > 1e-9
            along = directions.T @ (gradient * size)
            step = size * (directions @ (along / np.where(curved, bends, np.maximum(np.abs(bends), 1e-3))))
            promised = float(gradient @ step)
            if promised < DONE * max(1.0, abs(value)):
                return Peak(theta + step, value, information, converged=bool(curved.all()))
            share, there = 1.0, self.value(theta + step)
            while there < value + 1e-4 * share * promised * (promised > 1e-9) and share > 1e-12:
                share /= 2
                there = self.value(theta + share * step)
            if there < value - 1e-9 * max(1.0, abs(value)) or share <= 1e-12:
                return Peak(theta, value, information, converged=promised < 1e-8 and bool(curved.all()))
            theta, value = theta + share * step, there
        return Peak(theta, value, self.derivatives(theta)[1], converged=False)

    def _predictors(self, theta: Floats) -> list[Any]:
        return [matrix @ beta for matrix, beta in zip(self.columns, self.split(theta), strict=True)]

    def _slopes(self, at: Sequence[Any]) -> list[Floats]:
        """The derivative of g along each predictor."""
        slopes = []
        with np.errstate(all="ignore"):
            for j in range(len(at)):
                aside = [*at[:j], at[j] + 1j * TINY, *at[j + 1 :]]
                slopes.append(np.imag(self.contribution(*aside)) / TINY)
        return slopes
