"""From the disease-free interval to how much was left and how fast it grew: the pairs that explain it.

A recurrence is seen when N0 exp(r t) reaches the detectable size N_d, so that every pair with

    r = ln(N_d / N0) / t

explains it exactly: a short interval means many cells left, or fast growth, and the interval alone cannot say
which. A prior for both, and examinations on certain days (detection between two of them), make a posterior.

[1] Source text on salvage surgery of the head and neck: short time to recurrence, large N0 or large r.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.biology import growth
from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput

Floats = NDArray[np.float64]
GRID = 241  # points of each of the two axes; twice as many change no third digit

LIMITS = Declared(
    Parameter("interval_days", "day", 0, 1e5, "From the end of treatment to the recurrence.", above=True),
    Parameter("last_clear_day", "day", 0, 1e5, "Day of the last examination that showed nothing."),
    Parameter("detectable_cells", "cell", 1, 1e15, "Cells that an examination shows.", above=True),
    Parameter("start_cells", "cell", 0, 1e15, "Cells left at the end of treatment.", above=True),
    Parameter("median_doubling_time", "day", 0, 1e5, "Prior median of the doubling time.", above=True),
    Parameter("log_sd", "1", 0, 5, "Prior standard deviation of its logarithm.", above=True),
)


def rates_for(interval_days: float, start_cells: ArrayLike, detectable_cells: float) -> Any:
    """The rate, 1/day, with which so many cells become detectable in exactly that interval.

    >>> round(float(rates_for(23.025850929940457, 1e4, 1e9)), 12)
    0.5
    """
    LIMITS.check(interval_days=interval_days, start_cells=start_cells, detectable_cells=detectable_cells)
    return np.log(detectable_cells / np.asarray(start_cells, float)) / interval_days


@dataclass(frozen=True)
class Explained:
    """What an interval says of the cells left and of their growth.

    Attributes:
        log10_cells: (points,) grid of log10 of the cells left.
        rate: (points,) grid of rates, 1/day.
        weight: (points, points) posterior, cells by rate; its sum is 1.
        prior: (points, points) the prior on the same grid.
    """

    log10_cells: Floats
    rate: Floats
    weight: Floats
    prior: Floats

    def quantiles(
        self, name: str, shares: tuple[float, ...] = (0.025, 0.5, 0.975), *, prior: bool = False
    ) -> tuple[float, ...]:
        """Quantiles of ``log10_cells`` or ``doubling_time`` (days)."""
        table = self.prior if prior else self.weight
        if name == "log10_cells":
            values, mass = self.log10_cells, table.sum(axis=1)
        elif name == "doubling_time":
            values, mass = (math.log(2) / self.rate)[::-1], table.sum(axis=0)[::-1]
        else:
            raise BadInput("no such quantity", where=name, mend="log10_cells or doubling_time")
        return tuple(float(np.interp(share, np.cumsum(mass) / mass.sum(), values)) for share in shares)

    @property
    def told_apart(self) -> float:
        """Correlation of log10 cells and log rate in the posterior; near -1 they cannot be told apart."""
        x, y = self.log10_cells[:, None], np.log(self.rate)[None, :]
        mx, my = (self.weight * x).sum(), (self.weight * y).sum()
        cov = (self.weight * (x - mx) * (y - my)).sum()
        return float(
            cov / math.sqrt((self.weight * (x - mx) ** 2).sum() * (self.weight * (y - my) ** 2).sum())
        )

    def draw(self) -> Drawing:
        """Prior and posterior of the doubling time together."""
        days = (math.log(2) / self.rate)[::-1]
        return lines(
            [
                Line("prior", days, self.prior.sum(axis=0)[::-1]),
                Line("posterior", days, self.weight.sum(axis=0)[::-1]),
            ],
            title="What the interval says of the doubling time",
            x="doubling time, days",
            y="weight",
            log_x=True,
        )


def explain(
    interval_days: float,
    *,
    detectable_cells: float,
    median_doubling_time: float,
    log_sd: float,
    last_clear_day: float = 0.0,
    least_cells: float = 1.0,
    most_cells: float | None = None,
) -> Explained:
    """The posterior of cells left and rate, from a recurrence found between two examinations.

    The prior is level in log cells from ``least_cells`` to ``most_cells`` and log-normal in the rate;
    detection is censored to the interval after the last examination that showed nothing: the deposit passed
    the detectable size in (last_clear_day, interval_days].

    Args:
        interval_days: day on which it was found.
        detectable_cells: what an examination shows.
        median_doubling_time: prior median, days.
        log_sd: prior standard deviation of the log.
        last_clear_day: day of the last clear examination; 0 when none.
        least_cells: fewest cells left.
        most_cells: most; the detectable size when left out.

    Raises:
        BadInput: a value outside its range, or an interval that no pair of the prior explains.

    >>> found = explain(300, last_clear_day=210, detectable_cells=1e9, median_doubling_time=90, log_sd=0.6)
    >>> found.told_apart < -0.9
    True
    """
    most = detectable_cells * 0.999 if most_cells is None else most_cells
    LIMITS.check(
        interval_days=interval_days,
        last_clear_day=last_clear_day,
        detectable_cells=detectable_cells,
        start_cells=[least_cells, most],
        median_doubling_time=median_doubling_time,
        log_sd=log_sd,
    )
    if last_clear_day >= interval_days or least_cells >= most:
        raise BadInput(
            "bounds in the wrong order",
            where="last_clear_day",
            mend="the last clear day before the interval's end",
        )
    log_cells = np.linspace(math.log(least_cells), math.log(most), GRID)
    centre = math.log(float(growth.rate_of(median_doubling_time)))
    log_rate = np.linspace(centre - 4 * log_sd, centre + 4 * log_sd, GRID)
    rate = np.exp(log_rate)
    prior = np.ones(GRID)[:, None] * np.exp(-0.5 * ((log_rate - centre) / log_sd) ** 2)[None, :]
    needed = math.log(detectable_cells) - log_cells
    # smoothed over a cell of the grid: the share of its width in log rate that falls into the interval
    step = log_rate[1] - log_rate[0]
    with np.errstate(divide="ignore"):
        latest = np.log(needed / interval_days)[:, None]
        earliest = (
            np.log(needed / last_clear_day)[:, None] if last_clear_day > 0 else np.full((GRID, 1), np.inf)
        )
    upper = np.minimum(log_rate[None, :] + step / 2, earliest)
    lower = np.maximum(log_rate[None, :] - step / 2, latest)
    weight = prior * np.clip((upper - lower) / step, 0, 1)
    if weight.sum() <= 0:
        raise BadInput(
            "no pair of the prior explains this interval",
            where="interval_days",
            mend="widen log_sd or the cells",
        )
    return Explained(log_cells / math.log(10), rate, weight / weight.sum(), prior / prior.sum())


def draw_pairs(
    interval_days: tuple[float, ...] = (180, 365, 730), *, detectable_cells: float = 1e9
) -> Drawing:
    """Which pairs of cells left and doubling time explain some intervals."""
    cells = np.logspace(0, math.log10(detectable_cells) - 0.3, 120)
    series = [
        Line(f"{days:g} days", cells, math.log(2) / rates_for(days, cells, detectable_cells))
        for days in interval_days
    ]
    return lines(
        series,
        title="Pairs that explain a disease-free interval",
        x="cells left at the end of treatment",
        y="doubling time, days",
        log_x=True,
        log_y=True,
    )
