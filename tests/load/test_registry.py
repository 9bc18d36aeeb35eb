"""A registry of many patients: the synthetic one is a valid record, and a million fit in time and memory."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from paget.record.problems import ImportReport
from paget.record.record import Record

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


def written(folder: Path, patients: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    script = BENCHMARKS / "synthetic_registry.py"
    command = [sys.executable, str(script), str(folder), "--patients", str(patients), "--seed", str(seed)]
    subprocess.run(command, check=True, capture_output=True)
    return {file.stem: pl.read_parquet(file) for file in folder.glob("*.parquet")}


def benchmark(name: str, *words: str) -> dict[str, dict[str, object]]:
    subprocess.run([sys.executable, str(BENCHMARKS / f"{name}.py"), *words], check=True)
    kept = json.loads((BENCHMARKS / "results" / f"{name}.json").read_text(encoding="utf-8"))
    return {line["what"]: line for line in kept["lines"]}


def test_the_synthetic_registry_is_a_record_without_a_rejected_row(tmp_path: Path):
    tables = written(tmp_path, 3000)
    report = ImportReport()
    record = Record.from_tables(tables, report)
    assert report.rejected == []
    assert len(record.patient_ids()) == 3000
    rows = sum(frame.height for name, frame in tables.items() if "_" not in name)
    assert 14 < rows / 3000 < 16


def test_it_has_what_makes_real_registries_hard(tmp_path: Path):
    tables = written(tmp_path, 3000)
    lesions, stagings = tables["lesions"], tables["stagings"]
    assert (lesions["found_day"] != lesions["found_day_latest"]).any()  # known to the month
    assert lesions["found_day"].null_count() > 0
    assert (lesions["known_day"] > lesions["found_day"]).any()  # known later than it happened
    assert stagings["replaces"].null_count() < stagings.height  # versions
    assert tables["observations"]["retracted"].fill_null(value=False).any()
    assert (tables["observations"]["low"] < tables["observations"]["high"]).any()  # below a limit
    assert tables["tumours"]["patient_id"].is_duplicated().any()  # two primaries
    assert set(tables["tumours"]["site"].drop_nulls()) == {"colon", "rectum", "lung", "kidney", "soft tissue"}


def test_the_same_seed_gives_the_same_registry(tmp_path: Path):
    first, second, other = (written(tmp_path / str(n), 500, seed) for n, seed in enumerate((1, 1, 2)))
    assert all(first[name].equals(second[name]) for name in first)
    assert not first["lesions"].equals(other["lesions"])


@pytest.mark.load
def test_a_million_patients_in_time_and_memory():
    lines = benchmark("registry")
    missed = [line for line in lines.values() if line["met"] is False]
    assert missed == []


@pytest.mark.load
def test_a_flat_table_of_a_million_rows_in_seconds():
    assert benchmark("flat_table")["flat table through a mapping: to tables"]["met"]
