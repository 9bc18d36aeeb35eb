"""The log-rank family: do groups differ in their hazards? Weighted, stratified, for trend."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.daily import DailyTable, daily_table
from paget.survival.results import Floats, Test, chi_square_test, quadratic_form

Family = Literal["log-rank", "peto", "fleming-harrington", "gehan", "tarone-ware"]


def logrank(
    data: Any,
    *,
    time: str,
    event: str,
    by: Names,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    family: Family = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    trend: bool | Sequence[float] | Mapping[Any, float] = False,
) -> Test:
    """Compare the hazards of groups.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        by: column or columns whose values are the groups.
        entry: column of the time after which a row is under observation.
        strata: column or columns within whose values groups are compared.
        weights: column of case weights. Whole numbers count rows; with others the variance is the robust one
            of the score [3]_.
        family: how differences are weighted over time: log-rank 1; gehan n; tarone-ware sqrt(n); peto S
            before; fleming-harrington S^rho (1 - S)^gamma, S the pooled Kaplan-Meier estimate just before.
        rho: of the Fleming-Harrington family.
        gamma: the same.
        trend: test an ordered alternative, with scores 1, 2, ... or those given by group.

    Returns:
        The test; its ``detail`` holds groups, n, observed and expected (both weighted), and variance.

    Raises:
        BadInput: fewer than two groups, or a column that cannot be meant.

    With o and e observed and expected events of the groups, each summed over times with the family's weight,
    the statistic is (o - e)' V⁻ (o - e), V the hypergeometric variance [1]_ [2]_.

    .. [1] Mantel N. Cancer Chemother Rep 1966;50:163-170.
    .. [2] Fleming TR, Harrington DP. Counting Processes and Survival Analysis. Wiley 1991, chapter 7.
    .. [3] Lin DY, Wei LJ. J Am Stat Assoc 1989;84:1074-1078.

    >>> data = {"day": [1, 2, 3, 4], "died": [1, 1, 1, 1], "arm": ["A", "A", "B", "B"]}
    >>> print(logrank(data, time="day", event="died", by="arm"))
    log-rank: chi-square 2.882 on 1 df, p 0.0896
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by, strata=strata)
    return logrank_of(table, family=family, rho=rho, gamma=gamma, trend=trend)


def logrank_of(
    table: DailyTable,
    *,
    family: Family = "log-rank",
    rho: float = 0.0,
    gamma: float = 0.0,
    trend: bool | Sequence[float] | Mapping[Any, float] = False,
) -> Test:
    """The same from a table with a row a day; see :func:`logrank`."""
    if len(table.groups) < 2:
        raise BadInput(
            "there are fewer than two groups to compare",
            where=f"{table.analysed.used} rows, {len(table.groups)} group",
            mend="look at the values of the column in by=",
        )
    here = np.flatnonzero(table.events.any(0))
    risk, events = table.at_risk[:, here], table.events[:, here]
    n, d = risk.sum(0), events.sum(0)
    weight = _weight(family, n, d, here, table.bounds, (rho, gamma))
    share = risk / np.where(n > 0, n, 1.0)
    observed, expected = (events * weight).sum(1), (share * d * weight).sum(1)
    if table.fractional:
        variance = _robust(table, here, d / n, share, weight)
    else:
        spread = np.where(n > 1, weight**2 * d * (n - d) / np.maximum(n - 1, 1e-300), 0.0)
        variance = np.diag((share * spread).sum(1)) - (share * spread) @ share.T
    name = {"fleming-harrington": f"Fleming-Harrington({rho:g}, {gamma:g})", "peto": "Peto-Peto"}.get(
        family, family
    )
    detail = {
        "groups": table.groups,
        "n": table.exits.sum((1, 2)),
        "observed": observed,
        "expected": expected,
        "variance": variance,
    }
    differences = observed - expected
    notes = _notes(table, expected)
    if trend is not False:
        scores = _scores(table.groups, trend)
        along = float(scores @ variance @ scores)
        statistic = float(scores @ differences) ** 2 / along if along > 0 else float("nan")
        return chi_square_test(f"{name}, trend", statistic, int(along > 0), notes, **detail)
    used = np.flatnonzero(expected > 0)
    rank, statistic = quadratic_form(differences[used][1:], variance[np.ix_(used, used)][1:, 1:])
    return chi_square_test(name, statistic, rank, notes, **detail)


def _notes(table: DailyTable, expected: Floats) -> list[str]:
    if not table.events.any():
        return ["No event was observed: there is nothing to compare."]
    empty = [str(group) for group, value in zip(table.groups, expected, strict=True) if value <= 0]
    return [f"Never at risk when an event happened: {', '.join(empty)}."] if empty else []


def _scores(groups: tuple[Any, ...], trend: bool | Sequence[float] | Mapping[Any, float]) -> Floats:
    if trend is True:
        return np.arange(1.0, len(groups) + 1)
    if trend is False:
        return np.zeros(len(groups))
    given = trend if isinstance(trend, Mapping) else dict(zip(groups, trend, strict=False))
    missing = [str(group) for group in groups if group not in given]
    if missing:
        raise BadInput("groups without a score", where=", ".join(missing), mend="give a score for each group")
    return np.array([float(given[group]) for group in groups])


def _weight(
    family: Family,
    n: Floats,
    d: Floats,
    here: NDArray[np.intp],
    bounds: NDArray[np.intp],
    powers: tuple[float, float],
) -> Floats:
    """The family's weight at each time of an event."""
    if family not in get_args(Family):
        raise BadInput("no such family", where=str(family), mend=f"there are {', '.join(get_args(Family))}")
    if family == "gehan":
        return n
    if family == "tarone-ware":
        return np.sqrt(n)
    rho, gamma = powers if family == "fleming-harrington" else (1.0, 0.0)
    if family == "log-rank" or (rho == 0 and gamma == 0):
        return np.ones(len(n))
    survival = np.empty(len(n))
    for start, stop in np.lib.stride_tricks.sliding_window_view(np.searchsorted(here, bounds), 2):
        within = slice(int(start), int(stop))
        survival[within] = np.concatenate([[1.0], np.cumprod(1 - d[within] / n[within])[:-1]])[: stop - start]
    return np.asarray(survival**rho * (1 - survival) ** gamma)


def _robust(
    table: DailyTable, here: NDArray[np.intp], hazard: Floats, share: Floats, weight: Floats
) -> Floats:
    """The sum of squared scores of the rows: events less hazards, times the group less its expectation."""
    groups, points = len(table.groups), len(table.times)
    own, others = np.zeros(points), np.zeros((groups, points))
    own[here], others[:, here] = weight * hazard, weight * hazard * share
    own, others = own.cumsum(), others.cumsum(1)
    jump, mean = np.zeros(points), np.zeros((groups, points))
    jump[here], mean[:, here] = weight, weight * share
    segment = np.searchsorted(table.bounds, np.arange(points), side="right") - 1
    variance = np.zeros((groups, groups))
    for place in range(groups):
        if table.rows is None:
            squares = (table.squares if table.squares is not None else table.exits)[place]
            leave, kind = np.tile(np.arange(points), len(squares)), np.repeat(np.arange(len(squares)), points)
            enter, square = table.bounds[segment[leave]], squares.ravel()
        else:
            leave, kind, enter, square = table.rows.of_group(place)
        had = kind > 0
        score = -(had * mean[:, leave]) + (others[:, leave] - np.pad(others, ((0, 0), (1, 0)))[:, enter])
        score[place] += had * jump[leave] - (own[leave] - np.concatenate([[0.0], own])[enter])
        variance += (score * square) @ score.T
    return variance
