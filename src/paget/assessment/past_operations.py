"""What each operation that was done was for: judged on its own day, by what was known then."""

from __future__ import annotations

from collections import defaultdict
from typing import Any, Final

from paget.days import write_day
from paget.facts.derive import Asked, derive, past_operations
from paget.knowledge import Knowledge
from paget.record.prepared import Prepared
from paget.rules import Results, RuleSet, finding

NAMES: Final = (
    "operation_name",
    "operation_aim",
    "operation_target",
    "operation_occasion",
    "operation_extent",
    "operation_step",
    "plan_step_count",
)
"""The findings about an operation; those that are withdrawn by an overlay are left out."""

_KEPT: Final = ("value", "applies", "missing")


class PastOperations:
    """The findings about operations that were done, for each decision that they precede.

    Args:
        rules: in force.
        ready, asked, knowledge: of what the decisions were made.
    """

    def __init__(self, rules: RuleSet, ready: Prepared, asked: Asked, knowledge: Knowledge) -> None:
        self.names = tuple(name for name in NAMES if name in rules)
        self.rows: dict[str, list[int]] = defaultdict(list)
        self.results: Results | None = None
        then, of = past_operations(ready, asked, knowledge)
        if self.names and of:
            facts = derive(ready, then, knowledge)
            self.results = rules.evaluate(facts, alternatives=False, only=self.names)
            for row, decision in enumerate(of):
                self.rows[str(decision)].append(row)

    def before(self, decision: str, *, dates: bool) -> list[dict[str, Any]]:
        """The operations before a decision, in the order of their days."""
        if self.results is None:
            return []
        told = []
        for row in self.rows.get(str(decision), ()):
            day = int(self.results.facts.as_of[row])
            found = {name: finding(self.results, name, row, dates=dates) for name in self.names}
            kept = {name: {key: one[key] for key in _KEPT} for name, one in found.items()}
            told.append({"day": write_day(day) if dates else day, "findings": kept})
        return told
