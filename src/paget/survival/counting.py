"""Kernels that count: rows fall into cells of a table, a cell a day, group and kind of exit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled


@compiled
def count_days(
    time: NDArray[np.int32],
    event: NDArray[np.uint8],
    group: NDArray[np.uint8],
    low: int,
    high: int,
    table: NDArray[np.int64],
) -> bool:
    """Count rows low to high into table[day, group, event]; False when a row has no cell there."""
    days, groups, kinds = table.shape
    cells = table.reshape(-1)
    for i in range(low, high):
        t, g, e = time[i], group[i], event[i]
        if t < 0 or t >= days or g >= groups or e >= kinds:
            return False
        cells[(t * groups + g) * kinds + e] += 1
    return True


@compiled
def place_rows(
    time: NDArray[np.int32],
    event: NDArray[np.uint8],
    rank: NDArray[np.int32],
    bins: int,
    low: int,
    high: int,
    cell: NDArray[np.int32],
) -> None:
    """The cell of rows low to high: the rank of their day, in the block of their kind of exit."""
    for i in range(low, high):
        cell[i] = event[i] * bins + rank[time[i]]
