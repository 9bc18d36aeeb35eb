"""What the page shows of a worksheet: questions under their headings, each with what is known and missing."""

from __future__ import annotations

from dataclasses import dataclass

from paget.figures import State


@dataclass(frozen=True, slots=True)
class Prefilled:
    """What is known of a question: a name, its value, and the number of its note."""

    title: str
    value: str
    confirmed: bool
    basis: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a worksheet.

    Attributes:
        asks: the question.
        state, says: how far the record prefills it.
        known: what is known.
        missing: what would settle it.
        note: what to bear in mind.
    """

    asks: str
    state: State
    says: str
    known: tuple[Prefilled, ...]
    missing: tuple[str, ...]
    note: str


@dataclass(frozen=True, slots=True)
class Worksheet:
    """A worksheet: of which role, under which headings what is asked, and how much of it is prefilled."""

    role: str
    title: str
    counted: str
    headings: tuple[tuple[str, tuple[Asked, ...]], ...]
    rule: str
