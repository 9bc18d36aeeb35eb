"""Do the hazards stay proportional? The score test of coefficients that change with a function of time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.daily import tabled
from paget.survival.results import Floats, Test, chi_square_test, frame, shown_p, text_table

if TYPE_CHECKING:
    from paget.survival.cohort import Cohort
    from paget.survival.cox_model import CoxModel

TRANSFORMS = ("km", "identity", "log", "rank")


@dataclass(frozen=True)
class ProportionalHazards:
    """The tests: one a term of the formula, and one of all together.

    Attributes:
        tests: term -> test; a small p says that its hazard ratio changes with time.
        overall: all terms together.
        transform: the function of time.
    """

    tests: dict[str, Test]
    overall: Test
    transform: str

    def to_frame(self) -> Any:
        """A row a term, and one of all."""
        rows = [*self.tests.items(), ("all", self.overall)]
        return frame(
            {
                "term": [name for name, _ in rows],
                "statistic": [test.statistic for _, test in rows],
                "df": [test.df for _, test in rows],
                "p_value": [test.p_value for _, test in rows],
            }
        )

    def summary(self) -> str:
        """A line a term."""
        rows = [*self.tests.items(), ("all", self.overall)]
        columns = {
            "term": [name for name, _ in rows],
            "chi-square": [test.statistic for _, test in rows],
            "df": [test.df for _, test in rows],
            "p": [shown_p(test.p_value) for _, test in rows],
        }
        return f"{text_table(columns)}\ntime as {self.transform}"

    def __str__(self) -> str:
        return self.summary()


def proportional_hazards(model: CoxModel, transform: str = "km") -> ProportionalHazards:
    """Test each term for a coefficient that changes as beta + theta g(t).

    Args:
        model: a fitted model.
        transform: g: km (1 - Kaplan-Meier just before), identity, log or rank of time.

    Returns:
        The score tests of theta = 0, beta estimated. With V_j the variance of the covariates in the risk set
        of day j, the information is the sum of V_j times 1, g and g² in blocks.

    Raises:
        BadInput: no such transform.

    Source: Grambsch PM, Therneau TM. Biometrika 1994;81:515-526, in the exact form of R survival 3.
    """
    likelihood, sets = model.likelihood, model.likelihood.sets
    g = _function_of_time(model.cohort, sets.times, transform)
    event = (sets.cell >= sets.bins) & (sets.cell < 2 * sets.bins)
    bins = sets.cell[event] - sets.bins
    g = np.where(
        sets.deaths > 0, g - (sets.deaths @ np.where(sets.deaths > 0, g, 0.0)) / sets.deaths.sum(), 0.0
    )
    state = likelihood.state(model.beta, True)
    information = [likelihood.moments(state, True, factor)[1] for factor in (np.ones(sets.bins), g, g**2)]
    weight = likelihood.weights[event] if len(likelihood.weights) else np.ones(len(bins))
    weighted = weight * g[bins]
    columns = likelihood.design.columns
    observed = np.array(
        [weighted @ (x[event] - mean) for x, mean in zip(columns, likelihood.means, strict=True)]
    )
    slope = observed - likelihood.moments(state, False, g)[0]
    used = np.flatnonzero(np.isfinite(np.asarray(model.coefficients)))
    tests = {}
    for term, places in likelihood.design.terms.items():
        own = np.intersect1d(np.array(places, dtype=int), used)
        tests[term] = _test(term, information, slope, used, own)
    return ProportionalHazards(tests, _test("all", information, slope, used, used), transform)


def _test(name: str, information: list[Floats], slope: Floats, used: NDArray[Any], own: NDArray[Any]) -> Test:
    """The score test of theta in the columns ``own``, beta in the columns ``used``."""
    plain, once, twice = information
    if not (np.isfinite(slope[own]).all() and all(np.isfinite(one).all() for one in information)):
        return chi_square_test(name, float("nan"), len(own))
    left = (
        twice[np.ix_(own, own)]
        - once[np.ix_(own, used)] @ np.linalg.pinv(plain[np.ix_(used, used)]) @ once[np.ix_(used, own)]
    )
    statistic = float(slope[own] @ np.linalg.pinv(left) @ slope[own]) if len(own) else float("nan")
    return chi_square_test(name, statistic, len(own))


def _function_of_time(cohort: Cohort, times: Floats, transform: str) -> Floats:
    known = np.isfinite(times)
    if transform == "identity":
        return np.where(known, times, 0.0)
    if transform == "log":
        if (times[known] <= 0).any():
            raise BadInput("an event at time 0 has no logarithm", where="transform", mend="use km or rank")
        return np.log(np.where(known, times, 1.0))
    axis = Axis.of(cohort.time)
    places = axis.at(np.where(known, times, axis.times[0]))
    if transform == "rank":
        counts = np.bincount(axis.at(cohort.time), minlength=axis.points)
        return np.asarray((counts.cumsum() - counts + (counts + 1) / 2)[places])
    if transform == "km":
        from dataclasses import replace

        table = tabled(replace(cohort, groups=None, strata=None, weights=None), axis)
        risk, events = table.at_risk[0], table.events[0]
        survival = np.cumprod(np.where(risk > 0, 1 - events / np.maximum(risk, 1e-300), 1.0))
        return np.asarray(1 - np.concatenate([[1.0], survival[:-1]])[places])
    raise BadInput(
        "no such function of time", where=str(transform), mend=f"there are {', '.join(TRANSFORMS)}"
    )
