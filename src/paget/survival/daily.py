"""A table with a row a day: who leaves under observation, and how; the estimators need no more.

"Bin, don't sort." With time in whole days, Kaplan-Meier, log-rank, Aalen-Johansen and their variances are
sums over days, so the rows are read once, in any order. Tables of parts add up to the table of the whole,
whether the parts are threads, row groups of a file or machines of a cluster.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Cohort, Names, listed, read_cohort
from paget.survival.columns import Codes, Columns
from paget.survival.parts import in_parts
from paget.survival.results import Analysed, Floats

DAYS = 1 << 14
"""The days (44 years) for which a table is tried before the largest time is known."""

CHUNK = 1 << 18
"""Rows placed at a time on the way that works for every kind of time."""


@dataclass(frozen=True)
class TableRows:
    """Rows by their places in a table.

    Attributes:
        group, leave, kind, enter: (rows,) group, point of exit, kind of exit, first point at risk.
        square: (rows,) squared weights.
    """

    group: NDArray[np.intp]
    leave: NDArray[np.intp]
    kind: NDArray[np.intp]
    enter: NDArray[np.intp]
    square: Floats

    def of_group(self, place: int) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.intp], Floats]:
        """Exit, kind, entry and squared weight of the rows of a group."""
        here = self.group == place
        return self.leave[here], self.kind[here], self.enter[here], self.square[here]

    def later(self, points: int) -> TableRows:
        """The rows in a table that begins so many points earlier."""
        return replace(self, leave=self.leave + points, enter=self.enter + points)

    def __add__(self, other: TableRows) -> TableRows:
        fields = TableRows.__dataclass_fields__
        return TableRows(*(np.concatenate([getattr(self, f), getattr(other, f)]) for f in fields))


@dataclass(frozen=True)
class DailyTable:
    """Exits and entries by group, kind and point of time.

    Attributes:
        times: (points,) days, or the distinct times; with strata those of each stratum after the other.
        bounds: (strata + 1,) where each stratum begins in ``times``.
        groups: labels of the groups.
        causes: labels of the kinds of event.
        exits: (groups, 1 + causes, points) sums of weights of those who leave; the first kind is censoring.
        entries: (groups, points) sums of weights of those at risk from that point on, or None when all are
            from the start.
        squares: exits of squared weights, when there are weights.
        fractional: whether a weight is not a whole number, so that weights do not count rows.
        rows: each row's exit, kind, entry and squared weight, kept for the influence when there are entries.
        first: the first day when the points are consecutive days.
        analysed: rows given, set aside and used.
    """

    times: NDArray[Any]
    bounds: NDArray[np.intp]
    groups: tuple[Any, ...]
    causes: tuple[Any, ...]
    exits: Floats
    entries: Floats | None
    squares: Floats | None
    fractional: bool
    rows: TableRows | None
    first: int | None
    analysed: Analysed

    @cached_property
    def at_risk(self) -> Floats:
        """(groups, points) the sum of weights under observation just before each point."""
        return self.standing(self.exits, self.entries)

    @cached_property
    def events(self) -> Floats:
        """(groups, points) events of any kind."""
        return np.asarray(self.exits[:, 1:].sum(1))

    def standing(self, exits: Floats, entries: Floats | None) -> Floats:
        """Those who leave at each point or later, without those who enter after it."""
        leaving = from_here_on(exits.sum(1), self.bounds)
        if entries is None:
            return leaving
        return leaving - (from_here_on(entries, self.bounds) - entries)

    def after(self, time: float) -> DailyTable:
        """The table of those who are under observation after a time, from there on; without strata."""
        first = int(np.searchsorted(self.times, time, side="right"))
        entries = rows = None
        if self.entries is not None:
            entries = self.entries[:, first:].copy()
            if entries.shape[1]:
                entries[:, 0] = self.at_risk[:, first]
        if self.rows is not None:
            kept = self.rows.leave >= first
            group, leave, kind, enter, square = (
                getattr(self.rows, name)[kept] for name in TableRows.__dataclass_fields__
            )
            rows = TableRows(group, leave - first, kind, np.maximum(enter - first, 0), square)
        return replace(
            self,
            times=self.times[first:],
            bounds=np.array([0, len(self.times) - first]),
            exits=self.exits[:, :, first:],
            entries=entries,
            squares=None if self.squares is None else self.squares[:, :, first:],
            rows=rows,
            first=None if self.first is None else self.first + first,
        )

    def __add__(self, other: DailyTable) -> DailyTable:
        """The table of both sets of rows together."""
        if self.first is None or other.first is None or len(self.bounds) > 2 or len(other.bounds) > 2:
            raise BadInput("only tables of whole days without strata can be added")
        if (self.groups, self.causes) != (other.groups, other.causes):
            raise BadInput("the tables have other groups or causes", mend="make them with the same labels")
        first, last = min(self.first, other.first), max(self.times[-1], other.times[-1])
        wide = [table._between(first, int(last)) for table in (self, other)]
        excluded = dict(self.analysed.excluded)
        for reason, number in other.analysed.excluded.items():
            excluded[reason] = excluded.get(reason, 0) + number
        one, two = wide
        return replace(
            one,
            exits=one.exits + two.exits,
            entries=_sum(one.entries, two.entries),
            squares=_sum(one.squares, two.squares),
            fractional=one.fractional or two.fractional,
            rows=one.rows and two.rows and one.rows + two.rows,
            analysed=Analysed(self.analysed.rows + other.analysed.rows, excluded),
        )

    def _between(self, first: int, last: int) -> DailyTable:
        before, after = int(self.times[0]) - first, last - int(self.times[-1])

        def wider(array: Floats | None) -> Floats | None:
            return None if array is None else np.pad(array, [(0, 0)] * (array.ndim - 1) + [(before, after)])

        exits = wider(self.exits)
        assert exits is not None  # noqa: S101 - exits are always there
        return replace(
            self,
            times=np.arange(first, last + 1),
            bounds=np.array([0, last - first + 1]),
            exits=exits,
            entries=wider(self.entries),
            squares=wider(self.squares),
            rows=self.rows and self.rows.later(before),
            first=first,
        )


def _sum(one: Floats | None, two: Floats | None) -> Floats | None:
    if (one is None) != (two is None):
        raise BadInput("one table has entries or weights and the other has none")
    return None if one is None or two is None else one + two


def from_here_on(values: NDArray[Any], bounds: NDArray[np.intp]) -> Floats:
    """Sums from each point to the last of its stratum.

    >>> from_here_on(np.array([1.0, 2.0, 4.0]), np.array([0, 2, 3])).tolist()
    [3.0, 2.0, 4.0]
    """
    sums = values[..., ::-1].cumsum(-1)[..., ::-1]
    if len(bounds) > 2:
        after = np.concatenate([sums, np.zeros((*sums.shape[:-1], 1))], -1)[..., bounds[1:]]
        sums = sums - np.repeat(after, np.diff(bounds), -1)
    return sums


def daily_table(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    strata: Names = None,
    causes: bool = False,
) -> DailyTable:
    """Count the rows of a dataframe into a table with a row a day.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of the end of observation, in days as a rule.
        event: column of 0 (censored) and 1, or of causes with null or 0 for censored.
        entry: column of the day after which a row is under observation (delayed entry).
        weights: column of case weights.
        by: column or columns whose values are the groups.
        strata: column or columns within whose values the risk sets lie.
        causes: whether ``event`` holds causes.

    Returns:
        The table; tables of parts of the rows can be added.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    >>> table = daily_table({"day": [3, 5, 5], "died": [1, 0, 1]}, time="day", event="died")
    >>> table.at_risk.tolist()
    [[3.0, 2.0, 2.0]]
    """
    names = [time, event, entry, weights, *listed(by), *listed(strata)]
    columns = Columns(data, names)
    roles: dict[str, Any] = {"time": time, "event": event, "entry": entry, "weights": weights}
    roles |= {"groups": by, "strata": strata, "causes": causes}
    if entry is None and weights is None and not strata:
        quick = _counted(read_cohort(columns, **roles, check=False))
        if quick is not None:
            return quick
    return tabled(read_cohort(columns, **roles))


def _counted(cohort: Cohort) -> DailyTable | None:
    """The table by a kernel over the columns as they are; None when a row has no cell in it."""
    if not cohort.rows or cohort.time.dtype.kind not in "iu" or cohort.event.dtype.kind not in "iu":
        return None
    from paget.survival.counting import count_days

    group: NDArray[Any] = cohort.groups.codes if cohort.groups else np.broadcast_to(np.uint8(0), cohort.rows)
    groups = len(cohort.groups.labels) if cohort.groups else 1
    shape = (DAYS, groups, 1 + len(cohort.causes))

    def work(low: int, high: int) -> NDArray[np.int64] | None:
        table = np.zeros(shape, dtype=np.int64)
        return table if count_days(cohort.time, cohort.event, group, low, high, table) else None

    parts = in_parts(cohort.rows, work, most=2)
    if any(part is None for part in parts):
        return None
    whole = np.sum([part for part in parts if part is not None], axis=0)
    days = np.flatnonzero(whole.any(axis=(1, 2)))
    first, last = int(days[0]), int(days[-1])
    exits = whole[first : last + 1].transpose(1, 2, 0).astype(np.float64)
    axis = Axis(np.arange(first, last + 1), first)
    return _with_groups(cohort, axis.times, np.array([0, axis.points]), exits, None, None, None, first)


def tabled(cohort: Cohort, axis: Axis | None = None) -> DailyTable:
    """The table of a cohort of any kind of time, with entries, weights and strata."""
    axis = axis or Axis.of(cohort.time, cohort.entry)
    groups = len(cohort.groups.labels) if cohort.groups else 1
    kinds = 1 + len(cohort.causes)
    place, column, bounds, times, first = _columns_of(cohort, axis)
    points = len(times)
    exits = _sums(cohort, (groups, kinds, points), lambda rows: (_code(cohort, rows) * points) + place(rows))
    entries = squares = rows = None
    if cohort.entry is not None:
        entries = _sums(cohort, (groups, points), lambda rows: _group(cohort, rows) * points + column(rows))
        every = slice(None)
        square = np.ones(cohort.rows) if cohort.weights is None else cohort.weights**2
        kind = cohort.event.astype(np.intp)
        rows = TableRows(_group(cohort, every), place(every), kind, column(every), square)
    if cohort.weights is not None:
        twice = replace(cohort, weights=cohort.weights**2)
        squares = _sums(
            twice, (groups, kinds, points), lambda rows: _code(cohort, rows) * points + place(rows)
        )
    return _with_groups(cohort, times, bounds, exits, entries, squares, rows, first)


Places = Callable[[slice], NDArray[np.intp]]


def _columns_of(
    cohort: Cohort, axis: Axis
) -> tuple[Places, Places, NDArray[np.intp], NDArray[Any], int | None]:
    """For each row the columns of its exit and entry; where strata begin; the time of each column."""

    def ends(rows: slice) -> NDArray[np.intp]:
        return axis.at(cohort.time[rows])

    def starts(rows: slice) -> NDArray[np.intp]:
        return (
            axis.after(cohort.entry[rows], cohort.time[rows])
            if cohort.entry is not None
            else np.zeros(0, dtype=np.intp)
        )

    if cohort.strata is None:
        return ends, starts, np.array([0, axis.points]), axis.times, axis.first
    every = slice(None)
    stratum = cohort.strata.codes.astype(np.intp)
    keys = stratum * axis.points + axis.at(cohort.time)
    used = np.unique(keys)
    bounds = np.searchsorted(used, np.arange(len(cohort.strata.labels) + 1) * axis.points)
    column_of_exit = np.searchsorted(used, keys)
    column_of_entry = (
        np.searchsorted(used, stratum * axis.points + starts(every)) if cohort.entry is not None else keys
    )
    return (
        lambda rows: column_of_exit[rows],
        lambda rows: column_of_entry[rows],
        bounds,
        axis.times[used % max(axis.points, 1)],
        None,
    )


def _group(cohort: Cohort, rows: slice) -> NDArray[np.intp]:
    if cohort.groups is None:
        return np.zeros(len(cohort.time[rows]), dtype=np.intp)
    return cohort.groups.codes[rows].astype(np.intp)


def _code(cohort: Cohort, rows: slice) -> NDArray[np.intp]:
    return _group(cohort, rows) * (1 + len(cohort.causes)) + cohort.event[rows].astype(np.intp)


def _sums(cohort: Cohort, shape: tuple[int, ...], cells: Places) -> Floats:
    """Sums of weights by cell, a chunk of rows at a time."""
    size = int(np.prod(shape))
    total = np.zeros(size)
    step = max(CHUNK, size)
    for low in range(0, cohort.rows, step):
        rows = slice(low, low + step)
        weights = None if cohort.weights is None else cohort.weights[rows]
        total += np.bincount(cells(rows), weights, minlength=size)
    return total.reshape(shape)


def _with_groups(
    cohort: Cohort,
    times: NDArray[Any],
    bounds: NDArray[np.intp],
    exits: Floats,
    entries: Floats | None,
    squares: Floats | None,
    rows: TableRows | None,
    first: int | None,
) -> DailyTable:
    """The table with the groups that have a row."""
    groups: Codes | None = cohort.groups
    labels = groups.labels if groups else ("all",)
    there = np.flatnonzero(exits.any(axis=(1, 2)))
    if len(there) < len(labels) and cohort.rows:
        labels = tuple(labels[int(place)] for place in there)
        exits = exits[there]
        entries = None if entries is None else entries[there]
        squares = None if squares is None else squares[there]
        rows = rows and replace(rows, group=np.searchsorted(there, rows.group))
    fractional, analysed = cohort.fractional, cohort.analysed
    return DailyTable(
        times, bounds, labels, cohort.causes, exits, entries, squares, fractional, rows, first, analysed
    )
