"""The rule language by examples: what a file may say, what comes out, and what is refused in which words."""

from __future__ import annotations

import math
from typing import Any

import pytest

from paget.errors import KnowledgeError
from paget.facts.declaration import FactColumn, FactTable
from paget.possible import Range
from paget.rules import findings, rank, table_of
from rule_facts import FACTS
from rule_files import find, knowledge_of, rules_of


def value(rule: dict[str, Any], **given: Any) -> Any:
    return find(rules_of(FACTS, rule=rule), given)["value"]


def refused(rule: dict[str, Any], **others: dict[str, Any]) -> str:
    with pytest.raises(KnowledgeError) as caught:
        rules_of(FACTS, rule=rule, **others)
    return str(caught.value)


def criteria(*conditions: dict[str, Any], word: str = "all", **more: Any) -> dict[str, Any]:
    return {"kind": "criteria", word: list(conditions), **more}


# Comparisons


@pytest.mark.parametrize(
    ("how", "below", "at", "above"),
    [
        ("above", "no", "no", "yes"),
        ("at_least", "no", "yes", "yes"),
        ("below", "yes", "no", "no"),
        ("at_most", "yes", "yes", "no"),
        ("is", "no", "yes", "no"),
    ],
)
def test_a_number_against_its_threshold(how: str, below: str, at: str, above: str) -> None:
    rule = criteria({"largest_lesion": {how: "50 mm"}})
    got = [value(rule, largest_lesion=f"{mm} mm") for mm in (49, 50, 51)]
    assert got == [below, at, above]


def test_a_threshold_may_be_written_in_another_unit_of_the_same_kind() -> None:
    assert value(criteria({"largest_lesion": {"above": "5 cm"}}), largest_lesion="51 mm") == "yes"
    assert value(criteria({"cea": {"above": "200 ug/L"}}), cea="201 ng/mL") == "yes"


def test_two_bounds_are_both_asked() -> None:
    rule = criteria({"lesion_count": {"at_least": "2 lesions", "below": "5 lesions"}})
    assert [value(rule, lesion_count=f"{n} lesions") for n in (1, 2, 4, 5)] == ["no", "yes", "yes", "no"]


def test_no_count_lies_between_two_and_three() -> None:
    rule = criteria({"lesion_count": {"above": "2 lesions", "below": "3 lesions"}})
    assert value(rule) == "no"
    assert (
        value(criteria({"largest_lesion": {"above": "2 mm", "below": "3 mm"}})) == "unknown"
    )  # a length may


def test_a_list_of_numbers() -> None:
    rule = criteria({"ecog": {"in": [0, 1]}})
    assert [value(rule, ecog=n) for n in (0, 1, 2)] == ["yes", "yes", "no"]


def test_yes_and_no_and_classes() -> None:
    assert value(criteria({"liver_metastasis": "yes"}), liver_metastasis="yes") == "yes"
    assert value(criteria({"liver_metastasis": "no"}), liver_metastasis="yes") == "no"
    assert value(criteria({"liver_metastasis": "no"})) == "unknown"
    rule = criteria({"disease": ["colorectal", "lung"]})
    assert value(rule, disease="lung") == "yes"
    assert value(rule, disease=["lung", "kidney"]) == "unknown"
    assert value(rule, disease="kidney") == "no"


def test_several_facts_in_one_mapping_must_all_hold() -> None:
    rule = criteria({"disease": "colorectal", "liver_metastasis": "yes"})
    assert value(rule, disease="colorectal", liver_metastasis="no") == "no"
    assert value(rule, disease="colorectal") == "unknown"


def test_nesting() -> None:
    rule = criteria({"any": [{"liver_metastasis": "yes"}, {"not": {"none": [{"dissemination": "yes"}]}}]})
    assert value(rule, liver_metastasis="no", dissemination="yes") == "yes"
    assert value(rule, liver_metastasis="no", dissemination="no") == "no"
    assert value(rule, liver_metastasis="no") == "unknown"


