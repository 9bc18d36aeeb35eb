"""Regrowth of what an operation left: R0, R1 or R2 to detection and to lethal burden.

An operation resets the number N and not the rate r. With exponential growth a deposit of N_res cells is
seen after ln(N_d / N_res) / r days; taking a deposit from N to N_res gains ln(N / N_res) / r days, whatever
the size at which the days end.

[1] Source text on metastasectomy: resection resets the clock, reducing N; the time of regrowth depends on r.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from paget.biology import growth
from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter

PARAMETERS: Final = Declared(
    Parameter("residual_r0", "cell", 0, 1e15, "Cells left by an R0 resection that was not quite one."),
    Parameter("residual_r1", "cell", 0, 1e15, "Cells left by an R1 resection."),
    Parameter("residual_r2", "cell", 0, 1e15, "Cells left by an R2 resection."),
)
LIMITS: Final = Declared(
    Parameter("residual_cells", "cell", 0, 1e15, "Cells left."),
    Parameter("end_cells", "cell", 0, 1e15, "Cells to be reached.", above=True),
    Parameter("cells_before", "cell", 0, 1e15, "Cells before the operation.", above=True),
    Parameter("rate", "1/day", 0, 10, "Net growth rate.", above=True),
    Parameter("decay", "1/day", 0, 10, "Decay of the rate under Gompertz."),
)


def days_until(end_cells: float, *, residual_cells: ArrayLike, rate: ArrayLike, decay: float = 0.0) -> Any:
    """Days from the operation until the residual has so many cells again.

    Returns:
        Days; 0 when it has them already, infinite when nothing was left.

    >>> round(float(days_until(1e9, residual_cells=1e4, rate=0.05)), 1)
    230.3
    """
    LIMITS.check(end_cells=end_cells, residual_cells=residual_cells, rate=rate, decay=decay)
    left = np.asarray(residual_cells, float)
    some = np.where(left > 0, np.minimum(left, end_cells), 1.0)
    found = growth.days_to(end_cells, start_cells=some, rate=rate, decay=decay)
    return np.where(left > 0, found, math.inf)[()]


def debulking_gain(*, cells_before: ArrayLike, residual_cells: ArrayLike, rate: ArrayLike) -> Any:
    """Days that an operation gains against none: ln(N / N_res) / r.

    >>> float(debulking_gain(cells_before=1e10, residual_cells=1e9, rate=0.01)) == math.log(10) / 0.01
    True
    """
    LIMITS.check(cells_before=cells_before, residual_cells=residual_cells, rate=rate)
    before, left = np.asarray(cells_before, float), np.asarray(residual_cells, float)
    with np.errstate(divide="ignore"):
        return (np.log(before / np.minimum(left, before)) / np.asarray(rate, float))[()]


def draw(
    *, rate: float, residuals: tuple[tuple[str, float], ...], detectable_cells: float, lethal_cells: float
) -> Drawing:
    """Regrowth of some residuals, over days since the operation."""
    last = max(
        float(days_until(lethal_cells, residual_cells=cells, rate=rate))
        for _, cells in residuals
        if cells > 0
    )
    days = np.linspace(0, last, 150)
    series = [
        Line(name, days, np.minimum(growth.exponential(days, start_cells=cells, rate=rate), lethal_cells))
        for name, cells in residuals
        if cells > 0
    ]
    return lines(
        series,
        title="Regrowth after an operation: another start, the same slope",
        x="days since the operation",
        y="cells",
        log_y=True,
        levels=[(detectable_cells, "seen on imaging"), (lethal_cells, "lethal burden")],
    )
