"""Simulation against theory: each mean and each probability within its Monte Carlo error, which is stated.

An estimate from n independent patients errs by its standard error; four of them are exceeded once in 16,000
times by luck, and the seeds are fixed. `PAGET_THEORY_PATIENTS=10000000` runs them at 1e7.
"""

from __future__ import annotations

import math
import os

import numpy as np
import pytest

from paget.biology import (
    bias_lab,
    bias_records,
    cascade,
    colonisation,
    counts,
    network,
    network_course,
    parameters,
)

N = int(os.environ.get("PAGET_THEORY_PATIENTS", "100000"))
FAR = 4.0  # standard errors


def assert_share(found: float, expected: float, n: int, what: object = "") -> None:
    error = math.sqrt(max(expected * (1 - expected), 1 / n) / n)
    assert abs(found - expected) < FAR * error, (
        f"{what}: {found} against {expected}, standard error {error:.2g}"
    )


def assert_mean(values: np.ndarray, expected: float) -> None:
    error = float(values.std(ddof=1)) / math.sqrt(values.size)
    assert abs(float(values.mean()) - expected) < FAR * error, (
        f"{values.mean()} against {expected} +- {error:.2g}"
    )


def test_extinction_of_the_branching_process_and_its_size():
    shipped = network.of(parameters("network_illustrative"))
    for founder in range(3):
        start = [int(place == founder) for place in range(3)]
        ever = shipped.simulate(start, N // 4, seed=1 + founder, most=500)
        assert_share(float((ever <= 500).mean()), float(shipped.extinction()[founder]), N // 4, founder)
    below = shipped.treated(0.6)
    assert below.r_m < 1
    assert_mean(below.simulate([1, 0, 0], N, seed=9).astype(float), float(below.ever([1, 0, 0]).sum()))


@pytest.mark.parametrize("days", [365.0, 1095.0])
def test_standing_lesions_grow_on_the_mean_as_expected(days):
    shipped = network.of(parameters("network_illustrative"))
    found = network_course.standing(shipped, [1, 0, 0], N, days=days, seed=11)
    expected = shipped.expected([1, 0, 0], days)[0]
    for organ in range(3):
        assert_mean(found[:, organ].astype(float), float(expected[organ]))
    # one organ without seeding: a lesion stands for an exponential time
    alone = network.Network(("liver",), [[0.0]], [400.0])
    stands = network_course.standing(alone, [1], N, days=days, seed=12)[:, 0]
    assert_share(float(stands.mean()), math.exp(-days / 400), N)


def test_the_cascade_is_a_thinning():
    chain = cascade.Cascade(60.0, (0.5, 0.4, 0.15), ((0.8, 0.5), (0.2, 3.0)))
    found = cascade.simulate(chain, N, seed=2)
    assert_mean(found.astype(float), chain.mean)
    for n, p in enumerate(chain.colonies(7)):
        assert_share(float((found == n).mean()), float(p), N, n)


@pytest.mark.parametrize("q", [1.0, 0.1])
def test_counts_of_competent_clones_are_luria_delbrueck_thinned(q):
    found = cascade.simulate_clones(1.3, q, N, seed=3)
    theory = counts.probabilities_of(counts.thinned(counts.luria_delbrueck(1.3), q), 12)
    for n, p in enumerate(theory):
        assert_share(float((found == n).mean()), float(p), N, n)
    assert_share(float((found > 12).mean()), float(1 - theory.sum()), N, "more")


def test_new_lesions_are_poisson_by_organ():
    rates = colonisation.of(parameters("colonisation_illustrative"))
    found = colonisation.simulate(rates, N, days=2 * 365.25, seed=4)
    for organ, rate in enumerate(rates.values()):
        assert_mean(found[:, organ].astype(float), 2 * rate)
        assert_share(
            float((found[:, organ] > 0).mean()), float(colonisation.probability(rate, 2 * 365.25)), N
        )
    # organs are independent: the covariance of two is 0 within its error
    pair = (found[:, 0] - found[:, 0].mean()) * (found[:, 1] - found[:, 1].mean())
    assert_mean(pair, 0.0)


def test_every_naive_estimate_is_the_one_that_theory_says():
    for one in bias_lab.every(parameters("bias_lab"), N, seed=5):
        assert abs(one.naive - one.theory) < FAR * one.standard_error, str(one)
        assert abs(one.corrected - one.truth) < 6 * one.standard_error + 1e-9, str(one)
        assert abs(one.theory - one.truth) > 10 * one.standard_error, str(one)  # the bias is no noise


def test_length_bias_at_its_limits():
    # rare examinations find sojourns of twice the mean (s times its density), frequent ones find all
    rare = bias_lab.length_time(N, mean_sojourn=10, between_tests=5000, seed=6)
    often = bias_lab.length_time(N, mean_sojourn=500, between_tests=1, seed=6)
    assert rare.theory == pytest.approx(20, rel=1e-9)
    assert often.theory == pytest.approx(500, rel=2e-3)


def test_the_cohort_of_known_truth_is_read_by_evidence():
    import polars as pl

    from paget.evidence import Exposure, ImmortalTime, analysis, as_supplied, derive_endpoint
    from paget.record.record import Record

    lab = bias_lab.immortal_time(1_500, mean_survival=900, mean_wait=450, seed=7)
    record = Record.from_tables(
        {name: pl.DataFrame(table) for name, table in bias_records.record_tables(lab).items()}
    )
    assert record.report.problems == []
    rows = derive_endpoint(record, "overall_survival", "diagnosis").rows
    assert rows.height == 1_500
    followed = as_supplied(dict(lab.columns), time="day", event="died")
    with pytest.raises(ImmortalTime) as refused:
        analysis(followed, Exposure.after_origin("operation", day="operated"))
    # a Cox model weighs times otherwise than rates do, but the direction and the truth (0) are the same
    assert refused.value.naive < math.log(lab.theory) / 2
    assert abs(refused.value.time_dependent_estimate) < 0.2
