"""Studies: which regions they close, how old the last of each examination is, and which were not done."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.rowwise import EARLY, early, late, possible, sure
from paget.facts.value_sets import Examination, ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range, Truth
from paget.record.as_of import as_of, values

_FREQUENT: Final = frozenset({"ct", "mr", "pet-ct", "pet-mr"})
"""Kinds of study of which a registry has many; the others are few, and looked at apart from them."""


def _facts(sets: ValueSets) -> Iterator[Fact]:
    for name, one in sets.examinations.items():
        yield number(f"{name}_age", f"Age of the last {one.words}.", "day", one.words)
        yield Fact(
            f"{name}_not_done",
            "truth",
            f"The record says that no {one.words} was done, and holds none.",
            resolved_by="whoever asked for it",
        )


def _regions(rows: Plan) -> Plan:
    """A row a study and region that it covers."""
    covers = values("studies", "covers").select("row_id", "patient_id", region="value")
    return rows.join(covers, on=["patient_id", "row_id"], how="left")


def _frequent(one: Examination) -> bool:
    return not _FREQUENT.isdisjoint(one.kinds)


def studies(sets: ValueSets) -> Plan:
    """Which regions are closed by a study young enough, and the last day of each frequent examination."""
    young: dict[str, Expr] = {}  # asked of a study, before it is there once for each region
    for name, region in sets.regions.items():
        closes: Expr = lit(False)
        for age in sorted(set(region.ages.values())):
            kinds = [kind for kind, days in region.ages.items() if days == age]
            closes = closes | (col("kind").is_in(kinds) & (col("day") >= col("as_of") - age))
        young[f"_{name}"] = closes & col("known")
    rows = as_of("studies").with_columns(**young)
    rows = _regions(
        rows.select("decision", "patient_id", "row_id", "kind", "day", "day_latest", "known", *young)
    )
    made = {
        f"closed_{name}": sure(col(f"_{name}") & col("region").is_in(region.covers))
        for name, region in sets.regions.items()
    }
    made |= _last({name: _is(one) for name, one in sets.examinations.items() if _frequent(one)})
    return rows.with_columns(**made).group_by("decision").agg(*(col(name).max() for name in made))


def rare_studies(sets: ValueSets) -> Plan:
    """The last day of each examination that is no frequent study."""
    rare = {name: one for name, one in sets.examinations.items() if one.kinds and not _frequent(one)}
    kinds = {kind for one in rare.values() for kind in one.kinds}
    rows = as_of("studies").filter(col("kind").is_null() | col("kind").is_in(sorted(kinds)))
    rows = _regions(rows.select("decision", "patient_id", "row_id", "kind", "day", "day_latest", "known"))
    made = _last({name: _is(one) for name, one in rare.items()})
    return rows.with_columns(**made).group_by("decision").agg(*(col(name).max() for name in made))


def measured(sets: ValueSets) -> Plan:
    """The last day of each examination that is a measured value, and what is said not to have been done."""
    name, text = col("name"), col("text")
    markers = {key: one.observations for key, one in sets.examinations.items() if one.observations}
    every = {spelling for names in markers.values() for spelling in names}
    rows = as_of("observations").filter(name.is_null() | name.is_in(sorted(every | set(sets.not_done))))
    made = _last({key: name.is_in(names) & col("known") for key, names in markers.items()}, "_value")
    said = name.is_in(sets.not_done) & col("known")
    for key, one in sets.examinations.items():
        made[f"{key}_refused"] = sure(said & text.is_in(one.names))
    return rows.with_columns(**made).group_by("decision").agg(*(col(column).max() for column in made))


def _is(one: Examination) -> Expr:
    """Whether a row of the studies is the examination."""
    kind = col("kind").is_in(one.kinds) & col("known")
    return kind & col("region").is_in(one.covers) if one.covers else kind


def _last(rows: Mapping[str, Expr], word: str = "") -> dict[str, Expr]:
    """By name: the day of a row that certainly is it, and of one that may be."""
    made: dict[str, Expr] = {}
    for name, is_it in rows.items():
        made[f"{name}{word}_day"] = when(is_it).then(early(col("day"))).otherwise(lit(EARLY))
        made[f"{name}{word}_day_latest"] = (
            when(possible(is_it) == 1).then(late(col("day_latest"))).otherwise(lit(EARLY))
        )
    return made


def _formulas(known: Known) -> dict[str, FactColumn]:
    found: dict[str, FactColumn] = {}
    parts = known.parts
    for name, one in known.sets.examinations.items():
        ways = [word for word, is_so in (("", bool(one.kinds)), ("_value", bool(one.observations))) if is_so]
        day = _latest([known.established(f"{name}{word}") for word in ways])
        age = Range(known.as_of - day.high, known.as_of - day.low)
        there = np.isfinite(day.low)
        may_be = np.zeros(parts.rows, np.bool_)
        for word in ways:
            may_be |= parts.numbers(f"{name}{word}_day_latest") > EARLY
        found[f"{name}_age"] = FactColumn(age)
        found[f"{name}_not_done"] = FactColumn(Truth.where(parts.flag(f"{name}_refused") & ~may_be, there))
    return found


def _latest(days: Iterable[Range]) -> Range:
    """The last of several days."""
    first, *others = days
    for other in others:
        first = Range(np.maximum(first.low, other.low), np.maximum(first.high, other.high))
    return first


GROUP = Group(
    _facts,
    lambda shared: (studies(shared.sets), rare_studies(shared.sets), measured(shared.sets)),
    _formulas,
)
