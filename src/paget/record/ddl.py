"""The SQL statements that make the record's tables, read from their declaration; for any SQL database.

for statement in create_tables():
    connection.execute(statement)
"""

from __future__ import annotations

from typing import Any, Final

import polars as pl

from paget.record.frames import SCHEMAS

SQL_TYPES: Final[dict[Any, str]] = {
    pl.String(): "VARCHAR",
    pl.Int32(): "INTEGER",
    pl.Float64(): "DOUBLE",
    pl.Boolean(): "BOOLEAN",
}
"""The SQL type of each physical type of a column."""


def quoted(name: str) -> str:
    """A name as SQL writes it.

    >>> quoted('a"b')
    '"a""b"'
    """
    return '"' + name.replace('"', '""') + '"'


def create_table(name: str) -> str:
    """The statement that makes a table; days are integers since 1970-01-01.

    >>> create_table("studies_covers")
    'CREATE TABLE "studies_covers" ("row_id" VARCHAR, "patient_id" VARCHAR, "value" VARCHAR)'
    """
    columns = ", ".join(f"{quoted(column)} {SQL_TYPES[kind]}" for column, kind in SCHEMAS[name].items())
    return f"CREATE TABLE {quoted(name)} ({columns})"


def create_tables() -> list[str]:
    """The statements for all tables, child tables included.

    >>> len(create_tables()) == len(SCHEMAS)
    True
    """
    return [create_table(name) for name in SCHEMAS]
