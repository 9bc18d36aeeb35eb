"""Facts of a record on decision days: a case in memory, a registry on Polars, DuckDB or another engine.

Both run the same plan (:mod:`paget.facts.catalogue`), which is built once for the knowledge in force and
bound to the record's tables.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from operator import itemgetter
from typing import Any

import narwhals as nw

from paget.facts import ahead, drugs
from paget.facts.by_name import Part, rows_of
from paget.facts.catalogue import fact_table, parts_of_plan
from paget.facts.declaration import FactTable
from paget.facts.group import Shared
from paget.facts.parts import of_frames, of_lists
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.plans import Plan
from paget.record.as_of import DECISIONS
from paget.record.decision_days import decisions
from paget.record.prepared import Columns, FewRows, ManyRows, Prepared

Asked = nw.LazyFrame[Any] | Columns


@lru_cache(maxsize=8)
def _bound(knowledge: Knowledge) -> tuple[ValueSets, tuple[Part, ...], tuple[Plan, ...]]:
    sets = ValueSets.of(knowledge)
    parts = parts_of_plan(sets)
    return sets, parts, tuple(rows_of(part) for part in parts)


def derive(record: Prepared, asked: Asked, knowledge: Knowledge) -> FactTable:
    """The facts of some decisions.

    Args:
        record: ready for views.
        asked: one row a decision, as :func:`ask` gives them.
        knowledge: the knowledge in force.
    """
    sets, parts, plans = _bound(knowledge)
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        found = zip(parts, record.each(plans, asked=asked), strict=True)
        return fact_table(of_lists(asked, found), sets)
    if isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        decisions = asked.collect("polars").to_native()
        rows = zip(parts, record.each(plans, asked=asked), strict=True)
        return fact_table(of_frames(decisions, rows), sets)
    raise TypeError("the decisions are of another record: ask with the same one")


class Moment(IntEnum):
    """What a decision is about: what a user asks for, or an earlier day that stands beside it."""

    ASKED = 0
    BEFORE_DRUGS = 1
    OPERATION = 2


def with_earlier(
    record: Prepared, asked: Asked, knowledge: Knowledge
) -> tuple[Asked, list[tuple[Moment, int]]]:
    """Decisions, followed by those on earlier days that stand beside them; all to be derived in one run.

    Beside a decision stand the first day of drugs for metastases, where that is one certain day, and the
    day of each operation that was done.

    Args:
        record: ready for views.
        asked: one row a decision, numbered from 0, as :func:`ask` gives them.
        knowledge: the knowledge in force.

    Returns:
        the decisions, and for each in the order of their numbers what it is and the number of the decision
        that it stands beside (its own, when it is asked for).
    """
    plans, names = _earlier(knowledge), DECISIONS.columns[1:]
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        parts = (asked, *record.each(plans, asked=asked))
        rows = [
            (moment, *row)
            for moment, part in zip(Moment, parts, strict=True)
            for row in zip(*(part[name] for name in DECISIONS.columns), strict=True)
        ]
        rows.sort(key=itemgetter(0, 1, 1 + DECISIONS.columns.index("as_of")))
        together = {name: [row[place] for row in rows] for place, name in enumerate(names, start=2)}
        return {"decision": list(range(len(rows))), **together}, [row[:2] for row in rows]
    if isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        frames = [asked, *(record.frame(plan, asked=asked) for plan in plans)]
        marked = [
            part.select(*names, _moment=nw.lit(int(moment)), _of=nw.col("decision"))
            for moment, part in zip(Moment, frames, strict=True)
        ]
        whole = nw.concat(marked, how="vertical")
        numbered = whole.with_row_index("decision", order_by=["_moment", "_of", "as_of"])
        held = record.hold(numbered.with_columns(nw.col("decision").cast(nw.Int64)))
        beside = held.select("decision", "_moment", "_of").collect("polars").sort("decision")
        pairs = zip(beside["_moment"].to_list(), beside["_of"].to_list(), strict=True)
        return held.drop("_moment", "_of"), [(Moment(moment), int(of)) for moment, of in pairs]
    raise TypeError("the decisions are of another record: ask with the same one")


@lru_cache(maxsize=8)
def _earlier(knowledge: Knowledge) -> tuple[Plan, Plan]:
    """The first day of drugs and the days of operations, each row under the number of its decision."""
    shared = Shared(ValueSets.of(knowledge))
    return drugs.first_days(shared), ahead.past(shared.treatments)


def ask(record: Prepared, on: int | nw.LazyFrame[Any] | None = None, tumour: str | None = None) -> Asked:
    """The decisions that a user asks for: one for each primary, on a day, each patient's own, or the last."""
    return decisions(record, on, tumour)
