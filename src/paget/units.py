"""Units of measurement: the twenty that the field needs, each with its dimension and factor.

A unit is part of a value. A threshold "50 mm" is a length; comparing it with a marker in ng/mL is
an error and not a conversion. Spellings follow UCUM, with the words that clinicians write beside them.

>>> quantity("5 cm").to("mm")
50.0
>>> quantity("200 ng/mL").dimension
'mass concentration'
"""

from __future__ import annotations

import difflib
import math
import re
from dataclasses import dataclass
from typing import Final

from paget.errors import UnitError

DAYS_PER_MONTH: Final = 30.4375  # a mean month of the Julian calendar, 365.25 / 12
DAYS_PER_YEAR: Final = 365.25


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit: its spelling, its dimension, and how many base units of the dimension it holds."""

    symbol: str
    dimension: str
    factor: float


_TABLE: Final[dict[str, dict[str, float]]] = {
    "length": {"mm": 1.0, "cm": 10.0, "m": 1000.0, "um": 0.001},
    "time": {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": DAYS_PER_YEAR},
    "volume": {"mL": 1.0, "cm3": 1.0, "L": 1000.0, "mm3": 0.001},
    "mass": {"g": 1.0, "kg": 1000.0, "mg": 0.001},
    "mass concentration": {
        "ng/mL": 1.0, "ug/L": 1.0, "ug/mL": 1e3, "mg/L": 1e3, "ng/L": 1e-3, "mg/dL": 1e4,
        "g/L": 1e6, "g/dL": 1e7,
    },
    "amount concentration": {"umol/L": 1.0, "mmol/L": 1e3},
    "catalytic concentration": {"[U]/L": 1.0, "U/L": 1.0},
    "arbitrary concentration": {"[IU]/mL": 1.0, "k[IU]/L": 1.0, "[IU]/L": 1e-3},
    "number concentration": {"10*9/L": 1.0, "10*3/uL": 1.0},
    "dose": {"Gy": 1.0, "cGy": 0.01},
    "angle": {"deg": 1.0},
    "flow": {"L/min": 1.0, "mL/min": 0.001},
    "volume flow by body mass": {"mL/kg/min": 1.0},
    "area volume": {"mL/m2": 1.0},
    "mass by area": {"kg/m2": 1.0},
    "share": {"%": 0.01},
    "pressure": {"mm[Hg]": 1.0},
    # Counts keep their noun: five lesions are not five organs.
    "lesion": {"lesion": 1.0},
    "organ": {"organ": 1.0},
    "node": {"node": 1.0},
    "fraction": {"fraction": 1.0},
    "segment": {"segment": 1.0},
    "number": {"": 1.0, "1": 1.0, "point": 1.0},
}  # fmt: skip

_WORDS: Final = {
    "days": "day", "d": "day", "weeks": "week", "wk": "week", "months": "month", "mo": "month",
    "years": "year", "a": "year", "lesions": "lesion", "organs": "organ", "nodes": "node",
    "fractions": "fraction", "segments": "segment", "points": "point", "millimetre": "mm",
    "ml": "mL", "cm^3": "cm3", "µg/L": "ug/L", "µmol/L": "umol/L", "degrees": "deg",
}  # fmt: skip

UNITS: Final[dict[str, Unit]] = {
    symbol: Unit(symbol, dimension, factor)
    for dimension, units in _TABLE.items()
    for symbol, factor in units.items()
}

_QUANTITY = re.compile(r"\s*([-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?)\s*(.*?)\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit."""

    value: float
    unit: Unit

    @property
    def dimension(self) -> str:
        """The kind of thing measured, e.g. ``"length"``."""
        return self.unit.dimension

    def to(self, symbol: str) -> float:
        """The number in another unit of the same dimension.

        Raises:
            UnitError: the two units measure different things.
        """
        other = unit(symbol)
        if other.dimension != self.unit.dimension:
            raise UnitError(
                f"{self.value:g} {self.unit.symbol} is a {self.unit.dimension}, "
                f"not a {other.dimension} in {other.symbol}",
                mend="write the value in a unit of the right kind",
            )
        if self.unit.factor == other.factor:
            return self.value  # 5 must stay exactly 5: no rounding through the base unit
        return self.value * self.unit.factor / other.factor


def unit(symbol: str) -> Unit:
    """The unit of that spelling.

    Raises:
        UnitError: nobody knows it; the nearest spellings are named.

    >>> unit("months").symbol
    'month'
    """
    known = UNITS.get(_WORDS.get(symbol, symbol))
    if known is None:
        near = difflib.get_close_matches(symbol, [*UNITS, *_WORDS], n=3)
        raise UnitError(
            f"unknown unit {symbol!r}",
            mend=f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(UNITS)}",
        )
    return known


def quantity(text: str | float) -> Quantity:
    """Read a number with a unit, "12 months", "0.5 ng/mL"; a bare number has no unit.

    Raises:
        UnitError: no number in front, or an unknown unit behind.
    """
    if isinstance(text, bool):
        raise UnitError("a yes or no is not a quantity", mend='write a number with a unit, "50 mm"')
    if isinstance(text, int | float):
        return Quantity(_finite(text), UNITS[""])
    match = _QUANTITY.fullmatch(text)
    if match is None:
        raise UnitError(
            f"cannot read {text!r} as a number with a unit",
            mend='write a decimal point and a unit, "12.5 mm"',
        )
    return Quantity(_finite(match[1]), unit(match[2]))


def _finite(text: str | float) -> float:
    try:
        number = float(text)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise UnitError("a number beyond all measure", mend="write a smaller number")
    return number
