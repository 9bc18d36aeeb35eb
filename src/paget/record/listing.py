"""Problems of whole tables: each row is listed until there are a thousand alike, the rest is counted."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from paget.record.problems import ImportReport, Problem, ProblemKind
from paget.record.row_ids import ROW
from paget.record.tables import TABLES

LISTED: Final = 1000  # rows with the same problem that are listed one by one; the rest is counted


@dataclass
class Problems:
    """Collects problems of whole tables."""

    report: ImportReport
    listed: dict[tuple[str, ...], int] = field(default_factory=dict)
    refused: dict[str, dict[str, set[str]]] = field(default_factory=dict)
    """Rejected rows by patient and table, as far as they are listed."""

    def add(
        self, kind: ProblemKind, table: str, column: str, what: str, mend: str, rows: pl.DataFrame
    ) -> None:
        """One problem for each row, named by its row_id, its key or its number."""
        kind_of = (kind, table, column, what)
        shown = min(rows.height, LISTED - self.listed.get(kind_of, 0))
        self.listed[kind_of] = self.listed.get(kind_of, 0) + shown
        source = self.report.source
        for number, (patient_id, name) in enumerate(
            rows.select("patient_id", _name(table, rows)).iter_rows()
        ):
            if kind == "rejected" and patient_id is not None:
                self.refused.setdefault(patient_id, {}).setdefault(table, set()).add(name)
            if number < shown:
                self.report.problems.append(
                    Problem(kind, what, mend, table, name or "", column, patient_id or "", source)
                )
        if rows.height > shown:
            more = f"{what}; and more rows alike"
            self.report.problems.append(
                Problem(kind, more, mend, table, "", column, "", source, rows.height - shown)
            )


def _name(table: str, rows: pl.DataFrame) -> pl.Expr:
    """What a row is called in a problem."""
    key = TABLES[table].key if table in TABLES else None
    named: list[Any] = [name for name in ("row_id", key) if name in rows.columns]
    number = [pl.format("#{}", pl.col(ROW) + 1)] if ROW in rows.columns else []
    return pl.coalesce([*named, *number]).alias("name of the row")
