"""Turnbull: the survival curve when events are known to lie between two days only."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names, listed
from paget.survival.columns import Columns
from paget.survival.interval_rows import IntervalRows, read_intervals
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

GAP = 1e-10
"""The log likelihood may still gain this much a row when the search ends."""

ROUNDS = 200_000
NOTHING = 1e-9
"""A mass below this is none."""


@dataclass(frozen=True)
class IntervalCurve:
    """One group's estimate: how much of the events falls into each interval; where in it cannot be told.

    Attributes:
        group: label of the group.
        after, by: (intervals,) the event falls after the first day and by the second; a known day is both.
        mass: (intervals,) share of all events; an infinite ``by`` holds those not seen.
        n: sum of weights of the rows.
        events: sum of weights of those whose event was seen.
        log_likelihood: of the estimate.
        converged: whether it is the largest.
    """

    group: Any
    after: Floats
    by: Floats
    mass: Floats
    n: float
    events: float
    log_likelihood: float
    converged: bool

    def between(self, times: ArrayLike) -> tuple[Floats, Floats]:
        """The lowest and highest survival that the estimate allows at given times."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))[:, None]
        sure = (self.mass * (self.by <= wanted)).sum(1)
        perhaps = (self.mass * ((self.after < wanted) | (self.by <= wanted))).sum(1)
        return np.maximum(1 - perhaps, 0.0), np.minimum(np.maximum(1 - sure, 0.0), 1.0)


@dataclass(frozen=True)
class IntervalCurves:
    """Estimates by group; ``for curve in curves`` and ``curves[label]`` give one.

    Attributes:
        curves: one a group.
        analysed: who was analysed.
    """

    curves: tuple[IntervalCurve, ...]
    analysed: Analysed

    def __iter__(self) -> Iterator[IntervalCurve]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)

    def __getitem__(self, group: Any) -> IntervalCurve:
        for curve in self.curves:
            if curve.group == group:
                return curve
        there = ", ".join(str(curve.group) for curve in self.curves)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    def at(self, times: ArrayLike) -> Any:
        """Survival at given times: a frame of group, time, survival_low, survival_high."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        bounds = [curve.between(wanted) for curve in self.curves]
        return frame(
            {
                "group": [curve.group for curve in self.curves for _ in wanted],
                "time": np.tile(wanted, len(self.curves)),
                "survival_low": np.concatenate([low for low, _ in bounds]),
                "survival_high": np.concatenate([high for _, high in bounds]),
            }
        )

    def median(self) -> Any:
        """The interval in which survival falls to a half, a row a group; NaN where it does not.

        Returns:
            A frame of group, after, by.
        """
        rows: dict[str, list[Any]] = {"group": [], "after": [], "by": []}
        for curve in self.curves:
            reached = np.flatnonzero((curve.mass.cumsum() >= 0.5 - 1e-9) & np.isfinite(curve.by))
            rows["group"].append(curve.group)
            rows["after"].append(float(curve.after[reached[0]]) if len(reached) else float("nan"))
            rows["by"].append(float(curve.by[reached[0]]) if len(reached) else float("nan"))
        return frame(rows)

    def to_frame(self) -> Any:
        """A row a group and interval: after, by, mass, and survival after the interval."""
        columns: dict[str, Any] = {"group": [c.group for c in self.curves for _ in c.mass]}
        for name in ("after", "by", "mass"):
            columns[name] = np.concatenate([getattr(curve, name) for curve in self.curves])
        beyond = [np.where(np.isinf(c.by), 0.0, 1 - c.mass.cumsum()) for c in self.curves]
        columns["survival"] = np.maximum(np.concatenate(beyond), 0.0)
        return frame(columns)

    def summary(self) -> str:
        """A line a group: rows, events seen, and the interval of the median."""
        medians = self.median().to_dict(as_series=False)
        shown = [
            "not reached" if np.isnan(by) else f"{by:g}" if after == by else f"{after:g} to {by:g}"
            for after, by in zip(medians["after"], medians["by"], strict=True)
        ]
        columns = {
            "group": [str(curve.group) for curve in self.curves],
            "n": [curve.n for curve in self.curves],
            "events": [curve.events for curve in self.curves],
            "median": shown,
        }
        lost = [str(curve.group) for curve in self.curves if not curve.converged]
        notes = [f"The search did not end for {', '.join(lost)}; do not use it."] if lost else []
        return "\n".join([text_table(columns), str(self.analysed), *notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """The highest and lowest survival that the estimate allows, by group, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_intervals

        return draw_intervals(self, look)


