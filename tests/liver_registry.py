"""A simulated registry of resected liver metastases whose true survival by clinical risk score is known.

Each of the five points is drawn and written into the record as a registry would have it: nodes of the
primary, dates of its operation and of the first metastasis, lesions with their sizes, CEA. Death follows the
published curve of the score, its hazard to the power ``slope`` (about the middle) and times ``ratio``.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl

from paget.days import days_in_months
from paget.record import Record

MONTHS = (12, 24, 36, 48, 60)
FONG = np.array([
    [93, 79, 72, 60, 60], [91, 76, 66, 54, 44], [89, 73, 60, 51, 40],
    [86, 67, 42, 25, 20], [70, 45, 38, 29, 25], [71, 45, 27, 14, 14],
]) / 100  # fmt: skip
"""The first table of fong_score.yaml, of whose file a test says that it is this."""

FIRST, LAST, SEEN = dt.date(2010, 1, 1), dt.date(2017, 12, 31), dt.date(2024, 6, 30)
EPOCH = dt.date(1970, 1, 1)


@dataclass(frozen=True)
class Simulated:
    record: Record
    points: Any
    truth: Any
    """True survival by score (rows) at the published times."""


def published_hazard() -> tuple[Any, Any]:
    days = np.array([0, *(days_in_months(month) for month in MONTHS)], dtype=float)
    return days, np.concatenate([np.zeros((6, 1)), -np.log(FONG)], axis=1)


def simulated(
    patients: int,
    *,
    seed: int,
    ratio: float = 1.0,
    slope: float = 1.0,
    shares: Any = (0.6, 0.45, 0.5, 0.3, 0.2),
) -> Simulated:
    chance = np.random.default_rng(seed)
    each = chance.random((patients, 5)) < np.array([0.6, 0.45, 0.5, 0.3, 0.2])
    nodes, early, several, large, high = each.T
    points = each.sum(1)
    days, hazard = published_hazard()
    at_end = hazard[:, -1]
    middle = np.exp(np.log(at_end).mean())
    true = hazard * ratio * (at_end / middle)[:, None] ** (slope - 1)
    draw = chance.exponential(1.0, patients)
    dead = np.array([_inverse(one, days, true[score]) for one, score in zip(draw, points, strict=True)])
    first, last, seen = ((day - EPOCH).days for day in (FIRST, LAST, SEEN))
    operated = chance.integers(first, last, patients)
    death = operated + np.maximum(np.ceil(dead), 1)
    died = death <= seen
    who = [f"P{number:05d}" for number in range(patients)]
    found = operated - 40
    primary_end = np.where(early, found - 100, found - 700)  # synchronous enough, or not: 12 months is 365
    lesions = [(who[p], f"L{k}", k == 0, p) for p in range(patients) for k in range(3 if several[p] else 1)]
    of = np.array([entry[3] for entry in lesions])
    lesion_ids = [entry[1] for entry in lesions]
    sizes = np.where([entry[2] for entry in lesions], np.where(large[of], 62.0, 31.0), 15.0)
    liver = {"patient_id": [entry[0] for entry in lesions], "lesion_id": lesion_ids}
    tables = {
        "patients": pl.DataFrame(
            {
                "patient_id": who,
                "sex": np.where(chance.random(patients) < 0.4, "female", "male"),
                "birth_day": operated - chance.integers(40 * 365, 80 * 365, patients),
                "death_day": [int(day) if gone else None for day, gone in zip(death, died, strict=True)],
                "last_contact_day": [None if gone else seen for gone in died],
            }
        ),
        "tumours": pl.DataFrame(
            {
                "patient_id": who,
                "tumour_id": "T",
                "site": "colon",
                "histology": "adenocarcinoma",
                "diagnosed_day": primary_end - 30,
            }
        ),
        "stagings": pl.DataFrame(
            {
                "patient_id": who,
                "tumour_id": "T",
                "day": primary_end + 7,
                "prefix": "p",
                "t": "T3",
                "n": np.where(nodes, "N1", "N0"),
                "nodes_positive": np.where(nodes, 2, 0),
                "nodes_examined": 15,
            }
        ),
        "lesions": pl.DataFrame(
            {**liver, "tumour_id": "T", "relation": "distant", "organ": "liver", "found_day": found[of]}
        ),
        "measurements": pl.DataFrame({**liver, "day": found[of], "longest_mm": sizes, "method": "mr"}),
        "studies": pl.DataFrame(
            {"patient_id": who, "day": operated - 14, "kind": "mr", "covers": [["liver"]] * patients}
        ),
        "observations": pl.DataFrame(
            {
                "patient_id": who,
                "day": operated - 7,
                "name": "cea",
                "low": np.where(high, 260.0, 12.0),
                "high": np.where(high, 260.0, 12.0),
                "unit": "ng/mL",
            }
        ),
        "treatments": pl.concat(
            [
                pl.DataFrame(
                    {
                        "patient_id": who,
                        "treatment_id": treatment,
                        "tumour_id": "T",
                        "modality": "surgery",
                        "intent": "curative",
                        "definitive": treatment == "primary",
                        "start_day": day,
                        "end_day": day,
                        "residual": "R0",
                        "pathology_day": day + 7,
                    }
                )
                for treatment, day in (("primary", primary_end), ("liver", operated))
            ]
        ),
        "targets": pl.DataFrame({**liver, "treatment_id": "liver", "removed": True}),
    }
    return Simulated(Record.from_tables(tables), points, np.exp(-true[:, 1:]))


def _inverse(target: float, days: Any, hazard: Any) -> float:
    """The day on which a cumulative hazard reaches a value; beyond the table at its mean rate."""
    if target > hazard[-1]:
        return float(days[-1] + (target - hazard[-1]) / (hazard[-1] / days[-1]))
    return float(np.interp(target, hazard, days))
