"""A flat file read through a mapping file into a record: all rows at once, nothing silently dropped.

    report = ImportReport()
    record = read_mapped(Path("cohort.csv"), Path("cohort.yaml"), report=report)

What could not be read is rejected and listed; words without a meaning, codes for unknown, columns that
the mapping does not speak of and rows that disagree are counted in the report.
"""

from __future__ import annotations

import dataclasses
import difflib
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import polars as pl

from paget.errors import BadInput
from paget.intake.cbioportal import read_cbioportal
from paget.intake.contradictions import name_contradictions
from paget.intake.flat import ROW, Shape, read_flat
from paget.intake.listing import list_rows
from paget.intake.mapping import FlatMapping, Rows
from paget.intake.mapping_file import load_mapping
from paget.intake.redcap import REDCAP_COLUMNS, split_redcap
from paget.intake.row_making import make_rows, merge_rows
from paget.intake.sheet import Remarks, Sheet
from paget.intake.tables_of_rows import complete_tables
from paget.record.problems import ImportReport, Problem, ProblemKind
from paget.record.record import Record

WORDS_LISTED: Final = 200  # words that are not understood and named one by one
WORD_LENGTH: Final = 40  # a longer text is a sentence, which may speak of a person: counted, not shown


def read_mapped(path: Path, map_path: Path, *, report: ImportReport | None = None) -> Record:
    """Read a flat file (or a cBioPortal folder) through a mapping file.

    Args:
        path: CSV, TSV or Parquet file, a REDCap export, or a folder of cBioPortal files.
        map_path: the mapping file, YAML.
        report: receives what was read and left out; the record's own report when None.

    Returns:
        The record; its patients in the order of the file.

    Raises:
        NotFound: a file does not exist.
        BadInput: the mapping has mistakes, the file cannot be read, or lacks columns of the mapping.
    """
    report = ImportReport() if report is None else report
    return Record.from_tables(mapped_tables(path, map_path, report=report), report=report)


def mapped_tables(path: Path, map_path: Path, *, report: ImportReport) -> dict[str, pl.DataFrame]:
    """The tables that a mapping makes of a file, before they are checked as a record.

    Args:
        path: CSV, TSV or Parquet file, a REDCap export, or a folder of cBioPortal files.
        map_path: the mapping file, YAML.
        report: receives what was read and left out.

    Returns:
        By name the tables that have rows, in their physical columns, child tables of lists included.

    Raises:
        NotFound, BadInput: as for :func:`read_mapped`.
    """
    mapping = load_mapping(map_path)
    report.source = report.source or path.name
    report.format = f"{_FORMAT_WORDS[mapping.format]}, through the mapping {map_path.name}"
    parts = _parts(path, mapping, report)
    mapping = _with_patient_column(mapping, parts)
    _refuse_missing_columns(mapping, parts, path)
    _count_ignored(mapping, parts, report)
    parts = _columns_read(mapping, parts)
    remarks = Remarks()
    sheets = {
        name: Sheet(
            _patients_named(_without_codes(part, mapping, remarks), mapping, name or path.name, report),
            mapping,
            remarks,
        )
        for name, part in parts.items()
    }
    made: dict[str, list[pl.DataFrame]] = {}
    for rows in mapping.rows:
        source = rows.source or path.name
        made.setdefault(rows.table, []).append(make_rows(sheets[rows.source], rows, source, report))
    if len(made["patients"]) > 1:
        made["patients"] = [_one_row_a_person(made["patients"], mapping, path, report)]
    for check in mapping.checks:
        name_contradictions(sheets[check.source], check, check.source or path.name, report)
    tables = complete_tables(made, mapping)
    _remark(remarks, path, report)
    return tables


def _one_row_a_person(
    frames: list[pl.DataFrame], mapping: FlatMapping, path: Path, report: ImportReport
) -> pl.DataFrame:
    """Persons that several items of the mapping describe, each from its own part of the file."""
    cells = {
        name: cell for rows in mapping.rows if rows.table == "patients" for name, cell in rows.cells.items()
    }
    whole = Rows("patients", "", cells, one_per=())
    return merge_rows(pl.concat(frames, how="diagonal_relaxed"), whole, path.name, report)


_FORMAT_WORDS: Final = {
    "table": "flat table",
    "redcap": "REDCap export",
    "cbioportal": "cBioPortal study",
}


def _parts(path: Path, mapping: FlatMapping, report: ImportReport) -> dict[str, pl.DataFrame]:
    """The parts of the file by name; the one meant when a mapping names none has the name ""."""
    shape = Shape(mapping.separator, mapping.encoding, "#" if mapping.format == "cbioportal" else "")
    if mapping.format == "cbioportal":
        return read_cbioportal(path, shape, report=report)
    frame = read_flat(path, shape=shape, report=report)
    if mapping.format == "redcap":
        return split_redcap(frame, report=report)
    return {"": frame}


