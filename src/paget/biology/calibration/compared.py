"""One published figure beside what calibrated virtual patients give, and whether they agree."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from paget.biology.calibration.tables import Table

REACHED: Final = 0.5
"""Share of the posterior draws that must have patients of a table's kind."""
FAR: Final = 1.96
"""A figure further away than so many standard deviations does not agree."""


@dataclass(frozen=True, slots=True)
class Compared:
    """A table beside what calibrated virtual patients give.

    Attributes:
        table: the published figure.
        predicted: median of the posterior predictions of the figure itself.
        interval: of 95 %: parameters, sampling error of the table and declared spread together.
        by_parameters: of 95 %: the model's value, by the uncertainty of the parameters alone.
        distance: standard deviations of such a prediction from its mean to the figure, above 0 when the
            model gives more.
        shipped: what the model gives with the parameters of its file; nan when not simulated.
        shipped_distance: of that, in standard deviations of the table alone.
        reached: share of the posterior draws at which the model has patients of the table's kind; nan when
            none was simulated.
    """

    table: Table
    predicted: float
    interval: tuple[float, float]
    by_parameters: tuple[float, float]
    distance: float
    shipped: float
    shipped_distance: float
    reached: float

    @property
    def agrees(self) -> bool:
        """Whether the figure lies within what is predicted."""
        return self.reached >= REACHED and abs(self.distance) <= FAR

    @property
    def verdict(self) -> str:
        """In words: agrees, does not agree, not reached, or not done."""
        if math.isnan(self.reached):
            return "not done"
        if self.reached < REACHED:
            return "not reached: hardly any such virtual patient"
        return "agrees" if self.agrees else "DOES NOT AGREE"
