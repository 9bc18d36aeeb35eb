"""From a written document or an importer's rows to the rows of one patient, in their canonical form.

Child rows may be written under their parents; they are lifted out and inherit the parent's keys. Each
value is read as its column says. A row with an impossible value is rejected and listed; a value
written as unknown becomes unknown and is counted; a document that does not follow the structure is
refused whole, with everything that is wrong in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from typing import Any, Final

from paget.errors import BadInput
from paget.record.cells import UNKNOWN, Impossible, Reader, read_limits, reader
from paget.record.checks import row_problem
from paget.record.columns import Table
from paget.record.observations import known_name
from paget.record.problems import ImportReport, Problem
from paget.record.tables import TABLES

Row = dict[str, Any]
Rows = dict[str, list[Row]]

READERS: Final[dict[str, dict[str, Reader]]] = {
    name: {column.name: reader(column) for column in table.all_columns} for name, table in TABLES.items()
}
"""The reader of each column, by table and column."""


def _observation_name(value: Any, relative: bool) -> Any:
    text = _AS_WRITTEN(value, relative)
    return text if text is UNKNOWN else known_name(text)


_AS_WRITTEN: Final = READERS["observations"]["name"]
READERS["observations"]["name"] = _observation_name

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(child.name for child in TABLES.values() if name in child.parents) for name in TABLES
}
"""The tables whose rows may be written under a row of each table."""

_DAYS: Final = {name: table.days for name, table in TABLES.items()}
_REQUIRED: Final = {
    name: tuple(c.name for c in table.all_columns if c.required) for name, table in TABLES.items()
}
_SHOWN: Final = 20  # structure errors listed in one message; more do not help to mend the first


class _Structure:
    """Collects what is wrong with the structure of a document, to say all of it at once."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.shown: list[str] = []
        self.found = 0

    def say(self, place: str, what: str) -> None:
        """Something is wrong at a place."""
        self.found += 1
        if self.found <= _SHOWN:
            self.shown.append(f"{place}: {what}" if place else what)

    def no_such(self, place: str, kind: str, name: object, known: Iterable[str]) -> None:
        """A table or column does not exist; the nearest name is sought only for those that are shown."""
        near = difflib.get_close_matches(str(name), list(known), n=1) if self.found < _SHOWN else []
        shown = repr(str(name)[:40])  # escaped: a key may hold anything
        self.say(place, f"no {kind} {shown}" + (f" (did you mean {near[0]}?)" if near else ""))

    def raise_if_any(self) -> None:
        """Raise all that was said."""
        if self.found:
            raise self.error()

    def error(self) -> BadInput:
        """All that was said, as one error."""
        more = [f"and {self.found - _SHOWN} more"] if self.found > _SHOWN else []
        return BadInput(
            "the case does not follow the structure of a record",
            where=self.source or "the case",
            why="; ".join([*self.shown, *more]),
            mend="see the reference page of the record, or `paget schema`",
        )


def lift(document: object, source: str) -> Rows:
    """The rows of a written case by table, child rows lifted out of their parents, values as written.

    Args:
        document: a mapping with ``patient`` (one row) and lists of rows by table.
        source: the file, for messages.

    Raises:
        BadInput: the structure is wrong; all faults are listed.

    >>> tumour = {"tumour_id": "T1", "stagings": [{"m": "M0"}]}
    >>> lift({"patient": {"patient_id": "P1"}, "tumours": [tumour]}, "")["stagings"]
    [{'m': 'M0', 'tumour_id': 'T1'}]
    """
    wrong = _Structure(source)
    rows: Rows = {}
    if not isinstance(document, Mapping):
        wrong.say("", f"a case is a mapping with patient and tables, not {_kind_of(document)}")
        raise wrong.error()
    for name, value in document.items():
        if name == "patient":
            _lift_rows("patients", [value], "patient", {}, rows, wrong)
        elif name in TABLES:
            _lift_rows(name, value, name, {}, rows, wrong)
        else:
            wrong.no_such("", "table", name, ["patient", *TABLES])
    if "patient" not in document and "patients" not in document:
        wrong.say("", "it has no patient")
    wrong.raise_if_any()
    return rows


