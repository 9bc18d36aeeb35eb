"""Cases written by hand: a few facts in words, everything else unknown; for examples and what-if rows.

    given: {cea: 40 ng/mL, lesion_count: [2, 4], disease: colorectal, disease_free_interval: 8 months}

A number is a quantity, a list of the least and greatest, or a mapping with ``low``, ``high``, ``age``. A
class is a name or a list. A span is a length, or a mapping with the dates ``from`` and ``to``. What is
given is as old as the decision unless an ``age`` is written.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paget.days import read_day
from paget.errors import KnowledgeError
from paget.facts.declaration import Fact, FactColumn, FactTable
from paget.possible import Classes, Range, Span, Truth
from paget.rules.subjects import Subject
from paget.rules.thresholds import days, read_cut

TODAY = 20_000.0  # 2024-10-04; any day will do, because what is given has ages and not dates


def table_of(
    given: Sequence[Mapping[str, Any]], catalogue: Mapping[str, Fact], where: str = "given"
) -> FactTable:
    """A table of facts, one row for each mapping of facts to what is given of them.

    Raises:
        KnowledgeError: an unknown fact, a value that it cannot have, or a unit of the wrong kind.
    """
    for row in given:
        for name in row:
            if name not in catalogue:
                raise KnowledgeError(
                    f"there is no fact {name!r}", where=where, mend="see `paget knowledge list`"
                )
    ids = tuple(f"given-{n}" for n in range(1, len(given) + 1))
    columns = {
        name: _column(fact, [row.get(name) for row in given], where) for name, fact in catalogue.items()
    }
    return FactTable(ids, ids, ids, np.full(len(given), TODAY), columns)


def _column(fact: Fact, values: Sequence[Any], where: str) -> FactColumn:
    ages = [value.get("age") if isinstance(value, dict) else None for value in values]
    plain = [_without_age(value) for value in values]
    where = f"{where}, {fact.name}"
    day = None
    if any(age is not None for age in ages):
        past = [TODAY - (0 if age is None else days(age, where)) for age in ages]
        day = Range.exactly(past)
    if fact.kind == "truth":
        return FactColumn(Truth(np.array([_truth(value, where) for value in plain], np.int8)), day)
    if fact.kind == "class":
        return FactColumn(_classes(fact, plain, where), day)
    if fact.kind == "span":
        return FactColumn(_span(fact, plain, where), day)
    bounds = np.array([_bounds(fact, value, where) for value in plain], np.float64).reshape(-1, 2)
    return FactColumn(Range(bounds[:, 0], bounds[:, 1]), day)


def _without_age(value: Any) -> Any:
    if not isinstance(value, dict) or "age" not in value:
        return value
    rest = {key: one for key, one in value.items() if key != "age"}
    return rest["value"] if rest.keys() == {"value"} else rest


def _truth(value: Any, where: str) -> int:
    words = {"yes": 1, "no": -1, "unknown": 0, True: 1, False: -1, None: 0}
    if isinstance(value, list | dict) or value not in words:
        raise KnowledgeError("yes, no or unknown is wanted", where=where)
    return words[value]


def _classes(fact: Fact, values: Sequence[Any], where: str) -> Classes:
    for value in values:
        for name in [value] if isinstance(value, str) else value or ():
            if name not in fact.classes:
                raise KnowledgeError(
                    f"there is no class {name!r}", where=where, mend=f"classes: {', '.join(fact.classes)}"
                )
    return Classes.of(fact.classes, values)


def _bounds(fact: Fact, value: Any, where: str) -> tuple[float, float]:
    """The least and the greatest possible value, in the unit of the fact."""
    subject = Subject.of(fact)

    def one(written: Any) -> float:
        return read_cut(written, subject, where).value

    if value is None or value == "unknown":
        return subject.minimum, np.inf
    if isinstance(value, list):
        low, high = value
        return one(low), one(high)
    if isinstance(value, dict):
        low, high = value.get("low"), value.get("high")
        return (subject.minimum if low is None else one(low)), (np.inf if high is None else one(high))
    return one(value), one(value)


def _span(fact: Fact, values: Sequence[Any], where: str) -> Span:
    start: list[tuple[float, float]] = []
    end: list[tuple[float, float]] = []
    calendar: list[int] = []
    for value in values:
        if isinstance(value, dict) and "from" in value:
            start.append(read_day(str(value["from"])))
            end.append(read_day(str(value["to"])))
            calendar.append(1)
        else:
            known = value is not None and value != "unknown"
            start.append((0, 0) if known else (-np.inf, np.inf))
            end.append(_bounds(fact, value, where) if known else (-np.inf, np.inf))
            calendar.append(-1 if known else 0)
    starts, ends = np.array(start, np.float64), np.array(end, np.float64)
    return Span(
        Range(starts[:, 0], starts[:, 1]), Range(ends[:, 0], ends[:, 1]), Truth(np.array(calendar, np.int8))
    )
