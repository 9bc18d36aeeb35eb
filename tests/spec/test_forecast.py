"""A case's forecast: weights by hand, unknowns only widen, refusals, the same bits, what it must equal."""

from __future__ import annotations

import math

import numpy as np
import pytest

from paget.biology import growth, virtual_patient
from paget.biology.kept import OF_TREATMENT, ROW
from paget.biology.simulated import NOTE
from paget.errors import BadInput
from paget.options import Known, forecast
from paget.options.assumed import effective, quantiles, share
from paget.options.forecast import ARMS, followed
from paget.options.known import diameter_on

CASE = Known(interval_days=(330, 400), lesions=1, organs=("liver",), clear=("lung",), largest_mm=18)
TOLERANCE = {"tolerance_days": 100.0, "tolerance_mm": 0.2}


@pytest.fixture(scope="module")
def shipped():
    return virtual_patient.of("virtual_colorectal")


@pytest.fixture(scope="module")
def found():
    return forecast(CASE, seed=1)


def four() -> dict[str, np.ndarray]:
    """Four virtual patients: first seen on a day, lesions, organs (liver 1, lung 2, other 4), mm, rate."""
    rows = {name: np.full(4, -1.0) for name in ROW}
    rows["first_seen"] = np.array([365.0, 450.0, 365.0, 548.0])
    rows["lesions_seen"] = np.array([1.0, 1.0, 2.0, 1.0])
    rows["organs_seen"] = np.array([1.0, 1.0, 3.0, 1.0])
    rows["largest_mm"] = np.array([18.0, 20.0, 18.0, 18.0])
    rows["largest_rate"] = np.full(4, math.log(2) / 30)
    return rows


def test_weights_of_four_virtual_patients_by_hand(shipped):
    each = CASE.weights(shipped, four(), **TOLERANCE)
    # interval 330 to 400, tolerance 100: 365 lies inside; 450 is 50 beyond, 1 - 0.5^2; 548 is 148 beyond
    assert each["interval_days"].tolist() == [1.0, 0.75, 1.0, 0.0]
    assert each["lesions"].tolist() == [1.0, 1.0, 0.0, 1.0]
    assert each["organs"].tolist() == [1.0, 1.0, 1.0, 1.0]
    assert each["clear"].tolist() == [1.0, 1.0, 0.0, 1.0]
    # ln(20 / 18) = 0.1053605; 1 - (0.1053605 / 0.2)^2 = 0.7224791
    assert each["largest_mm"] == pytest.approx([1.0, 0.7224791, 1.0, 1.0], abs=1e-7)
    weights = np.prod(list(each.values()), axis=0)
    assert weights == pytest.approx([1.0, 0.5418593, 0.0, 0.0], abs=1e-7)
    # (1 + 0.5418593)^2 / (1 + 0.2936115) = 1.8377
    assert effective(weights) == pytest.approx(1.8377, abs=1e-4)


def test_weighted_quantiles_and_shares_by_hand():
    days, weights = np.array([100.0, math.inf, 300.0]), np.array([1.0, 0.5, 0.5])
    assert quantiles(days, weights, (0.5, 0.75, 0.76)) == (100.0, 300.0, math.inf)
    # three quarters have it by day 300; effective size 4 / 1.5; Wilson's interval of 0.75 at n = 2.6667
    p, low, high = share(days <= 300, weights)
    n, z2 = 8 / 3, 3.841459
    middle, wide = 0.75 + z2 / (2 * n), math.sqrt(z2 * (0.75 * 0.25 / n + z2 / (4 * n * n)))
    assert (p, low, high) == pytest.approx(
        (0.75, (middle - wide) / (1 + z2 / n), (middle + wide) / (1 + z2 / n))
    )


