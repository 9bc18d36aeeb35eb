"""No is an answer only when something closes the question: a study that covers, young enough and known.

What is seen is a lower bound. Nothing seen is nothing known, until every region that the disease demands was
examined; what is stated in words keeps a question open, whatever an examination shows.
"""

from __future__ import annotations

from typing import Any

import pytest

from written_cases import ON, case, findings, findings_of, metastasis

OPEN = {"low": 0, "high": None}


def examined(site: str, *studies: dict[str, Any], **more: Any) -> dict[str, Any]:
    """A patient without a word on metastasis, and some studies."""
    return case(site, nodes=None, examined=None, **more) | {"studies": list(studies)}


def ct(*regions: str, day: str = ON, **more: Any) -> dict[str, Any]:
    return {"day": day, "kind": "ct", "covers": list(regions), **more}


def metastasis_known(found: dict[Any, dict[str, Any]]) -> dict[Any, Any]:
    """Whether a finding about metastases belongs to each patient: True, False or unknown."""
    return {name: each["timing"]["applies"] for name, each in found.items()}


def test_nothing_seen_and_nothing_examined_is_unknown():
    found = findings(examined("colon"))
    assert found["m_category"]["value"] == ["M0", "M1c", "M1b", "M1a"]
    assert found["lesion_count"]["value"] == OPEN
    assert found["timing"]["applies"] == "unknown"


def test_negative_studies_of_every_region_that_the_disease_demands_close_it():
    cases = {
        "colon": examined("colon", ct("chest", "abdomen", "pelvis")),
        "colon, in two studies": examined("colon", ct("chest", day="2024-05-01"), ct("abdomen", "pelvis")),
        "colon without the pelvis": examined("colon", ct("chest", "abdomen")),
        "colon, whole body": examined("colon", {"day": ON, "kind": "pet-ct", "covers": ["whole body"]}),
        "lung without the brain": examined("lung", ct("chest", "abdomen")),
        "lung": examined("lung", ct("chest", "abdomen"), {"day": ON, "kind": "mr", "covers": ["brain"]}),
        "sarcoma": examined("soft tissue", ct("chest")),
    }
    assert metastasis_known(findings_of(cases)) == {
        "colon": False,
        "colon, in two studies": False,
        "colon without the pelvis": "unknown",
        "colon, whole body": False,
        "lung without the brain": "unknown",
        "lung": False,
        "sarcoma": False,
    }


def test_an_unknown_disease_demands_what_any_disease_would():
    every = ct("brain", "neck", "chest", "abdomen", "pelvis")
    cases = {
        "all": examined("colon", every),
        "as for colon": examined("colon", ct("chest", "abdomen", "pelvis")),
    }
    for written in cases.values():
        del written["tumours"][0]["site"], written["tumours"][0]["histology"]
    assert metastasis_known(findings_of(cases)) == {"all": False, "as for colon": "unknown"}


def test_a_study_closes_for_so_many_days():
    # 56 days before 3 June 2024 is 8 April, 42 days before is 22 April
    chest = {day: examined("soft tissue", ct("chest", day=day)) for day in ("2024-04-08", "2024-04-07")}
    assert metastasis_known(findings_of(chest)) == {"2024-04-08": False, "2024-04-07": "unknown"}
    lung = [metastasis("lung", 9, "2024-01-08")]
    liver = {
        day: case("colon", lung, examined=None)
        | {"studies": [{"day": day, "kind": "mr", "covers": ["liver"]}]}
        for day in ("2024-04-22", "2024-04-21")
    }
    found = findings_of(liver)
    assert {day: each["liver_lesion_count"]["value"] for day, each in found.items()} == {
        "2024-04-22": 0,
        "2024-04-21": OPEN,
    }


@pytest.mark.parametrize(
    ("what", "study"),
    [
        ("covers nothing that is said", {"day": ON, "kind": "ct"}),
        ("a plain film", {"day": ON, "kind": "x-ray", "covers": ["chest"]}),
        ("known later", {"day": ON, "kind": "ct", "covers": ["chest"], "known_day": "2024-06-04"}),
        ("of which day nobody says", {"kind": "ct", "covers": ["chest"]}),
        ("of a year", {"day": "2024", "kind": "ct", "covers": ["chest"]}),
        ("retracted", {"day": ON, "kind": "ct", "covers": ["chest"], "retracted": True}),
    ],
)
def test_what_does_not_close(what, study):
    assert findings(examined("soft tissue", study))["timing"]["applies"] == "unknown", what


