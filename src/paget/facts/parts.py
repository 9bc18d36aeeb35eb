"""The columns of a plan's rows as arrays: counts, days, words; what formulas are written on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.facts.by_name import ByName, Part
from paget.facts.rowwise import EARLY, LATE
from paget.possible import Classes, Range, Truth

Columns = Mapping[str, list[Any]]
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
        self._flags: dict[str, Flags] = {}

    def count(self, name: str) -> Numbers:
        """A count; 0 where there is no row."""
        return self.numbers(name, 0.0)

    def flag(self, name: str) -> Flags:
        """Where a count is above 0; several formulas ask for the same, so nobody writes into it."""
        found = self._flags.get(name)
        if found is None:
            found = self._flags[name] = self.numbers(name, 0.0) > 0
            found.setflags(write=False)
        return found

    def told(self, name: str) -> Flags:
        """Where a row tells the value, whatever it is."""
        return ~np.isnan(self.numbers(name))

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


def of_lists(asked: Columns, several: Iterable[tuple[Part, Columns]]) -> Parts:
    """The rows of plans that ran in memory: lists, None for blank.

    Args:
        asked: the decisions, in the order of their numbers.
        several: each part with its rows, in any order.
    """
    rows = len(asked["decision"])
    place = {decision: row for row, decision in enumerate(asked["decision"])}
    columns: dict[str, list[Any] | None] = dict(asked)
    for part, found in several:
        at = [place[decision] for decision in found["decision"]]
        if isinstance(part, ByName):
            columns.update(_by_name(part, found, at, rows))
        elif at == list(range(rows)):
            columns.update({name: values for name, values in found.items() if name not in columns})
        else:
            columns.update({n: _placed(values, at, rows) for n, values in found.items() if n not in columns})
    blank_columns = BlankColumns(rows)

    def numbers(name: str, blank: float = np.nan) -> Numbers:
        values = columns[name]
        if values is None:
            return blank_columns.of(blank)
        return np.array([blank if value is None else value for value in values], np.float64)

    def coded(name: str) -> Coded:
        values = columns[name]
        assert values is not None  # noqa: S101 - only numbers have rows by name
        different = list(dict.fromkeys(values)) or [None]
        code = {text: number for number, text in enumerate(different)}
        return np.array([code[text] for text in values], np.intp), different

    return Parts(rows, numbers, lambda name: np.array(columns[name], np.object_), coded)


def _by_name(part: ByName, found: Columns, at: list[int], rows: int) -> dict[str, list[Any] | None]:
    """The columns of a part with rows by name; None where no row has the name."""
    columns: dict[str, list[Any] | None] = dict.fromkeys(part.columns[1:])
    for row, name in enumerate(found[part.name]):
        if name in part.names:
            for value in part.values:
                column = columns[f"{name}_{value}"] or [None] * rows
                column[at[row]] = found[value][row]
                columns[f"{name}_{value}"] = column
    return columns


def _placed(values: list[Any], at: list[int], rows: int) -> list[Any]:
    placed: list[Any] = [None] * rows
    for row, value in zip(at, values, strict=True):
        placed[row] = value
    return placed


def of_frames(asked: pl.DataFrame, several: Iterable[tuple[Part, pl.DataFrame]]) -> Parts:
    """The rows of plans that ran on an engine.

    Args:
        asked: the decisions.
        several: each part with its rows, in any order.
    """
    asked = asked.sort("decision")
    rows, given = asked.height, asked["decision"].to_numpy()
    columns: dict[str, tuple[pl.Series, NDArray[np.intp]] | None] = {}
    in_place = np.arange(rows)
    dense = bool(np.array_equal(given, in_place))

    def places(frame: pl.DataFrame) -> NDArray[np.intp]:
        decisions = frame["decision"].to_numpy()
        at = decisions if dense else np.searchsorted(given, decisions)
        return in_place if np.array_equal(at, in_place) else at

    def read(frame: pl.DataFrame, prefix: str = "") -> None:
        at = places(frame)
        names = {one.name: f"{prefix}{one.name}" for one in frame.iter_columns()}
        columns.update({new: (frame[old], at) for old, new in names.items() if prefix or new not in columns})

    read(asked)
    for part, frame in several:
        if isinstance(part, ByName):
            columns.update(dict.fromkeys(part.columns[1:]))
            of_each = frame.partition_by(part.name, as_dict=True, include_key=False)
            for (name,), few in of_each.items():
                if name in part.names:
                    read(few, f"{name}_")
        else:
            read(frame)
    blank_columns = BlankColumns(rows)

    def numbers(name: str, blank: float = np.nan) -> Numbers:
        placed_at = columns[name]
        if placed_at is None:
            return blank_columns.of(blank)
        values, at = placed_at
        blanks = values.null_count()
        if blanks == len(values):  # most of what could be known of a patient is not in a registry
            return blank_columns.of(blank)
        placed = np.full(rows, blank)
        placed[at] = (values.cast(pl.Float64).fill_null(blank) if blanks else values).to_numpy()
        return placed

    def of_words(name: str) -> tuple[pl.Series, NDArray[np.intp]]:
        found = columns[name]
        assert found is not None  # noqa: S101 - only numbers have rows by name
        return found

    def texts(name: str) -> Texts:
        values, at = of_words(name)
        placed = np.full(rows, None)
        placed[at] = values.to_numpy()
        return placed

    def coded(name: str) -> Coded:
        values, at = of_words(name)
        different = values.drop_nulls().unique(maintain_order=True)
        blank = len(different)
        placed = np.full(rows, blank)
        placed[at] = values.cast(pl.Enum(different)).to_physical().cast(pl.Int64).fill_null(blank).to_numpy()
        return placed, [*different.to_list(), None]

    return Parts(rows, numbers, texts, coded)


class BlankColumns:
    """Columns that are blank in all rows: one value each, repeated without memory.

    Args:
        rows: how many.
    """

    def __init__(self, rows: int) -> None:
        self._rows = rows
        self._made: dict[float, Numbers] = {}  # nan is found again as the same object

    def of(self, blank: float) -> Numbers:
        """The column of a value for blanks."""
        if blank not in self._made:
            self._made[blank] = np.broadcast_to(blank, self._rows)
        return self._made[blank]
