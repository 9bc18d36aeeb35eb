"""What stands beside a score: factors of other papers, who was in the source, limits less strict."""

from __future__ import annotations

from typing import Any

import pytest

from paget.errors import KnowledgeError
from paget.rules import finding, rank, table_of
from rule_facts import FACTS
from rule_files import rules_of

SOURCE = {"authors": "someone"}
EFFECT = {"measure": "hazard ratio of death", "value": 2.0, "source": SOURCE, "confirmed": False}
FACTORS: dict[str, Any] = {
    "kind": "factors",
    "beside": [
        {"factor": "more than one", "when": {"lesion_count": {"above": "1 lesion"}}, "effects": [EFFECT]},
        {"factor": "large", "when": {"largest_lesion": {"above": "50 mm"}}, "effects": [EFFECT]},
    ],
}
SCORE: dict[str, Any] = {
    "kind": "score",
    "sum": [{"when": {"largest_lesion": {"above": "$size"}}}],
    "limits": {"size": {"value": "50 mm", "also": ["50 mm or more"]}},
    "population": [
        {"when": {"disease": "colorectal"}, "reads": "colorectal cancer"},
        {"when": {"lesion_count": {"at_most": "3 lesions"}}, "reads": "at most three lesions"},
    ],
    "built_for": "before the operation",
}


def found(rule: dict[str, Any], **given: Any) -> dict[str, Any]:
    return finding(rules_of(FACTS, rule=rule).evaluate(table_of([given], FACTS)), "rule")


def test_factors_stand_side_by_side_each_with_its_answer() -> None:
    one = found(FACTORS, lesion_count="2 lesions")
    assert one["value"] == {"more than one": "yes", "large": "unknown"}
    assert one["missing"] == ["largest_lesion"]
    assert one["explanation"][0]["effects"] == [EFFECT]
    assert one["explanation"][0]["condition"] == "lesion count above 1 lesion"
    assert found(FACTORS, lesion_count="1 lesion", largest_lesion="50 mm")["value"] == {
        "more than one": "no",
        "large": "no",
    }


def test_factors_are_not_read_by_rules_and_do_not_rank_themselves() -> None:
    with pytest.raises(KnowledgeError, match="no single answer"):
        rules_of(FACTS, factors=FACTORS, other={"kind": "criteria", "all": [{"factors": "yes"}]})
    assert rank(rules_of(FACTS, rule=FACTORS), table_of([{}], FACTS)) == []


@pytest.mark.parametrize("wrong", [{"when": {"lesion_count": {"above": 1}}}, {"factor": "large"}])
def test_a_factor_has_a_name_and_a_condition(wrong: dict[str, Any]) -> None:
    with pytest.raises(KnowledgeError):
        rules_of(FACTS, rule={"kind": "factors", "beside": [wrong]})


def test_what_of_a_case_is_outside_the_source_is_said_and_changes_nothing() -> None:
    inside = found(SCORE, disease="colorectal", lesion_count="3 lesions", largest_lesion="60 mm")
    outside = found(SCORE, disease="lung", lesion_count="4 lesions", largest_lesion="60 mm")
    open_ = found(SCORE, largest_lesion="60 mm")
    assert inside["value"] == outside["value"] == open_["value"] == 1
    assert (inside["outside"], open_["outside"]) == ([], [])
    assert outside["outside"] == ["colorectal cancer", "at most three lesions"]
    assert [one["truth"] for one in open_["population"]] == ["unknown", "unknown"]
    assert inside["built_for"] == "before the operation"


def test_a_population_is_made_of_facts() -> None:
    with pytest.raises(KnowledgeError, match="no fact"):
        rules_of(FACTS, rule=SCORE | {"population": [{"when": {"lesions": "yes"}, "reads": "some"}]})


@pytest.mark.parametrize(("size", "answers"), [("49 mm", None), ("50 mm", [0, 1]), ("51 mm", None)])
def test_sources_that_differ_in_strictness_differ_at_the_threshold_alone(size: str, answers: Any) -> None:
    one = found(SCORE, largest_lesion=size)
    assert [each["value"] for each in one.get("alternatives", [])] == (answers or [])


def test_or_more_stands_beside_above_only() -> None:
    with pytest.raises(KnowledgeError, match="includes its own value"):
        found(SCORE | {"sum": [{"when": {"largest_lesion": {"below": "$size"}}}]})
    below = {"sum": [{"when": {"largest_lesion": {"below": "$size"}}}],
             "limits": {"size": {"value": "50 mm or less"}}}  # fmt: skip
    assert found(SCORE | below, largest_lesion="50 mm")["value"] == 1
