"""Which words of a record mean what: conditions that are there or not, grades, and spellings of one thing.

Text is compared whole, in the spellings of knowledge and in lower, upper and capital letters; never by
looking for a part of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from paget.knowledge import Key, Kind, Knowledge

_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
_LISTS: Final[dict[str, Any]] = {"type": "object", "additionalProperties": _TEXTS}
_CONDITIONS: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["meaning", "names"],
        "additionalProperties": False,
        "properties": {
            "meaning": {"type": "string"},
            "names": _TEXTS,
            "grades": _LISTS,
            "resolved_by": {"type": "string"},
        },
    },
}

KINDS: Final = (
    Kind(
        "conditions",
        "Observations in words that are facts: yes or no, or a grade.",
        "value_sets",
        (
            Key("yes", "Words that say that it is there.", _TEXTS, required=True),
            Key("no", "Words that say that it is not.", _TEXTS, required=True),
            Key(
                "recorded",
                "A fact that is yes where the record holds any observation of this file, and its meaning.",
                {"type": "object", "additionalProperties": {"type": "string"}},
            ),
            Key(
                "conditions",
                "By fact: meaning, names of its observations, resolved_by, and its grades upward.",
                _CONDITIONS,
                required=True,
            ),
        ),
    ),
    Kind(
        "words",
        "Which spellings of a text column are which thing.",
        "value_sets",
        (
            Key("words", "By thing: its spellings.", _LISTS, required=True),
            Key("numbers", "By thing: a number that belongs to it.", {"type": "object"}),
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Condition:
    """An observation in words.

    Attributes:
        meaning: what it is.
        names: the names of its observations, in every spelling.
        classes: its grades upward; empty: yes or no.
        words: the words of each grade.
        resolved_by: what would make it known.
    """

    meaning: str
    names: tuple[str, ...]
    classes: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    resolved_by: str


def conditions(knowledge: Knowledge) -> dict[str, Condition]:
    """The conditions of all files, by fact."""
    return {
        name: Condition(
            one["meaning"],
            spellings(one["names"]),
            tuple(one.get("grades", {})),
            tuple(spellings([grade, *words]) for grade, words in one.get("grades", {}).items()),
            one.get("resolved_by", "history and examination"),
        )
        for file in knowledge.of_kind("conditions")
        for name, one in file.data["conditions"].items()
    }


def answers(knowledge: Knowledge, answer: str) -> tuple[str, ...]:
    """The words of all files for yes, or for no."""
    return spellings(dict.fromkeys(w for file in knowledge.of_kind("conditions") for w in file.data[answer]))


def recorded(knowledge: Knowledge) -> dict[str, tuple[str, tuple[str, ...]]]:
    """By fact that says whether anything of a file is recorded: its meaning, and names of observations."""
    return {
        fact: (meaning, spellings(name for one in file.data["conditions"].values() for name in one["names"]))
        for file in knowledge.of_kind("conditions")
        for fact, meaning in file.data.get("recorded", {}).items()
    }


def words(knowledge: Knowledge) -> dict[str, dict[str, tuple[str, ...]]]:
    """By file and thing: its spellings."""
    return {
        file.name: {thing: spellings([thing, *several]) for thing, several in file.data["words"].items()}
        for file in knowledge.of_kind("words")
    }


def spellings(texts: Iterable[str]) -> tuple[str, ...]:
    """Each text as it is, in lower, upper and capital letters, once.

    >>> spellings(["RUL", "right upper lobe"])[:4]
    ('RUL', 'rul', 'Rul', 'right upper lobe')
    """
    every = (form for text in texts for form in (text, text.lower(), text.upper(), text.capitalize()))
    return tuple(dict.fromkeys(every))
