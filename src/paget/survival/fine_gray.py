"""Fine and Gray's model: how covariates change the incidence of a cause when others compete."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from paget.errors import BadInput
from paget.survival.baseline import LARGEST, strata_of
from paget.survival.cohort import Names
from paget.survival.cox import refuse_empty, rows_and_design, search_notes
from paget.survival.cox_model import CoxModel
from paget.survival.results import Floats, LogLikelihood, Named, frame


@dataclass(frozen=True, eq=False)
class FineGrayModel(CoxModel):
    """A model of the subdistribution hazard of one cause; coefficients are log ratios of that hazard.

    Attributes:
        cause: the cause.
    """

    cause: Any = None

    def residuals(self, kind: str = "martingale") -> Any:
        """Not offered."""
        raise BadInput(
            f"no {kind} residuals of a Fine-Gray model", mend="use those of the Cox model of the cause"
        )

    @property
    def concordance(self) -> Any:
        """Not offered."""
        raise BadInput("no concordance of a Fine-Gray model", mend="use that of the Cox model of the cause")

    def predict(
        self, data: Any, times: ArrayLike | None = None, *, level: float = 0.95, conf_type: str = "log"
    ) -> Any:
        """The incidence of the cause for new rows: 1 - exp(-H0(t) exp(x beta)).

        Args:
            data: rows with the covariates (and strata) of the model.
            times: times from the origin; by default each time with an event of the cause in the stratum.
            level: not used; no interval is offered.
            conf_type: not used.

        Returns:
            A frame of row, time, incidence.

        Raises:
            BadInput: a covariate or stratum that is missing or unknown.
        """
        sets, likelihood = self.likelihood.sets, self.likelihood
        hazard = likelihood.state(self.beta, False).hazard
        x = likelihood.design.of(data) - likelihood.means
        risk = np.exp(np.minimum(x @ self.beta, LARGEST))
        ends = np.append(sets.starts[1:], sets.bins)
        found: list[tuple[Floats, ...]] = []
        for row, stratum in enumerate(strata_of(self, data, len(x))):
            first, end = int(sets.starts[stratum]), int(ends[stratum])
            own, had = sets.times[first + 1 : end], sets.deaths[first + 1 : end] > 0
            wanted = own[had] if times is None else np.atleast_1d(np.asarray(times, dtype=float))
            exposed = risk[row] * hazard[first + np.searchsorted(own, wanted, side="right")]
            found.append((np.full(len(wanted), row), wanted, 1 - np.exp(-exposed)))
        columns = [np.concatenate(parts) for parts in zip(*found, strict=True)] or [np.zeros(0)] * 3
        return frame({"row": columns[0].astype(int), "time": columns[1], "incidence": columns[2]})


def fine_gray(
    data: Any,
    formula: str,
    *,
    time: str,
    event: str,
    cause: Any,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    cluster: str | None = None,
    ties: str = "breslow",
) -> FineGrayModel:
    """Fit a proportional hazards model of the subdistribution.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        formula: the covariates, the right side in formulaic's grammar; no intercept is fitted.
        time: column of days (or another unit) to the first event or censoring.
        event: column of causes, text or whole numbers; null or 0 is censored.
        cause: the cause whose incidence is modelled, one of the values of ``event``.
        entry: column of the time after which a row is under observation (left truncation).
        strata: column or columns with a baseline a value, and an estimate of censoring and entry a value.
        weights: column of case weights above 0; they count rows in the estimate of censoring too.
        cluster: column of what rows belong together; its scores are summed before they are squared.
        ties: breslow, with G as in R ``cmprsk::crr``; or efron, with events before censoring on the same day,
            as in R ``finegray`` with ``coxph``.

    Returns:
        The model; ``robust_standard_errors`` are those of Fine and Gray, in which the estimate of G is
        accounted for (with ``entry`` the weights are taken as known), and are used for intervals and tests.

    Raises:
        BadInput: no such cause, no event of it, entries after a gap in which nobody was under observation, or
            a column or formula that cannot be meant.

    Those with another event at s stay at risk at t with weight G(t-) / G(s-), G the Kaplan-Meier estimate of
    not being censored [1]_; with delayed entry G H takes the place of G, H the probability of having
    entered [2]_. No row is written twice: see :mod:`paget.survival.subdistribution`.

    .. [1] Fine JP, Gray RJ. J Am Stat Assoc 1999;94:496-509.
    .. [2] Geskus RB. Biometrics 2011;67:39-49.

    >>> data = {"day": [1, 2, 3, 4, 5, 6], "what": [1, 2, 1, 0, 1, 2], "x": [1, 0, 1, 1, 0, 0]}
    >>> fine_gray(data, "x", time="day", event="what", cause=1).events
    3
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
        causes=True,
    )
    if cause not in cohort.causes:
        there = ", ".join(map(repr, cohort.causes)) or "none"
        raise BadInput("no such cause", where=repr(cause), mend=f"there are {there}")
    own = cohort.causes.index(cause) + 1
    kind = np.where(cohort.event == 0, 0, np.where(cohort.event == own, 1, 2)).astype(np.uint8)
    cohort = replace(cohort, event=kind, causes=(cause, "another"))
    refuse_empty(cohort)
    from paget.survival.newton import covariance, maximise
    from paget.survival.partial_likelihood import NONE, PartialLikelihood
    from paget.survival.risk_sets import risk_sets
    from paget.survival.subdistribution import of_cause, sandwich

    if ties not in {"breslow", "efron"}:
        raise BadInput("no such way with ties", where=str(ties), mend="breslow or efron")
    weight = NONE if cohort.weights is None else cohort.weights
    sets = risk_sets(cohort, every_exit=True)
    efron = ties == "efron"
    bare = PartialLikelihood(design, sets, weight, NONE, "efron" if efron else "breslow")
    likelihood = of_cause(bare, events_first=efron)
    found = maximise(likelihood, np.zeros(len(design.names)), likelihood.scale)
    naive = covariance(found.information, found.redundant)
    robust = sandwich(likelihood, found.beta, naive, cohort.clusters, events_first=efron)
    beta = found.beta.copy()
    gone = list(found.redundant)
    beta[gone] = robust[gone, :] = robust[:, gone] = np.nan
    return FineGrayModel(
        coefficients=Named(design.names, beta),
        naive_covariance=naive,
        robust_covariance=robust,
        log_likelihood=LogLikelihood(likelihood.null(), found.value),
        events=int((cohort.event == 1).sum()),
        analysed=cohort.analysed,
        ties=ties,
        steps=found.steps,
        converged=found.converged,
        notes=tuple(search_notes(cohort, design, found, likelihood.scale)),
        likelihood=likelihood,
        cohort=cohort,
        cause=cause,
    )
