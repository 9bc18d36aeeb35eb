"""What is known of a case, as plain numbers, and how well each virtual patient fits it.

A number, a range of two when it is known only within bounds, or None when it is not known: a wider range
never lowers a weight, and what is not known says nothing. Interval and sizes fit within a tolerance, by the
kernel 1 - (d / tolerance)^2 of the distance d to the range, 0 beyond it [1]; counts and organs fit or do not.

[1] Beaumont MA, Zhang W, Balding DJ. Genetics 2002;162:2025-2035 (weights by the Epanechnikov kernel).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.biology.virtual_patient import VirtualPatients
from paget.errors import BadInput

Floats = NDArray[np.float64]
Bounds = float | tuple[float, float] | None

LIMITS: Final = {
    "interval_days": (0.0, 36525.0, "day"),
    "lesions": (1.0, 1000.0, "lesion"),
    "largest_mm": (0.1, 1000.0, "mm"),
    "sizes": (0.1, 1000.0, "mm"),
}


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a case on the day on which metastases were first seen, and of their size over time.

    Attributes:
        interval_days: from the removal of the primary to that day.
        lesions: how many were seen on it.
        organs: in which some were seen.
        clear: in which an examination showed none; an organ in neither list is not known.
        largest_mm: diameter of the largest on that day.
        sizes: of the largest, without treatment: days after that day (below 0: before it) and diameter in mm.

    >>> case = Known(interval_days=(330, 400), lesions=1, organs=("liver",), clear=("lung",), largest_mm=18)
    >>> case.items
    ('interval_days', 'lesions', 'organs', 'clear', 'largest_mm')
    """

    interval_days: Bounds = None
    lesions: Bounds = None
    organs: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()
    largest_mm: Bounds = None
    sizes: tuple[tuple[float, Bounds], ...] = ()

    def __post_init__(self) -> None:
        for name in ("interval_days", "lesions", "largest_mm"):
            bounds(name, getattr(self, name))
        for day, size in self.sizes:
            bounds("sizes", size)
            if not abs(day) <= 36525:
                raise BadInput("a day lies outside its range", where="sizes", mend="days from the first day")
        if self.interval_days is not None and bounds("interval_days", self.interval_days)[1] <= 0:
            raise BadInput(
                "the model does not reach this case",
                where="interval_days",
                why="it begins with nothing found on the day the primary is removed",
                mend="no forecast for metastases found with the primary",
            )
        if self.largest_mm is not None and any(day == 0 for day, _ in self.sizes):
            raise BadInput("the first size is given twice", where="sizes", mend="leave out largest_mm")
        if set(self.organs) & set(self.clear):
            raise BadInput("an organ is in both lists", where="clear", mend="name it once")

    @property
    def items(self) -> tuple[str, ...]:
        """The names of what is known."""
        return tuple(name for name in self.__dataclass_fields__ if getattr(self, name) not in (None, ()))

    def weights(
        self,
        model: VirtualPatients,
        rows: Mapping[str, Floats],
        *,
        tolerance_days: float,
        tolerance_mm: float,
    ) -> dict[str, Floats]:
        """How well each virtual patient fits each thing known; the product is the patient's weight.

        Args:
            model: of the rows.
            rows: (patients,) columns of :data:`paget.biology.kept.ROW`, lesions seen in all of them.
            tolerance_days: of the interval.
            tolerance_mm: of a diameter, as a difference of its logarithm.

        Returns:
            By the name of what is known (patients,) numbers from 0 to 1.

        Raises:
            BadInput: an organ that the model does not have.
        """
        found: dict[str, Floats] = {}
        for name in self.items:
            if name == "interval_days":
                low, high = bounds(name, self.interval_days)
                found[name] = kernel(rows["first_seen"], low, high, tolerance_days)
            elif name == "lesions":
                low, high = bounds(name, self.lesions)
                found[name] = ((rows["lesions_seen"] >= low) & (rows["lesions_seen"] <= high)).astype(float)
            elif name in ("organs", "clear"):
                bits = self._bits(name, model)
                inside = rows["organs_seen"].astype(np.int64) & bits
                found[name] = (inside == (bits if name == "organs" else 0)).astype(float)
            else:
                sizes = ((0.0, self.largest_mm),) if name == "largest_mm" else self.sizes
                found[name] = np.ones(rows["first_seen"].size)
                for day, size in sizes:
                    low, high = (math.log(one) for one in bounds(name, size))
                    found[name] *= kernel(np.log(diameter_on(day, model, rows)), low, high, tolerance_mm)
        return found

    def _bits(self, name: str, model: VirtualPatients) -> int:
        unknown = [organ for organ in getattr(self, name) if organ not in model.organs]
        if unknown:
            raise BadInput(
                "the model does not have such an organ",
                where=name,
                mend=f"there are: {', '.join(model.organs)}",
            )
        return sum(1 << model.organs.index(organ) for organ in set(getattr(self, name)))


def bounds(name: str, value: Bounds) -> tuple[float, float]:
    """The two bounds of a value; the widest possible when it is not known.

    Raises:
        BadInput: outside its range, or the lower bound above the upper.

    >>> bounds("lesions", 2), bounds("lesions", None)
    ((2.0, 2.0), (1.0, 1000.0))
    """
    least, most, unit = LIMITS[name]
    low, high = (least, most) if value is None else value if isinstance(value, tuple) else (value, value)
    if not least <= low <= high <= most:
        mend = f"a number from {least:g} to {most:g} {unit}, or two of them in order"
        raise BadInput(f"{name} lies outside its range", where=name, mend=mend)
    return float(low), float(high)


def kernel(values: ArrayLike, low: float, high: float, tolerance: float) -> Floats:
    """1 - (d / tolerance)^2 of the distance d of each value to a range, and 0 beyond the tolerance.

    >>> kernel([5, 10, 22, 25, 40], 10, 20, 10).tolist()
    [0.75, 1.0, 0.96, 0.75, 0.0]
    """
    numbers = np.asarray(values, float)
    away = np.maximum(np.maximum(low - numbers, numbers - high), 0.0)
    return np.asarray(np.maximum(1 - (away / tolerance) ** 2, 0.0))


def diameter_on(day: float, model: VirtualPatients, rows: Mapping[str, Floats]) -> Floats:
    """(patients,) diameter in mm of the largest lesion some days after it was seen, left alone.

    The clock of the lesion's Gompertz curve is moved by rate times day; see :mod:`paget.biology.lesion`.
    """
    numbers = model.numbers()
    least_log, least_mm = numbers.log_least, numbers.least_mm
    ceiling = float(model.values["ceiling_log10"])
    crowding = 1 / (ceiling * math.log(10)) if ceiling else 0.0
    log_cells = least_log + 3 * np.log(rows["largest_mm"] / least_mm)
    moved = rows["largest_rate"] * day
    if crowding:
        size = (1 - (1 - crowding * log_cells) * np.exp(-crowding * moved)) / crowding
    else:
        size = log_cells + moved
    return np.asarray(least_mm * np.exp((np.maximum(size, 0.0) - least_log) / 3))
