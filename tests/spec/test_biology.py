"""Models of biology: what the source says of each comes out, by hand where a hand can do it."""

from __future__ import annotations

import math

import numpy as np
import pytest

from paget.biology import (
    bias_lab,
    cascade,
    chart,
    colonisation,
    counts,
    growth,
    immune,
    interval,
    lymph,
    network,
    parameters,
    prognosis,
    regrowth,
    residual_hazard,
    salvage_benefit,
    vessel,
)
from paget.errors import BadInput, KnowledgeError
from paget.units import DAYS_PER_YEAR

# Growth


def test_gompertz_slows_to_its_ceiling_and_without_decay_is_exponential():
    # N0 exp(r/a) = 10 exp(5); halfway of the exponent is reached at ln 2 / a
    halfway = growth.gompertz(math.log(2) / 0.01, start_cells=10, rate=0.05, decay=0.01)
    assert float(halfway) == pytest.approx(10 * math.exp(2.5), rel=1e-12)
    assert float(growth.gompertz(100, start_cells=10, rate=0.05, decay=0)) == pytest.approx(10 * math.exp(5))
    assert growth.days_to(10 * math.exp(5.01), start_cells=10, rate=0.05, decay=0.01) == math.inf


def test_days_to_a_size_undo_each_law_of_growth():
    day = float(growth.days_to(1e6, start_cells=10, rate=0.2, decay=0.01))
    assert float(growth.gompertz(day, start_cells=10, rate=0.2, decay=0.01)) == pytest.approx(1e6, rel=1e-9)
    day = growth.days_to_logistic(400, start_cells=10, rate=0.1, ceiling_cells=1000)
    assert float(growth.logistic(day, start_cells=10, rate=0.1, ceiling_cells=1000)) == pytest.approx(400)
    assert growth.days_to_logistic(1000, start_cells=10, rate=0.1, ceiling_cells=1000) == math.inf


def test_laws_of_growth_solve_their_differential_equations():
    # dN/dt of each law by a central difference: Gompertz r exp(-a t) N, logistic r N (1 - N/K)
    t, h = 40.0, 1e-4
    laws = {
        "gompertz": (
            lambda d: growth.gompertz(d, start_cells=5, rate=0.1, decay=0.02),
            lambda n: 0.1 * math.exp(-0.02 * t) * n,
        ),
        "logistic": (
            lambda d: growth.logistic(d, start_cells=5, rate=0.1, ceiling_cells=500),
            lambda n: 0.1 * n * (1 - n / 500),
        ),
    }
    for name, (law, slope) in laws.items():
        found = (float(law(t + h)) - float(law(t - h))) / (2 * h)
        assert found == pytest.approx(slope(float(law(t))), rel=1e-6), name


def test_serial_sizes_give_the_doubling_time_with_its_interval():
    # volume grows eightfold when the diameter doubles: three doublings in 300 days
    fitted = growth.fit_sizes([0, 300], [10, 20], error_sd=0.15)
    assert fitted.doubling_time == pytest.approx(100, rel=1e-12)
    # two sizes: rate = difference / 300, its error 0.15 sqrt(2) / 300
    assert fitted.interval[1] - fitted.rate == pytest.approx(1.959964 * 0.15 * math.sqrt(2) / 300, rel=1e-6)
    assert fitted.cells_at_first == pytest.approx(float(growth.cells_of(10)), rel=1e-12)


def test_an_error_estimated_from_the_sizes_uses_student():
    # log volumes 0, 1, 1 on days 0, 1, 2, by hand: slope 0.5, residuals -1/6, 1/3, -1/6
    sizes = [math.exp(v / 3) for v in (0.0, 1.0, 1.0)]
    fitted = growth.fit_sizes([0, 1, 2], sizes)
    sd = math.sqrt((1 / 36 + 1 / 9 + 1 / 36) / 1)
    assert fitted.rate == pytest.approx(0.5)
    assert fitted.error_sd == pytest.approx(sd)
    assert fitted.interval[1] - 0.5 == pytest.approx(12.7062 * sd / math.sqrt(2), rel=1e-5)
    with pytest.raises(BadInput, match="error of measurement"):
        growth.fit_sizes([0, 10], [5, 6])


