"""Calibration: what was observed against what was expected, in groups of like prediction, with intervals."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.drawn import Drawn, Said, finished, wide_enough
from paget.figures.ink import dash_of, group_of
from paget.figures.numbers import Cell, Numbers
from paget.figures.shown_numbers import Estimate, count, hundreds, hundreds_of
from paget.figures.step_lines import Place
from paget.figures.svg import circle, line, number, path, rect, text
from paget.figures.wrapped import LINE, wrapped, written

_LEFT: Final = 52.0
_BARS: Final = 34.0
"""Px of the strip of bars that says how many have which prediction."""

_TOPS: Final = (0.1, 0.2, 0.4, 0.6, 0.8, 1.0)


@dataclass(frozen=True, slots=True)
class CalibrationGroup:
    """Patients of like prediction.

    Attributes:
        expected: the mean of their predictions, as a share.
        observed: the share that had the event, with its interval.
        n: how many they are.
    """

    expected: float
    observed: Estimate
    n: float


@dataclass(frozen=True, slots=True)
class Model:
    """A prediction that is judged.

    Attributes:
        name: of it.
        groups: by prediction, from the lowest.
        told: sentences beside the plot: slope, concordance.
        curve: expected and observed by a smooth curve, increasing; without one the groups are joined.
    """

    name: str
    groups: tuple[CalibrationGroup, ...]
    told: tuple[str, ...] = ()
    curve: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Calibration:
    """All that the figure shows.

    Attributes:
        said: its words.
        event: what is predicted: "dead by 5 years".
        models: one, or several on the same patients.
        interval: of the observed.
    """

    said: Said
    event: str
    models: tuple[Model, ...]
    interval: str = "95 % interval"


def calibration(figure: Calibration, width: float = 560) -> Drawn:
    """Draw the groups as points around the line on which both are equal; both axes are alike.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no group, or an expected share outside 0 to 1.

    >>> groups = (CalibrationGroup(0.2, Estimate(0.25, 0.15, 0.38), 60),)
    >>> calibration(Calibration(Said("Score"), "dead by 5 years", (Model("score", groups),))).height > 300
    True
    """
    width = wide_enough(width)
    groups = [group for model in figure.models for group in model.groups]
    if not groups or any(not 0 <= group.expected <= 1 for group in groups):
        raise BadInput("nothing to compare, or an expected share outside 0 to 1", where=figure.said.title)
    shares = [v for g in groups for v in (g.expected, g.observed.value, g.observed.upper) if math.isfinite(v)]
    most = next((top for top in _TOPS if top >= max(shares)), 1.0)
    side = min(width - _LEFT - 190, 340.0)
    top, right = 26.0, _LEFT + side
    foot = top + side

    def x(share: float) -> float:
        return _LEFT + side * min(1.0, max(0.0, share / most))

    def y(share: float) -> float:
        return foot - side * min(1.0, max(0.0, share / most))

    parts = [text(0, 12, wrapped(f"Observed {figure.event}, of 100", width, most=1)[0], "t-2")]
    for quarter in range(5):
        share = most * quarter / 4
        label = f"{100 * share:.1f}".removesuffix(".0")
        if quarter:
            parts.append(line(_LEFT, y(share), right, y(share), "grid"))
        parts.append(text(_LEFT - 8, y(share) + 4, label, "t-2", "end"))
        parts.append(line(x(share), foot, x(share), foot + 5, "ax"))
        parts.append(text(x(share), foot + 18, label, "t-2", "middle"))
    parts.append(line(_LEFT, foot, right, foot, "ax"))
    parts.append(line(_LEFT, foot, right, top, "l2", "3 3"))
    largest = max(group.n for group in groups)
    ends = foot + 24
    for place, model in enumerate(figure.models):
        k = group_of(place)
        parts += _points(model, place, x, y)
        base = ends + _BARS
        for group in model.groups:
            height = (_BARS - 8) * group.n / largest if largest > 0 else 0.0
            parts.append(rect(x(group.expected) - 3, base - height, 6, height, f"p{k}"))
        parts.append(line(_LEFT, base, right, base, "grid"))
        ends = base
    below = wrapped(f"Expected {figure.event}, of 100", right)
    parts += written(below, right, ends + 16, "t-2", "end")
    ends += LINE * (len(below) - 1)
    beside, lowest = _beside(figure, right + 24, width - right - 24, top)
    said = Said(
        figure.said.title,
        figure.said.description,
        (
            f"Points: groups by prediction, {figure.interval}. Bars: their number, up to {count(largest)}.",
            "Dashed: observed and expected are equal.",
            *(["Line: a smooth curve of the observed."] if any(m.curve for m in figure.models) else []),
            *figure.said.notes,
        ),
        figure.said.overrides,
    )
    return finished(
        [*parts, *beside],
        width=width,
        height=max(ends + 24, lowest),
        said=said,
        description=_description(figure),
        numbers=_numbers(figure),
    )


def _points(model: Model, place: int, x: Place, y: Place) -> list[Markup]:
    k, parts = group_of(place), []
    known = [group for group in model.groups if math.isfinite(group.observed.value)]
    spots = [(x(group.expected), y(group.observed.value)) for group in known]
    joined = [(x(a), y(b)) for a, b in model.curve] or spots
    if len(joined) > 1:
        d = "M" + "L".join(f"{number(a)} {number(b)}" for a, b in joined)
        parts.append(path(d, f"s{k}" if model.curve else f"s{k} few", dash_of(place)))
    for group, (a, b) in zip(known, spots, strict=True):
        if group.observed.has_interval:
            low, high = y(group.observed.lower), y(group.observed.upper)
            parts.append(line(a, low, a, high, f"s{k} tick"))
            parts += [line(a - 3, end, a + 3, end, f"s{k} tick") for end in (low, high)]
        if place % 2:
            parts.append(rect(a - 3.5, b - 3.5, 7, 7, f"p{k}"))
        else:
            parts.append(circle(a, b, 4, f"p{k}"))
    return parts


def _beside(figure: Calibration, left: float, room: float, top: float) -> tuple[list[Markup], float]:
    """What is told of each model, right of the plot."""
    parts: list[Markup] = []
    foot = top + 10
    for place, model in enumerate(figure.models):
        k = group_of(place)
        mark = (
            rect(left, foot - 8, 7, 7, f"p{k}") if place % 2 else circle(left + 3.5, foot - 4.5, 4, f"p{k}")
        )
        parts.append(mark)
        lines = wrapped(model.name, room - 14, bold=True)
        parts += written(lines, left + 14, foot, f"t-b p{k}t")
        foot += LINE * len(lines)
        for words in (f"n = {count(sum(group.n for group in model.groups))}", *model.told):
            lines = wrapped(words, room - 14)
            parts += written(lines, left + 14, foot, "t-2")
            foot += LINE * len(lines)
        foot += 12
    return parts, foot


def _description(figure: Calibration) -> str:
    said = []
    for model in figure.models:
        pairs = ", ".join(
            f"{hundreds(group.expected)} expected and {hundreds_of(group.observed)} observed"
            for group in model.groups
        )
        said.append(f"{model.name}: {pairs}. {' '.join(model.told)}".strip())
    return f"{figure.event.capitalize()}, of 100. " + " ".join(said)


def _numbers(figure: Calibration) -> Numbers:
    rows: list[tuple[Cell, ...]] = []
    for model in figure.models:
        for group in model.groups:
            one = group.observed
            observed = (100 * one.value, 100 * one.lower, 100 * one.upper)
            rows.append((model.name, group.n, 100 * group.expected, *observed))
    return Numbers(("prediction", "n", "expected, of 100", "observed, of 100", "lower", "upper"), tuple(rows))
