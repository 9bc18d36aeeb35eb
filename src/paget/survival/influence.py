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

ALL = 1 - 1e-12
"""A share above this is all of those at risk; sums of weights are rounded."""


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
        every = np.where(every > ALL, 1.0, every)
        survival = np.asarray(np.cumprod(1.0 - every), dtype=np.float64)
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
    slope, staying = _slopes(steps, rows), rows.staying()
    square = rows.by_exit(slope**2)
    causes = range(len(steps.incidence))
    found = [_incidence_variance(steps, rows, k, slope, square, staying) for k in causes]
    return _survival_variance(steps, rows), np.array(found)


def mean_variance(table: DailyTable, place: int, widths: Floats) -> float:
    """Variance of the area under survival, each point's value held for its width.

    A row moves survival by -S(t) phi_i(t); summed over the area, by parts before and after it leaves.
    """
    steps, rows = steps_of(table, place), _rows(table, place)
    area = np.append(0.0, (steps.survival * widths).cumsum())
    sloped = np.append(0.0, (steps.survival * widths * steps.phi).cumsum())
    phi = rows.at_entry(steps.phi)
    enter = 0 if rows.enter is None else rows.enter
    moved = sloped[rows.leave] - sloped[enter] - phi * (area[rows.leave] - area[enter])
    moved = moved - _slopes(steps, rows) * (area[-1] - area[rows.leave])
    return float((rows.square * moved**2).sum())


@dataclass(frozen=True)
class _Rows:
    """Rows, or cells of rows alike: where each leaves, how, from where it is at risk, and its weight²."""

    leave: NDArray[np.intp]
    kind: NDArray[np.intp]
    enter: NDArray[np.intp] | None
    square: Floats
    points: int

    def at_entry(self, sums: Floats) -> Floats | float:
        """A cumulative sum as it was before each row was at risk; 0 when all are from the start."""
        return 0.0 if self.enter is None else _before(sums)[self.enter]

    def by_exit(self, value: Floats | float) -> Floats:
        """Sums over those who have left by each point."""
        weights = self.square * value
        if self.enter is None:  # cells: kinds times points
            return np.asarray(weights.reshape(-1, self.points).sum(0).cumsum())
        return np.bincount(self.leave, weights, minlength=self.points).cumsum()

    def staying(self, value: Floats | float = 1.0) -> Floats:
        """Sums over those who are still at risk after each point."""
        leaving = self.by_exit(value)
        if self.enter is None:
            return np.asarray((self.square * value).sum() - leaving)
        entering = np.bincount(self.enter, self.square * value, minlength=self.points)
        return np.asarray(entering.cumsum() - leaving)

    def moments(self, values: Floats | float, top: Floats) -> Floats:
        """Sums of (top - value)² over those who are still at risk after each point."""
        total = top**2 * self.staying()
        if self.enter is None:
            return np.asarray(total)
        return np.asarray(total - 2 * top * self.staying(values) + self.staying(values**2))


def _rows(table: DailyTable, place: int) -> _Rows:
    points = len(table.times)
    if table.rows is None:
        squares = table.exits[place] if table.squares is None else table.squares[place]
        kinds = squares.shape[0]
        leave, kind = np.tile(np.arange(points), kinds), np.repeat(np.arange(kinds), points)
        return _Rows(leave, kind, None, squares.ravel(), points)
    leave, kind, enter, square = table.rows.of_group(place)
    return _Rows(leave, kind, enter, square, points)


def _before(sums: Floats) -> Floats:
    return np.concatenate([[0.0], sums[:-1]])


def _slopes(steps: Steps, rows: _Rows) -> Floats:
    """phi_i at exit: the relative change of survival after the row has left, with its sign turned."""
    every = steps.hazard.sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        jump = np.where((every < ALL) & (steps.risk > 0), 1.0 / (steps.risk * (1.0 - every)), 0.0)
    had = rows.kind > 0
    return np.asarray(had * jump[rows.leave] - (steps.phi[rows.leave] - rows.at_entry(steps.phi)))


def _survival_variance(steps: Steps, rows: _Rows) -> Floats:
    left = rows.by_exit(_slopes(steps, rows) ** 2)
    staying = rows.moments(rows.at_entry(steps.phi), steps.phi)
    return np.asarray(np.maximum(steps.survival**2 * (left + staying), 0.0))


def _hazard_variance(steps: Steps, rows: _Rows) -> Floats:
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(steps.risk > 0, 1.0 / steps.risk, 0.0)
    psi = np.cumsum(steps.hazard.sum(0) * share)
    start = rows.at_entry(psi)
    left = (rows.kind > 0) * share[rows.leave] - (psi[rows.leave] - start)
    return np.asarray(np.maximum(rows.by_exit(left**2) + rows.moments(start, psi), 0.0))


def _incidence_variance(
    steps: Steps, rows: _Rows, cause: int, slope: Floats, square: Floats, staying: Floats
) -> Floats:
    """Those at risk move F by Gamma - a F - b, those who left by alpha - phi F."""
    rise, gamma = steps.incidence[cause], steps.gamma[cause]
    with np.errstate(divide="ignore", invalid="ignore"):
        jump = np.where(steps.risk > 0, np.concatenate([[1.0], steps.survival[:-1]]) / steps.risk, 0.0)
    a = rows.at_entry(steps.phi)
    b = rows.at_entry(gamma) - a * rows.at_entry(rise)
    at_exit = gamma[rows.leave] - a * rise[rows.leave] - b + (rows.kind == cause + 1) * jump[rows.leave]
    alpha = at_exit + slope * rise[rows.leave]
    own = rows.by_exit(alpha**2) + rise**2 * square
    total = own - 2 * rise * rows.by_exit(alpha * slope) + gamma**2 * staying
    size = own + gamma**2 * staying
    if rows.enter is not None:
        more = rise**2 * rows.staying(a**2) + rows.staying(b**2)
        mixed = rise * rows.staying(a * b) - gamma * rise * rows.staying(a) - gamma * rows.staying(b)
        total, size = total + more + 2 * mixed, size + more
    return np.where(total > NOTHING * size, total, 0.0)
