"""What is known in one decision: each fact and comparison once, for all findings that read it."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any

from paget.days import write_day
from paget.possible import Classes, Range, Span, Truth
from paget.rules.bodies import Measure, Product, Slope, Sum
from paget.rules.conditions import Comparison, Node
from paget.rules.outcomes import Results
from paget.rules.rule import Rule
from paget.rules.subjects import Subject
from paget.rules.values import TRUTHS, in_words, number, value_of

if TYPE_CHECKING:
    from paget.rules.ruleset import RuleSet

Json = dict[str, Any]


@lru_cache(maxsize=4096)
def facts_read(ruleset: RuleSet, rule: Rule, *, applies: bool) -> tuple[Subject, ...]:
    """The facts that a rule reads, through the findings that it reads; ``applies``: also where it belongs."""
    body = rule.body
    subjects = [comparison.subject for comparison in body.comparisons()]
    if isinstance(body, Sum | Product):
        subjects += [clause.subject for clause in body.clauses if isinstance(clause, Slope)]
    if isinstance(body, Measure):
        subjects.append(body.subject)
    if applies:
        subjects += [comparison.subject for comparison in rule.gate]
    facts: dict[Subject, None] = {}
    for subject in subjects:
        if subject.finding:
            facts |= dict.fromkeys(facts_read(ruleset, ruleset[subject.name], applies=False))
        else:
            facts[subject] = None
    return tuple(facts)


class Said:
    """What is known in one decision, as JSON: each fact and comparison once for all findings that read it."""

    def __init__(self, results: Results, row: int, dates: bool) -> None:
        self.results, self.row, self.dates = results, row, dates
        self._facts: dict[str, Json | None] = {}
        self._has: dict[Comparison, str] = {}

    def because(self, facts: Iterable[Subject]) -> list[Json]:
        """The facts on which a finding rests, where something is known of them."""
        return [entry.copy() for fact in facts if (entry := self.fact(fact)) is not None]

    def fact(self, fact: Subject) -> Json | None:
        """A fact as evidence: its value, unit, the day on which it was established, and its age.

        None where nothing is known of it.
        """
        if fact.name not in self._facts:
            self._facts[fact.name] = self._evidence(fact)
        return self._facts[fact.name]

    def truth(self, node: Node) -> str:
        """The truth of a condition."""
        return TRUTHS[self.results.truths[node].sign.item(self.row)]

    def has(self, comparison: Comparison) -> str:
        """What is known of the subject of a comparison, with its age where that counts."""
        if comparison not in self._has:
            self._has[comparison] = self._known(comparison)
        return self._has[comparison]

    def _evidence(self, fact: Subject) -> Json | None:
        column, row = self.results.facts.columns.get(fact.name), self.row
        if column is None:
            return None
        value = column.value.length if isinstance(column.value, Span) else column.value
        if not _something_known(value, fact, row):
            return None
        entry: Json = {
            "fact": fact.name,
            "value": value_of(value, row),
            "unit": fact.unit or None,
            "day": None,
            "age_days": None,
        }
        if column.day is not None:
            low, high = column.day.low.item(row), column.day.high.item(row)
            as_of = self.results.facts.as_of.item(row)
            entry["age_days"] = number(as_of - high, as_of - low)
            if isfinite(low) and isfinite(high):
                entry["day"] = write_day(int(low), int(high)) if self.dates else number(low, high)
        return entry

    def _known(self, comparison: Comparison) -> str:
        subject = comparison.subject
        if subject.finding:
            outcome = self.results[subject.name]
            if outcome.applies.sign.item(self.row) < 0:  # then its value has no meaning
                return "does not apply"
            return in_words(value_of(outcome.value, self.row))
        entry = self.fact(subject)
        if entry is None:
            return "not known"
        text = in_words(entry["value"], subject.unit)
        if comparison.within is None or entry["age_days"] is None:
            return text
        age = in_words(entry["age_days"])
        return f"{text}, of unknown age" if age == "not known" else f"{text}, {age} days old"


def _something_known(value: Truth | Range | Classes, fact: Subject, row: int) -> bool:
    if isinstance(value, Truth):
        return bool(value.sign.item(row))
    if isinstance(value, Classes):
        return len(value.possible(row)) < len(value.names)
    return value.low.item(row) > fact.minimum or isfinite(value.high.item(row))
