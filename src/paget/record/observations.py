"""Measured values of known names: their unit, the values that are possible, and conversion between units.

A marker is compared with a threshold in one unit. Concentrations by mass and by amount of a substance
of known molar mass are converted into each other; other dimensions are refused.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final, Literal

from paget.errors import UnitError
from paget.record.vocabulary import MOLAR_MASS, OBSERVATION_LIMITS, OBSERVATION_UNITS
from paget.units import Unit, unit

NG_PER_ML_IN_G_PER_L: Final = 1e-6  # 1 ng/mL = 1 ug/L = 1e-6 g/L
UMOL_PER_L_IN_MOL_PER_L: Final = 1e-6

Usable = Literal["yes", "no unit", "unknown unit", "wrong dimension"]


def known_name(name: str) -> str:
    """The name in the spelling of the vocabulary where it is one of those; any other name as it is.

    >>> known_name(" CEA"), known_name("KRAS")
    ('cea', 'KRAS')
    """
    plain = name.strip().casefold()
    return plain if plain in OBSERVATION_UNITS else name


@lru_cache(maxsize=4096)
def conversion(name: str, symbol: str | None) -> tuple[Usable, float]:
    """Whether a unit can be used for an observation, and the factor to the unit in which facts hold it.

    Args:
        name: the observation; of a name that paget does not know every unit can be used, with factor 1.
        symbol: the unit as written; None: not written.

    >>> conversion("cea", "ug/L"), conversion("cea", "mm")
    (('yes', 1.0), ('wrong dimension', nan))
    >>> round(conversion("creatinine", "mg/dL")[1], 1)
    88.4
    """
    wanted = OBSERVATION_UNITS.get(name)
    if wanted is None:
        return "yes", 1.0
    written = "" if symbol is None or (symbol.startswith("{") and symbol.endswith("}")) else symbol
    to = unit(wanted)
    if not written and to.dimension != "number":
        return "no unit", float("nan")
    try:
        given = unit(written)
    except UnitError:
        return "unknown unit", float("nan")
    if given.dimension == to.dimension:
        return "yes", given.factor / to.factor
    if name in MOLAR_MASS:
        factor = _through_molar_mass(given, to, MOLAR_MASS[name])
        if factor is not None:
            return "yes", factor
    return "wrong dimension", float("nan")


def _through_molar_mass(given: Unit, to: Unit, grams_per_mole: float) -> float | None:
    mass, amount = "mass concentration", "amount concentration"
    micromoles_per_nanogram = NG_PER_ML_IN_G_PER_L / grams_per_mole / UMOL_PER_L_IN_MOL_PER_L
    if (given.dimension, to.dimension) == (mass, amount):
        return given.factor * micromoles_per_nanogram / to.factor
    if (given.dimension, to.dimension) == (amount, mass):
        return given.factor / micromoles_per_nanogram / to.factor
    return None


def value_problem(
    name: str | None, low: float | None, high: float | None, unit_symbol: str | None
) -> tuple[str, str, str] | None:
    """What makes an observation impossible: (what, how to mend it, column), or None.

    >>> value_problem("cea", 40.0, 40.0, "mm")[0]
    'a unit of another dimension'
    """
    if name is None or name not in OBSERVATION_UNITS:
        return None
    usable, factor = conversion(name, unit_symbol)
    fault = unit_problem(name, usable)
    if fault is not None:
        return fault
    least, most, zero = limits(name, usable)
    if high is not None and high == 0 and not zero:
        return ZERO
    for bound in (low, high):
        if bound is None:
            continue
        value = bound * factor if usable == "yes" else bound
        if (least is not None and value < least) or (most is not None and value > most):
            return OUTSIDE
    return None


def limits(name: str, usable: Usable) -> tuple[float | None, float | None, bool]:
    """Least and greatest possible value, and whether zero is possible; without a unit only the sign counts.

    >>> limits("haemoglobin", "yes"), limits("haemoglobin", "no unit")
    ((0, 30, False), (0, None, False))
    """
    least, most, zero = OBSERVATION_LIMITS.get(name, (None, None, True))
    if usable == "no unit":
        return (None if least is None else min(least, 0)), None, zero
    return least, most, zero


ZERO: Final = ("a concentration of zero", 'write the limit of detection, value: "<0.5"', "high")
OUTSIDE: Final = ("outside the possible values of this observation", "check the number and its unit", "low")


def unit_problem(name: str, usable: Usable) -> tuple[str, str, str] | None:
    """The problem with the unit of an observation of a known name, or None."""
    wanted = OBSERVATION_UNITS[name]
    shown = wanted or "no unit"
    if usable == "unknown unit":
        return "a unit that nobody knows", f"write it in {shown}", "unit"
    if usable == "wrong dimension":
        return "a unit of another dimension", f"write it in {shown}", "unit"
    return None
