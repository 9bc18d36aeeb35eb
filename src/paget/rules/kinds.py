"""The kinds of rule file and their keys, for the check of knowledge and for editors."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.facts.declaration import Fact
from paget.knowledge.checks import Checker, Kind
from paget.knowledge.schema import FLAG, SOURCES, TEXT, Key

SHARES: Final[dict[str, Any]] = {"type": "object", "additionalProperties": {"type": "number"}}
CONDITION: Final[dict[str, Any]] = {"type": "object"}
CONDITIONS: Final[dict[str, Any]] = {"type": "array", "items": CONDITION, "minItems": 1}
THRESHOLD: Final[dict[str, Any]] = {"type": ["string", "number"]}
LIMITS: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": {
        "type": "object",
        "required": ["value"],
        "additionalProperties": False,
        "properties": {
            "value": TEXT,
            "also": {"type": "array", "items": THRESHOLD, "minItems": 1},
            "note": TEXT,
            "source": SOURCES,
            "confirmed": FLAG,
            "also_confirmed": FLAG,
        },
    },
}
EXAMPLES: Final[dict[str, Any]] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["given", "expect"],
        "additionalProperties": False,
        "properties": {"text": TEXT, "given": {"type": "object"}, "expect": {"type": "object"}},
    },
}
CONTRADICTIONS: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["finding", "source", "confirmed"],
        "additionalProperties": False,
        "properties": {
            "finding": TEXT,
            "n": {"type": "integer"},
            "source": SOURCES,
            "confirmed": FLAG,
            "note": TEXT,
        },
    },
}
EFFECTS: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["measure", "source", "confirmed"],
        "additionalProperties": False,
        "properties": {
            "measure": TEXT,
            "value": {"type": "number"},
            "interval": {"type": "array", "items": {"type": "number"}},
            "with": {"type": "number"},
            "without": {"type": "number"},
            "unit": TEXT,
            "n": {"type": "integer"},
            "population": TEXT,
            "source": SOURCES,
            "confirmed": FLAG,
            "note": TEXT,
        },
    },
}
FACTORS: Final[dict[str, Any]] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["factor", "when"],
        "additionalProperties": False,
        "properties": {"factor": TEXT, "when": CONDITION, "effects": EFFECTS},
    },
}
POPULATION: Final[dict[str, Any]] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["when", "reads"],
        "additionalProperties": False,
        "properties": {"when": CONDITION, "reads": TEXT},
    },
}
STRENGTH: Final[dict[str, Any]] = {"type": "string", "minLength": 1}
THINGS: Final[dict[str, Any]] = {
    "type": "array",
    "minItems": 1,
    "items": {
        "type": "object",
        "required": ["thing"],
        "additionalProperties": False,
        "properties": {
            "thing": TEXT,
            "is": TEXT,
            "when": CONDITION,
            "only": CONDITION,
            "brings": {"type": "array", "items": TEXT},
        },
    },
}
ENDS: Final[dict[str, Any]] = {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2}
SCORES: Final[dict[str, Any]] = {"anyOf": [{"type": "number"}, ENDS]}
ROW: Final[dict[str, Any]] = {
    "type": "object",
    "additionalProperties": False,
    "properties": {
        "score": SCORES,
        "group": TEXT,
        "class": TEXT,
        "value": TEXT,
        "n": {"type": "integer"},
        "percent": {"type": "array", "items": {"type": "number"}, "minItems": 1},
        "median": TEXT,
        "note": TEXT,
    },
}
OUTCOMES: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["endpoint", "unit", "rows", "source", "confirmed"],
        "additionalProperties": False,
        "properties": {
            "endpoint": TEXT,
            "unit": TEXT,
            "at": {"type": "array", "items": TEXT},
            "rows": {"type": "array", "items": ROW, "minItems": 1},
            "population": TEXT,
            "n": {"type": "integer"},
            "source": SOURCES,
            "confirmed": FLAG,
            "note": TEXT,
        },
    },
}
DISCRIMINATION: Final[dict[str, Any]] = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["measure", "value", "source", "confirmed"],
        "additionalProperties": False,
        "properties": {
            "measure": TEXT,
            "value": {"type": "number"},
            "interval": {"type": "array"},
            "n": {"type": "integer"},
            "population": TEXT,
            "source": SOURCES,
            "confirmed": FLAG,
        },
    },
}

COMMON: Final = (
    Key("source", "Where its numbers come from: one source or a list.", SOURCES, required=True),
    Key("confirmed", "true only when every number was read in its source.", FLAG, required=True),
    Key("applies", "The condition under which the finding belongs to a case.", CONDITION),
    Key("limits", "Named thresholds, used as $name: value, and others in use under also.", LIMITS),
    Key("examples", "Cases in words with the expected answer; they run as tests.", EXAMPLES),
    Key("validity", "Who was in the source, so that a reader sees whom it speaks of.", TEXT),
    Key(
        "population",
        "Who was in the source, as conditions: what of this case is outside is said.",
        POPULATION,
    ),
    Key("strength", "Of a sign: excludes, lowers, or to be explored.", STRENGTH),
    Key("built_for", "The time for which it was built, e.g. before the operation, before drugs.", TEXT),
    Key("illustrative", "true: numbers made for teaching, of no source.", FLAG),
    Key("contradicted_by", "Findings that say otherwise, with their source.", CONTRADICTIONS),
    Key(
        "outcomes",
        "Published outcomes by score, group or class; what contradicts itself side by side.",
        OUTCOMES,
    ),
    Key("discrimination", "How well it tells patients apart: c-index, with n and source.", DISCRIMINATION),
    Key("reads", "What each answer means, by answer, in a sentence.", {"type": "object"}),
)
WITH_EXAMPLES: Final = tuple(
    Key(key.name, key.meaning, key.schema, required=True) if key.name == "examples" else key for key in COMMON
)
_GROUPS = Key(
    "groups",
    "Names for ranges of the score, both ends included.",
    {
        "type": "array",
        "items": {
            "type": "object",
            "required": ["score", "is"],
            "additionalProperties": False,
            "properties": {"score": SCORES, "is": TEXT},
        },
    },
)

KINDS: Final = (
    Kind("criteria", "A condition: all, any or none of its clauses.", "criteria", (
        *WITH_EXAMPLES,
        Key("all", "Conditions that must all hold.", CONDITIONS),
        Key("any", "Conditions of which one must hold.", CONDITIONS),
        Key("none", "Conditions of which none may hold.", CONDITIONS),
    )),
    Kind("score", "A sum of what its clauses add.", "scores", (
        *WITH_EXAMPLES,
        Key("sum", "Clauses: when with points (default 1), by with bands, slope.", CONDITIONS, required=True),
        Key("intercept", "What the sum starts from.", {"type": "number"}),
        Key("link", "logit: the sum is the logarithm of the odds.", {"const": "logit"}),
        _GROUPS,
    )),
    Kind("model", "A hazard model: clauses that multiply the hazard of its own baseline.", "models", (
        *WITH_EXAMPLES,
        Key("product", "Clauses: when, by or slope; times is the hazard ratio.", CONDITIONS, required=True),
        Key("baseline", "Survival of someone to whom no clause applies, by time.", {
            "type": "object",
            "required": ["survival", "of"],
            "additionalProperties": False,
            "properties": {"survival": SHARES, "of": TEXT},
        }, required=True),
        _GROUPS,
    )),
    Kind("classes", "The class of the first clause that holds; undecided ones leave several.", "classes", (
        *WITH_EXAMPLES,
        Key("first", "Clauses: when and is; the last has no when.", CONDITIONS, required=True),
    )),
    Kind("schedule", "Examinations, each with its greatest age.", "schedules", (
        *COMMON,
        Key("each", "Lines: examination, fact (its age in days), at_most, not_done, when it is needed.",
            CONDITIONS, required=True),
    )),
    Kind("measure", "A fact under the name of a finding, with unit and source.", "measures", (
        *COMMON,
        Key("fact", "The fact.", TEXT, required=True),
        Key("unit", "The unit in which it is shown; default: the unit of the fact.", TEXT),
    )),
    Kind("factors", "Factors of several sources side by side, never added or multiplied.", "factors", (
        *WITH_EXAMPLES,
        Key("beside", "Lines: factor, when it is there, and its published effects.", FACTORS, required=True),
    )),
    Kind("closure", "Things that bring others with them: all that follows from what is there.", "closures", (
        *WITH_EXAMPLES,
        Key("closure", "Lines: thing, what it is, when, only (not without), brings (other things).", THINGS,
            required=True),
    )),
)  # fmt: skip
"""The kinds that this room owns."""


def checker(catalogue: Mapping[str, Fact]) -> Checker:
    """What `paget knowledge check` needs of this room.

    Args:
        catalogue: the facts that rules may read.
    """
    from paget.rules.check import problems_of

    return Checker(KINDS, lambda knowledge: problems_of(knowledge, catalogue))
