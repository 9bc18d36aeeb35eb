"""Where a falling curve crosses a level: medians and other quantiles, as in R ``quantile.survfit``."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.axis import ROUNDING


def crossing(time: NDArray[Any], curve: NDArray[Any], share: float, start: float = 0.0) -> float:
    """The first time at which 1 - curve reaches the share; NaN when it does not.

    Where the curve lies exactly on the level for a while, the middle of that interval is taken.

    Args:
        time: (steps,) increasing.
        curve: (steps,) survival or a bound of it; NaN where there is none.
        share: between 0 and 1.
        start: the time at which the curve is 1.

    >>> crossing(np.array([2.0, 4.0, 7.0]), np.array([0.8, 0.5, 0.2]), 0.5)
    5.5
    >>> crossing(np.array([2.0, 4.0]), np.array([0.8, 0.6]), 0.5)
    nan
    """
    known = ~np.isnan(curve)
    if share <= 0:
        return float(start)
    x = np.concatenate([[start], time[known]])
    y = np.concatenate([[0.0], 1.0 - curve[known]])
    reached, passed = y >= share - ROUNDING, y >= share + ROUNDING
    if not reached.any():
        return float("nan")
    first = x[int(np.argmax(reached))]
    if passed.any():
        return float((first + x[int(np.argmax(passed))]) / 2)
    return float((first + time[-1]) / 2)
