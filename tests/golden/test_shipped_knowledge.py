"""The shipped knowledge: complete, consistent, right at its boundaries, and held by its own examples.

The last test moves each number, strictness, class and yes/no of each rule by one step and demands that an
example in the same file notices.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import mutants
from paget.cli.knowing import checkers
from paget.days import days_in_months
from paget.knowledge import Knowledge, check
from paget.rules import RuleSet, compile_rules, finding, findings, table_of
from paget.rules.rule import COMBINATORS
from rule_facts import FACTS

KNOWLEDGE = Knowledge.load()
RULES = compile_rules(KNOWLEDGE, FACTS)
FILES = {file.name: file for file in KNOWLEDGE.of_kind(*COMBINATORS)}

NAMES = {
    "disease_free_interval_days",
    "diagnosis_to_metastasis_days",
    "treatment_to_failure_days",
    "timing",
    "interval_class",
    "lesion_count",
    "organ_count",
    "largest_lesion_mm",
    "total_volume_ml",
    "measured_volume_ml",
    "sum_of_cubes_cm3",
    "liver_lesion_count",
    "primary_control",
    "oligometastatic_state",
    "few_lesions",
    "few_organs",
    "primary_not_uncontrolled",
    "all_treatable",
    "no_dissemination",
    "m_category",
    "fong_score",
    "workup_colorectal_liver",
}


def of(name: str, ruleset: RuleSet = RULES, **given: Any) -> dict[str, Any]:
    return finding(ruleset.evaluate(table_of([given], FACTS)), name)


def test_every_file_passes_the_check() -> None:
    assert [str(problem) for problem in check(KNOWLEDGE, checkers(KNOWLEDGE))] == []


def test_the_findings_have_the_names_agreed() -> None:
    assert set(RULES) >= NAMES


def test_units() -> None:
    units = {name: finding(RULES.evaluate(table_of([{}], FACTS)), name)["unit"] for name in NAMES}
    assert units["disease_free_interval_days"] == "day"
    assert units["largest_lesion_mm"] == "mm"
    assert units["total_volume_ml"] == units["measured_volume_ml"] == "mL"
    assert units["sum_of_cubes_cm3"] == "cm3"
    assert units["lesion_count"] == "lesion"
    assert units["organ_count"] == "organ"


def test_without_metastases_no_finding_of_metastases_belongs() -> None:
    sites = ("liver_metastasis", "lung_metastasis", "brain_metastasis")
    treated = ("failure_detected", "operation_ahead", "local_treatment_begun")
    nothing = ("has_metastasis", "metastasis_stands", *sites, *treated)
    everything = findings(RULES.evaluate(table_of([dict.fromkeys(nothing, "no")], FACTS)))
    belong = {name for name in NAMES if everything[name]["applies"] is not False}
    assert belong == {"m_category", "primary_control", "treatment_to_failure_days"}


def test_every_rule_has_a_source_and_unconfirmed_figures_say_so() -> None:
    for file in FILES.values():
        assert file.source, file.path
        assert all(source["authors"] for source in file.source), file.path
    fong = FILES["fong_score"].data
    assert fong["confirmed"] is True
    assert [table["confirmed"] for table in fong["outcomes"]] == [False, False, False, True, True]
    assert FILES["interval_class"].confirmed is False


# By hand


def test_fong_score_over_all_combinations() -> None:
    factors: list[tuple[str, str, str]] = [
        ("primary_nodes_positive", "0 nodes", "1 node"),
        ("disease_free_interval", "12 months", "364 days"),
        ("liver_lesion_count", "1 lesion", "2 lesions"),
        ("largest_liver_lesion", "50 mm", "50.1 mm"),
        ("cea", "200 ng/mL", "200.1 ng/mL"),
    ]
    for bits in product((0, 1), repeat=5):
        given = {name: (no, yes)[bit] for (name, no, yes), bit in zip(factors, bits, strict=True)}
        found = of("fong_score", disease="colorectal", liver_metastasis="yes", **given)
        assert found["value"] == sum(bits)
        assert found["group"] == ("low" if sum(bits) <= 2 else "high")
        for left_out in given:
            rest = {name: value for name, value in given.items() if name != left_out}
            open_ = of("fong_score", disease="colorectal", liver_metastasis="yes", **rest)
            known = sum(bits) - bits[list(given).index(left_out)]
            assert open_["value"] == {"low": known, "high": known + 1}
            assert open_["missing"] == [left_out]


def test_fong_tables_contradict_each_other_side_by_side() -> None:
    found = of(
        "fong_score",
        disease="colorectal",
        liver_metastasis="yes",
        primary_nodes_positive="1 node",
        disease_free_interval="6 months",
        liver_lesion_count="3 lesions",
        largest_liver_lesion="30 mm",
        cea="5 ng/mL",
    )
    survival = [table for table in found["outcomes"] if table["endpoint"].startswith("overall survival")]
    at_five_years = [table["rows"][0]["percent"][-1] for table in survival]
    assert at_five_years == [20, 16, 20, 31.2]  # evidence table, two calculators, an application, validation
    assert all(len(table["rows"]) == 1 for table in found["outcomes"])


@pytest.mark.parametrize(("days", "below"), [(364, True), (365, False), (366, False)])
def test_a_year_by_length(days: int, below: bool) -> None:
    given = {
        "disease_free_interval": f"{days} days",
        "primary_nodes_positive": "0 nodes",
        "liver_lesion_count": "1 lesion",
        "largest_liver_lesion": "10 mm",
        "cea": "1 ng/mL",
    }
    found = of("fong_score", disease="colorectal", liver_metastasis="yes", **given)
    assert found["value"] == int(below)
    assert found["at_boundary"] is True
    interval = of(
        "interval_class", disease="colorectal", has_metastasis="yes", metastasis_stands="yes", **given
    )
    assert interval["value"] == ("over 12 months" if days > 365 else "12 months or less")


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("2024-02-28", "12 months or less"),
        ("2024-02-29", "12 months or less"),
        ("2024-03-01", "12 months or less"),
        ("2024-03-02", "over 12 months"),
    ],
)
def test_a_year_on_the_calendar_across_a_leap_day(end: str, expected: str) -> None:
    found = of(
        "interval_class",
        disease="colorectal",
        has_metastasis="yes",
        metastasis_stands="yes",
        disease_free_interval={"from": "2023-03-01", "to": end},
    )
    assert (found["value"], found["at_boundary"]) == (expected, True)


@pytest.mark.parametrize(
    ("lesions", "organs", "expected"),
    [
        (4, 1, "oligometastatic"),
        (5, 3, "oligometastatic"),
        (6, 1, "polymetastatic"),
        (4, 4, "polymetastatic"),
    ],
)
def test_five_lesions_and_three_organs(lesions: int, organs: int, expected: str) -> None:
    found = of(
        "oligometastatic_state",
        has_metastasis="yes",
        metastasis_stands="yes",
        lesion_count=f"{lesions} lesions",
        organ_count=f"{organs} organs",
        untreatable_lesion_count="0 lesions",
        dissemination="no",
        peritoneal_metastasis="no",
        primary_control="controlled",
    )
    assert found["value"] == expected


def test_the_state_under_other_limits() -> None:
    found = of(
        "oligometastatic_state",
        has_metastasis="yes",
        metastasis_stands="yes",
        lesion_count="4 lesions",
        organ_count="3 organs",
        untreatable_lesion_count="0 lesions",
        dissemination="no",
        peritoneal_metastasis="no",
        primary_control="controlled",
    )
    answers = {tuple(a["limits"].values()): a["value"] for a in found["alternatives"]}
    assert answers == {
        ("5 lesions", "3 organs"): "oligometastatic",
        ("5 lesions", "2 organs"): "polymetastatic",
        ("3 lesions", "3 organs"): "polymetastatic",
        ("3 lesions", "2 organs"): "polymetastatic",
        ("4 lesions", "3 organs"): "oligometastatic",
        ("4 lesions", "2 organs"): "polymetastatic",
    }


def test_worked_examples(shared_data: Path) -> None:
    worked = {entry["id"]: entry for entry in json.loads((shared_data / "worked_examples.json").read_text())}
    cuts = worked["dfi_thresholds"]["expected"]

    def interval(disease: str, months: int, more: int) -> str:
        days = days_in_months(months) + more
        given = {
            "disease": disease,
            "has_metastasis": "yes",
            "metastasis_stands": "yes",
            "disease_free_interval": f"{days} days",
        }
        return str(of("interval_class", **given)["value"])

    for disease, key in (
        ("colorectal", "CRC_favourable_gt_months"),
        ("kidney", "RCC_very_strong_gt_months"),
        ("soft tissue sarcoma", "STS_favourable_gt_months"),
    ):
        assert interval(disease, cuts[key], 0) == f"{cuts[key]} months or less"
        assert interval(disease, cuts[key], 1).startswith(f"over {cuts[key]}")
    assert interval("soft tissue sarcoma", cuts["STS_stronger_gt_months"], 0) == "over 12 to 24 months"
    assert interval("soft tissue sarcoma", cuts["STS_stronger_gt_months"], 1) == "over 24 months"
    limits = worked["oligometastatic_definition"]["expected"]
    assert FILES["few_lesions"].data["limits"]["lesions"]["value"] == f"{limits['max_lesions']} lesions"
    organs = FILES["few_organs"].data["limits"]["organs"]
    assert {organs["value"], *organs["also"]} == {"3 organs", 2}  # "2 or 3 (both are in the text)"
    cases = {case["text"]: case for case in worked["added_cases"]["cases"]}
    brain = cases[
        "lung primary removed; two adrenal and one brain metastasis, all treatable, staging complete"
    ]
    found = of(
        "oligometastatic_state",
        has_metastasis="yes",
        metastasis_stands="yes",
        lesion_count=f"{brain['lesions']} lesions",
        organ_count=f"{brain['organs']} organs",
        untreatable_lesion_count="0 lesions",
        dissemination="no",
        peritoneal_metastasis="no",
        primary_control="controlled",
        disease="lung",
    )
    assert found["value"] == brain["oligometastatic_state"]
    kidney = cases["kidney cancer removed; lung nodules found 60 months later"]
    given = {
        "disease": "kidney",
        "has_metastasis": "yes",
        "metastasis_stands": "yes",
        "disease_free_interval": "60 months",
        "diagnosis_to_metastasis": "60 months",
    }
    assert of("interval_class", **given)["value"] == kidney["interval_class"]
    assert of("timing", **given)["value"] == kidney["timing"]
    days = cases["interval of 364, 365, 366 days against 'below 12 months' (365 days)"]
    for length, below, near in zip((364, 365, 366), days["below"], days["at_boundary"], strict=True):
        score = of(
            "fong_score", disease="colorectal", liver_metastasis="yes", disease_free_interval=f"{length} days"
        )
        assert score["at_boundary"] is near
        assert score["value"] == {"low": int(below), "high": 4 + int(below)}


# Each number is held by an example, or by a case below


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if file.kind != "measure"])
def test_each_number_of_a_rule_is_held_by_an_example(name: str) -> None:
    _, survivors = mutants.of_rule(name)
    assert survivors == [], "\n".join(["no example notices:", *survivors])


@pytest.mark.parametrize("path", [file.path for file in mutants.VALUE_SETS])
def test_each_number_of_a_value_set_is_held_by_a_case(path: str) -> None:
    assert mutants.noticed(KNOWLEDGE) == [], "the cases do not hold for the files as they are"
    _, survivors = mutants.of_value_set(path)
    assert survivors == [], "\n".join(["no case notices:", *survivors])
