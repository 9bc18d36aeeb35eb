"""The check of all knowledge: keys and their types for every kind, then what each room knows of its own.

A room registers the kinds that it owns as a :class:`Checker`; the walk here knows none of them.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from paget.knowledge.files import KnowledgeFile
from paget.knowledge.library import Knowledge
from paget.knowledge.schema import EVERY_FILE, SOURCES, Key, json_schema


@dataclass(frozen=True, slots=True)
class KnowledgeProblem:
    """One thing that is wrong with a knowledge file, with its place and how to mend it."""

    where: str
    what: str
    mend: str = ""

    def __str__(self) -> str:
        return f"{self.where}: {self.what}; {self.mend}" if self.mend else f"{self.where}: {self.what}"


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of knowledge file: its name, meaning, the folder it lies in, and its own keys."""

    name: str
    meaning: str
    folder: str
    keys: tuple[Key, ...] = ()

    def schema(self) -> dict[str, Any]:
        """Its JSON Schema."""
        return json_schema(self.name, self.meaning, self.keys)


@dataclass(frozen=True, slots=True)
class Checker:
    """The kinds that a room owns, and its own check of them (meaning, units, examples)."""

    kinds: tuple[Kind, ...]
    check: Callable[[Knowledge], Iterable[KnowledgeProblem]]


def check(knowledge: Knowledge, checkers: Sequence[Checker]) -> list[KnowledgeProblem]:
    """Everything that is wrong with the knowledge in force, in order of the files.

    Args:
        knowledge: the layered set.
        checkers: one for each room that owns kinds of files.
    """
    kinds = {kind.name: kind for checker in checkers for kind in checker.kinds}
    problems = [problem for file in knowledge for problem in check_keys(file, kinds)]
    for checker in checkers:
        problems.extend(checker.check(knowledge))
    return list(dict.fromkeys(problems))


def check_keys(file: KnowledgeFile, kinds: dict[str, Kind]) -> Iterator[KnowledgeProblem]:
    """What is wrong with the keys of one file: unknown, lacking, or of another type."""
    kind = kinds.get(file.kind)
    if kind is None:
        yield KnowledgeProblem(
            file.where("kind"), f"no room knows the kind {file.kind!r}", _nearest(file.kind, kinds)
        )
        return
    keys = {key.name: key for key in (*EVERY_FILE, *kind.keys)}
    for name, value in file.data.items():
        if name not in keys:
            yield KnowledgeProblem(
                file.where(name), f"a {kind.name} has no key {name!r}", _nearest(name, keys)
            )
        else:
            yield from _check_value(file, (name,), value, keys[name].schema)
    for key in keys.values():
        if key.required and key.name not in file.data:
            yield KnowledgeProblem(file.where(), f"{key.name} is missing", f"add it: {key.meaning}")


def _check_value(
    file: KnowledgeFile, path: tuple[str | int, ...], value: Any, schema: dict[str, Any]
) -> Iterator[KnowledgeProblem]:
    """The few words of JSON Schema that knowledge keys use; the full schema is for editors."""
    name = ".".join(map(str, path))
    if schema is SOURCES:
        schema = SOURCES["anyOf"][0] if isinstance(value, dict) else SOURCES["anyOf"][1]
    expected = schema.get("type")
    if expected and not any(
        _is(value, word) for word in ([expected] if isinstance(expected, str) else expected)
    ):
        words = expected if isinstance(expected, str) else " or ".join(expected)
        yield KnowledgeProblem(file.where(*path), f"{name} must be {_WORDS.get(words, words)}")
        return
    if isinstance(value, dict):
        properties = schema.get("properties", {})
        for key, inner in value.items():
            if key in properties:
                yield from _check_value(file, (*path, key), inner, properties[key])
            elif isinstance(schema.get("additionalProperties"), dict):
                yield from _check_value(file, (*path, key), inner, schema["additionalProperties"])
            elif schema.get("additionalProperties") is False:
                yield KnowledgeProblem(
                    file.where(*path, key), f"{name} has no key {key!r}", _nearest(key, properties)
                )
        for key in schema.get("required", ()):
            if key not in value:
                yield KnowledgeProblem(file.where(*path), f"{name} lacks {key}")
    if isinstance(value, list) and "items" in schema:
        for index, item in enumerate(value):
            yield from _check_value(file, (*path, index), item, schema["items"])


_TYPES = {
    "string": str,
    "boolean": bool,
    "object": dict,
    "array": list,
    "integer": int,
    "number": (int, float),
}
_WORDS = {
    "string": "text",
    "boolean": "true or false",
    "object": "a mapping",
    "array": "a list",
    "integer": "a whole number",
    "number": "a number",
    "integer or string": "a year or text",
}


def _is(value: Any, word: str) -> bool:
    if word in ("integer", "number") and isinstance(value, bool):
        return False
    return isinstance(value, _TYPES[word])  # type: ignore[arg-type]


def _nearest(name: str, known: Iterable[str]) -> str:
    known = list(known)
    near = difflib.get_close_matches(name, known, n=2)
    return f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
