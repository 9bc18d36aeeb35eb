"""The basis of each number: numbered notes with value, source, rule, and whether it was confirmed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

from paget.brief.page import Note
from paget.brief.words import visible


class Footnotes:
    """Collects the notes of a page in the order in which they are first referred to."""

    def __init__(self, as_of: str, knowledge: str) -> None:
        self.as_of, self.knowledge = as_of, knowledge
        self._notes: list[Note] = []

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
            )
        )
        return len(self._notes)

    @property
    def notes(self) -> tuple[Note, ...]:
        """All notes."""
        return tuple(self._notes)


def note_words(note: Note) -> str:
    """What a note says after its value: what it was computed from, by which source, and whether confirmed."""
    said = [_sentence(note.text)]
    if note.source.startswith(_DEFINITION):
        said.append(_sentence(f"By {note.source.removesuffix(_NO_SOURCE)}"))
    else:
        confirmed = "" if note.confirmed is None else f"Confirmed: {'yes' if note.confirmed else 'no'}."
        said += [_sentence(f"Source: {note.source}" if note.source else ""), confirmed]
    return " ".join(part for part in (*said, _sentence(note.rule)) if part)


_DEFINITION: Final = "definition"
_NO_SOURCE: Final = ", no literature source"


def _sentence(text: str) -> str:
    return text if not text or text.endswith((".", "?", "!")) else f"{text}."


def source_words(source: Any) -> str:
    """Sources as a reader looks them up: authors, year, journal, PMID.

    >>> source_words([{"authors": "Fong Y et al.", "year": 1999, "journal": "Ann Surg", "pmid": 10493478}])
    'Fong Y et al. 1999, Ann Surg, PMID 10493478'
    """
    if not source:
        return ""
    if isinstance(source, str):
        return visible(source)
    each: Iterable[Any] = source if isinstance(source, list | tuple) else [source]
    return "; ".join(filter(None, (_one(entry) for entry in each)))


def _one(source: Any) -> str:
    if not isinstance(source, Mapping):
        return visible(source)
    who = " ".join(str(source[key]) for key in ("authors", "title", "year") if source.get(key))
    parts = [who, *(str(source[key]) for key in ("journal", "text", "note") if source.get(key))]
    if source.get("pmid"):
        parts.append(f"PMID {source['pmid']}")
    elif source.get("doi"):
        parts.append(f"doi {source['doi']}")
    return visible(", ".join(part for part in parts if part))


def short_source(source: Any) -> str:
    """The first source in two words: "Fong 1999"."""
    entry = source[0] if isinstance(source, list | tuple) and source else source
    if not isinstance(entry, Mapping):
        return visible(entry, 40) if entry else ""
    authors = str(entry.get("authors") or "")
    name = authors.split(" ", maxsplit=1)[0].rstrip(",") if " et al" in authors else authors
    return visible(f"{name} {entry.get('year') or ''}".strip(), 40)
