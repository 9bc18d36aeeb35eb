"""The worked examples of the source texts, written as records and assessed as a user would.

Expected values are worked out by hand beside each case; that they are those of the collected examples is
a test of its own, which needs the shared data.
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from written_cases import ON, case, findings, findings_of, metastasis, point, value

# Three patients of one source text: who has most tumour? Diameters in mm.
DIAMETERS = {"Y": [40.0], "X": [20.0, 15.0, 10.0], "Z": [6.0] * 8}
# 4^3; 2^3 + 1.5^3 + 1^3 = 8 + 3.375 + 1; 8 x 0.6^3 = 8 x 0.216
SUM_OF_CUBES_CM3 = {"Y": 64.0, "X": 12.375, "Z": 1.728}

DFI_LIMITS = {
    "CRC_favourable_gt_months": ("colon", "12 months or less", "over 12 months"),
    "STS_favourable_gt_months": ("soft tissue", "12 months or less", "over 12 to 24 months"),
    "STS_stronger_gt_months": ("soft tissue", "over 12 to 24 months", "over 24 months"),
    "RCC_very_strong_gt_months": ("kidney", "24 months or less", "over 24 months"),
}
DFI_MONTHS = {
    "CRC_favourable_gt_months": 12,
    "STS_favourable_gt_months": 12,
    "STS_stronger_gt_months": 24,
    "RCC_very_strong_gt_months": 24,
}

LUNG = "lung primary removed; two adrenal and one brain metastasis, all treatable, staging complete"
COLON = "colon primary in place, resectable; three liver metastases at diagnosis"
KIDNEY = "kidney cancer removed; lung nodules found 60 months later"
A_YEAR = "interval of 364, 365, 366 days against 'below 12 months' (365 days)"
ADDED: dict[str, dict[str, Any]] = {
    LUNG: {"oligometastatic_state": "oligometastatic", "lesions": 3, "organs": 2},
    COLON: {
        "oligometastatic_state": "oligometastatic with primary to be treated",
        "disease_free_interval_days": 0,
        "fong_interval_point": 1,
        "timing": "synchronous",
    },
    KIDNEY: {"timing": "metachronous", "interval_class": "over 24 months"},
    A_YEAR: {"below": [True, False, False], "at_boundary": [True, True, True]},
}


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, Any]:
    file = shared_data / "worked_examples.json"
    return {example["id"]: example for example in json.loads(file.read_text(encoding="utf-8"))}


def test_expected_values_are_those_of_the_worked_examples(examples):
    spheres = examples["volume_spheres"]
    assert {who: [10 * cm for cm in sizes] for who, sizes in spheres["inputs"].items()} == DIAMETERS
    assert spheres["expected_exact"] == pytest.approx(SUM_OF_CUBES_CM3, rel=1e-12)
    assert spheres["derived_true_volume_cm3"] == pytest.approx(
        {who: math.pi / 6 * cubes for who, cubes in SUM_OF_CUBES_CM3.items()}, rel=1e-12
    )
    assert examples["dfi_thresholds"]["expected"] == DFI_MONTHS
    added = {example["text"]: example for example in examples["added_cases"]["cases"]}
    for text, expected in ADDED.items():
        assert {key: added[text][key] for key in expected} == expected, text


# Volumes


@pytest.fixture(scope="module")
def spheres() -> dict[str, dict[str, Any]]:
    return findings_of(
        {
            who: case("colon", [metastasis("liver", mm, ON) for mm in sizes])
            for who, sizes in DIAMETERS.items()
        }
    )


@pytest.mark.parametrize("who", DIAMETERS)
def test_volume_spheres(spheres, who):
    found = spheres[who]
    assert found["lesion_count"]["value"] == len(DIAMETERS[who])
    assert found["largest_lesion_mm"]["value"] == max(DIAMETERS[who])
    assert found["sum_of_cubes_cm3"]["value"] == pytest.approx(SUM_OF_CUBES_CM3[who], rel=1e-12)
    # a sphere of diameter d holds pi d^3 / 6, and 1 mL is 1 cm3
    assert found["total_volume_ml"]["value"] == pytest.approx(math.pi / 6 * SUM_OF_CUBES_CM3[who], rel=1e-12)
    assert (found["sum_of_cubes_cm3"]["unit"], found["total_volume_ml"]["unit"]) == ("cm3", "mL")


def test_number_and_volume_order_the_patients_differently(spheres):
    by_volume = sorted(spheres, key=lambda who: -spheres[who]["total_volume_ml"]["value"])
    by_count = sorted(spheres, key=lambda who: -spheres[who]["lesion_count"]["value"])
    assert (by_volume, by_count) == (["Y", "X", "Z"], ["Z", "X", "Y"])


def test_volume_of_the_worked_examples(spheres, examples):
    example = examples["volume_spheres"]
    for who, found in spheres.items():
        cubes, volume = found["sum_of_cubes_cm3"]["value"], found["total_volume_ml"]["value"]
        assert cubes == pytest.approx(example["expected_exact"][who], rel=1e-12)
        assert volume == pytest.approx(example["derived_true_volume_cm3"][who], rel=1e-12)


def test_an_unmeasured_lesion_leaves_the_volume_open_above():
    lesions = [metastasis("liver", 20, ON), metastasis("liver", None, ON)]
    found = findings(case("colon", lesions))
    assert found["sum_of_cubes_cm3"]["value"] == {"low": 8, "high": None}
    assert found["lesion_count"]["value"] == 2


# Disease-free interval: strictly greater, in calendar months from the operation on 10 May 2021


@pytest.mark.parametrize(
    ("name", "last", "after"),
    [
        ("CRC_favourable_gt_months", "2022-05-10", "2022-05-11"),
        ("STS_favourable_gt_months", "2022-05-10", "2022-05-11"),
        ("STS_stronger_gt_months", "2023-05-10", "2023-05-11"),
        ("RCC_very_strong_gt_months", "2023-05-10", "2023-05-11"),
    ],
)
def test_dfi_thresholds(name, last, after):
    site, at_most, over = DFI_LIMITS[name]
    for day, expected in ((last, at_most), (after, over)):
        found = findings(case(site, [metastasis("lung", 12, day)]))["interval_class"]
        assert found["value"] == expected
        assert found["at_boundary"] is True


# Oligometastatic disease: at most 5 lesions in at most 3 organs (2 and 3 are both in the text), the primary
# controlled, every lesion within reach of local treatment


def spread(*organs: str, **how: Any) -> dict[str, Any]:
    return case("lung", [metastasis(organ, 15, "2024-03-04", **how) for organ in organs])


FIVE = ("liver", "liver", "adrenal", "bone", "bone")  # in three organs


def test_oligometastatic_definition():
    assert value(spread(*FIVE), "oligometastatic_state") == "oligometastatic"
    assert value(spread(*FIVE, "bone"), "oligometastatic_state") == "polymetastatic"
    assert value(spread("liver", "adrenal", "bone", "brain"), "oligometastatic_state") == "polymetastatic"
    beyond = spread("liver", "adrenal")
    beyond["tumours"][0]["lesions"][1]["judgements"][1]["treatable_by"] = "none"
    assert value(beyond, "oligometastatic_state") == "limited but not all treatable"
    progressing = spread("liver")
    progressing["tumours"][0]["statuses"] = [
        {"day": "2024-05-20", "status": "progression", "site": "primary"}
    ]
    assert value(progressing, "primary_control") == "uncontrolled"
    assert value(progressing, "oligometastatic_state") == "polymetastatic"


def test_where_the_answer_depends_on_the_limit_all_answers_are_shown():
    found = findings(spread(*FIVE))
    assert {
        tuple(answer["limits"].values()): answer["value"] for answer in found["few_lesions"]["alternatives"]
    } == {("5 lesions",): "yes", ("4 lesions",): "no", ("3 lesions",): "no"}
    assert {
        tuple(answer["limits"].values()): answer["value"] for answer in found["few_organs"]["alternatives"]
    } == {("3 organs",): "yes", ("2 organs",): "no"}
    three = findings(spread("liver", "liver", "adrenal"))
    assert "alternatives" not in three["few_lesions"]
    assert "alternatives" not in three["few_organs"]


def test_the_limits_are_those_of_the_worked_example(examples):
    expected = examples["oligometastatic_definition"]["expected"]
    found = findings(spread(*FIVE))
    assert found["few_lesions"]["limits"]["lesions"]["value"] == f"{expected['max_lesions']} lesions"
    organs = {answer["limits"]["organs"] for answer in found["few_organs"]["alternatives"]}
    assert organs == {f"{number} organs" for number in expected["max_organs"].split(" (")[0].split(" or ")}
    assert (found["primary_control"]["value"], found["all_treatable"]["value"]) == ("controlled", "yes")


# The cases added to those of the texts


def test_two_adrenal_and_one_brain_metastasis():
    found = findings(spread("adrenal", "adrenal", "brain", treatable="stereotactic radiotherapy"))
    assert found["oligometastatic_state"]["value"] == ADDED[LUNG]["oligometastatic_state"]
    assert found["lesion_count"]["value"] == ADDED[LUNG]["lesions"]
    assert found["organ_count"]["value"] == ADDED[LUNG]["organs"]  # both adrenal glands are one organ
    assert found["oligometastatic_state"]["missing"] == []


def test_three_liver_metastases_at_the_diagnosis_of_a_colon_cancer():
    lesions = [metastasis("liver", mm, "2024-05-10") for mm in (31, 18, 9)]
    primary = {
        "relation": "primary",
        "organ": "colon",
        "found_day": "2024-05-10",
        "judgements": [{"day": "2024-05-20", "role": "surgeon", "treatable_by": "surgery"}],
    }
    written = case("colon", [primary, *lesions], diagnosed="2024-05-10", removed=None, nodes=None)
    found, expected = findings(written), ADDED[COLON]
    assert found["oligometastatic_state"]["value"] == expected["oligometastatic_state"]
    assert found["disease_free_interval_days"]["value"] == expected["disease_free_interval_days"]
    assert found["disease_free_interval_days"]["missing"] == []  # 0 is a value, not unknown
    assert found["timing"]["value"] == expected["timing"]
    assert point(found, "disease-free interval") == ("yes" if expected["fong_interval_point"] else "no")
    # the interval and more than one metastasis; nodes and CEA unknown; 31 mm is not above 50
    assert found["fong_score"]["value"] == {"low": 2, "high": 4}


def test_lung_nodules_60_months_after_a_kidney_cancer():
    nodules = [metastasis("lung", mm, "2024-05-10") for mm in (11, 7)]
    found = findings(case("kidney", nodules, diagnosed="2019-04-29", removed="2019-05-10"))
    # five years with one leap day (29 February 2020; that of 2024 as well): 5 x 365 + 2
    assert found["disease_free_interval_days"]["value"] == 1827
    assert found["timing"]["value"] == ADDED[KIDNEY]["timing"]
    assert found["interval_class"]["value"] == ADDED[KIDNEY]["interval_class"]
    assert found["m_category"]["applies"] is False


# 10 May 2021 + 364, 365, 366 days, and the same in a record of day numbers, where 12 months are
# floor(30.4375 x 12) = 365 days
@pytest.mark.parametrize("relative", [False, True])
def test_364_365_and_366_days_against_12_months(relative):
    below, at_boundary = [], []
    for days, date in ((364, "2022-05-09"), (365, "2022-05-10"), (366, "2022-05-11")):
        if relative:
            written = case(
                "colon",
                [metastasis("liver", 20, days)],
                diagnosed=-10,
                removed=0,
                examined=400,
                time_base="relative",
            )
            found = findings(written, 400)
        else:
            found = findings(case("colon", [metastasis("liver", 20, date)]))
        assert found["disease_free_interval_days"]["value"] == days
        below.append(point(found, "disease-free interval") == "yes")
        at_boundary.append(found["fong_score"]["at_boundary"])
    assert {"below": below, "at_boundary": at_boundary} == ADDED[A_YEAR]
