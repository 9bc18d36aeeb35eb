"""A registry as a record: its tables checked row by row, its contradictions named, one of its patients found.

python benchmarks/record_tables.py [--patients 1000000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

import polars as pl
from measure import Line, at_most, in_a_child, median_seconds, save
from synthetic_registry import synthetic_registry


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child)))
        return
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "registry"
        folder.mkdir()
        for table, frame in synthetic_registry(given.patients).items():
            if frame.height:
                frame.write_parquet(folder / f"{table}.parquet")
        found = in_a_child(Path(__file__), "--child", str(folder))
    said = found.said
    rows = f"{given.patients:,} patients, {said['rows'] / 1e6:.1f} million rows"
    named = f"{said['rejected']:.0f} rows rejected, {said['contradicting']:,.0f} contradict others"
    lines = [
        Line(
            "record of a Parquet folder: values, rows and references checked", said["checked"], "s", note=rows
        ),
        Line("record: contradictions between rows", said["contradictions"], "s", note=named),
        Line("Parquet folder: polars.read_parquet alone", said["parquet"], "s", note="floor"),
        at_most("record of a Parquet folder: peak memory", found.peak_gb, "GB", 8, rows),
        Line("record: one patient's case out of it", said["case"] * 1000, "ms", note=rows),
        Line("case: read, checked and in tables", said["one"] * 1000, "ms", note="one patient, warm"),
    ]
    save("record_tables", lines, "python benchmarks/record_tables.py")


def child(folder: Path) -> dict[str, float]:
    from paget.intake.read import read
    from paget.record import Record, read_case

    start = time.perf_counter()
    for file in sorted(folder.glob("*.parquet")):
        pl.read_parquet(file)
    parquet = time.perf_counter()
    record = read(folder)
    checked = time.perf_counter()
    contradictions = record.report.count("contradiction")
    end = time.perf_counter()
    patient = record.patient_ids()[17]
    document = record.case(patient).document()
    return {
        "rows": sum(record.report.read.values()),
        "rejected": record.report.count("rejected"),
        "contradicting": contradictions,
        "parquet": parquet - start,
        "checked": checked - parquet,
        "contradictions": end - checked,
        "case": median_seconds(lambda: record.case(patient), 5),
        "one": median_seconds(lambda: Record.from_cases([read_case(document)[0]]), 50),
    }


if __name__ == "__main__":
    sys.exit(main())
