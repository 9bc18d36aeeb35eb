"""Rows that are possible one by one and cannot all be true: found in all tables at once, kept and named.

Only rows that still hold are looked at: not a version that a newer one replaces, not what was retracted.
A contradiction is named only where it is certain; a partial date that leaves room makes none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

import polars as pl

from paget.record.contradiction import ROW, Contradiction
from paget.record.course import COURSE
from paget.record.identity import IDENTITY
from paget.record.tables import TABLES

CONTRADICTIONS: Final = (*IDENTITY, *COURSE)
"""Every contradiction that is looked for, in the order in which they are reported."""


def find(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[Contradiction, pl.DataFrame]]:
    """Each contradiction of which there are rows, with their ``patient_id`` and ``row_id``.

    Args:
        tables: the typed tables of a record.
    """
    filled = {
        f"{name}.{column.name}"
        for name, frame in ((name, tables[name]) for name in TABLES)
        for column in frame.get_columns()
        if column.null_count() < frame.height
    }
    asked = [
        check
        for check in CONTRADICTIONS
        if not tables[check.table].is_empty() and filled.issuperset(check.needs)
    ]
    known = {name: _holding(tables[name]).lazy() for name in TABLES}
    known |= {f"all {name}": tables[name].lazy() for name in TABLES}
    plans = [check.rows(known).select(ROW) for check in asked]
    for check, rows in zip(asked, pl.collect_all(plans), strict=True):
        if rows.height:
            yield check, rows.unique(maintain_order=True)


def _holding(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that no other row replaces and that are not retracted."""
    if frame["replaces"].null_count() < frame.height:
        newer = frame.filter(pl.col("replaces").is_not_null()).select("patient_id", row_id="replaces")
        frame = frame.join(newer, on=ROW, how="anti", maintain_order="left")
    if frame["retracted"].null_count() < frame.height:
        frame = frame.filter(~pl.col("retracted").fill_null(value=False))
    return frame
