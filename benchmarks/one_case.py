"""One case in a warm process: facts, findings with their explanation, and the ranking of what is missing.

python benchmarks/one_case.py
"""

from __future__ import annotations

import sys
from importlib import resources
from pathlib import Path
from tempfile import TemporaryDirectory

from fewer_findings import withdraw_the_others
from measure import Line, at_most, median_seconds, save

EXAMPLES = Path(str(resources.files("paget") / "examples"))
TIMES = 40


def main() -> None:
    from paget.assessment import assess
    from paget.intake.read import read as read_record

    lines = []
    with TemporaryDirectory() as folder:
        overlay = Path(folder) / "overlay"
        left = withdraw_the_others(overlay)
        for file in sorted(EXAMPLES.glob("*.yaml")):
            record = read_record(file)
            assessed = median_seconds(lambda record=record: assess(record, overlays=[overlay]), TIMES)
            what = f"assess, explained and ranked, intervals to risk score: {file.stem.replace('_', ' ')}"
            lines.append(at_most(what, assessed * 1000, "ms", 30, f"{left} rules"))
    for file in sorted(EXAMPLES.glob("*.yaml")):
        record = read_record(file)
        words = file.stem.replace("_", " ")
        decisions = len(assess(record))
        assessed = median_seconds(lambda record=record: assess(record), TIMES) / decisions
        note = "" if decisions == 1 else f"a decision, of {decisions} in the record"
        lines.append(at_most(f"assess, explained and ranked: {words}", assessed * 1000, "ms", 30, note))
        read = median_seconds(lambda file=file: read_record(file), TIMES)
        lines.append(Line(f"read: {words}", read * 1000, "ms"))
    save("one_case", lines, "python benchmarks/one_case.py")


if __name__ == "__main__":
    sys.exit(main())