def test_any_none_and_all_together() -> None:
    rule = {"kind": "criteria", "any": [{"liver_metastasis": "yes"}], "none": [{"dissemination": "yes"}]}
    assert value(rule, liver_metastasis="yes", dissemination="no") == "yes"
    assert value(rule, liver_metastasis="yes", dissemination="yes") == "no"


# Age and time


@pytest.mark.parametrize(
    ("age", "expected"), [("29 days", "yes"), ("30 days", "yes"), ("31 days", "unknown")]
)
def test_too_old_is_unknown_and_never_no(age: str, expected: str) -> None:
    rule = criteria({"cea": {"above": "200 ng/mL", "within": "30 days"}})
    assert value(rule, cea={"value": "250 ng/mL", "age": age}) == expected
    assert value(rule, cea={"value": "150 ng/mL", "age": "31 days"}) == "unknown"


def test_too_old_stays_unknown_when_asked_twice() -> None:
    rule = criteria(
        {"cea": {"above": "200 ng/mL", "within": "30 days"}},
        {"cea": {"at_most": "200 ng/mL", "within": "30 days"}},
        word="any",
    )
    assert value(rule) == "yes"  # whatever it is, it is one of the two
    assert value(rule, cea={"low": "100 ng/mL", "age": "31 days"}) == "unknown"


def test_too_old_is_missing() -> None:
    rule = criteria({"cea": {"above": "200 ng/mL", "within": "30 days"}})
    found = find(rules_of(FACTS, rule=rule), {"cea": {"value": "250 ng/mL", "age": "31 days"}})
    assert found["missing"] == ["cea"]
    assert found["because"][0]["age_days"] == 31
    assert found["explanation"][0]["has"] == "250 ng/mL, 31 days old"


def test_a_value_of_unknown_age_is_not_taken_for_a_fresh_one() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"cea": {"above": "200 ng/mL", "within": "30 days"}}))
    facts = table_of([{"cea": {"value": "250 ng/mL", "age": "3 days"}}], FACTS)
    undated = FactColumn(facts["cea"].value, Range.unknown(1))
    facts = FactTable(
        facts.decision_id, facts.patient_id, facts.tumour_id, facts.as_of, {**facts.columns, "cea": undated}
    )
    found = findings(ruleset.evaluate(facts))["rule"]
    assert (found["value"], found["missing"]) == ("unknown", ["cea"])
    assert found["explanation"][0]["has"] == "250 ng/mL, of unknown age"
    assert found["because"][0]["age_days"] == {"low": None, "high": None}


@pytest.mark.parametrize(
    ("days", "below", "at_boundary"),
    [
        (361, "yes", False),
        (362, "yes", True),
        (364, "yes", True),
        (365, "no", True),
        (366, "no", True),
        (368, "no", True),
        (369, "no", False),
    ],
)
def test_a_length_against_twelve_months_is_against_365_days(days: int, below: str, at_boundary: bool) -> None:
    ruleset = rules_of(FACTS, rule=criteria({"disease_free_interval": {"below": "12 months"}}))
    found = find(ruleset, {"disease_free_interval": f"{days} days"})
    assert (found["value"], found["at_boundary"]) == (below, at_boundary)


@pytest.mark.parametrize(
    ("end", "at_most", "near"),
    [
        ("2024-02-28", "yes", True),
        ("2024-02-29", "yes", True),
        ("2024-03-01", "no", True),
        ("2024-03-04", "no", False),
        ("2024-02-25", "yes", False),
    ],
)
def test_dates_are_compared_on_the_calendar(end: str, at_most: str, near: bool) -> None:
    # 31 August plus six months ends with February
    ruleset = rules_of(FACTS, rule=criteria({"disease_free_interval": {"at_most": "6 months"}}))
    found = find(ruleset, {"disease_free_interval": {"from": "2023-08-31", "to": end}})
    assert (found["value"], found["at_boundary"]) == (at_most, near)


def test_a_year_is_twelve_months_and_days_are_days() -> None:
    for threshold, same in (("1 year", "12 months"), ("52 weeks", "364 days")):
        rule = {"disease_free_interval": {"below": threshold}}, {"disease_free_interval": {"below": same}}
        for days in (363, 364, 365, 366):
            given = {"disease_free_interval": f"{days} days"}
            assert value(criteria(rule[0]), **given) == value(criteria(rule[1]), **given)


