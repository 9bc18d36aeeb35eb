"""Hazard after resection from residual, site and drugs: h(t) = alpha_site N_res(t) beta.

With exponential regrowth N_res(t) = N_res exp(r t) the cumulative hazard and survival without recurrence are

    H(t) = alpha beta N_res (exp(r t) - 1) / r,    S(t) = exp(-H(t))

alpha (1 / cell / day) is the site's and histology's potential of growth, beta the share of the hazard that
systemic therapy leaves (small: it works). Whether R1 lies near R0 or near R2 follows from alpha beta alone:
S bends between 1 and 0 as N_res passes r / (alpha beta (exp(r t) - 1)).

[1] Source text on principles: h proportional to alpha_site x N_res(t) x beta; R1 close to R0 in the liver
with modern drugs, nearly as poor as R2 in pelvic recurrence, very high in lung metastases of sarcoma.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput
from paget.units import DAYS_PER_YEAR

PARAMETERS: Final = Declared(
    Parameter("alpha", "1/day", 0, 1e-3, "Hazard that one residual cell makes at that site.", above=True),
    Parameter("beta", "1", 0, 1, "Share of the hazard that systemic therapy leaves."),
    Parameter("rate", "1/day", 0, 10, "Net growth rate of the residual.", above=True),
    Parameter("residual_r0", "cell", 0, 1e15, "Cells that an R0 resection leaves unseen."),
    Parameter("residual_r1", "cell", 0, 1e15, "Cells that an R1 resection leaves."),
    Parameter("residual_r2", "cell", 0, 1e15, "Cells that an R2 resection leaves."),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("residual_cells", "cell", 0, 1e15, "Cells left."),
    Parameter("days", "day", 0, 1e5, "Time since the operation."),
)


def hazard(days: ArrayLike, *, residual_cells: ArrayLike, alpha: float, beta: float, rate: float) -> Any:
    """h(t), 1/day.

    >>> float(hazard(0, residual_cells=1e5, alpha=1e-9, beta=0.5, rate=0.01)) * 1e5
    5.0
    """
    _check(days, residual_cells, alpha, beta, rate)
    return (alpha * beta * np.asarray(residual_cells, float) * np.exp(rate * np.asarray(days, float)))[()]


def survival(days: ArrayLike, *, residual_cells: ArrayLike, alpha: float, beta: float, rate: float) -> Any:
    """S(t), the share without recurrence."""
    _check(days, residual_cells, alpha, beta, rate)
    grown = np.expm1(rate * np.asarray(days, float)) / rate
    return np.exp(-alpha * beta * np.asarray(residual_cells, float) * grown)[()]


def median_days(*, residual_cells: float, alpha: float, beta: float, rate: float) -> float:
    """Day at which half have recurred: ln(1 + r ln 2 / (alpha beta N_res)) / r; infinite when nothing is
    left.
    """
    _check(0, residual_cells, alpha, beta, rate)
    burden = alpha * beta * residual_cells
    return float(np.log1p(rate * np.log(2) / burden) / rate) if burden > 0 else float("inf")


def margins(values: Mapping[str, Any], years: float) -> dict[str, float]:
    """Survival without recurrence after R0, R1 and R2 of one site, by its parameters."""
    own = {name: float(values[name]) for name in ("alpha", "beta", "rate")}
    return {
        name.upper(): float(
            survival(years * DAYS_PER_YEAR, residual_cells=float(values[f"residual_{name}"]), **own)
        )
        for name in ("r0", "r1", "r2")
    }


def nearness(by_margin: Mapping[str, float]) -> float:
    """Where R1 lies between R0 (0) and R2 (1).

    >>> nearness({"R0": 0.9, "R1": 0.8, "R2": 0.1})
    0.125
    """
    gap = by_margin["R0"] - by_margin["R2"]
    if gap <= 0:
        raise BadInput("R0 is not above R2", where="by_margin", mend="choose a horizon at which they differ")
    return round((by_margin["R0"] - by_margin["R1"]) / gap, 12)


def _check(days: ArrayLike, residual_cells: ArrayLike, alpha: float, beta: float, rate: float) -> None:
    LIMITS.check(days=days, residual_cells=residual_cells, alpha=alpha, beta=beta, rate=rate)


def draw(values: Mapping[str, Any], *, title: str, years: float = 5) -> Drawing:
    """Survival without recurrence after R0, R1 and R2 at one site."""
    own = {name: float(values[name]) for name in ("alpha", "beta", "rate")}
    time = np.linspace(0, years, 120)
    series = [
        Line(
            name.upper(),
            time,
            survival(time * DAYS_PER_YEAR, residual_cells=float(values[f"residual_{name}"]), **own),
        )
        for name in ("r0", "r1", "r2")
    ]
    return lines(series, title=title, x="years since the operation", y="without recurrence", y_range=(0, 1))
