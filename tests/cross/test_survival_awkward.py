"""Delayed entry, weights, strata, clusters, heavy ties and none, each with each: every statistic beside R.

``references/awkward.R`` makes the data and the values. Times are whole days with many ties in one set and
distinct fractions in the other; weights are none, whole (rows counted) or fractions.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest

from paget import survival as s

TIGHT, USUAL, ZPH = 1e-10, 1e-8, 1e-6
REFERENCE = json.loads((Path(__file__).parent / "references" / "awkward.json").read_text())
CASES = [
    (ties, entry, weights)
    for ties in ("heavy", "distinct")
    for entry in ("none", "late")
    for weights in ("none", "k", "w")
]
every_case = pytest.mark.parametrize(("ties", "entry", "weights"), CASES)


def rows_of(ties: str) -> dict[str, np.ndarray[Any, Any]]:
    whole = {"died", "cause"} | ({"t", "late"} if ties == "heavy" else set())
    return {
        name: np.array(values, dtype=None if isinstance(values[0], str) else int if name in whole else float)
        for name, values in REFERENCE[ties]["data"].items()
    }


def given(entry: str, weights: str, event: str = "died") -> dict[str, Any]:
    words = {"entry": entry, "weights": weights}
    return {"time": "t", "event": event} | {role: name for role, name in words.items() if name != "none"}


def values_of(ties: str, entry: str, weights: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = REFERENCE[ties][f"{entry} {weights}"]
    return found


def near(ours: Any, theirs: Any, tolerance: float = USUAL) -> None:
    one = np.asarray(ours, dtype=float).ravel()
    two = np.array([np.nan if v is None else v for v in np.asarray(theirs, object).ravel()], dtype=float)
    assert one.shape == two.shape
    known = np.isfinite(two)
    assert np.isfinite(one[known]).all()
    assert (np.abs(one - two)[known] / np.maximum(1.0, np.abs(two[known]))).max(initial=0.0) <= tolerance


def of_group(ref: Mapping[str, Any], group: str, name: str) -> list[Any]:
    return [value for value, label in zip(ref[name], ref["strata"], strict=True) if label == f"g={group}"]


@pytest.mark.parametrize(("ties", "entry", "weights"), [case for case in CASES if case[2] != "k"])
def test_kaplan_meier_and_restricted_means(ties: str, entry: str, weights: str) -> None:
    ref, rows = values_of(ties, entry, weights)["km"], rows_of(ties)
    curves = s.kaplan_meier(rows, by="g", **given(entry, weights))
    for curve in curves:
        for ours, theirs in {
            "time": "time",
            "n_risk": "n_risk",
            "n_event": "n_event",
            "n_censor": "n_censor",
            "survival": "surv",
            "standard_error": "se",
            "lower": "lower",
            "upper": "upper",
            "cumulative_hazard": "cumhaz",
            "cumulative_hazard_se": "chse",
        }.items():
            near(getattr(curve, ours), of_group(ref, curve.group, theirs), TIGHT)
    order = [label.removeprefix("g=") for label in ref["groups"]]
    quantiles = curves.quantile([0.25, 0.5, 0.75])
    for place, group in enumerate(order):
        own = quantiles.filter(pl.col("group") == group)
        for ours, theirs in (("time", "q"), ("lower", "ql"), ("upper", "qu")):
            band = {
                "time": curves[group].survival,
                "lower": curves[group].lower,
                "upper": curves[group].upper,
            }
            if (np.diff(band[ours][np.isfinite(band[ours])]) > 0).any():
                continue  # R sorts a bound that rises; here the first crossing counts
            near(own[ours], ref[theirs][place])
            assert own[ours].is_nan().to_list() == [value is None for value in ref[theirs][place]]
    for robust, name in ((False, "rmean_se"), (None, "rmean_robust")):
        means = s.rmst(rows, by="g", horizon=20, robust=robust, **given(entry, weights))
        places = [means.groups.index(group) for group in order]
        near(means.mean[places], ref["rmean"])
        near(means.standard_error[places], ref.get(name, ref["rmean_se"]))


@every_case
def test_survival_of_those_who_survived_so_far(ties: str, entry: str, weights: str) -> None:
    """With weights that are no whole numbers the standard error is the jackknife's of those still there."""
    ref = values_of(ties, entry, weights)["after"]
    found = s.kaplan_meier(rows_of(ties), by="g", **given(entry, weights)).conditional(5.5, [8, 14])
    for place, (label, time) in enumerate(zip(ref["strata"], ref["time"], strict=True)):
        own = found.filter(pl.col("group") == label.removeprefix("g="), pl.col("time") == time)
        for name in ("survival", "standard_error", "lower", "upper"):
            near(own[name], [ref[name][place]], TIGHT)


