"""What rules say of the decisions of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paget.facts.declaration import FactTable
from paget.possible import Range, Truth
from paget.rules.bodies import Value
from paget.rules.conditions import Truths

if TYPE_CHECKING:
    from paget.rules.ruleset import RuleSet


@dataclass(slots=True, eq=False)  # never changed once made; not frozen, which takes as long as a rule
class Outcome:
    """What a rule says of each decision.

    Attributes:
        value: the possible values; where the rule does not apply it has no meaning.
        applies: whether the finding belongs to this case.
        at_boundary: a time that it compares lies within three days of its threshold.
        survival: of a hazard model, the share alive by time in words.
        nowhere: it applies to none of the decisions that were evaluated together, and nothing was asked.
    """

    value: Value
    applies: Truth
    at_boundary: NDArray[np.bool_]
    survival: Mapping[str, Range]
    nowhere: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class Results:
    """The findings of all rules for all decisions of a table.

    Attributes:
        ruleset: the rules.
        facts: what they were evaluated on.
        outcomes: by rule name; variants under other limits by their own.
        truths: the truth of every condition, when it was asked for.
    """

    ruleset: RuleSet
    facts: FactTable
    outcomes: Mapping[str, Outcome]
    truths: Truths

    def __getitem__(self, name: str) -> Outcome:
        return self.outcomes[name]

    def __len__(self) -> int:
        return len(self.facts)

    def __iter__(self) -> Iterator[str]:
        return (name for name in self.ruleset if name in self.outcomes)
