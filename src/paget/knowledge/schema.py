"""What keys a kind of knowledge file has: declared once, read by the check and by the JSON Schema."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

DIALECT: Final = "https://json-schema.org/draft/2020-12/schema"

TEXT: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
FLAG: Final[dict[str, Any]] = {"type": "boolean"}
SOURCE: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["authors"],
    "additionalProperties": False,
    "properties": {
        "authors": TEXT,
        "title": TEXT,
        "year": {"type": ["integer", "string"]},
        "journal": TEXT,
        "edition": {"type": ["integer", "string"]},
        "pmid": {"type": ["integer", "string"]},
        "doi": TEXT,
        "url": TEXT,
        "read_at": TEXT,
        "note": TEXT,
    },
}
"""Where a number comes from. ``read_at`` says where it was confirmed when that is not the paper itself."""
SOURCES: Final[dict[str, Any]] = {"anyOf": [SOURCE, {"type": "array", "items": SOURCE, "minItems": 1}]}
_TARGET: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["path", "sha256"],
    "additionalProperties": False,
    "properties": {"path": TEXT, "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"}},
}


@dataclass(frozen=True, slots=True)
class Key:
    """A key of a kind of knowledge file.

    Attributes:
        name: its spelling.
        meaning: what to write there, in a sentence.
        schema: JSON Schema of its value.
        required: whether a file of this kind must have it.
    """

    name: str
    meaning: str
    schema: dict[str, Any] = field(default_factory=dict)
    required: bool = False


EVERY_FILE: Final = (
    Key("title", "What it is, in the words of the field.", TEXT, required=True),
    Key("kind", "Which kind of knowledge it is.", TEXT, required=True),
    Key("meaning", "What it means, in a sentence or two.", TEXT),
    Key("source", "Where its numbers come from: one source or a list.", SOURCES),
    Key("confirmed", "true only when every number was read in its source.", FLAG),
    Key("note", "What a reader should know beside it.", TEXT),
    Key("replaces", "In an overlay: the file that this one replaces, and its hash.", _TARGET),
    Key("withdraws", "In an overlay: the file that no longer holds, and its hash.", _TARGET),
    Key("reason", "In an overlay: why.", TEXT),
    Key("by", "In an overlay: who decided.", TEXT),
    Key("date", "In an overlay: when.", TEXT),
)
"""The keys that a file of any kind may have."""


def json_schema(kind: str, meaning: str, keys: Iterable[Key]) -> dict[str, Any]:
    """The JSON Schema of one kind of file, for an editor and for `paget knowledge schema`.

    >>> json_schema("note", "A note.", [Key("text", "The text.", TEXT, required=True)])["required"]
    ['title', 'kind', 'text']
    """
    every = [*EVERY_FILE, *keys]
    properties = {key.name: key.schema | {"description": key.meaning} for key in every}
    properties["kind"] = {"const": kind, "description": meaning}
    return {
        "$schema": DIALECT,
        "title": f"paget knowledge file of kind {kind}",
        "description": meaning,
        "type": "object",
        "required": [key.name for key in every if key.required],
        "additionalProperties": False,
        "properties": properties,
    }
