"""The worksheet files: which role answers which questions, what prefills each, and the check of them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from paget.facts.declaration import Fact
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeFile, KnowledgeProblem
from paget.knowledge.schema import FLAG, SOURCES, TEXT, nearest
from paget.rules.rule import COMBINATORS

ROLES: Final = (
    "radiologist",
    "pathologist",
    "surgeon",
    "medical oncologist",
    "anaesthetist",
    "radiation oncologist",
    "ethics",
)
"""Who fills a worksheet in, in the order of the board; ethics is the whole board's."""

TRUTHS: Final = ("yes", "no")

_WHEN: Final[dict[str, Any]] = {"type": "object"}
_NAMES: Final[dict[str, Any]] = {"type": "array", "items": TEXT, "minItems": 1}
_QUESTION: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["asks"],
    "additionalProperties": False,
    "properties": {"asks": TEXT, "about": TEXT, "from": _NAMES, "when": _WHEN, "note": TEXT},
}

KIND: Final = Kind(
    "worksheet",
    "Questions that one role of the board answers before the meeting.",
    "worksheets",
    (
        Key("source", "Where its numbers come from: one source or a list.", SOURCES, required=True),
        Key("confirmed", "true only when every number was read in its source.", FLAG, required=True),
        Key("role", f"Who answers: {', '.join(ROLES)}.", {"type": "string"}, required=True),
        Key("organ", "Of a surgeon's sheet: the organ it is about.", TEXT),
        Key("when", "Facts or findings with the answers for which the sheet is asked.", _WHEN),
        Key(
            "questions",
            "Each asks something; `from` names the facts and findings that prefill it, or with a slash at "
            "the end all findings whose files lie in that folder; `when` says where it belongs.",
            {"type": "array", "items": _QUESTION, "minItems": 1},
            required=True,
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question.

    Attributes:
        asks: in the words of the board.
        about: the heading under which it stands; of the ethical questions the principle.
        sources: facts and findings that prefill it; none: it is for a person to judge.
        when: by fact or finding the answers for which it is asked.
        note: what to bear in mind.
    """

    asks: str
    about: str
    sources: tuple[str, ...]
    when: Mapping[str, tuple[str, ...]]
    note: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One worksheet file, read."""

    file: KnowledgeFile
    role: str
    organ: str
    when: Mapping[str, tuple[str, ...]]
    questions: tuple[Question, ...]


@lru_cache(maxsize=8)
def sheets_of(knowledge: Knowledge) -> tuple[Sheet, ...]:
    """The worksheets in force, in order of the roles, a surgeon's general sheet before those by organ.

    >>> [sheet.role for sheet in sheets_of(Knowledge.load())][:2]
    ['radiologist', 'pathologist']
    """
    found = [
        Sheet(
            file,
            str(file.data["role"]),
            str(file.data.get("organ", "")),
            _answers(file.data.get("when", {})),
            tuple(_question(one) for one in file.data["questions"]),
        )
        for file in knowledge.of_kind(KIND.name)
    ]
    known = [sheet for sheet in found if sheet.role in ROLES]
    return tuple(
        sorted(known, key=lambda sheet: (ROLES.index(sheet.role), bool(sheet.organ), sheet.file.path))
    )


def _question(data: Mapping[str, Any]) -> Question:
    return Question(
        str(data["asks"]),
        str(data.get("about", "")),
        tuple(map(str, data.get("from", ()))),
        _answers(data.get("when", {})),
        str(data.get("note", "")),
    )


def _answers(when: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {
        name: tuple(wanted) if isinstance(wanted, list) else (str(wanted),) for name, wanted in when.items()
    }


def checker(catalogue: Mapping[str, Fact]) -> Checker:
    """What `paget knowledge check` needs of the worksheets.

    Args:
        catalogue: the facts that a question may name.
    """
    return Checker((KIND,), lambda knowledge: _problems(knowledge, catalogue))


def _problems(knowledge: Knowledge, catalogue: Mapping[str, Fact]) -> Iterator[KnowledgeProblem]:
    rules = {file.name for file in knowledge.of_kind(*COMBINATORS)}
    names = [*catalogue, *sorted(rules)]
    folders = {f"{file.path.rpartition('/')[0]}/" for file in knowledge.of_kind(*COMBINATORS)}
    for file in knowledge.of_kind(KIND.name):
        if file.data.get("role") not in ROLES:
            yield KnowledgeProblem(
                file.where("role"),
                f"no role {file.data.get('role')!r}",
                nearest(str(file.data.get("role")), ROLES),
            )
        asked: set[str] = set()
        yield from _when(file, file.data.get("when"), ("when",), catalogue, names)
        for index, question in enumerate(file.data.get("questions") or ()):
            if not isinstance(question, dict):
                continue
            place = ("questions", index)
            if question.get("asks") in asked:
                yield KnowledgeProblem(file.where(*place), "this question stands twice in the sheet")
            asked.add(str(question.get("asks")))
            for name in question.get("from") or ():
                if name not in names and name not in folders:
                    yield KnowledgeProblem(
                        file.where(*place, "from"),
                        f"there is no fact or finding {name!r}",
                        nearest(str(name), names),
                    )
            yield from _when(file, question.get("when"), (*place, "when"), catalogue, names)


def _when(
    file: KnowledgeFile,
    when: Any,
    place: tuple[str | int, ...],
    catalogue: Mapping[str, Fact],
    names: list[str],
) -> Iterator[KnowledgeProblem]:
    for name, wanted in (when or {}).items():
        if name not in names:
            yield KnowledgeProblem(
                file.where(*place, name), f"there is no fact or finding {name!r}", nearest(name, names)
            )
            continue
        fact = catalogue.get(name)
        if fact is None:
            continue
        possible = fact.classes or (TRUTHS if fact.kind == "truth" else ())
        for answer in wanted if isinstance(wanted, list) else [wanted]:
            if answer not in possible:
                yield KnowledgeProblem(
                    file.where(*place, name),
                    f"{name} is never {answer!r}",
                    nearest(str(answer), possible)
                    if possible
                    else "it asks by yes, no or class; a threshold belongs into a rule, which it may name",
                )
