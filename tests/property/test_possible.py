"""The algebra of possible values, by brute force: a result is the set that substitution gives.

Small domains are gone through wholly: for each pair of operands every possible value of the one is
combined with every possible value of the other, and the set of results is compared.
"""

from __future__ import annotations

import calendar
import datetime as dt
import operator
from collections.abc import Callable, Iterable
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paget.days import day_of, days_in_months
from paget.possible import Classes, Range, Span, Truth

WORDS: dict[str, set[bool]] = {"yes": {True}, "no": {False}, "unknown": {True, False}}
RANGES = [(a, b) for a in range(5) for b in range(a, 5)]
STEPS = 2  # halves lie between the whole limits, so that open pieces are met too


def truth_set(truth: Truth) -> set[bool]:
    return WORDS[str(truth).strip("[]")]


def numbers(low: float, high: float) -> list[float]:
    return [x / STEPS for x in range(int(low * STEPS), int(high * STEPS) + 1)]


@pytest.mark.parametrize(("combine", "plain"), [
    (operator.and_, lambda a, b: a and b), (operator.or_, lambda a, b: a or b),
])  # fmt: skip
def test_and_and_or(combine: Callable[[Truth, Truth], Truth], plain: Callable[[bool, bool], bool]) -> None:
    for (a, can_a), (b, can_b) in product(WORDS.items(), repeat=2):
        expected = {plain(x, y) for x, y in product(can_a, can_b)}
        assert truth_set(combine(Truth.of(a), Truth.of(b))) == expected, (a, b)


def test_not_and_hull_and_given() -> None:
    for a, can_a in WORDS.items():
        assert truth_set(~Truth.of(a)) == {not x for x in can_a}
        assert truth_set(Truth.of(a).given(np.bool_(False))) == {True, False}
        for b, can_b in WORDS.items():
            assert truth_set(Truth.of(a).hull(Truth.of(b))) == can_a | can_b


@pytest.mark.parametrize("compare", [operator.gt, operator.ge, operator.lt, operator.le, operator.eq])
def test_comparisons(compare: Callable[[float, float], bool]) -> None:
    for (low, high), limit in product(RANGES, range(-1, 6)):
        number = Range.between(low, high)
        got = number.equals(limit) if compare is operator.eq else compare(number, limit)  # type: ignore[arg-type]
        assert truth_set(got) == {compare(x, limit) for x in numbers(low, high)}, (low, high, limit)  # type: ignore[arg-type]


@pytest.mark.parametrize("combine", [operator.add, operator.sub])
def test_sums_and_differences(combine: Callable[[float, float], float]) -> None:
    for a, b in product(RANGES, repeat=2):
        got = combine(Range.between(*a), Range.between(*b))  # type: ignore[arg-type]
        results = [combine(x, y) for x, y in product(numbers(*a), numbers(*b))]
        assert (got.low, got.high) == (min(results), max(results)), (a, b)  # type: ignore[attr-defined]


def test_floor_ceiling_factor_and_hull() -> None:
    for a, limit in product(RANGES, range(-2, 6)):
        one = Range.between(*a)
        for got, plain in (
            (one.at_least(limit), [max(x, limit) for x in numbers(*a)]),
            (one.at_most(limit), [min(x, limit) for x in numbers(*a)]),
            (one.times(limit), [x * limit for x in numbers(*a)]),
        ):
            assert (got.low, got.high) == (min(plain), max(plain)), (a, limit)
    for a, b, which in product(RANGES, RANGES, WORDS):
        got = Range.between(*a).where(Truth.of(which), Range.between(*b))
        plain = [x for yes in WORDS[which] for x in (numbers(*a) if yes else numbers(*b))]
        assert (got.low, got.high) == (min(plain), max(plain))


@pytest.mark.parametrize("factor", [-1.5, 0.0, 2.0])
def test_open_sides_stay_open_and_never_become_nan(factor: float) -> None:
    for low, high in ((-np.inf, np.inf), (1.0, np.inf), (-np.inf, 1.0)):
        one = Range.between(low, high)
        for got in (one.times(factor), one + one, one - one, one.at_least(0), one.hull(one)):
            assert not np.isnan(got.low)
            assert not np.isnan(got.high)
            assert got.low <= got.high


