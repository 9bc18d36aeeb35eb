"""Days as integers: partial dates as intervals, and months on the calendar."""

from __future__ import annotations

import calendar
import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.days import (
    add_months,
    completed_years,
    date_of,
    day_of,
    days_in_months,
    read_day,
    write_day,
    year_of,
)


@pytest.mark.parametrize(("text", "first", "last"), [
    ("1970-01-01", 0, 0),
    ("1970-01", 0, 30),
    ("1970", 0, 364),
    ("2024-02", 19754, 19782),  # a leap year: 29 days
    ("1969-12-31", -1, -1),
])  # fmt: skip
def test_a_partial_date_is_the_interval_of_its_days(text: str, first: int, last: int) -> None:
    assert read_day(text) == (first, last)
    assert write_day(first, last) == text


@pytest.mark.parametrize(
    "text", ["2025-02-29", "2024-13-01", "2024-00", "24-01-01", "2024-1-1", "2024/01/01", "", "x"]
)
def test_what_the_calendar_does_not_have_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        read_day(text)


def test_an_interval_that_is_no_month_or_year_is_written_with_both_days() -> None:
    assert write_day(0, 5) == "1970-01-01/1970-01-06"


@pytest.mark.parametrize(("start", "months", "end"), [
    ("2024-01-31", 1, "2024-02-29"),
    ("2023-01-31", 1, "2023-02-28"),
    ("2024-02-29", 12, "2025-02-28"),
    ("2024-08-31", 6, "2025-02-28"),
    ("2024-05-15", 12, "2025-05-15"),
    ("2024-03-31", -1, "2024-02-29"),
])  # fmt: skip
def test_months_end_with_the_month(start: str, months: int, end: str) -> None:
    got = add_months(np.array([read_day(start)[0]], np.float64), months)
    assert write_day(int(got[0])) == end


def test_infinite_days_stay() -> None:
    got = add_months(np.array([-np.inf, 0, np.inf]), 12)
    assert got.tolist() == [-np.inf, 365, np.inf]


@given(st.lists(st.dates(dt.date(1600, 1, 1), dt.date(2400, 1, 1)), min_size=1), st.integers(-50, 400))
def test_months_agree_with_the_calendar_of_the_standard_library(dates: list[dt.date], months: int) -> None:
    def later(date: dt.date) -> dt.date:
        year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
        return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))

    got = add_months(np.array([day_of(date) for date in dates], np.float64), months)
    assert [date_of(int(day)) for day in got] == [later(date) for date in dates]


@pytest.mark.parametrize(("months", "expected"), [(1, 30), (3, 91), (4, 121), (6, 182), (12, 365), (24, 730)])
def test_months_by_length(months: int, expected: int) -> None:
    # floor(30.4375 n): 30.4375, 91.3125, 121.75, 182.625, 365.25, 730.5
    assert days_in_months(months) == expected


@given(st.lists(st.tuples(st.dates(), st.dates()), min_size=1, max_size=5))
def test_completed_years_agree_with_month_and_day(pairs: list[tuple[dt.date, dt.date]]) -> None:
    def by_hand(start: dt.date, end: dt.date) -> int:
        return end.year - start.year - ((end.month, end.day) < (start.month, start.day))

    start, end = (np.array([day_of(pair[side]) for pair in pairs], np.float64) for side in (0, 1))
    assert completed_years(start, end).tolist() == [by_hand(*pair) for pair in pairs]
    assert year_of(end).tolist() == [pair[1].year for pair in pairs]


@pytest.mark.parametrize(("end", "years"), [("2024-06-14", 63), ("2024-06-15", 64), ("2024-06-16", 64)])
def test_a_year_is_completed_on_the_birthday(end: str, years: int) -> None:
    start, last = (np.array([read_day(day)[0]], np.float64) for day in ("1960-06-15", end))
    assert completed_years(start, last).tolist() == [years]
