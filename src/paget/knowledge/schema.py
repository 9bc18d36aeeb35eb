"""What keys a kind of knowledge file has: declared once, read by the check and by the JSON Schema."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from typing import Any, Final

LARGEST: Final = 1e12
"""No number in a knowledge file is larger; beyond it lies a slip of the pen."""
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


def nearest(name: str, known: Iterable[str]) -> str:
    """The nearest known spellings as a question; all of them when none is near.

    >>> nearest("titel", ["title", "kind"])
    'did you mean title?'
    """
    known = list(known)
    near = difflib.get_close_matches(name, known, n=2)
    return f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"


def misfits(
    value: Any, schema: Mapping[str, Any], path: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    """Where a value does not follow a schema: place, what is wrong, and how to mend it.

    Knows the few words of JSON Schema that keys of knowledge use; of ``anyOf`` it takes the first that
    has the value's type, so that the message speaks of what the author meant.
    """
    name = ".".join(map(str, path))
    if "anyOf" in schema:
        fitting = [one for one in schema["anyOf"] if _is_any(value, one.get("type"))]
        schema = fitting[0] if fitting else {"type": [one["type"] for one in schema["anyOf"]]}
    if not _is_any(value, schema.get("type")):
        yield path, f"{name} must be {_in_words(schema['type'])}", ""
    elif "const" in schema and value != schema["const"]:
        yield path, f"{name} can only be {schema['const']}", ""
    elif "enum" in schema and value not in schema["enum"]:
        yield path, f"{name} cannot be {value!r}", nearest(str(value), map(str, schema["enum"]))
    elif isinstance(value, str) and len(value) < schema.get("minLength", 0):
        yield path, f"{name} is empty", ""
    elif isinstance(value, int | float) and abs(value) > LARGEST:
        yield path, f"{name} is beyond all measure", ""
    elif isinstance(value, list) and len(value) < schema.get("minItems", 0):
        yield path, f"{name} has too few items", ""
    elif isinstance(value, list) and len(value) > schema.get("maxItems", inf):
        yield path, f"{name} has too many items", ""
    elif isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from misfits(item, schema["items"], (*path, index))
    elif isinstance(value, dict):
        yield from _misfits_in_mapping(value, schema, path, name)


def _misfits_in_mapping(
    value: dict[str, Any], schema: Mapping[str, Any], path: tuple[str | int, ...], name: str
) -> Iterator[tuple[tuple[str | int, ...], str, str]]:
    properties, others = schema.get("properties", {}), schema.get("additionalProperties", True)
    for key, inner in value.items():
        if key in properties:
            yield from misfits(inner, properties[key], (*path, key))
        elif isinstance(others, dict):
            yield from misfits(inner, others, (*path, key))
        elif others is False:
            yield (*path, key), f"{name} has no key {key!r}", nearest(key, properties)
    for key in schema.get("required", ()):
        if key not in value:
            yield path, f"{name} lacks {key}", ""


_TYPES: Final[dict[str, tuple[type, ...]]] = {
    "string": (str,),
    "boolean": (bool,),
    "object": (dict,),
    "array": (list,),
    "integer": (int,),
    "number": (int, float),
}
_WORDS: Final = {
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
}


def _is_any(value: Any, types: str | list[str] | None) -> bool:
    if types is None:
        return True
    return any(_is(value, word) for word in ([types] if isinstance(types, str) else types))


def _is(value: Any, word: str) -> bool:
    if isinstance(value, bool):
        return word == "boolean"
    return isinstance(value, _TYPES[word])


def _in_words(types: str | list[str]) -> str:
    return " or ".join(_WORDS[word] for word in ([types] if isinstance(types, str) else types))
