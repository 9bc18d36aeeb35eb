"""Cells: the pieces into which thresholds cut a subject, on each of which every comparison has one answer.

A subject that a rule compares in several places ("below 12 months" here, "below 24 months" there) makes
its clauses depend on each other: taken one by one they may allow a result that no single value gives. So
the subject is put through each of its cells in turn, and the results of the cells still possible are
united. The union is exactly what substitution of each possible value gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import ceil, floor, inf
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from paget.possible import ZERO, Classes, Range, Span, Truth
from paget.rules.bodies import Bands, Body, Each, Measure, Product, Slope, States, Sum, Value
from paget.rules.conditions import Comparison, Truths
from paget.rules.subjects import Subject
from paget.rules.thresholds import Cut

MOST: Final = 256
"""Combinations of cells that are tried for one rule; beyond it the wider answer stands. Time, not truth."""

FEW: Final = 4096
"""Combinations times decisions up to which each is tried; of more, those alike are one."""

ROWS_AT_ONCE: Final = 2**16
"""Combinations times decisions that are tried together: all of one case, few of a registry."""


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


@lru_cache(maxsize=4096)  # subjects and comparisons are shared objects: the same cells for every case
def cut_up(subject: Subject, comparisons: tuple[Comparison, ...]) -> list[Cell]:
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


def possible(
    cells: Sequence[Cell], subject: Subject, batch: Answers, rows: NDArray[np.intp]
) -> NDArray[np.bool_]:
    """Whether the subject may lie in each of some cells: cells x rows.

    It may lie between two thresholds where it may be above the left and below the right one; at a
    threshold where it is surely neither above nor below it.
    """
    value = batch.value(subject)
    if isinstance(value, Truth):
        sign = value.sign[rows]
        return np.array([sign >= ZERO if cell.names == ("yes",) else sign <= ZERO for cell in cells])
    if isinstance(value, Classes):
        masks = np.array([value.mask(cell.names) for cell in cells])
        return np.asarray(value.can[rows] & masks[:, np.newaxis] != 0)
    may = np.ones((len(cells), rows.size), np.bool_)
    for place, cell in enumerate(cells):
        if cell.at is not None:
            may[place] = (batch.above(subject, cell.at).sign[rows] <= ZERO) & (
                batch.below(subject, cell.at).sign[rows] <= ZERO
            )
            continue
        if cell.above is not None:
            may[place] = batch.above(subject, cell.above).sign[rows] >= ZERO
        if cell.below is not None:
            may[place] &= batch.below(subject, cell.below).sign[rows] >= ZERO
    return may


def repeated(body: Body) -> dict[Subject, tuple[Comparison, ...]]:
    """The subjects that occur more than once in a rule, with the comparison of each occurrence.

    The edges of bands are one occurrence: bands give no more than their number leaves possible.
    """
    found: dict[Subject, list[Comparison]] = {}
    for comparison in body.comparisons():
        found.setdefault(comparison.subject, []).append(comparison)
    times = Counter({subject: len(every) for subject, every in found.items()})
    times.update(_slopes(body))
    for clause in body.clauses if isinstance(body, Sum | Product) else ():
        if isinstance(clause, Bands):
            times[clause.below[0].subject] -= len(clause.below) - 1
    return {subject: tuple(every) for subject, every in found.items() if times[subject] > 1}


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
    if not np.count_nonzero(open_):
        return value
    unsure: dict[Subject, NDArray[np.bool_]] = {}
    for subject, comparisons in shared.items():
        few = 0 if subject in slopes else 1
        signs = [sign for c in comparisons if np.count_nonzero(sign := truths[c].sign) < sign.size]
        if len(signs) > few:
            where = open_ & _more_than(few, [sign == ZERO for sign in signs])
            if np.count_nonzero(where):
                unsure[subject] = where
    somewhere = tuple(unsure)
    if not somewhere:
        return value
    tries = _tries(body, somewhere)
    if tries.whole:
        rows = np.flatnonzero(np.logical_or.reduce([unsure[subject] for subject in somewhere]))
        return _narrowed(body, value, tries, rows, truths, batch)
    # Together they are too many: each row by the subjects that are unsure in it, whatever its neighbours are.
    kinds = sum(unsure[subject].astype(np.int64) << bit for bit, subject in enumerate(somewhere))
    for kind in np.unique(kinds).tolist():
        subjects = tuple(subject for bit, subject in enumerate(somewhere) if kind >> bit & 1)
        tries = _tries(body, subjects)
        value = _narrowed(body, value, tries, np.flatnonzero(kinds == kind), truths, batch)
    return value


def _narrowed(
    body: Body, value: Value, tries: _Tries, rows: NDArray[np.intp], truths: Truths, batch: Answers
) -> Value:
    """The value with some rows replaced by the union of what the body gives in every possible cell."""
    if not tries.subjects:
        return value
    every = rows
    leaves = {c: truths[c].sign[rows] for c in _comparisons(body) if c not in tries.signs}
    may = [
        possible(cells, subject, batch, rows)
        for subject, cells in zip(tries.subjects, tries.pieces, strict=True)
    ]
    spread: NDArray[np.intp] | slice = slice(None)
    if rows.size * len(tries.places) > FEW and not _slopes(body):
        fresh = [one[rows].view(np.int8) for c in tries.signs if (one := batch.fresh(c)) is not None]
        first, spread = alike(
            [*leaves.values(), *fresh, *(can.view(np.int8) for cells in may for can in cells)]
        )
        rows, may = rows[first], [cells[:, first] for cells in may]
        leaves = {c: sign[first] for c, sign in leaves.items()}
    union = United(value, rows)
    at_once = max(1, ROWS_AT_ONCE // rows.size)
    here = np.logical_and.reduce([can[tries.places[:, i]] for i, can in enumerate(may)])
    tried = np.flatnonzero(here.any(axis=1))
    for start in range(0, len(tried), at_once):
        some = tried[start : start + at_once]
        union.add(tries.combined(body, leaves, some, rows, batch), here[some])
    return union.into(value, every, spread)


def alike(columns: Sequence[NDArray[np.int8]]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The first of all rows with the same values, and for each row which of these it is like.

    Rows are told apart by a hash of their values; should two that differ share one, each stays by itself.

    >>> alike([np.array([1, 0, 1, 1], np.int8), np.array([1, 0, 1, 1], np.int8)])
    (array([1, 0]), array([1, 0, 1, 1]))
    """
    values = np.array(columns)
    hashes = np.zeros(values.shape[1], np.int64)
    for value, factor in zip(values, _factors(len(values)), strict=True):
        hashes += value * factor
    _, first, kinds = np.unique(hashes, return_index=True, return_inverse=True)
    if np.array_equal(values, values[:, first][:, kinds]):
        return first, kinds
    return np.arange(hashes.size), np.arange(hashes.size)


