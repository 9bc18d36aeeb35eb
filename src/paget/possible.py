"""The set of values still possible: truth, ranges, spans of days and classes, for one or for arrays.

A value in paget is never merely missing. It is the set of what it may still be: a yes/no is yes, no
or unknown; a number lies in a range; a class is one of those not yet excluded. Unknown is the widest
set. Every operation here returns a set that contains each result that substitution of possible values
could give; where its operands are independent it returns exactly that set.

All four kinds hold NumPy arrays, one element a decision, so that one case and a registry of ten
million are computed by the same lines.

>>> lesions = Range.between(3, np.inf)      # three were seen; nothing closes the count
>>> str(lesions > 1), str(lesions <= 5)
('yes', 'unknown')
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.days import add_months, days_in_months

YES: Final = 1
UNKNOWN: Final = 0
NO: Final = -1
ZERO: Final = np.zeros((), np.int8)
"""Against which signs are compared: with an array of no dimension it takes half as long as with a number."""
_WORD: Final = {YES: "yes", UNKNOWN: "unknown", NO: "no"}


@dataclass(
    slots=True, eq=False
)  # never changed once made; not frozen, which would cost as much as their arrays
class Truth:
    """Yes, no or unknown: +1, -1, 0. And is the minimum, or the maximum, not the sign turned.

    >>> str(Truth.of("no") & Truth.of("unknown")), str(Truth.of("yes") & Truth.of("unknown"))
    ('no', 'unknown')
    """

    sign: NDArray[np.int8]

    @classmethod
    def of(cls, *words: str | bool | None) -> Truth:
        """From words or booleans; None is unknown. One word gives a single truth (shape ``()``)."""
        names = {"yes": YES, "no": NO, "unknown": UNKNOWN, True: YES, False: NO, None: UNKNOWN}
        signs = np.array([names[word] for word in words], np.int8)
        return cls(signs[0] if len(words) == 1 else signs)

    @classmethod
    def where(cls, yes: NDArray[np.bool_], no: NDArray[np.bool_]) -> Truth:
        """Yes where the first array holds, no where the second does, unknown elsewhere."""
        return cls(yes.view(np.int8) - no.view(np.int8))  # a third of the time of a subtraction that casts

    @classmethod
    def unknown(cls, rows: int) -> Truth:
        """Nothing known, for so many rows."""
        return cls(np.zeros(rows, np.int8))

    def __and__(self, other: Truth) -> Truth:
        return Truth(np.minimum(self.sign, other.sign))

    def __or__(self, other: Truth) -> Truth:
        return Truth(np.maximum(self.sign, other.sign))

    def __invert__(self) -> Truth:
        return Truth(np.negative(self.sign))

    @property
    def is_yes(self) -> NDArray[np.bool_]:
        """Where it is certain."""
        return np.greater(self.sign, ZERO)

    @property
    def is_no(self) -> NDArray[np.bool_]:
        """Where it is excluded."""
        return np.less(self.sign, ZERO)

    @property
    def may_be(self) -> NDArray[np.bool_]:
        """Where it is certain or still possible."""
        return np.greater_equal(self.sign, ZERO)

    @property
    def is_unknown(self) -> NDArray[np.bool_]:
        """Where it is neither certain nor excluded."""
        return np.equal(self.sign, ZERO)

    def hull(self, other: Truth) -> Truth:
        """The truth that holds whichever of the two is right: known only where they agree."""
        return Truth(np.where(self.sign == other.sign, self.sign, np.int8(0)))

    def given(self, sure: NDArray[np.bool_]) -> Truth:
        """The same where ``sure`` holds, unknown elsewhere."""
        return Truth(np.where(sure, self.sign, np.int8(0)))

    def __str__(self) -> str:
        if self.sign.ndim == 0:
            return _WORD[int(self.sign)]
        return "[" + ", ".join(_WORD[int(s)] for s in self.sign) + "]"


def all_of(truths: Iterable[Truth]) -> Truth:
    """Yes when all are; no as soon as one is not."""
    first, *rest = truths
    for truth in rest:
        first = first & truth
    return first


def any_of(truths: Iterable[Truth]) -> Truth:
    """Yes as soon as one is; no only when none can be."""
    first, *rest = truths
    for truth in rest:
        first = first | truth
    return first


@dataclass(slots=True, eq=False)
class Range:
    """A number between two bounds, both included; an open side is infinite.

    Comparisons give :class:`Truth`. ``low > high`` is not a range and is never produced here.
    """

    low: NDArray[np.float64]
    high: NDArray[np.float64]

    @classmethod
    def exactly(cls, value: ArrayLike) -> Range:
        """A number known for certain."""
        array = np.asarray(value, np.float64)
        return cls(array, array)

    @classmethod
    def between(cls, low: ArrayLike, high: ArrayLike) -> Range:
        """From one bound to the other."""
        return cls(np.asarray(low, np.float64), np.asarray(high, np.float64))

    @classmethod
    def unknown(cls, rows: int) -> Range:
        """Nothing known, for so many rows."""
        return cls(np.full(rows, -np.inf), np.full(rows, np.inf))

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where the two bounds meet."""
        return np.equal(self.low, self.high)

    def __gt__(self, limit: float) -> Truth:
        return Truth.where(self.low > limit, self.high <= limit)

    def __ge__(self, limit: float) -> Truth:
        return Truth.where(self.low >= limit, self.high < limit)

    def __lt__(self, limit: float) -> Truth:
        return Truth.where(self.high < limit, self.low >= limit)

    def __le__(self, limit: float) -> Truth:
        return Truth.where(self.high <= limit, self.low > limit)

    def equals(self, value: float) -> Truth:
        """Whether it is that very number."""
        return Truth.where(
            (self.low == value) & (self.high == value), (self.low > value) | (self.high < value)
        )

    def __add__(self, other: Range) -> Range:
        return Range(self.low + other.low, self.high + other.high)

    def __sub__(self, other: Range) -> Range:
        return Range(self.low - other.high, self.high - other.low)

    def times(self, factor: float) -> Range:
        """Multiplied by a known number."""
        if factor == 0:
            return Range(np.zeros_like(self.low), np.zeros_like(self.high))  # an open side is a number too
        low, high = self.low * factor, self.high * factor
        return Range(low, high) if factor > 0 else Range(high, low)

    def at_least(self, floor: float) -> Range:
        """The larger of the number and a floor: max(floor, x)."""
        return Range(np.maximum(self.low, floor), np.maximum(self.high, floor))

    def at_most(self, ceiling: float) -> Range:
        """The smaller of the number and a ceiling: min(ceiling, x)."""
        return Range(np.minimum(self.low, ceiling), np.minimum(self.high, ceiling))

    def hull(self, other: Range) -> Range:
        """The smallest range that holds both."""
        return Range(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def where(self, truth: Truth, other: Range) -> Range:
        """This one where ``truth`` is yes, the other where it is no, both where unknown."""
        both = self.hull(other)
        low = np.where(truth.is_yes, self.low, np.where(truth.is_no, other.low, both.low))
        high = np.where(truth.is_yes, self.high, np.where(truth.is_no, other.high, both.high))
        return Range(low, high)

    def __str__(self) -> str:
        if self.low.ndim == 0:
            low, high = float(self.low), float(self.high)
            return f"{low:g}" if low == high else f"{low:g} to {high:g}"
        return "[" + ", ".join(str(Range(a, b)) for a, b in zip(self.low, self.high, strict=True)) + "]"


@dataclass(slots=True, eq=False)
class Span:
    """The time between two days, each possibly uncertain, never negative: max(0, end - start).

    A threshold in months is decided on the calendar: the end is compared with the start plus n
    calendar months. Where only lengths are known (relative records), n months are floor(30.4375 n)
    days. Where it is not known which of the two holds, only what both say is said.
    """

    start: Range
    end: Range
    calendar: Truth

    @property
    def length(self) -> Range:
        """Its length in days."""
        return (self.end - self.start).at_least(0)

    def against_months(self, months: int) -> tuple[Truth, Truth]:
        """Whether it is strictly shorter, and whether it is strictly longer, than so many months.

        At least one month. Both at once, because they share the moved days.
        """
        first = add_months(self.start.low, months)
        last = first if self.start.high is self.start.low else add_months(self.start.high, months)
        below = Truth.where(self.end.high < first, self.end.low >= last)
        above = Truth.where(self.end.low > last, self.end.high <= first)
        if np.count_nonzero(self.calendar.sign > ZERO) == self.calendar.sign.size:
            return below, above
        length, days = self.length, days_in_months(months)
        return self._chosen(below, length < days), self._chosen(above, length > days)

    def _chosen(self, on_calendar: Truth, by_length: Truth) -> Truth:
        """On the calendar where the days are dates, by length where not, what both say where unsure."""
        both = on_calendar.hull(by_length).sign
        sure = np.where(self.calendar.is_no, by_length.sign, both)
        return Truth(np.where(self.calendar.is_yes, on_calendar.sign, sure))

    def months_below(self, months: int) -> Truth:
        """Strictly shorter than so many months."""
        return self.against_months(months)[0]

    def months_above(self, months: int) -> Truth:
        """Strictly longer than so many months."""
        return self.against_months(months)[1]

    def near_months(self, months: int, days: float) -> NDArray[np.bool_]:
        """Where both days are known and the end lies at most so many days from the threshold.

        The threshold is the start plus so many calendar months; by length floor(30.4375 n) days; where it
        is not known which of the two holds, either.
        """
        with np.errstate(invalid="ignore"):  # infinity less infinity: not known, so not near
            on_calendar = np.abs(self.end.low - add_months(self.start.low, months)) <= days
            by_length = np.abs(self.length.low - days_in_months(months)) <= days
        near = (on_calendar & self.calendar.may_be) | (by_length & ~self.calendar.is_yes)
        return np.asarray(near & self.start.known & self.end.known)


@dataclass(slots=True, eq=False)
class Classes:
    """One of several named classes: a bit is set for each that is still possible (64 at most)."""

    names: tuple[str, ...]
    can: NDArray[np.uint64]

    @classmethod
    def unknown(cls, names: Sequence[str], rows: int) -> Classes:
        """Any of the names, for so many rows."""
        return cls(tuple(names), np.full(rows, (1 << len(names)) - 1, np.uint64))

    @classmethod
    def of(cls, names: Sequence[str], values: Sequence[str | None | Iterable[str]]) -> Classes:
        """From one name, several names or None (any) a row.

        >>> str(Classes.of(("low", "high"), ["low", None]))
        '[low, low or high]'
        """
        names = tuple(names)
        rows = []
        for value in values:
            wanted = names if value is None else (value,) if isinstance(value, str) else value
            rows.append(sum(1 << names.index(name) for name in wanted))
        return cls(names, np.array(rows, np.uint64))

    def mask(self, wanted: Iterable[str]) -> np.uint64:
        """The bits of some of the names.

        Raises:
            ValueError: a name that is not among the classes.
        """
        return _mask(self.names, tuple(wanted))

    def is_in(self, wanted: Iterable[str]) -> Truth:
        """Whether it is one of those."""
        mask = self.mask(wanted)
        return Truth.where((self.can & ~mask) == 0, (self.can & mask) == 0)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Where one class is left."""
        return np.equal(np.bitwise_count(self.can), 1)

    def possible(self, row: int = 0) -> tuple[str, ...]:
        """The names still possible in one row, in their declared order."""
        return _named(self.names, self.can.item(row))

    def hull(self, other: Classes) -> Classes:
        """All that either allows."""
        return Classes(self.names, self.can | other.can)

    def __str__(self) -> str:
        count = np.atleast_1d(self.can).shape[0]
        rows = [" or ".join(self.possible(row)) for row in range(count)]
        return rows[0] if self.can.ndim == 0 else "[" + ", ".join(rows) + "]"


@lru_cache(maxsize=4096)
def _named(names: tuple[str, ...], can: int) -> tuple[str, ...]:
    """The names whose bits are set."""
    return tuple(name for bit, name in enumerate(names) if can >> bit & 1)


@lru_cache(maxsize=4096)
def _mask(names: tuple[str, ...], wanted: tuple[str, ...]) -> np.uint64:
    """The bits of some of the names."""
    for name in wanted:
        if name not in names:
            raise ValueError(f"{name!r} is none of {', '.join(names)}")
    return np.uint64(sum(1 << names.index(name) for name in wanted))
