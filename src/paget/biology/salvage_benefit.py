"""Salvage or not: expected survival by the probability of R0, and the probability at which both are equal.

    E(operation) = (1 - m) (p L_R0 + (1 - p) L_failed),    E(none) = L_none
    p* = (L_none / (1 - m) - L_failed) / (L_R0 - L_failed)

p is the probability of R0, m of death from the operation, L mean months of life in each branch. The branch
of those who are operated on without R0 must be given: without it no comparison is possible. When the
operation harms those without R0 (L_failed below L_none), a low p puts the expectation below no surgery.

[1] Source text on salvage surgery of the head and neck: at a vanishing probability of R0 (carotid encasement,
prevertebral invasion) the expected outcome of surgery is worse than none.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike

from paget.biology.chart import Drawing, Line, lines
from paget.biology.declared import Declared, Parameter

PARAMETERS: Final = Declared(
    Parameter("months_r0", "month", 0, 1200, "Mean months after R0.", above=True),
    Parameter("months_failed", "month", 0, 1200, "Mean months after an operation without R0."),
    Parameter("months_none", "month", 0, 1200, "Mean months without an operation."),
    Parameter("mortality", "1", 0, 1, "Probability of death from the operation."),
)
LIMITS: Final = Declared(
    *PARAMETERS.values(),
    Parameter("p_r0", "1", 0, 1, "Probability of R0."),
    Parameter("median", "month", 0, 1200, "Median survival.", above=True),
)


@dataclass(frozen=True, slots=True)
class SalvageBenefit:
    """The four numbers of the comparison; months are means.

    Attributes:
        months_r0, months_failed: after an operation with and without R0.
        months_none: without an operation.
        mortality: probability of death from the operation.
    """

    months_r0: float
    months_failed: float
    months_none: float
    mortality: float

    def __post_init__(self) -> None:
        PARAMETERS.check(
            months_r0=self.months_r0,
            months_failed=self.months_failed,
            months_none=self.months_none,
            mortality=self.mortality,
        )

    def operated(self, p_r0: ArrayLike) -> Any:
        """Expected months with the operation.

        >>> float(SalvageBenefit(40, 8, 12, 0.0).operated(0.25))
        16.0
        """
        LIMITS.check(p_r0=p_r0)
        p = np.asarray(p_r0, float)
        return ((1 - self.mortality) * (p * self.months_r0 + (1 - p) * self.months_failed))[()]

    def gain(self, p_r0: ArrayLike) -> Any:
        """Expected months gained by the operation; negative is harm."""
        return self.operated(p_r0) - self.months_none

    @property
    def break_even(self) -> float:
        """The probability of R0 at which both are equal: 0 when the operation always gains, infinite when
        never.

        >>> SalvageBenefit(40, 8, 12, 0.0).break_even
        0.125
        """
        if self.gain(0.0) >= 0:
            return 0.0
        if self.gain(1.0) < 0:
            return math.inf
        found = self.months_none / (1 - self.mortality) - self.months_failed
        return found / (self.months_r0 - self.months_failed)

    def draw(self) -> Drawing:
        """Expected months by the probability of R0, with and without the operation."""
        p = np.linspace(0, 1, 60)
        marks = [(self.break_even, f"break-even {self.break_even:.2f}")] if 0 < self.break_even < 1 else []
        return lines(
            [Line("operation", p, self.operated(p)), Line("none", p, np.full(p.size, self.months_none))],
            title="Expected survival by the probability of R0",
            x="probability of R0",
            y="mean months",
            marks=marks,
        )


def mean_of_median(median: float) -> float:
    """The mean of an exponential survival time with that median: median / ln 2.

    >>> round(mean_of_median(12), 2)
    17.31
    """
    LIMITS.check(median=median)
    return median / math.log(2)
