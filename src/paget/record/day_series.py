"""Reading a whole column of days: dates, day numbers, or texts of either, as first and last possible day.

Whole numbers written as text are years, or days since 1970-01-01, as the column as a whole tells.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import polars as pl

from paget.record.cells import Reader
from paget.record.reading import Reading, all_wrong, by_value, faults_at, no_faults
from paget.record.unknown import SPACES, UNKNOWN_NUMBERS
from paget.record.written_days import FIRST_DAY, FIRST_YEAR, LAST_DAY, LAST_YEAR, RELATIVE_DAYS, day_bounds

_PLAIN_DAY: Final = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"

_INTEGER: Final = r"^[-+]?[0-9]{1,9}$"


def read_days(written: pl.Series, last: pl.Series | None, read: Reader, relative: pl.Series) -> Reading:
    """Read a column of days, with its column of last possible days where there is one."""
    first = _one_day(written, read, relative, numbers=last is not None)
    if last is None:
        return first
    end = _one_day(last, read, relative, numbers=True)
    low, high = first.values, end.last if end.last is not None else end.values
    faults = [first.faults, end.faults]
    good = pl.Series([True]).new_from_index(0, len(low)) if len(low) else pl.Series([], dtype=pl.Boolean)
    for found in (first.faults, end.faults):
        good = good.scatter(found["row"], False)
    faults.append(faults_at(good & (low.is_null() != high.is_null()), _HALF))
    faults.append(faults_at(good & (low > high), _BACKWARDS))
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
        return Reading(nothing, nothing, no_faults(), 0)
    if written.dtype in (pl.Date, pl.Datetime):
        return _checked_days(written.cast(pl.Date).cast(pl.Int32), relative)
    if written.dtype.is_integer():
        days = written.cast(pl.Int64, strict=False)  # an unsigned one may be too large
        near = _checked_days(days, relative)
        far = faults_at(days.is_null() & written.is_not_null(), _FAR)
        return Reading(near.values, near.last, pl.concat([near.faults, far]), 0)
    if written.dtype.is_float():
        whole_days = (written == written.round()) & (written.abs() < 2.0**31)
        part = (~whole_days).fill_null(value=False)
        whole = _checked_days(written.set(part, None).cast(pl.Int64), relative)
        return Reading(whole.values, whole.last, pl.concat([faults_at(part, _PART), whole.faults]), 0)
    if written.dtype != pl.String:
        none = all_wrong(written, read, pl.Int32, wrong=[])
        return Reading(none.values, none.values, none.faults, 0)
    text = written.str.strip_chars(SPACES)
    plain = text.set((~text.str.contains(_PLAIN_DAY)).fill_null(value=True), None)
    dates = plain.str.to_date("%Y-%m-%d", strict=False).cast(pl.Int32)
    days = dates.set((~dates.is_between(FIRST_DAY, LAST_DAY)).fill_null(value=False), None)
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
            rest = by_value(other, read, pl.List(pl.Int32), _bounds(base), relative=base)
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
    return Reading(values, values, faults_at(wrong, _FAR), 0)
