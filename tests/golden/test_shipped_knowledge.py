"""The shipped knowledge: complete, consistent, right at its boundaries, and held by its own examples.

The last test moves each number, strictness, class and yes/no of each rule by one step and demands that an
example in the same file notices.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from paget.cli.knowing import checkers
from paget.days import days_in_months
from paget.documents import Document
from paget.errors import KnowledgeError
from paget.knowledge import Knowledge, KnowledgeFile, check
from paget.rules import RuleSet, compile_rules, finding, findings, table_of
from paget.rules.examples import run
from paget.rules.rule import COMBINATORS
from paget.units import quantity
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


# Each number is held by an example

STRICT = {"above": "at_least", "at_least": "above", "below": "at_most", "at_most": "below"}


def mutants(file: KnowledgeFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """The file with one thing changed at a time, and what was changed."""
    data = file.data
    combinators = [word for word in COMBINATORS[file.kind] if word in data]
    for path, value in leaves(
        {key: data[key] for key in (*combinators, "limits", "groups", "applies", "population") if key in data}
    ):
        if path[0] == "groups" and path[-1] in (0, 1) and path[1] == path[-1] * (len(data["groups"]) - 1):
            continue  # the outer ends of the groups are the ends of the score
        for changed in changes(path, value, step_of(data, path)):
            yield f"{'.'.join(map(str, path))}: {value!r} becomes {changed!r}", put(data, path, changed)
        if path[-1] in STRICT:
            yield (
                f"{'.'.join(map(str, path))} becomes {STRICT[path[-1]]}",
                renamed(data, path, STRICT[path[-1]]),
            )
    for index, line in enumerate(data.get("closure", [])):
        for place, thing in enumerate(line.get("brings", [])):
            less = copy.deepcopy(data)
            del less["closure"][index]["brings"][place]
            yield f"{line['thing']} no longer brings {thing}", less
    if "first" in data:
        for index in range(len(data["first"]) - 1):
            less = copy.deepcopy(data)
            del less["first"][index]
            yield f"first.{index} is left out", less


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    else:
        yield path, data


def step_of(data: Any, path: tuple[Any, ...]) -> tuple[float, str]:
    """The smallest step of the fact that a threshold is compared with, and its unit; else 1."""
    names = [data["sum"][path[1]].get("by")] if path[0] == "sum" else []
    for name in (*path[-2:-1], *names):
        if name in FACTS and FACTS[name].kind == "number":
            return FACTS[name].resolution, FACTS[name].unit
    return 1, ""


def changes(path: tuple[Any, ...], value: Any, step: tuple[float, str] = (1, "")) -> Iterator[Any]:
    """A threshold one step up and down, a month also by a day; yes as no; a class as another."""
    key = path[-1]
    if value in ("yes", "no"):
        yield "no" if value == "yes" else "yes"
    elif key in ("reads", "note", "fact", "examination", "is", "thing", "factor") or "effects" in path:
        return
    elif "also" in path and isinstance(value, str):
        number = quantity(value.removesuffix(" or more"))
        for other in (number.value - 1, number.value, number.value + 1):
            yield f"{other:g} {number.unit.symbol}"
        for other in (number.value - 1, number.value + 1):
            yield f"{other:g} {number.unit.symbol} or more"
    elif "also" in path:
        yield from (value - 1, value + 1)
    elif "score" in path:
        yield from (value + way for way in (-1, 1) if value > 0)
    elif isinstance(value, str) and value[:1].isdigit():
        number = quantity(value)
        least = 0.1 if number.unit.symbol == "ng/mL" else step[0] if step[1] == number.unit.symbol else 1
        yield from (f"{number.value + sign * least:.15g} {number.unit.symbol}".strip() for sign in (-1, 1))
        if number.unit.symbol == "month":
            yield from (f"{days_in_months(number.value) + sign} days" for sign in (-1, 1))
    elif isinstance(value, str) and not value.startswith("$"):
        names = next((fact.classes for fact in FACTS.values() if value in fact.classes), ())
        yield from (name for name in names if name != value)


def read_by(name: str) -> set[str]:
    """The files of a rule and of those that it reads."""
    names = {rule.partition("[")[0] for rule in RULES[name].reads}
    return {FILES[name].path}.union(*(read_by(one) for one in names))


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def renamed(data: Any, path: tuple[Any, ...], key: str) -> Any:
    changed = copy.deepcopy(data)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[key] = at.pop(path[-1])
    return changed


@pytest.mark.parametrize("name", [name for name, file in FILES.items() if file.kind != "measure"])
def test_each_number_of_a_rule_is_held_by_an_example(name: str) -> None:
    file = FILES[name]
    survivors = []
    for what, data in mutants(file):
        changed = replace(file, document=Document(data))
        knowledge = Knowledge(
            {path: KNOWLEDGE.files[path] for path in read_by(name)} | {file.path: changed}, ""
        )
        try:
            noticed = any(run(compile_rules(knowledge, FACTS), name))
        except KnowledgeError:
            noticed = True  # it is no rule any more
        if not noticed:
            survivors.append(what)
    assert survivors == [], "\n".join(["no example notices:", *survivors])