def test_an_age_in_days_is_near_its_limit_too() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"ct_chest_age": {"at_most": "56 days"}}))
    assert [find(ruleset, {"ct_chest_age": f"{n} days"})["at_boundary"] for n in (52, 53, 59, 60)] == [
        False,
        True,
        True,
        False,
    ]


def test_a_size_is_never_at_the_boundary() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"largest_lesion": {"above": "50 mm"}}))
    assert find(ruleset, {"largest_lesion": "50 mm"})["at_boundary"] is False


# Scores


def test_points_default_to_one_and_may_be_negative() -> None:
    rule = {
        "kind": "score",
        "sum": [{"when": {"liver_metastasis": "yes"}}, {"when": {"dissemination": "yes"}, "points": -2}],
    }
    assert value(rule, liver_metastasis="yes", dissemination="yes") == -1
    assert value(rule) == {"low": -2, "high": 1}


def test_bands() -> None:
    rule = {
        "kind": "score",
        "sum": [
            {
                "by": "largest_lesion",
                "bands": [{"below": "30 mm", "points": 0}, {"at_most": "90 mm", "points": 1}, {"points": 2}],
            }
        ],
    }
    assert [value(rule, largest_lesion=f"{mm} mm") for mm in (29, 30, 90, 91)] == [0, 1, 1, 2]
    assert value(rule, largest_lesion=["29 mm", "60 mm"]) == {"low": 0, "high": 1}
    assert value(rule) == {"low": 0, "high": 2}


def test_a_fact_asked_twice_gives_only_what_one_value_can_give() -> None:
    # One lesion: 0 points; two or three: 1; more: 2. Never 1 from the second clause alone.
    rule = {
        "kind": "score",
        "sum": [
            {"when": {"lesion_count": {"above": "1 lesion"}}},
            {"when": {"lesion_count": {"at_most": "3 lesions"}}},
        ],
    }
    assert value(rule) == {"low": 1, "high": 2}  # clause by clause it would be 0 to 2


def test_each_decision_is_put_through_the_cells_that_are_possible_for_it() -> None:
    rule = criteria(
        {"liver_metastasis": "yes", "dissemination": "no"},
        {"liver_metastasis": "no", "dissemination": "no"},
        word="any",
    )
    ruleset = rules_of(FACTS, rule=rule)
    cases = [{"dissemination": "no"}, {"dissemination": "yes"}, {}, {"liver_metastasis": "yes"}]
    results = ruleset.evaluate(table_of(cases, FACTS))
    # With or without liver metastasis: it hangs on dissemination alone.
    assert str(results["rule"].value) == "[yes, no, unknown, unknown]"


def test_slope_and_logit_by_hand() -> None:
    rule = {
        "kind": "score",
        "link": "logit",
        "intercept": -1.0,
        "sum": [
            {"when": {"liver_metastasis": "yes"}, "points": 0.5},
            {"slope": "age", "from": "60 years", "per": "10 years", "points": 0.2},
        ],
    }
    got = value(rule, liver_metastasis="yes", age="75 years")
    assert math.isclose(got, 1 / (1 + math.exp(-(-1.0 + 0.5 + 0.2 * 1.5))), rel_tol=1e-12)
    both = value(rule, age="60 years")
    assert math.isclose(both["low"], 1 / (1 + math.exp(1.0)), rel_tol=1e-12)
    assert math.isclose(both["high"], 1 / (1 + math.exp(0.5)), rel_tol=1e-12)


