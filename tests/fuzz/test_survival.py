"""Cohorts that nobody would plan: every public estimator ends in a result that prints, or in a sentence."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paget import survival as s
from paget.errors import PagetError

Rows = dict[str, Any]
LIFE_TABLE = {
    "age": [50, 51, 52] * 2,
    "sex": ["f"] * 3 + ["m"] * 3,
    "probability": [0.005, 0.006, 0.007, 0.01, 0.011, 1.0],
}


def cohort(day: Any, died: Any, arm: Any = None, x: Any = None, what: Any = None) -> Rows:
    """All columns that an estimator may ask for, from a few."""
    day, died = np.asarray(day, dtype=float), np.asarray(died, dtype=int)
    n = len(day)
    place = np.arange(n)
    return {
        "day": day,
        "died": died,
        "arm": np.array(arm if arm is not None else ["A", "B"] * (n // 2) + ["A"] * (n % 2), dtype=str),
        "x": np.asarray(x if x is not None else place % 3, dtype=float),
        "what": np.asarray(what if what is not None else died * (1 + place % 2), dtype=int),
        "from": np.floor(day / 2) - (day == 0),
        "w": 1.0 + place % 2,
        "id": place // 2,
        "late": np.where(died == 1, day, np.nan),
        "p": (1.0 + place) / (n + 1.0),
        "group": place % 2,
        "age": 50.0 + place % 3,
        "sex": np.array(["f", "m"] * (n // 2) + ["f"] * (n % 2), dtype=str),
        "change": np.where(place % 2, np.floor(day / 2), np.nan),
        "start": np.zeros(n),
        "person": place,
    }


COHORTS: dict[str, Rows] = {
    "nobody": cohort([], []),
    "one": cohort([5], [1]),
    "one censored": cohort([5], [0]),
    "all censored": cohort([1, 2, 3, 4], [0] * 4),
    "all on one day": cohort([4] * 6, [1] * 6),
    "all on day 0": cohort([0] * 4, [1] * 4),
    "one event": cohort([1, 2, 3, 4, 5], [0, 0, 1, 0, 0]),
    "one group": cohort([1, 2, 3], [1, 0, 1], ["A"] * 3),
    "a group without events": cohort(range(1, 7), [1, 1, 1, 0, 0, 0], list("AAABBB")),
    "a group that leaves first": cohort(range(1, 7), [0, 0, 0, 1, 1, 1], list("AAABBB")),
    "constant covariate": cohort(range(1, 9), [1, 0] * 4, x=[2] * 8),
    "separation": cohort(range(1, 9), [1] * 4 + [0] * 4, x=[1] * 4 + [0] * 4),
    "huge covariate": cohort(range(1, 9), [1, 0] * 4, x=np.arange(8) * 1e12),
    "missing everywhere": cohort([np.nan] * 4, [1] * 4, x=[np.nan] * 4),
    "missing here and there": cohort([1, np.nan, 3, 4, 5], [1, 1, 0, 1, 1], x=[1, 2, np.nan, 3, 0]),
    "fifteen groups": cohort(range(1, 31), [1, 0, 1] * 10, [f"g{i % 15:02}" for i in range(30)]),
    "a group each": cohort(range(1, 7), [1] * 6, list("ABCDEF")),
    "fractions of a day": cohort([0.1, 0.1 + 1e-12, 0.3, 2.5, 2.5], [1, 1, 0, 1, 1]),
    "far apart": cohort([1, 2, 1e9, 2e9], [1, 1, 1, 0]),
    "one cause": cohort(range(1, 7), [1] * 6, what=[1] * 6),
}

TIMES: Rows = {"time": "day", "event": "died"}
CAUSES: Rows = {"time": "day", "event": "what"}
AGAIN: Rows = {"subject": "person", "entry": "start", "time": "day", "event": "died"}

CALLS: dict[str, Callable[[Rows], Any]] = {
    "kaplan_meier": lambda d: s.kaplan_meier(d, by="arm", **TIMES),
    "kaplan_meier weighted": lambda d: s.kaplan_meier(d, entry="from", weights="w", **TIMES),
    "nelson_aalen": lambda d: s.nelson_aalen(d, by="arm", **TIMES),
    "follow_up": lambda d: s.follow_up(d, by="arm", **TIMES),
    "daily_table": lambda d: s.curves_of(s.daily_table(d, by="arm", **TIMES)),
    "logrank": lambda d: s.logrank(d, by="arm", **TIMES),
    "logrank trend": lambda d: s.logrank(d, by="arm", trend=True, family="peto", **TIMES),
    "logrank stratified": lambda d: s.logrank(d, by="arm", strata="group", entry="from", **TIMES),
    "rmst": lambda d: s.rmst(d, by="arm", horizon=4, **TIMES),
    "cox": lambda d: s.cox(d, "x + C(arm)", **TIMES),
    "cox entry": lambda d: s.cox(d, "x", entry="from", weights="w", cluster="id", **TIMES),
    "cox strata": lambda d: s.cox(d, "x", strata="arm", ties="breslow", **TIMES),
    "cox exact": lambda d: s.cox(d, "x", ties="exact", **TIMES),
    "cox penalty": lambda d: s.cox(d, "x", penalty=1.0, **TIMES),
    "cox spline": lambda d: s.cox(d, "bs(x, df=4)", **TIMES),
    "cox_varying": lambda d: s.cox_varying(d, "x", varying={"x": "identity"}, **TIMES),
    "cox_varying step": lambda d: s.cox_varying(d, "x", varying={"x": 2}, **TIMES),
    "frailty": lambda d: s.frailty(d, "x", group="arm", **TIMES),
    "recurrent": lambda d: s.recurrent(d, "x", **AGAIN),
    "recurrent wlw": lambda d: s.recurrent(d, "x", model="wlw", most=2, **AGAIN),
    "recurrent gap": lambda d: s.recurrent(d, "x", model="pwp-gap", by_event=True, **AGAIN),
    "mean_count": lambda d: s.mean_count(d, by="arm", **AGAIN),
    "concordance": lambda d: s.concordance(d, score="x", **TIMES),
    "concordance uno": lambda d: s.concordance(d, score="x", weighting="uno", **TIMES),
    "performance": lambda d: s.performance(d, predicted="p", day=2, **TIMES),
    "calibration_curve": lambda d: s.calibration_curve(d, predicted="p", day=2, **TIMES),
    "decision_curve": lambda d: s.decision_curve(d, predicted="p", day=2, **TIMES),
    "decision_curve cause": lambda d: s.decision_curve(d, predicted="p", day=2, cause=1, **CAUSES),
    "pseudo_values": lambda d: s.pseudo_values(d, at=[1, 2], **TIMES),
    "pseudo_values rmst": lambda d: s.pseudo_values(d, at=2, quantity="rmst", **TIMES),
    "pseudo_values incidence": lambda d: s.pseudo_values(d, at=2, quantity="incidence", cause=1, **CAUSES),
    "aalen_johansen": lambda d: s.aalen_johansen(d, by="arm", **CAUSES),
    "gray_test": lambda d: s.gray_test(d, by="arm", cause=1, **CAUSES),
    "fine_gray": lambda d: s.fine_gray(d, "x", cause=1, **CAUSES),
    "fine_gray efron": lambda d: s.fine_gray(d, "x", cause=1, ties="efron", cluster="id", **CAUSES),
    "multi_state": lambda d: s.multi_state(
        d, subject="person", entry="start", time="day", to="what", by="arm"
    ),
    "parametric": lambda d: s.parametric(d, "x", **TIMES),
    "gompertz": lambda d: s.parametric(d, distribution="gompertz", **TIMES),
    "piecewise": lambda d: s.parametric(d, distribution="piecewise", cuts=[2], **TIMES),
    "log-normal": lambda d: s.parametric(d, distribution="log-normal", entry="from", **TIMES),
    "cure": lambda d: s.cure(d, **TIMES),
    "cure by x": lambda d: s.cure(d, "x", distribution="log-logistic", **TIMES),
    "turnbull": lambda d: s.turnbull(d, lower="from", upper="late", by="arm"),
    "interval_parametric": lambda d: s.interval_parametric(d, "x", lower="from", upper="late"),
    "relative_survival": lambda d: s.relative_survival(
        d, age="age", sex="sex", table=LIFE_TABLE, by="arm", **TIMES
    ),
    "relative_survival ederer": lambda d: s.relative_survival(
        d, age="age", sex="sex", table=LIFE_TABLE, method="ederer-2", conf_type="log-log", **TIMES
    ),
    "propensity_weights": lambda d: s.propensity_weights(d, "x", group="group"),
    "overlap weights": lambda d: s.propensity_weights(d, "x", group="group", target="overlap"),
    "split_at": lambda d: s.split_at(d, days=[2, 3], **TIMES),
    "until_change": lambda d: s.until_change(d, change="change", **TIMES),
    "landmark": lambda d: s.landmark(d, change="change", day=2, **TIMES),
    "bootstrap": lambda d: s.bootstrap(d, lambda some: s.cox(some, "x", **TIMES).coefficients, repetitions=5),
    "bootstrap bca": lambda d: s.bootstrap(
        d, lambda some: some["x"].mean(), repetitions=5, cluster="id", interval="bca"
    ),
    "pool": lambda d: s.pool([s.cox(d, "x", **TIMES)] * 2),
}


def looked_at(result: Any) -> str:
    """What a result prints; all that it offers without arguments is asked for too, or refused."""
    frame = result.to_frame()
    assert frame.height >= 0
    for name in ("plot", "baseline_hazard", "proportional_hazards", "quantile", "median"):
        if hasattr(result, name):
            with suppress(PagetError):
                str(getattr(result, name)())
    if callable(getattr(result, "at", None)):
        result.at([0, 1, 2.5, 1e6])
    if hasattr(result, "residuals"):
        for kind in ("martingale", "deviance", "score", "dfbetas", "schoenfeld", "scaled schoenfeld"):
            with suppress(PagetError):
                result.residuals(kind)
    for name in ("concordance", "wald_test", "score_test", "likelihood_ratio_test", "frailty_test"):
        with suppress(PagetError):
            str(getattr(result, name, ""))
    return str(result)


def said(call: Callable[[Rows], Any], rows: Rows) -> str:
    """What comes of it; any other error than the house's own fails the test."""
    try:
        return looked_at(call(rows))
    except PagetError as refused:
        return str(refused)


