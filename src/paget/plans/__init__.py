"""Plans: operations on tables that mean the same on every engine, written once and bound to data later.

Few operations, all of them safe: integer days, masks made first and then plain minimum, maximum and sum,
joins on keys, Kleene's logic for what is not known. :func:`paget.plans.in_memory.program` runs a plan on a
few rows in well under a millisecond a step; :func:`paget.plans.on_engine.on_engine` hands it to narwhals
for Polars, DuckDB or Spark. Why two: ``docs/decisions``.
"""

from __future__ import annotations

from paget.plans.expressions import Expr, coalesce, col, lit, when
from paget.plans.plan import Plan, concat, source

__all__ = ["Expr", "Plan", "coalesce", "col", "concat", "lit", "source", "when"]