@pytest.mark.parametrize(("ties", "entry", "weights"), [case for case in CASES if case[2] != "k"])
def test_aalen_johansen(ties: str, entry: str, weights: str) -> None:
    ref = values_of(ties, entry, weights)["aj"]
    for one in s.aalen_johansen(rows_of(ties), by="g", **given(entry, weights, "cause")):
        near(one.time, of_group(ref, one.group, "time"))
        near(np.vstack([one.event_free, one.incidence]).T, of_group(ref, one.group, "pstate"), TIGHT)
        near(np.vstack([one.event_free_se, one.standard_error]).T, of_group(ref, one.group, "se"), TIGHT)


@every_case
def test_log_rank(ties: str, entry: str, weights: str) -> None:
    ref, rows = values_of(ties, entry, weights), rows_of(ties)
    near(s.logrank(rows, by="g", **given(entry, weights)).statistic, ref["logrank"])
    near(s.logrank(rows, by="g", strata="s", **given(entry, weights)).statistic, ref["logrank_s"])


@every_case
@pytest.mark.parametrize("method", ["efron", "breslow"])
@pytest.mark.parametrize("clustered", [False, True])
def test_cox(ties: str, entry: str, weights: str, method: Any, clustered: bool) -> None:
    ref = values_of(ties, entry, weights)[f"cox{'s' if clustered else ''}_{method}"]
    more: dict[str, Any] = {"strata": "s", "offset": "off", "cluster": "cl"} if clustered else {}
    formula = "x + b" if clustered else "x + b + g"
    fit = s.cox(rows_of(ties), formula, ties=method, **given(entry, weights), **more)
    near(fit.coefficients, ref["coef"])
    near(fit.standard_errors, ref["se"])
    assert (fit.robust_standard_errors is None) == (ref["robust"] is None)
    if fit.robust_standard_errors is not None:
        near(fit.robust_standard_errors, ref["robust"])
    near(list(fit.log_likelihood), ref["loglik"])
    near(fit.score_test.statistic, ref["score"])
    near(fit.wald_test.statistic, ref["wald"])
    tests = fit.proportional_hazards("km")
    near([*(test.statistic for test in tests.tests.values()), tests.overall.statistic], ref["zph"], ZPH)
    near([fit.concordance.value, fit.concordance.standard_error], ref["concordance"])
    for kind, name in {"martingale": "", "deviance": "", "score": "dscore", "dfbeta": ""}.items():
        if (name or kind) in ref:
            near(fit.residuals(kind).drop("row").to_numpy(), ref[name or kind])


@every_case
@pytest.mark.parametrize("method", ["efron", "breslow"])
def test_baseline_hazard_and_prediction(ties: str, entry: str, weights: str, method: Any) -> None:
    ref = values_of(ties, entry, weights)
    fit = s.cox(rows_of(ties), "x + b", strata="s", ties=method, robust=False, **given(entry, weights))
    base = ref[f"base_{method}"]
    ours = fit.baseline_hazard()
    for label in dict.fromkeys(base["strata"]):
        own = ours.filter(pl.col("stratum") == label.removeprefix("s="))
        here = [place for place, one in enumerate(base["strata"]) if one == label]
        step = np.searchsorted(own["time"].to_numpy(), np.array(base["time"])[here] + 1e-9) - 1
        hazard = np.where(step >= 0, own["hazard"].to_numpy()[np.maximum(step, 0)], 0.0)
        near(hazard, np.array(base["hazard"])[here])
    new = {"x": np.array([-1.0, 0.5]), "b": np.array([1.0, 0.0]), "s": np.array(["east", "east"])}
    found = fit.predict(new, [4, 8, 16, 30])
    for ours_, theirs in (
        ("survival", "surv"),
        ("standard_error", "se"),
        ("lower", "lower"),
        ("upper", "upper"),
    ):
        near(found[ours_].to_numpy().reshape(2, 4), ref[f"pred_{method}"][theirs])


