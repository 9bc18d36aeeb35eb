"""The infinitesimal jackknife of state probabilities: how much each row moves them, squared and summed.

Row i, at risk from q until it leaves at x, moves S by u0 and the incidence F of a cause by u. In steps of
time

    u0(t) = u0(t-) (1 - h) - S(t-) (dN_i - Y_i h) / n
    u(t)  = u(t-) + u0(t-) h_k + S(t-) (dN_ik - Y_i h_k) / n

with h the hazard of any event, h_k that of the cause and n those at risk. Both have closed forms in four
running sums (Phi, Gamma, S and F below), so that the variance at all times costs one pass over the rows, or,
when all are at risk from the start, over the table with a row a day. Source: Efron B, Ann Stat
1981;9:586-596; the estimates are those of R ``survfit`` for competing risks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paget.survival.daily import DailyTable
from paget.survival.results import Floats

NOTHING = 1e-13
"""A sum that is so small beside its parts is 0 but for rounding."""


@dataclass(frozen=True)
class Steps:
    """The estimates of one group at each point, and the running sums that the influence needs.

    Attributes:
        risk: those at risk.
        hazard: (causes, points) events over those at risk.
        survival: probability of no event.
        incidence: (causes, points) probability of an event of the cause by then.
        phi: sum of h / (n (1 - h)).
        gamma: (causes, points) sum of dF (Phi before - 1/n).
    """

    risk: Floats
    hazard: Floats
    survival: Floats
    incidence: Floats
    phi: Floats
    gamma: Floats


def steps_of(table: DailyTable, place: int) -> Steps:
    """Survival and incidences of a group.

    With h the hazard of any event at each point: S = product of (1 - h), dF of a cause = S before times its
    hazard.
    """
    risk = table.at_risk[place]
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(risk > 0, 1.0 / risk, 0.0)
        hazard = table.exits[place, 1:] * share
        every = table.events[place] * share
        survival = np.cumprod(1.0 - every)
        before = np.concatenate([[1.0], survival[:-1]])
        rise = before * hazard
        phi = np.cumsum(np.where(every < 1, every * share / (1.0 - every), 0.0))
    earlier = np.concatenate([[0.0], phi[:-1]])
    return Steps(risk, hazard, survival, rise.cumsum(1), phi, (rise * (earlier - share)).cumsum(1))


def curve_variance(table: DailyTable, place: int) -> tuple[Floats, Floats]:
    """Variance of survival and of the cumulative hazard at each point."""
    steps = steps_of(table, place)
    rows = _rows(table, place)
    return _survival_variance(steps, rows), _hazard_variance(steps, rows)


def incidence_variance(table: DailyTable, place: int, steps: Steps) -> tuple[Floats, Floats]:
    """Variance of survival, and (causes, points) of the incidences."""
    rows = _rows(table, place)
    causes = range(len(steps.incidence))
    return _survival_variance(steps, rows), np.array([_incidence_variance(steps, rows, k) for k in causes])


@dataclass(frozen=True)
class _Rows:
    """Rows, or cells of rows alike: where each leaves, how, from where it is at risk, and its weight²."""

    leave: NDArray[np.intp]
    kind: NDArray[np.intp]
    enter: NDArray[np.intp]
    square: Floats
    points: int

    def by_exit(self, value: Floats) -> Floats:
        """Sums over those who have left by each point."""
        return np.bincount(self.leave, self.square * value, minlength=self.points).cumsum()

    def staying(self, value: Floats) -> Floats:
        """Sums over those who are still at risk after each point."""
        leaving = np.bincount(self.leave, self.square * value, minlength=self.points)
        entering = np.bincount(self.enter, self.square * value, minlength=self.points)
        return np.asarray(entering.cumsum() - leaving.cumsum())


def _rows(table: DailyTable, place: int) -> _Rows:
    points = len(table.times)
    if table.rows is None:
        squares = table.exits[place] if table.squares is None else table.squares[place]
        kinds = squares.shape[0]
        leave, kind = np.tile(np.arange(points), kinds), np.repeat(np.arange(kinds), points)
        return _Rows(leave, kind, np.zeros(points * kinds, dtype=np.intp), squares.ravel(), points)
    leave, kind, enter, square = table.rows.of_group(place)
    return _Rows(leave, kind, enter, square, points)


def _before(sums: Floats) -> Floats:
    return np.concatenate([[0.0], sums[:-1]])


def _slopes(steps: Steps, rows: _Rows) -> Floats:
    """phi_i at exit: the relative change of survival after the row has left, with its sign turned."""
    every = steps.hazard.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        jump = np.where((every < 1) & (steps.risk > 0), 1.0 / (steps.risk * (1.0 - every)), 0.0)
    had = rows.kind > 0
    return np.asarray(had * jump[rows.leave] - (steps.phi[rows.leave] - _before(steps.phi)[rows.enter]))


def _survival_variance(steps: Steps, rows: _Rows) -> Floats:
    start, slope = _before(steps.phi)[rows.enter], _slopes(steps, rows)
    phi = steps.phi
    ones = np.ones_like(start)
    staying = phi**2 * rows.staying(ones) - 2 * phi * rows.staying(start) + rows.staying(start**2)
    return np.maximum(steps.survival**2 * (rows.by_exit(slope**2) + staying), 0.0)


def _hazard_variance(steps: Steps, rows: _Rows) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(steps.risk > 0, 1.0 / steps.risk, 0.0)
    psi = np.cumsum(steps.hazard.sum(0) * share)
    start = _before(psi)[rows.enter]
    left = (rows.kind > 0) * share[rows.leave] - (psi[rows.leave] - start)
    ones = np.ones_like(start)
    staying = psi**2 * rows.staying(ones) - 2 * psi * rows.staying(start) + rows.staying(start**2)
    return np.asarray(np.maximum(rows.by_exit(left**2) + staying, 0.0))


def _incidence_variance(steps: Steps, rows: _Rows, cause: int) -> Floats:
    """Those at risk move F by Gamma - a F - b, those who left by alpha - phi F."""
    rise, gamma = steps.incidence[cause], steps.gamma[cause]
    with np.errstate(divide="ignore", invalid="ignore"):
        jump = np.where(steps.risk > 0, np.concatenate([[1.0], steps.survival[:-1]]) / steps.risk, 0.0)
    a = _before(steps.phi)[rows.enter]
    b = _before(gamma)[rows.enter] - a * _before(rise)[rows.enter]
    slope = _slopes(steps, rows)
    at_exit = gamma[rows.leave] - a * rise[rows.leave] - b + (rows.kind == cause + 1) * jump[rows.leave]
    alpha = at_exit + slope * rise[rows.leave]
    left = rows.by_exit(alpha**2) - 2 * rise * rows.by_exit(alpha * slope) + rise**2 * rows.by_exit(slope**2)
    ones = np.ones_like(a)
    squares = gamma**2 * rows.staying(ones) + rise**2 * rows.staying(a**2) + rows.staying(b**2)
    mixed = 2 * (rise * rows.staying(a * b) - gamma * rise * rows.staying(a) - gamma * rows.staying(b))
    total = left + squares + mixed
    size = rows.by_exit(alpha**2) + rise**2 * rows.by_exit(slope**2) + squares
    return np.where(total > NOTHING * size, total, 0.0)
