"""Kaplan-Meier curves with Greenwood's variance, and the Nelson-Aalen cumulative hazard beside them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.curves import Curve, Curves
from paget.survival.daily import DailyTable, daily_table
from paget.survival.influence import ALL, curve_variance
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Floats


def kaplan_meier(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
) -> Curves:
    """Survival by group with Greenwood's standard error.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient or interval.
        time: column of days (or another unit) from the origin to event or censoring, at least 0.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is under observation (left truncation).
        weights: column of case weights above 0; 2 is the same as the row twice. When a weight is no whole
            number the standard error is the infinitesimal jackknife's.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval: log-log, log, plain, logit or arcsin.
        level: confidence level.

    Returns:
        Curves that print, give a frame, draw themselves and tell quantiles and survival at any time.

    Raises:
        BadInput: a column that is missing or cannot be meant, such as an event that is neither 0 nor 1.

    At the j-th time d events among n at risk: S = product of (1 - d/n) [1]_; its variance S² times the sum of
    d / (n (n - d)) [2]_; cumulative hazard the sum of d/n, its variance the sum of d/n².
    Whole days are counted into a table with a row a day; other times are ranked: exact, but slower.

    .. [1] Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481.
    .. [2] Greenwood M. Reports on Public Health and Medical Subjects 33, HMSO 1926.

    >>> data = {"day": [1, 1, 6, 6, 8, 9], "died": [1, 0, 1, 1, 0, 1]}
    >>> curves = kaplan_meier(data, time="day", event="died")
    >>> [round(float(s), 4) for s in curves["all"].survival]
    [0.8333, 0.4167, 0.4167, 0.0]
    """
    return curves_of(
        daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by), conf_type, level
    )


def curves_of(table: DailyTable, conf_type: ConfType = "log-log", level: float = 0.95) -> Curves:
    """The curves of a table with a row a day; see :func:`kaplan_meier`.

    >>> from paget.survival.daily import daily_table
    >>> day = {"day": [1, 2], "died": [1, 1]}
    >>> table = daily_table(day, time="day", event="died")
    >>> curves_of(table + table)["all"].n_risk.tolist()
    [4.0, 2.0]
    """
    _only_one_stratum(table)
    variance = "infinitesimal jackknife" if table.fractional else "Greenwood"
    curves = tuple(_curve(table, place, conf_type, level) for place in range(len(table.groups)))
    return Curves(curves, conf_type, level, variance, table.analysed, table)


def nelson_aalen(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
) -> Curves:
    """The cumulative hazard, and survival as exp of minus it.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is under observation.
        weights: column of case weights.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval of survival.
        level: confidence level.

    Returns:
        Curves as of :func:`kaplan_meier`, survival being exp(-H) and its standard error that times the
        hazard's.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    H is the sum of d/n, its variance the sum of d/n². Source: Aalen OO. Ann Stat 1978;6:701-726; Fleming TR,
    Harrington DP. Commun Stat Theory Methods 1984;13:2469-2486.

    >>> curve = nelson_aalen({"day": [1, 2], "died": [1, 1]}, time="day", event="died")["all"]
    >>> curve.cumulative_hazard.tolist()
    [0.5, 1.5]
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by)
    curves = curves_of(table, conf_type, level)
    return replace(curves, curves=tuple(_exponential(curve, conf_type, level) for curve in curves))


def follow_up(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
) -> Curves:
    """How long patients were followed: Kaplan-Meier with censoring as the event (reverse Kaplan-Meier).

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is under observation.
        weights: column of case weights.
        by: column or columns whose values are the groups.

    Returns:
        Curves; their median is the median follow-up.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    Source: Schemper M, Smith TL. Control Clin Trials 1996;17:343-346.

    >>> data = {"day": [1, 2, 3, 4], "died": [1, 0, 0, 1]}
    >>> follow_up(data, time="day", event="died").quantile(0.5)["time"].item()
    3.0
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by)
    squares = None if table.squares is None else table.squares[:, ::-1]
    rows = table.rows and replace(table.rows, kind=1 - table.rows.kind)
    return curves_of(replace(table, exits=table.exits[:, ::-1], squares=squares, rows=rows))


def _exponential(curve: Curve, conf_type: ConfType, level: float) -> Curve:
    survival = np.exp(-curve.cumulative_hazard)
    se = survival * curve.cumulative_hazard_se
    lower, upper = interval(survival, se, conf_type, level)
    return replace(curve, survival=survival, standard_error=se, lower=lower, upper=upper)


def _only_one_stratum(table: DailyTable) -> None:
    if len(table.bounds) > 2:
        raise BadInput("a curve has groups, not strata", mend="name the column in by=")


def _curve(table: DailyTable, place: int, conf_type: ConfType, level: float) -> Curve:
    exits = table.exits[place]
    left = exits.any(0)
    risk, events, censored = table.at_risk[place][left], table.events[place][left], exits[0][left]
    entered = _entered(table, place, left)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(risk > 0, events / risk, 0.0)
        hazard = np.where(hazard > ALL, 1.0, hazard)
        survival = np.asarray(np.cumprod(1.0 - hazard), dtype=np.float64)
        greenwood = np.where(events > 0, events / (risk * (risk - events)), 0.0)
        if not table.fractional:
            se = np.where(survival > 0, survival * np.sqrt(np.cumsum(greenwood)), np.nan)
            hazard_se = np.sqrt(np.cumsum(np.where(risk > 0, hazard / risk, 0.0)))
        else:
            variance, hazard_variance = curve_variance(table, place)
            se, hazard_se = np.sqrt(variance[left]), np.sqrt(hazard_variance[left])
    lower, upper = interval(survival, se, conf_type, level)
    return Curve(
        table.groups[place],
        table.times[left],
        risk,
        events,
        censored,
        entered,
        survival,
        np.asarray(se, dtype=np.float64),
        lower,
        upper,
        np.cumsum(hazard),
        np.asarray(hazard_se, dtype=np.float64),
    )


def _entered(table: DailyTable, place: int, left: NDArray[np.bool_]) -> Floats:
    """Those who come under observation between one step and the next."""
    steps = np.flatnonzero(left)
    if table.entries is None:
        first = np.zeros(len(steps))
        first[:1] = table.exits[place].sum()
        return first
    total = np.cumsum(table.entries[place])[steps]
    return np.diff(total, prepend=0.0)
