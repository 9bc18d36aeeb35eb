"""From a record to what a forecast is told: what maps to what, ranges, what is left open, each refusal.

The case of these tests is made up: a colon cancer removed on 20 January 2023, one liver metastasis of 18 mm
found by a CT of the whole trunk on 31 December 2023. From the operation to it are 345 days: 11 of January
(21 to 31), 334 from February to December.
"""

from __future__ import annotations

import copy
import json
from typing import Any

import pytest

import paget
from paget.assessment.assess import day_number
from paget.facts.derive import ask
from paget.knowledge import Knowledge
from paget.options import Known, forecast, reach
from paget.options.of_case import NO_MODEL, CaseKnown, cases, words
from paget.record import Record, read_case
from paget.record.prepared import prepared

ON = "2024-01-20"


def base() -> dict[str, Any]:
    """The case; a test changes a copy of it."""
    return {
        "patient": {"patient_id": "P", "sex": "female"},
        "tumours": [
            {
                "tumour_id": "colon",
                "site": "colon",
                "histology": "adenocarcinoma",
                "diagnosed_day": "2023-01-10",
                "treatments": [
                    {
                        "treatment_id": "colectomy",
                        "modality": "surgery",
                        "definitive": True,
                        "start_day": "2023-01-20",
                        "end_day": "2023-01-20",
                        "residual": "R0",
                        "pathology_day": "2023-01-27",
                    }
                ],
                "lesions": [lesion("L1", "liver", 18)],
            }
        ],
        "studies": [{"day": "2023-12-31", "kind": "ct", "covers": ["chest", "abdomen", "liver", "pelvis"]}],
    }


def lesion(name: str, organ: str | None, mm: float | None, day: str = "2023-12-31") -> dict[str, Any]:
    row: dict[str, Any] = {"lesion_id": name, "relation": "distant", "organ": organ, "found_day": day}
    if mm is not None:
        row["measurements"] = [{"day": day, "longest_mm": mm}]
    return {key: value for key, value in row.items() if value is not None}


def record(case: dict[str, Any]) -> Record:
    return Record.from_cases([read_case(copy.deepcopy(case))[0]])


def known(case: dict[str, Any], on: str = ON) -> CaseKnown:
    """Of the primary in question, the colon."""
    ready = prepared(record(case))
    found = cases(ready, ask(ready, day_number(on)), Knowledge.load(), reach_days=1826.25)
    return next(one for one in found if one.tumour in ("colon", ""))


def told(case: dict[str, Any], on: str = ON) -> Known:
    found = known(case, on)
    assert found.refused == ""
    assert found.known is not None
    return found.known


def tumour(case: dict[str, Any]) -> dict[str, Any]:
    first: dict[str, Any] = case["tumours"][0]
    return first


# What maps to what


def test_one_lesion_and_a_ct_of_the_trunk():
    found = known(base())
    assert found.known == Known(
        interval_days=345.0, lesions=1.0, organs=("liver",), clear=("lung",), largest_mm=18.0
    )
    assert (found.first, found.days_since, found.taken) == ("2023-12-31", (20.0, 20.0), ())
    assert [(one.item, one.value, one.fact, one.day) for one in found.used] == [
        ("interval_days", "345 days", "disease_free_interval", "2023-12-31"),
        ("lesions", "1", "L1", "2023-12-31"),
        ("organs", "liver", "liver", "2023-12-31"),
        ("clear", "lung", "ct", "2023-12-31"),
        ("largest_mm", "18 mm", "L1", "2023-12-31"),
    ]


def test_days_from_an_origin_say_the_same():
    case = base()
    case["patient"]["time_base"] = "relative"
    tumour(case)["diagnosed_day"] = 0
    tumour(case)["treatments"][0] |= {"start_day": 10, "end_day": 10, "pathology_day": 17}
    tumour(case)["lesions"] = [lesion("L1", "liver", 18, day=355)]  # type: ignore[arg-type]
    case["studies"][0]["day"] = 355
    found = known(case, on="375")
    assert found.known == told(base())
    assert (found.as_of, found.first) == (375, "355")


def test_two_lesions_in_two_organs_and_the_larger_one():
    case = base()
    tumour(case)["lesions"].append(lesion("L2", "lung", 7))
    one = told(case)
    assert (one.lesions, one.organs, one.clear, one.largest_mm) == (2.0, ("liver", "lung"), (), 18.0)


