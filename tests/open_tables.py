"""Small files of open tables for tests of the calibration: made-up figures, two parameters, quick to fit."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import yaml

from paget.biology.calibration import Tables, tables

SOURCE = {"authors": "a table made up for a test"}
RECURRENCE = {
    "entry": "made.up", "figure": "recurrence", "what": "Recurrence", "population": "nobody", "value": 27.0,
    "unit": "%", "se": 2.0, "summary": {"name": "recurrence", "by": 1826}, "use": "fit", "source": SOURCE,
    "confirmed": True,
}  # fmt: skip
DOUBLING = RECURRENCE | {
    "figure": "doubling", "what": "Doubling time", "value": 95.0, "unit": "day", "se": 8.0,
    "summary": {"name": "doubling time when seen"},
}  # fmt: skip
ALIVE = RECURRENCE | {
    "figure": "alive", "what": "Alive", "value": 75.0, "se": 6.0, "use": "check", "confirmed": False,
    "summary": {"name": "alive after operation", "at": 1826},
}  # fmt: skip
FILE: dict[str, Any] = {
    "title": "Made-up tables",
    "kind": "biology tables",
    "model": "virtual_colorectal",
    "gathered": "2026-05-04",
    "parameters": {
        "primary_seeding": {"range": [4e-11, 8e-10], "prior": "log-uniform"},
        "doubling_time": {"range": [18, 45], "prior": "log-uniform"},
    },
    "tables": {"recurrence": RECURRENCE, "doubling": DOUBLING, "alive": ALIVE},
    "source": SOURCE,
    "confirmed": False,
}


def written(folder: Path, data: dict[str, Any] | None = None, name: str = "made_up_tables") -> Path:
    """The file on disk."""
    path = folder / f"{name}.yaml"
    apart = json.loads(json.dumps(FILE if data is None else data))  # no part stands twice
    path.write_text(yaml.safe_dump(apart, sort_keys=False), encoding="utf-8")
    return path


def changed(**changes: Any) -> dict[str, Any]:
    """The file with some of it changed, by path: tables__recurrence__value=3; None takes a key out."""
    data = copy.deepcopy(FILE)
    for path, value in changes.items():
        *above, last = path.split("__")
        place = data
        for key in above:
            place = place[key]
        if value is None:
            del place[last]
        else:
            place[last] = value
    return data


def read(folder: Path, data: dict[str, Any] | None = None) -> Tables:
    """The file, read and checked."""
    return tables(written(folder, data))
