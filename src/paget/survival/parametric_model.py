"""A fitted parametric or cure model: its coefficients, curves and print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from paget.survival.intervals import normal_quantile
from paget.survival.results import Analysed, Floats, LogLikelihood, Named, frame, shown_p, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

Survival = Callable[[Floats, Any], Floats]


@dataclass(frozen=True, eq=False)
class ParametricModel:
    """A model with a distribution of time.

    Attributes:
        coefficients: all of them, shapes at the end; those of the cured share, when there are, begin with
            ``cured:``.
        covariance: inverse of the information.
        log_likelihood: without covariates and fitted.
        distribution: its name.
        meaning: what the coefficients are.
        events: rows with the event.
        analysed: who was analysed.
        converged: whether the search ended as it should.
        notes: sentences on what a reader must know.
        survival_of: (times, data) -> (rows, times) survival.
    """

    coefficients: Named
    covariance: Floats
    log_likelihood: LogLikelihood
    distribution: str
    meaning: str
    events: int
    analysed: Analysed
    converged: bool
    notes: tuple[str, ...]
    survival_of: Survival = field(repr=False)

    robust_standard_errors = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return self.coefficients.names

    @property
    def standard_errors(self) -> Named:
        """From the information."""
        with np.errstate(invalid="ignore"):
            return Named(self.names, np.sqrt(np.diag(self.covariance)))

    @property
    def p_values(self) -> Named:
        """Two-sided, from the normal distribution."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore", invalid="ignore"):
            return Named(
                self.names,
                2 * ndtr(-np.abs(np.asarray(self.coefficients) / np.asarray(self.standard_errors))),
            )

    @property
    def aic(self) -> float:
        """-2 log likelihood + 2 coefficients: the lower of two distributions fits better."""
        return 2 * len(self.names) - 2 * self.log_likelihood.fitted

    def confidence_interval(self, level: float = 0.95) -> tuple[Named, Named]:
        """Lower and upper bounds of the coefficients."""
        half = normal_quantile(level) * np.asarray(self.standard_errors)
        middle = np.asarray(self.coefficients)
        return Named(self.names, middle - half), Named(self.names, middle + half)

    def predict(self, data: Any, times: ArrayLike) -> Any:
        """Survival of new rows: a frame of row, time, survival."""
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        found = self.survival_of(wanted, data)
        rows = np.repeat(np.arange(len(found)), len(wanted))
        return frame({"row": rows, "time": np.tile(wanted, len(found)), "survival": found.ravel()})

    def to_frame(self) -> Any:
        """A row a coefficient."""
        low, high = self.confidence_interval()
        return frame(
            {
                "term": list(self.names),
                "coefficient": np.asarray(self.coefficients),
                "standard_error": np.asarray(self.standard_errors),
                "lower": np.asarray(low),
                "upper": np.asarray(high),
                "p_value": np.asarray(self.p_values),
            }
        )

    def summary(self) -> str:
        """A line a coefficient, and the notes."""
        low, high = self.confidence_interval()
        columns = {
            "term": list(self.names),
            "coefficient": [float(b) for b in self.coefficients],
            "se": [float(e) for e in self.standard_errors],
            "95% from": [float(b) for b in low],
            "to": [float(b) for b in high],
            "p": [shown_p(float(p)) for p in self.p_values],
        }
        head = f"{self.distribution}: {self.meaning}; {self.analysed}, {self.events} events"
        likelihood = f"log likelihood {self.log_likelihood.fitted:.4f}, AIC {self.aic:.2f}"
        return "\n".join([text_table(columns), head, likelihood, *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Ratios of time or hazard with intervals as a forest, SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`; ``names`` are those of covariates.
        """
        from paget.survival.drawing import draw_forest

        return draw_forest(self, look=look)


@dataclass(frozen=True, eq=False)
class CureModel(ParametricModel):
    """A mixture of cured and uncured.

    Attributes:
        cured_of: data -> (rows,) probability of being cured.
    """

    cured_of: Callable[[Any], Floats] = field(repr=False, kw_only=True)

    def cured(self, data: Any) -> Floats:
        """(rows,) the probability that a row is cured: never has the event."""
        return self.cured_of(data)
