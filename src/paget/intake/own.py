"""paget's own documents: a case as YAML or JSON, several as JSON lines, or a folder of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from paget.documents import (
    MAX_SIZE,
    MAX_YAML_SIZE,
    Refusals,
    load_json,
    load_yaml,
    read_bytes,
    read_lines,
    shown,
)
from paget.errors import PagetError
from paget.record.case import Case, read_case
from paget.record.problems import ImportReport, Problem

LINES: Final = (".ndjson", ".jsonl")
YAML: Final = (".yaml", ".yml")
JSON: Final = (".json",)


def plain_suffix(path: Path) -> str:
    """The suffix without ``.gz``, in small letters."""
    return Path(path.name.lower().removesuffix(".gz")).suffix


def read_cases(path: Path, report: ImportReport, max_size: int = MAX_SIZE) -> Iterator[Case]:
    """The cases of a file, of JSON lines, or of a folder; the report is complete when the last was taken.

    Args:
        path: a YAML or JSON file with one case, JSON lines with a case each, or a folder of such files.
        report: gets what was read and left out.
        max_size: the most bytes of one document.

    Raises:
        BadInput: a document is broken or does not follow the structure; of several all are named.
    """
    if not path.is_dir():
        kind = "YAML" if plain_suffix(path) in YAML else "JSON"
        is_lines = plain_suffix(path) in LINES
        report.format = "paget cases (JSON lines)" if is_lines else f"paget case ({kind})"
        yield from _of_file(path, report, max_size)
        return
    broken = Refusals()
    files = 0
    for file in sorted(path.rglob("*")):
        if not file.is_file() or file.is_symlink():
            continue
        if plain_suffix(file) in (*JSON, *YAML, *LINES):
            files += 1
            try:
                yield from _of_file(file, report, max_size)
            except PagetError as error:
                broken.add(error)
                if broken.enough:
                    break
        else:
            report.ignored["file that is no case"] += 1
    broken.raise_if_any(shown(path.name), "files")
    report.format = f"folder of {files} paget case files"


def _of_file(path: Path, report: ImportReport, max_size: int) -> Iterator[Case]:
    where = shown(path.name)
    if plain_suffix(path) in LINES:
        broken = Refusals()
        for number, line in read_lines(path, where, max_size=max_size):
            place = f"{where} line {number}"
            try:
                yield _case(load_json(line, place, max_size=max_size), place, report)
            except PagetError as error:
                broken.add(error)
                if broken.enough:
                    break
        broken.raise_if_any(where, "lines")
        return
    # The content is passed on at once, so that it is not held beside what was read of it.
    if plain_suffix(path) in YAML:
        limit = min(max_size, MAX_YAML_SIZE)
        document = load_yaml(read_bytes(path, max_size=max_size), where, max_size=limit)
        _note(document.notes, where, report)
        yield _case(document.value, where, report)
        return
    notes: list[str] = []
    case = _case(
        load_json(read_bytes(path, max_size=max_size), where, max_size=max_size, notes=notes), where, report
    )
    _note(tuple(notes), where, report)
    yield case


def _case(value: Any, where: str, report: ImportReport) -> Case:
    return read_case(value, source=where, report=report)[0]


def _note(notes: tuple[str, ...], where: str, report: ImportReport) -> None:
    for note in notes:
        report.problems.append(Problem("note", note, source=where))
