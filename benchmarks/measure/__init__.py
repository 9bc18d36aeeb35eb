"""Measuring: a command in a process of its own with its time and peak memory; results kept as JSON.

Each benchmark prints its lines and writes them to ``benchmarks/results/NAME.json``; ``write_page.py``
makes the page ``docs/benchmarks.md`` of all of them.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

RESULTS = Path(__file__).resolve().parents[1] / "results"
SHARED = Path(os.environ.get("PAGET_SHARED_DATA", Path(__file__).resolve().parents[3] / "shared" / "data"))


@dataclass(frozen=True, slots=True)
class Line:
    """One measured figure.

    Attributes:
        what: what was measured.
        value: the figure.
        unit: its unit.
        target: what was asked for; blank: a peer or a floor, for comparison.
        met: whether it is reached; None: no target.
        note: how, or against what.
    """

    what: str
    value: float
    unit: str
    target: str = ""
    met: bool | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Child:
    """What a process said, how long it took and the most memory that it held."""

    said: dict[str, float]
    seconds: float
    peak_gb: float


def in_a_child(script: Path, *words: str) -> Child:
    """Run a Python file in a process of its own; the last line that it prints is JSON.

    The peak is the largest resident set of that process alone, from the operating system.
    """
    with tempfile.TemporaryFile("w+") as out:
        start = time.perf_counter()
        process = subprocess.Popen([sys.executable, str(script), *words], stdout=out)
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        out.seek(0)
        printed = out.read().strip().splitlines()
    if process.returncode != 0:
        raise SystemExit(f"{script.name} {' '.join(words)} ended with {process.returncode}")
    per_gb = 1e9 if sys.platform == "darwin" else 1e6  # bytes there, kilobytes here
    return Child(json.loads(printed[-1]), seconds, usage.ru_maxrss / per_gb)


def command_seconds(words: Sequence[str], times: int = 9) -> float:
    """Wall time of a command, each in a fresh process, after one run that warms the file cache.

    The quickest of several: what else the machine does can only add to it. Compiled modules are kept, as
    they are on a user's machine.
    """
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        subprocess.run(words, check=True, capture_output=True, env=kept)
        taken.append(time.perf_counter() - start)
    return min(taken[1:])


def median_seconds(call: Callable[[], object], times: int) -> float:
    """Median wall time of a call in this process, after one call that warms it."""
    call()
    taken = []
    for _ in range(times):
        start = time.perf_counter()
        call()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def at_most(what: str, value: float, unit: str, limit: float, note: str = "") -> Line:
    """A line whose target is an upper limit."""
    return Line(what, value, unit, f"≤ {limit:g}", value <= limit, note)


def at_least(what: str, value: float, unit: str, limit: float, note: str = "") -> Line:
    """A line whose target is a lower limit."""
    return Line(what, value, unit, f"≥ {limit:g}", value >= limit, note)


def save(name: str, lines: Sequence[Line], how: str) -> None:
    """Print the lines and keep them.

    Args:
        name: of the benchmark.
        lines: what it measured.
        how: the command that measures it again.
    """
    RESULTS.mkdir(exist_ok=True)
    kept = {
        "name": name,
        "how": how,
        "day": dt.datetime.now(tz=dt.UTC).date().isoformat(),
        "machine": machine(),
        "lines": [asdict(line) for line in lines],
    }
    (RESULTS / f"{name}.json").write_text(
        json.dumps(kept, indent=1, ensure_ascii=False) + "\n", encoding="utf-8"
    )
    width = max(len(line.what) for line in lines)
    for line in lines:
        met = "" if line.met is None else "met" if line.met else "NOT MET"
        figure = f"{show(line.value):>9} {line.unit:<6} {line.target:<9} {met:<8}"
        print(f"{line.what:<{width}}  {figure} {line.note}".rstrip())


def show(value: float) -> str:
    """Three significant figures, no exponent."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> str:
    """Processor, cores, system and Python, in a few words."""
    info = Path("/proc/cpuinfo")
    model = platform.processor() or platform.machine()
    if info.exists():
        named = [
            line.split(":", 1)[1].strip()
            for line in info.read_text().splitlines()
            if line.startswith("model name")
        ]
        model = named[0] if named else model
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"
