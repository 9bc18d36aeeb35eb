"""Reading JSON and YAML strictly: what could be read in two ways is refused in one clear message.

Both readers refuse duplicate keys, numbers that are not finite, NUL characters, half surrogate pairs,
invalid UTF-8 and nesting deeper than 64; YAML aliases and tags as well. YAML is read as version 1.2,
core schema: ``yes``, ``no`` and ``on`` are texts, and a date is a text.
"""

from __future__ import annotations

import gzip
import json
import math
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from paget.errors import BadInput, NotFound

MAX_SIZE: Final = 256 * 2**20  # bytes of a single document; larger data come as NDJSON, a line at a time
MAX_YAML_SIZE: Final = 16 * 2**20  # bytes; what a person writes by hand is smaller, and YAML is slow to read
MAX_DEPTH: Final = 64  # levels; FHIR bundles stay below 20
_BLOCK: Final = 1 << 20  # bytes looked at together; bounds the memory of the checks
_BOM: Final = b"\xef\xbb\xbf"
_GZIP: Final = b"\x1f\x8b"
BOM_NOTE: Final = "it begins with a byte order mark, which was skipped"


@dataclass(frozen=True, slots=True)
class Document:
    """What a YAML document holds, and on which line each of its parts stands.

    Attributes:
        value: texts, numbers, booleans, None, lists, and mappings with text keys.
        where: the name of the document, for messages.
        lines: the line of each part, by its path of keys and positions.
        notes: what is worth saying about how it was written.
    """

    value: Any
    where: str = ""
    lines: dict[tuple[str | int, ...], int] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    def line(self, path: tuple[str | int, ...] = ()) -> int:
        """The line of a part; of the nearest part around it when that path does not exist."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


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
    data = _bytes_of(data, where, max_size, notes, "pass a smaller file, or NDJSON: one resource a line")
    text = _decoded(data, where)
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
            raise _not_finite(where)
        return value

    def constant(name: str) -> float:
        raise _not_finite(where)

    try:
        return json.loads(text, object_pairs_hook=unique, parse_float=finite, parse_constant=constant)
    except json.JSONDecodeError as error:
        place = f"{where}, line {error.lineno}, column {error.colno}"
        raise BadInput(
            "not valid JSON", where=place, why=error.msg, mend="is the file complete? is it JSON?"
        ) from None
    except RecursionError:
        raise _too_deep(where) from None
    except ValueError:  # the one left: an integer of more than 4300 digits
        raise BadInput("a number of thousands of digits", where=where, mend="correct the number") from None


def load_yaml(text: bytes | str, where: str, *, max_size: int = MAX_YAML_SIZE) -> Document:
    r"""Read a YAML 1.2 document (core schema) strictly, with line numbers.

    Keys are always texts. A number with a leading zero is a text, so that an identifier 007 stays 007.

    Args:
        text: the document; bytes are UTF-8.
        where: its name, for messages.
        max_size: the most bytes that are read.

    Raises:
        BadInput: it is broken or ambiguous, has aliases, anchors or tags, is too large or too deep.

    >>> load_yaml("on: yes\ndays: [2024-05-31, 12, 0.5]", "example").value
    {'on': 'yes', 'days': ['2024-05-31', 12, 0.5]}
    """
    import yaml  # not needed to read JSON

    notes: list[str] = []
    source = _decoded(_bytes_of(text, where, max_size, notes, "split the document"), where)
    loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    builder = _Builder(where)
    try:
        for event in yaml.parse(source, Loader=loader):
            builder.take(event)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        place = f"{where}, line {mark.line + 1}, column {mark.column + 1}" if mark else where
        why = getattr(error, "problem", None) or getattr(error, "reason", None) or "it cannot be read"
        raise BadInput("not valid YAML", where=place, why=str(why), mend="correct that line") from None
    return Document(builder.value, where, builder.lines, tuple(notes))


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


def shown(path: Path | str) -> str:
    r"""A file name as it may be printed: control characters and direction marks escaped.

    >>> shown("a\u202eb\n.json")
    'a\\u202eb\\n.json'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


