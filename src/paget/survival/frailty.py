"""Shared frailty: a Cox model in which the patients of a group share an unmeasured risk."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.cox import refuse_empty, rows_and_design, search_notes
from paget.survival.frailty_model import FrailtyModel
from paget.survival.results import LogLikelihood, Named, Ties

if TYPE_CHECKING:
    from paget.survival.frailty_search import Shared, Sharing

LEAST, MOST = 1e-5, 50.0
"""Variances of the frailty between which the best is sought; below the first there is none."""

MOST_GROUPS = 5000
"""More groups would need a table of groups times groups that does not fit."""


def frailty(
    data: Any,
    formula: str,
    *,
    group: Names,
    time: str,
    event: str,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    offset: str | None = None,
    ties: Ties = "efron",
    variance: float | None = None,
) -> FrailtyModel:
    """Fit a proportional hazards model with a gamma frailty that a group shares, such as a hospital.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient or interval.
        formula: the covariates, the right side in formulaic's grammar.
        group: column or columns whose values share a frailty.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is at risk.
        strata: column or columns with a baseline hazard a value.
        weights: column of case weights above 0.
        offset: column of a known part of the linear predictor.
        ties: efron or breslow.
        variance: that of the frailty when it is known; by default it is estimated.

    Returns:
        The model; coefficients compare patients of the same group.

    Raises:
        BadInput: a single group, too many groups, or what :func:`cox` refuses.

    The hazard of row i in group j is z_j exp(x beta) h(t), z gamma with mean 1 and variance v. Given v, beta
    and log z maximise the partial likelihood less sum of (z - log z) / v; v maximises the likelihood with z
    integrated out: with d_j events, and H_j the hazard to which the group was exposed, the sum over groups of
    log Gamma(1/v + d) - log Gamma(1/v) - (1/v) log v - (1/v + d) log(1/v + H). Sources: Klein JP. Biometrics
    1992;48:795-806; Therneau TM, Grambsch PM, Pankratz VS. J Comput Graph Stat 2003;12:156-175.

    >>> rows = {"day": [1, 2, 3, 4, 5, 6], "died": [1, 1, 1, 0, 1, 1], "x": [1, 0, 1, 0, 1, 0],
    ...         "site": ["A", "A", "A", "B", "B", "B"]}
    >>> fit = frailty(rows, "x", group="site", time="day", event="died", variance=0.5)
    >>> float(fit.frailties["A"]) > 1 > float(fit.frailties["B"])
    True
    """
    if ties not in {"efron", "breslow"}:
        raise BadInput("no such way with ties", where=str(ties), mend="efron or breslow")
    cohort, design = rows_and_design(
        data,
        formula,
        time=time,
        event=event,
        entry=entry,
        strata=strata,
        weights=weights,
        offset=offset,
        groups=group,
    )
    refuse_empty(cohort)
    assert cohort.groups is not None  # noqa: S101 - group was named
    number = len(cohort.groups.labels)
    if not 2 <= number <= MOST_GROUPS:
        why = f"a frailty is shared by each of 2 to {MOST_GROUPS} groups"
        raise BadInput(f"there are {number} groups", where="group", why=why)
    if variance is not None and not variance > 0:
        raise BadInput("the variance is not above 0", where="variance", mend="use cox() for no frailty")
    from paget.survival.frailty_search import Sharing

    sharing = Sharing.of(cohort, design, ties)
    none = sharing.fit(0.0, np.zeros(number))
    found = _best(sharing, none) if variance is None else sharing.fit(variance, np.zeros(number))
    notes = search_notes(cohort, design, found, sharing.likelihood.scale)
    if found.variance == 0:
        notes.append("The groups differ no more than by chance: no frailty was found.")
    if number < 5:
        notes.append(f"{number} groups say little about how much groups differ.")
    beta = found.beta.copy()
    beta[list(found.redundant)] = np.nan
    return FrailtyModel(
        Named(design.names, beta),
        sharing.covariance(found),
        found.variance,
        Named(map(str, cohort.groups.labels), np.exp(found.omega)),
        LogLikelihood(none.value, found.value),
        int((cohort.event == 1).sum()),
        cohort.analysed,
        found.converged,
        tuple(notes),
    )


def _best(sharing: Sharing, none: Shared) -> Shared:
    """The variance with the largest likelihood, sought on its log scale."""
    from scipy.optimize import minimize_scalar

    start = {"omega": np.zeros(sharing.groups)}

    def loss(log_variance: float) -> float:
        found = sharing.fit(float(np.exp(log_variance)), start["omega"])
        start["omega"] = found.omega
        return -found.value

    grid = np.log(np.geomspace(LEAST, MOST, 9))
    values = [loss(float(one)) for one in grid]
    place = int(np.argmin(values))
    low, high = grid[max(place - 1, 0)], grid[min(place + 1, len(grid) - 1)]
    done = minimize_scalar(loss, bounds=(low, high), method="bounded", options={"xatol": 1e-7})
    variance = float(np.exp(done.x))
    if variance < 10 * LEAST or -done.fun <= none.value + 1e-9:
        return none
    return sharing.fit(variance, start["omega"])
