"""Cutting observation into episodes: at days, at a change of state, from a landmark on.

What the remedies for immortal time are made of. Each function gives back columns and the place of the row
that each episode comes from, so that other columns follow by indexing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Cohort, read_cohort
from paget.survival.columns import Columns
from paget.survival.results import Analysed, Floats, frame


@dataclass(frozen=True)
class Episodes:
    """Rows (entry, time] with what happens at their end.

    Attributes:
        row: place in the data of the row that each episode comes from.
        entry: its beginning.
        time: its end.
        event: 1 when the event happens at its end.
        number: of the episode within its row, from 0.
        changed: whether the change of state has happened before it (for :func:`until_change`), else False.
        analysed: rows given, set aside and used.
    """

    row: NDArray[np.intp]
    entry: NDArray[Any]
    time: NDArray[Any]
    event: NDArray[np.int8]
    number: NDArray[np.intp]
    changed: NDArray[np.bool_]
    analysed: Analysed

    def to_frame(self) -> Any:
        """A row an episode."""
        names = ("row", "entry", "time", "event", "number", "changed")
        return frame({name: getattr(self, name) for name in names})


def split_at(
    data: Any, *, time: str, event: str, days: Sequence[float], entry: str | None = None
) -> Episodes:
    """Cut each row at the days that fall within it; nothing is changed by that but what may differ after.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days to event or censoring.
        event: column of 1 (event) and 0 (censored).
        days: where to cut.
        entry: column of the day after which a row is under observation.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    >>> found = split_at({"day": [10, 3], "died": [1, 0]}, time="day", event="died", days=[5])
    >>> found.row.tolist(), found.entry.tolist(), found.time.tolist(), found.event.tolist()
    ([0, 0, 1], [0, 5, 0], [5, 10, 3], [0, 1, 0])
    """
    cohort = read_cohort(Columns(data, [time, event, entry]), time=time, event=event, entry=entry)
    row, begin, end, happened, number = pieces_of(cohort, np.unique(np.asarray(days)))
    kept = row if cohort.kept is None else cohort.kept[row]
    return Episodes(kept, begin, end, happened, number, np.zeros(len(row), dtype=bool), cohort.analysed)


def pieces_of(
    cohort: Cohort, cuts: NDArray[Any]
) -> tuple[NDArray[np.intp], NDArray[Any], NDArray[Any], NDArray[np.int8], NDArray[np.intp]]:
    """The pieces of rows cut at increasing days: row, beginning, end, event, number within the row."""
    start = np.zeros_like(cohort.time) if cohort.entry is None else cohort.entry
    first, last = np.searchsorted(cuts, start, side="right"), np.searchsorted(cuts, cohort.time, side="left")
    pieces = np.maximum(last - first, 0) + 1
    row = np.repeat(np.arange(cohort.rows), pieces)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    inner = np.append(cuts, 0)
    begin = np.where(number == 0, start[row], inner[np.minimum(first[row] + number - 1, len(cuts))])
    ends = number == pieces[row] - 1
    end = np.where(ends, cohort.time[row], inner[np.minimum(first[row] + number, len(cuts))])
    return row, begin, end, (ends & (cohort.event[row] == 1)).astype(np.int8), number


def until_change(
    data: Any, *, time: str, event: str, change: str, entry: str | None = None, tie: float = 0.5
) -> Episodes:
    """Cut each row where its state changes, so that time before the change counts as time before it.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days to event or censoring.
        event: column of 1 (event) and 0 (censored).
        change: column of the day of the change; null when there was none by the end.
        entry: column of the day after which a row is under observation.
        tie: a change on the day of the end is taken to be so much earlier; 0 takes it as not seen.

    Returns:
        Episodes with ``changed``; use it as a covariate with ``entry``. Source: Mantel N, Byar DP. J Am Stat
        Assoc 1974;69:81-86.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    >>> rows = {"day": [10, 8], "died": [1, 1], "operated": [4, None]}
    >>> found = until_change(rows, time="day", event="died", change="operated")
    >>> found.time.tolist(), found.changed.tolist()
    ([4.0, 10.0, 8.0], [False, True, False])
    """
    columns = Columns(data, [time, event, change, entry])
    cohort = read_cohort(columns, time=time, event=event, entry=entry)
    days = columns.numbers(change)[0].astype(float)
    days = days if cohort.kept is None else days[cohort.kept]
    end = cohort.time.astype(float)
    start = np.zeros(cohort.rows) if cohort.entry is None else cohort.entry.astype(float)
    days = np.where(days == end, end - tie if tie else np.nan, days)
    within, before = (days > start) & (days < end), days <= start
    pieces = 1 + within
    row = np.repeat(np.arange(cohort.rows), pieces)
    number = np.arange(len(row)) - np.repeat(np.cumsum(pieces) - pieces, pieces)
    last = number == pieces[row] - 1
    begin = np.where(number == 0, start[row], days[row])
    ends = np.where(last, end[row], days[row])
    happened = (last & (cohort.event[row] == 1)).astype(np.int8)
    kept = row if cohort.kept is None else cohort.kept[row]
    return Episodes(kept, begin, ends, happened, number, (number == 1) | before[row], cohort.analysed)


@dataclass(frozen=True)
class Landmark:
    """Those still under observation at a landmark, with time counted from there.

    Attributes:
        row: places of the rows in the data.
        time: from the landmark on.
        event: 1 for the event.
        changed: whether the change had happened by the landmark.
        day: the landmark.
        excluded: rows that ended by the landmark.
        analysed: rows given, set aside and used before the landmark.
    """

    row: NDArray[np.intp]
    time: Floats
    event: NDArray[np.int8]
    changed: NDArray[np.bool_]
    day: float
    excluded: int
    analysed: Analysed

    def to_frame(self) -> Any:
        """A row a patient."""
        return frame({name: getattr(self, name) for name in ("row", "time", "event", "changed")})


def landmark(data: Any, *, time: str, event: str, change: str, day: float) -> Landmark:
    """Group by what had happened by a day, among those still under observation after it.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days to event or censoring.
        event: column of 1 (event) and 0 (censored).
        change: column of the day of the change; null when there was none.
        day: the landmark, from the origin.

    Raises:
        BadInput: a landmark below 0, nobody left after it, or a column that cannot be meant.

    Source: Anderson JR, Cain KC, Gelber RD. J Clin Oncol 1983;1:710-719.

    >>> rows = {"day": [10, 8, 3], "died": [1, 0, 1], "operated": [4, None, 2]}
    >>> found = landmark(rows, time="day", event="died", change="operated", day=5)
    >>> found.time.tolist(), found.changed.tolist(), found.excluded
    ([5.0, 3.0], [True, False], 1)
    """
    if day < 0:
        raise BadInput("a landmark before the origin", where="day")
    columns = Columns(data, [time, event, change])
    cohort = read_cohort(columns, time=time, event=event)
    days = columns.numbers(change)[0].astype(float)
    days = days if cohort.kept is None else days[cohort.kept]
    here = np.flatnonzero(cohort.time > day)
    if not len(here):
        raise BadInput("nobody is under observation after the landmark", where=f"day {day:g}")
    kept = here if cohort.kept is None else cohort.kept[here]
    later = cohort.time[here].astype(float) - day
    event_ = (cohort.event[here] == 1).astype(np.int8)
    changed = days[here] <= day
    return Landmark(kept, later, event_, changed, float(day), cohort.rows - len(here), cohort.analysed)
