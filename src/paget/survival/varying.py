"""Effects that change with time: a Cox model in which chosen covariates act as beta + theta g(time)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.cohort import Cohort, Names
from paget.survival.cox import fitted, refuse_empty, rows_and_design
from paget.survival.cox_model import CoxModel
from paget.survival.design import Design
from paget.survival.episodes import pieces_of
from paget.survival.intervals import normal_quantile
from paget.survival.results import Floats, Ties, frame

Function = str | float
"""A name of FUNCTIONS, or a day after which the effect is another."""

FUNCTIONS: dict[str, tuple[str, Callable[[Floats], Floats]]] = {
    "identity": ("time", lambda t: t),
    "log": ("log(time)", np.log),
    "sqrt": ("sqrt(time)", np.sqrt),
}
"""Functions of time: what they are called in the names of coefficients, and themselves."""

MOST = 50_000_000
"""The most pieces into which the rows are cut before a fit is refused as too large."""


@dataclass(frozen=True, eq=False)
class VaryingModel(CoxModel):
    """A Cox model some of whose log hazard ratios change with time.

    Attributes:
        functions: covariate -> its function of time.
    """

    functions: Mapping[str, Function] | None = None

    def ratio_at(self, term: str, times: ArrayLike, *, level: float = 0.95) -> Any:
        """The hazard ratio of a covariate at given times.

        Args:
            term: a coefficient, one of those that change.
            times: times from the origin, above 0.
            level: confidence level.

        Returns:
            A frame of time, log_hazard_ratio, standard_error, hazard_ratio, lower, upper.

        Raises:
            BadInput: a covariate whose effect does not change in this model.
        """
        functions = self.functions or {}
        if term not in functions:
            raise BadInput("no such changing effect", where=term, mend=f"there are {', '.join(functions)}")
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        label, values = function_of(functions[term], wanted)
        places = [self.names.index(term), self.names.index(f"{term}:{label}")]
        direction = np.column_stack([np.ones(len(wanted)), values])
        beta = direction @ np.asarray(self.coefficients)[places]
        spread = self.covariance[np.ix_(places, places)]
        error = np.sqrt(np.einsum("ij,jk,ik->i", direction, spread, direction))
        half = normal_quantile(level) * error
        return frame(
            {
                "time": wanted,
                "log_hazard_ratio": beta,
                "standard_error": error,
                "hazard_ratio": np.exp(beta),
                "lower": np.exp(beta - half),
                "upper": np.exp(beta + half),
            }
        )

    def predict(self, *_: Any, **__: Any) -> Any:
        """Not offered: survival under an effect that changes is no power of one baseline."""
        raise BadInput("no prediction from effects that change with time", mend="use ratio_at()")

    @property
    def concordance(self) -> Any:
        """Not offered: the order of risks changes with time."""
        raise BadInput("no concordance of effects that change with time", mend="use ratio_at()")


def cox_varying(
    data: Any,
    formula: str,
    *,
    varying: Mapping[str, Function],
    time: str,
    event: str,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    cluster: str | None = None,
    offset: str | None = None,
    ties: Ties = "efron",
    robust: bool | None = None,
) -> VaryingModel:
    """Fit a Cox model in which the effects of chosen covariates change with time.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient or interval.
        formula: the covariates, the right side in formulaic's grammar.
        varying: covariate (its name among the coefficients) -> how its effect changes: identity, log or sqrt
            of time, or a day after which it is another (a step).
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is at risk.
        strata: column or columns with a baseline hazard a value.
        weights: column of case weights above 0.
        cluster: column of what rows belong together.
        offset: column of a known part of the linear predictor.
        ties: efron, breslow or exact.
        robust: report the robust variance.

    Returns:
        The model; the coefficient ``age:log(time)`` is how the log hazard ratio of age changes with log time;
        ``ratio_at`` gives hazard ratios by time.

    Raises:
        BadInput: a covariate or function that there is not, an event at time 0 with log, too many rows, or
            what :func:`cox` refuses.

    The log hazard ratio is beta + theta g(t). A row is cut at the times of events, since only there the
    covariates of those at risk count; at a step, at its day alone. Source: Therneau T, Crowson C, Atkinson E.
    Using Time Dependent Covariates and Time Dependent Coefficients in the Cox Model. Vignette of R survival.

    >>> rows = {"day": [1, 2, 3, 4, 5, 6], "died": [1, 1, 0, 1, 1, 1], "x": [1, 0, 1, 0, 1, 0]}
    >>> fit = cox_varying(rows, "x", varying={"x": 3}, time="day", event="died")
    >>> fit.names
    ('x', 'x:after 3')
    """
    cohort, design = rows_and_design(
        data,
        formula,
        time=time,
        event=event,
        entry=entry,
        strata=strata,
        weights=weights,
        cluster=cluster,
        offset=offset,
    )
    refuse_empty(cohort)
    if not varying:
        raise BadInput("no effect that changes was named", where="varying", mend="use cox()")
    unknown = [name for name in varying if name not in design.names]
    if unknown:
        there = ", ".join(design.names)
        raise BadInput("no such covariate", where=", ".join(map(str, unknown)), mend=f"there are {there}")
    longer, row = _cut(cohort, varying)
    columns = [column[row] for column in design.columns]
    names, terms = list(design.names), dict(design.terms)
    for name, function in varying.items():
        label, values = function_of(function, longer.time.astype(float), longer.event == 1)
        terms[f"{name}:{label}"] = (len(names),)
        names.append(f"{name}:{label}")
        columns.append(columns[design.names.index(name)] * values)
    wide = Design(tuple(names), tuple(map(np.ascontiguousarray, columns)), terms, formula, design.engine)
    model = fitted(longer, wide, ties=ties, robust=robust)
    known = {name: getattr(model, name) for name in CoxModel.__dataclass_fields__}
    return VaryingModel(**known, functions=dict(varying))


def function_of(
    function: Function, times: Floats, needed: NDArray[np.bool_] | None = None
) -> tuple[str, Floats]:
    """The name of a function of time and its values; an infinite one where it is not needed is 0.

    >>> function_of(90, np.array([90.0, 91.0]))
    ('after 90', array([0., 1.]))
    """
    if isinstance(function, int | float) and not isinstance(function, bool):
        return f"after {function:g}", (times > function).astype(float)
    if function not in FUNCTIONS:
        there = ", ".join(FUNCTIONS)
        raise BadInput("no such function of time", where=str(function), mend=f"{there}, or a day")
    label, call = FUNCTIONS[str(function)]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = call(times)
    bad = ~np.isfinite(values)
    if (bad & (True if needed is None else needed)).any():
        raise BadInput("an event at time 0 has no logarithm", where="varying", mend="use identity or a day")
    return label, np.where(bad, 0.0, values)


def _cut(cohort: Cohort, varying: Mapping[str, Function]) -> tuple[Cohort, NDArray[np.intp]]:
    """The rows in pieces within which nothing changes but at their end, and the row of each piece."""
    steps = [float(f) for f in varying.values() if isinstance(f, int | float) and not isinstance(f, bool)]
    smooth = len(steps) < len(varying)
    cuts = np.unique(np.concatenate([steps, cohort.time[cohort.event == 1] if smooth else []]).astype(float))
    # Without an entry a row is at risk on day 0 too, so it begins before.
    start = np.full(cohort.rows, -1.0) if cohort.entry is None else cohort.entry.astype(float)
    cohort = replace(cohort, entry=start)
    first, last = np.searchsorted(cuts, start, side="right"), np.searchsorted(cuts, cohort.time)
    if int(np.maximum(last - first, 0).sum()) + cohort.rows > MOST:
        raise BadInput(
            "too many rows times days with an event",
            where=f"{cohort.rows} rows",
            mend="let the effect change at a day or two: varying={name: day}",
        )
    row, begin, end, happened, _ = pieces_of(cohort, cuts)

    def taken(values: Any) -> Any:
        return None if values is None else values[row]

    def coded(codes: Any) -> Any:
        return None if codes is None else replace(codes, codes=codes.codes[row])

    longer = replace(
        cohort,
        time=end,
        event=happened.astype(np.uint8),
        entry=begin,
        weights=taken(cohort.weights),
        strata=coded(cohort.strata),
        clusters=coded(cohort.clusters),
        offset=taken(cohort.offset),
        kept=row if cohort.kept is None else cohort.kept[row],
    )
    return longer, row
