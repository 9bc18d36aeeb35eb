"""Evaluation: every rule for every decision of a table of facts, as array arithmetic, without joins.

Comparisons are evaluated once, however many rules ask the same; conditions and clauses are minimum,
maximum and sums of their truths. A large table is worked through in blocks that fit the processor's
cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from paget.facts.declaration import FactTable
from paget.possible import Classes, Range, Truth
from paget.rules.batch import Batch
from paget.rules.bodies import Measure, States, Value
from paget.rules.fact_rows import rows_of
from paget.rules.outcomes import Outcome, Results
from paget.rules.rule import Rule

if TYPE_CHECKING:
    from paget.rules.ruleset import RuleSet

BLOCK: Final = 32_768
"""Decisions evaluated at once where there are more than twice as many."""


def evaluate(
    ruleset: RuleSet, order: Sequence[Rule], facts: FactTable, *, trace: bool, boundaries: bool = True
) -> Results:
    """Evaluate rules in their order, block by block."""
    if len(facts) <= 2 * BLOCK or trace:
        batch = Batch(facts, boundaries=boundaries)
        for rule in order:
            batch.add(rule, ruleset)
            if trace and rule.population and np.count_nonzero(batch.outcomes[rule.name].applies.may_be):
                batch.ask(rule.population)
        return Results(ruleset, facts, batch.outcomes, batch.truths if trace else {})
    blocks = []
    for start in range(0, len(facts), BLOCK):
        block = Batch(rows_of(facts, slice(start, start + BLOCK)), boundaries=boundaries)
        for rule in order:
            block.add(rule, ruleset)
        blocks.append(block.outcomes)
    whole = Batch(facts)
    together = {rule.name: _join(rule, [block[rule.name] for block in blocks], whole) for rule in order}
    return Results(ruleset, facts, together, {})


def _join(rule: Rule, parts: Sequence[Outcome], whole: Batch) -> Outcome:
    """The outcomes of consecutive blocks as one; a measure is the column of its fact, and not copied."""
    survival = {time: _ranges([part.survival[time] for part in parts]) for time in parts[0].survival}
    body = rule.body
    measured = body.of(whole.value(body.subject)) if isinstance(body, Measure) else None
    return Outcome(
        measured or _values([part.value for part in parts]),
        _truths([part.applies for part in parts]),
        np.concatenate([part.at_boundary for part in parts]),
        survival,
    )


def _values(parts: Sequence[Value]) -> Value:
    """Values of one rule, block after block; they are all of one kind."""
    first = parts[0]
    if isinstance(first, Truth):
        return _truths([part for part in parts if isinstance(part, Truth)])
    if isinstance(first, Range):
        return _ranges([part for part in parts if isinstance(part, Range)])
    if isinstance(first, Classes):
        return Classes(first.names, np.concatenate([part.can for part in parts if isinstance(part, Classes)]))
    columns = zip(*(part.each for part in parts if isinstance(part, States)), strict=True)
    each = (Classes(column[0].names, np.concatenate([one.can for one in column])) for column in columns)
    return States(first.names, tuple(each))


def _truths(parts: Sequence[Truth]) -> Truth:
    return Truth(np.concatenate([part.sign for part in parts]))


def _ranges(parts: Sequence[Range]) -> Range:
    low = np.concatenate([part.low for part in parts])
    high = np.concatenate([part.high for part in parts])
    return Range(low, high)
