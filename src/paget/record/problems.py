"""What is wrong with a record, and what was read of a source: problems with their place, and a report.

A problem names its table, row, column and patient, says what is wrong and how to mend it, and never
repeats the value: a report may reach a log.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

ProblemKind = Literal["rejected", "contradiction", "unknown value", "note"]
"""``rejected``: the row is not in the record. ``contradiction``: rows that cannot all be true, kept and
named. ``unknown value``: a blank written as a code (-9, 999, "unknown"), read as unknown. ``note``: worth
knowing, nothing wrong."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong, or worth saying, about a row of a record; or about ``rows`` rows alike."""

    kind: ProblemKind
    what: str
    mend: str = ""
    table: str = ""
    row: str = ""
    column: str = ""
    patient_id: str = ""
    source: str = ""
    rows: int = 1

    def __str__(self) -> str:
        place = " ".join(
            part
            for part in (
                self.source,
                f"patient {self.patient_id}" if self.patient_id else "",
                self.table,
                f"row {self.row}" if self.row else "",
                f"column {self.column}" if self.column else "",
            )
            if part
        )
        text = f"{self.kind}: {place}: {self.what}" if place else f"{self.kind}: {self.what}"
        if self.rows > 1:
            text = f"{text} ({self.rows} rows)"
        return f"{text}; {self.mend}" if self.mend else text


@dataclass(slots=True)
class ImportReport:
    """What was taken from a source, what was ignored, what was not understood, and the problems found.

    Attributes:
        source: the path or name that was read.
        format: what it was taken for, in words ("mCODE 4 bundle (collection)").
        read: how many of each kind of thing were read (resource type or table).
        ignored: how many of each kind were ignored, by kind with the reason.
        not_understood: how many were of a kind that should be read but could not be, with the reason.
        problems: each problem, in the order found.
    """

    source: str = ""
    format: str = ""
    read: Counter[str] = field(default_factory=Counter)
    ignored: Counter[str] = field(default_factory=Counter)
    not_understood: Counter[str] = field(default_factory=Counter)
    problems: list[Problem] = field(default_factory=list)

    @property
    def rejected(self) -> list[Problem]:
        """The rows that are not in the record."""
        return [problem for problem in self.problems if problem.kind == "rejected"]

    @property
    def contradictions(self) -> list[Problem]:
        """What cannot all be true."""
        return [problem for problem in self.problems if problem.kind == "contradiction"]

    def count(self, kind: ProblemKind) -> int:
        """How many rows have a problem of that kind; a row with two of them counts once."""
        named: set[tuple[str, ...]] = set()
        others = 0
        for problem in self.problems:
            if problem.kind == kind:
                if problem.row:
                    named.add((problem.source, problem.patient_id, problem.table, problem.row))
                else:
                    others += problem.rows
        return len(named) + others

    def add(self, other: ImportReport) -> None:
        """Add another report's counts and problems to this one."""
        self.read.update(other.read)
        self.ignored.update(other.ignored)
        self.not_understood.update(other.not_understood)
        self.problems.extend(other.problems)
