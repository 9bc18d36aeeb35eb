"""The value sets that facts read: diseases, closing studies, spread, examinations, N categories."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from paget.errors import KnowledgeError
from paget.facts import written_words
from paget.facts.written_words import Condition, answers, conditions, recorded, spellings, words
from paget.knowledge import Checker, Key, Kind, Knowledge, KnowledgeProblem
from paget.units import quantity

DISEASES: Final = (
    "colorectal",
    "lung",
    "kidney",
    "head and neck",
    "soft tissue sarcoma",
    "breast",
    "prostate",
    "melanoma",
    "oesophagus or stomach",
    "pancreas or bile duct",
    "liver",
    "other",
)

_ANY: Final[dict[str, Any]] = {"type": "object"}
_TEXTS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "string"}}

KINDS: Final = (
    Kind(
        "diseases",
        "Which sites and histologies make which disease.",
        "value_sets",
        (
            Key("by_histology", "Histologies that decide whatever the site.", _ANY, required=True),
            Key("by_site", "Sites, where the histology does not decide.", _ANY, required=True),
            Key("not_of_the_site", "Histologies at a site that make another disease.", _ANY),
        ),
    ),
    Kind(
        "staging",
        "What closes a count of metastases.",
        "value_sets",
        (
            Key("maximal_age", "How old a study of each kind may be.", _ANY, required=True),
            Key("regions", "Regions, what covers them, and by which kinds of study.", _ANY, required=True),
            Key("demanded", "Regions that staging of each disease demands.", _ANY, required=True),
            Key("stating_metastasis", "M categories that state a metastasis.", _ANY, required=True),
            Key(
                "closing_statement", "M categories that state absence, and for how long.", _ANY, required=True
            ),
        ),
    ),
    Kind(
        "spread",
        "Organs that are dissemination or are not counted.",
        "value_sets",
        (
            Key("dissemination", "Organs whose involvement is dissemination.", _TEXTS, required=True),
            Key("uncounted", "Organs in which lesions are not counted.", _TEXTS, required=True),
            Key("peritoneal", "Organs that are the peritoneum.", _TEXTS, required=True),
        ),
    ),
    Kind(
        "examinations",
        "Which studies are which examination.",
        "value_sets",
        (
            Key(
                "examinations",
                "By name: kinds and covers of studies, or names of observations; words; also called.",
                _ANY,
                required=True,
            ),
            Key("not_done", "Names of the observation that says what was not done.", _TEXTS, required=True),
        ),
    ),
    Kind(
        "nodes",
        "What an N category says of nodes.",
        "value_sets",
        (
            Key("negative", "Categories without positive nodes.", _TEXTS, required=True),
            Key("positive", "Categories with at least one positive node.", _TEXTS, required=True),
        ),
    ),
    *written_words.KINDS,
)


@dataclass(frozen=True, slots=True)
class Region:
    """A region of staging: what covers it, and the greatest age in days of each kind of closing study."""

    covers: tuple[str, ...]
    ages: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Examination:
    """An examination of a workup.

    Attributes:
        kinds: of study that it may be.
        covers: the regions of which such a study must cover one; none: any study of the kind.
        observations: names of measured values that it may be instead, in every spelling.
        words: what it is called.
        names: what it is called where a record says that it was not done, in every spelling.
    """

    kinds: tuple[str, ...]
    covers: tuple[str, ...]
    observations: tuple[str, ...]
    words: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class ValueSets:
    """All value sets in force."""

    by_histology: Mapping[str, tuple[str, ...]]
    by_site: Mapping[str, tuple[str, ...]]
    not_of_the_site: Mapping[str, tuple[str, ...]]
    regions: Mapping[str, Region]
    demanded: Mapping[str, tuple[str, ...]]
    absent_m: tuple[str, ...]
    present_m: tuple[str, ...]
    closing_m_days: int
    dissemination: tuple[str, ...]
    uncounted: tuple[str, ...]
    peritoneal: tuple[str, ...]
    examinations: Mapping[str, Examination]
    not_done: tuple[str, ...]
    nodes_negative: tuple[str, ...]
    nodes_positive: tuple[str, ...]
    conditions: Mapping[str, Condition]
    words_yes: tuple[str, ...]
    words_no: tuple[str, ...]
    recorded: Mapping[str, tuple[str, tuple[str, ...]]]
    words: Mapping[str, Mapping[str, tuple[str, ...]]]
    numbers: Mapping[str, Mapping[str, float]]

    @property
    def yes_or_no(self) -> tuple[str, ...]:
        """The conditions that are there or not."""
        return tuple(name for name, one in self.conditions.items() if not one.classes)

    @property
    def grades(self) -> tuple[str, ...]:
        """The conditions that have grades."""
        return tuple(name for name, one in self.conditions.items() if one.classes)

    @classmethod
    def of(cls, knowledge: Knowledge) -> ValueSets:
        """Read them from the knowledge in force.

        Raises:
            KnowledgeError: an overlay withdraws a value set, or replaces it by one that lacks a key.
        """
        try:
            return cls._read(knowledge)
        except (KeyError, StopIteration) as error:
            raise KnowledgeError(
                f"a value set lacks {error}" if str(error) else "a value set is lacking",
                where="value_sets",
                why="facts cannot be made without it",
                mend="replace a value set by a whole one, and withdraw none",
            ) from error

    @classmethod
    def _read(cls, knowledge: Knowledge) -> ValueSets:
        data = {file.kind: file.data for file in knowledge.of_kind(*(kind.name for kind in KINDS))}
        ages = {kind: _days(text) for kind, text in data["staging"]["maximal_age"].items()}
        closing = data["staging"]["closing_statement"]
        return cls(
            _lists(data["diseases"]["by_histology"]),
            _lists(data["diseases"]["by_site"]),
            _lists(data["diseases"].get("not_of_the_site", {})),
            {
                name: Region(tuple(region["covers"]), {kind: ages[kind] for kind in region["by"]})
                for name, region in data["staging"]["regions"].items()
            },
            _lists(data["staging"]["demanded"]),
            tuple(closing["m"]),
            tuple(data["staging"]["stating_metastasis"]["m"]),
            _days(closing["at_most"]),
            tuple(data["spread"]["dissemination"]),
            tuple(data["spread"]["uncounted"]),
            tuple(data["spread"]["peritoneal"]),
            {
                name: Examination(
                    tuple(one.get("kinds", ())),
                    tuple(one.get("covers", ())),
                    spellings(one.get("observations", ())),
                    one["words"],
                    spellings([one["words"], name, name.replace("_", " "), *one.get("also", ())]),
                )
                for name, one in data["examinations"]["examinations"].items()
            },
            spellings(data["examinations"]["not_done"]),
            tuple(data["nodes"]["negative"]),
            tuple(data["nodes"]["positive"]),
            conditions=conditions(knowledge),
            words_yes=answers(knowledge, "yes"),
            words_no=answers(knowledge, "no"),
            recorded=recorded(knowledge),
            words=words(knowledge),
            numbers={file.name: dict(file.data.get("numbers", {})) for file in knowledge.of_kind("words")},
        )

    def disease(self, site: str, histology: str) -> str:
        """The disease of a site and histology.

        >>> from paget.knowledge import Knowledge
        >>> ValueSets.of(Knowledge.load()).disease("rectum", "adenocarcinoma")
        'colorectal'
        """
        for name, histologies in self.by_histology.items():
            if histology in histologies:
                return name
        for name, sites in self.by_site.items():
            if site in sites:
                return "other" if histology in self.not_of_the_site.get(site, ()) else name
        return "other"


def _days(text: str) -> int:
    return int(quantity(text).to("day"))


def _lists(data: Mapping[str, list[str]]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(values) for name, values in data.items()}


def checker() -> Checker:
    """What `paget knowledge check` needs of this room."""
    return Checker(KINDS, _problems)


def _problems(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    try:
        sets = ValueSets.of(knowledge)
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        yield KnowledgeProblem("value_sets", f"a value set lacks {error}", "compare it with the shipped file")
        return
    for file in knowledge.of_kind("staging"):
        for disease, regions in sets.demanded.items():
            if disease not in DISEASES:
                yield KnowledgeProblem(file.where("demanded", disease), f"{disease} is no disease")
            for region in regions:
                if region not in sets.regions:
                    yield KnowledgeProblem(
                        file.where("demanded", disease), f"{region} is no region of this file"
                    )
