"""The content of a file within limits: never more than its limit in memory, gzip unpacked as far as that."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from paget.documents.refusals import MAX_SIZE, shown, too_large
from paget.errors import BadInput, NotFound

MAX_EXPANSION: Final = 250
"""Packed lines may grow so many times; records grow 5 to 40 times, a bomb about 1,000 times."""

_BLOCK: Final = 2**20  # bytes read together
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
    number = 1
    begun: list[bytes] = []  # the pieces of a line that goes on in the next block
    try:
        with gzip.open(path, "rb") if packed else path.open("rb") as file:
            for block in _blocks(file, where, most):
                if not begun and block.isspace():  # a run of blank lines costs no more than its bytes
                    number += block.count(b"\n")
                    continue
                *whole, rest = block.split(b"\n")
                for part in whole:
                    line = b"".join([*begun, part]) if begun else part
                    begun = []
                    if len(line) > max_size:
                        raise _long_line(where, number, max_size)
                    if line and not line.isspace():
                        yield number, line
                    number += 1
                begun += [rest] if rest else []
                if sum(map(len, begun)) > max_size:
                    raise _long_line(where, number, max_size)
    except _DAMAGED as error:
        raise _damaged(where) from error
    last = b"".join(begun)
    if last and not last.isspace():
        yield number, last


def _blocks(file: BinaryIO | gzip.GzipFile, where: str, most: int | None) -> Iterator[bytes]:
    read = 0
    while block := file.read(_BLOCK):
        read += len(block)
        if most is not None and read > most:
            raise BadInput(
                "a compressed file that grows without measure",
                where=where,
                why=f"more than {MAX_EXPANSION} times its size",
                mend="give the file uncompressed",
            )
        yield block


def _long_line(where: str, number: int, max_size: int) -> BadInput:
    return too_large(f"{where} line {number}", max_size, "one patient or resource a line; or --max-size")


def _damaged(where: str) -> BadInput:
    return BadInput("a damaged gzip file", where=where, mend="fetch or pack it again")
