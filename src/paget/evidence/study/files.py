"""A report as files: the page, tables, figures, the rows analysed, and what they were made of."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Final

from paget.documents import shown
from paget.errors import BadInput
from paget.evidence.study.page import page
from paget.evidence.study.report import Report

PAGE, DATA, MADE_OF, STUDY = "report.html", "data/analysis.parquet", "made_of.json", "study.yaml"
_OURS: Final = frozenset({PAGE, MADE_OF, STUDY, "data", "tables", "figures"})


def files(report: Report) -> dict[str, bytes]:
    """Every file of a report by its path within the folder; the same bytes for the same report."""
    found = {
        PAGE: page(report).encode(),
        STUDY: report.study,
        "tables/flow.csv": _csv([("number", "who"), *((str(n), words) for words, n in report.flow.items())]),
        DATA: _parquet(report),
        MADE_OF: _made_of(report),
    }
    for section in report.sections:
        if section.figure is not None:
            found[f"figures/{section.name}.svg"] = f"{section.figure.svg}\n".encode()
            found[f"tables/{section.name}.csv"] = section.figure.numbers.to_csv().encode()
        if section.table is not None:
            found[f"tables/{section.name}.csv"] = section.table.write_csv().encode()
    return found


def write(report: Report, folder: Path) -> list[Path]:
    """Write them into a folder, new or of an earlier run, whose files are replaced.

    Raises:
        BadInput: the folder holds something else.
    """
    if folder.exists() and not folder.is_dir():
        raise BadInput("no folder", where=shown(folder), mend="name a folder, there or new")
    if folder.is_dir():
        names = {one.name for one in folder.iterdir()}
        if names and (MADE_OF not in names or names - _OURS):
            raise BadInput(
                "the folder holds something else", where=shown(folder), mend="name a new one with --out"
            )
        for part in ("tables", "figures"):
            for old in sorted((folder / part).glob("*.*")):
                old.unlink()
    written = []
    for name, content in sorted(files(report).items()):
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        written.append(place)
    return written


def _parquet(report: Report) -> bytes:
    out = io.BytesIO()
    report.data.write_parquet(out)
    return out.getvalue()


def _made_of(report: Report) -> bytes:
    said = {
        "inputs": dict(report.inputs),
        "inputs_hash": report.inputs_hash,
        "knowledge": report.knowledge or None,
        "software": dict(report.versions),
    }
    return (json.dumps(said, indent=2, ensure_ascii=False) + "\n").encode()


def _csv(rows: list[tuple[str, ...]]) -> bytes:
    import csv

    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode()