def test_organs_that_the_model_does_not_name_are_its_others_and_never_clear():
    case = base()
    tumour(case)["lesions"] = [lesion("L1", "bone", 18)]
    one = told(case)
    assert (one.organs, one.clear) == (("other",), ("liver", "lung"))


# What is known in part is a range


def test_an_operation_known_to_its_month_is_a_range_of_its_days():
    case = base()
    tumour(case)["treatments"][0] |= {"start_day": "2023-01", "end_day": "2023-01"}
    # diagnosed on the 10th, so that the interval starts between the 10th and the 31st: 355 to 334 days
    assert told(case).interval_days == (334.0, 355.0)


def test_a_lesion_found_in_a_month_has_an_interval_of_its_days_and_the_size_of_that_month():
    case = base()
    tumour(case)["lesions"] = [lesion("L1", "liver", 18, day="2023-12")]
    one = told(case)
    assert one.interval_days == (315.0, 345.0)  # from 1 to 31 December
    assert (one.lesions, one.organs, one.largest_mm) == (1.0, ("liver",), 18.0)


def test_the_size_of_a_known_day_is_none_of_a_detection_in_that_month():
    case = base()
    one = lesion("L1", "liver", 18, day="2023-12")
    one["measurements"][0]["day"] = "2023-12-31"
    tumour(case)["lesions"] = [one]
    assert told(case).largest_mm is None


def test_of_two_lesions_found_in_a_month_one_may_have_been_first():
    case = base()
    tumour(case)["lesions"] = [
        lesion("L1", "liver", 18, day="2023-12"),
        lesion("L2", "lung", 9, day="2023-12"),
    ]
    found = told(case)
    assert (found.organs, found.clear) == ((), ())
    assert found.lesions is None  # the CT of the 31st may be that of the second, and staged no first day


def test_a_lesion_of_unknown_nature_widens_the_count_and_clears_no_organ():
    case = base()
    nodule = lesion("P1", "lung", 5)
    nodule["judgements"] = [{"day": "2023-12-31", "role": "radiologist", "certainty": "indeterminate"}]
    tumour(case)["lesions"].append(nodule)
    one = told(case)
    assert (one.lesions, one.organs, one.clear, one.largest_mm) == ((1.0, 2.0), ("liver",), (), 18.0)
    nodule["measurements"] = [{"day": "2023-12-31", "longest_mm": 25}]  # and may be the largest
    assert told(case).largest_mm == (18.0, 25.0)


def test_a_benign_lesion_is_none():
    case = base()
    cyst = lesion("K1", "liver", 40)
    cyst["judgements"] = [{"day": "2024-01-05", "role": "radiologist", "certainty": "benign"}]
    tumour(case)["lesions"].append(cyst)
    assert told(case) == told(base())


def test_two_readings_on_the_day_are_a_range():
    case = base()
    tumour(case)["lesions"][0]["measurements"].append({"day": "2023-12-31", "longest_mm": 21})
    assert told(case).largest_mm == (18.0, 21.0)


def test_a_reading_without_a_number_leaves_the_size_open():
    case = base()
    tumour(case)["lesions"][0]["measurements"].append({"day": "2023-12-31", "method": "mr"})
    assert told(case).largest_mm is None


def test_a_lesion_found_later_was_not_seen_on_the_first_day():
    case = base()
    tumour(case)["lesions"].append(lesion("L2", "lung", 30, day="2024-01-12"))
    one = told(case)
    assert (one.lesions, one.organs, one.clear, one.largest_mm) == (1.0, ("liver",), ("lung",), 18.0)


@pytest.mark.parametrize(
    ("organ", "clear"),
    [
        ("lung", ()),  # the CT of the chest that showed it says nothing of a chest clear before
        ("liver", ("lung",)),  # nor that of the liver how many there were; the lung was clear even later
        (None, ()),
    ],
)
def test_the_study_that_showed_a_later_lesion_does_not_say_that_it_was_not_there(organ, clear):
    case = base()
    whole = case["studies"][0]
    case["studies"] = [
        {"day": "2023-12-31", "kind": "ultrasound", "covers": ["liver"]},
        whole | {"day": "2024-01-12"},
    ]
    assert (told(case).clear, told(case).lesions) == (("lung",), 1.0)
    tumour(case)["lesions"].append(lesion("L2", organ, 9, day="2024-01-12"))
    assert (told(case).clear, told(case).lesions) == (clear, None)


