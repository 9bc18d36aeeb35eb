"""Results as figures: what is drawn is read off the results here, and laid out in :mod:`paget.figures`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from paget.figures.count_table import Counts
from paget.figures.drawn import WIDTH, Drawn
from paget.figures.follow_up_axis import FollowUpAxis, follow_up_axis
from paget.figures.shown_numbers import Estimate, count
from paget.figures.step_curves import step_curves
from paget.figures.step_figure import GroupCounts, StepCurve, StepCurves
from paget.survival.drawing_incidence import draw_incidences, draw_stacked, draw_states
from paget.survival.drawing_models import (
    draw_balance,
    draw_calibration,
    draw_decisions,
    draw_forest,
    draw_smooth_calibration,
)
from paget.survival.look import (
    LEAST,
    Look,
    axis_with_counts,
    by_group,
    counted_words,
    few,
    landmarks,
    marks,
    median_words,
    name_of,
    said,
    said_at,
)

if TYPE_CHECKING:
    from paget.survival.curves import Curves
    from paget.survival.relative import RelativeSurvival
    from paget.survival.turnbull import IntervalCurve, IntervalCurves

__all__ = [
    "Drawn",
    "Look",
    "Moved",
    "draw_balance",
    "draw_calibration",
    "draw_curves",
    "draw_decisions",
    "draw_forest",
    "draw_incidences",
    "draw_intervals",
    "draw_relative",
    "draw_smooth_calibration",
    "draw_stacked",
    "draw_states",
]


def draw_curves(curves: Curves, look: Look, moved: Mapping[Any, Moved] | None = None) -> Drawn:
    """Survival by group in the form of KMunicate.

    Args:
        curves: to draw.
        look: how.
        moved: group -> who left it for another group, and is not censored though counted so.
    """
    moved = moved or {}
    last = max((float(curve.time[-1]) for curve in curves if len(curve.time)), default=0.0)
    axis, groups = axis_with_counts(curves.table, last, look)
    groups = [
        _with_moved(group, moved[curve.group], axis) if curve.group in moved else group
        for group, curve in zip(groups, curves, strict=True)
    ]
    columns = ("survival", "lower", "upper")
    at = by_group(curves.at(axis.ticks), columns)
    medians = by_group(curves.quantile(0.5), ("time", "lower", "upper"))
    drawn, counted = [], []
    for place, curve in enumerate(curves):
        drawn.append(
            StepCurve(
                groups[place].name,
                curve.time.tolist(),
                curve.survival.tolist(),
                curve.lower.tolist(),
                curve.upper.tolist(),
                at[place],
                **few(curve.time, curve.n_risk, look),
                group=place,
                censored=() if curve.group in moved else marks(curve.time, curve.n_censor),
            )
        )
        told = f"{counted_words(curve.events, 'event')}; median {median_words(medians[place][0], axis)}"
        counted.append(replace(groups[place], told=told, curve=place))
    figure = StepCurves(
        said(look, "Survival by time"),
        axis,
        look.get("scale", "Without the event, of 100"),
        tuple(drawn),
        tuple(counted),
        interval=f"{100 * curves.level:g} % interval",
        landmarks=landmarks(look),
        least=look.get("least", LEAST),
        said_at=said_at(counted, look),
    )
    return step_curves(figure, look.get("width", WIDTH))


@dataclass(frozen=True, slots=True)
class Moved:
    """Patients who left a group for another.

    Attributes:
        name: of the row in the table: "Operated".
        times: when each did.
    """

    name: str
    times: Sequence[float]


def _with_moved(group: GroupCounts, moved: Moved, axis: FollowUpAxis) -> GroupCounts:
    """The same counts, those who moved taken out of those censored."""
    gone = np.searchsorted(np.sort(np.asarray(moved.times, dtype=float)), axis.ticks, side="left")
    rows = []
    for row in group.rows:
        if row.name == "Censored":
            rows.append(Counts(moved.name, tuple(float(number) for number in gone)))
            stayed = tuple(all_ - one for all_, one in zip(row.numbers, gone.tolist(), strict=True))
            rows.append(Counts(row.name, stayed))
        elif row.name != "Yet to enter" or any(row.numbers):
            rows.append(row)
    return replace(group, rows=tuple(rows))


def draw_relative(survival: RelativeSurvival, look: Look | None = None) -> Drawn:
    """Relative or net survival by group; it may pass 100."""
    look = look or {}
    last = max((float(curve.time[-1]) for curve in survival if len(curve.time)), default=0.0)
    axis = follow_up_axis(
        look.get("until", last),
        unit=look.get("unit", "day"),
        shown=look.get("shown"),
        origin=look.get("origin", ""),
    )
    at = by_group(survival.at(axis.ticks), ("survival", "lower", "upper"))
    curves = [
        StepCurve(
            name_of(curve.group, look),
            curve.time.tolist(),
            curve.survival.tolist(),
            curve.lower.tolist(),
            curve.upper.tolist(),
            at[place],
            **few(curve.time, curve.n_risk, look),
        )
        for place, curve in enumerate(survival)
    ]
    most = max((value for curve in curves for value in curve.value), default=1.0)
    kind = "Net" if survival.method == "pohar-perme" else "Relative"
    figure = StepCurves(
        said(look, f"{kind} survival by time"),
        axis,
        look.get("scale", f"{kind} survival, of 100"),
        tuple(curves),
        top=1.0 if most <= 1 else 1.2,
        interval=f"{100 * survival.level:g} % interval",
        landmarks=landmarks(look),
        least=look.get("least", LEAST),
        said_at=_all_observed(axis.ticks, curves),
    )
    return step_curves(figure, look.get("width", WIDTH))


def _all_observed(ticks: Sequence[float], curves: Sequence[StepCurve]) -> int | None:
    """The last tick at which no curve is thin."""
    ends = [c.time[-1] if c.few_from is None else c.few_from for c in curves if len(c.time)]
    last = min(ends, default=0.0)
    return max((k for k, tick in enumerate(ticks) if 0 < tick <= last), default=None)


def draw_intervals(curves: IntervalCurves, look: Look | None = None) -> Drawn:
    """Between the highest and the lowest survival that days of visits allow, by group."""
    look = look or {}
    edges = [_edges(curve) for curve in curves]
    last = max((float(times[-1]) for times, _, _ in edges if len(times)), default=0.0)
    axis = follow_up_axis(
        look.get("until", last),
        unit=look.get("unit", "day"),
        shown=look.get("shown"),
        origin=look.get("origin", ""),
    )
    drawn, told = [], []
    for curve, (times, low, high) in zip(curves, edges, strict=True):
        name = name_of(curve.group, look)
        bounds = zip(*curve.between(axis.ticks), strict=True)
        at = tuple(Estimate(np.nan, float(a), float(b)) for a, b in bounds)
        drawn.append(StepCurve(name, times, (), low, high, at))
        told.append(f"{name}: n = {count(curve.n)}, {counted_words(curve.events, 'event')}.")
    figure = StepCurves(
        said(look | {"notes": (*look.get("notes", ()), " ".join(told))}, "Survival between visits by time"),
        axis,
        look.get("scale", "Without the event, of 100"),
        tuple(drawn),
        interval="the lowest to the highest survival that the days of visits allow",
        landmarks=landmarks(look),
    )
    return step_curves(figure, look.get("width", WIDTH))


def _edges(curve: IntervalCurve) -> tuple[list[float], list[float], list[float]]:
    """Times, lowest and highest survival: an event may be at the first day of its interval, or the last."""
    after, by, mass = (np.asarray(values) for values in (curve.after, curve.by, curve.mass))
    times = np.unique(np.concatenate([after, by]))
    times = times[np.isfinite(times)]
    seen = np.isfinite(by)
    low = [1 - float(mass[(after <= time) & seen].sum()) for time in times]
    high = [1 - float(mass[by <= time].sum()) for time in times]
    return times.tolist(), low, high
