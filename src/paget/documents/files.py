"""The content of a file within limits: never more than its limit in memory, gzip unpacked as far as that."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from paget.documents.refusals import MAX_SIZE, shown, too_large
from paget.errors import BadInput, NotFound

MAX_EXPANSION: Final = 250
"""Packed lines may grow so many times; records grow 5 to 40 times, a bomb about 1,000 times."""

_GZIP: Final = b"\x1f\x8b"
_DAMAGED: Final = (gzip.BadGzipFile, EOFError, zlib.error)


def read_bytes(path: Path, *, max_size: int = MAX_SIZE) -> bytes:
    """The content of a file, unpacked when it is gzip; never more than ``max_size`` bytes in memory.

    Raises:
        NotFound: no such file.
        BadInput: it is too large, packed twice, damaged, a zip archive, or not a plain file.
    """
    if not path.exists():
        raise NotFound("no such file", where=shown(path), mend="check the path")
    if not path.is_file():
        raise BadInput("not a plain file", where=shown(path), mend="pass a file")
    if path.stat().st_size > max_size:
        raise too_large(
            shown(path), max_size, "pass a smaller file, or NDJSON: one resource a line; or --max-size"
        )
    with path.open("rb") as file:
        start = file.read(4)
        file.seek(0)
        if start[:2] != _GZIP:
            if start == b"PK\x03\x04":
                raise BadInput(
                    "a zip archive", where=shown(path), mend="unpack it and pass the file or the folder"
                )
            return file.read(max_size + 1)
        try:
            with gzip.GzipFile(fileobj=file) as packed:
                data = packed.read(max_size + 1)
        except _DAMAGED as error:
            raise _damaged(shown(path)) from error
    if len(data) > max_size:
        raise too_large(f"{shown(path)}, unpacked", max_size, "unpack it and split it; or --max-size")
    if data[:2] == _GZIP:
        raise BadInput("a gzip file within a gzip file", where=shown(path), mend="unpack it")
    return data


def read_lines(path: Path, where: str, *, max_size: int = MAX_SIZE) -> Iterator[tuple[int, bytes]]:
    """The lines of a file that are not blank, one at a time, unpacked when its name ends in ``.gz``.

    Args:
        path: the file.
        where: its name for messages.
        max_size: the most bytes of one line.

    Yields:
        The number of the line, from 1, and its bytes.

    Raises:
        BadInput: a line is too long, or the file is damaged or grows without measure.
    """
    packed = path.name.lower().endswith(".gz")
    most = max(2**20, path.stat().st_size * MAX_EXPANSION) if packed else None
    read = number = 0
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            while line := file.readline(max_size + 1):
                number += 1
                read += len(line)
                if len(line) > max_size:
                    raise too_large(
                        f"{where} line {number}", max_size, "one patient or resource a line; or --max-size"
                    )
                if most is not None and read > most:
                    raise BadInput(
                        "a compressed file that grows without measure",
                        where=where,
                        why=f"more than {MAX_EXPANSION} times its size",
                        mend="give the file uncompressed",
                    )
                if line.strip():
                    yield number, line
    except _DAMAGED as error:
        raise _damaged(where) from error


def _damaged(where: str) -> BadInput:
    return BadInput("a damaged gzip file", where=where, mend="fetch or pack it again")