@lru_cache(maxsize=256)
def _factors(columns: int) -> NDArray[np.int64]:
    return np.random.default_rng(columns).integers(1, 2**62, columns, np.int64)


@dataclass(frozen=True, slots=True, eq=False)
class _Tries:
    """Every combination of cells of some subjects, and what it holds: made once for all cases.

    Attributes:
        subjects: that are put through their cells.
        whole: none was left out because there would be too many combinations.
        pieces: the cells of each.
        places: the place of each subject's cell (combinations x subjects).
        signs: what each comparison says in a combination (combinations x 1).
        bounds: between what numbers lie in a combination (combinations x 1).
    """

    subjects: tuple[Subject, ...]
    whole: bool
    pieces: tuple[tuple[Cell, ...], ...]
    places: NDArray[np.intp]
    signs: Mapping[Comparison, NDArray[np.int8]]
    bounds: Mapping[Subject, Range]

    def combined(
        self,
        body: Body,
        leaves: Mapping[Comparison, NDArray[np.int8]],
        some: NDArray[np.intp],
        rows: NDArray[np.intp],
        batch: Answers,
    ) -> Value:
        """What the body gives in some combinations for some rows: combinations x rows."""
        assert not isinstance(body, Measure | Each)  # noqa: S101, asked before
        truths: Truths = {c: Truth(sign[np.newaxis]) for c, sign in leaves.items()}
        for comparison, signs in self.signs.items():
            fresh = batch.fresh(comparison)
            sign = signs[some]
            truths[comparison] = Truth(sign if fresh is None else sign * fresh[rows])

        def number(subject: Subject) -> Range:
            full = batch.number(subject)
            low, high = full.low[rows][np.newaxis], full.high[rows][np.newaxis]
            cell = self.bounds.get(subject)  # a span is left whole
            return (
                Range(low, high)
                if cell is None
                else Range(np.maximum(low, cell.low[some]), np.minimum(high, cell.high[some]))
            )

        return body.combine(truths, number)


