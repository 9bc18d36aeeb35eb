"""The shape of a mapping file: keys, texts, numbers, lists; every mistake with its line."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, TypeVar

from paget.documents import Document
from paget.errors import BadInput

T = TypeVar("T")
Place = tuple[str | int, ...]
"""Where something stands in a document: the keys and positions that lead to it."""

LISTED: Final = 50  # mistakes in one message
_FEW: Final = 10  # words that a message lists; of more, only the nearest


class StrictReader:
    """Reads the parts of a document and collects mistakes; what it returns holds only if there are none."""

    def __init__(self, document: Document, name: str) -> None:
        self.document, self.name = document, name
        self.mistakes: list[tuple[int, str]] = []

    def keys(
        self,
        value: object,
        path: Place,
        allowed: Iterable[str] | None = None,
        *,
        needed: Iterable[str] = (),
        what: str = "key",
    ) -> dict[str, Any]:
        """Keys with their values; those that are not allowed are left out and named."""
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.wrong(path, f"{_last(path)} is written as keys with values")
            return {}
        known = None if allowed is None else tuple(allowed)
        item = {str(key): inner for key, inner in value.items()}
        for key in [key for key in item if known is not None and key not in known]:
            self.wrong((*path, key), f"there is no {what} {key!r}{near(key, known or ())}")
            del item[key]
        for key in needed:
            if item.get(key) is None:
                self.wrong(path, f"{key} is missing in {_last(path)}")
        return item

    def list_of(self, value: object, path: Place, read: Callable[[object, Place], T]) -> tuple[T, ...]:
        """The items of a list, each read."""
        if value is None:
            return ()
        if not isinstance(value, list):
            self.wrong(path, f"{_last(path)} is a list")
            return ()
        return tuple(read(item, (*path, place)) for place, item in enumerate(value))

    def texts(self, value: object, path: Place) -> tuple[str, ...]:
        """A text or a list of texts; numbers as they are written."""
        if value is None:
            return ()
        items = value if isinstance(value, list) else [value]
        if any(isinstance(item, dict | list) or item is None for item in items):
            self.wrong(path, f"{_last(path)} is a text or a list of texts")
            return ()
        return tuple(str(item).lower() if isinstance(item, bool) else str(item) for item in items)

    def text(self, item: Mapping[str, Any], key: str, path: Place) -> str:
        """A text; blank when it is left out."""
        value = item.get(key)
        if value is None:
            return ""
        if isinstance(value, dict | list | bool):
            self.wrong((*path, key), f"{key} is a text")
            return ""
        return str(value)

    def number(self, item: Mapping[str, Any], key: str, path: Place) -> float | None:
        """A number; None when it is left out."""
        value = item.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.wrong((*path, key), f"{key} is a number")
            return None
        return float(value)

    def one_of(self, item: Mapping[str, Any], key: str, path: Place, allowed: tuple[Any, ...]) -> Any:
        """One of several words; None when it is left out."""
        value = item.get(key)
        if value is None or value in allowed:
            return value
        hint = near(str(value), allowed)
        if len(allowed) < _FEW:
            self.wrong((*path, key), f"{key} is one of {', '.join(allowed)}, not {value!r}{hint}")
        else:
            self.wrong((*path, key), f"there is no {key} {value!r}{hint}")
        return None

    def wrong(self, path: Place, what: str) -> None:
        """Note a mistake at a place."""
        self.mistakes.append((self.document.line(path), what))

    def refuse_mistakes(self) -> None:
        """Refuse the document when it has mistakes.

        Raises:
            BadInput: it has; all are listed.
        """
        listed = sorted(set(self.mistakes))
        if not listed:
            return
        lines = [f"line {line}: {what}" for line, what in listed[:LISTED]]
        if len(listed) > LISTED:
            lines.append(f"and {len(listed) - LISTED} more")
        number = "a mistake" if len(listed) == 1 else f"{len(listed)} mistakes"
        raise BadInput(
            "\n  ".join([f"the mapping file has {number}:", *lines]),
            where=self.name,
            mend="the language is described in docs/mapping.md",
        )


def near(name: str, known: Iterable[str]) -> str:
    """The nearest right words, as the end of a message; blank when none is near.

    >>> near("tumors", ["patients", "tumours"])
    '; did you mean tumours?'
    """
    found = difflib.get_close_matches(name, list(known), n=2, cutoff=0.6)
    return f"; did you mean {' or '.join(found)}?" if found else ""


def _last(path: Place) -> str:
    if not path:
        return "the file"
    end = path[-1]
    return end if isinstance(end, str) else f"item {end + 1}"
