"""Reading a whole column of a table as what its column holds: the readers of single values, at speed.

What is plain is read by the engine: numbers, ISO dates, columns that have the right type already.
The rest goes through :mod:`paget.record.cells`, each different value once, so that a cell means the
same in a file of a million rows as in a case written by hand.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from paget.record.cells import (
    FIRST_DAY,
    FIRST_YEAR,
    LAST_DAY,
    LAST_YEAR,
    RELATIVE_DAYS,
    SPACES,
    UNKNOWN,
    UNKNOWN_CODES,
    UNKNOWN_NUMBERS,
    UNKNOWN_WORDS,
    Impossible,
    Reader,
    day_bounds,
)
from paget.record.columns import Column

_FAULTS: Final = {"row": pl.UInt32(), "what": pl.String(), "mend": pl.String()}
_PLAIN_NUMBER: Final = r"^[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]+)?$"
_PLAIN_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
_INTEGER: Final = r"^[-+]?[0-9]{1,9}$"


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as it was read.

    Attributes:
        values: in the physical type of the column; of a day its first possible day.
        last: of a day its last possible day.
        faults: ``row`` (position), ``what`` and ``mend`` of each impossible value.
        unknown: how many values were a word or code for unknown.
    """

    values: pl.Series
    last: pl.Series | None
    faults: pl.DataFrame
    unknown: int


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
    if column.kind == "day":
        return _read_days(written, last if last is None else _plain_type(last), read, relative)
    if written.dtype == pl.Null:
        return Reading(written.cast(_TYPES[column.kind]), None, _no_faults(), 0)
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


def _no_faults() -> pl.DataFrame:
    return pl.DataFrame(schema=_FAULTS)


def _faults(where: pl.Series, fault: tuple[str, str]) -> pl.DataFrame:
    rows = where.fill_null(value=False).arg_true().cast(pl.UInt32)
    return pl.DataFrame(
        {"row": rows, "what": [fault[0]] * len(rows), "mend": [fault[1]] * len(rows)}, schema=_FAULTS
    )


def _fault_of(read: Reader, value: Any, relative: bool = False) -> tuple[str, str]:
    """The fault that the reader of single values finds in a value."""
    try:
        read(value, relative)
    except Impossible as error:
        return error.what, error.mend
    return "not an allowed value", ""


def _by_value(
    written: pl.Series,
    read: Reader,
    dtype: Any,
    unpack: Callable[[Any], Any] | None = None,
    *,
    relative: bool = False,
) -> Reading:
    """Read each different value once."""
    different = written.drop_nulls().unique()
    values: list[Any] = []
    whats: list[str | None] = []
    mends: list[str | None] = []
    unknown: list[bool] = []
    for value in different.to_list():
        found, what, mend = None, None, None
        try:
            found = read(value, relative)
        except Impossible as error:
            what, mend = error.what, error.mend
        unknown.append(found is UNKNOWN)
        values.append(None if found is UNKNOWN or found is None else unpack(found) if unpack else found)
        whats.append(what)
        mends.append(mend)
    lookup = pl.DataFrame(
        [
            different.rename("written"),
            pl.Series("value", values, dtype),
            pl.Series("what", whats, pl.String),
            pl.Series("mend", mends, pl.String),
            pl.Series("unknown", unknown, pl.Boolean),
        ]
    )
    joined = (
        written.rename("written")
        .to_frame()
        .with_row_index("row")
        .join(lookup, on="written", how="left", maintain_order="left")
    )
    faults = joined.filter(pl.col("what").is_not_null()).select("row", "what", "mend")
    return Reading(joined["value"], None, faults, int(joined["unknown"].sum()))


