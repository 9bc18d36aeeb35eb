"""The burden of metastases: the largest, volumes, the sum of cubes."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.parts import Flags, Numbers
from paget.possible import Range

SPHERE_ML_PER_MM3: Final = np.pi / 6 / 1000
CM3_PER_MM3: Final = 1e-3

_SIZES: Final = "measurement of every lesion, with complete staging"

FACTS = (
    number("largest_lesion", "Longest diameter of the largest metastasis.", "mm", _SIZES),
    number(
        "largest_liver_lesion",
        "Longest diameter of the largest liver metastasis.",
        "mm",
        "measurement of every liver lesion",
    ),
    number(
        "total_volume",
        "Volume of all metastases, each as a sphere on its longest diameter.",
        "mL",
        _SIZES,
        0.1,
    ),
    number("measured_volume", "Sum of measured volumes.", "mL", "volumetry of every lesion", 0.1),
    number("sum_of_cubes", "Sum of the cubes of the longest diameters.", "cm3", _SIZES, 0.1),
)


def _formulas(known: Known) -> dict[str, FactColumn]:
    """Sizes are open above while a lesion is unmeasured, uncounted, or not excluded."""
    parts = known.parts
    n = parts.count
    count = known.range("lesion_count")
    liver = known.range("liver_lesion_count")
    open_all = ~np.isfinite(count.high) | parts.flag("unsized")
    open_liver = ~np.isfinite(liver.high) | parts.flag("liver_unsized")
    open_volume = ~np.isfinite(count.high) | parts.flag("unmeasured")

    def bounded(low: Numbers, high: Numbers, is_open: Flags) -> Range:
        return Range(low, np.where(is_open, np.inf, np.maximum(high, low)))

    cubes = bounded(n("cubes_low"), n("cubes_high"), open_all)
    return {
        "largest_lesion": FactColumn(bounded(n("largest_low"), n("largest_high"), open_all)),
        "largest_liver_lesion": FactColumn(
            bounded(n("liver_largest_low"), n("liver_largest_high"), open_liver)
        ),
        "sum_of_cubes": FactColumn(cubes.times(CM3_PER_MM3)),
        "total_volume": FactColumn(cubes.times(SPHERE_ML_PER_MM3)),
        "measured_volume": FactColumn(bounded(n("volume_sum_low"), n("volume_sum_high"), open_volume)),
    }


GROUP = Group(lambda sets: FACTS, lambda shared: (shared.metastases,), _formulas)
