"""What a definition leaves open: new treatment, missed assessments, unknown causes, months, staged plans."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from followed_cases import CT, DIED, DRUGS, RECURRED, colon, record
from paget.errors import BadInput
from paget.evidence import Derived, as_supplied, derive_any, derive_endpoint, with_assessments
from paget.evidence.adam import adtte
from paget.evidence.windows import Window
from paget.knowledge import Knowledge

START = "resection_of_primary"


def derived(case: dict[str, Any], endpoint: str = "disease_free_survival", **how: Any) -> Derived:
    return derive_endpoint(record(case), endpoint, how.pop("origin", START), **how)


def only(found: Derived) -> tuple[int, int, str]:
    (row,) = found.rows.to_dicts()
    assert row["excluded"] is None
    return row["time"], row["status"], row["reason"]


# Operated on 2020-02-01; CT on 2020-08-01 (182); drugs from 2020-09-01 (213); recurrence 2020-12-01 (304).
LATE = RECURRED | {"day": "2020-12-01"}
TREATED = colon("P", studies=[CT], treatments=[DRUGS], statuses=[LATE])

NEW_TREATMENT = {
    "ignore": (304, 1, "local recurrence"),
    "event": (213, 1, "new treatment"),
    "censor": (182, 0, "last assessment before a new treatment"),
}


@pytest.mark.parametrize("choice", NEW_TREATMENT)
def test_a_new_treatment_before_the_event(choice: Any) -> None:
    found = derived(TREATED, strategies={"new_treatment": choice})
    assert only(found) == NEW_TREATMENT[choice]
    assert found.choices["new_treatment"] == choice
    others = {one.choice: only_of(one.rows) for one in found.differing if one.question == "new_treatment"}
    assert others == {name: result for name, result in NEW_TREATMENT.items() if name != choice}
    for name in others:
        assert f"new treatment: {choice}" in found.summary()
        assert f"; {name}, " in found.summary()


def only_of(rows: Any) -> tuple[int, int, str]:
    (row,) = rows.to_dicts()
    return row["time"], row["status"], row["reason"]


def test_a_new_treatment_of_overall_survival_changes_nothing_and_is_not_asked() -> None:
    assert derived(TREATED, "overall_survival").differing == ()


def test_a_treatment_after_the_event_or_of_the_same_plan_is_no_new_one() -> None:
    late = DRUGS | {"start_day": "2021-01-01"}
    assert derived(colon("P", studies=[CT], treatments=[late], statuses=[LATE])).differing == ()
    case = colon("P", studies=[CT], treatments=[DRUGS | {"plan_id": "A"}], statuses=[LATE])
    case["treatments"][0]["plan_id"] = "A"
    assert derived(case).differing == ()


# Died on day 366; the last assessment was on day 182: 184 days without one.
DEAD = colon("P", patient=DIED, studies=[CT])
MISSED = {
    "ignore": (366, 1, "death of unknown cause"),
    "event": (182 + 90, 1, "died after missed assessments"),
    "censor": (182, 0, "last assessment before missed ones"),
}


@pytest.mark.parametrize("choice", MISSED)
def test_a_death_after_two_missed_assessments(choice: Any) -> None:
    found = derived(DEAD, strategies={"missed_assessments": choice}, assessed_every=90)
    assert only(found) == MISSED[choice]
    others = {one.choice: only_of(one.rows) for one in found.differing}
    assert others == {name: result for name, result in MISSED.items() if name != choice}


@pytest.mark.parametrize(("every", "missed"), [(91, True), (92, False), (93, False)])
def test_two_intervals_to_the_day_are_no_missed_assessment(every: int, missed: bool) -> None:
    """184 days: more than twice 91, exactly twice 92."""
    found = derived(DEAD, strategies={"missed_assessments": "censor"}, assessed_every=every)
    assert (only(found)[1] == 0) is missed


def test_without_a_schedule_nothing_is_known_to_be_missed_and_that_is_said() -> None:
    found = derived(DEAD, strategies={"missed_assessments": "censor"})
    assert only(found) == MISSED["ignore"]
    assert "missed assessments were not looked at" in found.summary()


def test_a_strategy_that_there_is_not_is_refused() -> None:
    with pytest.raises(BadInput, match="no such strategy"):
        derived(DEAD, strategies={"new_treatment": "impute"})  # type: ignore[dict-item]


def test_deaths_of_unknown_cause_make_cancer_specific_survival_a_range_that_is_shown() -> None:
    cases = [colon("A", patient=DIED), colon("B", patient=DIED | {"death_cause": "cancer"}), colon("C")]
    found = derive_endpoint(record(*cases), "cancer_specific_survival", START)
    (other,) = found.differing
    assert (found.flow["events"], other.choice, other.events) == (2, "competing", 1)
    assert "event, 2 events; competing, 1 events (1 rows differ)" in found.summary()
    known = derive_endpoint(record(cases[1]), "cancer_specific_survival", START)
    assert known.differing == ()


def test_a_month_is_the_interval_of_its_days() -> None:
    """The recurrence was in September 2020: 213 to 242 days after the operation."""
    case = colon("P", statuses=[RECURRED | {"day": "2020-09"}])
    assert "month or year" in derived(case).rows["excluded"][0]
    kept = derived(case, months="interval")
    assert kept.intervals().select("lower", "upper", "status").rows() == [(213.0, 242.0, 1)]
    with pytest.raises(BadInput, match="1 times are known as an interval only"):
        kept.followed()


def test_an_event_on_a_known_day_narrows_the_month() -> None:
    case = colon("P", statuses=[RECURRED | {"day": "2020-09"}], lesions=[
        {"lesion_id": "L", "relation": "distant", "organ": "liver", "found_day": "2020-09-11"}
    ])  # fmt: skip
    assert derived(case, months="interval").intervals().select("lower", "upper").rows() == [(213.0, 223.0)]


def test_what_a_month_straddles_is_not_known() -> None:
    """Did the competing death on 15 September come before the recurrence of that month?"""
    case = colon("P", patient={"death_day": "2020-09-15", "death_cause": "other"},
                 statuses=[RECURRED | {"day": "2020-09"}])  # fmt: skip
    found = derived(case, "datecan_colon_time_to_recurrence", months="interval")
    assert found.rows["excluded"].to_list() == ["which of two events came first is not known"]
    # Both end disease-free survival: there the order does not matter, and the death bounds the interval.
    both = derived(case, months="interval").intervals()
    assert both.select("lower", "upper", "status").rows() == [(213.0, 227.0, 1)]


def test_a_censored_row_has_no_upper_bound() -> None:
    assert derived(colon("P", studies=[CT])).intervals().select("lower", "upper").rows() == [(182.0, None)]


def test_who_is_dead_without_a_day_or_before_the_origin_is_not_analysed() -> None:
    found = derived(
        colon("P", patient={"deceased": "yes", "last_contact_day": "2020-12-01"}), "overall_survival"
    )
    assert found.rows["excluded"].to_list() == ["dead, the day not recorded"]
    found_at_autopsy = {
        "patient": {"patient_id": "P", "death_day": "2020-01-08"},
        "tumours": [{"tumour_id": "T1", "site": "colon", "diagnosed_day": "2020-01-10"}],
    }
    found = derived(found_at_autopsy, "overall_survival", origin="diagnosis")
    assert found.rows["excluded"].to_list() == ["dead before the origin"]


def staged(second: dict[str, Any] | None, **more: Any) -> dict[str, Any]:
    """Two metastases; the first stage on 2020-02-01 removes one, the second is what is given."""
    lesions = [
        {
            "lesion_id": name,
            "tumour_id": "T1",
            "relation": "distant",
            "organ": "liver",
            "found_day": "2020-01-15",
        }
        for name in ("A", "B")
    ]
    first = {
        "treatment_id": "S1", "tumour_id": "T1", "modality": "surgery", "plan_id": "two-stage", "stage": 1,
        "start_day": "2020-02-01", "residual": "R2", "pathology_day": "2020-02-10",
    }  # fmt: skip
    targets = [{"treatment_id": "S1", "lesion_id": "A"}]
    treatments = [first]
    if second is not None:
        treatments.append({"treatment_id": "S2", "tumour_id": "T1", "modality": "surgery"} | second)
        targets.append({"treatment_id": "S2", "lesion_id": "B"})
    return {
        "patient": {"patient_id": "P"},
        "tumours": [{"tumour_id": "T1", "site": "colon", "diagnosed_day": "2019-06-10"}],
        "lesions": lesions,
        "treatments": treatments,
        "targets": targets,
        **more,
    }


STAGE_TWO = {"plan_id": "two-stage", "stage": 2, "start_day": "2020-04-01", "residual": "R0",
             "pathology_day": "2020-04-08"}  # fmt: skip
BACK = {"tumour_id": "T1", "day": "2020-10-01", "status": "recurrence", "site": "distant"}


def test_disease_free_survival_of_a_staged_plan_begins_with_the_stage_that_completed_it() -> None:
    case = staged(STAGE_TWO, statuses=[BACK])
    assert only(derived(case, origin="completed_metastasectomy")) == (183, 1, "distant recurrence")
    first = derived(case, "overall_survival", origin="first_stage")
    assert (
        first.rows["origin_day"].to_list()
        == derived(case, "overall_survival", origin="metastasectomy").rows["origin_day"].to_list()
    )


def test_who_never_reached_the_second_stage_is_no_disease_free_survival_but_stays_in_the_plan() -> None:
    case = staged(None, patient={"patient_id": "P", "death_day": "2020-12-01"})
    stopped = derived(case, origin="completed_metastasectomy")
    assert stopped.rows["excluded"].to_list() == ["residual is not R0"]
    assert only(derived(case, "overall_survival", origin="first_stage")) == (304, 1, "death of unknown cause")


def test_of_an_r1_that_was_resected_again_to_r0_the_second_operation_counts() -> None:
    again = {"start_day": "2020-03-02", "residual": "R0", "pathology_day": "2020-03-09"}
    case = staged(again, statuses=[BACK])
    case["treatments"][0] |= {"plan_id": None, "stage": None, "residual": "R1"}
    assert only(derived(case, origin="completed_metastasectomy"))[0] == 213
    # After a recurrence the next operation is salvage: the clock is not reset.
    salvage = again | {"start_day": "2020-12-01", "pathology_day": "2020-12-08"}
    case = staged(salvage, statuses=[BACK])
    case["treatments"][0] |= {"plan_id": None, "stage": None, "residual": "R1"}
    assert derived(case, origin="completed_metastasectomy").rows["excluded"].to_list() == [
        "residual is not R0"
    ]


def test_salvage_never_resets_the_clock() -> None:
    salvage = {"treatment_id": "X2", "tumour_id": "T1", "modality": "surgery", "start_day": "2020-12-01",
               "residual": "R0", "pathology_day": "2020-12-08"}  # fmt: skip
    case = colon("P", treatments=[salvage], statuses=[RECURRED])
    assert only(derived(case))[:2] == (213, 1)
    assert only(derived(case, "survival_after_salvage", origin="salvage"))[0] == 0
    with pytest.raises(BadInput, match="is not counted from"):
        derived(case, "survival_after_salvage")


def test_event_free_survival_asks_by_which_day_an_r0_is_looked_for() -> None:
    case = colon("P", decisions=[{"decision_id": "D", "tumour_id": "T1", "day": "2020-01-15"}])
    with pytest.raises(BadInput, match="by which day is not said"):
        derived(case, "event_free_survival", origin="decision")


def test_a_range_of_days_and_an_outcome_come_out_of_any_endpoint() -> None:
    home = derive_any(record(colon("P", patient={"last_contact_day": "2020-12-01"})), "days_at_home", START)
    assert home.rows.select("days_low", "days_high").rows() == [(0, 90)]
    with pytest.raises(BadInput, match="does not take strategies"):
        derive_any(record(DEAD), "days_at_home", START, strategies={"new_treatment": "event"})
    outcome = derive_any(record(DEAD), "textbook_outcome", START)
    assert "no row of the record is a readmission" in outcome.summary()


def test_a_pair_as_supplied_is_never_called_derived() -> None:
    assert not as_supplied({"day": [5], "died": [1]}, time="day", event="died", name="DFS").derived
    assert derived(DEAD).followed().derived


def test_assessments_are_counted_from_the_origin_to_the_end_of_follow_up() -> None:
    """One before the operation, two on one day, one after the recurrence: one and the recurrence itself."""
    studies = [CT | {"day": day} for day in ("2020-01-20", "2020-08-01", "2020-12-24")]
    registry = record(colon("P", studies=[*studies, CT | {"kind": "mr"}], statuses=[RECURRED]), colon("Q"))
    found = with_assessments(registry, derive_endpoint(registry, "disease_free_survival", START))
    assert found.frame.sort("patient_id")["assessments"].to_list() == [2, 0]
    assert found.about.assessments == "assessments"


RETURN_6 = """
title: Recurrence within half a year
kind: endpoint
code: REC6
meaning: Recurrence within the window.
events: {local_recurrence: event}
censored: last assessment
within: 6 months
source: {authors: definition}
confirmed: true
"""


def windowed(tmp_path: Path, case: dict[str, Any], within: str) -> tuple[str | None, int]:
    """The outcome, and the days followed."""
    file = tmp_path / "endpoints" / "return_6.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(RETURN_6.replace("6 months", within))
    found = derive_endpoint(record(case), "return_6", START, knowledge=Knowledge.load((tmp_path,)))
    (row,) = found.rows.to_dicts()
    return row["outcome"], row["time"]


@pytest.mark.parametrize(
    ("within", "day", "outcome", "time"),
    [
        ("6 months", "2020-08-01", "yes", 182),  # February to July 2020: 29 + 31 + 30 + 31 + 30 + 31
        ("6 months", "2020-08-02", "no", 182),
        ("1 year", "2021-02-01", "yes", 366),  # a leap year
        ("1 year", "2021-02-02", "no", 366),
        ("26 weeks", "2020-08-01", "yes", 182),
        ("180 days", "2020-08-01", "no", 180),
    ],
)
def test_windows_in_months_are_those_of_the_calendar(
    tmp_path: Path, within: str, day: str, outcome: str, time: int
) -> None:
    case = colon("P", statuses=[RECURRED | {"day": day}])  # operated on 2020-02-01
    assert windowed(tmp_path, case, within) == (outcome, time)


@pytest.mark.parametrize(("day", "outcome"), [(365, "yes"), (366, "no")])
def test_a_window_of_a_record_without_a_calendar(tmp_path: Path, day: int, outcome: str) -> None:
    """1 year is floor(30.4375 x 12) = 365 days; by the calendar of 1970 and 1972 it would be 365 and 366."""
    case = colon("P", patient={"time_base": "relative"}, statuses=[RECURRED | {"day": 731 + day}])
    case["tumours"][0]["diagnosed_day"] = 700
    case["treatments"][0] |= {"start_day": 731, "pathology_day": 740}
    assert windowed(tmp_path, case, "1 year") == (outcome, 365)


def test_a_window_at_the_end_of_a_month() -> None:
    """31 August and six months: 29 February 2020."""
    begin = pl.DataFrame({"day": [dt.date(2019, 8, 31)]}).select(pl.col("day").cast(pl.Int32))
    limit = begin.select(Window.read("6 months").end(pl.col("day"), pl.lit(False))).item()
    assert dt.date(1970, 1, 1) + dt.timedelta(limit) == dt.date(2020, 2, 29)


@pytest.mark.parametrize("written", ["6 mm", "half a year", "0 days", "1.5 months", "-3 days", 0, True])
def test_windows_that_are_none(written: Any) -> None:
    with pytest.raises(BadInput):
        Window.read(written)


def test_no_dates_are_made_up_for_records_without() -> None:
    """In the words of ADaM: blank dates, and the days as they are."""
    case = colon("P", patient={"time_base": "relative", "death_day": 31})
    case["tumours"][0]["diagnosed_day"] = -20
    case["treatments"][0] |= {"start_day": 0, "pathology_day": 7}
    found = adtte(derive_endpoint(record(case, colon("Q", patient=DIED)), "overall_survival", START))
    told = {row[0]: row[1:] for row in found.select("USUBJID", "STARTDT", "ADT", "AVAL").rows()}
    assert told["P"] == (None, None, 32)
    assert told["Q"] == (dt.date(2020, 2, 1), dt.date(2021, 2, 1), 367)
