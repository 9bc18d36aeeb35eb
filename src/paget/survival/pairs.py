"""Counting comparable pairs in n log n: two sweeps over time with sums kept in a Fenwick tree over the
scores.

Backwards in time the tree holds those still under observation, and each event asks how many of them have a
higher, lower or equal score. Forwards it holds the events so far, and each row asks how many of those it
outlived.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

Array = NDArray[Any]


@compiled
def _add(tree: Array, place: int, value: float) -> None:
    at = place + 1
    while at < tree.shape[0]:
        tree[at] += value
        at += at & -at


@compiled
def _below(tree: Array, place: int) -> float:
    """The sum over places before this one."""
    at, total = place, 0.0
    while at > 0:
        total += tree[at]
        at -= at & -at
    return total


@compiled
def count_pairs(
    leave: Array, enter: Array, event: Array, rank: Array, weight: Array, time_weight: Array
) -> tuple[Array, Array]:
    """Counts (concordant, discordant, tied score, tied time, both), and each row's share of the first three.

    Args:
        leave: point of time of each row's exit.
        enter: first point at which it is at risk.
        event: whether it has the event at its exit.
        rank: rank of its score, higher for those expected to live longer.
        weight: its case weight.
        time_weight: the weight of pairs made by its event.
    """
    rows = leave.shape[0]
    scores = rank.max() + 1
    counts, moved = np.zeros(5), np.zeros((rows, 3))
    order = np.argsort(leave, kind="mergesort")
    by_entry = np.argsort(enter, kind="mergesort")
    tree, own, same = np.zeros(scores + 1), np.zeros(scores), np.zeros(scores)
    everyone = 0.0
    # backwards: those under observation
    i, leaving = rows - 1, rows - 1
    while i >= 0:
        t, first = leave[order[i]], i
        while first >= 0 and leave[order[first]] == t:
            row = order[first]
            if not event[row]:
                _add(tree, rank[row], weight[row])
                own[rank[row]] += weight[row]
                everyone += weight[row]
            first -= 1
        while leaving >= 0 and enter[by_entry[leaving]] > t:
            row = by_entry[leaving]
            _add(tree, rank[row], -weight[row])
            own[rank[row]] -= weight[row]
            everyone -= weight[row]
            leaving -= 1
        for at in range(i, first, -1):
            row = order[at]
            if event[row]:
                factor = time_weight[row]
                lower, equal = _below(tree, rank[row]), own[rank[row]]
                higher = everyone - lower - equal
                moved[row, 0] += factor * higher
                moved[row, 1] += factor * lower
                moved[row, 2] += factor * equal
                counts[0] += weight[row] * factor * higher
                counts[1] += weight[row] * factor * lower
                counts[2] += weight[row] * factor * equal
        for at in range(i, first, -1):
            row = order[at]
            if event[row]:
                _add(tree, rank[row], weight[row])
                own[rank[row]] += weight[row]
                everyone += weight[row]
        i = first
    # forwards: the events so far
    tree[:] = 0.0
    own[:] = 0.0
    everyone = 0.0
    i, entering = 0, 0
    while i < rows:
        t = leave[order[i]]
        last = i
        while last < rows and leave[order[last]] == t:
            last += 1
        # who is at risk only from here on does not count the events before
        while entering < rows and enter[by_entry[entering]] <= t:
            row = by_entry[entering]
            lower, equal = _below(tree, rank[row]), own[rank[row]]
            moved[row, 0] -= lower
            moved[row, 1] -= everyone - lower - equal
            moved[row, 2] -= equal
            entering += 1
        for at in range(i, last):
            row = order[at]
            if event[row]:
                lower, equal = _below(tree, rank[row]), own[rank[row]]
                moved[row, 0] += lower
                moved[row, 1] += everyone - lower - equal
                moved[row, 2] += equal
        tied = 0.0
        for at in range(i, last):
            row = order[at]
            if event[row]:
                value = weight[row] * time_weight[row]
                counts[4] += value * same[rank[row]]
                counts[3] += value * (tied - same[rank[row]])
                same[rank[row]] += weight[row]
                tied += weight[row]
        for at in range(i, last):
            same[rank[order[at]]] = 0.0
        for at in range(i, last):
            row = order[at]
            if event[row]:
                value = weight[row] * time_weight[row]
                _add(tree, rank[row], value)
                own[rank[row]] += value
                everyone += value
        for at in range(i, last):
            row = order[at]
            if not event[row]:
                lower, equal = _below(tree, rank[row]), own[rank[row]]
                moved[row, 0] += lower
                moved[row, 1] += everyone - lower - equal
                moved[row, 2] += equal
        i = last
    return counts, moved
