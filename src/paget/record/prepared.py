"""A record made ready for views: its tables with the days from which each row is replaced.

Few rows are held as lists, on which a plan runs in a millisecond; a registry stays on its engine.
"""

from __future__ import annotations

import weakref
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.plans import Plan
from paget.plans.in_memory import Program
from paget.plans.on_engine import on_engine
from paget.plans.on_polars import PolarsProgram
from paget.record.frames import SCHEMAS
from paget.record.record import Record
from paget.record.tables import TABLES
from paget.record.versions import columns_with_versions, with_versions

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
        return self.each((plan,), **beside)[0]

    def each(self, plans: tuple[Plan, ...], **beside: Columns) -> Sequence[Columns]:
        """The rows of each of several plans; what they share is done once."""
        return _program(plans).run({**self.tables, **beside})


class ManyRows:
    """The tables of a record as lazy frames on its engine.

    Args:
        tables: by name.
        engine: ``polars`` or ``duckdb``.
    """

    def __init__(self, tables: Mapping[str, Frame], engine: str) -> None:
        self._tables = tables
        self._engine = engine
        self._held = _Held(tables["patients"])
        weakref.finalize(self, self._held.drop)

    def hold(self, frame: Frame) -> Frame:
        """Compute a frame once, and keep it as long as this object."""
        return _in_memory(frame) if self._engine == "polars" else self._held.hold(frame)

    def frame(self, plan: Plan, **beside: Frame) -> Frame:
        """The rows of a plan, bound to this record and to other tables, lazily."""
        return on_engine((plan,), {**self._tables, **beside}, self.hold)[0]

    def run(self, plan: Plan, **beside: Frame) -> pl.DataFrame:
        """The rows of a plan, bound to this record and to other tables, computed."""
        return self.each((plan,), **beside)[0]

    def each(self, plans: tuple[Plan, ...], **beside: Frame) -> Sequence[pl.DataFrame]:
        """The rows of each of several plans, computed; what they share is done once."""
        tables = {**self._tables, **beside}
        if self._engine == "polars":
            return _polars_program(plans).run({name: nw.to_native(frame) for name, frame in tables.items()})
        meanwhile = _Held(self._tables["patients"])
        try:
            return [frame.collect("polars").to_native() for frame in on_engine(plans, tables, meanwhile.hold)]
        finally:
            meanwhile.drop()


def _in_memory(frame: Frame) -> Frame:
    computed: Frame = frame.collect("polars").lazy()
    return computed


class _Held:
    """Temporary tables on a DuckDB connection.

    Args:
        of: a table of that connection.
    """

    def __init__(self, of: Frame) -> None:
        self._of = nw.to_native(of)
        self._names: list[str] = []

    def hold(self, frame: Frame) -> Frame:
        """Compute a frame and give it back as a temporary table."""
        name = f"paget_{next(_NUMBERS)}"
        nw.to_native(frame).query("_step", f"CREATE TEMP TABLE {name} AS SELECT * FROM _step")  # noqa: S608
        self._names.append(name)
        table: Frame = nw.from_native(self._of.query("_any", f"SELECT * FROM {name}"))  # noqa: S608
        return table

    def drop(self) -> None:
        """Give back what they take."""
        while self._names:
            self._of.query("_any", f"DROP TABLE {self._names.pop()}")


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


def of_frames(tables: Mapping[str, pl.DataFrame]) -> ManyRows:
    """The tables of a part of a registry, ready for views."""
    lazy = {name: nw.from_native(frame.lazy()) for name, frame in tables.items()}
    return ManyRows(
        {name: with_versions(frame, name) if name in TABLES else frame for name, frame in lazy.items()},
        "polars",
    )


@lru_cache(maxsize=32)
def _polars_program(plans: tuple[Plan, ...]) -> PolarsProgram:
    return PolarsProgram(*plans)


@lru_cache(maxsize=32)
def _program(plans: tuple[Plan, ...]) -> Program:
    return Program(*plans)
