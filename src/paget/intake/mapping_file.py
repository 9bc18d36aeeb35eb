"""Reads a mapping file (YAML) and names every mistake in it with its line and the nearest right word.

    mapping = load_mapping(Path("crc_msk_2017.yaml"))

The language is described in docs/mapping.md; its classes are in :mod:`paget.intake.mapping`.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

from paget.documents import Document, load_yaml
from paget.errors import NotFound
from paget.intake.flat import ENCODINGS
from paget.intake.mapping import FORMATS, Cell, Check, Day, FlatMapping, Rows
from paget.intake.mapping_cells import VALUE, CellReader
from paget.intake.mapping_shape import Place, near
from paget.record.columns import Table
from paget.record.tables import TABLES

_TOP: Final = (
    "title", "source", "format", "patient", "time_base", "origin", "days_per_month", "separator", "encoding",
    "decimal", "date_format", "unknown", "values", "days", "rows", "check",
)  # fmt: skip
_ROWS: Final = ("table", "from", "one_per", "when", "never", "columns")
_CHECK: Final = ("what", "when", "disagree", "kind", "from")


def load_mapping(path: Path) -> FlatMapping:
    """Read a mapping file.

    Args:
        path: the YAML file.

    Returns:
        What it says.

    Raises:
        NotFound: there is no such file.
        BadInput: it is not YAML, or does not follow the language; all mistakes are named.
    """
    if not path.is_file():
        raise NotFound("no such mapping file", where=str(path))
    return read_mapping(load_yaml(path.read_bytes(), path.name), path.name)


def read_mapping(document: Document, name: str) -> FlatMapping:
    """What a document says as a mapping file.

    Raises:
        BadInput: it does not follow the language; all mistakes are named.
    """
    return _FileReader(document, name).mapping()


class _FileReader(CellReader):
    """Reads the top of a mapping file, its rows and its checks."""

    def mapping(self) -> FlatMapping:
        """The whole file.

        Raises:
            BadInput: it has mistakes.
        """
        top = self.keys(self.document.value, (), _TOP, needed=("title", "rows"))
        self.relative = self.one_of(top, "time_base", (), ("calendar", "relative")) == "relative"
        per_month = self._days_per_month(top)
        self.value_maps(top.get("values"))
        self.named_days(top.get("days"))
        origin, origin_column = self._origin(top.get("origin"))
        found = FlatMapping(
            title=self.text(top, "title", ()),
            path=self.name,
            format=self.one_of(top, "format", (), FORMATS) or "table",
            patient=self.text(top, "patient", ()),
            time_base="relative" if self.relative else "calendar",
            origin=origin,
            origin_column=origin_column,
            days_per_month=per_month,
            separator=self.text(top, "separator", ()),
            encoding=self.one_of(top, "encoding", (), ENCODINGS) or "utf-8",
            decimal=self.one_of(top, "decimal", (), (".", ",")) or ".",
            formats=self.texts(top.get("date_format"), ("date_format",)),
            unknown=frozenset(word.lower() for word in self.texts(top.get("unknown"), ("unknown",))),
            days=self.days,
            rows=tuple(rows for rows in self.list_of(top.get("rows"), ("rows",), self._rows) if rows),
            checks=self.list_of(top.get("check"), ("check",), self._check),
        )
        if found.format == "table" and not found.patient:
            self.wrong((), "patient is missing: the column that names the patient")
        if not any(rows.table == "patients" for rows in found.rows):
            self.wrong(("rows",), "no rows for the table patients")
        self.refuse_mistakes()
        return found

    def _days_per_month(self, top: Mapping[str, Any]) -> float | None:
        per_month = self.number(top, "days_per_month", ())
        if per_month is not None and not 28 <= per_month <= 31:
            self.wrong(("days_per_month",), "a month has between 28 and 31 days: 30, 30.4 or 30.4375")
        self.months = per_month is not None
        return per_month

    def _origin(self, origin: object) -> tuple[str, str]:
        if not isinstance(origin, dict):
            return ("" if origin is None else str(origin)), ""
        item = self.keys(origin, ("origin",), ("column",), needed=("column",))
        column = self.text(item, "column", ("origin",))
        return f"the day in column {column}", column

    def _rows(self, value: object, path: Place) -> Rows | None:
        item = self.keys(value, path, _ROWS, needed=("table", "columns"))
        name = self.one_of(item, "table", path, tuple(TABLES))
        if name is None:
            return None
        table = TABLES[name]
        here = (*path, "columns")
        given = self.keys(item.get("columns"), here, _columns_of(table), what=f"column of {name}")
        cells: dict[str, Cell | Day] = {}
        for key, cell in given.items():
            column = VALUE if key == "value" else table.column(key)
            cells[key] = (
                self.day(cell, (*here, key))
                if column.kind == "day"
                else self.cell(cell, (*here, key), column)
            )
        for column in table.columns:
            if column.required and column.name not in (*cells, "patient_id", table.key):
                self.wrong(here, f"{name} needs the column {column.name}")
        lists = {column.name for column in table.lists}
        splits = [n for n, c in cells.items() if isinstance(c, Cell) and c.split and n not in lists]
        if len(splits) > 1:
            self.wrong(here, f"only one column may be split into rows, not {' and '.join(splits)}")
        return Rows(
            table=name,
            source=self.text(item, "from", path),
            cells=cells,
            one_per=self._one_per(item, path, tuple(cells), name),
            when=self.condition(item.get("when"), (*path, "when")),
            never=self.condition(item.get("never"), (*path, "never")),
            line=self.document.line(path),
        )

    def _one_per(
        self, item: Mapping[str, Any], path: Place, cells: tuple[str, ...], table: str
    ) -> tuple[str, ...] | None:
        here = (*path, "one_per")
        given = item.get("one_per", "patient" if table == "patients" else "row")
        if given == "row" and table == "patients":
            self.wrong(here, "a person is one row: one_per: patient")
        if given == "row":
            return None
        named = self.texts(given, here)
        for name in named:
            if name not in ("patient", *cells):
                hint = near(name, ("patient", "row", *cells))
                self.wrong(here, f"one_per takes row, patient, or columns of the item, not {name!r}{hint}")
        return tuple(name for name in named if name in cells)

    def _check(self, value: object, path: Place) -> Check:
        item = self.keys(value, path, _CHECK, needed=("what",))
        if ("when" in item) == ("disagree" in item):
            self.wrong(path, "write one of when and disagree")
        return Check(
            what=self.text(item, "what", path),
            when=self.condition(item.get("when"), (*path, "when")),
            disagree=self.texts(item.get("disagree"), (*path, "disagree")),
            kind=self.one_of(item, "kind", path, ("contradiction", "note")) or "contradiction",
            source=self.text(item, "from", path),
        )


def _columns_of(table: Table) -> tuple[str, ...]:
    names = [c.name for c in table.all_columns if c.name not in ("patient_id", "time_base")]
    return (*names, "value") if table.name == "observations" else tuple(names)
