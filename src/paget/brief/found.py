"""The lines of the page about what was found: findings, criteria, scores and their outcomes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from paget.brief.rows import Pips
from paget.brief.words import Words
from paget.figures import State


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the page shows it.

    Attributes:
        name, title: as in the findings, and in words.
        kind: of its rule: criteria, score, classes, schedule, measure, model.
        value: as in the findings, for machines.
        unit: of a number.
        shown: the value in words.
        certainty: known, partly, unknown, or absent when it does not apply.
        because: the facts behind it, in words.
        meaning: what it is.
        missing: what could still change it, in words.
        limits: the limits of its rule, in words.
        against: published findings that contradict it.
        beside: alternatives under other limits, validity, remarks.
        at_boundary: within three days of a threshold.
        applies: yes, no or unknown.
        why: why it does not apply.
        source, rule, confirmed: where its numbers come from.
        basis: number of its footnote.
    """

    name: str
    title: str
    kind: str
    value: Any
    unit: str
    shown: Words
    certainty: Literal["known", "partly", "unknown", "absent"]
    because: str
    meaning: str
    missing: tuple[str, ...]
    limits: tuple[str, ...]
    against: tuple[str, ...]
    beside: tuple[str, ...]
    at_boundary: bool
    applies: State
    why: str
    source: str
    rule: str
    confirmed: bool
    basis: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: its limit, whether it is met, because of what, by which file, and whether confirmed."""

    text: str
    limit: str
    state: State
    because: str
    source: str
    confirmed: bool
    basis: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class CriteriaGroup:
    """Criteria that belong to one finding."""

    title: str
    says: str
    criteria: tuple[Criterion, ...]
    remarks: tuple[str, ...]
    confirmed: bool
    basis: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one source says of each score still possible; "" where it says nothing."""

    source: str
    confirmed: bool
    cells: tuple[str, ...]
    basis: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of people with the scores still possible: sources side by side, also contradicting ones."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Clause:
    """An item of a score: what it asks, what is known of that, the answer, and what it adds."""

    text: str
    has: str
    state: State
    worth: str


@dataclass(frozen=True, slots=True)
class Score:
    """A score or a model with what it reads as."""

    title: str
    detail: str
    value: Words
    pips: Pips | None
    reads_as: Words
    depends_on: str
    clauses: tuple[Clause, ...]
    outcomes: tuple[Outcomes, ...]
    remarks: tuple[str, ...]
    basis: int
    name: str = ""
