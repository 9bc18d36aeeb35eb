"""Reading a whole column of a table as what its column holds: the readers of single values, at speed.

What is plain is read by the engine: numbers, ISO dates, columns that have the right type already.
The rest goes through :mod:`paget.record.cells`, each different value once, so that a cell means the
same in a file of a million rows as in a case written by hand.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

import polars as pl

from paget.record.cells import Reader
from paget.record.columns import Column
from paget.record.day_series import read_days
from paget.record.reading import Reading, all_wrong, by_value, fault_of, faults_at, no_faults
from paget.record.unknown import SPACES, UNKNOWN_CODES, UNKNOWN_NUMBERS, UNKNOWN_WORDS

_EXACT: Final = 2.0**53  # whole numbers up to here are exact as floats
_PLAIN_NUMBER: Final = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"


def _screen() -> str:
    """A pattern that finds at once every text that needs a closer look: most columns have none."""
    words = "|".join(re.escape(word) for word in sorted({*UNKNOWN_WORDS, *UNKNOWN_CODES} - {""}))
    space = "[" + "".join(f"\\x{ord(character):02X}" for character in SPACES) + "]"
    return f"(?i)^{space}|{space}$|\\x00|^(?:{words})?$"


_SCREEN: Final = _screen()


def read_series(
    column: Column,
    written: pl.Series,
    read: Reader,
    relative: pl.Series,
    last: pl.Series | None = None,
) -> Reading:
    """Read a column of a table.

    Args:
        column: its declaration.
        written: the values, of any type.
        read: the reader of one of its values.
        relative: for each row whether the patient's days are relative.
        last: of a day the column of last possible days, where there is one.
    """
    written = _plain_type(written)
    if written.null_count() == len(written):
        written = pl.Series(written.name, [None]).new_from_index(0, len(written))
    if column.kind == "day":
        return read_days(written, last if last is None else _plain_type(last), read, relative)
    if written.dtype == pl.Null:
        return Reading(written.cast(_TYPES[column.kind]), None, no_faults(), 0)
    return _READERS[column.kind](column, written, read)


def _plain_type(series: pl.Series) -> pl.Series:
    if series.dtype in (pl.Categorical, pl.Enum):
        return series.cast(pl.String)
    if series.dtype == pl.Decimal:
        return series.cast(pl.Float64)
    return series


_TYPES: Final[dict[str, Any]] = {
    "key": pl.String,
    "text": pl.String,
    "class": pl.String,
    "integer": pl.Int32,
    "number": pl.Float64,
    "truth": pl.Boolean,
    "texts": pl.List(pl.String),
}


def _read_texts(column: Column, written: pl.Series, read: Reader) -> Reading:
    """Texts and keys."""
    if written.dtype == pl.String:
        values = written
    elif written.dtype.is_integer() or (written.dtype.is_float() and column.kind == "key"):
        if written.dtype.is_float():  # whole numbers that a blank among them turned into floats
            exact = (written == written.round()) & (written.abs() <= _EXACT)
            fractional = written.is_not_null() & ~exact
            faults = faults_at(fractional, fault_of(read, 0.5))
            values = written.set(fractional, None).cast(pl.Int64).cast(pl.String)
            return Reading(values, None, faults, 0)
        values = written.cast(pl.String)
    elif written.dtype.is_float():
        return by_value(written, read, pl.String)
    else:
        return all_wrong(written, read, pl.String, wrong=True)
    if not values.str.contains(_SCREEN).any():
        return Reading(values, None, no_faults(), 0)
    stripped = values.str.strip_chars(SPACES)
    low = stripped.str.to_lowercase()
    unknown = low.is_in(list(UNKNOWN_WORDS))
    if column.kind == "key":
        values = stripped
    else:
        unknown |= stripped.is_in(list(UNKNOWN_CODES))
    faults = faults_at(values.str.contains("\0", literal=True), fault_of(read, "\0"))
    return Reading(values.set(unknown.fill_null(value=False), None), None, faults, int(unknown.sum()))


def _read_class(column: Column, written: pl.Series, read: Reader) -> Reading:
    return by_value(written, read, pl.String)


def _read_truth(column: Column, written: pl.Series, read: Reader) -> Reading:
    if written.dtype == pl.Boolean:
        return Reading(written, None, no_faults(), 0)
    if written.dtype.is_float():
        whole = (written == written.round()) & (written.abs() <= _EXACT)
        return by_value(written.set(~whole, 2.0).cast(pl.Int64), read, pl.Boolean)
    return by_value(written, read, pl.Boolean)


def _read_numbers(column: Column, written: pl.Series, read: Reader) -> Reading:
    if written.dtype == pl.String:
        stripped = written.str.strip_chars(SPACES)
        plain = stripped.set((~stripped.str.contains(_PLAIN_NUMBER)).fill_null(value=True), None)
        numbers = plain.cast(pl.Float64, strict=False)
        other = written.set(numbers.is_not_null(), None)
        rest = by_value(other, read, pl.Float64) if other.null_count() < len(other) else None
    elif written.dtype.is_numeric():
        numbers, rest = written.cast(pl.Float64), None
    else:
        wrong: Any = True if written.dtype == pl.Boolean else []
        return all_wrong(written, read, _TYPES[column.kind], wrong)
    unknown = numbers.is_in(list(UNKNOWN_NUMBERS)).fill_null(value=False)
    numbers = numbers.set(unknown, None)
    infinite = (~numbers.is_finite()).fill_null(value=False)
    faults = [faults_at(infinite, fault_of(read, math.inf))]
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    outside = ((numbers < low) | (numbers > high)) & ~infinite
    faults.append(faults_at(outside, (fault_of(read, (high if high < math.inf else 0) + 1e9))))
    if column.kind == "integer":
        within = numbers.set(infinite | outside.fill_null(value=False), None)
        fractional = ((within != within.round()) | (within.abs() >= 2**31)).fill_null(value=False)
        faults.append(faults_at(fractional, fault_of(read, low + 0.5 if math.isfinite(low) else 0.5)))
        bad = infinite | outside.fill_null(value=False) | fractional
        numbers = numbers.set(bad, None).cast(pl.Int32)
    else:
        numbers = numbers + 0.0
    count = int(unknown.sum())
    if rest is not None:
        numbers = numbers.zip_with(rest.values.is_null(), rest.values.cast(numbers.dtype))
        faults.append(rest.faults)
        count += rest.unknown
    return Reading(numbers, None, pl.concat(faults), count)


def _read_lists(column: Column, written: pl.Series, read: Reader) -> Reading:
    if written.dtype == pl.String:
        return by_value(written, read, pl.List(pl.String), list)
    if written.dtype != pl.List:
        return all_wrong(written, read, pl.List(pl.String), wrong=1)
    # Lists cannot be looked up by value: by their text, with a separator that no text of a list holds.
    joined = written.list.eval(pl.element().cast(pl.String)).list.join(_BETWEEN, ignore_nulls=True)

    def parts(text: str, relative: bool) -> Any:
        return read(text.split(_BETWEEN) if text else [], relative)

    return by_value(joined, parts, pl.List(pl.String), list)


_BETWEEN: Final = "\x1e\x1f"

_READERS: Final[dict[str, Callable[[Column, pl.Series, Reader], Reading]]] = {
    "key": _read_texts,
    "text": _read_texts,
    "class": _read_class,
    "integer": _read_numbers,
    "number": _read_numbers,
    "truth": _read_truth,
    "texts": _read_lists,
}
