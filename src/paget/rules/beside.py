"""What stands beside a finding: other limits, survival, group, tables, whom its source was about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from paget.possible import Classes, Range
from paget.rules.bodies import Value
from paget.rules.node_by_node import node_of
from paget.rules.outcomes import Outcome, Results
from paget.rules.rule import Group, Rule
from paget.rules.said import Json, Said
from paget.rules.values import one_or_list, value_of


def what_stands_beside(said: Said, rule: Rule, outcome: Outcome) -> Json:
    """What a reader needs beside the value, as JSON: only what the file has and the value leaves possible."""
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
        beside["population"] = [node_of(said, node) for node in rule.population]
        beside["outside"] = [one["asks"] for one in beside["population"] if one["truth"] == "no"]
    if isinstance(data.get("reads"), dict):
        answer = value_of(outcome.value, row)
        beside["reads"] = data["reads"].get(answer if isinstance(answer, str) else "unknown", "")
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
