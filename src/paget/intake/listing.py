"""Problems of many rows of a file: named one by one up to a limit, the rest counted in one line."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from paget.record.problems import ImportReport, Problem, ProblemKind

LISTED: Final = 10_000  # enough for a clinic's file; a registry's report must fit into memory

Where = tuple[str, str]
"""Patient and row of the file."""


def list_rows(
    report: ImportReport,
    kind: ProblemKind,
    what: str,
    places: Iterable[Where],
    *,
    number: int,
    mend: str = "",
    table: str = "",
    column: str = "",
    source: str = "",
) -> None:
    """Add a problem for each of several rows.

    Args:
        report: receives the problems.
        kind: of all of them.
        what: what is wrong, the same for all.
        places: patient and row of the file of each.
        number: how many there are; more than ``LISTED`` are counted in one more problem.
        mend: how to mend it.
        table: the table of the record.
        column: the column concerned.
        source: the file.
    """
    for place, (who, row) in enumerate(places):
        if place == LISTED:
            rest = number - LISTED
            report.problems.append(Problem(kind, what, mend, table, "", column, "", source, rest))
            break
        report.problems.append(Problem(kind, what, mend, table, row, column, who, source))