def too_large(where: str, max_size: int, mend: str) -> BadInput:
    """The error for a document beyond the limit."""
    limit = f"{max_size / 2**20:.4g} MB" if max_size >= 2**20 else f"{max_size} bytes"
    return BadInput(
        "larger than the limit", where=where, why=f"the limit is {limit}", mend=f"{mend}; or --max-size"
    )


def _bytes_of(data: bytes | str, where: str, max_size: int, notes: list[str] | None, mend: str) -> bytes:
    if isinstance(data, str):
        try:
            data = data.encode()
        except UnicodeEncodeError:
            raise _half_pair(where) from None
    if len(data) > max_size:
        raise too_large(where, max_size, mend)
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise BadInput("UTF-16", where=where, mend="save it as UTF-8")
    if data.startswith(_BOM):
        data = data[3:]
        if notes is not None:
            notes.append(BOM_NOTE)
    if b"\0" in data:
        raise _nul(where)
    return data


def _decoded(data: bytes, where: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        place = f"{where}, byte {error.start + 1}"
        raise BadInput("not valid UTF-8", where=place, mend="save it as UTF-8") from None


_LONE: Final = re.compile(
    rb"\\u[dD][89abAB][0-9a-fA-F]{2}(?!\\u[dD][c-fC-F][0-9a-fA-F]{2})"
    rb"|(?<!\\u[dD][89abAB][0-9a-fA-F]{2})\\u[dD][c-fC-F][0-9a-fA-F]{2}"
)


def _check_escapes(data: bytes, where: str) -> None:
    if b"\\u0000" not in data and b"\\ud" not in data and b"\\uD" not in data:
        return
    plain = data.replace(b"\\\\", b"")
    if b"\\u0000" in plain:
        raise _nul(where)
    if _LONE.search(plain):
        raise _half_pair(where)


def _check_depth(data: bytes, where: str) -> None:
    """Refuse deep nesting before anything is built; a block at a time, so that memory stays bounded."""
    if data.count(b"[") + data.count(b"{") <= MAX_DEPTH:
        return
    if b"\\" in data:
        data = data.replace(b"\\\\", b"").replace(b'\\"', b"")
    depth, inside = 0, False
    for start in range(0, len(data), _BLOCK):
        letters = np.frombuffer(data, np.uint8, min(_BLOCK, len(data) - start), start)
        marks = letters[_MARKS[letters]]
        if not marks.size:
            continue
        within = (np.cumsum(marks == _QUOTE) + inside) % 2 == 1
        depths = depth + np.cumsum(np.where(within, 0, _STEPS[marks]))
        if int(depths.max()) > MAX_DEPTH:
            raise _too_deep(where)
        depth, inside = int(depths[-1]), bool(within[-1])


_QUOTE: Final = ord('"')
_STEPS: Final = np.zeros(256, np.int64)
_STEPS[[ord("["), ord("{")]] = 1
_STEPS[[ord("]"), ord("}")]] = -1
_MARKS: Final = _STEPS != 0
_MARKS[_QUOTE] = True


class _Builder:
    """Builds the value of a YAML document from its events, without recursion."""

    def __init__(self, where: str) -> None:
        self.where = where
        self.value: Any = None
        self.lines: dict[tuple[str | int, ...], int] = {}
        self._open: list[tuple[Any, tuple[str | int, ...]]] = []
        self._key: list[str | None] = []  # of each open mapping the key that waits for its value
        self._documents = 0

    def take(self, event: Any) -> None:
        kind = type(event).__name__
        if kind in {"StreamStartEvent", "StreamEndEvent", "DocumentEndEvent"}:
            return
        line = event.start_mark.line + 1
        if kind == "DocumentStartEvent":
            self._documents += 1
            if self._documents > 1:
                raise self._bad("a second document in one file", line, "write one document a file")
        elif kind == "AliasEvent" or getattr(event, "anchor", None):
            raise self._bad("an alias or anchor", line, "write the value out where it is used")
        elif kind in {"MappingEndEvent", "SequenceEndEvent"}:
            self._open.pop()
            self._key.pop()
        elif getattr(event, "tag", None) not in (None, "!"):
            raise self._bad("a tag", line, "leave it out; values are read by their look")
        elif kind == "ScalarEvent":
            self._scalar(event, line)
        else:
            self._start({} if kind == "MappingStartEvent" else [], line)

    def _scalar(self, event: Any, line: int) -> None:
        if "\0" in event.value:
            raise _nul(f"{self.where}, line {line}")
        waits = self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None
        if waits:
            mapping, path = self._open[-1]
            if event.value in mapping:
                raise self._bad(f"a key that occurs twice, {event.value[:40]!r}", line, "leave one out")
            self._key[-1] = event.value
            mapping[event.value] = None
            self.lines[(*path, event.value)] = line
        elif event.style:  # quoted or a block: a text whatever it looks like
            self._put(event.value, line)
        else:
            self._put(self._plain(event.value, line), line)

    def _start(self, container: Any, line: int) -> None:
        if self._open and isinstance(self._open[-1][0], dict) and self._key[-1] is None:
            raise self._bad("a key that is a list or mapping", line, "write a text as key")
        if len(self._open) >= MAX_DEPTH:
            raise _too_deep(f"{self.where}, line {line}")
        path = self._put(container, line)
        self._open.append((container, path))
        self._key.append(None)

    def _put(self, value: Any, line: int) -> tuple[str | int, ...]:
        if not self._open:
            self.value = value
            self.lines[()] = line
            return ()
        container, path = self._open[-1]
        if isinstance(container, list):
            here = (*path, len(container))
            container.append(value)
            self.lines[here] = line
            return here
        key = self._key[-1] or ""
        container[key] = value
        self._key[-1] = None
        return (*path, key)

    def _plain(self, text: str, line: int) -> Any:
        if text in _WORDS:
            return _WORDS[text]
        if _INT.fullmatch(text):
            try:
                return int(text)
            except ValueError:
                raise self._bad("a number of thousands of digits", line, "correct the number") from None
        if _BASED.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            value = float(text)
            if math.isinf(value):
                raise _not_finite(f"{self.where}, line {line}")
            return value
        if _NOT_FINITE.fullmatch(text):
            raise _not_finite(f"{self.where}, line {line}")
        return text

    def _bad(self, what: str, line: int, mend: str) -> BadInput:
        return BadInput(what, where=f"{self.where}, line {line}", mend=mend)


_WORDS: Final[dict[str, Any]] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INT: Final = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_BASED: Final = re.compile(r"0o[0-7]{1,20}|0x[0-9a-fA-F]{1,16}")
_FLOAT: Final = re.compile(r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
_NOT_FINITE: Final = re.compile(r"[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)")


def _duplicate(pairs: Sequence[tuple[str, Any]], where: str) -> BadInput:
    seen: set[str] = set()
    twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
    return BadInput(
        "a key that occurs twice in one object",
        where=f"{where}, key {twice[:40]!r}",
        why="readers differ in which of the two they keep",
        mend="leave one out",
    )


def _not_finite(where: str) -> BadInput:
    return BadInput(
        "a number that is not finite", where=where, mend="write a number, or leave it out when unknown"
    )


def _nul(where: str) -> BadInput:
    return BadInput("a NUL character", where=where, mend="is it a text file? remove the character")


def _half_pair(where: str) -> BadInput:
    return BadInput("half of a surrogate pair", where=where, mend="write the character whole, in UTF-8")


def _too_deep(where: str) -> BadInput:
    return BadInput(
        "nested too deeply",
        where=where,
        why=f"no record is deeper than {MAX_DEPTH} levels",
        mend="is the file damaged?",
    )
