"""What every contender does: read the made rows, run each task some times, print seconds and a value."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

Task = Callable[[], list[float]]


def rows(folder: Path, number: int, columns: int) -> dict[str, np.ndarray[Any, Any]]:
    """The first rows of the made data: whole days, events, groups, causes, entries, covariates."""
    kinds = {"day": np.int32, "event": np.int8, "group": np.int8, "cause": np.int8, "start": np.int32}
    found = {
        name: np.fromfile(folder / f"{name}.bin", dtype=kind, count=number) for name, kind in kinds.items()
    }
    total = (folder / "day.bin").stat().st_size // 4
    for j in range(columns):
        found[f"x{j}"] = np.fromfile(folder / "x.bin", dtype=np.float64, count=number, offset=8 * total * j)
    return found


def run(tasks: dict[str, Task], wanted: list[str], times: int) -> None:
    """Run the wanted tasks that this contender has."""
    said: dict[str, Any] = {}
    for name in wanted:
        if name not in tasks:
            continue
        value = tasks[name]()
        taken = []
        for _ in range(times):
            start = time.perf_counter()
            value = tasks[name]()
            taken.append(time.perf_counter() - start)
        said[name] = {"seconds": taken, "value": value}
    print(json.dumps(said))


def asked() -> tuple[Path, int, int, list[str]]:
    """Folder, rows, times and tasks, from the command line."""
    return Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), sys.argv[4].split(",")
