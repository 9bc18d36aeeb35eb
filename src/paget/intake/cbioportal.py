"""cBioPortal study files: patients, samples and timelines, with their "#" lines or as plain CSV.

A folder is read whole: ``data_clinical_patient.txt`` is the part ``patient``, ``data_clinical_sample.txt``
the part ``sample`` (each row with its patient's columns beside it), ``data_timeline_treatment.txt`` the
part ``timeline_treatment``. Days of a timeline are counted from an origin of the patient's own. A single
file is known by its columns.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

import polars as pl

from paget.errors import BadInput, NotFound
from paget.intake.flat import ROW, Shape, read_flat
from paget.record.problems import ImportReport, Problem

PATIENT: Final = "PATIENT_ID"
_POINTER: Final = b"version https://git-lfs"
_PARTS: Final = {
    "clinical_patient": "patient",
    "clinical_sample": "sample",
    "bcr_clinical_data_patient": "patient",
    "bcr_clinical_data_sample": "sample",
}
_KINDS: Final = (".txt", ".tsv", ".csv")


def read_cbioportal(
    path: Path, shape: Shape | None = None, *, report: ImportReport
) -> dict[str, pl.DataFrame]:
    """The parts of a cBioPortal study.

    Args:
        path: a study's folder, or one of its files.
        shape: how the files are written; None: finds the separator and skips "#" lines.
        report: receives what was read.

    Returns:
        Frames of texts by part; the first of patient, sample and timelines also as "".

    Raises:
        NotFound: nothing of that name.
        BadInput: no such files in it, or one that cannot be read.
    """
    shape = shape or Shape(remarks="#")
    if path.is_dir():
        files = {name: file for file in sorted(path.iterdir()) if (name := _part(file))}
    elif path.exists():
        files = {_part(path) or "": path}
    else:
        raise NotFound("no such file or folder", where=str(path))
    if not files:
        raise BadInput(
            "no cBioPortal files in the folder",
            where=path.name,
            mend="it should hold data_clinical_patient.txt, data_clinical_sample.txt or data_timeline_*.txt",
        )
    parts = {name: _read(file, shape, report) for name, file in files.items()}
    if "" in parts:
        frame = parts.pop("")
        parts[_kind_of(frame, path)] = frame
    if "patient" in parts and "sample" in parts:
        parts["sample"] = _beside(parts["sample"], parts["patient"], report)
    first = min(parts, key=lambda name: ({"patient": 0, "sample": 1}.get(name, 2), name))
    return {"": parts[first], **parts}


def _part(file: Path) -> str:
    """The part that a file is by its name; blank: not by its name."""
    name = file.stem.lower()
    if file.suffix not in _KINDS or not name.startswith("data_"):
        return ""
    name = name.removeprefix("data_")
    if name.startswith("timeline"):
        return name
    return _PARTS.get(name, "")


def _read(file: Path, shape: Shape, report: ImportReport) -> pl.DataFrame:
    with file.open("rb") as opened:
        if opened.read(len(_POINTER)) == _POINTER:
            raise BadInput(
                "the file is a pointer to large file storage, not the data",
                where=file.name,
                mend="fetch it with `git lfs pull`",
            )
    return read_flat(file, shape=shape, report=report)


def _kind_of(frame: pl.DataFrame, path: Path) -> str:
    columns = set(frame.columns)
    if {"EVENT_TYPE", "START_DATE"} <= columns:
        return "timeline"
    if "SAMPLE_ID" in columns:
        return "sample"
    if PATIENT in columns:
        return "patient"
    raise BadInput(
        f"the file has no column {PATIENT}",
        where=path.name,
        mend="for a table that is not from cBioPortal write format: table",
    )


def _beside(samples: pl.DataFrame, patients: pl.DataFrame, report: ImportReport) -> pl.DataFrame:
    """Samples with the columns of their patient."""
    if PATIENT not in samples.columns or PATIENT not in patients.columns:
        return samples
    more = [name for name in patients.columns if name not in samples.columns and name != ROW]
    once = patients.unique(PATIENT, keep="first", maintain_order=True)
    if once.height < patients.height:
        report.problems.append(
            Problem("note", "a patient has several rows; the first stands beside the samples", column=PATIENT)
        )
    return samples.join(once.select(PATIENT, *more), on=PATIENT, how="left", maintain_order="left")
