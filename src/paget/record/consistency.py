"""Rows that are possible one by one and cannot all be true: found in all tables at once, kept and named.

Only rows that still hold are looked at: not a version that a newer one replaces, not what was retracted.
A contradiction is named only where it is certain; a partial date that leaves room makes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

import polars as pl

from paget.record.contradiction import ROW, Contradiction
from paget.record.course import COURSE
from paget.record.identity import IDENTITY
from paget.record.same_day import SAME_DAY
from paget.record.tables import TABLES

CONTRADICTIONS: Final = (*IDENTITY, *COURSE, *SAME_DAY)
"""Every contradiction that is looked for, in the order in which they are reported."""


def find(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[Contradiction, pl.DataFrame]]:
    """Each contradiction of which there are rows, with their ``patient_id`` and ``row_id``.

    Args:
        tables: the typed tables of a record.
    """
    bounds = _Bounds(tables)
    asked = [check for check in CONTRADICTIONS if bounds.allow(check)]
    known = {name: _holding(tables[name]).lazy() for name in TABLES}
    known |= {f"all {name}": tables[name].lazy() for name in TABLES}
    plans = [check.rows(known).select(ROW) for check in asked]
    for check, rows in zip(asked, pl.collect_all(plans), strict=True):
        if rows.height:
            yield check, rows.unique(maintain_order=True)


class _Bounds:
    """What can be told from the extremes of columns, to look only for what may be there."""

    def __init__(self, tables: Mapping[str, pl.DataFrame]) -> None:
        self.tables = tables
        self._known: dict[str, tuple[Any, Any]] = {}

    def allow(self, check: Contradiction) -> bool:
        """Whether there may be rows of a contradiction."""
        frame = self.tables[check.table]
        if frame.is_empty() or not all(
            self._column(name).null_count() < self._height(name) for name in check.needs
        ):
            return False
        if check.before is None:
            return True
        earlier, later, days = check.before
        least, most = self._extremes(earlier)[0], self._extremes(later)[1]
        return least is not None and most is not None and least + days < most

    def _column(self, name: str) -> pl.Series:
        table, column = name.split(".")
        return self.tables[table][column]

    def _height(self, name: str) -> int:
        return self.tables[name.split(".", maxsplit=1)[0]].height

    def _extremes(self, name: str) -> tuple[Any, Any]:
        if name not in self._known:
            column = self._column(name)
            self._known[name] = (column.min(), column.max())
        return self._known[name]


def _holding(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that no other row replaces and that are not retracted."""
    if frame["replaces"].null_count() < frame.height:
        newer = frame.filter(pl.col("replaces").is_not_null()).select("patient_id", row_id="replaces")
        frame = frame.join(newer, on=ROW, how="anti", maintain_order="left")
    if frame["retracted"].null_count() < frame.height:
        frame = frame.filter(~pl.col("retracted").fill_null(value=False))
    return frame
