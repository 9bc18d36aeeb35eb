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
from paget.rules.reading import YES_NO
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
    if value is None or value == "unknown":
        return 0
    if isinstance(value, str | bool) and value in YES_NO:
        return 1 if YES_NO[value] == "yes" else -1
    raise KnowledgeError("yes, no or unknown is wanted", where=where)


def _classes(fact: Fact, values: Sequence[Any], where: str) -> Classes:
    possible: list[list[str] | None] = []
    for value in values:
        names = [value] if isinstance(value, str) else value
        if names is not None and (not isinstance(names, list) or not names):
            raise KnowledgeError("a class or a list of classes is wanted", where=where)
        for name in names or ():
            if name not in fact.classes:
                mend = f"classes: {', '.join(fact.classes)}"
                raise KnowledgeError(f"there is no class {name!r}", where=where, mend=mend)
        possible.append(names)
    return Classes.of(fact.classes, possible)


def _bounds(fact: Fact, value: Any, where: str) -> tuple[float, float]:
    """The least and the greatest possible value, in the unit of the fact."""
    subject = Subject.of(fact)
    ends = [value, value]
    if value is None or value == "unknown":
        ends = [None, None]
    elif isinstance(value, list) and len(value) == 2:
        ends = value
    elif isinstance(value, dict) and value.keys() <= {"low", "high"}:
        ends = [value.get("low"), value.get("high")]
    for end in ends:
        if end is not None and (isinstance(end, bool) or not isinstance(end, str | int | float)):
            raise KnowledgeError(
                "a quantity is wanted", where=where, mend="write 5 mm, [5 mm, 9 mm] or {low: 5 mm}"
            )
    low = subject.minimum if ends[0] is None else read_cut(ends[0], subject, where).value
    high = np.inf if ends[1] is None else read_cut(ends[1], subject, where).value
    if low > high:
        raise KnowledgeError("the least is greater than the greatest", where=where)
    return low, high


def _span(fact: Fact, values: Sequence[Any], where: str) -> Span:
    start: list[tuple[float, float]] = []
    end: list[tuple[float, float]] = []
    calendar: list[int] = []
    for value in values:
        dated = isinstance(value, dict) and value.keys() == {"from", "to"}
        known = value is not None and value != "unknown"
        if dated:
            start.append(_day(value["from"], where))
            end.append(_day(value["to"], where))
        else:
            start.append((0, 0) if known else (-np.inf, np.inf))
            end.append(_bounds(fact, value, where) if known else (-np.inf, np.inf))
        calendar.append(1 if dated else -1 if known else 0)
    starts, ends = (np.array(days, np.float64).reshape(-1, 2) for days in (start, end))
    return Span(
        Range(starts[:, 0], starts[:, 1]), Range(ends[:, 0], ends[:, 1]), Truth(np.array(calendar, np.int8))
    )


def _day(written: Any, where: str) -> tuple[float, float]:
    try:
        return read_day(str(written))
    except ValueError as error:
        raise KnowledgeError("no day, month or year", where=where, why=str(error)) from None
