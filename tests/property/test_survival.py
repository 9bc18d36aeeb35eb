"""What holds for the estimators whatever the rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from paget import survival as s

Rows = dict[str, np.ndarray[Any, Any]]


@st.composite
def cohorts(draw: st.DrawFn, smallest: int = 4) -> Rows:
    """Rows with ties, delayed entry, weights, groups and causes."""
    n = draw(st.integers(smallest, 40))
    seed = draw(st.integers(0, 2**32 - 1))
    last = draw(st.sampled_from([5, 40, 400]))
    random = np.random.default_rng(seed)
    day = random.integers(1, last + 1, n)
    return {
        "day": day,
        "from": (day * random.random(n) * 0.9).astype(int),
        "died": (random.random(n) < 0.7).astype(int),
        "what": random.choice([0, 1, 2], n),
        "x": random.normal(size=n).round(2),
        "arm": random.integers(0, 3, n),
        "w": random.integers(1, 4, n),
    }


def curve(rows: Rows, **more: Any) -> s.Curve:
    return s.kaplan_meier(rows, time="day", event="died", **more)["all"]


def fitted(rows: Rows, **more: Any) -> s.CoxModel:
    assume(rows["died"].sum() > 3)
    fit = s.cox(rows, "x", time="day", event="died", **more)
    assume(fit.converged and np.isfinite(np.asarray(fit.coefficients)).all())
    return fit


def same_fit(one: s.CoxModel, two: s.CoxModel) -> None:
    assert np.asarray(one.coefficients) == pytest.approx(np.asarray(two.coefficients), rel=1e-7, abs=1e-8)
    assert np.asarray(one.standard_errors) == pytest.approx(np.asarray(two.standard_errors), rel=1e-7)
    assert one.log_likelihood.fitted == pytest.approx(two.log_likelihood.fitted, rel=1e-9)


@given(cohorts(), st.integers(0, 2**32 - 1))
def test_the_order_of_rows_changes_nothing(rows: Rows, seed: int) -> None:
    order = np.random.default_rng(seed).permutation(len(rows["day"]))
    other = {name: values[order] for name, values in rows.items()}
    assert curve(rows, entry="from").survival.tolist() == curve(other, entry="from").survival.tolist()
    one, two = (s.aalen_johansen(r, time="day", event="what", by="arm") for r in (rows, other))
    for a, b in zip(one, two, strict=True):
        assert a.incidence == pytest.approx(b.incidence, abs=1e-12)
        assert a.standard_error == pytest.approx(b.standard_error, abs=1e-12)
    same_fit(fitted(rows, entry="from"), fitted(other, entry="from"))


@given(cohorts(), st.integers(1, 5000))
def test_a_shift_of_time_changes_nothing(rows: Rows, days: int) -> None:
    later = rows | {"day": rows["day"] + days, "from": rows["from"] + days}
    assert curve(rows, entry="from").survival.tolist() == curve(later, entry="from").survival.tolist()
    same_fit(fitted(rows, entry="from"), fitted(later, entry="from"))


@given(cohorts(), st.floats(0.001, 1000))
def test_a_change_of_the_unit_of_time_changes_nothing(rows: Rows, unit: float) -> None:
    other = rows | {"day": rows["day"] * unit, "from": rows["from"] * unit}
    assert curve(rows, entry="from").survival == pytest.approx(curve(other, entry="from").survival, abs=1e-12)
    same_fit(fitted(rows, entry="from"), fitted(other, entry="from"))


@given(cohorts(), st.integers(0, 400))
def test_splitting_intervals_at_a_day_changes_nothing(rows: Rows, cut: int) -> None:
    """Constant covariates in two intervals are one fixed covariate."""
    through = (rows["from"] < cut) & (rows["day"] > cut)
    first = {name: values.copy() for name, values in rows.items()}
    first["day"][through] = cut
    first["died"][through] = 0
    second = {name: values[through].copy() for name, values in rows.items()}
    second["from"][:] = cut
    both = {name: np.concatenate([first[name], second[name]]) for name in rows}
    one, two = curve(rows, entry="from"), curve(both, entry="from")
    assert one.survival[one.n_event > 0] == pytest.approx(two.survival[two.n_event > 0], abs=1e-12)
    same_fit(fitted(rows, entry="from"), fitted(both, entry="from"))
    tests = (
        [s.logrank(r, time="day", event="died", by="arm", entry="from") for r in (rows, both)]
        if len(set(rows["arm"])) > 1
        else []
    )
    if tests and np.isfinite(tests[0].statistic):
        assert tests[0].statistic == pytest.approx(tests[1].statistic, rel=1e-8, abs=1e-9)


@given(cohorts())
def test_weight_2_is_the_row_twice(rows: Rows) -> None:
    repeated = {name: np.repeat(values, rows["w"]) for name, values in rows.items()}
    one, two = curve(rows, weights="w"), curve(repeated)
    assert one.survival == pytest.approx(two.survival, abs=1e-12)
    assert one.standard_error == pytest.approx(two.standard_error, abs=1e-12, nan_ok=True)
    ours = s.aalen_johansen(rows, time="day", event="what", weights="w")["all"]
    assert ours.incidence == pytest.approx(
        s.aalen_johansen(repeated, time="day", event="what")["all"].incidence
    )
    weighted = fitted(rows, weights="w", ties="breslow")
    same_fit(weighted, fitted(repeated, ties="breslow"))
    if len(set(rows["arm"])) > 1:
        tests = [
            s.logrank(rows, time="day", event="died", by="arm", weights="w"),
            s.logrank(repeated, time="day", event="died", by="arm"),
        ]
        assert tests[0].statistic == pytest.approx(tests[1].statistic, rel=1e-8, nan_ok=True)


@given(cohorts())
def test_incidences_and_survival_add_up(rows: Rows) -> None:
    for one in s.aalen_johansen(rows, time="day", event="what", entry="from", by="arm"):
        assert one.incidence.sum(0) + one.event_free == pytest.approx(np.ones(len(one.time)), abs=1e-12)
        assert (np.diff(one.incidence, axis=1) >= -1e-15).all()
        assert np.isfinite(one.standard_error).all()


@given(cohorts())
def test_one_cause_is_one_minus_kaplan_meier(rows: Rows) -> None:
    assume(rows["died"].any())
    one = s.aalen_johansen(rows, time="day", event="died", entry="from")["all"]
    assert one.of(1) == pytest.approx(1 - curve(rows, entry="from").survival, abs=1e-12)
    assert one.standard_error_of(1) == pytest.approx(one.event_free_se, abs=1e-12)


@given(cohorts())
def test_parts_add_up_to_the_whole(rows: Rows) -> None:
    assume(len(set(rows["arm"])) == 3)
    half = np.arange(len(rows["day"])) % 2 == 0
    parts = [{name: values[keep] for name, values in rows.items()} for keep in (half, ~half)]
    assume(all(len(set(part["arm"])) == 3 for part in parts))
    whole, one, two = (
        s.daily_table(r, time="day", event="died", entry="from", by="arm") for r in (rows, *parts)
    )
    for a, b in zip(s.curves_of(whole), s.curves_of(one + two), strict=True):
        assert a.survival.tolist() == b.survival.tolist()
    added, direct = s.logrank_of(one + two), s.logrank_of(whole)
    assert added.statistic == pytest.approx(direct.statistic, rel=1e-9, nan_ok=True)


@given(cohorts(smallest=8))
@settings(max_examples=40)
def test_score_test_is_the_log_rank_test(rows: Rows) -> None:
    """With one event a day and two groups."""
    rows = rows | {"day": np.arange(1, len(rows["day"]) + 1), "g": (rows["arm"] > 0).astype(int)}
    assume(0 < rows["g"].sum() < len(rows["g"]) and rows["died"].sum() > 2)
    test = s.logrank(rows, time="day", event="died", by="g")
    assume(test.df == 1)
    fit = s.cox(rows, "g", time="day", event="died")
    assume(np.isfinite(float(fit.coefficients[0])))
    assert fit.score_test.statistic == pytest.approx(test.statistic, rel=1e-9)


@given(cohorts(smallest=8))
@settings(max_examples=40)
def test_residuals_add_up_to_nothing(rows: Rows) -> None:
    fit = fitted(rows, entry="from")
    assume(abs(float(fit.coefficients[0])) < 8)  # near separation sums lose digits
    assert fit.residuals()["martingale"].sum() == pytest.approx(0, abs=1e-8)
    assert fit.residuals("score")["x"].sum() == pytest.approx(0, abs=1e-6)
    assert fit.residuals("schoenfeld")["x"].sum() == pytest.approx(0, abs=1e-6)


@given(cohorts(smallest=8))
@settings(max_examples=40)
def test_concordance_turns_with_the_score(rows: Rows) -> None:
    assume(rows["died"].sum() > 1 and len(set(rows["day"])) > 2)
    rows = rows | {"y": -rows["x"]}
    try:
        one = s.concordance(rows, time="day", event="died", score="x", weights="w")
    except s.BadInput:
        assume(False)
    two = s.concordance(rows, time="day", event="died", score="y", weights="w")
    assert one.value + two.value == pytest.approx(1)
    assert one.standard_error == pytest.approx(two.standard_error)


@given(cohorts(smallest=10), st.sampled_from(["polars", "pandas", "pyarrow"]))
@settings(max_examples=20)
def test_every_frame_says_the_same(rows: Rows, kind: str) -> None:
    import pandas as pd
    import polars as pl
    import pyarrow as pa

    frame = {"polars": pl.DataFrame, "pandas": pd.DataFrame, "pyarrow": pa.table}[kind](rows)
    assert curve(rows).survival.tolist() == curve(frame).survival.tolist()
    assume(rows["died"].sum() > 3)
    formula = "x + C(arm)"
    one, two = (s.cox(data, formula, time="day", event="died") for data in (rows, frame))
    assert one.names == two.names
    assert np.asarray(one.coefficients) == pytest.approx(np.asarray(two.coefficients), nan_ok=True)


@given(cohorts(smallest=10), st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_the_order_of_rows_changes_nothing_in_the_rest(rows: Rows, seed: int) -> None:
    """Frailty, changing effects, Turnbull, mean counts, net survival, pseudo-values, decisions."""
    assume(rows["died"].sum() > 4 and len(set(rows["arm"])) > 1)
    n = len(rows["day"])
    rows = rows | {
        "found": np.where(rows["died"] == 1, rows["day"], np.nan),
        "id": np.arange(n) // 2,
        "age": 60.0 + rows["arm"],
        "sex": np.array(["f", "m"])[rows["arm"] % 2],
        "p": 1 / (1 + np.exp(-rows["x"])),
        "zero": np.zeros(n, dtype=int),
    }
    order = np.random.default_rng(seed).permutation(n)
    given_: dict[str, Any] = {"time": "day", "event": "died"}
    table = {"age": [60, 61, 62] * 2, "sex": ["f"] * 3 + ["m"] * 3, "probability": [0.02] * 6}

    def numbers(data: Rows) -> list[Any]:
        day = float(np.median(rows["day"]))
        free = s.frailty(data, "x", group="arm", variance=0.4, **given_)
        changing = s.cox_varying(data, "x", varying={"x": day}, **given_)
        seen = s.turnbull(data, lower="from", upper="found")["all"]
        again = s.mean_count(data, subject="id", entry="zero", time="day", event="died")["all"]
        net = s.relative_survival(data, age="age", sex="sex", table=table, **given_)["all"]
        benefit = s.decision_curve(data, predicted="p", day=day, thresholds=[0.3, 0.5], **given_)
        return [
            free.coefficients if free.converged else [0.0],
            changing.log_likelihood if changing.converged else [0.0],  # without an end: no estimate
            seen.log_likelihood,
            again.standard_error,
            net.survival,
            benefit.net_benefit["p"],
        ]

    other = {name: values[order] for name, values in rows.items()}
    for one, two in zip(numbers(rows), numbers(other), strict=True):
        assert np.asarray(one) == pytest.approx(np.asarray(two), rel=1e-6, abs=1e-7, nan_ok=True)
    pseudo = [s.pseudo_values(data, at=1, **given_).values[:, 0] for data in (rows, other)]
    assert pseudo[0][order] == pytest.approx(pseudo[1], abs=1e-10)
