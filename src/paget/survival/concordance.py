"""Concordance: how often the one with the higher risk has the event first, with its variance."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Literal, Unpack

import numpy as np

from paget.errors import BadInput
from paget.survival.axis import Axis
from paget.survival.cohort import Cohort, Names, listed, read_cohort
from paget.survival.columns import Columns
from paget.survival.daily import tabled
from paget.survival.intervals import normal_quantile
from paget.survival.results import Analysed, Floats, frame

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

Weighting = Literal["harrell", "uno"]


@dataclass(frozen=True)
class Concordance:
    """The share of comparable pairs in which the higher risk has the earlier event; ties count half.

    Attributes:
        value: between 0 and 1; 0.5 is chance.
        standard_error: by the infinitesimal jackknife, of rows or clusters.
        counts: weighted pairs: concordant, discordant, tied_score, tied_time, tied_both.
        analysed: who was analysed.
    """

    value: float
    standard_error: float
    counts: Mapping[str, float]
    analysed: Analysed

    def confidence_interval(self, level: float = 0.95) -> tuple[float, float]:
        """Lower and upper bound."""
        half = normal_quantile(level) * self.standard_error
        return max(0.0, self.value - half), min(1.0, self.value + half)

    def to_frame(self) -> Any:
        """One row."""
        low, high = self.confidence_interval()
        found = {
            "concordance": self.value,
            "standard_error": self.standard_error,
            "lower": low,
            "upper": high,
        }
        return frame({name: [value] for name, value in (found | dict(self.counts)).items()})

    def summary(self) -> str:
        """One line."""
        low, high = self.confidence_interval()
        pairs = sum(self.counts[name] for name in ("concordant", "discordant", "tied_score"))
        return f"concordance {self.value:.4f} (95% {low:.4f} to {high:.4f}), {pairs:.0f} comparable pairs"

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """The concordance with its interval, SVG; 0.5 is chance.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing_estimates import draw_estimates

        low, high = self.confidence_interval()
        words = "Concordance", "Concordance", "Score"
        notes = ("0.5 is chance.", f"{self.analysed}.")
        return draw_estimates(["score"], ([self.value], [low], [high]), words, look, notes=notes)


def concordance(
    data: Any,
    *,
    time: str,
    event: str,
    score: str,
    entry: str | None = None,
    strata: Names = None,
    weights: str | None = None,
    cluster: str | None = None,
    weighting: Weighting = "harrell",
    higher_is: Literal["worse", "better"] = "worse",
) -> Concordance:
    """The concordance of a score with the order of events.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        time: column of days (or another unit) to event or censoring.
        event: column of 1 (event) and 0 (censored).
        score: column of the score.
        entry: column of the time after which a row is under observation.
        strata: column or columns within whose values pairs are made.
        weights: column of case weights.
        cluster: column of what rows belong together.
        weighting: harrell (all pairs alike) or uno (pairs by 1 / G² at the event, G the probability of not
            being censored before; not with ``entry``).
        higher_is: whether a higher score means an earlier event.

    Returns:
        The concordance with its standard error and the counts of pairs.

    Raises:
        BadInput: a column that is missing or cannot be meant, or no comparable pair.

    A pair is comparable when the event of one falls at a time at which the other is under observation and
    free of it; who is censored on the day of an event outlives it. Sources: Harrell FE et al., JAMA
    1982;247:2543-2546; Uno H et al., Stat Med 2011;30:1105-1117; Therneau and Atkinson, Concordance, vignette
    of R survival.

    >>> data = {"day": [1, 2, 3, 4], "died": [1, 1, 0, 1], "points": [3, 1, 2, 0]}
    >>> concordance(data, time="day", event="died", score="points").value
    0.8
    """
    columns = Columns(data, [time, event, score, entry, weights, cluster, *listed(strata)])
    values, missing = columns.numbers(score)
    cohort = read_cohort(
        columns,
        time=time,
        event=event,
        entry=entry,
        weights=weights,
        strata=strata,
        cluster=cluster,
        also_missing={score: missing} if missing is not None else None,
    )
    kept = values if cohort.kept is None else values[cohort.kept]
    if weighting not in {"harrell", "uno"} or higher_is not in {"worse", "better"}:
        raise BadInput("no such weighting or direction", where=f"{weighting}, {higher_is}")
    return concordance_of(cohort, -kept if higher_is == "worse" else kept, weighting)


def concordance_of(cohort: Cohort, longer: Any, weighting: Weighting = "harrell") -> Concordance:
    """The same for a cohort and a number that is higher for those who are expected to live longer."""
    from paget.survival.pairs import count_pairs

    rows = cohort.rows
    weight = np.ones(rows) if cohort.weights is None else cohort.weights
    axis = Axis.of(cohort.time)
    leave = axis.at(cohort.time).astype(np.int64)
    enter = (
        axis.after(cohort.entry, cohort.time).astype(np.int64)
        if cohort.entry is not None
        else np.zeros(rows, dtype=np.int64)
    )
    event = cohort.event == 1
    by_time = _time_weights(cohort, axis, weighting)
    counts, moved = np.zeros(5), np.zeros((rows, 3))
    strata = np.zeros(rows, dtype=np.int64) if cohort.strata is None else cohort.strata.codes.astype(np.int64)
    order = np.argsort(strata, kind="stable")
    cuts = np.searchsorted(strata[order], np.arange(int(strata.max(initial=-1)) + 2))
    for low, high in pairwise(cuts):
        here = order[low:high]
        if len(here) > 1 and event[here].any():
            rank = np.unique(np.asarray(longer)[here], return_inverse=True)[1].astype(np.int64)
            one, two = count_pairs(
                leave[here], enter[here], event[here], rank, weight[here], by_time[leave[here]]
            )
            counts += one
            moved[here] = two
    pairs = counts[:3].sum()
    if pairs <= 0:
        raise BadInput(
            "no pair of rows can be compared", where=str(cohort.analysed), mend="are there events?"
        )
    somers = (counts[0] - counts[1]) / pairs
    shift = weight * ((moved[:, 0] - moved[:, 1]) - somers * moved.sum(1)) / pairs
    if cohort.clusters is not None:
        shift = np.bincount(cohort.clusters.codes, shift)
    names = ("concordant", "discordant", "tied_score", "tied_time", "tied_both")
    error = float(np.sqrt((shift**2).sum() / 4))
    found = dict(zip(names, counts.tolist(), strict=True))
    return Concordance(float((somers + 1) / 2), error, found, cohort.analysed)


def _time_weights(cohort: Cohort, axis: Axis, weighting: Weighting) -> Floats:
    """(points,) the weight of pairs by the time of the event."""
    if weighting == "harrell":
        return np.ones(axis.points)
    if cohort.entry is not None or cohort.strata is not None:
        raise BadInput(
            "the weighting uno takes neither entry nor strata", where="weighting", mend="use harrell"
        )
    from dataclasses import replace

    table = tabled(replace(cohort, groups=None), axis)
    risk = table.at_risk[0] - table.events[0]
    with np.errstate(divide="ignore", invalid="ignore"):
        stay = np.cumprod(np.where(risk > 0, 1 - table.exits[0, 0] / risk, 1.0))
        return np.asarray(1.0 / np.concatenate([[1.0], stay[:-1]]) ** 2)
