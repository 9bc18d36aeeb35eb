"""Virtual patients a second for the full course, beside NumPy and plain Python doing the same; bits and
memory.

python benchmarks/virtual_patients.py [--patients 4000000] [--streamed 100000000]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import sys
import time
from pathlib import Path

import numpy as np
import virtual_patients_numpy
from measure import Line, at_least, at_most, in_a_child, save

from paget.biology import virtual_patient

NUMPY_PATIENTS = 20_000  # more are slower: the arrays leave the cache
PYTHON_PATIENTS = 2_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--patients", type=int, default=4_000_000)
    parser.add_argument("--streamed", type=int, default=100_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", type=int, help="in a process of its own: so many, and say the peak")
    parser.add_argument("--threads", type=int, help="of that process")
    given = parser.parse_args()
    model = virtual_patient.of("virtual_colorectal")
    if given.only:
        start, work = time.perf_counter(), time.process_time()
        with np.errstate(over="ignore"):
            found = model.simulate(given.only, seed=1, threads=given.threads)
        said = {"seconds": time.perf_counter() - start, "work": time.process_time() - work}
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        print(json.dumps({**said, "peak_mb": peak / 1e3, "patients": found.patients}))
        return
    found = model.simulate(1_000, seed=1)
    ours, processor, theirs = [], [], []
    for _ in range(given.rounds):  # in turn, so that what else the machine does falls on both
        start, work = time.perf_counter(), time.process_time()
        found = model.simulate(given.patients, seed=1)
        ours.append(given.patients / (time.perf_counter() - start))
        processor.append(given.patients / (time.process_time() - work))
        start = time.process_time()
        virtual_patients_numpy.simulate(model, NUMPY_PATIENTS, seed=1)
        theirs.append(NUMPY_PATIENTS / (time.process_time() - start))
    os.environ["NUMBA_DISABLE_JIT"] = "1"  # of the child: the same functions, interpreted
    os.environ["PYTHONWARNINGS"] = "ignore"
    plain = in_a_child(Path(__file__), "--only", str(PYTHON_PATIENTS), "--threads", "1").said
    del os.environ["NUMBA_DISABLE_JIT"], os.environ["PYTHONWARNINGS"]
    n, interpreted = found.patients, PYTHON_PATIENTS / plain["work"]
    busy = os.getloadavg()[0]
    same = [
        model.simulate(200_000, seed=1, chunk=-(-200_000 // chunks)).tables.arrays() for chunks in (1, 2, 64)
    ]
    equal = all(np.array_equal(a, b) for other in same[1:] for a, b in zip(same[0], other, strict=True))
    course = f"{found.total('lesions') / n:.3f} lesions and {found.total('events') / n:.3f} events a patient"
    lines = [
        at_least(
            "virtual patients, full course, wall", max(ours) / 1e6, "M/s", 5, f"{course}; load {busy:.1f}"
        ),
        Line(
            "the same, by a core's own seconds",
            max(processor) / 1e6,
            "M/s",
            note=f"of each of {os.cpu_count()} cores",
        ),
        Line(
            "NumPy, the same events, one core", max(theirs) / 1e3, "k/s", note=f"{NUMPY_PATIENTS:,} patients"
        ),
        Line(
            "plain Python, the same functions, one core",
            interpreted / 1e3,
            "k/s",
            note=f"{PYTHON_PATIENTS:,} patients",
        ),
        Line("virtual patients against plain Python, a core each", max(processor) / interpreted, "times"),
        at_least("virtual patients against NumPy, a core each", max(processor) / max(theirs), "times", 20),
        at_least("same bits for 1, 2 and 64 chunks", float(equal), "", 1, "200,000 patients"),
    ]
    if given.streamed:
        few = in_a_child(Path(__file__), "--only", "1000000").said
        many = in_a_child(Path(__file__), "--only", str(given.streamed)).said
        note = f"{many['peak_mb']:.0f} MB in all, {many['seconds']:.0f} s"
        lines.append(
            at_most(
                f"memory of {given.streamed:,} against 1,000,000",
                many["peak_mb"] / few["peak_mb"],
                "times",
                1.1,
                note,
            )
        )
    save("virtual_patients", lines, " ".join(["python", "benchmarks/virtual_patients.py", *sys.argv[1:]]))


if __name__ == "__main__":
    main()
