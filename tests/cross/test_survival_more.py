"""Estimators beside R on small files: ``references/`` holds the scripts, what they gave and the versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from paget import survival as s

Rows = dict[str, np.ndarray[Any, Any]]


def reference(name: str) -> Any:
    return json.loads((Path(__file__).parent / "references" / f"{name}.json").read_text())


def rows_of(columns: dict[str, list[Any]]) -> Rows:
    return {
        name: np.array(values) if isinstance(values[0], str) else np.array(values, dtype=float)
        for name, values in columns.items()
    }


def near(ours: Any, theirs: Any, tolerance: float = 1e-8) -> None:
    one, two = np.asarray(ours, dtype=float), np.asarray(theirs, dtype=float)
    assert one.shape == two.shape
    assert np.abs(one - two).max() <= tolerance * max(1.0, np.abs(two).max())


def same_model(fit: Any, ref: dict[str, Any], order: list[int] | None = None) -> None:
    places = order or list(range(len(fit.names)))
    near(np.asarray(fit.coefficients)[places], ref["coefficients"])
    near(fit.covariance[np.ix_(places, places)], ref["covariance"])
    if "log_likelihood" in ref:
        near(list(fit.log_likelihood), ref["log_likelihood"])


@pytest.mark.parametrize("function", ["log", "identity"])
def test_an_effect_that_changes_with_time(function: str) -> None:
    ref = reference("cox_more")
    fit = s.cox_varying(
        rows_of(ref["data"]),
        "trt + prior + karno",
        varying={"karno": function},
        time="time",
        event="status",
    )
    same_model(fit, ref[f"varying_{function}"])


def test_two_effects_that_change_one_by_a_step() -> None:
    ref = reference("cox_more")
    fit = s.cox_varying(
        rows_of(ref["data"]),
        "karno + trt",
        varying={"karno": "log", "trt": 90},
        strata="prior",
        ties="breslow",
        time="time",
        event="status",
    )
    names = ("karno", "karno:log(time)", "trt", "trt:after 90")
    same_model(fit, ref["varying_two"], [fit.names.index(name) for name in names])
    later = fit.ratio_at("trt", [91, 300])
    near(later["log_hazard_ratio"], [fit.coefficients["trt"] + fit.coefficients["trt:after 90"]] * 2)
    assert fit.ratio_at("trt", 90)["log_hazard_ratio"].item() == fit.coefficients["trt"]


@pytest.mark.parametrize(
    ("name", "formula"),
    [
        (
            "natural_spline",
            "cr(karno, knots=[40, 60, 75], lower_bound=10, upper_bound=99, constraints='center') + trt",
        ),
        ("cubic_spline", "bs(age, knots=[55, 65], lower_bound=34, upper_bound=81) + trt"),
    ],
)
def test_splines_in_formulas(name: str, formula: str) -> None:
    """Another basis of the same curves: likelihood and the shape of the curve are R's."""
    ref = reference("cox_more")
    fit = s.cox(rows_of(ref["data"]), formula, time="time", event="status")
    near(list(fit.log_likelihood), ref[name]["log_likelihood"])
    at = np.array(ref[name]["at"], dtype=float)
    new = {"karno": at, "age": at, "trt": np.ones(len(at))}
    shape = fit.linear_predictor(new)
    near(shape - shape[0], ref[name]["shape"], 1e-7)


def test_a_ridge_penalty_on_some_terms() -> None:
    ref = reference("cox_more")
    given: dict[str, Any] = {"time": "time", "event": "status", "penalty": {"karno": 5.0, "age": 5.0}}
    fit = s.cox(rows_of(ref["data"]), "trt + karno + age", **given)
    same_model(fit, ref["ridge"])


def test_weights_clusters_and_an_offset_at_once() -> None:
    ref = reference("cox_more")
    fit = s.cox(
        rows_of(ref["data"]),
        "trt",
        time="time",
        event="status",
        weights="w",
        cluster="celltype",
        offset="known",
    )
    same_model(fit, ref["weighted"])
    near(fit.naive_covariance[0, 0], ref["weighted"]["naive"])


def test_survival_of_those_alive_at_a_landmark() -> None:
    ref = reference("cox_more")
    curves = s.kaplan_meier(rows_of(ref["data"]), time="time", event="status", by="trt")
    found = curves.conditional(60, np.unique(ref["conditional"]["time"]))
    for column in ("survival", "standard_error", "lower", "upper"):
        near(found[column], ref["conditional"][column], 1e-10)


