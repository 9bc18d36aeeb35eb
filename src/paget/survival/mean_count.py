"""The mean number of events by a time, when a patient may have more than one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Names, listed, read_cohort
from paget.survival.columns import Columns
from paget.survival.intervals import normal_quantile
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


@dataclass(frozen=True)
class MeanCount:
    """One group's mean number of events.

    Attributes:
        group: label of the group.
        time: (steps,) each time at which somebody leaves or has an event.
        n_risk, n_event: (steps,) under observation just before, and events.
        mean: (steps,) events a patient by then.
        standard_error: (steps,) allowing for the likeness of a patient's events.
        lower, upper: (steps,) interval, on the log scale.
    """

    group: Any
    time: NDArray[Any]
    n_risk: Floats
    n_event: Floats
    mean: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats


@dataclass(frozen=True)
class MeanCounts:
    """Mean numbers of events by group; ``for one in result`` and ``result[label]``.

    Attributes:
        groups_: one a group.
        level: confidence level.
        analysed: who was analysed.
    """

    groups_: tuple[MeanCount, ...]
    level: float
    analysed: Analysed

    def __iter__(self) -> Iterator[MeanCount]:
        return iter(self.groups_)

    def __getitem__(self, group: Any) -> MeanCount:
        for one in self.groups_:
            if one.group == group:
                return one
        there = ", ".join(str(one.group) for one in self.groups_)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    def at(self, times: ArrayLike) -> Any:
        """A row a group and time: mean, standard_error, lower, upper."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        columns: dict[str, Any] = {
            "group": [one.group for one in self.groups_ for _ in wanted],
            "time": np.tile(wanted, len(self.groups_)),
        }
        for name in ("mean", "standard_error", "lower", "upper"):
            parts = []
            for one in self.groups_:
                step = np.searchsorted(one.time, wanted, side="right") - 1
                parts.append(np.where(step < 0, 0.0, getattr(one, name)[np.maximum(step, 0)]))
            columns[name] = np.concatenate(parts)
        return frame(columns)

    def to_frame(self) -> Any:
        """All steps, a row a group and time."""
        names = [name for name in MeanCount.__dataclass_fields__ if name != "group"]
        columns: dict[str, Any] = {"group": [one.group for one in self.groups_ for _ in one.time]}
        columns |= {name: np.concatenate([getattr(o, name) for o in self.groups_]) for name in names}
        return frame(columns)

    def summary(self) -> str:
        """A line a group: events and the mean at the end of follow-up."""
        columns = {
            "group": [str(one.group) for one in self.groups_],
            "events": [float(one.n_event.sum()) for one in self.groups_],
            "mean": [float(one.mean[-1]) for one in self.groups_],
            f"{self.level:.0%} from": [float(one.lower[-1]) for one in self.groups_],
            "to": [float(one.upper[-1]) for one in self.groups_],
            "by": [float(one.time[-1]) for one in self.groups_],
        }
        return f"{text_table(columns)}\n{self.analysed}"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Events a hundred patients by time, with bands, SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing_estimates import draw_mean_counts

        return draw_mean_counts(self, look)


def mean_count(
    data: Any,
    *,
    subject: str,
    entry: str,
    time: str,
    event: str,
    by: Names = None,
    level: float = 0.95,
) -> MeanCounts:
    """The mean number of events a patient by each time.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays: for each patient the
            intervals (entry, time], each ending in an event or not.
        subject: column of who it is.
        entry: column of the beginning of each interval.
        time: column of its end.
        event: column of 1 (an event at the end) and 0.
        by: column or columns whose values are the groups.
        level: confidence level.

    Returns:
        Means by group. Where patients die it is the mean if they did not.

    Raises:
        BadInput: no row, or a column that is missing or cannot be meant.

    The mean is the sum of d/n; its variance the sum over patients of the square of the sum of (dN - Y d/n) /
    n. Source: Lawless JF, Nadeau C. Technometrics 1995;37:158-168.

    >>> rows = {"id": [1, 1, 2], "from": [0, 2, 0], "day": [2, 4, 4], "again": [1, 1, 0]}
    >>> found = mean_count(rows, subject="id", entry="from", time="day", event="again")
    >>> found["all"].mean.tolist()
    [0.5, 1.0]
    """
    columns = Columns(data, [subject, entry, time, event, *listed(by)])
    cohort = read_cohort(columns, time=time, event=event, entry=entry, groups=by, cluster=subject)
    if not cohort.rows or cohort.clusters is None or cohort.entry is None:
        raise BadInput("no row is complete", where=str(cohort.analysed))
    axis = Axis.of(cohort.time, cohort.entry)
    leave, enter = axis.at(cohort.time), axis.after(cohort.entry, cohort.time)
    labels = ("all",) if cohort.groups is None else cohort.groups.labels
    places = np.zeros(cohort.rows, dtype=int) if cohort.groups is None else cohort.groups.codes
    event_ = cohort.event == 1
    z = normal_quantile(level)
    found = []
    for place, label in enumerate(labels):
        here = places == place
        if not here.any():
            continue
        risk, died, mean, variance = _steps(
            leave[here], enter[here], event_[here], cohort.clusters.codes[here], axis.points
        )
        used = np.unique(leave[here])
        mean, se = mean[used], np.sqrt(variance[used])
        with np.errstate(divide="ignore", invalid="ignore"):
            factor = np.exp(np.where(mean > 0, z * se / mean, 0.0))
        found.append(
            MeanCount(label, axis.times[used], risk[used], died[used], mean, se, mean / factor, mean * factor)
        )
    return MeanCounts(tuple(found), level, cohort.analysed)


def _steps(
    leave: NDArray[np.intp], enter: NDArray[np.intp], event: Any, who: Any, points: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """At risk, events, mean and variance at each point; a patient's moves of the mean are summed at once."""
    entering = np.bincount(enter, minlength=points + 1)[:points].cumsum()
    leaving = np.bincount(leave, minlength=points)
    risk = (entering - leaving.cumsum() + leaving).astype(float)
    died = np.bincount(leave, event, minlength=points).astype(float)
    share = np.where(risk > 0, 1.0 / np.maximum(risk, 1.0), 0.0)
    spent = np.concatenate([[0.0], np.cumsum(died * share * share)])
    variance = np.zeros(points)
    order = np.argsort(who, kind="stable")
    for rows in np.split(order, np.flatnonzero(np.diff(who[order])) + 1):
        moved = np.zeros(points)
        for row in rows:
            first, last = enter[row], leave[row]
            moved[first : last + 1] -= spent[first + 1 : last + 2] - spent[first]
            moved[last + 1 :] -= spent[last + 1] - spent[first]
            if event[row]:
                moved[last:] += share[last]
        variance += moved**2
    return risk, died, np.cumsum(died * share).astype(float), variance
