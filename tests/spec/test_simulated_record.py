"""Virtual patients as a record: it stands, endpoints are the engine's own days, the truth stays out."""

from __future__ import annotations

import math
import os
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paget.biology import virtual_patient
from paget.biology.cohort import Cohort, cohorts
from paget.biology.kept import CAUSES
from paget.biology.virtual_patient import VirtualPatients
from paget.cli import main
from paget.errors import BadInput
from paget.evidence import derive_endpoint
from paget.record import Record
from paget.record.parts import Parts

SHIPPED = "virtual_colorectal"


@pytest.fixture(scope="module")
def shipped() -> VirtualPatients:
    return virtual_patient.of(SHIPPED)


@pytest.fixture(scope="module")
def cohort(shipped: VirtualPatients) -> Cohort:
    return next(cohorts(shipped, 2_000, seed=3))


@pytest.fixture(scope="module")
def record(cohort: Cohort) -> Record:
    return Record.from_tables(cohort.tables)


def _truth(cohort: Cohort) -> pl.DataFrame:
    days = ("end_day", "first_seen", "seen_again", "first_operation", "systemic_day")
    return cohort.truth["patients"].with_columns(pl.col(*days).ceil())


def test_the_record_stands_without_a_problem(record: Record) -> None:
    assert record.report.problems == []
    assert len(record.patient_ids()) == 2_000


def test_the_rows_are_those_of_the_engine(shipped: VirtualPatients, cohort: Cohort) -> None:
    kept = shipped.simulate(2_000, seed=3, rows=True).rows
    for name in ("end_day", "cause", "lesions_ever", "operations", "first_seen"):
        assert cohort.truth["patients"][name].fill_null(-1.0).to_list() == kept[name].tolist(), name
    operated = cohort.tables["treatments"].filter(pl.col("start_day") > 0, modality="surgery")
    assert operated.height == kept["operations"].sum()
    assert cohort.truth["deposits"].height == kept["lesions_ever"].sum()


def test_endpoints_of_the_record_are_the_days_of_the_engine(record: Record, cohort: Cohort) -> None:
    truth = _truth(cohort).sort("patient_id")
    died = truth["cause"] > 0

    alive = derive_endpoint(record, "overall_survival", "resection_of_primary").rows.sort("patient_id")
    assert alive["time"].to_list() == truth["end_day"].to_list()
    assert (alive["status"] == 1).to_list() == died.to_list()

    free = derive_endpoint(record, "disease_free_survival", "resection_of_primary").rows.sort("patient_id")
    event = died | truth["first_seen"].is_not_null()
    assert (free["status"] == 1).to_list() == event.to_list()
    first = truth.select(pl.min_horizontal("first_seen", "end_day")).to_series()
    assert free["time"].filter(event).to_list() == first.filter(event).to_list()
    # who is censored was last looked at on the last visit in life
    assert set(free["time"].filter(~event)) == {1826.0}

    later = derive_endpoint(record, "overall_survival", "recurrence").rows
    assert later.height == truth["first_seen"].is_not_null().sum()


def test_causes_of_death_are_told_apart(record: Record, cohort: Cohort) -> None:
    rows = derive_endpoint(record, "cancer_specific_survival", "resection_of_primary").rows
    of_cancer = (cohort.truth["patients"]["cause"] == CAUSES.index("cancer")).sum()
    of_treatment = (cohort.truth["patients"]["cause"] == CAUSES.index("treatment")).sum()
    reasons = dict(rows.group_by("reason").len().iter_rows())
    assert reasons["death of cancer"] == of_cancer
    assert reasons["death of treatment"] == of_treatment


