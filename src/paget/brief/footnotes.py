"""The basis of each number: numbered notes with value, source, rule, and whether it was confirmed."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from typing import Any, Final

from paget.brief.page import Note
from paget.brief.tables import Source
from paget.brief.words import shortened, visible


class Footnotes:
    """Collects the notes of a page in the order in which they are first referred to."""

    def __init__(self, as_of: str, knowledge: str) -> None:
        self.as_of, self.knowledge = as_of, knowledge
        self._notes: list[Note] = []
        self._sources: dict[str, int] = {}
        self._written: list[tuple[str, str]] = []

    def add(
        self,
        title: str,
        value: str,
        text: str,
        *,
        unit: str = "",
        source: str = "",
        rule: str = "",
        confirmed: bool | None = None,
        cites: tuple[int, ...] = (),
    ) -> int:
        """Add a note.

        Args:
            title: what the number is.
            value: the number in words.
            text: what it was computed from.
            unit: of the number.
            source: where the rule's numbers come from.
            rule: the knowledge file.
            confirmed: whether every number of that file was read in its source; None: nothing to confirm.
            cites: the numbers of these sources.

        Returns:
            The number of the note.
        """
        self._notes.append(
            Note(
                len(self._notes) + 1,
                title,
                value,
                unit,
                text,
                source,
                rule,
                confirmed,
                self.as_of,
                self.knowledge,
                cites,
            )
        )
        return len(self._notes)

    def cite(self, source: Any) -> tuple[int, ...]:
        """The numbers of sources in the list of the page; a definition of this house is none."""
        return tuple(filter(None, map(self._cited, _each(source))))

    def _cited(self, entry: Any) -> int:
        text = _one(entry)
        if not text or text.startswith(_DEFINITION):
            return 0
        key = _identity(entry) or text
        if key not in self._sources:
            self._sources[key] = len(self._written) + 1
            self._written.append((short_source(entry), text))
        number = self._sources[key]
        if len(text) > len(self._written[number - 1][1]):  # the fullest of several ways to write it
            self._written[number - 1] = (self._written[number - 1][0], text)
        return number

    @property
    def sources(self) -> tuple[Source, ...]:
        """All sources, each once."""
        return tuple(Source(n, *written) for n, written in enumerate(self._written, 1))

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes."""
        return tuple(self._notes)


def note_words(note: Note) -> str:
    """What a note says after its value: what it was computed from, by which source, and whether confirmed."""
    said = [sentence(note.text)]
    if is_definition(note):
        said.append(defined(note))
    else:
        said += [sentence(f"Source: {note.source}" if note.source else ""), confirmed_words(note)]
    return " ".join(part for part in (*said, sentence(note.rule)) if part)


def is_definition(note: Note) -> bool:
    """Whether a note rests on a definition rather than on a source."""
    return note.source.startswith(_DEFINITION)


def defined(note: Note) -> str:
    """By which definition."""
    return sentence(f"By {note.source.removesuffix(_NO_SOURCE)}")


def confirmed_words(note: Note) -> str:
    """Whether each number was read in its source; "" where there is nothing to confirm."""
    return "" if note.confirmed is None else f"Confirmed: {'yes' if note.confirmed else 'no'}."


_DEFINITION: Final = "definition"
_NO_SOURCE: Final = ", no literature source"


def sentence(text: str) -> str:
    """A text with its full stop."""
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def source_words(source: Any) -> str:
    """Sources as a reader looks them up: authors, year, journal, PMID.

    >>> source_words([{"authors": "Fong Y et al.", "year": 1999, "journal": "Ann Surg", "pmid": 10493478}])
    'Fong Y et al. 1999, Ann Surg, PMID 10493478'
    """
    return "; ".join(filter(None, map(_one, _each(source))))


def _each(source: Any) -> list[Any]:
    return [] if not source else list(source) if isinstance(source, list | tuple) else [source]


_PARTS: Final = ("authors", "title", "year", "journal", "text", "note", "pmid", "doi")


def _one(source: Any) -> str:
    if not isinstance(source, Mapping):
        return visible(source)
    return _reference(*(str(source.get(part) or "") for part in _PARTS))


@functools.lru_cache(maxsize=4096)
def _reference(*parts: str) -> str:
    authors, title, year, journal, text, note, pmid, doi = parts
    who = " ".join(part for part in (authors, title, year) if part)
    number = f"PMID {pmid}" if pmid else f"doi {doi}" if doi else ""
    return visible(", ".join(part for part in (who, journal, text, note, number) if part))


def _identity(source: Any) -> str:
    """What is the same of a source however fully it is written; "" when nothing identifies it."""
    if not isinstance(source, Mapping):
        return ""
    for part in ("pmid", "doi"):
        if source.get(part):
            return f"{part} {source[part]}"
    if source.get("journal") and source.get("year"):
        return f"{source['journal']} {source['year']}"
    return ""


def short_source(source: Any) -> str:
    """The first source in two words: "Fong 1999"."""
    entry = source[0] if isinstance(source, list | tuple) and source else source
    if not isinstance(entry, Mapping):
        return shortened(entry, 40) if entry else ""
    authors = str(entry.get("authors") or "")
    name = authors.rpartition(" et al")[0].rpartition(" ")[0] if " et al" in authors else authors
    return f"{shortened(name or authors, 40)} {entry.get('year') or ''}".strip()
