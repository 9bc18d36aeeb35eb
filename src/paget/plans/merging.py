"""Steps of several plans that do the same to the same rows, as one: what is shared is done once."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, replace
from typing import Any

from paget.plans.expressions import Expr
from paget.plans.plan import (
    Concat,
    Filter,
    GroupBy,
    Join,
    Plan,
    Select,
    Source,
    Unique,
    WithColumns,
    steps_of,
)


def merged(*ends: Plan) -> tuple[Plan, ...]:
    """The same plans with no two steps that do the same.

    >>> from paget.plans import col, source
    >>> visits = source("visits", ("patient", "day"))
    >>> one, other = (visits.filter(col("day") > 3) for _ in range(2))
    >>> first, second = merged(one, other)
    >>> one is other, first is second
    (False, True)
    """
    kept: dict[Hashable, Plan] = {}
    now: dict[int, Plan] = {}
    for step in steps_of(*ends):
        rebuilt = _on(step, now)
        now[id(step)] = kept.setdefault(_key(rebuilt), rebuilt)
    return tuple(now[id(end)] for end in ends)


def _on(step: Plan, now: dict[int, Plan]) -> Plan:
    """The step on the kept ones of those whose rows it takes."""
    match step:
        case Source():
            return step
        case Concat(of=several):
            return replace(step, of=tuple(now[id(one)] for one in several))
        case Join(of=of, other=other):
            return replace(step, of=now[id(of)], other=now[id(other)])
        case WithColumns(of=of) | Filter(of=of) | Select(of=of) | GroupBy(of=of) | Unique(of=of):
            return replace(step, of=now[id(of)])
    raise TypeError(f"{type(step).__name__} is no step")


def _key(part: Any) -> Hashable:
    """What makes two steps, or two expressions, the same; a step below is known by itself."""
    if isinstance(part, Plan):
        values = (getattr(part, one.name) for one in fields(part))
        return type(part), *(id(one) if isinstance(one, Plan) else _key(one) for one in values)
    if isinstance(part, Expr):
        return type(part), *(_key(getattr(part, one.name)) for one in fields(part))  # type: ignore[arg-type]
    if isinstance(part, dict):
        return tuple((name, _key(value)) for name, value in part.items())
    if isinstance(part, tuple | list):
        return tuple(id(one) if isinstance(one, Plan) else _key(one) for one in part)
    return type(part), part
