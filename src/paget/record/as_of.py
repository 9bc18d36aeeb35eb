"""What was known by the decision day: the only door through which facts see a record.

A row is known from its ``known_day``, or from its own day when that is blank. Where the day is known
only to the month, or not at all, the row is *possibly* known: it may widen a finding and never decides
one. Of a chain of versions the last one known by the day counts. A value that is learnt later than its
row (the residual tumour with the pathology report, the end of a course with its last day) is blank
until then.

Every view carries a column ``known``: true where the row certainly counts, null where it possibly
does; rows that certainly do not count are not in it. Nothing that became known after the decision day
can be reached from here. A view is a plan (:mod:`paget.plans`): it names tables and holds no rows.
"""

from __future__ import annotations

from functools import cache
from typing import Final

from paget.plans import Expr, Plan, coalesce, col, lit, source, when
from paget.record.columns import Table, latest
from paget.record.frames import SCHEMAS
from paget.record.tables import TABLES
from paget.record.versions import REPLACED

PATHOLOGY_DELAY_DAYS: Final = 30
"""Where no pathology day is recorded, residual tumour and margin are taken as known so long after the
treatment: the record's own rule, so that a result is never used on the day of the operation."""

ASKED: Final = "asked"
"""Name of the table of decisions to which views are bound."""

_UNKNOWN: Final = lit(None, "truth")

DECISIONS: Final = source(ASKED, ("decision", "patient_id", "as_of", "decision_tumour", "sole_tumour"))
"""One row a decision: its number, whom, on which day, about which primary (blank: none is recorded), and
whether that is the only one known by then."""


def happened(first: Expr, last: Expr, by: Expr) -> Expr:
    """Whether a day that lies between two days had come by another: yes, no, or blank (possibly)."""
    return when(last <= by).then(lit(True)).when(first > by).then(lit(False)).otherwise(_UNKNOWN)


@cache
def as_of(name: str) -> Plan:
    """The rows of a table that were, or may have been, known on the day of each decision.

    Columns: those of the table, the ones learnt later blanked where they were not known yet;
    ``decision``, ``as_of``, ``decision_tumour``, ``sole_tumour``; ``known``; ``replaced``, whether a newer
    version was known (false, or blank where it may have been). Tables about a tumour also carry
    ``of_tumour``: whether the row belongs to the tumour decided about, blank where its origin is not
    recorded and the patient has more than one primary.

    >>> {"known", "of_tumour"} <= set(as_of("lesions").columns)
    True
    """
    table = TABLES[name]
    rows = DECISIONS.join(source(name, (*SCHEMAS[name], *REPLACED)), on="patient_id", how="inner")
    rows = _known(rows, table).filter(col("known").is_null() | col("known"))
    if any(column.name == "tumour_id" for column in table.columns):
        rows = rows.with_columns(of_tumour=_of_tumour())
    return _blank_what_came_later(rows, table)


@cache
def values(name: str, column: str) -> Plan:
    """The values of a column that holds several, one a row, to be joined to its rows by ``row_id``."""
    child = f"{name}_{column}"
    return source(child, SCHEMAS[child])


def _known(rows: Plan, table: Table) -> Plan:
    day = table.day
    first, last = col("known_day"), col(latest("known_day"))
    if day is None and table.key == "patient_id":  # a person is known from the first
        known: Expr = lit(True)
    elif day is None:
        known = happened(first, last, col("as_of"))
    else:
        own_last: Expr = col(latest(day))
        if table.last_day is not None:
            end: Expr = col(latest(table.last_day))
            own_last = when(end < own_last).then(end).otherwise(coalesce(own_last, end))
        known = happened(
            when(last.is_null()).then(col(day)).otherwise(first),
            coalesce(last, own_last),
            col("as_of"),
        )
    replaced = (
        when(col("replaced_from_latest") <= col("as_of"))
        .then(lit(True))
        .when(col("replaced_from") <= col("as_of"))
        .then(_UNKNOWN)
        .otherwise(lit(False))
    )
    retracted = col("retracted").fill_null(False)
    return rows.with_columns(known=known, replaced=replaced).with_columns(
        known=col("known") & ~col("replaced") & ~retracted
    )


def _of_tumour() -> Expr:
    mine, asked = col("tumour_id"), col("decision_tumour")
    return (
        when(mine.is_null() & (col("sole_tumour") | asked.is_null()))
        .then(lit(True))
        .when(mine.is_null())
        .then(_UNKNOWN)
        .otherwise(mine == asked)
    )


def _blank_what_came_later(rows: Plan, table: Table) -> Plan:
    """Blank each column on the days before it was known."""
    visible: dict[str, Expr] = {}
    for day in {c.known_by: None for c in table.columns if c.known_by}:
        last: Expr = col(latest(day))
        if day == "pathology_day":
            start, end = col(latest("start_day")), col(latest("end_day"))
            done = when(col("modality") == "surgery").then(coalesce(start, end)).otherwise(end)
            last = coalesce(last, done + PATHOLOGY_DELAY_DAYS)
        visible[f"_seen_{day}"] = last <= col("as_of")
    blanked: dict[str, Expr] = {}
    for column in table.columns:
        if column.known_by is None:
            continue
        names = [column.name, latest(column.name)] if column.kind == "day" else [column.name]
        for name in names:
            blanked[name] = when(col(f"_seen_{column.known_by}")).then(col(name))
    return rows.with_columns(**visible).with_columns(**blanked) if visible else rows