def test_every_public_estimator_is_here() -> None:
    called = {name.split()[0] for name in CALLS}
    estimators = {name for name in s.__all__ if name.islower() and not name.endswith("_of")}
    elsewhere = {"e_value", "life_table"}  # a number, a table: see below
    assert estimators - called - elsewhere == set()


@pytest.mark.parametrize("name", COHORTS)
@pytest.mark.parametrize("call", CALLS)
def test_a_result_or_a_sentence(call: str, name: str) -> None:
    assert len(said(CALLS[call], COHORTS[name])) > 5


@given(
    st.lists(st.integers(0, 6), min_size=0, max_size=9),
    st.integers(0, 2**31),
    st.sampled_from(sorted(CALLS)),
)
@settings(max_examples=100)
def test_any_few_rows(days: list[int], seed: int, call: str) -> None:
    random = np.random.default_rng(seed)
    n = len(days)
    rows = cohort(
        days,
        random.integers(0, 2, n),
        random.choice(list("AB"), n),
        random.integers(0, 3, n),
        random.integers(0, 3, n),
    )
    said(CALLS[call], rows)


@pytest.mark.parametrize(
    "table",
    [
        {},
        {"age": [], "sex": [], "hazard": []},
        {"age": [1], "sex": ["f"], "probability": [1.5]},
        {"age": [1], "sex": ["f"], "hazard": [-1.0]},
        {"age": [1, 3], "sex": ["f", "f"], "hazard": [0.1, 0.1]},
        {"age": [1, 1], "sex": ["f", "f"], "hazard": [0.1, 0.1]},
        {"age": [1.5], "sex": ["f"], "hazard": [0.1]},
        {"age": [1], "sex": [None], "hazard": [0.1]},
        {"age": [1], "sex": ["f"], "hazard": [np.nan]},
        [1, 2],
    ],
)
def test_a_life_table_that_cannot_be_used_is_refused(table: Any) -> None:
    with pytest.raises(PagetError):
        s.life_table(table)


def test_what_stands_for_no_row_says_so() -> None:
    for name, call in CALLS.items():
        words = said(call, COHORTS["nobody"])
        assert words.strip(), name
        assert "nan" not in words.lower() or "mean" in words, (name, words)


def test_pooling_asks_for_models_alike() -> None:
    one = SimpleNamespace(coefficients=s.Named(["a"], [1.0]), covariance=np.eye(1))
    two = SimpleNamespace(coefficients=s.Named(["b"], [1.0]), covariance=np.eye(1))
    for models in ([], [one], [one, two]):
        with pytest.raises(PagetError):
            s.pool(models)
