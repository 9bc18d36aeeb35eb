"""Records of known truth: the naive comparison is refused by the guard, and a remedy covers the truth."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from paget.biology import bias_lab, virtual_patient
from paget.biology.cohort import cohorts
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
    tables = bias_lab.record_tables(lab)
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
