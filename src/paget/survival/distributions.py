"""Distributions of a time, each by its log density and log survival, with derivatives from automatic rules.

A distribution has a location mu = x beta on the log scale of time and at most one shape. Times are positive.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from paget.survival.results import Floats

Complex = Any
"""Floats, or complex numbers when a derivative is taken."""


@dataclass(frozen=True)
class Distribution:
    """A family of distributions.

    Attributes:
        name: its name.
        shapes: names of its shape parameters, each on the log scale.
        log_density: (log t, t, mu, shapes) -> log of the density of t.
        log_survival: the same -> log of the probability of surviving t.
        meaning: what the coefficients are.
    """

    name: str
    shapes: tuple[str, ...]
    log_density: Callable[[Floats, Floats, Complex, Complex], Complex]
    log_survival: Callable[[Floats, Floats, Complex, Complex], Complex]
    meaning: str


def _weibull_survival(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    with np.errstate(over="ignore"):  # beyond all numbers: nobody survives so long
        return -np.exp((log_t - mu) * np.exp(-shape[0]))


def _weibull_density(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    z = (log_t - mu) * np.exp(-shape[0])
    return z - np.exp(z) - shape[0] - log_t


def _exponential_survival(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    return -np.exp(log_t - mu)


def _exponential_density(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    return -mu - np.exp(log_t - mu)


def _normal_survival(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    from scipy.special import log_ndtr

    return np.asarray(log_ndtr(-(log_t - mu) * np.exp(-shape[0])))


def _normal_density(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    z = (log_t - mu) * np.exp(-shape[0])
    return -0.5 * z * z - 0.5 * np.log(2 * np.pi) - shape[0] - log_t


def _logistic_survival(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    return -_softplus((log_t - mu) * np.exp(-shape[0]))


def _logistic_density(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    z = (log_t - mu) * np.exp(-shape[0])
    return z - 2 * _softplus(z) - shape[0] - log_t


def _softplus(z: Complex) -> Complex:
    """log(1 + exp(z)), also where exp(z) is huge."""
    large = z.real > 0
    return np.where(large, z, 0.0) + np.log1p(np.exp(np.where(large, -z, z)))


def _gompertz_sum(t: Floats, shape: Complex) -> Complex:
    """(exp(a t) - 1) / a, which is t when a is 0."""
    a = shape[0] + np.zeros(1)
    flat = np.abs(a) < 1e-12
    return np.where(flat, t + a * t * t / 2, np.expm1(np.where(flat, 1.0, a) * t) / np.where(flat, 1.0, a))


def _gompertz_survival(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    return -np.exp(mu) * _gompertz_sum(t, shape)


def _gompertz_density(log_t: Floats, t: Floats, mu: Complex, shape: Complex) -> Complex:
    return mu + shape[0] * t - np.exp(mu) * _gompertz_sum(t, shape)


ACCELERATED = "differences of log time: a positive one lengthens survival"
HAZARD = "log hazard ratios: a positive one shortens survival"

DISTRIBUTIONS = {
    "exponential": Distribution("exponential", (), _exponential_density, _exponential_survival, ACCELERATED),
    "weibull": Distribution("weibull", ("log(scale)",), _weibull_density, _weibull_survival, ACCELERATED),
    "log-normal": Distribution("log-normal", ("log(scale)",), _normal_density, _normal_survival, ACCELERATED),
    "log-logistic": Distribution(
        "log-logistic", ("log(scale)",), _logistic_density, _logistic_survival, ACCELERATED
    ),
    "gompertz": Distribution("gompertz", ("shape",), _gompertz_density, _gompertz_survival, HAZARD),
}
"""By name; scale is that of log time, as in R ``survreg``; Gompertz's shape is the rise of the log hazard."""
