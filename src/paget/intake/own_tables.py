"""paget's own table layout: a folder of CSV or Parquet files, or a DuckDB file; a table is named by its file.

A column of days holds ISO texts, or day numbers: whole numbers are days since 1970-01-01 when a
``*_latest`` column stands beside them, or when one of them is no year and no ISO date stands in the
column; else years. In a relative record they are days from the origin. Several values of a cell are
separated by ";", or stand in a child table.
"""

from __future__ import annotations

import csv
import difflib
import io
from pathlib import Path
from typing import Final

import polars as pl

from paget.documents import BOM_NOTE, MAX_SIZE, read_bytes, shown
from paget.errors import BadInput
from paget.record.folder import unescaped
from paget.record.frames import SCHEMAS
from paget.record.problems import ImportReport, Problem
from paget.record.record import Record

SUFFIXES: Final = (".csv", ".csv.gz", ".tsv", ".parquet")
_SEPARATORS: Final = ",;\t"
_BOM: Final = b"\xef\xbb\xbf"
_LONGEST_CELL: Final = 16 * 2**20  # bytes; a longer cell is an unclosed quotation mark
_LISTED: Final = 1000  # broken rows that are listed one by one


def table_files(folder: Path) -> dict[str, Path]:
    """The files of a folder that hold tables of the record, by table.

    Raises:
        BadInput: two files hold the same table.
    """
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        name = _table_name(path)
        if name not in SCHEMAS or not path.is_file():
            continue
        if name in found:
            raise BadInput(
                f"two files hold the table {name}",
                where=f"{shown(found[name].name)}, {shown(path.name)}",
                mend="leave one of them out",
            )
        found[name] = path
    return found


def read_table_folder(folder: Path, report: ImportReport, max_size: int = MAX_SIZE) -> Record:
    """A record from a folder with a file a table.

    Args:
        folder: holds <table>.csv, .csv.gz, .tsv or .parquet.
        report: gets what was read and left out.
        max_size: the most bytes that a compressed file may unpack to.

    Raises:
        BadInput: a file is broken, or names a table or column that does not exist.
    """
    files = table_files(folder)
    kinds = sorted({_suffix(path)[1:] for path in files.values()})
    report.format = f"folder of tables ({', '.join(kinds)})"
    for path in sorted(folder.iterdir()):
        if path in files.values():
            continue
        if _suffix(path) in SUFFIXES:
            near = difflib.get_close_matches(_table_name(path), list(SCHEMAS), n=1)
            raise BadInput(
                "a file that is named as no table",
                where=shown(path.name),
                mend=f"did you mean {near[0]}?"
                if near
                else "move it elsewhere; tables: " + ", ".join(SCHEMAS),
            )
        report.ignored["file that is no table"] += 1
    frames: dict[str, pl.DataFrame] = {}
    for name, path in files.items():
        is_parquet = _suffix(path) == ".parquet"
        frames[name] = _read_parquet(path) if is_parquet else _read_csv(path, report, max_size)
    return Record.from_tables(frames, report)


def read_database(path: Path, report: ImportReport) -> Record:
    """A record from a DuckDB file whose tables have the names of the record's; it stays on DuckDB.

    Raises:
        BadInput: it cannot be opened, or has none of the tables.
    """
    from paget.record.on_duckdb import open_database  # only where DuckDB is used

    report.format = "DuckDB file"
    relations, others = open_database(path)
    if others:
        report.ignored["table that the record does not have"] += others
    return Record.from_tables(relations, report)


def _suffix(path: Path) -> str:
    name = path.name.lower()
    return next((suffix for suffix in SUFFIXES if name.endswith(suffix)), path.suffix.lower())


def _table_name(path: Path) -> str:
    return path.name[: len(path.name) - len(_suffix(path))].lower() if _suffix(path) else path.name.lower()


def _read_parquet(path: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(path)
    except (pl.exceptions.PolarsError, OSError):
        raise BadInput(
            "not a Parquet file, or a damaged one", where=shown(path.name), mend="write it again"
        ) from None


def _read_csv(path: Path, report: ImportReport, max_size: int) -> pl.DataFrame:
    import pyarrow as pa  # heavy, and not needed for other ways in
    from pyarrow import csv as arrow_csv

    where = shown(path.name)
    data = read_bytes(path, max_size=max_size) if path.name.lower().endswith(".gz") else path.read_bytes()
    if data.startswith(_BOM):
        data = data[len(_BOM) :]
        report.problems.append(Problem("note", BOM_NOTE, source=where))
    if b"\0" in data:
        raise BadInput("a NUL character", where=where, mend="export it again as text, in UTF-8")
    if data.count(b'"') % 2:
        raise BadInput(
            "a quotation mark that is never closed",
            where=where,
            mend='write a quotation mark within a cell twice ("")',
        )
    names, separator = _header(data, where)
    broken: list[int] = []

    def set_aside(row: arrow_csv.InvalidRow) -> str:
        broken.append(row.number)
        return "skip"

    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(data),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, skip_rows_after_names=1, block_size=_LONGEST_CELL
            ),
            parse_options=arrow_csv.ParseOptions(
                delimiter=separator, newlines_in_values=True, invalid_row_handler=set_aside
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()),
                null_values=[""],
                strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        raise _refusal(data, where) from None
    name = _table_name(path)
    for number in broken[:_LISTED]:
        what = f"the row does not have {len(names)} cells as the header has"
        mend = "a cell that holds the separator needs quotation marks"
        report.problems.append(
            Problem("rejected", what, mend, table=name, row=f"#{number - 1}", source=where)
        )
    if len(broken) > _LISTED:
        what, rest = "rows with another number of cells than the header", len(broken) - _LISTED
        report.problems.append(Problem("rejected", what, table=name, source=where, rows=rest))
    return pl.DataFrame(table).with_columns(unescaped(pl.all()))


def _header(data: bytes, where: str) -> tuple[list[str], str]:
    try:
        line = data[:1_000_000].split(b"\n", 1)[0].decode()
    except UnicodeDecodeError:
        raise _refusal(data, where) from None
    try:  # newline="" lets a row end with a carriage return alone, as on old systems
        rows = {
            mark: next(csv.reader(io.StringIO(line, newline=""), delimiter=mark), []) for mark in _SEPARATORS
        }
    except csv.Error:
        raise _refusal(data, where) from None
    separator = max(rows, key=lambda mark: len(rows[mark]))
    names = [name.strip() for name in rows[separator]]
    if not any(names):
        raise BadInput("the file is empty", where=where, mend="write a row with the names of the columns")
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise BadInput(
            "a column that stands in the header twice",
            where=f"{where}, {twice[0][:40]!r}",
            mend="leave one out",
        )
    return names, separator


def _refusal(data: bytes, where: str) -> BadInput:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        return BadInput("not valid UTF-8", where=f"{where}, byte {error.start + 1}", mend="save it as UTF-8")
    return BadInput("a CSV file that cannot be read", where=where, mend="look for an unclosed quotation mark")
