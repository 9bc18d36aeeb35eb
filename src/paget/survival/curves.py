"""Survival curves as a result: steps, values at any time, quantiles, survival given survival so far."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.curve_quantiles import crossing
from paget.survival.daily import DailyTable
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


@dataclass(frozen=True)
class Curve:
    """One group's curve, a step at each time somebody leaves.

    Attributes:
        group: label of the group.
        time: (steps,) in the unit given.
        n_risk: sum of weights under observation just before.
        n_event: sum of weights of events.
        n_censor: sum of weights of those censored.
        n_enter: sum of weights of those who come under observation after the step before, up to this one.
        survival: probability of no event up to and including the time.
        standard_error: its standard error.
        lower, upper: its interval.
        cumulative_hazard: Nelson-Aalen estimate.
        cumulative_hazard_se: its standard error.
    """

    group: Any
    time: NDArray[Any]
    n_risk: Floats
    n_event: Floats
    n_censor: Floats
    n_enter: Floats
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    cumulative_hazard: Floats
    cumulative_hazard_se: Floats

    @property
    def events(self) -> float:
        """The sum of weights of all events."""
        return float(self.n_event.sum())


NOBODY = Curve("all", *([np.zeros(0)] * 11))
"""The curve of no rows."""


@dataclass(frozen=True)
class Curves:
    """Curves by group; ``for curve in curves`` and ``curves[label]`` give one.

    Attributes:
        curves: a curve a group.
        conf_type: scale of the intervals.
        level: their confidence level.
        variance: Greenwood, or infinitesimal jackknife when weights are no whole numbers.
        analysed: who was analysed.
        table: the table with a row a day that the curves come from; tests use it too.
    """

    curves: tuple[Curve, ...]
    conf_type: ConfType
    level: float
    variance: str
    analysed: Analysed
    table: DailyTable

    def __iter__(self) -> Iterator[Curve]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)

    def __getitem__(self, group: Any) -> Curve:
        for curve in self.curves:
            if curve.group == group:
                return curve
        there = ", ".join(str(curve.group) for curve in self.curves)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    @property
    def groups(self) -> tuple[Any, ...]:
        """Labels of the groups."""
        return tuple(curve.group for curve in self.curves)

    def at(self, times: ArrayLike) -> Any:
        """Survival with its interval at given times, a row a group and time.

        Args:
            times: in the unit of the data; before the first step survival is 1.

        Returns:
            A frame of group, time, n_risk, survival, standard_error, lower, upper, cumulative_hazard.
        """
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        parts = [_at(curve, wanted) for curve in self.curves]
        parts = parts or [_at(NOBODY, wanted[:0])]
        return frame({name: _joined([part[name] for part in parts]) for name in parts[0]})

    def quantile(self, p: float | Sequence[float] = 0.5) -> Any:
        """Times by which a share p has had the event, with intervals; NaN where that was not reached.

        The quantile is the first time at which survival is 1 - p or less; when survival is exactly 1 - p over
        an interval, its middle. The bounds are where the bounds of the curve cross (Brookmeyer and Crowley,
        Biometrics 1982;38:29-41).
        """
        shares = np.atleast_1d(np.asarray(p, dtype=float))
        if ((shares < 0) | (shares > 1)).any():
            raise BadInput("a share is not between 0 and 1", where="p")
        rows: dict[str, list[Any]] = {"group": [], "p": [], "time": [], "lower": [], "upper": []}
        for curve in self.curves:
            for share in shares:
                rows["group"].append(curve.group)
                rows["p"].append(float(share))
                rows["time"].append(crossing(curve.time, curve.survival, float(share)))
                rows["lower"].append(crossing(curve.time, curve.lower, float(share)))
                rows["upper"].append(crossing(curve.time, curve.upper, float(share)))
        return frame(rows)

    def conditional(self, survived: float, times: ArrayLike) -> Any:
        """Survival to further times of those who have survived so long: S(t) / S(s), with its interval.

        The variance of log S(t) - log S(s) is the sum of Greenwood's terms after s; with weights that are no
        whole numbers it is the infinitesimal jackknife's of those under observation after s. Source: Zabor et
        al., Cancer 2013;119:3589-3592.

        Args:
            survived: the time survived, s.
            times: times t from the origin, not before s.
        """
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        if (wanted < survived).any():
            raise BadInput("a time before the time survived", where="times")
        if self.table.fractional:
            return self._conditional_weighted(survived, wanted)
        parts = []
        for curve in self.curves:
            late, base = _at(curve, wanted), _at(curve, np.array([survived]))
            with np.errstate(divide="ignore", invalid="ignore"):
                share = late["survival"] / base["survival"]
                terms = (late["standard_error"] / late["survival"]) ** 2
                terms = terms - (base["standard_error"] / base["survival"]) ** 2
                se = share * np.sqrt(np.maximum(terms, 0.0))
            low, high = interval(share, se, self.conf_type, self.level)
            columns = {"group": late["group"], "survived": np.full(len(wanted), survived), "time": wanted}
            parts.append({**columns, "survival": share, "standard_error": se, "lower": low, "upper": high})
        return (
            frame({name: _joined([part[name] for part in parts]) for name in parts[0]})
            if parts
            else frame({})
        )

    def _conditional_weighted(self, survived: float, wanted: Floats) -> Any:
        from paget.survival.kaplan_meier import curves_of

        found = curves_of(self.table.after(survived), self.conf_type, self.level).at(wanted)
        columns = found.select("group", "time", "survival", "standard_error", "lower", "upper")
        columns.insert_column(1, frame({"survived": np.full(len(columns), float(survived))})["survived"])
        return columns

    def to_frame(self) -> Any:
        """All steps, a row a group and time."""
        names = [name for name in Curve.__dataclass_fields__ if name != "group"]
        columns: dict[str, Any] = {"group": [c.group for c in self.curves for _ in c.time]}
        columns |= {name: _joined([getattr(curve, name) for curve in self.curves]) for name in names}
        return frame(columns)

    def summary(self) -> str:
        """A line a group: rows, events, median with its interval."""
        medians = self.quantile(0.5).to_dict(as_series=False)
        low, high = f"{self.level:.0%} from", "to"
        columns = {
            "group": [str(curve.group) for curve in self.curves],
            "n": [float(exits.sum()) for exits in self.table.exits],
            "events": [curve.events for curve in self.curves],
            "median": [_reached(value) for value in medians["time"]],
            low: [_reached(value) for value in medians["lower"]],
            high: [_reached(value) for value in medians["upper"]],
        }
        return f"{text_table(columns)}\n{self.analysed}; interval {self.conf_type}, variance {self.variance}"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """The curves with bands and the table of at risk, censored and events, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.

        >>> from paget.survival import kaplan_meier
        >>> curves = kaplan_meier({"day": [100, 200, 400], "died": [1, 0, 1]}, time="day", event="died")
        >>> figure = curves.plot(origin="surgery", scale="Alive, of 100")
        >>> figure.numbers.columns[:4]
        ('curve', 'months', 'At risk', 'Censored')
        """
        if not any(len(curve.time) for curve in self.curves):
            raise BadInput("there are no rows, so there is nothing to draw", where=str(self.analysed))
        from paget.survival.drawing import draw_curves

        return draw_curves(self, look)


def _at(curve: Curve, times: Floats) -> Mapping[str, Any]:
    step = np.searchsorted(curve.time, times, side="right") - 1
    before = step < 0

    def value(column: Floats, start: float) -> Floats:
        return (
            np.where(before, start, column[np.maximum(step, 0)])
            if len(column)
            else np.full(len(times), start)
        )

    following = np.searchsorted(curve.time, times, side="left")
    risk = np.append(curve.n_risk, 0.0)[following]
    return {
        "group": [curve.group] * len(times),
        "time": times,
        "n_risk": risk,
        "survival": value(curve.survival, 1.0),
        "standard_error": value(curve.standard_error, 0.0),
        "lower": value(curve.lower, 1.0),
        "upper": value(curve.upper, 1.0),
        "cumulative_hazard": value(curve.cumulative_hazard, 0.0),
    }


def _joined(parts: Sequence[Any]) -> Any:
    if parts and isinstance(parts[0], list):
        return [one for part in parts for one in part]
    return np.concatenate(parts) if parts else np.zeros(0)


def _reached(value: float) -> str:
    return "not reached" if np.isnan(value) else f"{value:g}"
