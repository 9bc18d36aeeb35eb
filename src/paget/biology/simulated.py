"""What became of many virtual patients: states by day, survival, detections by day and size, and rows when
kept.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from paget.biology.chart import Drawing, Line, lines
from paget.biology.kept import CAUSES, ROW, STATES
from paget.biology.streaming import TOTALS, Tables
from paget.errors import BadInput
from paget.units import DAYS_PER_YEAR

if TYPE_CHECKING:
    from paget.biology.virtual_patient import VirtualPatients

Floats = NDArray[np.float64]
NOTE = "model assumption, no clinical estimate exists"


@dataclass(frozen=True)
class Simulated:
    """A finished, or interrupted, run.

    Attributes:
        model: what was run.
        seed: of its streams.
        tables: the counts.
        interrupted: whether it was stopped; then it holds the finished part.
        kept: (patients, ROW) rows, when asked for; nan where a chunk was not finished.
    """

    model: VirtualPatients
    seed: int
    tables: Tables
    interrupted: bool
    kept: Floats | None

    @property
    def patients(self) -> int:
        """How many were finished."""
        return int(self.tables.totals[0])

    def total(self, name: str) -> int:
        """One of the sums: patients, lesions, events, refused, seen, operations, operated, with lesions."""
        return int(self.tables.totals[TOTALS.index(name)])

    def states(self) -> dict[str, NDArray[np.int64]]:
        """How many are in each state on each day, from day 0."""
        cumulated = np.cumsum(self.tables.states, axis=1)
        return dict(zip(STATES, cumulated[:, :-1], strict=True))

    def survival(self) -> dict[str, NDArray[Any]]:
        """A table with a row a day: at risk, deaths by cause, censored, and the share alive (complete
        follow-up).
        """
        exits = self.tables.exits[:, :-1]
        leaving = exits.sum(axis=0)
        at_risk = self.patients - np.concatenate([[0], np.cumsum(leaving)[:-1]])
        alive = 1 - np.cumsum(exits[1:].sum(axis=0)) / self.patients
        table: dict[str, NDArray[Any]] = {"day": np.arange(leaving.size), "at_risk": at_risk}
        return table | {name: exits[i] for i, name in enumerate(CAUSES)} | {"survival": alive}

    def seen_by(self, day: float) -> float:
        """Share of all patients in whom a lesion was seen by some day."""
        return float(self.tables.first_seen[: int(day) + 1].sum() / self.patients)

    def alive_at(self, day: float) -> float:
        """Share alive on some day."""
        return float(self.survival()["survival"][int(day)])

    def sizes(self) -> NDArray[np.int64]:
        """(years, mm) lesions by year and diameter in whole mm at which they were seen."""
        return self.tables.sizes

    def error(self, share: float) -> float:
        """Monte Carlo standard error of a share of all patients."""
        return math.sqrt(max(share * (1 - share), 0.0) / self.patients)

    @property
    def rows(self) -> dict[str, Floats]:
        """The rows by column, of finished patients.

        Raises:
            BadInput: none were kept.
        """
        if self.kept is None:
            raise BadInput("no rows were kept", where="rows", mend="simulate(..., rows=True)")
        finished = self.kept[~np.isnan(self.kept[:, 0])]
        return dict(zip(ROW, finished.T, strict=True))

    def __str__(self) -> str:
        last = min(5 * DAYS_PER_YEAR, self.model.values["horizon"])
        n, years = max(self.patients, 1), f"{last / DAYS_PER_YEAR:g} years"
        ends = zip(CAUSES, self.tables.exits.sum(axis=1), strict=True)
        stopped = ", interrupted" if self.interrupted else ""
        lesions, events = self.total("lesions") / n, self.total("events") / n
        said = [
            f"{self.patients:,} virtual patients of {self.model.name}, seed {self.seed}{stopped}",
            f"a patient: {lesions:.3f} lesions, {events:.3f} events; {self._share('with lesions')} with any",
            f"a lesion seen within {years}: {self._said(self.seen_by(last))}",
            f"alive at {years}: {self._said(self.alive_at(last))}",
            f"at the end: {', '.join(f'{name} {count / n:.2%}' for name, count in ends)}",
            f"operated {self._share('operated')}; drawn anew {self._share('redrawn')}",
            f"lesions not followed, for a patient's list was full: {self.total('refused'):,}",
            NOTE,
        ]
        return "\n".join(said)

    def _share(self, name: str) -> str:
        return f"{self.total(name) / max(self.patients, 1):.2%}"

    def _said(self, share: float) -> str:
        return f"{share:.2%} (standard error {self.error(share):.2%})"

    def draw(self) -> Drawing:
        """States over time."""
        n = max(self.patients, 1)
        every = slice(None, None, max(1, self.model.values["horizon"] // 200))
        series = []
        for name, count in self.states().items():
            years = np.arange(count.size)[every] / DAYS_PER_YEAR
            series.append(Line(name, years, count[every] / n))
        return lines(
            series,
            title="Virtual patients by state",
            x="years since the primary was removed",
            y="share",
            y_range=(0, 1),
        )
