"""Reading YAML 1.2 (core schema) strictly, with the line of every part."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Final

from paget.documents.refusals import MAX_DEPTH, MAX_YAML_SIZE, not_finite, nul, too_deep
from paget.documents.text import bytes_of, decoded
from paget.errors import BadInput


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
    source = decoded(bytes_of(text, where, max_size, notes, "write it as JSON, or split it"), where)
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
            raise nul(f"{self.where}, line {line}")
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
            raise too_deep(f"{self.where}, line {line}")
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
                raise not_finite(f"{self.where}, line {line}")
            return value
        if _NOT_FINITE.fullmatch(text):
            raise not_finite(f"{self.where}, line {line}")
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
