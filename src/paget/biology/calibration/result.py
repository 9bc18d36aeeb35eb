"""A finished calibration: posterior, fit, checks on other tables, and what the data cannot tell apart."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr

from paget.biology.calibration.compared import REACHED, Compared
from paget.biology.calibration.identified import Identified, identified
from paget.biology.calibration.sampling import Draws, log_fit
from paget.biology.calibration.tables import Table, Tables, Unknown
from paget.errors import BadInput, Refused
from paget.streams import normals

if TYPE_CHECKING:
    from paget.biology.chart import Drawing

Floats = NDArray[np.float64]

FEWEST: Final = 200
"""Below this effective sample size there is no result, only the statement that there is none."""
FEWEST_CHECKED: Final = 100
"""Draws from the posterior at which the tables are simulated anew, at the least."""
QUANTILES: Final = (0.025, 0.25, 0.5, 0.75, 0.975)
LEANS: Final = 0.1
"""A posterior median nearer than this share of the prior to one of its ends leans on that end."""
NOTE: Final = "model assumption, no clinical estimate exists"


@dataclass(frozen=True)
class Calibrated:
    """A calibration.

    Attributes:
        tables: what was fitted and checked.
        draws: every set of parameters that was tried, with its weight.
        patients: virtual patients of each.
        seed: of all luck.
        interrupted: whether it was stopped; then it holds what was done.
        chosen: places of the draws from the posterior at which all tables were simulated anew.
        predictions: (chosen, tables) what other virtual patients gave there.
        shipped: (tables,) what the parameters of the model's file give.
    """

    tables: Tables
    draws: Draws
    patients: int
    seed: int
    interrupted: bool
    chosen: Sequence[int]
    predictions: Floats
    shipped: Floats

    @property
    def effective(self) -> float:
        """The effective sample size of the posterior."""
        return self.draws.effective

    @property
    def enough(self) -> bool:
        """Whether it is at least 200."""
        return self.effective >= FEWEST

    @property
    def checked(self) -> bool:
        """Whether the tables were simulated at enough draws from the posterior to say how they compare."""
        return len(self.predictions) >= FEWEST_CHECKED

    @cached_property
    def identified(self) -> Identified:
        """What the data tell, and what they cannot tell apart."""
        names = [one.name for one in self.tables.unknowns]
        return identified(names, self.draws.z, self.draws.weights)

    def quantiles(self, unknown: Unknown) -> tuple[float, ...]:
        """Posterior quantiles of a parameter: 2.5, 25, 50, 75 and 97.5 %."""
        place = self.tables.unknowns.index(unknown)
        found = weighted(self.draws.z[:, place], self.draws.weights, QUANTILES)
        return tuple(float(unknown.value(one)) for one in found)

    @property
    def noise(self) -> float:
        """The largest Monte Carlo error of a fitted figure, as a share of the table's own deviation."""
        counted = self.draws.weights > 0
        weights = self.draws.weights[counted]
        if not weights.size:
            return math.nan
        errors = (weights[:, None] * self.draws.errors[counted]).sum(axis=0)
        return float(max(errors / [one.deviation for one in self.tables.fitted]))

    def best(self) -> dict[str, Any]:
        """The draw of the highest posterior density, as the model takes it: one set that fits as a whole.

        Medians of each parameter alone need not fit together.
        """
        wanted = np.array([one.value for one in self.tables.fitted])
        spread = np.array([one.deviation for one in self.tables.fitted])
        fit = log_fit(self.draws.figures, self.draws.errors, wanted, spread)
        place = int(np.argmax(fit - 0.5 * (self.draws.z**2).sum(axis=1)))
        return self.tables.changes(self.draws.z[place])

    @cached_property
    def compared(self) -> tuple[Compared, ...]:
        """Every table beside the predictions; of an interrupted run those that were made."""
        return tuple(self._compared(place, one) for place, one in enumerate(self.tables.tables))

    @property
    def fit(self) -> tuple[Compared, ...]:
        """The tables that were fitted."""
        return tuple(one for one in self.compared if one.table.fitted)

    @property
    def checks(self) -> tuple[Compared, ...]:
        """The tables that were not."""
        return tuple(one for one in self.compared if not one.table.fitted)

    def _compared(self, place: int, table: Table) -> Compared:
        values, shipped = self.predictions[:, place], float(self.shipped[place])
        given = values[np.isfinite(values)]
        reached = given.size / values.size if values.size else math.nan
        away = (shipped - table.value) / table.deviation
        if given.size < 2:
            none = (math.nan, math.nan)
            return Compared(table, math.nan, none, none, math.nan, shipped, away, reached)
        mean, sd = float(given.mean()), math.hypot(float(given.std(ddof=1)), table.deviation)
        # predictions of the figure: each draw's value and an even grid of the table's own error
        grid = _normal_grid(41) * table.deviation
        middle, low, high = np.quantile((given[:, None] + grid).ravel(), [0.5, 0.025, 0.975])
        if table.unit == "%":
            least = -100.0 if len(table.policies) > 1 else 0.0
            low, high = max(low, least), min(high, 100.0)
        inner = np.quantile(given, [0.025, 0.975])
        return Compared(
            table,
            float(middle),
            (float(low), float(high)),
            (float(inner[0]), float(inner[1])),
            (mean - table.value) / sd,
            shipped,
            away,
            reached,
        )

    @cached_property
    def reproduction(self) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
        """R_m under the prior and under the posterior: 2.5, 50 and 97.5 % of each.

        That of the median patient and lesion when each lesion seeds until it can be seen. A model
        assumption; no clinical estimate exists.
        """
        names = [one.name for one in self.tables.unknowns]
        prior = normals(self.seed, range(len(self.chosen) or 1), "calibration prior", len(names))
        both = []
        for points in (prior, self.draws.z[list(self.chosen)]):
            found = [self.tables.model.with_(**self.tables.changes(z)).reproduction() for z in points]
            low, middle, high = np.quantile(found, [0.025, 0.5, 0.975]) if found else [math.nan] * 3
            both.append((float(low), float(middle), float(high)))
        return both[0], both[1]

    def sentences(self) -> list[str]:
        """What the data tell and what they do not, in words."""
        said = self.identified.sentences()
        said.append(f"Shares told are known to about {self.identified.error:.2f}.")
        for unknown in self.tables.unknowns:
            share = float(ndtr(unknown.z(self.quantiles(unknown)[2])))
            if min(share, 1 - share) < LEANS:
                end = "upper" if share > 0.5 else "lower"
                why = "the tables ask for more than it allows"
                said.append(f"{unknown.name} leans on the {end} end of its prior: {why}.")
        if len(self.chosen):
            prior, posterior = self.reproduction
            spans = [f"{low:.2g} to {high:.2g}" for low, _, high in (prior, posterior)]
            words = (
                f"R_m of lesions treated as soon as they can be seen: prior {spans[0]}, posterior {spans[1]}"
            )
            wide, narrow = (
                math.log(max(high, 1e-300) / max(low, 1e-300)) for low, _, high in (prior, posterior)
            )
            hardly = "; the tables hardly tell it" if narrow > 0.75 * wide else ""
            said.append(f"{words} (95 %){hardly}. A model assumption.")
        return said

    def better(self) -> tuple[int, int, int]:
        """On the checks that both reach: how many come nearer with the posterior's median than with the
        parameters as shipped, how many go further away, and how many stay (within a tenth of the table's
        deviation).
        """
        nearer = further = 0
        both = [one for one in self.checks if one.reached >= REACHED and math.isfinite(one.shipped)]
        for one in both:
            change = (abs(one.predicted - one.table.value) - abs(one.shipped - one.table.value)) / (
                one.table.deviation
            )
            nearer += change < -0.1
            further += change > 0.1
        return nearer, further, len(both) - nearer - further

    def refuse(self) -> None:
        """Refuse to go on with too few effective draws.

        Raises:
            Refused: the effective sample size is below 200.
        """
        if not self.enough:
            raise Refused(
                f"too few draws count: {self.effective:.0f} effective of {len(self.draws.z):,}",
                where="draws",
                why=f"a posterior of fewer than {FEWEST} effective draws says nothing reliable",
                mend="try more draws, more patients, or look whether a table is out of the model's reach",
            )

    def file(self, date: str | None = None) -> str:
        """The calibrated model as a knowledge file.

        Args:
            date: of the result, as 2026-05-04; the day on which the tables were gathered when left out.

        Raises:
            Refused: too few effective draws.
            BadInput: a date that is none, or an interrupted run without checks.
        """
        from paget.biology.calibration.result_file import text

        self.refuse()
        if not self.checked:
            raise BadInput("the checks were not done", where="draws", mend="let the run come to its end")
        return text(self, date or self.tables.gathered)

    def draw(self) -> Drawing:
        """Prior and posterior of each parameter, and each table beside the model.

        Raises:
            Refused: too few effective draws.
        """
        from paget.biology.calibration.drawing import drawn
        from paget.biology.calibration.result_file import fit_of

        self.refuse()
        return drawn(fit_of(self, self.tables.gathered))

    def __str__(self) -> str:
        from paget.biology.calibration.words import said

        return said(self)


def weighted(values: Floats, weights: Floats, shares: Sequence[float]) -> Floats:
    """Quantiles of weighted values.

    >>> weighted(np.array([3.0, 1.0, 2.0]), np.array([1.0, 1.0, 2.0]), [0.5]).tolist()
    [2.0]
    """
    order = np.argsort(values, kind="stable")
    cumulated = np.cumsum(weights[order]) - 0.5 * weights[order]
    total = weights.sum()
    if not total > 0:
        return np.full(len(shares), math.nan)
    return np.asarray(np.interp(shares, cumulated / total, values[order]))


def _normal_grid(count: int) -> Floats:
    """Quantiles of the standard normal in the middle of equal shares."""
    from scipy.special import ndtri

    return np.asarray(ndtri((np.arange(count) + 0.5) / count))
