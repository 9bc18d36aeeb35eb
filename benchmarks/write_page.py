"""Makes docs/benchmarks.md of all results that are kept in benchmarks/results, and prints the table.

python benchmarks/write_page.py
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from measure import RESULTS, show

PAGE = Path(__file__).resolve().parents[1] / "docs" / "benchmarks.md"

TOP = """# Benchmarks

Measured, not estimated. `make bench` measures all of it again and rewrites this page; `benchmarks/results`
holds the figures as JSON. A line without a target is a peer or a floor, measured in the same run. Times are
wall times, except for the import of FHIR, which counts the seconds of its one core; memory is the largest
resident set of the process that did the work. Registries, bundles and tables are made by
`benchmarks/synthetic_registry.py` and its neighbours from a seed; nobody in them is real.

Python 3.11.2 is that of Debian 12; Python 3.11.7 was built without optimisation by profile, and its loops are
slower: with it the slowest case of all, of liver metastases, takes 31 ms instead of 27
(`python benchmarks/one_case.py` with each).
"""
ORDER = (
    "registry",
    "one_case",
    "ten_more_scores",
    "fhir_import",
    "flat_table",
    "record_tables",
    "rules",
    "commands",
    "survival",
    "derivation",
    "coverage_of_intervals",
    "virtual_patients",
    "biology_theory",
)


def main() -> None:
    kept = {
        file.stem: json.loads(file.read_text(encoding="utf-8")) for file in sorted(RESULTS.glob("*.json"))
    }
    if not kept:
        print("No results yet: run the other files of this folder first.")
        return
    names = sorted(kept, key=lambda name: (ORDER.index(name) if name in ORDER else len(ORDER), name))
    page = "\n".join([TOP, *(section(kept[name]) for name in names)])
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    print(page)


def section(kept: dict[str, Any]) -> str:
    """One benchmark as a heading, a table and the way to measure it again."""
    rows = [
        f"| {line['what']} | {show(line['value'])} {line['unit']} | {target(line)} | {line['note']} |"
        for line in kept["lines"]
    ]
    head = ["| what | measured | target | |", "|---|---|---|---|"]
    where = f"`{kept['how']}`, {kept['day']}, {kept['machine']}."
    return "\n".join([f"## {title(kept['name'])}", "", where, "", *head, *rows, ""])


def title(name: str) -> str:
    """The name of a benchmark as a heading."""
    return name.replace("_", " ").capitalize().replace("Fhir", "FHIR")


def target(line: dict[str, Any]) -> str:
    """The target of a line, and whether it is met."""
    if line["met"] is None:
        return ""
    return f"{line['target']} {line['unit']}: {'met' if line['met'] else 'not met'}"


if __name__ == "__main__":
    sys.exit(main())
