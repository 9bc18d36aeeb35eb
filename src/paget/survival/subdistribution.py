"""The partial likelihood of Fine and Gray without a row more than there are patients.

One who had a competing event at s stays in the risk sets of later days t with weight G(t-) / G(s-), G the
Kaplan-Meier estimate of not being censored; with delayed entry G(t-) H(t-) takes the place of G(t-), H the
product-limit estimate, backwards in time, of having entered before t. In bins that is one more table: sums of
r / G(s-) over competing events before t, times G(t-); and the hazard to which such a row is exposed is
A(s) + (AG(end) - AG(s)) / G(s-), AG the cumulative sum of G(t-) a. The rest is Cox's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from paget.errors import BadInput
from paget.survival.columns import Codes
from paget.survival.partial_likelihood import NONE, PartialLikelihood, State
from paget.survival.results import Floats

CHUNK = 1 << 16

ALONE = 1e-12
"""A share below this is none: all under observation are those who enter."""


@dataclass(frozen=True)
class SubdistributionLikelihood(PartialLikelihood):
    """The likelihood; kinds of exit are 0 censored, 1 the cause, 2 a competing event, and every exit has a
    bin.

    Attributes:
        uncensored: (bins,) G, or G H with delayed entry, just before each bin.
    """

    uncensored: Floats = field(default_factory=lambda: NONE)

    def _gathered(self, tables: Floats) -> tuple[Floats, Floats]:
        at_risk, dying = super()._gathered(tables)
        staying = tables[:, 2].sum(0) / self.uncensored[:, None]
        return at_risk + self.uncensored[:, None] * (self.sets.up_to(staying) - staying), dying

    @cached_property
    def _end(self) -> np.ndarray:
        """The last bin of each bin's stratum."""
        ends = np.append(self.sets.starts[1:], self.sets.bins) - 1
        return np.asarray(ends[self.sets.stratum])

    def later(self, sums: Floats) -> Floats:
        """What a cumulative sum gains after each bin."""
        return np.asarray(sums[self._end] - sums)

    def from_here(self, sums: Floats) -> Floats:
        """What a cumulative sum gains at each bin and after it."""
        before = np.concatenate([sums[:1] * 0, sums[:-1]])
        before[self.sets.starts] = 0.0
        return np.asarray(sums[self._end] - before)

    def exposure(self, state: State, factor: Floats | None = None) -> tuple[Floats, Floats]:
        """The hazard by cell, and before a row is at risk; see :class:`PartialLikelihood`."""
        to, before = super().exposure(state, factor)
        a = state.fraction.a if factor is None else state.fraction.a * factor
        weighted = self.sets.up_to(self.uncensored * a)
        return np.concatenate([to, before + self.later(weighted) / self.uncensored]), before


def uncensored_before(likelihood: PartialLikelihood, *, events_first: bool) -> Floats:
    """(bins,) the probability of not being censored before each bin.

    Args:
        likelihood: its risk sets have a bin for every exit.
        events_first: who has an event on a day is not at risk of being censored on it.
    """
    sets = likelihood.sets
    leaving = sets.leaving.reshape(sets.kinds, sets.bins)
    at_risk = _under_observation(likelihood)
    if events_first:
        at_risk = at_risk - leaving[1:].sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        stay = np.where(leaving[0] > 0, 1 - leaving[0] / at_risk, 1.0)
    logs = _logs(stay)
    return np.asarray(np.exp(sets.up_to(logs) - logs))


def entered_before(likelihood: PartialLikelihood) -> Floats:
    """(bins,) the probability of having entered before each bin, in relation to the last of its stratum.

    H(t-) is the product over entries at t or later of 1 - d / n, d those who enter and n those under
    observation then, the entering included. Between two exits nobody leaves, so the product over the entries
    there is that of all of them at once: n is the number at risk at the next exit.
    Source: Geskus RB. Biometrics 2011;67:39-49, section 2.

    Raises:
        BadInput: all who were under observation left before others entered, with a competing event before and
            an event of the cause after: how many had not yet entered cannot be told.
    """
    sets = likelihood.sets
    assert sets.before is not None  # noqa: S101 - asked for with delayed entry alone
    weights = likelihood.weights if len(likelihood.weights) else None
    entering = np.bincount(sets.before, weights, minlength=sets.bins)
    next_risk = np.append(_under_observation(likelihood)[1:], 0.0)
    with np.errstate(divide="ignore", invalid="ignore"):
        stay = np.where(entering > 0, 1 - entering / next_risk, 1.0)
    stay[sets.starts] = 1.0  # entries before the first exit
    alone = np.flatnonzero(stay <= ALONE)
    leaving = sets.leaving.reshape(sets.kinds, sets.bins)
    for place in alone:
        within = sets.stratum == sets.stratum[place]
        here = np.arange(sets.bins) <= place
        if leaving[2][within & here].any() and leaving[1][within & ~here].any():
            raise BadInput(
                f"at {sets.times[place]:g} all under observation had left, and others entered later",
                where="entry",
                why="what became of those with another event before cannot be weighted across such a gap",
                mend="begin follow-up (entry) after it, at a day that some are under observation throughout",
            )
        stay[place] = 1.0  # no weight reaches across
    logs = _logs(stay)
    sums = sets.up_to(logs)
    ends = np.append(sets.starts[1:], sets.bins) - 1
    return np.asarray(np.exp(sums[ends[sets.stratum]] - sums + logs))


