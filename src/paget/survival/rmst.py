"""Restricted mean survival time: the mean time lived up to a horizon, by group, with differences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Unpack

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Names
from paget.survival.daily import DailyTable, daily_table
from paget.survival.influence import ALL, mean_variance, steps_of
from paget.survival.intervals import normal_quantile
from paget.survival.results import Analysed, Floats, Test, chi_square_test, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look


@dataclass(frozen=True)
class RestrictedMeans:
    """Restricted means by group.

    Attributes:
        groups: labels.
        horizon: the time up to which is looked.
        mean: (groups,) mean time lived up to it.
        standard_error: (groups,).
        notes: sentences, such as that follow-up of a group ends before the horizon.
        analysed: who was analysed.
    """

    groups: tuple[Any, ...]
    horizon: float
    mean: Floats
    standard_error: Floats
    notes: tuple[str, ...]
    analysed: Analysed

    def difference(self, group: Any, reference: Any) -> Test:
        """One group's mean less another's; ``detail`` holds difference, standard_error, lower and upper."""
        one, two = (self._place(name) for name in (group, reference))
        value = float(self.mean[one] - self.mean[two])
        error = float(np.hypot(self.standard_error[one], self.standard_error[two]))
        half = normal_quantile(0.95) * error
        statistic = (value / error) ** 2 if error > 0 else float("nan")
        name = f"restricted mean, {group} less {reference}"
        detail = {"difference": value, "standard_error": error, "lower": value - half, "upper": value + half}
        return chi_square_test(name, statistic, 1, self.notes, **detail)

    def _place(self, group: Any) -> int:
        if group not in self.groups:
            raise BadInput(
                "no such group", where=str(group), mend=f"there are {', '.join(map(str, self.groups))}"
            )
        return self.groups.index(group)

    def to_frame(self) -> Any:
        """A row a group."""
        half = normal_quantile(0.95) * self.standard_error
        return frame(
            {
                "group": list(self.groups),
                "horizon": [self.horizon] * len(self.groups),
                "mean": self.mean,
                "standard_error": self.standard_error,
                "lower": self.mean - half,
                "upper": self.mean + half,
            }
        )

    def summary(self) -> str:
        """A line a group, and the notes."""
        half = normal_quantile(0.95) * self.standard_error
        columns = {
            "group": [str(group) for group in self.groups],
            "mean": [float(m) for m in self.mean],
            "se": [float(e) for e in self.standard_error],
            "95% from": [float(m) for m in self.mean - half],
            "to": [float(m) for m in self.mean + half],
        }
        return "\n".join([text_table(columns), f"up to {self.horizon:g}; {self.analysed}", *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Means with intervals, SVG.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing_estimates import draw_estimates

        half = normal_quantile(0.95) * self.standard_error
        values = self.mean.tolist(), (self.mean - half).tolist(), (self.mean + half).tolist()
        words = f"Mean time up to {self.horizon:g}", "Mean", "Group"
        return draw_estimates(self.groups, values, words, look, notes=(f"{self.analysed}.", *self.notes))


def rmst(
    data: Any,
    *,
    time: str,
    event: str,
    horizon: float,
    entry: str | None = None,
    weights: str | None = None,
    by: Names = None,
    robust: bool | None = None,
) -> RestrictedMeans:
    """The mean time without the event up to a horizon: the area under Kaplan-Meier.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        horizon: the time up to which is looked, above 0, in the same unit.
        entry: column of the time after which a row is under observation.
        weights: column of case weights.
        by: column or columns whose values are the groups.
        robust: the infinitesimal jackknife's standard error rather than that of weights which count rows; by
            default with weights that are no whole numbers, as for :func:`kaplan_meier`.

    Returns:
        Means with standard errors; ``difference`` compares two groups.

    Raises:
        BadInput: a horizon that is not above 0, or a column that cannot be meant.

    The variance is the sum over events up to the horizon of (area after it)² d / (n (n - d)), or, robust, the
    sum of squares of what each row moves the area by. Source: Royston
    P, Parmar MKB. BMC Med Res Methodol 2013;13:152; Klein and Moeschberger, Survival Analysis, 2003, section
    4.5.

    >>> print(rmst({"day": [2, 4], "died": [1, 1]}, time="day", event="died", horizon=4))
    group  mean      se  95% from     to
    all       3  0.7071     1.614  4.386
    up to 4; 2 of 2 rows
    """
    table = daily_table(data, time=time, event=event, entry=entry, weights=weights, by=by)
    return rmst_of(table, horizon, robust=robust)


def rmst_of(table: DailyTable, horizon: float, *, robust: bool | None = None) -> RestrictedMeans:
    """The same from a table with a row a day; see :func:`rmst`."""
    if not horizon > 0:
        raise BadInput("the horizon is not above 0", where="horizon")
    means, errors, notes = [], [], []
    for place, group in enumerate(table.groups):
        within = table.times <= horizon
        times = np.concatenate([[0.0], table.times[within], [horizon]])
        steps = steps_of(table, place)
        area = np.diff(times) * np.concatenate([[1.0], steps.survival[within]])
        means.append(float(area.sum()))
        errors.append(float(np.sqrt(_variance(table, place, area, within, robust))))
        left = np.flatnonzero(table.exits[place].any(0))
        last = float(table.times[left[-1]]) if len(left) else 0.0
        if last < horizon and len(left) and steps.survival[left[-1]] > 0:
            notes.append(
                f"{group}: nobody is followed beyond {last:g}; the curve is held level up to {horizon:g}."
            )
    return RestrictedMeans(
        table.groups, float(horizon), np.array(means), np.array(errors), tuple(notes), table.analysed
    )


def _variance(
    table: DailyTable, place: int, area: Floats, within: NDArray[np.bool_], robust: bool | None
) -> float:
    """Of one group; ``area`` has a part before the first point and one after each point within."""
    steps = steps_of(table, place)
    if robust if robust is not None else table.fractional:
        with np.errstate(divide="ignore", invalid="ignore"):
            widths = np.where(steps.survival[within] > 0, area[1:] / steps.survival[within], 0.0)
        return mean_variance(table, place, np.pad(widths, (0, len(within) - len(widths))))
    risk, events = steps.risk[within], table.events[place][within]
    after = area[::-1].cumsum()[::-1][1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        terms = np.where((events > 0) & (events < ALL * risk), events / (risk * (risk - events)), 0.0)
    return float((after**2 * terms).sum())
