"""Aalen-Johansen: the probability of each kind of event by a time, when one precludes the others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.daily import DailyTable, daily_table
from paget.survival.influence import incidence_variance, steps_of
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


VALUES = ("incidence", "standard_error", "lower", "upper")


@dataclass(frozen=True)
class Incidence:
    """One group's cumulative incidences.

    Attributes:
        group: label of the group.
        causes: labels of the kinds of event.
        time: (steps,) each time at which somebody leaves.
        n_risk: sum of weights under observation just before.
        n_event: (causes, steps) sums of weights of events.
        n_censor: sum of weights of those censored.
        event_free: probability of no event yet.
        event_free_se: its standard error.
        incidence: (causes, steps) probability of the event by then.
        standard_error: (causes, steps).
        lower, upper: (causes, steps) interval.
    """

    group: Any
    causes: tuple[Any, ...]
    time: NDArray[Any]
    n_risk: Floats
    n_event: Floats
    n_censor: Floats
    event_free: Floats
    event_free_se: Floats
    incidence: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats

    def of(self, cause: Any) -> Floats:
        """(steps,) the incidence of a cause."""
        return np.asarray(self.incidence[self._place(cause)])

    def standard_error_of(self, cause: Any) -> Floats:
        """(steps,) the standard error of the incidence of a cause."""
        return np.asarray(self.standard_error[self._place(cause)])

    def _place(self, cause: Any) -> int:
        if cause not in self.causes:
            raise BadInput(
                "no such cause", where=str(cause), mend=f"there are {', '.join(map(str, self.causes))}"
            )
        return self.causes.index(cause)


@dataclass(frozen=True)
class Incidences:
    """Cumulative incidences by group.

    Attributes:
        groups_: one a group; ``for one in result`` and ``result[label]``.
        conf_type: scale of the intervals.
        level: their confidence level.
        analysed: who was analysed.
        table: the table with a row a day that they come from; Gray's test uses it too.
    """

    groups_: tuple[Incidence, ...]
    conf_type: ConfType
    level: float
    analysed: Analysed
    table: DailyTable

    def __iter__(self) -> Iterator[Incidence]:
        return iter(self.groups_)

    def __len__(self) -> int:
        return len(self.groups_)

    def __getitem__(self, group: Any) -> Incidence:
        for one in self.groups_:
            if one.group == group:
                return one
        there = ", ".join(str(one.group) for one in self.groups_)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    @property
    def groups(self) -> tuple[Any, ...]:
        """Labels of the groups."""
        return tuple(one.group for one in self.groups_)

    @property
    def causes(self) -> tuple[Any, ...]:
        """Labels of the kinds of event."""
        return self.table.causes

    def at(self, times: ArrayLike) -> Any:
        """Incidences with intervals at given times, a row a group, cause and time."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        parts: list[dict[str, Any]] = []
        for one in self.groups_:
            step = np.searchsorted(one.time, wanted, side="right") - 1
            for k, cause in enumerate(one.causes):
                values = (one.incidence[k], one.standard_error[k], one.lower[k], one.upper[k])
                found = [
                    np.where(step < 0, 0.0, v[np.maximum(step, 0)]) if len(v) else wanted * 0 for v in values
                ]
                parts.append(_part(one, cause, wanted, found))
        return _frame(parts)

    def to_frame(self) -> Any:
        """All steps, a row a group, cause and time; the event-free probability in each."""
        parts = []
        for one in self.groups_:
            for k, cause in enumerate(one.causes):
                found = [one.incidence[k], one.standard_error[k], one.lower[k], one.upper[k]]
                more = {"n_risk": one.n_risk, "n_event": one.n_event[k], "event_free": one.event_free}
                parts.append(_part(one, cause, one.time, found) | more)
        return _frame(parts)

    def summary(self) -> str:
        """A line a group and cause: events and the incidence at the end of follow-up."""
        rows = [(one, k, cause) for one in self.groups_ for k, cause in enumerate(one.causes)]
        columns = {
            "group": [str(one.group) for one, _, _ in rows],
            "cause": [str(cause) for _, _, cause in rows],
            "events": [float(one.n_event[k].sum()) for one, k, _ in rows],
            "incidence": [float(one.incidence[k][-1]) if len(one.time) else 0.0 for one, k, _ in rows],
            "by": [float(one.time[-1]) if len(one.time) else float("nan") for one, _, _ in rows],
        }
        return f"{text_table(columns)}\n{self.analysed}; interval {self.conf_type}"

    def __str__(self) -> str:
        return self.summary()

    def plot(
        self,
        *,
        cause: Any = None,
        stacked: bool = False,
        group: Any = None,
        free: str = "no event yet",
        **look: Unpack[Look],
    ) -> Drawn:
        """The incidences with bands, and the table of at risk, censored and events, as SVG.

        Args:
            cause: the one that is drawn, a curve a group; default: all.
            stacked: all causes of one group on top of each other, up to 100.
            group: of a stack; needed when there are several.
            free: name of those without an event in a stack.
            look: how it is drawn; see :class:`paget.survival.look.Look`.

        Raises:
            BadInput: no event was observed.

        >>> rows = {"day": [100, 200, 400], "what": ["relapse", None, "death"]}
        >>> aalen_johansen(rows, time="day", event="what").plot(cause="death").title
        'Cumulative incidence by time'
        """
        if not self.causes:
            raise BadInput("no event was observed, so there is nothing to draw", where=str(self.analysed))
        from paget.survival.drawing import draw_incidences, draw_stacked

        if stacked:
            return draw_stacked(self, group, free, look)
        return draw_incidences(self, cause, look)


