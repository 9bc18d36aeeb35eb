"""The axis of time: whole days as they are, other times by the rank of their distinct values.

Whole days need no sorting: a day is a row of a table. Times that are no whole numbers, or that are spread
over more days than there are rows, are numbered by rank, which is exact too. Two times that differ by less
than 1.5e-8, absolutely or in relation to the mean, are the same time: the difference is one of rounding [1]_.

.. [1] Therneau TM. Roundoff error and tied times. Vignette of R survival.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROUNDING = float(np.sqrt(np.finfo(float).eps))
"""Times closer than this are one time."""

MOST_DAYS = 1 << 20
"""A table a day is made for at most this many days, unless there are more rows."""


@dataclass(frozen=True)
class Axis:
    """The points of time of an analysis.

    Attributes:
        times: (points,) increasing.
        first: the first day when the points are consecutive whole days, else None.
        whole: whether all times are whole numbers, so that none is rounded.
    """

    times: NDArray[Any]
    first: int | None = None
    whole: bool = False

    @property
    def points(self) -> int:
        """How many points of time there are."""
        return int(self.times.shape[0])

    @classmethod
    def of(cls, time: NDArray[Any], entry: NDArray[Any] | None = None) -> Axis:
        """The axis of these times of exit.

        Args:
            time: times of exit.
            entry: times of entry, when the days before the first exit are wanted too, so that tables add up.

        >>> Axis.of(np.array([5, 2, 2])).times.tolist()
        [2, 3, 4, 5]
        >>> Axis.of(np.array([0.5, 0.25, 0.5])).times.tolist()
        [0.25, 0.5]
        """
        if not time.size:
            return cls(np.zeros(0))
        first, last = time.min(), time.max()
        if entry is not None:
            first = min(first, np.floor(entry.min()) + 1)
        whole = is_whole(time)
        if last - first <= max(MOST_DAYS, 2 * time.size) and whole:
            return cls(np.arange(int(first), int(last) + 1), int(first), whole=True)
        times = np.unique(time)
        if whole:
            return cls(times, whole=True)
        steps = np.diff(times)
        apart = (steps > ROUNDING) & (steps / max(float(np.abs(times).mean()), 1e-300) > ROUNDING)
        return cls(times[np.concatenate([[True], apart])])

    def at(self, time: NDArray[Any]) -> NDArray[np.intp]:
        """The place of each time of exit."""
        if self.first is not None:
            return (time - self.first).astype(np.intp)
        return np.maximum(np.searchsorted(self.times, time, side="right") - 1, 0)

    def after(self, entry: NDArray[Any], time: NDArray[Any] | None = None) -> NDArray[np.intp]:
        """The first place at which one who enters then is at risk: the first point after the entry.

        Args:
            entry: times of entry.
            time: times of exit of the same rows, at which they are at risk however the entry is rounded.

        >>> Axis.of(np.array([2, 5])).after(np.array([0, 2, 3])).tolist()
        [0, 1, 2]
        """
        if self.first is not None:
            places = np.floor(entry).astype(np.intp) - self.first + 1
            return np.asarray(np.clip(places, 0, self.points))
        slack = (
            0.0 if self.whole else ROUNDING * max(1.0, float(np.abs(self.times).sum()) / max(self.points, 1))
        )
        found = np.searchsorted(self.times, entry + slack, side="right")
        return found if time is None else np.minimum(found, self.at(time))


def is_whole(time: NDArray[Any]) -> bool:
    """Whether all times are whole numbers."""
    return time.dtype.kind in "iub" or bool((time == np.rint(time)).all())