def test_median_follow_up() -> None:
    ref = reference("cox_more")
    curves = s.follow_up(rows_of(ref["data"]), time="time", event="status", by="trt")
    near(np.concatenate([curve.survival for curve in curves]), ref["follow_up"]["survival"], 1e-10)
    near(np.concatenate([curve.time for curve in curves]), ref["follow_up"]["time"])
    assert curves.quantile(0.1)["time"].to_list() == ref["follow_up"]["tenth"]
    assert str(curves).count("not reached") >= 2  # nine of 137 are censored: no median follow-up


def test_concordance_weighted_for_censoring() -> None:
    ref = reference("cox_more")
    rows = rows_of(ref["data"])
    rows["score"] = s.cox(rows, "trt + karno", time="time", event="status").linear_predictor()
    found = s.concordance(rows, time="time", event="status", score="score", weighting="uno")
    near(found.value, ref["uno"]["value"])


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("andersen_gill", {"model": "andersen-gill"}),
        ("pwp_total", {"model": "pwp-total", "most": 4}),
        ("pwp_gap", {"model": "pwp-gap", "most": 4}),
        ("wlw", {"model": "wlw", "most": 4}),
    ],
)
def test_recurrent_events(name: str, given: dict[str, Any]) -> None:
    """Wei-Lin-Weissfeld rows are made from the intervals; R has them ready made."""
    ref = reference("recurrent")
    rows = rows_of(ref["data"])
    places: dict[str, Any] = {"subject": "id", "entry": "start", "time": "stop", "event": "event"}
    same_model(s.recurrent(rows, "rx + size + number", **places, **given), ref[name])
    turned = {key: values[::-1] for key, values in rows.items()}
    same_model(s.recurrent(turned, "rx + size + number", **places, **given), ref[name])


def test_a_coefficient_for_each_recurrence() -> None:
    ref = reference("recurrent")
    fit = s.recurrent(
        rows_of(ref["data"]),
        "rx + size + number",
        subject="id",
        entry="start",
        time="stop",
        event="event",
        model="wlw",
        most=4,
        by_event=True,
    )
    near(list(fit.log_likelihood), ref["wlw_by_event"]["log_likelihood"])
    near(fit.coefficients["rx, event 1"], ref["wlw_by_event"]["coefficients"][0])


def test_the_mean_number_of_recurrences() -> None:
    ref = reference("recurrent")
    rows = rows_of(ref["data"])
    found = s.mean_count(rows, subject="id", entry="start", time="stop", event="event", by="rx")
    table = ref["mean_count"]
    for group in (1, 2):
        here = np.array(table["group"]) == f"rx={group}"
        at = found.at(np.array(table["time"])[here]).filter(pl.col("group") == group)
        near(at["mean"], np.array(table["mean"])[here], 1e-12)
        near(at["standard_error"], np.array(table["standard_error"])[here], 1e-12)


@pytest.mark.parametrize(
    ("data", "formula", "group"), [("kidney", "age + sex", "id"), ("rats", "rx + female", "litter")]
)
def test_shared_frailty(data: str, formula: str, group: str) -> None:
    ref = reference("frailty")
    rows = rows_of(ref[data])
    given: dict[str, Any] = {"group": group, "time": "time", "event": "status"}
    for one in ref[f"{data}_fixed"].values():
        fit = s.frailty(rows, formula, variance=one["theta"], **given)
        same_model(fit, {"coefficients": one["coefficients"], "covariance": one["covariance"]})
        near(np.log(np.asarray(fit.frailties)), one["frailty"])
        near(fit.log_likelihood.fitted, one["c_loglik"])
    free, expected = s.frailty(rows, formula, **given), ref[f"{data}_free"]
    near(free.variance, expected["theta"], 1e-5)  # the likelihood is flat to 1e-10 that near its top
    near(np.asarray(free.coefficients), expected["coefficients"], 1e-5)
    near(free.log_likelihood.fitted, expected["c_loglik"])


@pytest.mark.parametrize(
    ("name", "distribution"),
    [
        ("weibull", "weibull"),
        ("exponential", "exponential"),
        ("lognormal", "log-normal"),
        ("loglogistic", "log-logistic"),
    ],
)
def test_models_of_events_between_two_visits(name: str, distribution: str) -> None:
    ref = reference("intervals")
    fit = s.interval_parametric(
        rows_of(ref["data"]), "trt + karno", lower="lower", upper="upper", distribution=distribution
    )
    same_model(fit, ref["parametric"][name])


