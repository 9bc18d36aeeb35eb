"""Cox's proportional hazards model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import Cohort, Names, listed, read_cohort
from paget.survival.columns import Columns
from paget.survival.cox_model import CoxModel
from paget.survival.design import Design, design_of, missing_in, variables_of
from paget.survival.results import Floats, LogLikelihood, Named, Ties

Penalty = float | Mapping[str, float]


def cox(
    data: Any,
    formula: str,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    cluster: str | None = None,
    offset: str | None = None,
    ties: Ties = "efron",
    robust: bool | None = None,
    penalty: Penalty = 0.0,
) -> CoxModel:
    """Fit a proportional hazards model.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient or interval.
        formula: the covariates, the right side in formulaic's grammar, such as ``age + C(stage) + log(cea)``.
            No intercept is fitted; factors are coded against a reference as if there were one.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is at risk: delayed entry, or (start, stop] intervals of
            covariates that change.
        strata: column or columns with a baseline hazard a value.
        weights: column of case weights above 0.
        cluster: column of what rows belong together, such as a patient; its robust variance is reported.
        offset: column of a known part of the linear predictor.
        ties: efron, breslow or exact (the conditional logistic likelihood; for few events a time).
        robust: report the robust variance; by default with ``cluster`` or with weights that are no whole
            numbers.
        penalty: ridge penalty, the same for all coefficients or by name; half of it times beta² is taken off
            the log likelihood.

    Returns:
        The model: coefficients with standard errors, tests, baseline hazard, predictions, residuals, the test
            of
        proportional hazards and concordance. Its ``notes`` say in sentences what a reader must know.

    Raises:
        BadInput: no rows, no event, a column or formula that cannot be meant.

    Rows with a missing value are left out and counted in ``analysed``. The partial likelihood [1]_ with
    Efron's method for ties [2]_ is a sum over days with an event; rows are not sorted. Newton's method, steps
    halved when they lead down, ends when a step is below 1e-10 standard deviations of each covariate; after a
    start from a sample (200,000 rows or more) when it is below 1e-6, which leaves an error of about its
    square.

    .. [1] Cox DR. J R Stat Soc B 1972;34:187-220.
    .. [2] Efron B. J Am Stat Assoc 1977;72:557-565.
    .. [3] Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078 (robust variance).

    >>> data = {"day": [1, 1, 6, 6, 8, 9], "died": [1, 0, 1, 1, 0, 1], "x": [1, 1, 1, 0, 0, 0]}
    >>> fit = cox(data, "x", time="day", event="died", ties="breslow")
    >>> round(float(fit.coefficients["x"]), 6)  # log((3 + sqrt(33)) / 2)
    1.475285
    """
    cohort, design = rows_and_design(
        data,
        formula,
        time=time,
        event=event,
        entry=entry,
        strata=strata,
        weights=weights,
        cluster=cluster,
        offset=offset,
    )
    return fitted(cohort, design, ties=ties, robust=robust, penalty=penalty)


def fitted(
    cohort: Cohort,
    design: Design,
    *,
    ties: Ties = "efron",
    robust: bool | None = None,
    penalty: Penalty = 0.0,
    notes: tuple[str, ...] = (),
) -> CoxModel:
    """Fit the model to a cohort and covariates that were read; see :func:`cox`.

    Args:
        cohort: the rows.
        design: their covariates.
        ties: efron, breslow or exact.
        robust: report the robust variance; by default with clusters or weights that are no whole numbers.
        penalty: ridge penalty.
        notes: sentences that go before those of the search.

    Raises:
        BadInput: no event.
    """
    refuse_empty(cohort)
    from paget.survival.newton import CLOSE_OF_MANY, covariance, maximise
    from paget.survival.partial_likelihood import NONE, PartialLikelihood
    from paget.survival.risk_sets import risk_sets
    from paget.survival.samples import from_samples

    penalties = _penalties(penalty, design)
    weight = NONE if cohort.weights is None else cohort.weights
    known = NONE if cohort.offset is None else cohort.offset - cohort.offset.mean()
    start, promised = np.zeros(len(design.names)), None
    likelihood: Any
    if ties == "exact":
        from paget.survival.exact_ties import ExactLikelihood

        likelihood = ExactLikelihood.of(design, cohort, known)
    else:
        likelihood = PartialLikelihood(design, risk_sets(cohort), weight, known, ties, penalties)
        start, promised = from_samples(likelihood)
    if promised is None:
        found = maximise(likelihood, start, likelihood.scale)
    else:
        found = maximise(likelihood, start, likelihood.scale, approximate=promised, close=CLOSE_OF_MANY)
    value = found.value + (0.5 * float(penalties @ found.beta**2) if len(penalties) else 0.0)
    variance = covariance(found.information, found.redundant)
    beta = found.beta.copy()
    beta[list(found.redundant)] = np.nan
    wanted = robust if robust is not None else cohort.clusters is not None or cohort.fractional
    model = CoxModel(
        coefficients=Named(design.names, beta),
        naive_covariance=variance,
        robust_covariance=None,
        log_likelihood=LogLikelihood(likelihood.null(), value),
        events=int((cohort.event == 1).sum()),
        analysed=cohort.analysed,
        ties=ties,
        steps=found.steps,
        converged=found.converged,
        notes=(*notes, *search_notes(cohort, design, found, likelihood.scale)),
        likelihood=likelihood,
        cohort=cohort,
    )
    return model.with_robust() if wanted else model


def rows_and_design(
    data: Any,
    formula: str,
    *,
    time: str,
    event: str,
    strata: Names = None,
    causes: bool = False,
    **columns_by_role: Any,
) -> tuple[Cohort, Design]:
    """The rows with all values known, and their covariates."""
    variables = variables_of(formula)
    others = [columns_by_role.get(role) for role in ("entry", "weights", "cluster", "offset")]
    columns = Columns(
        data, [time, event, *others, *listed(strata), *listed(columns_by_role.get("groups")), *variables]
    )
    cohort = read_cohort(
        columns,
        time=time,
        event=event,
        strata=strata,
        causes=causes,
        also_missing=missing_in(columns, variables),
        **columns_by_role,
    )
    if not cohort.rows:
        raise BadInput(
            "no row is complete", where=str(cohort.analysed), mend="look at the columns with missing values"
        )
    design = design_of(columns, formula, cohort.kept)
    for name, column in zip(design.names, design.columns, strict=True):
        if not np.isfinite(column.sum()) and not np.isfinite(column).all():
            raise BadInput(
                "a value that is not finite", where=name, mend="look for divisions by 0 and logs of 0"
            )
    return cohort, design


def refuse_empty(cohort: Cohort) -> None:
    """Refuse a cohort in which nothing happened."""
    if not (cohort.event == 1).any():
        raise BadInput(
            "no event was observed, so there is nothing to estimate",
            where=str(cohort.analysed),
            mend="look at the coding of the event: 1 is the event, 0 is censored",
        )


def _penalties(penalty: Penalty, design: Design) -> Floats:
    from paget.survival.partial_likelihood import NONE

    if isinstance(penalty, Mapping):
        unknown = [name for name in penalty if name not in design.names]
        if unknown:
            raise BadInput(
                "no such term", where=", ".join(unknown), mend=f"there are {', '.join(design.names)}"
            )
        return np.array([float(penalty.get(name, 0.0)) for name in design.names])
    if penalty < 0:
        raise BadInput("a penalty below 0", where="penalty")
    return np.full(len(design.names), float(penalty)) if penalty else NONE


def search_notes(cohort: Cohort, design: Design, found: Any, scale: Floats) -> list[str]:
    """What the search says to a reader, in sentences."""
    notes = []
    constant = [design.names[j] for j in found.redundant if scale[j] == 0]
    explained = [design.names[j] for j in found.redundant if scale[j] != 0]
    if constant:
        notes.append(f"{', '.join(constant)}: the same in all rows, so there is no coefficient.")
    if explained:
        notes.append(f"{', '.join(explained)}: explained by the terms before, so there is no coefficient.")
    for j in found.endless:
        way = "rises" if found.beta[j] > 0 else "falls"
        notes.append(
            f"{design.names[j]}: the likelihood keeps growing as the coefficient {way} without end"
            " (separation: for example, no event in one of its groups). The number shown is where the search"
            " stopped, not an estimate; use penalty=, or report the events by group."
        )
    if not found.converged and not found.endless:
        notes.append(
            "The search for the largest likelihood did not end; the coefficients are not to be used."
        )
    events = int((cohort.event == 1).sum())
    terms = len(design.names) - len(found.redundant)
    if events < 5 * terms:
        notes.append(f"{events} events for {terms} coefficients: too few for a stable estimate.")
    return notes
