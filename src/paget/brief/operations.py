"""Operations that were done, and what each was for: judged on its own day, by what was known then."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.brief.calendar import Calendar
from paget.brief.tables import PastOperation
from paget.brief.words import capital, value_words, visible

_AXES: Final = {
    "operation_aim": "aim",
    "operation_target": "target",
    "operation_occasion": "occasion",
    "operation_extent": "extent",
    "operation_step": "step",
    "plan_step_count": "steps of its plan",
}


_MOST: Final = 3  # classes still possible that are named


def operations(assessment: Mapping[str, Any], calendar: Calendar) -> tuple[PastOperation, ...]:
    """A line for each, in the order of their days."""
    return tuple(_operation(one, calendar) for one in assessment.get("operations") or ())


def _operation(one: Mapping[str, Any], calendar: Calendar) -> PastOperation:
    found: Mapping[str, Mapping[str, Any]] = one.get("findings") or {}
    said = [
        f"{word} {text}"
        for name, word in _AXES.items()
        if name in found and found[name].get("applies") is not False and (text := _words(found[name]))
    ]
    name = _words(found.get("operation_name") or {})
    return PastOperation(
        day=calendar.write(calendar.read(one.get("day"))),
        name=capital(visible(name, 160)) or "Operation, what it was for is unknown",
        axes=visible("; ".join(said), 400),
    )


def _words(finding: Mapping[str, Any]) -> str:
    """A value; "" where more is possible than tells anything."""
    value = finding.get("value")
    if isinstance(value, list) and len(value) > _MOST:
        return ""
    return value_words(value).text.removeprefix("unknown")
