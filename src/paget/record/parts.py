"""A record written as a Parquet folder, some patients at a time, so that memory is that of one part."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import polars as pl

from paget.documents import shown
from paget.errors import BadInput
from paget.record.frames import SCHEMAS
from paget.record.record import Record


class Parts:
    """A folder of Parquet files to which frames are added; it appears when all are written.

    Args:
        folder: a new or empty one.

    Raises:
        BadInput: the folder is there already and holds something.

    Use it as ``with Parts(folder) as parts: parts.add(record)``; nothing is left when it fails.
    """

    def __init__(self, folder: Path) -> None:
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise BadInput(
                "the folder is there already", where=shown(folder.name), mend="name another, or empty it"
            )
        self._folder = folder
        self._unfinished = folder.with_name(f".{folder.name}.{os.getpid()}")
        self._writers: dict[str, Any] = {}

    def __enter__(self) -> Self:
        self._unfinished.mkdir(parents=True)
        return self

    def add(self, record: Record) -> None:
        """Write the rows of a record whose patients were not yet written.

        Args:
            record: on Polars.
        """
        for name in SCHEMAS:
            frame = record.tables[name].lazy().collect("polars").to_native()
            self.add_frame(name, frame.sort("patient_id", "row_id"), even_empty=name == "patients")

    def add_frame(self, name: str, frame: pl.DataFrame, *, even_empty: bool = False) -> None:
        """Write rows into the file of a table; the file is made with its first row."""
        import pyarrow.parquet as pq

        if frame.is_empty() and not even_empty:
            return
        rows = frame.to_arrow(compat_level=pl.CompatLevel.oldest())
        if name not in self._writers:
            self._writers[name] = pq.ParquetWriter(self._unfinished / f"{name}.parquet", rows.schema)
        self._writers[name].write_table(rows)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        try:
            for writer in self._writers.values():
                writer.close()
            if kind is None:
                if self._folder.exists():
                    self._folder.rmdir()
                self._unfinished.rename(self._folder)
        finally:
            shutil.rmtree(self._unfinished, ignore_errors=True)
