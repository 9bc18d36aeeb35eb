"""Growth, the course under drugs, measurable disease, plans under way, the last liver resection: by hand.

Cases are written as in ``written_facts``: colon primary of 10 January 2023, decision on 24 June 2025.
"""

from __future__ import annotations

from math import log
from typing import Any

import pytest

from written_facts import STAGED, Row, fact, judged, lesion, operation


def sized(*sizes: Any, name: str = "L1", **more: Any) -> Row:
    """A liver metastasis measured on some days."""
    return lesion(name, measurements=[{"day": day, "longest_mm": mm} for day, mm in sizes], **more)


def drugs(first: Any = "2025-03-10", last: Any = "2025-05-10", **more: Any) -> Row:
    return {"treatment_id": "S", "modality": "systemic", "start_day": first, "end_day": last, **more}


BEFORE, AFTER = "2025-03-01", "2025-05-27"  # 87 days
UNKNOWN = (0, None)
GROWN = sized((BEFORE, 24), (AFTER, 32))


def doubles(days: float, before: float, after: float) -> float:
    """Days in which a sphere doubles its volume that grew from one diameter to another."""
    return days * log(2) / (3 * log(after / before))


OF_GROWN = (doubles(87, 23, 33), doubles(87, 25, 31))
"""55.7 and 93.4 days: each reading may be off by 1 mm."""


# The doubling time


@pytest.mark.parametrize(
    ("lesions", "expected"),
    [
        ([GROWN], OF_GROWN),
        ([sized(("2024-06-01", 60), (BEFORE, 24), (AFTER, 32))], OF_GROWN),  # the last two
        # two readings of one day: 23 to 33 mm, and 27 to 31 mm (one reader saw 26)
        ([sized((BEFORE, 24), (BEFORE, 26), (AFTER, 32))], (doubles(87, 23, 33), doubles(87, 27, 31))),
        ([sized((BEFORE, 30), (AFTER, 30))], (doubles(87, 29, 31), None)),  # or not at all
        ([sized((BEFORE, 40), (AFTER, 20))], (36525, None)),  # never
        ([sized((BEFORE, 24))], UNKNOWN),
        ([sized((BEFORE, 24), (BEFORE, 25))], UNKNOWN),  # one day
        ([sized((BEFORE, 24), ("2025-05", 32))], UNKNOWN),
        ([sized((BEFORE, 24), (AFTER, None))], UNKNOWN),
        ([GROWN | {"relation": "local"}], UNKNOWN),  # no metastasis
        ([GROWN | {"organ": "peritoneum"}], UNKNOWN),  # there lesions are not counted
        ([GROWN | {"relation": None}], UNKNOWN),  # perhaps none
        ([GROWN, sized((BEFORE, 24), ("2025-05", 32), name="L2")], UNKNOWN),
        ([GROWN, sized((BEFORE, 24), name="L2")], OF_GROWN),  # of those measured twice
        ([], UNKNOWN),
    ],
)
def test_doubling_time(lesions: list[Row], expected: Any) -> None:
    found = fact("doubling_time", lesions=lesions, studies=[STAGED])
    assert found == pytest.approx(expected, abs=2e-6)


def test_a_lesion_that_was_removed_grows_no_more() -> None:
    gone = {"treatment_id": "H", "modality": "surgery", "start_day": "2025-06-01",
            "targets": [{"lesion_id": "L1", "removed": "yes"}]}  # fmt: skip
    assert fact("doubling_time", lesions=[GROWN], treatments=[gone]) == UNKNOWN


def test_lesions_measured_on_different_days_give_the_shortest_and_the_longest_time() -> None:
    """Twice 20 to 30 mm, in 60 and in 80 days."""
    two = [
        sized(("2025-03-28", 20), (AFTER, 30)),
        sized(("2025-03-08", 20), (AFTER, 30), name="L2"),
    ]
    expected = (doubles(60, 19, 31), doubles(80, 21, 29))
    assert fact("doubling_time", lesions=two) == pytest.approx(expected, abs=2e-6)


