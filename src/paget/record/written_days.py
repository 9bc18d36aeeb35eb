"""Days as they are written: dates, months, years, intervals, and whole numbers from an origin.

A day keeps the form in which it is known: ISO text in a calendar, a whole number or an interval "10/40" of
two in a record with relative days.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from functools import lru_cache
from typing import Any, Final

from paget.days import day_of, read_day, write_day
from paget.record.unknown import SPACES, UNKNOWN, UNKNOWN_NUMBERS, Impossible, is_unknown, is_unknown_word

FIRST_YEAR: Final = 1800  # before the first patient of any registry

LAST_YEAR: Final = 2200  # after the last planned day of any record

RELATIVE_DAYS: Final = 73_050  # 200 years from an origin, either way

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}.*", re.ASCII)

_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,9}")


def day_bounds(day: str | int, relative: bool) -> tuple[int, int]:
    """First and last possible day of a canonical day: days since 1970-01-01, or since the origin.

    >>> day_bounds("2024-02", False), day_bounds(17, True), day_bounds("10/40", True)
    ((19754, 19782), (17, 17), (10, 40))
    """
    if isinstance(day, int):
        return day, day
    if "/" in day:
        first, last = day.split("/")
        if relative:
            return int(first), int(last)
        return read_day(first)[0], read_day(last)[1]
    return read_day(day)


def day_text(low: int, high: int, relative: bool) -> str | int:
    """The canonical day of two bounds: the inverse of :func:`day_bounds`.

    >>> day_text(19754, 19782, False), day_text(17, 17, True), day_text(10, 40, True)
    ('2024-02', 17, '10/40')
    """
    if relative:
        return low if low == high else f"{low}/{high}"
    return write_day(low, high)


def read_written_day(value: Any, relative: bool) -> Any:
    """A day in canonical form, or UNKNOWN.

    Args:
        value: a text, a number (a year; in a relative record days from the origin), or a date.
        relative: whether the patient's days are relative.

    Raises:
        Impossible: not a day.

    >>> read_written_day("2024-05-31T10:00:00Z", False), read_written_day(1964, False)
    ('2024-05-31', '1964')
    """
    if isinstance(value, dt.date):  # and so a datetime
        value = value.isoformat()[:10]
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise Impossible("not a day", "write a date such as 2024-05-31")
    if isinstance(value, str):
        text = value.strip(SPACES)
        if is_unknown_word(text) or (not relative and is_unknown(text)):
            return UNKNOWN
        if not (relative and _INTEGER.fullmatch(text)):
            return _relative_interval(text) if relative else _calendar_day(text)
        value = int(text)
    if isinstance(value, float) and (not math.isfinite(value) or value != int(value)):
        raise Impossible("not a whole day", "write a date or a whole number of days")
    return _relative_day(int(value)) if relative else _year(int(value))


def _relative_day(day: int) -> int:
    if abs(day) > RELATIVE_DAYS:
        raise Impossible(
            "more than 200 years from the patient's origin", "write days from the patient's origin"
        )
    return day


def _relative_interval(text: str) -> str | int:
    first, slash, last = text.partition("/")
    if not (slash and _INTEGER.fullmatch(first) and _INTEGER.fullmatch(last)):
        raise Impossible(
            "not a number of days in a record with relative days",
            "write days from the patient's origin, or take out time_base: relative",
        )
    low, high = _relative_day(int(first)), _relative_day(int(last))
    if low > high:
        raise Impossible("an interval that ends before it begins", "write the earlier day first")
    return low if low == high else f"{low}/{high}"


def _year(year: int) -> Any:
    if float(year) in UNKNOWN_NUMBERS:
        return UNKNOWN
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Impossible(
            "a number where a date belongs",
            "write a date such as 2024-05-31; for days from an origin write time_base: relative in patient",
        )
    return f"{year:04d}"


@lru_cache(maxsize=1 << 16)  # a day is often written again: read once, and one text for all
def _calendar_day(text: str) -> str:
    if "/" in text:
        return _calendar_interval(text)
    if len(text) > 10 and _TIME.fullmatch(text):
        text = text[:10]
    try:
        low, _ = read_day(text)
    except ValueError as error:
        known = re.fullmatch(r"\d{4}(-\d{2}){0,2}", text)
        what = "a day that the calendar does not have" if known else "not a date"
        raise Impossible(what, "write a date such as 2024-05-31, a month 2024-05 or a year 2024") from error
    if not FIRST_DAY <= low <= LAST_DAY:
        raise Impossible(f"a year outside {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    return text


def _calendar_interval(text: str) -> str:
    first, _, last = text.partition("/")
    if "/" in last:
        raise Impossible("not a date", "write a date such as 2024-05-31")
    low, high = _calendar_day(first), _calendar_day(last)
    start, end = read_day(low)[0], read_day(high)[1]
    if start > end:
        raise Impossible("an interval that ends before it begins", "write the earlier day first")
    return write_day(start, end)


FIRST_DAY: Final = day_of(dt.date(FIRST_YEAR, 1, 1))

LAST_DAY: Final = day_of(dt.date(LAST_YEAR, 12, 31))