def _lift_rows(
    name: str, value: Any, place: str, keys: Mapping[str, Any], rows: Rows, wrong: _Structure
) -> None:
    if value is None:
        return
    if not isinstance(value, list | tuple):
        wrong.say(place, f"a list of rows belongs here, not {_kind_of(value)}")
        return
    columns = READERS[name]
    table = TABLES[name]
    for number, written in enumerate(value, 1):
        here = place if place == "patient" else f"{place}[{number}]"
        if not isinstance(written, Mapping):
            wrong.say(here, f"a row is a mapping of columns, not {_kind_of(written)}")
            continue
        row: Row = {}
        nested: list[tuple[str, Any]] = []
        for column, cell in written.items():
            if column in columns:
                row[column] = cell
            elif column in CHILDREN[name]:
                nested.append((column, cell))
            elif column == "value" and name == "observations":
                row[column] = cell
            else:
                wrong.no_such(here, "column", column, [*columns, *CHILDREN[name]])
        for key, inherited in keys.items():
            if key in columns:
                own = row.setdefault(key, inherited)
                if own is not inherited and str(own) != str(inherited):
                    wrong.say(here, f"its {key} is not that of the row it is written under")
        rows.setdefault(name, []).append(row)
        if nested:
            below = {**keys, table.key: row.get(table.key)} if table.key else keys
            for child, cell in nested:
                _lift_rows(child, cell, f"{here}.{child}", below, rows, wrong)


def read_rows(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    source: str,
    report: ImportReport,
) -> Rows:
    """The rows of one patient in canonical form; rows with an impossible value are left out and listed.

    Patient and row ids are filled in. References between rows are not looked at here.

    Raises:
        BadInput: a table or column that does not exist, no patient, or rows of two patients.
    """
    wrong = _Structure(source)
    for name in rows:
        if name not in TABLES:
            wrong.no_such("", "table", name, TABLES)
    wrong.raise_if_any()
    patient_id = _patient_id(rows, wrong)
    wrong.raise_if_any()
    relative, time_base = _time_base(rows)
    read: Rows = {}
    for name, table in TABLES.items():
        written = rows.get(name)
        if written:
            read[name] = _read_table(table, written, patient_id, relative, source, report, wrong)
    wrong.raise_if_any()
    people = read.setdefault("patients", [])
    if not people:
        # The row was impossible; the person remains, with nothing known.
        people.append(dict.fromkeys(READERS["patients"], None) | {"patient_id": patient_id})
    for person in people:
        person["time_base"] = time_base
    for name, table_rows in read.items():
        fill_row_ids(TABLES[name], table_rows)
    return read


def _read_table(
    table: Table,
    written: Iterable[Mapping[str, Any]],
    patient_id: str,
    relative: bool,
    source: str,
    report: ImportReport,
    wrong: _Structure,
) -> list[Row]:
    name = table.name
    readers = READERS[name]
    empty: Row = dict.fromkeys(readers, None)
    empty |= {column.name: () for column in table.lists}
    required = _REQUIRED[name]
    kept: list[Row] = []
    for number, given in enumerate(written, 1):
        row = empty.copy()
        row["patient_id"] = patient_id
        place = Place(report, table, number, given, patient_id, source)
        cells, possible = given, True
        if "value" in given and name == "observations":
            cells, possible = _spread_value(given, place)
        faulty: set[str] = set()
        for column, cell in cells.items():
            if cell is None:
                continue
            read = readers.get(column)
            if read is None:
                wrong.no_such(f"{name}[{number}]", "column", column, readers)
                continue
            try:
                value = read(cell, relative)
            except Impossible as error:
                place.rejected(error.what, error.mend, column)
                faulty.add(column)
                continue
            if value is UNKNOWN:
                place.unknown(column)
            else:
                row[column] = value
        for column in required:
            if row[column] is None and column not in faulty:
                place.rejected("a required value is blank", "write it", column)
                faulty.add(column)
        possible = possible and not faulty
        if possible and (fault := row_problem(name, row, relative)):
            place.rejected(*fault)
            possible = False
        if possible:
            kept.append(row)
    return kept


