"""Reading JSON strictly: duplicate keys, numbers that are not finite and deep nesting are refused."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from typing import Any, Final

import numpy as np

from paget.documents.refusals import MAX_DEPTH, MAX_SIZE, half_pair, not_finite, nul, too_deep
from paget.documents.text import bytes_of, decoded
from paget.errors import BadInput

_BLOCK: Final = 1 << 20  # bytes looked at together; bounds the memory of the checks


def load_json(
    data: bytes | str, where: str, *, max_size: int = MAX_SIZE, notes: list[str] | None = None
) -> Any:
    """Read a JSON document strictly.

    Args:
        data: the document; bytes are UTF-8.
        where: its name, for messages.
        max_size: the most bytes that are read.
        notes: gets what is worth saying (a byte order mark).

    Returns:
        Dictionaries, lists, texts, numbers, booleans and None.

    Raises:
        BadInput: it is broken, ambiguous, too large or too deep.

    >>> load_json(b'{"a": [1, 2.5]}', "example")
    {'a': [1, 2.5]}
    >>> load_json(b'{"a": 1, "a": 2}', "example")
    Traceback (most recent call last):
    ...
    paget.errors.BadInput: a key that occurs twice in one object
      where: example, key 'a'
      why:   readers differ in which of the two they keep
      mend:  leave one out
    """
    data = bytes_of(
        data, where, max_size, notes, "pass a smaller file, or NDJSON: one resource a line; or --max-size"
    )
    text = decoded(data, where)
    if not data.strip():
        raise BadInput("the document is empty", where=where, mend="write one JSON value")
    _check_escapes(data, where)
    _check_depth(data, where)

    def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        mapping = dict(pairs)
        if len(mapping) != len(pairs):
            raise _duplicate(pairs, where)
        return mapping

    def finite(number: str) -> float:
        value = float(number)
        if math.isinf(value):
            raise not_finite(where)
        return value

    def constant(name: str) -> float:
        raise not_finite(where)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=finite, parse_constant=constant)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise BadInput(
            "not valid JSON", where=place, why=error.msg, mend="is the file complete? is it JSON?"
        ) from None
    except RecursionError:
        raise too_deep(where) from None
    except ValueError:  # the one left: an integer of more than 4300 digits
        raise BadInput("a number of thousands of digits", where=where, mend="correct the number") from None


_LONE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def _check_escapes(data: bytes, where: str) -> None:
    if b"\\u0000" not in data and b"\\ud" not in data and b"\\uD" not in data:
        return
    plain = data.replace(b"\\\\", b"")
    if b"\\u0000" in plain:
        raise nul(where)
    if _LONE.search(plain):
        raise half_pair(where)


def _check_depth(data: bytes, where: str) -> None:
    """Refuse deep nesting before anything is built; a block at a time, so that memory stays bounded."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    depth, inside = 0, False
    for start in range(0, len(data), _BLOCK):
        part = data if len(data) <= _BLOCK else data[start : start + _BLOCK]
        marks = np.frombuffer(part.translate(None, _NO_MARKS), np.uint8)
        if not marks.size:
            continue
        within = (np.cumsum(marks == _QUOTE, dtype=np.int32) + inside) & 1
        steps = _STEPS[marks]
        steps[within == 1] = 0
        depths = np.cumsum(steps, dtype=np.int32)
        if depth + int(depths.max()) > MAX_DEPTH:
            raise too_deep(where)
        depth, inside = depth + int(depths[-1]), bool(within[-1])


_QUOTE: Final = ord('"')

_NO_MARKS: Final = bytes(byte for byte in range(256) if byte not in b'"[]{}')

_STEPS: Final = np.zeros(256, np.int8)

_STEPS[[ord("["), ord("{")]] = 1

_STEPS[[ord("]"), ord("}")]] = -1


def _duplicate(pairs: Sequence[tuple[str, Any]], where: str) -> BadInput:
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return BadInput(
        "a key that occurs twice in one object",
        where=f"{where}, key {twice[:40]!r}",
        why="readers differ in which of the two they keep",
        mend="leave one out",
    )
