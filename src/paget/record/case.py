"""A case: one patient as a strict, validated document, written by hand or lifted from a record.

A case holds one row about the person and a list of rows for each table. It is strict: nothing unknown
is accepted in it, no value outside what its column may hold, no reference to a row that is not there.
:func:`read_case` is the forgiving way in: it leaves out what is impossible and lists it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Any, Final, Self

from pydantic import BaseModel, ConfigDict, Field, create_model, model_validator

from paget.record.columns import Column, Table
from paget.record.problems import ImportReport
from paget.record.references import check_references
from paget.record.rows import read_rows
from paget.record.structure import Rows, lift
from paget.record.tables import TABLES

_TYPES: Final[dict[str, Any]] = {
    "key": str,
    "text": str,
    "class": str,
    "day": str | int,
    "integer": int,
    "number": float,
    "truth": bool,
}
_DIGITS: Final = re.compile(r"(\d+)")
_SHOWN: Final = 20
_READ: Final = "rows that were read"


_NO_FIELDS: Final[set[str]] = set()


class Row(BaseModel):
    """A row of a case; its columns are those of its table."""

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @classmethod
    def holding(cls, values: dict[str, Any]) -> Self:
        """A row that holds a mapping of every column, read and checked already."""
        row = cls.__new__(cls)
        for name, part in (
            ("__dict__", values),
            ("__pydantic_fields_set__", _NO_FIELDS),
            ("__pydantic_extra__", None),
            ("__pydantic_private__", None),
        ):
            object.__setattr__(row, name, part)
        return row

    def __repr_args__(self) -> Iterable[tuple[str | None, Any]]:
        """Its columns that are not blank."""
        return _filled(self).items()

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def _field(column: Column) -> tuple[Any, Any]:
    about = Field(description=column.meaning)
    if column.kind == "texts":
        return tuple[str, ...], Field(default=(), description=column.meaning)
    kind = _TYPES[column.kind]
    if column.required or column.name == "row_id":
        return Annotated[kind, about], ...
    return Annotated[kind | None, about], None


def _row_model(table: Table) -> type[Row]:
    fields: dict[str, Any] = {column.name: _field(column) for column in table.all_columns}
    name = table.name.capitalize() + "Row"
    return create_model(name, __base__=Row, __doc__=f"{table.meaning.capitalize()}.", **fields)


ROWS: Final[dict[str, type[Row]]] = {name: _row_model(table) for name, table in TABLES.items()}
"""The model of a row of each table, made from its declaration."""


class _Document(BaseModel):
    """One patient: a row about the person, and the rows of every table.

    Days are ISO texts ("2024-05-31", "2024-05", "2024", an interval "2024-05-03/2024-05-09"), or whole
    numbers from the patient's origin where ``patient.time_base`` is relative. Rows are kept in the order
    of their row_id, so that two cases with the same rows are equal.

    Raises:
        ValueError: anything impossible; all of it is listed, and no value is repeated.

    >>> case = Case.model_validate({"patient": {"patient_id": "P1"}, "tumours": [
    ...     {"tumour_id": "T1", "site": "colon", "diagnosed_day": "2024-02", "stagings": [{"m": "M1a"}]}]})
    >>> case.tumours[0].site, case.stagings[0].tumour_id
    ('colon', 'T1')
    """

    model_config = ConfigDict(
        strict=True, extra="forbid", frozen=True, allow_inf_nan=False, hide_input_in_errors=True
    )

    @model_validator(mode="before")
    @classmethod
    def _read(cls, written: Any) -> Any:
        if isinstance(written, Mapping) and _READ in written:
            rows: Rows = written[_READ]
        else:
            report = ImportReport()
            rows = _read_document(written, "", report)
            if report.rejected:
                shown = [str(problem) for problem in report.rejected[:_SHOWN]]
                raise ValueError("; ".join(shown))
        return _by_table(rows)

    def __repr__(self) -> str:
        """Whose it is and how many rows; no values, because it may reach a log."""
        counts = [f"{len(rows)} {name}" for name in TABLES if (rows := getattr(self, name))]
        return f"Case({', '.join([self.patient_id, *counts])})"

    __str__ = __repr__

    @property
    def patient_id(self) -> str:
        """The person, by a pseudonym."""
        name: str = self.patient.patient_id
        return name

    @property
    def is_relative(self) -> bool:
        """Whether its days are counted from the patient's own origin."""
        return bool(self.patient.time_base == "relative")

    def rows(self) -> Rows:
        """All rows by table as flat mappings of every column; ``patients`` holds those about the person."""
        found: Rows = {"patients": [_plain(row) for row in (self.patient, *self.patients)]}
        for name in TABLES:
            if name != "patients" and (rows := getattr(self, name)):
                found[name] = [_plain(row) for row in rows]
        return found

    def held_rows(self) -> Rows:
        """As :meth:`rows`, without copying: for those who only read them."""
        found: Rows = {"patients": [row.__dict__ for row in (self.patient, *self.patients)]}
        for name in TABLES:
            if name != "patients" and (rows := getattr(self, name)):
                found[name] = [row.__dict__ for row in rows]
        return found

    def document(self) -> dict[str, Any]:
        """The case as a document without its blanks, ready for YAML or JSON; reading it gives this case."""
        written: dict[str, Any] = {"patient": _filled(self.patient)}
        for name in TABLES:
            if rows := getattr(self, name):
                written[name] = [_filled(row) for row in rows]
        return written

    @classmethod
    def of_rows(cls, rows: Rows) -> Self:
        """A case of canonical rows that were checked already; no reader but paget's own calls this."""
        return cls.model_validate({_READ: rows})

    if TYPE_CHECKING:

        def __getattr__(self, name: str) -> Any: ...


