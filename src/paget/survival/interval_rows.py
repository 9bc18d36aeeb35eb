"""Rows of which it is known only between which two days the event fell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names, listed
from paget.survival.columns import Codes, Columns, Mask
from paget.survival.design import Rows, missing_in
from paget.survival.results import Analysed, Floats


@dataclass(frozen=True)
class IntervalRows:
    """Rows whose event fell after ``lower`` and by ``upper``.

    Attributes:
        lower: (rows,) the last day known to be free of the event; 0 when there is none.
        upper: (rows,) the first day on which it is known; infinite when it was never seen; equal to ``lower``
            when the day itself is known.
        weights: (rows,) case weights.
        groups: labels as numbers, or None.
        kept: the rows of the data that are here, or None for all.
        analysed: who is here and who was set aside.
    """

    lower: Floats
    upper: Floats
    weights: Floats
    groups: Codes | None
    kept: Rows
    analysed: Analysed

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.lower.shape[0])

    @property
    def known(self) -> NDArray[np.bool_]:
        """Rows whose day is known."""
        return np.equal(self.lower, self.upper)

    @property
    def events(self) -> int:
        """Rows whose event was seen, to the day or between two."""
        return int(np.isfinite(self.upper).sum())


def read_intervals(
    columns: Columns,
    *,
    lower: str,
    upper: str,
    weights: str | None = None,
    by: Names = None,
    variables: Sequence[str] = (),
) -> IntervalRows:
    """The rows of these columns; a row without both days, or with a missing covariate, is set aside.

    Raises:
        BadInput: a day before the origin, an upper day before the lower, a weight below 0, no row.
    """
    low, no_low = columns.numbers(lower)
    high, no_high = columns.numbers(upper)
    low, high = low.astype(float), high.astype(float)
    low = np.where(np.isnan(low) | (low == -np.inf), 0.0, low)
    high = np.where(np.isnan(high), np.inf, high)
    nothing = np.zeros(columns.rows, dtype=bool)
    missing: dict[str, Mask] = {}
    missing[f"{lower} and {upper}"] = (
        (nothing if no_low is None else no_low) & (nothing if no_high is None else no_high)
    ) | ((low == 0) & np.isinf(high))
    case = np.ones(columns.rows)
    if weights is not None:
        case, absent = columns.numbers(weights)
        case = case.astype(float)
        missing[weights] = nothing if absent is None else absent
        if (case < 0).any():
            raise BadInput("a weight below 0", where=weights)
        missing["a weight above 0"] = case == 0
    groups = None
    if by:
        from paget.survival.cohort import _combined

        groups = _combined(columns, listed(by))
        missing[", ".join(listed(by))] = nothing if groups.missing is None else groups.missing
    missing.update(missing_in(columns, list(variables)))
    gone = nothing.copy()
    excluded = {}
    for name, mask in missing.items():
        excluded[name] = int((mask & ~gone).sum())
        gone |= mask
    analysed = Analysed(columns.rows, {name: number for name, number in excluded.items() if number})
    kept = np.flatnonzero(~gone)
    low, high, case = low[kept], high[kept], case[kept]
    if not len(kept):
        raise BadInput("no row is complete", where=str(analysed))
    early = int(((low < 0) | (high < 0)).sum())
    if early or not np.isfinite(low).all():
        raise BadInput("a day before the origin, or not finite", where=f"{lower}, {upper}")
    turned = int((high < low).sum())
    if turned:
        raise BadInput(f"{turned} rows end before they begin", where=f"{lower}, {upper}")
    if groups is not None:
        groups = Codes(groups.codes[kept], groups.labels)
    return IntervalRows(low, high, case, groups, kept if gone.any() else None, analysed)
