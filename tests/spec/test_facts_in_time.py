"""Facts of time and treatment, worked out by hand: intervals, control of the primary, who knew what when.

Cases are written as in ``written_facts``. Facts of one day: ``test_facts.py``.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from written_facts import (
    COLON,
    STAGED,
    Row,
    chemoradiotherapy,
    fact,
    judged,
    lesion,
    local,
    operation,
    status,
    table_of,
    written,
)

FOUND = [lesion(found="2024-02-01")]
"""A liver metastasis, 365 days after an operation of 1 February 2023 and 387 after the diagnosis."""

# From the diagnosis to the first metastasis


@pytest.mark.parametrize(
    ("lesions", "days"),
    [
        (FOUND, 387),  # 10 January 2023 to 1 February 2024: 365 + 22
        ([lesion(found="2023-01-10")], 0),
        ([lesion(found="2022-12-01")], 0),  # never negative
        ([lesion("L1", found="2024-02-01"), lesion("L2", found="2023-07-10")], 181),  # the first
        ([lesion(found="2024-02")], (387, 415)),  # 29 days in February 2024
        ([lesion(found="2024-02-01", relation="regional")], (0, 896)),  # none is known: any day until now
        ([lesion(found="2024-02-01", relation=None)], (0, 896)),  # it may be none
        ([lesion(found="2024-02-01", judgements=[judged("board", certainty="benign")])], (0, 896)),
        ([], (0, 896)),
    ],
)
def test_diagnosis_to_metastasis(lesions: list[Row], days: Any) -> None:
    assert fact("diagnosis_to_metastasis", lesions=lesions) == days


def test_a_diagnosis_of_a_month_or_of_no_day() -> None:
    month = [COLON | {"diagnosed_day": "2023-01"}]
    assert fact("diagnosis_to_metastasis", tumours=month, lesions=FOUND) == (366, 396)
    assert fact("diagnosis_to_metastasis", tumours=[COLON | {"diagnosed_day": None}], lesions=FOUND) == (
        0,
        None,
    )


def test_months_are_those_of_the_calendar() -> None:
    """31 August 2024 and six months: 28 February 2025."""
    tumour = COLON | {"diagnosed_day": "2024-08-31"}
    for found, below, above in (("2025-02-27", 1, -1), ("2025-02-28", -1, -1), ("2025-03-01", -1, 1)):
        span = table_of(tumours=[tumour], lesions=[lesion(found=found)])["diagnosis_to_metastasis"].value
        assert [int(truth.sign[0]) for truth in span.against_months(6)] == [below, above]


def test_relative_days_count_by_their_number() -> None:
    """Six months of a patient whose days are relative: floor(30.4375 x 6) = 182 days."""
    patient = {"time_base": "relative"}
    tumour = COLON | {"diagnosed_day": 0}
    for found, below, above in ((181, 1, -1), (182, -1, -1), (183, -1, 1)):
        table = table_of("900", [tumour], patient, lesions=[lesion(found=found)])
        span = table["diagnosis_to_metastasis"].value
        assert [int(truth.sign[0]) for truth in span.against_months(6)] == [below, above]


# The disease-free interval


@pytest.mark.parametrize(
    ("treatments", "days"),
    [
        ([operation("2023-02-01")], 365),
        ([operation("2023-02-01", "R1")], 365),
        ([operation("2023-02-01", "R2")], 0),  # tumour was left: there was no such interval
        ([operation("2023-02-01", "RX")], (0, 365)),
        ([operation("2023-02-01", None)], (0, 365)),
        ([operation("2023-02-01", definitive="no")], (0, 387)),  # was there another? not before the diagnosis
        ([operation("2023-02")], (338, 365)),  # 28 days in February 2023
        (
            [operation("2023-02-01"), chemoradiotherapy(modality="systemic")],
            365,
        ),  # drugs do not move the origin
        ([operation("2024-03-01")], 0),  # the primary was there when the metastasis was found
        ([], (0, 387)),
    ],
)
def test_disease_free_interval(treatments: list[Row], days: Any) -> None:
    assert fact("disease_free_interval", lesions=FOUND, treatments=treatments) == days


@pytest.mark.parametrize(
    ("statuses", "days"),
    [
        ([], (0, 328)),  # 10 March 2023 to 1 February 2024: 365 - 37
        ([status("2023-06-01", "complete")], 328),
        ([status("2023-06-01", "no evidence", "whole disease")], 328),
        ([status("2023-06-01", "complete", None)], (0, 328)),  # of what?
        ([status("2023-06-01", "complete", "distant")], (0, 328)),
        ([status("2023-06-01", "near-complete")], (0, 328)),
        ([status("2023-03-01", "complete")], (0, 328)),  # before its end
    ],
)
def test_without_an_operation_a_documented_response_makes_the_interval(
    statuses: list[Row], days: Any
) -> None:
    record = {"lesions": FOUND, "treatments": [chemoradiotherapy()], "statuses": statuses}
    assert fact("disease_free_interval", **record) == days


@pytest.mark.parametrize(
    ("last", "response", "days"),
    [
        ("2023-03", "2023-03-20", (0, 337)),  # perhaps before its end
        ("2023-03", "2023-04-01", (307, 337)),  # from 31 and from 1 March 2023
        (None, "2023-04-01", (0, 365)),  # nobody knows that it has ended
    ],
)
def test_a_response_counts_that_is_certainly_after_the_end(last: Any, response: str, days: Any) -> None:
    record = {"treatments": [chemoradiotherapy(last=last)], "statuses": [status(response, "complete")]}
    assert fact("disease_free_interval", lesions=FOUND, **record) == days


@pytest.mark.parametrize(
    ("operated", "reported", "days"),
    [
        ("2025-06-01", "2025-06-22", 19),
        ("2025-06-01", "2025-06-25", (0, 19)),  # the report comes tomorrow
        ("2025-06-01", "2025-06", (0, 19)),  # perhaps tomorrow
        ("2025-05-25", None, 26),  # without its day the report is taken as there after 30 days
        ("2025-05-26", None, (0, 25)),
    ],
)
def test_the_residual_tumour_is_known_with_the_report(operated: str, reported: Any, days: Any) -> None:
    tumour = COLON | {"diagnosed_day": operated}
    treatment = operation(operated, "R0", pathology_day=reported)
    record = {"lesions": [lesion(found="2025-06-20")], "treatments": [treatment]}
    assert fact("disease_free_interval", tumours=[tumour], **record) == days


def test_steps_of_one_plan_are_one_treatment() -> None:
    first = operation("2023-02-01", "R2", treatment_id="O1", plan_id="two stages")
    second = operation("2023-06-01", "R0", treatment_id="O2", plan_id="two stages")
    found = fact("disease_free_interval", lesions=FOUND, treatments=[first, second])
    assert found == 245  # 1 June 2023 to 1 February 2024


def test_a_step_that_only_may_count_decides_nothing_of_its_plan() -> None:
    first = chemoradiotherapy(plan_id="plan")
    second = operation("2023-06-01", "R0", plan_id="plan")
    record = {"treatments": [first, second], "studies": [STAGED]}
    assert fact("primary_control", **record) == "controlled"
    record = {"treatments": [first, second | {"definitive": None}], "studies": [STAGED]}
    assert fact("primary_control", **record) == ALL


def test_the_last_curative_treatment_of_the_primary_counts() -> None:
    again = operation("2023-06-01", treatment_id="O2")
    assert fact("disease_free_interval", lesions=FOUND, treatments=[operation(), again]) == 245
    adjuvant = chemoradiotherapy("2023-03-01", "2023-04-10")  # what the operation reached still holds
    assert fact("disease_free_interval", lesions=FOUND, treatments=[operation(), adjuvant]) == 297


def test_a_metastasectomy_is_no_treatment_of_the_primary() -> None:
    removal = operation("2023-08-01", treatment_id="M")
    record = {
        "lesions": [lesion(found="2023-06-01"), lesion("L2", found="2024-02-01")],
        "treatments": [operation(), removal],
        "targets": [{"treatment_id": "M", "lesion_id": "L1", "removed": "yes"}],
    }
    assert fact("disease_free_interval", **record) == 120  # 1 February to 1 June 2023


# From the treatment to its failure


@pytest.mark.parametrize(
    ("lesions", "answer"),
    [
        ([local("R", "local", "2024-02-01")], "yes"),
        ([local("R", "local", "2025-07-01")], "no"),
        ([local("R", "local", "2023-02-01")], "no"),
        ([lesion(found="2024-02-01")], "no"),
        ([local("R", "local", "2024-02-01") | {"relation": None}], "unknown"),
    ],
)
def test_local_failure_is_disease_found_after_the_treatment(lesions: list[Row], answer: str) -> None:
    record = {"lesions": lesions, "treatments": [operation()]}
    assert fact("local_failure", **record, studies=[STAGED]) == answer
    assert fact("local_failure", **record) == ("yes" if answer == "yes" else "unknown")


@pytest.mark.parametrize(
    ("lesions", "days"),
    [
        ([local("R", "local", "2024-02-01")], 365),
        ([local("R", "regional", "2024-02-01")], 365),
        ([local("R", "local", "2024-02-01"), local("R2", "local", "2023-06-01")], 120),
        ([local("R", "local", "2023-02-01")], (0, 874)),  # there when it was treated: no failure
        (FOUND, (0, 874)),  # a metastasis is none: 1 February 2023 to 24 June 2025, 731 + 143
        ([local("R", "local", "2025-07-01")], (0, 874)),
    ],
)
def test_treatment_to_failure(lesions: list[Row], days: Any) -> None:
    assert fact("treatment_to_failure", lesions=lesions, treatments=[operation()]) == days


@pytest.mark.parametrize(
    ("lesions", "failed"),
    [
        ([local("R", "local", "2024-02-01")], "yes"),
        ([local("R", "local", "2023-02-01")], "unknown"),  # there when it was treated; no study since
        ([local("R", "distant", "2024-02-01")], "unknown"),
        ([], "unknown"),
    ],
)
def test_local_failure(lesions: list[Row], failed: str) -> None:
    assert fact("local_failure", lesions=lesions, treatments=[operation()]) == failed


def test_without_a_treatment_there_is_no_failure() -> None:
    assert fact("treatment_to_failure", lesions=[local("R", "local", "2024-02-01")]) == (0, None)


# Control of the primary


PRIMARY = local("L1", "primary", "2023-01-10")
CLEARABLE = PRIMARY | {"judgements": [judged("surgeon", treatable_by="surgery")]}
BEYOND = PRIMARY | {"judgements": [judged("surgeon", treatable_by="none")]}
ALL = ("controlled", "controllable", "uncontrolled")


@pytest.mark.parametrize(
    ("record", "control"),
    [
        ({}, ALL),
        ({"treatments": [operation()]}, ALL),  # nobody looked since
        ({"treatments": [operation()], "studies": [STAGED]}, "controlled"),
        ({"treatments": [operation(residual="R1")], "studies": [STAGED]}, "controlled"),
        ({"treatments": [operation(residual="R2")], "studies": [STAGED]}, ALL[1:]),
        ({"treatments": [operation(residual=None)], "studies": [STAGED]}, ALL),
        ({"treatments": [operation()], "lesions": [PRIMARY], "studies": [STAGED]}, "controlled"),
        ({"lesions": [PRIMARY], "studies": [STAGED]}, ALL[1:]),  # it stands; can it be cleared?
        ({"lesions": [CLEARABLE]}, "controllable"),
        ({"lesions": [BEYOND]}, "uncontrolled"),
        ({"statuses": [status("2025-06-01", "progression")]}, "uncontrolled"),
        ({"statuses": [status("2025-06-01", "progression"), status("2025-06-10", "stable")]}, ALL),
        ({"treatments": [operation()], "studies": [STAGED],
          "statuses": [status("2025-06-01", "recurrence", "local")]}, "uncontrolled"),
    ],
)  # fmt: skip
def test_primary_control(record: Row, control: Any) -> None:
    assert fact("primary_control", **record) == control


@pytest.mark.parametrize(
    ("record", "answer"),
    [
        ({}, "unknown"),
        ({"lesions": [PRIMARY]}, "yes"),
        ({"lesions": [PRIMARY | {"relation": None}]}, "unknown"),
        ({"studies": [STAGED]}, "unknown"),  # nobody treated it, and a CT does not find each primary
        ({"treatments": [operation()]}, "unknown"),
        ({"treatments": [operation()], "studies": [STAGED]}, "no"),
        ({"treatments": [operation(residual="R2")], "studies": [STAGED]}, "unknown"),
        ({"treatments": [operation()], "studies": [STAGED],
          "statuses": [status("2025-06-01", "regrowth", "primary")]}, "unknown"),
        ({"lesions": [PRIMARY], "treatments": [operation()], "studies": [STAGED]}, "no"),
        ({"lesions": [PRIMARY], "treatments": [operation(residual="R2")], "studies": [STAGED]}, "yes"),
        ({"lesions": [PRIMARY], "treatments": [operation(residual=None)], "studies": [STAGED]}, "unknown"),
        ({"lesions": [PRIMARY], "treatments": [operation("2025-06-24")], "studies": [STAGED]}, "yes"),
        ({"lesions": [PRIMARY], "treatments": [operation()], "studies": [STAGED],
          "targets": [{"treatment_id": "O", "lesion_id": "L1", "removed": "no"}]}, "yes"),
    ],
)  # fmt: skip
def test_primary_in_place(record: Row, answer: str) -> None:
    assert fact("primary_in_place", **record) == answer


# Metastases out of sight

UNSEEN = local("L1", "distant", "2024-06-10") | {
    "organ": "liver",
    "judgements": [judged("radiologist", visible=False, certainty="probable")],
}


@pytest.mark.parametrize(
    ("record", "vanished"),
    [
        ({}, (0, None)),  # nobody looked, and no row is not none
        ({"studies": [STAGED]}, 0),
        ({"lesions": [UNSEEN]}, (1, None)),
        ({"lesions": [UNSEEN], "studies": [STAGED]}, 1),
        ({"lesions": [UNSEEN | {"judgements": []}], "studies": [STAGED]}, 0),  # it was seen when it was found
        ({"lesions": [UNSEEN | {"judgements": [judged("radiologist", certainty="probable")]}],
          "studies": [STAGED]}, (0, 1)),
    ],
)  # fmt: skip
def test_metastases_out_of_sight(record: Row, vanished: Any) -> None:
    assert fact("vanished_lesion_count", **record) == vanished


# Who knew what when


@pytest.mark.parametrize(
    ("row", "count"),
    [
        ({"found_day": "2025-06-24"}, 1),  # what is found on the day counts
        ({"found_day": "2025-06-25"}, 0),
        ({"found_day": "2025-06"}, (0, 1)),
        ({"found_day": "2025-05"}, 1),
        ({"found_day": None}, (0, 1)),
        ({"found_day": None, "known_day": "2025-06-24"}, 1),
        ({"found_day": "2025-01-01", "known_day": "2025-06-24"}, 1),
        ({"found_day": "2025-01-01", "known_day": "2025-06-25"}, 0),
        ({"found_day": "2025-01-01", "known_day": "2025"}, (0, 1)),
    ],
)
def test_a_row_counts_from_the_day_it_was_known(row: Row, count: Any) -> None:
    assert fact("lesion_count", lesions=[lesion() | row], studies=[STAGED]) == count


@pytest.mark.parametrize(
    ("known", "liver", "lung", "lesions"),
    [
        ("2025-06-24", 0, 1, 1),
        ("2025-06-25", 1, 0, 1),
        ("2025-06", (0, 1), (0, 1), (0, 2)),  # perhaps the one, perhaps the other
    ],
)
def test_of_versions_the_last_known_counts(known: str, liver: Any, lung: Any, lesions: Any) -> None:
    first = lesion(row_id="first")
    second = lesion(organ="lung", row_id="second", replaces="first", known_day=known)
    record = {"lesions": [first, second], "studies": [STAGED]}
    assert fact("liver_lesion_count", **record) == liver
    assert fact("lung_lesion_count", **record) == lung
    assert fact("lesion_count", **record) == lesions


def test_of_a_chain_of_versions_the_last_counts_and_a_retraction_ends_it() -> None:
    days = ("2025-01-01", "2025-06-01", "2025-06-10")
    chain = [
        lesion(organ=organ, row_id=str(n), known_day=day, replaces=str(n - 1) if n else None)
        for n, (organ, day) in enumerate(zip(("liver", "lung", "brain"), days, strict=True))
    ]
    for on, organ in zip(("2025-05-31", "2025-06-09", "2025-06-10"), ("liver", "lung", "brain"), strict=True):
        assert written(table_of(on, lesions=chain)["lesion_count"].value) == (1, None)
        assert fact("liver_metastasis", on, lesions=chain) == ("yes" if organ == "liver" else "unknown")
    end = chain[2] | {"row_id": "end", "replaces": "2", "retracted": "yes", "known_day": "2025-06-20"}
    assert fact("has_metastasis", lesions=[*chain, end], studies=[STAGED]) == "no"
    assert fact("has_metastasis", "2025-06-19", lesions=[*chain, end], studies=[STAGED]) == "yes"


def test_two_rows_that_do_not_replace_each_other_are_two_values() -> None:
    sizes = [
        {"day": "2025-06-01", "longest_mm": mm, "source": source} for mm, source in ((20, "a"), (24, "b"))
    ]
    assert fact("largest_lesion", lesions=[lesion(measurements=sizes)], studies=[STAGED]) == (20, 24)


# Two primaries


RECTUM = COLON | {"tumour_id": "U", "site": "rectum", "diagnosed_day": "2024-01-10"}


def both(name: str, **tables: Any) -> list[Any]:
    """A fact for each primary, colon and rectum."""
    table = table_of(tumours=[COLON, RECTUM], **tables)
    assert list(table.tumour_id) == ["T", "U"]
    return [written(table[name].value, row) for row in (0, 1)]


def test_a_lesion_belongs_to_its_primary_and_one_of_unknown_origin_perhaps_to_each() -> None:
    assert both("lesion_count", lesions=[lesion(tumour_id="T")], studies=[STAGED]) == [1, 0]
    assert both("lesion_count", lesions=[lesion()], studies=[STAGED]) == [(0, 1), (0, 1)]
    assert both("diagnosis_to_metastasis", lesions=[lesion(tumour_id="U", found="2024-02-01")])[1] == 22


def test_statements_are_about_their_primary() -> None:
    staging = {"tumour_id": "T", "day": "2023-02-10", "prefix": "p", "nodes_positive": 2}
    assert both("primary_nodes_positive", stagings=[staging]) == [2, (0, None)]
    assert both("primary_control", treatments=[operation(tumour_id="T")], studies=[STAGED])[0] == "controlled"
    assert both("primary_control", treatments=[operation(tumour_id="T")], studies=[STAGED])[1] == ALL


@pytest.mark.parametrize(
    ("diagnosed", "primaries", "count"),
    [("2025-06-24", 2, (0, 1)), ("2025-06-25", 1, 1), (None, 2, (0, 1))],
)
def test_a_primary_found_later_changes_no_origin(diagnosed: Any, primaries: int, count: Any) -> None:
    tumours = [COLON, RECTUM | {"diagnosed_day": diagnosed}]
    table = table_of(tumours=tumours, lesions=[lesion()], studies=[STAGED])
    assert len(table) == primaries
    assert written(table["lesion_count"].value) == count


def test_without_a_primary_what_was_found_still_counts() -> None:
    table = table_of(tumours=[], lesions=[lesion()])
    assert list(table.tumour_id) == [""]
    assert written(table["lesion_count"].value) == (1, None)
    assert written(table["diagnosis_to_metastasis"].value) == (0, None)
    assert np.isinf(table["diagnosis_to_metastasis"].value.start.low[0])
