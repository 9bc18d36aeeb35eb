"""Every threshold of the first findings at, above and below: on which side a value falls is its meaning.

Days are counted on a calendar: twelve months after an operation end on the same day of the month, in a
leap year too, and at the end of a shorter month. Patients of one question are assessed together.
"""

from __future__ import annotations

from typing import Any

import pytest

from written_cases import ON, case, findings, findings_of, metastasis, point

ASKED = "disease-free interval"


def intervals(site: str, removed: str, days: list[str], **more: Any) -> dict[str, dict[str, Any]]:
    """The findings about patients operated on one day whose metastasis was found on each of some days."""
    return findings_of(
        {
            day: case(site, [metastasis("liver", 20, day)], diagnosed=removed, removed=removed, **more)
            for day in days
        }
    )


# Twelve months of the Fong score: a point below, none from twelve months on


@pytest.mark.parametrize(
    ("removed", "before", "twelve_months", "after"),
    [
        ("2021-05-10", "2022-05-09", "2022-05-10", "2022-05-11"),
        ("2023-03-01", "2024-02-29", "2024-03-01", "2024-03-02"),  # 366 days, for the leap day is within
        ("2020-02-28", "2021-02-27", "2021-02-28", "2021-03-01"),  # 366 days again
        ("2020-02-29", "2021-02-27", "2021-02-28", "2021-03-01"),  # there is no 29 February: 365 days
        ("2021-12-31", "2022-12-30", "2022-12-31", "2023-01-01"),
    ],
)
def test_twelve_months_on_the_calendar(removed, before, twelve_months, after):
    found = intervals("colon", removed, [before, twelve_months, after])
    assert [point(each, ASKED) for each in found.values()] == ["yes", "no", "no"]
    assert [each["fong_score"]["value"] for each in found.values()] == [
        {"low": 1, "high": 2},  # CEA is not known
        {"low": 0, "high": 1},
        {"low": 0, "high": 1},
    ]
    # strictly greater: exactly twelve months are not "over 12 months"
    assert [each["interval_class"]["value"] for each in found.values()] == [
        "12 months or less",
        "12 months or less",
        "over 12 months",
    ]


def test_within_three_days_of_a_threshold_is_at_the_boundary():
    days = ["2022-05-06", "2022-05-07", "2022-05-13", "2022-05-14"]  # -4, -3, +3, +4 days
    found = intervals("colon", "2021-05-10", days)
    for name in ("fong_score", "interval_class"):
        assert [each[name]["at_boundary"] for each in found.values()] == [False, True, True, False]


def test_a_month_known_without_its_day_leaves_both_sides_open():
    found = intervals("colon", "2021-05-10", ["2022-04", "2022-05", "2022-06"])
    assert [point(each, ASKED) for each in found.values()] == ["yes", "unknown", "no"]
    assert [each["interval_class"]["value"] for each in found.values()] == [
        "12 months or less",
        ["12 months or less", "over 12 months"],
        "over 12 months",
    ]
    # 10 May 2021 to between 1 and 31 May 2022
    assert found["2022-05"]["disease_free_interval_days"]["value"] == {"low": 356, "high": 386}


# The class of the interval, by disease


@pytest.mark.parametrize(
    ("site", "days", "expected"),
    [
        (
            "kidney",
            ["2023-05-09", "2023-05-10", "2023-05-11"],
            ["24 months or less", "24 months or less", "over 24 months"],
        ),
        (
            "soft tissue",
            ["2022-05-09", "2022-05-10", "2022-05-11"],
            ["12 months or less", "12 months or less", "over 12 to 24 months"],
        ),
        (
            "soft tissue",
            ["2023-05-09", "2023-05-10", "2023-05-11"],
            ["over 12 to 24 months", "over 12 to 24 months", "over 24 months"],
        ),
        (
            "larynx",
            ["2022-05-09", "2022-05-10", "2022-05-11"],
            ["12 months or less", "12 months or less", "over 12 months"],
        ),
    ],
)
def test_class_of_the_interval(site, days, expected):
    found = intervals(site, "2021-05-10", days)
    assert [each["interval_class"]["value"] for each in found.values()] == expected
    assert {each["interval_class"]["at_boundary"] for each in found.values()} == {True}


