"""The tasks by paget."""

from __future__ import annotations

from timing import asked, rows, run

from paget import survival

folder, number, times, wanted = asked()
data = rows(folder, number, 0 if wanted in (["km"], ["aj"], ["read"]) else 10)
covariates = " + ".join(f"x{j}" for j in range(10))


def km() -> list[float]:
    """Kaplan-Meier, Greenwood and log-rank, four groups."""
    curves = survival.kaplan_meier(data, time="day", event="event", by="group")
    return [survival.logrank_of(curves.table).statistic]


def cox() -> list[float]:
    """Efron, with log likelihoods, standard errors, step-halving and the check of convergence."""
    fit = survival.cox(data, covariates, time="day", event="event")
    assert fit.converged
    return [*fit.coefficients.tolist(), *fit.standard_errors.tolist(), *fit.log_likelihood]


def cox_entry() -> list[float]:
    """The same with (start, stop]."""
    fit = survival.cox(data, covariates, time="day", event="event", entry="start")
    assert fit.converged
    return [*fit.coefficients.tolist(), *fit.standard_errors.tolist(), *fit.log_likelihood]


def aj() -> list[float]:
    """Incidences of two causes with standard errors, four groups."""
    found = survival.aalen_johansen(data, time="day", event="cause", by="group")
    return [float(one.of(1)[-1]) for one in found]


def fine_gray() -> list[float]:
    """Breslow, with the variance of Fine and Gray."""
    fit = survival.fine_gray(data, covariates, time="day", event="cause", cause=1)
    return [*fit.coefficients.tolist(), *fit.robust_standard_errors.tolist()]


tasks = {
    "km": km,
    "cox": cox,
    "cox_entry": cox_entry,
    "aj": aj,
    "fine_gray": fine_gray,
    "read": lambda: [0.0],
}
run(tasks, wanted, times)