def _part(one: Incidence, cause: Any, times: Any, found: Sequence[Any]) -> dict[str, Any]:
    first = {
        "group": [one.group] * len(times),
        "cause": [cause] * len(times),
        "time": np.asarray(times, dtype=float),
    }
    return first | dict(zip(VALUES, found, strict=True))


def _frame(parts: Sequence[dict[str, Any]]) -> Any:
    parts = parts or [{"group": [], "cause": [], **{name: np.zeros(0) for name in ("time", *VALUES)}}]
    columns: dict[str, Any] = {}
    for name in parts[0]:
        values = [part[name] for part in parts]
        listed = isinstance(values[0], list)
        columns[name] = [one for value in values for one in value] if listed else np.concatenate(values)
    return frame(columns)


def aalen_johansen(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
) -> Incidences:
    """Cumulative incidence of each cause, by group, with standard errors.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of days (or another unit) to the first event or censoring.
        event: column of causes, text or whole numbers; null or 0 is censored. A cause named like censoring
            ("censored", "none") is refused.
        entry: column of the time after which a row is under observation.
        weights: column of case weights above 0; the variance takes their squares.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval.
        level: confidence level.

    Returns:
        Incidences that print, give a frame and tell the value at any time. Incidences and the event-free
        probability add up to 1.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    With S the event-free probability just before, dF_k = S d_k / n at each time [1]_; the variance is the
    infinitesimal jackknife's, as in R ``survfit``. 1 - Kaplan-Meier, other causes censored, is not a
    probability of anything that happens and is not offered.

    .. [1] Aalen OO, Johansen S. Scand J Stat 1978;5:141-150.

    >>> data = {"day": [1, 2, 3, 4], "what": ["relapse", "death", None, "relapse"]}
    >>> [float(x) for x in aalen_johansen(data, time="day", event="what")["all"].of("relapse")]
    [0.25, 0.25, 0.25, 0.75]
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by, causes=True)
    return incidences_of(table, conf_type, level)


def incidences_of(table: DailyTable, conf_type: ConfType = "log-log", level: float = 0.95) -> Incidences:
    """The same from a table with a row a day; see :func:`aalen_johansen`."""
    if len(table.bounds) > 2:
        raise BadInput("an incidence has groups, not strata", mend="name the column in by=")
    found = []
    for place, group in enumerate(table.groups):
        steps = steps_of(table, place)
        free, spread = incidence_variance(table, place, steps)
        left = table.exits[place].any(0)
        se = np.sqrt(spread[:, left]) if len(table.causes) else np.zeros((0, int(left.sum())))
        lower, upper = interval(steps.incidence[:, left], se, conf_type, level)
        found.append(
            Incidence(
                group,
                table.causes,
                table.times[left],
                steps.risk[left],
                table.exits[place, 1:][:, left],
                table.exits[place, 0][left],
                steps.survival[left],
                np.sqrt(free[left]),
                steps.incidence[:, left],
                se,
                lower,
                upper,
            )
        )
    return Incidences(tuple(found), conf_type, level, table.analysed, table)
