"""From an importer's flat rows to the rows of one patient, in their canonical form.

Each value is read as its column says. A row with an impossible value is rejected and listed; a value
written as unknown becomes unknown and is counted.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from paget.record.cells import Reader, reader
from paget.record.checks import row_problem
from paget.record.columns import Table
from paget.record.observations import known_name
from paget.record.problems import ImportReport, Problem
from paget.record.results import BESIDE, TWO_UNITS, read_value
from paget.record.row_ids import fill_row_ids
from paget.record.structure import Row, Rows, Structure
from paget.record.tables import TABLES
from paget.record.unknown import UNKNOWN, Impossible

READERS: Final[dict[str, dict[str, Reader]]] = {
    name: {column.name: reader(column) for column in table.all_columns} for name, table in TABLES.items()
}
"""The reader of each column, by table and column."""


def _observation_name(value: Any, relative: bool) -> Any:
    text = _AS_WRITTEN(value, relative)
    return text if text is UNKNOWN else known_name(text)


_AS_WRITTEN: Final = READERS["observations"]["name"]

READERS["observations"]["name"] = _observation_name

_REQUIRED: Final = {
    name: tuple(c.name for c in table.all_columns if c.required) for name, table in TABLES.items()
}


def read_rows(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    *,
    source: str,
    report: ImportReport,
    consume: bool = False,
) -> Rows:
    """The rows of one patient in canonical form; rows with an impossible value are left out and listed.

    Patient and row ids are filled in. References between rows are not looked at here.

    Args:
        rows: rows by table, as written.
        source: the file, for messages.
        report: gets the problems.
        consume: take the rows out of their lists as they are read, so that a large document is not
            held twice.

    Raises:
        BadInput: a table or column that does not exist, no patient, or rows of two patients.
    """
    wrong = Structure(source)
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
            each = _given_away(written) if consume and isinstance(written, list) else written
            read[name] = _read_table(table, each, patient_id, relative, source, report, wrong)
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


def _given_away(rows: list[Any]) -> Iterator[Mapping[str, Any]]:
    for place, row in enumerate(rows):
        rows[place] = None
        yield row


def _read_table(
    table: Table,
    written: Iterable[Mapping[str, Any]],
    patient_id: str,
    relative: bool,
    source: str,
    report: ImportReport,
    wrong: Structure,
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
        place.rejected(*BESIDE, "value")
        return rest, False
    try:
        found = read_value(value)
    except Impossible as error:
        place.rejected(error.what, error.mend, "value")
        return rest, False
    if found is None:
        place.unknown("value")
        return rest, True
    low, high, unit = found
    if unit is not None:
        if rest.get("unit") not in (None, "", unit):
            place.rejected(*TWO_UNITS, "value")
            return rest, False
        rest["unit"] = unit
    rest["low"], rest["high"] = low, high
    return rest, True


def _patient_id(rows: Mapping[str, Iterable[Mapping[str, Any]]], wrong: Structure) -> str:
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
