"""What a rule may read: a fact of the case, or the finding of another rule."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from paget.errors import KnowledgeError
from paget.facts.declaration import Fact, FactKind

COUNTS: Final = frozenset({"lesion", "organ", "node", "fraction", "segment", "point", "day"})
"""Units of which there are only whole ones."""


@dataclass(frozen=True, slots=True)
class Subject:
    """Something that a test compares.

    Attributes:
        name: of the fact or of the finding.
        kind: number, truth, class or span, as of facts.
        unit: of a number.
        classes: the possible values of a class.
        minimum: the smallest value that a number can have.
        finding: it is the finding of a rule, not a fact.
        masked: a finding that may not apply where its reader does; there it is unknown.
        key: tells apart what has values of its own in a batch: the name, and whether it is masked.
    """

    name: str
    kind: FactKind
    unit: str = ""
    classes: tuple[str, ...] = ()
    minimum: float = -np.inf
    finding: bool = False
    masked: bool = False
    key: str = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "key", f"{self.name}, masked" if self.masked else self.name)

    def __hash__(self) -> int:
        return hash(self.name)  # few subjects share a name, and all of them are asked for all the time

    @classmethod
    def of(cls, fact: Fact) -> Subject:
        """The subject that is a fact."""
        unit = "day" if fact.kind == "span" else fact.unit
        minimum = 0.0 if fact.kind == "span" else fact.minimum
        return cls(fact.name, fact.kind, unit, fact.classes, minimum)

    @property
    def is_time(self) -> bool:
        """A span, or a number of days."""
        return self.kind == "span" or (self.kind == "number" and self.unit == "day")

    @property
    def whole(self) -> bool:
        """Only whole numbers are possible."""
        return self.kind == "span" or (not self.finding and self.unit in COUNTS)

    @property
    def words(self) -> str:
        """Its name as words."""
        return self.name.replace("_", " ")


@dataclass(frozen=True, slots=True)
class Names:
    """The names that a rule may use: the facts, and the findings of rules that were read before it."""

    facts: Mapping[str, Fact]
    findings: Mapping[str, Subject]

    def subject(self, name: str, where: str) -> Subject:
        """What is meant by a name.

        Raises:
            KnowledgeError: neither a fact nor a finding; the nearest names are given.
        """
        if name in self.facts:
            return Subject.of(self.facts[name])
        if name in self.findings:
            return self.findings[name]
        near = difflib.get_close_matches(name, [*self.facts, *self.findings], n=3)
        raise KnowledgeError(
            f"there is no fact or finding {name!r}",
            where=where,
            mend=f"did you mean {' or '.join(near)}?" if near else "see `paget knowledge list`",
        )