def test_a_lesion_of_unknown_day_may_have_been_the_first():
    case = base()
    second = lesion("L2", "lung", None)
    del second["found_day"]
    tumour(case)["lesions"].append(second)
    one = told(case)
    assert (one.interval_days, one.organs, one.clear) == ((0.0, 345.0), (), ())
    assert one.lesions is None  # had it been the first, no study tells what else there was on its day
    assert one.largest_mm is None


# Unknown is never no


def test_without_a_study_nothing_is_clear_and_no_count_is_closed():
    case = base()
    del case["studies"]
    one = told(case)
    assert (one.lesions, one.organs, one.clear, one.largest_mm) == (None, ("liver",), (), (18.0, 1000.0))


@pytest.mark.parametrize(
    ("study", "clear"),
    [
        ({"day": "2023-12-31", "kind": "ct", "covers": ["chest"]}, ("lung",)),
        (
            {"day": "2024-01-15", "kind": "ct", "covers": ["chest"]},
            ("lung",),
        ),  # not even later
        ({"day": "2023-11-05", "kind": "ct", "covers": ["chest"]}, ("lung",)),  # 56 days before: young enough
        ({"day": "2023-11-04", "kind": "ct", "covers": ["chest"]}, ()),  # 57 days
        ({"day": "2024-01-21", "kind": "ct", "covers": ["chest"]}, ()),  # after the decision day
        ({"day": "2023-12-31", "kind": "x-ray", "covers": ["chest"]}, ()),  # no study that closes a region
        ({"day": "2023-12-31", "kind": "ct", "covers": ["abdomen"]}, ()),
        ({"day": "2023-12-31", "kind": "ct"}, ()),
        ({"kind": "ct", "covers": ["chest"]}, ()),
        ({"day": "2023-12-31", "known_day": "2024-01", "kind": "ct", "covers": ["chest"]}, ()),  # perhaps
    ],
)
def test_an_organ_is_clear_only_by_an_examination(study, clear):
    case = base()
    case["studies"] = [study]
    one = told(case)
    assert (one.clear, one.lesions) == (clear, None)


def test_a_lesion_in_an_unknown_organ_clears_none():
    case = base()
    tumour(case)["lesions"].append(lesion("L2", None, 7))
    assert told(case).clear == ()


def test_an_organ_with_any_number_of_lesions_leaves_the_count_open():
    case = base()
    tumour(case)["sites"] = [{"site_id": "S", "organ": "lung", "day": "2023-12-31"}]
    one = told(case)
    assert (one.lesions, one.organs, one.largest_mm) == ((2.0, 1000.0), ("liver", "lung"), (18.0, 1000.0))


def test_an_operation_without_its_result_leaves_the_interval_open_and_says_so():
    case = base()
    del tumour(case)["treatments"][0]["residual"]
    found = known(case)
    assert found.known is not None
    assert found.known.interval_days == (0.0, 345.0)  # it may have left tumour, and then the interval is 0
    assert reach.TAKEN["synchronous"] in found.taken


# Sizes over time


def grown(*readings: tuple[str, float]) -> dict[str, Any]:
    case = base()
    tumour(case)["lesions"][0]["measurements"] = [{"day": day, "longest_mm": mm} for day, mm in readings]
    return case


def test_sizes_on_other_days_count_from_the_first_detection():
    case = grown(("2023-12-31", 18), ("2024-01-15", 20), ("2023-11-01", 12))
    one = told(case)
    assert (one.largest_mm, one.sizes) == (
        18.0,
        ((-60.0, 12.0), (15.0, 20.0)),
    )  # 30 days of December, 30 of Nov.
    days = [used.day for used in known(case).used if used.item == "sizes"]
    assert days == ["2023-11-01", "2024-01-15"]


def test_a_size_of_a_partial_day_or_after_the_decision_is_not_used():
    assert told(grown(("2023-12-31", 18), ("2024-01", 20), ("2024-01-25", 22))).sizes == ()


def test_sizes_are_not_used_where_another_lesion_may_be_the_largest():
    case = grown(("2023-12-31", 18), ("2024-01-15", 20))
    tumour(case)["lesions"].append(lesion("L2", "liver", 17))
    assert told(case).sizes == ((15.0, 20.0),)
    tumour(case)["lesions"][1]["measurements"][0]["longest_mm"] = 18
    assert told(case).sizes == ()
    del tumour(case)["lesions"][1]["measurements"]
    assert told(case).sizes == ()


