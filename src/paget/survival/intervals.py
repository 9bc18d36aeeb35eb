"""Intervals for a probability: on the scale of itself, its log, log-log, logit or arcsine."""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.results import Floats

ConfType = Literal["log-log", "log", "plain", "logit", "arcsin"]


def normal_quantile(level: float) -> float:
    """The two-sided normal quantile of a level.

    >>> round(normal_quantile(0.95), 6)
    1.959964
    """
    from scipy.special import ndtri

    if not 0 < level < 1:
        raise BadInput("the confidence level is not between 0 and 1", where="level", mend="for example 0.95")
    return float(ndtri(0.5 + level / 2))


def interval(
    p: NDArray[Any], se: NDArray[Any], kind: ConfType = "log-log", level: float = 0.95
) -> tuple[Floats, Floats]:
    """The lower and upper bound of probabilities.

    Args:
        p: probabilities.
        se: their standard errors.
        kind: the scale on which the interval is symmetric.
        level: the confidence level.

    Returns:
        Bounds between 0 and 1; NaN where the scale has no interval (log at 0; log-log and logit at 0 and 1).

    With z the normal quantile, g the scale: g(p) ± z se |g'(p)|, taken back. Source: Kalbfleisch and
    Prentice, The Statistical Analysis of Failure Time Data, 2nd ed., section 1.4; the forms are those of R
    ``survfit``.

    >>> low, high = interval(np.array([0.5]), np.array([0.1]), "plain")
    >>> round(float(low[0]), 3), round(float(high[0]), 3)
    (0.304, 0.696)
    """
    if kind not in get_args(ConfType):
        raise BadInput("no such interval", where=str(kind), mend=f"there are {', '.join(get_args(ConfType))}")
    z = normal_quantile(level)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        inside = np.where(p <= 0, np.nan, p)
        relative = np.where(se == 0, 0.0, se / p)
        if kind == "plain":
            return np.maximum(p - z * se, 0.0), np.minimum(p + z * se, 1.0)
        if kind == "log":
            return inside * np.exp(-z * relative), np.minimum(inside * np.exp(z * relative), 1.0)
        if kind == "arcsin":
            half, angle = 0.5 * z * relative * np.sqrt(inside / (1 - inside)), np.arcsin(np.sqrt(inside))
            return np.sin(np.maximum(0.0, angle - half)) ** 2, np.sin(
                np.minimum(np.pi / 2, angle + half)
            ) ** 2
        inside = np.where(p >= 1, np.nan, inside)
        if kind == "log-log":
            half, centre = z * relative / np.log(inside), np.log(-np.log(inside))
            return np.exp(-np.exp(centre - half)), np.exp(-np.exp(centre + half))
        half, centre = z * relative / (1 - inside), np.log(inside / (1 - inside))
        return 1 / (1 + np.exp(half - centre)), 1 / (1 + np.exp(-centre - half))
