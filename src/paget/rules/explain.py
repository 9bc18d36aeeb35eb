"""Findings of one decision as data: value, because, missing, source; read from results, nothing computed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

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
    return {name: finding(results, name, row, dates=dates) for name in results}


def answers(results: Results, names: Iterable[str], row: int = 0) -> dict[str, Json]:
    """Some findings of one decision without their explanation: value, whether it applies, what is missing."""
    found = {}
    for name in names:
        rule, outcome = results.ruleset[name], results[name]
        applies = int(outcome.applies.sign[row])
        found[name] = {
            "value": None if applies < 0 else value_of(outcome.value, row),
            "applies": _APPLIES[applies],
            "missing": missing_facts(results, rule, row),
        }
    return found


def finding(results: Results, name: str, row: int = 0, *, dates: bool = True) -> Json:
    """One finding of one decision as JSON data."""
    rule, outcome = results.ruleset[name], results[name]
    applies = int(outcome.applies.sign[row])
    found: Json = {
        "value": None if applies < 0 else value_of(outcome.value, row),
        "unit": rule.unit or None,
        "because": [_because(results, fact, row, dates) for fact in _evidence(results, rule, row, applies)],
        "missing": missing_facts(results, rule, row),
        "source": rule.file.source,
        "confirmed": rule.file.confirmed,
        "rule": rule.file.path,
        "at_boundary": applies >= 0 and bool(outcome.at_boundary[row]),
        "applies": _APPLIES[applies],
        "kind": rule.kind,
        "title": rule.file.title,
    }
    if applies < 0:
        return found | {"why": _why_not(results, rule, row)}
    return found | {"explanation": explanation(results, rule, row)} | _beside(results, rule, outcome, row)


# Values


def value_of(value: Value | Span, row: int) -> Any:
    """A value as JSON: a number or {low, high}, a class or a list of them, yes / no / unknown."""
    if isinstance(value, Truth):
        return _TRUTH[int(value.sign[row])]
    if isinstance(value, Span):
        value = value.length
    if isinstance(value, Range):
        return number(float(value.low[row]), float(value.high[row]))
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
    if not np.isfinite(value):
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


def _evidence(results: Results, rule: Rule, row: int, applies: int) -> list[Subject]:
    """The facts on which a finding rests, where something is known of them."""
    asked = _facts_read(results.ruleset, rule, applies=applies <= 0)
    return [fact for fact in asked if _something_known(results, fact, row)]


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


def _something_known(results: Results, fact: Subject, row: int) -> bool:
    column = results.facts.columns.get(fact.name)
    if column is None:
        return False
    value = column.value.length if isinstance(column.value, Span) else column.value
    if isinstance(value, Truth):
        return bool(value.sign[row] != 0)
    if isinstance(value, Classes):
        return len(value.possible(row)) < len(value.names)
    return bool(value.low[row] > fact.minimum or np.isfinite(value.high[row]))


def _because(results: Results, fact: Subject, row: int, dates: bool) -> Json:
    """A fact as evidence: its value, unit, the day on which it was established, and its age."""
    column = results.facts.columns[fact.name]
    entry: Json = {
        "fact": fact.name,
        "value": value_of(column.value, row),
        "unit": fact.unit or None,
        "day": None,
        "age_days": None,
    }
    if column.day is not None:
        low, high = float(column.day.low[row]), float(column.day.high[row])
        as_of = float(results.facts.as_of[row])
        entry["age_days"] = number(as_of - high, as_of - low)
        if np.isfinite(low) and np.isfinite(high):
            entry["day"] = write_day(int(low), int(high)) if dates else number(low, high)
    return entry


# Node by node


def explanation(results: Results, rule: Rule, row: int) -> list[Json]:
    """What the rule asked, clause by clause and condition by condition, with each answer."""
    body = rule.body
    if isinstance(body, Criteria):
        top = _node(results, body.condition, row)
        return list(top["of"]) if isinstance(body.condition, AllOf) else [top]
    if isinstance(body, First):
        return [_case(results, condition, body.names[index], row) for condition, index in body.cases]
    if isinstance(body, Sum | Product):
        exponent = isinstance(body, Product)
        return [_clause(results, clause, row, product=exponent) for clause in body.clauses]
    if isinstance(body, Each):
        states = value_of(results[rule.name].value, row)
        return [
            {
                "asks": f"{item.name}: {item.young}",
                "has": _has(results, item.young, row),
                "state": states[item.name],
            }
            for item in body.items
        ]
    if isinstance(body, Closure):
        return _closure(results, rule, body, row)
    if isinstance(body, Beside):
        written = rule.file.data["beside"]
        return [
            _node(results, item.when, row)
            | {"asks": item.name, "condition": text_of(item.when), "effects": line.get("effects", [])}
            for item, line in zip(body.items, written, strict=True)
        ]
    return []


def _node(results: Results, node: Node, row: int) -> Json:
    truth = _TRUTH[int(results.truths[node].sign[row])]
    if isinstance(node, Comparison):
        return {"asks": str(node), "has": _has(results, node, row), "truth": truth}
    if isinstance(node, Read):
        return _node(results, node.part, row) | {"asks": node.text}
    word = "all of" if isinstance(node, AllOf) else "any of" if isinstance(node, AnyOf) else "not"
    return {"asks": word, "truth": truth, "of": [_node(results, part, row) for part in parts_of(node)]}


def _closure(results: Results, rule: Rule, body: Closure, row: int) -> list[Json]:
    """Each thing that is there or may be, why, and what brings it."""
    states, written = value_of(results[rule.name].value, row), rule.file.data["closure"]
    lines: list[Json] = []
    for name, when, sources, line in zip(body.names, body.when, body.brought_by, written, strict=True):
        why: Json = {} if when is None else _node(results, when, row)
        brought = [body.names[place] for place in sources if states[body.names[place]] == states[name]]
        lines.append(
            why
            | {"asks": name, "is": line.get("is", ""), "state": states[name], "brought_by": brought}
            | ({} if when is None else {"condition": text_of(when)})
        )
    return lines


def _has(results: Results, comparison: Comparison, row: int) -> str:
    """What is known of the subject of a comparison, with its age where that counts."""
    subject = comparison.subject
    if subject.finding:
        return in_words(value_of(results[subject.name].value, row))
    if not _something_known(results, subject, row):
        return "not known"
    entry = _because(results, subject, row, dates=False)
    text = in_words(entry["value"], subject.unit)
    if comparison.within is None or entry["age_days"] is None:
        return text
    age = in_words(entry["age_days"])
    return f"{text}, of unknown age" if age == "not known" else f"{text}, {age} days old"


def _case(results: Results, condition: Node | None, name: str, row: int) -> Json:
    if condition is None:
        return {"is": name, "asks": "otherwise"}
    return {"is": name} | _node(results, condition, row)


def _clause(results: Results, clause: Step | Bands | Slope, row: int, *, product: bool) -> Json:
    key = "times" if product else "points"

    def worth(value: float) -> float | int | None:
        return _plain(float(np.exp(value)) if product else value)

    if isinstance(clause, Step):
        found = {key: worth(clause.worth)} | _node(results, clause.when, row)
        return found | {"asks": clause.text} if clause.text else found
    if isinstance(clause, Slope):
        return {
            key: worth(clause.worth),
            "asks": f"{clause.text}, for each {clause.per:g} from {clause.origin:g}",
        }
    bands = [
        {"asks": str(edge), "truth": _TRUTH[int(results.truths[edge].sign[row])], key: worth(value)}
        for edge, value in zip(clause.below, clause.worths, strict=False)
    ]
    bands.append({"asks": "otherwise", key: worth(clause.worths[-1])})
    return {
        "asks": clause.text,
        "has": _has(results, clause.below[0], row) if clause.below else "",
        "of": bands,
    }


def _why_not(results: Results, rule: Rule, row: int) -> str:
    """Why a finding does not belong to this case."""
    failing = [node for node in conjuncts(rule.applies) if results.truths[node].sign[row] < 0]
    shown = []
    for node in failing:
        has = {c.subject.words: _has(results, c, row) for c in comparisons_of(node)}
        known = "; ".join(f"{words}: {value}" for words, value in has.items())
        shown.append(f"{text_of(node)} is not so ({known})")
    return "does not apply: " + "; ".join(shown)


# What stands beside a finding


def _beside(results: Results, rule: Rule, outcome: Outcome, row: int) -> Json:
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
        beside["population"] = [_node(results, node, row) for node in rule.population]
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
    return bool(value.low[row] <= group.high and value.high[row] >= group.low)


def _table(table: Json, value: Value, groups: tuple[str, ...], row: int) -> Json:
    """An outcome table with the rows that this value may still fall into."""
    return table | {"rows": [entry for entry in table["rows"] if _fits(entry, value, groups, row)]}


def _fits(entry: Json, value: Value, groups: tuple[str, ...], row: int) -> bool:
    if "score" in entry and isinstance(value, Range):
        ends = entry["score"] if isinstance(entry["score"], list) else [entry["score"]] * 2
        return bool(value.low[row] <= ends[1] and value.high[row] >= ends[0])
    if "group" in entry:
        return entry["group"] in groups
    if "class" in entry and isinstance(value, Classes):
        return entry["class"] in value.possible(row)
    return True
