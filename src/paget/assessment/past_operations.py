"""What each operation that was done was for: judged on its own day, by what was known then."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from paget.days import write_day
from paget.rules import Results, answers

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


def told(results: Results, rows: Iterable[int], *, dates: bool) -> list[dict[str, Any]]:
    """The operations before a decision: of each its day and the findings about it.

    Args:
        results: in which the day of each operation is a decision of its own.
        rows: of these days, in their order.
        dates: whether days are dates.
    """
    operations = []
    for row in rows:
        day = int(results.facts.as_of[row])
        found = answers(results, (name for name in NAMES if name in results.ruleset), row)
        operations.append({"day": write_day(day) if dates else day, "findings": found})
    return operations