def test_groups_and_the_rows_of_the_outcome_tables() -> None:
    rule = {
        "kind": "score",
        "sum": [{"when": {"liver_metastasis": "yes"}}, {"when": {"dissemination": "yes"}}],
        "groups": [{"score": [0, 1], "is": "low"}, {"score": 2, "is": "high"}],
        "outcomes": [
            {
                "endpoint": "survival",
                "unit": "%",
                "at": ["12 months"],
                "confirmed": False,
                "source": {"authors": "nobody"},
                "rows": [{"score": [0, 1], "percent": [90]}, {"score": 2, "percent": [50]}],
            }
        ],
    }
    ruleset = rules_of(FACTS, rule=rule)
    known = find(ruleset, {"liver_metastasis": "yes", "dissemination": "no"})
    assert (known["group"], known["outcomes"][0]["rows"]) == ("low", [{"score": [0, 1], "percent": [90]}])
    open_ = find(ruleset, {"liver_metastasis": "yes"})
    assert (open_["group"], len(open_["outcomes"][0]["rows"])) == (["low", "high"], 2)


# Hazard models


def model(**more: Any) -> dict[str, Any]:
    return {
        "kind": "model",
        "baseline": {"survival": {"12 months": 0.8, "60 months": 0.3}, "of": "who has neither"},
        "product": [
            {"when": {"liver_metastasis": "yes"}, "times": 2.0},
            {"when": {"dissemination": "yes"}, "times": 0.75},
        ],
        **more,
    }


def test_ratios_multiply_over_their_own_baseline() -> None:
    found = find(rules_of(FACTS, rule=model()), {"liver_metastasis": "yes", "dissemination": "yes"})
    assert math.isclose(found["value"], 1.5, rel_tol=1e-12)
    assert math.isclose(found["survival"]["60 months"], 0.1643167672515498, rel_tol=1e-12)  # 0.3 ** 1.5


def test_an_open_factor_opens_the_curve() -> None:
    found = find(rules_of(FACTS, rule=model()), {"liver_metastasis": "yes"})
    assert math.isclose(found["value"]["low"], 1.5, rel_tol=1e-12)
    assert math.isclose(found["value"]["high"], 2.0, rel_tol=1e-12)
    assert math.isclose(found["survival"]["12 months"]["low"], 0.8**2, rel_tol=1e-12)


def test_ratios_without_a_baseline_are_refused() -> None:
    rule = model()
    del rule["baseline"]
    assert "needs its own baseline" in refused(rule)


# Classes


STAGES = {
    "kind": "classes",
    "first": [
        {"when": {"lesion_count": {"above": "5 lesions"}}, "is": "many"},
        {"when": {"primary_control": "controllable"}, "is": "few, primary to be treated"},
        {"is": "few"},
    ],
}


def test_the_first_that_holds() -> None:
    assert value(STAGES, lesion_count="6 lesions", primary_control="controllable") == "many"
    assert (
        value(STAGES, lesion_count="5 lesions", primary_control="controllable")
        == "few, primary to be treated"
    )
    assert value(STAGES, lesion_count="5 lesions", primary_control="controlled") == "few"


def test_undecided_clauses_leave_several_classes_and_never_the_word_unknown() -> None:
    assert value(STAGES, lesion_count={"low": "3 lesions"}, primary_control="controlled") == ["many", "few"]
    assert value(STAGES, lesion_count="6 lesions") == "many"
    assert value(STAGES) == ["many", "few, primary to be treated", "few"]
    assert "unknown is never a class" in refused({"kind": "classes", "first": [{"is": "unknown"}]})


def test_what_comes_after_a_certain_class_is_not_missing() -> None:
    found = find(rules_of(FACTS, rule=STAGES), {"lesion_count": "6 lesions"})
    assert found["missing"] == []


@pytest.mark.parametrize(
    "first",
    [
        [{"when": {"liver_metastasis": "yes"}, "is": "a"}],
        [{"is": "a"}, {"is": "b"}],
    ],
)
def test_first_ends_with_what_holds_otherwise(first: list[dict[str, Any]]) -> None:
    assert "the last clause of first" in refused({"kind": "classes", "first": first})


# Schedules and measures


