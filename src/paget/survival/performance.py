"""How good predicted probabilities are by a day: Brier score, area under the curve, calibration."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Cohort, read_cohort
from paget.survival.columns import Columns
from paget.survival.daily import tabled
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


@dataclass(frozen=True)
class Performance:
    """Predictions by a day against what was observed.

    Attributes:
        day: the horizon.
        brier: mean squared error, weighted for censoring; 0 is perfect.
        brier_of_all: that of predicting the same for all (Kaplan-Meier).
        auc: probability that one with the event by the day has the higher prediction than one without.
        groups: tenths (or fewer) of the prediction: n, mean predicted, observed by Kaplan-Meier, its
            interval.
        analysed: who was analysed.
    """

    day: float
    brier: float
    brier_of_all: float
    auc: float
    groups: dict[str, list[float]]
    analysed: Analysed

    def to_frame(self) -> Any:
        """The calibration groups, a row a group."""
        return frame(self.groups)

    def summary(self) -> str:
        """The calibration groups, then the scores in a line."""
        scaled = 1 - self.brier / self.brier_of_all if self.brier_of_all > 0 else float("nan")
        line = f"by {self.day:g}: Brier {self.brier:.4f} (scaled {scaled:.1%}), AUC {self.auc:.4f}"
        return f"{text_table(self.groups)}\n{line}; {self.analysed}"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Observed against predicted in groups of like prediction, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`; ``scale`` is the event: "dead by 5
                years".
        """
        from paget.survival.drawing import draw_calibration

        return draw_calibration(self, look)


def performance(
    data: Any, *, time: str, event: str, predicted: str, day: float, groups: int = 10
) -> Performance:
    """Compare predicted probabilities of an event by a day with what was observed.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days to event or censoring.
        event: column of 1 (event) and 0 (censored).
        predicted: column of the predicted probability of the event by the day, between 0 and 1.
        day: the day, in the unit of ``time``.
        groups: how many groups of like size the calibration is shown in.

    Raises:
        BadInput: a prediction outside 0 to 1, a day beyond follow-up, or a column that cannot be meant.

    Those with the event by the day t count with weight 1 / G(T-), those beyond it 1 / G(t), G the
    Kaplan-Meier estimate of not being censored; those censored before count 0. Sources: Graf E et al. Stat
    Med 1999;18:2529-2545; Uno H et al. J Am Stat Assoc 2007;102:527-537.

    >>> rows = {"day": [1, 2, 3, 4], "died": [1, 1, 1, 1], "p": [0.9, 0.8, 0.3, 0.1]}
    >>> found = performance(rows, time="day", event="died", predicted="p", day=2, groups=2)
    >>> round(found.brier, 4), found.auc
    (0.0375, 1.0)
    """
    columns = Columns(data, [time, event, predicted])
    values, absent = columns.numbers(predicted)
    missing = {predicted: absent} if absent is not None else None
    cohort = read_cohort(columns, time=time, event=event, also_missing=missing)
    p = values.astype(float) if cohort.kept is None else values[cohort.kept].astype(float)
    if not cohort.rows or cohort.time.max() < day:
        raise BadInput("nobody is followed up to the day", where=f"day {day:g}")
    if ((p < 0) | (p > 1)).any():
        raise BadInput("a prediction is not between 0 and 1", where=predicted)
    weight, had = _weights(cohort, day)
    total = max(cohort.rows, 1)
    overall = _observed(cohort, np.ones(cohort.rows, dtype=bool), day)[0]
    brier = float((weight * (had - p) ** 2).sum() / total)
    flat = float((weight * (had - overall) ** 2).sum() / total)
    return Performance(
        float(day), brier, flat, _auc(p, weight, had), _calibration(cohort, p, day, groups), cohort.analysed
    )


def _weights(cohort: Cohort, day: float) -> tuple[Floats, Floats]:
    """Each row's weight, and whether it had the event by the day."""
    axis = Axis.of(cohort.time)
    table = tabled(cohort, axis)
    risk, censored = table.at_risk[0] - table.events[0], table.exits[0, 0]
    stay = np.cumprod(np.where(risk > 0, 1 - censored / np.maximum(risk, 1e-300), 1.0))
    before = np.concatenate([[1.0], stay[:-1]])
    place = axis.at(cohort.time)
    had = (cohort.event == 1) & (cohort.time <= day)
    beyond = cohort.time > day
    known = np.searchsorted(table.times, day, side="right") - 1
    at_day = stay[known] if known >= 0 else 1.0
    with np.errstate(divide="ignore"):
        weight = np.where(had, 1 / before[place], np.where(beyond, 1 / at_day, 0.0))
    return np.where(np.isfinite(weight), weight, 0.0), had.astype(float)


def _auc(p: Floats, weight: Floats, had: Floats) -> float:
    """The weighted share of pairs in the right order; ties count half."""
    order = np.argsort(p, kind="stable")
    value, w, case = p[order], weight[order], had[order]
    control = np.concatenate([[0.0], (w * (1 - case)).cumsum()])
    low, high = np.searchsorted(value, value, side="left"), np.searchsorted(value, value, side="right")
    below = control[low] + 0.5 * (control[high] - control[low])
    pairs = (w * case).sum() * control[-1]
    return float((w * case * below).sum() / pairs) if pairs > 0 else float("nan")


def _calibration(cohort: Cohort, p: Floats, day: float, groups: int) -> dict[str, list[float]]:
    cuts = np.unique(np.quantile(p, np.linspace(0, 1, groups + 1)[1:-1]))
    group = np.searchsorted(cuts, p, side="left")
    found: dict[str, list[float]] = {n: [] for n in ("n", "predicted", "observed", "lower", "upper")}
    for place in np.unique(group):
        here = group == place
        observed, low, high = _observed(cohort, here, day)
        for name, value in zip(found, (here.sum(), p[here].mean(), observed, low, high), strict=True):
            found[name].append(float(value))
    return found


def _observed(cohort: Cohort, here: Any, day: float) -> tuple[float, float, float]:
    """1 - Kaplan-Meier of some rows at the day, with its interval."""
    from paget.survival.kaplan_meier import kaplan_meier

    rows = {"day": cohort.time[here], "event": (cohort.event[here] == 1).astype(np.int8)}
    at = kaplan_meier(rows, time="day", event="event").at([day])
    return 1 - at["survival"].item(), 1 - at["upper"].item(), 1 - at["lower"].item()
