"""Relative survival: how much of the mortality is in excess of that of people alike in the population."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paget.errors import BadInput
from paget.survival.axis import is_whole
from paget.survival.cohort import Cohort, Names, listed, read_cohort
from paget.survival.columns import Columns
from paget.survival.intervals import ConfType, interval
from paget.survival.life_table import LifeTable, life_table
from paget.survival.results import Analysed, Floats, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

Method = Literal["pohar-perme", "ederer-2"]

LONGEST = 60_000
"""Days; nobody is followed for longer than a life."""


@dataclass(frozen=True)
class RelativeCurve:
    """One group's relative survival, a step a day: it moves on days without a death too.

    Attributes:
        group: label of the group.
        time: (steps,) days.
        n_risk, n_event: (steps,) numbers at risk just before, and of deaths.
        observed: (steps,) survival of all causes (Nelson-Aalen).
        survival: (steps,) relative (ederer-2) or net (pohar-perme) survival; it may rise, and exceed 1.
        standard_error, lower, upper: (steps,).
        excess_hazard: (steps,) cumulative.
    """

    group: Any
    time: Floats
    n_risk: Floats
    n_event: Floats
    observed: Floats
    survival: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    excess_hazard: Floats


@dataclass(frozen=True)
class RelativeSurvival:
    """Relative survival by group; ``for curve in curves`` and ``curves[label]`` give one.

    Attributes:
        curves: one a group.
        method: pohar-perme or ederer-2.
        level: confidence level of the intervals.
        analysed: who was analysed.
    """

    curves: tuple[RelativeCurve, ...]
    method: Method
    level: float
    analysed: Analysed

    def __iter__(self) -> Iterator[RelativeCurve]:
        return iter(self.curves)

    def __len__(self) -> int:
        return len(self.curves)

    def __getitem__(self, group: Any) -> RelativeCurve:
        for curve in self.curves:
            if curve.group == group:
                return curve
        there = ", ".join(str(curve.group) for curve in self.curves)
        raise BadInput("no such group", where=str(group), mend=f"there are {there}")

    def at(self, times: ArrayLike) -> Any:
        """A row a group and time: observed and relative survival, its standard error and interval.

        After the last day they stay as they are on it.
        """
        wanted = np.atleast_1d(np.asarray(times, dtype=float))
        columns: dict[str, Any] = {
            "group": [curve.group for curve in self.curves for _ in wanted],
            "time": np.tile(wanted, len(self.curves)),
        }
        starts = {"observed": 1.0, "survival": 1.0, "standard_error": 0.0, "lower": 1.0, "upper": 1.0}
        for name, start in starts.items():
            parts = []
            for curve in self.curves:
                step = np.searchsorted(curve.time, wanted, side="right") - 1
                parts.append(np.where(step < 0, start, getattr(curve, name)[np.maximum(step, 0)]))
            columns[name] = np.concatenate(parts)
        return frame(columns)

    def to_frame(self) -> Any:
        """All steps, a row a group and time."""
        names = [name for name in RelativeCurve.__dataclass_fields__ if name != "group"]
        columns: dict[str, Any] = {"group": [c.group for c in self.curves for _ in c.time]}
        columns |= {name: np.concatenate([getattr(c, name) for c in self.curves]) for name in names}
        return frame(columns)

    def summary(self) -> str:
        """A line a group: rows, deaths, observed and relative survival at the end of follow-up."""
        last = [curve.time[-1] for curve in self.curves]
        columns = {
            "group": [str(curve.group) for curve in self.curves],
            "deaths": [float(curve.n_event.sum()) for curve in self.curves],
            "observed": [float(curve.observed[-1]) for curve in self.curves],
            "net" if self.method == "pohar-perme" else "relative": [
                float(c.survival[-1]) for c in self.curves
            ],
            f"{self.level:.0%} from": [float(curve.lower[-1]) for curve in self.curves],
            "to": [float(curve.upper[-1]) for curve in self.curves],
            "by": [float(day) for day in last],
        }
        return f"{text_table(columns)}\n{self.analysed}; {self.method}"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Relative survival by group with bands, as SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing import draw_relative

        return draw_relative(self, look)


def relative_survival(
    data: Any,
    *,
    time: str,
    event: str,
    age: str,
    sex: str,
    table: Any,
    origin_day: str | None = None,
    entry: str | None = None,
    method: Method = "pohar-perme",
    by: Names = None,
    conf_type: ConfType = "log",
    level: float = 0.95,
) -> RelativeSurvival:
    """Survival beside that of the population, by a life table that you supply.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        time: column of whole days from the origin to death or censoring.
        event: column of 1 (death of any cause) and 0 (censored).
        age: column of the age at the origin in years; fractions count.
        sex: column of the sex, in the words of the table.
        table: a dataframe of the population with columns ``age`` (completed years), ``sex``, perhaps ``year``
            (of the calendar), and either ``probability`` (of death within the year of age) or ``hazard`` (a
            day). Ages and years beyond it are taken as its last; no table is shipped.
        origin_day: column of the day of the origin since 1970-01-01; needed when the table has years.
        entry: column of the day after which a row is under observation.
        method: pohar-perme, the survival if the disease were the only cause of death; or ederer-2, observed
            over expected of those still at risk.
        by: column or columns whose values are the groups.
        conf_type: scale of the interval.
        level: confidence level.

    Returns:
        Curves by group.

    Raises:
        BadInput: a time that is no whole day, an age or sex that the table lacks, or a column that cannot be
            meant.

    With h_i the population's hazard of patient i, H_i its sum so far, and weights w_i = exp(H_i)
    (pohar-perme) or 1 (ederer-2), the excess hazard is the sum over days of (sum of w dN - sum of w h) / sum
    of w over those at risk, in the expected part with w at noon; its variance the sum of w² dN over the
    square of that sum. Sources: Pohar Perme M, Stare J, Esteve J. Biometrics 2012;68:113-120; Ederer F, Heise
    H. Instructions to IBM 650 Programmers, National Cancer Institute 1959.

    >>> people = {"age": [60, 61], "sex": ["f", "f"], "probability": [0.01, 0.01]}
    >>> rows = {"day": [100, 400], "died": [1, 0], "age": [60.5, 60.2], "sex": ["f", "f"]}
    >>> found = relative_survival(rows, time="day", event="died", age="age", sex="sex", table=people)
    >>> round(float(found["all"].survival[100] / found["all"].observed[100]), 4)  # 100 days of 1 % a year
    1.0028
    """
    if method not in get_args(Method):
        raise BadInput("no such method", where=str(method), mend=f"there are {', '.join(get_args(Method))}")
    people = life_table(table)
    columns = Columns(data, [time, event, age, sex, entry, origin_day, *listed(by)])
    ages, no_age = columns.numbers(age)
    sexes = columns.codes(sex)
    missing: dict[str, Any] = {} if no_age is None else {age: no_age}
    if sexes.missing is not None:
        missing[sex] = sexes.missing
    days: NDArray[Any] | None = None
    if people.years is not None:
        if origin_day is None:
            raise BadInput("the table has years, so the day of the origin is needed", where="origin_day")
        days, no_day = columns.numbers(origin_day)
        if no_day is not None:
            missing[origin_day] = no_day
    cohort = read_cohort(columns, time=time, event=event, entry=entry, groups=by, also_missing=missing)
    if not cohort.rows:
        raise BadInput("no row is complete", where=str(cohort.analysed))
    if cohort.time.max() > LONGEST:
        raise BadInput(f"a time of more than {LONGEST} days", where=time, mend="are these days?")
    if not is_whole(cohort.time) or (cohort.entry is not None and not is_whole(cohort.entry)):
        raise BadInput("a time that is no whole day", where=time, mend="round it up to days")
    kept = slice(None) if cohort.kept is None else cohort.kept
    age_, code = ages[kept].astype(float), sexes.codes[kept]
    if (age_ < 0).any():
        raise BadInput("an age below 0", where=age)
    sex_ = people.sex_places(sexes.labels, code, sex)
    since = np.zeros(cohort.rows) if days is None else days[kept].astype(float)
    groups = ("all",) if cohort.groups is None else cohort.groups.labels
    places = np.zeros(cohort.rows, dtype=int) if cohort.groups is None else cohort.groups.codes.astype(int)
    found = [
        _curve(label, cohort, places == place, (age_, sex_, since), people, method, conf_type, level)
        for place, label in enumerate(groups)
        if (places == place).any()
    ]
    return RelativeSurvival(tuple(found), method, level, cohort.analysed)


def _curve(
    group: Any,
    cohort: Cohort,
    here: NDArray[np.bool_],
    of_people: tuple[Floats, NDArray[np.int64], Floats],
    people: LifeTable,
    method: Method,
    conf_type: ConfType,
    level: float,
) -> RelativeCurve:
    from paget.survival.relative_kernel import sums_by_day

    age, sex, since = (values[here] for values in of_people)
    time = cohort.time[here].astype(np.int64)
    event = cohort.event[here] == 1
    start = (
        np.full(len(time), -1, dtype=np.int64)
        if cohort.entry is None
        else cohort.entry[here].astype(np.int64)
    )
    years = np.zeros(1, dtype=np.int64) if people.years is None else people.year_starts()
    sums = sums_by_day(
        start, time, event, age, sex, since, people.hazard, people.first_age, years, method == "pohar-perme"
    )
    risk, died, weight, weighted, at_noon, expected, square = sums
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.where(weight > 0, 1.0 / weight, 0.0)
        by_table = np.where(at_noon > 0, expected / at_noon, 0.0)
        excess = np.cumsum(weighted * share - by_table)
        variance = np.cumsum(square * share**2)
        observed = np.exp(-np.cumsum(np.where(risk > 0, died / risk, 0.0)))
    steps = np.arange(len(risk))
    at = np.exp(-excess[steps])
    se = at * np.sqrt(variance[steps])
    lower, upper = _interval(at, se, excess[steps], conf_type, level)
    return RelativeCurve(
        group,
        steps.astype(float),
        risk[steps],
        died[steps],
        observed[steps],
        at,
        se,
        lower,
        upper,
        excess[steps],
    )


def _interval(
    at: Floats, se: Floats, excess: Floats, conf_type: ConfType, level: float
) -> tuple[Floats, Floats]:
    """As of any survival, but a net survival above 1 keeps its interval on the log scale."""
    from paget.survival.intervals import normal_quantile

    if conf_type == "log":
        half = normal_quantile(level) * np.where(at > 0, se / np.where(at > 0, at, 1.0), 0.0)
        return np.exp(-excess - half), np.exp(-excess + half)
    return interval(at, se, conf_type, level)
