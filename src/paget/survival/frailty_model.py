"""A fitted model with a shared frailty: what it says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from paget.survival.intervals import normal_quantile
from paget.survival.results import (
    Analysed,
    Floats,
    LogLikelihood,
    Named,
    Test,
    exponential,
    frame,
    shown_p,
    text_table,
)

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


@dataclass(frozen=True, eq=False)
class FrailtyModel:
    """A Cox model with a shared frailty.

    Attributes:
        coefficients: log hazard ratios within a group, that is, for the same frailty.
        covariance: (p, p) with the frailties estimated, their variance taken as known.
        variance: of the frailty, whose mean is 1; 0 is none.
        frailties: group -> its hazard as a multiple of the mean; shrunk towards 1.
        log_likelihood: of the model without frailty, and with the frailty integrated out.
        events: rows with the event.
        analysed: who was analysed.
        converged: whether the search ended as it should.
        notes: sentences that a reader must know.
    """

    coefficients: Named
    covariance: Floats
    variance: float
    frailties: Named
    log_likelihood: LogLikelihood
    events: int
    analysed: Analysed
    converged: bool
    notes: tuple[str, ...]

    robust_standard_errors = None

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return self.coefficients.names

    @property
    def standard_errors(self) -> Named:
        """Of the coefficients."""
        return Named(self.names, np.sqrt(np.diag(self.covariance)))

    @property
    def p_values(self) -> Named:
        """Two-sided, from the normal distribution."""
        from scipy.special import ndtr

        with np.errstate(divide="ignore", invalid="ignore"):
            z = np.asarray(self.coefficients) / np.asarray(self.standard_errors)
        return Named(self.names, 2 * ndtr(-np.abs(z)))

    def confidence_interval(self, level: float = 0.95) -> tuple[Named, Named]:
        """Lower and upper bounds of the coefficients."""
        half = normal_quantile(level) * np.asarray(self.standard_errors)
        middle = np.asarray(self.coefficients)
        return Named(self.names, middle - half), Named(self.names, middle + half)

    @property
    def frailty_test(self) -> Test:
        """Is there a frailty? The likelihood ratio; none is at the edge, so p is half of chi-square's."""
        from scipy.special import chdtrc

        statistic = max(2 * (self.log_likelihood.fitted - self.log_likelihood.null), 0.0)
        p_value = 0.5 * float(chdtrc(1, statistic)) if statistic > 0 else 1.0
        return Test("likelihood ratio of the frailty", statistic, 1, p_value)

    @property
    def kendall_tau(self) -> float:
        """How alike two patients of a group are: variance / (variance + 2)."""
        return self.variance / (self.variance + 2)

    def to_frame(self) -> Any:
        """A row a coefficient."""
        low, high = self.confidence_interval()
        return frame(
            {
                "term": list(self.names),
                "coefficient": np.asarray(self.coefficients),
                "standard_error": np.asarray(self.standard_errors),
                "hazard_ratio": exponential(self.coefficients),
                "lower": exponential(low),
                "upper": exponential(high),
                "p_value": np.asarray(self.p_values),
            }
        )

    def summary(self) -> str:
        """A line a coefficient, the frailty's variance with its test, and the notes."""
        low, high = self.confidence_interval()
        columns = {
            "term": list(self.names),
            "coefficient": self.coefficients.values(),
            "hazard ratio": exponential(self.coefficients),
            "95% from": exponential(low),
            "to": exponential(high),
            "se": self.standard_errors.values(),
            "p": [shown_p(p) for p in self.p_values.values()],
        }
        frailty = f"variance of the frailty {self.variance:.4g} in {len(self.frailties)} groups"
        head = f"{self.analysed}, {self.events} events; {frailty}"
        return "\n".join([text_table(columns), head, str(self.frailty_test), *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Hazard ratios with intervals as a forest, SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_forest

        return draw_forest(self, look=look)
