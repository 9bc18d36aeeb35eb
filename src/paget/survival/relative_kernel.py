"""Sums by day for relative survival: each patient walks through the life table, growing older."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

Array = NDArray[Any]

YEAR = 365.25


@compiled
def sums_by_day(
    start: Array,
    time: Array,
    event: Array,
    age: Array,
    sex: Array,
    since: Array,
    hazard: Array,
    first_age: int,
    year_starts: Array,
    weighted: bool,
) -> Array:
    """(7, days + 1) sums a day over those at risk.

    At risk, deaths, weights, weighted deaths, weights at noon, those times the hazard, deaths times weights².

    Args:
        start: (rows,) the day after which the row is under observation.
        time: (rows,) the day until which it is.
        event: (rows,) whether it ends in death.
        age: (rows,) in years at the origin.
        sex: (rows,) place in the table.
        since: (rows,) the day of the origin since 1970-01-01.
        hazard: (sexes, ages, years) a day.
        first_age: of the table.
        year_starts: the first day of each year of the table.
        weighted: weigh by the inverse of the expected survival.
    """
    rows, last = time.shape[0], time.max()
    out = np.zeros((7, last + 1))
    ages, years = hazard.shape[1], hazard.shape[2]
    for i in range(rows):
        year = 0
        while year + 1 < years and year_starts[year + 1] <= since[i]:
            year += 1
        so_far = 0.0
        for day in range(time[i] + 1):
            now = since[i] + day - 1
            while year + 1 < years and year_starts[year + 1] <= now:
                year += 1
            old = int(np.floor(age[i] + (day - 1) / YEAR)) - first_age
            h = hazard[sex[i], min(max(old, 0), ages - 1), year] if day else 0.0
            if day > start[i]:
                middle = np.exp(so_far + h / 2) if weighted else 1.0
                end = np.exp(so_far + h) if weighted else 1.0
                out[0, day] += 1.0
                out[2, day] += end
                out[4, day] += middle
                out[5, day] += middle * h
                if day == time[i] and event[i]:
                    out[1, day] += 1.0
                    out[3, day] += end
                    out[6, day] += end * end
            so_far += h
    return out
