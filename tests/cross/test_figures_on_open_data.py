"""Figures on open data: their tables are those of R, the refused comparison stands beside its remedies."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from paget.evidence import Exposure, ImmortalTime, analysis, as_supplied
from paget.survival import kaplan_meier


def open_data(shared: Path, name: str) -> tuple[pl.DataFrame, dict[str, Any]]:
    folder = shared / "reference" / "open"
    table = {"colon": "colon_wide"}.get(name, name)
    frame = pl.read_csv(folder / "input" / f"{table}.csv", null_values=["NA"], infer_schema_length=None)
    return frame, json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))


def test_the_table_under_the_curves_is_that_of_r(shared_data: Path) -> None:
    frame, reference = open_data(shared_data, "colon")
    figure = kaplan_meier(frame, time="os_time", event="os", by="rx", conf_type="log").plot(shown="year")
    steps = pl.DataFrame(reference["km_os"]["steps"], strict=False)
    seen = 0
    for row in figure.numbers.rows:
        group, years, at_risk, censored, events, value, lower, upper = row
        arm = steps.filter(pl.col("strata") == f"rx={group}")
        day = 365.25 * float(years or 0)
        time = arm["time"].to_numpy()
        later, before = time >= day, time < day
        assert at_risk == (arm["n_risk"].to_numpy()[later][0] if later.any() else 0)
        assert events == arm["n_event"].to_numpy()[before].sum()
        assert censored == arm["n_censor"].to_numpy()[before].sum()
        if (reached := time <= day).any():
            known = [100 * arm[name].to_numpy()[reached][-1] for name in ("surv", "lower", "upper")]
            assert [value, lower, upper] == pytest.approx(known, abs=1e-8)
            seen += 1
    assert seen > 20


def test_the_heart_transplants_refused_beside_the_remedies(shared_data: Path) -> None:
    frame, reference = open_data(shared_data, "jasa")
    wait = pl.when(pl.col("transplant") == 1).then(pl.col("wait.time").cast(pl.Float64))
    day = pl.col("futime").cast(pl.Float64).clip(lower_bound=0.5)
    frame = frame.with_columns(day.alias("day"), wait.alias("wait"))
    frame = frame.with_columns(
        pl.when(pl.col("wait") >= pl.col("day")).then(pl.col("day") - 0.5).otherwise("wait").alias("wait")
    )
    followed = as_supplied(frame, time="day", event="fustat", name="Overall survival")
    with pytest.raises(ImmortalTime) as refused:
        analysis(followed, Exposure.after_origin("transplant", day="wait"))
    figure = refused.value.plot()
    naive, dependent = figure.numbers.rows
    assert math.log(float(naive[3] or 0)) == pytest.approx(reference["naive_cox"]["coef"][0], abs=1e-6)
    assert math.log(float(dependent[3] or 0)) == pytest.approx(reference["td_cox_tx"]["coef"][0], abs=1e-6)
    assert naive[:3] == ("Refused: ever against never exposed", "103", "75")

    table = refused.value.plot_curves(scale="Alive, of 100").numbers.to_frame()
    before, after = table.partition_by("curve", maintain_order=True)
    assert before["At risk"][0] == 101  # two were transplanted on their first day
    assert before["Had transplant"].to_list()[-1] == 67
    assert after["Yet to enter"][0] == 67
    assert after["Events"].to_list()[-1] + before["Events"].to_list()[-1] == 75
    assert np.isfinite(after["Alive, of 100"].to_numpy()).all()
