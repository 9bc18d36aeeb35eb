"""The content of a file within limits: never more than its limit in memory, gzip unpacked as far as that."""

from __future__ import annotations

import gzip
import zlib
from pathlib import Path
from typing import Final

from paget.documents.refusals import MAX_SIZE, shown, too_large
from paget.errors import BadInput, NotFound

_GZIP: Final = b"\x1f\x8b"


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
        raise too_large(shown(path), max_size, "pass a smaller file, or NDJSON: one resource a line")
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
        except (OSError, EOFError, zlib.error) as error:
            raise BadInput("a damaged gzip file", where=shown(path), mend="fetch or pack it again") from error
    if len(data) > max_size:
        raise too_large(f"{shown(path)}, unpacked", max_size, "unpack it and split it")
    if data[:2] == _GZIP:
        raise BadInput("a gzip file within a gzip file", where=shown(path), mend="unpack it")
    return data