@pytest.mark.parametrize(("ties", "entry"), [("heavy", "none"), ("distinct", "none"), ("distinct", "late")])
def test_exact_ties(ties: str, entry: str) -> None:
    ref = values_of(ties, entry, "none")["cox_exact"]
    fit = s.cox(rows_of(ties), "x + b", ties="exact", **given(entry, "none"))
    near(fit.coefficients, ref["coef"])
    near(fit.standard_errors, ref["se"])
    near(list(fit.log_likelihood), ref["loglik"])


@pytest.mark.parametrize(
    ("ties", "entry", "weights"),
    [case for case in CASES if case[2] == "none" or case[::2] == ("distinct", "k")],
)
@pytest.mark.parametrize("stratified", [False, True])
def test_fine_gray(ties: str, entry: str, weights: str, stratified: bool) -> None:
    """Whole weights are rows in R: their ties are Breslow's, in which no other day has a tie."""
    method: Any = "breslow" if weights == "k" else "efron"
    ref = values_of(ties, entry, weights)[f"fg{'s' if stratified else ''}_{method}"]
    more: dict[str, Any] = {"strata": "s"} if stratified else {}
    formula = "x + b" if stratified else "x + b + g"
    fit = s.fine_gray(rows_of(ties), formula, cause=1, ties=method, **given(entry, weights, "cause"), **more)
    near(fit.coefficients, ref["coef"])
    near(fit.standard_errors, ref["se"])
    near(list(fit.log_likelihood), ref["loglik"])
    if entry == "late" and weights == "none":  # elsewhere the estimate of censoring is accounted for
        near(fit.robust_standard_errors, ref["robust"])


@pytest.mark.parametrize("ties", ["heavy", "distinct"])
def test_gray_crr_peto_and_uno(ties: str) -> None:
    ref, rows = REFERENCE[ties], rows_of(ties)
    usual: dict[str, Any] = {"time": "t", "event": "cause"}
    for place, cause in enumerate((1, 2)):
        near(s.gray_test(rows, by="g", cause=cause, **usual).statistic, ref["gray"][place])
        strata = s.gray_test(rows, by="g", cause=cause, strata="s", rho=0.5, **usual)
        near(strata.statistic, ref["gray_s"][place])
    fit = s.fine_gray(rows, "x + b + g", cause=1, **usual)
    near(fit.coefficients, ref["crr"]["coef"], 2e-6)
    assert fit.robust_standard_errors is not None
    near(fit.robust_standard_errors, ref["crr"]["se"], 2e-6)
    near(list(fit.log_likelihood), ref["crr"]["loglik"], 2e-6)
    near(s.logrank(rows, time="t", event="died", by="g", family="peto").statistic, ref["peto"])
    uno = s.concordance(rows, time="t", event="died", score="x", weighting="uno")
    near([uno.value, uno.standard_error], ref["uno"])


@every_case
def test_concordance(ties: str, entry: str, weights: str) -> None:
    ref, rows = values_of(ties, entry, weights)["conc"], rows_of(ties)
    rows["near"] = np.rint(rows["x"])
    one = s.concordance(rows, score="x", **given(entry, weights))
    near([one.value, one.standard_error], [ref["value"], ref["se"]])
    two = s.concordance(rows, score="x", strata="s", cluster="cl", **given(entry, weights))
    near([two.value, two.standard_error], [ref["vs"], ref["ses"]])
    three = s.concordance(rows, score="near", **given(entry, weights))
    near([three.value, three.standard_error], [ref["vd"], ref["sed"]])
    near(list(three.counts.values()), ref["counts"])


