"""Decision curves: the net benefit of acting by a prediction, on all and on none, at each threshold."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.end_labels import EndLabel, end_labels, room_for
from paget.figures.ink import dash_of, group_of
from paget.figures.numbers import Cell, Numbers
from paget.figures.ratio_axis import even_ticks
from paget.figures.shown_numbers import signed
from paget.figures.svg import line, number, path, text
from paget.figures.wrapped import text_width, widest

_PLOT: Final = 260.0
_LEFT: Final = 52.0


@dataclass(frozen=True, slots=True)
class Decision:
    """A way to act.

    Attributes:
        name: of the prediction, or of acting on all.
        benefit: (thresholds,) true positives a patient, less false positives at the threshold's odds.
        plain: without a colour: acting on all, which is no prediction.
    """

    name: str
    benefit: Sequence[float]
    plain: bool = False


@dataclass(frozen=True, slots=True)
class DecisionCurve:
    """All that the figure shows; acting on none has no benefit and is the axis.

    Attributes:
        said: its words.
        thresholds: (thresholds,) increasing probabilities at which one would act.
        ways: the ways to act.
        none: the name of acting on none.
    """

    said: Said
    thresholds: Sequence[float]
    ways: tuple[Decision, ...]
    none: str = "act on none"


def decision_curve(figure: DecisionCurve, width: float = WIDTH) -> Drawn:
    """Draw the curves; where one falls far below none it leaves the plot.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no way to act, or fewer than two thresholds.

    >>> ways = (Decision("score", (0.3, 0.2)), Decision("act on all", (0.3, 0.1), plain=True))
    >>> decision_curve(DecisionCurve(Said("Worth acting?"), (0.1, 0.2), ways)).title
    'Worth acting?'
    """
    width = wide_enough(width)
    if not figure.ways or len(figure.thresholds) < 2:
        raise BadInput("a decision curve has a way to act and two thresholds", where=figure.said.title)
    names = [*(way.name for way in figure.ways), figure.none]
    room = min(width * 0.25, max(70.0, widest(names, bold=True)))
    right, top = width - room - 16, 24.0
    finite = [v for way in figure.ways for v in way.benefit if math.isfinite(v)]
    high = max([0.01, *finite]) * 1.05
    low = -0.15 * high
    first, last = figure.thresholds[0], figure.thresholds[-1]
    blank = [EndLabel(0, 0, name, "", 0) for name in names]
    foot = top + max(_PLOT, room_for(blank, room))

    def x(threshold: float) -> float:
        return _LEFT + (right - _LEFT) * (threshold - first) / (last - first)

    def y(benefit: float) -> float:
        return foot - (foot - top) * (benefit - low) / (high - low)

    parts = [text(0, 12, "Net benefit, per 100 patients", "t-2")]
    for tick in even_ticks(100 * low, 100 * high, foot, top):
        parts.append(line(_LEFT, y(tick / 100), right, y(tick / 100), "grid" if tick else "ax"))
        parts.append(text(_LEFT - 8, y(tick / 100) + 4, _plain(tick), "t-2", "end"))
    for tick in even_ticks(100 * first, 100 * last, _LEFT, right):
        parts.append(line(x(tick / 100), foot, x(tick / 100), foot + 5, "ax"))
        parts.append(text(x(tick / 100), foot + 18, _plain(tick), "t-2", "middle"))
    parts.append(line(_LEFT, foot, right, foot, "ax"))
    parts.append(
        text((_LEFT + right) / 2, foot + 34, "Threshold: acts from this risk on, of 100", "t-2", "middle")
    )
    labels, coloured = [], 0
    for way in figure.ways:
        points = [(x(t), v) for t, v in zip(figure.thresholds, way.benefit, strict=True) if v >= low]
        cut = _cut(figure.thresholds, way.benefit, low)
        if cut is not None:
            points.append((x(cut), low))
        if not points:
            continue
        d = "M" + "L".join(f"{number(a)} {number(y(v))}" for a, v in points)
        place = None if way.plain else coloured
        class_ = "l2" if place is None else f"s{group_of(place)}"
        parts.append(path(d, class_, "1 3" if place is None else dash_of(place)))
        if cut is None or right - x(cut) < text_width(way.name) + 20:
            labels.append(EndLabel(points[-1][0], y(points[-1][1]), way.name, "", place))
        else:  # beside the place at which it leaves the plot
            parts.append(
                text(
                    x(cut) + 8,
                    foot - 6,
                    way.name,
                    f"t-b halo p{group_of(place)}t" if place is not None else "t-2 halo",
                )
            )
        coloured += 0 if way.plain else 1
    labels.append(EndLabel(right, y(0.0), figure.none, "", None))
    parts += end_labels(labels, left=right + 14, room=room, top=top, bottom=foot)
    return finished(
        parts,
        width=width,
        height=foot + 40,
        said=figure.said,
        description=_description(figure),
        numbers=_numbers(figure),
    )


def _cut(thresholds: Sequence[float], benefit: Sequence[float], low: float) -> float | None:
    """Where a curve that begins inside the plot leaves it below."""
    for k in range(1, len(benefit)):
        before, after = benefit[k - 1], benefit[k]
        if before >= low > after:
            share = (before - low) / (before - after)
            return thresholds[k - 1] + share * (thresholds[k] - thresholds[k - 1])
    return None


def _plain(value: float) -> str:
    return signed(value).rstrip("0").rstrip(".") if value else "0"


def _description(figure: DecisionCurve) -> str:
    middle = len(figure.thresholds) // 2
    at = f"{100 * figure.thresholds[middle]:g}"
    ways = "; ".join(f"{way.name} {signed(100 * way.benefit[middle])}" for way in figure.ways)
    return f"Net benefit per 100 patients by threshold. At {at} of 100: {ways}; {figure.none} 0."


def _numbers(figure: DecisionCurve) -> Numbers:
    columns = ("threshold, of 100", *(way.name for way in figure.ways), figure.none)
    rows: list[tuple[Cell, ...]] = [
        (100 * threshold, *(100 * way.benefit[k] for way in figure.ways), 0.0)
        for k, threshold in enumerate(figure.thresholds)
    ]
    return Numbers(columns, tuple(rows))
