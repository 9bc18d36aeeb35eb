"""Endpoints and origins as knowledge files: which event does what, who is eligible, when follow-up ends."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from paget.errors import KnowledgeError
from paget.evidence.queries import Query, queries, values_of
from paget.evidence.windows import Window
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeFile
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
    "not_cleared",
)
"""Every type of event that all endpoints share; ``recurrence`` is one of which the site is not said,
``not_cleared`` that no R0 was reached by a day. A file may find types of its own (``own``)."""

Role = Literal["event", "competing", "censor", "ignored", "unknown"]
ROLES: Final = ("event", "competing", "censor", "ignored", "unknown")
ALIVE, ASSESSED, CONTACT = "last day known alive", "last assessment", "last contact as recorded"
Choice = Literal["event", "censor", "ignore"]
STRATEGIES: Final = ("new_treatment", "missed_assessments")
CHOICES: Final = ("event", "censor", "ignore")
CLEARED_BY: Final = ("operation", "any local treatment")

OF_DISEASE: Final = ("recurrence", "progression", "disease-free", "relapse", "metastasis-free")

_MAP: Final[dict[str, Any]] = {"type": "object"}
_TEXT: Final[dict[str, Any]] = {"type": "string"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}
_CASES: Final[dict[str, Any]] = {
    "type": "object",
    "required": ["origin", "patient", "cases"],
    "additionalProperties": False,
    "properties": {
        "origin": _TEXT,
        "patient": _MAP,
        "cleared_within": {"type": "integer"},
        "cases": {"type": "array", "items": _MAP, "minItems": 1},
    },
}
EXAMPLES: Final = Key(
    "examples", "A patient, by days from any day 0; what more happened; what comes out.", _CASES
)
ORIGINS: Final = Key("origins", "Origins from which it may be counted; left out: any.", _TEXTS)
ELIGIBLE: Final = Key("eligible", "Columns of the origin's row and the values that are allowed.", _MAP)
OWN: Final = Key("own", "Types of event of its own: where in the record each is found.", _MAP)
CODE: Final = Key("code", "Its parameter code (ADaM), such as OS.", _TEXT, required=True)

KINDS: Final = (
    Kind(
        "endpoint",
        "What ends follow-up, and as what.",
        "endpoints",
        (
            CODE,
            Key("events", f"By type of event one of {', '.join(ROLES)}.", _MAP, required=True),
            Key("censored", f"{ALIVE}, {ASSESSED}, or {CONTACT}.", {"enum": [ALIVE, ASSESSED, CONTACT]},
                required=True),
            ELIGIBLE,
            OWN,
            ORIGINS,
            Key("without", "Own types that nobody may have had by the origin.", _TEXTS),
            Key("within", "After which it is no longer looked for: it happened by then or not. Days, or"
                " calendar months such as 6 months.", {"type": ["integer", "string"]}),
            Key("cleared_by", "Whether all was removed by operation, or by any local treatment.",
                {"enum": list(CLEARED_BY)}),
            Key("strategies", f"For {' and '.join(STRATEGIES)} one of {', '.join(CHOICES)}.", _MAP),
            Key("words", "By reason the words for EVNTDESC and CNSDTDSC, where an export has its own.", _MAP),
            EXAMPLES,
        ),
    ),
    Kind(
        "days",
        "Days of a window that were lived outside hospital, or without a treatment.",
        "endpoints",
        (
            CODE,
            Key("within", "Days of the window.", {"type": "integer"}, required=True),
            Key("outside", "hospital, or the modality of a treatment.", _TEXT, required=True),
            OWN,
            ORIGINS,
            EXAMPLES,
        ),
    ),
    Kind(
        "outcome",
        "Several things that must all be so.",
        "endpoints",
        (
            CODE,
            Key("all", "Endpoints with a window, and whether they may have happened.", _MAP, required=True),
            ELIGIBLE,
            ORIGINS,
            EXAMPLES,
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
            Key("after", "Only later than the first row of which this is so: table, day, where.", _MAP),
            Key("completed", "Whether the operation is the last of its plan, and no re-resection followed.",
                {"type": "boolean"}),
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
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class EndpointRule:
    """An endpoint as its file defines it; an event type that it does not name is ignored."""

    name: str
    title: str
    code: str
    events: Mapping[str, Role]
    censored: str
    eligible: Mapping[str, tuple[str | None, ...]]
    own: Mapping[str, tuple[Query, ...]]
    origins: tuple[str, ...]
    without: tuple[str, ...]
    within: Window | None
    cleared_by: str
    strategies: Mapping[str, Choice]
    words: Mapping[str, tuple[str, str]]

    @property
    def assessed(self) -> bool:
        """Whether a patient without an event is censored at the last assessment of disease."""
        return self.censored == ASSESSED

    @classmethod
    def of(cls, knowledge: Knowledge, name: str) -> EndpointRule:
        """Read one.

        Raises:
            NotFound: there is none of that name.
            KnowledgeError: the file is no endpoint.
        """
        return cls.read(of_kind(knowledge, name, "endpoint"))

    @classmethod
    def read(cls, file: KnowledgeFile) -> EndpointRule:
        """What a file of this kind says."""
        data = file.data
        strategies: dict[str, Choice] = dict.fromkeys(STRATEGIES, "ignore")
        return cls(
            file.name,
            file.title,
            data["code"],
            dict(data["events"]),
            data["censored"],
            values_of(data.get("eligible", {})),
            {name: queries(given) for name, given in data.get("own", {}).items()},
            tuple(data.get("origins", ())),
            tuple(data.get("without", ())),
            Window.read(data["within"]) if "within" in data else None,
            data.get("cleared_by", ""),
            strategies | dict(data.get("strategies", {})),
            {reason: (texts[0], texts[1]) for reason, texts in data.get("words", {}).items()},
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
    after: Query | None
    completed: bool

    @classmethod
    def read(cls, knowledge: Knowledge, name: str) -> OriginRule:
        """Read one.

        Raises:
            NotFound: there is none of that name.
            KnowledgeError: the file is no origin.
        """
        file = of_kind(knowledge, name, "origin")
        data = file.data
        return cls(
            file.name,
            file.title,
            data["table"],
            data["day"],
            values_of(data.get("where", {})),
            data.get("of", "any"),
            data["which"],
            queries(data["after"])[0] if "after" in data else None,
            data.get("completed", False),
        )


def causes_of_death(knowledge: Knowledge) -> dict[str, str]:
    """By written cause, in small letters, its type."""
    (file,) = knowledge.of_kind("causes")
    return {str(word).lower(): name for name in DEATHS[:3] for word in file.data[name]}


def kind_of(knowledge: Knowledge, name: str) -> str:
    """Which kind of file defines an endpoint: endpoint, days or outcome.

    Raises:
        NotFound: there is none of that name.
        KnowledgeError: it is none of these.
    """
    kind = knowledge.find(name).kind
    if kind not in ("endpoint", "days", "outcome"):
        of_kind(knowledge, name, "endpoint")
    return kind


def of_kind(knowledge: Knowledge, name: str, kind: str) -> KnowledgeFile:
    """The file of a name and kind.

    Raises:
        NotFound: there is none of that name.
        KnowledgeError: it is of another kind.
    """
    file = knowledge.find(name)
    if file.kind != kind:
        known = ", ".join(one.name for one in knowledge.of_kind(kind))
        raise KnowledgeError(f"{name} is no {kind}", where=file.path, mend=f"there are {known}")
    return file


def checker() -> Checker:
    """What `paget knowledge check` needs of this room."""
    from paget.evidence.endpoint_checks import problems

    return Checker(KINDS, problems)