def test_a_lesion_moves_along_its_own_curve(shipped):
    rows = four()
    # exponential: in one doubling time the diameter grows by the cube root of 2
    alone = shipped.with_(ceiling_log10=0)
    assert diameter_on(30, alone, rows) == pytest.approx(rows["largest_mm"] * 2 ** (1 / 3))
    # Gompertz by its closed form: from one cell, so many days to 18 mm, then 60 more
    rate, ceiling = math.log(2) / 30, 13 * math.log(10)
    cells = float(growth.cells_of(18.0, 1e9))
    days = float(growth.days_to(cells, start_cells=1, rate=rate, decay=rate / ceiling))
    for more in (60.0, -60.0):
        later = growth.gompertz(days + more, start_cells=1, rate=rate, decay=rate / ceiling)
        assert diameter_on(more, shipped, rows)[0] == pytest.approx(float(growth.diameter_of(later, 1e9)))


def test_two_sizes_tell_the_growth(shipped):
    rows = four()
    rows["largest_rate"] = np.log(2) / np.array([20.0, 30.0, 40.0, 1000.0])
    rows["largest_mm"] = np.full(4, 18.0)
    after = diameter_on(180, shipped, rows)
    fit = Known(sizes=((0, 18.0), (180, float(after[1])))).weights(shipped, rows, **TOLERANCE)["sizes"]
    assert fit[1] == pytest.approx(1.0)
    assert (fit[[0, 2, 3]] < 1).all()
    assert fit[3] == 0


WIDER = [
    ({"interval_days": 450}, {"interval_days": (400, 450)}),
    ({"interval_days": (400, 450)}, {}),
    ({"lesions": 1}, {"lesions": (1, 2)}),
    ({"lesions": (1, 2)}, {}),
    ({"organs": ("liver", "lung")}, {"organs": ("liver",)}),
    ({"clear": ("lung", "other")}, {"clear": ("other",)}),
    ({"largest_mm": 16.0}, {"largest_mm": (15.0, 19.0)}),
    ({"sizes": ((0, 18.0), (60, 22.0))}, {"sizes": ((0, 18.0), (60, (20.0, 24.0)))}),
    ({"sizes": ((0, 18.0), (60, (20.0, 24.0)))}, {"sizes": ((0, 18.0), (60, None))}),
]


@pytest.mark.parametrize(("less", "more"), WIDER)
def test_what_is_less_known_never_lowers_a_weight(less, more, shipped):
    kept = shipped.simulate(20_000, seed=5, rows=True).kept
    rows = dict(zip(ROW, kept[kept[:, 2] >= 0].T, strict=True))

    def weights(values):
        each = Known(**values).weights(shipped, rows, **TOLERANCE).values()
        return np.prod([np.ones(rows["first_seen"].size), *each], axis=0)

    narrow, wide = weights(less), weights(more)
    assert (wide >= narrow).all()
    assert (wide > narrow).any()


def test_both_runs_are_the_same_up_to_the_first_detection(shipped):
    model = followed(shipped, 1826)
    removed, left = (model.with_(**ARMS[arm]).simulate(20_000, seed=2, rows=True).rows for arm in ARMS)
    for name in (
        "first_seen",
        "lesions_seen",
        "largest_mm",
        "organs_seen",
        "largest_rate",
        "growth",
        "seeding",
    ):
        assert np.array_equal(removed[name], left[name]), name
    # every lesion of the first day goes, whole (R0) and without mortality; left alone means no treatment
    operated = removed["operations"] > 0
    assert np.array_equal(operated, removed["first_seen"] >= 0)
    assert (removed["first_operation"][operated] == removed["first_seen"][operated]).all()
    assert set(removed["first_residual"][operated]) == {0.0}
    assert removed["operations"].max() == 1
    assert not left["operations"].any()
    for rows in (removed, left):
        assert (rows["cause"] != OF_TREATMENT).all()
        assert (rows["systemic_day"] < 0).all()


