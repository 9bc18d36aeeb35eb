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


class Parts:
    """One row a decision, in the order of their numbers.

    Args:
        rows: how many.
        numbers: gives a column as floats, nan where blank.
        texts: gives a column of texts, None where blank.
        coded: the same as places in a list of the different ones.
    """

    def __init__(
        self,
        rows: int,
        numbers: Callable[[str], Numbers],
        texts: Callable[[str], Texts],
        coded: Callable[[str], Coded],
    ) -> None:
        self.rows = rows
        self.numbers = numbers
        self.texts = texts
        self.coded = coded

    def count(self, name: str) -> Numbers:
        """A count; 0 where there is no row."""
        values = self.numbers(name)
        return np.where(np.isnan(values), 0.0, values)

    def flag(self, name: str) -> Flags:
        """Where a count is above 0."""
        return self.numbers(name) > 0

    def day(self, name: str) -> Numbers:
        """A day; nan where there is no row; the sentinels of the plan become infinities."""
        days = self.numbers(name)
        return np.where(days <= EARLY, -np.inf, np.where(days >= LATE, np.inf, days))

    def days(self, low: str, high: str) -> Range:
        """A day between two days; open where there is no row."""
        first, last = self.day(low), self.day(high)
        return Range(np.where(np.isnan(first), -np.inf, first), np.where(np.isnan(last), np.inf, last))

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

    return Parts(
        rows,
        lambda name: np.array(columns[name], np.float64),
        lambda name: np.array(columns[name], np.object_),
        coded,
    )


def of_frames(asked: pl.DataFrame, several: Iterable[pl.DataFrame]) -> Parts:
    """The rows of plans that ran on an engine; a plan has at most one row a decision.

    Args:
        asked: the decisions.
        several: the rows of each plan, in any order.
    """
    asked = asked.sort("decision")
    rows, numbers = asked.height, asked["decision"].to_numpy()
    columns: dict[str, tuple[pl.Series, NDArray[np.intp]]] = {}
    in_place = np.arange(rows)
    dense = bool(np.array_equal(numbers, in_place))
    for part in (asked, *several):
        decisions = part["decision"].to_numpy()
        at = decisions if dense else np.searchsorted(numbers, decisions)
        if np.array_equal(at, in_place):
            at = in_place
        columns.update({one.name: (one, at) for one in part.iter_columns() if one.name not in columns})

    blank = np.broadcast_to(
        np.nan, rows
    )  # takes no memory: a registry leaves most of what could be known out

    def floats(name: str) -> Numbers:
        values, at = columns[name]
        if values.null_count() == len(values):
            return blank
        found: Numbers = values.to_numpy().astype(np.float64, copy=False)  # nan where blank
        if at is in_place:
            return found
        placed = np.full(rows, np.nan)
        placed[at] = found
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

    return Parts(rows, floats, texts, coded)