def test_a_size_is_not_used_when_drugs_may_have_come_in_between():
    case = grown(("2023-12-31", 18), ("2023-06-30", 6), ("2023-11-01", 12))
    adjuvant = {
        "treatment_id": "capox",
        "modality": "systemic",
        "start_day": "2023-03-01",
        "end_day": "2023-08-01",
    }
    tumour(case)["treatments"].append(adjuvant)
    assert told(case).sizes == ((-60.0, 12.0),)  # the course ended in August: only the size of June goes
    del adjuvant["end_day"]
    assert told(case).sizes == ()


# Refused in a sentence


def changed(**changes: Any) -> dict[str, Any]:
    case = base()
    tumour(case).update(changes)
    return case


def with_treatment(**treatment: Any) -> dict[str, Any]:
    case = base()
    tumour(case)["treatments"].append({"treatment_id": "later"} | treatment)
    return case


def synchronous() -> dict[str, Any]:
    case = changed(lesions=[lesion("L1", "liver", 18, day="2023-01-12")])
    case["studies"] = []
    return case


def in_place() -> dict[str, Any]:
    case = synchronous()
    tumour(case)["treatments"] = []
    tumour(case)["lesions"].append(
        {"lesion_id": "T", "relation": "primary", "organ": "colon", "found_day": "2023-01-10"}
    )
    return case


def primary_again() -> dict[str, Any]:
    stands = {"lesion_id": "T", "relation": "primary", "organ": "colon", "found_day": "2023-12-31"}
    return changed(lesions=[lesion("L1", "liver", 18), stands])


def of_two() -> dict[str, Any]:
    case = changed(lesions=[])
    case["tumours"].append({"tumour_id": "breast", "site": "breast", "diagnosed_day": "2020-01-10"})
    case["lesions"] = [lesion("L1", "liver", 18)]
    return case


def removed() -> dict[str, Any]:
    resection = {"modality": "surgery", "start_day": "2024-01-10", "end_day": "2024-01-10"}
    case = with_treatment(**resection, targets=[{"lesion_id": "L1", "removed": True}])
    tumour(case)["lesions"].append(lesion("L2", "liver", 9))
    return case


def irradiated() -> dict[str, Any]:
    days = {"start_day": "2024-01-08", "end_day": "2024-01-12"}
    return with_treatment(modality="radiotherapy", **days, targets=[{"lesion_id": "L1"}])


def local() -> dict[str, Any]:
    back = {"lesion_id": "R", "relation": "local", "organ": "colon", "found_day": "2023-12-01"}
    return changed(lesions=[back, lesion("L1", "liver", 18)])


CAPOX = {"modality": "systemic", "start_day": "2024-01-05"}

REFUSED = {
    "another disease": (changed(site="breast"), NO_MODEL),
    "no site": (changed(site=None), "It is not certain that the disease group of the primary"),
    "another histology": (changed(histology="squamous cell carcinoma"), "The histological type is another"),
    "no histology": (changed(histology=None), "It is not certain that the"),
    "no primary": (
        {"patient": {"patient_id": "P"}, "lesions": [lesion("L1", "liver", 18)]}, reach.NO_PRIMARY
    ),
    "no metastasis": (changed(lesions=[]), reach.NONE),
    "staged too long ago": (
        changed(lesions=[]) | {"studies": [{"day": "2023-06-01", "kind": "ct"}]}, reach.NOT_CERTAIN
    ),
    "of two primaries": (of_two(), reach.WHICH_PRIMARY),
    "synchronous": (synchronous(), reach.SYNCHRONOUS),
    "primary in place": (in_place(), reach.SYNCHRONOUS),
    "primary again": (primary_again(), reach.PRIMARY_STANDS),
    "peritoneal": (
        changed(lesions=[lesion("L1", "liver", 18), lesion("L2", "peritoneum", None)]), reach.DISSEMINATED
    ),
    "local recurrence": (local(), reach.LOCAL),
    "one of two removed": (removed(), reach.TREATED),
    "irradiated": (irradiated(), reach.TREATED),
    "drugs": (with_treatment(**CAPOX), reach.DRUGS),
}  # fmt: skip


@pytest.mark.parametrize("why", REFUSED)
def test_a_case_outside_the_model_is_refused_in_a_sentence(why):
    case, sentence = REFUSED[why]
    for row in case.get("tumours", []):
        for name in [name for name, value in row.items() if value is None]:
            del row[name]
    found = known(case)
    assert found.known is None
    assert found.used == ()
    assert found.refused.startswith(sentence)
    assert found.refused.endswith(".")
    assert not {"18", "L1", "P", "2023", "2024"} & set(found.refused.replace(".", " ").split())


