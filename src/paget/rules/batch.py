"""One block of decisions: comparisons are evaluated once, however many rules ask the same."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from paget.facts.declaration import FactTable
from paget.possible import ZERO, Classes, Range, Span, Truth
from paget.rules.bodies import (
    PRESENT,
    STATES,
    Body,
    Closure,
    Criteria,
    Each,
    First,
    Measure,
    Product,
    States,
    Sum,
    Value,
)
from paget.rules.conditions import Comparison, Node, Truths, comparisons_of, truth_of
from paget.rules.outcomes import Outcome
from paget.rules.rule import Rule, moved
from paget.rules.subjects import Subject
from paget.rules.substitution import exact
from paget.rules.thresholds import Cut

if TYPE_CHECKING:
    from paget.rules.ruleset import RuleSet

NEAR: Final = 3.0
"""Days from a threshold within which a time is "at the boundary": dates of record differ by so much."""

UNSURE: Final = b"\0"
"""The sign of what is not known, as bytes."""

_Key = tuple[str, float, int | None]
"""A subject and a threshold of it."""


class Batch:
    """One block of decisions while it is evaluated."""

    def __init__(self, facts: FactTable, *, boundaries: bool = True) -> None:
        self.facts = facts
        self.boundaries = boundaries
        self.rows = len(facts)
        self.outcomes: dict[str, Outcome] = {}
        self.truths: Truths = {}
        self._sides: dict[_Key, tuple[Truth, Truth]] = {}
        self._values: dict[str, Truth | Range | Classes | Span] = {}
        self._fresh: dict[tuple[str, float], NDArray[np.bool_]] = {}
        self._near: dict[_Key, NDArray[np.bool_]] = {}
        self._everywhere = Truth(np.ones(self.rows, np.int8))
        self._nowhere = np.zeros(self.rows, np.bool_)

    def add(self, rule: Rule, ruleset: RuleSet) -> None:
        """Evaluate one rule; those that it reads have been evaluated, and of a variant the rule itself."""
        main = self.outcomes.get(rule.file.name) if rule.chosen else None
        if main is not None and self._same(rule, ruleset[rule.file.name], main):
            near = main.at_boundary if main.nowhere else self._boundary(rule, main.applies)
            self.outcomes[rule.name] = Outcome(main.value, main.applies, near, main.survival, main.nowhere)
        else:
            self._evaluate(rule)

    def _same(self, variant: Rule, rule: Rule, found: Outcome) -> bool:
        """Whether other limits change no answer of any decision: each moved threshold says what it said.

        A number that occurs in several places may count although no single answer changed: then all that
        is asked of it must be certain. Of a yes/no the one answer says all.
        """
        gate, body = moved(variant, rule)
        if gate is None or body is None:
            return False
        return self._agree(gate, variant, rule) and (found.nowhere or self._agree(body, variant, rule))

    def _agree(self, pairs: tuple[tuple[Comparison, Comparison], ...], variant: Rule, rule: Rule) -> bool:
        self._ask(other for other, _ in pairs)
        return all(
            self._signs(other) == self._signs(one)
            and all(
                UNSURE not in self._signs(leaf)
                for of, subject in ((variant, other.subject), (rule, one.subject))
                if subject.kind != "truth"
                for leaf in of.shared.get(subject, ())
                if leaf in self.truths
            )
            for other, one in pairs
        )

    def _signs(self, leaf: Comparison) -> bytes:
        return self.truths[leaf].sign.tobytes()

    def _evaluate(self, rule: Rule) -> None:
        self._ask(rule.gate)
        applies = self._everywhere if rule.applies is None else truth_of(rule.applies, self.truths)
        body = rule.body
        nowhere = rule.applies is not None and self.rows > 0 and not np.count_nonzero(applies.sign >= ZERO)
        if nowhere:
            value = nothing(body, self.rows)
        elif isinstance(body, Measure):
            value = body.of(self.value(body.subject))
        else:
            self._ask(rule.leaves)
            value = self._full(body.combine(self.truths, self.number))
            if rule.shared:
                value = exact(body, rule.shared, value, self.truths, self)
        survival = body.survival(value) if isinstance(body, Product) and isinstance(value, Range) else {}
        near = self._nowhere if nowhere else self._boundary(rule, applies)
        self.outcomes[rule.name] = Outcome(value, applies, near, survival, nowhere)

    def ask(self, conditions: tuple[Node, ...]) -> None:
        """Note the truth of conditions of which no value hangs."""
        for condition in conditions:
            self._ask(comparisons_of(condition))
            truth_of(condition, self.truths)

    def _ask(self, leaves: Iterable[Comparison]) -> None:
        for leaf in leaves:
            if leaf not in self.truths:
                self.truths[leaf] = self._answer(leaf)

    def value(self, subject: Subject) -> Truth | Range | Classes | Span:
        """The possible values of a subject; unknown where the table lacks the fact."""
        known = self._values.get(subject.key)
        if known is None:
            known = self._values[subject.key] = self._look_up(subject)
        return known

    def number(self, subject: Subject) -> Range:
        """The possible values of a number; of a span its length."""
        value = self.value(subject)
        if isinstance(value, Range | Span):
            return value.length if isinstance(value, Span) else value
        raise TypeError(f"{subject.name} is not a number")

    def above(self, subject: Subject, cut: Cut) -> Truth:
        """Whether a subject is above a threshold."""
        return self._both(subject, cut)[1]

    def below(self, subject: Subject, cut: Cut) -> Truth:
        """Whether a subject is below a threshold."""
        return self._both(subject, cut)[0]

    def fresh(self, comparison: Comparison) -> NDArray[np.bool_] | None:
        """Where the subject is surely no older than ``within``; None where any age will do."""
        if comparison.within is None or comparison.subject.name not in self.facts.columns:
            return None
        key = comparison.subject.name, comparison.within
        if key not in self._fresh:
            self._fresh[key] = self.facts.age(key[0]).high <= comparison.within
        return self._fresh[key]

    def _look_up(self, subject: Subject) -> Truth | Range | Classes | Span:
        if subject.finding:
            outcome = self.outcomes[subject.name]
            if isinstance(outcome.value, States):
                raise TypeError(f"{subject.name} has no single answer")
            return _only_where(outcome.value, outcome.applies.is_yes) if subject.masked else outcome.value
        if subject.name in self.facts.columns:
            return self.facts.columns[subject.name].value
        return unknown(subject, self.rows)

    def _both(self, subject: Subject, cut: Cut) -> tuple[Truth, Truth]:
        """Below and above, evaluated once for each threshold of a subject."""
        key = subject.key, cut.value, cut.months
        sides = self._sides.get(key)
        if sides is None:
            value = self.value(subject)
            if isinstance(value, Span) and cut.months is not None:
                sides = value.against_months(cut.months)
            else:
                number = self.number(subject)
                sides = number < cut.value, number > cut.value
            self._sides[key] = sides
        return sides

    def _answer(self, leaf: Comparison) -> Truth:
        value = self.value(leaf.subject)
        if isinstance(value, Truth):
            truth = value if leaf.how == "yes" else ~value
        elif isinstance(value, Classes):
            truth = value.is_in(leaf.among)
        elif leaf.cut is not None:
            truth = _NUMBER[leaf.how](*self._both(leaf.subject, leaf.cut))
        else:
            raise TypeError(f"{leaf.subject.name} is compared with nothing")
        fresh = self.fresh(leaf)
        return truth if fresh is None else truth.given(fresh)

    def _boundary(self, rule: Rule, applies: Truth) -> NDArray[np.bool_]:
        """Where a time that the rule compares, itself or through a rule that it reads, is near a threshold.

        Nowhere where the rule does not belong: nothing that reads it hangs on its threshold there.
        """
        near = self._nowhere
        if not self.boundaries:
            return near
        for leaf in rule.times:
            if leaf.cut is not None:
                near = near | self._near_one(leaf.subject, leaf.cut)
        for name in rule.reads:
            read = self.outcomes[name].at_boundary
            if read is not self._nowhere:
                near = near | read
        return near if near is self._nowhere or rule.applies is None else near & applies.may_be

    def _near_one(self, subject: Subject, cut: Cut) -> NDArray[np.bool_]:
        key = subject.key, cut.value, cut.months
        if key not in self._near:
            value = self.value(subject)
            if isinstance(value, Span) and cut.months is not None:
                self._near[key] = value.near_months(cut.months, NEAR)
            else:
                number = self.number(subject)
                self._near[key] = number.known & (np.abs(number.low - cut.value) <= NEAR)
        return self._near[key]

    def _full(self, value: Value) -> Value:
        """A value of one element stands for all rows: no comparison of a row came into it."""
        if isinstance(value, Range) and np.shape(value.low) != (self.rows,):
            return Range(np.broadcast_to(value.low, self.rows), np.broadcast_to(value.high, self.rows))
        if isinstance(value, Classes) and value.can.shape != (self.rows,):
            return Classes(value.names, np.broadcast_to(value.can, self.rows))
        return value


_NUMBER: Final = {
    "above": lambda below, above: above,
    "below": lambda below, above: below,
    "at_least": lambda below, above: ~below,
    "at_most": lambda below, above: ~above,
    "is": lambda below, above: ~below & ~above,
}


def nothing(body: Body, rows: int) -> Value:
    """The value of a rule that applies to none of some rows: anything, and nobody asks."""
    if isinstance(body, Criteria):
        return Truth.unknown(rows)
    if isinstance(body, First):
        return Classes.unknown(body.names, rows)
    if isinstance(body, Measure):
        value = unknown(body.subject, rows)
        return value.length if isinstance(value, Span) else value
    if isinstance(body, Sum | Product):
        return Range.unknown(rows)
    if isinstance(body, Closure):
        return States(body.names, tuple(Classes.unknown(PRESENT, rows) for _ in body.names))
    states = STATES if isinstance(body, Each) else PRESENT
    names = tuple(item.name for item in body.items)
    return States(names, tuple(Classes.unknown(states, rows) for _ in names))


def unknown(subject: Subject, rows: int) -> Truth | Range | Classes | Span:
    """Nothing known of a subject."""
    if subject.kind == "truth":
        return Truth.unknown(rows)
    if subject.kind == "class":
        return Classes.unknown(subject.classes, rows)
    if subject.kind == "span":
        return Span(Range.unknown(rows), Range.unknown(rows), Truth.unknown(rows))
    return Range.between(np.full(rows, subject.minimum), np.full(rows, np.inf))


def _only_where(value: Truth | Range | Classes, sure: NDArray[np.bool_]) -> Truth | Range | Classes:
    """The value where it applies, nothing known elsewhere."""
    if isinstance(value, Truth):
        return value.given(sure)
    if isinstance(value, Range):
        return Range(np.where(sure, value.low, -np.inf), np.where(sure, value.high, np.inf))
    any_class = np.uint64((1 << len(value.names)) - 1)
    return Classes(value.names, np.where(sure, value.can, any_class))
