"""A registry in batches of patients: each batch is a record of its own, ready for views.

What is derived of a patient needs no other patient. A batch fits the processor's cache better than a
registry does, batches run side by side, and the memory of one is free for the next.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import narwhals as nw
import polars as pl

from paget.record.prepared import Prepared, of_frames, prepared
from paget.record.record import Record

PATIENTS: Final = 60_000
"""Patients in a batch: enough that the steps of a plan cost less than their rows."""


def in_batches(record: Record, patients: int = PATIENTS) -> Iterator[Prepared]:
    """The record, so many patients at a time, in the order of their ids.

    A record on DuckDB comes as a whole: that engine works in batches of its own.

    Args:
        record: of a registry.
        patients: at most so many in a batch.
    """
    if record.engine != "polars":
        yield prepared(record)
        return
    tables = [_InOrder(name, nw.to_native(frame)) for name, frame in record.tables.items()]
    [ids] = [table.ids for table in tables if table.name == "patients"]
    first = ids.unique(maintain_order=True).gather_every(patients)
    starts = [[*table.ids.search_sorted(first, side="left").to_list(), len(table.ids)] for table in tables]
    for batch in range(len(first)):
        yield of_frames(
            {
                table.name: table.rows(start[batch], start[batch + 1])
                for table, start in zip(tables, starts, strict=True)
            }
        )


class _InOrder:
    """A table in the order of its patients; its rows move only when they are asked for.

    Args:
        name: of the table.
        frame: its rows, in any order.
    """

    def __init__(self, name: str, frame: pl.DataFrame) -> None:
        self.name = name
        ids = frame["patient_id"]
        self._order = None if ids.is_sorted() else ids.arg_sort()
        self._frame = frame
        self.ids = ids if self._order is None else ids.gather(self._order)

    def rows(self, start: int, stop: int) -> pl.DataFrame:
        """The rows from one place to before another."""
        if self._order is None:
            return self._frame.slice(start, stop - start)
        return self._frame[self._order.slice(start, stop - start)]
