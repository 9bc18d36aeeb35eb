"""Facts of a record on decision days: on Polars, DuckDB, or any engine that narwhals knows lazily.

A few cases are computed step by step in memory, because planning some hundred expressions costs more
than running them on one patient; a registry is one lazy plan. Both run the same lines.
"""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.facts.declaration import FactTable
from paget.facts.formulas import fact_table
from paget.facts.plan import plan
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.record.as_of import AsOf
from paget.record.decision_days import decisions as decision_days
from paget.record.prepared import Prepared

Frame = nw.LazyFrame[Any]

FEW: Final = 1000
"""Decisions up to which a record is computed step by step in memory."""


def derive(prepared: Prepared, asked: pl.DataFrame, knowledge: Knowledge) -> FactTable:
    """The facts of some decisions.

    Args:
        prepared: the record, ready for views.
        asked: one row a decision, as :func:`paget.record.decision_days.decisions` gives them.
        knowledge: the knowledge in force.
    """
    sets = ValueSets.of(knowledge)
    if asked.height <= FEW and prepared.engine == "polars":
        tables = {
            name: nw.from_native(nw.to_native(frame).collect()) for name, frame in prepared.tables.items()
        }
        found = plan(AsOf(tables, nw.from_native(asked)), sets)
        return fact_table(nw.to_native(found), sets)
    view = AsOf(prepared.tables, prepared.on_engine(asked))
    return fact_table(plan(view, sets).collect("polars").to_native(), sets)


def ask(prepared: Prepared, on: int | None = None, tumour: str | None = None) -> pl.DataFrame:
    """The decisions that a user asks for: one for each primary, on a day or on the last known day."""
    return decision_days(prepared.tables, on, tumour)