def _with_patient_column(mapping: FlatMapping, parts: Mapping[str, pl.DataFrame]) -> FlatMapping:
    """The mapping with the patient's column, which a format may imply."""
    if mapping.patient:
        return mapping
    implied = "PATIENT_ID" if mapping.format == "cbioportal" else next(iter(parts[""].columns))
    return dataclasses.replace(mapping, patient=implied)


def _refuse_missing_columns(mapping: FlatMapping, parts: Mapping[str, pl.DataFrame], path: Path) -> None:
    missing: dict[str, None] = {}
    for source, column in mapping.columns_used():
        if source not in parts:
            near = difflib.get_close_matches(source, [part for part in parts if part], n=2)
            known = ", ".join(sorted(part for part in parts if part)) or "none: it is one table"
            hint = f"did you mean {' or '.join(near)}?" if near else f"its parts: {known}"
            missing[f"the part {source!r} ({hint})"] = None
        elif column not in parts[source].columns:
            near = difflib.get_close_matches(column, parts[source].columns, n=2)
            where = f" of {source}" if source else ""
            missing[f"{column!r}{where}" + (f" (did you mean {' or '.join(near)}?)" if near else "")] = None
    if missing:
        raise BadInput(
            f"the file lacks {len(missing)} thing(s) that the mapping reads: {'; '.join([*missing][:30])}",
            where=f"{path.name}, {mapping.path}",
            mend="correct the names in the mapping, or choose the mapping that belongs to this file",
        )


def _columns_read(mapping: FlatMapping, parts: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The parts that the mapping reads, with the columns that it reads."""
    used: dict[str, dict[str, None]] = {}
    for source, column in mapping.columns_used():
        used.setdefault(source, {mapping.patient: None, ROW: None})[column] = None
    return {source: parts[source].select([*columns]) for source, columns in used.items()}


def _without_codes(frame: pl.DataFrame, mapping: FlatMapping, remarks: Remarks) -> pl.DataFrame:
    """The texts without those that the mapping declares to mean unknown."""
    if not mapping.unknown:
        return frame
    used = {column for _, column in mapping.columns_used()} - {mapping.patient}
    texts = [name for name in frame.columns if name in used]
    coded = frame.select(pl.col(texts).str.to_lowercase().is_in(list(mapping.unknown)).fill_null(value=False))
    found = [name for name in texts if coded[name].any()]
    for name in found:
        remarks.coded[name] += int(coded[name].sum())
    return frame.with_columns(pl.when(~coded[name]).then(pl.col(name)).alias(name) for name in found)


def _patients_named(
    frame: pl.DataFrame, mapping: FlatMapping, source: str, report: ImportReport
) -> pl.DataFrame:
    """The rows that name their patient; the others are rejected and listed."""
    nameless = frame.filter(pl.col(mapping.patient).is_null())
    places = nameless.select(pl.lit(""), pl.col(ROW).cast(pl.String))
    list_rows(
        report,
        "rejected",
        "the row names no patient",
        places.iter_rows(),
        number=nameless.height,
        mend="fill in the patient's identifier",
        column=mapping.patient,
        source=source,
    )
    if nameless.is_empty():
        return frame
    return frame.filter(pl.col(mapping.patient).is_not_null())


def _remark(remarks: Remarks, path: Path, report: ImportReport) -> None:
    said: tuple[tuple[ProblemKind, Counter[str], str, str], ...] = (
        ("unknown value", remarks.coded + remarks.unknown, "a word or code for unknown, read as unknown", ""),
        ("note", remarks.formulas, "begins like a formula of a spreadsheet; kept as text", ""),
        ("note", remarks.not_whole, "a length of time that is no whole number of days; rounded",
         "check unit and days_per_month"),
    )  # fmt: skip
    for kind, counts, what, mend in said:
        for column, times in sorted(counts.items()):
            if times:
                report.problems.append(Problem(kind, what, mend, column=column, source=path.name, rows=times))
    for place, ((column, word), times) in enumerate(sorted(remarks.words.items(), key=lambda item: -item[1])):
        shown = repr(word) if len(word) <= WORD_LENGTH else "a longer text"
        shown = shown if place < WORDS_LISTED else "other words"
        report.not_understood[f"column {column}: {shown} is not in the value map"] += times


def _count_ignored(mapping: FlatMapping, parts: Mapping[str, pl.DataFrame], report: ImportReport) -> None:
    used = set(mapping.columns_used())
    for source, frame in parts.items():
        if not any(source == part for part, _ in used):
            continue
        for name in frame.columns:
            if name not in (ROW, mapping.patient, *REDCAP_COLUMNS) and (source, name) not in used:
                filled = frame.height - frame[name].null_count()
                of = f" of {source}" if source else ""
                if filled:
                    report.ignored[f"column {name}{of}: not in the mapping"] += filled
