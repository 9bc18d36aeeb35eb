"""What a rule makes of its clauses: one combinator each, as arithmetic on sets of possible values.

    criteria   all / any / none     truth         min, max, sign turned
    score      sum                  number        sum of what each clause adds
    model      product              hazard ratio  exp of a sum of logarithms; S(t) = S0(t) ** ratio
    classes    first                class         the first clause that holds; undecided ones leave a set
    schedule   each                 one state an examination
    measure    fact                 a fact under a name, with unit and source
    factors    beside               yes / no / unknown of each factor: they stand side by side
    closure    closure              the same of each thing, with all that it brings, and what that brings

Each body is a function of the truths of its comparisons alone (and of the numbers under a slope), so
:mod:`paget.rules.cells` can put other truths in.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.possible import ZERO, Classes, Range, Span, Truth
from paget.rules.conditions import Comparison, Node, Truths, comparisons_of, truth_of
from paget.rules.subjects import Subject

Bounds = tuple[NDArray[np.float64], NDArray[np.float64]]
"""The least and the greatest of a number, a row each."""

Numbers = Callable[[Subject], Range]
"""The possible values of a number, for the clauses that grow with it."""


@dataclass(frozen=True, slots=True, eq=False)
class Criteria:
    """Whether a condition holds."""

    condition: Node

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves, one for each occurrence."""
        yield from comparisons_of(self.condition)

    def combine(self, truths: Truths, numbers: Numbers) -> Truth:
        """The condition's truth."""
        return truth_of(self.condition, truths)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Adds its worth where a condition holds."""

    when: Node
    worth: float
    text: str

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves."""
        yield from comparisons_of(self.when)

    def adds(self, truths: Truths, numbers: Numbers) -> Bounds | None:
        """worth x [certain, possible]; None where it holds nowhere."""
        sign = truth_of(self.when, truths).sign
        may_be = sign >= ZERO
        if not np.count_nonzero(may_be):
            return None
        certain: NDArray[Any] = (sign > ZERO) * self.worth
        possible: NDArray[Any] = may_be * self.worth
        return (certain, possible) if self.worth >= 0 else (possible, certain)


@dataclass(frozen=True, slots=True, eq=False)
class Bands:
    """Adds what the band is worth in which a number lies; bands go upward and share their edges."""

    below: tuple[Comparison, ...]
    worths: tuple[float, ...]
    text: str

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves: whether the number lies below each edge."""
        yield from self.below

    def adds(self, truths: Truths, numbers: Numbers) -> Bounds:
        """From the least to the greatest worth of the bands that are still possible."""
        low: NDArray[np.float64] | float = np.inf
        high: NDArray[np.float64] | float = -np.inf
        beyond: NDArray[np.bool_] | bool = True  # it may lie beyond all edges so far
        for edge, worth in zip((*self.below, None), self.worths, strict=True):
            here = beyond if edge is None else beyond & (truths[edge].sign >= ZERO)
            low = np.minimum(low, np.where(here, worth, np.inf))
            high = np.maximum(high, np.where(here, worth, -np.inf))
            if edge is not None:
                beyond = beyond & (truths[edge].sign <= ZERO)
        return np.asarray(low), np.asarray(high)


@dataclass(frozen=True, slots=True, eq=False)
class Slope:
    """Adds worth x (number - origin) / per."""

    subject: Subject
    origin: float
    per: float
    worth: float
    text: str

    def comparisons(self) -> Iterator[Comparison]:
        """None: it needs the number itself."""
        yield from ()

    def adds(self, truths: Truths, numbers: Numbers) -> Bounds:
        """The line over the range of the number."""
        number = numbers(self.subject)
        line = Range(number.low - self.origin, number.high - self.origin).times(self.worth / self.per)
        return line.low, line.high


Clause = Step | Bands | Slope


def _total(start: float, clauses: tuple[Clause, ...], truths: Truths, numbers: Numbers) -> Range:
    """The sum of what clauses add."""
    low = high = np.asarray(start, np.float64)
    for clause in clauses:
        added = clause.adds(truths, numbers)
        if added is not None:
            low, high = low + added[0], high + added[1]
    return Range(low, high)


@dataclass(frozen=True, slots=True, eq=False)
class Sum:
    """The sum of what the clauses add; with ``logit`` the probability 1 / (1 + exp(-sum))."""

    clauses: tuple[Clause, ...]
    start: float = 0.0
    logit: bool = False

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all clauses."""
        for clause in self.clauses:
            yield from clause.comparisons()

    def combine(self, truths: Truths, numbers: Numbers) -> Range:
        """The sum, or the probability."""
        total = _total(self.start, self.clauses, truths, numbers)
        if not self.logit:
            return total
        with np.errstate(over="ignore"):
            return Range(1 / (1 + np.exp(-total.low)), 1 / (1 + np.exp(-total.high)))


