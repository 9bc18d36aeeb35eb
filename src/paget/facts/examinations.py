"""Studies: which regions they close, and how old the last of each examination is."""

from __future__ import annotations

from collections.abc import Iterator

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.rowwise import EARLY, early, late, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.record.as_of import as_of, values


def _facts(sets: ValueSets) -> Iterator[Fact]:
    for name, one in sets.examinations.items():
        yield number(f"{name}_age", f"Age of the last {one.words}.", "day", one.words)


def studies(sets: ValueSets) -> Plan:
    """Which regions are closed by a study young enough, and the last day of each examination."""
    covers = values("studies", "covers").select("row_id", "patient_id", region="value")
    rows = as_of("studies").select(
        "decision", "patient_id", "as_of", "row_id", "kind", "day", "day_latest", "known"
    )
    rows = rows.join(covers, on=["patient_id", "row_id"], how="left")
    known = col("known").fill_null(False)
    made: dict[str, Expr] = {}
    for name, region in sets.regions.items():
        closes: Expr = lit(False)
        for age in sorted(set(region.ages.values())):
            kinds = [kind for kind, days in region.ages.items() if days == age]
            closes = closes | (col("kind").is_in(kinds) & (col("day") >= col("as_of") - age)).fill_null(False)
        made[f"closed_{name}"] = sure(closes & col("region").is_in(region.covers).fill_null(False) & known)
    for name, examination in sets.examinations.items():
        is_it = col("kind").is_in(examination.kinds) & col("region").is_in(examination.covers) & col("known")
        made[f"{name}_day"] = when(is_it).then(early(col("day"))).otherwise(lit(EARLY))
        made[f"{name}_day_latest"] = (
            when(possible(is_it) == 1).then(late(col("day_latest"))).otherwise(lit(EARLY))
        )
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(*(col(name).max() for name in made))


def _formulas(known: Known) -> dict[str, FactColumn]:
    return {f"{name}_age": FactColumn(known.age(name)) for name in known.sets.examinations}


GROUP = Group(_facts, lambda shared: (studies(shared.sets),), _formulas)
