"""The bootstrap of patients: the spread of any estimate from samples of the rows with replacement."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Unpack, get_args

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput, PagetError
from paget.survival.cohort import Names, listed
from paget.survival.columns import Columns
from paget.survival.results import Floats, Named, frame, text_table

if TYPE_CHECKING:
    from paget.figures.drawn import Drawn
    from paget.survival.look import Look

Interval = Literal["percentile", "bca", "normal"]

TOO_MANY_FAILED = 0.05
"""When more than this share of the samples has no estimate, the interval is not to be trusted."""


@dataclass(frozen=True)
class Bootstrapped:
    """An estimate with its spread over samples.

    Attributes:
        estimate: from the data as they are.
        standard_error: standard deviation over samples.
        lower, upper: the interval.
        samples: (samples, estimates) those that had an estimate.
        failed: samples without one.
        interval: percentile, bca or normal.
        level: confidence level.
        notes: sentences that a reader must know.
    """

    estimate: Named
    standard_error: Named
    lower: Named
    upper: Named
    samples: Floats
    failed: int
    interval: Interval
    level: float
    notes: tuple[str, ...]

    def to_frame(self) -> Any:
        """A row an estimate."""
        names = ("estimate", "standard_error", "lower", "upper")
        columns: dict[str, Any] = {name: np.asarray(getattr(self, name)) for name in names}
        return frame({"term": list(self.estimate.names)} | columns)

    def summary(self) -> str:
        """A line an estimate, and how many samples there were."""
        columns = {
            "term": list(self.estimate.names),
            "estimate": self.estimate.values(),
            "se": self.standard_error.values(),
            f"{self.level:.0%} from": self.lower.values(),
            "to": self.upper.values(),
        }
        head = f"{len(self.samples)} samples, {self.failed} without an estimate; interval {self.interval}"
        return "\n".join([text_table(columns), head, *self.notes])

    def __str__(self) -> str:
        return self.summary()

    def plot(self, **look: Unpack[Look]) -> Drawn:
        """Estimates with intervals, SVG; ``names`` of the look are those of estimates.

        Args:
            look: how it is drawn; see :class:`paget.survival.look.Look`.
        """
        from paget.survival.drawing_estimates import draw_estimates

        values = self.estimate.values(), self.lower.values(), self.upper.values()
        words = "Estimates with bootstrap intervals", "Estimate", "Term"
        notes = (f"{len(self.samples)} samples, interval {self.interval}.", *self.notes)
        return draw_estimates(self.estimate.names, values, words, look, level=self.level, notes=notes)


def bootstrap(
    data: Any,
    statistic: Callable[[Any], Any],
    *,
    repetitions: int = 1000,
    cluster: str | None = None,
    strata: Names = None,
    interval: Interval = "percentile",
    level: float = 0.95,
    seed: int = 0,
) -> Bootstrapped:
    """Draw rows, or clusters of rows, with replacement and estimate anew each time.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays.
        statistic: data -> a number, a sequence of numbers or a :class:`Named` such as ``.coefficients``. It
            gets data of the kind that was given.
        repetitions: how many samples.
        cluster: column of what is drawn together, such as the patient of several rows; by default each row.
        strata: column or columns within whose values is drawn, so that their sizes stay.
        interval: percentile; bca, corrected for bias and skewness (it estimates once more for each row or
            cluster); or normal.
        level: confidence level.
        seed: the same seed gives the same samples.

    Returns:
        The estimates with their intervals. Samples on which ``statistic`` is refused, or gives no finite
        number, are counted.

    Raises:
        BadInput: no rows, no sample with an estimate, or a column that is missing.

    Sources: Efron B, Tibshirani RJ. An Introduction to the Bootstrap. Chapman and Hall 1993, chapters 13, 14.

    >>> rows = {"day": np.arange(1.0, 41.0)}
    >>> found = bootstrap(rows, lambda some: some["day"].mean(), repetitions=200)
    >>> float(found.estimate[0]), 1.5 < float(found.standard_error[0]) < 2.2  # sd 11.5 / sqrt(40) = 1.8
    (20.5, True)
    """
    if interval not in get_args(Interval):
        raise BadInput(
            "no such interval", where=str(interval), mend=f"there are {', '.join(get_args(Interval))}"
        )
    if repetitions < 2:
        raise BadInput("fewer than two samples", where="repetitions")
    if not 0 < level < 1:
        raise BadInput("the confidence level is not between 0 and 1", where="level", mend="for example 0.95")
    take, rows = _taker(data, [*([cluster] if cluster else []), *listed(strata)])
    if not rows:
        raise BadInput("there are no rows", where="data")
    units, parts = _units(data, rows, cluster, strata)
    whole = _numbers(statistic(data))
    found, failed = [], 0
    for repetition in range(repetitions):
        random = np.random.Generator(np.random.Philox(key=[seed, repetition]))
        drawn = np.concatenate([part[random.integers(0, len(part), len(part))] for part in parts])
        one = _tried(statistic, take(np.concatenate([units[unit] for unit in drawn])), len(whole))
        if one is None:
            failed += 1
        else:
            found.append(one)
    if len(found) < 2:
        raise BadInput("hardly a sample has an estimate", where=f"{failed} of {repetitions}")
    samples = np.array(found)
    notes = []
    if failed > TOO_MANY_FAILED * repetitions:
        notes.append(
            f"{failed} of {repetitions} samples have no estimate: the interval is not to be trusted."
        )
    middle = np.asarray(whole)
    error = samples.std(0, ddof=1)
    if interval == "normal":
        from paget.survival.intervals import normal_quantile

        half = normal_quantile(level) * error
        low, high = middle - half, middle + half
    else:
        shares = np.tile([(1 - level) / 2, (1 + level) / 2], (len(middle), 1))
        if interval == "bca":
            shares = _corrected(statistic, take, units, samples, middle, shares)
        low, high = (
            np.array([np.quantile(samples[:, k], shares[k, side]) for k in range(len(middle))])
            for side in (0, 1)
        )
    names = whole.names
    return Bootstrapped(
        whole,
        Named(names, error),
        Named(names, low),
        Named(names, high),
        samples,
        failed,
        interval,
        level,
        tuple(notes),
    )


def _taker(data: Any, names: Iterable[str]) -> tuple[Callable[[NDArray[np.intp]], Any], int]:
    """What gives some rows of the data in its own kind, and how many rows there are."""
    if isinstance(data, Mapping):
        arrays = Columns(data, list(data)).arrays()
        rows = len(next(iter(arrays.values()), np.zeros(0)))
        return (lambda places: {name: values[places] for name, values in arrays.items()}), rows
    import narwhals as nw

    Columns(data, names)
    table: Any = nw.from_native(data)
    table = table.collect() if isinstance(table, nw.LazyFrame) else table
    return (lambda places: nw.to_native(table[places.tolist()])), len(table)


def _units(
    data: Any, rows: int, cluster: str | None, strata: Names
) -> tuple[list[NDArray[np.intp]], list[NDArray[np.intp]]]:
    """The rows of each unit that is drawn, and the units of each stratum."""
    from paget.survival.cohort import _combined

    if cluster is None:
        units = [np.array([row]) for row in range(rows)]
        first = np.arange(rows)
    else:
        codes = Columns(data, [cluster]).codes(cluster)
        if codes.missing is not None:
            raise BadInput("rows without a cluster", where=cluster)
        order = np.argsort(codes.codes, kind="stable")
        units = np.split(order, np.flatnonzero(np.diff(codes.codes[order])) + 1)
        first = np.array([unit[0] for unit in units])
    if not strata:
        return units, [np.arange(len(units))]
    label = _combined(Columns(data, listed(strata)), listed(strata)).codes[first]
    return units, [np.flatnonzero(label == one) for one in np.unique(label)]


def _numbers(value: Any) -> Named:
    if isinstance(value, Named):
        return value
    numbers = np.atleast_1d(np.asarray(value, dtype=float)).ravel()
    names = ["estimate"] if len(numbers) == 1 else [f"estimate {k + 1}" for k in range(len(numbers))]
    return Named(names, numbers)


def _tried(statistic: Callable[[Any], Any], some: Any, number: int) -> Floats | None:
    try:
        value = np.asarray(_numbers(statistic(some)))
    except PagetError:  # a sample without an event, say
        return None
    return value if len(value) == number and np.isfinite(value).all() else None


def _corrected(
    statistic: Callable[[Any], Any],
    take: Callable[[NDArray[np.intp]], Any],
    units: list[NDArray[np.intp]],
    samples: Floats,
    middle: Floats,
    shares: Floats,
) -> Floats:
    """The quantiles of the samples that bound a bias-corrected and accelerated interval."""
    from scipy.special import ndtr, ndtri

    every = np.arange(len(units))
    if len(every) < 3:
        raise BadInput("too few to leave one out", where="interval", mend="use percentile")
    without = []
    for unit in every:
        rows = np.concatenate([units[one] for one in every if one != unit])
        one = _tried(statistic, take(rows), len(middle))
        if one is not None:
            without.append(one)
    if len(without) < 2:
        raise BadInput("no estimate when a row is left out", where="interval", mend="use percentile")
    off = np.mean(without, axis=0) - np.array(without)
    spread = (off**2).sum(0)
    with np.errstate(divide="ignore", invalid="ignore"):
        pull = np.where(spread > 0, (off**3).sum(0) / (6 * spread**1.5), 0.0)
    below = (samples < middle).mean(0) + 0.5 * (samples == middle).mean(0)
    bias = ndtri(np.clip(below, 0.5 / len(samples), 1 - 0.5 / len(samples)))
    z = bias[:, None] + ndtri(shares)
    return np.asarray(ndtr(bias[:, None] + z / (1 - pull[:, None] * z)))
