"""Gray's test: do groups differ in the incidence of a cause, other causes competing?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.daily import DailyTable, daily_table
from paget.survival.results import Floats, Test, chi_square_test, quadratic_form


def gray_test(
    data: Any,
    *,
    time: str,
    event: str,
    by: Names,
    cause: Any,
    strata: Names = None,
    rho: float = 0.0,
) -> Test:
    """Compare the cumulative incidence of a cause between groups.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of days (or another unit) to the first event or censoring.
        event: column of causes; null or 0 is censored.
        by: column or columns whose values are the groups.
        cause: the cause whose incidence is compared, one of the values of ``event``.
        strata: column or columns within whose values groups are compared.
        rho: differences are weighted by (1 - F)^rho, F the incidence of all groups just before.

    Returns:
        The test; its ``detail`` holds groups, score and variance.

    Raises:
        BadInput: fewer than two groups, no such cause, or a column that cannot be meant.

    The log-rank test of the subdistribution hazard: with R = n (1 - F) / S the risk set of a group in which
    those with another event remain, corrected for censoring, the score is the sum of d - R D / sum of R.
    Source: Gray RJ. Ann Stat 1988;16:1141-1154; the variance is that of R ``cmprsk``.

    >>> data = {"day": [1, 2, 3, 4, 5, 6], "what": [1, 2, 1, 1, 0, 1], "arm": list("AABBAB")}
    >>> gray_test(data, time="day", event="what", by="arm", cause=1).df
    1
    """
    table = daily_table(data, time=time, event=event, by=by, strata=strata, causes=True)
    return gray_test_of(table, cause=cause, rho=rho)


def gray_test_of(table: DailyTable, *, cause: Any, rho: float = 0.0) -> Test:
    """The same from a table with a row a day; see :func:`gray_test`."""
    if cause not in table.causes:
        there = ", ".join(map(str, table.causes)) or "none"
        raise BadInput("no such cause", where=str(cause), mend=f"there are {there}")
    if len(table.groups) < 2:
        raise BadInput(
            "there are fewer than two groups to compare", mend="look at the values of the column in by="
        )
    if table.entries is not None or table.squares is not None:
        raise BadInput(
            "Gray's test takes neither delayed entry nor weights", mend="use fine_gray with one covariate"
        )
    own = table.causes.index(cause)
    groups = len(table.groups)
    score, variance = np.zeros(groups), np.zeros((groups, groups))
    for start, stop in pairwise(table.bounds):
        within = slice(int(start), int(stop))
        events = table.exits[:, 1 + own, within]
        others = table.events[:, within] - events
        one, two = _stratum(table.at_risk[:, within], events, others, rho)
        score, variance = score + one, variance + two
    rank, statistic = quadratic_form(score[:-1], variance[:-1, :-1])
    notes = (
        []
        if table.exits[:, 1 + own].any()
        else [f"No event {cause} was observed: there is nothing to compare."]
    )
    detail = {"groups": table.groups, "score": score, "variance": variance}
    return chi_square_test(f"Gray, {cause}", statistic, rank, notes, **detail)


def _stratum(risk: Floats, events: Floats, others: Floats, rho: float) -> tuple[Floats, Floats]:
    """Score and variance of one stratum: a pass over the times, a small matrix of groups carried along.

    Args:
        risk: (groups, points) at risk.
        events: events of the cause.
        others: events of other causes.
        rho: the power of the weight.

    ``c`` gathers the weighted change of the score by what happens before; ``alone`` and ``mixed`` gather the
    variance of each group's own incidence and its covariance with the score.
    """
    groups = len(risk)
    score, variance = np.zeros(groups), np.zeros((groups, groups))
    c, mixed, alone = np.zeros((groups, groups)), np.zeros((groups, groups)), np.zeros(groups)
    survival, incidence, pooled = np.ones(groups), np.zeros(groups), 0.0
    for t in np.flatnonzero((events + others).any(0)):
        n, d, o = risk[:, t], events[:, t], others[:, t]
        there = n > 0
        safe = np.where(there, n, 1.0)
        after = np.where(there, survival * (safe - d - o) / safe, survival)
        # corrected numbers at risk: n / S, and those times 1 - F
        scaled = np.where(there & (survival > 0), n / np.where(survival > 0, survival, 1.0), 0.0)
        total, stay = scaled.sum(), scaled * (1 - incidence)
        deaths = d.sum()
        then = pooled + deaths / total if total > 0 else pooled
        weight = (1 - pooled) ** rho
        a = weight * (np.diag(scaled) - np.outer(scaled, scaled) / total)
        c = c + a * deaths / (total * (1 - pooled))
        score += np.where(there, weight * (d - deaths * stay / stay.sum()), 0.0)
        left = np.where(after > 0, (1 - then) / np.where(after > 0, after, 1.0), 0.0)
        if deaths > 0:
            first = np.where(after > 0, 1 - left, 1.0)
            second = 1 - (deaths - 1) / (total * survival - 1) if deaths > 1 else np.ones(groups)
            third = np.where(there, second * survival * deaths / (total * safe), 0.0)
            moved = a - first * c
            alone += first**2 * third
            mixed += moved * first * third
            variance += (moved * third) @ moved.T
        had = (o > 0) & (after > 0)
        if had.any():
            second = np.where(o > 1, 1 - (o - 1) / np.maximum(safe - 1, 1e-300), 1.0)
            third = np.where(had, second * survival**2 * o / safe**2, 0.0)
            moved = left * c
            alone += left**2 * third
            mixed -= moved * left * third
            variance += (moved * third) @ moved.T
        incidence = incidence + np.where(scaled > 0, d / np.where(scaled > 0, scaled, 1.0), 0.0)
        survival, pooled = after, then
    return score, variance + (c * alone) @ c.T + c @ mixed.T + mixed @ c.T
