"""Findings of one decision as data: value, because, missing, source; read from results, nothing computed."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, NamedTuple

from paget.rules.beside import what_stands_beside
from paget.rules.missing import missing_facts
from paget.rules.node_by_node import explanation, why_not
from paget.rules.outcomes import Results
from paget.rules.rule import Rule
from paget.rules.said import Json, Said, facts_read
from paget.rules.values import value_of

_APPLIES = {1: True, 0: "unknown", -1: False}


def findings(results: Results, row: int = 0, *, dates: bool = True) -> dict[str, Json]:
    """All findings of one decision, by name, as JSON data.

    Args:
        results: of :meth:`RuleSet.evaluate` with its trace.
        row: which decision.
        dates: write days as dates; else as days from the patient's origin (records in relative time).
    """
    said = Said(results, row, dates)
    return {name: _finding(said, name) for name in results}


def answers(results: Results, names: Iterable[str], row: int = 0) -> dict[str, Json]:
    """Some findings of one decision without their explanation: value, whether it applies, what is missing."""
    found = {}
    for name in names:
        rule, outcome = results.ruleset[name], results[name]
        applies = outcome.applies.sign.item(row)
        found[name] = {
            "value": None if applies < 0 else value_of(outcome.value, row),
            "applies": _APPLIES[applies],
            "missing": missing_facts(results, rule, row),
        }
    return found


def finding(results: Results, name: str, row: int = 0, *, dates: bool = True) -> Json:
    """One finding of one decision as JSON data."""
    return _finding(Said(results, row, dates), name)


def _finding(said: Said, name: str) -> Json:
    results, row = said.results, said.row
    rule, outcome = results.ruleset[name], results[name]
    applies = outcome.applies.sign.item(row)
    about = _about(rule)
    found: Json = {
        "value": None if applies < 0 else value_of(outcome.value, row),
        "unit": about.unit,
        "because": said.because(facts_read(results.ruleset, rule, applies=applies <= 0)),
        "missing": missing_facts(results, rule, row),
        "source": about.source,
        "confirmed": about.confirmed,
        "rule": about.path,
        "at_boundary": applies >= 0 and bool(outcome.at_boundary[row]),
        "applies": _APPLIES[applies],
        "kind": about.kind,
        "title": about.title,
    }
    if applies < 0:
        found["why"] = why_not(said, rule)
        return found
    found["explanation"] = explanation(said, rule)
    return found | what_stands_beside(said, rule, outcome)


class _About(NamedTuple):
    """What a finding says of its rule, whatever the decision."""

    unit: str | None
    source: Any
    confirmed: bool
    path: str
    kind: str
    title: str


@lru_cache(maxsize=4096)
def _about(rule: Rule) -> _About:
    file = rule.file
    return _About(rule.unit or None, file.source, file.confirmed, file.path, rule.kind, file.title)
