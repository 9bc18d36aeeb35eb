"""Import of FHIR: megabytes of JSON a second of one core, from bundles to a record, beside json.loads alone.

python benchmarks/fhir_import.py [--patients 600]
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import sys
import tempfile
import time
from pathlib import Path

from measure import SHARED, Line, at_least, in_a_child, save
from synthetic.bundles import write_bundles

TIMES = 3


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=600)
    parser.add_argument("--child", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(child(given.child)))
        return
    lines = []
    with tempfile.TemporaryDirectory() as folder:
        made = Path(folder) / "bundles.ndjson"
        write_bundles(made, given.patients)
        lines += measured("synthetic mCODE bundles, NDJSON", made)
        synthea = SHARED / "fhir" / "synthea_r4"
        if synthea.is_dir():
            many = Path(folder) / "synthea"
            many.mkdir()
            for file in sorted(synthea.glob("*.json.gz")):
                (many / file.stem).write_bytes(gzip.decompress(file.read_bytes()))
            lines += measured("Synthea R4 bundles, a folder", many)
    save("fhir_import", lines, "python benchmarks/fhir_import.py")


def measured(what: str, path: Path) -> list[Line]:
    found = in_a_child(Path(__file__), "--child", str(path))
    said = found.said
    size = f"{said['megabytes']:.1f} MB, {said['patients']:.0f} patients"
    return [
        at_least(f"{what}: to a record", said["megabytes"] / said["read"], "MB/s a core", 20, size),
        Line(
            f"{what}: json.loads alone",
            said["megabytes"] / said["json"],
            "MB/s a core",
            note="floor: no duplicate check",
        ),
        Line(f"{what}: peak memory", found.peak_gb, "GB"),
    ]


def child(path: Path) -> dict[str, float]:
    files = sorted(path.iterdir()) if path.is_dir() else [path]
    texts = [
        line
        for file in files
        for line in ([file.read_bytes()] if path.is_dir() else file.read_bytes().splitlines())
    ]
    plain, took = math.inf, math.inf  # the quickest of several: what else the machine does only adds
    for _ in range(TIMES):
        start = time.process_time()
        for text in texts:
            json.loads(text)
        plain = min(plain, time.process_time() - start)
    size = sum(map(len, texts)) / 1e6
    del texts
    from paget.intake.fhir import read_fhir
    from paget.record.record import Record

    for _ in range(TIMES):
        start = time.process_time()
        cases, report = read_fhir(path)
        record = Record.from_cases(cases, report)
        took = min(took, time.process_time() - start)
    return {"megabytes": size, "json": plain, "read": took, "patients": len(record.patient_ids())}


if __name__ == "__main__":
    sys.exit(main())
