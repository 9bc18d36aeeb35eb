"""How days are written: "18 Sep 2023", "Sep 2023", "day 120" in a record with relative time."""

from __future__ import annotations

import datetime as dt
import functools
from dataclasses import dataclass
from typing import Any, Final

from paget.days import date_of, read_day
from paget.record.cells import day_bounds

Day = tuple[int, int]
"""First and last possible day."""

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_WEEKDAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


_bounds = functools.lru_cache(maxsize=4096)(day_bounds)


@dataclass(frozen=True, slots=True)
class Calendar:
    """Reads and writes the days of one record, as of a day.

    Attributes:
        as_of: the decision day.
        relative: days are counted from the patient's own origin.
    """

    as_of: int
    relative: bool = False

    def read(self, day: str | int | None) -> Day | None:
        """First and last possible day of a day of the record; None when it is not known."""
        return None if day is None else _bounds(day, self.relative)

    def write(self, day: Day | None) -> str:
        """A day, month or year in words.

        >>> Calendar(20000).write((19754, 19782)), Calendar(20000).write((19754, 19754))
        ('Feb 2024', '1 Feb 2024')
        """
        if day is None:
            return "day unknown"
        low, high = day
        if self.relative:
            return f"day {low}" if low == high else f"day {low} to {high}"
        if low == high:
            return _date(date_of(low))
        first, last = date_of(low), date_of(high)
        if (low, high) == read_day(f"{first.year:04d}"):
            return str(first.year)
        if (low, high) == read_day(f"{first.year:04d}-{first.month:02d}"):
            return f"{_MONTHS[first.month - 1]} {first.year}"
        return f"{_date(first)} to {_date(last)}"

    def write_short(self, day: Day | None) -> str:
        """A day without its year."""
        if day is None or self.relative:
            return self.write(day)
        date = date_of(day[0])
        month = _MONTHS[date.month - 1]
        return f"{date.day} {month}" if day[0] == day[1] else self.write(day)

    def write_month(self, day: Day) -> str:
        """The month of a day, with the year when it is not the decision's."""
        if self.relative:
            return self.write(day)
        date = date_of(day[0])
        here = date_of(self.as_of).year == date.year
        return _MONTHS[date.month - 1] if here else f"{_MONTHS[date.month - 1]} {date.year}"

    def write_as_of(self) -> str:
        """The decision day with its weekday."""
        if self.relative:
            return f"day {self.as_of}"
        return f"{_WEEKDAYS[date_of(self.as_of).weekday()]} {self.write((self.as_of, self.as_of))}"

    def age(self, day: Day | None) -> tuple[int, int] | None:
        """How many days ago, least and most."""
        return None if day is None else (self.as_of - day[1], self.as_of - day[0])

    def age_words(self, day: Day | None) -> str:
        """How old something is, in days.

        >>> Calendar(20000).age_words((19990, 19990)), Calendar(20000).age_words((19970, 19990))
        ('10 days', '10 to 30 days')
        """
        age = self.age(day)
        if age is None:
            return "age unknown"
        low, high = age
        if low != high:
            return f"{max(low, 0):,} to {high:,} days"
        return "today" if low == 0 else "1 day" if low == 1 else f"{low:,} days"

    def was(self, day: Day | None) -> bool:
        """Whether a day is not surely after the decision day; a day that is not known may have been."""
        return day is None or day[0] <= self.as_of


def read_as_of(day: Any, relative: bool) -> int:
    """The decision day as findings write it: an ISO date, or a number of days."""
    if isinstance(day, int):
        return day
    return day_bounds(str(day), relative)[1]


def whole_years(born: Day, on: int) -> tuple[int, int]:
    """Age in completed years on a day, least and most.

    >>> whole_years(read_day("1963-11"), read_day("2025-06-24")[0])
    (61, 61)
    """
    return _years(born[1], on), _years(born[0], on)


def _years(born: int, on: int) -> int:
    birth, day = date_of(born), date_of(on)
    return day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


def _date(date: dt.date) -> str:
    return f"{date.day} {_MONTHS[date.month - 1]} {date.year}"
