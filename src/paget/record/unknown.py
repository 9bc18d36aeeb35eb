"""How registries write that nothing is known, and what a reader of cells answers."""

from __future__ import annotations

from typing import Final

UNKNOWN_WORDS: Final = frozenset(
    {
        "", "unknown", "unk", "ukn", "not known", "not recorded", "not available", "not stated",
        "not done", "missing", "n/a", "na", "n.a.", "nan", "null", "nd", "n.d.", "?", "-", "--", ".",
    }
)  # fmt: skip
"""Words that registries write where nothing is known."""

UNKNOWN_NUMBERS: Final = frozenset({-9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0})
"""Numbers that registries write where nothing is known."""

UNKNOWN_CODES: Final = frozenset(f"{number:g}" for number in UNKNOWN_NUMBERS)
"""The same numbers as they stand in a column of texts."""

SPACES: Final = " \t\n\r\v\f\xa0"
"""What is taken off around a value; named here because engines differ in what they call white space."""


class Unknown:
    """The answer of a reader where a blank was written as a word or code."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Impossible(ValueError):
    """A value that its column cannot hold: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


def is_unknown_word(text: str) -> bool:
    """Whether a text is one of the words for nothing known, in any case and with blanks around it."""
    word = text.strip(SPACES)
    return len(word) < 16 and word.lower() in UNKNOWN_WORDS


def is_unknown(text: str) -> bool:
    """Whether a text is a word or a number for nothing known."""
    return is_unknown_word(text) or (len(text) < 8 and text.strip(SPACES) in UNKNOWN_CODES)
