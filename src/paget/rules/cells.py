"""Cells: the pieces into which thresholds cut a subject, on each of which every comparison has one answer.

A subject that a rule compares in several places ("below 12 months" here, "below 24 months" there) makes
its clauses depend on each other: taken one by one they may allow a result that no single value gives. So
the subject is put through each of its cells in turn, and the results of the cells still possible are
united. The union is exactly what substitution of each possible value gives.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from math import ceil, floor, inf
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from paget.possible import Classes, Range, Span, Truth
from paget.rules.bodies import Body, Each, Measure, Product, Slope, States, Sum, Value
from paget.rules.conditions import Comparison, Truths
from paget.rules.subjects import Subject
from paget.rules.thresholds import Cut

MOST: Final = 256
"""Combinations of cells that are tried for one rule; beyond it the wider answer stands. Time, not truth."""


class Answers(Protocol):
    """What the cells need to know of a batch of decisions."""

    def value(self, subject: Subject) -> Truth | Range | Classes | Span:
        """The possible values of a subject."""

    def number(self, subject: Subject) -> Range:
        """The possible values of a number; of a span its length."""

    def above(self, subject: Subject, cut: Cut) -> Truth:
        """Whether it is above a threshold."""

    def below(self, subject: Subject, cut: Cut) -> Truth:
        """Whether it is below a threshold."""

    def fresh(self, comparison: Comparison) -> NDArray[np.bool_] | None:
        """Where its subject is young enough; None where any age will do."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A piece of a subject's possible values.

    Attributes:
        low, high: its bounds, for a number.
        closed: it is the single point low = high.
        name: its value in words, for a yes/no; for a class the names in it.
        answers: what each comparison says of every value in it.
    """

    answers: dict[Comparison, bool]
    low: float = -inf
    high: float = inf
    closed: bool = False
    names: tuple[str, ...] = ()
    below: Cut | None = None
    above: Cut | None = None
    at: Cut | None = None


def cut_up(subject: Subject, comparisons: Sequence[Comparison]) -> list[Cell]:
    """The cells of a subject under some comparisons of it; empty when they cannot be put in one order.

    Thresholds of a span in months and in days have no common order, because a month has no fixed length.
    """
    if subject.kind == "truth":
        return [
            Cell({c: (c.how == "yes") is yes for c in comparisons}, names=(word,))
            for word, yes in (("yes", True), ("no", False))
        ]
    if subject.kind == "class":
        return _class_cells(subject, comparisons)
    cuts = sorted({c.cut for c in comparisons if c.cut is not None}, key=lambda cut: cut.value)
    if len({cut.value for cut in cuts}) < len(cuts) or len({cut.months is None for cut in cuts}) > 1:
        return []
    return number_cells(subject, comparisons)


def _class_cells(subject: Subject, comparisons: Sequence[Comparison]) -> list[Cell]:
    groups: dict[tuple[bool, ...], list[str]] = {}
    for name in subject.classes:
        groups.setdefault(tuple(name in c.among for c in comparisons), []).append(name)
    return [
        Cell(dict(zip(comparisons, answers, strict=True)), names=tuple(names))
        for answers, names in groups.items()
    ]


def number_cells(subject: Subject, comparisons: Sequence[Comparison]) -> list[Cell]:
    """Below the first threshold, at it, between it and the next, and so on to above the last."""
    cuts = sorted({c.cut for c in comparisons if c.cut is not None}, key=lambda cut: cut.value)
    return list(_between(subject, comparisons, cuts))


def _between(subject: Subject, comparisons: Sequence[Comparison], cuts: list[Cut]) -> Iterator[Cell]:
    edges: list[Cut | None] = [None, *cuts, None]
    for index in range(len(edges) - 1):
        left, right = edges[index], edges[index + 1]
        low = -inf if left is None else left.value
        high = inf if right is None else right.value
        if not _empty(subject, low, high, cuts):
            yield Cell(
                {c: _answer(c, index, cuts, at=False) for c in comparisons},
                low,
                high,
                above=left,
                below=right,
            )
        if right is not None:
            yield Cell(
                {c: _answer(c, index, cuts, at=True) for c in comparisons}, high, high, closed=True, at=right
            )


def _empty(subject: Subject, low: float, high: float, cuts: list[Cut]) -> bool:
    """No value lies strictly between the two, because only whole ones exist or all are larger."""
    if high <= subject.minimum:
        return True
    by_days = all(cut.months is None for cut in cuts)
    bounded = np.isfinite(low) and np.isfinite(high)
    return subject.whole and by_days and bounded and floor(low) + 1 > ceil(high) - 1


def _answer(comparison: Comparison, index: int, cuts: list[Cut], *, at: bool) -> bool:
    """What a comparison says in the cell just below threshold ``index``, or ``at`` it."""
    place = [cut == comparison.cut for cut in cuts].index(True)
    above, equal = place < index, at and place == index
    below = not above and not equal
    return {
        "above": above,
        "at_least": above or equal,
        "below": below,
        "at_most": below or equal,
        "is": equal,
    }[comparison.how]


def possible(cell: Cell, subject: Subject, batch: Answers) -> NDArray[np.bool_]:
    """For each decision, whether the subject may lie in the cell."""
    value = batch.value(subject)
    if isinstance(value, Truth):
        return value.may_be if cell.names == ("yes",) else np.asarray(~value.is_yes)
    if isinstance(value, Classes):
        return np.asarray((value.can & value.mask(cell.names)) != 0)
    if cell.at is not None:
        return np.asarray(~batch.above(subject, cell.at).is_yes & ~batch.below(subject, cell.at).is_yes)
    left = batch.above(subject, cell.above).may_be if cell.above is not None else np.True_
    right = batch.below(subject, cell.below).may_be if cell.below is not None else np.True_
    return np.asarray(left & right)


def repeated(body: Body) -> dict[Subject, tuple[Comparison, ...]]:
    """The subjects that occur more than once in a rule, with the comparison of each occurrence."""
    found: dict[Subject, list[Comparison]] = {}
    for comparison in body.comparisons():
        found.setdefault(comparison.subject, []).append(comparison)
    slopes = _slopes(body)
    return {s: tuple(every) for s, every in found.items() if len(every) + (s in slopes) > 1}


def _slopes(body: Body) -> frozenset[Subject]:
    """The numbers that a body reads as such, besides comparing them."""
    clauses = body.clauses if isinstance(body, Sum | Product) else ()
    return frozenset(clause.subject for clause in clauses if isinstance(clause, Slope))


def exact(
    body: Body,
    shared: Mapping[Subject, tuple[Comparison, ...]],
    value: Value,
    truths: Truths,
    batch: Answers,
) -> Value:
    """The value of a body whose subjects occur in several places, where clause by clause left it open.

    Args:
        body: a body with repeated subjects.
        shared: those subjects with their comparisons, from :func:`repeated`.
        value: what clause-by-clause evaluation gave.
        truths: the truth of each comparison.
        batch: the possible values behind them.
    """
    if isinstance(body, Measure | Each) or isinstance(value, States):
        return value
    open_, slopes = undecided(value), _slopes(body)
    unsure = {
        s: open_ & _more_than(0 if s in slopes else 1, [truths[c].is_unknown for c in cs])
        for s, cs in shared.items()
    }
    rows = np.flatnonzero(np.logical_or.reduce(list(unsure.values())))
    if rows.size == 0:
        return value
    cut = {s: cut_up(s, tuple(dict.fromkeys(shared[s]))) for s, where in unsure.items() if where.any()}
    subjects = _affordable(cut)
    if not subjects:
        return value
    pieces = [cut[subject] for subject in subjects]
    leaves: Truths = {c: Truth(truths[c].sign[rows]) for c in body.comparisons()}
    may = {
        id(cell): possible(cell, s, batch)[rows]
        for s, cells in zip(subjects, pieces, strict=True)
        for cell in cells
    }
    union = United(value, rows)
    for cells in product(*pieces):
        here = np.logical_and.reduce([may[id(cell)] for cell in cells])
        if here.any():
            fixed: Truths = dict(leaves)
            for cell in cells:
                fixed |= {c: _fixed(c, yes, rows, batch) for c, yes in cell.answers.items()}
            numbers = _numbers_in(subjects, cells, rows, batch)
            union.add(body.combine(fixed, numbers), here)
    return union.into(value)


def _affordable(cut: Mapping[Subject, list[Cell]]) -> list[Subject]:
    """As many of the subjects as can be put through all their cells; those with few cells first."""
    chosen: list[Subject] = []
    combinations = 1
    for subject, cells in sorted(cut.items(), key=lambda item: len(item[1])):
        if cells and combinations * len(cells) <= MOST:
            chosen.append(subject)
            combinations *= len(cells)
    return chosen


def _more_than(few: int, flags: Sequence[NDArray[np.bool_]]) -> NDArray[np.bool_]:
    """Where more than so many of them hold."""
    count = np.zeros(flags[0].shape, np.int8)
    for flag in flags:
        count += flag
    return np.asarray(count > few)


def _fixed(comparison: Comparison, yes: bool, rows: NDArray[np.intp], batch: Answers) -> Truth:
    """A comparison's answer in a cell; unknown where its subject is too old."""
    sign = np.full(rows.size, 1 if yes else -1, np.int8)
    fresh = batch.fresh(comparison)
    return Truth(sign if fresh is None else sign * fresh[rows])


