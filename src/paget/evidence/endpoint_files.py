"""Endpoints and origins as knowledge files: which event does what, who is eligible, when follow-up ends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from paget.errors import KnowledgeError
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeFile, KnowledgeProblem
from paget.record.tables import TABLES

DEATHS: Final = ("death_of_cancer", "death_of_treatment", "death_of_other_cause", "death_of_unknown_cause")
EVENT_TYPES: Final = (
    *DEATHS,
    "local_recurrence",
    "regional_recurrence",
    "distant_recurrence",
    "recurrence",
    "progression",
    "regrowth",
    "second_primary_of_the_organ",
    "second_primary_elsewhere",
    "next_treatment",
)
"""Every type of event; ``recurrence`` is one of which the site is not said."""

Role = Literal["event", "competing", "censor", "ignored", "unknown"]
ROLES: Final = ("event", "competing", "censor", "ignored", "unknown")
ALIVE, ASSESSED = "last day known alive", "last assessment"

_OF_DISEASE: Final = ("recurrence", "progression", "disease-free", "relapse", "metastasis-free")

_MAP: Final[dict[str, Any]] = {"type": "object"}
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}

KINDS: Final = (
    Kind(
        "endpoint",
        "What ends follow-up, and as what.",
        "endpoints",
        (
            Key("code", "Its parameter code (ADaM), such as OS.", _TEXT, required=True),
            Key("events", f"By type of event one of {', '.join(ROLES)}.", _MAP, required=True),
            Key("censored", f"{ALIVE}, or {ASSESSED}.", {"enum": [ALIVE, ASSESSED]}, required=True),
            Key("eligible", "Columns of the origin's row and the values that are allowed.", _MAP),
        ),
    ),
    Kind(
        "origin",
        "The row and day from which follow-up counts.",
        "origins",
        (
            Key("table", "Table of the record.", {"enum": sorted(TABLES)}, required=True),
            Key("day", "Its day column.", _TEXT, required=True),
            Key("where", "Columns and the values that are allowed.", _MAP),
            Key("of", "What a treatment addressed.", {"enum": ["primary", "metastases", "any"]}),
            Key(
                "which",
                "first, last, or each primary's own.",
                {"enum": ["first", "last", "each"]},
                required=True,
            ),
        ),
    ),
    Kind(
        "causes",
        "What a written cause of death means.",
        "value_sets",
        tuple(Key(name, "Words.", _TEXTS, required=True) for name in DEATHS[:3]),
    ),
)


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """An endpoint as its file defines it; an event type that it does not name is ignored."""

    name: str
    title: str
    code: str
    events: Mapping[str, Role]
    assessed: bool
    eligible: Mapping[str, tuple[str | None, ...]]

    @classmethod
    def of(cls, knowledge: Knowledge, name: str) -> EndpointRule:
        """Read one.

        Raises:
            NotFound: there is none of that name.
            KnowledgeError: the file is no endpoint.
        """
        file = _of_kind(knowledge, name, "endpoint")
        return cls(
            file.name,
            file.title,
            file.data["code"],
            dict(file.data["events"]),
            file.data["censored"] == ASSESSED,
            _values(file.data.get("eligible", {})),
        )


@dataclass(frozen=True, slots=True)
class OriginRule:
    """An origin as its file defines it."""

    name: str
    title: str
    table: str
    day: str
    where: Mapping[str, tuple[str | None, ...]]
    of: str
    which: str

    @classmethod
    def read(cls, knowledge: Knowledge, name: str) -> OriginRule:
        """Read one.

        Raises:
            NotFound: there is none of that name.
            KnowledgeError: the file is no origin.
        """
        file = _of_kind(knowledge, name, "origin")
        data = file.data
        return cls(
            file.name,
            file.title,
            data["table"],
            data["day"],
            _values(data.get("where", {})),
            data.get("of", "any"),
            data["which"],
        )


def causes_of_death(knowledge: Knowledge) -> dict[str, str]:
    """By written cause, in small letters, its type."""
    (file,) = knowledge.of_kind("causes")
    return {str(word).lower(): name for name in DEATHS[:3] for word in file.data[name]}


def _of_kind(knowledge: Knowledge, name: str, kind: str) -> KnowledgeFile:
    file = knowledge.find(name)
    if file.kind != kind:
        known = ", ".join(one.name for one in knowledge.of_kind(kind))
        raise KnowledgeError(f"{name} is no {kind}", where=file.path, mend=f"there are {known}")
    return file


def _values(data: Mapping[str, Any]) -> dict[str, tuple[str | None, ...]]:
    return {column: tuple(values) for column, values in data.items()}


def checker() -> Checker:
    """What `paget knowledge check` needs of this room."""
    return Checker(KINDS, _problems)


def _problems(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    for file in knowledge.of_kind("endpoint"):
        for name, role in file.data.get("events", {}).items():
            if name not in EVENT_TYPES:
                mend = f"there are {', '.join(EVENT_TYPES)}"
                yield KnowledgeProblem(file.where("events", name), f"no type of event is {name}", mend)
            if role not in ROLES:
                yield KnowledgeProblem(file.where("events", name), f"{role} is none of {', '.join(ROLES)}")
        ending = {name for name, role in file.data.get("events", {}).items() if role == "event"}
        if not ending:
            yield KnowledgeProblem(file.where("events"), "nothing is an event")
        elif ending <= set(DEATHS) and any(word in file.title.lower() for word in _OF_DISEASE):
            what = "an endpoint of disease whose event is death alone: recurrences would be censored silently"
            yield KnowledgeProblem(
                file.where("events"), what, "name the recurrences as events, or call it survival"
            )
    for file in knowledge.of_kind("origin"):
        table = TABLES.get(file.data.get("table", ""))
        if table is None:
            continue
        if file.data.get("day") not in table.days:
            yield KnowledgeProblem(file.where("day"), f"{table.name} has no such day", ", ".join(table.days))
        for column in file.data.get("where", {}):
            if column not in {one.name for one in table.columns}:
                yield KnowledgeProblem(file.where("where", column), f"{table.name} has no column {column}")
