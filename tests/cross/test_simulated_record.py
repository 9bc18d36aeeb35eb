"""Records of known truth: the naive comparison is refused by the guard, and a remedy covers the truth."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from paget.biology import bias_lab, bias_records, virtual_patient
from paget.biology.cohort import cohorts
from paget.errors import BadInput
from paget.evidence import Exposure, Followed, ImmortalTime, analysis, derive_endpoint
from paget.evidence.began import days_of_beginning
from paget.knowledge import Knowledge
from paget.record import Record

OPERATED = Exposure.after_origin("operation", day="operated")


def _followed(record: Record, origin: str, begins: str) -> Followed:
    found = derive_endpoint(record, "overall_survival", origin).followed()
    frame, rough = days_of_beginning(record, Knowledge.load(), begins, found.frame, "operated")
    assert rough == 0
    return replace(found, frame=frame)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_operation_that_changes_nothing(seed: int) -> None:
    """Virtual patients who die of other causes alone, operated on when metastases are seen: truth 0."""
    harmless = virtual_patient.of("virtual_colorectal").with_(
        lethal_cells=1e15, mortality=0.0, systemic_lines=0, other_hazard=6e-4, other_doubling=0,
        primary_seeding=4e-10,
    )  # fmt: skip
    record = Record.from_tables(next(cohorts(harmless, 4_000, seed=seed)).tables)
    followed = _followed(record, "resection_of_primary", "metastasectomy")
    assert 600 < followed.frame["operated"].is_not_null().sum() < 3_000
    with pytest.raises(ImmortalTime) as refused:
        analysis(followed, OPERATED)
    assert refused.value.naive < -0.3  # who is operated on lived until then: it looks like a benefit
    low, high = refused.value.time_dependent().bounds()
    assert low < 0 < high
    low, high = refused.value.sequential_trials(controls=5, seed=seed).bounds()
    assert low < 0 < high


def test_the_cohort_of_the_bias_lab_as_a_record() -> None:
    """Operated after a waiting time that has nothing to do with death: naive by its closed form, truth 0."""
    lab = bias_lab.immortal_time(3_000, mean_survival=900, mean_wait=450, seed=7)
    tables = bias_records.record_tables(lab)
    record = Record.from_tables({name: pl.DataFrame(table) for name, table in tables.items()})
    assert record.report.problems == []
    followed = _followed(record, "diagnosis", "completed_resection")
    day = np.asarray(lab.columns["operated"])
    in_life = np.isfinite(day) & (np.floor(day) > 0)
    assert followed.frame["operated"].is_not_null().sum() == in_life.sum()
    with pytest.raises(ImmortalTime) as refused:
        analysis(followed, OPERATED)
    assert refused.value.naive < math.log(lab.theory) / 2
    low, high = refused.value.time_dependent().bounds()
    assert low < 0 < high


def _record(lab: bias_lab.Experiment) -> Record:
    tables = bias_records.record_tables(lab)
    found = Record.from_tables({name: pl.DataFrame(table) for name, table in tables.items()})
    assert found.report.problems == []
    return found


def test_a_clock_is_not_reset_by_salvage() -> None:
    """Disease-free survival of the record is the truth of the laboratory, not the naive mean."""
    lab = bias_lab.reset_clock(2_000, mean_to_recurrence=600, salvaged=0.4, mean_to_second=450, seed=3)
    rows = derive_endpoint(_record(lab), "disease_free_survival", "resection_of_primary").rows
    rows = rows.sort("patient_id")
    assert rows["time"].to_list() == np.ceil(lab.columns["recurrence"]).tolist()
    assert (rows["status"] == 1).all()
    error = 600 / math.sqrt(2_000)
    assert abs(float(rows["time"].mean()) - lab.truth) < 4 * error
    assert lab.naive - lab.truth > 4 * error
    salvaged = derive_endpoint(_record(lab), "survival_after_salvage", "salvage").rows
    assert salvaged.height == np.isfinite(lab.columns["salvage"]).sum()


def test_days_won_by_the_earlier_test_are_days_of_knowing() -> None:
    """From diagnosis the tested live longer by the lead; from the day of symptoms, day 0, they do not."""
    lab = bias_lab.lead_time(2_000, mean_survival=500, lead=120, seed=4)
    record = _record(lab)
    rows = derive_endpoint(record, "overall_survival", "diagnosis").rows.sort("patient_id")
    tested = pl.Series(lab.columns["tested"] > 0)
    gain = float(rows["time"].filter(tested).mean()) - float(rows["time"].filter(~tested).mean())
    assert gain == pytest.approx(lab.naive, abs=0.2)  # whole days
    fair = rows["time"] - (-rows["origin_day"])
    from_symptoms = float(fair.filter(tested).mean()) - float(fair.filter(~tested).mean())
    assert from_symptoms == pytest.approx(lab.corrected, abs=0.2)
    assert abs(from_symptoms - lab.truth) < 4 * lab.standard_error < gain


def test_of_the_silent_phase_no_record_tells() -> None:
    lab = bias_lab.length_time(100, mean_sojourn=400, between_tests=300)
    with pytest.raises(BadInput, match="no record tells"):
        bias_records.record_tables(lab)