@dataclass(frozen=True, slots=True, eq=False)
class Product:
    """A hazard model: the clauses multiply the baseline hazard. Their worths are logarithms of ratios.

    Attributes:
        baseline: survival of someone to whom no clause applies, by time in words.
    """

    clauses: tuple[Clause, ...]
    baseline: dict[str, float]

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all clauses."""
        for clause in self.clauses:
            yield from clause.comparisons()

    def combine(self, truths: Truths, numbers: Numbers) -> Range:
        """The hazard ratio to the baseline."""
        total = _total(0.0, self.clauses, truths, numbers)
        return Range(np.exp(total.low), np.exp(total.high))

    def survival(self, ratio: Range) -> dict[str, Range]:
        """S(t) = S0(t) ** ratio at each time of the baseline."""
        return {time: Range(share**ratio.high, share**ratio.low) for time, share in self.baseline.items()}


@dataclass(frozen=True, slots=True, eq=False)
class First:
    """The class of the first clause that holds.

    Attributes:
        cases: condition and index of the class; the last has no condition.
        names: the classes.
    """

    cases: tuple[tuple[Node | None, int], ...]
    names: tuple[str, ...]

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all cases."""
        for condition, _ in self.cases:
            if condition is not None:
                yield from comparisons_of(condition)

    def combine(self, truths: Truths, numbers: Numbers) -> Classes:
        """A class is possible when its clause may hold and no clause before it is certain."""
        narrow = np.dtype(np.uint8 if len(self.names) <= 8 else np.uint64)  # bytes are quicker
        can: NDArray[Any] = np.zeros(1, narrow)
        free: NDArray[np.bool_] = np.ones(1, np.bool_)
        for condition, index in self.cases:
            bit = narrow.type(1 << index)
            if condition is None:
                can = can | free * bit
            else:
                sign = truth_of(condition, truths).sign
                here = free & (sign >= ZERO)
                if np.count_nonzero(here):
                    can = can | here * bit
                    free = free & (sign <= ZERO)
        return Classes(self.names, can.astype(np.uint64))


@dataclass(frozen=True, slots=True, eq=False)
class Measure:
    """A fact under the name of a finding.

    Attributes:
        factor: from the fact's unit to the finding's.
    """

    subject: Subject
    unit: str
    factor: float

    def comparisons(self) -> Iterator[Comparison]:
        """None."""
        yield from ()

    def of(self, value: Truth | Range | Classes | Span) -> Truth | Range | Classes:
        """The fact's value; of a span its length in days."""
        number = value.length if isinstance(value, Span) else value
        return number.times(self.factor) if isinstance(number, Range) and self.factor != 1 else number


DONE: Final = "done"
TOO_OLD: Final = "done, too old"
NOT_DOCUMENTED: Final = "not documented"
NOT_NEEDED: Final = "not needed"
NOT_DONE: Final = "not done"
STATES: Final = (DONE, TOO_OLD, NOT_DOCUMENTED, NOT_NEEDED, NOT_DONE)


@dataclass(frozen=True, slots=True, eq=False)
class Examination:
    """One line of a schedule: an examination and how old it may be; needed where ``when`` holds.

    ``absent`` asks whether the record says that it was not done.
    """

    name: str
    young: Comparison
    when: Node | None
    absent: Comparison | None = None


