"""Blood values against the reference interval of their own laboratory: multiples of its limits.

A value and its limits stand in one row, in one unit, so that no conversion comes between them.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.by_name import ByName, Part
from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import latest_rows
from paget.plans import Expr, col, lit, when
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
NAMELESS: Final = "lab_nameless"
"""In the place of a name where a row has none: it may be any of them."""
_OPEN: Final = 1e300  # an open side inside a plan


def against_limits() -> ByName:
    """The last value and limit of each, one row a decision and fact; open sides where one is blank."""
    by_name = {name: fact for fact, (name, *_) in RATIOS.items()}
    of: Expr = lit(NAMELESS)
    limit: Expr = lit(None, "number")
    for name, fact in by_name.items():
        of = when(col("name") == name).then(lit(fact)).otherwise(of)
        limit = when(col("name") == name).then(col(RATIOS[fact][1])).otherwise(limit)
    rows = as_of("observations").filter(col("name").is_null() | col("name").is_in(by_name))
    rows = rows.with_columns(_of=of, _limit=limit)
    rows = latest_rows(rows, ["decision", "_of"], lit(True))
    rows = rows.with_columns(
        _low=col("low").fill_null(0.0),
        _high=col("high").fill_null(_OPEN),
        _least=col("_limit").fill_null(0.0),
        _most=col("_limit").fill_null(_OPEN),
    )
    last = rows.group_by("decision", "_of").agg(
        any=col("_any").max(),
        low=col("_low").min(),
        high=col("_high").max(),
        least=col("_least").min(),
        most=col("_most").max(),
        day=col("_newest").max(),
        day_latest=col("_to").max(),
    )
    return ByName(last, "_of", (NAMELESS, *RATIOS), last.columns[2:])


def _plans(shared: Shared) -> tuple[Part, ...]:
    return (against_limits(),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, found = known.parts, {}
    nameless = parts.told(f"{NAMELESS}_any")
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
