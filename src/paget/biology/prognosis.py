"""Prognosis from markers: one hazard multiplier H on a baseline, S(t) = S0(t)^H.

H is the product of hazard ratios that belong together in one model; ratios of different studies may not be
multiplied, which a caller must know. Strata are ranges of H.

[1] Source text on salvage surgery of the head and neck: S(t) = [S0(t)]^H, strata of high, intermediate, low
benefit.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter
from paget.errors import BadInput

PARAMETERS: Final = Declared(
    Parameter("lower_cut", "1", 0, 1e3, "H below this is the stratum of high benefit.", above=True),
    Parameter("upper_cut", "1", 0, 1e3, "H at or above this is the stratum of low benefit.", above=True),
)
LIMITS: Final = Declared(
    Parameter("baseline", "1", 0, 1, "Survival of the baseline."),
    Parameter("multiplier", "1", 0, 1e3, "Hazard multiplier.", above=True),
    Parameter("ratio", "1", 0, 1e3, "Hazard ratio of a marker.", above=True),
)
STRATA: Final = ("high benefit", "intermediate", "low benefit")


def survival(baseline: ArrayLike, multiplier: ArrayLike) -> Any:
    """S0^H.

    >>> [round(float(survival(*one)), 4) for one in ((0.5, 2), (0.8, 0.5), (0.30, 1.5))]
    [0.25, 0.8944, 0.1643]
    """
    LIMITS.check(baseline=baseline, multiplier=multiplier)
    return (np.asarray(baseline, float) ** np.asarray(multiplier, float))[()]


def multiplier(ratios: Sequence[float], present: Sequence[bool]) -> float:
    """The product of the ratios of the markers that are present.

    >>> multiplier([2.0, 1.5, 3.0], [True, True, False])
    3.0
    """
    LIMITS.check(ratio=list(ratios))
    if len(ratios) != len(present):
        raise BadInput("ratios and markers differ in number", where="present", mend="one for each ratio")
    return float(np.prod([ratio for ratio, there in zip(ratios, present, strict=True) if there]))


def stratum(multiplier: float, *, lower_cut: float, upper_cut: float) -> str:
    """The stratum of a multiplier; each lower limit belongs to the stratum above it.

    >>> stratum(0.8, lower_cut=1.0, upper_cut=2.0), stratum(2.0, lower_cut=1.0, upper_cut=2.0)
    ('high benefit', 'low benefit')
    """
    LIMITS.check(multiplier=multiplier)
    PARAMETERS.check(lower_cut=lower_cut, upper_cut=upper_cut)
    if lower_cut > upper_cut:
        raise BadInput("the cuts are in the wrong order", where="lower_cut", mend="lower_cut below upper_cut")
    return STRATA[0] if multiplier < lower_cut else STRATA[1] if multiplier < upper_cut else STRATA[2]


def draw(rate_per_year: float = 0.35, multipliers: Sequence[float] = (0.5, 1.0, 2.0)) -> Drawing:
    """A baseline of constant hazard and what multipliers make of it."""
    years = np.linspace(0, 5, 100)
    base = np.exp(-rate_per_year * years)
    return lines(
        [Line(f"H = {one:g}", years, survival(base, one)) for one in multipliers],
        title="One baseline, three hazard multipliers",
        x="years",
        y="survival",
        y_range=(0, 1),
    )
