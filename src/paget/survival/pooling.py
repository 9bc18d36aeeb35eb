"""Estimates of several completed data sets as one: Rubin's rules."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol, Unpack

import numpy as np

from paget.errors import BadInput
from paget.survival.results import Floats, Named, frame, shown_p, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


class Fitted(Protocol):
    """A model with coefficients and their covariance."""

    @property
    def coefficients(self) -> Named:
        """Estimates by name."""

    @property
    def covariance(self) -> Floats:
        """(p, p)."""


@dataclass(frozen=True)
class Pooled:
    """Pooled estimates.

    Attributes:
        coefficients: means of the estimates.
        standard_errors: with the variance within and between the data sets.
        df: degrees of freedom of each.
        missing_information: share of the variance that is due to missing values.
        models: how many data sets.
    """

    coefficients: Named
    standard_errors: Named
    df: Named
    missing_information: Named
    models: int

    @property
    def p_values(self) -> Named:
        """Two-sided, from the t distribution."""
        from scipy.special import stdtr

        t = np.abs(np.asarray(self.coefficients) / np.asarray(self.standard_errors))
        return Named(self.coefficients.names, 2 * stdtr(np.asarray(self.df), -t))

    def confidence_interval(self, level: float = 0.95) -> tuple[Named, Named]:
        """Lower and upper bounds."""
        from scipy.special import stdtrit

        half = stdtrit(np.asarray(self.df), 0.5 + level / 2) * np.asarray(self.standard_errors)
        middle = np.asarray(self.coefficients)
        names = self.coefficients.names
        return Named(names, middle - half), Named(names, middle + half)

    def to_frame(self) -> Any:
        """A row a coefficient."""
        low, high = self.confidence_interval()
        named = {"coefficient": self.coefficients, "standard_error": self.standard_errors, "df": self.df}
        named |= {"lower": low, "upper": high, "p_value": self.p_values}
        columns: dict[str, Any] = {name: np.asarray(values) for name, values in named.items()}
        return frame({"term": list(self.coefficients.names)} | columns)

    def summary(self) -> str:
        """A line a coefficient."""
        columns = {
            "term": list(self.coefficients.names),
            "coefficient": self.coefficients.values(),
            "se": self.standard_errors.values(),
            "missing": [f"{share:.0%}" for share in self.missing_information.values()],
            "p": [shown_p(p) for p in self.p_values.values()],
        }
        return f"{text_table(columns)}\npooled from {self.models} completed data sets"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Coefficients with intervals, SVG; ``names`` of the look are those of terms.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing_estimates import draw_estimates

        low, high = self.confidence_interval()
        values = self.coefficients.values(), low.values(), high.values()
        words = "Pooled coefficients", "Coefficient", "Term"
        notes = (f"Pooled from {self.models} completed data sets.",)
        return draw_estimates(self.coefficients.names, values, words, look, notes=notes)


def pool(models: Sequence[Fitted], *, complete_df: float | None = None) -> Pooled:
    """Pool the same model fitted to several completed data sets.

    Args:
        models: at least two, with the same coefficients.
        complete_df: degrees of freedom if nothing had been missing, such as events less coefficients; without
            it they are taken as large.

    Raises:
        BadInput: fewer than two models, or models that differ in their terms.

    With W the mean variance, B the variance between m estimates: T = W + (1 + 1/m) B. Source: Rubin DB.
    Multiple Imputation for Nonresponse in Surveys. Wiley 1987, section 3.1; degrees of freedom of few events:
    Barnard J, Rubin DB. Biometrika 1999;86:948-955.

    >>> from paget.survival import cox
    >>> rows = {"day": [1, 2, 3, 4, 5], "died": [1, 1, 0, 1, 1], "x": [3, 1, 2, 2, 0]}
    >>> one = cox(rows, "x", time="day", event="died")
    >>> pool([one, one]).missing_information["x"]
    np.float64(0.0)
    """
    if len(models) < 2:
        raise BadInput("pooling needs at least two completed data sets")
    names = models[0].coefficients.names
    if any(model.coefficients.names != names for model in models):
        raise BadInput("the models have other terms", mend="fit the same formula to each data set")
    m = len(models)
    estimates = np.array([np.asarray(model.coefficients) for model in models])
    within = np.mean([np.diag(model.covariance) for model in models], axis=0)
    between = (1 + 1 / m) * estimates.var(0, ddof=1)
    total = within + between
    with np.errstate(divide="ignore", invalid="ignore"):
        share = between / total
        df = np.where(share > 0, (m - 1) / share**2, np.inf)
        if complete_df is not None:
            if not complete_df > 0:
                raise BadInput("degrees of freedom that are not above 0", where="complete_df")
            seen = (complete_df + 1) / (complete_df + 3) * complete_df * (1 - share)
            df = 1 / (1 / df + 1 / seen)
    return Pooled(
        Named(names, estimates.mean(0)),
        Named(names, np.sqrt(total)),
        Named(names, df),
        Named(names, share),
        m,
    )
