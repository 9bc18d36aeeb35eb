"""Chance by counting: a number depends on seed, patient, purpose and its place in the stream alone.

No generator is carried along, so that results are the same for any number of threads, chunks or machines,
and two plans compared for a patient share their luck. Word ``n`` of a stream is a bijective mix of the
stream's key and the mixed ``n``; the key is a mix of seed, patient and purpose. The mix is the finaliser of
SplitMix64 [1, 2]. The compiled functions take ``numpy.uint64`` and serve one number at a time; the functions
of arrays do the same arithmetic in NumPy.

[1] Steele GL, Lea D, Flood CH. Fast splittable pseudorandom number generators. OOPSLA 2014:453-472.
[2] Salmon JK et al. Parallel random numbers: as easy as 1, 2, 3. SC 2011 (random numbers by counting).
[3] Wichura MJ. Algorithm AS 241: the percentage points of the normal distribution. Appl Stat 1988;37:477-484.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from typing import Any, Final, TypeVar, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.compiling import kernel
from paget.elementary import log
from paget.errors import BadInput

Words = NDArray[np.uint64]
Floats = NDArray[np.float64]
Function = TypeVar("Function", bound=Callable[..., Any])

GOLDEN: Final = np.uint64(0x9E3779B97F4A7C15)
_FIRST: Final = np.uint64(0xBF58476D1CE4E5B9)
_SECOND: Final = np.uint64(0x94D049BB133111EB)
_30, _27, _31, _12 = np.uint64(30), np.uint64(27), np.uint64(31), np.uint64(12)
_STEP: Final = 2.0**-52


def _compiled(function: Function) -> Function:
    return kernel(function)


def _mixed(z: Any) -> Any:
    z = (z ^ (z >> _30)) * _FIRST
    z = (z ^ (z >> _27)) * _SECOND
    return z ^ (z >> _31)


mixed = _compiled(_mixed)
"""A bijection of 64 bits that changes about half of them when one changes (the finaliser of SplitMix64)."""


@_compiled
def seed_key(seed: Any) -> Any:
    """The key of a seed (uint64)."""
    return mixed(np.uint64(seed) + GOLDEN)


@_compiled
def patient_key(seed: Any, patient: Any) -> Any:
    """The key of a patient, from the key of the seed and the patient's number (both uint64)."""
    return mixed(np.uint64(seed) + np.uint64(patient) * GOLDEN)


@_compiled
def stream_key(patient: Any, purpose: Any) -> Any:
    """The key of a stream, from the key of the patient and the number of the purpose (both uint64)."""
    return mixed(np.uint64(patient) ^ np.uint64(purpose))


@_compiled
def word(key: Any, n: Any) -> Any:
    """Word ``n`` of a stream: 64 bits."""
    return mixed(np.uint64(key) ^ mixed(np.uint64(n)))


@_compiled
def unit(bits: Any) -> Any:
    """A word as a uniform number: 52 bits, never 0 and never 1."""
    return (np.float64(np.uint64(bits) >> _12) + 0.5) * _STEP


@_compiled
def exponential(bits: Any) -> Any:
    """A word as a unit exponential number."""
    return -log(unit(bits))


@_compiled
def _horner(r: Any, h: Any, g: Any, f: Any, e: Any, d: Any, c: Any, b: Any, a: Any) -> Any:
    return ((((((h * r + g) * r + f) * r + e) * r + d) * r + c) * r + b) * r + a


