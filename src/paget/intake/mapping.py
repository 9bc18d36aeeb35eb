"""What a mapping file says: how a flat file is written, and which rows of the record its rows stand for.

The classes here are the whole language. :mod:`paget.intake.mapping_file` reads a YAML file into them and
names every mistake; :mod:`paget.intake.mapped` applies them to a file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

Format = Literal["table", "redcap", "cbioportal"]
FORMATS: Final[tuple[Format, ...]] = ("table", "redcap", "cbioportal")

Comparison = Literal["below", "above", "at_least", "at_most"]
COMPARISONS: Final[tuple[Comparison, ...]] = ("below", "above", "at_least", "at_most")

LENGTHS: Final = {"days": 1.0, "weeks": 7.0, "months": None, "years": 365.25}
"""Units of a length of time with their days; how long a month is, the mapping must say."""


@dataclass(frozen=True, slots=True)
class Test:
    """What a cell of the file must be like. A blank cell passes only ``given: false``.

    Attributes:
        column: the column of the file.
        among: the texts or numbers wanted; None: not asked.
        unlike: the texts or numbers not wanted.
        given: true: filled; false: blank.
        compared: comparisons with a number, or with the number in another column.
    """

    column: str
    among: tuple[str, ...] | None = None
    unlike: tuple[str, ...] | None = None
    given: bool | None = None
    compared: tuple[tuple[Comparison, float | str], ...] = ()


Condition = tuple[tuple[Test, ...], ...]
"""Any of several groups of tests, in each of which all must pass."""


@dataclass(frozen=True, slots=True)
class Words:
    """What the words of a file mean: a value map.

    Attributes:
        means: the word in lower case -> what is written into the record; None: understood as unknown.
        otherwise: for all other words; None: they are counted as not understood and left blank.
    """

    means: Mapping[str, str | None]
    otherwise: str | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """How a day is found.

    Attributes:
        constant: a day that is the same for all.
        name: another day, by its name.
        column: the column of the file that holds a date, or a length of time.
        unit: of a length of time; blank: the column holds dates (calendar) or days (relative).
        rounded: the step to which the length was rounded (0.1 months): the day is then an interval.
        after: the named day from which the length is counted; blank: the origin.
        age: the column that holds an age in completed years; the day is that of birth.
        on: the named day on which that was the age.
        of: the names of several days, of which the ``pick`` counts; blank ones are passed over.
        pick: which of them.
        take: of several rows that are merged into one, the earliest or latest; blank: they must agree.
        formats: how the dates are written, as strptime says it; blank: ISO 8601.
        when: the day is blank in rows that do not meet this.
    """

    constant: str | int | None = None
    name: str = ""
    column: str = ""
    unit: str = ""
    rounded: float = 0.0
    after: str = ""
    age: str = ""
    on: str = ""
    of: tuple[str, ...] = ()
    pick: Literal["latest", "earliest"] = "latest"
    take: Literal["", "latest", "earliest"] = ""
    formats: tuple[str, ...] = ()
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Cell:
    """How a value other than a day is found.

    Attributes:
        constant: a value that is the same for all.
        column: the column of the file that holds it.
        text: a text with the names of columns in braces.
        words: what the words of the column mean.
        split: what stands between several words in one cell; each gives a row (or an item of a list).
        unit: the unit in which the number is written.
        when: the value is blank in rows that do not meet this.
    """

    constant: str | float | bool | tuple[str, ...] | None = None
    column: str = ""
    text: str = ""
    words: Words | None = None
    split: str = ""
    unit: str = ""
    when: Condition = ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Rows of one table of the record, and what of the file they are made from.

    Attributes:
        table: the table of the record.
        source: the part of the file (REDCap instrument, cBioPortal file); blank: the only or first one.
        cells: what stands in each column.
        one_per: the columns of the record that make a row, with the patient; empty: one row a
            patient; None: one for each row of the file.
        when: only rows of the file that meet this.
        never: no rows for a patient any row of whom meets this.
        line: where it stands in the mapping file.
    """

    table: str
    source: str
    cells: Mapping[str, Cell | Day]
    one_per: tuple[str, ...] | None = None
    when: Condition = ()
    never: Condition = ()
    line: int = 1


@dataclass(frozen=True, slots=True)
class Check:
    """What cannot be true of a row, or of the rows of one patient; what meets it is kept and named.

    Attributes:
        what: the sentence of the report.
        when: a row that meets this is named.
        disagree: columns that must be the same in all rows of a patient where they are filled.
        kind: a contradiction, or a note: worth knowing, nothing wrong.
        source: the part of the file.
    """

    what: str
    when: Condition = ()
    disagree: tuple[str, ...] = ()
    kind: Literal["contradiction", "note"] = "contradiction"
    source: str = ""


@dataclass(frozen=True, slots=True)
class FlatMapping:
    """A whole mapping file.

    Attributes:
        title: what it maps.
        path: where it was read.
        format: what kind of file it is for.
        patient: the column that names the patient; blank: what the format has.
        time_base: "calendar" or "relative".
        origin: in words, the day 0 of relative days.
        origin_column: the column that holds the origin of each row; blank: day 0, or none.
        days_per_month: days in a month of the file; None: the file has no months.
        separator, encoding: of the file; a blank separator is found out.
        decimal: what stands before the decimals, "." or ",".
        formats: how dates are written; empty: ISO 8601.
        unknown: texts that mean unknown in any column, in lower case.
        days: the named days.
        rows: what is written into the record.
        checks: what is looked for and named.
    """

    title: str
    path: str
    format: Format
    patient: str
    time_base: Literal["calendar", "relative"]
    origin: str
    origin_column: str
    days_per_month: float | None
    separator: str
    encoding: str
    decimal: str
    formats: tuple[str, ...]
    unknown: frozenset[str]
    days: Mapping[str, Day]
    rows: tuple[Rows, ...]
    checks: tuple[Check, ...] = field(default=())

    @property
    def relative(self) -> bool:
        """Whether days are counted from an origin of the patient's own."""
        return self.time_base == "relative"

    def columns_used(self) -> Iterator[tuple[str, str]]:
        """Each (part of the file, column) that the mapping speaks of."""
        if self.patient:
            for source in {rows.source for rows in self.rows}:
                yield source, self.patient
        for rows in self.rows:
            named = [*columns_of(rows.when), *columns_of(rows.never)]
            for cell in rows.cells.values():
                named += self._columns_of_cell(cell)
            yield from ((rows.source, column) for column in named)
        for check in self.checks:
            yield from ((check.source, column) for column in (*columns_of(check.when), *check.disagree))

    def _columns_of_cell(self, cell: Cell | Day) -> list[str]:
        if isinstance(cell, Cell):
            named = [cell.column, *columns_in(cell.text), *columns_of(cell.when)]
        else:
            named = [cell.column, cell.age, *columns_of(cell.when)]
            if cell.column and not cell.after and (cell.unit or self.relative):
                named.append(self.origin_column)
            for name in (cell.name, cell.after, cell.on, *cell.of):
                if name:
                    named += self._columns_of_cell(self.days[name])
        return [name for name in named if name]


def columns_of(condition: Condition) -> list[str]:
    """The columns that a condition asks."""
    named: list[str] = []
    for group in condition:
        for test in group:
            named.append(test.column)
            named += [other for _, other in test.compared if isinstance(other, str)]
    return named


def columns_in(text: str) -> list[str]:
    """The columns named in the braces of a text.

    >>> columns_in("metastasectomy ({site})")
    ['site']
    """
    return [part.split("}")[0] for part in text.split("{")[1:]]
