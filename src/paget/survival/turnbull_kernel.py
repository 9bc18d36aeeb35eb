"""The search for Turnbull's estimate: expectation steps and the iterative convex minorant in turn."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

Array = NDArray[Any]

TINY = 1e-300


@compiled
def _value(sums: Array, first: Array, last: Array, weight: Array) -> float:
    """The log likelihood for cumulative masses, whose first is 0."""
    total = 0.0
    for i in range(first.shape[0]):
        p = sums[last[i] + 1] - sums[first[i]]
        if p <= 0.0:
            return -np.inf
        total += weight[i] * np.log(p)
    return total


@compiled
def _gains(sums: Array, first: Array, last: Array, weight: Array, gains: Array) -> None:
    """How much the log likelihood gains a unit of mass in each interval."""
    gains[:] = 0.0
    for i in range(first.shape[0]):
        share = weight[i] / max(sums[last[i] + 1] - sums[first[i]], TINY)
        gains[first[i]] += share
        if last[i] + 1 < gains.shape[0]:
            gains[last[i] + 1] -= share
    for k in range(1, gains.shape[0]):
        gains[k] += gains[k - 1]


@compiled
def _minorant(
    sums: Array, first: Array, last: Array, weight: Array, slope: Array, bend: Array, target: Array
) -> None:
    """The increasing sequence that is nearest to a Newton step in each cumulative mass by itself."""
    m = sums.shape[0] - 1
    slope[:] = 0.0
    bend[:] = 0.0
    for i in range(first.shape[0]):
        a, b = first[i], last[i] + 1
        p = max(sums[b] - sums[a], TINY)
        slope[b] += weight[i] / p
        slope[a] -= weight[i] / p
        bend[b] += weight[i] / (p * p)
        bend[a] += weight[i] / (p * p)
    level, mass = np.empty(m), np.empty(m)
    size = np.empty(m, np.int64)
    blocks = 0
    for k in range(1, m):
        h = max(bend[k], 1e-12)
        level[blocks], mass[blocks], size[blocks] = sums[k] + slope[k] / h, h, 1
        blocks += 1
        while blocks > 1 and level[blocks - 2] > level[blocks - 1]:
            both = mass[blocks - 2] + mass[blocks - 1]
            level[blocks - 2] = (
                level[blocks - 2] * mass[blocks - 2] + level[blocks - 1] * mass[blocks - 1]
            ) / both
            mass[blocks - 2] = both
            size[blocks - 2] += size[blocks - 1]
            blocks -= 1
    target[0], target[m] = 0.0, 1.0
    k = 1
    for block in range(blocks):
        for _ in range(size[block]):
            target[k] = min(max(level[block], 0.0), 1.0)
            k += 1


@compiled
def climb(
    first: Array, last: Array, weight: Array, intervals: int, gap: float, rounds: int
) -> tuple[Array, float, bool]:
    """The masses, the log likelihood, and whether it is the largest to within the gap.

    Args:
        first: (rows,) the first innermost interval within each row's interval.
        last: (rows,) the last.
        weight: (rows,).
        intervals: how many innermost intervals there are.
        gap: the log likelihood that may be left to gain.
        rounds: the most steps.
    """
    total = weight.sum()
    mass = np.full(intervals, 1.0 / intervals)
    sums, target, trial = np.zeros(intervals + 1), np.zeros(intervals + 1), np.zeros(intervals + 1)
    gains, slope, bend = np.zeros(intervals), np.zeros(intervals + 1), np.zeros(intervals + 1)
    value = -np.inf
    for _ in range(rounds):
        for k in range(intervals):
            sums[k + 1] = sums[k] + mass[k]
        value = _value(sums, first, last, weight)
        _minorant(sums, first, last, weight, slope, bend, target)
        share = 1.0
        for _ in range(40):
            trial[:] = sums + share * (target - sums)
            there = _value(trial, first, last, weight)
            if there > value:
                sums[:] = trial
                value = there
                break
            share /= 2
        for k in range(intervals):
            mass[k] = max(sums[k + 1] - sums[k], 0.0)
        _gains(sums, first, last, weight, gains)
        if gains.max() - total <= gap:
            return mass, value, True
        for k in range(intervals):  # a mass of 0 that could gain begins again from a little
            if mass[k] <= 0.0 and gains[k] > total:
                mass[k] = 1e-6
            mass[k] *= gains[k] / total
        mass /= mass.sum()
    return mass, value, False