def _read_texts(column: Column, written: pl.Series, read: Reader) -> Reading:
    """Texts and keys."""
    if written.dtype == pl.String:
        values = written
    elif written.dtype.is_integer() or (written.dtype.is_float() and column.kind == "key"):
        if written.dtype.is_float():  # whole numbers that a blank among them turned into floats
            fractional = written.is_not_null() & (~written.is_finite() | (written != written.round()))
            faults = _faults(fractional, _fault_of(read, 0.5))
            values = written.set(fractional, None).cast(pl.Int64).cast(pl.String)
            return Reading(values, None, faults, 0)
        values = written.cast(pl.String)
    elif written.dtype.is_float():
        return _by_value(written, read, pl.String)
    else:
        return _all_wrong(written, read, pl.String, wrong=True)
    stripped = values.str.strip_chars(SPACES)
    low = stripped.str.to_lowercase()
    unknown = low.is_in(list(UNKNOWN_WORDS))
    if column.kind == "key":
        values = stripped
    else:
        unknown |= stripped.is_in(list(UNKNOWN_CODES))
    faults = _faults(values.str.contains("\0", literal=True), _fault_of(read, "\0"))
    return Reading(values.set(unknown.fill_null(value=False), None), None, faults, int(unknown.sum()))


def _all_wrong(written: pl.Series, read: Reader, dtype: Any, wrong: Any) -> Reading:
    """A column of a type that its values cannot have."""
    nothing = pl.Series(written.name, [None] * len(written), dtype)
    return Reading(nothing, None, _faults(written.is_not_null(), _fault_of(read, wrong)), 0)


def _read_class(column: Column, written: pl.Series, read: Reader) -> Reading:
    return _by_value(written, read, pl.String)


def _read_truth(column: Column, written: pl.Series, read: Reader) -> Reading:
    if written.dtype == pl.Boolean:
        return Reading(written, None, _no_faults(), 0)
    if written.dtype.is_float():
        whole = written.is_null() | (written == written.round())
        return _by_value(written.set(~whole, 2.0).cast(pl.Int64), read, pl.Boolean)
    return _by_value(written, read, pl.Boolean)


def _read_numbers(column: Column, written: pl.Series, read: Reader) -> Reading:
    if written.dtype == pl.String:
        stripped = written.str.strip_chars(SPACES)
        plain = stripped.set((~stripped.str.contains(_PLAIN_NUMBER)).fill_null(value=True), None)
        numbers = plain.cast(pl.Float64, strict=False)
        other = written.set(numbers.is_not_null(), None)
        rest = _by_value(other, read, pl.Float64) if other.null_count() < len(other) else None
    elif written.dtype.is_numeric():
        numbers, rest = written.cast(pl.Float64), None
    else:
        wrong: Any = True if written.dtype == pl.Boolean else []
        return _all_wrong(written, read, _TYPES[column.kind], wrong)
    unknown = numbers.is_in(list(UNKNOWN_NUMBERS)).fill_null(value=False)
    numbers = numbers.set(unknown, None)
    infinite = (~numbers.is_finite()).fill_null(value=False)
    faults = [_faults(infinite, _fault_of(read, math.inf))]
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    outside = ((numbers < low) | (numbers > high)) & ~infinite
    faults.append(_faults(outside, (_fault_of(read, (high if high < math.inf else 0) + 1e9))))
    if column.kind == "integer":
        within = numbers.set(infinite | outside.fill_null(value=False), None)
        fractional = (within != within.round()).fill_null(value=False)
        faults.append(_faults(fractional, _fault_of(read, low + 0.5 if math.isfinite(low) else 0.5)))
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
        return _by_value(written, read, pl.List(pl.String), list)
    if written.dtype != pl.List:
        return _all_wrong(written, read, pl.List(pl.String), wrong=1)
    # Lists cannot be looked up by value: by their text, with a separator that no text of a list holds.
    joined = written.list.eval(pl.element().cast(pl.String)).list.join(_BETWEEN, ignore_nulls=True)

    def parts(text: str, relative: bool) -> Any:
        return read(text.split(_BETWEEN) if text else [], relative)

    return _by_value(joined, parts, pl.List(pl.String), list)


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


def _read_days(written: pl.Series, last: pl.Series | None, read: Reader, relative: pl.Series) -> Reading:
    first = _one_day(written, read, relative, numbers=last is not None)
    if last is None:
        return first
    end = _one_day(last, read, relative, numbers=True)
    low, high = first.values, end.last if end.last is not None else end.values
    faults = [first.faults, end.faults]
    good = pl.Series([True]).new_from_index(0, len(low)) if len(low) else pl.Series([], dtype=pl.Boolean)
    for found in (first.faults, end.faults):
        good = good.scatter(found["row"], False)
    faults.append(_faults(good & (low.is_null() != high.is_null()), _HALF))
    faults.append(_faults(good & (low > high), _BACKWARDS))
    return Reading(low, high, pl.concat(faults), first.unknown + end.unknown)


