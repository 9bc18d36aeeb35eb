"""Cells: the pieces into which thresholds cut a subject, on each of which every comparison has one answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from math import ceil, floor, inf
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from paget.possible import ZERO, Classes, Range, Span, Truth
from paget.rules.conditions import Comparison
from paget.rules.subjects import Subject
from paget.rules.thresholds import Cut


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
