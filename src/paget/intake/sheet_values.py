"""The values of a flat file: numbers in a unit, words through a value map, several words a cell, limits."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import polars as pl

from paget.intake.mapping import Cell, Words, columns_in
from paget.intake.sheet import Found, Sheet, joined, only
from paget.record.cells import UNKNOWN, UNKNOWN_NUMBERS, UNKNOWN_WORDS, is_unknown_word, read_limits, reader
from paget.record.columns import Column
from paget.units import unit

KINDS: Final[dict[str, Any]] = {
    "key": pl.String(), "text": pl.String(), "class": pl.String(), "day": pl.Int32(), "integer": pl.Int32(),
    "number": pl.Float64(), "truth": pl.Boolean(), "texts": pl.List(pl.String()),
}  # fmt: skip
"""The physical kind of each kind of column."""

_CODES: Final = frozenset(f"{number:g}" for number in UNKNOWN_NUMBERS)
_FORMULA: Final = r"^([=@]|[+-][^0-9.,])"
_A_TEXT: Final = Column("text", "text", "A text.")
_CALENDAR: Final = False  # no value but a day depends on the time base


def value_of(sheet: Sheet, cell: Cell, column: Column) -> Found:
    """The values of a column of the record for all rows of a sheet."""
    if cell.text:
        named = set(columns_in(cell.text))
        parts = [part for piece in cell.text.split("{") for part in piece.split("}")]
        texts = sheet.select(pl.concat_str([pl.col(p) if p in named else pl.lit(p) for p in parts if p]))
        found = _texts(sheet, texts, cell.text, column)
    elif cell.column:
        found = _from_column(sheet, cell, column)
    else:
        found = Found(sheet.same(cell.constant, KINDS[column.kind]))
    return found.where(sheet.holds(cell.when))


def limits_of(sheet: Sheet, cell: Cell) -> Found:
    """Lower and upper limit of an observation that is written as 40, "<0.5" or ">200"."""
    if not cell.column:
        least, most, _ = read_limits(cell.constant)
        found = Found(sheet.same(least, pl.Float64), sheet.same(most, pl.Float64))
        return found.where(sheet.holds(cell.when))
    texts = sheet.select(sheet.decimal_point(pl.col(cell.column)))
    exact = texts.cast(pl.Float64, strict=False)
    fine = (exact.is_finite() & ~exact.is_in(list(UNKNOWN_NUMBERS))).fill_null(value=False)
    exact = only(exact, fine)
    rest, why = sheet.by_distinct(only(texts, ~fine), cell.column, _limits)
    low = joined(texts, {text: pair[0] for text, pair in rest.items() if pair[0] is not None}, pl.Float64)
    high = joined(texts, {text: pair[1] for text, pair in rest.items() if pair[1] is not None}, pl.Float64)
    return Found(exact.fill_null(low), exact.fill_null(high), why).where(sheet.holds(cell.when))


def _limits(text: str) -> Any:
    if reader(_A_TEXT)(text, _CALENDAR) is UNKNOWN:
        return UNKNOWN
    return read_limits(text)[:2]


def _from_column(sheet: Sheet, cell: Cell, column: Column) -> Found:
    texts = sheet.frame[cell.column]
    if column.kind in ("number", "integer"):
        return _numbers(sheet, cell, column)
    if column.kind == "texts":
        return _lists(sheet, cell, column)
    if words := _words(cell, column):
        return _meant(sheet, texts, cell.column, words, column)
    return _texts(sheet, texts, cell.column, column)


def _words(cell: Cell, column: Column) -> Words | None:
    """The value map of a cell; a class without one is its own."""
    if cell.words is not None or not column.allowed:
        return cell.words
    return Words({word.casefold(): word for word in column.allowed})


def _numbers(sheet: Sheet, cell: Cell, column: Column) -> Found:
    texts = sheet.select(sheet.decimal_point(pl.col(cell.column)))
    number = texts.cast(pl.Float64, strict=False)
    coded = number.is_in(list(UNKNOWN_NUMBERS))
    if cell.unit and column.unit and unit(cell.unit).factor != unit(column.unit).factor:
        number = number * unit(cell.unit).factor / unit(column.unit).factor
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    fine = number.is_finite() & number.is_between(low, high) & ~coded
    if column.kind == "integer":
        fine &= number == number.round()
    fine = fine.fill_null(value=False)
    values = only(number, fine).cast(KINDS[column.kind])
    rest = only(texts, ~fine)
    if rest.null_count() == len(rest):
        return Found(values)
    read = reader(column)
    suffix = f" {cell.unit}" if cell.unit else ""

    def read_one(text: str) -> Any:
        bare = text.lstrip("+-").replace(".", "", 1).isdigit() and text.strip() not in _CODES
        return read(text + suffix if bare else text, _CALENDAR)

    means, why = sheet.by_distinct(rest, cell.column, read_one)
    return Found(values.fill_null(joined(rest, means, KINDS[column.kind])), None, why)


def _texts(sheet: Sheet, texts: pl.Series, name: str, column: Column) -> Found:
    formulas = int(texts.str.contains(_FORMULA).sum())
    if formulas:
        sheet.remarks.formulas[name] = max(formulas, sheet.remarks.formulas[name])
    if column.kind in ("key", "text"):  # nothing to read; a registry has a million of them
        words = UNKNOWN_WORDS if column.kind == "key" else UNKNOWN_WORDS | _CODES
        unknown = texts.str.to_lowercase().is_in(list(words))
        sheet.remarks.unknown[name] = max(int(unknown.sum()), sheet.remarks.unknown[name])
        return Found(only(texts, ~unknown))
    read = reader(column)
    means, why = sheet.by_distinct(texts, name, lambda text: read(text, _CALENDAR))
    return Found(joined(texts, means, KINDS[column.kind]), None, why)


def _meant(sheet: Sheet, texts: pl.Series, name: str, words: Words, column: Column) -> Found:
    """The meaning of words; a word that the map does not have is blank and counted."""
    strange: list[str] = []
    means, why = sheet.by_distinct(texts, name, _meaning(words, reader(column), strange))
    if strange:
        counted = texts.filter(texts.is_in(strange)).value_counts()
        for word, times in counted.rows():
            sheet.remarks.words[name, word] = max(times, sheet.remarks.words[name, word])
    return Found(joined(texts, means, KINDS[column.kind]), None, why)


def _meaning(words: Words, read: Callable[[Any, bool], Any], strange: list[str]) -> Callable[[str], Any]:
    def mean(text: str) -> Any:
        key = text.casefold()
        if key in words.means:
            meant = words.means[key]
        elif words.otherwise is not None:
            meant = words.otherwise
        elif is_unknown_word(text):
            return UNKNOWN
        else:
            strange.append(text)
            return None
        return UNKNOWN if meant is None else read(meant, _CALENDAR)

    return mean


def _lists(sheet: Sheet, cell: Cell, column: Column) -> Found:
    """Several words a cell, as a sorted list without repeats."""
    texts = sheet.frame[cell.column]
    pieces = texts.str.split(cell.split) if cell.split else texts.reshape((-1, 1)).arr.to_list()
    one = pl.DataFrame({"row": pl.int_range(len(texts), eager=True), "piece": pieces}).explode(
        "piece", empty_as_null=True
    )
    one = one.with_columns(pl.col("piece").str.strip_chars()).filter(pl.col("piece") != "")
    item = Column(column.name, "class" if column.allowed else "text", column.meaning, allowed=column.allowed)
    words = _words(cell, item)
    if words is None:
        found = _texts(sheet, one["piece"], cell.column, item)
    else:
        found = _meant(sheet, one["piece"], cell.column, words, item)
    every = pl.DataFrame({"row": pl.int_range(len(texts), eager=True)})
    read = one.select("row", value=found.low, why=pl.lit(None) if found.why is None else found.why)
    lists = read.group_by("row").agg(
        pl.col("value").drop_nulls().unique().sort(), pl.col("why").drop_nulls().first()
    )
    joined_lists = every.join(lists, on="row", how="left", maintain_order="left")
    return Found(joined_lists["value"], None, None if found.why is None else joined_lists["why"])
