"""Estimates with intervals on a plain axis, and mean counts of events, as figures."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn
from paget.figures.follow_up_axis import follow_up_axis
from paget.figures.forest import Forest, ForestRow, forest
from paget.figures.shown_numbers import Estimate
from paget.figures.step_curves import step_curves
from paget.figures.step_figure import StepCurve, StepCurves
from paget.survival.look import LEAST, Look, by_group, few, landmarks, name_of, said

if TYPE_CHECKING:
    from paget.survival.mean_count import MeanCounts

Values = Sequence[float]


def draw_estimates(
    names: Sequence[Any],
    values: tuple[Values, Values, Values],
    words: tuple[str, str, str],
    look: Look,
    *,
    level: float = 0.95,
    notes: Sequence[str] = (),
) -> Drawn:
    """A row an estimate, on an axis from 0.

    Args:
        names: of the rows.
        values: estimates, lower and upper bounds.
        words: title, what is estimated, heading of the names.
        look: how it is drawn; ``names`` are those of the rows.
        level: of the intervals.
        notes: sentences below.

    Raises:
        BadInput: there is no estimate.
    """
    title, measure, what = words
    if not len(names):
        raise BadInput("there is no estimate to draw", where=title)
    rows = [
        ForestRow(name_of(name, look), Estimate(float(value), float(low), float(high)))
        for name, value, low, high in zip(names, *values, strict=True)
    ]
    figure = Forest(
        said(look | {"notes": (*look.get("notes", ()), *notes)}, title),
        measure,
        tuple(rows),
        what=what,
        interval=f"{100 * level:g} %",
        log=False,
    )
    return forest(figure, look.get("width", WIDTH))


def draw_mean_counts(counts: MeanCounts, look: Look) -> Drawn:
    """Events by time a hundred patients, by group; a patient may have several.

    Raises:
        BadInput: nobody is in it.
    """
    if not any(len(one.time) for one in counts):
        raise BadInput("nobody was under observation, so there is nothing to draw")
    last = max(float(one.time[-1]) for one in counts if len(one.time))
    axis = follow_up_axis(
        look.get("until", last),
        unit=look.get("unit", "day"),
        shown=look.get("shown"),
        origin=look.get("origin", ""),
    )
    at = by_group(counts.at(axis.ticks), ("mean", "lower", "upper"))
    curves = [
        StepCurve(
            name_of(one.group, look),
            one.time.tolist(),
            one.mean.tolist(),
            one.lower.tolist(),
            one.upper.tolist(),
            at[place],
            **few(one.time, one.n_risk, look),
        )
        for place, one in enumerate(counts)
    ]
    notes = (*look.get("notes", ()), f"{counts.analysed}.")
    highest = max((max(curve.value, default=0.0) for curve in curves), default=0.0)
    figure = StepCurves(
        said(look | {"notes": notes}, "Mean number of events by time"),
        axis,
        look.get("scale", "Events a hundred patients"),
        tuple(curves),
        begins=0.0,
        top=max(1.0, math.ceil(1.2 * highest)),
        interval=f"{100 * counts.level:g} % interval",
        landmarks=landmarks(look),
        least=look.get("least", LEAST),
    )
    return step_curves(figure, look.get("width", WIDTH))
