"""Pseudo-values: what each patient contributes to an estimate, so that censored data meet ordinary models."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Cohort, read_cohort
from paget.survival.columns import Columns
from paget.survival.daily import DailyTable, tabled
from paget.survival.results import Analysed, Floats, frame, text_table

Quantity = Literal["survival", "rmst", "incidence"]

CHUNK = 4_000_000
"""Numbers held at a time: kinds of row times points of time."""


@dataclass(frozen=True)
class PseudoValues:
    """A value a row and time; their mean is close to the estimate, and regression on covariates is fair.

    Attributes:
        row: (rows,) places of the rows in the data.
        at: (times,) the times.
        values: (rows, times).
        estimate: (times,) the estimate from all rows.
        quantity: survival, rmst or incidence.
        analysed: who was analysed.
    """

    row: Any
    at: Floats
    values: Floats
    estimate: Floats
    quantity: Quantity
    analysed: Analysed

    def to_frame(self) -> Any:
        """A row a row: its place, and a column a time such as ``at 365``."""
        return frame({"row": self.row} | {f"at {t:g}": self.values[:, k] for k, t in enumerate(self.at)})

    def summary(self) -> str:
        """A line a time: the estimate, and mean and spread of the pseudo-values."""
        columns = {
            "time": [f"{t:g}" for t in self.at],
            self.quantity: self.estimate.tolist(),
            "mean": self.values.mean(0).tolist(),
            "spread": self.values.std(0).tolist(),
        }
        return f"{text_table(columns)}\n{self.analysed}"

    def __str__(self) -> str:
        return self.summary()


def pseudo_values(
    data: Any,
    *,
    time: str,
    event: str,
    at: ArrayLike,
    quantity: Quantity = "survival",
    cause: Any = None,
) -> PseudoValues:
    """Pseudo-values of survival, restricted mean or incidence at given times.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored); for incidence of causes, null or 0 for censored.
        at: times from the origin, above 0; for rmst the horizons.
        quantity: survival, rmst or incidence.
        cause: of an incidence, one of the values of ``event``.

    Returns:
        The values by row. Without censoring they are the outcome itself: 1 or 0, or the time up to the
        horizon.

    Raises:
        BadInput: fewer than two rows, a time beyond follow-up, no such cause, or a column that cannot be
            meant.

    With n rows the value of row i is n times the estimate less n - 1 times that without row i. It is fair
    when censoring does not depend on covariates. Source: Andersen PK, Klein JP, Rosthoj S. Biometrika
    2003;90:15-27.

    >>> found = pseudo_values({"day": [1, 2, 3], "died": [1, 1, 1]}, time="day", event="died", at=[2])
    >>> found.values.round(9).ravel().tolist()
    [0.0, 0.0, 1.0]
    """
    if quantity not in get_args(Quantity):
        there = ", ".join(get_args(Quantity))
        raise BadInput("no such quantity", where=str(quantity), mend=f"there are {there}")
    cohort = read_cohort(Columns(data, [time, event]), time=time, event=event, causes=quantity == "incidence")
    wanted = np.atleast_1d(np.asarray(at, dtype=float))
    if cohort.rows < 2:
        raise BadInput("fewer than two rows", where=str(cohort.analysed))
    if quantity == "incidence" and cause not in cohort.causes:
        there = ", ".join(map(str, cohort.causes)) or "none"
        raise BadInput("no such cause", where=str(cause), mend=f"there are {there}")
    if (wanted <= 0).any() or wanted.max() > cohort.time.max():
        raise BadInput("a time that is not within follow-up", where="at")
    axis = Axis.of(cohort.time)
    table = tabled(cohort, axis)
    own = cohort.causes.index(cause) if quantity == "incidence" else 0
    leave, kind = axis.at(cohort.time), cohort.event.astype(np.intp)
    kinds, row = np.unique(np.column_stack([leave, kind]), axis=0, return_inverse=True)
    whole = _estimates(table, np.array([[-1, 0]]), own, quantity, wanted)[0]
    step = max(1, CHUNK // axis.points)
    parts = [
        _estimates(table, kinds[low : low + step], own, quantity, wanted)
        for low in range(0, len(kinds), step)
    ]
    n = cohort.rows
    values = n * whole - (n - 1) * np.concatenate(parts)[row.ravel()]
    return PseudoValues(_rows(cohort), wanted, values, whole, quantity, cohort.analysed)


def _rows(cohort: Cohort) -> Any:
    return np.arange(cohort.rows) if cohort.kept is None else cohort.kept


def _estimates(table: DailyTable, left_out: Any, own: int, quantity: Quantity, at: Floats) -> Floats:
    """(kinds, times) the estimate without a row that leaves at a point in a way; point -1 leaves all in."""
    points = np.arange(len(table.times))
    place, kind = left_out[:, :1], left_out[:, 1:]
    risk = table.at_risk[0] - (points <= place)
    here = points == place
    every = table.events[0] - (here & (kind > 0))
    share = np.where(risk > 0, 1.0 / np.maximum(risk, 1.0), 0.0)
    survival = np.cumprod(1.0 - every * share, axis=1)
    before = np.column_stack([np.ones(len(place)), survival[:, :-1]])
    step = np.searchsorted(table.times, at, side="right") - 1
    if quantity == "survival":
        return np.where(step >= 0, survival[:, np.maximum(step, 0)], 1.0)
    if quantity == "incidence":
        events = table.exits[0, 1 + own] - (here & (kind == 1 + own))
        rising = np.cumsum(before * events * share, axis=1)
        return np.where(step >= 0, rising[:, np.maximum(step, 0)], 0.0)
    found = np.empty((len(place), len(at)))
    edges = np.concatenate([[0.0], table.times])
    for k, horizon in enumerate(at):
        width = np.diff(np.minimum(np.append(edges, np.inf), horizon))
        found[:, k] = width[0] + survival @ width[1:]
    return found
