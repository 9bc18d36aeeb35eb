"""Risk sets as bins: one bin a day with an event, and the place of every row's entry and exit among them.

Only days with an event matter to a partial likelihood. In a stratum with m such days the bins are 0 (before
the first) and 1 to m; a row is at risk in the bins after ``before`` up to that of its exit. Its ``cell`` is
that bin
in the block of its kind: leaving without the event, with the event, or (Fine-Gray) with a competing one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.survival.axis import Axis
from paget.survival.cohort import Cohort
from paget.survival.results import Floats

TABLE = 1 << 22
"""Bins are looked up in a table of strata and points up to this size, else searched for."""


@dataclass(frozen=True)
class RiskSets:
    """The bins of a cohort.

    Attributes:
        bins: how many bins there are, the one before the first event of each stratum included.
        starts: (strata,) the bin before the first event of each stratum.
        times: (bins,) the time of each; NaN before the first event.
        cell: (rows,) kind times bins plus the bin of the exit.
        before: (rows,) the last bin in which the row is not yet at risk, or None when all are from the start.
        deaths: (bins,) rows with the event.
        weights: (bins,) the sum of their weights.
        leaving: (kinds * bins,) the sum of weights of all who leave, by cell.
        kinds: how many kinds of exit there are.
        strata: labels of the strata.
    """

    bins: int
    starts: NDArray[np.intp]
    times: Floats
    cell: NDArray[np.int32]
    before: NDArray[np.int32] | None
    deaths: Floats
    weights: Floats
    leaving: Floats
    kinds: int
    strata: tuple[Any, ...]

    @property
    def stratum(self) -> NDArray[np.intp]:
        """(bins,) the stratum of each bin."""
        return np.searchsorted(self.starts, np.arange(self.bins), side="right") - 1

    def up_to(self, values: Floats) -> Floats:
        """Sums over the bins of a stratum up to each; along the first axis.

        The value of a bin before the first event of its stratum must be 0.
        """
        sums = values.cumsum(0)
        if len(self.starts) == 1:
            return sums
        return np.asarray(sums - np.repeat(sums[self.starts], np.diff(self.starts, append=self.bins), 0))


def risk_sets(cohort: Cohort, *, every_exit: bool = False) -> RiskSets:
    """The risk sets of a cohort; event 1 is the event, 2 a competing one.

    Args:
        cohort: the rows.
        every_exit: make a bin of every time of exit rather than of those with an event.
    """
    axis = Axis.of(cohort.time)
    points, strata = axis.points, len(cohort.strata.labels) if cohort.strata else 1
    kinds = 1 + len(cohort.causes)
    if strata == 1 and axis.first is not None and cohort.time.dtype.kind in "iu":
        sets = _of_days(cohort, axis, kinds, every_exit)
        if sets is not None:
            return sets
    place = axis.at(cohort.time)
    stratum = cohort.strata.codes.astype(np.intp) if cohort.strata else None
    key = place if stratum is None else stratum * points + place
    marked = np.unique(key if every_exit else key[cohort.event == 1])
    starts = np.searchsorted(marked, np.arange(strata) * points) + np.arange(strata)
    leave = _bin(key, marked, strata * points, stratum)
    before = None
    if cohort.entry is not None:
        entered = axis.after(cohort.entry, cohort.time) - 1
        entered = entered if stratum is None else stratum * points + entered
        before = _bin(entered, marked, strata * points, stratum).astype(np.int32)
    bins = len(marked) + strata
    times = np.full(bins, np.nan)
    times[np.arange(len(marked)) + marked // max(points, 1) + 1] = axis.times[marked % max(points, 1)]
    cell = (cohort.event.astype(np.int64) * bins + leave).astype(np.int32)
    labels = cohort.strata.labels if cohort.strata else ("all",)
    return _made(cohort, bins, starts, times, cell, before, kinds, labels)


def _of_days(cohort: Cohort, axis: Axis, kinds: int, every_exit: bool) -> RiskSets | None:
    """The same for whole days by two passes of a kernel."""
    from paget.survival.counting import count_days, place_rows
    from paget.survival.parts import in_parts

    first = axis.first or 0
    days, rows = axis.points, cohort.rows

    def count(low: int, high: int) -> NDArray[np.int64]:
        table = np.zeros((first + days, 1, max(kinds, 2)), dtype=np.int64)
        count_days(cohort.time, cohort.event, np.broadcast_to(np.uint8(0), rows), low, high, table)
        return table

    if first < 0 or first > days + (1 << 16):
        return None
    table = np.sum(in_parts(rows, count, most=2), axis=0)[:, 0]
    marked = table.any(1) if every_exit else table[:, 1] > 0
    rank = np.cumsum(marked).astype(np.int32)
    bins = int(rank[-1]) + 1 if len(rank) else 1
    cell = np.empty(rows, dtype=np.int32)
    in_parts(rows, lambda low, high: place_rows(cohort.time, cohort.event, rank, bins, low, high, cell))
    before = None
    if cohort.entry is not None:
        whole = cohort.entry if cohort.entry.dtype.kind in "iu" else np.floor(cohort.entry).astype(np.int64)
        last = np.clip(whole, -1, len(rank) - 1)
        before = np.append(rank, np.int32(0))[last]
    times = np.concatenate([[np.nan], np.flatnonzero(marked)])
    leaving = np.zeros((kinds, bins))
    place = np.where(np.arange(len(rank)) < first, 0, rank)
    for kind in range(kinds):
        leaving[kind] = np.bincount(place, table[:, kind], minlength=bins)
    return _made(
        cohort, bins, np.zeros(1, dtype=np.intp), times, cell, before, kinds, ("all",), leaving.ravel()
    )


def _made(
    cohort: Cohort,
    bins: int,
    starts: NDArray[np.intp],
    times: Floats,
    cell: NDArray[np.int32],
    before: NDArray[np.int32] | None,
    kinds: int,
    strata: tuple[Any, ...],
    counts: Floats | None = None,
) -> RiskSets:
    had = slice(bins, 2 * bins)
    if counts is None:
        counts = np.bincount(cell, minlength=kinds * bins).astype(np.float64)
    leaving = counts
    if cohort.weights is not None:
        leaving = np.asarray(np.bincount(cell, cohort.weights, minlength=kinds * bins), dtype=float)
    return RiskSets(bins, starts, times, cell, before, counts[had], leaving[had], leaving, kinds, strata)


def _bin(
    key: NDArray[np.intp], marked: NDArray[np.intp], keys: int, stratum: NDArray[np.intp] | None
) -> NDArray[np.intp]:
    """How many marked keys are at or below each key, and one a stratum before."""
    if keys <= TABLE:
        flags = np.zeros(keys + 1, dtype=np.intp)
        flags[marked] = 1
        found = flags.cumsum()[key]
        found = np.where(key < 0, 0, found)
    else:
        found = np.searchsorted(marked, key, side="right")
    return found if stratum is None else found + stratum
