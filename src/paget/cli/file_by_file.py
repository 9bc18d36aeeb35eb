"""A folder that cannot be read as one, file by file: what cannot be read is said, and the rest goes on."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.opening import Opening, open_record
from paget.cli.printing import note
from paget.errors import BadInput, PagetError

if TYPE_CHECKING:
    from paget.record import Record


class LeftOut:
    """Files and patients that are left out, each said on the error stream.

    Attributes:
        exit_code: 0, or that of the worst refusal.
    """

    def __init__(self) -> None:
        self.exit_code = 0
        self._seen: set[str] = set()

    def refuse(self, error: PagetError, patient: str = "") -> None:
        """Say that a file or patient is left out, and why."""
        said = ". ".join(line.strip() for line in str(error).splitlines())
        note(f"Left out{f', patient {patient}' if patient else ''}: {said}")
        self.exit_code = max(self.exit_code, error.exit_code)

    def patients(self, record: Record) -> Iterator[str]:
        """The patients of a record that no earlier file holds; of the others it is said."""
        for patient in record.patient_ids():
            if patient in self._seen:
                self.refuse(BadInput("also in an earlier file", where=record.report.source), patient)
                continue
            self._seen.add(patient)
            yield patient


def readable(path: Path, opening: Opening, error: BadInput) -> list[Record | PagetError]:
    """The files of a folder that could not be read as one: each record, or why its file is refused.

    Args:
        path: holds a file for each patient: a case, lines of cases, or a FHIR bundle.
        opening: how to read each.
        error: why the folder could not be read as one.

    Raises:
        BadInput: that error, where it is no such folder, one patient is asked for, nothing of it can be read,
            or a file holds a part of a patient, so that no other may be read without it.
    """
    alone = opening.patient is not None or opening.map is not None or opening.strict
    if alone or not path.is_dir():
        raise error
    found = _one_by_one(path, opening)
    if all(isinstance(each, PagetError) for each in found):
        raise error
    return found


def _one_by_one(folder: Path, opening: Opening) -> list[Record | PagetError]:
    from paget.intake.own import JSON, LINES, YAML, plain_suffix

    found: list[Record | PagetError] = []
    for file in sorted(folder.rglob("*")):
        if not file.is_file() or file.is_symlink() or plain_suffix(file) not in (*JSON, *LINES, *YAML):
            continue
        try:
            record = open_record(file, opening)
        except PagetError as error:
            found.append(error)
            continue
        if not record.report.format.startswith("paget case") and "bundle" not in record.report.format:
            return []
        found.append(record)
    return found
