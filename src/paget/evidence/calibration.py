"""A published score on own data: observed against expected, and how far own figures may replace published.

The published figure is the start. Own survival by group is drawn towards it, as far as the two differ by no
more than chance; what is left is a proposal to the board, with everything that it rests on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import polars as pl

from paget.errors import BadInput, Refused
from paget.evidence.calibration_cohort import Scored, scored
from paget.evidence.calibration_groups import (
    EXPECTED,
    ROW,
    baseline,
    by_year,
    grouped,
    survival_by_group,
)
from paget.evidence.calibration_measures import (
    RISK,
    c_index,
    ratio,
    slope,
    up_to,
)
from paget.evidence.calibration_optimism import Optimism, optimism
from paget.evidence.calibration_published import Published, PublishedRow, published
from paget.evidence.endpoint_files import EndpointRule, OriginRule
from paget.evidence.followed import EVENT
from paget.evidence.too_few import LEAST_EVENTS, TooFew
from paget.knowledge import Knowledge
from paget.record import Record
from paget.survival.results import text_table

_Z: Final = 1.959963984540054


@dataclass(frozen=True, slots=True, eq=False)
class Calibration:
    """A published table of a score on own data.

    Attributes:
        published: the table.
        scored: the patients, with their flow.
        at: the horizon in words; ``day``: in days.
        groups: a row a group: ``group``, ``n``, ``events`` and ``expected`` by the horizon, ``published``,
            ``observed`` with ``lower`` and ``upper``, ``here`` with ``here_lower`` and ``here_upper`` (shares
            alive), ``weight`` of the own data.
        keys: of each group its key and value in the score's file.
        ratio: observed to expected events with its interval.
        slope: with its interval.
        c_index: of the published risk, with its interval.
        optimism: of the figures proposed, by bootstrap.
        baseline: of the group of lowest risk, by time of the table: published, and recalibrated here.
        by_year: a row a year of the origin.
        period: first and last day of the origin.
    """

    published: Published
    scored: Scored
    at: str
    day: float
    groups: pl.DataFrame
    keys: tuple[PublishedRow, ...]
    ratio: tuple[float, float, float]
    slope: tuple[float, float, float]
    c_index: tuple[float, float, float]
    optimism: Optimism
    baseline: pl.DataFrame
    by_year: pl.DataFrame
    period: tuple[int, int]

    @property
    def n(self) -> int:
        """Patients."""
        return int(self.groups["n"].sum())

    @property
    def events(self) -> int:
        """Events by the horizon."""
        return int(self.groups["events"].sum())

    def sentences(self) -> list[str]:
        """A line a group: published, here, of how many.

        Such as "score 2: published 40 %, here 47 % (95 % 41 to 53, n = 212; weight of own data 0.86)".
        """
        return [
            f"{row['group']}: published {_percent(row['published'])}, here {_percent(row['here'])} "
            f"(95 % {100 * row['here_lower']:.0f} to {100 * row['here_upper']:.0f}, n = {row['n']}; "
            f"weight of own data {row['weight']:.2f})"
            for row in self.groups.to_dicts()
        ]

    def to_frame(self) -> pl.DataFrame:
        """The groups, a row each."""
        return self.groups

    def summary(self) -> str:
        """All of it in words and tables."""
        table = self.groups.with_columns(pl.col(pl.Float64).round(3)).to_dict(as_series=False)
        years = self.by_year.with_columns(pl.col(pl.Float64).round(2)).to_dict(as_series=False)
        return "\n".join(
            [
                f"{self.published.file.title}: {self.published.endpoint}, alive at {self.at}",
                *self.sentences(),
                "",
                text_table(table),
                "",
                f"observed / expected {_three(self.ratio)}",
                f"calibration slope {_three(self.slope)}; c-index {_three(self.c_index)}",
                str(self.optimism),
                "",
                text_table(years) if self.by_year.height else "By year: the record has no dates.",
                "",
                *(f"{number:>9,}  {words}" for words, number in self.scored.flow.items()),
            ]
        )

    def __str__(self) -> str:
        return self.summary()


def calibrate(
    record: Record,
    name: str,
    *,
    endpoint: str = "overall_survival",
    origin: str = "metastasectomy",
    at: str | None = None,
    table: int | None = None,
    by_group: bool = False,
    recorded: str | None = None,
    overlays: Iterable[str | Path] = (),
    repetitions: int = 200,
    seed: int = 0,
    told: Callable[[int, int], None] = lambda done, of: None,
) -> Calibration:
    """Compare the published survival of a score with that of a registry.

    Args:
        record: of the registry.
        name: of the score.
        endpoint: name of its file.
        origin: name of its file, of an operation.
        at: the horizon, one of the times of the published table; default: its last.
        table: which table of outcomes of the score, from 1; default: the first of this endpoint.
        by_group: by the named groups of the score, not by the rows of the table.
        recorded: name of an observation that holds the score; default: it is computed from the record as of
            the day of the origin.
        overlays: folders of a hospital's own knowledge.
        repetitions: of the bootstrap.
        seed: of the bootstrap.
        told: is told how many of the repetitions are done.

    Returns:
        Observed against expected by group, figures shrunk towards the published ones, slope, c-index,
        baseline, years.

    Raises:
        TooFew: below 100 events by the horizon, or a group below 10 patients.
        Refused: operated data against a table of patients who were not, or the other way round.
        NotFound, BadInput: as the files and the record demand.

    Expected events are the sum of the published cumulative hazard over each patient's follow-up [1]_. The
    slope is the coefficient of a Cox model of log(-log S) as published [2]_.

    .. [1] Crowson CS, Atkinson EJ, Therneau TM. Stat Methods Med Res 2016;25:1692-1706.
    .. [2] van Houwelingen HC. Stat Med 2000;19:3401-3415.
    """
    knowledge = Knowledge.load(tuple(overlays))
    rule = EndpointRule.of(knowledge, endpoint)
    _operated(OriginRule.read(knowledge, origin))
    said = published(knowledge, name, rule, operated=True, number=table)
    place = _horizon(said, at)
    found = scored(record, name, endpoint, origin, overlays=overlays, recorded=recorded)
    where = f"{said.file.name}, {rule.title.lower()}"
    rows = found.rows
    if (events := int(rows[EVENT].sum())) < LEAST_EVENTS:
        lost = {words: number for words, number in found.flow.items() if words.startswith("without a score")}
        why = "; ".join(f"{number} {words}" for words, number in lost.items())
        raise TooFew("events", events, LEAST_EVENTS, where=where, why=why)
    day = float(said.days[place])
    rows, keys = grouped(up_to(rows, day), said, by_group=by_group, where=where)
    if (events := int(rows[EVENT].sum())) < LEAST_EVENTS:
        raise TooFew(
            f"events by {said.at[place]}",
            events,
            LEAST_EVENTS,
            where=where,
            mend="choose a later time with --at",
        )
    risks = np.array([said.hazard(number, np.array([day]))[0] for number in range(len(said.rows))])
    rows = rows.with_columns(pl.Series(RISK, np.log(risks)[rows[ROW].to_numpy()]))
    groups = survival_by_group(rows, said, keys, place)
    model = slope(rows)
    index = c_index(rows)
    low, high = model.confidence_interval()
    spread = optimism(
        rows, groups["published"].to_numpy(), day, repetitions=repetitions, seed=seed, told=told
    )
    origins = rows["origin_day"].to_numpy()
    return Calibration(
        said,
        found,
        said.at[place],
        day,
        groups,
        keys,
        ratio(float(rows[EVENT].sum()), float(rows[EXPECTED].sum())),
        (float(model.coefficients[RISK]), float(low[RISK]), float(high[RISK])),
        (index.value, *index.confidence_interval()),
        spread,
        baseline(model, said, rows, place),
        by_year(rows) if found.dates else pl.DataFrame(schema=["year", "n", "events", "expected"]),
        (int(origins.min()), int(origins.max())),
    )


def _operated(rule: OriginRule) -> None:
    """Refuse an origin that is no operation.

    Raises:
        Refused: the own data would hold both, those who were operated on later and those who were not.
    """
    if rule.table != "treatments" or rule.where.get("modality") != ("surgery",):
        raise Refused(
            "only follow-up from an operation calibrates a score",
            where=f"origin {rule.name}",
            why="from another day some are operated on later: they are neither the operated nor the others",
            mend="name an origin that is an operation, such as metastasectomy",
        )


def _horizon(said: Published, at: str | None) -> int:
    if at is None:
        return len(said.at) - 1
    if at not in said.at:
        raise BadInput(
            "no time of the published table", where=f"--at {at}", mend=f"it has {', '.join(said.at)}"
        )
    return said.at.index(at)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _three(values: tuple[float, float, float]) -> str:
    return f"{values[0]:.2f} (95 % {values[1]:.2f} to {values[2]:.2f})"
