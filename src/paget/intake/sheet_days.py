"""The days of a flat file: dates, lengths of time from another day, ages, the latest of several."""

from __future__ import annotations

import datetime as dt
import time
from typing import Any, Final

import polars as pl

from paget.days import day_of as number_of
from paget.intake.mapping import LENGTHS, Day
from paget.intake.sheet import Found, Sheet, because, first_reason, joined, only
from paget.record.cells import RELATIVE_DAYS, UNKNOWN, Impossible, day_bounds, reader
from paget.record.columns import Column

OLDEST: Final = 120  # years; nobody lives longer
_SLACK: Final = 0.25  # days; a length further from whole days was not made from days as the mapping says


def day_of(sheet: Sheet, day: Day) -> Found:
    """A day of all rows of a sheet."""
    return _day(sheet, day).where(sheet.holds(day.when))


def named_day(sheet: Sheet, name: str) -> Found:
    """A day that the mapping names, of all rows of a sheet."""
    if name not in sheet.days:
        sheet.days[name] = day_of(sheet, sheet.mapping.days[name])
    return sheet.days[name]


def _day(sheet: Sheet, day: Day) -> Found:
    if day.name:
        return named_day(sheet, day.name)
    if day.of:
        return _picked([named_day(sheet, name) for name in day.of], day.pick)
    if day.age:
        return _birth(sheet, day)
    if day.column and (day.unit or sheet.mapping.relative):
        return _after(sheet, day)
    if day.column:
        return _date(sheet, day.column, day.formats or sheet.mapping.formats)
    low, high = (None, None) if day.constant is None else day_bounds(day.constant, sheet.mapping.relative)
    return Found(sheet.same(low, pl.Int32), sheet.same(high, pl.Int32))


def _picked(days: list[Found], pick: str) -> Found:
    both = pl.max_horizontal if pick == "latest" else pl.min_horizontal
    lows = pl.DataFrame([day.low.alias(str(place)) for place, day in enumerate(days)])
    highs = pl.DataFrame([day.upper.alias(str(place)) for place, day in enumerate(days)])
    why = first_reason([day.why for day in days])
    return Found(lows.select(both(pl.all())).to_series(), highs.select(both(pl.all())).to_series(), why)


def _birth(sheet: Sheet, day: Day) -> Found:
    """Born between an age and the next birthday before a day; a day more on each side for leap years."""
    on = named_day(sheet, day.on)
    age, why = _lengths(sheet, day.age, 1.0, "a number of years")
    within = age.is_between(0, OLDEST)
    beyond = because(~within, f"an age outside 0 to {OLDEST}\nwrite the age in completed years")
    age = only(age, within)
    year = LENGTHS["years"] or 0.0
    high = on.upper - (age.floor() * year).floor().cast(pl.Int32)
    low = on.low - ((age.floor() + 1) * year).ceil().cast(pl.Int32)
    return Found(low, high, first_reason([why, beyond, on.why]))


def _after(sheet: Sheet, day: Day) -> Found:
    """A length of time counted from another day, or from the origin."""
    unit = day.unit or "days"
    in_days = LENGTHS[unit] or sheet.mapping.days_per_month or 1.0
    length, why = _lengths(sheet, day.column, in_days, f"a number of {unit}")
    uneven = int(((length - length.round()).abs() > _SLACK).sum())
    if uneven and not day.rounded:
        sheet.remarks.not_whole[day.column] = max(uneven, sheet.remarks.not_whole[day.column])
    near = length.abs() <= RELATIVE_DAYS
    far = because(~near, "more than 200 years from the origin\nis it in another unit?")
    length, either_side = only(length, near), day.rounded / 2 * in_days
    whole = length.round()
    first = pl.select(pl.min_horizontal(whole, (length - either_side).ceil())).to_series()
    last = pl.select(pl.max_horizontal(whole, (length + either_side).floor())).to_series()
    first, last = first.cast(pl.Int32), last.cast(pl.Int32)
    start = _start(sheet, day)
    why = first_reason([why, far, None if start is None else start.why])
    if start is None:
        return Found(first, last, why)
    return Found(start.low + first, start.upper + last, why)


def _start(sheet: Sheet, day: Day) -> Found | None:
    origin = sheet.mapping.origin_column
    if day.after:
        return named_day(sheet, day.after)
    if not origin:
        return None
    if not sheet.mapping.relative:
        return _date(sheet, origin, sheet.mapping.formats)
    zero, why = _lengths(sheet, origin, 1.0, "a number of days")
    low = -zero.round().cast(pl.Int32)
    return Found(low, low, why)


def _lengths(sheet: Sheet, column: str, in_days: float, wanted: str) -> tuple[pl.Series, pl.Series | None]:
    number = sheet.select(sheet.number(column)) * in_days
    number = only(number, number.is_finite())
    comma = sheet.mapping.decimal == ","
    mend = (
        "decimals stand behind a comma here"
        if comma
        else 'write decimal: "," in the mapping for decimal commas'
    )
    wrong = sheet.frame[column].is_not_null() & number.is_null()
    return number, because(wrong, f"not {wanted}\n{mend}; a word for unknown belongs under unknown")


def _date(sheet: Sheet, column: str, formats: tuple[str, ...]) -> Found:
    iso = reader(Column("day", "day", "A date."))
    relative = False

    def read(text: str) -> Any:
        if formats:
            return _in_formats(text, formats)
        found = iso(text, relative)
        return found if found is UNKNOWN else day_bounds(found, relative)

    texts = sheet.frame[column]
    bounds, why = sheet.by_distinct(texts, column, read)
    low = joined(texts, {text: pair[0] for text, pair in bounds.items()}, pl.Int32)
    high = joined(texts, {text: pair[1] for text, pair in bounds.items()}, pl.Int32)
    return Found(low, high, why)


def _in_formats(text: str, formats: tuple[str, ...]) -> tuple[int, int]:
    """First and last day of a date; of a month or year when its spelling has no day or month."""
    for written in formats:
        try:
            year, month, day = time.strptime(text, written)[:3]
        except ValueError:
            continue
        first = dt.date(year, month, day)
        if "%d" in written or "%j" in written or "%x" in written or "%D" in written:
            return number_of(first), number_of(first)
        has_month = any(mark in written for mark in ("%m", "%b", "%B"))
        after = dt.date(year + month // 12, month % 12 + 1, 1) if has_month else dt.date(year + 1, 1, 1)
        return number_of(first), number_of(after) - 1
    raise Impossible(
        "a date that is not written as date_format says", "correct it, or add its format to the list"
    )
