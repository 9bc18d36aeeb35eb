"""Calibration: posteriors that are known in closed form, coverage of known truths, what cannot be told."""

from __future__ import annotations

import math

import numpy as np
import pytest

from open_tables import changed, read
from paget.biology.calibration import calibrate
from paget.biology.calibration.fit import Figures
from paget.biology.calibration.identified import identified
from paget.biology.calibration.result import weighted
from paget.biology.calibration.sampling import Proposal, importance, moments
from paget.streams import normals


def linear(matrix: np.ndarray):
    """A model whose figures are sums of its parameters, without noise."""
    return lambda z: (matrix @ z, np.zeros(len(matrix)))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_linear_model_has_the_posterior_of_the_textbook(seed: int) -> None:
    """Prior N(0, I), y = A z + e, e ~ N(0, s^2): precision I + A'A / s^2."""
    matrix = np.array([[1.0, 1.0, 0.0], [0.0, 1.0, -1.0], [0.5, 0.0, 0.0]])
    wanted, spread = np.array([1.2, -0.4, 0.9]), np.array([0.3, 0.5, 0.4])
    precision = np.eye(3) + matrix.T @ np.diag(spread**-2) @ matrix
    covariance = np.linalg.inv(precision)
    mean = covariance @ matrix.T @ (wanted / spread**2)
    found = importance(linear(matrix), wanted, spread, 3, 4_000, seed=seed)
    assert found.effective > 1_500
    ours, theirs = moments(found.z, found.weights)
    assert np.abs(ours - mean).max() < 4 * math.sqrt(np.diag(covariance).max() / found.effective)
    assert np.abs(theirs - covariance).max() < 5 * np.diag(covariance).max() * math.sqrt(2 / found.effective)


def test_rounds_of_any_size_mix_as_they_are() -> None:
    """Stopped when the second round had hardly begun: 1,000 draws from the prior and 20 from the second."""
    done = 0

    def stop(more: int) -> None:
        nonlocal done
        done += more
        if done == 1_020:
            raise KeyboardInterrupt

    found = importance(
        linear(np.eye(1)), np.array([0.5]), np.array([0.5]), 1, 4_000, seed=6, threads=1, tell=stop
    )
    assert found.interrupted
    assert 1_000 < len(found.z) <= 1_020
    mean, variance = moments(found.z, found.weights)
    assert mean[0] == pytest.approx(0.5 / 1.25, abs=4 * math.sqrt(0.2 / found.effective))
    assert variance[0, 0] == pytest.approx(0.2, rel=4 * math.sqrt(2 / found.effective))
    # the few of the second round hardly change that a draw from the prior counts as much as it fits
    fit = np.exp(-0.5 * ((found.z[:, 0] - 0.5) / 0.5) ** 2)
    shares = found.weights / fit
    assert shares.max() / shares.min() < 1.2


