"""The table under an axis of follow-up: a block a group, a row a kind of count, a column a tick."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures.drawn import hairline
from paget.figures.ink import dash_of, group_of
from paget.figures.shown_numbers import count
from paget.figures.svg import line, text
from paget.figures.wrapped import LINE, text_width, widest, wrapped, written

_ROW: Final = 16.0
_INDENT: Final = 12.0
_WIDEST: Final = 96.0
"""Px of the name of a row; a longer one takes two lines, and its numbers stand beside the last."""

_SAMPLE: Final = 26.0
"""Px of a line's sample before its name."""


@dataclass(frozen=True, slots=True)
class Counts:
    """A row of counts of one group.

    Attributes:
        name: at risk, censored, events.
        numbers: one a tick of the axis.
    """

    name: str
    numbers: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class CountBlock:
    """The counts of one group.

    Attributes:
        name: of the group.
        told: a few words after it: n, events, median.
        place: of the curve whose line stands before the name, from 0; None: of none.
        rows: the counts.
        ticks: where they stand, px.
    """

    name: str
    told: str
    place: int | None
    rows: tuple[Counts, ...]
    ticks: tuple[float, ...]


def widest_count(rows: Sequence[Counts]) -> str:
    """The widest number of some rows."""
    words = [count(number) for row in rows for number in row.numbers]
    return max(words, key=text_width, default="0")


def label_room(rows: Sequence[Counts]) -> float:
    """Px that the names of the rows need left of the middle of the first column."""
    names = min(widest([row.name for row in rows]), _WIDEST)
    return _INDENT + names + text_width(widest_count(rows)) / 2 + 8


def count_table(blocks: Sequence[CountBlock], y: float, width: float) -> tuple[list[Markup], float]:
    """The table from y downward.

    Returns:
        Its parts, and where it ends.
    """
    parts: list[Markup] = []
    for block in blocks:
        parts.append(hairline(y + 0.5, width))
        foot = y + LINE
        begin, class_ = 0.0, "t-b"
        if block.place is not None:
            group = group_of(block.place)
            begin, class_ = _SAMPLE, f"t-b p{group}t"
            parts.append(line(0, foot - 4, _SAMPLE - 4, foot - 4, f"s{group}", dash_of(block.place)))
        names = wrapped(block.name, width - begin, bold=True)
        parts += written(names, begin, foot, class_)
        foot += LINE * (len(names) - 1)
        start = begin + text_width(names[-1], bold=True) + 10
        if block.told and start + text_width(block.told) <= width:
            parts.append(text(start, foot, block.told, "t-2"))
        elif block.told:
            told = wrapped(block.told, width - begin)
            parts += written(told, begin, foot + LINE, "t-2")
            foot += LINE * len(told)
        for row in block.rows:
            foot += _ROW
            names = wrapped(row.name, _WIDEST)
            parts += written(names, _INDENT, foot, "t-2")
            foot += LINE * (len(names) - 1)
            for x, number in zip(block.ticks, row.numbers, strict=True):
                parts.append(text(x, foot, count(number), None, "middle"))
        y = foot + 9
    return parts, y