class Place:
    """Where a row stands, to report on it."""

    __slots__ = ("cells", "number", "patient_id", "report", "source", "table")

    def __init__(
        self,
        report: ImportReport,
        table: Table,
        number: int,
        cells: Mapping[str, Any],
        patient_id: str,
        source: str,
    ) -> None:
        self.report, self.table, self.number = report, table, number
        self.cells, self.patient_id, self.source = cells, patient_id, source

    def rejected(self, what: str, mend: str = "", column: str = "") -> None:
        """The row is not taken."""
        self._add("rejected", what, mend, column)

    def unknown(self, column: str) -> None:
        """A value was written as unknown."""
        self._add("unknown value", "a word or code for unknown, read as unknown", "", column)

    def note(self, what: str, mend: str = "", column: str = "") -> None:
        """Worth saying."""
        self._add("note", what, mend, column)

    def _add(self, kind: Any, what: str, mend: str, column: str) -> None:
        row = self.cells.get("row_id") or (self.table.key and self.cells.get(self.table.key))
        named = isinstance(row, str | int) and not isinstance(row, bool) and row
        self.report.problems.append(
            Problem(
                kind=kind,
                what=what,
                mend=mend,
                table=self.table.name,
                row=str(row) if named else f"#{self.number}",
                column=column,
                patient_id=self.patient_id,
                source=self.source,
            )
        )


def _spread_value(cells: Mapping[str, Any], place: Place) -> tuple[Row, bool]:
    """An observation's ``value`` as its low, high and unit."""
    rest = {column: cell for column, cell in cells.items() if column != "value"}
    value = cells["value"]
    if value is None:
        return rest, True
    if rest.get("low") is not None or rest.get("high") is not None:
        place.rejected("a value beside low and high", "write value, or low and high", "value")
        return rest, False
    try:
        plain = (
            READERS["observations"]["text"](value, False) if isinstance(value, str | int | float) else value
        )
        if plain is UNKNOWN:
            place.unknown("value")
            return rest, True
        low, high, unit = read_limits(value)
    except Impossible as error:
        mend = error.mend
        if isinstance(value, str) and not any(character.isdigit() for character in value):
            mend = "write a result in words under text"
        place.rejected(error.what, mend, "value")
        return rest, False
    if unit is not None:
        if rest.get("unit") not in (None, "", unit):
            place.rejected("a unit in the value and another one beside it", "write it once", "value")
            return rest, False
        rest["unit"] = unit
    rest["low"], rest["high"] = low, high
    return rest, True


def _patient_id(rows: Mapping[str, Iterable[Mapping[str, Any]]], wrong: _Structure) -> str:
    """The one patient of all rows."""
    read = READERS["patients"]["patient_id"]
    found: dict[str, None] = {}
    for name, table_rows in rows.items():
        for number, row in enumerate(table_rows, 1):
            cell = row.get("patient_id")
            if cell is None:
                continue
            try:
                value = read(cell, False)
            except Impossible as error:
                wrong.say(f"{name}[{number}].patient_id", error.what)
                continue
            if value is not UNKNOWN:
                found.setdefault(value)
    if not found and not wrong.found:
        wrong.say("patient", "it has no patient_id")
    if len(found) > 1:
        wrong.say("patient_id", f"rows of {len(found)} patients in one case: {', '.join(list(found)[:5])}")
    return next(iter(found), "")


def _time_base(rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> tuple[bool, str]:
    """Whether the patient's days are relative: said so in any row about the person, else calendar."""
    read = READERS["patients"]["time_base"]
    for row in rows.get("patients", ()):
        cell = row.get("time_base")
        if cell is None:
            continue
        try:
            if read(cell, False) == "relative":
                return True, "relative"
        except Impossible:
            continue  # reported where the row is read
    return False, "calendar"


def fill_row_ids(table: Table, rows: list[Row]) -> None:
    """Give each row without a row_id one of its own: its key, key#2 for the next, or table-1, table-2."""
    if all(row["row_id"] is not None for row in rows):
        return
    taken = {row["row_id"] for row in rows}
    counts: dict[str, int] = {}
    for row in rows:
        if row["row_id"] is not None:
            continue
        base = row[table.key] if table.key else table.name
        while True:
            counts[base] = number = counts.get(base, 0) + 1
            name = (
                base if table.key and number == 1 else f"{base}#{number}" if table.key else f"{base}-{number}"
            )
            if name not in taken:
                break
        taken.add(name)
        row["row_id"] = name


def _kind_of(value: object) -> str:
    words: list[tuple[type, str]] = [
        (bool, "a yes or no"),
        (str, "a text"),
        (int, "a number"),
        (float, "a number"),
    ]
    words += [(list, "a list"), (dict, "a mapping"), (type(None), "nothing")]
    return next((word for kind, word in words if isinstance(value, kind)), "something else")
