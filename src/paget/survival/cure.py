"""Mixture cure models: a share never has the event, the others have it by a distribution of time."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from paget.survival.cohort import Cohort
from paget.survival.design import Design
from paget.survival.distributions import Distribution
from paget.survival.parametric import (
    NOTHING,
    family_of,
    inverse,
    log_survival,
    rows_of,
    shape_columns,
    with_intercept,
)
from paget.survival.parametric_model import CureModel
from paget.survival.results import Floats, LogLikelihood, Named
from paget.survival.rowwise import Peak, RowwiseLikelihood

SAMPLE = 2000

FLAT = 0.3
"""More than this share of the uncured without an event at the end: follow-up is too short to tell cure."""


def cure(
    data: Any,
    formula: str = "1",
    *,
    time: str,
    event: str,
    latency: str = "1",
    distribution: str = "weibull",
    entry: str | None = None,
    weights: str | None = None,
) -> CureModel:
    """Fit a mixture cure model.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        formula: covariates of the probability of being cured (logistic); ``1`` for none.
        time: column of days (or another unit) to event or censoring, above 0.
        event: column of 1 (event) and 0 (censored).
        latency: covariates of the time to the event of those not cured; ``1`` for none.
        distribution: of that time: exponential, weibull, log-normal, log-logistic or gompertz.
        entry: column of the time after which a row is under observation.
        weights: column of case weights.

    Returns:
        The model. "Cured" means: will never have this event, by the model; its ``notes`` say when follow-up
        is too short for that, or when the data show no cured share.

    Raises:
        BadInput: a time of 0, no event, or a column or formula that cannot be meant.

    S(t) = c + (1 - c) Su(t), logit c = z gamma. Sources: Boag JW. J R Stat Soc B 1949;11:15-53; Farewell VT.
    Biometrics 1982;38:1041-1046; on sufficient follow-up: Maller RA, Zhou S. Biometrika 1992;79:731-739.

    >>> data = {"day": [1, 2, 3, 4, 5, 50, 60, 70, 80, 90], "died": [1, 1, 1, 1, 1, 0, 0, 0, 0, 0]}
    >>> fit = cure(data, time="day", event="died", distribution="exponential")
    >>> round(float(fit.cured({})[0]), 3)
    0.5
    """
    needed = " + ".join(part for part in (formula, latency) if part.strip() != "1") or "1"
    named = {"time": time, "event": event, "entry": entry, "weights": weights}
    rows_of(data, needed, **named)  # refuses what no model can take
    cohort, share = _design(data, formula, needed, named)
    _, late = _design(data, latency, needed, named)
    family = family_of(distribution)
    columns = [
        with_intercept(share, cohort.rows),
        with_intercept(late, cohort.rows),
        *shape_columns(family, cohort),
    ]
    likelihood = _likelihood(family, cohort, columns)
    alone = _without_covariates(family, cohort)
    start = np.zeros(sum(matrix.shape[1] for matrix in columns))
    start[0], start[1 + len(share.names)] = alone.theta[0], alone.theta[1]
    start[2 + len(share.names) + len(late.names) :] = alone.theta[2:]
    found = likelihood.climb(start) if share.names or late.names else alone
    gamma = found.theta[: 1 + len(share.names)]
    rest = found.theta[len(gamma) :]
    names = [f"cured: {name}" for name in ("intercept", *share.names)]
    names += [*("intercept", *late.names), *family.shapes]

    def cured_of(rows: Any) -> Floats:
        z = share.of(rows) if share.names else np.zeros((1, 0))
        return np.asarray(1 / (1 + np.exp(-(gamma[0] + z @ gamma[1:]))))

    def survival(times: Floats, rows: Any) -> Floats:
        c = cured_of(rows)[:, None]
        return np.asarray(c + (1 - c) * np.exp(log_survival(family, times, rows, late, rest)))

    return CureModel(
        coefficients=Named(names, found.theta),
        covariance=inverse(found.information),
        log_likelihood=LogLikelihood(alone.value, found.value),
        distribution=f"{family.name} with a cured share",
        meaning=f"cured: log odds of being cured; others: {family.meaning}",
        events=int(cohort.event.sum()),
        analysed=cohort.analysed,
        converged=found.converged,
        notes=tuple(_notes(cohort, found, columns, family, len(gamma))),
        survival_of=survival,
        cured_of=cured_of,
    )


def _design(data: Any, formula: str, needed: str, named: dict[str, Any]) -> tuple[Cohort, Design]:
    """The design of one formula on the rows for which both are complete."""
    from paget.survival.cohort import read_cohort
    from paget.survival.columns import Columns
    from paget.survival.design import design_of, missing_in, variables_of

    variables = [] if needed == "1" else variables_of(needed)
    columns = Columns(data, [*named.values(), *variables])
    cohort = read_cohort(columns, also_missing=missing_in(columns, variables), **named)
    return cohort, NOTHING if formula.strip() == "1" else design_of(columns, formula, cohort.kept)


def _likelihood(family: Distribution, cohort: Cohort, columns: list[Floats]) -> RowwiseLikelihood:
    t = cohort.time.astype(float)
    log_t, event = np.log(t), cohort.event == 1
    start = None if cohort.entry is None else np.maximum(cohort.entry, 0.0).astype(float)

    def contribution(odds: Any, mu: Any, *shapes: Any) -> Any:
        uncured = 1 / (1 + np.exp(odds))
        density = np.log(uncured) + family.log_density(log_t, t, mu, shapes)
        staying = np.log(1 - uncured + uncured * np.exp(family.log_survival(log_t, t, mu, shapes)))
        found = np.where(event, density, staying)
        if start is not None:
            seen = start > 0
            at = np.where(seen, start, 1.0)
            before = np.log(1 - uncured + uncured * np.exp(family.log_survival(np.log(at), at, mu, shapes)))
            found = found - np.where(seen, before, 0.0)
        return found

    weights = np.ones(cohort.rows) if cohort.weights is None else cohort.weights
    return RowwiseLikelihood(contribution, columns, weights)


def _without_covariates(family: Distribution, cohort: Cohort) -> Peak:
    """The best of several starts, tried on some of the rows: the likelihood may have more than one peak."""
    some = _some(cohort)
    ones = [np.ones((some.rows, 1)) for _ in range(2 + len(family.shapes))]
    likelihood = _likelihood(family, some, ones)
    censored = float(1 - some.event.mean())
    typical = float(np.log(some.time[some.event == 1].mean()))
    peaks = []
    for share in (0.9, 0.6, 0.3):
        c = min(max(censored * share, 0.02), 0.98)
        for spread in (-0.3, 0.3) if family.shapes else (0.0,):
            start = np.array([np.log(c / (1 - c)), -typical if family.name == "gompertz" else typical])
            shape = [0.0 if family.name == "gompertz" else spread for _ in family.shapes]
            peaks.append(likelihood.climb(np.concatenate([start, shape])))
    best = max(peaks, key=lambda peak: (peak.converged, peak.value))
    if some is cohort:
        return best
    ones = [np.ones((cohort.rows, 1)) for _ in ones]
    return _likelihood(family, cohort, ones).climb(best.theta)


def _some(cohort: Cohort) -> Cohort:
    """At most about SAMPLE rows, with an event among them."""
    if cohort.rows <= SAMPLE:
        return cohort
    every = slice(None, None, cohort.rows // SAMPLE)
    some = replace(
        cohort,
        time=cohort.time[every],
        event=cohort.event[every],
        entry=None if cohort.entry is None else cohort.entry[every],
        weights=None if cohort.weights is None else cohort.weights[every],
    )
    return some if some.event.sum() >= 50 else cohort


def _notes(cohort: Cohort, found: Peak, columns: list[Floats], family: Distribution, first: int) -> list[str]:
    notes = [] if found.converged else ["The search for the largest likelihood did not end; do not use it."]
    odds = columns[0] @ found.theta[:first]
    if float(np.median(odds)) < -6:
        notes.append("The data show no cured share: the model without it says the same.")
    last = float(cohort.time.max())
    beta = found.theta[first : first + columns[1].shape[1]]
    shape = found.theta[first + columns[1].shape[1] :]
    mu = columns[1] @ beta
    at = np.full(len(mu), last)
    still = float(np.exp(np.real(family.log_survival(np.log(at), at, mu, shape))).mean())
    if still > FLAT:
        notes.append(
            f"By the model {still:.0%} of the uncured have no event yet at the end of follow-up: it is too"
            " short to tell cure from late events."
        )
    return notes
