"""A flat table of a million rows through a mapping file, beside reading the CSV alone.

python benchmarks/flat_table.py [--rows 1000000]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from importlib import resources
from pathlib import Path

import numpy as np
import polars as pl
from measure import Line, at_most, in_a_child, save

MAPPING = Path(str(resources.files("paget") / "examples" / "mappings" / "crc_msk_2017.yaml"))
SITES = ("Liver", "Lung", "Liver, Lung", "Lymph Nodes", "Peritoneum, Ovary", "Abdominal")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child)))
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "samples.csv"
        table(given.rows).write_csv(path)
        found = in_a_child(Path(__file__), "--child", str(path))
    rows = f"{given.rows:,} rows, {found.said['megabytes']:.0f} MB"
    lines = [
        at_most("flat table through a mapping: to tables", found.said["tables"], "s", 10, rows),
        Line("flat table through a mapping: tables checked as a record", found.said["record"], "s"),
        Line("flat table: polars.read_csv alone", found.said["csv"], "s", note="floor"),
        Line("flat table through a mapping: peak memory", found.peak_gb, "GB"),
    ]
    save("flat_table", lines, "python benchmarks/flat_table.py")


def table(rows: int, seed: int = 1) -> pl.DataFrame:
    """A table in the columns of crc_msk_2017, of invented patients with a sample each (a few with two)."""
    chance = np.random.default_rng(seed)
    metastatic = chance.random(rows) < 0.9
    months = np.where(chance.random(rows) < 0.6, 0.0, chance.integers(1, 2000, rows) / 30)

    def among(*words: str) -> pl.Series:
        return pl.Series(words).gather(chance.integers(0, len(words), rows))

    def number(values: np.ndarray, share: float) -> pl.Series:
        blank = pl.Series(metastatic & (chance.random(rows) >= share))
        return pl.select(pl.when(blank).then(pl.Series(values))).to_series()

    return pl.DataFrame(
        {
            "patient_id": "P-"
            + pl.Series((np.arange(rows) * 0.97).astype(np.int64)).cast(pl.String).str.zfill(7),
            "age_at_diagnosis": chance.integers(25, 90, rows),
            "sex": among("F", "M"),
            "stage_at_diagnosis": among("I", "II", "III", "IV", "IV"),
            "primary_site": among("Cecum", "Rectum", "Sigmoid Colon", "Splenic Flexure"),
            "msi_status": among("MSS", "MSI", "Inconclusive"),
            "mcrc_type": pl.Series(["Early Stage Primary", "mCRC Primary"]).gather(
                metastatic.astype(np.int64)
            ),
            "metastasectomy": chance.integers(0, 2, rows),
            "metastasectomy_site": among("Liver", "Lung", "Rfa - Liver"),
            "time_to_metastasis_months": number(months, 0.02),
            "time_met_dx_to_sequencing_months": number(chance.integers(0, 900, rows) / 30, 0.02),
            "first_sites": pl.select(pl.when(pl.Series(metastatic)).then(among(*SITES))).to_series(),
            "os_months": number(chance.integers(100, 3000, rows) / 30, 0.05),
            "dead": chance.integers(0, 2, rows),
        }
    )


def child(path: Path) -> dict[str, float]:
    from paget.intake.mapped import mapped_tables
    from paget.record.problems import ImportReport
    from paget.record.record import Record

    start = time.perf_counter()
    pl.read_csv(path, infer_schema=False)
    read = time.perf_counter()
    report = ImportReport()
    tables = mapped_tables(path, MAPPING, report=report)
    made = time.perf_counter()
    Record.from_tables(tables, report)
    end = time.perf_counter()
    return {
        "megabytes": path.stat().st_size / 1e6,
        "csv": read - start,
        "tables": made - read,
        "record": end - made,
    }


if __name__ == "__main__":
    sys.exit(main())
