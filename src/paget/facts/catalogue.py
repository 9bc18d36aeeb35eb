"""The catalogue: the groups of facts, every fact that rules may read, the plan and the table of all."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from paget.facts import (
    after_local,
    burden,
    drugs,
    earlier_state,
    examinations,
    failure,
    growth,
    intent,
    intervals,
    invasion,
    irradiation,
    laboratory,
    liver_resection,
    livers,
    local,
    lungs,
    markers,
    molecular,
    observed,
    organs,
    pathology,
    person,
    plan_under_way,
    recorded,
    resection,
    spread,
    tumour,
    vanished,
)
from paget.facts.by_name import ByName, Part, rows_of
from paget.facts.declaration import Fact, FactTable
from paget.facts.group import Group, Known, Shared
from paget.facts.parts import Parts
from paget.facts.titles import titled
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.plans.merging import merged
from paget.record.as_of import DECISIONS

GROUPS: Final[tuple[Group, ...]] = (
    tumour.GROUP,
    spread.GROUP,
    burden.GROUP,
    intervals.GROUP,
    local.GROUP,
    failure.GROUP,
    intent.GROUP,
    earlier_state.GROUP,
    vanished.GROUP,
    after_local.GROUP,
    markers.GROUP,
    examinations.GROUP,
    observed.GROUP,
    recorded.GROUP,
    person.GROUP,
    pathology.GROUP,
    molecular.GROUP,
    laboratory.GROUP,
    organs.GROUP,
    drugs.GROUP,
    lungs.GROUP,
    livers.GROUP,
    invasion.GROUP,
    resection.GROUP,
    irradiation.GROUP,
    growth.GROUP,
    plan_under_way.GROUP,
    liver_resection.GROUP,
)
"""In an order in which each group reads facts only of those before."""


def catalogue(knowledge: Knowledge) -> dict[str, Fact]:
    """Every fact by name; one for the age of each examination named in knowledge.

    >>> catalogue(Knowledge.load())["liver_mr_age"].title
    'Age of the last MRI of the liver'
    """
    sets = ValueSets.of(knowledge)
    return {fact.name: fact for fact in titled(fact for group in GROUPS for fact in group.facts(sets))}


def parts_of_plan(sets: ValueSets) -> tuple[Part, ...]:
    """The parts of the plan of all facts, in no particular order; what their plans share is one step.

    Raises:
        ValueError: two parts have a column of one name.
    """
    shared = Shared(sets)
    parts = {id(part): part for group in GROUPS for part in group.plans(shared)}
    seen = set(DECISIONS.columns)
    for part in parts.values():
        mine = set(part.columns) - {"decision"}
        if seen & mine:
            raise ValueError(f"two parts of the plan have a column {min(seen & mine)}: rename one")
        seen |= mine
    rows = merged(*(rows_of(part) for part in parts.values()))
    return tuple(
        replace(part, rows=plan) if isinstance(part, ByName) else plan
        for part, plan in zip(parts.values(), rows, strict=True)
    )


def fact_table(parts: Parts, sets: ValueSets) -> FactTable:
    """All facts of the decisions of a plan's rows, in the order of their numbers."""
    known = Known(parts, sets, parts.count("as_of"))
    for group in GROUPS:
        known.columns.update(group.formulas(known))
    return FactTable(
        np.array([str(int(number)) for number in parts.count("decision").tolist()], np.object_),
        parts.texts("patient_id"),
        np.where(parts.texts("decision_tumour") == np.array(None), "", parts.texts("decision_tumour")),
        known.as_of,
        known.columns,
        ~(parts.count("calendar") < 0),
    )