def test_done_too_old_and_not_documented_are_three_things() -> None:
    rule = {
        "kind": "schedule",
        "each": [
            {"examination": "CT", "fact": "ct_chest_age", "at_most": "56 days"},
            {
                "examination": "MRI",
                "fact": "liver_mr_age",
                "at_most": "42 days",
                "when": {"liver_metastasis": "yes"},
            },
            {"examination": "PET-CT", "fact": "pet_ct_age", "at_most": "56 days"},
        ],
    }
    ruleset = rules_of(FACTS, rule=rule)
    found = find(ruleset, {"ct_chest_age": "56 days", "liver_mr_age": "43 days", "liver_metastasis": "yes"})
    assert found["value"] == {"CT": "done", "MRI": "done, too old", "PET-CT": "not documented"}
    assert found["missing"] == ["liver_mr_age", "pet_ct_age"]
    assert find(ruleset, {"liver_metastasis": "no"})["value"]["MRI"] == "not needed"
    assert find(ruleset, {"liver_mr_age": "3 days"})["value"]["MRI"] == ["done", "not needed"]
    partly = find(ruleset, {"ct_chest_age": ["40 days", "70 days"]})  # known to the month
    assert partly["value"]["CT"] == ["done", "done, too old"]


def test_a_measure_is_a_fact_with_unit_and_source() -> None:
    ruleset = rules_of(FACTS, rule={"kind": "measure", "fact": "largest_lesion", "unit": "cm"})
    found = find(ruleset, {"largest_lesion": "32 mm"})
    assert math.isclose(found["value"], 3.2, rel_tol=1e-12)
    assert found["unit"] == "cm"
    assert find(ruleset, {})["value"] == {"low": 0, "high": None}
    assert find(ruleset, {})["missing"] == ["largest_lesion"]


def test_a_measure_in_a_unit_that_nobody_knows_is_a_problem_of_its_file() -> None:
    with pytest.raises(KnowledgeError, match="unknown unit 'inch'") as caught:
        rules_of(FACTS, rule={"kind": "measure", "fact": "largest_lesion", "unit": "inch"})
    assert caught.value.where.startswith("rules/rule.yaml")
    assert caught.value.mend


def test_the_measure_of_an_interval_is_its_length_in_days() -> None:
    ruleset = rules_of(FACTS, rule={"kind": "measure", "fact": "disease_free_interval"})
    found = find(ruleset, {"disease_free_interval": {"from": "2023-03", "to": "2024-03-10"}})
    # 31 March 2023 to 10 March 2024 is 345 days, 1 March 2023 is 30 days more
    assert found["value"] == {"low": 345, "high": 375}


# Where a finding belongs


def test_a_finding_that_does_not_belong_says_why() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"liver_metastasis": "yes"}, applies={"disease": "colorectal"}))
    found = find(ruleset, {"disease": "lung", "liver_metastasis": "yes"})
    assert (found["applies"], found["value"]) == (False, None)
    assert found["why"] == "does not apply: disease: colorectal is not so (disease: lung)"
    assert found["missing"] == []
    assert found["because"][-1]["fact"] == "disease"


def test_each_part_that_fails_is_named() -> None:
    applies = {"has_metastasis": "yes", "not": {"disease": "lung"}}
    ruleset = rules_of(FACTS, rule=criteria({"liver_metastasis": "yes"}, applies=applies))
    assert find(ruleset, {"has_metastasis": "no", "disease": "lung"})["why"] == (
        "does not apply: has metastasis: yes is not so (has metastasis: no); "
        "not (disease: lung) is not so (disease: lung)"
    )


def test_where_it_is_not_known_whether_it_belongs_the_value_is_the_one_it_would_have() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"liver_metastasis": "yes"}, applies={"disease": "colorectal"}))
    found = find(ruleset, {"liver_metastasis": "yes"})
    assert (found["applies"], found["value"], found["missing"]) == ("unknown", "yes", ["disease"])


# Rules that read findings


FEW = criteria(
    {"lesion_count": {"at_most": "$lesions"}},
    applies={"has_metastasis": "yes"},
    limits={"lesions": {"value": "5 lesions", "also": [3], "confirmed": True}},
)
STATE = {
    "kind": "classes",
    "applies": {"has_metastasis": "yes"},
    "first": [{"when": {"few": "no"}, "is": "many"}, {"is": "few"}],
}