def test_a_short_interval_means_many_cells_or_fast_growth():
    def of(days: float) -> interval.Explained:
        return interval.explain(
            days, detectable_cells=1e9, median_doubling_time=90, log_sd=0.6, last_clear_day=days - 90
        )

    short, long = of(180), of(1095)
    assert short.quantiles("log10_cells")[1] > long.quantiles("log10_cells")[1] + 2
    assert short.quantiles("doubling_time")[1] < long.quantiles("doubling_time")[1]
    assert short.told_apart < -0.8  # the two cannot be told apart by one interval
    assert short.weight.sum() == pytest.approx(1)


def test_the_posterior_holds_only_pairs_that_pass_the_detectable_size_between_the_examinations():
    found = interval.explain(
        400, last_clear_day=300, detectable_cells=1e9, median_doubling_time=90, log_sd=0.6
    )
    cells, rate = np.meshgrid(10**found.log10_cells, found.rate, indexing="ij")
    days = np.log(1e9 / cells) / rate
    step = math.log(found.rate[1] / found.rate[0])
    held = found.weight > 0
    assert days[held].min() > 300 * math.exp(-step)
    assert days[held].max() < 400 * math.exp(step)


# Regrowth


def test_an_operation_resets_the_number_and_not_the_rate():
    r = 0.01
    # ten times fewer cells gain ln 10 / r = 230.3 days, at whatever size the days end
    for end in (1e9, 1e12):
        one = float(regrowth.days_until(end, residual_cells=1e5, rate=r))
        two = float(regrowth.days_until(end, residual_cells=1e4, rate=r))
        assert two - one == pytest.approx(math.log(10) / r, rel=1e-12)
    assert float(regrowth.debulking_gain(cells_before=1e10, residual_cells=1e9, rate=r)) == pytest.approx(
        230.2585, abs=1e-4
    )
    assert regrowth.days_until(1e9, residual_cells=0, rate=r) == math.inf
    assert regrowth.days_until(1e9, residual_cells=1e10, rate=r) == 0


# Cascade


def test_millions_are_shed_and_a_handful_establish():
    chain = cascade.of(parameters("cascade_illustrative"))
    # 1e7 x 0.001 x 0.5 x 0.2 x 0.01 x 0.3 = 3
    assert chain.mean == pytest.approx(3.0, rel=1e-12)
    assert chain.after()[0] == 1e7
    p = chain.colonies(20)
    assert p[:3] == pytest.approx([math.exp(-3), 3 * math.exp(-3), 4.5 * math.exp(-3)], rel=1e-9)
    assert chain.colonies(40).sum() == pytest.approx(1, abs=1e-9)


def test_clones_of_different_fitness_add_their_shares():
    # half the cells found a colony twice as often, half never: the mean is the same
    chain = cascade.Cascade(100, (0.1, 0.2), ((0.5, 2.0), (0.5, 0.0)))
    assert chain.mean == pytest.approx(2.0, rel=1e-12)


def test_probabilities_read_off_generating_functions():
    from scipy import stats

    negative = counts.probabilities_of(counts.negative_binomial(3.0, 0.5), 30)
    assert negative == pytest.approx(stats.nbinom.pmf(np.arange(31), 0.5, 0.5 / 3.5), rel=1e-8, abs=1e-12)
    # Luria-Delbrueck, m = 1, by recursion (Ma, Sandri, Sarkar): p0 = 1/e, p_n = (m/n) sum p_i / (n - i + 1)
    p = [math.exp(-1)]
    for n in range(1, 12):
        p.append(sum(p[i] / (n - i + 1) for i in range(n)) / n)
    assert counts.probabilities_of(counts.luria_delbrueck(1.0), 11) == pytest.approx(p, abs=1e-10)


# Colonisation


def test_organotropism_orders_the_organs():
    rates = colonisation.of(parameters("colonisation_illustrative"))
    assert max(rates, key=rates.__getitem__) == "liver"
    assert rates["liver"] == pytest.approx(10000 * 0.8 * 1e-4)
    with pytest.raises(BadInput, match="above 1 in sum"):
        colonisation.rates(100, [0.8, 0.3], [0.1, 0.1])


# Seeding network


def test_above_one_grows_and_below_one_dies_out():
    growing = network.Network(("liver",), [[1.2]], [500])
    dying = network.Network(("liver",), [[0.8]], [500])
    assert growing.extinction()[0] < 1 < growing.r_m
    assert dying.extinction()[0] == 1 > dying.r_m
    assert growing.expected([1], [0, 1000, 2000])[:, 0].tolist() == sorted(
        growing.expected([1], [0, 1000, 2000])[:, 0]
    )
    # one type: dn/dt = n (K - 1) / L
    assert float(dying.expected([3], [1000])[0, 0]) == pytest.approx(
        3 * math.exp(-0.2 / 500 * 1000), rel=1e-9
    )
    assert float(dying.ever([1])[0]) == pytest.approx(1 / (1 - 0.8))