def test_an_interval_that_is_not_known_leaves_the_classes_of_the_disease_only():
    lesion = metastasis("lung", 12, "2023-05")
    found = findings_of(
        {
            "kidney": case("kidney", [lesion], removed="2021"),  # 16 to 29 months
            "kidney, nothing known": case("kidney", [lesion], removed=None),
            "sarcoma": case("soft tissue", [lesion], removed="2021"),
            "colon": case("colon", [lesion], removed="2021"),
        }
    )
    assert {name: each["interval_class"]["value"] for name, each in found.items()} == {
        "kidney": ["24 months or less", "over 24 months"],
        "kidney, nothing known": ["24 months or less", "over 24 months"],
        "sarcoma": ["over 12 to 24 months", "over 24 months"],
        "colon": "over 12 months",
    }


def test_head_and_neck_at_six_months_too():
    found = intervals("oropharynx", "2021-05-10", ["2021-11-10", "2021-11-11", "2022-05-11"])
    shown = [
        {
            answer["limits"]["head_and_neck"]: answer["value"]
            for answer in each["interval_class"].get("alternatives", [])
        }
        for each in found.values()
    ]
    assert shown == [
        {"12 months": "12 months or less", "6 months": "6 months or less"},
        {"12 months": "12 months or less", "6 months": "over 6 months"},
        {"12 months": "over 12 months", "6 months": "over 6 months"},
    ]


def test_the_histology_decides_whose_class_it_is():
    lesion = metastasis("lung", 12, "2023-06-01")  # 25 months after the operation
    found = findings_of(
        {
            "sarcoma of the kidney": case("kidney", [lesion], histology="sarcoma"),
            "renal cell carcinoma": case("kidney", [lesion], histology="renal cell carcinoma"),
            "clear cell carcinoma": case("kidney", [lesion]),
            "urothelial carcinoma": case("kidney", [lesion], histology="urothelial carcinoma"),
            "lung": case("lung", [lesion]),
            "melanoma of the larynx": case("larynx", [lesion], histology="melanoma"),
        }
    )
    assert {name: each["interval_class"]["value"] for name, each in found.items()} == {
        "sarcoma of the kidney": "over 24 months",
        "renal cell carcinoma": "over 24 months",
        "clear cell carcinoma": "over 24 months",
        "urothelial carcinoma": None,
        "lung": None,
        "melanoma of the larynx": None,
    }
    for name in ("urothelial carcinoma", "lung", "melanoma of the larynx"):
        assert found[name]["interval_class"]["applies"] is False
        assert "disease" in found[name]["interval_class"]["why"]


def test_without_site_and_histology_the_classes_of_every_disease_remain():
    written = case("colon", [metastasis("lung", 12, "2022-11-10")])  # 18 months
    del written["tumours"][0]["site"], written["tumours"][0]["histology"]
    found = findings(written)["interval_class"]
    assert found["applies"] == "unknown"
    assert found["value"] == ["over 12 months", "24 months or less", "over 12 to 24 months"]


# Synchronous or metachronous: six calendar months from the diagnosis


@pytest.mark.parametrize(
    ("diagnosed", "six_months", "after"),
    [
        ("2023-01-31", "2023-07-31", "2023-08-01"),
        ("2023-08-31", "2024-02-29", "2024-03-01"),  # the end of a shorter month, in a leap year
        ("2022-08-31", "2023-02-28", "2023-03-01"),
        ("2023-04-12", "2023-10-12", "2023-10-13"),
    ],
)
def test_six_months_from_the_diagnosis(diagnosed, six_months, after):
    written = {
        day: case("colon", [metastasis("liver", 20, day)], diagnosed=diagnosed, removed=diagnosed)
        for day in (six_months, after)
    }
    found = findings_of(written)
    assert [each["timing"]["value"] for each in found.values()] == ["synchronous", "metachronous"]
    assert [each["timing"]["at_boundary"] for each in found.values()] == [True, True]