def test_a_rule_may_read_a_finding_and_hangs_on_its_facts() -> None:
    ruleset = rules_of(FACTS, rule=STATE, few=FEW)
    found = find(ruleset, {"has_metastasis": "yes", "lesion_count": {"low": "2 lesions"}})
    assert found["value"] == ["many", "few"]
    assert found["missing"] == ["lesion_count"]
    assert [entry["fact"] for entry in found["because"]] == ["lesion_count"]


def test_when_the_answer_depends_on_the_limit_all_answers_are_shown() -> None:
    ruleset = rules_of(FACTS, rule=STATE, few=FEW)
    found = find(ruleset, {"has_metastasis": "yes", "lesion_count": "4 lesions"})
    assert found["value"] == "few"
    assert found["alternatives"] == [
        {"limits": {"lesions": "5 lesions"}, "value": "few", "confirmed": True},
        {"limits": {"lesions": "3 lesions"}, "value": "many", "confirmed": False},
    ]
    assert "alternatives" not in find(ruleset, {"has_metastasis": "yes", "lesion_count": "3 lesions"})
    assert "alternatives" not in find(ruleset, {"has_metastasis": "yes", "lesion_count": "6 lesions"})


def test_a_finding_that_may_not_belong_is_unknown_to_its_reader() -> None:
    # The reader belongs to every case; the criterion only to those with a metastasis.
    reader = {"kind": "classes", "first": [{"when": {"few": "no"}, "is": "many"}, {"is": "few"}]}
    ruleset = rules_of(FACTS, rule=reader, few=FEW)
    assert find(ruleset, {"has_metastasis": "yes", "lesion_count": "6 lesions"})["value"] == "many"
    assert find(ruleset, {"lesion_count": "6 lesions"})["value"] == ["many", "few"]
    assert find(ruleset, {"has_metastasis": "no", "lesion_count": "6 lesions"})["value"] == ["many", "few"]
    assert find(ruleset, {"lesion_count": "6 lesions"})["missing"] == ["has_metastasis"]


def test_limits_of_several_rules_are_combined() -> None:
    organs = criteria(
        {"organ_count": {"at_most": "$organs"}}, limits={"organs": {"value": "3 organs", "also": [2]}}
    )
    rule = criteria({"few": "yes"}, {"organs": "yes"}, applies={"has_metastasis": "yes"})
    ruleset = rules_of(FACTS, rule=rule, few=FEW, organs=organs)
    found = find(ruleset, {"has_metastasis": "yes", "lesion_count": "4 lesions", "organ_count": "3 organs"})
    assert [(tuple(a["limits"].values()), a["value"]) for a in found["alternatives"]] == [
        (("5 lesions", "3 organs"), "yes"),
        (("5 lesions", "2 organs"), "no"),
        (("3 lesions", "3 organs"), "no"),
        (("3 lesions", "2 organs"), "no"),
    ]


def test_a_class_may_be_named_after_its_limit() -> None:
    rule = {
        "kind": "classes",
        "limits": {"cut": {"value": "12 months", "also": [6]}},
        "first": [
            {"when": {"disease_free_interval": {"at_most": "$cut"}}, "is": "$cut or less"},
            {"is": "over $cut"},
        ],
    }
    found = find(rules_of(FACTS, rule=rule), {"disease_free_interval": "8 months"})
    assert [(a["limits"]["cut"], a["value"]) for a in found["alternatives"]] == [
        ("12 months", "12 months or less"),
        ("6 months", "over 6 months"),
    ]


def test_rules_in_a_circle_are_refused() -> None:
    text = refused(criteria({"other": "yes"}), other=criteria({"rule": "yes"}))
    assert "read each other in a circle" in text
    assert "rule reads other" in text or "other reads rule" in text


def test_at_the_boundary_passes_to_those_who_read() -> None:
    ruleset = rules_of(
        FACTS,
        rule=criteria({"inner": "yes"}),
        inner=criteria({"disease_free_interval": {"below": "12 months"}}),
    )
    assert find(ruleset, {"disease_free_interval": "364 days"})["at_boundary"] is True


