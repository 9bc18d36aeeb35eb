"""A record made ready for views: its tables with the days from which each row is replaced.

Few rows are held as lists, on which a plan runs in a millisecond; a registry stays on its engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.plans import Plan
from paget.plans.in_memory import Program
from paget.plans.on_engine import on_engine
from paget.record.frames import SCHEMAS
from paget.record.record import Record
from paget.record.tables import TABLES
from paget.record.versions import columns_with_versions, quoted, with_versions

Frame = nw.LazyFrame[Any]
Columns = Mapping[str, list[Any]]

_NUMBERS: Final = count()

FEW_ROWS: Final = 2000
"""Rows of all tables up to which a record is held as lists; above, an engine is the faster one."""


@dataclass(frozen=True, slots=True, eq=False)
class FewRows:
    """The tables of a record as lists of values."""

    tables: Mapping[str, Columns]

    def run(self, plan: Plan, **beside: Columns) -> Columns:
        """The rows of a plan, bound to this record and to other tables."""
        return _program(plan).run({**self.tables, **beside})


@dataclass(frozen=True, slots=True, eq=False)
class ManyRows:
    """The tables of a record as lazy frames on its engine, and the engine's name."""

    tables: Mapping[str, Frame]
    engine: str

    def run(self, plan: Plan, **beside: pl.DataFrame) -> pl.DataFrame:
        """The rows of a plan, bound to this record and to other tables."""
        more = {name: self._on_engine(frame) for name, frame in beside.items()}
        tables = {**self.tables, **more}
        if self.engine == "polars":
            found: pl.DataFrame = on_engine(plan, tables, _in_memory).collect("polars").to_native()
            return found
        with Held(self.tables["patients"]) as held:
            copied: pl.DataFrame = on_engine(plan, tables, held.hold).collect("polars").to_native()
            return copied

    def _on_engine(self, frame: pl.DataFrame) -> Frame:
        if self.engine == "polars":
            own: Frame = nw.from_native(frame.lazy())
            return own
        types = {pl.Int64: "BIGINT", pl.Int32: "INTEGER", pl.String: "VARCHAR", pl.Boolean: "BOOLEAN"}
        kinds = [types[type(kind)] for kind in frame.dtypes]
        rows = ", ".join(
            "(" + ", ".join(f"{_literal(v)}::{kind}" for v, kind in zip(row, kinds, strict=True)) + ")"
            for row in frame.rows()
        )
        query = f"SELECT * FROM (VALUES {rows}) AS beside({', '.join(frame.columns)})"  # noqa: S608
        relation = nw.to_native(self.tables["patients"])
        there: Frame = nw.from_native(relation.query("_any", query))
        return there


def _in_memory(frame: Frame) -> Frame:
    computed: Frame = frame.collect("polars").lazy()
    return computed


class Held:
    """Temporary tables of a DuckDB connection, gone at the end of a ``with``.

    Args:
        of: a table of that connection.
    """

    def __init__(self, of: Frame) -> None:
        self._of = nw.to_native(of)
        self._names: list[str] = []

    def __enter__(self) -> Held:
        return self

    def hold(self, frame: Frame) -> Frame:
        """Compute a frame and give it back as a temporary table."""
        relation = nw.to_native(frame)
        name = f"paget_{next(_NUMBERS)}"
        relation.query("_step", f"CREATE TEMP TABLE {name} AS SELECT * FROM _step")  # noqa: S608
        self._names.append(name)
        table: Frame = nw.from_native(self._of.query("_any", f"SELECT * FROM {name}"))  # noqa: S608
        return table

    def __exit__(self, *_: object) -> None:
        for name in self._names:
            self._of.query("_any", f"DROP TABLE {name}")


Prepared = FewRows | ManyRows


def prepared(record: Record, few_rows: int = FEW_ROWS) -> Prepared:
    """A record ready for views; the versions of its rows are looked up once.

    Args:
        record: of a case or a registry.
        few_rows: up to how many rows it is held as lists.
    """
    eager = {name: nw.to_native(frame) for name, frame in record.tables.items()}
    if record.engine == "polars" and sum(frame.height for frame in eager.values()) <= few_rows:
        tables: dict[str, Columns] = {}
        for name in SCHEMAS:
            columns = {one.name: one.to_list() for one in eager[name].iter_columns()}
            tables[name] = columns_with_versions(columns, name) if name in TABLES else columns
        return FewRows(tables)
    return ManyRows(
        {
            name: with_versions(frame.lazy(), name) if name in TABLES else frame.lazy()
            for name, frame in record.tables.items()
        },
        record.engine,
    )


@lru_cache(maxsize=32)
def _program(plan: Plan) -> Program:
    return Program(plan)


def _literal(value: Any) -> str:
    return quoted(value) if value is None or isinstance(value, str) else str(value)
