"""Names beside the ends of curves: near their line, apart from each other, joined to it after a move."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from markupsafe import Markup

from paget.figures.ink import group_of
from paget.figures.lanes import spread
from paget.figures.svg import number, path, text
from paget.figures.wrapped import wrapped

_LEADING: Final = 14.0
_GAP: Final = 5.0
_MOST_LINES: Final = 2
_JOINED: Final = 15.0
"""Px between a line's end and its name from which on they are joined."""


@dataclass(frozen=True, slots=True)
class EndLabel:
    """A name at the end of a curve.

    Attributes:
        x, y: where the curve ends, px.
        name: in bold, two lines at most.
        value: a line below it, or "".
        place: of the curve, from 0, whose colour it has; None: none.
    """

    x: float
    y: float
    name: str
    value: str
    place: int | None


def room_for(labels: Sequence[EndLabel], room: float) -> float:
    """Px from top to bottom that the labels need within a width."""
    return _apart(labels, room) * len(labels)


def end_labels(
    labels: Sequence[EndLabel], *, left: float, room: float, top: float, bottom: float
) -> list[Markup]:
    """The names, drawn in a column.

    Args:
        labels: one a curve.
        left: of the column, px.
        room: its width.
        top: px above which none stands.
        bottom: px below which none stands, at least :func:`room_for` lower.
    """
    apart = _apart(labels, room)
    half = (apart - _GAP) / 2
    middles = spread([one.y for one in labels], apart, top + half - 4, bottom - half + 6)
    parts: list[Markup] = []
    for one, middle in zip(labels, middles, strict=True):
        names = wrapped(one.name, room, bold=True, most=_MOST_LINES)
        lines = [*names, one.value] if one.value else names
        first = middle - _LEADING * len(lines) / 2 + 11
        for k, words in enumerate(lines):
            colour = "" if one.place is None else f" p{group_of(one.place)}t"
            class_ = f"t-b{colour}" if k < len(names) else "t-2"
            parts.append(text(left, first + _LEADING * k, words, class_))
        if left - one.x > _JOINED or abs(middle - one.y) > _JOINED:
            turn = max(one.x, left - 10)
            d = (
                f"M{number(one.x + 2)} {number(one.y)}"
                f"L{number(turn)} {number(one.y)}L{number(left - 3)} {number(middle)}"
            )
            parts.append(path(d, "l-thin", "1 2"))
    return parts


def _apart(labels: Sequence[EndLabel], room: float) -> float:
    most = max(
        (
            len(wrapped(one.name, room, bold=True, most=_MOST_LINES)) + (1 if one.value else 0)
            for one in labels
        ),
        default=0,
    )
    return _LEADING * most + _GAP