def test_two_organs_by_hand():
    # eigenvalues of [[0, 2], [0.5, 0]] are +-1
    two = network.Network(("liver", "lung"), [[0, 2], [0.5, 0]], [100, 100])
    assert two.r_m == pytest.approx(1.0)
    # treating all of the lung leaves nothing that comes back to the liver
    assert two.without("lung").r_m == pytest.approx(0.0)
    half = two.treated([0.5, 0.5])
    assert half.r_m == pytest.approx(0.5)


def test_the_share_to_be_treated_brings_r_m_to_one():
    shipped = network.of(parameters("network_illustrative"))
    assert shipped.r_m > 1
    assert shipped.treated(shipped.share_needed).r_m == pytest.approx(1.0, abs=1e-12)
    low, middle, high = network.r_m_interval(shipped, 0.5)
    assert low < shipped.r_m < high
    assert middle == pytest.approx(shipped.r_m, rel=0.1)
    assert low < 1 < high  # the assumption itself does not say whether it grows


def test_delay_costs_as_the_surface_grows():
    # r = ln 2 / 90; 90 days later the volume has doubled and what was founded is 2^(2/3) times as much
    r = math.log(2) / 90
    assert float(network.cost_of_delay(90, rate=r, days_to_detection=2700)) == pytest.approx(
        2 ** (2 / 3), rel=1e-4
    )


# Residual hazard


def test_r1_is_near_r0_in_the_liver_and_near_r2_in_the_pelvis():
    by_site = {
        site: residual_hazard.margins(parameters(f"residual_hazard_{site}"), 5.0)
        for site in ("liver", "pelvis", "sarcoma_lung")
    }
    for margins in by_site.values():
        assert margins["R0"] > margins["R1"] > margins["R2"]
    assert residual_hazard.nearness(by_site["liver"]) < 0.15
    assert residual_hazard.nearness(by_site["pelvis"]) > 0.9
    assert by_site["sarcoma_lung"]["R1"] < 0.1  # a very high risk of recurrence after R1
    assert by_site["pelvis"]["R0"] > 0.8  # an R0 resection is what decides


def test_the_liver_loses_its_forgiveness_without_drugs():
    liver = dict(parameters("residual_hazard_liver"))
    without = residual_hazard.margins({**liver, "beta": 1.0}, 5.0)
    assert residual_hazard.nearness(without) > residual_hazard.nearness(residual_hazard.margins(liver, 5.0))


def test_survival_is_that_of_its_hazard():
    own = {"residual_cells": 1e5, "alpha": 1e-10, "beta": 0.5, "rate": 0.005}
    days = np.linspace(0, 2000, 20001)
    h = residual_hazard.hazard(days, **own)
    by_sum = np.exp(-np.trapezoid(h, days))
    assert float(residual_hazard.survival(2000, **own)) == pytest.approx(by_sum, rel=1e-6)
    half = residual_hazard.median_days(**own)
    assert float(residual_hazard.survival(half, **own)) == pytest.approx(0.5)


# Salvage benefit


def test_encasement_puts_the_expectation_below_no_surgery():
    values = parameters("salvage_encasement")
    one = salvage_benefit.SalvageBenefit(**{name: float(values[name]) for name in values})
    # (12 / 0.97 - 8) / (40 - 8) = 0.1366
    assert one.break_even == pytest.approx((12 / 0.97 - 8) / 32, rel=1e-12)
    assert one.gain(0.02) < 0 < one.gain(0.5)
    assert one.gain(one.break_even) == pytest.approx(0, abs=1e-12)


def test_the_break_even_may_not_exist():
    assert salvage_benefit.SalvageBenefit(10, 5, 12, 0.0).break_even == math.inf
    assert salvage_benefit.SalvageBenefit(40, 13, 12, 0.0).break_even == 0.0
    with pytest.raises(TypeError, match="months_failed"):
        salvage_benefit.SalvageBenefit(months_r0=40, months_none=12, mortality=0.02)  # type: ignore[call-arg]