@lru_cache(maxsize=4096)
def _tries(body: Body, unsure: tuple[Subject, ...]) -> _Tries:
    """The combinations for a body of which some subjects are unsure."""
    shared = repeated(body)
    cut = {one: cut_up(one, tuple(dict.fromkeys(shared[one]))) for one in unsure}
    subjects = _affordable(cut)
    whole = len(subjects) == sum(bool(cells) for cells in cut.values())
    pieces = tuple(tuple(cut[subject]) for subject in subjects)
    places = np.array(list(product(*(range(len(cells)) for cells in pieces))))
    signs: dict[Comparison, NDArray[np.int8]] = {}
    bounds: dict[Subject, Range] = {}
    for i, (subject, cells) in enumerate(zip(subjects, pieces, strict=True)):
        place = places[:, i, np.newaxis]
        for comparison in cells[0].answers:
            answers = np.array([1 if cell.answers[comparison] else -1 for cell in cells], np.int8)
            signs[comparison] = answers[place]
        if subject.kind == "number":
            low, high = np.array([c.low for c in cells]), np.array([c.high for c in cells])
            bounds[subject] = Range(low[place], high[place])
    return _Tries(tuple(subjects), whole, pieces, places, signs, bounds)


@lru_cache(maxsize=4096)
def _comparisons(body: Body) -> tuple[Comparison, ...]:
    return tuple(dict.fromkeys(body.comparisons()))


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


def open_in(value: Value, row: int) -> bool:
    """Whether more than one answer is left in one row; of a schedule, in any of its lines."""
    if isinstance(value, Truth):
        return bool(value.sign.item(row) == 0)
    if isinstance(value, Range):
        return bool(value.low.item(row) != value.high.item(row))
    if isinstance(value, Classes):
        return value.can.item(row).bit_count() != 1
    return any(one.can.item(row).bit_count() != 1 for one in value.each)


def undecided(value: Value) -> NDArray[np.bool_]:
    """Where more than one answer is left."""
    if isinstance(value, Truth):
        return value.is_unknown
    if isinstance(value, States):
        return np.asarray(np.logical_or.reduce([~one.known for one in value.each]))
    return ~value.known


class United:
    """The union of the results of several cells, for some rows of a batch."""

    def __init__(self, like: Value, rows: NDArray[np.intp]) -> None:
        if isinstance(like, Range):
            self.low, self.high = np.full(rows.size, inf), np.full(rows.size, -inf)
        elif isinstance(like, Classes):
            self.can = np.zeros(rows.size, np.uint64)
        else:
            self.yes, self.no = np.zeros(rows.size, np.bool_), np.zeros(rows.size, np.bool_)

    def add(self, value: Value, here: NDArray[np.bool_]) -> None:
        """Add what some combinations of cells give (combinations x rows), where they are possible."""
        if isinstance(value, Range):
            low, high = value.low, value.high
            self.low = np.minimum(self.low, np.where(here, low, inf).min(axis=0))
            self.high = np.maximum(self.high, np.where(here, high, -inf).max(axis=0))
        elif isinstance(value, Classes):
            can = np.where(here, value.can, np.uint64(0))
            self.can |= np.bitwise_or.reduce(can, axis=0)
        elif isinstance(value, Truth):
            self.yes |= (here & value.may_be).any(axis=0)
            self.no |= (here & ~value.is_yes).any(axis=0)

    def into(
        self, value: Value, rows: NDArray[np.intp], spread: NDArray[np.intp] | slice = slice(None)
    ) -> Value:
        """The value of the whole batch, with some rows put in; each is like the row that ``spread`` names."""
        if isinstance(value, Range):
            low, high = np.array(value.low), np.array(value.high)
            low[rows], high[rows] = self.low[spread], self.high[spread]
            return Range(low, high)
        if isinstance(value, Classes):
            can = np.array(value.can)
            can[rows] = self.can[spread]
            return Classes(value.names, can)
        if isinstance(value, Truth):
            sign = np.array(value.sign)
            sign[rows] = (self.yes.astype(np.int8) - self.no.astype(np.int8))[spread]
            return Truth(sign)
        return value