def turnbull(
    data: Any, *, lower: str, upper: str, weights: str | None = None, by: Names = None
) -> IntervalCurves:
    """Survival by group from events between two days, such as recurrence found at a visit.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        lower: column of the last day known to be free of the event; null or 0 when there is none.
        upper: column of the first day on which the event is known: null when it was never seen (censored at
            ``lower``); equal to ``lower`` when the day itself is known.
        weights: column of case weights above 0.
        by: column or columns whose values are the groups.

    Returns:
        The estimate that makes the data most likely; within an interval it gives the range of survival. It
        has no standard error of the usual kind: use :func:`paget.survival.bootstrap`.

    Raises:
        BadInput: no row, or a column that is missing or cannot be meant.

    Mass lies only on innermost intervals, those from a lower to the next upper day [1]_; it is found by steps
    of expectation and of the iterative convex minorant in turn [2]_, until no mass could gain likelihood.

    .. [1] Turnbull BW. J R Stat Soc B 1976;38:290-295.
    .. [2] Wellner JA, Zhan Y. J Am Stat Assoc 1997;92:945-959.

    >>> rows = {"free": [0, 0, 5, 5], "found": [5, 5, 10, None]}
    >>> curve = turnbull(rows, lower="free", upper="found")["all"]
    >>> curve.mass.round(6).tolist(), curve.between([5])
    ([0.5, 0.5], (array([0.5]), array([0.5])))
    """
    columns = Columns(data, [lower, upper, weights, *listed(by)])
    rows = read_intervals(columns, lower=lower, upper=upper, weights=weights, by=by)
    if rows.groups is None:
        return IntervalCurves((_curve("all", rows, np.ones(rows.rows, dtype=bool)),), rows.analysed)
    found = []
    for place, label in enumerate(rows.groups.labels):
        here = rows.groups.codes == place
        if here.any():
            found.append(_curve(label, rows, here))
    return IntervalCurves(tuple(found), rows.analysed)


def _curve(group: Any, rows: IntervalRows, here: NDArray[np.bool_]) -> IntervalCurve:
    from paget.survival.turnbull_kernel import climb

    lower, upper, weights = rows.lower[here], rows.upper[here], rows.weights[here]
    after, by, first, last = innermost(lower, upper)
    alike, place = np.unique(np.column_stack([first, last]), axis=0, return_inverse=True)
    counts = np.bincount(place.ravel(), weights)
    start, stop = alike[:, 0].copy(), alike[:, 1].copy()
    mass, value, converged = climb(start, stop, counts, len(after), GAP * counts.sum(), ROUNDS)
    some = mass > NOTHING
    share = mass[some] / mass[some].sum()
    seen = float(weights[np.isfinite(upper)].sum())
    return IntervalCurve(
        group, after[some], by[some], share, float(weights.sum()), seen, float(value), bool(converged)
    )


def innermost(lower: Floats, upper: Floats) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64]]:
    """The innermost intervals, and the first and last of them that lie within each row's interval.

    At one day a known event comes first, then ends of intervals, then beginnings, since an interval holds its
    end and not its beginning.

    >>> after, by, first, last = innermost(np.array([0.0, 2.0]), np.array([3.0, np.inf]))
    >>> after.tolist(), by.tolist(), first.tolist(), last.tolist()
    ([2.0], [3.0], [0, 0], [0, 0])
    """
    begin = 3 * np.searchsorted(every := np.unique(np.concatenate([lower, upper])), lower)
    begin = begin + np.where(lower == upper, 0, 2)
    end = 3 * np.searchsorted(every, upper) + 1
    keys = np.unique(np.concatenate([begin, end]))
    opens, closes = np.isin(keys, begin), np.isin(keys, end)
    place = np.flatnonzero(opens[:-1] & closes[1:])
    opening, closing = keys[place], keys[place + 1]
    first = np.searchsorted(opening, begin, side="left")
    last = np.searchsorted(closing, end, side="right") - 1
    return every[opening // 3], every[closing // 3], first, last
