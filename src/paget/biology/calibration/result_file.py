"""The calibrated model as a knowledge file: date, data, hashes, seed, fit, misfit, what is not told."""

from __future__ import annotations

import datetime as dt
import math
from importlib import metadata
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from paget.errors import BadInput

if TYPE_CHECKING:
    from paget.biology.calibration.compared import Compared
    from paget.biology.calibration.result import Calibrated

DIGITS: Final = 4
MEANING: Final = "R_m when each lesion seeds until it can be seen; 2.5, 50 and 97.5 %. A model assumption."
SAMPLE: Final = 50
"""Draws from the posterior that are kept in the file, of equal weight."""


def text(found: Calibrated, date: str) -> str:
    """The file's text; the same calibration gives the same bytes.

    Raises:
        BadInput: the date is none.
    """
    tables = found.tables
    data: dict[str, Any] = {
        "title": f"{tables.base.title}, calibrated",
        "kind": "biology",
        "model": "virtual patient",
        "meaning": (
            f"Parameters of {tables.base.name} calibrated to open tables on {day(date)}; a proposal. The "
            "others are as there. For a patient no clinical estimate exists."
        ),
        "organs": list(tables.model.organs),
        "parameters": _parameters(found),
        "validity": "Teaching, experiments and tests of methods; no patient's prognosis.",
        "fit": fit_of(found, date),
        "source": [
            {"authors": f"{tables.base.name}, for the parameters that were not calibrated"},
            *_sources(found),
        ],
        "confirmed": False,
    }  # fmt: skip
    note = "# A proposal: no forecast and no brief reads it unless it is named.\n"
    return note + _yaml(data)


def _yaml(data: dict[str, Any]) -> str:
    """YAML without aliases, which our reader refuses."""
    import yaml

    class Plain(yaml.SafeDumper):
        def ignore_aliases(self, data: Any) -> bool:
            return True

    return str(
        yaml.dump(data, Dumper=Plain, sort_keys=False, allow_unicode=True, width=110, default_flow_style=None)
    )


def significant(value: float) -> float | None:
    """Four significant digits; nothing for what is no number.

    >>> significant(5.27314e-10), significant(float("nan"))
    (5.273e-10, None)
    """
    return float(f"{value:.{DIGITS}g}") if math.isfinite(value) else None


def _parameters(found: Calibrated) -> dict[str, Any]:
    fitted = {one.name: one for one in found.tables.unknowns}
    best, entries = found.best(), {}
    for name, entry in found.tables.base.entries.items():
        if name not in fitted:
            entries[name] = dict(entry)
            continue
        one = fitted[name]
        low, _, _, _, high = found.quantiles(one)
        value = best[name]
        word = found.identified.word(name)
        entries[name] = {
            "value": [significant(each) for each in value] if isinstance(value, list) else significant(value),
            "range": [one.low, one.high],
            "interval": [significant(low), significant(high)],
            "unit": entry["unit"],
            "confirmed": False,
            "how": "Of the draw of the highest posterior density; interval of 95 %, see fit."
            + (" Interval and range of the first organ." if isinstance(value, list) else ""),
            "assumption": f"Calibrated to open tables; {word} by them.",
        }
    return entries


def fit_of(found: Calibrated, date: str) -> dict[str, Any]:
    """How it was calibrated and how well, as the key ``fit`` of the file has it."""
    tables, told = found.tables, found.identified
    kept = [found.chosen[place] for place in _spread(len(found.chosen), SAMPLE)]
    agree = sum(one.agrees for one in found.checks)
    nearer, further, same = found.better()
    return {
        "date": day(date),
        "state": "proposed",
        "tables": {"name": tables.name, "sha256": tables.hash, "gathered": tables.gathered},
        "of": {"name": tables.base.name, "sha256": tables.base.hash},
        "made_with": f"paget {metadata.version('paget')}",
        "seed": found.seed,
        "draws": len(found.draws.z),
        "patients": found.patients,
        "interrupted": found.interrupted,
        "effective": round(found.effective),
        "monte_carlo_share": significant(found.noise),
        "posterior": {
            one.name: {
                "prior": "log-uniform" if one.log else "uniform",
                "range": [one.low, one.high],
                "quantiles": dict(
                    zip(
                        ("2.5 %", "25 %", "50 %", "75 %", "97.5 %"),
                        map(significant, found.quantiles(one)),
                        strict=True,
                    )
                ),
                "told": round(told.told[place], 2),
                "moved": round(told.moved[place], 2),
                "word": told.word(one.name),
            }
            for place, one in enumerate(tables.unknowns)
        },
        "correlations": [[round(float(one), 2) + 0.0 for one in row] for row in told.correlations],
        "identifiability": found.sentences(),
        "reproduction": {
            "meaning": MEANING,
            "prior": [significant(one) for one in found.reproduction[0]],
            "posterior": [significant(one) for one in found.reproduction[1]],
        },
        "data": [_compared(one) for one in found.fit],
        "checks": [_compared(one) for one in found.checks],
        "verdict": {
            "checks": len(found.checks),
            "agree": agree,
            "nearer_than_shipped": nearer,
            "further_than_shipped": further,
            "as_near": same,
        },
        "sample": {
            "parameters": [one.name for one in tables.unknowns],
            "rows": [
                [
                    significant(float(one.value(float(found.draws.z[at, place]))))
                    for place, one in enumerate(tables.unknowns)
                ]
                for at in kept
            ],
        },
    }


def _compared(one: Compared) -> dict[str, Any]:
    table = one.table
    return {
        "table": table.name,
        "entry": table.data["entry"],
        "figure": table.data["figure"],
        "value": table.value,
        "unit": table.unit,
        "error": significant(table.error),
        "spread": significant(table.spread),
        "confirmed": table.confirmed,
        "model": significant(one.predicted),
        "predicted_interval": [significant(end) for end in one.interval],
        "model_interval": [significant(end) for end in one.by_parameters],
        "distance": None if math.isnan(one.distance) else round(one.distance, 2),
        "verdict": one.verdict,
        "as_shipped": significant(one.shipped),
    }


def _sources(found: Calibrated) -> list[dict[str, Any]]:
    """Each source of a fitted table once."""
    every: list[dict[str, Any]] = []
    for table in found.tables.fitted:
        source = table.data["source"]
        every += [dict(one) for one in (source if isinstance(source, list) else [source])]
    return [one for place, one in enumerate(every) if one not in every[:place]]


def _spread(of: int, count: int) -> list[int]:
    """Places evenly spread.

    >>> _spread(200, 4)
    [0, 50, 100, 150]
    """
    return [int(place) for place in np.arange(min(of, count)) * of // max(1, min(of, count))]


def day(text: str) -> str:
    """A date as it is written.

    Raises:
        BadInput: it is none.
    """
    try:
        return dt.date.fromisoformat(text).isoformat()
    except ValueError:
        raise BadInput("that is no date", where="date", mend="write it as 2026-05-04") from None
