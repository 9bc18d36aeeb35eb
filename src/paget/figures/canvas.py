"""A strip that is being drawn: its axis of days, what was drawn so far, and how far down it reaches."""

from __future__ import annotations

from markupsafe import Markup

from paget.figures.course import When
from paget.figures.svg import line, number, path
from paget.figures.time_axis import TimeAxis


class Canvas:
    """A drawing that grows downward.

    Args:
        axis: the days across it.
        width: of the whole, px.
        wide: whether there is room for everything; else minor words are left out.
    """

    def __init__(self, axis: TimeAxis, width: float, *, wide: bool) -> None:
        self.axis, self.width, self.wide = axis, width, wide
        self.parts: list[Markup] = []
        self.y = 0.0
        self.stems: list[tuple[float, float]] = []

    @property
    def left(self) -> float:
        """Where the axis begins."""
        return self.axis.left

    @property
    def right(self) -> float:
        """Where the axis ends: the decision day."""
        return self.axis.right

    @property
    def margin(self) -> float:
        """Where the words right of the axis begin."""
        return self.axis.right + 8

    def add(self, *parts: Markup) -> None:
        """Draw over what is there."""
        self.parts += parts

    def under(self, *parts: Markup) -> None:
        """Draw below what is there."""
        self.parts[:0] = parts

    def x(self, day: When) -> float:
        """Position of a day: the middle of its possible days."""
        return self.axis.x((day[0] + day[1]) / 2)

    def possible_days(self, day: When, y: float) -> None:
        """A thin line over the possible days of a partial date."""
        if day[0] != day[1]:
            self.add(line(self.axis.x(day[0]), y, self.axis.x(day[1]), y, "l-thin", "2 2"))

    def stems_to(self, y: float) -> None:
        """Lines from the named days down to here."""
        self.under(*(line(x, top, x, y, "l-thin", "1 2") for x, top in self.stems))


def cross(x: float, y: float, arm: float = 4) -> Markup:
    """The sign of what was removed."""
    both = number(2 * arm)
    left, right, top = number(x - arm), number(x + arm), number(y - arm)
    return path(f"M{left} {top}l{both} {both}M{right} {top}l-{both} {both}", "l")
