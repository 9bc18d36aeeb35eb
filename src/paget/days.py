"""Days: integers since 1970-01-01; partial dates as intervals; calendar months on integers.

A date that is known to the month is the interval from the month's first to its last day. A threshold
of n months is calendar arithmetic: the start plus n months, the month's end clamped, so that 31
January plus one month is 28 (or 29) February.

>>> read_day("2024-02")
(19754, 19782)
>>> write_day(19754, 19782)
'2024-02'
"""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.units import DAYS_PER_MONTH

EPOCH: Final = dt.date(1970, 1, 1)
_PARTIAL = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?")
_MONTH: Final = 32  # more than the days of any month
_FIRST_MONTH: Final = -12 * 120  # since 1970-01: January 1850
_FAR: Final = 3_000_000  # days; beyond any date that a record may hold, within datetime64's reach


def day_of(date: dt.date) -> int:
    """Days from 1970-01-01 to a date."""
    return (date - EPOCH).days


def date_of(day: int) -> dt.date:
    """The date of a day number."""
    return EPOCH + dt.timedelta(days=day)


def read_day(text: str) -> tuple[int, int]:
    """First and last possible day of an ISO 8601 date, month or year.

    Raises:
        ValueError: not such a date, or a date that the calendar does not have.

    >>> read_day("1970")
    (0, 364)
    >>> read_day("2025-02-29")
    Traceback (most recent call last):
    ...
    ValueError: day is out of range for month
    """
    match = _PARTIAL.fullmatch(text)
    if match is None:
        raise ValueError("not a date such as 2024-05-31, a month such as 2024-05 or a year")
    year = int(match[1])
    if match[3]:
        day = day_of(dt.date(year, int(match[2]), int(match[3])))
        return day, day
    if match[2]:
        month = int(match[2])
        first = dt.date(year, month, 1)
        after = dt.date(year + month // 12, month % 12 + 1, 1)
        return day_of(first), day_of(after) - 1
    return day_of(dt.date(year, 1, 1)), day_of(dt.date(year, 12, 31))


def write_day(low: int, high: int | None = None) -> str:
    """A day, or an interval that is a whole month or year, as ISO 8601; other intervals as "a/b"."""
    high = low if high is None else high
    first, last = date_of(low), date_of(high)
    if low == high:
        return first.isoformat()
    for text in (f"{first.year:04d}", f"{first.year:04d}-{first.month:02d}"):
        if read_day(text) == (low, high):
            return text
    return f"{first.isoformat()}/{last.isoformat()}"


def add_months(day: NDArray[np.float64], months: int) -> NDArray[np.float64]:
    """The day n calendar months later, the end of the month clamped; infinities stay.

    >>> last_of_january = np.array([day_of(dt.date(2023, 1, 31))], np.float64)
    >>> write_day(int(add_months(last_of_january, 1)[0]))
    '2023-02-28'
    """
    finite = np.isfinite(day)
    month_of_day, first_of_month = _calendar()
    inside = (day >= first_of_month[0]) & (day < first_of_month[-1] - 31 * abs(months))
    if np.count_nonzero(inside | ~finite) < day.size or months < 0:
        far = np.where(finite, np.clip(day, -_FAR, _FAR), 0).astype(np.int64)
        return np.where(finite, _add_months_far(far, months), day)
    whole = np.where(finite, day, 0).astype(np.int64)
    month = month_of_day[whole - first_of_month[0]]
    target = month + months
    in_month = whole - first_of_month[month]
    last = first_of_month[target + 1] - 1
    return np.where(finite, np.minimum(first_of_month[target] + in_month, last), day)


def completed_years(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    """Years from one finite day to another that are over, by month and day of the month.

    Who is born on 29 February completes a year on 1 March, in a year without that day.

    >>> days = [np.array([day_of(dt.date(*date))], np.float64) for date in ((1960, 6, 15), (2024, 6, 14))]
    >>> completed_years(*days)
    array([63.])
    """
    return np.asarray((_months_and_days(end) - _months_and_days(start)) // (12 * _MONTH), np.float64)


def year_of(day: NDArray[np.float64]) -> NDArray[np.float64]:
    """The calendar year of a finite day.

    >>> year_of(np.array([0.0, -1.0]))
    array([1970., 1969.])
    """
    return np.asarray(_months_and_days(day) // (12 * _MONTH) + 1970, np.float64)


def _months_and_days(day: NDArray[np.float64]) -> NDArray[np.int64]:
    """Months since 1970-01 times 32, plus the day of the month: in the order of days."""
    month_of_day, first_of_month = _calendar()
    inside = (day >= first_of_month[0]) & (day < first_of_month[-1])
    if np.count_nonzero(inside) == day.size:
        whole = day.astype(np.int64)
        month = month_of_day[whole - first_of_month[0]]
        return np.asarray((month + _FIRST_MONTH) * _MONTH + (whole - first_of_month[month]))
    date = np.clip(day, -_FAR, _FAR).astype(np.int64).astype("datetime64[D]")
    months = date.astype("datetime64[M]")
    in_month = (date - months.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(months.astype(np.int64) * _MONTH + in_month)


@cache
def _calendar() -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Of the days of 1850 to 2149 the number of their month, and of the months the first day.

    Two tables instead of the arithmetic of leap years: a registry of a million takes 20 ms a threshold.
    """
    months = np.arange(_FIRST_MONTH, 12 * 180 + 1).astype("datetime64[M]")
    first = months.astype("datetime64[D]").astype(np.int64)
    return np.repeat(np.arange(first.size - 1), np.diff(first)), first


def _add_months_far(day: NDArray[np.int64], months: int) -> NDArray[np.int64]:
    """The same for any day that a calendar has."""
    date = day.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    in_month = (date - month.astype("datetime64[D]")).astype(np.int64)
    target = month + np.timedelta64(months, "M")
    last = ((target + 1).astype("datetime64[D]") - target.astype("datetime64[D]")).astype(np.int64)
    return np.asarray(target.astype("datetime64[D]").astype(np.int64) + np.minimum(in_month, last - 1))


def days_in_months(months: float) -> int:
    """n months where only lengths are known: floor(30.4375 x n) days.

    >>> days_in_months(12), days_in_months(6), days_in_months(24)
    (365, 182, 730)
    """
    return int(np.floor(DAYS_PER_MONTH * months))
