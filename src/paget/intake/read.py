"""Reading whatever a user has: recognises FHIR, own cases and tables, DuckDB, or a file with a mapping.

What a path was taken for is said in ``record.report.format``. It is recognised by its content; only
where the content cannot tell (YAML, JSON lines, CSV) does the name decide.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from pathlib import Path
from typing import Final, Literal

from paget.documents import MAX_SIZE, load_json, read_bytes, shown
from paget.errors import BadInput, NotFound
from paget.intake.own import JSON, LINES, YAML, plain_suffix, read_cases
from paget.intake.own_tables import SUFFIXES, read_database, read_table_folder, table_files
from paget.record.problems import ImportReport
from paget.record.record import Record
from paget.record.tables import TABLES

Kind = Literal["fhir", "cases", "tables", "duckdb"]

_FIRST_KEY: Final = re.compile(rb'\s*\{\s*"((?:[^"\\]|\\.){0,200})"\s*:')
_HEAD: Final = 4096
_LISTED: Final = 20
_COMPARED: Final = 10_000  # ids among which the nearest is looked for


def read(
    path: str | Path,
    *,
    map: str | Path | None = None,  # noqa: A002, the name of the option
    patient: str | None = None,
    max_size: int = MAX_SIZE,
    strict: bool = False,
) -> Record:
    """Read a record from a file or folder, whatever of these it is.

    A FHIR bundle, resource, NDJSON or folder (mCODE or plain R4); a case as YAML or JSON, JSON lines of
    cases or a folder of them; a folder of CSV or Parquet tables; a DuckDB file; with a mapping file a
    flat CSV, a REDCap export or a cBioPortal folder.

    Args:
        path: the file or folder.
        map: a mapping file, for tables that are not paget's own.
        patient: the one patient to read, by id.
        max_size: bytes that a single JSON or YAML document may have, unpacked.
        strict: refuse the source when a row of it was rejected.

    Returns:
        The record; its ``report`` says what was read, ignored, rejected and contradicted.

    Raises:
        NotFound: no such path, or no such patient.
        BadInput: it is broken, nothing that paget reads, or (strict) has impossible rows.

    >>> import paget.intake.read, tempfile, pathlib
    >>> file = pathlib.Path(tempfile.mkdtemp()) / "case.yaml"
    >>> _ = file.write_text("patient: {patient_id: P1}")
    >>> paget.intake.read.read(file).report.format
    'paget case (YAML)'
    """
    source = Path(path)
    if not source.exists():
        raise NotFound("no such file or folder", where=shown(source), mend="check the path")
    record = _read(source, Path(map) if map is not None else None, patient, max_size)
    if patient is not None:
        record = _only(record, patient)
    if strict and record.report.rejected:
        raise _strict(record.report)
    return record


def _read(source: Path, mapping: Path | None, patient: str | None, max_size: int) -> Record:
    report = ImportReport(source=shown(source.name))
    if mapping is not None:
        from paget.intake.mapped import read_mapped  # only with a mapping

        return read_mapped(source, mapping, report=report)
    kind = recognise(source, max_size)
    if kind == "fhir":
        from paget.intake.fhir import read_fhir  # only for FHIR

        cases, report = read_fhir(source, patient=patient, max_size=max_size)
        return Record.from_cases(cases, report)
    if kind == "tables":
        return read_table_folder(source, report, max_size)
    if kind == "duckdb":
        return read_database(source, report)
    return Record.from_cases(read_cases(source, report, max_size), report)


def recognise(path: Path, max_size: int = MAX_SIZE) -> Kind:
    """What a file or folder holds.

    Raises:
        BadInput: nothing that paget reads.
    """
    return _of_folder(path) if path.is_dir() else _of_file(path, max_size)


def _of_folder(path: Path) -> Kind:
    tables = bool(table_files(path))
    documents: set[Kind] = set()
    for file in sorted(path.rglob("*")):
        if documents >= {"fhir", "cases"}:
            break
        if file.is_file() and not file.is_symlink() and plain_suffix(file) in (*JSON, *LINES, *YAML):
            documents.add(_by_name_and_head(file))
    if tables and not documents:
        return "tables"
    if len(documents) == 1 and not tables:
        return documents.pop()
    if tables or documents:
        found = ["tables"] * tables + sorted(documents)
        raise BadInput(
            f"a folder of different things: {', '.join(found)}",
            where=shown(path.name),
            mend="give each kind a folder of its own",
        )
    if any(_is_flat(file) for file in path.iterdir()):
        raise BadInput(
            "tables that are not paget's own",
            where=shown(path.name),
            mend="give a mapping file (--map), or name the files as the tables: patients.csv, tumours.csv",
        )
    raise BadInput(
        "a folder with nothing that paget reads",
        where=shown(path.name),
        mend="give a folder of FHIR JSON, of cases (YAML, JSON), or of tables (CSV, Parquet)",
    )


def _is_flat(path: Path) -> bool:
    return path.name.lower().endswith((*SUFFIXES, ".txt"))


def _of_file(path: Path, max_size: int) -> Kind:
    if not path.is_file():
        raise BadInput("not a plain file", where=shown(path.name), mend="give a file or folder")
    with path.open("rb") as file:
        head = file.read(_HEAD)
    if head[8:12] == b"DUCK":
        return "duckdb"
    if head[:4] == b"PAR1" or _is_flat(path):
        raise BadInput(
            "a single table is no record",
            where=shown(path.name),
            mend="give the folder of all tables, or a mapping file (--map)",
        )
    if plain_suffix(path) in (*YAML, *LINES):
        return _by_name_and_head(path)
    data = (
        head
        if head[:2] != b"\x1f\x8b" and path.stat().st_size > _HEAD
        else read_bytes(path, max_size=max_size)
    )
    return _of_json(path, data, max_size)


def _by_name_and_head(path: Path) -> Kind:
    if plain_suffix(path) in YAML:
        return "cases"
    if path.name.lower().endswith(".gz"):
        import gzip
        import zlib

        try:
            with gzip.open(path) as packed:
                head = packed.read(_HEAD)
        except (OSError, EOFError, zlib.error):
            return "fhir"  # whose reader says what is wrong with it
    else:
        with path.open("rb") as file:
            head = file.read(_HEAD)
    return "cases" if _first_key(head) in _OWN_KEYS else "fhir"


_OWN_KEYS: Final = {"patient", *TABLES}


def _first_key(data: bytes) -> str:
    match = _FIRST_KEY.match(data.removeprefix(b"\xef\xbb\xbf"))
    return match[1].decode(errors="replace") if match else ""


def _of_json(path: Path, data: bytes, max_size: int) -> Kind:
    """FHIR or an own case: by the first key where that tells, else by all of them."""
    first = _first_key(data)
    if first == "resourceType":
        return "fhir"
    if first in _OWN_KEYS:
        return "cases"
    start = data.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if start == b"<":
        return "fhir"  # whose reader says that XML is not read
    if start not in (b"{", b"[", b"") and plain_suffix(path) not in JSON:
        raise BadInput(
            "nothing that paget reads",
            where=shown(path.name),
            mend="give FHIR, a case (YAML, JSON), a folder of tables, a DuckDB file, or a mapping (--map)",
        )
    value = load_json(read_bytes(path, max_size=max_size), shown(path.name), max_size=max_size)
    if isinstance(value, dict) and "resourceType" in value:
        return "fhir"
    return "cases"


def _only(record: Record, patient: str) -> Record:
    ids = record.patient_ids()
    if patient not in ids:
        listed = f"{', '.join(ids[:_LISTED])}{', ...' if len(ids) > _LISTED else ''}"
        near = get_close_matches(patient, ids[:_COMPARED], n=1)
        raise NotFound(
            "no such patient",
            where=record.report.source,
            mend=f"{f'did you mean {near[0]}? ' if near else ''}there are {len(ids)}: {listed}",
        )
    if len(ids) == 1:
        return record
    return record.only(patient)


def _strict(report: ImportReport) -> BadInput:
    shown_first = "; ".join(str(problem) for problem in report.rejected[:_LISTED])
    rows = report.count("rejected")
    return BadInput(
        f"{rows} row{' was' if rows == 1 else 's were'} rejected",
        where=report.source,
        why=shown_first,
        mend="mend the rows, or read without --strict",
    )
