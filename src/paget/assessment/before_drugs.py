"""Scores computed twice: where drugs for metastases came first, also as of the first day of these.

A score that was built for one of the two times says which (``built_for`` in its file); both stand side by
side. The earlier one is made of what was known by that day.
"""

from __future__ import annotations

from typing import Any

from paget.days import write_day
from paget.rules import Results, finding

KEPT = ("value", "unit", "applies", "group", "missing", "at_boundary", "because")
"""What is told of the earlier finding; the rest of it is the same as of the later one."""


def put_beside(findings: dict[str, Any], results: Results, row: int, *, dates: bool) -> None:
    """Put the finding of the earlier day beside each that applies, under ``before_drugs``.

    Args:
        findings: of the decision.
        results: in which the first day of drugs before it is a decision of its own.
        row: of that day.
        dates: whether days are dates.
    """
    day = int(results.facts.as_of[row])
    for name, later in findings.items():
        if later["applies"] is False or "built_for" not in results.ruleset[name].file.data:
            continue
        found = finding(results, name, row, dates=dates)
        later["before_drugs"] = {
            "as_of": write_day(day) if dates else day,
            **{key: found[key] for key in KEPT if key in found},
        }
