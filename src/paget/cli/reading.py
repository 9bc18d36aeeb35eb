"""`paget read`: the import report, and the record written elsewhere."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

import narwhals as nw

from paget.cli.opening import Opening, open_record
from paget.cli.printing import console, json_text, note, printable
from paget.errors import BadInput

if TYPE_CHECKING:
    from collections import Counter

    from paget.record import ImportReport, Record
    from paget.record.problems import ProblemKind

MOST: Final = 40  # problems printed of a kind; --json has all
PATIENTS: Final = 10
WIDE: Final = 80  # characters of a patient's id with those of the primaries
HEADS: Final[dict[ProblemKind, str]] = {
    "rejected": "Rejected: not in the record",
    "contradiction": "Contradictions: kept, cannot all be true",
    "unknown value": "Read as unknown",
    "note": "Notes",
}


def run(
    path: Path,
    opening: Opening,
    out: Path | None,
    format: Literal["parquet", "csv"],  # noqa: A002
    as_json: bool,
) -> int:
    """Read, write where asked, and report.

    Raises:
        PagetError: what `paget.read` raises.
    """
    if out is not None:
        _refuse_unwritable(out)
    record = open_record(path, opening)
    ids = record.patient_ids()
    report = record.report
    if out is not None and out.suffix == ".duckdb":
        record.to_duckdb(out)
    elif out is not None:
        record.write(out, format)
    if as_json:
        print(json_text(as_data(report, len(ids))))
    else:
        _print(report, [_named(record, patient) for patient in ids[:PATIENTS]], len(ids))
    if out is not None:
        note(f"Written: {out}")
    return 0


def _refuse_unwritable(out: Path) -> None:
    """Say before a long import, rather than after it, that its result cannot be written.

    Raises:
        BadInput: so it is.
    """
    if out.suffix == ".duckdb" and out.exists():
        raise BadInput("the file is there already", where=printable(out), mend="name another, or delete it")
    if not out.parent.is_dir() or not os.access(out.parent, os.W_OK):
        raise BadInput(
            "no folder that can be written to", where=printable(out.parent), mend="make it, or name another"
        )


def as_data(report: ImportReport, patients: int) -> dict[str, Any]:
    """The report as JSON data."""
    return {
        "source": report.source,
        "format": report.format,
        "patients": patients,
        "read": dict(report.read),
        "ignored": dict(report.ignored),
        "not_understood": dict(report.not_understood),
        "problems": [asdict(problem) for problem in report.problems],
    }


def _named(record: Record, patient: str) -> str:
    """A patient and its primaries, as `--patient` and `--tumour` want them."""
    found = record.tables["tumours"].lazy().filter(nw.col("patient_id") == patient).select("tumour_id")
    primaries = sorted(set(found.collect("polars")["tumour_id"].to_list()))
    return _short(f"{patient} ({', '.join(primaries)})" if primaries else patient)


def _short(text: str) -> str:
    return text if len(text) <= WIDE else f"{text[: WIDE - 1]}…"


def _print(report: ImportReport, named: list[str], patients: int) -> None:
    from rich.text import Text

    screen = console()

    def line(text: str, style: str = "") -> None:
        screen.print(Text(printable(text), style), soft_wrap=True)

    more = f", … ({patients - PATIENTS} more)" if patients > PATIENTS else ""
    line(f"{report.source}: {report.format or 'record'}", "bold")
    line(f"  {patients} patient{'' if patients == 1 else 's'}: {', '.join(named)}{more}")
    for title, counts in (
        ("Read", report.read),
        ("Ignored", report.ignored),
        ("Not understood", report.not_understood),
    ):
        _counts(line, title, counts)
    for kind, title in HEADS.items():
        found = [problem for problem in report.problems if problem.kind == kind]
        if not found:
            continue
        rows = report.count(kind)
        line("")
        line(f"{title} ({rows} row{'' if rows == 1 else 's'})", "bold")
        for problem in found[:MOST]:
            line(f"  {str(problem).removeprefix(f'{kind}: ')}")
        if len(found) > MOST:
            line(f"  … and {len(found) - MOST} more, all in --json")
    if not report.problems:
        line("")
        line("No problem found.")


def _counts(line: Any, title: str, counts: Counter[str]) -> None:
    counted = [(name, count) for name, count in counts.most_common() if count]
    if not counted:
        return
    line("")
    line(title, "bold")
    width = max(len(f"{count}") for _, count in counted)
    for name, count in counted:
        line(f"  {count:>{width}}  {name}")
