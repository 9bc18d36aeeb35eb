"""What a figure of step curves shows: the curves, the counts of each group, named days; plain numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paget.figures.count_table import Counts
from paget.figures.drawn import Said
from paget.figures.follow_up_axis import FollowUpAxis
from paget.figures.shown_numbers import Estimate


@dataclass(frozen=True, slots=True)
class StepCurve:
    """A curve.

    Attributes:
        name: beside its end.
        time: (steps,) increasing, in the unit of the axis.
        value: (steps,) from each time on, as a share; empty where there is a band alone.
        lower, upper: (steps,) its interval, NaN where there is none; empty when none is drawn.
        at_ticks: the value with its interval at each tick.
        few_until, few_from: up to the one and from the other fewer than ``least`` of the figure are at risk:
            the line is thin, without a band.
        censored: times at which a mark is drawn, or none.
        group: place of its group in the figure, or None.
    """

    name: str
    time: Sequence[float]
    value: Sequence[float]
    lower: Sequence[float] = ()
    upper: Sequence[float] = ()
    at_ticks: tuple[Estimate, ...] = ()
    few_from: float | None = None
    few_until: float = 0.0
    censored: Sequence[float] = ()
    group: int | None = None


@dataclass(frozen=True, slots=True)
class GroupCounts:
    """A group in the table under the axis.

    Attributes:
        name: of the group.
        n: all who are in it.
        rows: at risk, censored, events: one number a tick of the axis; together n at each.
        told: a few words after the name: events, median.
        curve: place of the curve whose line stands before the name, or None.
    """

    name: str
    n: float
    rows: tuple[Counts, ...]
    told: str = ""
    curve: int | None = None


@dataclass(frozen=True, slots=True)
class Landmark:
    """A named day, as a line through the curves.

    Attributes:
        time: in the unit of the axis.
        name: above it.
    """

    time: float
    name: str


@dataclass(frozen=True, slots=True)
class StepCurves:
    """All that the figure shows.

    Attributes:
        said: its words.
        axis: of follow-up.
        scale: what the curves are, of 100: "Alive, of 100".
        curves: the curves.
        groups: their counts under the axis.
        begins: the value at the origin, 1 for survival and 0 for incidence.
        top: the upper end of the scale, as a share.
        interval: what the band is.
        landmarks: named days.
        least: fewer at risk than this are few.
        said_at: the tick at which values stand beside the names, or None.
    """

    said: Said
    axis: FollowUpAxis
    scale: str
    curves: tuple[StepCurve, ...]
    groups: tuple[GroupCounts, ...] = ()
    begins: float = 1.0
    top: float = 1.0
    interval: str = "95 % interval"
    landmarks: tuple[Landmark, ...] = ()
    least: int = 10
    said_at: int | None = None

    @property
    def rows(self) -> tuple[Counts, ...]:
        """The rows of counts of all groups."""
        return tuple(row for group in self.groups for row in group.rows)

    def until(self, curve: StepCurve) -> float:
        """Where a curve ends: its last time on the axis, or the origin when nobody is in it."""
        return min(self.axis.last, float(curve.time[-1])) if len(curve.time) else 0.0


__all__ = ["Counts", "Estimate", "GroupCounts", "Landmark", "StepCurve", "StepCurves"]