OF_R = {
    "exponential": "exponential",
    "weibull": "weibull",
    "log-normal": "lognormal",
    "log-logistic": "loglogistic",
    "gompertz": "gompertz",
}


@pytest.mark.parametrize(
    ("ties", "entry", "weights", "distribution"),
    [(*case, name) for case in CASES for name in OF_R if f"par_{OF_R[name]}" in values_of(*case)],
)
def test_parametric(ties: str, entry: str, weights: str, distribution: str) -> None:
    ref = values_of(ties, entry, weights)[f"par_{OF_R[distribution]}"]
    fit = s.parametric(rows_of(ties), "x + b", distribution=distribution, **given(entry, weights))
    found = np.asarray(fit.coefficients)
    if "scale" in ref:
        found = found[:3]
        near(list(fit.log_likelihood), ref["loglik"])
    else:
        near(fit.log_likelihood.fitted, ref["loglik"])
    near(found, ref["coef"], ZPH)
    near(np.asarray(fit.standard_errors)[:3], ref["se"][:3], ZPH)


@pytest.mark.parametrize("ties", ["heavy", "distinct"])
def test_cure_with_delayed_entry_and_weights(ties: str) -> None:
    ref = values_of(ties, "late", "w")["cure"]
    fit = s.cure(rows_of(ties), "x", latency="b", **given("late", "w"))
    near(fit.log_likelihood.fitted, ref["loglik"])
    near(fit.coefficients, ref["coef"], 1e-5)
    near(fit.standard_errors, ref["se"], 1e-4)


def test_entries_after_a_gap_are_refused() -> None:
    """On day 5 nobody of those before is left: how many had not entered by day 3 cannot be told."""
    rows = {"from": [0, 0, 5, 5, 6], "t": [2, 3, 8, 9, 9], "what": [2, 1, 1, 1, 0], "x": [1, 0, 1, 0, 1]}
    usual: dict[str, Any] = {"time": "t", "event": "what", "cause": 1, "entry": "from"}
    with pytest.raises(s.BadInput, match="at 3 all under observation had left"):
        s.fine_gray(rows, "x", **usual)
    fit = s.fine_gray(rows | {"what": [1, 1, 1, 1, 0]}, "x", **usual)  # no competing event: Cox's model
    same = s.cox(rows | {"what": [1, 1, 1, 1, 0]}, "x", time="t", event="what", entry="from", ties="breslow")
    near(fit.coefficients, same.coefficients)


def test_the_offset_of_new_rows_counts() -> None:
    """R survfit on coxph of survival::veteran with offset(karno / 100): at 100 days, offsets 0 and 0.5."""
    known = json.loads((Path(__file__).parent / "references" / "cox_more.json").read_text())["data"]
    rows = {name: np.array(known[name], dtype=float) for name in ("time", "status", "trt", "known")}
    fit = s.cox(rows, "trt", time="time", event="status", offset="known")
    new = {"trt": [1.0, 1.0], "known": [0.0, 0.5]}
    near(fit.predict(new, [100])["survival"], [0.637331750797, 0.475831653474], TIGHT)
    near(np.diff(fit.linear_predictor(new)), [0.5])
    with pytest.raises(s.BadInput, match="no such column"):
        fit.predict({"trt": [1.0]}, [100])


@every_case
def test_follow_up_is_kaplan_meier_of_the_censored(ties: str, entry: str, weights: str) -> None:
    """Whose values are compared with R above."""
    rows, usual = rows_of(ties), given(entry, weights)
    ours = s.follow_up(rows, by="g", **usual)
    theirs = s.kaplan_meier(rows | {"died": 1 - rows["died"]}, by="g", **usual)
    for one, two in zip(ours, theirs, strict=True):
        for name in ("time", "n_risk", "n_event", "survival", "standard_error", "lower", "upper"):
            near(getattr(one, name), getattr(two, name), TIGHT)
