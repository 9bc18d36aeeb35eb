"""Briefs of many patients as lines of JSON: what cannot be read or briefed is said, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.opening import Opening, open_record
from paget.cli.printing import json_line, note, printable
from paget.cli.progress import Progress
from paget.cli.writing import write_whole
from paget.errors import BadInput, PagetError

if TYPE_CHECKING:
    from paget.brief import BriefData
    from paget.record import Record


class Lines:
    """The lines of many patients, as they are made.

    Attributes:
        exit_code: 0, or that of the worst refusal.
        days: the decision days of the briefs made.
    """

    def __init__(self, make: Callable[[Record, str], BriefData]) -> None:
        self._make = make
        self._progress = Progress("briefs")
        self._seen: set[str] = set()
        self.exit_code = 0
        self.days: set[str] = set()

    def refuse(self, error: PagetError, patient: str = "") -> None:
        """Say that a file or patient is left out, and why."""
        self._progress.clear()
        said = ". ".join(line.strip() for line in str(error).splitlines())
        note(f"Left out{f', patient {patient}' if patient else ''}: {said}")
        self.exit_code = max(self.exit_code, error.exit_code)

    def of(self, record: Record) -> Iterator[str]:
        """A line for each patient of a record."""
        for patient in record.patient_ids():
            if patient in self._seen:
                self.refuse(BadInput("also in an earlier file", where=record.report.source), patient)
                continue
            self._seen.add(patient)
            try:
                brief = self._make(record, patient)
            except PagetError as error:
                self.refuse(error, patient)
                continue
            self.days.add(brief.as_of)
            self._progress.tell(len(self._seen))
            yield json_line(brief.json())
        self._progress.clear()


def deliver_lines(lines: Iterable[str], output: Path | None) -> None:
    """Print lines as they come, or write them to a file and print the file's path."""
    if output is None or str(output) == "-":
        for line in lines:
            print(line)
        return
    write_whole(output, "".join(f"{line}\n" for line in lines))
    print(printable(output))


def one_by_one(folder: Path, opening: Opening) -> list[Record | PagetError]:
    """The files of a folder that could not be read as one: each record, or why its file is refused.

    Args:
        folder: holds a file for each patient: a case, lines of cases, or a FHIR bundle.
        opening: how to read each.

    Returns:
        Nothing where a file holds a part of a patient, so that no other may be read without it.
    """
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
