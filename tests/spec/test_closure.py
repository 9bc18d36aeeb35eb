"""A closure: things that bring others, in three-valued logic, whatever circles they form."""

from __future__ import annotations

from typing import Any

import pytest

from paget.errors import KnowledgeError
from rule_facts import FACTS
from rule_files import find, rules_of


def closure(*lines: dict[str, Any]) -> dict[str, Any]:
    return {"kind": "closure", "closure": list(lines)}


A = {"thing": "a", "when": {"liver_metastasis": "yes"}, "brings": ["b"]}
B = {"thing": "b", "brings": ["c"]}
C = {"thing": "c", "brings": ["a"]}


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("yes", {"a": "yes", "b": "yes", "c": "yes"}),
        ("no", {"a": "no", "b": "no", "c": "no"}),
        ("unknown", {"a": "unknown", "b": "unknown", "c": "unknown"}),
    ],
)
def test_what_is_brought_is_as_certain_as_what_brings_it_also_round_a_circle(
    given: str, expected: dict[str, str]
) -> None:
    assert find(rules_of(FACTS, rule=closure(A, B, C)), {"liver_metastasis": given})["value"] == expected


def test_a_thing_that_cannot_be_there_brings_nothing() -> None:
    bound = B | {"only": {"dissemination": "no"}}
    rule = closure(A, bound, {"thing": "c"})
    found = find(rules_of(FACTS, rule=rule), {"liver_metastasis": "yes", "dissemination": "yes"})
    assert found["value"] == {"a": "yes", "b": "no", "c": "no"}


def test_the_explanation_says_what_brings_a_thing() -> None:
    found = find(rules_of(FACTS, rule=closure(A, B, {"thing": "c"})), {"liver_metastasis": "yes"})
    assert [line["brought_by"] for line in found["explanation"]] == [[], ["a"], ["b"]]
    assert found["missing"] == []


def test_what_is_brought_must_be_named() -> None:
    with pytest.raises(KnowledgeError, match="z is no thing of this file"):
        rules_of(FACTS, rule=closure({"thing": "a", "brings": ["z"]}))