def test_a_lesion_seen_is_counted_and_more_are_not_excluded():
    lesions = [metastasis("liver", 20, "2024-01-08")]
    found = findings_of({day: case("colon", lesions, examined=day) for day in (ON, "2024-01-08", None)})
    assert [each["lesion_count"]["value"] for each in found.values()] == [
        1, {"low": 1, "high": None}, {"low": 1, "high": None},
    ]  # fmt: skip
    assert {str(each["timing"]["applies"]) for each in found.values()} == {"True"}


def test_benign_is_none_and_indeterminate_is_perhaps_one():
    cases = {}
    for certainty in ("proven", "probable", "indeterminate", "benign"):
        lesion = metastasis("liver", 20, "2023-07-20")
        lesion["judgements"][0]["certainty"] = certainty
        cases[certainty] = case("colon", [lesion], nodes=None)
    found = findings_of(cases)
    assert metastasis_known(found) == {
        "proven": True, "probable": True, "indeterminate": "unknown", "benign": False,
    }  # fmt: skip
    assert found["indeterminate"]["lesion_count"]["value"] == {"low": 0, "high": 1}
    assert found["indeterminate"]["m_category"]["value"] == ["M0", "M1a"]


def test_what_is_stated_in_words_no_examination_takes_back():
    recurrence = {"day": "2024-05-20", "status": "recurrence", "site": "distant"}
    cases = {
        "recurrence": case("colon", nodes=None, statuses=[recurrence]),
        "M1": case("colon", nodes=None, stagings=[{"day": "2024-05-20", "prefix": "c", "m": "M1a"}]),
        "M0": case("colon", nodes=None, stagings=[{"day": "2024-05-20", "prefix": "c", "m": "M0"}]),
    }
    found = findings_of(cases)
    assert metastasis_known(found) == {"recurrence": True, "M1": True, "M0": False}
    assert found["M1"]["lesion_count"]["value"] == OPEN
    assert found["M1"]["m_category"]["value"] == ["M1c", "M1b", "M1a"]


def test_m0_stated_lately_closes_without_an_examination():
    # for 56 days: stated on 8 April, not on the 7th
    cases = {
        day: case("colon", nodes=None, examined=None, stagings=[{"day": day, "prefix": "c", "m": "M0"}])
        for day in ("2024-04-08", "2024-04-07")
    }
    assert metastasis_known(findings_of(cases)) == {"2024-04-08": False, "2024-04-07": "unknown"}


def test_nodes_are_regional_or_distant_and_a_site_may_not_say():
    cases = {}
    for relation in ("regional", "distant", None):
        site = {"site_id": "nodes", "organ": "lymph node", "day": "2024-05-01", "relation": relation}
        cases[relation] = case("colon", nodes=None) | {"sites": [site]}
    found = findings_of(cases)
    assert metastasis_known(found) == {"regional": False, "distant": True, None: "unknown"}
    assert found["distant"]["organ_count"]["value"] == 1
    assert found["distant"]["lesion_count"]["value"] == {"low": 1, "high": None}
    assert found["regional"]["m_category"]["value"] == "M0"  # N, not M
    assert found[None]["m_category"]["value"] == ["M0", "M1a"]


def test_a_metastasis_removed_was_one_and_no_longer_counts():
    written = case("colon", [metastasis("liver", 20, "2023-07-20")], nodes=None)
    written["treatments"] = [
        {"treatment_id": "wedge", "modality": "surgery", "start_day": "2023-09-01", "end_day": "2023-09-01"}
    ]
    written["targets"] = [{"treatment_id": "wedge", "lesion_id": "L1", "removed": "yes"}]
    found = findings(written)
    assert found["timing"]["value"] == "metachronous"
    assert found["lesion_count"]["value"] == 0
    assert found["m_category"]["value"] == "M1a"
    assert found["oligometastatic_state"]["applies"] is False  # nothing stands of which it could speak


def test_what_is_found_later_is_not_known_yet():
    found = findings(case("colon", [metastasis("liver", 20, "2024-06-04")], nodes=None))
    assert found["m_category"]["value"] == "M0"
    assert found["timing"]["applies"] is False