_HALF: Final = (
    "only one of the first and last possible day",
    "write both, or leave out the column of last days",
)
_BACKWARDS: Final = ("a last possible day before the first", "correct one of the two")
_FAR: Final = ("a day outside the years of a record", "days are counted from 1970-01-01")
_PART: Final = ("not a whole day", "write a date or a whole number of days")


def _one_day(written: pl.Series, read: Reader, relative: pl.Series, *, numbers: bool) -> Reading:
    """First and last possible day of a column: dates, day numbers, or texts of either."""
    if written.dtype == pl.Null:
        nothing = written.cast(pl.Int32)
        return Reading(nothing, nothing, _no_faults(), 0)
    if written.dtype in (pl.Date, pl.Datetime):
        return _checked_days(written.cast(pl.Date).cast(pl.Int32), relative)
    if written.dtype.is_integer():
        return _checked_days(written.cast(pl.Int64), relative)
    if written.dtype.is_float():
        part = (~written.is_finite() | (written != written.round())).fill_null(value=False)
        whole = _checked_days(written.set(part, None).cast(pl.Int64, strict=False), relative)
        return Reading(whole.values, whole.last, pl.concat([_faults(part, _PART), whole.faults]), 0)
    if written.dtype != pl.String:
        none = _all_wrong(written, read, pl.Int32, wrong=[])
        return Reading(none.values, none.values, none.faults, 0)
    text = written.str.strip_chars(SPACES)
    plain = text.set((~text.str.contains(_PLAIN_DAY)).fill_null(value=True), None)
    days = plain.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32)
    days = days.set((~days.is_between(FIRST_DAY, LAST_DAY)).fill_null(value=False), None)
    days = days.set(relative, None)
    counts = text.set((~text.str.contains(_INTEGER)).fill_null(value=True), None).cast(pl.Int64)
    if not (numbers or _holds_day_numbers(counts, text, relative)):
        counts = counts.set(~relative, None)  # years
    counted = _checked_days(counts, relative)
    first = days.zip_with(counts.is_null(), counted.values)
    last = first
    faults, unknown = [counted.faults], 0
    for base in (False, True):
        other = text.set(first.is_not_null() | counts.is_not_null() | (relative != base), None)
        if other.null_count() < len(other):
            rest = _by_value(other, read, pl.List(pl.Int32), _bounds(base), relative=base)
            first = first.zip_with(rest.values.is_null(), rest.values.list.get(0, null_on_oob=True))
            last = last.zip_with(rest.values.is_null(), rest.values.list.get(1, null_on_oob=True))
            faults.append(rest.faults)
            unknown += rest.unknown
    return Reading(first, last, pl.concat(faults), unknown)


def _holds_day_numbers(counts: pl.Series, text: pl.Series, relative: pl.Series) -> bool:
    """Whether whole numbers of a calendar column are days since 1970-01-01 and not years.

    They are when one of them is neither a year nor a code for unknown, and no date stands in the column.
    """
    codes = [int(number) for number in UNKNOWN_NUMBERS]
    odd = ~relative & ~counts.is_between(FIRST_YEAR, LAST_YEAR) & ~counts.is_in(codes)
    return bool(odd.any()) and not bool(text.str.contains(r"^[0-9]{4}-").any())


def _bounds(relative: bool) -> Callable[[Any], list[int]]:
    return lambda day: list(day_bounds(day, relative))


def _checked_days(days: pl.Series, relative: pl.Series) -> Reading:
    calendar = days.is_between(FIRST_DAY, LAST_DAY)
    near = days.is_between(-RELATIVE_DAYS, RELATIVE_DAYS)
    wrong = ~calendar.zip_with(~relative, near)
    wrong = wrong.fill_null(value=False)
    values = days.set(wrong, None).cast(pl.Int32)
    return Reading(values, values, _faults(wrong, _FAR), 0)
