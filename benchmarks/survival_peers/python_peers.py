"""The tasks by lifelines, statsmodels, coxdev, comprisk, polarstate; a task's name ends with the peer's."""

from __future__ import annotations

import warnings

import numpy as np
from timing import asked, rows, run

warnings.filterwarnings("ignore")
folder, number, times, wanted = asked()
data = rows(folder, number, 0 if {task.split("_")[0] for task in wanted} <= {"km", "aj"} else 10)
names = [f"x{j}" for j in range(10)]


def km_lifelines() -> list[float]:
    from lifelines import KaplanMeierFitter
    from lifelines.statistics import multivariate_logrank_test

    for group in range(4):
        here = data["group"] == group
        KaplanMeierFitter().fit(data["day"][here], data["event"][here])
    return [multivariate_logrank_test(data["day"], data["group"], data["event"]).test_statistic]


def km_statsmodels() -> list[float]:
    from statsmodels.duration.survfunc import SurvfuncRight, survdiff

    for group in range(4):
        here = data["group"] == group
        SurvfuncRight(data["day"][here], data["event"][here])
    return [float(survdiff(data["day"], data["event"], data["group"])[0])]


def cox_lifelines() -> list[float]:
    import pandas as pd
    from lifelines import CoxPHFitter

    frame = pd.DataFrame({name: data[name] for name in [*names, "day", "event"]})
    fit = CoxPHFitter().fit(frame, "day", "event")
    return [*fit.params_.tolist(), *fit.standard_errors_.tolist()]


def newton(start: np.ndarray | None) -> list[float]:
    """coxdev gives deviance, gradient and information; Newton's method around it to the same end as ours."""
    from coxdev import CoxDeviance

    x = np.asfortranarray(np.column_stack([data[name] for name in names]))
    cox = CoxDeviance(event=data["day"], status=data["event"], start=start, tie_breaking="efron")
    beta, weight = np.zeros(x.shape[1]), np.ones(len(x))
    for _ in range(20):
        eta = x @ beta
        found = cox(eta, weight)
        information = x.T @ (cox.information(eta, weight) @ x)
        step = np.linalg.solve(information, -x.T @ found.gradient / 2)
        beta = beta + step
        if np.abs(step * x.std(0)).max() < 3e-9:
            break
    return [*beta.tolist(), *np.sqrt(np.diag(np.linalg.inv(information))).tolist()]


def cox_coxdev() -> list[float]:
    return newton(None)


def cox_entry_coxdev() -> list[float]:
    return newton(data["start"])


def aj_polarstate() -> list[float]:
    import polars as pl
    from polarstate import predict_aj_estimates, prepare_event_table

    found = []
    for group in range(4):
        here = data["group"] == group
        frame = pl.DataFrame(
            {"times": data["day"][here].astype(float), "reals": data["cause"][here].astype(np.int64)}
        )
        table = prepare_event_table(frame)
        last = predict_aj_estimates(table, pl.Series([float(data["day"][here].max())]))
        found.append(float(last["state_occupancy_probability_1"][-1]))
    return found


def aj_comprisk() -> list[float]:
    from comprisk import CumulativeIncidence

    found = []
    for group in range(4):
        here = data["group"] == group
        fit = CumulativeIncidence().fit(
            time=data["day"][here].astype(float), event=data["cause"][here].astype(int)
        )
        found.append(float(fit.curves_[None, 1].cif[-1]))
    return found


def fine_gray_comprisk() -> list[float]:
    from comprisk import FineGrayRegression

    x = np.column_stack([data[name] for name in names])
    fit = FineGrayRegression(cause=1).fit(x, time=data["day"].astype(float), event=data["cause"].astype(int))
    return [float(b) for b in np.asarray(fit.coef_)]


run(
    {name: call for name, call in globals().items() if name.split("_")[0] in {"km", "cox", "aj", "fine"}},
    wanted,
    times,
)
