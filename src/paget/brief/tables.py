"""The lines of the page's tables: answers, scores, factors, and what stands in which part."""

from __future__ import annotations

from dataclasses import dataclass

from paget.brief.found import Outcomes
from paget.brief.rows import Pips
from paget.brief.words import Words
from paget.figures import State


@dataclass(frozen=True, slots=True)
class Answer:
    """What a board asks first, answered in a line.

    Attributes:
        name: of the finding.
        asks: what is asked.
        state: yes, no or unknown, where that is the answer.
        value: the answer in words.
        says: what it rests on, or what is missing.
        confirmed: whether the numbers of its rule were read in a source.
    """

    name: str
    asks: str
    state: State | None
    value: Words
    says: Words
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Outlook:
    """A score, a model or a class with published outcomes, as a line of one table.

    Attributes:
        names: of the findings; several where one model is given for several years.
        title, short: in words; without its particulars.
        value, pips, group: what it comes to, and as what that reads.
        is_share: the value is itself a probability, as people of 100.
        published, more: outcomes at the values still possible, sources side by side.
        in_short: the first of them, on the first screen.
        fits, fits_says: whether this case belongs to the people in its source, and what speaks against it.
        unknown_of: the conditions of its source that are not known of this case.
        discrimination: how well it tells patients apart.
        built_for: the time for which it was made.
        marks: what qualifies the value: other limits, a boundary.
        before_drugs: what it came to before drugs for the metastases.
        source, confirmed: where it comes from; whether each number of it was read there.
        applies: yes, or unknown.
        open: nothing is known of it.
        basis: the number of its note.
    """

    names: tuple[str, ...]
    title: str
    short: str
    value: Words
    pips: Pips | None
    group: Words
    is_share: bool
    published: Outcomes | None
    more: tuple[Outcomes, ...]
    in_short: Words
    fits: State | None
    fits_says: str
    unknown_of: tuple[str, ...]
    discrimination: str
    built_for: str
    before_drugs: str
    marks: tuple[str, ...]
    source: str
    confirmed: bool
    applies: State
    open: bool
    basis: int


@dataclass(frozen=True, slots=True)
class Effect:
    """What one source says of a factor: the figure, whose, in how many; and the number of the source."""

    text: str
    source: str
    cites: tuple[int, ...]
    confirmed: bool


@dataclass(frozen=True, slots=True)
class Factor:
    """A factor: whether this case has it, what is known of that, and its effects by source."""

    asks: str
    state: State
    has: str
    effects: tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class FactorTable:
    """Factors that stand side by side and are never multiplied."""

    name: str
    title: str
    applies: State
    factors: tuple[Factor, ...]
    remarks: tuple[str, ...]
    confirmed: bool
    basis: int


@dataclass(frozen=True, slots=True)
class Topic:
    """What belongs together on the page, by the names of the findings.

    Attributes:
        key, title: of the section.
        gist: what a reader finds in it, in a line.
        rows: findings with a value.
        groups: criteria under the class that they decide.
        criteria: criteria that decide none.
        open: findings of which nothing is known.
        maybe: such ones that may not belong to this case either.
        factors: tables of factors.
        outlooks: scores and models.
    """

    key: str
    title: str
    gist: str
    rows: tuple[str, ...]
    groups: tuple[str, ...]
    criteria: tuple[str, ...]
    open: tuple[str, ...]
    maybe: tuple[str, ...]
    factors: tuple[FactorTable, ...]
    outlooks: tuple[Outlook, ...]


@dataclass(frozen=True, slots=True)
class Aside:
    """Findings that do not apply for one reason."""

    because: str
    titles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PastOperation:
    """An operation that was done, and what it was for as judged on its day."""

    day: str
    name: str
    axes: str


@dataclass(frozen=True, slots=True)
class Source:
    """A source, once: as a reader looks it up, and in two words."""

    number: int
    short: str
    text: str
