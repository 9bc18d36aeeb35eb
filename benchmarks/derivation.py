"""A long table of events to one row a patient: paget beside the same in DuckDB SQL, in turns, from Parquet.

python benchmarks/derivation.py [--patients 50000 500000 5000000] [--rounds 3] [--folder FOLDER]

Disease-free survival: the first recurrence, second primary or death after the origin, else the last
assessment.
DuckDB does it in two ways, and the faster counts: each event joined to the origin of its patient; or one
group-by, with a second look at those who had an event before their origin, as paget does it. All answers
are compared. Each runs in a process of its own, on as many threads as there are cores.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from measure import Child, Line, at_least, at_most, in_a_child, save

SIZES = (50_000, 500_000, 5_000_000)
MEMORY_GB, GROWTH = 2.5, 1.05
CONTENDERS = ("paget", "duckdb_join", "duckdb_one_pass")
TYPES = (
    "origin", "assessment", "contact", "local_recurrence", "distant_recurrence", "second_primary_elsewhere",
    "next_treatment", "death_of_cancer", "death_of_other_cause",
)  # fmt: skip
ENDS = ("local_recurrence", "distant_recurrence", "second_primary_elsewhere", "death_of_cancer",
        "death_of_other_cause")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, nargs="+", default=SIZES)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--folder", type=Path, help="keep the tables here, and use those that are here")
    parser.add_argument("--child", nargs=2, metavar=("WHAT", "FILE"))
    given = parser.parse_args()
    if given.child:
        what, file = given.child
        made = what.removeprefix("make ")
        print(json.dumps(make(Path(file), int(made)) if what != made else run(what, file)))
        return
    found: dict[int, dict[str, list[Child]]] = {}
    rows = {}
    with tempfile.TemporaryDirectory() as temporary:
        for patients in sorted(given.patients):
            file = str((given.folder or Path(temporary)) / f"{patients}.parquet")
            if not Path(file).exists():
                in_a_child(Path(__file__), "--child", f"make {patients}", file)
            rows[patients] = pl.scan_parquet(file).select(pl.len()).collect().item()
            runs: dict[str, list[Child]] = {name: [] for name in CONTENDERS}
            for _ in range(given.rounds):  # in turns, so that what else the machine does falls on all alike
                for name in CONTENDERS:
                    runs[name].append(in_a_child(Path(__file__), "--child", name, file))
            compare(runs)
            found[patients] = runs
    save("derivation", list(lines_of(found, rows)), "python benchmarks/derivation.py")


def seconds(runs: list[Child], what: str = "seconds") -> float:
    """Of several runs the quickest: what else the machine does can only add to it."""
    return min(run.said[what] for run in runs)


def compare(runs: dict[str, list[Child]]) -> None:
    """Stop when two contenders answer differently."""
    answers = {
        (run.said["patients"], run.said["events"], run.said["days"]) for of in runs.values() for run in of
    }
    if len(answers) != 1:
        raise SystemExit(f"the answers differ: {answers}")


def lines_of(found: dict[int, dict[str, list[Child]]], rows: dict[int, float]) -> list[Line]:
    """The figures of each size, the ratio to the faster peer in each round, memory and growth."""
    lines = []
    for patients, runs in found.items():
        name, full = f"{patients:,} patients", patients == SIZES[-1]
        ours = seconds(runs["paget"])
        told = f"{rows[patients]:,.0f} rows; {seconds(runs['paget'], 'cpu'):.1f} s of processor time"
        lines.append(Line(f"derivation from Parquet, {name}", ours, "s", note=told))
        for peer in CONTENDERS[1:]:
            note = f"{seconds(runs[peer], 'cpu'):.1f} s of processor time"
            lines.append(
                Line(f"the same, {peer.replace('_', ' ')}, {name}", seconds(runs[peer]), "s", note=note)
            )
        ratios = [
            min(one.said["seconds"] for one in peers) / mine.said["seconds"]
            for mine, *peers in zip(*(runs[peer] for peer in CONTENDERS), strict=True)
        ]
        spread = f"of the faster peer, median of {len(ratios)} rounds, {min(ratios):.2f} to {max(ratios):.2f}"
        ratio = statistics.median(ratios)
        what = f"times as fast as DuckDB, {name}"
        lines.append(at_least(what, ratio, "x", 1, spread) if full else Line(what, ratio, "x", note=spread))
        peak = max(run.peak_gb for run in runs["paget"])
        what = f"peak memory, {name}"
        lines.append(at_most(what, peak, "GB", MEMORY_GB) if full else Line(what, peak, "GB"))
        theirs = max(run.peak_gb for peer in CONTENDERS[1:] for run in runs[peer])
        lines.append(Line(f"peak memory of DuckDB, {name}", theirs, "GB"))
    if len(found) > 1:
        small, large = min(found), max(found)
        grown = seconds(found[large]["paget"], "cpu") / seconds(found[small]["paget"], "cpu")
        exponent = math.log(grown) / math.log(large / small)
        lines.append(
            at_most(
                "growth exponent of derivation",
                exponent,
                "",
                GROWTH,
                f"{small:,} to {large:,}, processor time",
            )
        )
    return lines


def make(file: Path, patients: int) -> dict[str, float]:
    """About twelve rows a patient, in order of the patients; one in a hundred recurred before the origin."""
    chance = np.random.Generator(np.random.Philox(5))
    everyone = np.arange(patients, dtype=np.int32)
    origin = chance.integers(10_000, 18_000, patients)
    death = origin + np.ceil(chance.exponential(1500, patients)).astype(int)
    recurrence = origin + np.ceil(chance.exponential(1200, patients)).astype(int)
    end = np.minimum(origin + chance.integers(200, 4000, patients), 20_000)
    last = np.minimum(death, end)
    died, recurred = death <= end, recurrence < last
    before = chance.random(patients) < 0.01
    parts = [
        (everyone, origin, 0),
        (everyone[~died], end[~died], 2),
        (everyone[recurred], recurrence[recurred], 4),
        (everyone[before], origin[before] - 300, 3),
    ]
    of_cancer = chance.random(patients) < 0.7
    for cause, kind in ((of_cancer, 7), (~of_cancer, 8)):
        parts.append((everyone[died & cause], death[died & cause], kind))
    for kind, mean in ((1, 8.5), (6, 1.2)):  # assessments, treatments
        who = np.repeat(everyone, chance.poisson(mean, patients))
        day = origin[who] - 200 + (chance.random(len(who)) * (last[who] - origin[who] + 200)).astype(int)
        parts.append((who, day, kind))
    who, day, kind = (
        np.concatenate([np.broadcast_to(part[place], part[0].shape) for part in parts]) for place in range(3)
    )
    order = np.argsort(who, kind="stable")
    kinds = pl.Series(TYPES).gather(kind[order].astype(np.uint32))
    table = pl.DataFrame({"patient_id": who[order], "day": day[order].astype(np.int32), "type": kinds})
    table.write_parquet(file, row_group_size=1_000_000)
    return {"rows": table.height}


def run(what: str, file: str) -> dict[str, float]:
    """One contender: its time from the file to a frame with a row a patient, and its answers."""
    if what == "paget":
        from paget.evidence.long_table import derive_from_events

        start, used = time.perf_counter(), time.process_time()
        rows = derive_from_events(file, "disease_free_survival", assume={"residual": "R0"}).rows
    else:
        import duckdb

        connection = duckdb.connect()
        connection.execute(f"SET threads = {len(os.sched_getaffinity(0))}")
        connection.execute(f"SET memory_limit = '{MEMORY_GB}GB'")
        start, used = time.perf_counter(), time.process_time()
        table = connection.sql(SQL[what].format(file=file)).to_arrow_table()
        rows = pl.from_arrow(table)
    taken = {"seconds": time.perf_counter() - start, "cpu": time.process_time() - used}
    return taken | {
        "patients": rows.height,
        "events": int(rows["status"].sum()),
        "days": int(rows["time"].cast(pl.Int64).sum()),
    }


_CODE = "CASE type " + " ".join(f"WHEN '{name}' THEN {number}" for number, name in enumerate(ENDS)) + " END"
_REASON = "CASE first % 64 " + " ".join(f"WHEN {n} THEN '{name}'" for n, name in enumerate(ENDS)) + " END"
_AFTER = "(day > origin OR (day = origin AND starts_with(type, 'death')))"
_RESULT = f"""
SELECT patient_id, origin AS origin_day,
       coalesce(first // 64, greatest(last, origin)) AS end_day,
       coalesce(first // 64, greatest(last, origin)) - origin AS time,
       (first IS NOT NULL)::INT AS status,
       coalesce({_REASON}, CASE WHEN last > origin THEN 'last assessment'
                           ELSE 'no assessment after the origin' END) AS reason
"""
SQL = {
    "duckdb_join": f"""
WITH origins AS (SELECT patient_id, min(day) AS origin FROM '{{file}}' WHERE type = 'origin' GROUP BY ALL),
found AS (
    SELECT patient_id, min(CASE WHEN {_AFTER} THEN day * 64 + {_CODE} END) AS first,
           max(CASE WHEN type = 'assessment' THEN day END) AS last
    FROM '{{file}}' JOIN origins USING (patient_id) GROUP BY ALL)
{_RESULT} FROM origins LEFT JOIN found USING (patient_id)""",
    "duckdb_one_pass": f"""
WITH once AS MATERIALIZED (
    SELECT patient_id, min(CASE WHEN type = 'origin' THEN day END) AS origin,
           min(day * 64 + {_CODE}) AS first, max(CASE WHEN type = 'assessment' THEN day END) AS last
    FROM '{{file}}' GROUP BY ALL),
early AS (
    SELECT patient_id, origin FROM once
    WHERE first // 64 < origin OR (first // 64 = origin AND first % 64 < 3)),
again AS (
    SELECT patient_id, min(CASE WHEN {_AFTER} THEN day * 64 + {_CODE} END) AS later
    FROM '{{file}}' JOIN early USING (patient_id) GROUP BY ALL),
mended AS (
    SELECT once.patient_id, once.origin, last,
           CASE WHEN early.patient_id IS NULL THEN first ELSE later END AS first
    FROM once LEFT JOIN early USING (patient_id) LEFT JOIN again USING (patient_id))
{_RESULT} FROM mended WHERE origin IS NOT NULL""",
}


if __name__ == "__main__":
    sys.exit(main())
