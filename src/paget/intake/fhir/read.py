"""Reading FHIR R4 as it is found in the wild, mCODE or plain: documents in, cases and a report out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from paget.documents import MAX_SIZE
from paget.intake.fhir.chart import Rows, count, not_understood
from paget.intake.fhir.elements import printable
from paget.intake.fhir.files import Document, Skipped, documents, is_many
from paget.intake.fhir.people import KINDS, Gathering
from paget.intake.fhir.record_of import rows_of
from paget.record.case import Case, case_from_rows
from paget.record.cycles import without_search_for_cycles
from paget.record.problems import ImportReport, Problem
from paget.record.tables import TABLES


def read_fhir(
    path: str | Path, *, patient: str | None = None, max_size: int = MAX_SIZE
) -> tuple[Iterable[Case], ImportReport]:
    """Read a FHIR R4 bundle of any type, a resource, NDJSON, any of it as gzip, or a folder of them.

    The source is read and checked at once; cases are made one patient at a time as they are asked for, and
    the report is complete when the last one was. Nothing is guessed: what is retracted is no fact, what is
    unknown stays unknown, and no address is ever followed.

    Args:
        path: a file or folder. A folder or NDJSON may hold many patients.
        patient: the one patient to read, by id.
        max_size: bytes that one JSON document may have; NDJSON may be of any size.

    Returns:
        The cases, in the order in which their patients appear, and the report. Each resource is counted in
        the report once: as read, ignored or not understood, the last two with the reason.

    Raises:
        BadInput: broken JSON, XML, no patient, two patients in one bundle, a document that is too large.
        NotFound: no such file, or no such patient.

    Source: HL7 FHIR R4 (4.0.1), http://hl7.org/fhir/R4; mCODE STU1 to STU4, http://hl7.org/fhir/us/mcode.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile(suffix=".json") as file:
    ...     _ = file.write(b'{"resourceType": "Patient", "id": "p1", "gender": "female"}')
    ...     file.flush()
    ...     cases, report = read_fhir(file.name)
    ...     [case.patient.sex for case in cases], report.format
    (['female'], 'FHIR R4: one resource')
    """
    found, report = read_rows(path, patient=patient, max_size=max_size)
    return _cases(found, report), report


def _cases(found: Iterator[tuple[str, Rows]], report: ImportReport) -> Iterator[Case]:
    for _, rows in found:
        before = len(report.problems)
        case = case_from_rows(rows, source=report.source, report=report)
        _place_refusals(rows, report, before)
        yield case


def _place_refusals(rows: Rows, report: ImportReport, before: int) -> None:
    """Give the record's problems the resource of their row; one whose rows are refused was not read."""
    if len(report.problems) == before:
        return
    sources: dict[tuple[str, str], str] = {}
    for table, found in rows.items():
        key = TABLES[table].key or "row_id"
        sources.update(((table, str(row.get(key, ""))), row["source"]) for row in found)
    refused: Counter[str] = Counter()
    for number in range(before, len(report.problems)):
        problem = report.problems[number]
        source = sources.get((problem.table, problem.row), "")
        if source:
            report.problems[number] = replace(problem, source=source)
            refused[source] += problem.kind == "rejected" and problem.table != "patients"
    made = Counter(row["source"] for found in rows.values() for row in found)
    for source, many in refused.items():
        if many and many >= made[source]:
            kind = next(kind for kind in KINDS if f"#{kind}/" in source)
            report.read[kind] -= 1
            count(report, kind, not_understood("its row was rejected"))


def read_rows(
    path: str | Path, *, patient: str | None = None, max_size: int = MAX_SIZE
) -> tuple[Iterator[tuple[str, Rows]], ImportReport]:
    """As :func:`read_fhir`, the rows of each patient instead of a case: (patient_id, rows by table)."""
    where = Path(path)
    report = ImportReport(source=where.name)
    many = is_many(where)
    gathering = Gathering(report, many=many, wanted=patient)
    skipped = Skipped()
    types: dict[str, None] = {}
    held, mcode, marks = 0, False, 0
    last: Document | None = None
    with without_search_for_cycles():
        for document in documents(where, max_size, skipped):
            held += 1
            mcode = mcode or document.mcode
            marks += document.bom
            types[document.bundle_type or document.kind] = None
            last = document
            gathering.add(document)
    report.format = _format(where, held, mcode, list(types), last)
    for kind, number in sorted(skipped.by_kind.items()):
        report.ignored[f"file {kind}: not FHIR in JSON"] += number
    if marks:
        report.problems.append(
            Problem("note", f"{marks} documents begin with a byte order mark, which was skipped")
        )
    gathering.check(printable(where.name, 120))
    return _rows(gathering, report), report


def _rows(gathering: Gathering, report: ImportReport) -> Iterator[tuple[str, Rows]]:
    for key, entries in gathering:
        yield key, rows_of(key, entries, gathering.shared, report)


def _format(where: Path, held: int, mcode: bool, types: list[str], last: Document | None) -> str:
    """What a source was taken for, in words."""
    profile = "mCODE on FHIR R4" if mcode else "FHIR R4"
    packed = ", gzip" if where.name.lower().endswith(".gz") else ""
    if where.is_dir():
        return f"{profile}: folder of {held} documents"
    if is_many(where):
        return f"{profile}: NDJSON of {held} lines{packed}"
    if last is None or last.kind != "Bundle":
        return f"{profile}: one resource{packed}"
    return f"{profile}: bundle ({printable(types[0], 20)}){packed}"
