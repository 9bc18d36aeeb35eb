"""Rows that refer to others of the patient: to a tumour, lesion, site or treatment, and to an older version.

A row that refers to nothing is rejected, and so are rows that share a row_id or replace each other in
a circle. :mod:`paget.record.links` does the same for the tables of a registry.
"""

from __future__ import annotations

import math
from typing import Any, Final

from paget.record.cells import day_bounds
from paget.record.checks import OLDEST_DAYS, OLDEST_YEARS
from paget.record.problems import ImportReport, Problem
from paget.record.tables import TABLES

KEYS: Final[dict[str, str]] = {t.key: t.name for t in TABLES.values() if t.key and t.key != "patient_id"}
"""The table that each key column names a row of."""

REFERENCES: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(c.name for c in table.columns if c.name in KEYS and c.name != table.key)
    for name, table in TABLES.items()
}
"""The columns of each table that refer to another one."""

SAME_TWICE: Final = ("the same row twice", "leave one out")
SHARED_ID: Final = (
    "two rows have the same row_id",
    "give each its own; a newer version names the older in replaces",
)
NOTHING: Final = ("it refers to a row that is not in the record", "add that row, or correct the name")
REJECTED: Final = ("it refers to a row that was rejected", "mend that row")
NO_VERSION: Final = ("it replaces a row that is not in the table", "write the row_id of the older version")
CIRCLE: Final = (
    "it replaces itself, by way of other rows",
    "let the newest version replace the one before it",
)
OLD_REJECTED: Final = ("the version that it replaces was rejected; it stands alone", "")
AFTER_DEATH: Final = ("a treatment that begins after the death", "correct one of the two dates")
TOO_OLD: Final = (f"an age above {OLDEST_YEARS} years when the record begins", "correct the birth day")

Row = dict[str, Any]


def check_references(
    rows: dict[str, list[Row]],
    *,
    report: ImportReport,
    source: str,
    refused: dict[str, set[str]],
) -> dict[str, list[Row]]:
    """The rows of one patient without those that cannot stand; each of these is listed.

    Args:
        rows: canonical rows by table, as :func:`paget.record.rows.read_rows` gives them.
        report: gets the problems.
        source: the file, for the problems.
        refused: names of the patient's rows that were rejected before, by table.
    """
    relative = rows["patients"][0]["time_base"] == "relative"
    kept: dict[str, list[Row]] = {}
    keys: dict[str, set[str]] = {}
    for name, table in TABLES.items():
        found = rows.get(name, [])
        if not found:
            continue
        judge = _Judge(name, report, source, refused.setdefault(name, set()))
        found = _one_row_an_id(found, judge)
        for column in REFERENCES[name]:
            known, lost = keys.get(column, set()), refused.get(KEYS[column], set())
            found = [row for row in found if judge.refers(row, column, known, lost)]
        if name == "treatments":
            found = _before_death(found, kept["patients"], relative, judge)
        found = _versions(found, judge)
        if table.key and name != "patients":
            keys[table.key] = {row[table.key] for row in found}
        kept[name] = found
    kept["patients"] = _possible_ages(kept, rows["patients"], relative, report, source)
    return {name: found for name, found in kept.items() if found}


class _Judge:
    """Lists the rows of a table that cannot stand."""

    def __init__(self, table: str, report: ImportReport, source: str, refused: set[str]) -> None:
        self.table, self.report, self.source, self.refused = table, report, source, refused
        self.key = TABLES[table].key

    def reject(self, row: Row, fault: tuple[str, str], column: str) -> bool:
        self.refused.add(row["row_id"])
        if self.key and row[self.key]:
            self.refused.add(row[self.key])
        self._say("rejected", row, fault, column)
        return False

    def note(self, row: Row, fault: tuple[str, str], column: str) -> None:
        self._say("note", row, fault, column)

    def _say(self, kind: Any, row: Row, fault: tuple[str, str], column: str) -> None:
        self.report.problems.append(
            Problem(
                kind, fault[0], fault[1], table=self.table, row=row["row_id"], column=column,
                patient_id=row["patient_id"], source=self.source,
            )
        )  # fmt: skip

    def refers(self, row: Row, column: str, known: set[str], lost: set[str]) -> bool:
        key = row[column]
        if key is None or key in known:
            return True
        return self.reject(row, REJECTED if key in lost else NOTHING, column)


def _one_row_an_id(rows: list[Row], judge: _Judge) -> list[Row]:
    by_id: dict[str, list[Row]] = {}
    for row in rows:
        by_id.setdefault(row["row_id"], []).append(row)
    if len(by_id) == len(rows):
        return rows
    kept = []
    for same in by_id.values():
        if all(row == same[0] for row in same[1:]):
            kept.append(same[0])
            for row in same[1:]:
                judge._say("rejected", row, SAME_TWICE, "row_id")
        else:
            for row in same:
                judge.reject(row, SHARED_ID, "row_id")
    return kept


