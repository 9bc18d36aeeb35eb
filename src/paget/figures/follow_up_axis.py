"""The axis of follow-up: time from an origin, in days, weeks, months or years, whichever reads best."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal, get_args

from markupsafe import Markup

from paget.errors import BadInput
from paget.figures.shown_numbers import duration
from paget.figures.svg import line, text
from paget.figures.wrapped import text_width, wrapped
from paget.units import DAYS_PER_MONTH, DAYS_PER_YEAR

Unit = Literal["day", "week", "month", "year"]
"""Of a duration; a month is 30.4375 days, a year 365.25."""

DAYS: Final[dict[Unit, float]] = {"day": 1.0, "week": 7.0, "month": DAYS_PER_MONTH, "year": DAYS_PER_YEAR}
_STEPS: Final[dict[Unit, tuple[float, ...]]] = {
    "day": (1, 2, 5, 7, 14, 28, 56),
    "week": (1, 2, 4, 8, 13, 26, 52),
    "month": (1, 2, 3, 6, 12, 24, 60, 120),
    "year": (1, 2, 5, 10, 20, 50, 100),
}
_LONGEST: Final[tuple[tuple[Unit, float], ...]] = (("day", 21), ("week", 70), ("month", 4 * DAYS_PER_YEAR))
"""The last day that is shown in the unit."""

_LEAST_GAP: Final = 40.0  # px between two ticks, so that counts stand apart


@dataclass(frozen=True, slots=True)
class FollowUpAxis:
    """Time across a figure.

    Attributes:
        last: the end of the axis, in the unit of the data.
        unit: the unit of the data.
        shown: the unit of the labels.
        ticks: where labels stand, in the unit of the data, from 0.
        origin: from what the time counts, for the axis: "resection".
    """

    last: float
    unit: Unit
    shown: Unit
    ticks: tuple[float, ...]
    origin: str = ""

    @property
    def factor(self) -> float:
        """How many units of the data a unit of the labels is."""
        return DAYS[self.shown] / DAYS[self.unit]

    @property
    def name(self) -> str:
        """The axis in words.

        >>> follow_up_axis(2000, origin="resection").name
        'Years from resection'
        """
        plural = f"{self.shown.capitalize()}s"
        return f"{plural} from {self.origin}" if self.origin else plural

    def label(self, time: float) -> str:
        """A time as a number of the shown unit.

        >>> follow_up_axis(2000).label(730.5)
        '2'
        """
        return duration(round(time / self.factor, 6))

    def said(self, time: float) -> str:
        """A time in words: 5 years.

        >>> axis = follow_up_axis(2000)
        >>> axis.said(365.25), axis.said(1826.25), axis.said(float("nan"))
        ('1 year', '5 years', 'not reached')
        """
        number = self.label(time)
        if math.isnan(time):
            return number
        return f"{number} {self.shown}{'' if number == '1' else 's'}"

    def x(self, time: float, left: float, right: float) -> float:
        """Where a time stands, px; never outside."""
        return left + (right - left) * min(1.0, max(0.0, time / self.last))

    def drawn(self, left: float, right: float, foot: float) -> list[Markup]:
        """Ticks, labels and name under a plot, in a strip of :data:`HEIGHT` px."""
        parts: list[Markup] = [line(left, foot, right, foot, "ax")]
        for tick in self.ticks:
            x = self.x(tick, left, right)
            parts.append(line(x, foot, x, foot + 5, "ax"))
            parts.append(text(x, foot + 18, self.label(tick), "t-2", "middle"))
        name = wrapped(self.name, right - left + 40, most=1)[0]
        parts.append(text((left + right) / 2, foot + 34, name, "t-2", "middle"))
        return parts


HEIGHT: Final = 40.0
"""Px under the plot that the axis takes."""


def follow_up_axis(
    last: float,
    *,
    unit: Unit = "day",
    shown: Unit | None = None,
    origin: str = "",
    room: float = 460,
    widest: str = "",
) -> FollowUpAxis:
    """The axis of follow-up up to a last time.

    Args:
        last: the end of follow-up, in ``unit``; an axis has a length, so 0 becomes 1.
        unit: of the data.
        shown: unit of the labels; default: by the length of follow-up.
        origin: from what the time counts.
        room: px across.
        widest: the widest number that stands under a tick.

    Raises:
        BadInput: no such unit, or a last time that is no number.

    >>> axis = follow_up_axis(2000)
    >>> axis.shown, [axis.label(tick) for tick in axis.ticks]
    ('year', ['0', '1', '2', '3', '4', '5'])
    >>> [follow_up_axis(last).shown for last in (14, 60, 900)]
    ['day', 'week', 'month']
    """
    for one in (unit, shown or unit):
        if one not in get_args(Unit):
            raise BadInput("no such unit of time", where=str(one), mend="day, week, month or year")
    if not math.isfinite(last) or last < 0:
        raise BadInput("the end of follow-up is not a time", where=f"{last}")
    last = float(last) or 1.0
    days = last * DAYS[unit]
    by_length: Unit = next((name for name, longest in _LONGEST if days <= longest), "year")
    shown = shown or by_length
    factor = DAYS[shown] / DAYS[unit]
    gap = max(_LEAST_GAP, text_width(widest) + 12)
    length = last / factor
    step = next((s for s in _STEPS[shown] if s * room / length >= gap), None)
    if step is None:  # longer than any life: powers of ten
        step = 10.0 ** math.ceil(math.log10(gap * length / room))
    marks = [step * k for k in range(int(length / step + 1e-9) + 1)]
    return FollowUpAxis(last, unit, shown, tuple(mark * factor for mark in marks), origin)
