"""A value as JSON, and as a reader says it."""

from __future__ import annotations

from math import isfinite
from typing import Any, Final

from paget.possible import Classes, Range, Span, Truth
from paget.rules.bodies import PRESENT, Value
from paget.rules.thresholds import plural

TRUTHS: Final = {1: "yes", 0: "unknown", -1: "no"}


def value_of(value: Value | Span, row: int) -> Any:
    """A value as JSON: a number or {low, high}, a class or a list of them, yes / no / unknown."""
    if isinstance(value, Truth):
        return TRUTHS[value.sign.item(row)]
    if isinstance(value, Span):
        value = value.length
    if isinstance(value, Range):
        return number(value.low.item(row), value.high.item(row))
    if isinstance(value, Classes):
        possible = value.possible(row)
        return "unknown" if value.names == PRESENT == possible else one_or_list(possible)
    return {name: value_of(one, row) for name, one in zip(value.names, value.each, strict=True)}


def number(low: float, high: float) -> Any:
    """A number when the two bounds meet, else the bounds, null for open.

    >>> number(3.0, 3.0), number(3.0, float("inf"))
    (3, {'low': 3, 'high': None})
    """
    return plain(low) if low == high else {"low": plain(low), "high": plain(high)}


def plain(value: float) -> int | float | None:
    """A number as JSON: whole ones without a point, an open bound as null."""
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def one_or_list(names: tuple[str, ...]) -> str | list[str]:
    """One name as text, several as a list."""
    return names[0] if len(names) == 1 else list(names)


def in_words(value: Any, unit: str = "") -> str:
    """A JSON value as a reader says it.

    >>> in_words({"low": 3, "high": None}, "lesion"), in_words(["low", "high"])
    ('3 or more lesions', 'low or high')
    """
    if isinstance(value, dict) and value.keys() == {"low", "high"}:
        low, high = value["low"], value["high"]
        if low is None and high is None:
            return "not known"
        text = f"{low} or more" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
    elif isinstance(value, list):
        text = " or ".join(value)
    else:
        text = "not known" if value == "unknown" else str(value)
    unit = plural(unit, value) if isinstance(value, int | float) else plural(unit)
    return f"{text} {unit}".strip() if text != "not known" else text