def _numbers_in(
    subjects: Sequence[Subject], cells: Iterable[Cell], rows: NDArray[np.intp], batch: Answers
) -> Callable[[Subject], Range]:
    """The numbers under a slope, held within the cell; a span is left whole."""
    bounds = {s: cell for s, cell in zip(subjects, cells, strict=True) if s.kind == "number"}

    def number(subject: Subject) -> Range:
        full = batch.number(subject)
        inside = Range(full.low[rows], full.high[rows])
        cell = bounds.get(subject)
        if cell is None:
            return inside
        return Range(np.maximum(inside.low, cell.low), np.minimum(inside.high, cell.high))

    return number


def undecided(value: Value) -> NDArray[np.bool_]:
    """Where more than one answer is left."""
    if isinstance(value, Truth):
        return value.is_unknown
    if isinstance(value, States):
        return np.asarray(np.logical_or.reduce([~one.known for one in value.each]))
    return np.asarray(~value.known)


class United:
    """The union of the results of several cells, for some rows of a batch."""

    def __init__(self, like: Value, rows: NDArray[np.intp]) -> None:
        self.rows = rows
        if isinstance(like, Range):
            self.low, self.high = np.full(rows.size, inf), np.full(rows.size, -inf)
        elif isinstance(like, Classes):
            self.can = np.zeros(rows.size, np.uint64)
        else:
            self.yes, self.no = np.zeros(rows.size, np.bool_), np.zeros(rows.size, np.bool_)

    def add(self, value: Value, here: NDArray[np.bool_]) -> None:
        """Add what a cell gives, where the cell is possible."""
        if isinstance(value, Range):
            self.low = np.minimum(self.low, np.where(here, value.low, inf))
            self.high = np.maximum(self.high, np.where(here, value.high, -inf))
        elif isinstance(value, Classes):
            self.can |= np.where(here, value.can, np.uint64(0))
        elif isinstance(value, Truth):
            self.yes |= here & value.may_be
            self.no |= here & ~value.is_yes

    def into(self, value: Value) -> Value:
        """The value of the whole batch, with these rows put in."""
        if isinstance(value, Range):
            low, high = np.array(value.low), np.array(value.high)
            low[self.rows], high[self.rows] = self.low, self.high
            return Range(low, high)
        if isinstance(value, Classes):
            can = np.array(value.can)
            can[self.rows] = self.can
            return Classes(value.names, can)
        if isinstance(value, Truth):
            sign = np.array(value.sign)
            sign[self.rows] = self.yes.astype(np.int8) - self.no.astype(np.int8)
            return Truth(sign)
        return value
