"""Briefs of many patients as lines of JSON: what cannot be read or briefed is said, and the rest goes on."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from paget.cli.file_by_file import LeftOut
from paget.cli.printing import json_line, printable
from paget.cli.progress import Progress
from paget.cli.writing import write_whole
from paget.errors import PagetError

if TYPE_CHECKING:
    from paget.brief import BriefData
    from paget.record import Record


class Lines:
    """The lines of many patients, as they are made.

    Attributes:
        days: the decision days of the briefs made.
    """

    def __init__(self, make: Callable[[Record, str], BriefData]) -> None:
        self._make = make
        self._progress = Progress("briefs")
        self._left_out = LeftOut()
        self._done = 0
        self.days: set[str] = set()

    @property
    def exit_code(self) -> int:
        """0, or that of the worst refusal."""
        return self._left_out.exit_code

    def refuse(self, error: PagetError, patient: str = "") -> None:
        """Say that a file or patient is left out, and why."""
        self._progress.clear()
        self._left_out.refuse(error, patient)

    def of(self, record: Record) -> Iterator[str]:
        """A line for each patient of a record."""
        for patient in self._left_out.patients(record):
            try:
                brief = self._make(record, patient)
            except PagetError as error:
                self.refuse(error, patient)
                continue
            self.days.add(brief.as_of)
            self._done += 1
            self._progress.tell(self._done)
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