def test_growth_rate_is_negative_where_lesions_shrink() -> None:
    low, high = fact("growth_rate", lesions=[sized((BEFORE, 40), (AFTER, 20))])
    assert (low, high) == pytest.approx((300 * log(19 / 41) / 87, 300 * log(21 / 39) / 87), abs=2e-6)
    assert fact("growth_rate") == (None, None)


# Under drugs


@pytest.mark.parametrize(
    ("course", "given"),
    [
        (drugs(), "yes"),
        (drugs("2025-05-26", "2025-06-20"), "yes"),  # began the day before the last size
        (drugs("2025-05-27", "2025-06-20"), "no"),
        (drugs("2025-01-10", "2025-03-02"), "yes"),  # ended the day after the first of the two
        (drugs("2025-01-10", BEFORE), "no"),
        (drugs("2025-01-10", None), "unknown"),  # ended nobody knows when
        (drugs("2025", "2025-06-20"), "unknown"),
        (drugs(modality=None), "unknown"),
        (drugs(modality="radiotherapy"), "no"),
        (drugs("2025-07-01", None, known_day="2025-06-01"), "no"),  # planned
    ],
)
def test_drugs_between_sizes(course: Row, given: str) -> None:
    case = {"lesions": [GROWN], "studies": [STAGED], "treatments": [course]}
    assert fact("drugs_between_sizes", **case) == given
    expected = {"yes": 1, "no": 0, "unknown": (0, 1)}[given]
    assert fact("lesions_grown_under_drugs", **case) == expected
    assert fact("lesions_shrunk_under_drugs", **case) == 0


@pytest.mark.parametrize(
    ("after", "grown", "shrunk"),
    [(22, 0, 0), (22.1, 1, 0), (18, 0, 0), (17.9, 0, 1), (None, (0, 1), (0, 1))],
)
def test_a_change_counts_above_the_error_of_both_readings(after: Any, grown: Any, shrunk: Any) -> None:
    case = {"lesions": [sized((BEFORE, 20), (AFTER, after))], "studies": [STAGED], "treatments": [drugs()]}
    assert fact("lesions_grown_under_drugs", **case) == grown
    assert fact("lesions_shrunk_under_drugs", **case) == shrunk


def test_lesions_under_drugs_are_open_above_while_staging_is_or_an_organ_is_only_named() -> None:
    case = {"lesions": [GROWN], "treatments": [drugs()]}
    assert fact("lesions_grown_under_drugs", **case) == (1, None)
    site = {"site_id": "S1", "organ": "lung", "relation": "distant", "day": BEFORE}
    assert fact("lesions_grown_under_drugs", **case, studies=[STAGED], sites=[site]) == (1, None)
    assert fact("lesions_grown_under_drugs", lesions=[GROWN]) == 0  # no drugs


def test_without_two_sizes_nothing_is_said_of_drugs_between_them() -> None:
    assert fact("drugs_between_sizes") == "unknown"
    assert fact("drugs_between_sizes", lesions=[sized((BEFORE, 20))], studies=[STAGED]) == "unknown"
    assert fact("drugs_between_sizes", lesions=[GROWN]) == "no"


def test_drugs_begun() -> None:
    assert fact("drugs_begun") == "no"
    assert fact("drugs_begun", treatments=[drugs()]) == "yes"
    assert fact("drugs_begun", treatments=[drugs("2025-07-01", None, known_day="2025-06-01")]) == "no"
    assert fact("drugs_begun", treatments=[drugs(modality=None)]) == "unknown"


# Measurable disease


def node(longest: Any, short: Any, **more: Any) -> Row:
    size = {"day": AFTER, "longest_mm": longest, "short_mm": short}
    return lesion("N1", "lymph node", measurements=[size], **more)


