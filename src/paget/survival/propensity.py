"""Weights that make groups alike in measured covariates: inverse probability, overlap; and the E-value.

They cure measured confounding only; positivity (weights, effective sizes) and balance are shown with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import numpy as np

from paget.errors import BadInput
from paget.survival.columns import Columns
from paget.survival.design import design_of, missing_in, variables_of
from paget.survival.results import Analysed, Floats, Named, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

Target = Literal["all", "treated", "overlap"]


@dataclass(frozen=True)
class PropensityWeights:
    """Weights of two groups.

    Attributes:
        row: places of the rows in the data.
        probability: of being in the group, by the covariates.
        weights: (rows,).
        target: whom the weighted groups resemble: all, treated, or those who could be in either (overlap).
        coefficients: of the logistic model; the intercept first.
        standard_errors: of those.
        balance: covariate -> standardised difference before and after weighting.
        effective: effective number of rows in the other group and in the group, (sum w)² / sum w².
        analysed: who was analysed.
        notes: sentences on positivity.
    """

    row: Any
    probability: Floats
    weights: Floats
    target: Target
    coefficients: Named
    standard_errors: Named
    balance: dict[str, tuple[float, float]]
    effective: tuple[float, float]
    analysed: Analysed
    notes: tuple[str, ...]

    def to_frame(self) -> Any:
        """A row a row: its place, probability and weight."""
        return frame({"row": self.row, "probability": self.probability, "weight": self.weights})

    def summary(self) -> str:
        """A line a covariate with its standardised difference before and after, and the notes."""
        columns = {
            "covariate": list(self.balance),
            "difference": [before for before, _ in self.balance.values()],
            "weighted": [after for _, after in self.balance.values()],
        }
        sizes = f"effective rows {self.effective[0]:.0f} and {self.effective[1]:.0f}; {self.analysed}"
        return "\n".join([text_table(columns), sizes, *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Standardised differences before and after weighting, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`; ``names`` are those of covariates.
        """
        from paget.survival.drawing import draw_balance

        return draw_balance(self, look)


def propensity_weights(
    data: Any, formula: str, *, group: str, target: Target = "all", truncate: float = 0.0
) -> PropensityWeights:
    """Weight two groups so that they resemble a target in the covariates.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        formula: the covariates known before the group was decided.
        group: column of 0 and 1.
        target: all (inverse probability, stabilised by the share of the group), treated (odds), or overlap.
        truncate: weights beyond this quantile at either end are set to it, for example 0.01.

    Raises:
        BadInput: a group that is not 0 and 1 or is all alike, or perfectly predicted; a column that cannot be
            meant.

    With e the probability of the group by a logistic model: all 1/e and 1/(1 - e); treated 1 and e/(1 - e);
    overlap 1 - e and e. Sources: Rosenbaum PR, Rubin DB. Biometrika 1983;70:41-55; Li F, Morgan KL, Zaslavsky
    AM. J Am Stat Assoc 2018;113:390-400.

    >>> rows = {"old": [0, 0, 0, 0, 1, 1, 1, 1], "arm": [0, 0, 0, 1, 0, 1, 1, 1]}
    >>> found = propensity_weights(rows, "old", group="arm", target="overlap")
    >>> abs(found.balance["old"][1]) < 1e-9
    True
    """
    if target not in get_args(Target):
        raise BadInput("no such target", where=str(target), mend=f"there are {', '.join(get_args(Target))}")
    variables = variables_of(formula)
    columns = Columns(data, [group, *variables])
    values, absent = columns.numbers(group)
    missing = missing_in(columns, variables) | ({group: absent} if absent is not None else {})
    gone = np.zeros(columns.rows, dtype=bool)
    excluded = {}
    for name, mask in missing.items():
        excluded[name] = int((mask & ~gone).sum())
        gone |= mask
    row = np.flatnonzero(~gone)
    z = values[row].astype(float)
    if not len(z) or set(np.unique(z)) != {0.0, 1.0}:
        raise BadInput("the group is not 0 in some rows and 1 in others", where=group)
    design = design_of(columns, formula, row if gone.any() else None)
    x = np.column_stack([np.ones(len(z)), *design.columns])
    theta, variance = logistic(x, z, group)
    e = 1 / (1 + np.exp(-(x @ theta)))
    share = z.mean()
    weights = {
        "all": np.where(z == 1, share / e, (1 - share) / (1 - e)),
        "treated": np.where(z == 1, 1.0, e / (1 - e)),
        "overlap": np.where(z == 1, 1 - e, e),
    }[target]
    if truncate:
        weights = np.clip(weights, *np.quantile(weights, [truncate, 1 - truncate]))
    names = ("intercept", *design.names)
    sizes = [float(weights[z == k].sum() ** 2 / (weights[z == k] ** 2).sum()) for k in (0, 1)]
    return PropensityWeights(
        row,
        e,
        weights,
        target,
        Named(names, theta),
        Named(names, np.sqrt(np.diag(variance))),
        {n: _difference(c, z, weights) for n, c in zip(design.names, design.columns, strict=True)},
        (sizes[0], sizes[1]),
        Analysed(columns.rows, {k: v for k, v in excluded.items() if v}),
        tuple(_notes(e, z, sizes)),
    )