def test_classes_by_all_subsets() -> None:
    names = ("a", "b", "c")
    subsets = [
        tuple(n for n, keep in zip(names, bits, strict=True) if keep) for bits in product((0, 1), repeat=3)
    ]
    for can, wanted in product(subsets[1:], subsets):
        got = Classes.of(names, [can])
        assert got.possible(0) == can
        assert truth_set(got.is_in(wanted)) == {x in wanted for x in can}, (can, wanted)
        assert bool(got.known[0]) == (len(can) == 1)
    for a, b in product(subsets[1:], repeat=2):
        assert set(Classes.of(names, [a]).hull(Classes.of(names, [b])).possible(0)) == {*a, *b}


# Spans: dates around the ends of months, where calendars are least regular.

DATES = st.dates(dt.date(2023, 1, 25), dt.date(2024, 3, 5))
WIDTHS = st.integers(0, 4)


def months_later(date: dt.date, months: int) -> dt.date:
    """Written anew with the standard library, to be compared with."""
    year, month = divmod(date.year * 12 + date.month - 1 + months, 12)
    return dt.date(year, month + 1, min(date.day, calendar.monthrange(year, month + 1)[1]))


def days(first: dt.date, width: int) -> list[dt.date]:
    return [first + dt.timedelta(n) for n in range(width + 1)]


def make(starts: list[dt.date], ends: list[dt.date], word: str) -> Span:
    def both(dates: list[dt.date]) -> Range:
        return Range.between([day_of(dates[0])], [day_of(dates[-1])])

    return Span(both(starts), both(ends), Truth(np.atleast_1d(Truth.of(word).sign)))


def possible(
    starts: Iterable[dt.date],
    ends: Iterable[dt.date],
    word: str,
    on_calendar: Callable[[dt.date, dt.date], bool],
    by_length: Callable[[int], bool],
) -> set[bool]:
    results = set()
    for start, end in product(starts, ends):
        if word != "no":
            results.add(on_calendar(start, end))
        if word != "yes":
            results.add(by_length(max(0, (end - start).days)))
    return results


@given(
    DATES, WIDTHS, DATES, WIDTHS, st.sampled_from([1, 2, 6, 12]), st.sampled_from(["yes", "no", "unknown"])
)
def test_months_of_a_span(start: dt.date, a: int, end: dt.date, b: int, months: int, word: str) -> None:
    starts, ends = days(start, a), days(end, b)
    interval, limit = make(starts, ends, word), days_in_months(months)
    below = possible(starts, ends, word, lambda s, e: e < months_later(s, months), lambda n: n < limit)
    above = possible(starts, ends, word, lambda s, e: e > months_later(s, months), lambda n: n > limit)
    assert truth_set(interval.months_below(months)) == below
    assert truth_set(interval.months_above(months)) == above


@given(DATES, WIDTHS, DATES, WIDTHS)
def test_length_of_a_span(start: dt.date, a: int, end: dt.date, b: int) -> None:
    starts, ends = days(start, a), days(end, b)
    lengths = [max(0, (y - x).days) for x, y in product(starts, ends)]
    length = make(starts, ends, "yes").length
    assert (length.low[0], length.high[0]) == (min(lengths), max(lengths))


@given(DATES, WIDTHS, DATES, WIDTHS, WIDTHS, WIDTHS, st.sampled_from([1, 6, 12]))
def test_knowing_less_never_turns_an_answer(
    start: dt.date, a: int, end: dt.date, b: int, more_a: int, more_b: int, months: int
) -> None:
    narrow = make(days(start, a), days(end, b), "yes")
    wide = make(days(start, a + more_a), days(end, b + more_b), "unknown")
    for ask in (Span.months_below, Span.months_above):
        assert truth_set(ask(narrow, months)) <= truth_set(ask(wide, months))
