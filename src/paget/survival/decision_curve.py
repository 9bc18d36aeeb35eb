"""Decision curves: is a prediction worth acting on, at each threshold at which one would act?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.cohort import Cohort, Names, listed, read_cohort
from paget.survival.columns import Columns
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

ALL, NONE = "all", "none"
THRESHOLDS = tuple(k / 100 for k in range(1, 51))


@dataclass(frozen=True)
class DecisionCurves:
    """Net benefit by threshold, of acting by a prediction, on all and on none.

    Attributes:
        thresholds: (thresholds,) probabilities from which on one would act.
        net_benefit: name of the prediction, ``all`` and ``none`` -> (thresholds,) true positives a patient,
            less false positives at the threshold's odds.
        acted_on: name -> (thresholds,) share of patients on whom it acts.
        day: by when the event is meant.
        analysed: who was analysed.
        notes: sentences, such as a group too short-lived to tell.
    """

    thresholds: Floats
    net_benefit: dict[str, Floats]
    acted_on: dict[str, Floats]
    day: float
    analysed: Analysed
    notes: tuple[str, ...]

    def avoided(self, name: str) -> Floats:
        """(thresholds,) acts avoided a patient, beside acting on all, with no more events missed."""
        if name not in self.net_benefit:
            raise BadInput("no such prediction", where=name, mend=f"there are {', '.join(self.net_benefit)}")
        odds = self.thresholds / (1 - self.thresholds)
        return np.asarray((self.net_benefit[name] - self.net_benefit[ALL]) / odds)

    def to_frame(self) -> Any:
        """A row a prediction and threshold."""
        names = list(self.net_benefit)
        return frame(
            {
                "prediction": [name for name in names for _ in self.thresholds],
                "threshold": np.tile(self.thresholds, len(names)),
                "net_benefit": np.concatenate([self.net_benefit[name] for name in names]),
                "acted_on": np.concatenate([self.acted_on[name] for name in names]),
            }
        )

    def summary(self) -> str:
        """Some thresholds, a column a prediction."""
        some = np.unique(np.linspace(0, len(self.thresholds) - 1, 6).astype(int))
        columns: dict[str, Any] = {"threshold": [f"{t:.0%}" for t in self.thresholds[some]]}
        columns |= {name: values[some].tolist() for name, values in self.net_benefit.items()}
        head = f"net benefit by {self.day:g}; {self.analysed}"
        return "\n".join([text_table(columns), head, *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Net benefit by threshold, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_decisions

        return draw_decisions(self, look)


def decision_curve(
    data: Any,
    *,
    time: str,
    event: str,
    predicted: Names,
    day: float,
    thresholds: ArrayLike = THRESHOLDS,
    cause: Any = None,
) -> DecisionCurves:
    """Compare predictions of an event by a day by the net benefit of acting on them.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored); with ``cause`` of causes, null or 0 for censored.
        predicted: column or columns of the predicted probability of the event by the day.
        day: the day, in the unit of ``time``.
        thresholds: probabilities from which on one would act, between 0 and 1; say which are sensible before
            looking.
        cause: the cause meant, when others compete.

    Returns:
        Net benefit by threshold, with that of acting on all and on none.

    Raises:
        BadInput: a threshold or prediction outside 0 to 1, a day beyond follow-up, or a column that cannot be
            meant.

    At threshold p those with a prediction of p or more are acted on; with their share a and the probability r
    of the event by the day among them (Kaplan-Meier or Aalen-Johansen), the net benefit is a r - a (1 - r)
    p / (1 - p). Sources: Vickers AJ, Elkin EB. Med Decis Making 2006;26:565-574; Vickers AJ et al. BMC Med
    Inform Decis Mak 2008;8:53.

    >>> rows = {"day": [1, 2, 9, 9], "died": [1, 1, 0, 0], "risk": [0.9, 0.4, 0.4, 0.1]}
    >>> found = decision_curve(rows, time="day", event="died", predicted="risk", day=5, thresholds=[0.2])
    >>> round(float(found.net_benefit["risk"][0]), 4)  # 2/4 - 1/4 times 0.2/0.8
    0.4375
    """
    names = listed(predicted)
    columns = Columns(data, [time, event, *names])
    given = {name: columns.numbers(name) for name in names}
    missing = {name: absent for name, (_, absent) in given.items() if absent is not None}
    cohort = read_cohort(columns, time=time, event=event, causes=cause is not None, also_missing=missing)
    if not names:
        raise BadInput("no prediction was named", where="predicted")
    if taken := {ALL, NONE} & set(names):
        raise BadInput("a prediction has a name that is used", where=", ".join(taken), mend="rename it")
    limits = np.atleast_1d(np.asarray(thresholds, dtype=float))
    if not len(limits) or not ((limits > 0) & (limits < 1)).all():
        raise BadInput("a threshold is not between 0 and 1", where="thresholds")
    if not cohort.rows or cohort.time.max() < day:
        raise BadInput("nobody is followed up to the day", where=f"day {day:g}")
    if cause is not None and cause not in cohort.causes:
        there = ", ".join(map(str, cohort.causes)) or "none"
        raise BadInput("no such cause", where=str(cause), mend=f"there are {there}")
    odds = limits / (1 - limits)
    overall = _risk(cohort, np.ones(cohort.rows, dtype=bool), day, cause)
    benefit: dict[str, Floats] = {}
    acted: dict[str, Floats] = {}
    short: list[str] = []
    for name in names:
        values = given[name][0].astype(float)
        p = values if cohort.kept is None else values[cohort.kept]
        if ((p < 0) | (p > 1)).any():
            raise BadInput("a prediction is not between 0 and 1", where=name)
        benefit[name], acted[name] = _of(cohort, p, limits, odds, day, cause)
        if np.isnan(benefit[name]).any():
            short.append(f"{name}: at some thresholds nobody acted on is followed up to the day.")
    benefit[ALL], acted[ALL] = overall - (1 - overall) * odds, np.ones(len(limits))
    benefit[NONE], acted[NONE] = np.zeros(len(limits)), np.zeros(len(limits))
    return DecisionCurves(limits, benefit, acted, float(day), cohort.analysed, tuple(short))


def _of(
    cohort: Cohort, p: Floats, limits: Floats, odds: Floats, day: float, cause: Any
) -> tuple[Floats, Floats]:
    shares, benefits = np.zeros(len(limits)), np.zeros(len(limits))
    done: dict[int, float] = {}
    for place, limit in enumerate(limits):
        here = p >= limit
        number = int(here.sum())
        if not number:
            continue
        if number not in done:  # those acted on at two thresholds are nested: as many are the same
            done[number] = _risk(cohort, here, day, cause)
        share, risk = number / cohort.rows, done[number]
        shares[place] = share
        benefits[place] = share * (risk - (1 - risk) * odds[place])
    return benefits, shares


def _risk(cohort: Cohort, here: NDArray[np.bool_], day: float, cause: Any) -> float:
    """The probability of the event by the day among some rows; NaN when none is followed so long."""
    from paget.survival.aalen_johansen import aalen_johansen
    from paget.survival.kaplan_meier import kaplan_meier

    rows = {"day": cohort.time[here], "event": cohort.event[here].astype(np.int64)}
    late = cohort.time[here].max() < day and (cohort.event[here][rows["day"] == rows["day"].max()] == 0).any()
    if late:
        return float("nan")
    if cause is None:
        return 1 - float(kaplan_meier(rows, time="day", event="event").at([day])["survival"].item())
    own = cohort.causes.index(cause) + 1
    if not (rows["event"] == own).any():
        return 0.0
    at = aalen_johansen(rows, time="day", event="event").at([day])
    return float(at.filter(at["cause"] == own)["incidence"].item())
