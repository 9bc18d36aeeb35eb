"""A fitted Cox model: what it says, and what can be asked of it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike

from paget.survival.cohort import Cohort
from paget.survival.intervals import normal_quantile
from paget.survival.results import (
    Analysed,
    Floats,
    LogLikelihood,
    Named,
    Test,
    chi_square_test,
    exponential,
    frame,
    quadratic_form,
    shown_p,
    text_table,
)

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.concordance import Concordance
    from paget.survival.look import Look
    from paget.survival.partial_likelihood import PartialLikelihood
    from paget.survival.proportional import ProportionalHazards


@dataclass(frozen=True, eq=False)
class CoxModel:
    """A proportional hazards model.

    Attributes:
        coefficients: log hazard ratios; NaN for a term that does not vary or that others explain.
        naive_covariance: (p, p) inverse of the information.
        robust_covariance: (p, p) of the sandwich, or None.
        log_likelihood: without covariates and fitted.
        events: rows with the event.
        analysed: who was analysed.
        ties: how ties were taken.
        steps: evaluations of the likelihood over all rows.
        converged: whether the search ended as it should.
        notes: sentences about terms without an estimate, separation, too few events.
        likelihood, cohort: the rows, for residuals and predictions.
    """

    coefficients: Named
    naive_covariance: Floats
    robust_covariance: Floats | None
    log_likelihood: LogLikelihood
    events: int
    analysed: Analysed
    ties: str
    steps: int
    converged: bool
    notes: tuple[str, ...]
    likelihood: PartialLikelihood = field(repr=False)
    cohort: Cohort = field(repr=False)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the coefficients."""
        return self.coefficients.names

    @property
    def covariance(self) -> Floats:
        """The robust covariance when there is one, else the naive."""
        return self.naive_covariance if self.robust_covariance is None else self.robust_covariance

    @property
    def standard_errors(self) -> Named:
        """From the information."""
        return Named(self.names, np.sqrt(np.diag(self.naive_covariance)))

    @property
    def robust_standard_errors(self) -> Named | None:
        """From the sandwich, or None."""
        if self.robust_covariance is None:
            return None
        return Named(self.names, np.sqrt(np.diag(self.robust_covariance)))

    @property
    def hazard_ratios(self) -> Named:
        """exp of the coefficients."""
        return Named(self.names, exponential(self.coefficients))

    @property
    def z(self) -> Named:
        """Coefficients over their standard errors, the robust ones when there are."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return Named(self.names, np.asarray(self.coefficients) / np.sqrt(np.diag(self.covariance)))

    @property
    def p_values(self) -> Named:
        """Two-sided, from the normal distribution."""
        from scipy.special import ndtr

        return Named(self.names, 2 * ndtr(-np.abs(np.asarray(self.z))))

    def confidence_interval(self, level: float = 0.95) -> tuple[Named, Named]:
        """Lower and upper bounds of the coefficients."""
        half = normal_quantile(level) * np.sqrt(np.diag(self.covariance))
        middle = np.asarray(self.coefficients)
        return Named(self.names, middle - half), Named(self.names, middle + half)

    @property
    def beta(self) -> Floats:
        """(p,) coefficients with 0 where there is none."""
        return np.nan_to_num(np.asarray(self.coefficients))

    @property
    def terms(self) -> int:
        """How many coefficients there are."""
        return int(np.isfinite(np.asarray(self.coefficients)).sum())

    @property
    def aic(self) -> float:
        """-2 log likelihood + 2 coefficients."""
        return 2 * self.terms - 2 * self.log_likelihood.fitted

    @property
    def likelihood_ratio_test(self) -> Test:
        """Against no covariates."""
        statistic = 2 * (self.log_likelihood.fitted - self.log_likelihood.null)
        return chi_square_test("likelihood ratio", statistic, self.terms)

    @property
    def wald_test(self) -> Test:
        """All coefficients 0, by their covariance (the robust one when there is)."""
        used = np.isfinite(np.asarray(self.coefficients)) & np.isfinite(np.diag(self.covariance))
        rank, statistic = quadratic_form(
            np.asarray(self.coefficients)[used], self.covariance[np.ix_(used, used)]
        )
        return chi_square_test("Wald", statistic, rank)

    @cached_property
    def score_test(self) -> Test:
        """All coefficients 0, from the slope there; with one group and no ties this is the log-rank test."""
        used = np.isfinite(np.asarray(self.coefficients))
        point = self.likelihood(np.zeros(len(used)), True)
        assert point.information is not None  # noqa: S101 - it was asked for
        rank, statistic = quadratic_form(point.gradient[used], point.information[np.ix_(used, used)])
        return chi_square_test("score", statistic, rank)

    def with_robust(self) -> CoxModel:
        """The same model with the sandwich variance, by cluster when there is one."""
        from paget.survival.cox_residuals import robust_covariance

        return replace(self, robust_covariance=robust_covariance(self))

    def residuals(self, kind: str = "martingale") -> Any:
        """Residuals by row; see :func:`paget.survival.cox_residuals.residuals`."""
        from paget.survival.cox_residuals import residuals

        return residuals(self, kind)

    def proportional_hazards(self, transform: str = "km") -> ProportionalHazards:
        """Test whether the coefficients change with time; see :mod:`paget.survival.proportional`."""
        from paget.survival.proportional import proportional_hazards

        return proportional_hazards(self, transform)

    def baseline_hazard(self, at: str = "zero") -> Any:
        """The baseline cumulative hazard; see :func:`paget.survival.baseline.baseline_hazard`."""
        from paget.survival.baseline import baseline_hazard

        return baseline_hazard(self, at)

    def predict(
        self, data: Any, times: ArrayLike | None = None, *, level: float = 0.95, conf_type: str = "log"
    ) -> Any:
        """Survival of new rows with intervals; see :func:`paget.survival.baseline.predict`."""
        from paget.survival.baseline import predict

        return predict(self, data, times, level=level, conf_type=conf_type)  # type: ignore[arg-type]

    def linear_predictor(self, data: Any = None) -> Floats:
        """(rows,) x beta of new rows, or of the rows fitted, where means are taken off."""
        if data is not None:
            from paget.survival.baseline import offset_of

            eta = self.likelihood.design.of(data) @ self.beta
            return np.asarray(eta + offset_of(self, data, len(eta)))
        eta = np.zeros(self.likelihood.rows)
        for column, mean, b in zip(
            self.likelihood.design.columns, self.likelihood.means, self.beta, strict=True
        ):
            eta += (column - mean) * b
        return eta + self.likelihood.offset if len(self.likelihood.offset) else eta

    @cached_property
    def concordance(self) -> Concordance:
        """How often the higher risk has the earlier event; see :mod:`paget.survival.concordance`."""
        from paget.survival.concordance import concordance_of

        return concordance_of(self.cohort, -self.linear_predictor())

    def to_frame(self) -> Any:
        """A row a coefficient."""
        low, high = self.confidence_interval()
        columns: dict[str, Any] = {
            "term": list(self.names),
            "coefficient": np.asarray(self.coefficients),
            "standard_error": np.asarray(self.standard_errors),
        }
        if self.robust_standard_errors is not None:
            columns["robust_standard_error"] = np.asarray(self.robust_standard_errors)
        columns |= {
            "hazard_ratio": np.asarray(self.hazard_ratios),
            "lower": exponential(low),
            "upper": exponential(high),
            "z": np.asarray(self.z),
            "p_value": np.asarray(self.p_values),
        }
        return frame(columns)

    def summary(self) -> str:
        """A line a coefficient, the likelihood ratio test and the notes."""
        low, high = self.confidence_interval()
        errors = self.standard_errors if self.robust_standard_errors is None else self.robust_standard_errors
        columns = {
            "term": list(self.names),
            "coefficient": [float(b) for b in self.coefficients],
            "hazard ratio": [float(h) for h in self.hazard_ratios],
            "95% from": exponential(low),
            "to": exponential(high),
            "robust se" if self.robust_covariance is not None else "se": [float(e) for e in errors],
            "p": [shown_p(float(p)) for p in self.p_values],
        }
        head = f"{self.analysed}, {self.events} events; ties {self.ties}"
        return "\n".join([text_table(columns), head, str(self.likelihood_ratio_test), *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Hazard ratios with intervals as a forest, SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`; ``names`` are those of covariates.
        """
        from paget.survival.drawing import draw_forest

        return draw_forest(self, look=look)