def _versions(rows: list[Row], judge: _Judge) -> list[Row]:
    """Reject versions of nothing and circles of versions."""
    if all(row["replaces"] is None for row in rows):
        return rows
    by_id = {row["row_id"]: row for row in rows}
    lost: set[str] = set()
    for row in rows:
        older = row["replaces"]
        if older is None or older in by_id:
            continue
        if older in judge.refused:
            judge.note(row, OLD_REJECTED, "replaces")
            row["replaces"] = None
        else:
            lost.add(row["row_id"])
    circling = _circling(by_id)
    for row in rows:
        if row["row_id"] in circling:
            judge.reject(row, CIRCLE, "replaces")
        elif row["row_id"] in lost:
            judge.reject(row, NO_VERSION, "replaces")
    gone = lost | circling
    kept = [row for row in rows if row["row_id"] not in gone]
    for row in kept:
        if row["replaces"] in gone:
            judge.note(row, OLD_REJECTED, "replaces")
            row["replaces"] = None
    return kept


def _circling(by_id: dict[str, Row]) -> set[str]:
    """The rows that come back to themselves when ``replaces`` is followed; each row is visited once."""
    done: set[str] = set()
    circling: set[str] = set()
    for start in by_id:
        path: dict[str, None] = {}
        here: str | None = start
        while here is not None and here in by_id and here not in done and here not in path:
            path[here] = None
            here = by_id[here]["replaces"]
        if here is not None and here in path:
            way = list(path)
            circling.update(way[way.index(here) :])
        done.update(path)
    return circling


def _before_death(rows: list[Row], people: list[Row], relative: bool, judge: _Judge) -> list[Row]:
    """Reject a treatment that begins after a death which was on record before the treatment was.

    A death that became known later contradicts the treatment and rejects nothing: what is learnt after
    a decision must not change what was in the record before it.
    """
    deaths = _deaths(people, relative)
    if not deaths:
        return rows
    kept = []
    for row in rows:
        start = row["start_day"]
        if start is not None:
            first = day_bounds(start, relative)[0]
            known = day_bounds(row["known_day"], relative)[0] if row["known_day"] is not None else first
            if any(last < first and told <= known < withdrawn for last, told, withdrawn in deaths):
                judge.reject(row, AFTER_DEATH, "start_day")
                continue
        kept.append(row)
    return kept


def _deaths(people: list[Row], relative: bool) -> list[tuple[float, float, float]]:
    """Of each statement of a death: its last possible day, when it was known, when it was replaced."""

    def known(person: Row, side: int) -> float:
        return -math.inf if person["known_day"] is None else day_bounds(person["known_day"], relative)[side]

    withdrawn: dict[str, float] = {}
    for person in people:
        if person["replaces"] is not None:
            withdrawn[person["replaces"]] = min(known(person, 0), withdrawn.get(person["replaces"], math.inf))
    deaths: list[tuple[float, float, float]] = []
    for person in people:
        if person["death_day"] is not None and not person["retracted"]:
            last = day_bounds(person["death_day"], relative)[1]
            deaths.append((last, max(last, known(person, 1)), withdrawn.get(person["row_id"], math.inf)))
    return deaths


def _possible_ages(
    kept: dict[str, list[Row]],
    people: list[Row],
    relative: bool,
    report: ImportReport,
    source: str,
) -> list[Row]:
    """Blank the person's row where the record begins more than 120 years after the birth.

    The beginning is the first day on which anything became known, so that no later row changes it.
    """
    found = list(kept["patients"])
    judge = _Judge("patients", report, source, set())
    if any(person["birth_day"] is not None for person in found):
        begins = _begins(kept, relative)
        for person in list(found):
            if begins is None or person["birth_day"] is None:
                continue
            if begins - day_bounds(person["birth_day"], relative)[1] > OLDEST_DAYS:
                judge.reject(person, TOO_OLD, "birth_day")
                found.remove(person)
    if not found:
        found = [bare_person(people[0]["patient_id"], people[0]["time_base"])]
    return _versions(found, judge)


def bare_person(patient_id: str, time_base: str) -> Row:
    """A row about a person of whom nothing is known."""
    blank = dict.fromkeys((column.name for column in TABLES["patients"].all_columns), None)
    return blank | {"patient_id": patient_id, "row_id": patient_id, "time_base": time_base}


def _begins(kept: dict[str, list[Row]], relative: bool) -> int | None:
    days = []
    for name, rows in kept.items():
        own = TABLES[name].day
        if name == "patients":
            continue
        for row in rows:
            day = row["known_day"] if row["known_day"] is not None else row[own] if own else None
            if day is not None:
                days.append(day_bounds(day, relative)[0])
    return min(days, default=None)
