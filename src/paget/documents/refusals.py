"""What every reader of documents refuses, each in one clear message, and the limits beyond which it does."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from paget.errors import BadInput

MAX_SIZE: Final = 256 * 2**20  # bytes of a single document; larger data come as NDJSON, a line at a time

MAX_YAML_SIZE: Final = 16 * 2**20  # bytes; what a person writes by hand is smaller, and YAML is slow to read

MAX_DEPTH: Final = 64  # levels; FHIR bundles stay below 20

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
    return BadInput(
        "larger than the limit", where=where, why=f"the limit is {limit}", mend=f"{mend}; or --max-size"
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
