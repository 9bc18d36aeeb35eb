"""Growth of a deposit: exponential, Gompertz and logistic, with the day of detection and of lethal burden.

Cells are counted, days are days, diameters are mm; a deposit is a sphere. ``rate`` is the net growth rate
of a small deposit, 1/day.

- exponential: N(t) = N0 exp(r t)
- Gompertz: N(t) = N0 exp((r / a) (1 - exp(-a t))), with the decay a of the rate; its ceiling is N0 exp(r / a)
- logistic: N(t) = K / (1 + (K / N0 - 1) exp(-r t)), with the ceiling K

[1] Finlay IG et al. Br J Surg 1988;75:641-644 (colorectal liver metastases: doubling 155 and 86 days;
Gompertz).
[2] Source texts on metastasectomy: N(t) = N0 exp(r t), and the interval is inversely proportional to r.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput

Floats = NDArray[np.float64]

PARAMETERS: Final = Declared(
    Parameter("doubling_time", "day", 0, 1e5, "Days in which a small deposit doubles.", above=True),
    Parameter("cells_per_cm3", "1/cm3", 0, 1e11, "Tumour cells in a cubic centimetre.", above=True),
    Parameter("detectable_cells", "cell", 1, 1e12, "Cells of the smallest deposit that imaging shows."),
    Parameter("lethal_cells", "cell", 1, 1e15, "Cells of a burden that nobody survives."),
)

NO_DECAY: Final = 1e-100
"""A decay a day below this cannot be told from none, and its inverse is not a number any more."""

LIMITS: Final = Declared(
    Parameter("start_cells", "cell", 0, 1e15, "Cells at the start.", above=True),
    Parameter("end_cells", "cell", 0, 1e15, "Cells to be reached.", above=True),
    Parameter("rate", "1/day", 0, 10, "Net growth rate of a small deposit.", above=True),
    Parameter("decay", "1/day", 0, 10, "Decay of the rate under Gompertz; 0 is exponential growth."),
    Parameter("ceiling_cells", "cell", 0, 1e15, "Cells that logistic growth approaches.", above=True),
    Parameter("days", "day", -1e5, 1e5, "Time."),
    Parameter("diameter_mm", "mm", 0, 1000, "Diameter of a sphere."),
    Parameter("cells_per_cm3", "1/cm3", 0, 1e11, "Tumour cells in a cubic centimetre.", above=True),
    Parameter("doubling_time", "day", 0, 1e5, "Days in which a small deposit doubles.", above=True),
    Parameter("error_sd", "1", 0, 3, "Standard deviation of the error of log volume.", above=True),
)

CELLS_PER_CM3: Final = 1e9  # the convention of knowledge file growth_liver_metastases; a parameter everywhere


def rate_of(doubling_time: ArrayLike) -> Any:
    """The rate, 1/day, of a doubling time in days: r = ln 2 / T.

    >>> round(float(rate_of(155)), 5), round(float(rate_of(86)), 5)
    (0.00447, 0.00806)
    """
    LIMITS.check(doubling_time=doubling_time)
    return math.log(2) / np.asarray(doubling_time, float)[()]


def doubling_time_of(rate: ArrayLike) -> Any:
    """The doubling time of a rate, in the unit of its time.

    >>> round(float(doubling_time_of(0.5)), 4)
    1.3863
    """
    LIMITS.check(rate=rate)
    return math.log(2) / np.asarray(rate, float)[()]


def exponential(days: ArrayLike, *, start_cells: float, rate: float) -> Any:
    """Cells after some days of exponential growth.

    >>> round(float(exponential(100, start_cells=1, rate=0.1)) / 22026.4658, 6)
    1.0
    """
    LIMITS.check(days=days, start_cells=start_cells, rate=rate)
    return start_cells * np.exp(rate * np.asarray(days, float))


def gompertz(days: ArrayLike, *, start_cells: float, rate: float, decay: float) -> Any:
    """Cells after some days of Gompertz growth; without decay exponential.

    >>> float(gompertz(1e5, start_cells=1, rate=0.1, decay=0.01)) == math.exp(10)
    True
    """
    LIMITS.check(days=days, start_cells=start_cells, rate=rate, decay=decay)
    time = np.asarray(days, float)
    return start_cells * np.exp(rate * (time if decay < NO_DECAY else -np.expm1(-decay * time) / decay))


def logistic(days: ArrayLike, *, start_cells: float, rate: float, ceiling_cells: float) -> Any:
    """Cells after some days of logistic growth.

    >>> float(logistic(0, start_cells=10, rate=0.1, ceiling_cells=1000))
    10.0
    """
    LIMITS.check(days=days, start_cells=start_cells, rate=rate, ceiling_cells=ceiling_cells)
    more = (ceiling_cells / start_cells - 1) * np.exp(-rate * np.asarray(days, float))
    return ceiling_cells / (1 + more)


def days_to(end_cells: ArrayLike, *, start_cells: ArrayLike, rate: ArrayLike, decay: float = 0.0) -> Any:
    """Days until a deposit reaches a number of cells: ln(N / N0) / r, or its Gompertz form.

    Returns:
        Days; infinite when Gompertz growth never gets there.

    >>> [round(float(days_to(1e9, start_cells=1e4, rate=rate)), 4) for rate in (0.5, 1.0)]
    [23.0259, 11.5129]
    """
    LIMITS.check(end_cells=end_cells, start_cells=start_cells, rate=rate, decay=decay)
    needed = np.log(np.asarray(end_cells, float) / np.asarray(start_cells, float)) / np.asarray(rate, float)
    if decay < NO_DECAY:
        return needed[()]
    used = decay * needed
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.where(used < 1, -np.log1p(-np.minimum(used, 1.0)) / decay, math.inf)[()]


def days_to_logistic(end_cells: float, *, start_cells: float, rate: float, ceiling_cells: float) -> float:
    """Days until logistic growth reaches a number of cells; infinite at or above the ceiling."""
    LIMITS.check(end_cells=end_cells, start_cells=start_cells, rate=rate, ceiling_cells=ceiling_cells)
    if end_cells >= ceiling_cells:
        return math.inf
    return math.log((ceiling_cells / start_cells - 1) / (ceiling_cells / end_cells - 1)) / rate


def cells_of(diameter_mm: ArrayLike, cells_per_cm3: float = CELLS_PER_CM3) -> Any:
    """Cells of a sphere of that diameter.

    >>> round(float(cells_of(12.407)) / 1e9, 3)   # one cubic centimetre
    1.0
    """
    LIMITS.check(diameter_mm=diameter_mm, cells_per_cm3=cells_per_cm3)
    return math.pi / 6 * (np.asarray(diameter_mm, float) / 10) ** 3 * cells_per_cm3


def diameter_of(end_cells: ArrayLike, cells_per_cm3: float = CELLS_PER_CM3) -> Any:
    """Diameter, mm, of a sphere of so many cells."""
    LIMITS.check(end_cells=end_cells, cells_per_cm3=cells_per_cm3)
    return 10 * np.cbrt(6 / math.pi * np.asarray(end_cells, float) / cells_per_cm3)


@dataclass(frozen=True, slots=True)
class FittedGrowth:
    """A growth rate read from serial sizes.

    Attributes:
        rate: 1/day of the volume.
        interval: its 95 % interval.
        cells_at_first: cells on the first day, as the line has it.
        doubling_time: days; negative when it shrinks.
        sizes: how many sizes.
        error_sd: of log volume, given or estimated.
        estimated: whether the error was estimated from these sizes.
    """

    rate: float
    interval: tuple[float, float]
    cells_at_first: float
    doubling_time: float
    sizes: int
    error_sd: float
    estimated: bool


def fit_sizes(
    days: Sequence[float],
    diameters_mm: Sequence[float],
    *,
    error_sd: float | None = None,
    cells_per_cm3: float = CELLS_PER_CM3,
) -> FittedGrowth:
    """Exponential growth from serial diameters with error of measurement: a line through log volumes.

    Args:
        days: days of the sizes, two or more different ones.
        diameters_mm: diameters, above 0.
        error_sd: standard deviation of the error of log volume (three times that of log diameter); estimated
            from the residuals when left out, which needs three sizes or more.
        cells_per_cm3: density.

    Returns:
        Rate, with the 95 % interval of least squares (normal with a known error, Student's t with an
        estimated).

    Raises:
        BadInput: too few sizes, or one outside its range.

    >>> fitted = fit_sizes([0, 60, 120], [10, 12, 14.4], error_sd=0.1)
    >>> round(fitted.doubling_time, 1), fitted.sizes
    (76.0, 3)
    """
    LIMITS.check(days=list(days), diameter_mm=list(diameters_mm), cells_per_cm3=cells_per_cm3)
    time, volume = np.asarray(days, float), 3 * np.log(np.asarray(diameters_mm, float))
    if time.size != volume.size or np.unique(time).size < 2 or not np.isfinite(volume).all():
        raise BadInput("too few sizes", where="days", mend="two or more days, and a diameter above 0 on each")
    spread = float(((time - time.mean()) ** 2).sum())
    rate = float(((time - time.mean()) * (volume - volume.mean())).sum() / spread)
    rest = volume - volume.mean() - rate * (time - time.mean())
    if error_sd is None:
        if time.size < 3:
            raise BadInput(
                "the error of measurement cannot be estimated",
                where="error_sd",
                mend="give it, or a third size",
            )
        from scipy.stats import t

        sd = float(np.sqrt((rest**2).sum() / (time.size - 2)))
        wide = float(t.ppf(0.975, time.size - 2)) * sd / math.sqrt(spread)
    else:
        LIMITS.check(error_sd=error_sd)
        sd, wide = error_sd, 1.959963984540054 * error_sd / math.sqrt(spread)
    first = volume.mean() + rate * (time.min() - time.mean())
    cells = float(math.pi / 6 * math.exp(first) / 1000 * cells_per_cm3)
    doubling = math.log(2) / rate if rate else math.inf
    return FittedGrowth(rate, (rate - wide, rate + wide), cells, doubling, time.size, sd, error_sd is None)


def draw(
    *, doubling_time: float, detectable_cells: float, lethal_cells: float, decay: float = 0.0007
) -> Drawing:
    """Exponential and Gompertz growth of one cell, with the levels of detection and of lethal burden."""
    rate = float(rate_of(doubling_time))
    last = float(days_to(lethal_cells, start_cells=1, rate=rate))
    days = np.linspace(0, last, 200)
    faster = rate + decay * math.log(detectable_cells) / 2
    series = [
        Line("exponential", days, exponential(days, start_cells=1, rate=rate)),
        Line("Gompertz", days, gompertz(days, start_cells=1, rate=faster, decay=decay)),
    ]
    return lines(
        series,
        title="Growth of a deposit from one cell",
        x="days",
        y="cells",
        log_y=True,
        levels=[(detectable_cells, "seen on imaging"), (lethal_cells, "lethal burden")],
    )
