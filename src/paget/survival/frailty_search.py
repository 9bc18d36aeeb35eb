"""The search for shared frailties: for each variance a fixed point, speeded up by extrapolation."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from paget.survival.bins import spread_of_means
from paget.survival.cohort import Cohort
from paget.survival.design import Design
from paget.survival.newton import Maximum, covariance, maximise
from paget.survival.partial_likelihood import NONE, PartialLikelihood, State
from paget.survival.results import Floats, Ties
from paget.survival.risk_sets import risk_sets

CLOSE = 1e-10
"""The largest change of a log frailty in the last step."""

STEPS = 500
MEMORY = 6
"""Steps that the extrapolation looks back on."""


@dataclass(frozen=True)
class Shared:
    """What was found for a variance.

    Attributes:
        variance: of the frailty.
        beta: coefficients.
        omega: (groups,) log frailties.
        value: the log likelihood with the frailties integrated out.
        converged: whether the search ended as it should.
        redundant: places of coefficients that cannot be told.
        endless: places of coefficients that grow without end (separation).
    """

    variance: float
    beta: Floats
    omega: Floats
    value: float
    converged: bool
    redundant: tuple[int, ...]
    endless: tuple[int, ...]


@dataclass(frozen=True)
class Sharing:
    """The rows, whose offset the log frailties are.

    Attributes:
        likelihood: of the coefficients.
        offset: (rows,) without the frailties.
        code: (rows,) the group.
        events: (groups,) sums of weights of events.
        groups: how many.
    """

    likelihood: PartialLikelihood
    offset: Floats
    code: NDArray[np.intp]
    events: Floats
    groups: int

    @classmethod
    def of(cls, cohort: Cohort, design: Design, ties: Ties) -> Sharing:
        """Of a cohort whose groups share a frailty."""
        assert cohort.groups is not None  # noqa: S101
        weights = NONE if cohort.weights is None else cohort.weights
        offset = np.zeros(cohort.rows) if cohort.offset is None else cohort.offset - cohort.offset.mean()
        code = cohort.groups.codes.astype(np.intp)
        had = (cohort.event == 1).astype(float) * (weights if len(weights) else 1.0)
        groups = len(cohort.groups.labels)
        likelihood = PartialLikelihood(design, risk_sets(cohort), weights, offset, ties)
        events = np.bincount(code, had, minlength=groups).astype(float)
        return cls(likelihood, offset, code, events, groups)

    def at(self, omega: Floats) -> PartialLikelihood:
        """The likelihood of the coefficients, given the log frailties."""
        return replace(self.likelihood, offset=self.offset + omega[self.code])

    def step(self, omega: Floats, beta: Floats, nu: float) -> tuple[Floats, Maximum]:
        """Better log frailties, and the coefficients for the old ones."""
        likelihood = self.at(omega)
        found = maximise(likelihood, beta, likelihood.scale)
        exposed = np.bincount(self.code, _exposed(likelihood, found.beta)[0], minlength=self.groups)
        return np.log((nu + self.events) / (nu + exposed * np.exp(-omega))), found

    def fit(self, variance: float, omega: Floats) -> Shared:
        """Coefficients and log frailties for a variance, by fixed point with Anderson's extrapolation."""
        beta = np.zeros(self.likelihood.terms)
        if variance == 0:
            none = maximise(self.likelihood, beta, self.likelihood.scale)
            return Shared(0.0, none.beta, omega * 0, none.value, none.converged, none.redundant, none.endless)
        nu = 1.0 / variance
        pasts: list[tuple[Floats, Floats]] = []
        converged = False
        for _ in range(STEPS):
            there, found = self.step(omega, beta, nu)
            beta = found.beta
            off = there - omega
            if float(np.abs(off).max()) < CLOSE:
                omega, converged = there, True
                break
            pasts = [*pasts[-MEMORY:], (there, off)]
            omega = _extrapolated(pasts)
        final = maximise(self.at(omega), beta, self.likelihood.scale)
        value = final.value + self._integrated(omega, nu)
        done = bool(converged and final.converged)
        return Shared(variance, final.beta, omega, value, done, final.redundant, final.endless)

    def _integrated(self, omega: Floats, nu: float) -> float:
        """What the partial likelihood at the frailties lacks to that with the frailties integrated out."""
        from scipy.special import gammaln

        d = self.events
        terms = nu * omega + gammaln(nu + d) - gammaln(nu) + nu * np.log(nu) - (nu + d) * np.log(nu + d) + d
        return float(terms.sum())

    def covariance(self, found: Shared) -> Floats:
        """Of the coefficients, from the information of coefficients and log frailties together."""
        likelihood, p = self.at(found.omega), self.likelihood.terms
        if found.variance == 0:
            point = likelihood(found.beta, True)
            assert point.information is not None  # noqa: S101 - it was asked for
            return covariance(point.information, found.redundant)
        exposed, state = _exposed(likelihood, found.beta)
        sets, size = likelihood.sets, likelihood.sets.kinds * likelihood.sets.bins
        x = np.column_stack(likelihood.design.columns) - likelihood.means
        cell = sets.cell.astype(np.intp) * self.groups + self.code
        table = np.bincount(cell, state.risk, minlength=size * self.groups).astype(float)
        table = table.reshape(size, self.groups)
        if sets.before is not None:
            place = sets.before.astype(np.intp) * self.groups + self.code
            late = np.bincount(place, state.risk, minlength=sets.bins * self.groups)
            table[: sets.bins] -= late.reshape(sets.bins, self.groups)
        at_risk, dying = likelihood._gathered(table.reshape(1, sets.kinds, sets.bins, self.groups))
        width = slice(1, 1 + p)
        all_at_risk = np.column_stack([state.at_risk[:, width], at_risk])
        all_dying = np.column_stack([state.dying[:, width], dying])
        own = np.bincount(self.code, exposed, minlength=self.groups)
        mixed = np.array([np.bincount(self.code, exposed * x[:, j], minlength=self.groups) for j in range(p)])
        square = np.block([[(x * exposed[:, None]).T @ x, mixed], [mixed.T, np.diag(own)]])
        information = square - spread_of_means(all_at_risk, all_dying, state.fraction)
        information[p:, p:] += np.diag(np.exp(found.omega)) / found.variance
        return covariance(information, found.redundant)[:p, :p]


def _exposed(likelihood: PartialLikelihood, beta: Floats) -> tuple[Floats, State]:
    """(rows,) the expected events of each row, and the state they come from."""
    state = likelihood.state(beta, True)
    to, before = likelihood.exposure(state)
    hazard = to[likelihood.sets.cell]
    if likelihood.sets.before is not None:
        hazard = hazard - before[likelihood.sets.before]
    return state.risk * hazard, state


def _extrapolated(pasts: list[tuple[Floats, Floats]]) -> Floats:
    """Anderson: the mix of the last steps whose differences would cancel best."""
    there, off = pasts[-1]
    if len(pasts) == 1:
        return there
    change = np.column_stack([off - one for _, one in pasts[:-1]])
    moved = np.column_stack([there - one for one, _ in pasts[:-1]])
    share = np.linalg.lstsq(change, off, rcond=1e-12)[0]
    far = there - moved @ share
    return far if np.abs(far - there).max() < 5 else there
