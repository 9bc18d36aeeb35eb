"""The guard against immortal time: what it refuses, what it says, and that the ways out find the truth."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from followed_cases import DIED, SEEN, colon, record
from paget.errors import BadInput
from paget.evidence import (
    Exposure,
    Followed,
    ImmortalTime,
    NoDay,
    analysis,
    as_supplied,
    curves,
    derive_endpoint,
)

OPERATION = Exposure.after_origin("operation", day="operated")


def refused(followed: Followed, exposure: Exposure, adjust: str = "") -> ImmortalTime:
    with pytest.raises(ImmortalTime) as caught:
        analysis(followed, exposure, adjust=adjust)
    return caught.value


@pytest.fixture(scope="module")
def jasa(shared_data: Path) -> tuple[ImmortalTime, dict[str, Any]]:
    folder = shared_data / "reference" / "open"
    data = pl.read_csv(folder / "input" / "jasa_times.csv")
    followed = as_supplied(data, time="futime", event="fustat", patient="id", name="survival")
    transplant = Exposure.after_origin("transplant", day="txtime")
    return refused(followed, transplant), json.loads((folder / "jasa.json").read_text())


def test_stanford_is_refused_with_the_difference(jasa: tuple[ImmortalTime, dict[str, Any]]) -> None:
    error, reference = jasa
    assert error.naive == pytest.approx(reference["naive_cox"]["coef"][0], abs=1e-8)
    assert error.time_dependent_estimate == pytest.approx(reference["td_cox_tx"]["coef"][0], abs=1e-8)
    assert error.exposed == 67  # of 69 transplanted two were so on the day of acceptance
    for word in ("-1.32", "+0.13", "-1.45", "67 of 103", "transplant"):
        assert word in str(error)


def test_stanford_remedies_are_those_of_r(jasa: tuple[ImmortalTime, dict[str, Any]]) -> None:
    error, reference = jasa
    expected = {one["landmark"]: one for one in reference["landmark"]}
    for found, day in zip(error.landmark([15, 30, 60, 90]), (15, 30, 60, 90), strict=True):
        assert found.log_hazard_ratio == pytest.approx(expected[day]["cox"]["coef"][0], abs=1e-8)
        assert found.standard_error == pytest.approx(expected[day]["cox"]["se"][0], abs=1e-8)
        assert found.patients == expected[day]["n"]
        assert found.detail["excluded"] == expected[day]["excluded"]
    # The log-rank test is the score test of the time-dependent model; ties move it in the third digit.
    assert error.mantel_byar().statistic == pytest.approx(reference["td_cox_tx"]["score_test"][0], abs=5e-3)
    curves = error.simon_makuch()
    assert sum(curve.events for curve in curves) == 75


def test_myeloid_is_refused_with_the_difference(shared_data: Path) -> None:
    folder = shared_data / "reference" / "open"
    data = pl.read_csv(folder / "input" / "myeloid.csv")
    followed = as_supplied(data, time="futime", event="death", patient="id")
    error = refused(followed, Exposure.after_origin("transplant", day="txtime"), "trt")
    assert round(error.naive, 2) == -0.30
    reference = json.loads((folder / "myeloid.json").read_text())["td_tx"]
    assert error.time_dependent_estimate == pytest.approx(reference["coef"][1], abs=1e-8)


def simulated(seed: int, patients: int = 1500) -> Followed:
    """An operation that does nothing: death at 1/400 a day, operation on its own clock at 1/200."""
    chance = np.random.Generator(np.random.Philox(seed))
    death = np.ceil(chance.exponential(400, patients))
    operation = np.ceil(chance.exponential(200, patients))
    end = np.minimum(death, 1000)
    return as_supplied(
        {
            "day": end,
            "died": (death <= 1000).astype(int),
            "operated": np.where(operation < end, operation, np.nan),
        },
        time="day",
        event="died",
    )


def test_of_an_operation_that_does_nothing_the_naive_comparison_says_much_and_the_ways_out_nothing() -> None:
    """All bounds are 4 standard errors of the mean over the repetitions, so that chance seldom fails them."""
    found: dict[str, list[float]] = {}
    for seed in range(6):
        error = refused(simulated(seed), OPERATION)
        found.setdefault("naive", []).append(error.naive)
        found.setdefault("time-dependent", []).append(error.time_dependent_estimate)
        found.setdefault("landmark", []).append(error.landmark([60, 120, 240])[1].log_hazard_ratio)
        found.setdefault("trials", []).append(error.sequential_trials(controls=40).log_hazard_ratio)
        cloned = error.clone_censor_weight(grace=120, repetitions=2)
        found.setdefault("cloned", []).append(cloned.log_hazard_ratio)
    # Who is operated on lived until then: the hazard of the exposed is far too small.
    assert np.mean(found.pop("naive")) < -0.5
    for method, values in found.items():
        error = np.std(values, ddof=1) / np.sqrt(len(values))
        assert abs(np.mean(values)) < 4 * max(error, 0.02), method


def test_each_day_belongs_to_the_state_in_which_it_was_lived() -> None:
    """By hand: operated on day 4 and dead on day 10; never operated; operated at the origin."""
    followed = as_supplied(
        {"day": [10, 7, 9], "died": [1, 1, 0], "operated": [4.0, None, 0.0]}, time="day", event="died"
    )
    error = refused(followed, OPERATION)
    curves = {curve.group: curve for curve in error.simon_makuch()}
    # Day 7: one at risk unexposed, who dies. Day 10: of the exposed two were at risk on day 9, one on day 10.
    assert (curves[0].time[curves[0].n_event > 0], curves[0].n_risk[curves[0].n_event > 0]) == ([7], [1])
    assert (curves[1].time[curves[1].n_event > 0], curves[1].n_risk[curves[1].n_event > 0]) == ([10], [1])
    assert error.exposed == 1
    assert error.immortal_years == pytest.approx(4 / 365.25)


def test_groups_known_at_the_origin_are_compared() -> None:
    data = {
        "day": [5, 9, 12, 20, 30, 4],
        "died": [1, 1, 1, 0, 1, 1],
        "margin": ["R1", "R0", "R1", "R0", "R0", "R1"],
    }
    found = analysis(as_supplied(data, time="day", event="died"), Exposure.at_origin("margin"))
    assert found.log_hazard_ratio > 0
    assert "R1 against R0" in found.method
    assert "Not a treatment effect" in found.summary()


def test_an_override_is_printed_with_its_reason() -> None:
    found = analysis(simulated(1, 200), OPERATION, override="to show the error of the 1990s")
    assert "REFUSED" in found.summary()
    assert "to show the error of the 1990s" in found.summary()
    assert found.log_hazard_ratio < 0


def test_the_exposed_alone_are_followed_from_their_exposure() -> None:
    followed = as_supplied(
        {"day": [10, 7], "died": [1, 1], "operated": [4.0, None]}, time="day", event="died", name="survival"
    )
    alone = refused(followed, OPERATION).from_exposure()
    assert alone.frame["_time"].to_list() == [6]
    assert alone.name == "survival from operation"


MISTAKES = {
    "exposed after the end": ({"day": [5], "died": [1], "operated": [6.0]}, "after their follow-up ended"),
    "nobody exposed": ({"day": [5.0, 6], "died": [1, 0], "operated": [None, None]}, "nobody was exposed"),
    "ends at once": ({"day": [0], "died": [1], "operated": [None]}, "end on or before"),
    "status": ({"day": [5], "died": [2], "operated": [1.0]}, "neither 1 nor 0"),
    "blank": ({"day": [5, None], "died": [1, 1], "operated": [1.0, 1.0]}, "blank in some rows"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_one_sentence(mistake: str) -> None:
    data, words = MISTAKES[mistake]
    with pytest.raises(BadInput, match=words):
        analysis(as_supplied(pl.DataFrame(data), time="day", event="died"), OPERATION)


def test_one_landmark_is_not_enough() -> None:
    with pytest.raises(BadInput, match="1 landmark days"):
        refused(simulated(1, 200), OPERATION).landmark([30])


def test_of_metastasectomy_without_a_day_nothing_can_be_said(shared_data: Path) -> None:
    """The README of the data: naive hazard ratio 0.13, with delayed entry at sequencing 0.19."""
    samples = pl.read_csv(shared_data / "crc_msk_2017" / "crc_msk_2017_joined.csv")
    entry, end = pl.col("time_met_dx_to_sequencing_months"), pl.col("os_months")
    patients = samples.unique("patient_id", keep="first", maintain_order=True).filter(
        end.is_not_null(),
        entry.is_not_null(),
        pl.col("metastasectomy").is_not_null(),
        pl.col("dead").is_not_null(),
    )
    operated = Exposure.after_origin("metastasectomy")
    found = []
    for start, rows in (
        (None, patients.filter(end > 0)),
        ("entry", patients.filter(end > entry, entry >= 0)),
    ):
        followed = as_supplied(
            rows.with_columns(entry=entry), time="os_months", event="dead", entry=start, patient="patient_id"
        )
        with pytest.raises(NoDay, match="its day is not recorded") as caught:
            analysis(followed, operated)
        found.append(round(float(np.exp(caught.value.naive)), 2))
        assert ("delayed entries" in str(caught.value)) is (start is not None)
    assert found == [pytest.approx(0.13, abs=0.011), pytest.approx(0.19, abs=0.011)]


def test_a_derived_endpoint_can_be_compared_as_it_is() -> None:
    """Two patients, operated on 2020-02-01: one dies after 366 days, one is last seen after 304."""
    derived = derive_endpoint(
        record(colon("P", patient=DIED), colon("Q", patient=SEEN)), "overall_survival", "resection_of_primary"
    )
    with pytest.raises(BadInput, match="no such column"):
        analysis(derived, Exposure.at_origin("margin"))  # it has come as far as the column
    found = curves(derived).to_frame()
    assert found["time"].to_list() == [304, 366]
    assert found["survival"].to_list() == [1.0, 0.0]


def test_what_is_no_endpoint_or_exposure_is_said() -> None:
    followed = as_supplied({"day": [5, 9], "died": [1, 0], "margin": ["R0", "R1"]}, time="day", event="died")
    with pytest.raises(BadInput, match="when is the exposure decided"):
        analysis(followed, "margin")  # type: ignore[arg-type]
    with pytest.raises(BadInput) as caught:
        analysis(followed, followed.frame["margin"])  # type: ignore[arg-type]
    assert "R1" not in str(caught.value)  # of patients no value is told
    with pytest.raises(BadInput, match="no endpoint"):
        analysis({"day": [5, 9]}, Exposure.at_origin("margin"))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("column", "values", "said"),
    [
        ("day", [dt.date(2020, 1, 1), dt.date(2020, 2, 1)], "end_day - start_day"),
        ("died", ["yes", "no"], "not numeric"),
        ("died", [0.5, 1.0], "neither 1 nor 0"),
    ],
)
def test_columns_that_are_no_days_and_no_events(column: str, values: list[Any], said: str) -> None:
    rows: dict[str, list[Any]] = {"day": [5, 9], "died": [1, 0]}
    with pytest.raises(BadInput, match=said):
        as_supplied(rows | {column: values}, time="day", event="died")


def test_a_date_is_no_day_of_exposure() -> None:
    rows = {"day": [5, 9], "died": [1, 0], "operated": [dt.date(2020, 1, 2), None]}
    with pytest.raises(BadInput, match="end_day - start_day"):
        analysis(
            as_supplied(rows, time="day", event="died"), Exposure.after_origin("operation", day="operated")
        )
