"""Findings of one decision as data: value, because, missing, source; read from results, nothing computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from math import isfinite
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from paget.days import write_day
from paget.possible import Classes, Range, Span, Truth
from paget.rules.bodies import (
    PRESENT,
    Bands,
    Beside,
    Closure,
    Criteria,
    Each,
    First,
    Measure,
    Product,
    Slope,
    Step,
    Sum,
    Value,
)
from paget.rules.conditions import AllOf, AnyOf, Comparison, Node, Read, comparisons_of, parts_of, text_of
from paget.rules.evaluation import Outcome, Results
from paget.rules.missing import missing_facts
from paget.rules.rule import Group, Rule, conjuncts
from paget.rules.subjects import Subject
from paget.rules.thresholds import plural

if TYPE_CHECKING:
    from paget.rules.ruleset import RuleSet

Json = dict[str, Any]
_TRUTH = {1: "yes", 0: "unknown", -1: "no"}
_APPLIES = {1: True, 0: "unknown", -1: False}


def findings(results: Results, row: int = 0, *, dates: bool = True) -> dict[str, Json]:
    """All findings of one decision, by name, as JSON data.

    Args:
        results: of :meth:`RuleSet.evaluate` with its trace.
        row: which decision.
        dates: write days as dates; else as days from the patient's origin (records in relative time).
    """
    said = _Said(results, row, dates)
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
    return _finding(_Said(results, row, dates), name)


def _finding(said: _Said, name: str) -> Json:
    results, row = said.results, said.row
    rule, outcome = results.ruleset[name], results[name]
    applies = outcome.applies.sign.item(row)
    about = _about(rule)
    found: Json = {
        "value": None if applies < 0 else value_of(outcome.value, row),
        "unit": about.unit,
        "because": said.because(_facts_read(results.ruleset, rule, applies=applies <= 0)),
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
        found["why"] = _why_not(said, rule)
        return found
    found["explanation"] = _explanation(said, rule)
    return found | _beside(said, rule, outcome)


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


# Values


def value_of(value: Value | Span, row: int) -> Any:
    """A value as JSON: a number or {low, high}, a class or a list of them, yes / no / unknown."""
    if isinstance(value, Truth):
        return _TRUTH[value.sign.item(row)]
    if isinstance(value, Span):
        value = value.length
    if isinstance(value, Range):
        return number(value.low.item(row), value.high.item(row))
    if isinstance(value, Classes):
        possible = value.possible(row)
        return "unknown" if value.names == PRESENT == possible else one_or_list(possible)
    return {name: value_of(one, row) for name, one in zip(value.names, value.each, strict=True)}


def number(low: float, high: float) -> Any:
    """A number when the two bounds meet, else the bounds, null for open.

    >>> number(3.0, 3.0), number(3.0, float("inf"))
    (3, {'low': 3, 'high': None})
    """
    return _plain(low) if low == high else {"low": _plain(low), "high": _plain(high)}


def _plain(value: float) -> int | float | None:
    if not isfinite(value):
        return None
    return int(value) if value.is_integer() else value


def one_or_list(names: tuple[str, ...]) -> str | list[str]:
    """One name as text, several as a list."""
    return names[0] if len(names) == 1 else list(names)


def in_words(value: Any, unit: str = "") -> str:
    """A JSON value as a reader says it.

    >>> in_words({"low": 3, "high": None}, "lesion"), in_words(["low", "high"])
    ('3 or more lesions', 'low or high')
    """
    if isinstance(value, dict) and value.keys() == {"low", "high"}:
        low, high = value["low"], value["high"]
        if low is None and high is None:
            return "not known"
        text = f"{low} or more" if high is None else f"at most {high}" if low is None else f"{low} to {high}"
    elif isinstance(value, list):
        text = " or ".join(value)
    else:
        text = "not known" if value == "unknown" else str(value)
    unit = plural(unit, value) if isinstance(value, int | float) else plural(unit)
    return f"{text} {unit}".strip() if text != "not known" else text


# The facts behind a finding


@lru_cache(maxsize=4096)
def _facts_read(ruleset: RuleSet, rule: Rule, *, applies: bool) -> tuple[Subject, ...]:
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
            facts |= dict.fromkeys(_facts_read(ruleset, ruleset[subject.name], applies=False))
        else:
            facts[subject] = None
    return tuple(facts)


class _Said:
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
        return _TRUTH[self.results.truths[node].sign.item(self.row)]

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
            return in_words(value_of(self.results[subject.name].value, self.row))
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


# Node by node


def _explanation(said: _Said, rule: Rule) -> list[Json]:
    """What the rule asked, clause by clause and condition by condition, with each answer."""
    body = rule.body
    if isinstance(body, Criteria):
        top = _node(said, body.condition)
        return list(top["of"]) if isinstance(body.condition, AllOf) else [top]
    if isinstance(body, First):
        return [_case(said, condition, body.names[index]) for condition, index in body.cases]
    if isinstance(body, Sum | Product):
        exponent = isinstance(body, Product)
        return [_clause(said, clause, product=exponent) for clause in body.clauses]
    if isinstance(body, Each):
        states = value_of(said.results[rule.name].value, said.row)
        return [
            {
                "asks": f"{item.name}: {item.young}",
                "has": said.has(item.young),
                "state": states[item.name],
            }
            for item in body.items
        ]
    if isinstance(body, Closure):
        return _closure(said, rule, body)
    if isinstance(body, Beside):
        written = rule.file.data["beside"]
        return [
            _node(said, item.when)
            | {"asks": item.name, "condition": _sentence(item.when), "effects": line.get("effects", [])}
            for item, line in zip(body.items, written, strict=True)
        ]
    return []


_asks = lru_cache(maxsize=8192)(str)  # comparisons are shared objects
_sentence = lru_cache(maxsize=8192)(text_of)


def _node(said: _Said, node: Node) -> Json:
    truth = said.truth(node)
    if isinstance(node, Comparison):
        return {"asks": _asks(node), "has": said.has(node), "truth": truth}
    if isinstance(node, Read):
        return _node(said, node.part) | {"asks": node.text}
    word = "all of" if isinstance(node, AllOf) else "any of" if isinstance(node, AnyOf) else "not"
    return {"asks": word, "truth": truth, "of": [_node(said, part) for part in parts_of(node)]}


def _closure(said: _Said, rule: Rule, body: Closure) -> list[Json]:
    """Each thing that is there or may be, why, and what brings it."""
    states, written = value_of(said.results[rule.name].value, said.row), rule.file.data["closure"]
    lines: list[Json] = []
    for name, when, sources, line in zip(body.names, body.when, body.brought_by, written, strict=True):
        why: Json = {} if when is None else _node(said, when)
        brought = [body.names[place] for place in sources if states[body.names[place]] == states[name]]
        lines.append(
            why
            | {"asks": name, "is": line.get("is", ""), "state": states[name], "brought_by": brought}
            | ({} if when is None else {"condition": _sentence(when)})
        )
    return lines


def _case(said: _Said, condition: Node | None, name: str) -> Json:
    if condition is None:
        return {"is": name, "asks": "otherwise"}
    return {"is": name} | _node(said, condition)


def _clause(said: _Said, clause: Step | Bands | Slope, *, product: bool) -> Json:
    key = "times" if product else "points"

    def worth(value: float) -> float | int | None:
        return _plain(float(np.exp(value)) if product else value)

    if isinstance(clause, Step):
        found = {key: worth(clause.worth)} | _node(said, clause.when)
        return found | {"asks": clause.text} if clause.text else found
    if isinstance(clause, Slope):
        return {
            key: worth(clause.worth),
            "asks": f"{clause.text}, for each {clause.per:g} from {clause.origin:g}",
        }
    bands = [
        {"asks": _asks(edge), "truth": said.truth(edge), key: worth(value)}
        for edge, value in zip(clause.below, clause.worths, strict=False)
    ]
    bands.append({"asks": "otherwise", key: worth(clause.worths[-1])})
    return {
        "asks": clause.text,
        "has": said.has(clause.below[0]) if clause.below else "",
        "of": bands,
    }


def _why_not(said: _Said, rule: Rule) -> str:
    """Why a finding does not belong to this case."""
    failing = [node for node in conjuncts(rule.applies) if said.truth(node) == "no"]
    shown = []
    for node in failing:
        has = {c.subject.words: said.has(c) for c in comparisons_of(node)}
        known = "; ".join(f"{words}: {value}" for words, value in has.items())
        shown.append(f"{_sentence(node)} is not so ({known})")
    return "does not apply: " + "; ".join(shown)


# What stands beside a finding


def _beside(said: _Said, rule: Rule, outcome: Outcome) -> Json:
    results, row = said.results, said.row
    data = rule.file.data
    beside: Json = {}
    if rule.limits:
        beside["limits"] = {
            name: {"value": limit.main, "confirmed": limit.confirmed} for name, limit in rule.limits.items()
        }
    if alternatives := _alternatives(results, rule, row):
        beside["alternatives"] = alternatives
    if outcome.survival:
        beside["survival"] = {time: value_of(share, row) for time, share in outcome.survival.items()}
    groups: tuple[str, ...] = ()
    if rule.groups and isinstance(outcome.value, Range):
        groups = tuple(g.name for g in rule.groups if _overlaps(g, outcome.value, row))
        beside["group"] = one_or_list(groups)
    if "outcomes" in data:
        beside["outcomes"] = [_table(table, outcome.value, groups, row) for table in data["outcomes"]]
    if rule.population:
        beside["population"] = [_node(said, node) for node in rule.population]
        beside["outside"] = [one["asks"] for one in beside["population"] if one["truth"] == "no"]
    if isinstance(data.get("reads"), dict):
        said = value_of(outcome.value, row)
        beside["reads"] = data["reads"].get(said if isinstance(said, str) else "unknown", "")
    for key in (
        "contradicted_by",
        "validity",
        "strength",
        "built_for",
        "illustrative",
        "discrimination",
        "meaning",
        "note",
    ):
        if key in data:
            beside[key] = data[key]
    return beside


def _alternatives(results: Results, rule: Rule, row: int) -> list[Json]:
    """The answers under every choice of limits, when they are not all the same."""
    others = [other for other in results.ruleset.variants[rule.name] if other.name in results.outcomes]
    answers: list[tuple[Mapping[str, str], Any]] = [({}, value_of(results[rule.name].value, row))]
    answers += [(other.chosen, value_of(results[other.name].value, row)) for other in others]
    if all(value == answers[0][1] for _, value in answers):
        return []
    return [
        {
            "limits": {name: chosen.get(name, limit.main) for name, limit in rule.limits.items()},
            "value": value,
            "confirmed": all(
                limit.also_confirmed if name in chosen else limit.confirmed
                for name, limit in rule.limits.items()
            ),
        }
        for chosen, value in answers
    ]


def _overlaps(group: Group, value: Range, row: int) -> bool:
    return bool(value.low.item(row) <= group.high and value.high.item(row) >= group.low)


def _table(table: Json, value: Value, groups: tuple[str, ...], row: int) -> Json:
    """An outcome table with the rows that this value may still fall into."""
    return table | {"rows": [entry for entry in table["rows"] if _fits(entry, value, groups, row)]}


def _fits(entry: Json, value: Value, groups: tuple[str, ...], row: int) -> bool:
    if "score" in entry and isinstance(value, Range):
        ends = entry["score"] if isinstance(entry["score"], list) else [entry["score"]] * 2
        return bool(value.low.item(row) <= ends[1] and value.high.item(row) >= ends[0])
    if "group" in entry:
        return entry["group"] in groups
    if "class" in entry and isinstance(value, Classes):
        return entry["class"] in value.possible(row)
    return True
