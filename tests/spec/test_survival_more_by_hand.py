"""More survival estimators on a few rows, worked out by hand or from a published figure."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from paget import survival as s

SIX = {"day": [1, 1, 6, 6, 8, 9], "died": [1, 0, 1, 1, 0, 1], "x": [1, 1, 1, 0, 0, 0]}
TIMES: dict[str, Any] = {"time": "day", "event": "died"}


def test_turnbull_of_known_days_and_censoring_is_kaplan_meier() -> None:
    rows = {"free": SIX["day"], "found": [1, None, 6, 6, None, 9]}
    curve = s.turnbull(rows, lower="free", upper="found")["all"]
    assert curve.between([1, 6, 8, 9])[0] == pytest.approx([5 / 6, 5 / 12, 5 / 12, 0], abs=1e-8)
    assert curve.between([1, 6, 8, 9])[1] == pytest.approx([5 / 6, 5 / 12, 5 / 12, 0], abs=1e-8)


def test_turnbull_knows_no_more_than_the_visits() -> None:
    # Two found at the visit of day 10 (free on day 5), two never seen (free on day 20): half in (5, 10].
    rows = {"free": [5, 5, 20, 20], "found": [10, 10, None, None]}
    curves = s.turnbull(rows, lower="free", upper="found")
    low, high = curves["all"].between([5, 7, 10, 20])
    assert low.tolist() == pytest.approx([1, 0.5, 0.5, 0.5])
    assert high.tolist() == pytest.approx([1, 1, 0.5, 0.5])
    assert curves.median()["after"].item() == 5
    assert curves.median()["by"].item() == 10
    # an interval holds its end but not its beginning: these two do not meet on day 5
    apart = s.turnbull({"free": [0, 5], "found": [5, 10]}, lower="free", upper="found")["all"]
    assert apart.mass.tolist() == pytest.approx([0.5, 0.5])
    # a known event on day 5 lies in (0, 5]
    inside = s.turnbull({"free": [0, 5], "found": [5, 5]}, lower="free", upper="found")["all"]
    assert (inside.after.tolist(), inside.by.tolist()) == ([5], [5])


def test_a_weight_of_2_is_the_row_twice_between_visits() -> None:
    rows = {"free": [0, 3, 6, 2], "found": [4, 8, None, 7], "w": [2, 1, 2, 1]}
    twice = {name: np.repeat(np.array(values, dtype=float), rows["w"]) for name, values in rows.items()}
    given: dict[str, Any] = {"lower": "free", "upper": "found"}
    one, two = s.turnbull(rows, weights="w", **given)["all"], s.turnbull(twice, **given)["all"]
    assert one.mass == pytest.approx(two.mass, abs=1e-6)
    plain = s.turnbull({"free": [0, 5], "found": [5, 10], "w": [2, 1]}, weights="w", **given)["all"]
    assert plain.mass == pytest.approx([2 / 3, 1 / 3])
    a, b = (s.interval_parametric(rows, weights="w", **given), s.interval_parametric(twice, **given))
    assert np.asarray(a.coefficients) == pytest.approx(np.asarray(b.coefficients))


def test_exponential_between_visits_has_a_closed_form() -> None:
    # a of n found in (0, t]: exp(-t / m) = 1 - a/n
    rows = {"free": [0, 0, 0, 30, 30], "found": [30, 30, 30, None, None]}
    fit = s.interval_parametric(rows, lower="free", upper="found", distribution="exponential")
    assert math.exp(-30 * math.exp(-fit.coefficients["intercept"])) == pytest.approx(2 / 5)
    early = {"free": [0, 1], "found": [0.5, None]}
    known = s.interval_parametric(early, lower="free", upper="found", distribution="exponential")
    # 1 - exp(-r/2) and exp(-r): largest where exp(-r/2) = 2/3
    assert math.exp(-0.5 * math.exp(-known.coefficients["intercept"])) == pytest.approx(2 / 3)


def test_the_mean_number_of_events_of_two() -> None:
    # One has events on days 2 and 4, the other none: 1/2, then 1; each is off by a half of a half, then by a
    # half, in turn up and down.
    rows = {"id": [1, 1, 2], "from": [0, 2, 0], "day": [2, 4, 4], "again": [1, 1, 0]}
    one = s.mean_count(rows, subject="id", entry="from", time="day", event="again")["all"]
    assert one.mean.tolist() == [0.5, 1.0]
    assert one.standard_error.tolist() == pytest.approx([math.sqrt(2 * 0.25**2), math.sqrt(2 * 0.5**2)])
    # who leaves on day 3 is no longer counted on day 4: his part stays as it was
    rows = {"id": [1, 1, 2], "from": [0, 2, 0], "day": [2, 4, 3], "again": [1, 1, 0]}
    one = s.mean_count(rows, subject="id", entry="from", time="day", event="again")["all"]
    assert one.mean.tolist() == [0.5, 0.5, 1.5]
    assert one.standard_error[-1] == pytest.approx(math.sqrt(2 * 0.25**2))


def test_one_event_each_is_cox_whatever_the_model() -> None:
    rows = SIX | {"id": range(6), "from": [0] * 6}
    given: dict[str, Any] = {"subject": "id", "entry": "from", "time": "day", "event": "died"}
    plain = s.cox(rows, "x", cluster="id", **TIMES)
    for model in ("andersen-gill", "pwp-total", "pwp-gap", "wlw"):
        fit = s.recurrent(rows, "x", model=model, most=1, **given)
        assert fit.coefficients["x"] == pytest.approx(float(plain.coefficients["x"]))
        assert fit.robust_standard_errors["x"] == pytest.approx(float(plain.robust_standard_errors["x"]))
    with pytest.raises(s.BadInput, match="overlap"):
        s.recurrent({"id": [1, 1], "from": [0, 1], "day": [3, 5], "died": [1, 1], "x": [0, 1]}, "x", **given)
    with pytest.raises(s.BadInput, match="covariate changes"):
        s.recurrent(
            {"id": [1, 1, 2], "from": [0, 3, 0], "day": [3, 5, 4], "died": [1, 1, 1], "x": [0, 1, 1]},
            "x",
            model="wlw",
            **given,
        )


def test_a_step_is_the_covariate_in_two_parts_of_time() -> None:
    given = SIX | {"died": [1] * 6, "x": [1, 0, 1, 0, 1, 0]}
    parts = s.split_at(given, days=[5], **TIMES)
    rows = parts.to_frame().to_dict(as_series=False)
    x = np.array(given["x"])[parts.row]
    late = (np.array(rows["time"]) > 5).astype(int)
    two = s.cox(rows | {"x": x, "late": x * late}, "x + late", time="time", event="event", entry="entry")
    one = s.cox_varying(given, "x", varying={"x": 5}, **TIMES)
    assert np.asarray(one.coefficients) == pytest.approx(np.asarray(two.coefficients))
    # on day 1, before the step, one of three with x = 1 and one of three with x = 0 die: no difference
    assert one.coefficients["x"] == pytest.approx(0, abs=1e-8)
    # the day of the step is before it
    edge = s.cox_varying(given, "x", varying={"x": 6}, **TIMES)
    other = s.cox_varying(given, "x", varying={"x": 7}, **TIMES)
    assert np.asarray(edge.coefficients) == pytest.approx(np.asarray(other.coefficients))


def test_a_frailty_of_almost_no_variance_is_none() -> None:
    rows = {
        "day": [3, 5, 8, 9, 11, 14, 15, 20],
        "died": [1, 1, 0, 1, 1, 1, 1, 0],
        "x": [1, 0, 1, 1, 0, 1, 0, 0],
        "site": list("AABBCCDD"),
    }
    fit = s.frailty(rows, "x", group="site", variance=1e-6, **TIMES)
    plain = s.cox(rows, "x", **TIMES)
    assert fit.coefficients["x"] == pytest.approx(float(plain.coefficients["x"]), abs=1e-4)
    assert fit.standard_errors["x"] == pytest.approx(float(plain.standard_errors["x"]), abs=1e-4)
    assert fit.log_likelihood.fitted == pytest.approx(plain.log_likelihood.fitted, abs=1e-4)
    assert np.asarray(fit.frailties) == pytest.approx(np.ones(4), abs=1e-4)
    # the mean frailty is 1 whatever its variance, and rows count as often as their weight
    wide = s.frailty(rows, "x", group="site", variance=0.7, **TIMES)
    assert np.asarray(wide.frailties).mean() == pytest.approx(1)
    assert wide.kendall_tau == pytest.approx(0.7 / 2.7)
    rows["w"] = [1, 2, 1, 3, 1, 1, 2, 1]
    twice = {name: np.repeat(np.array(values), rows["w"]) for name, values in rows.items()}
    given: dict[str, Any] = {"group": "site", "variance": 0.7, "ties": "breslow", **TIMES}
    one, two = s.frailty(rows, "x", weights="w", **given), s.frailty(twice, "x", **given)
    assert one.coefficients["x"] == pytest.approx(float(two.coefficients["x"]), abs=1e-8)
    assert one.standard_errors["x"] == pytest.approx(float(two.standard_errors["x"]), abs=1e-8)


def test_pseudo_values_without_censoring_are_the_outcome() -> None:
    rows = {"day": [2, 5, 7, 9], "died": [1, 1, 1, 1], "what": [1, 2, 1, 2]}
    alive = s.pseudo_values(rows, at=[5, 8], **TIMES)
    assert alive.values == pytest.approx(np.array([[0, 0], [0, 0], [1, 0], [1, 1]]))
    lived = s.pseudo_values(rows, at=6, quantity="rmst", **TIMES)
    assert lived.values.ravel() == pytest.approx([2, 5, 6, 6])
    had = s.pseudo_values(rows, at=8, quantity="incidence", cause=2, time="day", event="what")
    assert had.values.ravel() == pytest.approx([0, 1, 0, 0])


def test_net_survival_beside_a_constant_hazard() -> None:
    # 1 in a thousand days die in the population: net survival is observed times exp(t / 1000), both ways.
    table = {"age": [60, 61, 62], "sex": ["m"] * 3, "hazard": [0.001] * 3}
    rows = {"day": [100, 200, 300], "died": [1, 0, 1], "age": [60.0, 61.5, 60.9], "sex": ["m"] * 3}
    given: dict[str, Any] = {"age": "age", "sex": "sex", "table": table, **TIMES}
    net = s.relative_survival(rows, **given)["all"]
    for day, deaths in ((100, 1 / 3), (200, 1 / 3), (300, 4 / 3)):
        assert net.observed[day] == pytest.approx(math.exp(-deaths))
        assert net.survival[day] == pytest.approx(math.exp(-deaths + day / 1000), rel=1e-12)
        ratio = s.relative_survival(rows, method="ederer-2", **given)["all"].survival[day]
        assert ratio == pytest.approx(math.exp(-deaths + day / 1000))
    # who enters after day 150 is at risk on no day before, so the first death is one of two
    late = s.relative_survival(rows | {"from": [0, 150, 0]}, entry="from", method="ederer-2", **given)["all"]
    assert late.n_risk[[100, 150, 151, 300]].tolist() == [2, 1, 2, 1]
    assert late.observed[100] == pytest.approx(math.exp(-1 / 2))


def test_patients_grow_older_and_years_pass() -> None:
    # 60 years and 364.25 days: one day at the hazard of 60, then at that of 61, but from 1971 on at a third.
    table = {
        "age": [60, 61, 60, 61],
        "year": [1970, 1970, 1971, 1971],
        "sex": ["f"] * 4,
        "hazard": [0.01, 0.02, 0.04, 0.08],
    }
    rows = {"day": [4], "died": [0], "age": [60 + 364.25 / 365.25], "sex": ["f"], "origin": [362]}
    found = s.relative_survival(
        rows, age="age", sex="sex", table=table, origin_day="origin", method="ederer-2", **TIMES
    )
    # days 362 (60 years), 363 and 364 (61 years) in 1970, day 365 in 1971
    assert -found["all"].excess_hazard[-1] == pytest.approx(0.01 + 0.02 + 0.02 + 0.08)
    with pytest.raises(s.BadInput, match="day of the origin is needed"):
        s.relative_survival(rows, age="age", sex="sex", table=table, **TIMES)
    with pytest.raises(s.BadInput, match="sex that the table does not have"):
        s.relative_survival(
            rows | {"sex": ["m"]}, age="age", sex="sex", table=table, origin_day="origin", **TIMES
        )


def test_net_benefit_by_hand() -> None:
    # Acted on at 30 %: rows 1 and 2 of four; one of them dies by day 5: 1/4 - 1/4 times 3/7.
    rows = {"day": [1, 9, 2, 9], "died": [1, 0, 1, 0], "risk": [0.9, 0.3, 0.2, 0.1], "what": [1, 0, 2, 0]}
    net = s.decision_curve(rows, predicted="risk", day=5, thresholds=[0.3], **TIMES)
    assert net.net_benefit["risk"][0] == pytest.approx(1 / 4 - 1 / 4 * 3 / 7)
    assert net.net_benefit["all"][0] == pytest.approx(1 / 2 - 1 / 2 * 3 / 7)
    assert net.avoided("risk")[0] == pytest.approx((1 / 4 - 1 / 4 * 3 / 7 - (1 / 2 - 1 / 2 * 3 / 7)) * 7 / 3)
    # of the second cause one in four dies, and not among those acted on
    other = s.decision_curve(
        rows, time="day", event="what", predicted="risk", day=5, thresholds=[0.3], cause=2
    )
    assert other.net_benefit["risk"][0] == pytest.approx(0 - 2 / 4 * 3 / 7)
    assert other.net_benefit["all"][0] == pytest.approx(1 / 4 - 3 / 4 * 3 / 7)


def test_calibration_of_a_right_and_of_a_halved_prediction() -> None:
    random = np.random.default_rng(3)
    p = random.uniform(0.1, 0.8, 4000)
    day = -np.log(random.random(4000)) / -np.log1p(-p) * 100
    rows = {"day": np.ceil(day), "died": np.ones(4000), "p": p, "half": p / 2}
    right = s.calibration_curve(rows, predicted="p", day=100, **TIMES)
    assert right.slope == pytest.approx(1, abs=3 * right.slope_se)
    assert right.mean_error < 0.02
    assert right.observed_over_expected == pytest.approx(1, abs=0.05)
    low = s.calibration_curve(rows, predicted="half", day=100, **TIMES)
    assert low.observed_over_expected == pytest.approx(2, abs=0.1)
    assert low.mean_error == pytest.approx((p / 2).mean(), abs=0.03)
    before = s.calibration_curve(rows, predicted="p", day=0.5, **TIMES)
    assert not before.observed.any()


def test_bootstrap_of_a_mean() -> None:
    rows = {"x": np.arange(50.0), "id": np.arange(50) // 5, "arm": np.arange(50) % 2}
    found = s.bootstrap(rows, lambda some: some["x"].mean(), repetitions=400)
    exact = rows["x"].std() / math.sqrt(50)
    assert found.standard_error[0] == pytest.approx(exact, rel=0.15)
    again = s.bootstrap(rows, lambda some: some["x"].mean(), repetitions=400)
    assert found.samples.tolist() == again.samples.tolist()
    assert found.lower[0] == pytest.approx(24.5 - 1.96 * exact, rel=0.1)
    # patients of a cluster come together: their means differ more
    wide = s.bootstrap(rows, lambda some: some["x"].mean(), repetitions=400, cluster="id")
    means = rows["x"].reshape(10, 5).mean(1)
    assert wide.standard_error[0] == pytest.approx(means.std() / math.sqrt(10), rel=0.15)
    sizes = s.bootstrap(rows, lambda some: float((some["arm"] == 1).sum()), repetitions=20, strata="arm")
    assert set(sizes.samples.ravel()) == {25.0}
    assert len(s.bootstrap(rows, lambda some: len(some["x"]), repetitions=5).samples) == 5


def test_the_corrected_bootstrap_of_a_skewed_estimate() -> None:
    # Efron and Tibshirani 1993, table 14.2: BCa moves both ends of the interval of a variance upwards.
    first = [48, 36, 20, 29, 42, 42, 20, 42, 22, 41, 45, 14, 6]
    x = np.array([*first, 0, 33, 28, 34, 4, 32, 24, 47, 41, 24, 26, 30, 41.0])
    given: dict[str, Any] = {"repetitions": 4000, "level": 0.9}
    plain = s.bootstrap({"x": x}, lambda some: some["x"].var(), interval="percentile", **given)
    bca = s.bootstrap({"x": x}, lambda some: some["x"].var(), interval="bca", **given)
    assert plain.estimate[0] == pytest.approx(171.5, abs=0.05)
    assert (plain.lower[0], plain.upper[0]) == pytest.approx((100.8, 233.9), rel=0.02)
    assert (bca.lower[0], bca.upper[0]) == pytest.approx((115.8, 259.6), rel=0.02)


def test_a_statistic_that_fails_on_some_samples_is_counted() -> None:
    rows = {"day": [1, 2, 3, 4], "died": [1, 0, 0, 0], "x": [0, 1, 2, 3]}
    found = s.bootstrap(
        rows, lambda some: s.cox(some, "x", penalty=1.0, **TIMES).coefficients, repetitions=60
    )
    assert 5 < found.failed < 40  # (3/4)⁴ = 32 % of the samples have no event
    assert "not to be trusted" in str(found)


def test_e_values_that_were_published() -> None:
    # VanderWeele and Ding 2017: risk ratio 3.9 (1.8 to 8.7): 7.26, its bound 3.0; 0.80 (0.71 to 0.91): 1.81
    assert round(s.e_value(3.9), 2) == 7.26
    assert round(s.e_value(1.8), 1) == 3.0
    assert round(s.e_value(0.80), 2) == 1.81
    # a common outcome: the hazard ratio 0.5 becomes (1 - 0.5^sqrt(0.5)) / (1 - 0.5^sqrt(2)) = 0.620
    ratio = (1 - 0.5 ** math.sqrt(0.5)) / (1 - 0.5 ** math.sqrt(2))
    assert s.e_value(0.5, common=True) == pytest.approx(1 / ratio + math.sqrt(1 / ratio * (1 / ratio - 1)))


def test_weights_are_cut_where_asked() -> None:
    rows = {"x": np.arange(40) % 8, "arm": (np.arange(40) % 8 + np.arange(40) // 8 * 2 > 6).astype(int)}
    whole = s.propensity_weights(rows, "x", group="arm")
    cut = s.propensity_weights(rows, "x", group="arm", truncate=0.1)
    low, high = np.quantile(whole.weights, [0.1, 0.9])
    assert (cut.weights.min(), cut.weights.max()) == pytest.approx((low, high))
    treated = whole.weights[rows["arm"] == 1]
    assert whole.effective[1] == pytest.approx(treated.sum() ** 2 / (treated**2).sum())


def test_an_offset_moves_its_rows() -> None:
    # A known log hazard ratio of log 2 for x = 1 is what is left to find, less.
    plain = s.cox(SIX, "x", **TIMES)
    known = s.cox(SIX | {"o": np.log(2) * np.array(SIX["x"])}, "x", offset="o", **TIMES)
    assert known.coefficients["x"] == pytest.approx(plain.coefficients["x"] - math.log(2))
    assert known.log_likelihood.fitted == pytest.approx(plain.log_likelihood.fitted)


def test_clusters_of_one_change_nothing_in_fine_gray() -> None:
    random = np.random.default_rng(5)
    rows = {
        "day": random.integers(1, 30, 60),
        "what": random.integers(0, 3, 60),
        "x": random.normal(size=60),
        "id": np.arange(60),
    }
    given: dict[str, Any] = {"time": "day", "event": "what", "cause": 1}
    plain = s.fine_gray(rows, "x", **given)
    own = s.fine_gray(rows, "x", cluster="id", **given)
    assert own.robust_standard_errors["x"] == pytest.approx(float(plain.robust_standard_errors["x"]))
    # every row twice says no more when the two are known to be one
    twice = {name: np.repeat(values, 2) for name, values in rows.items()}
    paired = s.fine_gray(twice, "x", cluster="id", **given)
    assert paired.coefficients["x"] == pytest.approx(float(plain.coefficients["x"]))
    assert paired.robust_standard_errors["x"] == pytest.approx(float(plain.robust_standard_errors["x"]))


def test_time_before_entry_does_not_count_in_a_model_of_time() -> None:
    # Exponential: 2 events in (3 - 1) + (9 - 4) + (5 - 0) days under observation.
    rows = {"from": [1, 4, 0], "day": [3, 9, 5], "died": [1, 0, 1]}
    fit = s.parametric(rows, distribution="exponential", entry="from", **TIMES)
    assert math.exp(-fit.coefficients["intercept"]) == pytest.approx(2 / 12)
    pieces = s.parametric(rows, distribution="piecewise", cuts=[3], entry="from", **TIMES)
    # up to day 3, that day included: 1 event in 2 + 0 + 3 days; after it 1 in 0 + 5 + 2
    assert np.exp(np.asarray(pieces.coefficients)) == pytest.approx([1 / 5, 1 / 7])


def test_a_change_on_the_last_day_is_half_a_day_before_it() -> None:
    rows = {"day": [10, 6], "died": [1, 1], "operated": [10, 3]}
    found = s.until_change(rows, change="operated", **TIMES)
    assert found.time.tolist() == [9.5, 10, 3, 6]
    assert found.changed.tolist() == [False, True, False, True]
    unseen = s.until_change(rows, change="operated", tie=0, **TIMES)
    assert unseen.time.tolist() == [10, 3, 6]


def test_no_piece_is_empty() -> None:
    # A cut on the day of entry or of exit cuts nothing.
    rows = {"from": [2, 0], "day": [9, 5], "died": [1, 0]}
    found = s.split_at(rows, days=[2, 5], entry="from", **TIMES)
    assert list(zip(found.row, found.entry, found.time, strict=True)) == [
        (0, 2, 5),
        (0, 5, 9),
        (1, 0, 2),
        (1, 2, 5),
    ]


def test_an_event_on_the_day_is_by_the_day() -> None:
    rows = {"day": [1, 2, 3, 4], "died": [1, 1, 1, 1], "p": [0.9, 0.8, 0.3, 0.1]}
    found = s.performance(rows, predicted="p", day=2, **TIMES)
    # two had it, two had not: (0.1² + 0.2² + 0.3² + 0.1²) / 4
    assert found.brier == pytest.approx((0.01 + 0.04 + 0.09 + 0.01) / 4)
    assert found.auc == 1.0


def test_exact_ties_are_efrons_when_there_are_none() -> None:
    rows = {
        "from": [0, 3, 1, 4, 0, 6],
        "day": [3, 5, 6, 8, 9, 11],
        "died": [1, 1, 1, 1, 0, 1],
        "x": [1, 0, 1, 1, 0, 0],
    }
    one = s.cox(rows, "x", entry="from", ties="exact", **TIMES)
    two = s.cox(rows, "x", entry="from", **TIMES)
    assert one.coefficients["x"] == pytest.approx(float(two.coefficients["x"]))
    assert one.log_likelihood.fitted == pytest.approx(two.log_likelihood.fitted)


def test_half_dying_within_a_year_is_a_hazard_of_log_2_a_year() -> None:
    table = s.life_table({"age": [90], "sex": ["f"], "probability": [0.5]})
    assert table.hazard.item() * 365.25 == pytest.approx(math.log(2))