def test_twenty_percent_of_four_years_against_one_year():
    # the worked comparison: with nothing left for the failures salvage has 0.8 years against 1
    one = salvage_benefit.SalvageBenefit(months_r0=48, months_failed=0, months_none=12, mortality=0)
    assert float(one.operated(0.2)) / 12 == pytest.approx(0.8)
    assert one.gain(0.2) < 0
    assert one.break_even == pytest.approx(0.25)


# Prognosis


def test_strata_begin_at_their_lower_limits():
    cuts = {"lower_cut": 0.75, "upper_cut": 1.5}
    found = [prognosis.stratum(h, **cuts) for h in (0.749, 0.75, 0.751, 1.499, 1.5, 1.501)]
    assert found == ["high benefit"] + ["intermediate"] * 3 + ["low benefit"] * 2


# Immune


def test_debulking_raises_effectors_over_targets():
    model = immune.of(parameters("immune_illustrative"))
    before = model.steady_effectors(1e11) / 1e11
    after = model.debulked(1e11, 0.1, days=100)
    assert after.ratio[0] == pytest.approx(10 * before, rel=1e-9)  # at once by the factor of the debulking
    assert after.effectors[-1] > after.effectors[0]  # and then the effectors recover
    assert (after.ratio > model.course(1e11, days=100).ratio).all()


def test_a_tumour_below_the_threshold_shrinks_and_above_it_grows():
    model = immune.of(parameters("immune_illustrative"))
    # 1e10 (1e-9 1e6 / (0.05 0.008) - 1) = 1.5e10
    assert model.controlled_below == pytest.approx(1.5e10)
    assert model.course(1.4e10, days=200).tumour[-1] < 1.4e10
    assert model.course(1.6e10, days=200).tumour[-1] > 1.6e10


def test_effectors_relax_to_the_steady_state_of_a_vanishing_tumour():
    model = immune.Immune(rate=0.001, kill=1e-12, influx=100, loss=0.1, half_suppressed_at=1e15)
    course = model.course(1.0, days=50, effector_cells=0.0)
    # dE/dt = s - d E from 0: E = s / d (1 - exp(-d t))
    assert course.effectors == pytest.approx(1000 * (1 - np.exp(-0.1 * course.days)), rel=1e-6, abs=1e-6)
    assert course.tumour == pytest.approx(np.exp(0.001 * course.days), rel=1e-6)


# Vessel


def test_vessels_in_series_and_side_by_side():
    own = {"viscosity": 3.5, "pressure": 90.0}
    one = vessel.flow([vessel.Segment(1, 100)], **own)
    # by hand: pi 1e-12 90 133.322 / (8 0.0035 0.1) m3/s = 1.3463e-5, in mL/min 807.8
    assert one == pytest.approx(math.pi * 1e-12 * 90 * 133.322 / (8 * 0.0035 * 0.1) * 60e6, rel=1e-12)
    assert round(one, 1) == 807.8
    assert vessel.flow([vessel.Segment(1, 50), vessel.Segment(1, 50)], **own) == pytest.approx(one)
    assert vessel.flow([vessel.Segment(1, 100), vessel.Segment(1, 100)], **own) == pytest.approx(one / 2)
    assert vessel.parallel_flow([[vessel.Segment(1, 100)]] * 3, **own) == pytest.approx(3 * one)
    assert vessel.flow([vessel.Segment(1, 90), vessel.Segment(0, 10)], **own) == 0


def test_a_recipient_vessel_in_series_with_the_pedicle_by_hand():
    # L / r^4: pedicle 60 / 1 = 60; recipient 40 / 1.2^4 = 40 / 2.0736 = 19.290; with 80 % of its radius
    # 40 / 0.96^4 = 40 / 0.849347 = 47.095; shares of flow (60 + 19.290) / (60 + 47.095) = 0.74037
    own = {"viscosity": 3.5, "pressure": 90.0}
    sides = {"a": [vessel.Segment(0.96, 40)], "b": [vessel.Segment(1.2, 40)], "c": [vessel.Segment(0, 40)]}
    found = vessel.through_flap(sides, [vessel.Segment(1.0, 60)], **own)
    assert list(found) == ["b", "a", "c"]
    assert found["a"] / found["b"] == pytest.approx(0.74037, abs=5e-6)
    assert found["c"] == 0
    # without a pedicle's resistance the source's figure is left: 0.8^4
    bare = vessel.through_flap(sides, [], **own)
    assert bare["a"] / bare["b"] == pytest.approx(0.4096, rel=1e-12)


