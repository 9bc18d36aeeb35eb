"""What a record is about: a tumour or none, and whether it holds anything of a question that few ask."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known
from paget.facts.rowwise import possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Truth
from paget.record.as_of import as_of

OPERATIVE: Final = "finding during operation"


def _facts(sets: ValueSets) -> Iterator[Fact]:
    yield Fact(
        "about_a_tumour", "truth", "The decision is about a primary tumour.", resolved_by="the record itself"
    )
    yield Fact(
        "operative_finding_recorded",
        "truth",
        "The record holds a finding during an operation.",
        resolved_by="the report of the operation",
    )
    yield Fact(
        "spread_found_at_operation",
        "truth",
        "An operation found spread that nobody expected.",
        resolved_by="the report of the operation",
    )
    yield Fact(
        "weight_loss_operation",
        "truth",
        "There was an operation for weight loss.",
        resolved_by="the report of the earlier operation",
    )
    for name, (meaning, _) in sets.recorded.items():
        yield Fact(name, "truth", meaning, resolved_by="the record itself")


def observations(sets: ValueSets) -> Plan:
    """By decision whether an observation of a file is recorded, or may be."""
    name = col("name")
    every = sorted({spelling for _, names in sets.recorded.values() for spelling in names})
    rows = as_of("observations").filter(name.is_null() | name.is_in(every))
    made: dict[str, Expr] = {}
    for fact, (_, names) in sets.recorded.items():
        is_it = name.is_in(names) & col("known")
        made[f"{fact}_yes"], made[f"{fact}_may"] = sure(is_it), possible(is_it)
    return rows.with_columns(**made).group_by("decision").agg(*(col(column).max() for column in made))


def during_operation(sets: ValueSets) -> Plan:
    """By decision what was found during operations.

    A patient with two primaries had one of them operated on; of which, the event does not say.
    """
    words, text = sets.words["operative_findings"], col("text")
    found = (col("kind") == OPERATIVE) & col("known")
    of_it = when(col("sole_tumour")).then(lit(True)).otherwise(lit(None, "truth"))
    spread = found & text.is_in(words["unexpected spread"]) & of_it
    none = text.is_in(words["no unexpected spread"]).fill_null(False)
    rows = as_of("events").with_columns(
        operative_yes=sure(found),
        operative_may=possible(found),
        operative_spread=sure(spread),
        operative_spread_may=possible(found & ~none),
    )
    names = ("operative_yes", "operative_may", "operative_spread", "operative_spread_may")
    return rows.group_by("decision").agg(*(col(name).max() for name in names))


def weight_loss_operations(sets: ValueSets) -> Plan:
    """By decision whether an operation for weight loss has begun."""
    procedure = col("procedure").is_in(sets.words["weight_loss_operations"]["weight loss"])
    begun = col("start_day_latest") <= col("as_of")
    rows = as_of("treatments").with_columns(weight_loss_yes=sure(procedure & begun & col("known")))
    return rows.group_by("decision").agg(col("weight_loss_yes").max())


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    about = parts.texts("decision_tumour") != np.array(None)
    never = np.zeros(parts.rows, np.bool_)
    recorded = parts.flag("operative_yes")
    found = {
        "about_a_tumour": FactColumn(Truth.where(about, ~about)),
        "operative_finding_recorded": FactColumn(Truth.where(recorded, ~parts.flag("operative_may"))),
        "spread_found_at_operation": FactColumn(
            Truth.where(parts.flag("operative_spread"), recorded & ~parts.flag("operative_spread_may"))
        ),
        "weight_loss_operation": FactColumn(Truth.where(parts.flag("weight_loss_yes"), never)),
    }
    for name in known.sets.recorded:
        found[name] = FactColumn(Truth.where(parts.flag(f"{name}_yes"), ~parts.flag(f"{name}_may")))
    return found


GROUP = Group(
    _facts,
    lambda shared: (
        observations(shared.sets),
        during_operation(shared.sets),
        weight_loss_operations(shared.sets),
    ),
    _formulas,
)