def _under_observation(likelihood: PartialLikelihood) -> Floats:
    """(bins,) the sum of weights of those under observation just before each bin."""
    sets = likelihood.sets
    tables = sets.leaving.reshape(1, sets.kinds, sets.bins, 1).copy()
    if sets.before is not None:
        weights = likelihood.weights if len(likelihood.weights) else None
        tables[0, 0, :, 0] -= np.bincount(sets.before, weights, minlength=sets.bins)
    return np.asarray(PartialLikelihood._gathered(likelihood, tables)[0][:, 0])


def _logs(shares: Floats) -> Floats:
    return np.where(shares > 0, np.log(np.maximum(shares, 1e-300)), -700.0)


def of_cause(likelihood: PartialLikelihood, *, events_first: bool) -> SubdistributionLikelihood:
    """The likelihood with those who had a competing event kept at risk."""
    known = {name: getattr(likelihood, name) for name in PartialLikelihood.__dataclass_fields__}
    staying = uncensored_before(likelihood, events_first=events_first)
    if likelihood.sets.before is not None:
        staying = staying * entered_before(likelihood)
    return SubdistributionLikelihood(**known, uncensored=staying)


def sandwich(
    likelihood: SubdistributionLikelihood,
    beta: Floats,
    covariance: Floats,
    clusters: Codes | None = None,
    *,
    events_first: bool,
) -> Floats:
    """The variance with G estimated: each row has a score eta, and a part psi for what it says of G.

    eta = e (x - E) - r (x H - M), H and M the hazard and the mean covariates to which it is exposed;
    psi = c q(s) / n(s) - sum over u up to s of q(u) c(u) / n(u)², q(u) the change of the score by a censoring
    at u: of those with a competing event before u, by what they are exposed to from u on.
    With delayed entry the weights are taken as known, without psi.
    Source: Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509, section 3.
    """
    sets, g = likelihood.sets, likelihood.uncensored
    state = likelihood.state(beta, True)
    fraction, width = state.fraction, slice(1, 1 + likelihood.terms)
    s1, d1 = state.at_risk[:, width], state.dying[:, width]
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = (fraction.a[:, None] * s1 - fraction.b[:, None] * d1) / sets.weights[:, None]
    mean[sets.deaths == 0] = 0.0
    step = fraction.c0[:, None] * s1 - fraction.c1[:, None] * d1
    own = fraction.c1[:, None] * s1 - fraction.c2[:, None] * d1
    m, weighted = sets.up_to(step), sets.up_to(g[:, None] * step)
    to_m = np.concatenate([m, m - own, m + likelihood.later(weighted) / g[:, None]])
    to_h, before_h = likelihood.exposure(state)
    known = sets.before is not None
    psi_left = psi_sum = np.zeros((0, likelihood.terms))
    if not known:
        psi_left, psi_sum = _of_censoring(likelihood, state, weighted, events_first=events_first)
    total = np.zeros((likelihood.terms, likelihood.terms))
    sums = None if clusters is None else np.zeros((len(clusters.labels), likelihood.terms))
    for low in range(0, likelihood.rows, CHUNK):
        rows = slice(low, low + CHUNK)
        cell = sets.cell[rows]
        place, kind = cell % np.int32(sets.bins), cell // np.int32(sets.bins)
        x = np.column_stack([column[rows] for column in likelihood.design.columns]) - likelihood.means
        h, mm = to_h[cell], to_m[cell]
        if sets.before is not None:
            h, mm = h - before_h[sets.before[rows]], mm - m[sets.before[rows]]
        risk = state.risk[rows]
        weight = likelihood.weights[rows] if len(likelihood.weights) else np.ones(len(cell))
        score = ((kind == 1) * weight)[:, None] * (x - mean[place]) - risk[:, None] * (x * h[:, None] - mm)
        if not known:
            score += weight[:, None] * ((kind == 0)[:, None] * psi_left[place] - psi_sum[place])
        if sums is None or clusters is None:
            total += score.T @ score
        else:
            np.add.at(sums, clusters.codes[rows], score)
    if sums is not None:
        total = sums.T @ sums
    inverse = np.nan_to_num(covariance)
    return np.asarray(inverse @ total @ inverse)


def _of_censoring(
    likelihood: SubdistributionLikelihood, state: State, weighted: Floats, *, events_first: bool
) -> tuple[Floats, Floats]:
    """q / n at each bin, and the sum of q c / n² up to it."""
    sets, g = likelihood.sets, likelihood.uncensored
    leaving = sets.leaving.reshape(sets.kinds, sets.bins)
    at_risk = _under_observation(likelihood)
    if events_first:
        at_risk = at_risk - leaving[1:].sum(0)
    competing = _competing(likelihood, state) / g[:, None]
    so_far = sets.up_to(competing) - competing
    hazard = likelihood.from_here(sets.up_to(g * state.fraction.a))
    means = likelihood.from_here(weighted)
    q = so_far[:, 1:] * hazard[:, None] - so_far[:, :1] * means
    with np.errstate(divide="ignore", invalid="ignore"):
        left = np.where(at_risk[:, None] > 0, q / at_risk[:, None], 0.0)
        rate = np.where(at_risk > 0, leaving[0] / at_risk, 0.0)
    return left, sets.up_to(left * rate[:, None])


def _competing(likelihood: SubdistributionLikelihood, state: State) -> Floats:
    """(bins, 1 + p) sums of r and r x over the competing events of each bin."""
    sets = likelihood.sets
    rows = np.flatnonzero(sets.cell >= 2 * sets.bins)
    place, risk = sets.cell[rows] - 2 * sets.bins, state.risk[rows]
    sums = [np.bincount(place, risk, minlength=sets.bins)]
    for column, mean in zip(likelihood.design.columns, likelihood.means, strict=True):
        sums.append(np.bincount(place, risk * (column[rows] - mean), minlength=sets.bins))
    return np.column_stack(sums)