def test_the_other_limits_of_timing_are_shown():
    days = ["2023-04-11", "2023-04-12", "2023-05-11", "2023-05-12", "2023-07-11"]
    lesions = {day: [metastasis("liver", 20, day)] for day in days}
    written = {day: case("colon", lesions[day], diagnosed="2023-01-11", removed="2023-01-11") for day in days}
    shown = [
        [
            (answer["limits"]["synchronous_within"], answer["value"])
            for answer in each["timing"].get("alternatives", [])
        ]
        for each in findings_of(written).values()
    ]

    def limits(three: str, four: str) -> list[tuple[str, str]]:
        return [("6 months", "synchronous"), ("3 months", three), ("4 months", four)]

    assert shown == [
        [],  # three months to the day: synchronous by all
        limits("metachronous", "synchronous"),
        limits("metachronous", "synchronous"),
        limits("metachronous", "metachronous"),
        limits("metachronous", "metachronous"),
    ]


def test_timing_counts_from_the_diagnosis_and_the_interval_from_the_operation():
    written = case(
        "colon", [metastasis("liver", 20, "2022-03-01")], diagnosed="2021-04-12", removed="2021-12-15"
    )
    found = findings(written)
    assert found["diagnosis_to_metastasis_days"]["value"] == 323  # 12 April 2021 to 12 April 2022 less 42
    assert found["disease_free_interval_days"]["value"] == 76  # 17 + 31 + 28
    assert found["timing"]["value"] == "metachronous"
    assert found["interval_class"]["value"] == "12 months or less"


# Counts


def livers(number: int, *others: str) -> list[dict[str, Any]]:
    return [metastasis(organ, 15, "2023-09-11") for organ in ["liver"] * number + list(others)]


def test_five_lesions():
    found = findings_of({number: case("colon", livers(number)) for number in (3, 4, 5, 6)})
    assert {n: each["few_lesions"]["value"] for n, each in found.items()} == {
        3: "yes", 4: "yes", 5: "yes", 6: "no",
    }  # fmt: skip
    assert {n: each["oligometastatic_state"]["value"] for n, each in found.items()} == {
        3: "oligometastatic", 4: "oligometastatic", 5: "oligometastatic", 6: "polymetastatic",
    }  # fmt: skip
    # trials count to three, four or five
    assert [
        [answer["value"] for answer in each["few_lesions"].get("alternatives", [])] for each in found.values()
    ] == [[], ["yes", "no", "yes"], ["yes", "no", "no"], []]


def test_the_state_shows_its_answer_under_the_other_limits():
    found = findings(case("colon", livers(4)))["oligometastatic_state"]
    answers = {answer["value"] for answer in found.get("alternatives", [])}
    assert answers == {"oligometastatic", "polymetastatic"}


def test_three_organs():
    others = [("lung",), ("lung", "adrenal"), ("lung", "adrenal", "bone")]
    found = findings_of({1 + len(more): case("colon", livers(1, *more)) for more in others})
    assert {n: each["organ_count"]["value"] for n, each in found.items()} == {2: 2, 3: 3, 4: 4}
    assert {n: each["few_organs"]["value"] for n, each in found.items()} == {2: "yes", 3: "yes", 4: "no"}
    assert [
        [answer["value"] for answer in each["few_organs"].get("alternatives", [])] for each in found.values()
    ] == [[], ["yes", "no"], []]
    assert [each["oligometastatic_state"]["value"] for each in found.values()] == [
        "oligometastatic", "oligometastatic", "polymetastatic",
    ]  # fmt: skip


def test_without_staging_a_count_is_at_least_what_was_seen():
    found = findings_of({n: case("colon", livers(n), examined=None) for n in (2, 5, 6)})
    assert {n: each["lesion_count"]["value"] for n, each in found.items()} == {
        n: {"low": n, "high": None} for n in (2, 5, 6)
    }
    # six are too many whatever staging would find; five or fewer may be
    assert [each["few_lesions"]["value"] for each in found.values()] == ["unknown", "unknown", "no"]


@pytest.mark.parametrize(("examined", "closed"), [("2024-04-22", True), ("2024-04-21", False)])
def test_an_examination_of_42_days_closes_a_count_and_an_older_one_does_not(examined, closed):
    found = findings(case("colon", livers(2), examined=examined))["lesion_count"]["value"]
    assert found == (2 if closed else {"low": 2, "high": None})


