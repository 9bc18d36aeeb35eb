"""The result of a comparison: an estimate with its interval, by whom, and what it does not say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from paget.survival.intervals import normal_quantile

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn

NOT_AN_EFFECT = (
    "Not a treatment effect: patients were not assigned, and what led to the exposure may lead to the "
    "outcome."
)


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A comparison of exposed and unexposed patients.

    Attributes:
        method: how it was made.
        exposure: what was compared.
        log_hazard_ratio: exposed against unexposed.
        standard_error: of it; robust where rows of one patient repeat.
        patients, events: in the analysis.
        detail: what belongs to the method, such as the number excluded at a landmark.
        cures: what this method puts right.
        leaves: what it does not.
        fitted: the model or test behind it.
        interval: 95 % bounds of the log hazard ratio where they were found by other means than the error.
        overridden: what the guard found and was told to let pass, with the reason.
    """

    method: str
    exposure: str
    log_hazard_ratio: float
    standard_error: float
    patients: int
    events: int
    cures: str
    leaves: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    fitted: Any = None
    interval: tuple[float, float] | None = None
    overridden: tuple[str, ...] = ()

    def bounds(self) -> tuple[float, float]:
        """95 % interval of the log hazard ratio."""
        if self.interval is not None:
            return self.interval
        half = normal_quantile(0.95) * self.standard_error
        return self.log_hazard_ratio - half, self.log_hazard_ratio + half

    def to_frame(self) -> Any:
        """One row: method, hazard ratio with its interval, patients, events, what it leaves, details."""
        import polars as pl

        low, high = self.bounds()
        row = {
            "method": self.method,
            "exposure": self.exposure,
            "hazard_ratio": float(np.exp(self.log_hazard_ratio)),
            "lower": float(np.exp(low)),
            "upper": float(np.exp(high)),
            "log_hazard_ratio": self.log_hazard_ratio,
            "standard_error": self.standard_error,
            "patients": self.patients,
            "events": self.events,
            "puts_right": self.cures,
            "leaves": self.leaves,
            "detail": self._told(),
        }
        return pl.DataFrame([row])

    def summary(self) -> str:
        """The comparison in words."""
        low, high = self.bounds()
        ratio = (
            f"{self.method}: hazard ratio of {self.exposure} {np.exp(self.log_hazard_ratio):.2f} "
            f"(95 % {np.exp(low):.2f} to {np.exp(high):.2f}), log {self.log_hazard_ratio:+.2f}; "
            f"{self.patients} patients, {self.events} events"
        )
        lines = [
            *self.overridden,
            ratio,
            self._told(),
            f"Puts right: {self.cures}",
            f"Leaves: {self.leaves}",
            NOT_AN_EFFECT,
        ]
        return "\n".join(line for line in lines if line)

    def _told(self) -> str:
        return "; ".join(f"{name} {value}" for name, value in self.detail.items())

    def __str__(self) -> str:
        return self.summary()

    def plot(self, *others: Comparison, width: float = 700) -> Drawn:
        """The hazard ratio, and those of other comparisons below it, as a forest, SVG.

        Args:
            others: of the same exposure by other methods.
            width: px.
        """
        from paget.evidence.drawing import draw_comparisons

        return draw_comparisons([self, *others], f"Hazard ratio of {self.exposure}", width=width)
