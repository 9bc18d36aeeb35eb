"""Which missing fact matters most: each takes every value that any rule can tell apart, all in one batch.

The thresholds of all rules cut each fact into cells, on each of which every rule gives one answer. A fact
that is not known (or too old for a rule) is put through the cells that are still possible, one row a
cell; what becomes of the findings tells how many of them it could settle and how far it narrows them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, inf, isfinite
from statistics import fmean
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.facts.declaration import Fact, FactColumn, FactTable
from paget.possible import Classes, Range, Span, Truth
from paget.rules.bodies import Beside, Closure, Each, Measure, States
from paget.rules.cells import Cell, cut_up, number_cells
from paget.rules.conditions import Comparison
from paget.rules.fact_rows import rows_of
from paget.rules.outcomes import Outcome, Results
from paget.rules.ruleset import RuleSet
from paget.rules.subjects import Subject
from paget.rules.undecided import open_in

Probe = float | tuple[str, ...]
"""A value to try: a number, or the classes (or yes, or no) of a cell."""

NOT_RANKED: Final = (Measure, Each, Beside, Closure)
"""A measure only repeats its fact, a schedule its examinations: they would rank themselves."""


@dataclass(frozen=True, slots=True, eq=False)
class Asked:
    """A fact with what all rules together ask of it."""

    fact: Fact
    subject: Subject
    cells: tuple[Cell, ...]
    youngest: float


def rank(
    ruleset: RuleSet,
    facts: FactTable,
    row: int = 0,
    results: Results | None = None,
    of: Collection[str] | None = None,
) -> list[dict[str, Any]]:
    """The missing facts of one decision, the one that could settle most findings first.

    Args:
        ruleset: the rules.
        facts: the table of facts.
        row: which decision.
        results: the findings on that table, where they were made: what is settled is not tried again.
        of: the findings that are asked; default: all.

    Returns:
        For each fact that could change a finding: ``fact``; ``flips``, the number of findings that one of
        its values would settle; ``settles``, their names; ``narrows``, by how much it narrows all
        findings on average over its values (1: one finding wholly); ``resolved_by``, what would make it
        known.
    """
    open_ = [
        name
        for name in ruleset
        if not isinstance(ruleset[name].body, NOT_RANKED)
        and (of is None or name in of)
        and (results is None or _open(results[name], row))
    ]
    needed = ruleset.needed(open_)
    base = rows_of(facts, slice(row, row + 1), frozenset().union(*(rule.facts for rule in needed)))
    read = {leaf.subject.name for rule in needed for leaf in rule.leaves if not leaf.subject.finding}
    tried = [(one, probe) for one in asked(ruleset) if one.fact.name in read for probe in _probes(one, base)]
    if not tried:
        return []
    table = _variants(base, tried)
    found = ruleset.evaluate(table, trace=False, alternatives=False, boundaries=False, only=open_)
    settles: dict[str, list[str]] = {}
    narrows: dict[str, float] = {}
    rows: dict[str, slice] = {}
    for index, (one, _) in enumerate(tried, start=1):  # the values of a fact follow each other
        rows[one.fact.name] = slice(rows[one.fact.name].start if one.fact.name in rows else index, index + 1)
    facts_tried = [one.fact.name for one, _ in tried]
    for name in open_:
        width = _width(found[name])
        if width[0] == 0:
            continue
        bounded = np.isfinite(width)
        narrower = np.where(bounded, 1.0 - width / width[0] if bounded[0] else 1.0, 0.0)
        by, left = narrower.tolist(), width.tolist()
        for fact in dict.fromkeys(facts_tried[at] for at in np.flatnonzero(narrower[1:] > 0).tolist()):
            mine = rows[fact]
            narrows[fact] = narrows.get(fact, 0.0) + fmean(by[mine])
            if 0 in left[mine]:
                settles.setdefault(fact, []).append(name)
    order = sorted(narrows, key=lambda fact: (-len(settles.get(fact, ())), -narrows[fact], fact))
    return [
        {
            "fact": fact,
            "flips": len(settles.get(fact, ())),
            "resolved_by": ruleset.catalogue[fact].resolved_by,
            "settles": settles.get(fact, []),
            "narrows": round(narrows[fact], 6),
        }
        for fact in order
    ]


@lru_cache(maxsize=8)
def asked(ruleset: RuleSet) -> tuple[Asked, ...]:
    """The facts that rules compare, cut into cells by all their thresholds together."""
    comparisons: dict[str, dict[Comparison, None]] = {}
    for rule in ruleset.rules.values():
        if not isinstance(rule.body, NOT_RANKED):
            for leaf in rule.leaves:
                if not leaf.subject.finding and not ruleset.catalogue[leaf.subject.name].afterwards:
                    comparisons.setdefault(leaf.subject.name, {})[leaf] = None
    return tuple(_asked(ruleset.catalogue[name], tuple(leaves)) for name, leaves in comparisons.items())


def _asked(fact: Fact, leaves: tuple[Comparison, ...]) -> Asked:
    subject = Subject.of(fact)
    by_value = {leaf.cut.value: leaf for leaf in leaves if leaf.cut is not None}
    cells = number_cells(subject, list(by_value.values())) if by_value else cut_up(subject, leaves)
    youngest = min((leaf.within for leaf in leaves if leaf.within is not None), default=inf)
    return Asked(fact, subject, tuple(cells), youngest)


def _probes(one: Asked, base: FactTable) -> Iterator[Probe]:
    """A value of each cell that is still possible; none when the fact is known and young enough."""
    column = base.columns.get(one.fact.name)
    if column is None:
        return
    too_old = column.day is not None and float(base.age(one.fact.name).high[0]) > one.youngest
    value = column.value.length if isinstance(column.value, Span) else column.value
    if isinstance(value, Truth):
        if value.sign[0] == 0 or too_old:
            yield from (("yes",), ("no",))
    elif isinstance(value, Classes):
        can = value.names if too_old else value.possible(0)
        if len(can) > 1:
            inside = (tuple(name for name in cell.names if name in can) for cell in one.cells)
            yield from (names for names in inside if names)
    elif too_old or not value.known[0]:
        low, high = (one.subject.minimum, inf) if too_old else (float(value.low[0]), float(value.high[0]))
        points = (_point(one, cell, low, high) for cell in one.cells)
        yield from (point for point in points if point is not None)


def _point(one: Asked, cell: Cell, low: float, high: float) -> float | None:
    """A number in a cell and between two bounds; None when there is none."""
    if cell.closed:
        return cell.low if low <= cell.low <= high else None
    if one.subject.whole:
        least = max(ceil(low) if isfinite(low) else -inf, floor(cell.low) + 1 if isfinite(cell.low) else -inf)
        most = min(
            floor(high) if isfinite(high) else inf, ceil(cell.high) - 1 if isfinite(cell.high) else inf
        )
        if least > most:
            return None
        return float(least if isfinite(least) else most if isfinite(most) else 0)
    left, right = max(cell.low, low), min(cell.high, high)
    if left > right or (left == right and not cell.low < left < cell.high):
        return None
    if not isfinite(left) or not isfinite(right):
        step = one.fact.resolution
        return left + step if isfinite(left) else right - step if isfinite(right) else 0.0
    return (left + right) / 2


def _variants(base: FactTable, tried: list[tuple[Asked, Probe]]) -> FactTable:
    """The decision as it is, then once for each value tried."""
    rows = np.zeros(len(tried) + 1, np.intp)
    table = rows_of(base, rows)
    columns: dict[str, FactColumn] = dict(table.columns)
    where: dict[str, list[int]] = {}
    for index, (one, _) in enumerate(tried, start=1):
        where.setdefault(one.fact.name, []).append(index)
    for name, at in where.items():
        probes = [tried[index - 1][1] for index in at]
        columns[name] = _put(columns[name], np.array(at), probes, float(base.as_of[0]))
    return FactTable(table.decision_id, table.patient_id, table.tumour_id, table.as_of, columns)


def _put(column: FactColumn, at: NDArray[np.intp], probes: list[Probe], today: float) -> FactColumn:
    """A column with values tried in some rows, known on the decision day."""
    value = column.value
    day = None if column.day is None else _replaced(column.day, at, np.full(at.size, today))
    if isinstance(value, Truth):
        sign = value.sign.copy()
        sign[at] = [1 if probe == ("yes",) else -1 for probe in probes]
        return FactColumn(Truth(sign), day)
    if isinstance(value, Classes):
        can = value.can.copy()
        can[at] = [value.mask(probe) for probe in probes if isinstance(probe, tuple)]
        return FactColumn(Classes(value.names, can), day)
    numbers = np.array(probes, np.float64)
    if isinstance(value, Range):
        return FactColumn(_replaced(value, at, numbers), day)
    calendar = value.calendar.sign.copy()
    calendar[at] = -1  # a length is tried, not two dates
    start = _replaced(value.start, at, np.zeros(at.size))
    return FactColumn(Span(start, _replaced(value.end, at, numbers), Truth(calendar)), day)


def _replaced(value: Range, at: NDArray[np.intp], numbers: NDArray[np.float64]) -> Range:
    low, high = value.low.copy(), value.high.copy()
    low[at] = high[at] = numbers
    return Range(low, high)


def _open(outcome: Outcome, row: int) -> bool:
    """Whether anything is open in a finding of one decision."""
    applies, value = outcome.applies.sign.item(row), outcome.value
    if applies <= 0 or isinstance(value, States):
        return bool(applies == 0 and not isinstance(value, States))
    return open_in(value, row)


def _width(outcome: Outcome) -> NDArray[np.float64]:
    """How much is open in a finding: 0 when settled; a class and a yes/no count 1 when wholly open."""
    value = outcome.value
    if isinstance(value, Truth):
        width = value.is_unknown.astype(np.float64)
    elif isinstance(value, Range):
        width = np.where(value.known, 0.0, value.high - value.low)
    elif isinstance(value, Classes):
        width = (np.bitwise_count(value.can) - 1.0) / max(len(value.names) - 1, 1)
    else:
        return np.zeros(len(outcome.at_boundary))
    return np.where(outcome.applies.is_no, 0.0, width + outcome.applies.is_unknown)