def test_what_is_kept_of_growth_is_that_of_the_model(shipped):
    alike = shipped.with_(patient_log_sd=0, lesion_log_sd=0, seeding_log_sd=0, primary_log_sd=0)
    rows = alike.simulate(20_000, seed=3, rows=True).rows
    seen = rows["first_seen"] >= 0
    assert set(rows["growth"][seen]) == set(rows["seeding"][seen]) == {1.0}
    liver = seen & (rows["organs_seen"] == 1)
    assert rows["largest_rate"][liver] == pytest.approx(math.log(2) / 27, abs=1e-12)
    other = seen & (rows["organs_seen"] == 4)
    assert rows["largest_rate"][other] == pytest.approx(math.log(2) / 31, abs=1e-12)
    assert (rows["largest_rate"][~seen] == -1).all()


def test_nothing_known_is_the_model_itself(shipped):
    all_of_them = forecast(Known(), shipped, seed=4, most=30_000, horizon_days=1000)
    assert all_of_them.effective == all_of_them.matched
    for arm, outlook in (("removed", all_of_them.removed), ("left", all_of_them.left)):
        rows = followed(shipped, 1000).with_(**ARMS[arm]).simulate(30_000, seed=4, rows=True).rows
        seen = (rows["first_seen"] >= 0) & (rows["first_seen"] <= 3652)
        assert all_of_them.matched == seen.sum()
        day = rows["new_organ_day"][seen]
        within = (day >= 0) & (day <= rows["first_seen"][seen] + 700)
        assert outlook.other_organ_by(700).value == pytest.approx(within.mean(), abs=1e-12)
        assert outlook.other_organ_by(700).prior[0] == pytest.approx(within.mean(), abs=1e-12)


def test_r_m_of_a_patient_is_seeding_over_growth_times_the_median(shipped, found):
    v = shipped.values
    for until in (None, 1e12):
        other = shipped.with_(
            doubling_time=[one / 1.7 for one in v["doubling_time"]],
            seeding=[one * 2.5 for one in v["seeding"]],
        )
        expected = shipped.reproduction(until_cells=until) * 2.5 / 1.7
        assert other.reproduction(until_cells=until) == pytest.approx(expected, rel=1e-6)
    removed, left = found.r_m("removed"), found.r_m("left")
    assert removed.low < removed.value < removed.high < 1 < left.low
    assert left.value / removed.value == pytest.approx(
        shipped.reproduction(until_cells=1e12) / shipped.reproduction(), rel=1e-9
    )


def test_each_virtual_patient_has_the_r_m_of_the_model_with_its_own_growth_and_seeding(shipped):
    all_of_them = forecast(Known(), shipped, seed=8, most=2_000, horizon_days=30)
    rows = followed(shipped, 30).simulate(2_000, seed=8, rows=True).rows
    seen = np.flatnonzero((rows["first_seen"] >= 0) & (rows["first_seen"] <= 3652))[:4]
    for place, one in enumerate(seen):
        own = shipped.with_(
            doubling_time=[days / rows["growth"][one] for days in shipped.values["doubling_time"]],
            seeding=[c * rows["seeding"][one] for c in shipped.values["seeding"]],
        )
        assert abs(rows["growth"][one] - 1) > 0.01
        whole = shipped.reproduction() * all_of_them.reproduction[place]
        assert own.reproduction() == pytest.approx(whole, rel=1e-6)


def test_a_lesion_under_its_ceiling_never_gets_there(shipped):
    with pytest.raises(BadInput, match="never gets there"):
        shipped.reproduction(until_cells=1e13)
    with pytest.raises(BadInput, match="never gets there"):
        forecast(CASE, shipped.with_(lethal_cells=1e14))


def test_who_cannot_seed_gains_nothing_from_removal(shipped):
    """Lesions found none, kill nobody and are not felt: a removal changes no other lesion."""
    barren = shipped.with_(
        seeding=[0] * 3,
        ceiling_log10=0,
        doubling_time=[120] * 3,
        patient_log_sd=0,
        lesion_log_sd=0.05,
        lethal_cells=1e15,
        symptom_cells=1e12,
    )
    forecast_of_it = forecast(Known(lesions=(1, 2)), barren, seed=6, most=40_000, horizon_days=1000)
    change = forecast_of_it.changed_by_removal(1000)
    assert change.value == 0
    assert change.high == pytest.approx(3 / forecast_of_it.effective)
    assert forecast_of_it.removed.other_organ_by(1000).value > 0


