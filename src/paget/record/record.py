"""A record: the tables of one patient or a registry, on an engine, with a report of all that was left out.

Rules see a record as of a day only; the tables themselves are for storage and lossless export.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Any, Literal

import narwhals as nw
import polars as pl

from paget.errors import BadInput, NotFound
from paget.record.case import Case
from paget.record.consistency import find
from paget.record.frames import Rows, frames_of, rows_of
from paget.record.problems import ImportReport
from paget.record.registry import NAME, Problems, read_tables

Engine = Literal["polars", "duckdb"]
Frame = nw.DataFrame[Any] | nw.LazyFrame[Any]


class Record:
    """The tables of one patient or of a registry.

    Attributes:
        tables: every table by name, child tables included, as narwhals frames (eager on Polars, lazy
            on DuckDB). For storage and export; findings read :meth:`as_of` a day.
        engine: the engine on which they are.

    >>> record = Record.from_cases([Case.model_validate({"patient": {"patient_id": "P1"}})])
    >>> record.patient_ids()
    ['P1']
    """

    def __init__(self, tables: Mapping[str, Frame], engine: Engine, report: ImportReport) -> None:
        self.tables = dict(tables)
        self.engine: Engine = engine
        self._report = report

    @classmethod
    def from_cases(cls, cases: Iterable[Case], report: ImportReport | None = None) -> Record:
        """A record of cases, on Polars.

        Raises:
            BadInput: two of the cases are about the same patient.
        """
        frames = frames_of(_each_patient_once(cases))
        return cls(
            {name: nw.from_native(frame, eager_only=True) for name, frame in frames.items()},
            "polars",
            ImportReport() if report is None else report,
        )

    @classmethod
    def from_tables(cls, tables: Mapping[str, Any], report: ImportReport | None = None) -> Record:
        """A record of any frames that narwhals knows; rows that cannot stand are left out and listed.

        Args:
            tables: frames by table name; columns may be left out. Days are day numbers, dates or ISO
                texts, optionally with a ``*_latest`` column; lists are child tables, list columns, or
                texts with ";" between.
            report: gets what was read and rejected.

        Raises:
            BadInput: a table or column that does not exist; all are listed.
        """
        report = ImportReport() if report is None else report
        frames = read_tables({name: _as_polars(frame) for name, frame in tables.items()}, report)
        return cls(
            {name: nw.from_native(frame, eager_only=True) for name, frame in frames.items()}, "polars", report
        )

    @cached_property
    def report(self) -> ImportReport:
        """What was read and left out, and what contradicts what; the latter is looked for on first use."""
        problems = Problems(self._report)
        for found, rows in find(self._on_polars()):
            named = rows.with_columns(pl.col("row_id").alias(NAME))
            problems.add("contradiction", found.table, found.column, found.what, found.mend, named)
        return self._report

    def patient_ids(self) -> list[str]:
        """All patients, in the order of their ids."""
        ids = self.tables["patients"].select(nw.col("patient_id").unique()).lazy().collect("polars")
        return sorted(ids["patient_id"].to_list())

    def case(self, patient_id: str) -> Case:
        """One patient's case.

        Raises:
            NotFound: the record has no such patient.
        """
        mine = {
            name: frame.filter(nw.col("patient_id") == patient_id).lazy().collect("polars").to_native()
            for name, frame in self.tables.items()
        }
        if mine["patients"].is_empty():
            raise NotFound("no such patient in the record", mend="`paget read` lists the patients")
        return Case.of_rows(rows_of(mine)[patient_id])

    def cases(self) -> Iterator[Case]:
        """Every patient's case, in the order of their ids."""
        found = rows_of(self._on_polars())
        for patient_id in sorted(found):
            yield Case.of_rows(found[patient_id])

    def _on_polars(self) -> dict[str, pl.DataFrame]:
        return {name: frame.lazy().collect("polars").to_native() for name, frame in self.tables.items()}


def _each_patient_once(cases: Iterable[Case]) -> Iterator[Rows]:
    seen: set[str] = set()
    for case in cases:
        if case.patient_id in seen:
            raise BadInput(
                "two cases of the same patient",
                where=f"patient {case.patient_id}",
                mend="write all rows of a patient into one case",
            )
        seen.add(case.patient_id)
        yield case.rows()


def _as_polars(frame: Any) -> pl.DataFrame:
    wrapped = nw.from_native(frame)
    eager = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return eager.to_polars()
