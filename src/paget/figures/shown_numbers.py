"""Numbers as they stand on a figure: counts, hundreds, ratios, durations; intervals in words."""

from __future__ import annotations

import math
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number with its interval; NaN where there is none.

    Attributes:
        value: the number.
        lower, upper: its interval.
    """

    value: float
    lower: float = math.nan
    upper: float = math.nan

    @property
    def has_interval(self) -> bool:
        """Whether both bounds are numbers."""
        return math.isfinite(self.lower) and math.isfinite(self.upper)


def count(number: float) -> str:
    """A number of patients, or a sum of weights.

    >>> count(1284.0), count(3.25), count(float("nan"))
    ('1,284', '3.2', '')
    """
    if not math.isfinite(number):
        return ""
    return f"{number:,.0f}" if abs(number - round(number)) < 1e-6 else f"{number:,.1f}"


def hundreds(share: float) -> str:
    """A share as of 100, with a decimal below 1 and above 99 so that few are not none.

    >>> [hundreds(share) for share in (0.5649, 0.004, 0.0, 0.9999, 1.0)]
    ['56', '0.4', '0', '99.9', '100']
    """
    value = 100 * share
    if 0 < value < 0.95 or 99.5 <= value < 100:
        return f"{min(max(value, 0.1), 99.9):.1f}"
    return f"{value:.0f}"


def hundreds_of(one: Estimate) -> str:
    """A share with its interval.

    >>> hundreds_of(Estimate(0.41, 0.37, 0.45)), hundreds_of(Estimate(0.0))
    ('41 (37 to 45)', '0')
    """
    if not math.isfinite(one.value):
        return "unknown"
    if not one.has_interval:
        return hundreds(one.value)
    return f"{hundreds(one.value)} ({hundreds(one.lower)} to {hundreds(one.upper)})"


def ratio(value: float, *, fine: bool = False) -> str:
    """A hazard ratio: two decimals, fewer when it is large, more when it is small, or when it is fine.

    >>> [ratio(x) for x in (1.4666, 13.04, 0.0042, 2.5e9, float("inf"))]
    ['1.47', '13.0', '0.0042', 'over 1,000', 'over 1,000']
    >>> ratio(1.0064, fine=True)
    '1.006'
    """
    if math.isnan(value):
        return "unknown"
    if value > 1000:
        return "over 1,000"
    if value >= 100:
        return f"{value:.0f}"
    if value >= 10:
        return f"{value:.1f}"
    if value >= 0.095:
        return f"{value:.3f}" if fine else f"{value:.2f}"
    return "under 0.001" if value < 0.001 else f"{value:.2g}"


def signed(value: float) -> str:
    """A difference, two decimals and a true minus.

    >>> signed(-0.305), signed(0.0), signed(12.4)
    ('−0.30', '0.00', '12.40')
    """
    if math.isnan(value):
        return "unknown"
    words = f"{value:.2f}" if abs(value) < 1000 else f"{value:.3g}"
    return words.replace("-", "−") if float(words) else "0.00"


def duration(value: float) -> str:
    """A time on an axis.

    >>> duration(5.68), duration(12.0), duration(68.31), duration(float("nan"))
    ('5.7', '12', '68', 'not reached')
    """
    if math.isnan(value):
        return "not reached"
    if abs(value) >= 20:
        return f"{value:.0f}"
    return f"{value:.1f}".removesuffix(".0")
