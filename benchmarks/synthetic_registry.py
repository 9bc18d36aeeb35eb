"""Writes a registry of synthetic patients as a Parquet folder in paget's layout, about 15 rows each.

    python benchmarks/synthetic_registry.py registry --patients 1000000 --seed 1

Nobody in it is real, and nothing in it should be learnt from: diseases, dates and sizes are drawn from round
figures, with the blanks, partial dates, late knowledge, versions and retractions that a real registry has.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import polars as pl
from synthetic import care, disease
from synthetic.columns import FIRST_DAY, Draw, in_columns

from paget.record.frames import SCHEMAS

YEARS = 20  # of diagnoses


def synthetic_registry(patients: int, seed: int = 1) -> dict[str, pl.DataFrame]:
    """The tables of a registry.

    Args:
        patients: how many.
        seed: of the random numbers; the same seed gives the same registry.

    Returns:
        Every table of the record, child tables of lists included, in the physical columns.
    """
    draw = Draw(np.random.default_rng(seed), patients)
    who = ids(patients)
    site = draw.chance.choice(len(disease.SITES), patients, p=disease.SITE_SHARES)
    diagnosed = FIRST_DAY + draw.chance.integers(0, int(365.25 * YEARS), patients)
    with_metastasis = draw.some(patients, 0.55)
    synchronous = draw.some(patients, 0.5)
    interval = np.where(
        synchronous, draw.chance.integers(0, 30, patients), draw.chance.exponential(600, patients)
    ).astype(np.int64)
    found = diagnosed + interval
    last = (
        np.where(with_metastasis, found, diagnosed)
        + draw.chance.exponential(900, patients).astype(np.int64)
        + 30
    )
    tables = {
        "patients": disease.patients(draw, who, diagnosed, last),
        "tumours": disease.tumours(draw, who, site, diagnosed),
    }
    tables["stagings"] = disease.stagings(draw, who, diagnosed, with_metastasis & synchronous)
    tables |= disease.lesions(draw, who, site, diagnosed, found, with_metastasis)
    lesions = tables["lesions"]
    tables["sites"] = disease.sites(draw, who, site, found, with_metastasis)
    tables["judgements"] = disease.judgements(draw, lesions)
    tables["measurements"] = disease.measurements(draw, lesions)
    tables |= care.treatments(draw, who, diagnosed, found, with_metastasis, last, lesions)
    tables["statuses"] = care.statuses(draw, who, found, last)
    tables["events"] = care.events(draw, tables["treatments"])
    tables["observations"] = care.observations(draw, who, diagnosed, found)
    tables |= care.studies(draw, who, diagnosed, found)
    tables["decisions"] = care.decisions(draw, who, np.where(with_metastasis, found, diagnosed))
    return {
        name: in_columns(tables[name], name) if name in tables else pl.DataFrame(schema=schema)
        for name, schema in SCHEMAS.items()
    }


def write_registry(folder: Path, patients: int, seed: int = 1) -> int:
    """Write a registry as a folder with a Parquet file a table.

    Returns:
        The number of rows over all tables, child tables aside.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows = 0
    for name, frame in synthetic_registry(patients, seed).items():
        frame.write_parquet(folder / f"{name}.parquet", compression="lz4")
        rows += 0 if "_" in name else frame.height
    return rows


def ids(patients: int) -> pl.Series:
    return "P" + pl.int_range(1, patients + 1, eager=True).cast(pl.String).str.zfill(7)


def main() -> None:
    """Write a registry and say how long it took; without a folder say how it is called."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?")
    parser.add_argument("--patients", type=int, default=1_000_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.folder is None:
        parser.print_usage()
        return
    start = time.perf_counter()
    rows = write_registry(given.folder, given.patients, given.seed)
    took = time.perf_counter() - start
    each = rows / given.patients
    print(f"{given.patients:,} patients, {rows:,} rows ({each:.1f} each) in {took:.1f} s: {given.folder}")


if __name__ == "__main__":
    main()