def test_a_lesion_of_known_growth_is_seen_at_the_visit_worked_out_by_hand(shipped: VirtualPatients) -> None:
    # One organ's median rate for all, exponential, no chance in seeing: a lesion of 60 days doubling time has
    # 6.545e7 cells at 5 mm (pi / 6 x 0.125 cm3 x 1e9), after log2(6.545e7) = 25.964 doublings = 1557.8 days.
    sure = shipped.with_(
        patient_log_sd=0, lesion_log_sd=0, doubling_time=[60.0] * 3, ceiling_log10=0, seeding=[0.0] * 3,
        best_sensitivity=1.0, scale_mm=1e-9, visits=[float(day) for day in range(100, 3601, 100)],
        symptom_cells=1e15, lethal_cells=1e15,
        most_operations=0, systemic_lines=0, other_hazard=1e-12, other_doubling=0, largest_at_start=1e15,
    )  # fmt: skip
    found = next(cohorts(sure, 1_000, seed=1))
    seen = found.truth["deposits"].drop_nulls("lesion_id").join(found.tables["lesions"], on="lesion_id")
    assert seen.height > 200
    visible = seen["born_day"].to_numpy() + 60 * math.log2(math.pi / 6 * 0.125e9)
    assert seen["found_day"].to_list() == np.maximum(100, np.ceil(visible / 100) * 100).tolist()
    first = seen.sort("found_day").unique("patient_id", keep="first").sort("patient_id")
    rows = derive_endpoint(
        Record.from_tables(found.tables), "disease_free_survival", "resection_of_primary"
    ).rows
    dated = rows.join(first.select("patient_id", "found_day"), on="patient_id")
    assert dated["time"].to_list() == dated["found_day"].cast(pl.Float64).to_list()


def test_what_was_removed_is_gone_and_what_came_back_is_said(record: Record, cohort: Cohort) -> None:
    # the last treatment of a lesion says what the engine knows of it at the end
    targets = cohort.tables["targets"].unique("lesion_id", keep="last", maintain_order=True)
    ends = targets.join(cohort.truth["deposits"], on="lesion_id")
    assert ends.filter(pl.col("removed"))["status"].unique().to_list() == ["gone"]
    assert not ends.filter(
        ~pl.col("removed"), pl.col("status") == "gone"
    ).height  # drugs come after none here
    # a treatment and what it addressed are of one patient, and stand on a day on which a lesion was seen
    days = cohort.tables["treatments"].join(cohort.tables["targets"], on=["patient_id", "treatment_id"])
    assert days.height == cohort.tables["targets"].height
    worst = days.group_by("treatment_id").agg(pl.col("residual").first(), clear=pl.col("removed").all())
    assert (worst["clear"] == (worst["residual"] == "R0")).all()
    # progression is written where disease was known on the day before, recurrence where it was not
    said = cohort.tables["statuses"].filter(pl.col("status").is_in(["recurrence", "progression"]))
    first = said.unique("patient_id", keep="first", maintain_order=True)
    assert first["status"].unique().to_list() == ["recurrence"]
    left = cohort.tables["treatments"].filter(pl.col("residual") == "R2").select("patient_id", "start_day")
    after = said.join(left, on="patient_id").filter(pl.col("day") > pl.col("start_day"))
    assert after.height > 0
    assert after["status"].unique().to_list() == ["progression"]


@settings(max_examples=8, deadline=None)
@given(
    st.integers(0, 2**32), st.integers(0, 2), st.floats(0.0, 1.0), st.integers(0, 3), st.integers(0, 3),
    st.sampled_from([1e9, 2e11]),
)  # fmt: skip
def test_any_policy_gives_a_record_that_stands(
    seed: int, lines: int, p_r0: float, most: int, times: int, symptom: float
) -> None:
    model = virtual_patient.of(SHIPPED).with_(
        systemic_lines=lines, p_r0=p_r0, p_r1=(1 - p_r0) / 2, most_lesions=most, most_operations=times,
        symptom_cells=symptom, seeding=[4e-10] * 3, dormant_share=0.2,
    )  # fmt: skip
    some = next(cohorts(model, 300, seed=seed))
    found = Record.from_tables(some.tables)
    assert found.report.problems == []
    rows = derive_endpoint(found, "overall_survival", "resection_of_primary").rows.sort("patient_id")
    assert rows["time"].to_list() == _truth(some).sort("patient_id")["end_day"].to_list()
    # the day of each examination is a visit or one on which a lesion was seen, and nobody is seen after death
    last = found.tables["studies"].to_native().join(some.tables["patients"], on="patient_id")
    assert (last["day"] <= last["last_contact_day"]).all()


def test_parts_and_their_number_change_no_row(shipped: VirtualPatients, cohort: Cohort) -> None:
    small = list(cohorts(shipped, 2_000, seed=3, part=331))
    assert len(small) == 7
    for kind in ("tables", "truth"):
        for name, whole in getattr(cohort, kind).items():
            joined = pl.concat([getattr(part, kind)[name] for part in small])
            assert joined.equals(whole), name


