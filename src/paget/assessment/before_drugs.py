"""Scores computed twice: where drugs for metastases came first, also as of the first day of these.

A score that was built for one of the two times says which (``built_for`` in its file); both stand side by
side. The earlier one is made of what was known by that day.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paget.days import write_day
from paget.facts.declaration import FactTable
from paget.facts.derive import Asked, before_drugs, derive
from paget.knowledge import Knowledge
from paget.possible import Span
from paget.record.prepared import Prepared
from paget.rules import Results, RuleSet, finding

KEPT = ("value", "unit", "applies", "group", "missing", "at_boundary", "because")
"""What is told of the earlier finding; the rest of it is the same as of the later one."""


class BeforeDrugs:
    """The findings of the earlier day, for those decisions before which drugs were given.

    Args:
        rules: in force; those with ``built_for`` are computed twice.
        facts: as of the decision days.
        ready, asked, knowledge: of what these facts were derived.
    """

    def __init__(
        self, rules: RuleSet, facts: FactTable, ready: Prepared, asked: Asked, knowledge: Knowledge
    ) -> None:
        self.names = tuple(name for name in rules if "built_for" in rules[name].file.data)
        self.rows: dict[str, int] = {}
        self.results: Results | None = None
        since = facts["since_drugs"].value
        if not self.names or not isinstance(since, Span) or not bool(np.any(since.length.known)):
            return
        earlier = derive(ready, before_drugs(ready, asked, knowledge), knowledge)
        self.rows = {str(decision): row for row, decision in enumerate(earlier.decision_id)}
        if self.rows:
            self.results = rules.evaluate(earlier, alternatives=False, only=self.names)

    def beside(self, findings: dict[str, Any], decision: str, *, dates: bool) -> None:
        """Put the earlier finding beside each that applies, under ``before_drugs``."""
        row = self.rows.get(decision)
        if row is None or self.results is None:
            return
        day = int(self.results.facts.as_of[row])
        for name in self.names:
            if findings[name]["applies"] is False:
                continue
            found = finding(self.results, name, row, dates=dates)
            findings[name]["before_drugs"] = {
                "as_of": write_day(day) if dates else day,
                **{key: found[key] for key in KEPT if key in found},
            }
