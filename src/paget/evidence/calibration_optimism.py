"""How much better own figures look on the data that made them than they would on others, by bootstrap."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from paget.errors import BadInput
from paget.evidence.calibration_measures import (
    GROUP,
    RISK,
    c_index,
    log_hazard,
    observed,
    on_log_hazard,
    slope,
)
from paget.evidence.calibration_shrinkage import shrink
from paget.survival.results import Floats


@dataclass(frozen=True, slots=True)
class Optimism:
    """The figures proposed, on the data that made them and without their optimism.

    Attributes:
        c_index, slope: apparent.
        c_index_optimism, slope_optimism: what to take off.
        repetitions: bootstrap samples used.
    """

    c_index: float
    slope: float
    c_index_optimism: float
    slope_optimism: float
    repetitions: int

    def __str__(self) -> str:
        return (
            f"the figures proposed: c-index {self.c_index:.3f}, without optimism "
            f"{self.c_index - self.c_index_optimism:.3f}; slope {self.slope:.2f}, without optimism "
            f"{self.slope - self.slope_optimism:.2f} ({self.repetitions} bootstrap samples)"
        )


def optimism(
    rows: pl.DataFrame,
    published: Floats,
    day: float,
    *,
    repetitions: int,
    seed: int,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Optimism:
    """Make the figures in samples of the patients, and compare each sample's with those in all patients.

    Args:
        rows: with ``_time``, ``_event`` and ``_group``.
        published: survival by group on the day.
        day: the horizon.
        repetitions: of the bootstrap.
        seed: of the bootstrap.
        told: is told how many repetitions are done.

    Source: Harrell FE, Lee KL, Mark DB. Stat Med 1996;15:361-387.
    """
    apparent = _measures(rows, _figures(rows, published, day))
    if apparent is None:
        raise BadInput(
            "the figures of all groups are the same", where="optimism", mend="nothing to tell apart"
        )
    generator = np.random.Generator(np.random.Philox(seed))
    gains = []
    for number in range(repetitions):
        drawn = rows[generator.integers(0, rows.height, rows.height)]
        figures = _figures(drawn, published, day)
        own, outside = _measures(drawn, figures), _measures(rows, figures)
        if own is not None and outside is not None:
            gains.append((own[0] - outside[0], own[1] - outside[1]))
        told(number + 1, repetitions)
    mean = np.mean(gains, axis=0) if gains else np.full(2, np.nan)
    return Optimism(*apparent, float(mean[0]), float(mean[1]), len(gains))


def _figures(rows: pl.DataFrame, published: Floats, day: float) -> Floats:
    """The log cumulative hazard of each group, shrunk; of a group that a sample lacks the published one."""
    survival, error, _, _ = observed(rows, len(published), day)
    n = np.bincount(rows[GROUP].to_numpy(), minlength=len(published)).astype(np.float64)
    told = np.isfinite(survival)
    figures = log_hazard(published)
    own, variance = on_log_hazard(survival[told], error[told], n[told])
    figures[told] += shrink(own - figures[told], variance).difference
    return figures


def _measures(rows: pl.DataFrame, figures: Floats) -> tuple[float, float] | None:
    """c-index and slope of the figures; none where all are the same."""
    risk = figures[rows[GROUP].to_numpy()]
    if np.ptp(risk) == 0:
        return None
    with_risk: Any = rows.with_columns(pl.Series(RISK, risk))
    return c_index(with_risk).value, float(slope(with_risk).coefficients[RISK])
