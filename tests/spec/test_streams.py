"""Random streams by counting: the same bits however the work is cut, and chance as good as it should be."""

from __future__ import annotations

import numpy as np
import pytest
from numba import njit
from scipy import stats
from scipy.special import ndtri

from paget import streams
from paget.errors import BadInput

U = np.uint64
LUCK = 1e-6  # a fixed seed: a share of bad luck that no correct generator has here


def test_the_mix_is_that_of_splitmix64():
    # the first three outputs of SplitMix64 with seed 0, as its published implementations give them
    golden = 0x9E3779B97F4A7C15
    published = [0xE220A8397B1DCDAF, 0x6E789E6AA1B965F4, 0x06C45D188009454F]
    assert [int(streams.mixed(U(golden * n % 2**64))) for n in (1, 2, 3)] == published


def test_numba_and_numpy_give_the_same_bits():
    seed, name = 20261121, "growth"
    by_array = streams.words(seed, range(50), name, 7)
    base = U(streams.seed_key(U(seed)))
    for patient in range(50):
        key = U(streams.stream_key(U(streams.patient_key(base, U(patient))), streams.purpose(name)))
        assert [int(streams.word(key, U(n))) for n in range(7)] == [int(one) for one in by_array[patient]]
    key = U(streams.stream_key(U(streams.patient_key(base, U(3))), streams.purpose(name)))
    third = U(streams.word(key, U(2)))
    assert streams.unit(third) == streams.uniforms(seed, [3], name, 1, first=2)[0, 0]
    assert streams.normal(third) == streams.normals(seed, [3], name, 3)[0, 2]
    assert streams.exponential(third) == streams.exponentials(seed, [3], name, 3)[0, 2]


@pytest.mark.parametrize("chunks", [1, 2, 3, 64])
def test_any_cut_of_the_patients_gives_the_same_numbers(chunks):
    whole = streams.words(5, range(1000), "seeding", 4)
    parts = [streams.words(5, part, "seeding", 4) for part in np.array_split(np.arange(1000), chunks)]
    assert np.array_equal(whole, np.concatenate(parts))
    backwards = streams.words(5, np.arange(1000)[::-1], "seeding", 4)[::-1]
    assert np.array_equal(whole, backwards)


def test_words_are_uniform_bit_by_bit_and_byte_by_byte():
    found = streams.words(1, range(200_000), "bits", 4).ravel()
    n = found.size
    for bit in range(64):
        ones = int(((found >> U(bit)) & U(1)).sum())
        assert stats.binomtest(ones, n).pvalue > LUCK, bit
    for byte in range(8):
        counts = np.bincount(((found >> U(8 * byte)) & U(255)).astype(np.intp), minlength=256)
        assert stats.chisquare(counts).pvalue > LUCK, byte


@pytest.mark.parametrize("axis", ["patient", "number", "purpose", "seed"])
def test_neighbours_are_independent(axis):
    n = 250_000
    one = streams.uniforms(9, range(n), "a", 1)[:, 0]
    other = {
        "patient": lambda: streams.uniforms(9, range(1, n + 1), "a", 1),
        "number": lambda: streams.uniforms(9, range(n), "a", 1, first=1),
        "purpose": lambda: streams.uniforms(9, range(n), "b", 1),
        "seed": lambda: streams.uniforms(10, range(n), "a", 1),
    }[axis]()[:, 0]
    u = (one, other)
    cells = np.bincount((u[0] * 64).astype(int) * 64 + (u[1] * 64).astype(int), minlength=4096)
    assert stats.chisquare(cells).pvalue > LUCK
    assert abs(np.corrcoef(*u)[0, 1]) < 5 / np.sqrt(n)


def test_one_changed_bit_changes_half_of_the_word():
    # 64 bits with probability 1/2: mean 32, standard deviation 4; of 6,400 words the mean has 0.05
    keys = [U(int(one)) for one in streams.words(3, range(100), "keys", 1)[:, 0]]
    for change in (
        lambda key, bit: streams.word(key ^ (U(1) << U(bit)), U(1)),
        lambda key, bit: streams.word(key, U(1) ^ (U(1) << U(bit))),
    ):
        flips = [
            (streams.word(key, U(1)) ^ change(key, bit)).bit_count() for key in keys for bit in range(64)
        ]
        assert abs(np.mean(flips) - 32) < 0.25
        assert min(flips) > 10
        assert max(flips) < 54


def test_no_two_streams_share_a_word():
    # 1.2 million words of 64 bits: a chance of 4e-8 that any two are equal
    found = [streams.words(4, range(100_000), name, 4) for name in ("growth", "death", "detection")]
    everything = np.concatenate([one.ravel() for one in found])
    assert np.unique(everything).size == everything.size


def test_numbers_follow_their_distributions():
    n = 400_000
    assert stats.kstest(streams.uniforms(2, range(n), "u", 1)[:, 0], "uniform").pvalue > LUCK
    assert stats.kstest(streams.exponentials(2, range(n), "e", 1)[:, 0], "expon").pvalue > LUCK
    assert stats.kstest(streams.normals(2, range(n), "n", 1)[:, 0], "norm").pvalue > LUCK


def test_the_normal_is_the_inverse_distribution_function_to_its_far_tails():
    low = np.arange(50, dtype=U) << U(12)
    bits = np.concatenate([low, ~low, streams.words(8, range(20_000), "n", 1)[:, 0]])
    found = np.array([streams.normal(one) for one in bits])
    expected = ndtri(np.array([streams.unit(one) for one in bits]))
    assert np.allclose(found, expected, rtol=1e-13, atol=1e-15)
    assert found.min() < -8.1  # the smallest uniform is 2**-53
    assert streams.unit(U(0)) > 0
    assert streams.unit(~U(0)) < 1


def test_compiled_code_may_use_them_between_other_work():
    @njit
    def mean(seed: int, n: int) -> float:
        total = 0.0
        base = U(streams.seed_key(U(seed)))
        for patient in range(n):
            key = streams.stream_key(streams.patient_key(base, U(patient)), U(99))
            total += streams.exponential(streams.word(key, U(0)))
        return total / n

    assert mean(1, 100_000) == pytest.approx(1.0, abs=5 / np.sqrt(100_000))


def test_a_seed_outside_its_range_is_refused():
    for seed in (-1, 2**64):
        with pytest.raises(BadInput, match="seed"):
            streams.words(seed, [0], "growth", 1)