@pytest.mark.parametrize("group", [1, 2])
def test_turnbull(group: int) -> None:
    """The same likelihood and curve as a hundred thousand rounds of plain EM in R."""
    ref = reference("intervals")
    rows = rows_of(ref["data"])
    curve = s.turnbull(rows, lower="lower", upper="upper", by="trt")[group]
    plain = ref[f"turnbull_{group}"]
    assert curve.converged
    near(curve.log_likelihood, plain["log_likelihood"], 1e-9)
    begin, end = (np.array(plain[name], dtype=float) for name in ("from", "to"))
    mass, end = np.array(plain["p"]), np.where(np.isnan(end), np.inf, end)
    times = np.unique(np.concatenate([rows["lower"], [1.5, 45, 700]]))
    low, high = curve.between(times)
    near(high, 1 - (mass * (end <= times[:, None])).sum(1))
    near(low, 1 - (mass * ((begin < times[:, None]) | (end <= times[:, None]))).sum(1))


def people_of(ref: dict[str, Any]) -> Rows:
    age, year = np.meshgrid(ref["ages"], ref["years"], indexing="ij")
    return {
        "age": np.tile(age.ravel(), 2),
        "year": np.tile(year.ravel(), 2),
        "sex": np.repeat(["male", "female"], age.size),
        "hazard": np.concatenate([np.ravel(ref["male"]), np.ravel(ref["female"])]),
    }


@pytest.mark.parametrize(
    ("name", "method", "tolerance"),
    [
        ("ederer_2", "ederer-2", 1e-12),
        ("by_definition", "pohar-perme", 1e-12),
        ("pohar_perme", "pohar-perme", 3e-5),  # relsurv rounds a little within a day
    ],
)
def test_relative_survival(name: str, method: Any, tolerance: float) -> None:
    ref = reference("relative")
    found = s.relative_survival(
        rows_of(ref["data"]),
        time="time",
        event="event",
        age="age",
        sex="sex",
        origin_day="day",
        table=people_of(ref),
        method=method,
    )
    at = found.at(ref[name]["time"])
    for column in ref[name]:
        near(at[column], ref[name][column], tolerance)


def test_predictions_beside_outcomes() -> None:
    ref = reference("prediction")
    rows, day = rows_of(ref["data"]), ref["day"]
    given: dict[str, Any] = {"time": "time", "event": "status", "day": day}
    for place, name in enumerate("pq"):
        found = s.performance(rows, predicted=name, **given)
        near(found.auc, ref["auc"][place], 1e-12)
        near(found.brier, ref["brier"][place], 1e-12)
        near(found.brier_of_all, ref["brier_of_all"], 1e-12)
    curve = s.calibration_curve(rows, predicted="p", **given)
    near(curve.observed, ref["calibration"]["observed"])
    near([curve.slope, curve.slope_se], [ref["calibration"]["slope"], ref["calibration"]["slope_se"]])
    net = s.decision_curve(rows, predicted=["p", "q"], thresholds=ref["decisions"]["limits"], **given)
    for name in ("p", "q", "all"):
        near(net.net_benefit[name], ref["decisions"][name], 1e-12)


def test_pseudo_values_leave_one_row_out() -> None:
    ref = reference("prediction")
    rows, pseudo = rows_of(ref["data"]), ref["pseudo"]
    rows["cause"] = rows["cause"].astype(int)
    given: dict[str, Any] = {"time": "time", "event": "status"}
    near(s.pseudo_values(rows, at=pseudo["at"], **given).values, pseudo["survival"], 1e-12)
    means = s.pseudo_values(rows, at=180, quantity="rmst", **given)
    near(means.values[:, 0], pseudo["rmst_180"])
    shares = s.pseudo_values(rows, at=pseudo["at"], quantity="incidence", cause=1, time="time", event="cause")
    near(shares.values, pseudo["incidence_1"], 1e-12)


@pytest.mark.parametrize("target", ["all", "treated", "overlap"])
def test_propensity_and_its_weights(target: Any) -> None:
    ref = reference("prediction")
    rows, known = rows_of(ref["data"]), ref["propensity"]
    rows["treated"], rows["before"] = rows["trt"] - 1, rows["prior"] / 10
    found = s.propensity_weights(rows, "karno + age + before", group="treated", target=target)
    near(found.coefficients, known["coefficients"])
    near(found.standard_errors, known["standard_errors"])
    near(found.probability, known["probability"])
    near(found.weights, known[target])


def test_rubins_rules() -> None:
    known = reference("prediction")["pooling"]

    class Fit:
        def __init__(self, estimate: float, variance: float) -> None:
            self.coefficients = s.Named(["b"], [estimate])
            self.covariance = np.array([[variance]])

    fits = [Fit(*pair) for pair in zip(known["estimates"], known["variances"], strict=True)]
    few, many = s.pool(fits, complete_df=97), s.pool(fits)
    near(few.coefficients["b"], known["estimate"])
    near(few.standard_errors["b"] ** 2, known["total"])
    near([few.df["b"], many.df["b"]], [known["df"], known["df_large"]])