def test_simulation_noise_widens_a_posterior_as_it_should() -> None:
    """A figure known to 0.3 and simulated to 0.4 is a figure known to 0.5."""

    def noisy(z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return z.copy(), np.full(1, 0.4)

    found = importance(noisy, np.array([1.0]), np.array([0.3]), 1, 6_000, seed=1)
    mean, variance = moments(found.z, found.weights)
    assert mean[0] == pytest.approx(1 / (1 + 0.25), abs=0.03)
    assert variance[0, 0] == pytest.approx(0.25 / 1.25, rel=0.1)


def test_a_proposal_is_a_density() -> None:
    """Weights by it against the prior: the mean of prior / proposal over its draws is 1."""
    root = np.linalg.cholesky(np.array([[0.5, 0.2], [0.2, 0.3]]))
    proposal = Proposal(np.array([0.7, -0.5]), root)
    z = proposal.draw(5, 0, 40_000)
    ratio = np.exp(-0.5 * (z**2).sum(axis=1) - proposal.log_density(z))
    assert abs(ratio.mean() - 1) < 4 * ratio.std() / math.sqrt(len(z))


def test_intervals_cover_as_often_as_they_say() -> None:
    """Truths from the prior, tables with their own error: 90 % intervals hold 90 % of them."""
    matrix, spread, repetitions = np.array([[1.0, 0.7], [0.3, -0.8]]), np.array([0.4, 0.6]), 150
    truths, noise = normals(8, range(repetitions), "truth", 2), normals(8, range(repetitions), "error", 2)
    inside = 0
    for number, (truth, error) in enumerate(zip(truths, noise, strict=True)):
        wanted = matrix @ truth + spread * error
        found = importance(linear(matrix), wanted, spread, 2, 500, seed=number)
        for place in range(2):
            low, high = weighted(found.z[:, place], found.weights, [0.05, 0.95])
            inside += low < truth[place] < high
    count = 2 * repetitions
    assert abs(inside / count - 0.9) < 4 * math.sqrt(0.9 * 0.1 / count)


def test_virtual_patients_give_back_the_truth_that_made_their_tables(tmp_path) -> None:
    """Six truths from the prior; tables with their error from other patients: 90 % intervals hold them."""
    wanted = read(tmp_path)
    inside = 0
    for number, z in enumerate(0.7 * normals(21, range(6), "truth", 2)):
        values, _ = Figures(wanted.tables, wanted.model, 900 + number, 20_000)(wanted.changes(z))
        errors = normals(22, [number], "error", 3)[0] * [one.deviation for one in wanted.tables]
        published = {
            f"tables__{one.name}__value": float(value + error)
            for one, value, error in zip(wanted.tables, values, errors, strict=True)
            if one.fitted
        }
        found = calibrate(read(tmp_path, changed(**published)), draws=500, patients=400, seed=number)
        assert found.effective > 60
        for place, truth in enumerate(z):
            low, high = weighted(found.draws.z[:, place], found.draws.weights, [0.05, 0.95])
            inside += low < truth < high
    assert inside >= 9  # of twelve; fewer has a probability below 0.004 when each holds with 0.9


def test_two_parameters_of_which_only_the_sum_is_seen_are_said_to_be_inseparable() -> None:
    found = importance(
        linear(np.array([[1.0, 1.0, 0.0]])), np.array([0.3]), np.array([0.1]), 3, 3_000, seed=4
    )
    told = identified(["rate", "size", "unrelated"], found.z, found.weights)
    assert [pair[:2] for pair in told.together] == [("rate", "size")]
    # in closed form: covariance I - vv' / (2 + 0.01) with v = (1, 1, 0)
    assert told.together[0][2] == pytest.approx(-(1 / 2.01) / (1 - 1 / 2.01), abs=0.02)
    assert told.told[:2] == pytest.approx((1 / 2.01, 1 / 2.01), abs=0.08)
    assert told.count == 1
    assert told.word("unrelated") == "not told"
    said = " ".join(told.sentences())
    assert "rate and size cannot be told apart" in said
    assert "product" in said
    assert "Not told by the data, the posterior is about the prior: unrelated." in said
    assert {name for name, _ in told.directions[0].shares} == {"rate", "size"}


def test_a_posterior_that_only_moved_is_partly_told() -> None:
    """A figure known ten times as badly as the prior, but far off: 1 / 101 of the variance gone."""
    wide = importance(linear(np.eye(1)), np.array([80.0]), np.array([10.0]), 1, 3_000, seed=9)
    told = identified(["a"], wide.z, wide.weights)
    assert told.moved[0] == pytest.approx(80 / 101, abs=0.1)
    assert told.told[0] < 0.15
    assert told.word("a") == "partly told"


def test_parameters_that_are_told_are_not_called_inseparable() -> None:
    found = importance(linear(np.eye(2)), np.array([0.3, -1.0]), np.array([0.1, 0.1]), 2, 3_000, seed=4)
    told = identified(["a", "b"], found.z, found.weights)
    assert told.together == ()
    assert told.count == 2
    assert [told.word(name) for name in "ab"] == ["told", "told"]


def test_of_the_engine_too_only_the_product_of_seeding_and_surface_is_told(tmp_path) -> None:
    """The primary's colonies go with primary_seeding times primary_cells^(2/3): nothing parts the two."""
    data = changed(
        parameters={
            "primary_seeding": {"range": [4e-11, 8e-10], "prior": "log-uniform"},
            "primary_cells": {"range": [1e9, 1e11], "prior": "log-uniform"},
        },
        tables__doubling=None,
        tables__recurrence__se=1.0,
    )
    found = calibrate(read(tmp_path, data), draws=1_000, patients=1_000, seed=2)
    assert found.enough
    assert [pair[:2] for pair in found.identified.together] == [("primary_seeding", "primary_cells")]
    assert "primary_seeding and primary_cells cannot be told apart" in str(found)
    assert "product" in str(found)