# What is refused, and in which words


@pytest.mark.parametrize(
    ("condition", "message", "mend"),
    [
        (
            {"cea": {"above": "200 mm"}},
            "cea is a mass concentration in ng/mL; 200 mm is a length",
            "in ng/mL",
        ),
        ({"lesion_count": {"at_most": 5}}, "lesion_count counts lesions; 5 has no unit", "5 lesions"),
        ({"lesion_count": {"at_most": "5 organs"}}, "lesion_count counts lesions; 5 organs", "lesion"),
        ({"ecog": {"at_most": "1 day"}}, "ecog is a plain number; 1 day is a time", "without a unit"),
        ({"disease_free_interval": {"below": "1.5 months"}}, "not a whole number of months", "days"),
        (
            {"lesion_cuont": {"at_most": "5 lesions"}},
            "there is no fact or finding 'lesion_cuont'",
            "lesion_count",
        ),
        ({"lesion_count": {"atmost": "5 lesions"}}, "no comparison 'atmost'", "at_most"),
        ({"lesion_count": "5 lesions"}, "say how lesion_count is compared", "at_least"),
        ({"lesion_count": {"at_most": "$limit"}}, "there is no limit 'limit'", "limits"),
        ({"disease": ["colorectol"]}, "disease has no class 'colorectol'", "colorectal"),
        ({"liver_metastasis": "perhaps"}, "liver_metastasis is yes or no", "yes"),
        ({"cea": {"above": "200 ng/mL", "within": "30 mm"}}, "30 mm is a length", "day"),
        ({"largest_lesion": {"above": "5 cubits"}}, "unknown unit 'cubits'", ""),
        ([], "all.0 must be a mapping", ""),
    ],
)
def test_messages(condition: Any, message: str, mend: str) -> None:
    text = refused(criteria(condition))
    assert message in text
    assert mend in text
    assert "rules/rule.yaml:1" in text


def test_a_message_names_the_line() -> None:
    text = """
title: a rule
kind: criteria
all:
  - {lesion_count: {at_most: 5 lesions}}
  - cea:
      above: 200 mm
source: {authors: nobody}
confirmed: false
"""
    with pytest.raises(KnowledgeError) as caught:
        rules_of(FACTS, rule=text)
    assert caught.value.where == "rules/rule.yaml:7"


def test_a_limit_that_nobody_uses_is_refused() -> None:
    limits = {"lesions": {"value": "5 lesions"}}
    assert "used nowhere" in refused(criteria({"lesion_count": {"at_most": "5 lesions"}}, limits=limits))


def test_a_finding_may_not_take_the_name_of_a_fact() -> None:
    with pytest.raises(KnowledgeError, match="cea is the name of a fact"):
        rules_of(FACTS, cea=criteria({"liver_metastasis": "yes"}))
    assert rules_of(FACTS, cea={"kind": "measure", "fact": "cea"})  # the measure of that very fact may


# Explanation and ranking


def test_the_explanation_follows_the_file() -> None:
    rule = criteria(
        {"any": [{"liver_metastasis": "yes"}, {"lesion_count": {"at_most": "3 lesions"}}], "reads": "limited"}
    )
    found = find(rules_of(FACTS, rule=rule), {"lesion_count": ["2 lesions", "4 lesions"]})
    (node,) = found["explanation"]
    assert (node["asks"], node["truth"]) == ("limited", "unknown")
    assert node["of"] == [
        {"asks": "liver metastasis: yes", "has": "not known", "truth": "unknown"},
        {"asks": "lesion count at most 3 lesions", "has": "2 to 4 lesions", "truth": "unknown"},
    ]
    assert found["missing"] == ["liver_metastasis", "lesion_count"]


RANKED = {
    "a": criteria({"liver_metastasis": "yes"}, {"lesion_count": {"at_most": "5 lesions"}}),
    "b": criteria({"lesion_count": {"at_most": "3 lesions"}}),
    "c": {
        "kind": "score",
        "sum": [{"when": {"lesion_count": {"above": "1 lesion"}}}, {"when": {"ecog": {"at_least": 2}}}],
    },
    "d": {"kind": "measure", "fact": "cea"},
}


