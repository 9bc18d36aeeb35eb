"""The structure of a written case: child rows lifted out of their parents, and what does not belong there.

Child rows may be written under their parents; they inherit the parent's keys. A document that does not
follow the structure is refused whole, with everything that is wrong in it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from itertools import chain
from typing import Any, Final

from paget.errors import BadInput
from paget.record.tables import TABLES

Row = dict[str, Any]

Rows = dict[str, list[Row]]

CHILDREN: Final[dict[str, tuple[str, ...]]] = {
    name: tuple(child.name for child in TABLES.values() if name in child.parents) for name in TABLES
}
"""The tables whose rows may be written under a row of each table."""

_COLUMNS: Final = {
    name: frozenset([c.name for c in table.all_columns] + (["value"] if name == "observations" else []))
    for name, table in TABLES.items()
}
_SHOWN: Final = 20  # structure errors listed in one message; more do not help to mend the first


class Structure:
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
        if self.found >= _SHOWN:
            self.found += 1
            return
        near = difflib.get_close_matches(str(name), list(known), n=1)
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
    wrong = Structure(source)
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
    name: str, value: Any, place: str, keys: Mapping[str, Any], rows: Rows, wrong: Structure
) -> None:
    if value is None:
        return
    if not isinstance(value, list | tuple):
        wrong.say(place, f"a list of rows belongs here, not {_kind_of(value)}")
        return
    table, columns = TABLES[name], _COLUMNS[name]
    for number, written in enumerate(value, 1):
        here = place if place == "patient" else f"{place}[{number}]"
        if not isinstance(written, Mapping):
            wrong.say(here, f"a row is a mapping of columns, not {_kind_of(written)}")
            continue
        nested: list[tuple[str, Any]] = []
        row: Row = written if isinstance(written, dict) else dict(written)
        if not (keys.keys().isdisjoint(columns) and columns.issuperset(written)):
            row = _plain_row(name, written, here, nested, wrong)
            _inherit(row, keys, columns, here, wrong)
        rows.setdefault(name, []).append(row)
        if nested:
            below = {**keys, table.key: row.get(table.key)} if table.key else keys
            for child, cell in nested:
                _lift_rows(child, cell, f"{here}.{child}", below, rows, wrong)


def _plain_row(
    name: str, written: Mapping[str, Any], here: str, nested: list[tuple[str, Any]], wrong: Structure
) -> Row:
    """The cells of a row, its child rows put aside."""
    row: Row = {}
    for column, cell in written.items():
        if column in _COLUMNS[name]:
            row[column] = cell
        elif column in CHILDREN[name]:
            nested.append((column, cell))
        else:
            wrong.no_such(here, "column", column, chain(_COLUMNS[name], CHILDREN[name]))
    return row


def _inherit(row: Row, keys: Mapping[str, Any], columns: frozenset[str], here: str, wrong: Structure) -> None:
    for key, inherited in keys.items():
        if key in columns:
            own = row.setdefault(key, inherited)
            if own is not inherited and str(own) != str(inherited):
                wrong.say(here, f"its {key} is not that of the row it is written under")


def _kind_of(value: object) -> str:
    words: list[tuple[type, str]] = [
        (bool, "a yes or no"),
        (str, "a text"),
        (int, "a number"),
        (float, "a number"),
    ]
    words += [(list, "a list"), (dict, "a mapping"), (type(None), "nothing")]
    return next((word for kind, word in words if isinstance(value, kind)), "something else")
