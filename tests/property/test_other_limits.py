"""Rules under other limits: where no answer moved a rule is not evaluated again, and says the same."""

from __future__ import annotations

from random import Random
from typing import Any

import pytest

from paget.assessment.assess import rules_of
from paget.knowledge import Knowledge
from paget.possible import Range
from paget.rules import Results, table_of
from paget.rules.batch import Batch
from paget.rules.ranking import Asked, _point, asked
from rule_files import rules_of as rules_of_files

RULES = rules_of(Knowledge.load())
FACTS = RULES.catalogue
ROWS = 8
SIDES = ("sign", "low", "high", "can")


def _of_a_cell(one: Asked, random: Random) -> Any:
    """A value on one side of a threshold of some rule, as it is written in an example."""
    cell = random.choice(one.cells)
    if one.fact.kind == "truth":
        return cell.names[0]
    if one.fact.kind == "class":
        return list(cell.names)
    point = _point(one, cell, one.subject.minimum, float("inf"))
    return None if point is None else f"{point!r} {one.fact.unit}".strip()


def _value(one: Asked, random: Random, known: float) -> Any:
    if random.random() > known:
        return None
    value, other = (_of_a_cell(one, random) for _ in range(2))
    if random.random() < known or value is None or other is None or one.fact.kind == "truth":
        return value
    if one.fact.kind == "class":
        return [*value, *(name for name in other if name not in value)]
    return sorted([value, other], key=lambda text: float(text.split()[0]))  # anything between two sides


def said(results: Results, row: int) -> dict[str, Any]:
    """What every rule says under every limit, by its name."""
    found = {}
    for name, outcome in results.outcomes.items():
        applies = int(outcome.applies.sign[row])
        value = outcome.value
        each = getattr(value, "each", (value,))
        plain = [
            tuple(getattr(part, side)[row].item() for side in SIDES if hasattr(part, side)) for part in each
        ]
        found[name] = (applies, plain, bool(outcome.at_boundary[row])) if applies >= 0 else None
    return found


@pytest.mark.parametrize("known", [0.5, 0.9, 1.0])
@pytest.mark.parametrize("seed", range(12))
def test_other_limits_say_what_they_say_alone(seed: int, known: float) -> None:
    random = Random(seed)
    rows = [{one.fact.name: _value(one, random, known) for one in asked(RULES)} for _ in range(ROWS)]
    # One decision at a time: the fewer stand together, the more often no answer of any of them moves.
    tables = [table_of([row], FACTS) for row in rows]
    short = [said(RULES.evaluate(table), 0) for table in tables]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Batch, "_same", lambda *_: False)
        whole = said_of_all(rows)
    assert short == whole


LIMIT: dict[str, Any] = {"lesions": {"value": "5 lesions", "also": [3]}}
AT_MOST: dict[str, Any] = {"lesion_count": {"at_most": "$lesions"}}


def test_a_limit_moves_where_a_rule_belongs() -> None:
    body = {"kind": "criteria", "all": [{"organ_count": {"at_most": "2 organs"}}]}
    rules = rules_of_files(FACTS, rule={**body, "applies": AT_MOST, "limits": LIMIT})
    results = rules.evaluate(table_of([{"lesion_count": "4 lesions", "organ_count": "1 organ"}], FACTS))
    assert results["rule"].applies.sign.tolist() == [1]  # 4 lesions are at most 5, not at most 3
    assert results["rule[lesions=3 lesions]"].applies.sign.tolist() == [-1]


def test_a_limit_moves_what_a_number_in_two_places_leaves_open() -> None:
    # Points for at most L lesions and for more than 3. Of 1 to 9 lesions both are open, under either limit;
    # yet with L = 3 one of the two always holds, and no number gives both: exactly 1. With L = 5: 1 or 2.
    clauses = [{"when": AT_MOST}, {"when": {"lesion_count": {"above": "3 lesions"}}}]
    rules = rules_of_files(FACTS, rule={"kind": "score", "sum": clauses, "limits": LIMIT})
    results = rules.evaluate(table_of([{"lesion_count": ["1 lesion", "9 lesions"]}], FACTS))
    for name, low, high in (("rule", 1, 2), ("rule[lesions=3 lesions]", 1, 1)):
        value = results[name].value
        assert isinstance(value, Range)
        assert (value.low.tolist(), value.high.tolist()) == ([low], [high])


def said_of_all(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    results = RULES.evaluate(table_of(rows, FACTS))
    return [said(results, row) for row in range(len(rows))]
