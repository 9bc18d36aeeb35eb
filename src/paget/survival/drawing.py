"""A result as a plain SVG: step curves with bands, or hazard ratios in a row."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from paget.figures.svg import element, text

if TYPE_CHECKING:
    from paget.survival.aalen_johansen import Incidences
    from paget.survival.cox_model import CoxModel
    from paget.survival.curves import Curves
    from paget.survival.parametric_model import ParametricModel

WIDTH, HEIGHT, LEFT, FOOT = 640.0, 360.0, 60.0, 40.0
DASHES = ("", "6 3", "2 3", "8 3 2 3", "1 4", "10 4")


@dataclass(frozen=True)
class Drawing:
    """An SVG that notebooks show; ``str`` gives its text."""

    svg: str

    def __str__(self) -> str:
        return self.svg

    def _repr_svg_(self) -> str:
        return self.svg


def draw_curves(curves: Curves) -> Drawing:
    """Survival by group."""
    lines = [(str(c.group), c.time, c.survival, c.lower, c.upper) for c in curves]
    return _steps(lines, 1.0, "Survival by time")


def draw_incidences(incidences: Incidences) -> Drawing:
    """Incidence by group and cause."""
    lines = [
        (f"{one.group}, {cause}", one.time, one.incidence[k], one.lower[k], one.upper[k])
        for one in incidences
        for k, cause in enumerate(one.causes)
    ]
    return _steps(lines, 0.0, "Cumulative incidence by time")


def _steps(lines: Sequence[tuple[str, Any, Any, Any, Any]], start: float, title: str) -> Drawing:
    last = max((float(time[-1]) for _, time, *_ in lines if len(time)), default=1.0) or 1.0

    def x(value: float) -> float:
        return LEFT + (WIDTH - LEFT - 20) * value / last

    def y(value: float) -> float:
        return 20 + (HEIGHT - FOOT - 20) * (1 - value)

    def path(time: Any, value: Any) -> str:
        moves = [f"M{x(0):.1f} {y(start):.1f}"]
        for t, v in zip(time, value, strict=True):
            if np.isfinite(v):
                moves.append(f"H{x(float(t)):.1f}V{y(float(v)):.1f}")
        return "".join(moves)

    parts: list[Any] = [element("title", title)]
    for share in (0.0, 0.25, 0.5, 0.75, 1.0):
        parts.append(element("line", x1=LEFT, x2=WIDTH - 20, y1=y(share), y2=y(share), stroke="#ccc"))
        parts.append(text(LEFT - 8, y(share) + 4, f"{share:.0%}", anchor="end"))
        parts.append(text(x(last * share), HEIGHT - 18, f"{last * share:g}", anchor="middle"))
    for number, (name, time, value, lower, upper) in enumerate(lines):
        dash = DASHES[number % len(DASHES)] or None
        bands = [path(time, bound) for bound in (lower, upper)]
        parts += [element("path", d=band, fill="none", stroke="#999", stroke_width=0.5) for band in bands]
        curve = path(time, value)
        parts.append(
            element(
                "path", d=curve, fill="none", stroke="currentColor", stroke_width=1.6, stroke_dasharray=dash
            )
        )
        end = float(value[-1]) if len(value) else start
        parts.append(text(WIDTH - 24, y(end) - 5, name, anchor="end"))
    return _drawn(parts, title)


def draw_forest(model: CoxModel | ParametricModel, title: str = "Hazard ratios") -> Drawing:
    """Coefficients with intervals; the scale shows their exponentials."""
    low, high = (np.asarray(bound) for bound in model.confidence_interval())
    middle = np.asarray(model.coefficients)
    known = np.isfinite(middle) & np.isfinite(low) & np.isfinite(high)
    far = float(np.clip(np.abs(np.concatenate([[0.7], low[known], high[known]])).max(), 0.7, 5.0))

    def x(value: float) -> float:
        return 260 + (WIDTH - 280) * (float(np.clip(value, -far, far)) / far + 1) / 2

    step = (HEIGHT - FOOT - 20) / max(len(middle), 1)
    parts: list[Any] = [element("title", title)]
    parts.append(element("line", x1=x(0), x2=x(0), y1=20, y2=HEIGHT - FOOT, stroke="#999"))
    for place, name in enumerate(model.names):
        y = 20 + step * (place + 0.5)
        parts.append(text(8, y + 4, name))
        if known[place]:
            line = {"x1": x(low[place]), "x2": x(high[place]), "y1": y, "y2": y}
            parts.append(element("line", stroke="currentColor", **line))
            parts.append(element("circle", cx=x(middle[place]), cy=y, r=4, fill="currentColor"))
    ticks = ((value, f"{np.exp(value):.2g}") for value in (-far, 0.0, far))
    parts += [text(x(value), HEIGHT - 18, words, anchor="middle") for value, words in ticks]
    return _drawn(parts, title)


def _drawn(parts: Sequence[Any], title: str) -> Drawing:
    inside = "".join(str(part) for part in parts)
    box = f"0 0 {WIDTH:g} {HEIGHT:g}"
    figure = element(
        "svg",
        inside,
        xmlns="http://www.w3.org/2000/svg",
        view_box=box,
        role="img",
        aria_label=title,
        font_size=12,
    )
    return Drawing(str(figure))
