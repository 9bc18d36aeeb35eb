"""Parametric models of events that are known to lie between two days: Weibull and others."""

from __future__ import annotations

from typing import Any

import numpy as np

from paget.errors import BadInput
from paget.survival.columns import Columns
from paget.survival.design import design_of, variables_of
from paget.survival.distributions import Distribution
from paget.survival.interval_rows import IntervalRows, read_intervals
from paget.survival.parametric import (
    NOTHING,
    climbed,
    family_of,
    inverse,
    log_survival,
    with_intercept,
)
from paget.survival.parametric_model import ParametricModel
from paget.survival.results import LogLikelihood, Named
from paget.survival.rowwise import RowwiseLikelihood


def interval_parametric(
    data: Any,
    formula: str = "1",
    *,
    lower: str,
    upper: str,
    distribution: str = "weibull",
    weights: str | None = None,
) -> ParametricModel:
    """Fit a distribution of time with covariates to events between two days.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        formula: the covariates; ``1`` for none. An intercept is fitted.
        lower: column of the last day known to be free of the event; null or 0 when there is none.
        upper: column of the first day on which the event is known: null when it was never seen; equal to
            ``lower`` when the day itself is known.
        distribution: exponential, weibull, log-normal, log-logistic or gompertz.
        weights: column of case weights above 0.

    Returns:
        The model; the first four are those of R ``survreg`` with ``interval2``.

    Raises:
        BadInput: no event, a known day of 0, no such distribution, or a column that cannot be meant.

    A row adds log(S(lower) - S(upper)), log S(lower) when the event was never seen, log f when the day is
    known. Source: Odell PM, Anderson KM, D'Agostino RB. Biometrics 1992;48:951-959.

    >>> rows = {"free": [0, 0, 10], "found": [10, 10, None]}
    >>> fit = interval_parametric(rows, lower="free", upper="found", distribution="exponential")
    >>> round(float(np.exp(-10 * np.exp(-fit.coefficients["intercept"]))), 6)  # a third survives day 10
    0.333333
    """
    bare = formula.strip() == "1"
    variables = [] if bare else variables_of(formula)
    columns = Columns(data, [lower, upper, weights, *variables])
    rows = read_intervals(columns, lower=lower, upper=upper, weights=weights, variables=variables)
    if not rows.events:
        raise BadInput("no event was observed, so there is nothing to estimate", where=str(rows.analysed))
    if (rows.upper <= 0).any():
        mend = "give half a day to those who have the event on the day of origin"
        raise BadInput("an event at time 0, which no such distribution allows", where=upper, mend=mend)
    family = family_of(distribution)
    design = NOTHING if bare else design_of(columns, formula, rows.kept)
    matrix = with_intercept(design, rows.rows)
    ones = [np.ones((rows.rows, 1)) for _ in family.shapes]
    likelihood = RowwiseLikelihood(_contribution(family, rows), [matrix, *ones], rows.weights)
    middle = np.where(np.isfinite(rows.upper), (rows.lower + rows.upper) / 2, rows.lower)
    found, alone = climbed(family, rows.events / max(float(middle.sum()), 1e-300), likelihood, matrix)
    return ParametricModel(
        coefficients=Named(("intercept", *design.names, *family.shapes), found.theta),
        covariance=inverse(found.information),
        log_likelihood=LogLikelihood(alone.value, found.value),
        distribution=family.name,
        meaning=family.meaning,
        events=rows.events,
        analysed=rows.analysed,
        converged=found.converged,
        notes=()
        if found.converged
        else ("The search for the largest likelihood did not end; do not use it.",),
        survival_of=lambda times, new: np.exp(log_survival(family, times, new, design, found.theta)),
    )


def _contribution(family: Distribution, rows: IntervalRows) -> Any:
    known, seen, after = rows.known, np.isfinite(rows.upper), rows.lower > 0
    low, high = np.where(after, rows.lower, 1.0), np.where(seen, rows.upper, 1.0)
    log_low, log_high = np.log(low), np.log(high)

    def contribution(mu: Any, *shapes: Any) -> Any:
        begin: Any = np.where(after, family.log_survival(log_low, low, mu, shapes), 0.0)
        end = family.log_survival(log_high, high, mu, shapes)
        inside = begin + np.log(-np.expm1(np.where(known | ~seen, -1.0, end - begin)))
        found: Any = np.where(seen, inside, begin)
        return np.where(known, family.log_density(log_low, low, mu, shapes), found)

    return contribution
