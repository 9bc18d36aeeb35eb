"""The axis of days: from the first day of the course to the day as of which it is drawn."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from paget.days import date_of, day_of
from paget.units import DAYS_PER_MONTH, DAYS_PER_YEAR

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_LEAST_GAP: Final = 46  # px between two labelled ticks


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on the axis; a strong one begins a year and runs through the figure."""

    x: float
    label: str
    strong: bool


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Days across a figure.

    Attributes:
        start, end: first and last day drawn.
        left, right: their positions, px.
        relative: days count from the patient's own origin.
    """

    start: int
    end: int
    left: float
    right: float
    relative: bool = False

    def x(self, day: float) -> float:
        """Position of a day, never outside the axis."""
        span = max(1, self.end - self.start)
        return self.left + (self.right - self.left) * min(1.0, max(0.0, (day - self.start) / span))

    def ticks(self) -> list[Tick]:
        """Quarters, years or more, as many as there is room to label."""
        found = list(self._months_from_origin() if self.relative else self._calendar())
        kept: list[Tick] = []
        for tick in found:
            if kept and tick.label and tick.x - kept[-1].x < _LEAST_GAP and kept[-1].label:
                if tick.strong and not kept[-1].strong:
                    kept[-1] = Tick(kept[-1].x, "", strong=False)
                elif not tick.strong:
                    tick = Tick(tick.x, "", strong=False)  # noqa: PLW2901 - the same tick without its label
            kept.append(tick)
        return kept

    def _calendar(self) -> Iterator[Tick]:
        years = (self.end - self.start) / DAYS_PER_YEAR
        step = self._step(years)
        first = date_of(self.start)
        yield Tick(
            self.x(self.start),
            f"{_MONTHS[first.month - 1]} {first.year}" if step < 12 else str(first.year),
            strong=False,
        )
        if step < 12:
            month = first.year * 12 + first.month  # counted from 1: the month after the first
            month += -month % step
        else:
            month = (first.year // (step // 12) + 1) * step
        while (day := day_of(dt.date(month // 12, month % 12 + 1, 1))) < self.end:
            starts_year = month % 12 == 0
            label = str(month // 12) if starts_year else _MONTHS[month % 12]
            yield Tick(self.x(day), label, strong=starts_year)
            month += step

    def _months_from_origin(self) -> Iterator[Tick]:
        step = self._step((self.end - self.start) / DAYS_PER_YEAR)
        month = int(-(-self.start // (DAYS_PER_MONTH * step))) * step
        while (day := month * DAYS_PER_MONTH) < self.end:
            yield Tick(self.x(day), f"month {month}", strong=month % max(12, step) == 0)
            month += step

    def _step(self, years: float) -> int:
        """Months between ticks, so that years keep their labels apart."""
        room = (self.right - self.left) / max(years, 0.01)  # px a year
        for step, least in ((1, 900), (3, 150), (6, 80), (12, 40), (24, 20), (60, 8)):
            if room >= least:
                return step
        return 120
