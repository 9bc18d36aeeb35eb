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
    tables = {name: _by_patient(nw.to_native(frame)) for name, frame in record.tables.items()}
    first = tables["patients"]["patient_id"].unique(maintain_order=True).gather_every(patients)
    starts = {name: [*_places(frame, first), frame.height] for name, frame in tables.items()}
    for batch in range(len(first)):
        yield of_frames(
            {
                name: frame.slice(starts[name][batch], starts[name][batch + 1] - starts[name][batch])
                for name, frame in tables.items()
            }
        )


def _by_patient(frame: pl.DataFrame) -> pl.DataFrame:
    return frame if frame["patient_id"].is_sorted() else frame.sort("patient_id")


def _places(frame: pl.DataFrame, patients: pl.Series) -> list[int]:
    """Where the rows of each of some patients begin, or would."""
    return list(frame["patient_id"].search_sorted(patients, side="left").to_list())
