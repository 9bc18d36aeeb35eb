"""The axis of a forest plot: ratios on a log scale around 1, or differences around 0, with round ticks."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from paget.figures.shown_numbers import Estimate, signed
from paget.figures.wrapped import text_width

_FURTHEST: Final = 30.0
"""Ratios beyond this, and below its inverse, leave the axis; an arrow says so."""

_GAP: Final = 12.0


@dataclass(frozen=True, slots=True)
class RatioAxis:
    """Values across a plot.

    Attributes:
        low, high: its ends.
        left, right: where they stand, px.
        ticks: labelled values.
        log: whether it is a log axis.
    """

    low: float
    high: float
    left: float
    right: float
    ticks: tuple[float, ...]
    log: bool

    @property
    def none(self) -> float:
        """No difference."""
        return 1.0 if self.log else 0.0

    def x(self, value: float) -> float:
        """Where a value stands; never outside."""
        inside = min(self.high, max(self.low, value))
        low, high = self._scaled(self.low), self._scaled(self.high)
        return self.left + (self.right - self.left) * (self._scaled(inside) - low) / (high - low)

    def _scaled(self, value: float) -> float:
        return math.log(value) if self.log else value

    def is_below(self, value: float) -> bool:
        """Whether a value lies left of the axis."""
        return value < self.low * (1 - 1e-9) if self.log else value < self.low - 1e-12

    def is_above(self, value: float) -> bool:
        """Whether a value lies right of it."""
        return value > self.high * (1 + 1e-9) if self.log else value > self.high + 1e-12

    def label(self, tick: float) -> str:
        """A tick in words."""
        return _label(tick, log=self.log)


def ratio_axis(estimates: Sequence[Estimate], left: float, right: float, *, log: bool = True) -> RatioAxis:
    """An axis that holds the estimates and as much of their intervals as is near.

    Args:
        estimates: with their intervals.
        left: px.
        right: px.
        log: ratios; else differences.

    >>> axis = ratio_axis([Estimate(1.3, 0.8, 2.1)], 0, 200)
    >>> [axis.label(tick) for tick in axis.ticks], axis.x(1.0) < 100
    (['0.7', '1', '1.5', '2'], True)
    """
    values = [v for one in estimates for v in (one.value, one.lower, one.upper) if math.isfinite(v)]
    if log:
        near = [min(_FURTHEST, max(1 / _FURTHEST, value)) for value in values]
        low, high = min([0.65, *near]), max([1.55, *near])
        pad = (high / low) ** 0.04
        low, high = low / pad, high * pad
        ticks = _log_ticks(low, high, left, right)
    else:
        low, high = min([0.0, *values]), max([0.0, *values])
        if low == high:
            low, high = -1.0, 1.0
        pad = (high - low) * 0.05
        low, high = low - pad, high + pad
        ticks = even_ticks(low, high, left, right)
    return RatioAxis(low, high, left, right, tuple(ticks), log)


def _log_ticks(low: float, high: float, left: float, right: float) -> list[float]:
    """Round ratios, as many as have room; 1 is always among them."""
    sets = (
        (0.5, 0.6, 0.7, 0.8, 0.9, 1, 1.1, 1.2, 1.3, 1.5, 1.7, 2),
        (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50),
        (0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 50),
        (0.01, 0.1, 0.3, 1, 3, 10, 100),
        (0.01, 0.1, 1, 10, 100),
    )
    scale = (right - left) / math.log(high / low)
    for marks in sets:
        inside = [mark for mark in marks if low <= mark <= high]
        wide = low < marks[0] * 0.95 or high > marks[-1] * 1.05
        if not wide and _fit([(math.log(m) * scale, _label(m, log=True)) for m in inside]):
            return [float(mark) for mark in inside]
    return [1.0]


def even_ticks(low: float, high: float, left: float, right: float) -> list[float]:
    """Round values between two ends, as many as have room.

    >>> even_ticks(-0.2, 1.1, 0, 200)
    [0.0, 0.5, 1.0]
    """
    scale = abs(right - left) / (high - low)
    power = 10.0 ** math.floor(math.log10(high - low) - 1)
    for step in (power * factor for factor in (1, 2, 5, 10, 20, 50, 100)):
        marks = [step * k for k in range(math.ceil(low / step), math.floor(high / step) + 1)]
        if _fit([(mark * scale, _label(mark, log=False)) for mark in marks]):
            return marks
    return [0.0]


def _fit(labels: Sequence[tuple[float, str]]) -> bool:
    """Whether labels stand apart."""
    ends = [(x - text_width(words) / 2, x + text_width(words) / 2) for x, words in labels]
    return all(before[1] + _GAP <= after[0] for before, after in pairwise(ends))


def _label(tick: float, *, log: bool) -> str:
    return f"{tick:g}" if log else signed(tick).rstrip("0").rstrip(".") or "0"
