"""The baseline hazard of a Cox model, and survival of new patients with intervals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.columns import Columns
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Floats, frame

if TYPE_CHECKING:
    from paget.survival.cox_model import CoxModel


LARGEST = 300.0
"""A log risk beyond this is taken as this: nobody survives the first event."""


def baseline_hazard(model: CoxModel, at: str = "zero") -> Any:
    """The cumulative hazard at covariates 0 (and offset 0), or at their means.

    Args:
        model: a fitted model.
        at: zero or means.

    Returns:
        A frame of stratum, time (each time with an event), hazard (cumulative), survival.

    Raises:
        BadInput: another word than zero or means.

    A sum of d / S0 with Breslow's method; with Efron's, of the fractions of bins.py.
    """
    if at not in {"zero", "means"}:
        raise BadInput("covariates at what?", where=str(at), mend="zero or means")
    likelihood, sets = model.likelihood, model.likelihood.sets
    hazard = likelihood.state(model.beta, False).hazard * np.exp(-_shift(model))
    if at == "zero":
        hazard = hazard * np.exp(-float(likelihood.means @ model.beta))
    here = np.isfinite(sets.times)
    labels = [sets.strata[int(s)] for s in sets.stratum[here]]
    return frame(
        {
            "stratum": labels,
            "time": sets.times[here],
            "hazard": hazard[here],
            "survival": np.exp(-hazard[here]),
        }
    )


def _shift(model: CoxModel) -> float:
    """What was taken off the offset."""
    return 0.0 if model.cohort.offset is None else float(model.cohort.offset.mean())


def predict(
    model: CoxModel,
    data: Any,
    times: ArrayLike | None = None,
    *,
    level: float = 0.95,
    conf_type: ConfType = "log",
) -> Any:
    """Survival of new rows.

    Args:
        model: a fitted model.
        data: rows with the covariates (and strata and offset) of the model.
        times: times from the origin; by default each time with an event.
        level: confidence level.
        conf_type: scale of the interval.

    Returns:
        A frame of row (place in data), time, survival, standard_error, lower, upper, hazard (cumulative).

    Raises:
        BadInput: a covariate or stratum that is missing or unknown.

    S(t | x) = exp(-H(t | x)); with r = exp(x beta) and V the covariance of beta, the variance of H is
    r² (sum of c0 + q' V q), q = sum of (mean covariates at risk - x) dH. Source: Tsiatis AA, Ann Stat
    1981;9:93-108; Therneau and Grambsch 2000, section 10.2.
    """
    likelihood, sets = model.likelihood, model.likelihood.sets
    x = likelihood.design.of(data) - likelihood.means
    stratum = strata_of(model, data, len(x))
    known = offset_of(model, data, len(x))
    state = likelihood.state(model.beta, True)
    width = slice(1, 1 + likelihood.terms)
    fraction = state.fraction
    spread = sets.up_to(fraction.c0)
    means = sets.up_to(
        fraction.c0[:, None] * state.at_risk[:, width] - fraction.c1[:, None] * state.dying[:, width]
    )
    covariance = np.nan_to_num(model.covariance)
    ends = np.append(sets.starts[1:], sets.bins)
    found: dict[str, list[Floats]] = {name: [] for name in ("row", "time", "hazard", "se")}
    for row, (covariates, s) in enumerate(zip(x, stratum, strict=True)):
        first, end = int(sets.starts[s]), int(ends[s])
        own = sets.times[first + 1 : end]
        wanted = own if times is None else np.atleast_1d(np.asarray(times, dtype=float))
        places = first + np.searchsorted(own, wanted, side="right")
        risk = float(np.exp(min(covariates @ model.beta + known[row] - _shift(model), LARGEST)))
        hazard = risk * state.hazard[places]
        q = means[places] - covariates * state.hazard[places, None]
        variance = risk**2 * (spread[places] + np.einsum("ij,jk,ik->i", q, covariance, q))
        for name, value in (("row", np.full(len(wanted), row)), ("time", wanted), ("hazard", hazard)):
            found[name].append(value)
        found["se"].append(np.sqrt(variance))
    columns = {name: np.concatenate(parts) if parts else np.zeros(0) for name, parts in found.items()}
    survival = np.exp(-columns["hazard"])
    se = survival * columns.pop("se")
    low, high = interval(survival, se, conf_type, level)
    named = {
        "row": columns["row"].astype(int),
        "time": columns["time"],
        "survival": survival,
        "standard_error": se,
    }
    return frame(named | {"lower": low, "upper": high, "hazard": columns["hazard"]})


def offset_of(model: CoxModel, data: Any, rows: int) -> Floats:
    """(rows,) the offset of new rows; 0 where the model has none.

    Raises:
        BadInput: the model has one and the data have not, or lack a value.
    """
    name = model.cohort.offset_name
    if not name:
        return np.zeros(rows)
    values, missing = Columns(data, [name]).numbers(name)
    if missing is not None:
        raise BadInput("rows without a value", where=name, mend="give 0 where there is nothing to add")
    return np.asarray(values, dtype=np.float64)


def strata_of(model: CoxModel, data: Any, rows: int) -> NDArray[np.intp]:
    """(rows,) the stratum of new rows; 0 where the model has none.

    Raises:
        BadInput: a stratum that the model does not know.
    """
    labels, names = model.likelihood.sets.strata, model.cohort.strata_names
    if not names:
        return np.zeros(rows, dtype=np.intp)
    columns = Columns(data, names)
    values = [[*columns.array(name).tolist()] for name in names]
    found = [one[0] if len(one) == 1 else ", ".join(map(str, one)) for one in zip(*values, strict=True)]
    unknown = sorted({str(label) for label in found if label not in labels})
    if unknown:
        raise BadInput(
            "strata that the model does not know", where=", ".join(names), why=f"{len(unknown)} labels"
        )
    return np.array([labels.index(label) for label in found], dtype=np.intp)
