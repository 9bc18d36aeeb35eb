"""The check of all knowledge: keys and their types for every kind, then what each room knows of its own.

A room registers the kinds that it owns as a :class:`Checker`; the walk here knows none of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from paget.knowledge.files import KnowledgeFile
from paget.knowledge.library import Knowledge
from paget.knowledge.schema import EVERY_FILE, Key, json_schema, misfits, nearest


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


def check_keys(
    file: KnowledgeFile, kinds: Mapping[str, Kind], *, complete: bool = True
) -> Iterator[KnowledgeProblem]:
    """What is wrong with the keys of one file: unknown, of another type, or lacking.

    Args:
        file: the file.
        kinds: the kinds that there are, by name.
        complete: also say which keys are lacking.
    """
    kind = kinds.get(file.kind)
    if kind is None:
        yield KnowledgeProblem(
            file.where("kind"), f"no room knows the kind {file.kind!r}", nearest(file.kind, kinds)
        )
        return
    keys = {key.name: key for key in (*EVERY_FILE, *kind.keys)}
    for name, value in file.data.items():
        if name not in keys:
            what = f"a {kind.name} has no key {name!r}"
            yield KnowledgeProblem(file.where(name), what, nearest(name, keys))
        else:
            for place, what, mend in misfits(value, keys[name].schema, (name,)):
                yield KnowledgeProblem(file.where(*place), what, mend)
    for key in keys.values() if complete else ():
        if key.required and key.name not in file.data:
            yield KnowledgeProblem(file.where(), f"{key.name} is missing", f"add it: {key.meaning}")
