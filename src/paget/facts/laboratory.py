"""Blood values against the reference interval of their own laboratory: multiples of its limits.

A value and its limits stand in one row, in one unit, so that no conversion comes between them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import EARLY, latest_rows, sure
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range
from paget.record.as_of import as_of

RATIOS: Final = {
    "haemoglobin_of_lower_limit": ("haemoglobin", "reference_low", "Haemoglobin"),
    "calcium_of_upper_limit": ("corrected calcium", "reference_high", "Corrected calcium"),
    "neutrophils_of_upper_limit": ("neutrophils", "reference_high", "Neutrophils"),
    "platelets_of_upper_limit": ("platelets", "reference_high", "Platelets"),
    "ldh_of_upper_limit": ("ldh", "reference_high", "Lactate dehydrogenase"),
}
"""By fact: the observation, its limit, and its name in words."""

_SIDES: Final = {"reference_low": "lower", "reference_high": "upper"}

FACTS = tuple(
    number(
        name,
        f"{words} as a multiple of the {_SIDES[limit]} limit of its laboratory.",
        "",
        "a blood test with its reference interval",
        0.01,
    )
    for name, (_, limit, words) in RATIOS.items()
)

DIGITS: Final = 6  # a quotient is not written with the noise of its last digits
_NAMES: Final = tuple(name for name, _, _ in RATIOS.values())
_OPEN: Final = 1e300  # an open side inside a plan


def against_limits() -> Plan:
    """The last value and limit of each, one row a decision; open sides where one is blank."""
    rows = as_of("observations").filter(col("name").is_null() | col("name").is_in(_NAMES))
    rows = rows.with_columns(_what=col("name").fill_null(""))
    rows = latest_rows(rows, ["decision", "_what"], lit(True))
    made: dict[str, Expr] = {"lab_nameless": sure(col("_what") == "")}
    smallest: list[str] = []
    for fact, (name, limit, _) in RATIOS.items():
        here = col("_what") == name
        made[f"{fact}_any"] = when(here).then(col("_any")).otherwise(lit(0))
        made[f"{fact}_low"] = when(here).then(col("low").fill_null(0.0)).otherwise(lit(_OPEN))
        made[f"{fact}_high"] = when(here).then(col("high").fill_null(_OPEN)).otherwise(lit(-_OPEN))
        made[f"{fact}_least"] = when(here).then(col(limit).fill_null(0.0)).otherwise(lit(_OPEN))
        made[f"{fact}_most"] = when(here).then(col(limit).fill_null(_OPEN)).otherwise(lit(-_OPEN))
        made[f"{fact}_day"] = when(here).then(col("_newest")).otherwise(lit(EARLY))
        made[f"{fact}_day_latest"] = when(here).then(col("_to")).otherwise(lit(EARLY))
        smallest += [f"{fact}_low", f"{fact}_least"]
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(
        *(col(name).min() if name in smallest else col(name).max() for name in made)
    )


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (against_limits(),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, found = known.parts, {}
    nameless = parts.flag("lab_nameless")
    for name in RATIOS:
        nothing = ~parts.flag(f"{name}_any") | nameless
        value = Range(parts.count(f"{name}_low"), parts.count(f"{name}_high"))
        limit = Range(parts.count(f"{name}_least"), parts.count(f"{name}_most"))
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            low = np.where(limit.high >= _OPEN, 0.0, value.low / limit.high)
            high = np.where((limit.low <= 0) | (value.high >= _OPEN), np.inf, value.high / limit.low)
        low = np.where(nothing | ~np.isfinite(low), 0.0, np.maximum(low, 0.0))
        high = np.where(nothing | np.isnan(high), np.inf, high)
        ratio = Range(low.round(DIGITS), np.maximum(low, high).round(DIGITS))
        day = known.established(name)
        found[name] = FactColumn(ratio, Range(day.low, np.where(nameless, known.as_of, day.high)))
    return found


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
