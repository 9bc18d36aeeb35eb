"""The figures of the source texts and of the worked examples, to the digits given."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import pytest

from paget.biology import burden, colonisation, growth, interval, parameters, prognosis, vessel


@pytest.fixture(scope="module")
def examples(shared_data: Path) -> dict[str, Any]:
    file = shared_data / "worked_examples.json"
    return {example["id"]: example for example in json.loads(file.read_text(encoding="utf-8"))}


def test_relative_volumes_of_the_three_patients(examples):
    one = examples["volume_spheres"]
    found = {who: burden.relative_units([10 * cm for cm in sizes]) for who, sizes in one["inputs"].items()}
    assert found == pytest.approx(one["expected_exact"], rel=1e-12)
    assert {who: float(f"{units:.3g}") for who, units in found.items()} == {"Y": 64.0, "X": 12.4, "Z": 1.73}
    assert round(found["Z"], 1) == 1.7
    cubic = {who: burden.volume_cm3([10 * cm for cm in sizes]) for who, sizes in one["inputs"].items()}
    assert cubic == pytest.approx(one["derived_true_volume_cm3"], rel=1e-12)
    assert sorted(found, key=lambda who: -found[who]) == one["order_by_volume"]


def test_a_radius_twenty_percent_less_leaves_0_4096_of_the_flow(examples):
    one = examples["poiseuille_flap_vessel"]
    left = float(vessel.flow_left(one["inputs"]["radius_fraction"]))
    assert left == pytest.approx(one["expected"]["flow_fraction"], rel=1e-12)
    assert 1 - left == pytest.approx(one["expected"]["flow_reduction"], rel=1e-12)
    tenth = next(case for case in examples["added_cases"]["cases"] if "narrowing" in case["text"])
    assert round(float(vessel.flow_left(0.8, 0.1)), 3) == tenth["flow_fraction"]
    # by hand: nine tenths of the resistance of a whole vessel, and one tenth 1 / 0.4096 times as large
    assert float(vessel.flow_left(0.8, 0.1)) == pytest.approx(1 / (0.9 + 0.1 / 0.4096), rel=1e-12)


def test_the_probability_of_a_new_extrahepatic_lesion_is_about_0_11(examples):
    one = examples["poisson_extrahepatic"]
    p, derived = one["inputs"]["p_one_year"], one["derived"]
    rate = colonisation.rate_for(p)
    assert rate == pytest.approx(derived["rate_per_year_if_P(N>=1)=0.11"], rel=1e-12)
    assert float(colonisation.probability(rate, 2 * 365.25)) == pytest.approx(
        derived["P_two_years"], rel=1e-12
    )
    assert float(colonisation.probability(rate, 5 * 365.25)) == pytest.approx(
        derived["P_five_years"], rel=1e-9
    )
    assert round(float(colonisation.probability(0.11)), 4) == 0.1042
    illustrative = colonisation.of(parameters("colonisation_illustrative"))
    outside = math.fsum(per_year for organ, per_year in illustrative.items() if organ != "liver")
    assert outside == pytest.approx(0.1165, rel=1e-12)
    assert round(colonisation.outside(illustrative, "liver"), 2) == 0.11


def test_the_hazard_multiplier(examples):
    for words, expected in examples["hazard_multiplier"]["derived"].items():
        baseline, multiplier = (float(part.split("=")[1]) for part in words.split(","))
        assert float(prognosis.survival(baseline, multiplier)) == pytest.approx(expected, rel=1e-12)


def test_growth_to_detection(examples):
    one = examples["growth_dfi"]["derived"]
    slow = float(
        growth.days_to(1e9, start_cells=1e4, rate=0.5)
    )  # the unit of time is that of the rate: months
    fast = float(growth.days_to(1e9, start_cells=1e4, rate=1.0))
    assert slow == pytest.approx(one["N0=1e4,Nd=1e9,r=0.5/month"], rel=1e-12)
    assert fast == pytest.approx(one["N0=1e4,Nd=1e9,r=1.0/month"], rel=1e-12)
    assert slow == 2 * fast  # the interval is inversely proportional to r, the rest being held
    assert float(growth.doubling_time_of(0.5)) == pytest.approx(one["doubling_time_r=0.5"], rel=1e-12)
    # the trap: with ten thousand times the cells left, half the rate does not double the interval
    assert float(growth.days_to(1e9, start_cells=1e8, rate=0.5)) < fast


@pytest.mark.parametrize(("cells", "days"), [(1e4, 300.0), (1e2, 730.0), (1.0, 1826.0)])
def test_the_rate_that_an_interval_implies_makes_that_interval(cells, days):
    rate = float(interval.rates_for(days, cells, 1e9))
    # by hand: ln(1e9 / 1e4) = 5 ln 10 = 11.5129, over 300 days 0.03838 a day
    if cells == 1e4:
        assert round(rate, 5) == 0.03838
    assert float(growth.days_to(1e9, start_cells=cells, rate=rate)) == pytest.approx(days, rel=1e-12)


def test_doubling_times_of_liver_metastases_give_the_rates_of_the_evidence_table():
    # ln 2 / 155 and ln 2 / 86, as derived in the evidence from Finlay 1988
    assert round(float(growth.rate_of(155)), 5) == 0.00447
    assert round(float(growth.rate_of(86)), 5) == 0.00806
    assert round(math.log2(1e9), 1) == 29.9  # doublings from one cell to the detectable size
    set_ = parameters("growth_liver_metastases")
    assert set_["doubling_time"] == 86
    assert "lethal_cells" in set_.unconfirmed
