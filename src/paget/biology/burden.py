"""Burden: the number of deposits against their volume, which may order patients the other way round.

A sphere of diameter d has the volume pi/6 d^3; without the factor these are relative units, d in cm.

[1] Source text on oligometastatic disease, "Counting vs. Measuring": 64, 12.4 and 1.7 units for one, three
and eight lesions.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Final

import numpy as np

from paget.biology import growth
from paget.biology.chart import Drawing, bars
from paget.biology.declared import Declared, Parameter

LIMITS: Final = Declared(Parameter("diameter_mm", "mm", 0, 1000, "Diameter of a deposit."))


def relative_units(diameters_mm: Sequence[float]) -> float:
    """Sum of the cubes of the diameters in cm.

    >>> relative_units([40]), relative_units([20, 15, 10]), round(relative_units([6] * 8), 3)
    (64.0, 12.375, 1.728)
    """
    LIMITS.check(diameter_mm=list(diameters_mm))
    return float(((np.asarray(diameters_mm, float) / 10) ** 3).sum())


def volume_cm3(diameters_mm: Sequence[float]) -> float:
    """Volume of spheres of these diameters, cm3.

    >>> round(volume_cm3([40]), 3)
    33.51
    """
    return math.pi / 6 * relative_units(diameters_mm)


def cells(diameters_mm: Sequence[float], cells_per_cm3: float = growth.CELLS_PER_CM3) -> float:
    """Cells of spheres of these diameters."""
    return float(growth.cells_of(list(diameters_mm), cells_per_cm3).sum())


def draw(patients: Mapping[str, Sequence[float]]) -> Drawing:
    """Number and relative volume of some patients side by side, each as a share of the largest; diameters
    in mm.
    """
    count = {name: len(sizes) for name, sizes in patients.items()}
    units = {name: relative_units(sizes) for name, sizes in patients.items()}
    return bars(
        [(name, number / max(count.values())) for name, number in count.items()],
        others=[("", unit / max(units.values())) for unit in units.values()],
        title="Number (dark) and volume (light), as a share of the largest",
        y="share",
        words="{:.2f}",
    )
