"""The piecewise exponential model: a hazard that is constant between cuts, times exp(x beta)."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import Cohort
from paget.survival.design import Design
from paget.survival.distributions import HAZARD
from paget.survival.newton import Point, covariance, maximise
from paget.survival.parametric_model import ParametricModel
from paget.survival.results import Floats, LogLikelihood, Named


def fit_piecewise(cohort: Cohort, design: Design, cuts: Floats) -> ParametricModel:
    """Fit the hazards of the pieces and the coefficients.

    Args:
        cohort: the rows.
        design: the covariates.
        cuts: increasing, above 0; none gives the exponential model as a hazard.

    Raises:
        BadInput: cuts that do not increase, or a piece in which no event falls.

    A row at risk for e_k in piece k adds d_k (a_k + x beta) - e_k exp(a_k + x beta). Source: Friedman M. Ann
    Stat 1982;10:101-113.
    """
    if len(cuts) and (cuts[0] <= 0 or (np.diff(cuts) <= 0).any()):
        raise BadInput("the cuts do not increase from above 0", where="cuts")
    edges = np.concatenate([[0.0], cuts, [np.inf]])
    time = cohort.time.astype(float)
    entry = np.zeros(len(time)) if cohort.entry is None else np.maximum(cohort.entry.astype(float), 0.0)
    weight = np.ones(len(time)) if cohort.weights is None else cohort.weights
    high = np.minimum(time[:, None], edges[1:])
    exposure = np.maximum(high - np.maximum(entry[:, None], edges[:-1]), 0.0)
    piece = np.searchsorted(cuts, time, side="left")
    events = np.bincount(piece, weight * (cohort.event == 1), minlength=len(edges) - 1)
    if (events == 0).any():
        place = int(np.flatnonzero(events == 0)[0])
        where = f"from {edges[place]:g} to {edges[place + 1]:g}"
        raise BadInput("no event falls in a piece", where=where, mend="use fewer cuts")
    x = np.column_stack(design.columns) if design.columns else np.zeros((len(time), 0))
    means = x.mean(0)
    x = x - means
    of_events = np.concatenate([events, (weight * (cohort.event == 1)) @ x])

    def objective(theta: Floats, wide: bool) -> Point:
        a, beta = theta[: len(events)], theta[len(events) :]
        with np.errstate(over="ignore"):
            expected = weight[:, None] * exposure * np.exp(a + (x @ beta)[:, None])
        value = float(of_events @ theta - expected.sum())
        gradient = of_events - np.concatenate([expected.sum(0), expected.sum(1) @ x])
        if not wide:
            return Point(value, gradient, None)
        corner = expected.T @ x
        inside = np.block(
            [[np.diag(expected.sum(0)), corner], [corner.T, (x * expected.sum(1)[:, None]).T @ x]]
        )
        return Point(value if np.isfinite(value) else -np.inf, gradient, inside)

    bare = np.log(events / (weight[:, None] * exposure).sum(0))
    null = float(events @ bare - events.sum())
    scale = np.concatenate([np.ones(len(events)), x.std(0)])
    found = maximise(objective, np.concatenate([bare, np.zeros(x.shape[1])]), scale)
    turn = np.eye(len(found.beta))
    turn[: len(events), len(events) :] = -means
    theta = turn @ found.beta
    names = [f"log hazard {low:g} to {high:g}" for low, high in pairwise(edges)]

    def survival(times: Floats, data: Any) -> Floats:
        new = design.of(data) if design.names else np.zeros((1, 0))
        spent = np.maximum(np.minimum(times[:, None], edges[1:]) - edges[:-1], 0.0)
        hazard = spent @ np.exp(theta[: len(events)])
        return np.asarray(np.exp(-np.exp(new @ theta[len(events) :])[:, None] * hazard))

    return ParametricModel(
        coefficients=Named([*names, *design.names], theta),
        covariance=turn @ covariance(found.information, found.redundant) @ turn.T,
        log_likelihood=LogLikelihood(null, found.value),
        distribution="piecewise",
        meaning=HAZARD,
        events=int((cohort.event == 1).sum()),
        analysed=cohort.analysed,
        converged=found.converged,
        notes=()
        if found.converged
        else ("The search for the largest likelihood did not end; do not use it.",),
        survival_of=survival,
    )