def test_the_fact_that_could_settle_most_comes_first() -> None:
    ruleset = rules_of(FACTS, **RANKED)
    ranking = rank(ruleset, table_of([{}], FACTS))
    # lesion_count could settle a (6: no) and b; liver_metastasis only a (no: no); ecog narrows c and settles
    # nothing; cea is only measured.
    assert [(r["fact"], r["flips"], r["settles"]) for r in ranking] == [
        ("lesion_count", 2, ["a", "b"]),
        ("liver_metastasis", 1, ["a"]),
        ("ecog", 0, []),
    ]
    assert ranking[0]["resolved_by"] == FACTS["lesion_count"].resolved_by


def test_what_is_known_is_not_ranked() -> None:
    ruleset = rules_of(FACTS, **RANKED)
    given = {"lesion_count": "6 lesions", "liver_metastasis": "yes", "ecog": 0}
    assert rank(ruleset, table_of([given], FACTS)) == []


def test_only_values_still_possible_are_tried() -> None:
    ruleset = rules_of(FACTS, b=RANKED["b"])
    assert rank(ruleset, table_of([{"lesion_count": ["4 lesions", "9 lesions"]}], FACTS)) == []
    assert rank(ruleset, table_of([{"lesion_count": ["3 lesions", "4 lesions"]}], FACTS))[0]["flips"] == 1


def test_a_value_that_is_too_old_is_ranked() -> None:
    rule = criteria({"cea": {"above": "200 ng/mL", "within": "30 days"}})
    ranking = rank(
        rules_of(FACTS, rule=rule), table_of([{"cea": {"value": "250 ng/mL", "age": "31 days"}}], FACTS)
    )
    by = FACTS["cea"].resolved_by
    assert [(r["fact"], r["flips"], r["resolved_by"]) for r in ranking] == [("cea", 1, by)]


def test_every_finding_has_the_same_keys() -> None:
    ruleset = rules_of(FACTS, **RANKED)
    for found in findings(ruleset.evaluate(table_of([{}], FACTS))).values():
        assert {
            "value",
            "unit",
            "because",
            "missing",
            "source",
            "confirmed",
            "rule",
            "at_boundary",
            "applies",
        } <= found.keys()


def test_relative_days_are_numbers() -> None:
    ruleset = rules_of(FACTS, rule=criteria({"cea": {"above": "200 ng/mL"}}))
    results = ruleset.evaluate(table_of([{"cea": {"value": "250 ng/mL", "age": "31 days"}}], FACTS))
    dated = findings(results)["rule"]["because"][0]
    assert (dated["day"], dated["age_days"]) == ("2024-09-03", 31)  # 4 October 2024 less 31 days
    assert findings(results, dates=False)["rule"]["because"][0]["day"] == 20_000 - 31


def test_knowledge_in_memory_has_no_rules_of_other_kinds() -> None:
    assert len(rules_of(FACTS, rule=criteria({"liver_metastasis": "yes"}))) == 1
    assert len(knowledge_of(rule=criteria({"liver_metastasis": "yes"}))) == 1


def test_a_schedule_tells_not_done_from_not_documented_and_too_old() -> None:
    line = {"examination": "MRI", "fact": "liver_mr_age", "at_most": "42 days"}
    line["not_done"] = "liver_mr_not_done"
    ruleset = rules_of(FACTS, rule={"kind": "schedule", "each": [line]})

    def state(**given: Any) -> Any:
        return find(ruleset, given)["value"]["MRI"]

    assert state() == "not documented"
    assert state(liver_mr_not_done="yes") == "not done"
    assert state(liver_mr_not_done="no") == "not documented"
    assert state(liver_mr_age="43 days", liver_mr_not_done="yes") == "done, too old"  # what was seen counts
    assert state(liver_mr_age="42 days") == "done"
    assert find(ruleset, {"liver_mr_not_done": "yes"})["missing"] == ["liver_mr_age"]
