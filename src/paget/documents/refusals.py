"""What every reader of documents refuses, each in one clear message, and the limits beyond which it does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from paget.errors import BadInput, PagetError

MAX_SIZE: Final = 256 * 2**20  # bytes of a single document; larger data come as NDJSON, a line at a time

MAX_YAML_SIZE: Final = 16 * 2**20  # bytes; what a person writes by hand is smaller, and YAML is slow to read

MAX_DEPTH: Final = 64  # levels; FHIR bundles stay below 20

MOST: Final = 1000  # after so many, reading stops
WHY: Final = 200  # characters of the reason of each of them
LISTED: Final = 20  # broken files or lines that one message names; more do not help to mend the first

BOM_NOTE: Final = "it begins with a byte order mark, which was skipped"


def shown(path: Path | str) -> str:
    r"""A file name as it may be printed: control characters and direction marks escaped.

    >>> shown("a\u202eb\n.json")
    'a\\u202eb\\n.json'
    """
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in str(path))


def too_large(where: str, max_size: int, mend: str) -> BadInput:
    """The error for a document beyond the limit."""
    limit = f"{max_size / 2**20:.4g} MB" if max_size >= 2**20 else f"{max_size} bytes"
    return BadInput("larger than the limit", where=where, why=f"the limit is {limit}", mend=mend)


class Refusals:
    """The broken ones of several files or lines, collected to be told together, up to a thousand."""

    def __init__(self) -> None:
        self.shown: list[PagetError] = []
        self.found = 0

    def add(self, error: PagetError) -> None:
        """One more that is refused."""
        self.found += 1
        if self.found <= LISTED:
            self.shown.append(error)

    @property
    def enough(self) -> bool:
        """Whether so much is broken that reading on tells nothing new."""
        return self.found >= MOST

    def raise_if_any(self, where: str, noun: str) -> None:
        """Refuse them all: one as it is, several in one message.

        Args:
            where: the folder or file in which they are.
            noun: what they are: "files", "lines".

        Raises:
            BadInput: there is one.
        """
        if self.found == 1:
            raise self.shown[0]
        if self.found:
            told = [
                f"{error.where}: {error.what}" + (f" ({error.why[:WHY]})" if error.why else "")
                for error in self.shown
            ]
            more = [f"and {self.found - LISTED} more"] if self.found > LISTED else []
            raise BadInput(
                f"{self.found}{' or more' if self.enough else ''} {noun} are broken",
                where=where,
                why="; ".join([*told, *more]),
                mend=f"mend these {noun}, or take them out",
            )


def not_finite(where: str) -> BadInput:
    """The error for a number that is infinite or none."""
    return BadInput(
        "a number that is not finite", where=where, mend="write a number, or leave it out when unknown"
    )


def nul(where: str) -> BadInput:
    """The error for a NUL character."""
    return BadInput("a NUL character", where=where, mend="is it a text file? remove the character")


def half_pair(where: str) -> BadInput:
    """The error for half of a surrogate pair."""
    return BadInput("half of a surrogate pair", where=where, mend="write the character whole, in UTF-8")


def too_deep(where: str) -> BadInput:
    """The error for nesting that no record has."""
    return BadInput(
        "nested too deeply",
        where=where,
        why=f"no record is deeper than {MAX_DEPTH} levels",
        mend="is the file damaged?",
    )
