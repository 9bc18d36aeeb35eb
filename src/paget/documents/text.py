"""The bytes of a document as text: UTF-8 without NUL, a byte order mark taken off and told."""

from __future__ import annotations

from typing import Final

from paget.documents.refusals import BOM_NOTE, half_pair, nul, too_large
from paget.errors import BadInput

_BOM: Final = b"\xef\xbb\xbf"


def bytes_of(data: bytes | str, where: str, max_size: int, notes: list[str] | None, mend: str) -> bytes:
    """The bytes of a document without a byte order mark; too many, UTF-16 and NUL are refused."""
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError:
            raise half_pair(where) from None
    if len(data) > max_size:
        raise too_large(where, max_size, mend)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("UTF-16", where=where, mend="save it as UTF-8")
    if data.startswith(_BOM):
        data = data[3:]
        if notes is not None:
            notes.append(BOM_NOTE)
    if b"\0" in data:
        raise nul(where)
    return data


def decoded(data: bytes, where: str) -> str:
    """The text of bytes in UTF-8."""
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        place = f"{where}, byte {error.start + 1}"
        raise BadInput("not valid UTF-8", where=place, mend="save it as UTF-8") from None
