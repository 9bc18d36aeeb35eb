"""Markers and general state as last measured, and the nodes of the primary as last staged."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.rowwise import latest_rows, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range
from paget.record.as_of import as_of
from paget.record.vocabulary import OBSERVATION_UNITS
from paget.units import UNITS

MARKERS: Final = ("cea", "ecog")
"""Observations that are facts of their own."""

FACTS = (
    number(
        "primary_nodes_positive",
        "Regional nodes of the primary with tumour.",
        "node",
        "pathology of the primary",
    ),
    number("cea", "CEA in serum.", "ng/mL", "a blood test: CEA", 0.1),
    number("ecog", "Performance status, ECOG.", "", "examination"),
    number("cea_age", "Age of the last CEA.", "day", "a blood test: CEA"),
)


def _plans(shared: Shared) -> tuple[Plan, ...]:
    observations = as_of("observations")
    return nodes(shared.sets), *(marker(observations, name) for name in MARKERS)


def nodes(sets: ValueSets) -> Plan:
    """Positive regional nodes of the primary as last staged: smallest, largest, open above."""
    counted, category = col("nodes_positive"), col("n")
    first_time = ~col("prefix").is_in(["r", "rp", "a"])
    rows = latest_rows(as_of("stagings"), ["decision"], col("of_tumour") & first_time)
    negative, positive = category.is_in(sets.nodes_negative), category.is_in(sets.nodes_positive)
    rows = rows.with_columns(
        _low=when(~counted.is_null()).then(counted).when(positive).then(lit(1)).otherwise(lit(0)),
        _high=when(~counted.is_null()).then(counted).otherwise(lit(0)),
        _open=when(~counted.is_null()).then(lit(0)).when(negative).then(lit(0)).otherwise(lit(1)),
    )
    return rows.group_by("decision").agg(
        nodes_any=col("_any").max(),
        nodes_low=col("_low").min(),
        nodes_high=col("_high").max(),
        nodes_open=col("_open").max(),
        nodes_day=col("_newest").max(),
        nodes_day_latest=col("_to").max(),
    )


def marker(rows: Plan, name: str) -> Plan:
    """The last value of an observation in its own unit: low, high, whether a side is open, and its day."""
    wanted = OBSERVATION_UNITS[name]
    dimension, base = UNITS[wanted].dimension, UNITS[wanted].factor
    factors: dict[float, list[str]] = {}
    for unit in UNITS.values():
        if unit.dimension == dimension:
            factors.setdefault(unit.factor / base, []).append(unit.symbol)
    written = col("unit")
    fits = written.is_null() | written.is_in([unit for symbols in factors.values() for unit in symbols])
    rows = latest_rows(rows, ["decision"], (col("name") == name) & fits.fill_null(False))
    factor: Expr = lit(None, "number")
    for value, symbols in factors.items():
        is_it = written.is_in(symbols)
        if dimension == "number":
            is_it = is_it | written.is_null()
        factor = when(is_it).then(lit(value)).otherwise(factor)
    rows = rows.with_columns(_factor=factor).with_columns(
        _low=col("low") * col("_factor"), _high=col("high") * col("_factor")
    )
    rows = rows.with_columns(
        _low_open=sure(col("_low").is_null()),
        _high_open=sure(col("_high").is_null()),
        _low=col("_low").fill_null(0.0),
        _high=col("_high").fill_null(0.0),
    )
    return rows.group_by("decision").agg(
        **{
            f"{name}_any": col("_any").max(),
            f"{name}_low": col("_low").min(),
            f"{name}_high": col("_high").max(),
            f"{name}_low_open": col("_low_open").max(),
            f"{name}_high_open": col("_high_open").max(),
            f"{name}_day": col("_newest").max(),
            f"{name}_day_latest": col("_to").max(),
        }
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    found: dict[str, FactColumn] = {}
    parts = known.parts
    n = parts.count
    for name in MARKERS:
        nothing = ~parts.flag(f"{name}_any")
        low = np.where(nothing | parts.flag(f"{name}_low_open"), 0.0, n(f"{name}_low"))
        high = np.where(nothing | parts.flag(f"{name}_high_open"), np.inf, n(f"{name}_high"))
        found[name] = FactColumn(Range(low, np.maximum(low, high)), known.established(name))
    nothing = ~parts.flag("nodes_any")
    low = np.where(nothing, 0.0, n("nodes_low"))
    high = np.where(nothing | parts.flag("nodes_open"), np.inf, n("nodes_high"))
    found["primary_nodes_positive"] = FactColumn(
        Range(low, np.maximum(low, high)), known.established("nodes")
    )
    found["cea_age"] = FactColumn(known.age("cea"))
    return found


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