def _tables() -> dict[str, Any]:
    fields: dict[str, Any] = {"patient": (ROWS["patients"], ...)}
    for name, model in ROWS.items():
        # A dynamic type, which mypy cannot follow.
        fields[name] = (tuple[model, ...], Field(default=(), description=f"Each {TABLES[name].meaning}."))  # type: ignore[valid-type]
    return fields


if TYPE_CHECKING:

    class Case(_Document):
        """One patient: a row about the person, and the rows of every table."""

        patient: Row
        patients: tuple[Row, ...]

else:
    Case = create_model("Case", __base__=_Document, __doc__=_Document.__doc__, **_tables())


def read_case(
    document: Mapping[str, Any], *, source: str = "", report: ImportReport | None = None
) -> tuple[Case, ImportReport]:
    """A case from a written document; impossible rows are left out and listed in the report.

    Args:
        document: ``patient`` and lists of rows by table; child rows may be nested under their parents.
        source: the file it was read from, for messages.
        report: a report to continue; a new one when left out.

    Returns:
        The case, and the report with what was read, rejected and read as unknown.

    Raises:
        BadInput: the structure is wrong (a table or column that does not exist, no patient, two
            patients); all faults are listed.

    >>> case, report = read_case({"patient": {"patient_id": "P1", "birth_day": "2025-02-29"}})
    >>> print(report.problems[0])
    rejected: patient P1 patients row P1 column birth_day: a day that the calendar does not have; write ...
    """
    report = ImportReport(source=source) if report is None else report
    return Case.of_rows(_read_document(document, source, report)), report


def case_from_rows(
    rows: Mapping[str, Iterable[Mapping[str, Any]]], *, source: str = "", report: ImportReport | None = None
) -> Case:
    """A case from an importer's flat rows of one patient; impossible rows are left out and listed.

    Args:
        rows: rows by table; columns may be left out; days as ISO texts, or integers when the row of
            ``patients`` says ``time_base: relative``.
        source: the file they were read from, for messages.
        report: gets the problems and the counts of rows read.

    Raises:
        BadInput: a table or column that does not exist, no patient, or rows of two patients.

    >>> rows = {"patients": [{"patient_id": "P1"}], "tumours": [{"tumour_id": "T1"}]}
    >>> case_from_rows(rows).tumours[0].row_id
    'T1'
    """
    report = ImportReport(source=source) if report is None else report
    return Case.of_rows(_checked(rows, source, report))


def _read_document(document: Mapping[str, Any], source: str, report: ImportReport) -> Rows:
    return _checked(lift(document, source), source, report, consume=True)


def _checked(
    rows: Mapping[str, Iterable[Mapping[str, Any]]],
    source: str,
    report: ImportReport,
    *,
    consume: bool = False,
) -> Rows:
    before = len(report.problems)
    read = read_rows(rows, source=source, report=report, consume=consume)
    refused: dict[str, set[str]] = {}
    for problem in report.problems[before:]:
        if problem.kind == "rejected":
            refused.setdefault(problem.table, set()).add(problem.row)
    found = check_references(read, report=report, source=source, refused=refused)
    for name, kept in found.items():
        report.read[name] += len(kept)
    return found


def _by_table(rows: Rows) -> dict[str, Any]:
    """The fields of a case; the rows are held, not copied: they were read and checked for this case."""
    fields: dict[str, Any] = {}
    for name, found in rows.items():
        keys = (_row_order(row) for row in found)
        in_order = all(key <= after for key, after in pairwise(keys))  # without holding the keys of all
        make = ROWS[name].holding
        fields[name] = tuple(make(row) for row in (found if in_order else sorted(found, key=_row_order)))
    patient, *others = fields["patients"]
    return {**fields, "patient": patient, "patients": tuple(others)}


def _row_order(row: dict[str, Any]) -> tuple[list[Any], str]:
    """The order of row ids, L2 before L10."""
    name = row["row_id"]
    parts: list[Any] = _DIGITS.split(name)
    parts[1::2] = [(len(part.lstrip("0")), part.lstrip("0")) for part in parts[1::2]]
    return parts, name


def _plain(row: Row) -> dict[str, Any]:
    return dict(row.__dict__)


def _filled(row: Row) -> dict[str, Any]:
    filled = {column: value for column, value in row.__dict__.items() if value is not None and value != ()}
    return {column: list(value) if isinstance(value, tuple) else value for column, value in filled.items()}
