"""Facts and findings of a registry: time, peak memory and growth with the number of patients.

python benchmarks/registry.py [--patients 100000 300000 1000000]

Every shipped rule, for one decision a primary; explanation and ranking aside. Beside it stands a plain
group-by of every table by patient, the least that any answer about each patient costs.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import polars as pl
from fewer_findings import NAMES
from measure import Child, Line, at_most, in_a_child, save
from synthetic_registry import write_registry

SIZES = (100_000, 300_000, 1_000_000)
GROWTH = 1.05  # exponent of the cost; more would not reach a national registry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, nargs="+", default=SIZES)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child)))
        return
    found: dict[int, Child] = {}
    for patients in sorted(given.patients):
        with tempfile.TemporaryDirectory() as folder:
            write_registry(Path(folder) / "registry", patients)
            found[patients] = in_a_child(Path(__file__), "--child", str(Path(folder) / "registry"))
    save("registry", list(lines_of(found)), "python benchmarks/registry.py")


def lines_of(found: dict[int, Child]) -> list[Line]:
    """The figures of each size, and how they grow."""
    lines = []
    for patients, run in found.items():
        said, name = run.said, f"{patients:,} patients"
        rules = f"{said['rules']:.0f} rules, {said['decisions']:,.0f} decisions"
        what = f"facts and findings, {name}"
        full = patients == SIZES[-1]
        lines.append(
            at_most(what, said["findings"], "s", 20, rules)
            if full
            else Line(what, said["findings"], "s", note=rules)
        )
        few = f"all facts, findings from intervals to risk score, {name}"
        lines.append(
            at_most(few, said["few findings"], "s", 20) if full else Line(few, said["few findings"], "s")
        )
        memory = f"peak memory, {name}"
        lines.append(at_most(memory, run.peak_gb, "GB", 8) if full else Line(memory, run.peak_gb, "GB"))
        lines.append(Line(f"read and checked from Parquet, {name}", said["read"], "s"))
        lines.append(Line(f"knowledge read, {name}", said["knowledge"], "s", note="once a process"))
        lines.append(
            Line(
                f"one group-by of each table by patient, {name}",
                said["floor"],
                "s",
                note="floor: Polars alone",
            )
        )
    if len(found) > 1:
        small, large = min(found), max(found)
        ratio = found[large].said["findings"] / found[small].said["findings"]
        exponent = math.log(ratio) / math.log(large / small)
        lines.append(
            at_most("growth exponent of facts and findings", exponent, "", GROWTH, f"{small:,} to {large:,}")
        )
    return lines


def child(folder: Path) -> dict[str, float]:
    """Read a registry, then derive all facts and findings of each patient's decision."""
    from paget.intake.read import read

    start = time.perf_counter()
    record = read(folder)
    end = time.perf_counter()
    from paget.assessment import rules_of
    from paget.knowledge import Knowledge

    rules_of(Knowledge.load())  # once a process, however many patients
    ready = time.perf_counter()
    decisions, rules = facts_and_findings(record)
    done = time.perf_counter()
    facts_and_findings(record, NAMES)
    fewer = time.perf_counter() - done
    floor = group_by_of_each_table(folder)
    return {
        "read": end - start,
        "knowledge": ready - end,
        "findings": done - ready,
        "few findings": fewer,
        "floor": floor,
        "decisions": decisions,
        "rules": rules,
    }


def facts_and_findings(record: Any, only: tuple[str, ...] | None = None) -> tuple[int, int]:
    """Findings for each patient and primary on the last known day: how many decisions, how many rules."""
    from paget.assessment import evaluate_in_batches

    decisions = rules = 0
    for facts, results in evaluate_in_batches(record, only=only):
        decisions += len(facts)
        rules = len(results.outcomes)
    return decisions, rules


def group_by_of_each_table(folder: Path) -> float:
    """Seconds to count the rows and find the first day of each patient in every table."""
    frames = [pl.read_parquet(file) for file in sorted(folder.glob("*.parquet"))]
    start = time.perf_counter()
    for frame in frames:
        days = [name for name, kind in frame.schema.items() if kind == pl.Int32]
        frame.group_by("patient_id").agg(pl.len(), pl.col(days).min())
    return time.perf_counter() - start


if __name__ == "__main__":
    sys.exit(main())