def test_nothing_of_the_truth_is_in_the_record(cohort: Cohort) -> None:
    hidden = cohort.truth["deposits"].filter(pl.col("lesion_id").is_null())
    assert hidden.height > 100
    lesions = cohort.tables["lesions"]
    assert lesions.height == cohort.truth["deposits"].height - hidden.height
    # numbers of lesions have no gap that would tell of one that was not seen
    number = lesions["lesion_id"].str.extract(r"-L(\d+)$").cast(pl.Int64)
    each = lesions.with_columns(number=number).group_by("patient_id").agg(
        pl.col("number").max(), pl.len().cast(pl.Int64).alias("many")
    )  # fmt: skip
    assert (each["number"] == each["many"]).all()
    written = {column for table in cohort.tables.values() for column in table.columns}
    assert not written & {"born_day", "rate_per_day", "growth", "seeding", "deposits_left"}


def test_a_folder_in_parts_is_the_folder_of_the_whole(
    shipped: VirtualPatients, record: Record, tmp_path: Path
) -> None:
    with Parts(tmp_path / "parts") as parts:
        for some in cohorts(shipped, 2_000, seed=3, part=700):
            parts.add(Record.from_tables(some.tables))
    record.write(tmp_path / "whole")
    files = sorted(path.name for path in (tmp_path / "whole").iterdir())
    assert sorted(path.name for path in (tmp_path / "parts").iterdir()) == files
    for name in files:
        one, two = (pl.read_parquet(tmp_path / folder / name) for folder in ("parts", "whole"))
        assert one.sort(one.columns).equals(two.sort(two.columns)), name


def test_nothing_is_left_of_a_folder_that_failed(record: Record, tmp_path: Path) -> None:
    def fail() -> None:
        with Parts(tmp_path / "new") as parts:
            parts.add(record)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "x").write_text("")
    with pytest.raises(BadInput, match="already"):
        Parts(tmp_path / "full")


@pytest.mark.parametrize(("record", "truth"), [("a", "a/truth"), ("truth/a", "truth"), ("a", "a")])
def test_the_truth_lies_in_no_record(
    record: str, truth: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folders = ["--record", str(tmp_path / record), "--truth", str(tmp_path / truth)]
    assert main(["simulate", SHIPPED, "--patients", "20", *folders]) == 2
    assert "the truth and the record lie in one folder" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_keeps_the_parts_that_were_finished(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from paget.biology import cohort as module

    def pressed(*words: Any, **more: Any) -> Iterator[Cohort]:
        for place, part in enumerate(cohorts(*words, part=100, **more)):
            if place == 1:
                os.kill(os.getpid(), signal.SIGINT)
            yield part

    monkeypatch.setattr(module, "cohorts", pressed)
    words = ["--patients", "500", "--record", str(tmp_path / "registry")]
    assert main(["simulate", SHIPPED, *words]) == 130
    assert "200 of 500" in capsys.readouterr().err
    assert pl.read_parquet(tmp_path / "registry" / "patients.parquet").height == 200
    assert main(["read", str(tmp_path / "registry")]) == 0


def test_the_command_writes_what_other_commands_read(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder, truth = tmp_path / "registry", tmp_path / "truth"
    words = ["simulate", SHIPPED, "--patients", "400", "--seed", "3"]
    assert main([*words, "--record", str(folder), "--truth", str(truth), "--site", "rectum"]) == 0
    assert "no clinician" in capsys.readouterr().err
    assert {path.stem for path in truth.iterdir()} == {"patients", "deposits"}
    assert main(["read", str(folder)]) == 0
    assert "No problem found" in capsys.readouterr().out
    assert main(["endpoint", "overall_survival", str(folder), "--origin", "recurrence"]) == 0
    assert "events" in capsys.readouterr().out
    assert main(["assess", str(folder), "--table", str(tmp_path / "table")]) == 0
    assert main([*words, "--truth", str(truth)]) == 2
    assert main([*words, "--record", str(folder)]) == 2
    assert main([*words, "--record", str(tmp_path / "other"), "--site", "no such organ"]) == 2
