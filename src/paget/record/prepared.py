"""A record made ready for views: its tables lazy, each row with the days from which it is replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import narwhals as nw
import polars as pl

from paget.record.record import Record
from paget.record.tables import TABLES
from paget.record.versions import with_versions

Frame = nw.LazyFrame[Any]


@dataclass(frozen=True, slots=True, eq=False)
class Prepared:
    """The tables of a record with the days from which a row is replaced.

    Attributes:
        tables: lazy frames on the record's engine.
        engine: that engine.
    """

    tables: dict[str, Frame]
    engine: str

    @classmethod
    def of(cls, record: Record) -> Prepared:
        """Prepare a record; the versions of its rows are looked up once."""
        tables = {
            name: with_versions(frame.lazy(), name) if name in TABLES else frame.lazy()
            for name, frame in record.tables.items()
        }
        return cls(tables, record.engine)

    def on_engine(self, frame: pl.DataFrame) -> Frame:
        """A small frame as a lazy one on the record's engine."""
        if self.engine == "polars":
            own: Frame = nw.from_native(frame.lazy())
            return own
        relation = nw.to_native(self.tables["patients"])
        cells = ", ".join(
            f"({d}, {_quoted(p)}, {day}::INTEGER, {_quoted(t)}, {sole})"
            for d, p, day, t, sole in frame.rows()
        )
        names = "decision, patient_id, as_of, decision_tumour, sole_tumour"
        query = f"SELECT * FROM (VALUES {cells}) AS asked({names})"  # noqa: S608
        asked: Frame = nw.from_native(relation.query("_any", query))
        return asked


def _quoted(text: str | None) -> str:
    return "NULL::VARCHAR" if text is None else "'" + text.replace("'", "''") + "'"
