"""Survival estimators beside their peers in one run: ratios, agreement, growth and memory.

python benchmarks/survival.py [--rounds 3] [--peers FOLDER] [--scale 1]

The peers are installed by this benchmark: Python's into an environment of their own (--peers), R from Debian
when this is root on Debian. What cannot be installed is left out and named. Contenders take turns, so that
what else the machine does falls on all alike.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import venv
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
from measure import Line, at_least, at_most, in_a_child, save

HERE = Path(__file__).resolve().parent
OURS = HERE / "survival_peers" / "paget_itself.py"
PACKAGES = ("lifelines", "statsmodels", "coxdev", "comprisk", "polarstate")

Said = dict[str, dict[str, Any]]

# task of ours, task of the peer, at least so many times as fast
RATIOS = (
    ("km", "km_R", 1500.0),
    ("km", "km_statsmodels", 80.0),
    ("km", "km_lifelines", None),
    ("cox", "cox_R", 10.0),
    ("cox", "cox_coxph_R", None),
    ("cox", "cox_lifelines", 30.0),
    ("cox", "cox_coxdev", None),
    ("cox_entry", "cox_entry_R", 28.0),
    ("cox_entry", "cox_entry_coxdev", None),
    ("aj", "aj_polarstate", 1.0),
    ("aj", "aj_comprisk", 1.0),
    ("fine_gray", "fine_gray_comprisk", 1.0),
)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--peers", type=Path, default=HERE.parent / "build" / "survival-peers")
    parser.add_argument("--scale", type=float, default=1.0, help="share of the rows, for a quick look")
    parser.add_argument("--make", nargs=2, metavar=("FOLDER", "ROWS"), help="only make the rows")
    given = parser.parse_args()
    if given.make:
        make(Path(given.make[0]), int(given.make[1]))
        return
    python, r = python_peers(given.peers), r_peer()
    many, some, few = (max(10_000, int(n * given.scale)) for n in (10_000_000, 1_000_000, 100_000))
    with tempfile.TemporaryDirectory() as folder:
        # in a process of its own: the memory of a child counts from what its parent holds
        subprocess.run([sys.executable, __file__, "--make", folder, str(many)], check=True)
        rounds = [one_round(Path(folder), python, r, (many, some, few)) for _ in range(given.rounds)]
        lines = [
            *ratios(rounds),
            *agreement(rounds[-1]),
            *growth(Path(folder), many),
            *memory(Path(folder), many),
            *bandwidth(rounds, many),
        ]
    save("survival", lines, "python benchmarks/survival.py")


def make(folder: Path, rows: int) -> None:
    """Exponential times of ten covariates, whole days up to ten years, two causes, delayed entry."""
    random = np.random.default_rng(20)
    beta = np.linspace(-0.5, 0.5, 10)
    score = np.zeros(rows)
    with (folder / "x.bin").open("wb") as file:
        for j in range(10):
            x = random.normal(size=rows) if j < 5 else (random.random(rows) < 0.4).astype(float)
            score += beta[j] * x
            x.tofile(file)
    day = random.exponential(1500 / np.exp(score))
    end = random.uniform(200, 3650, rows)
    event = (day <= end).astype(np.int8)
    day = np.ceil(np.minimum(day, end)).astype(np.int32)
    day.tofile(folder / "day.bin")
    event.tofile(folder / "event.bin")
    random.integers(0, 4, rows).astype(np.int8).tofile(folder / "group.bin")
    (event * random.choice([1, 2], rows, p=[0.7, 0.3])).astype(np.int8).tofile(folder / "cause.bin")
    np.floor(day * random.random(rows) * 0.8).astype(np.int32).tofile(folder / "start.bin")


def python_peers(folder: Path) -> Path | None:
    """The interpreter of an environment with the peers in it."""
    python = folder / "bin" / "python"
    if not python.exists():
        venv.create(folder, with_pip=True)
        done = subprocess.run(
            [python, "-m", "pip", "install", "-q", *PACKAGES], capture_output=True, check=False
        )
        if done.returncode:
            print("The Python peers could not be installed; they are left out.")
            shutil.rmtree(folder)
            return None
    return python


def r_peer() -> str | None:
    """Rscript with survival."""
    if shutil.which("Rscript") is None and os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (
            ["update"],
            ["install", "-y", "--no-install-recommends", "r-base-core", "r-cran-survival"],
        ):
            subprocess.run(["apt-get", "-qq", *words], env=quiet, capture_output=True, check=False)
    found = shutil.which("Rscript")
    if found is None:
        print("There is no R; it is left out.")
    return found


def one_round(folder: Path, python: Path | None, r: str | None, sizes: tuple[int, int, int]) -> Said:
    """Each contender on each task once or more, in turn."""
    many, some, few = sizes
    plan = [
        (many, 7, "km", "km_lifelines,km_statsmodels", "km_R"),
        (some, 5, "cox", "cox_lifelines,cox_coxdev", "cox_R,cox_coxph_R"),
        (some, 5, "cox_entry", "cox_entry_coxdev", "cox_entry_R"),
        (some, 7, "aj", "aj_polarstate,aj_comprisk", ""),
        (few, 5, "fine_gray", "fine_gray_comprisk", ""),
    ]
    said: Said = {}
    for rows, times, ours, theirs, of_r in plan:
        said |= ask([sys.executable, str(OURS)], folder, rows, times, ours)
        if python and theirs:
            script = str(HERE / "survival_peers" / "python_peers.py")
            for peer in theirs.split(","):
                said |= ask([str(python), script], folder, rows, 1, peer)
        if r and of_r:
            script = str(HERE / "survival_peers" / "r_peer.R")
            said |= ask([r, script], folder, rows, 1 if ours == "km" else 2, of_r)
        said |= {
            f"{ours} again": one
            for one in ask([sys.executable, str(OURS)], folder, rows, times, ours).values()
        }
    if r:
        script = str(HERE / "survival_peers" / "r_peer.R")
        said |= ask([r, script], folder, some, 1, "cox_tight_R,cox_entry_tight_R")
    return said


def ask(words: list[str], folder: Path, rows: int, times: int, tasks: str) -> Said:
    """What a contender says; nothing when it fails."""
    command = [*words, str(folder), str(rows), str(times), tasks]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{tasks} failed: {done.stderr.strip().splitlines()[-1] if done.stderr else done.returncode}")
        return {}
    return json.loads(done.stdout.strip().splitlines()[-1])


def ratios(rounds: list[Said]) -> list[Line]:
    """Times of the peer over ours, by round; the median with the smallest and the largest."""
    lines = []
    for task in dict.fromkeys(ours for ours, *_ in RATIOS):
        taken = [s for said in rounds for part in (task, f"{task} again") for s in said[part]["seconds"]]
        lines.append(
            Line(
                f"survival: {task}", statistics.median(taken) * 1e3, "ms", note=f"best {min(taken) * 1e3:.1f}"
            )
        )
    for ours, theirs, limit in RATIOS:
        found = []
        for said in rounds:
            if theirs in said:
                own = [*said[ours]["seconds"], *said[f"{ours} again"]["seconds"]]
                found.append(statistics.median(said[theirs]["seconds"]) / statistics.median(own))
        if found:
            what, value = (
                f"survival: {ours} against {theirs.removeprefix(ours + '_')}",
                statistics.median(found),
            )
            note = f"{min(found):.3g} to {max(found):.3g} in {len(found)} rounds"
            lines.append(
                at_least(what, value, "times", limit, note)
                if limit
                else Line(what, value, "times", note=note)
            )
    return lines


def agreement(said: Said) -> list[Line]:
    """The largest difference from R run to the end, of coefficients, standard errors and log likelihoods."""
    lines = []
    for ours in ("cox", "cox_entry"):
        if f"{ours}_tight_R" in said:
            one, two = np.array(said[ours]["value"]), np.array(said[f"{ours}_tight_R"]["value"])
            off = float((np.abs(one - two) / np.maximum(1, np.abs(two))).max())
            lines.append(
                at_most(
                    f"survival: {ours} differs from R by", off * 1e9, "1e-9", 10, "coefficients, se, logL"
                )
            )
    for ours, theirs, what, limit in (
        ("cox", "cox_coxdev", "coefficients, se", 10),
        ("aj", "aj_polarstate", "incidences at the end", 10),
        ("aj", "aj_comprisk", "incidences at the end", 10),
        ("fine_gray", "fine_gray_comprisk", "coefficients; it stops early", None),
    ):
        if said.get(theirs, {}).get("value"):
            two = np.array(said[theirs]["value"])
            off = float(np.abs(np.array(said[ours]["value"][: len(two)]) - two).max())
            peer = theirs.removeprefix(f"{ours}_")
            title = f"survival: {ours} differs from {peer} by"
            lines.append(
                at_most(title, off * 1e9, "1e-9", limit, what)
                if limit
                else Line(title, off * 1e9, "1e-9", note=what)
            )
    if "km_R" in said:
        off = abs(said["km"]["value"][0] / said["km_R"]["value"][0] - 1)
        lines.append(at_most("survival: log-rank differs from R by", off * 1e9, "1e-9", 10))
    return lines


def growth(folder: Path, many: int) -> list[Line]:
    """The slope of log time on log rows."""
    lines = []
    for task in ("km", "cox", "cox_entry", "aj"):
        sizes = [n for n in (10_000, 100_000, 1_000_000, 10_000_000) if n <= many]
        taken = [min(ask([sys.executable, str(OURS)], folder, n, 5, task)[task]["seconds"]) for n in sizes]
        slope = float(np.polyfit(np.log(sizes), np.log(taken), 1)[0])
        note = ", ".join(f"{n:,}: {t * 1e3:.3g} ms" for n, t in zip(sizes, taken, strict=True))
        lines.append(at_most(f"survival: growth exponent of {task}", slope, "", 1.05, note))
    return lines


def memory(folder: Path, many: int) -> list[Line]:
    """Peak of a process over that of one that only reads the arrays, in inputs."""
    lines = []
    for task, columns in (("km", 0), ("aj", 0), ("cox", 10), ("cox_entry", 10)):
        inputs = many * (4 + 1 + 1 + 1 + 4 + 8 * columns) / 1e9
        base = in_a_child(OURS, str(folder), "1000", "1", task)
        peak = in_a_child(OURS, str(folder), str(many), "1", task)
        value = (peak.peak_gb - base.peak_gb) / inputs
        note = f"{peak.peak_gb:.2f} GB in all, inputs {inputs:.2f} GB"
        lines.append(at_most(f"survival: memory of {task}, {many:,} rows", value, "inputs", 1.5, note))
    return lines


def bandwidth(rounds: list[Said], many: int) -> list[Line]:
    """What the kernels read a second, beside what both cores can read of a large array at best."""
    values = np.ones(1 << 27)
    with ThreadPoolExecutor(2) as threads:
        taken = []
        for _ in range(5):
            start = time.perf_counter()
            list(threads.map(np.sum, np.array_split(values, 2)))
            taken.append(time.perf_counter() - start)
    roof = values.nbytes / min(taken) / 1e9
    lines = [Line("survival: both cores read", roof, "GB/s", note="sum of 1 GB of floats")]
    best = min(s for said in rounds for part in ("km", "km again") for s in said[part]["seconds"])
    speed = many * (4 + 1 + 1) / best / 1e9
    lines.append(Line("survival: km reads", speed, "GB/s", note=f"{speed / roof:.0%} of that"))
    return lines


if __name__ == "__main__":
    main()
