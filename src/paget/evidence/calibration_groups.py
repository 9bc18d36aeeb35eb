"""Patients by row of a published table: counts, survival, what is expected, by group, time and year."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import polars as pl

from paget.days import date_of
from paget.errors import BadInput
from paget.evidence.calibration_cohort import HIGH, LOW
from paget.evidence.calibration_measures import (
    GROUP,
    RISK,
    log_hazard,
    observed,
    on_log_hazard,
    ratio,
)
from paget.evidence.calibration_published import Published, PublishedRow
from paget.evidence.calibration_shrinkage import shrink
from paget.evidence.followed import EVENT, TIME
from paget.evidence.too_few import LEAST_PATIENTS, TooFew
from paget.survival.results import Floats, frame

ROW, EXPECTED = "_row", "_expected"
_Z: Final = 1.959963984540054


def grouped(
    rows: pl.DataFrame, said: Published, *, by_group: bool, where: str
) -> tuple[pl.DataFrame, tuple[PublishedRow, ...]]:
    """The patients whose score falls into one row of the table, with its number and that of their group."""
    row = said.row_of(rows[LOW].to_numpy(), rows[HIGH].to_numpy())
    rows = rows.with_columns(pl.Series(ROW, row)).filter(pl.col(ROW) >= 0)
    keys = said.groups() if by_group else said.rows
    own = rows[ROW].to_numpy()
    if by_group:
        inside = np.array(
            [
                next(n for n, key in enumerate(keys) if key.low <= one.low and one.high <= key.high)
                for one in said.rows
            ]
        )
        own = inside[own]
    present = np.unique(own)
    kept = tuple(keys[number] for number in present)
    rows = rows.with_columns(pl.Series(GROUP, np.searchsorted(present, own)))
    expected = np.zeros(rows.height)
    for number in range(len(said.rows)):
        here = rows[ROW].to_numpy() == number
        expected[here] = said.hazard(number, rows[TIME].to_numpy()[here])
    for number, key in enumerate(kept):
        n = int((rows[GROUP] == number).sum())
        if n < LEAST_PATIENTS:
            mend = "" if by_group else "calibrate by the named groups of the score (--groups)"
            raise TooFew(f"patients with {key.words}", n, LEAST_PATIENTS, where=where, mend=mend)
    if len(kept) < 2:
        raise BadInput("all patients are in one group of the score", where=where)
    return rows.with_columns(pl.Series(EXPECTED, expected)), kept


def survival_by_group(
    rows: pl.DataFrame, said: Published, keys: tuple[PublishedRow, ...], place: int
) -> pl.DataFrame:
    """Counts, and survival by the horizon: published, observed, and shrunk."""
    group = rows[GROUP].to_numpy()
    counts = _sums(group, rows)
    shares = np.array([row.survival[place] for row in said.rows])[rows[ROW].to_numpy()]
    mixed = np.bincount(group, weights=shares) / counts["n"]
    day = float(said.days[place])
    survival, error, lower, upper = observed(rows, len(keys), day)
    if not np.isfinite(survival).all():
        short = [key.words for key, share in zip(keys, survival, strict=True) if not np.isfinite(share)]
        raise BadInput(
            f"follow-up of {' and '.join(short)} ends before {said.at[place]}",
            where=said.file.name,
            mend="choose an earlier time of the published table with --at",
        )
    own, variance = on_log_hazard(survival, error, counts["n"].astype(np.float64))
    drawn = shrink(own - log_hazard(mixed), variance)
    middle, half = log_hazard(mixed) + drawn.difference, _Z * np.sqrt(variance)
    return pl.DataFrame(
        {
            "group": [key.words for key in keys],
            "n": counts["n"],
            "events": counts["events"],
            "expected": counts["expected"],
            "published": mixed,
            "observed": survival,
            "lower": lower,
            "upper": upper,
            "here": _share(middle),
            "here_lower": _share(middle + half),
            "here_upper": _share(middle - half),
            "weight": drawn.weight,
        }
    )


def _sums(group: Any, rows: pl.DataFrame) -> dict[str, Any]:
    """Patients, events and expected events by group, summed in the order of the rows."""
    events = np.bincount(group, weights=rows[EVENT].to_numpy()).astype(np.int64)
    return {
        "n": np.bincount(group),
        "events": events,
        "expected": np.bincount(group, weights=rows[EXPECTED].to_numpy()),
    }


def _share(log_hazards: Floats) -> Floats:
    return np.asarray(np.exp(-np.exp(log_hazards)), dtype=np.float64)


def baseline(model: Any, said: Published, rows: pl.DataFrame, place: int) -> pl.DataFrame:
    """Survival of the row of lowest risk by time: as published, and of the recalibrated model."""
    lowest = int(np.argmin([row.survival[place] * -1 for row in said.rows]))
    risk = float(np.log(said.hazard(lowest, said.days[place : place + 1])[0]))
    times = said.days[: place + 1]
    at = model.predict(frame({RISK: [risk]}), times).to_dict(as_series=False)
    return pl.DataFrame(
        {
            "at": said.at[: place + 1],
            "published": said.rows[lowest].survival[: place + 1],
            "here": at["survival"],
            "lower": at["lower"],
            "upper": at["upper"],
        }
    )


def by_year(rows: pl.DataFrame) -> pl.DataFrame:
    """Observed to expected events by the year of the origin; years below ten patients together."""
    year = np.array([date_of(int(day)).year for day in rows["origin_day"]])
    years, place = np.unique(year, return_inverse=True)
    counts = pl.DataFrame({"_year": years} | _sums(place, rows))
    told: dict[str, list[Any]] = {
        name: [] for name in ("year", "n", "events", "expected", "ratio", "lower", "upper")
    }
    for row in counts.filter(pl.col("n") >= LEAST_PATIENTS).to_dicts():
        values = (str(row["_year"]), row["n"], row["events"], row["expected"])
        for name, value in zip(told, (*values, *ratio(row["events"], row["expected"])), strict=True):
            told[name].append(value)
    small = counts.filter(pl.col("n") < LEAST_PATIENTS)
    if small.height:
        told["year"].append(f"{small.height} years below {LEAST_PATIENTS} patients each: too few")
        told["n"].append(int(small["n"].sum()))
        for name in ("events", "expected", "ratio", "lower", "upper"):
            told[name].append(None)
    return pl.DataFrame(
        told,
        schema_overrides={"n": pl.Int64, "events": pl.Int64}
        | dict.fromkeys(("expected", "ratio", "lower", "upper"), pl.Float64),
    )
