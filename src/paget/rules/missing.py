"""What is missing: the facts on which an undecided finding still hangs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from paget.possible import Span
from paget.rules.bodies import (
    Bands,
    Beside,
    Body,
    Clause,
    Closure,
    Criteria,
    Each,
    First,
    Measure,
    Product,
    Slope,
    Sum,
)
from paget.rules.conditions import Comparison, Node, parts_of
from paget.rules.rule import Rule
from paget.rules.undecided import open_in

if TYPE_CHECKING:
    from paget.rules.outcomes import Results


def missing_facts(results: Results, rule: Rule, row: int) -> list[str]:
    """The facts that could still change a finding of one decision, in the order in which the rule asks.

    A fact is missing when it is not known, and also when it is too old for the rule.
    """
    applies = results[rule.name].applies.sign.item(row)
    found: dict[str, None] = {}
    if applies == 0 and rule.applies is not None:
        found |= dict.fromkeys(_of_condition(results, rule.applies, row))
    if applies >= 0:
        found |= dict.fromkeys(missing_for_value(results, rule, row))
    return list(found)


def missing_for_value(results: Results, rule: Rule, row: int) -> list[str]:
    """The facts that could still change the value, wherever the finding belongs to."""
    if results[rule.name].applies.sign.item(row) < 0:
        return []
    if not open_in(results[rule.name].value, row) and not isinstance(rule.body, Each):
        return []
    return list(dict.fromkeys(_of_body(results, rule.body, row)))


def _of_condition(results: Results, node: Node, row: int) -> Iterator[str]:
    """Down the conditions that are unknown, to the facts under them."""
    if results.truths[node].sign.item(row) != 0:
        return
    if isinstance(node, Comparison):
        yield from _of_comparison(results, node, row)
    for part in parts_of(node):
        yield from _of_condition(results, part, row)


def _of_comparison(results: Results, comparison: Comparison, row: int) -> Iterator[str]:
    if comparison.subject.finding:
        read = results.ruleset[comparison.subject.name]
        whole = comparison.subject.masked  # where it may not apply while its reader does
        yield from (missing_facts if whole else missing_for_value)(results, read, row)
    else:
        yield comparison.subject.name


def _of_body(results: Results, body: Body, row: int) -> Iterator[str]:
    if isinstance(body, Criteria):
        yield from _of_condition(results, body.condition, row)
    elif isinstance(body, Sum | Product):
        for clause in body.clauses:
            yield from _of_clause(results, clause, row)
    elif isinstance(body, First):
        for condition, _ in body.cases:
            if condition is not None:
                yield from _of_condition(results, condition, row)
                if results.truths[condition].sign.item(row) > 0:
                    return  # what comes after the first that surely holds is never asked
    elif isinstance(body, Measure):
        yield body.subject.name
    elif isinstance(body, Beside):
        for factor in body.items:
            yield from _of_condition(results, factor.when, row)
    elif isinstance(body, Closure):
        for condition in (*body.when, *body.only):
            if condition is not None:
                yield from _of_condition(results, condition, row)
    else:
        for item in body.items:
            needed = item.when is None or results.truths[item.when].sign.item(row) >= 0
            if needed and results.truths[item.young].sign.item(row) <= 0:
                yield item.young.subject.name
            if item.when is not None:
                yield from _of_condition(results, item.when, row)


def _of_clause(results: Results, clause: Clause, row: int) -> Iterator[str]:
    if isinstance(clause, Bands):
        for edge in clause.below:
            yield from _of_condition(results, edge, row)
    elif isinstance(clause, Slope):
        value = results.facts.columns[clause.subject.name].value
        number = value.length if isinstance(value, Span) else value
        if open_in(number, row):
            yield clause.subject.name
    else:
        yield from _of_condition(results, clause.when, row)
