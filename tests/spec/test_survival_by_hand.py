"""Survival estimators on a few rows, worked out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from paget import survival as s
from paget.errors import BadInput

# Six patients: day 1 one event and one censored; day 6 two events; day 8 censored; day 9 an event.
SIX = {"day": [1, 1, 6, 6, 8, 9], "died": [1, 0, 1, 1, 0, 1], "x": [1, 1, 1, 0, 0, 0]}


def test_kaplan_meier_and_greenwood() -> None:
    # 1 - 1/6 = 5/6; times 1 - 2/4 = 5/12; nobody on day 8; 0 on day 9
    curve = s.kaplan_meier(SIX, time="day", event="died")["all"]
    assert curve.time.tolist() == [1, 6, 8, 9]
    assert curve.n_risk.tolist() == [6, 4, 2, 1]
    assert curve.n_event.tolist() == [1, 2, 0, 1]
    assert curve.n_censor.tolist() == [1, 0, 1, 0]
    assert curve.survival == pytest.approx([5 / 6, 5 / 12, 5 / 12, 0])
    # Greenwood: S² (1/(6·5)) and S² (1/30 + 2/(4·2))
    first, second = 5 / 6 * math.sqrt(1 / 30), 5 / 12 * math.sqrt(1 / 30 + 1 / 4)
    assert curve.standard_error[:3] == pytest.approx([first, second, second])
    assert curve.cumulative_hazard == pytest.approx([1 / 6, 2 / 3, 2 / 3, 5 / 3])
    assert curve.cumulative_hazard_se[1] == pytest.approx(math.sqrt(1 / 36 + 2 / 16))


def test_median_is_not_reached_or_the_middle_of_a_step() -> None:
    four = {"day": [2, 4, 7, 9], "died": [1, 1, 1, 1]}
    # survival is exactly a half from day 4 to day 7
    assert s.kaplan_meier(four, time="day", event="died").quantile(0.5)["time"].item() == 5.5
    censored = s.kaplan_meier({"day": [2, 4, 7], "died": [1, 0, 0]}, time="day", event="died")
    assert math.isnan(censored.quantile(0.5)["time"].item())
    assert "not reached" in str(censored)


def test_delayed_entry_joins_after_the_day_of_entry() -> None:
    # The second patient enters on day 3: at risk from day 4 on, so not at the event of day 3.
    rows = {"from": [0, 3, 0], "day": [3, 6, 8], "died": [1, 1, 0]}
    curve = s.kaplan_meier(rows, time="day", event="died", entry="from")["all"]
    assert curve.n_risk.tolist() == [2, 2, 1]
    assert curve.survival == pytest.approx([1 / 2, 1 / 4, 1 / 4])


def test_log_rank_of_two_pairs() -> None:
    # A dies on days 1, 2; B on days 3, 4. Expected in A: 2/4 + 1/3; variance 1/4 + 2/9.
    rows = {"day": [1, 2, 3, 4], "died": [1, 1, 1, 1], "arm": list("AABB")}
    test = s.logrank(rows, time="day", event="died", by="arm")
    assert test.detail["expected"] == pytest.approx([5 / 6, 19 / 6])
    assert test.statistic == pytest.approx((2 - 5 / 6) ** 2 / (1 / 4 + 2 / 9))
    assert test.df == 1
    # Gehan weighs by those at risk, 4 and 3
    gehan = s.logrank(rows, time="day", event="died", by="arm", family="gehan")
    assert gehan.statistic == pytest.approx((4 * 0.5 + 3 * (2 / 3)) ** 2 / (16 / 4 + 9 * 2 / 9))


def test_cox_with_breslow_ties_has_a_closed_form() -> None:
    # Therneau and Grambsch, appendix E.1: exp(beta) = (3 + sqrt(33)) / 2
    fit = s.cox(SIX, "x", time="day", event="died", ties="breslow")
    r = (3 + math.sqrt(33)) / 2
    assert fit.coefficients["x"] == pytest.approx(math.log(r), abs=1e-12)
    loglik = 2 * math.log(r) - math.log(3 * r + 3) - 2 * math.log(r + 3)
    assert fit.log_likelihood.fitted == pytest.approx(loglik, abs=1e-12)
    information = r / (r + 1) ** 2 + 6 * r / (r + 3) ** 2
    assert fit.standard_errors["x"] == pytest.approx(1 / math.sqrt(information), abs=1e-12)
    # the hazard: 1/(3r+3) on day 1, 2/(r+3) more on day 6, 1 more on day 9
    base = fit.baseline_hazard()
    steps = [1 / (3 * r + 3), 1 / (3 * r + 3) + 2 / (r + 3), 1 / (3 * r + 3) + 2 / (r + 3) + 1]
    assert base["hazard"].to_list() == pytest.approx(steps)
    a = [r * steps[0], r * steps[0], r * steps[1], steps[1], steps[1], steps[2]]
    assert fit.residuals()["martingale"].to_list() == pytest.approx(
        [e - h for e, h in zip(SIX["died"], a, strict=True)]
    )


def test_exact_ties_are_all_ways_to_choose_the_dead() -> None:
    # Day 1: one of two dies; day 2: two of three die, x = 1, 0 among 1, 0, 0.
    rows = {"day": [2, 2, 3, 1, 3], "died": [1, 1, 0, 1, 0], "x": [1, 0, 0, 1, 1]}
    fit = s.cox(rows, "x", time="day", event="died", ties="exact")

    def loglik(b: float) -> float:
        r = math.exp(b)
        day1 = b - math.log(3 * r + 2)
        # at risk on day 2: r, 1, 1, r; the pairs: r·1 twice each way (4), r², 1
        return day1 + b - math.log(4 * r + r * r + 1)

    best = max(np.linspace(-5, 5, 200_001), key=loglik)
    assert fit.coefficients["x"] == pytest.approx(best, abs=1e-4)
    assert fit.log_likelihood.fitted == pytest.approx(loglik(float(fit.coefficients["x"])), abs=1e-10)


def test_aalen_johansen_of_four() -> None:
    rows = {"day": [1, 2, 3, 4], "what": ["relapse", "death", None, "relapse"]}
    found = s.aalen_johansen(rows, time="day", event="what")["all"]
    assert found.causes == ("death", "relapse")
    assert found.of("relapse") == pytest.approx([1 / 4, 1 / 4, 1 / 4, 3 / 4])
    assert found.of("death") == pytest.approx([0, 1 / 4, 1 / 4, 1 / 4])
    assert found.event_free == pytest.approx([3 / 4, 1 / 2, 1 / 2, 0])
    # without censoring the variance is the binomial one
    plain = s.aalen_johansen({"day": [1, 2, 3, 4], "what": [1, 2, 2, 1]}, time="day", event="what")["all"]
    assert plain.standard_error_of(1)[1] == pytest.approx(math.sqrt(0.25 * 0.75 / 4))


def test_restricted_mean_is_the_area() -> None:
    # alive until 2, half until 4: 2 + 1; variance: (area after day 2 = 1)² · 1/(2·1)
    means = s.rmst({"day": [2, 4], "died": [1, 1]}, time="day", event="died", horizon=4)
    assert means.mean.tolist() == [3.0]
    assert means.standard_error == pytest.approx([math.sqrt(1 / 2)])


def test_concordance_counts_pairs() -> None:
    # Event of day 1 against three, of day 2 against two; the censored of day 3 outlives both.
    rows = {"day": [1, 2, 3, 4], "died": [1, 1, 0, 1], "points": [3, 1, 2, 0]}
    found = s.concordance(rows, time="day", event="died", score="points")
    assert found.counts["concordant"] == 4  # 1<2, 1<3, 1<4, 2<4
    assert found.counts["discordant"] == 1  # 2 and 3
    assert found.value == 0.8


def test_fine_gray_without_competing_events_is_cox() -> None:
    rows = SIX | {"what": [1, 0, 1, 1, 0, 1]}
    one = s.fine_gray(rows, "x", time="day", event="what", cause=1)
    two = s.cox(rows, "x", time="day", event="died", ties="breslow")
    assert one.coefficients["x"] == pytest.approx(float(two.coefficients["x"]), abs=1e-10)


def test_exponential_is_events_over_time() -> None:
    fit = s.parametric(
        {"day": [1, 3, 4], "died": [1, 1, 0]}, time="day", event="died", distribution="exponential"
    )
    assert math.exp(-fit.coefficients["intercept"]) == pytest.approx(2 / 8)
    assert fit.standard_errors["intercept"] == pytest.approx(1 / math.sqrt(2))
    pieces = s.parametric(
        {"day": [1, 3, 4], "died": [1, 1, 0]}, time="day", event="died", distribution="piecewise", cuts=[2]
    )
    # to day 2: 1 event in 1 + 2 + 2 days; after: 1 in 1 + 2
    assert np.exp(np.asarray(pieces.coefficients)) == pytest.approx([1 / 5, 1 / 3])


def test_a_cured_half() -> None:
    # five die early, five are followed long after: half are cured
    rows = {"day": [1, 2, 3, 4, 5, 50, 60, 70, 80, 90], "died": [1] * 5 + [0] * 5}
    fit = s.cure(rows, time="day", event="died", distribution="exponential")
    assert fit.cured({}) == pytest.approx([0.5], abs=1e-6)
    assert math.exp(fit.coefficients["intercept"]) == pytest.approx(3, abs=1e-4)  # the mean of 1 ... 5


def test_the_illness_of_two() -> None:
    rows = {"id": [1, 1, 2], "from": [0, 2, 0], "day": [2, 5, 4], "to": ["ill", "dead", None]}
    found = s.multi_state(rows, subject="id", entry="from", time="day", to="to")["all"]
    assert found.at([3, 5]).tolist() == [[0.5, 0.5], [0.0, 0.5], [0.5, 0.0]]


COHORTS: dict[str, dict[str, Any]] = {
    "nobody": {"day": [], "died": [], "arm": [], "x": [], "what": []},
    "one": {"day": [5], "died": [1], "arm": ["A"], "x": [1.0], "what": [1]},
    "all censored": {
        "day": [1, 2, 3],
        "died": [0, 0, 0],
        "arm": list("AAB"),
        "x": [1, 2, 3],
        "what": [0, 0, 0],
    },
    "all on one day": {
        "day": [4] * 4,
        "died": [1] * 4,
        "arm": list("AABB"),
        "x": [1, 2, 1, 3],
        "what": [1, 2, 1, 2],
    },
    "one group": {"day": [1, 2], "died": [1, 1], "arm": ["A", "A"], "x": [0, 0], "what": [1, 2]},
    "day 0": {"day": [0, 0, 3], "died": [1, 0, 1], "arm": list("ABB"), "x": [1, 0, 1], "what": [1, 0, 2]},
    "fifteen groups": {
        "day": list(range(1, 31)),
        "died": [1, 0, 1] * 10,
        "arm": [f"g{i % 15:02}" for i in range(30)],
        "x": [i % 7 for i in range(30)],
        "what": [i % 3 for i in range(30)],
    },
}


@pytest.mark.parametrize("name", COHORTS)
def test_degenerate_cohorts_end_in_a_number_or_a_sentence(name: str) -> None:
    data = {
        key: np.array(values, dtype=float if key in {"x", "day"} else None)
        for key, values in COHORTS[name].items()
    }
    data["died"], data["what"] = data["died"].astype(int), data["what"].astype(int)
    given: dict[str, Any] = {"time": "day", "event": "died"}
    causes: dict[str, Any] = {"time": "day", "event": "what"}
    calls = {
        "kaplan_meier": lambda: s.kaplan_meier(data, by="arm", **given),
        "nelson_aalen": lambda: s.nelson_aalen(data, **given),
        "logrank": lambda: s.logrank(data, by="arm", **given),
        "cox": lambda: s.cox(data, "x", **given),
        "cox of groups": lambda: s.cox(data, "C(arm)", **given),
        "aalen_johansen": lambda: s.aalen_johansen(data, by="arm", **causes),
        "gray_test": lambda: s.gray_test(data, by="arm", cause=1, **causes),
        "fine_gray": lambda: s.fine_gray(data, "x", cause=1, **causes),
        "rmst": lambda: s.rmst(data, by="arm", horizon=10, **given),
        "concordance": lambda: s.concordance(data, score="x", **given),
        "parametric": lambda: s.parametric(data, **given),
        "cure": lambda: s.cure(data, **given),
    }
    for call, run in calls.items():
        said = outcome(run)
        assert len(said) > 10, call


def outcome(run: Any) -> str:
    """What a result prints, its frame made too, or the sentence with which it is refused."""
    try:
        result = run()
    except s.BadInput as refused:
        return str(refused)
    result.to_frame()
    return str(result)


def test_separation_is_said() -> None:
    rows = {"day": [1, 2, 3, 4, 5, 6], "died": [1, 1, 1, 0, 0, 0], "x": [1, 1, 1, 0, 0, 0]}
    fit = s.cox(rows, "x", time="day", event="died")
    assert not fit.converged
    assert "separation" in str(fit)
    held = s.cox(rows, "x", time="day", event="died", penalty=1.0)
    assert held.converged
    assert 0 < held.coefficients["x"] < 3


def test_a_constant_and_a_doubled_covariate_are_said() -> None:
    rows = SIX | {"same": [3] * 6, "twice": [2, 2, 2, 0, 0, 0]}
    fit = s.cox(rows, "x + same + twice", time="day", event="died", ties="breslow")
    assert np.isnan(np.asarray(fit.coefficients)).tolist() == [False, True, True]
    assert fit.coefficients["x"] == pytest.approx(math.log((3 + math.sqrt(33)) / 2))
    assert "same: the same in all rows" in str(fit)
    assert "twice: explained" in str(fit)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"day": [1, 1, 6, 6, 8, -9]}, "end before their origin"),
        ({"died": [1, 0, 2, 1, 0, 1]}, "neither 0 nor 1"),
        ({"day": [1, 1, 6, 6, 8, np.inf]}, "not finite"),
        ({"day": ["a"] * 6}, "not numeric"),
    ],
)
def test_what_cannot_be_meant_is_refused(change: dict[str, Any], words: str) -> None:
    with pytest.raises(s.BadInput, match=words):
        s.kaplan_meier(SIX | change, time="day", event="died")


def test_names_are_guessed_and_rows_without_a_value_counted() -> None:
    with pytest.raises(s.BadInput, match="no such column") as refused:
        s.kaplan_meier(SIX, time="dy", event="died")
    assert "did you mean day" in str(refused.value)
    rows = SIX | {"x": [1, None, 1, 0, 0, 0], "day": [1.0, 1, 6, 6, 8, math.nan]}
    fit = s.cox(rows, "x", time="day", event="died")
    assert fit.analysed.used == 4
    assert dict(fit.analysed.excluded) == {"day": 1, "x": 1}
    with pytest.raises(s.BadInput, match="looks like censoring"):
        s.aalen_johansen({"day": [1, 2], "what": ["death", "censored"]}, time="day", event="what")
    with pytest.raises(s.BadInput, match="day of their entry"):
        s.kaplan_meier(SIX | {"in": [0, 0, 0, 6, 0, 0]}, time="day", event="died", entry="in")


def test_a_vector_answers_to_names() -> None:
    fit = s.cox(SIX, "x", time="day", event="died")
    assert dict(fit.coefficients) == {"x": float(fit.coefficients[0])}
    assert np.exp(fit.coefficients) == pytest.approx(np.asarray(fit.hazard_ratios))
    with pytest.raises(KeyError, match="no term"):
        fit.coefficients["y"]
    with pytest.raises(ValueError, match="read-only"):
        fit.coefficients[0] = 1.0


def test_fine_gray_predicts_by_the_baseline_of_the_stratum() -> None:
    """Each day and stratum has as many at +1 as at -1, so the coefficient is 0.

    In A two of four have the cause on day 1: H = 1/2. In B those with another event on day 5 stay at risk, so
    on day 6 two of six have it: H = 1/3.
    """
    day = np.repeat([1, 2, 5, 6, 7], 2)
    data = {
        "day": day,
        "what": np.repeat([1, 2, 2, 1, 0], 2),
        "x": np.tile([1.0, -1.0], 5),
        "hospital": np.where(day < 5, "A", "B"),
    }
    model = s.fine_gray(data, "x", time="day", event="what", cause=1, strata="hospital", ties="breslow")
    assert float(model.coefficients["x"]) == pytest.approx(0, abs=1e-12)
    new = {"x": [0.0, 0.0], "hospital": ["A", "B"]}
    found = model.predict(new, [1, 6])
    assert found["row"].to_list() == [0, 0, 1, 1]
    hazard = np.array([1 / 2, 1 / 2, 0, 1 / 3])
    np.testing.assert_allclose(found["incidence"], 1 - np.exp(-hazard), rtol=1e-12)
    assert model.predict(new).select("row", "time").rows() == [(0, 1.0), (1, 6.0)]
    with pytest.raises(BadInput, match="strata"):
        model.predict({"x": [0.0], "hospital": ["C"]})