@dataclass(frozen=True, slots=True, eq=False)
class States:
    """The state of each examination of a schedule."""

    names: tuple[str, ...]
    each: tuple[Classes, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Each:
    """A schedule: which examinations are done, too old, or not documented."""

    items: tuple[Examination, ...]

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all lines."""
        for item in self.items:
            yield item.young
            if item.absent is not None:
                yield item.absent
            if item.when is not None:
                yield from comparisons_of(item.when)

    def combine(self, truths: Truths, numbers: Numbers) -> States:
        """An age without upper bound is that of an examination that nobody documented."""
        each = []
        for item in self.items:
            age, young = numbers(item.young.subject), truths[item.young]
            nowhere = young.is_unknown & np.isposinf(age.high)
            absent: Any = 4 if item.absent is None else np.where(truths[item.absent].is_yes, 16, 4)
            known = (young.sign >= ZERO) * 1 + (young.sign <= ZERO) * 2
            bits = np.where(nowhere, absent, known).astype(np.uint64)
            if item.when is not None:
                needed = truth_of(item.when, truths).sign
                bits = bits * (needed >= ZERO) + (needed <= ZERO) * np.uint64(8)
            each.append(Classes(STATES, bits))
        return States(tuple(item.name for item in self.items), tuple(each))


PRESENT: Final = ("yes", "no")


@dataclass(frozen=True, slots=True, eq=False)
class Factor:
    """One line of factors: a condition under a name."""

    name: str
    when: Node


@dataclass(frozen=True, slots=True, eq=False)
class Beside:
    """Factors of different sources, side by side: none is added to another, none multiplied."""

    items: tuple[Factor, ...]

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all factors."""
        for item in self.items:
            yield from comparisons_of(item.when)

    def combine(self, truths: Truths, numbers: Numbers) -> States:
        """Whether each factor is there: one of yes and no, or both still possible."""
        each = []
        for item in self.items:
            sign = truth_of(item.when, truths).sign
            each.append(Classes(PRESENT, ((sign >= ZERO) * 1 + (sign <= ZERO) * 2).astype(np.uint64)))
        return States(tuple(item.name for item in self.items), tuple(each))


@dataclass(frozen=True, slots=True, eq=False)
class Closure:
    """Things of which one brings others: the smallest set that holds all that is brought.

    Attributes:
        names: of the things.
        when: the reason of its own for each; None: it is only brought.
        only: a condition without which it is not there at all; None: none.
        brought_by: for each the places of the things that bring it.
    """

    names: tuple[str, ...]
    when: tuple[Node | None, ...]
    only: tuple[Node | None, ...]
    brought_by: tuple[tuple[int, ...], ...]

    def comparisons(self) -> Iterator[Comparison]:
        """The leaves of all things."""
        for condition in (*self.when, *self.only):
            if condition is not None:
                yield from comparisons_of(condition)

    def combine(self, truths: Truths, numbers: Numbers) -> States:
        """Whether each thing is there: its own reason or one that brings it, and what it cannot be without.

        All steps are minimum and maximum, so going round until nothing changes ends after as many rounds
        as there are things, whatever circles they form.
        """
        nothing = np.full(1, -1, np.int8)
        own = [nothing if one is None else truth_of(one, truths).sign for one in self.when]
        bound = [None if one is None else truth_of(one, truths).sign for one in self.only]
        there = [self._bounded(sign, limit) for sign, limit in zip(own, bound, strict=True)]
        for _ in self.names:
            before = list(there)
            for place, sources in enumerate(self.brought_by):
                for source in sources:
                    more = np.maximum(there[place], there[source])
                    there[place] = self._bounded(more, bound[place])
            if all(np.array_equal(a, b) for a, b in zip(before, there, strict=True)):
                break
        signs = np.broadcast_arrays(*there)
        each = (
            Classes(PRESENT, ((sign >= ZERO) * 1 + (sign <= ZERO) * 2).astype(np.uint64)) for sign in signs
        )
        return States(self.names, tuple(each))

    @staticmethod
    def _bounded(sign: NDArray[np.int8], limit: NDArray[np.int8] | None) -> NDArray[np.int8]:
        return sign if limit is None else np.minimum(sign, limit)


Body = Criteria | Sum | Product | First | Measure | Each | Beside | Closure
Value = Truth | Range | Classes | States
