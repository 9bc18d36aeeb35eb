"""Facts of a record on decision days: a case in memory, a registry on Polars, DuckDB or another engine.

Both run the same plan (:mod:`paget.facts.catalogue`), which is built once for the knowledge in force and
bound to the record's tables.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import narwhals as nw

from paget.facts import ahead, drugs
from paget.facts.catalogue import fact_table, plans
from paget.facts.declaration import FactTable
from paget.facts.group import Shared
from paget.facts.parts import of_frames, of_lists
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.plans import Plan
from paget.record.decision_days import decisions
from paget.record.prepared import Columns, FewRows, ManyRows, Prepared

Asked = nw.LazyFrame[Any] | Columns


@lru_cache(maxsize=8)
def _bound(knowledge: Knowledge) -> tuple[ValueSets, tuple[Plan, ...]]:
    sets = ValueSets.of(knowledge)
    return sets, plans(sets)


def derive(record: Prepared, asked: Asked, knowledge: Knowledge) -> FactTable:
    """The facts of some decisions.

    Args:
        record: ready for views.
        asked: one row a decision, as :func:`ask` gives them.
        knowledge: the knowledge in force.
    """
    sets, facts = _bound(knowledge)
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        return fact_table(of_lists(asked, record.each(facts, asked=asked)), sets)
    if isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        decisions = asked.collect("polars").to_native()
        return fact_table(of_frames(decisions, record.each(facts, asked=asked)), sets)
    raise TypeError("the decisions are of another record: ask with the same one")


def before_drugs(record: Prepared, asked: Asked, knowledge: Knowledge) -> Asked:
    """Those decisions before which drugs for metastases were given, on the first day of these.

    Args:
        record: ready for views.
        asked: one row a decision, as :func:`ask` gives them.
        knowledge: the knowledge in force.

    Returns:
        the same decisions, under their numbers, on the earlier day; none where that is not one certain day.
    """
    earlier = _first_days(knowledge)
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        return record.run(earlier, asked=asked)
    if isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        return record.hold(record.frame(earlier, asked=asked))
    raise TypeError("the decisions are of another record: ask with the same one")


@lru_cache(maxsize=8)
def _first_days(knowledge: Knowledge) -> Plan:
    return drugs.first_days(Shared(ValueSets.of(knowledge)))


def past_operations(record: Prepared, asked: Asked, knowledge: Knowledge) -> tuple[Asked, list[int]]:
    """A decision on the day of each operation that was done, and the number of the decision that it precedes.

    Args:
        record: ready for views.
        asked: one row a decision, as :func:`ask` gives them.
        knowledge: the knowledge in force.
    """
    plan = _past_operations(knowledge)
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        found = record.run(plan, asked=asked)
        order = sorted(
            range(len(found["as_of"])), key=lambda row: (found["of_decision"][row], found["as_of"][row])
        )
        sorted_rows = {name: [values[row] for row in order] for name, values in found.items()}
        return {**sorted_rows, "decision": list(range(len(order)))}, list(sorted_rows["of_decision"])
    if isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        frame = record.frame(plan, asked=asked).with_row_index("decision", order_by=["of_decision", "as_of"])
        held = record.hold(frame.with_columns(nw.col("decision").cast(nw.Int64)))
        numbers = held.select("decision", "of_decision").collect("polars").sort("decision")
        return held.drop("of_decision"), [int(one) for one in numbers["of_decision"].to_list()]
    raise TypeError("the decisions are of another record: ask with the same one")


@lru_cache(maxsize=8)
def _past_operations(knowledge: Knowledge) -> Plan:
    return ahead.past(Shared(ValueSets.of(knowledge)).treatments)


def ask(record: Prepared, on: int | nw.LazyFrame[Any] | None = None, tumour: str | None = None) -> Asked:
    """The decisions that a user asks for: one for each primary, on a day, each patient's own, or the last."""
    return decisions(record, on, tumour)
