"""Residuals of a Cox model and the robust variance, which is a sum of squares of them.

With the names of :mod:`paget.survival.bins`, for a row with risk r (its weight left out), exposed to hazard
H = A[exit] - A[before] - (b if it has the event): martingale residual e - r H; score residual
e (x - E) - r (x H - G), E the mean covariates of the risk set at the event and G the hazard-weighted sum of
such means over the time at risk. Source: Therneau and Grambsch, Modeling Survival Data, 2000, chapter 4.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.partial_likelihood import PartialLikelihood, State
from paget.survival.results import Floats, frame

if TYPE_CHECKING:
    from paget.survival.cox_model import CoxModel

KINDS = ("martingale", "deviance", "score", "dfbeta", "dfbetas", "schoenfeld", "scaled schoenfeld")

CHUNK = 1 << 16


def residuals(model: CoxModel, kind: str = "martingale") -> Any:
    """Residuals of a model, a row a row of the data that was analysed.

    Args:
        model: the model.
        kind: martingale, deviance, score; dfbeta, by how much the row with its weight moves the coefficients,
            dfbetas (dfbeta over standard errors); schoenfeld or scaled schoenfeld, a row an event.

    Returns:
        A frame with the place of the row in the data (``row``), the residual or a column a term, and, for
        schoenfeld, stratum and time.

    Raises:
        BadInput: no such kind.
    """
    if kind not in KINDS:
        raise BadInput("no such residual", where=str(kind), mend=f"there are {', '.join(KINDS)}")
    with np.errstate(over="ignore", divide="ignore", invalid="ignore"):  # of coefficients without end
        return _residuals(model, kind)


def _residuals(model: CoxModel, kind: str) -> Any:
    likelihood = model.likelihood
    rows = np.arange(likelihood.rows) if model.cohort.kept is None else model.cohort.kept
    pieces = Pieces.of(model)
    if kind in {"martingale", "deviance"}:
        martingale = pieces.martingale()
        if kind == "martingale":
            return frame({"row": rows, kind: martingale})
        event = pieces.event
        log = np.where(event, np.log(np.maximum(event - martingale, 1e-300)), 0.0)
        return frame({"row": rows, kind: np.sign(martingale) * np.sqrt(-2 * (martingale + log))})
    if "schoenfeld" in kind:
        return _schoenfeld(model, pieces, rows, scaled=kind != "schoenfeld")
    values = np.concatenate(list(pieces.scores()))
    if kind != "score":
        values = values if not len(likelihood.weights) else values * likelihood.weights[:, None]
        values = values @ np.nan_to_num(model.naive_covariance)
    if kind == "dfbetas":
        values = values / np.asarray(model.standard_errors)
    return frame({"row": rows} | {name: values[:, j] for j, name in enumerate(model.names)})


def _schoenfeld(model: CoxModel, pieces: Pieces, rows: NDArray[np.intp], *, scaled: bool) -> Any:
    sets, here = model.likelihood.sets, np.flatnonzero(pieces.event)
    bins = pieces.bin[here]
    values = (
        np.column_stack([column[here] for column in model.likelihood.design.columns]) - model.likelihood.means
    )
    values = values - pieces.mean_at_event[bins]
    if scaled:
        values = model.events * values @ np.nan_to_num(model.naive_covariance) + model.beta
    order = np.lexsort((here, bins))
    labels = [sets.strata[int(s)] for s in sets.stratum[bins][order]]
    columns: dict[str, Any] = {"row": rows[here][order], "stratum": labels, "time": sets.times[bins][order]}
    return frame(columns | {name: values[order, j] for j, name in enumerate(model.names)})


def robust_covariance(model: CoxModel) -> Floats:
    """D'D of the weighted dfbetas, summed within clusters."""
    likelihood, pieces = model.likelihood, Pieces.of(model)
    variance = np.nan_to_num(model.naive_covariance)
    p, clusters = len(model.names), model.cohort.clusters
    total = np.zeros((p, p))
    sums = np.zeros((len(clusters.labels), p)) if clusters else None
    low = 0
    for score in pieces.scores():
        high = low + len(score)
        weighted = score * likelihood.weights[low:high, None] if len(likelihood.weights) else score
        if sums is None or clusters is None:
            total += weighted.T @ weighted
        else:
            for j in range(p):
                sums[:, j] += np.bincount(clusters.codes[low:high], weighted[:, j], minlength=len(sums))
        low = high
    if sums is not None:
        total = sums.T @ sums
    out = variance @ total @ variance
    gone = np.isnan(np.diag(model.naive_covariance))
    out[gone, :] = out[:, gone] = np.nan
    return np.asarray(out)


@dataclass(frozen=True)
class Pieces:
    """What the residuals of every row are made of.

    Attributes:
        likelihood: the rows.
        risk: (rows,) exp(x beta), x centred, without the weight.
        event: (rows,) whether the row has the event.
        bin: (rows,) of its exit.
        state: of the bins.
        mean_at_event: (bins, p) E, less the overall means.
        g, g_own: (bins, p) G up to a bin, and what a row with the event there is spared of it.
    """

    likelihood: PartialLikelihood
    risk: Floats
    event: NDArray[np.bool_]
    bin: NDArray[np.int32]
    state: State
    mean_at_event: Floats
    g: Floats
    g_own: Floats

    @classmethod
    def of(cls, model: CoxModel) -> Pieces:
        """The pieces at the fitted coefficients."""
        likelihood, sets = model.likelihood, model.likelihood.sets
        state = likelihood.state(model.beta, True)
        fraction, width = state.fraction, slice(1, 1 + likelihood.terms)
        s1, d1 = state.at_risk[:, width], state.dying[:, width]
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = (fraction.a[:, None] * s1 - fraction.b[:, None] * d1) / sets.weights[:, None]
        mean[sets.deaths == 0] = 0.0
        g = sets.up_to(fraction.c0[:, None] * s1 - fraction.c1[:, None] * d1)
        own = fraction.c1[:, None] * s1 - fraction.c2[:, None] * d1
        risk = state.risk / likelihood.weights if len(likelihood.weights) else state.risk.copy()
        event = (sets.cell >= sets.bins) & (sets.cell < 2 * sets.bins)
        return cls(likelihood, risk, event, sets.cell % np.int32(sets.bins), state, mean, g, own)

    def hazard(self, rows: slice = slice(None)) -> Floats:
        """H of the rows."""
        exposed, before = self.likelihood.exposure(self.state)
        found = exposed[self.likelihood.sets.cell[rows]]
        return (
            found
            if self.likelihood.sets.before is None
            else found - before[self.likelihood.sets.before[rows]]
        )

    def martingale(self) -> Floats:
        """Events less what was expected, a row."""
        return np.asarray(self.event - self.risk * self.hazard())

    def scores(self) -> Iterator[Floats]:
        """Score residuals, some rows at a time."""
        before = self.likelihood.sets.before
        for low in range(0, self.likelihood.rows, CHUNK):
            rows = slice(low, low + CHUNK)
            x = (
                np.column_stack([column[rows] for column in self.likelihood.design.columns])
                - self.likelihood.means
            )
            event, place = self.event[rows, None], self.bin[rows]
            g = self.g[place] - event * self.g_own[place]
            if before is not None:
                g = g - self.g[before[rows]]
            own = x * self.hazard(rows)[:, None] - g
            yield event * (x - self.mean_at_event[place]) - self.risk[rows, None] * own
