"""Cumulative incidences as figures: a curve a group and cause with its band, or all causes stacked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn
from paget.figures.ink import GROUPS
from paget.figures.shown_numbers import Estimate
from paget.figures.stacked import Layer, Stacked, stacked
from paget.figures.step_curves import step_curves
from paget.figures.step_figure import StepCurve, StepCurves
from paget.survival.intervals import interval
from paget.survival.look import (
    LEAST,
    Look,
    axis_with_counts,
    by_group,
    few,
    landmarks,
    said,
    said_at,
)

if TYPE_CHECKING:
    from paget.survival.aalen_johansen import Incidence, Incidences
    from paget.survival.multi_state import MultiState

COLUMNS = ("incidence", "lower", "upper")
_TOPS = (0.1, 0.2, 0.4, 0.6, 1.0)


def draw_incidences(incidences: Incidences, cause: Any, look: Look) -> Drawn:
    """A curve a group and cause, or a curve a group of one cause.

    Raises:
        BadInput: no such cause, or more curves than can be told apart.
    """
    causes = incidences.causes if cause is None else (cause,)
    if cause is not None and cause not in incidences.causes:
        there = ", ".join(map(str, incidences.causes))
        raise BadInput("no such cause", where=str(cause), mend=f"there are {there}")
    if len(causes) * len(incidences) > GROUPS and len(causes) > 1:
        raise BadInput(
            f"{len(causes)} causes in {len(incidences)} groups are too many curves for one figure",
            mend="name one: plot(cause=...)",
        )
    axis, groups = axis_with_counts(incidences.table, _last(incidences), look)
    at = by_group(incidences.at(axis.ticks), COLUMNS)
    curves: list[StepCurve] = []
    for place, one in enumerate(incidences):
        for named in causes:
            k = one.causes.index(named)
            many = len(incidences) > 1 and len(causes) > 1
            name = groups[place].name if len(causes) == 1 else str(named)
            curves.append(
                StepCurve(
                    f"{groups[place].name}, {named}" if many else name,
                    one.time.tolist(),
                    one.incidence[k].tolist(),
                    one.lower[k].tolist(),
                    one.upper[k].tolist(),
                    at[place * len(one.causes) + k],
                    **few(one.time, one.n_risk, look),
                    group=place,
                )
            )
        groups[place] = replace(groups[place], curve=place if len(causes) == 1 else None)
    what = f"Had {causes[0]} first" if len(causes) == 1 else "Had the event first"
    most = max((max(np.nan_to_num(c.upper), default=0.0) for c in curves), default=0.0)
    figure = StepCurves(
        said(look, "Cumulative incidence by time"),
        axis,
        look.get("scale", f"{what}, of 100"),
        tuple(curves),
        tuple(groups),
        begins=0.0,
        top=next(top for top in _TOPS if top >= min(1.0, most)),
        interval=f"{100 * incidences.level:g} % interval",
        landmarks=landmarks(look),
        least=look.get("least", LEAST),
        said_at=said_at(groups, look),
    )
    return step_curves(figure, look.get("width", WIDTH))


def draw_stacked(incidences: Incidences, group: Any, free: str, look: Look) -> Drawn:
    """All causes of one group on top of each other, and above them those without an event.

    Raises:
        BadInput: several groups and none named.
    """
    if group is None and len(incidences) > 1:
        there = ", ".join(map(str, incidences.groups))
        raise BadInput("a stack shows one group", mend=f"name it: plot(stacked=True, group=...) of {there}")
    one = incidences.groups_[0] if group is None else incidences[group]
    place = incidences.groups.index(one.group)
    axis, groups = axis_with_counts(incidences.table, _last(incidences), look)
    at = by_group(incidences.at(axis.ticks), COLUMNS)
    edges = np.cumsum(one.incidence, axis=0)
    layers = [
        Layer(str(cause), edges[k].tolist(), 0.0, at[place * len(one.causes) + k])
        for k, cause in enumerate(one.causes)
    ]
    layers.append(Layer(free, [1.0] * len(one.time), 1.0, _event_free(incidences, one, axis.ticks)))
    figure = Stacked(
        said(look, "Cumulative incidence by time, stacked"),
        axis,
        look.get("scale", "First event, of 100"),
        one.time.tolist(),
        tuple(layers),
        groups[place],
        f"{100 * incidences.level:g} % interval",
        said_at([groups[place]], look),
    )
    return stacked(figure, look.get("width", WIDTH))


def draw_states(states: MultiState, group: Any, look: Look) -> Drawn:
    """The probability of each state of one group, stacked, the first one on top.

    Raises:
        BadInput: several groups and none named.
    """
    from paget.figures.follow_up_axis import follow_up_axis

    if group is None and len(states.groups_) > 1:
        there = ", ".join(str(one.group) for one in states.groups_)
        raise BadInput("a stack shows one group", mend=f"name it: plot(group=...) of {there}")
    one = states.groups_[0] if group is None else states[group]
    until = look.get("until", float(one.time[-1]))
    axis = follow_up_axis(
        until, unit=look.get("unit", "day"), shown=look.get("shown"), origin=look.get("origin", "")
    )
    order = [*range(1, len(one.states)), 0]
    edges = np.cumsum(one.probability[order], axis=0)
    edges[-1] = 1.0
    step = np.searchsorted(one.time, axis.ticks, side="right") - 1
    layers = []
    for place, k in enumerate(order):
        at = one.at(axis.ticks)[k]
        low, high = (np.where(step < 0, np.nan, b[k][np.maximum(step, 0)]) for b in (one.lower, one.upper))
        shares = tuple(Estimate(*map(float, each)) for each in zip(at, low, high, strict=True))
        begins = 1.0 if place == len(order) - 1 else 0.0
        name = look.get("names", {}).get(one.states[k], str(one.states[k]))
        layers.append(Layer(name, edges[place].tolist(), begins, shares))
    figure = Stacked(
        said(look, "States by time, stacked"),
        axis,
        look.get("scale", "In each state, of 100"),
        one.time.tolist(),
        tuple(layers),
        said_at=len(axis.ticks) - 1,
    )
    return stacked(figure, look.get("width", WIDTH))


def _event_free(incidences: Incidences, one: Incidence, ticks: tuple[float, ...]) -> tuple[Estimate, ...]:
    low, high = interval(one.event_free, one.event_free_se, incidences.conf_type, incidences.level)
    step = np.searchsorted(one.time, ticks, side="right") - 1
    start = Estimate(1.0, 1.0, 1.0)
    return tuple(
        start if k < 0 else Estimate(float(one.event_free[k]), float(low[k]), float(high[k])) for k in step
    )


def _last(incidences: Incidences) -> float:
    return max((float(one.time[-1]) for one in incidences if len(one.time)), default=0.0)
