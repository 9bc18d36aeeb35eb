"""The partial likelihood of Cox as a function of the coefficients, over all rows in two passes."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import get_args

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.bins import Fractions, at_risk_sums, fractions, power_sums, spread_of_means
from paget.survival.design import Design
from paget.survival.newton import Point
from paget.survival.parts import PARTS, SMALLEST, in_parts
from paget.survival.results import Floats, Ties
from paget.survival.risk_sets import RiskSets

NONE: Floats = np.zeros(0)
NOWHERE: NDArray[np.int32] = np.zeros(0, dtype=np.int32)


@dataclass(frozen=True)
class State:
    """What the passes leave behind at some coefficients.

    Attributes:
        risk: (rows,) w exp(x beta), x centred.
        at_risk: (bins, 1 + p) sums of r and of r x over those at risk; or (bins, 1).
        dying: the same over those with the event.
        fraction: sums over tied events.
        hazard: (bins,) cumulative baseline hazard at centred covariates.
        largest: the largest |x beta|.
    """

    risk: Floats
    at_risk: Floats
    dying: Floats
    fraction: Fractions
    hazard: Floats
    largest: float


@dataclass(frozen=True)
class PartialLikelihood:
    """Rows, risk sets and weights; calling it gives the log likelihood at coefficients.

    Attributes:
        design: the covariates.
        sets: the risk sets.
        weights: case weights, or empty.
        offset: known part of the linear predictor, or empty.
        ties: how tied events are taken.
        penalty: ridge penalty of each coefficient: half of penalty beta² is taken off the log likelihood.
    """

    design: Design
    sets: RiskSets
    weights: Floats
    offset: Floats
    ties: Ties = "efron"
    penalty: Floats = field(default_factory=lambda: NONE)

    def __post_init__(self) -> None:
        if self.ties not in get_args(Ties):
            raise BadInput("no such way with ties", where=str(self.ties), mend="efron, breslow or exact")

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.sets.cell.shape[0])

    @property
    def terms(self) -> int:
        """How many columns there are."""
        return len(self.design.columns)

    @cached_property
    def addresses(self) -> NDArray[np.int64]:
        """Where the columns begin."""
        return self.design.addresses

    @cached_property
    def _sums(self) -> Floats:
        """(4, p) from one pass over the columns, each less its first value."""
        from paget.survival.cox_kernels import column_sums

        def work(low: int, high: int) -> Floats:
            sums = np.zeros((4, self.terms))
            column_sums(
                self.addresses, self._shifts, self.weights, self.sets.cell, self.sets.bins, low, high, sums
            )
            return sums

        return np.asarray(np.sum(in_parts(self.rows, work), axis=0))

    @cached_property
    def _shifts(self) -> Floats:
        return np.array([column[0] if self.rows else 0.0 for column in self.design.columns], dtype=np.float64)

    @cached_property
    def means(self) -> Floats:
        """(p,) mean of each covariate, weighted as the rows are."""
        total = self.weights.sum() if len(self.weights) else self.rows
        return np.asarray(self._shifts + self._sums[0] / max(total, 1e-300))

    @cached_property
    def scale(self) -> Floats:
        """(p,) standard deviation of each covariate; 0 when it does not vary."""
        number = max(self.rows, 1)
        return np.asarray(np.sqrt(np.maximum(self._sums[2] / number - (self._sums[1] / number) ** 2, 0.0)))

    @cached_property
    def of_events(self) -> Floats:
        """(p,) sum of w (x - mean) over the rows with the event."""
        return np.asarray(self._sums[3] + self.sets.weights.sum() * (self._shifts - self.means))

    @cached_property
    def powers(self) -> Floats:
        """Power sums of the ties in each bin."""
        return power_sums(self.sets.deaths)

    @cached_property
    def before(self) -> NDArray[np.int32]:
        """The bin before which each row is not at risk, or empty."""
        return NOWHERE if self.sets.before is None else self.sets.before

    @cached_property
    def offset_of_events(self) -> float:
        """The sum of w times offset over the rows with the event."""
        if not len(self.offset):
            return 0.0
        had = (self.sets.cell >= self.sets.bins) & (self.sets.cell < 2 * self.sets.bins)
        weights = self.weights[had] if len(self.weights) else 1.0
        return float((self.offset[had] * weights).sum())

    @cached_property
    def _risk(self) -> Floats:
        return np.empty(self.rows)

    @property
    def parts(self) -> int:
        """Parts of the rows, so that their tables cost little beside the rows."""
        return max(1, min(PARTS, self.rows // max(SMALLEST, 16 * self.sets.bins)))

    def state(self, beta: Floats, wide: bool) -> State:
        """Pass 1 and the days."""
        from paget.survival.cox_kernels import risks

        width = 4 * -(-(1 + self.terms) // 4) if wide else 1
        shape = (self.sets.kinds * self.sets.bins, width)
        means = self.means  # now, on all threads, rather than on one of them

        def work(low: int, high: int) -> tuple[float, Floats]:
            table = np.zeros(shape)
            largest = risks(
                self.addresses,
                means,
                beta,
                self.offset,
                self.weights,
                self.sets.cell,
                self.before,
                low,
                high,
                wide,
                self._risk,
                table,
            )
            return largest, table

        done = in_parts(self.rows, work, most=self.parts)
        tables = np.array([table for _, table in done]).reshape(
            len(done), self.sets.kinds, self.sets.bins, width
        )
        at_risk, dying = self._gathered(tables)
        fraction = fractions(
            at_risk[:, 0],
            dying[:, 0],
            self.sets.deaths,
            self.sets.weights,
            efron=self.ties == "efron",
            powers=self.powers,
        )
        hazard = self.sets.up_to(fraction.a)
        largest = max(large for large, _ in done)
        return State(self._risk, at_risk, dying, fraction, hazard, largest)

    def _gathered(self, tables: Floats) -> tuple[Floats, Floats]:
        """Sums over those at risk and those with the event in each bin."""
        out = np.empty((2, *tables.shape[2:]))
        at_risk_sums(tables, self.sets.starts, out)
        return out[0], out[1]

    def exposure(self, state: State, factor: Floats | None = None) -> tuple[Floats, Floats]:
        """The hazard to which a row is exposed: by its cell, less that by the bin before it is at risk.

        Args:
            state: of pass 1.
            factor: (bins,) multiplies the hazard of each bin.
        """
        a, b = state.fraction.a, state.fraction.b
        hazard = state.hazard
        if factor is not None:
            b, hazard = b * factor, self.sets.up_to(a * factor)
        return np.concatenate([hazard, hazard - b]), hazard

    def moments(self, state: State, wide: bool, factor: Floats | None = None) -> tuple[Floats, Floats]:
        """Pass 2: sums of v x and, when wide, the information."""
        from paget.survival.cox_kernels import exposures

        to, before = self.exposure(state, factor)
        even = self.terms + (self.terms & 1)

        def work(low: int, high: int) -> tuple[Floats, Floats]:
            first, second = np.zeros(even), np.zeros((even, even))
            exposures(
                self.addresses,
                self.means,
                state.risk,
                self.sets.cell,
                self.before,
                to,
                before,
                low,
                high,
                wide,
                first,
                second,
            )
            return first, second

        done = in_parts(self.rows, work)
        p = self.terms
        first = np.sum([one for one, _ in done], axis=0)[:p]
        if not wide:
            return first, np.zeros((0, 0))
        lower = np.sum([two for _, two in done], axis=0)[:p, :p]
        second = np.tril(lower) + np.tril(lower, -1).T
        means = slice(1, 1 + p)
        return first, second - spread_of_means(
            state.at_risk[:, means], state.dying[:, means], state.fraction, factor
        )

    def __call__(self, beta: Floats, wide: bool) -> Point:
        """The log likelihood, its gradient and, when wide, its information."""
        state = self.state(beta, wide)
        first, information = self.moments(state, wide)
        value = float(beta @ self.of_events + self.offset_of_events - state.fraction.log.sum())
        if state.largest > 600 or not (np.isfinite(value) and np.isfinite(first).all()):
            value = -np.inf
        gradient = self.of_events - first
        if len(self.penalty):
            value -= 0.5 * float(self.penalty @ beta**2)
            gradient = gradient - self.penalty * beta
            information = information + np.diag(self.penalty) if wide else information
        return Point(value, gradient, information if wide else None)

    def null(self) -> float:
        """The log likelihood without covariates."""
        if not len(self.offset):
            return -float(self._at_zero().log.sum())
        bare = replace(self, design=Design((), (), {}, ""), penalty=NONE)
        state = bare.state(np.zeros(0), False)
        return float(self.offset_of_events - state.fraction.log.sum())

    def _at_zero(self) -> Fractions:
        """The sums over tied events when every row's risk is its weight."""
        sets = self.sets
        tables = sets.leaving.reshape(1, sets.kinds, sets.bins, 1).copy()
        if sets.before is not None:
            weights = self.weights if len(self.weights) else None
            tables[0, 0, :, 0] -= np.bincount(sets.before, weights, minlength=sets.bins)
        at_risk, dying = self._gathered(tables)
        efron = self.ties == "efron"
        return fractions(
            at_risk[:, 0], dying[:, 0], sets.deaths, sets.weights, efron=efron, powers=self.powers
        )