def logistic(x: Floats, z: Floats, where: str) -> tuple[Floats, Floats]:
    """Coefficients and covariance of a logistic regression.

    Raises:
        BadInput: the covariates predict the group perfectly.
    """
    from paget.survival.newton import Point, covariance, maximise

    def objective(theta: Floats, wide: bool) -> Point:
        eta = x @ theta
        p = 1 / (1 + np.exp(-np.clip(eta, -700, 700)))
        value = float(z @ eta - np.logaddexp(0.0, eta).sum())
        information = (x * (p * (1 - p))[:, None]).T @ x if wide else None
        return Point(value, x.T @ (z - p), information)

    found = maximise(objective, np.zeros(x.shape[1]), np.concatenate([[1.0], x[:, 1:].std(0)]))
    if found.endless or not found.converged:
        raise BadInput("the covariates predict the group perfectly: there is no overlap", where=where)
    return found.beta, covariance(found.information, found.redundant)


def _difference(column: Floats, z: Floats, weights: Floats) -> tuple[float, float]:
    """The standardised difference of means, before and after weighting."""
    one, two = column[z == 1], column[z == 0]
    spread = float(np.sqrt((one.var() + two.var()) / 2))
    if spread == 0:
        return 0.0, 0.0
    after = np.average(one, weights=weights[z == 1]) - np.average(two, weights=weights[z == 0])
    return float((one.mean() - two.mean()) / spread), float(after / spread)


def _notes(e: Floats, z: Floats, sizes: list[float]) -> list[str]:
    notes = []
    outside = int(((e < 0.025) | (e > 0.975)).sum())
    if outside:
        notes.append(f"{outside} rows have a probability below 2.5% or above 97.5%: positivity is in doubt.")
    for k, size in enumerate(sizes):
        if size < 0.5 * float((z == k).sum()):
            notes.append(f"The weights leave less than half of the information of group {k}.")
    return notes


def e_value(ratio: float, *, common: bool = False) -> float:
    """How strong an unmeasured confounder would have to be to explain a hazard or risk ratio away.

    Args:
        ratio: the ratio, above 0; or the bound of its interval that is nearer to 1.
        common: whether more than 15 % have the event, so that a hazard ratio is no risk ratio.

    Returns:
        The least risk ratio of the confounder with both group and event.

    Raises:
        BadInput: a ratio that is not above 0.

    Source: VanderWeele TJ, Ding P. Ann Intern Med 2017;167:268-274.

    >>> round(e_value(3.9), 2), e_value(1.0)
    (7.26, 1.0)
    """
    if not ratio > 0:
        raise BadInput("the ratio is not above 0", where="ratio")
    if common:
        ratio = (1 - 0.5 ** np.sqrt(ratio)) / (1 - 0.5 ** np.sqrt(1 / ratio))
    above = ratio if ratio >= 1 else 1 / ratio
    return float(above + np.sqrt(above * (above - 1)))
