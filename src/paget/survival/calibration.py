"""A calibration curve: what was observed by a day at each predicted probability, smoothly."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from paget.errors import BadInput
from paget.survival.cohort import read_cohort
from paget.survival.columns import Columns
from paget.survival.cox import fitted, refuse_empty
from paget.survival.design import Design
from paget.survival.performance import Performance, performance
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

KNOTS = (0.05, 0.5, 0.95)
"""Quantiles of the prediction at which the curve may bend; beyond the outer ones it is straight."""


@dataclass(frozen=True)
class Calibration:
    """Predicted against observed.

    Attributes:
        day: the horizon.
        row: places of the rows in the data.
        predicted: (rows,) as given.
        observed: (rows,) probability of the event by the day at that prediction, by the curve.
        expected_events, observed_events: mean prediction and Kaplan-Meier, times the rows.
        slope: of the log hazard on log(-log(1 - predicted)); below 1: predictions are too extreme.
        slope_se: its standard error.
        groups: the same in tenths of the prediction, observed by Kaplan-Meier.
        analysed: who was analysed.
        notes: sentences, such as too few events for a curve.
    """

    day: float
    row: Any
    predicted: Floats
    observed: Floats
    expected_events: float
    observed_events: float
    slope: float
    slope_se: float
    groups: Performance
    analysed: Analysed
    notes: tuple[str, ...]

    @property
    def mean_error(self) -> float:
        """The mean distance of predicted from observed (integrated calibration index)."""
        return float(np.abs(self.predicted - self.observed).mean())

    def error_quantile(self, share: float) -> float:
        """The distance that a share of the rows does not exceed, such as 0.5 or 0.9."""
        return float(np.quantile(np.abs(self.predicted - self.observed), share))

    @property
    def observed_over_expected(self) -> float:
        """Above 1: predictions are too low."""
        return self.observed_events / self.expected_events if self.expected_events > 0 else float("nan")

    def to_frame(self) -> Any:
        """A row a row, in the order of the prediction: its place, predicted and observed."""
        order = np.argsort(self.predicted, kind="stable")
        columns = {"row": np.asarray(self.row), "predicted": self.predicted, "observed": self.observed}
        return frame({name: values[order] for name, values in columns.items()})

    def summary(self) -> str:
        """Observed at some predictions, then the errors and the slope."""
        some = np.quantile(self.predicted, [0.05, 0.25, 0.5, 0.75, 0.95])
        order = np.argsort(self.predicted, kind="stable")
        observed = np.interp(some, self.predicted[order], self.observed[order])
        table = text_table({"predicted": some.tolist(), "observed": observed.tolist()})
        errors = (
            f"by {self.day:g}: observed over expected {self.observed_over_expected:.3f},"
            f" slope {self.slope:.3f} (se {self.slope_se:.3f})"
            f", mean error {self.mean_error:.4f}, of 90 % below {self.error_quantile(0.9):.4f}"
        )
        return "\n".join([table, errors, str(self.analysed), *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """The curve, and the observed in groups of like prediction, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_smooth_calibration

        return draw_smooth_calibration(self, look)


def calibration_curve(data: Any, *, time: str, event: str, predicted: str, day: float) -> Calibration:
    """Compare predicted probabilities of an event by a day with a smooth curve of what was observed.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        predicted: column of the predicted probability of the event by the day, above 0 and below 1.
        day: the day, in the unit of ``time``.

    Returns:
        The curve with its mean error, observed over expected and the slope; groups of like size are in
        :func:`performance`.

    Raises:
        BadInput: a prediction that is not between 0 and 1, predictions that are all alike, a day beyond
            follow-up, no event, or a column that cannot be meant.

    The observed probability is that of a Cox model on a restricted cubic spline of log(-log(1 - p)), whose
    knots lie at the 5th, 50th and 95th percentile. Source: Austin PC, Harrell FE, van Klaveren D. Stat Med
    2020;39:2714-2742.

    >>> rows = {"day": [1, 2, 3, 4, 5, 6], "died": [1, 1, 0, 1, 1, 0], "p": [0.9, 0.5, 0.6, 0.4, 0.3, 0.1]}
    >>> found = calibration_curve(rows, time="day", event="died", predicted="p", day=3)
    >>> bool(found.observed[0] > found.observed[5])
    True
    """
    columns = Columns(data, [time, event, predicted])
    values, absent = columns.numbers(predicted)
    missing = {predicted: absent} if absent is not None else None
    cohort = read_cohort(columns, time=time, event=event, also_missing=missing)
    if not cohort.rows or cohort.time.max() < day:
        raise BadInput("nobody is followed up to the day", where=f"day {day:g}")
    p = values.astype(float) if cohort.kept is None else values[cohort.kept].astype(float)
    if not ((p > 0) & (p < 1)).all():
        raise BadInput("a prediction is not above 0 and below 1", where=predicted)
    refuse_empty(cohort)
    scale = np.log(-np.log1p(-p))
    if np.ptp(scale) < 1e-12:
        raise BadInput("all predictions are alike, so there is no curve", where=predicted)
    line = Design((predicted,), (np.ascontiguousarray(scale),), {predicted: (0,)}, predicted)
    straight = fitted(cohort, line)
    bent = restricted_cubic(scale, np.quantile(scale, KNOTS))
    design = Design((predicted, "bend"), tuple(map(np.ascontiguousarray, bent.T)), {}, predicted)
    curve = fitted(cohort, design)
    base = curve.baseline_hazard("means")
    step = int(np.searchsorted(base["time"].to_numpy(), day, side="right")) - 1
    hazard = float(base["hazard"][step]) if step >= 0 else 0.0
    observed = 1 - np.exp(-hazard * np.exp(curve.linear_predictor()))
    from paget.survival.kaplan_meier import kaplan_meier

    rows = {"day": cohort.time, "event": (cohort.event == 1).astype(np.int8)}
    overall = 1 - float(kaplan_meier(rows, time="day", event="event").at([day])["survival"].item())
    events = int((cohort.event == 1).sum())
    notes = [note for note in (*straight.notes, *curve.notes) if "too few" not in note]
    if events < 100:
        notes.append(f"{events} events: fewer than a hundred say little about the shape of the curve.")
    return Calibration(
        float(day),
        np.arange(cohort.rows) if cohort.kept is None else cohort.kept,
        p,
        observed,
        float(p.sum()),
        overall * cohort.rows,
        float(straight.coefficients[0]),
        float(straight.standard_errors[0]),
        performance(data, time=time, event=event, predicted=predicted, day=day),
        cohort.analysed,
        tuple(dict.fromkeys(notes)),
    )


def restricted_cubic(x: Floats, knots: Floats) -> Floats:
    """(rows, knots - 1) x and its bends: cubic between the knots, straight beyond them.

    Source: Harrell FE. Regression Modeling Strategies. 2nd ed. Springer 2015, section 2.4.5.

    >>> restricted_cubic(np.array([0.0, 2.0, 4.0]), np.array([1.0, 2.0, 3.0])).tolist()
    [[0.0, 0.0], [2.0, 0.25], [4.0, 3.0]]
    """
    inner, before, last = knots[:-2], knots[-2], knots[-1]

    def cube(knot: Any) -> Floats:
        return np.asarray(np.maximum(x - knot, 0.0) ** 3)

    size = (last - knots[0]) ** 2
    if last <= before or size == 0:
        return x[:, None]
    bends = [
        (cube(k) - cube(before) * (last - k) / (last - before) + cube(last) * (before - k) / (last - before))
        / size
        for k in inner
    ]
    return np.column_stack([x, *bends])
