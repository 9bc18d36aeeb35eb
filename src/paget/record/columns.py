"""What a column is: its name, kind, unit, allowed values, meaning, and when its value becomes known.

A table is declared once from these. Validation, JSON Schema, the reference page, SQL types and the
empty frames are all read from the declaration; none of them is written a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

Kind = Literal["key", "text", "class", "day", "integer", "number", "truth", "texts"]
"""What a column holds.

``key``: an identifier; never blank where ``required``. ``text``: any text. ``class``: one of
``allowed``. ``day``: a date, month or year; held as its first and last possible day. ``truth``: yes or
no; blank is unknown. ``texts``: several texts, a list in the case and a child table in the record.
"""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the record.

    Attributes:
        name: its name in every engine and document.
        kind: what it holds.
        meaning: one sentence that a clinician understands.
        unit: the unit of a number.
        allowed: the values of a class, or of each text in a list when they are a closed set.
        minimum, maximum: values outside are impossible, and such a row is rejected.
        required: a row without it cannot be used.
        known_by: the day column by which the value is known, when that is later than its row.
    """

    name: str
    kind: Kind
    meaning: str
    unit: str = ""
    allowed: tuple[str, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    required: bool = False
    known_by: str | None = None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the record: what a row is, its columns, its key, and the table it hangs on.

    Attributes:
        name: plural, as in the record.
        meaning: what one row is.
        columns: the declared columns, without the ones that every table carries.
        key: the column that names a row's subject, when the table has one.
        day: the day column from which ``known_day`` is taken when that is blank.
        last_day: of something that lasts, the day column by which it was known at the latest.
        parents: all tables under which rows may be nested.
    """

    name: str
    meaning: str
    columns: tuple[Column, ...]
    key: str | None = None
    day: str | None = None
    last_day: str | None = None
    parents: tuple[str, ...] = ()

    def column(self, name: str) -> Column:
        """The column of that name.

        Raises:
            KeyError: there is none.
        """
        for column in self.all_columns:
            if column.name == name:
                return column
        raise KeyError(name)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """Declared columns and the ones that every table carries."""
        return (*self.columns, *EVERY_TABLE)

    @property
    def days(self) -> tuple[str, ...]:
        """Names of the day columns."""
        return tuple(c.name for c in self.all_columns if c.kind == "day")

    @property
    def lists(self) -> tuple[Column, ...]:
        """Columns that hold several values."""
        return tuple(c for c in self.columns if c.kind == "texts")


EVERY_TABLE: Final = (
    Column("row_id", "key", "Names the row, unique in its table; given by paget when left out."),
    Column("known_day", "day", "When the row became known; left out: its own day."),
    Column("replaces", "key", "The row_id of the version that this row replaces."),
    Column("retracted", "truth", "Yes: from its known day on, this row and what it replaces no longer hold."),
    Column("source", "text", "Where it was read: file, resource or row."),
)


def latest(day: str) -> str:
    """Name of the companion column that holds the last possible day of a partial date.

    >>> latest("found_day")
    'found_day_latest'
    """
    return f"{day}_latest"