def test_removal_helps_those_whose_lesions_seed_and_kill(found):
    assert found.changed_by_removal(1826).high < 0


def test_the_same_bits_for_the_same_seed_and_any_threads(shipped, found):
    again = forecast(CASE, seed=1, threads=3)
    assert str(again) == str(found)
    assert np.array_equal(again.removed.weights, found.removed.weights)
    assert np.array_equal(again.left.events.organ, found.left.events.organ)
    assert str(forecast(CASE, seed=2)) != str(found)


def test_every_figure_carries_the_note_and_its_prior(found):
    assert found.note == NOTE == "model assumption, no clinical estimate exists"
    assert len(found.figures()) == 11
    for figure in found.figures():
        assert figure.note == NOTE
        assert NOTE in str(figure)
        assert "of all in whom a lesion was seen" in str(figure)
        assert figure.low <= figure.value <= figure.high
    assert all(NOTE in line for line in str(found).splitlines()[1:])
    assert NOTE in str(found.draw())
    assert f"effective sample size {found.effective:.0f}" in str(found)


def test_more_time_never_makes_a_new_lesion_less_likely(found):
    for outlook in (found.removed, found.left):
        for by in (outlook.lesion_by, outlook.other_organ_by):
            shares = [by(days).value for days in (30, 365, 1000, 1826)]
            assert shares == sorted(shares)
            assert shares[0] < shares[-1]
        assert outlook.other_organ_by(1826).value <= outlook.lesion_by(1826).value


def test_too_few_that_fit_is_refused_with_the_reason():
    with pytest.raises(BadInput) as refused:
        forecast(Known(interval_days=517, lesions=3), most=60_000)
    said = str(refused.value)
    assert "effective sample size" in said or "does not reach" in said
    assert "without lesions" in said
    assert "517" not in said


def test_a_case_beyond_the_model_is_refused_and_says_by_what():
    with pytest.raises(BadInput) as refused:
        forecast(Known(interval_days=(300, 700), largest_mm=733.0), most=60_000)
    assert refused.value.what == "the model does not reach this case"
    assert refused.value.why.startswith("no virtual patient has such largest_mm;")
    assert "733" not in str(refused.value)


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"interval_days": 0}, "interval_days"),
        ({"interval_days": (400, 300)}, "interval_days"),
        ({"lesions": 0}, "lesions"),
        ({"largest_mm": -3.0}, "largest_mm"),
        ({"largest_mm": math.nan}, "largest_mm"),
        ({"sizes": ((math.inf, 12.0),)}, "sizes"),
        ({"sizes": ((0, 12.0),), "largest_mm": 12.0}, "sizes"),
        ({"organs": ("liver",), "clear": ("liver",)}, "clear"),
    ],
)
def test_values_that_cannot_be_are_refused(values, where):
    with pytest.raises(BadInput) as refused:
        Known(**values)
    assert refused.value.where == where


def test_an_organ_that_the_model_lacks_and_days_out_of_reach_are_refused(found):
    with pytest.raises(BadInput, match="does not have such an organ"):
        forecast(Known(organs=("spleen",)), most=1_000)
    for asked in (found.removed.lesion_by, found.left.other_organ_by, found.changed_by_removal):
        with pytest.raises(BadInput, match="beyond the horizon"):
            asked(2000)
    with pytest.raises(BadInput, match="no such arm"):
        found.r_m("watched")
    for wrong in ({"horizon_days": 0}, {"tolerance_mm": 0.0}, {"tolerance_days": -1.0}, {"most": 0}):
        with pytest.raises(BadInput):
            forecast(CASE, **wrong)
