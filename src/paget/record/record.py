"""A record: the tables of one patient or a registry, on an engine, with a report of all that was left out.

Rules see a record as of a day only; the tables themselves are for storage and lossless export.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import Any, Final, Literal

import narwhals as nw
import polars as pl

from paget.errors import BadInput, NotFound
from paget.record.case import Case
from paget.record.consistency import find
from paget.record.cycles import without_search_for_cycles
from paget.record.frames import Rows, frames_of, rows_of
from paget.record.listing import Problems
from paget.record.problems import ImportReport
from paget.record.registry import read_tables
from paget.record.tables import TABLES

Engine = Literal["polars", "duckdb"]
PATIENTS_AT_ONCE: Final = 100_000  # of a record on DuckDB, brought into memory together: about 1 GB
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

    def __init__(
        self, tables: Mapping[str, Frame], engine: Engine, report: ImportReport, held: object = None
    ) -> None:
        self.tables = dict(tables)
        self.engine: Engine = engine
        self._report = report
        self._held = held  # what the tables live in
        self._read_problems: int | None = None  # how many there were before contradictions were looked for

    @classmethod
    def from_cases(cls, cases: Iterable[Case], report: ImportReport | None = None) -> Record:
        """A record of cases, on Polars.

        Raises:
            BadInput: two of the cases are about the same patient.
        """
        with without_search_for_cycles():
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
        if any(
            "duckdb" in type(nw.to_native(frame, pass_through=True)).__module__ for frame in tables.values()
        ):
            return cls._of_relations(tables, report)
        frames = read_tables({name: _as_polars(frame) for name, frame in tables.items()}, report)
        return cls(
            {name: nw.from_native(frame, eager_only=True) for name, frame in frames.items()}, "polars", report
        )

    @classmethod
    def _of_relations(cls, tables: Mapping[str, Any], report: ImportReport) -> Record:
        from paget.record.on_duckdb import is_duckdb, read_relations  # only where DuckDB is used

        others = [name for name, frame in tables.items() if not is_duckdb(frame)]
        if others:
            raise BadInput(
                "tables on two engines",
                where=", ".join(others),
                mend="pass all tables as DuckDB relations, or none",
            )
        relations, held = read_relations(tables, report)
        return cls({name: nw.from_native(found) for name, found in relations.items()}, "duckdb", report, held)

    @cached_property
    def report(self) -> ImportReport:
        """What was read and left out, and what contradicts what; the latter is looked for on first use."""
        self._read_problems = len(self._report.problems)
        problems = Problems(self._report)
        for part in self._parts():
            for found, rows in find(part):
                problems.add("contradiction", found.table, found.column, found.what, found.mend, rows)
        return self._report

    def patient_ids(self) -> list[str]:
        """All patients, in the order of their ids."""
        ids = self.tables["patients"].lazy().select("patient_id").unique("patient_id").collect("polars")
        return sorted(ids["patient_id"].to_list())

    def only(self, patient_id: str) -> Record:
        """The record of one of its patients; problems of the others are left out of its report.

        Raises:
            NotFound: the record has no such patient.
        """
        if patient_id not in self.patient_ids():
            raise NotFound("no such patient in the record", mend="`paget read` lists the patients")
        mine = {name: frame.filter(nw.col("patient_id") == patient_id) for name, frame in self.tables.items()}
        theirs = self._report.problems[: self._read_problems]
        report = replace(self._report, problems=[p for p in theirs if p.patient_id in {"", patient_id}])
        if set(report.read) <= set(TABLES):  # counts of rows, not of resources
            heights = {name: mine[name].lazy().select(nw.len()).collect("polars").item() for name in TABLES}
            report = replace(report, read=Counter({name: rows for name, rows in heights.items() if rows}))
        return Record(mine, self.engine, report, self._held)

    def case(self, patient_id: str) -> Case:
        """One patient's case.

        Raises:
            NotFound: the record has no such patient.
        """
        mine = self._on_polars(patient_id)
        if mine["patients"].is_empty():
            raise NotFound("no such patient in the record", mend="`paget read` lists the patients")
        return Case.of_rows(rows_of(mine)[patient_id])

    def cases(self) -> Iterator[Case]:
        """Every patient's case, in the order of their ids."""
        for part in self._parts():
            found = rows_of(part)
            for patient_id in sorted(found):
                yield Case.of_rows(found[patient_id])

    def to_duckdb(self, path: str | Path) -> None:
        """Write the record into a new DuckDB file, which :func:`paget.read` reads back.

        Raises:
            BadInput: the file is there already.
        """
        from paget.record.on_duckdb import write_database

        write_database(self.tables, Path(path))

    def write(self, folder: str | Path, format: Literal["parquet", "csv"] = "parquet") -> None:  # noqa: A002
        """Write the record into a new folder, a file a table, which :func:`paget.read` reads back.

        Raises:
            BadInput: the folder is there already and holds something.
        """
        from paget.record.folder import write_folder

        write_folder(self._on_polars(), Path(folder), format)

    def _parts(self) -> Iterator[dict[str, pl.DataFrame]]:
        """All tables, of some patients at a time: of all on Polars, of a part on DuckDB."""
        if self.engine == "polars":
            yield self._on_polars()
            return
        ids = self.patient_ids()
        for start in range(0, len(ids), PATIENTS_AT_ONCE):
            last = ids[min(start + PATIENTS_AT_ONCE, len(ids)) - 1]
            yield self._on_polars(ids[start], last)

    def _on_polars(self, first: str | None = None, last: str | None = None) -> dict[str, pl.DataFrame]:
        """The tables in memory: of all patients, of one, or of those from one id to another."""
        last = first if last is None else last
        if self.engine == "polars":
            frames: dict[str, pl.DataFrame] = {name: nw.to_native(t) for name, t in self.tables.items()}
            if first is None:
                return frames
            some = (pl.col("patient_id") >= first) & (pl.col("patient_id") <= last)
            return {name: frame.filter(some) if frame.height else frame for name, frame in frames.items()}
        mine = (nw.col("patient_id") >= first) & (nw.col("patient_id") <= last)
        return {
            name: (table if first is None else table.filter(mine)).lazy().collect("polars").to_native()
            for name, table in self.tables.items()
        }


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
        yield case.held_rows()


def _as_polars(frame: Any) -> pl.DataFrame:
    wrapped = nw.from_native(frame)
    eager = wrapped.collect() if isinstance(wrapped, nw.LazyFrame) else wrapped
    return eager.to_polars()
