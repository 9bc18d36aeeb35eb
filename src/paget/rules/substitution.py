"""Substitution: a subject that a rule compares in several places is put through each of its cells in turn.

"Below 12 months" here and "below 24 months" there make the clauses of a rule depend on each other: taken one
by one they may allow a result that no single value gives. The results of the cells still possible are united;
the union is exactly what substitution of each possible value gives.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import product
from math import inf
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.possible import ZERO, Classes, Range, Truth
from paget.rules.alike import alike
from paget.rules.bodies import Bands, Body, Each, Measure, Product, Slope, States, Sum, Value
from paget.rules.cells import Answers, Cell, cut_up, possible
from paget.rules.conditions import Comparison, Truths
from paget.rules.subjects import Subject
from paget.rules.undecided import undecided

MOST: Final = 256
"""Combinations of cells that are tried for one rule; beyond it the wider answer stands. Time, not truth."""

FEW: Final = 4096
"""Combinations times decisions up to which each is tried; of more, those alike are one."""

ROWS_AT_ONCE: Final = 2**16
"""Combinations times decisions that are tried together: all of one case, few of a registry."""


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
