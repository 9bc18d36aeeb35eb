"""A calibration as a figure: prior and posterior of each parameter, and each table beside the model."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup, escape

from paget.biology.chart import NAMESPACE, Drawing, short
from paget.figures.svg import element, text

WIDTH, LEFT, RIGHT, TOP, ROW, STRIP = 720.0, 200.0, 90.0, 64.0, 34.0, 18.0
FARTHEST: Final = 6.0
"""Standard deviations at which the axis of the tables ends; what lies beyond is drawn at its end."""


def drawn(fit: Mapping[str, Any]) -> Drawing:
    """Both parts, one above the other.

    Args:
        fit: the key ``fit`` of a calibrated knowledge file.
    """
    tables = [*((one, "fit") for one in fit["data"]), *((one, "check") for one in fit["checks"])]
    parts = [text(LEFT, TOP - 14, "prior (grey) and posterior (black): median, half and 95 %")]
    for place, (name, one) in enumerate(fit["posterior"].items()):
        parts += _parameter(name, one, TOP + place * ROW)
    below = TOP + len(fit["posterior"]) * ROW + 50
    parts += _tables(tables, below)
    height = below + len(tables) * STRIP + 44
    title = f"{fit['of']['name']} and open tables, {fit['date']} (model assumption)"
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


def _parameter(name: str, one: Mapping[str, Any], top: float) -> list[Markup]:
    """Prior and posterior on the scale on which the prior is even: its quantiles are its shares."""
    wide, middle = WIDTH - LEFT - RIGHT, top + 9
    low, high = (float(end) for end in one["range"])
    logs = one["prior"] == "log-uniform"

    def at(value: float) -> float:
        if logs:
            return LEFT + wide * (math.log(value) - math.log(low)) / (math.log(high) - math.log(low))
        return LEFT + wide * (value - low) / (high - low)

    def box(ends: Sequence[float], y: float, colour: str) -> list[Markup]:
        least, quarter, half, three, most = ends
        return [
            element("line", x1=least, x2=most, y1=y, y2=y, stroke=colour, stroke_width="1.4"),
            element("rect", x=quarter, y=y - 4, width=max(0.5, three - quarter), height=8, fill=colour),
            element("line", x1=half, x2=half, y1=y - 6, y2=y + 6, stroke=colour, stroke_width="2"),
        ]

    prior = [LEFT + wide * share for share in (0.025, 0.25, 0.5, 0.75, 0.975)]
    return [
        *box(prior, middle - 6, "#bbb"),
        *box([at(value) for value in one["quantiles"].values()], middle + 6, "#111"),
        text(LEFT - 12, middle + 4, name, anchor="end"),
        text(LEFT, middle + 22, short(low), anchor="middle"),
        text(LEFT + wide, middle + 22, short(high), anchor="middle"),
        text(LEFT + wide + 12, middle + 4, one["word"]),
    ]


def _tables(tables: Sequence[tuple[Mapping[str, Any], str]], top: float) -> list[Markup]:
    """The model's value beside each figure, in standard deviations of the table."""
    wide = WIDTH - LEFT - RIGHT
    foot = top + len(tables) * STRIP + 6

    def at(distance: float) -> float:
        return LEFT + wide * (min(FARTHEST, max(-FARTHEST, distance)) + FARTHEST) / (2 * FARTHEST)

    shade = {"x": at(-1.96), "width": at(1.96) - at(-1.96), "y": top - 4, "height": foot - top + 4}
    parts = [
        text(LEFT, top - 12, "model less figure, in standard deviations of the table; x as shipped"),
        element("rect", fill="#eee", **shade),
        element("line", x1=at(0), x2=at(0), y1=top - 4, y2=foot, stroke="#777"),
    ]
    for tick in (-6, -4, -2, 0, 2, 4, 6):
        more = " or less" if tick == -FARTHEST else " or more" if tick == FARTHEST else ""
        parts.append(text(at(tick), foot + 16, f"{tick}{more}", anchor="middle"))
    for place, (one, use) in enumerate(tables):
        y, value = top + place * STRIP + 8, one["value"]
        deviation = math.hypot(one["error"], one["spread"])
        mark = "" if one["confirmed"] else " (unconfirmed)"
        parts.append(text(LEFT - 12, y + 4, one["table"], anchor="end"))
        parts.append(text(LEFT + wide + 12, y + 4, f"{use}{mark}"))
        if one["as_shipped"] is not None:
            parts.append(text(at((one["as_shipped"] - value) / deviation), y + 4, "x", anchor="middle"))
        if one["model"] is not None:
            low, high, middle = (
                at((given - value) / deviation) for given in (*one["model_interval"], one["model"])
            )
            fill = "#111" if use == "fit" else "#fff"
            parts.append(element("line", x1=low, x2=high, y1=y, y2=y, stroke="#111", stroke_width="2"))
            parts.append(element("circle", cx=middle, cy=y, r=4, fill=fill, stroke="#111"))
    return parts
