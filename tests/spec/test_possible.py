"""The set of values still possible: what a reader should know of truth, ranges, spans and classes."""

from __future__ import annotations

import numpy as np
import pytest

from paget.days import read_day
from paget.possible import Classes, Range, Span, Truth, all_of, any_of

INF = float("inf")


def span(start: str, end: str, calendar: str = "yes") -> Span:
    """A span between two dates (or months, or years)."""
    (a, b), (c, d) = read_day(start), read_day(end)
    return Span(
        Range.between([a], [b]), Range.between([c], [d]), Truth(np.atleast_1d(Truth.of(calendar).sign))
    )


def word(truth: Truth) -> str:
    return str(truth).strip("[]")


def test_one_no_decides_and_one_yes_decides_or() -> None:
    yes, no, unknown = (Truth.of(w) for w in ("yes", "no", "unknown"))
    assert str(unknown & no) == "no"
    assert str(unknown | yes) == "yes"
    assert str(unknown & yes) == "unknown"
    assert str(unknown | no) == "unknown"
    assert str(~unknown) == "unknown"
    assert str(all_of([yes, unknown, no])) == "no"
    assert str(any_of([no, unknown, yes])) == "yes"


def test_a_truth_knows_what_is_certain_possible_and_open() -> None:
    truth = Truth.of("yes", "unknown", "no")
    assert truth.is_yes.tolist() == [True, False, False]
    assert truth.may_be.tolist() == [True, True, False]
    assert truth.is_no.tolist() == [False, False, True]
    assert truth.is_unknown.tolist() == [False, True, False]
    assert str(truth) == "[yes, unknown, no]"


def test_given_forgets_where_it_is_not_sure() -> None:
    assert str(Truth.of("yes", "no").given(np.array([True, False]))) == "[yes, unknown]"


def test_hull_keeps_only_what_both_say() -> None:
    assert (
        str(Truth.of("yes", "yes", "no").hull(Truth.of("yes", "no", "unknown"))) == "[yes, unknown, unknown]"
    )


@pytest.mark.parametrize(
    ("low", "high", "above", "at_least", "below", "at_most", "equals"),
    [
        (5, 5, "no", "yes", "no", "yes", "yes"),
        (4, 4, "no", "no", "yes", "yes", "no"),
        (6, 6, "yes", "yes", "no", "no", "no"),
        (3, INF, "unknown", "unknown", "unknown", "unknown", "unknown"),
        (5, INF, "unknown", "yes", "no", "unknown", "unknown"),
        (6, INF, "yes", "yes", "no", "no", "no"),
        (-INF, 5, "no", "unknown", "unknown", "yes", "unknown"),
        (-INF, 4, "no", "no", "yes", "yes", "no"),
    ],
)
def test_a_range_against_five(
    low: float, high: float, above: str, at_least: str, below: str, at_most: str, equals: str
) -> None:
    count = Range.between(low, high)
    got = (count > 5, count >= 5, count < 5, count <= 5, count.equals(5))
    assert [str(truth) for truth in got] == [above, at_least, below, at_most, equals]


def test_arithmetic_of_ranges_by_hand() -> None:
    a, b = Range.between(1, 3), Range.between(10, 20)
    assert str(a + b) == "11 to 23"
    assert str(b - a) == "7 to 19"
    assert str(a.times(-2)) == "-6 to -2"
    assert str(a.hull(b)) == "1 to 20"
    assert str(a.at_least(2)) == "2 to 3"
    assert str(a.at_most(2)) == "1 to 2"


def test_nothing_times_an_open_number_is_nothing() -> None:
    assert str(Range.between(0, INF).times(0)) == "0"


def test_where_takes_both_when_it_is_not_known_which() -> None:
    which = Truth.of("yes", "no", "unknown")
    one, two = Range.exactly([1.0, 1.0, 1.0]), Range.exactly([2.0, 2.0, 2.0])
    assert str(one.where(which, two)) == "[1, 2, 1 to 2]"


@pytest.mark.parametrize(
    ("start", "end", "months", "below", "above"),
    [
        ("2023-05-10", "2024-05-09", 12, "yes", "no"),
        ("2023-05-10", "2024-05-10", 12, "no", "no"),
        ("2023-05-10", "2024-05-11", 12, "no", "yes"),
        # 31 August plus six months is 29 February 2024, the month's end clamped
        ("2023-08-31", "2024-02-28", 6, "yes", "no"),
        ("2023-08-31", "2024-02-29", 6, "no", "no"),
        ("2023-08-31", "2024-03-01", 6, "no", "yes"),
        ("2023-05", "2024-05", 12, "unknown", "unknown"),
        ("2023-05", "2024-06", 12, "no", "yes"),  # even 31 May plus 12 months is before 1 June
        ("2023-05", "2024-07", 12, "no", "yes"),
        ("2023-05", "2024-04", 12, "yes", "no"),
        ("2024-05-10", "2023-05-10", 1, "yes", "no"),  # the end before the start: a length of 0
    ],
)
def test_months_are_decided_on_the_calendar(
    start: str, end: str, months: int, below: str, above: str
) -> None:
    interval = span(start, end)
    assert word(interval.months_below(months)) == below
    assert word(interval.months_above(months)) == above


def test_with_relative_days_a_year_is_365_days() -> None:
    for days, below, above in ((364, "yes", "no"), (365, "no", "no"), (366, "no", "yes")):
        interval = Span(Range.exactly([0.0]), Range.exactly([float(days)]), Truth(np.array([-1], np.int8)))
        assert (word(interval.months_below(12)), word(interval.months_above(12))) == (below, above)


def test_where_dates_or_lengths_is_not_known_only_what_both_say_is_said() -> None:
    # 1 March 2023 to 29 February 2024 is 365 days: a year by length, a day short on the calendar.
    assert word(span("2023-03-01", "2024-02-29", "yes").months_below(12)) == "yes"
    assert word(span("2023-03-01", "2024-02-29", "no").months_below(12)) == "no"
    assert word(span("2023-03-01", "2024-02-29", "unknown").months_below(12)) == "unknown"
    assert word(span("2023-03-01", "2024-02-20", "unknown").months_below(12)) == "yes"


@pytest.mark.parametrize(
    ("end", "near"),
    [
        ("2024-05-06", False),
        ("2024-05-07", True),
        ("2024-05-10", True),
        ("2024-05-13", True),
        ("2024-05-14", False),
    ],
)
def test_near_is_three_days_to_either_side_of_the_calendar_threshold(end: str, near: bool) -> None:
    assert span("2023-05-10", end).near_months(12, 3).tolist() == [near]


def test_what_is_not_known_to_the_day_is_not_near() -> None:
    assert span("2023-05", "2024-05-10").near_months(12, 3).tolist() == [False]


def test_classes_list_what_is_still_possible() -> None:
    site = Classes.of(("colon", "rectum", "lung"), ["colon", None, ("colon", "rectum")])
    assert str(site) == "[colon, colon or rectum or lung, colon or rectum]"
    assert str(site.is_in(("colon", "rectum"))) == "[yes, unknown, yes]"
    assert str(site.is_in(("lung",))) == "[no, unknown, no]"
    assert site.known.tolist() == [True, False, False]


def test_a_class_that_does_not_exist_is_an_error() -> None:
    with pytest.raises(ValueError, match="stomach"):
        Classes.of(("colon",), ["colon"]).mask(["stomach"])