def test_a_vessel_in_pieces_is_the_closed_form():
    own = {"viscosity": 3.5, "pressure": 90.0}
    whole = vessel.flow([vessel.Segment(1, 100)], **own)
    narrowed = vessel.flow([vessel.Segment(1, 90), vessel.Segment(0.8, 10)], **own)
    assert narrowed / whole == pytest.approx(float(vessel.flow_left(0.8, 0.1)), rel=1e-12)


# Lymph


def test_a_bridge_of_five_channels_solved_by_hand():
    # Wheatstone: s -1- a, s -1- b, a -2- t, b -1- t, a -1- b; one unit enters s, leaves t (pressure 0).
    # 2 s - a - b = 1; -s + 2.5 a - b = 0; -s - a + 3 b = 0, so that s = 13/11, a = 8/11, b = 7/11
    bridge = lymph.Drainage(
        tuple(
            lymph.Channel(*one)
            for one in (("s", "a", 1), ("s", "b", 1), ("a", "t", 2), ("b", "t", 1), ("a", "b", 1))
        ),
        {"s": 1.0},
        ("t",),
    )
    found = bridge.flows()
    assert found.pressure == pytest.approx({"s": 13 / 11, "a": 8 / 11, "b": 7 / 11, "t": 0}, rel=1e-12)
    assert found.by_channel["a - b"] == pytest.approx(1 / 11, rel=1e-12)
    assert found.by_channel["b - t"] == pytest.approx(7 / 11, rel=1e-12)
    assert found.imbalance < 1e-12


def test_a_treated_side_sends_lymph_elsewhere():
    values = parameters("lymph_neck_schematic")
    before = lymph.neck(values)
    after = before.blocked(("level I ipsilateral", "level II ipsilateral"), float(values["blocked_factor"]))
    one, two = before.flows(), after.flows()
    assert one.shares()["ipsilateral duct"] > 0.75
    for station in ("level II contralateral", "retropharyngeal", "parotid"):
        assert two.by_channel[f"tongue - {station}"] > 1.5 * one.by_channel[f"tongue - {station}"], station
    assert two.shares()["contralateral duct"] > 0.8
    assert one.imbalance < 1e-12
    assert two.imbalance < 1e-12


def test_lymph_without_a_way_out_is_refused():
    island = lymph.Drainage((lymph.Channel("s", "a", 1), lymph.Channel("b", "t", 1)), {"s": 1.0}, ("t",))
    with pytest.raises(BadInput, match="no way out"):
        island.flows()


# Refusals: the name of the parameter and its range, never the value


@pytest.mark.parametrize(
    ("call", "name", "range_"),
    [
        (lambda: growth.exponential(10, start_cells=1, rate=-0.1), "rate", "above 0, to 10 1/day"),
        (lambda: growth.days_to(1e9, start_cells=math.nan, rate=0.1), "start_cells", "above 0, to 1e"),
        (lambda: network.Network(("liver",), [[math.inf]], [100]), "next_generation", "from 0 to 1e"),
        (lambda: network.Network(("liver",), [[1.0]], [0]), "life", "above 0"),
        (lambda: colonisation.probability(-1), "rate", "from 0 to"),
        (lambda: vessel.flow_left(1.2), "radius_share", "from 0 to 1"),
        (lambda: prognosis.survival(1.2, 1), "baseline", "from 0 to 1"),
        (lambda: salvage_benefit.SalvageBenefit(10, 5, 6, 1.5), "mortality", "from 0 to 1"),
        (
            lambda: residual_hazard.survival(1, residual_cells=1, alpha=1e-9, beta=2, rate=0.1),
            "beta",
            "from 0 to 1",
        ),
        (lambda: lymph.Channel("a", "b", 0), "resistance", "above 0"),
        (lambda: bias_lab.immortal_time(10, mean_survival=-1, mean_wait=1), "mean_survival", "above 0"),
        (lambda: cascade.Cascade(10, (1.5,)), "q", "from 0 to 1"),
        (lambda: cascade.Cascade(10, (0.5,), ((0.5, 1.0), (0.5, 3.0))), "fitness", "from 0 to 1"),
        (lambda: cascade.Cascade(10, (0.5,), ((0.5, 1.0), (0.4, 1.0))), "fitness", "shares of all cells"),
        (lambda: cascade.Cascade(10, ()), "steps", "from 0 to 1"),
        (lambda: immune.Immune(0.1, -1, 1, 1, 1), "kill", "above 0"),
        (lambda: interval.rates_for(0, 1e4, 1e9), "interval_days", "above 0"),
    ],
)
def test_bad_parameters_are_refused_by_name_and_range(call, name, range_):
    with pytest.raises(BadInput) as refused:
        call()
    assert refused.value.where == name
    assert range_ in refused.value.mend
    assert "-0.1" not in str(refused.value)


