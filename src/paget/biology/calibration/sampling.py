"""Which parameters explain the figures: importance sampling that learns where to look.

A set of parameters is a point z whose coordinates are standard normal under the prior. It counts in
proportion to prior times fit over the density it was drawn from; that density is the mixture of all rounds
so far, so that no draw is wasted and the weights of one round do not depend on another's luck [1]:

    w(z) = N(z; 0, I) K(z) / sum_r (n_r / n) q_r(z)

K is the fit: for each figure the normal density of its distance to the simulated one, with the variance of
the figure, of its declared spread and of the simulation together; with it approximate Bayesian computation
is exact for a model whose figures carry that error [2]. The first round draws from the prior; each later one
from a mixture of the prior (a tenth) and a Student distribution (4 degrees of freedom) with the weighted
mean and covariance so far, the weights flattened until enough draws count. Draws are keyed by (seed, draw):
results are the same for any number of threads.

[1] Cornuet JM, Marin JM, Mira A, Robert CP. Adaptive multiple importance sampling. Scand J Stat
    2012;39:798-812.
[2] Wilkinson RD. Approximate Bayesian computation (ABC) gives exact results under the assumption of model
    error. Stat Appl Genet Mol Biol 2013;12:129-141.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.streams import normals, uniforms

Floats = NDArray[np.float64]

FREEDOM: Final = 4
PRIOR_SHARE: Final = 0.1
FIRST_SHARE: Final = 0.25
"""Share of all draws that the first round takes from the prior."""
ROUNDS: Final = 7


@dataclass(frozen=True, slots=True)
class Proposal:
    """A tenth the prior, the rest a Student distribution; without one, the prior alone."""

    mean: Floats
    root: Floats | None = None

    def draw(self, seed: int, first: int, count: int) -> Floats:
        """(count, parameters) points; draw number ``first`` and those after it."""
        size, numbers = self.mean.size, np.arange(first, first + count)
        z = normals(seed, numbers, "calibration draw", size)
        if self.root is None:
            return z
        u = uniforms(seed, numbers, "calibration tail", 3)
        chi2 = -2 * (np.log(u[:, 0]) + np.log(u[:, 1]))  # 4 degrees of freedom
        moved = self.mean + _times(z * np.sqrt(FREEDOM / chi2)[:, None], self.root)
        return np.where((u[:, 2] < PRIOR_SHARE)[:, None], z, moved)

    def log_density(self, z: Floats) -> Floats:
        """(points,) log of the density, up to the constant of the standard normal."""
        prior = -0.5 * (z**2).sum(axis=1)
        if self.root is None:
            return np.asarray(prior, np.float64)
        size = self.mean.size
        apart = _times(z - self.mean, np.asarray(np.linalg.inv(self.root), np.float64))
        constant = (
            math.lgamma((FREEDOM + size) / 2)
            - math.lgamma(FREEDOM / 2)
            - 0.5 * size * math.log(FREEDOM / 2)
            - float(np.log(np.diag(self.root)).sum())
        )
        student = constant - 0.5 * (FREEDOM + size) * np.log1p((apart**2).sum(axis=1) / FREEDOM)
        both = np.logaddexp(math.log(PRIOR_SHARE) + prior, math.log(1 - PRIOR_SHARE) + student)
        return np.asarray(both, np.float64)


@dataclass(frozen=True, slots=True)
class Draws:
    """What was tried, and how much each counts.

    Attributes:
        z: (draws, parameters) points, standard normal under the prior.
        figures: (draws, figures) what the model gave; nan where it did not reach a table.
        errors: (draws, figures) their Monte Carlo standard errors.
        weights: (draws,) adding up to 1; all 0 when none fits.
        interrupted: whether it was stopped before all were tried.
    """

    z: Floats
    figures: Floats
    errors: Floats
    weights: Floats
    interrupted: bool

    @property
    def effective(self) -> float:
        """The effective sample size: (sum of w)^2 / sum of w^2."""
        return effective(self.weights)


def effective(weights: Floats) -> float:
    """Effective sample size of weights.

    >>> effective(np.array([1.0, 1.0, 0.0])), effective(np.zeros(3))
    (2.0, 0.0)
    """
    squares = float((weights**2).sum())
    return float(weights.sum()) ** 2 / squares if squares > 0 else 0.0


def log_fit(figures: Floats, errors: Floats, wanted: Floats, spread: Floats) -> Floats:
    """(draws,) log K: normal density of the distance to each figure; minus infinity where one is missing.

    >>> apart = log_fit(np.array([[1.0], [3.0]]), np.zeros((2, 1)), np.array([1.0]), np.array([1.0]))
    >>> float(apart[0] - apart[1])
    2.0
    """
    variance = spread**2 + errors**2
    each = -0.5 * (figures - wanted) ** 2 / variance - 0.5 * np.log(variance)
    return np.asarray(np.where(np.isfinite(each), each, -np.inf).sum(axis=1), np.float64)


def importance(
    simulate: Callable[[Floats], tuple[Floats, Floats]],
    wanted: Floats,
    spread: Floats,
    parameters: int,
    draws: int,
    *,
    seed: int = 0,
    threads: int = 1,
    tell: Callable[[int], None] | None = None,
) -> Draws:
    """Weighted draws of the parameters that explain some figures.

    Args:
        simulate: from a point (parameters,) to figures and their Monte Carlo errors (figures,) each.
        wanted: (figures,) as published.
        spread: (figures,) standard deviation of each: sampling error and declared spread.
        parameters: how many.
        draws: how many sets are tried.
        seed: the same seed gives the same draws, for any number of threads.
        threads: simulations at once.
        tell: told how many more were tried, each time.

    Returns:
        All that were tried; of an interrupted run those that were finished.
    """
    first = max(1, round(FIRST_SHARE * draws))
    rest = draws - first
    cuts = [first + rest * step // (ROUNDS - 1) for step in range(ROUNDS)]
    proposal, proposals, counts = Proposal(np.zeros(parameters)), [], []
    z, figures, errors = np.zeros((0, parameters)), np.zeros((0, wanted.size)), np.zeros((0, wanted.size))
    weights, interrupted, done = np.zeros(0), False, 0
    for until in cuts:
        points = proposal.draw(seed, done, until - done)
        got, noise, interrupted = _each(simulate, points, wanted.size, threads, tell)
        if len(got):
            proposals.append(proposal)
            counts.append(len(got))
            z = np.concatenate([z, points[: len(got)]])
            figures, errors = np.concatenate([figures, got]), np.concatenate([errors, noise])
        done = len(z)
        if not done:
            break
        log_k = log_fit(figures, errors, wanted, spread)
        mixture = np.array([one.log_density(z) for one in proposals])
        mixed = _log_sum(mixture + np.log(np.array(counts) / done)[:, None])
        log_weights = log_k - 0.5 * (z**2).sum(axis=1) - mixed
        weights = _normalised(log_weights, 1.0)
        if interrupted:
            break
        proposal = _learnt(z, log_weights, parameters)
    return Draws(z, figures, errors, weights, interrupted)


def _each(
    simulate: Callable[[Floats], tuple[Floats, Floats]],
    points: Floats,
    figures: int,
    threads: int,
    tell: Callable[[int], None] | None,
) -> tuple[Floats, Floats, bool]:
    """Simulate each point; of an interrupted round the points before the first that was not finished."""
    stop = threading.Event()

    def one(point: Floats) -> tuple[Floats, Floats] | None:
        return None if stop.is_set() else simulate(point)

    got: list[tuple[Floats, Floats]] = []
    interrupted = False
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        try:
            for found in pool.map(one, points):
                if found is None:
                    break
                got.append(found)
                if tell is not None:
                    tell(1)
        except KeyboardInterrupt:
            interrupted = True
        finally:
            stop.set()  # what has begun is finished; nothing more begins
    values = np.array([value for value, _ in got]).reshape(len(got), figures)
    return values, np.array([error for _, error in got]).reshape(len(got), figures), interrupted


def _learnt(z: Floats, log_weights: Floats, parameters: int) -> Proposal:
    """Where to look next: mean and covariance under weights that are flattened until enough draws count."""
    enough = min(50 + 10 * parameters, 0.5 * len(z))
    low, high = 0.0, 1.0
    if not np.isfinite(log_weights).any():
        return Proposal(np.zeros(parameters))
    if effective(_normalised(log_weights, 1.0)) < enough:
        for _ in range(30):
            middle = 0.5 * (low + high)
            if effective(_normalised(log_weights, middle)) < enough:
                high = middle
            else:
                low = middle
    else:
        low = 1.0
    weights = _normalised(log_weights, low)
    mean, covariance = moments(z, weights)
    root = np.linalg.cholesky(1.3 * covariance + 1e-4 * np.eye(parameters))
    return Proposal(mean, np.asarray(root, np.float64))


def moments(z: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Weighted mean and covariance, summed in an order that no number of threads changes."""
    mean = np.asarray((weights[:, None] * z).sum(axis=0))
    apart = z - mean
    covariance = np.array(
        [[(weights * apart[:, i] * apart[:, j]).sum() for j in range(z.shape[1])] for i in range(z.shape[1])]
    )
    return mean, covariance


def _normalised(log_weights: Floats, power: float) -> Floats:
    highest = float(np.max(log_weights, initial=-np.inf))
    if not math.isfinite(highest):
        return np.zeros(log_weights.shape)
    raised = np.where(np.isfinite(log_weights), power * (log_weights - highest), -np.inf)
    weights = np.exp(raised)
    return np.asarray(weights / weights.sum())


def _log_sum(rows: Floats) -> Floats:
    highest = rows.max(axis=0)
    return np.asarray(highest + np.log(np.exp(rows - highest).sum(axis=0)))


def _times(z: Floats, root: Floats) -> Floats:
    """Each point times the transposed root, without a library whose sums depend on threads."""
    return np.asarray((z[:, None, :] * root[None, :, :]).sum(axis=2), np.float64)
