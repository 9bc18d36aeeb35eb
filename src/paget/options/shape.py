"""How a figure spreads over virtual patients before and after what is known of a case, on one log scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from paget.options.outlook import Forecast

Floats = NDArray[np.float64]

BINS: Final = 40
TAILS: Final = (0.005, 0.995)
"""Shares of the prior between which the scale runs at least."""


@dataclass(frozen=True, slots=True)
class Shape:
    """Shares of virtual patients in bins of a figure.

    Attributes:
        arm: removed or left.
        edges: (BINS + 1,) of the bins, each so many times the one before.
        prior: (BINS,) of all in whom the model shows a lesion.
        posterior: (BINS,) weighted by how much each is like the case.
    """

    arm: str
    edges: tuple[float, ...]
    prior: tuple[float, ...]
    posterior: tuple[float, ...]


def shapes(found: Forecast) -> tuple[Shape, ...]:
    """How R_m spreads, lesions removed and left alone."""
    prior, own, weights = found.prior_reproduction, found.reproduction, found.removed.weights
    ends = np.quantile(prior, TAILS)
    low, high = min(ends[0], own.min()), max(ends[1], own.max())
    edges = np.geomspace(low, high * (1 + 1e-12), BINS + 1)
    before = np.histogram(np.clip(prior, low, high), edges)[0] / prior.size
    after = np.histogram(np.clip(own, low, high), edges, weights=weights)[0] / weights.sum()
    return tuple(
        Shape(
            arm,
            tuple(map(float, edges * whole)),
            tuple(map(float, before)),
            tuple(map(float, after)),
        )
        for arm, whole in (("removed", found.whole("removed")), ("left", found.whole("left")))
    )