@_compiled
def normal(bits: Any) -> Any:
    """A word as a standard normal number, by the inverse distribution function to about 1e-16 [3]."""
    p = unit(bits)
    q = p - 0.5
    if abs(q) <= 0.425:
        r = 0.180625 - q * q
        above = _horner(
            r, 2.5090809287301226727e3, 3.3430575583588128105e4, 6.7265770927008700853e4,
            4.5921953931549871457e4, 1.3731693765509461125e4, 1.9715909503065514427e3,
            1.3314166789178437745e2, 3.3871328727963666080,
        )  # fmt: skip
        below = _horner(
            r, 5.2264952788528545610e3, 2.8729085735721942674e4, 3.9307895800092710610e4,
            2.1213794301586595867e4, 5.3941960214247511077e3, 6.8718700749205790830e2,
            4.2313330701600911252e1, 1.0,
        )  # fmt: skip
        return q * above / below
    r = math.sqrt(-log(p if q < 0.0 else 1.0 - p))
    if r <= 5.0:
        r -= 1.6
        above = _horner(
            r, 7.74545014278341407640e-4, 2.27238449892691845833e-2, 2.41780725177450611770e-1,
            1.27045825245236838258, 3.64784832476320460504, 5.76949722146069140550,
            4.63033784615654529590, 1.42343711074968357734,
        )  # fmt: skip
        below = _horner(
            r, 1.05075007164441684324e-9, 5.47593808499534494600e-4, 1.51986665636164571966e-2,
            1.48103976427480074590e-1, 6.89767334985100004550e-1, 1.67638483018380384940,
            2.05319162663775882187, 1.0,
        )  # fmt: skip
    else:
        r -= 5.0
        above = _horner(
            r, 2.01033439929228813265e-7, 2.71155556874348757815e-5, 1.24266094738807843860e-3,
            2.65321895265761230930e-2, 2.96560571828504891230e-1, 1.78482653991729133580,
            5.46378491116411436990, 6.65790464350110377720,
        )  # fmt: skip
        below = _horner(
            r, 2.04426310338993978564e-15, 1.42151175831644588870e-7, 1.84631831751005468180e-5,
            7.86869131145613259100e-4, 1.48753612908506148525e-2, 1.36929880922735805310e-1,
            5.99832206555887937690e-1, 1.0,
        )  # fmt: skip
    return -above / below if q < 0.0 else above / below


@_compiled
def _each_exponential(words: Any, out: Any) -> None:
    for i in range(words.size):
        out.flat[i] = exponential(words.flat[i])


@_compiled
def _each_normal(words: Any, out: Any) -> None:
    for i in range(words.size):
        out.flat[i] = normal(words.flat[i])


def purpose(name: str) -> np.uint64:
    """The number of a purpose, from its name: the same on every machine and in every version.

    >>> hex(purpose("growth"))
    '0xcf0cef9077601ca9'
    """
    return np.uint64(int.from_bytes(hashlib.blake2b(name.encode(), digest_size=8).digest(), "little"))


def seed_of(number: int) -> np.uint64:
    """A seed as the compiled functions take it.

    Raises:
        BadInput: it is negative or has more than 64 bits.
    """
    if not 0 <= number < 2**64:
        raise BadInput("seed lies outside its range", where="seed", mend="a whole number from 0 to 2**64 - 1")
    return np.uint64(number)


def words(seed: int, patients: ArrayLike, name: str, count: int, first: int = 0) -> Words:
    """Words of the streams of some patients.

    Args:
        seed: 0 to 2**64 - 1.
        patients: (patients,) their numbers, in any order and any part of all.
        name: of the purpose.
        count: words of each.
        first: the number of the first word.

    Returns:
        (patients, count) 64-bit words.

    >>> hex(words(7, [0, 1], "growth", 2)[1, 0]) == hex(words(7, [1], "growth", 1)[0, 0])
    True
    """
    with np.errstate(over="ignore"):
        own = np.atleast_1d(np.asarray(patients)).astype(np.uint64)
        base = _mixed(np.atleast_1d(seed_of(seed)) + GOLDEN)
        keys = _mixed(_mixed(base + own * GOLDEN) ^ purpose(name))
        numbers = _mixed(np.arange(first, first + count, dtype=np.uint64))
        return cast(Words, _mixed(keys[:, None] ^ numbers[None, :]))


def uniforms(seed: int, patients: ArrayLike, name: str, count: int, first: int = 0) -> Floats:
    """(patients, count) uniform numbers between 0 and 1, both excluded; see :func:`words`.

    >>> bool((uniforms(1, range(1000), "detection", 3) < 1).all())
    True
    """
    return ((words(seed, patients, name, count, first) >> _12).astype(np.float64) + 0.5) * _STEP


def exponentials(seed: int, patients: ArrayLike, name: str, count: int, first: int = 0) -> Floats:
    """(patients, count) exponential numbers of mean 1; see :func:`words`."""
    found = words(seed, patients, name, count, first)
    out = np.empty(found.shape)
    _each_exponential(found, out)
    return out


def normals(seed: int, patients: ArrayLike, name: str, count: int, first: int = 0) -> Floats:
    """(patients, count) standard normal numbers; see :func:`words`."""
    found = words(seed, patients, name, count, first)
    out = np.empty(found.shape)
    _each_normal(found, out)
    return out
