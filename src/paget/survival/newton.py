"""Newton's method for a log likelihood that is concave: steps halved when they lead down, an end that is
checked.

A step by the full information leaves an error of about its square, in standard deviations of a covariate; it
is the last when it is so small that this is nothing beside rounding, or when it shrinks no more and the gain
that it promises, half of g' H⁻¹ g, is nothing. For very many rows the way there is cheap: a start from
samples, and steps with gradients alone whose information is learnt on the way (BFGS), before the one full
step that counts.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.survival.results import Floats

CLOSE = 1e-10
"""The last step in standard deviations of a covariate."""

CLOSE_OF_MANY = 1e-6
"""The same after a start from a sample: coefficients are then exact to about its square (1e-12), information
and standard errors in relation to their size to less than the step itself.
"""

ROUGH = 0.03
"""The same in a sample, whose own error is about as large."""

SMALL = 1e-7
"""g' H⁻¹ g, the square of the step in standard errors, above which a step that does not shrink is no last."""

STEPS = 60
HALVINGS = 30
REDUNDANT = 1e-11
"""A column is redundant when those before it explain all but this share of its information."""

ENDLESS = 0.05
"""A step in standard deviations of a covariate that does not shrink while the likelihood stands still."""


class Point(NamedTuple):
    """The log likelihood at some coefficients, with its gradient and, when asked for, information."""

    value: float
    gradient: Floats
    information: Floats | None


Objective = Callable[[Floats, bool], Point]


@dataclass(frozen=True)
class Maximum:
    """Where the log likelihood is largest.

    Attributes:
        beta: coefficients; those of redundant columns are 0.
        value: the log likelihood.
        information: minus its second derivative.
        steps: evaluations made.
        converged: whether the end was reached.
        redundant: places of columns that the others explain, or that do not vary.
        endless: places of coefficients that grow without end (separation).
    """

    beta: Floats
    value: float
    information: Floats
    steps: int
    converged: bool
    redundant: tuple[int, ...]
    endless: tuple[int, ...]


def maximise(
    objective: Objective,
    start: Floats,
    scale: Floats,
    *,
    approximate: Floats | None = None,
    close: float = CLOSE,
) -> Maximum:
    """Coefficients with the largest log likelihood.

    Args:
        objective: gives the log likelihood at coefficients, with information when asked for.
        start: coefficients to begin with.
        scale: standard deviation of each covariate; 0 when it does not vary.
        approximate: an information good enough for first steps by gradients alone.
        close: the last step, in standard deviations of a covariate.
    """
    beta, steps = start.copy(), 0
    if approximate is not None:
        beta, steps = _by_gradients(objective, beta, approximate, scale, close)
    here = objective(beta, True)
    steps += 1
    assert here.information is not None  # noqa: S101 - it was asked for
    redundant = redundant_columns(here.information, scale)
    used = np.setdiff1d(np.arange(len(beta)), redundant)
    beta[list(redundant)] = 0.0
    if redundant and start.any():
        here = objective(beta, True)
    converged, best, left = len(used) == 0, np.inf, 0.0
    endless: tuple[int, ...] = ()
    while steps < STEPS and not converged and not endless:
        assert here.information is not None  # noqa: S101
        step = np.zeros(len(beta))
        step[used] = _solve(here.information[np.ix_(used, used)], here.gradient[used])
        promised = float(step @ here.gradient)
        small = float(np.abs(step * scale).max())
        if small < close or SMALL > promised >= best / 4:
            beta, converged, left = beta + step, True, promised / 2  # of a parabola
            break
        best = min(best, promised)
        endless = _endless(step, scale, promised, here.value)
        there, halvings = objective(beta + step, True), 0
        steps += 1
        while not _up(there.value, here.value) and halvings < HALVINGS:
            step, halvings, steps = step / 2, halvings + 1, steps + 1
            there = objective(beta + step, True)
        if halvings == HALVINGS:
            break
        beta, here = beta + step, there
    assert here.information is not None  # noqa: S101
    return Maximum(beta, here.value + left, here.information, steps, converged, redundant, endless)


def _up(there: float, here: float) -> bool:
    return bool(np.isfinite(there)) and there >= here - 1e-10 * max(1.0, abs(here))


def _endless(step: Floats, scale: Floats, promised: float, value: float) -> tuple[int, ...]:
    """Coefficients that still go far where the likelihood hardly rises: it has no maximum."""
    if promised > 1e-6 * max(1.0, abs(value) ** 0.5):
        return ()
    return tuple(int(place) for place in np.flatnonzero(np.abs(step) * scale > ENDLESS))


def _solve(information: Floats, gradient: Floats) -> Floats:
    size = 1.0 / np.sqrt(np.maximum(np.diag(information), 1e-300))
    try:
        return size * np.linalg.solve(information * np.outer(size, size), gradient * size)
    except np.linalg.LinAlgError:
        return size * (np.linalg.pinv(information * np.outer(size, size)) @ (gradient * size))


def redundant_columns(information: Floats, scale: Floats) -> tuple[int, ...]:
    """Columns that do not vary, or that columns before them explain (by Cholesky's pivots).

    >>> redundant_columns(np.array([[2.0, 2.0], [2.0, 2.0]]), np.ones(2))
    (1,)
    """
    left = information.copy()
    gone = []
    for j in range(len(left)):
        own, pivot = information[j, j], left[j, j]
        if scale[j] == 0 or own <= 0 or pivot <= REDUNDANT * own:
            gone.append(j)
            continue
        left[j + 1 :, j + 1 :] -= np.outer(left[j + 1 :, j], left[j, j + 1 :]) / pivot
    return tuple(gone)


def _by_gradients(
    objective: Objective, beta: Floats, information: Floats, scale: Floats, close: float
) -> tuple[Floats, int]:
    """Steps by gradients; the inverse information is corrected after each (BFGS).

    Each step is a share of the one before; when the next would be closer than asked, a full step can follow.
    """
    inverse = np.linalg.pinv(information)
    here = objective(beta, False)
    steps, last, length = 1, np.inf, np.inf
    while steps < 12:
        step = inverse @ here.gradient
        promised = float(step @ here.gradient)
        if not promised < last / 4:
            return beta, steps
        before, length = length, float(np.abs(step * scale).max())
        if steps > 1 and length * min(length / before, 1.0) < close:
            return beta + step, steps
        there = objective(beta + step, False)
        steps += 1
        if not _up(there.value, here.value):
            return beta, steps
        change = here.gradient - there.gradient
        along = float(change @ step)
        if along > 0:
            flat = np.eye(len(beta)) - np.outer(step, change) / along
            inverse = flat @ inverse @ flat.T + np.outer(step, step) / along
        beta, here, last = beta + step, there, promised
    return beta, steps


def covariance(information: Floats, redundant: Sequence[int]) -> Floats:
    """The inverse of the information; NaN in the rows and columns of redundant covariates."""
    number = len(information)
    used: NDArray[np.intp] = np.setdiff1d(np.arange(number), redundant).astype(np.intp)
    out = np.full((number, number), np.nan)
    if len(used):
        inside = information[np.ix_(used, used)]
        size = 1.0 / np.sqrt(np.maximum(np.diag(inside), 1e-300))
        scaled = inside * np.outer(size, size)
        try:
            inverse = np.linalg.inv(scaled)
        except np.linalg.LinAlgError:
            inverse = np.linalg.pinv(scaled)
        out[np.ix_(used, used)] = inverse * np.outer(size, size)
        nonsense = np.flatnonzero(np.diag(out) < 0)  # of an information that is singular but for rounding
        out[nonsense, :] = out[:, nonsense] = np.nan
    return out