@pytest.mark.parametrize(
    ("one", "answer"),
    [
        (sized((AFTER, 10)), "yes"),
        (sized((AFTER, 9.9)), "no"),
        (sized((BEFORE, 14), (AFTER, 9.9)), "no"),  # by the last size
        (sized((AFTER, None)), "unknown"),
        (lesion("L1"), "unknown"),
        (node(24, 15), "yes"),
        (node(24, 14.9), "no"),
        (node(24, None), "unknown"),
        (node(14.9, None), "no"),  # the short axis is not the longer one
        (node(24, 15, relation="regional"), "yes"),
        (node(24, 15) | {"organ": None}, "unknown"),  # a node, or not
        (sized((AFTER, 30), judgements=[judged("pathologist", certainty="benign")]), "no"),
        (sized((AFTER, 30), judgements=[judged("radiologist", certainty="indeterminate")]), "unknown"),
    ],
)
def test_measurable_disease(one: Row, answer: str) -> None:
    found = fact("measurable_disease", lesions=[one], studies=[STAGED], treatments=[operation()])
    assert found == answer


def test_measurable_disease_is_excluded_only_when_all_is_staged_and_the_primary_is_gone() -> None:
    small = [sized((AFTER, 9))]
    assert fact("measurable_disease", lesions=small, treatments=[operation()]) == "unknown"
    assert fact("measurable_disease", lesions=small, studies=[STAGED]) == "unknown"
    assert fact("measurable_disease", treatments=[operation()], studies=[STAGED]) == "no"
    stated = {
        "tumour_id": "T",
        "day": "2025-06-20",
        "prefix": "c",
        "m": "M1a",
    }  # of which no lesion is written
    open_ = {"treatments": [operation()], "studies": [STAGED], "stagings": [stated]}
    assert fact("measurable_disease", **open_) == "unknown"
    assert fact("measurable_disease") == "unknown"


# A plan under way


def step(name: str, day: Any, plan: str | None = "P", **more: Any) -> Row:
    return {"treatment_id": name, "plan_id": plan, "modality": "surgery", "start_day": day,
            "known_day": "2025-01-05", **more}  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "answer", "begun", "ahead"),
    [
        ([step("A", "2025-02-01"), step("B", "2025-07-01")], "yes", 1, 1),
        ([step("A", "2025-02-01"), step("B", "2025-03-01"), step("C", "2025-07-01")], "yes", 2, 1),
        ([step("A", "2025-02-01"), step("B", "2025-06-23")], "no", UNKNOWN, UNKNOWN),  # done yesterday
        ([step("A", "2025-02-01"), step("B", "2025-06-24")], "yes", 1, 1),  # today
        ([step("A", "2025-07-01"), step("B", "2025-08-01")], "no", UNKNOWN, UNKNOWN),  # not begun
        ([step("A", "2025-02-01"), step("B", "2025-07-01", "Q")], "no", UNKNOWN, UNKNOWN),  # two plans
        ([step("A", "2025-02-01"), step("B", "2025-07-01", None)], "no", UNKNOWN, UNKNOWN),
        ([step("A", "2025-02-01"), step("B", "2025-06")], "unknown", UNKNOWN, UNKNOWN),
        ([step("A", "2025-02-01"), step("B", "2025-06"), step("C", "2025-07-01")], "yes", (1, 2), (1, 2)),
        ([step("A", "2025-02-01"), step("B", "2025-07-01", known_day="2025-06-25")], "no", UNKNOWN, UNKNOWN),
        ([], "no", UNKNOWN, UNKNOWN),
    ],
)
def test_plan_under_way(steps: list[Row], answer: str, begun: Any, ahead: Any) -> None:
    assert fact("plan_under_way", treatments=steps) == answer
    assert fact("plan_steps_begun", treatments=steps) == begun
    assert fact("plan_steps_ahead", treatments=steps) == ahead


# The last liver resection


def resection(day: Any = "2025-03-04", **more: Any) -> Row:
    row = {"treatment_id": "H", "modality": "surgery", "start_day": day, "end_day": day, "margin_mm": 9,
           "pathology_day": "2025-03-12", "targets": [{"lesion_id": "L1", "removed": "yes"}]}  # fmt: skip
    return row | more


