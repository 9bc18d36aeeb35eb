"""Parametric models: exponential, Weibull, log-normal, log-logistic, Gompertz, piecewise exponential."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import Cohort, read_cohort
from paget.survival.columns import Columns
from paget.survival.cox import refuse_empty
from paget.survival.design import Design, design_of, missing_in, variables_of
from paget.survival.distributions import DISTRIBUTIONS, Distribution
from paget.survival.parametric_model import ParametricModel
from paget.survival.results import Floats, LogLikelihood, Named
from paget.survival.rowwise import Peak, RowwiseLikelihood

NOTHING = Design((), (), {}, "1")


def parametric(
    data: Any,
    formula: str = "1",
    *,
    time: str,
    event: str,
    distribution: str = "weibull",
    entry: str | None = None,
    weights: str | None = None,
    cuts: Sequence[float] = (),
) -> ParametricModel:
    """Fit a distribution of time with covariates.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        formula: the covariates; ``1`` for none. An intercept is fitted.
        time: column of days (or another unit) to event or censoring, above 0.
        event: column of 1 (event) and 0 (censored).
        distribution: exponential, weibull, log-normal, log-logistic, gompertz or piecewise.
        entry: column of the time after which a row is under observation.
        weights: column of case weights.
        cuts: where the hazard of ``piecewise`` changes.

    Returns:
        The model; its ``meaning`` says which way coefficients point. The first four are those of R
        ``survreg``.

    Raises:
        BadInput: a time of 0, no event, no such distribution, or a column or formula that cannot be meant.

    The log likelihood is the sum of log f(t) over events and log S(t) over censored rows, less log S(entry).
    Source: Kalbfleisch and Prentice, The Statistical Analysis of Failure Time Data, 2002, chapter 3.

    >>> data = {"day": [1, 3, 4], "died": [1, 1, 0]}
    >>> fit = parametric(data, time="day", event="died", distribution="exponential")
    >>> round(float(np.exp(-fit.coefficients["intercept"])), 6)  # 2 events in 8 days
    0.25
    """
    cohort, design = rows_of(data, formula, time=time, event=event, entry=entry, weights=weights)
    if distribution == "piecewise":
        from paget.survival.piecewise import fit_piecewise

        return fit_piecewise(cohort, design, np.asarray(cuts, dtype=float))
    family = family_of(distribution)
    matrix = with_intercept(design, cohort.rows)
    likelihood = _likelihood(family, cohort, [matrix, *shape_columns(family, cohort)])
    rate = float(cohort.event.sum() / cohort.time.sum())
    found, alone = climbed(family, rate, likelihood, matrix)
    names = ("intercept", *design.names, *family.shapes)
    return ParametricModel(
        coefficients=Named(names, found.theta),
        covariance=inverse(found.information),
        log_likelihood=LogLikelihood(alone.value, found.value),
        distribution=family.name,
        meaning=family.meaning,
        events=int(cohort.event.sum()),
        analysed=cohort.analysed,
        converged=found.converged,
        notes=()
        if found.converged
        else ("The search for the largest likelihood did not end; do not use it.",),
        survival_of=lambda times, rows: np.exp(log_survival(family, times, rows, design, found.theta)),
    )


def rows_of(data: Any, formula: str, **named: Any) -> tuple[Cohort, Design]:
    """The rows of a parametric model and their covariates; times above 0."""
    bare = formula.strip() == "1"
    variables = [] if bare else variables_of(formula)
    columns = Columns(data, [*named.values(), *variables])
    cohort = read_cohort(columns, also_missing=missing_in(columns, variables), **named)
    if not cohort.rows:
        raise BadInput("no row is complete", where=str(cohort.analysed))
    refuse_empty(cohort)
    zero = int((cohort.time <= 0).sum())
    if zero:
        mend = "give half a day to those who have the event on the day of origin"
        raise BadInput(
            f"{zero} rows have a time of 0, which no such distribution allows", where=named["time"], mend=mend
        )
    return cohort, NOTHING if bare else design_of(columns, formula, cohort.kept)


def family_of(name: str) -> Distribution:
    """The distribution of that name."""
    if name not in DISTRIBUTIONS:
        there = ", ".join([*DISTRIBUTIONS, "piecewise"])
        raise BadInput("no such distribution", where=str(name), mend=f"there are {there}")
    return DISTRIBUTIONS[name]


def with_intercept(design: Design, rows: int) -> Floats:
    """(rows, 1 + covariates)."""
    return np.column_stack([np.ones(rows), *design.columns])


def shape_columns(family: Distribution, cohort: Cohort) -> list[Floats]:
    """A column of ones for each shape."""
    return [np.ones((cohort.rows, 1)) for _ in family.shapes]


def inverse(information: Floats) -> Floats:
    """The inverse; NaN when there is none."""
    try:
        return np.asarray(np.linalg.inv(information))
    except np.linalg.LinAlgError:
        return np.full_like(information, np.nan)


def log_survival(family: Distribution, times: Floats, data: Any, design: Design, theta: Floats) -> Floats:
    """(rows, times) of new rows."""
    beta, shape = theta[: 1 + len(design.names)], theta[1 + len(design.names) :]
    x = design.of(data) if design.names else np.zeros((1, 0))
    mu = beta[0] + x @ beta[1:]
    late = np.maximum(times, 1e-12)
    return np.array(
        [np.real(family.log_survival(np.log(late), late, np.full(len(late), m), shape)) for m in mu]
    )


def _likelihood(family: Distribution, cohort: Cohort, columns: list[Floats]) -> RowwiseLikelihood:
    t = cohort.time.astype(float)
    log_t, event = np.log(t), cohort.event == 1
    late = cohort.entry is not None
    start = np.maximum(cohort.entry, 0.0).astype(float) if cohort.entry is not None else np.zeros(0)

    def contribution(mu: Any, *shapes: Any) -> Any:
        found: Any
        density = family.log_density(log_t, t, mu, shapes)
        found = np.where(event, density, family.log_survival(log_t, t, mu, shapes))
        if late:
            seen = start > 0
            from_ = np.where(seen, start, 1.0)
            found = found - np.where(seen, family.log_survival(np.log(from_), from_, mu, shapes), 0.0)
        return found

    weights = np.ones(cohort.rows) if cohort.weights is None else cohort.weights
    return RowwiseLikelihood(contribution, columns, weights)


def climbed(
    family: Distribution, rate: float, likelihood: RowwiseLikelihood, matrix: Floats
) -> tuple[Peak, Peak]:
    """The maximum, and that without covariates, from which the search starts; ``rate`` is events a day."""
    start = np.zeros(1 + len(family.shapes))
    start[0] = np.log(rate) if family.name == "gompertz" else -np.log(rate)
    bare = RowwiseLikelihood(
        likelihood.contribution, [matrix[:, :1], *likelihood.columns[1:]], likelihood.weights
    )
    alone = bare.climb(start)
    if matrix.shape[1] == 1:
        return alone, alone
    first = np.concatenate([alone.theta[:1], np.zeros(matrix.shape[1] - 1), alone.theta[1:]])
    centred = matrix - np.concatenate([[0.0], matrix[:, 1:].mean(0)])
    moved = RowwiseLikelihood(likelihood.contribution, [centred, *likelihood.columns[1:]], likelihood.weights)
    near = moved.climb(first).theta
    near[0] -= near[1 : matrix.shape[1]] @ matrix[:, 1:].mean(0)
    return likelihood.climb(near), alone