# The other points of the Fong score. Of these patients the interval is more than a year: no point for it


def fong(answers: dict[Any, dict[str, Any]], asked: str, low: int = 0) -> list[str]:
    """Whether the point asked about is given to each patient; no other one is."""
    found = findings_of(answers)
    given = [point(each, asked) for each in found.values()]
    scores = [low + (answer == "yes") for answer in given]
    assert [each["fong_score"]["value"] for each in found.values()] == scores
    return given


BLOOD = ("2024-05-27", 12)


def test_fifty_millimetres():
    sizes = (49, 49.9, 50, 50.1, 51)
    written = {mm: case("colon", [metastasis("liver", mm, "2023-09-11")], cea=BLOOD) for mm in sizes}
    assert fong(written, "50 mm") == ["no", "no", "no", "yes", "yes"]


def test_two_readings_of_one_day_on_both_sides_of_fifty_millimetres():
    lesion = metastasis("liver", 49, "2023-09-11")
    lesion["measurements"].append({"day": "2023-09-11", "longest_mm": 52})
    found = findings(case("colon", [lesion], cea=BLOOD))
    assert found["largest_lesion_mm"]["value"] == {"low": 49, "high": 52}
    assert point(found, "50 mm") == "unknown"


def test_two_hundred_nanograms():
    written = {
        amount: case("colon", livers(1), cea=("2024-05-27", *amount))
        for amount in (
            (199.9,),
            (200,),
            (200.1,),
            (200, "ug/L"),  # the same as ng/mL
            (200.1, "ug/L"),
            (0.2, "mg/L"),
        )
    }
    assert fong(written, "CEA") == ["no", "no", "yes", "no", "yes", "no"]


def test_cea_given_as_a_bound():
    written = {word: case("colon", livers(1), cea=("2024-05-27", word)) for word in ("<0.5", ">200", ">150")}
    found = findings_of(written)
    # "above 200" from an assay that ends there is 200 or more: exactly 200 stays possible
    assert [point(each, "CEA") for each in found.values()] == ["no", "unknown", "unknown"]


def test_cea_of_thirty_days():
    days = ("2024-05-05", "2024-05-04", "2024-05-03")  # 29, 30 and 31 days before the decision
    found = findings_of({day: case("colon", livers(1), cea=(day, 250)) for day in days})
    assert [point(each, "CEA") for each in found.values()] == ["yes", "yes", "unknown"]
    assert [each["fong_score"]["value"] for each in found.values()] == [1, 1, {"low": 0, "high": 1}]
    assert [each["workup_colorectal_liver"]["value"]["CEA"] for each in found.values()] == [
        "done", "done", "done, too old",
    ]  # fmt: skip


def test_more_than_one_liver_metastasis():
    written = {number: case("colon", livers(number), cea=BLOOD) for number in (1, 2, 3)}
    assert fong(written, "more than one") == ["no", "yes", "yes"]
    elsewhere = case("colon", livers(1, "lung", "adrenal"), cea=BLOOD)
    assert fong({"": elsewhere}, "more than one") == ["no"]


def test_one_positive_node():
    written = {nodes: case("colon", livers(1), cea=BLOOD, nodes=nodes) for nodes in (0, 1, 2)}
    assert fong(written, "node-positive") == ["no", "yes", "yes"]


def test_the_score_belongs_to_liver_metastases_of_a_colorectal_cancer():
    found = findings_of(
        {
            "rectum": case("rectum", livers(1)),
            "lung": case("lung", livers(1)),
            "no liver": case("colon", [metastasis("lung", 9, "2023-09-11")]),
            "none known": case("colon", [metastasis("lung", 9, "2023-09-11")], examined=None),
        }
    )
    assert {name: each["fong_score"]["applies"] for name, each in found.items()} == {
        "rectum": True,
        "lung": False,
        "no liver": False,
        "none known": "unknown",
    }
    assert found["lung"]["fong_score"]["value"] is None


def test_the_last_day_known_is_the_decision_day():
    written = case("colon", livers(1), cea=BLOOD)
    assert findings(written, None) == findings(written, ON)
