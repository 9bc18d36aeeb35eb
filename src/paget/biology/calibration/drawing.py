"""A calibration as a figure: prior and posterior of each parameter, and each table beside the model."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import numpy as np
from markupsafe import Markup, escape
from scipy.special import ndtr

from paget.biology.chart import NAMESPACE, Drawing, short
from paget.figures.svg import element, text

if TYPE_CHECKING:
    from paget.biology.calibration.result import Calibrated, Compared

WIDTH, LEFT, RIGHT, TOP, ROW, STRIP = 720.0, 200.0, 90.0, 58.0, 40.0, 18.0
CELLS: Final = 24
FARTHEST: Final = 6.0
"""Standard deviations at which the axis of the tables ends; what lies beyond is drawn at its end."""


def drawn(found: Calibrated) -> Drawing:
    """Both parts, one above the other."""
    parts = [text(LEFT, TOP - 12, "prior (grey) and posterior, each over the range of its prior")]
    for place in range(len(found.tables.unknowns)):
        parts += _parameter(found, place, TOP + place * ROW)
    below = TOP + len(found.tables.unknowns) * ROW + 44
    parts += _tables(found.compared, below)
    height = below + len(found.compared) * STRIP + 60
    title = f"{found.tables.model.name} and open tables (model assumption)"
    paper = element("rect", x=0, y=0, width=WIDTH, height=height, fill="#fff")
    head = element("text", escape(title), x=16, y=22, font_weight="bold")
    inside = Markup("").join([element("title", escape(title)), paper, head, *parts])
    return Drawing(
        str(
            element(
                "svg",
                inside,
                xmlns=NAMESPACE,
                view_box=f"0 0 {WIDTH:g} {height:g}",
                width=WIDTH,
                height=height,
                role="img",
                aria_label=title,
                font_size="12",
                font_family="sans-serif",
            )
        )
    )


def _parameter(found: Calibrated, place: int, top: float) -> list[Markup]:
    """A density over the prior's range, which is flat under the prior."""
    unknown, wide = found.tables.unknowns[place], WIDTH - LEFT - RIGHT
    shares = ndtr(found.draws.z[:, place])
    counts, _ = np.histogram(shares, bins=CELLS, range=(0, 1), weights=found.draws.weights)
    density = counts * CELLS
    tall = (ROW - 16) / max(2.0, float(density.max()))
    foot = top + ROW - 14
    points = [f"{LEFT:.1f} {foot:.1f}"]
    points += [
        f"{LEFT + wide * side / CELLS:.1f} {foot - tall * height:.1f}"
        for cell, height in enumerate(density)
        for side in (cell, cell + 1)
    ]
    points.append(f"{LEFT + wide:.1f} {foot:.1f}")
    return [
        element("rect", x=LEFT, y=foot - tall, width=wide, height=tall, fill="#ddd"),
        element("path", d="M" + "L".join(points), fill="none", stroke="#111", stroke_width="1.4"),
        element("line", x1=LEFT, x2=LEFT + wide, y1=foot, y2=foot, stroke="#777"),
        text(LEFT - 8, foot - 2, unknown.name, anchor="end"),
        text(LEFT, foot + 11, short(unknown.low), anchor="middle"),
        text(LEFT + wide, foot + 11, short(unknown.high), anchor="middle"),
        text(LEFT + wide + 8, foot - 2, found.identified.word(unknown.name)),
    ]


def _tables(compared: tuple[Compared, ...], top: float) -> list[Markup]:
    """The model's value beside each figure, in standard deviations of the table."""
    wide = WIDTH - LEFT - RIGHT
    foot = top + len(compared) * STRIP + 6

    def at(distance: float) -> float:
        return LEFT + wide * (min(FARTHEST, max(-FARTHEST, distance)) + FARTHEST) / (2 * FARTHEST)

    parts = [text(LEFT, top - 10, "model less figure, in standard deviations of the table; x as shipped")]
    for low, high, fill in ((-1.96, 1.96, "#eee"),):
        parts.append(
            element("rect", x=at(low), y=top - 4, width=at(high) - at(low), height=foot - top + 4, fill=fill)
        )
    parts.append(element("line", x1=at(0), x2=at(0), y1=top - 4, y2=foot, stroke="#777"))
    for tick in (-6, -4, -2, 0, 2, 4, 6):
        words = (
            f"{tick} or less" if tick == -FARTHEST else f"{tick} or more" if tick == FARTHEST else str(tick)
        )
        parts.append(text(at(tick), foot + 14, words, anchor="middle"))
    for place, one in enumerate(compared):
        y = top + place * STRIP + 8
        parts.append(text(LEFT - 8, y + 4, one.table.name, anchor="end"))
        parts.append(text(LEFT + wide + 8, y + 4, "fit" if one.table.fitted else "check"))
        if math.isfinite(one.shipped_distance):
            parts.append(text(at(one.shipped_distance), y + 4, "x", anchor="middle"))
        if math.isfinite(one.predicted):
            low, high, middle = (
                at((value - one.table.value) / one.table.deviation)
                for value in (*one.by_parameters, one.predicted)
            )
            parts.append(element("line", x1=low, x2=high, y1=y, y2=y, stroke="#111", stroke_width="2"))
            parts.append(
                element(
                    "circle", cx=middle, cy=y, r=4, fill="#111" if one.table.fitted else "#fff", stroke="#111"
                )
            )
    return parts
