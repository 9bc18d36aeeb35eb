"""Aalen-Johansen for several states: the probability of being in each as patients move on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Names, listed, read_cohort
from paget.survival.columns import Codes, Columns
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

START = "(start)"


@dataclass(frozen=True)
class StateProbabilities:
    """One group's state probabilities.

    Attributes:
        group: label of the group.
        states: labels, the starting state first.
        time: (steps,) each time at which somebody moves or leaves.
        probability: (states, steps).
        standard_error: (states, steps).
        lower: (states, steps).
        upper: (states, steps).
    """

    group: Any
    states: tuple[Any, ...]
    time: NDArray[Any]
    probability: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats

    def at(self, times: ArrayLike) -> Floats:
        """(states, times) probabilities at given times."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        step = np.searchsorted(self.time, wanted, side="right") - 1
        first = (np.arange(len(self.states)) == 0).astype(float)[:, None]
        return np.where(step < 0, first, self.probability[:, np.maximum(step, 0)])


@dataclass(frozen=True)
class MultiState:
    """State probabilities by group; ``for one in result`` and ``result[label]``.

    Attributes:
        groups_: one a group.
        analysed: who was analysed.
    """

    groups_: tuple[StateProbabilities, ...]
    analysed: Analysed

    def __iter__(self) -> Iterator[StateProbabilities]:
        return iter(self.groups_)

    def __getitem__(self, group: Any) -> StateProbabilities:
        for one in self.groups_:
            if one.group == group:
                return one
        there = ", ".join(str(one.group) for one in self.groups_)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    def to_frame(self) -> Any:
        """All steps, a row a group, state and time."""
        parts = [(one, k) for one in self.groups_ for k in range(len(one.states))]
        columns: dict[str, Any] = {
            "group": [one.group for one, _ in parts for _ in one.time],
            "state": [one.states[k] for one, k in parts for _ in one.time],
            "time": np.concatenate([one.time for one, _ in parts]),
        }
        for name in ("probability", "standard_error", "lower", "upper"):
            columns[name] = np.concatenate([getattr(one, name)[k] for one, k in parts])
        return frame(columns)

    def summary(self) -> str:
        """A line a group and state: the probability at the end of follow-up."""
        parts = [(one, k) for one in self.groups_ for k in range(len(one.states))]
        columns = {
            "group": [str(one.group) for one, _ in parts],
            "state": [str(one.states[k]) for one, k in parts],
            "probability": [float(one.probability[k, -1]) for one, k in parts],
            "by": [float(one.time[-1]) for one, _ in parts],
        }
        return f"{text_table(columns)}\n{self.analysed}"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, *, group: Any = None, **look: Unpack[Look]) -> Drawn:
        """The states of a group stacked over time, as SVG.

        Args:
            group: needed when there are several.
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_states

        return draw_states(self, group, look)


def multi_state(
    data: Any,
    *,
    subject: str,
    entry: str,
    time: str,
    to: str,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log",
    level: float = 0.95,
) -> MultiState:
    """The probability of being in each state, from rows (entry, time] that end in a move or in nothing.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays: the intervals of each
            subject, one after the other.
        subject: column of who it is.
        entry: column of the beginning of the interval; who begins late is in the start state until then
            unseen.
        time: column of its end.
        to: column of the state entered at the end; null for none.
        weights: column of case weights.
        by: column or columns whose values are the groups; a subject is in one.
        conf_type: scale of the interval.
        level: confidence level.

    Returns:
        Probabilities by group; all begin in the state ``(start)``.

    Raises:
        BadInput: intervals of a subject that overlap or leave a gap, or a column that cannot be meant.

    p(t) = p(t-) (I + dA), dA the moves over those in each state [1]_; the variance is the infinitesimal
    jackknife's over subjects, as in R ``survfit`` with id. Its cost is subjects times times.

    .. [1] Andersen PK et al. Statistical Models Based on Counting Processes. Springer 1993, section IV.4.

    >>> data = {"id": [1, 1, 2], "from": [0, 2, 0], "day": [2, 5, 4], "to": ["ill", "dead", None]}
    >>> found = multi_state(data, subject="id", entry="from", time="day", to="to")["all"]
    >>> found.states, found.at([3]).ravel().tolist()
    (('(start)', 'dead', 'ill'), [0.5, 0.0, 0.5])
    """
    columns = Columns(data, [subject, entry, time, to, weights, *listed(by)])
    cohort = read_cohort(
        columns, time=time, event=to, entry=entry, weights=weights, groups=by, cluster=subject, causes=True
    )
    if cohort.clusters is None or cohort.entry is None or not cohort.rows:
        raise BadInput("there are no rows", where=subject)
    order = np.lexsort((cohort.time, cohort.clusters.codes))
    who = cohort.clusters.codes[order]
    start, end, move = cohort.entry[order], cohort.time[order], cohort.event[order].astype(np.int64)
    first = np.concatenate([[True], who[1:] != who[:-1]])
    joined = np.concatenate([[True], start[1:] == end[:-1]])
    if not (first | joined).all():
        where = f"{int((~(first | joined)).sum())} rows of {subject}"
        raise BadInput(
            "the intervals of a subject overlap or leave a gap", where=where, mend="make them adjoin"
        )
    state = _standing(who, move)
    groups = cohort.groups or Codes(np.zeros(cohort.rows, dtype=np.int32), ("all",))
    weight = np.ones(cohort.rows) if cohort.weights is None else cohort.weights
    states = (START, *cohort.causes)
    found = []
    for place, label in enumerate(groups.labels):
        here = groups.codes[order] == place
        if here.any():
            rows = (start[here], end[here], state[here], move[here], weight[order][here], who[here])
            time_, p, variance = _probabilities(*rows, len(states))
            se = np.sqrt(variance)
            found.append(StateProbabilities(label, states, time_, p, se, *interval(p, se, conf_type, level)))
    return MultiState(tuple(found), cohort.analysed)


def _standing(who: NDArray[Any], move: NDArray[np.int64]) -> NDArray[np.int64]:
    """The state in which each row is spent: 0 at first, then that of the last move."""
    state = np.zeros(len(who), dtype=np.int64)
    for row in range(1, len(who)):
        if who[row] == who[row - 1]:
            state[row] = move[row - 1] or state[row - 1]
    return state


def _probabilities(
    start: NDArray[Any],
    end: NDArray[Any],
    state: NDArray[np.int64],
    move: NDArray[np.int64],
    weight: Floats,
    who: NDArray[Any],
    states: int,
) -> tuple[NDArray[Any], Floats, Floats]:
    from paget.survival.multi_state_kernel import walk

    axis = Axis.of(end)
    leave, enter = axis.at(end).astype(np.int64), axis.after(start, end).astype(np.int64)
    subject = np.unique(who, return_inverse=True)[1].astype(np.int64)
    p, variance = walk(leave, enter, state, move, weight, subject, states, axis.points)
    used = np.zeros(axis.points, dtype=bool)
    used[leave] = True
    return axis.times[used], p[:, used], variance[:, used]