def test_what_only_may_have_been_done_is_told_and_not_refused():
    case = with_treatment(modality="surgery", start_day="2024-01-10", end_day="2024-01-10")
    found = known(case)
    assert found.refused == ""
    assert found.taken == (reach.TAKEN["treated"],)


def test_treatment_on_the_decision_day_or_later_has_not_begun():
    assert known(with_treatment(**CAPOX | {"start_day": ON})).known == told(base())


def test_a_decision_beyond_the_horizon_is_refused():
    assert known(base(), on="2028-12-30").refused == ""  # 1826 days after the 31 December 2023
    assert known(base(), on="2029-01-01").refused == reach.AFTER


def test_what_becomes_known_after_the_day_changes_nothing():
    case = base()
    tumour(case)["lesions"].append(lesion("L2", "lung", 30, day="2024-02-01"))
    tumour(case)["lesions"][0]["measurements"].append(
        {"day": "2023-12-31", "known_day": "2024-01-21", "longest_mm": 25}
    )
    assert known(case) == known(base())
    assert told(case, on="2024-01-21").largest_mm == (18.0, 25.0)


# The forecast of a record


@pytest.fixture(scope="module")
def found():
    return paget.forecast(record(base()), on=ON, seed=3, horizon_days=730.5, patients=60_000)[0]


def test_a_forecast_says_what_it_was_told_and_what_it_found(found):
    data = found.to_dict()
    assert data["refused"] is None
    assert data["known"]["interval_days"] == 345.0
    assert data["effective_sample_size"] >= 200
    assert data["note"] == "model assumption, no clinical estimate exists"
    assert all(one["note"] == data["note"] for one in data["figures"])
    names = {(one["name"], one["arm"], one["days"]) for one in data["figures"]}
    assert ("next_lesion", "removed", None) in names
    assert ("other_organ", "left", 365.0) in names
    assert ("other_organ", "left", 730.5) in names
    assert ("death", "left", 730.5) in names
    assert ("r_m", "removed", None) in names
    assert json.loads(json.dumps(data, allow_nan=False)) == data


def test_its_figures_are_those_of_the_model_told_the_same(found):
    same = forecast(told(base()), seed=3, horizon_days=730.5, most=60_000)
    assert str(found.found) == str(same)


def test_the_same_seed_gives_the_same_bytes(found):
    again = paget.forecast(record(base()), on=ON, seed=3, horizon_days=730.5, patients=60_000)[0]
    assert json.dumps(again.to_dict()) == json.dumps(found.to_dict())
    other = paget.forecast(record(base()), on=ON, seed=4, horizon_days=730.5, patients=60_000)[0]
    assert json.dumps(other.to_dict()["figures"]) != json.dumps(found.to_dict()["figures"])


def test_none_that_is_like_it_is_a_sentence_and_given_up_after_the_first_batch():
    case = base()
    tumour(case)["lesions"] = [lesion(f"L{n}", "liver", 18) for n in range(6)]
    one = paget.forecast(record(case), on=ON)[0]
    assert one.found is None
    assert one.refused == (
        "None of 262,144 virtual patients is like this case. None shares the number of lesions with it."
    )
    assert one.to_dict()["figures"] == []


def test_too_few_that_are_like_it_is_a_sentence():
    case = base()
    tumour(case)["lesions"].append(lesion("L2", "lung", 15))
    one = paget.forecast(record(case), on=ON, patients=100_000)[0]
    assert one.found is None
    assert one.refused.startswith(
        "Too few virtual patients are like this case: of 100,000 an effective sample"
    )
    assert one.refused.endswith("and 200 are needed. What is rare in the model is the organs they are in.")


@pytest.mark.parametrize(
    ("item", "value", "said"),
    [
        ("interval_days", 1.0, "1 day"),
        ("interval_days", (0.0, 345.0), "at most 345 days"),
        ("interval_days", (100.0, 36525.0), "100 days or more"),
        ("lesions", (1.0, 3.0), "1 to 3"),
        ("lesions", (2.0, 1000.0), "2 or more"),
        ("largest_mm", (18.0, 1000.0), "18 mm or more"),
        ("largest_mm", None, ""),
    ],
)
def test_words_of_what_is_known(item, value, said):
    assert words(item, value) == said
