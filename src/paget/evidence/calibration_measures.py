"""What own data say of a published table: observed and expected, slope, c-index, survival by group."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from paget.evidence.followed import EVENT, TIME
from paget.survival.results import Floats

GROUP, RISK = "_group", "_risk"
LEVEL: Final = 0.95


def up_to(frame: pl.DataFrame, day: float) -> pl.DataFrame:
    """Follow-up that ends on a day: who is followed longer is censored there."""
    later = pl.col(TIME) > day
    return frame.with_columns(
        pl.when(later).then(0).otherwise(pl.col(EVENT)).alias(EVENT), pl.col(TIME).clip(upper_bound=day)
    )


def observed(frame: pl.DataFrame, groups: int, day: float) -> tuple[Floats, Floats, Floats, Floats]:
    """Kaplan-Meier survival of each group on a day.

    Args:
        frame: with ``_time``, ``_event`` and ``_group``, a number from 0.
        groups: how many there are.
        day: from the origin.

    Returns:
        The survival by group, its standard error, its log-log bounds; NaN where nobody was followed so long.
    """
    from paget.survival import kaplan_meier

    found = np.full((4, groups), np.nan)
    curves = kaplan_meier(frame, time=TIME, event=EVENT, by=GROUP)
    at = curves.at([day]).to_dict(as_series=False)
    for place, group in enumerate(at["group"]):
        reached = at["n_risk"][place] > 0 or at["survival"][place] == 0
        if reached:
            found[:, int(group)] = [
                at[name][place] for name in ("survival", "standard_error", "lower", "upper")
            ]
    return found[0], found[1], found[2], found[3]


def log_hazard(survival: Floats) -> Floats:
    """The logarithm of the cumulative hazard: log(-log S).

    >>> round(float(log_hazard(np.array([np.exp(-1.0)]))[0]), 12)
    0.0
    """
    return np.asarray(np.log(-np.log(survival)), dtype=np.float64)


def on_log_hazard(survival: Floats, error: Floats, n: Floats) -> tuple[Floats, Floats]:
    """Survival and its variance on the scale of the logarithm of the cumulative hazard.

    Of a group in which all or none are alive half a patient is taken to be otherwise, so that it has a place
    on the scale: S = (n S + 0.5) / (n + 1), with the variance of a share of n.
    """
    edge = (survival <= 0) | (survival >= 1) | ~(error > 0)
    inner = np.where(edge, (n * survival + 0.5) / (n + 1), survival)
    spread = np.where(edge, np.sqrt(inner * (1 - inner) / n), error)
    return log_hazard(inner), np.asarray((spread / (inner * np.log(inner))) ** 2, dtype=np.float64)


def ratio(events: float, expected: float) -> tuple[float, float, float]:
    """Observed to expected events with its exact Poisson interval.

    .. [1] Garwood F. Biometrika 1936;28:437-442.

    >>> [round(x, 3) for x in ratio(10, 8.0)]  # 10 events: 4.795 to 18.390
    [1.25, 0.599, 2.299]
    """
    from scipy.special import chdtri

    tail = (1 - LEVEL) / 2
    low = float(chdtri(2 * events, 1 - tail)) / 2 if events > 0 else 0.0
    high = float(chdtri(2 * events + 2, tail)) / 2
    return events / expected, low / expected, high / expected


def slope(frame: pl.DataFrame) -> Any:
    """The Cox model of ``_risk``, the logarithm of the published cumulative hazard; its coefficient is 1
    where published differences between groups hold here.
    """
    from paget.survival import cox

    return cox(frame, RISK, time=TIME, event=EVENT)


def c_index(frame: pl.DataFrame, column: str = RISK) -> Any:
    """Of two patients, how often the one with the higher risk has the event first."""
    from paget.survival import concordance

    return concordance(frame, time=TIME, event=EVENT, score=column)
