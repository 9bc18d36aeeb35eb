"""Distributions of counts by their generating functions G(z) = sum of p(n) z^n.

Thinning with probability q turns G(z) into G(1 - q + q z), whatever the counts were.

[1] Lea DE, Coulson CA. J Genet 1949;49:264-285: G(z) = exp(m (1/z - 1) ln(1 - z)).
[2] Abate J, Whitt W. Oper Res Lett 1992;12:245-251: probabilities from G on a circle.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.declared import Declared, Parameter

Complex = NDArray[np.complex128]
Floats = NDArray[np.float64]
Generating = Callable[[Any], Any]

LIMITS: Final = Declared(
    Parameter("mean", "1", 0, 1e15, "Mean of a count."),
    Parameter("shape", "1", 0, 1e9, "Shape of the gamma distribution of rates.", above=True),
    Parameter("clones", "1", 0, 1e6, "Expected competent clones that arose while the primary grew."),
    Parameter("q", "1", 0, 1, "Probability of passing."),
)
ALIASED: Final = 1e-12  # what the points on the circle may add to a probability


def poisson(mean: float) -> Generating:
    """Events that are rare and independent: G(z) = exp(mean (z - 1))."""
    LIMITS.check(mean=mean)
    return lambda z: np.exp(mean * (z - 1))


def negative_binomial(mean: float, shape: float) -> Generating:
    """A Poisson count whose rate differs between patients as a gamma of that shape: (1 + mean (1 - z) /
    k)^-k.
    """
    LIMITS.check(mean=mean, shape=shape)
    return lambda z: (1 + mean * (1 - z) / shape) ** -shape


def luria_delbrueck(clones: float) -> Generating:
    """Cells of clones that arose while their parent population grew exponentially [1].

    Args:
        clones: m, the expected number of such clones.
    """
    LIMITS.check(clones=clones)

    def generating(z: Any) -> Any:
        z = np.asarray(z, np.complex128)
        with np.errstate(divide="ignore", invalid="ignore"):
            inner = np.where(
                np.abs(z) < 1e-9,
                -1 + z / 2,
                np.where(z == 1, 0, (1 / np.where(z == 0, 1, z) - 1) * np.log(1 - z)),
            )
        found = np.exp(clones * inner)
        return found if np.iscomplexobj(z) and z.ndim else complex(found)

    return generating


def thinned(generating: Generating, q: float) -> Generating:
    """The counts of those that pass, each with probability q."""
    LIMITS.check(q=q)
    return lambda z: generating(1 - q + q * np.asarray(z))


def probabilities_of(generating: Generating, most: int) -> Floats:
    """p(0) to p(most), from the generating function on a circle inside the unit circle [2].

    >>> found = probabilities_of(poisson(2.0), 3)      # exp(-2) times 1, 2, 2, 4/3
    >>> [round(float(p), 6) for p in found]
    [0.135335, 0.270671, 0.270671, 0.180447]
    """
    points = 4 * (most + 1)
    radius = ALIASED ** (1 / points)
    z = radius * np.exp(2j * np.pi * np.arange(points) / points)
    found = np.fft.fft(np.asarray(generating(z), np.complex128)).real[: most + 1] / points
    return np.asarray(np.maximum(found * radius ** -np.arange(most + 1.0), 0.0))