def test_the_last_liver_resection() -> None:
    two = [sized(("2025-01-20", 55)), sized(("2025-01-20", 20), name="L2")]
    both = [{"lesion_id": "L1", "removed": "yes"}, {"lesion_id": "L2", "removed": "yes"}]
    case = {"lesions": two, "treatments": [resection(targets=both)], "patient": {"birth_day": "1964-04-02"}}
    assert fact("liver_resected", **case) == "yes"
    assert fact("resected_liver_margin", **case) == 9
    assert fact("resected_liver_lesions", **case) == 2
    assert fact("largest_resected_liver_lesion", **case) == 55
    assert fact("age_at_liver_resection", **case) == 60  # 61 on the decision day


@pytest.mark.parametrize(
    ("treatments", "answer", "margin"),
    [
        ([], "no", UNKNOWN),
        ([resection(pathology_day="2025-06-25")], "yes", UNKNOWN),  # reported tomorrow
        ([resection(margin_mm=None)], "yes", UNKNOWN),
        ([resection(), resection("2025-05-04", treatment_id="K", margin_mm=2, pathology_day="2025-05-10")],
         "yes", 2),
        ([resection(), resection("2025", treatment_id="K", margin_mm=2, pathology_day="2025-05-10")],
         "yes", (2, 9)),  # either may be the last
        ([resection(targets=[])], "unknown", UNKNOWN),  # of what, nobody wrote
        ([resection(targets=[], definitive="yes")], "no", UNKNOWN),  # of the primary
        ([resection(modality="ablation")], "no", UNKNOWN),
        ([{"treatment_id": "H", "modality": "surgery", "start_day": "2025-07-04", "known_day": "2025-06-01"}],
         "no", UNKNOWN),  # planned
        ([resection(targets=[{"lesion_id": "L1", "removed": "no"}])], "no", UNKNOWN),  # opened and closed
    ],
)  # fmt: skip
def test_which_operation_was_a_liver_resection(treatments: list[Row], answer: str, margin: Any) -> None:
    case = {"lesions": [sized(("2025-01-20", 55))], "treatments": treatments}
    assert fact("liver_resected", **case) == answer
    assert fact("resected_liver_margin", **case) == margin


@pytest.mark.parametrize(
    ("one", "answer", "largest"),
    [
        (sized(("2025-01-20", 55)), "yes", 55),
        (sized(("2025-01-20", 55), organ="lung"), "no", UNKNOWN),
        (sized(("2025-01-20", 55), organ=None), "unknown", UNKNOWN),
        (sized(("2025-01-20", 55)) | {"relation": "regional"}, "no", UNKNOWN),
        (lesion("L1"), "yes", UNKNOWN),
        (sized(("2025-01-20", 55), judgements=[judged("pathologist", certainty="benign")]), "no", UNKNOWN),
    ],
)
def test_what_it_addressed(one: Row, answer: str, largest: Any) -> None:
    case = {"lesions": [one], "treatments": [resection()]}
    assert fact("liver_resected", **case) == answer
    assert fact("largest_resected_liver_lesion", **case) == largest


def test_age_at_a_liver_resection_of_a_month() -> None:
    case = {"lesions": [sized(("2025-01-20", 55))], "patient": {"birth_day": "1964-03-15"}}
    assert fact("age_at_liver_resection", treatments=[resection("2025-03")], **case) == (60, 61)
    assert fact("age_at_liver_resection", treatments=[resection(None)], **case) == UNKNOWN


# Tissue


def test_what_nobody_found_nobody_proved() -> None:
    assert fact("failure_proven") == "unknown"
    assert fact("failure_proven", treatments=[operation()], studies=[STAGED]) == "unknown"
    back = lesion("L1", judgements=[judged("radiologist", certainty="probable")])
    assert fact("failure_proven", treatments=[operation()], lesions=[back]) == "no"
    proven = lesion("L1", judgements=[judged("pathologist", certainty="proven")])
    assert fact("failure_proven", treatments=[operation()], lesions=[proven]) == "yes"
