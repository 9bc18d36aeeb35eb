"""Kernels that count: rows fall into cells of a table, a cell a day, group and kind of exit."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

BLOCK = 1024


@compiled
def count_days(
    time: NDArray[np.int32],
    event: NDArray[np.uint8],
    group: NDArray[np.uint8],
    low: int,
    high: int,
    table: NDArray[np.int64],
) -> bool:
    """Count rows low to high into table[day, group, event]; False when a row has no cell there.

    Places are computed for a block of rows at once, many in one instruction, then counted one by one.
    """
    days, groups, kinds = np.uint32(table.shape[0]), np.uint32(table.shape[1]), np.uint32(table.shape[2])
    cells = table.reshape(-1)
    place = np.empty(BLOCK, np.uint32)
    for start in range(low, high, BLOCK):
        m = min(BLOCK, high - start)
        times, events, labels = time[start : start + m], event[start : start + m], group[start : start + m]
        outside = np.uint32(0)
        for i in range(m):
            t, e, g = np.uint32(times[i]), np.uint32(events[i]), np.uint32(labels[i])
            outside |= np.uint32(t >= days) | np.uint32(e >= kinds) | np.uint32(g >= groups)
            outside |= np.uint32(times[i] >> 31) | np.uint32(events[i] >> 31) | np.uint32(labels[i] >> 31)
            place[i] = (t * groups + g) * kinds + e
        if outside:
            return False
        for i in range(m):
            cells[place[i]] += 1
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
