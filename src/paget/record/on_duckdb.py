"""A record on DuckDB: relations checked slice by slice, so that memory stays bounded; and a database file.

Tables that are as paget writes them stay where they are and are read lazily. When a value was read
differently from how it is stored, or a row was rejected, the checked rows are copied to a database of
their own.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import weakref
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

import duckdb
import narwhals as nw
import polars as pl

from paget.documents import shown
from paget.errors import BadInput
from paget.record.columns import latest
from paget.record.ddl import SQL_TYPES, create_table, quoted
from paget.record.frames import SCHEMAS
from paget.record.problems import ImportReport
from paget.record.registry import check_structure, read_tables
from paget.record.tables import TABLES

ROWS_AT_ONCE: Final = 3_000_000  # rows of all tables that are checked together: about 1 GB
_LOCKED: Final = {
    "enable_external_access": "false",  # a view in the file must not read other files or addresses
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
}

Relations = dict[str, duckdb.DuckDBPyRelation]


def is_duckdb(frame: Any) -> bool:
    """Whether a frame is a DuckDB relation, bare or wrapped by narwhals."""
    return isinstance(nw.to_native(frame, pass_through=True), duckdb.DuckDBPyRelation)


def open_database(path: Path) -> tuple[Relations, int]:
    """The record's tables in a database file, opened read-only, and how many others it has.

    Raises:
        BadInput: it is damaged, of a version that this DuckDB cannot read, or has none of the tables.
    """
    try:
        connection = duckdb.connect(str(path), read_only=True, config=dict(_LOCKED))
    except duckdb.Error:
        raise _cannot_open(path) from None
    try:
        names = connection.execute(
            "SELECT table_name FROM information_schema.tables WHERE table_schema = 'main' ORDER BY 1"
        ).fetchall()
        found = [name for (name,) in names if name in SCHEMAS]
        if found:
            return {name: connection.table(quoted(name)) for name in found}, len(names) - len(found)
    except duckdb.Error:
        connection.close()
        raise _cannot_open(path) from None
    connection.close()
    raise BadInput(
        "none of its tables is one of the record's", where=shown(path.name), mend="name them patients, ..."
    )


def _cannot_open(path: Path) -> BadInput:
    return BadInput(
        "a DuckDB file that cannot be opened",
        where=shown(path.name),
        why="it is damaged, in use, of another version, or reads other files",
        mend="write it again with this version",
    )


def read_relations(written: Mapping[str, Any], report: ImportReport) -> tuple[Relations, Any]:
    """The tables of a record from DuckDB relations, and what must be kept alive with them.

    Args:
        written: relations by table name, all of one connection.
        report: gets the problems and the counts of rows.

    Raises:
        BadInput: a table or column that does not exist; all are listed.
    """
    relations: Relations = {name: nw.to_native(frame, pass_through=True) for name, frame in written.items()}
    check_structure({name: relation.columns for name, relation in relations.items()}, report.source)
    if not relations:
        raise BadInput("there are no tables", where=report.source, mend="give at least patients")
    whole = {name: _completed(name, relations) for name in SCHEMAS}
    copy: duckdb.DuckDBPyConnection | None = None
    folder: _Folder | None = None
    held: list[dict[str, pl.DataFrame]] = []
    for part in _slices(relations):
        tables = read_tables(part, report)
        if copy is None and all(_same(tables[name], part.get(name), whole[name]) for name in SCHEMAS):
            held.append({})
            continue
        if copy is None:
            folder = _Folder()
            copy = duckdb.connect(config={"temp_directory": folder.path})
            for name in SCHEMAS:
                copy.execute(create_table(name))
            for number, before in enumerate(_slices(relations)):  # those that were the same
                if number >= len(held):
                    break
                _insert(copy, read_tables(before, ImportReport()))
        _insert(copy, tables)
    if copy is None:
        return whole, None
    return {name: copy.table(quoted(name)) for name in SCHEMAS}, folder


class _Folder:
    """A folder for what does not fit into memory, gone with the last who holds it."""

    def __init__(self) -> None:
        self.path = tempfile.mkdtemp(prefix="paget-")
        weakref.finalize(self, shutil.rmtree, self.path, ignore_errors=True)


def write_database(tables: Mapping[str, Any], path: Path) -> None:
    """Write tables into a new database file; nothing is left when it fails.

    Raises:
        BadInput: the file is there already.
    """
    if path.exists():
        raise BadInput("the file is there already", where=shown(path.name), mend="name another, or delete it")
    unfinished = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with duckdb.connect(str(unfinished)) as database:
            for name in SCHEMAS:
                database.execute(create_table(name))
                frame = nw.to_native(tables[name])
                if isinstance(frame, duckdb.DuckDBPyRelation):
                    batches = frame.to_arrow_reader(100_000)
                else:
                    batches = frame.sort("patient_id", "row_id").to_arrow()
                database.register("rows to write", batches)
                columns = ", ".join(quoted(column) for column in SCHEMAS[name])
                database.execute(f'INSERT INTO {quoted(name)} SELECT {columns} FROM "rows to write"')  # noqa: S608
                database.unregister("rows to write")
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def _completed(name: str, relations: Relations) -> duckdb.DuckDBPyRelation:
    """A table with every column, those that are not stored blank; an empty one when it is not stored."""
    relation = relations.get(name)
    if relation is None:
        nothing = next(iter(relations.values())).filter("false")
        return nothing.project(", ".join(f"CAST(NULL AS {SQL_TYPES[kind]}) AS {quoted(column)}"
                                         for column, kind in SCHEMAS[name].items()))  # fmt: skip
    columns = []
    for column, kind in SCHEMAS[name].items():
        day = column.removesuffix("_latest")
        if column in relation.columns:
            columns.append(quoted(column))
        elif column == latest(day) and day in relation.columns:
            columns.append(f"{quoted(day)} AS {quoted(column)}")
        else:
            columns.append(f"CAST(NULL AS {SQL_TYPES[kind]}) AS {quoted(column)}")
    return relation.project(", ".join(columns))


def _slices(relations: Relations) -> Iterator[dict[str, pl.DataFrame]]:
    """All rows of some patients at a time."""
    rows = sum(relation.shape[0] for relation in relations.values())
    slices = 1 if _has_texts_for_days(relations) else max(1, -(-rows // ROWS_AT_ONCE))
    for number in range(slices):
        mine = f"hash(coalesce(CAST(patient_id AS VARCHAR), '')) % {slices} = {number}"
        yield {
            name: (relation.filter(mine) if slices > 1 else relation).pl()
            for name, relation in relations.items()
        }


def _has_texts_for_days(relations: Relations) -> bool:
    """Whether a day is stored as text: what its numbers mean is decided by the whole column."""
    return any(
        str(dict(zip(relation.columns, relation.types, strict=True)).get(day)) == "VARCHAR"
        for name, relation in relations.items()
        if name in TABLES
        for day in TABLES[name].days
    )


def _same(checked: pl.DataFrame, stored: pl.DataFrame | None, whole: duckdb.DuckDBPyRelation) -> bool:
    """Whether the checked rows are the stored ones."""
    types = [str(kind) for kind in whole.types]
    if types != [SQL_TYPES[kind] for kind in checked.schema.values()]:
        return False
    if stored is None:
        return checked.is_empty()
    columns = [column for column in checked.columns if column in stored.columns]
    rest = [column for column in checked.columns if column not in stored.columns]
    derived = [column for column in rest if column.removesuffix("_latest") in columns]
    blank = all(checked[column].null_count() == checked.height for column in rest if column not in derived)
    exact = all(
        checked[column].equals(checked[column.removesuffix("_latest")], check_names=False)
        for column in derived
    )
    if not (blank and exact and checked.height == stored.height):
        return False
    mine, theirs = checked.select(columns), stored.select(columns)
    return mine.equals(theirs) or mine.sort(columns).equals(theirs.sort(columns))


def _insert(database: duckdb.DuckDBPyConnection, tables: Mapping[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        database.register("rows to write", frame.to_arrow())
        database.execute(f'INSERT INTO {quoted(name)} SELECT * FROM "rows to write"')  # noqa: S608
        database.unregister("rows to write")
