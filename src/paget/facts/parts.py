"""The columns of a plan's rows as arrays: counts, days, words; what formulas are written on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.facts.rowwise import EARLY, LATE
from paget.possible import Classes, Range, Truth

Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Parts:
    """One row a decision, in the order of their numbers.

    Args:
        rows: how many.
        numbers: gives a column as floats, nan where blank.
        texts: gives a column as texts, None where blank.
    """

    def __init__(
        self, rows: int, numbers: Callable[[str], Numbers], texts: Callable[[str], list[str | None]]
    ) -> None:
        self.rows = rows
        self.numbers = numbers
        self.texts = texts

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
        codes: dict[str | None, int] = {word: 1 << bit for bit, word in enumerate(names)}
        return Classes(
            names, np.array([codes.get(word, any_of_them) for word in self.texts(name)], np.uint64)
        )


def one_of(names: tuple[str, ...], can: Sequence[Flags], certain: Flags) -> Classes:
    """The classes that are flagged as possible; all of them where it is not certain what is asked about."""
    every = np.uint64((1 << len(names)) - 1)
    bits = np.sum([one * np.uint64(1 << bit) for bit, one in enumerate(can)], axis=0).astype(np.uint64)
    return Classes(names, np.where(certain & (bits > 0), bits, every))


def of_lists(columns: Mapping[str, list[Any]]) -> Parts:
    """The rows of a plan that ran in memory: lists, None for blank, in the order of the decisions."""
    return Parts(
        len(columns["decision"]),
        lambda name: np.array(columns[name], np.float64),
        lambda name: columns[name],
    )


def of_frame(frame: pl.DataFrame) -> Parts:
    """The rows of a plan that ran on an engine."""
    frame = frame.sort("decision")
    return Parts(
        frame.height,
        lambda name: frame[name].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        lambda name: frame[name].to_list(),
    )
