"""A row of the record as its reader knows it: "L1, 17 Sep 2024", "CEA, 11 Mar 2025"."""

from __future__ import annotations

from typing import Any

from paget.brief.calendar import Calendar
from paget.brief.names import kind_words, observation_name
from paget.brief.words import visible
from paget.record.problems import Problem
from paget.record.tables import TABLES


def row_words(case: Any, calendar: Calendar, problem: Problem, *, counted: bool = True) -> str:
    """The row that a problem names, in words; "" where it is not in the case or says nothing of itself.

    Args:
        case: the case.
        calendar: writes its days.
        problem: names a table and a row, by its name or as "#3" by its number.
        counted: whether the rows of the case have the numbers that they had in the source.
    """
    if problem.kind == "rejected" or not problem.row or problem.table not in TABLES:
        return ""
    rows = [case.patient] if problem.table == "patients" else getattr(case, problem.table, None) or ()
    number = problem.row.removeprefix("#")
    if problem.row.startswith("#") and number.isdecimal():
        at = int(number) - 1
        row = rows[at] if counted and 0 <= at < len(rows) else None
    else:
        row = next((row for row in rows if getattr(row, "row_id", None) == problem.row), None)
    if row is None:
        return ""
    own = TABLES[problem.table].day
    day = calendar.read(getattr(row, own, None)) if own else None
    written = calendar.write(day) if day is not None else ""
    return ", ".join(part for part in (_named(problem.table, row), written) if part)


def _named(table: str, row: Any) -> str:
    """What a row is about, in a few words."""
    if table == "observations":
        return observation_name(row.name)
    if table == "studies":
        return kind_words(row.kind)
    if table == "treatments":
        return visible(row.procedure or ", ".join((row.agents or ())[:3]) or row.modality or "", 60)
    if table == "stagings":
        return f"{row.prefix or ''}{' '.join(part for part in (row.t, row.n, row.m) if part)}"
    if table == "tumours":
        return visible(row.site or "", 40)
    return visible(getattr(row, "lesion_id", None) or getattr(row, "organ", None) or "", 40)
