"""Kaplan-Meier curves with Greenwood's variance, and the Nelson-Aalen cumulative hazard beside them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.curve_quantiles import crossing
from paget.survival.daily import DailyTable, daily_table
from paget.survival.influence import curve_variance
from paget.survival.intervals import ConfType, interval
from paget.survival.results import Analysed, Floats, frame, text_table


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
        return (
            frame({name: _joined([part[name] for part in parts]) for name in parts[0]})
            if parts
            else frame({})
        )

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

        The variance of log S(t) - log S(s) is the sum of Greenwood's terms after s. Source: Zabor et al.,
        Cancer 2013;119:3589-3592.

        Args:
            survived: the time survived, s.
            times: times t from the origin, not before s.
        """
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        if (wanted < survived).any():
            raise BadInput("a time before the time survived", where="times")
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

    def plot(self) -> Any:
        """The curves as SVG, with numbers at risk."""
        from paget.survival.drawing import draw_curves

        return draw_curves(self)


def kaplan_meier(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
) -> Curves:
    """Survival by group with Greenwood's standard error.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient or interval.
        time: column of days (or another unit) from the origin to event or censoring, at least 0.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is under observation (left truncation).
        weights: column of case weights above 0; 2 is the same as the row twice. When a weight is no whole
            number the standard error is the infinitesimal jackknife's.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval: log-log, log, plain, logit or arcsin.
        level: confidence level.

    Returns:
        Curves that print, give a frame, draw themselves and tell quantiles and survival at any time.

    Raises:
        BadInput: a column that is missing or cannot be meant, such as an event that is neither 0 nor 1.

    At the j-th time d events among n at risk: S = product of (1 - d/n) [1]_; its variance S² times the sum of
    d / (n (n - d)) [2]_; cumulative hazard the sum of d/n, its variance the sum of d/n².
    Whole days are counted into a table with a row a day; other times are ranked: exact, but slower.

    .. [1] Kaplan EL, Meier P. J Am Stat Assoc 1958;53:457-481.
    .. [2] Greenwood M. Reports on Public Health and Medical Subjects 33, HMSO 1926.

    >>> data = {"day": [1, 1, 6, 6, 8, 9], "died": [1, 0, 1, 1, 0, 1]}
    >>> curves = kaplan_meier(data, time="day", event="died")
    >>> [round(float(s), 4) for s in curves["all"].survival]
    [0.8333, 0.4167, 0.4167, 0.0]
    """
    return curves_of(
        daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by), conf_type, level
    )


def curves_of(table: DailyTable, conf_type: ConfType = "log-log", level: float = 0.95) -> Curves:
    """The curves of a table with a row a day; see :func:`kaplan_meier`.

    >>> from paget.survival.daily import daily_table
    >>> day = {"day": [1, 2], "died": [1, 1]}
    >>> table = daily_table(day, time="day", event="died")
    >>> curves_of(table + table)["all"].n_risk.tolist()
    [4.0, 2.0]
    """
    _only_one_stratum(table)
    variance = "infinitesimal jackknife" if table.fractional else "Greenwood"
    curves = tuple(_curve(table, place, conf_type, level) for place in range(len(table.groups)))
    return Curves(curves, conf_type, level, variance, table.analysed, table)


def nelson_aalen(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    conf_type: ConfType = "log-log",
    level: float = 0.95,
) -> Curves:
    """The cumulative hazard, and survival as exp of minus it.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        entry: column of the time after which a row is under observation.
        weights: column of case weights.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval of survival.
        level: confidence level.

    Returns:
        Curves as of :func:`kaplan_meier`, survival being exp(-H) and its standard error that times the
        hazard's.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    H is the sum of d/n, its variance the sum of d/n². Source: Aalen OO. Ann Stat 1978;6:701-726; Fleming TR,
    Harrington DP. Commun Stat Theory Methods 1984;13:2469-2486.

    >>> curve = nelson_aalen({"day": [1, 2], "died": [1, 1]}, time="day", event="died")["all"]
    >>> curve.cumulative_hazard.tolist()
    [0.5, 1.5]
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by)
    curves = curves_of(table, conf_type, level)
    return replace(curves, curves=tuple(_exponential(curve, conf_type, level) for curve in curves))


def follow_up(data: Any, *, time: str, event: str, by: Names = None) -> Curves:
    """How long patients were followed: Kaplan-Meier with censoring as the event (reverse Kaplan-Meier).

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        by: column or columns whose values are the groups.

    Returns:
        Curves; their median is the median follow-up.

    Raises:
        BadInput: a column that is missing or cannot be meant.

    Source: Schemper M, Smith TL. Control Clin Trials 1996;17:343-346.

    >>> data = {"day": [1, 2, 3, 4], "died": [1, 0, 0, 1]}
    >>> follow_up(data, time="day", event="died").quantile(0.5)["time"].item()
    3.0
    """
    table = daily_table(data, time=time, event=event, by=by)
    return curves_of(replace(table, exits=table.exits[:, ::-1]))


def _exponential(curve: Curve, conf_type: ConfType, level: float) -> Curve:
    survival = np.exp(-curve.cumulative_hazard)
    se = survival * curve.cumulative_hazard_se
    lower, upper = interval(survival, se, conf_type, level)
    return replace(curve, survival=survival, standard_error=se, lower=lower, upper=upper)


def _only_one_stratum(table: DailyTable) -> None:
    if len(table.bounds) > 2:
        raise BadInput("a curve has groups, not strata", mend="name the column in by=")


def _curve(table: DailyTable, place: int, conf_type: ConfType, level: float) -> Curve:
    exits = table.exits[place]
    left = exits.any(0)
    risk, events, censored = table.at_risk[place][left], table.events[place][left], exits[0][left]
    entered = _entered(table, place, left)
    with np.errstate(divide="ignore", invalid="ignore"):
        hazard = np.where(risk > 0, events / risk, 0.0)
        survival = np.asarray(np.cumprod(1.0 - hazard), dtype=np.float64)
        greenwood = np.where(events > 0, events / (risk * (risk - events)), 0.0)
        if not table.fractional:
            se = np.where(survival > 0, survival * np.sqrt(np.cumsum(greenwood)), np.nan)
            hazard_se = np.sqrt(np.cumsum(np.where(risk > 0, hazard / risk, 0.0)))
        else:
            variance, hazard_variance = curve_variance(table, place)
            se, hazard_se = np.sqrt(variance[left]), np.sqrt(hazard_variance[left])
    lower, upper = interval(survival, se, conf_type, level)
    return Curve(
        table.groups[place],
        table.times[left],
        risk,
        events,
        censored,
        entered,
        survival,
        np.asarray(se, dtype=np.float64),
        lower,
        upper,
        np.cumsum(hazard),
        np.asarray(hazard_se, dtype=np.float64),
    )


def _entered(table: DailyTable, place: int, left: NDArray[np.bool_]) -> Floats:
    """Those who come under observation between one step and the next."""
    steps = np.flatnonzero(left)
    if table.entries is None:
        first = np.zeros(len(steps))
        first[:1] = table.exits[place].sum()
        return first
    total = np.cumsum(table.entries[place])[steps]
    return np.diff(total, prepend=0.0)


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
