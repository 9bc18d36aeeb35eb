"""The columns of a plan's rows as arrays: counts, days, words; what formulas are written on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.facts.rowwise import EARLY, LATE
from paget.possible import Classes, Range, Truth

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]
Texts = NDArray[np.object_]
Coded = tuple[NDArray[np.intp], list[str | None]]


def nowhere(values: Numbers) -> bool:
    """Whether a column is blank in all rows of a registry, and so one value that takes no memory."""
    return values.strides == (0,)


class Parts:
    """One row a decision, in the order of their numbers.

    Args:
        rows: how many.
        numbers: gives a column as floats, and where blank nan or another value: a new array, or one value
            repeated without memory.
        texts: gives a column of texts, None where blank.
        coded: the same as places in a list of the different ones.
    """

    def __init__(
        self,
        rows: int,
        numbers: Callable[..., Numbers],
        texts: Callable[[str], Texts],
        coded: Callable[[str], Coded],
    ) -> None:
        self.rows = rows
        self.numbers = numbers
        self.texts = texts
        self.coded = coded

    def count(self, name: str) -> Numbers:
        """A count; 0 where there is no row."""
        return self.numbers(name, 0.0)

    def flag(self, name: str) -> Flags:
        """Where a count is above 0."""
        return self.numbers(name, 0.0) > 0

    def day(self, name: str, blank: float = np.nan) -> Numbers:
        """A day; nan (or another) where there is no row; the sentinels of the plan become infinities."""
        days = self.numbers(name, blank)
        if not nowhere(days):  # the only copy of its values
            days[days <= EARLY] = -np.inf
            days[days >= LATE] = np.inf
        return days

    def days(self, low: str, high: str) -> Range:
        """A day between two days; open where there is no row."""
        return Range(self.day(low, -np.inf), self.day(high, np.inf))

    def truth(self, yes: str, may_be: str) -> Truth:
        """Yes where the first count is above 0, no where the second is 0."""
        return Truth.where(self.flag(yes), ~self.flag(may_be))

    def words(self, name: str, names: tuple[str, ...]) -> Classes:
        """A class by its word; any where blank."""
        any_of_them = (1 << len(names)) - 1
        bits: dict[str | None, int] = {word: 1 << bit for bit, word in enumerate(names)}
        codes, different = self.coded(name)
        return Classes(names, np.array([bits.get(word, any_of_them) for word in different], np.uint64)[codes])


def one_of(names: tuple[str, ...], can: Sequence[Flags], certain: Flags) -> Classes:
    """The classes that are flagged as possible; all of them where it is not certain what is asked about."""
    every = np.uint64((1 << len(names)) - 1)
    bits = np.sum([one * np.uint64(1 << bit) for bit, one in enumerate(can)], axis=0).astype(np.uint64)
    return Classes(names, np.where(certain & (bits > 0), bits, every))


def of_lists(asked: Mapping[str, list[Any]], several: Iterable[Mapping[str, list[Any]]]) -> Parts:
    """The rows of plans that ran in memory: lists, None for blank; a plan has at most one row a decision.

    Args:
        asked: the decisions, in the order of their numbers.
        several: the rows of each plan, in any order.
    """
    rows = len(asked["decision"])
    place = {decision: row for row, decision in enumerate(asked["decision"])}
    columns: dict[str, list[Any]] = {}
    for part in (asked, *several):
        decisions = part["decision"]
        if decisions == asked["decision"]:
            columns.update(part)
            continue
        at = [place[decision] for decision in decisions]
        for name, values in part.items():
            if name not in columns:
                columns[name] = placed = [None] * rows
                for row, value in zip(at, values, strict=True):
                    placed[row] = value

    def coded(name: str) -> Coded:
        different = list(dict.fromkeys(columns[name])) or [None]
        code = {text: number for number, text in enumerate(different)}
        return np.array([code[text] for text in columns[name]], np.intp), different

    def numbers(name: str, blank: float = np.nan) -> Numbers:
        return np.array([blank if value is None else value for value in columns[name]], np.float64)

    return Parts(rows, numbers, lambda name: np.array(columns[name], np.object_), coded)


def of_frames(asked: pl.DataFrame, several: Iterable[pl.DataFrame]) -> Parts:
    """The rows of plans that ran on an engine; a plan has at most one row a decision.

    Args:
        asked: the decisions.
        several: the rows of each plan, in any order.
    """
    asked = asked.sort("decision")
    rows, given = asked.height, asked["decision"].to_numpy()
    columns: dict[str, tuple[pl.Series, NDArray[np.intp]]] = {}
    in_place = np.arange(rows)
    dense = bool(np.array_equal(given, in_place))
    for part in (asked, *several):
        decisions = part["decision"].to_numpy()
        at = decisions if dense else np.searchsorted(given, decisions)
        if np.array_equal(at, in_place):
            at = in_place
        columns.update({one.name: (one, at) for one in part.iter_columns() if one.name not in columns})

    def numbers(name: str, blank: float = np.nan) -> Numbers:
        values, at = columns[name]
        nowhere = values.null_count()
        if nowhere == len(values):  # most of what could be known of a patient is not in a registry
            return np.broadcast_to(blank, rows)
        placed = np.full(rows, blank)
        placed[at] = (values.cast(pl.Float64).fill_null(blank) if nowhere else values).to_numpy()
        return placed

    def texts(name: str) -> Texts:
        values, at = columns[name]
        placed = np.full(rows, None)
        placed[at] = values.to_numpy()
        return placed

    def coded(name: str) -> Coded:
        values, at = columns[name]
        different = values.drop_nulls().unique(maintain_order=True)
        blank = len(different)
        placed = np.full(rows, blank)
        placed[at] = values.cast(pl.Enum(different)).to_physical().cast(pl.Int64).fill_null(blank).to_numpy()
        return placed, [*different.to_list(), None]

    return Parts(rows, numbers, texts, coded)