def test_a_matrix_that_is_none_of_probabilities_is_refused():
    from paget.biology.declared import probabilities

    for matrix in ([[0.5, 0.6], [0.1, 0.1]], [[-0.1, 0.5], [0.1, 0.1]], [[0.5, 0.5]], [[math.nan]]):
        with pytest.raises(BadInput, match="spread"):
            probabilities("spread", matrix)


# Parameter files


def test_every_shipped_file_says_where_each_number_is_from():
    from paget.biology import parameter_files
    from paget.knowledge import Knowledge

    names = [file.name for file in Knowledge.load().of_kind("biology")]
    assert len(names) >= 16
    for name in names:
        found = parameters(name)
        assert found.model in parameter_files.MODELS
        for entry in found.entries.values():
            assert entry.get("source") or entry.get("assumption")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("value: 86", "value: -86"), "doubling_time lies outside its range"),
        (("unit: day, n", "unit: month, n"), "doubling_time is in day"),
        (("doubling_time:", "doubling_tim:"), "growth has no parameter doubling_tim"),
        (("model: growth", "model: no such one"), "no such model"),
        (("range: [20, 400]", "range: [100, 400]"), "outside the range written"),
        (("\nconfirmed: false", "\nconfirmed: true"), "one of its parameters is not"),
        (
            (', assumption: "A litre of tumour by convention; recalled, not read."', ""),
            "neither source nor assumption",
        ),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path, change, said):
    from paget.knowledge import Knowledge
    from paget.knowledge.library import SHIPPED

    text = (SHIPPED / "biology" / "growth_liver_metastases.yaml").read_text(encoding="utf-8")
    assert change[0] in text
    folder = tmp_path / "ours" / "biology"
    folder.mkdir(parents=True)
    (folder / "growth_of_ours.yaml").write_text(text.replace(*change), encoding="utf-8")
    knowledge = Knowledge.load([tmp_path / "ours"])
    with pytest.raises(KnowledgeError, match=said):
        parameters("growth_of_ours", knowledge)


# Figures


def drawings() -> dict[str, chart.Drawing]:
    grown, lymphatic = parameters("growth_liver_metastases"), parameters("lymph_neck_schematic")
    seeded = network.of(parameters("network_illustrative"))
    rates = colonisation.of(parameters("colonisation_illustrative"))
    return {
        "growth": growth.draw(doubling_time=grown["doubling_time"], detectable_cells=1e9, lethal_cells=1e12),
        "interval": interval.draw_pairs(),
        "regrowth": regrowth.draw(
            rate=0.008, residuals=(("R1", 1e5), ("R2", 1e8)), detectable_cells=1e9, lethal_cells=1e12
        ),
        "cascade": cascade.draw_counts(),
        "chain": cascade.of(parameters("cascade_illustrative")).draw(),
        "colonisation": colonisation.draw(rates, "liver"),
        "network": network.draw(seeded),
        "residual": residual_hazard.draw(parameters("residual_hazard_liver"), title="Liver"),
        "salvage": salvage_benefit.SalvageBenefit(40, 8, 12, 0.03).draw(),
        "prognosis": prognosis.draw(),
        "immune": immune.of(parameters("immune_illustrative")).draw(1e11),
        "vessel": vessel.draw(),
        "lymph": lymph.draw(lymphatic),
        "bias": bias_lab.draw(bias_lab.every(parameters("bias_lab"), 2_000)),
    }


def test_each_model_draws_itself_as_well_formed_svg():
    from xml.etree import ElementTree

    for name, drawing in drawings().items():
        root = ElementTree.fromstring(str(drawing))
        assert root.tag == f"{{{chart.NAMESPACE}}}svg", name
        assert "nan" not in str(drawing).lower().replace("finance", ""), name
        assert root.get("aria-label"), name


def test_a_year_is_365_25_days_everywhere():
    assert colonisation.probability(1.0, DAYS_PER_YEAR) == pytest.approx(1 - math.exp(-1))
