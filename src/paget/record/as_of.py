"""What was known by the decision day: the only door through which facts see a record.

A row is known from its ``known_day``, or from its own day when that is blank. Where the day is known
only to the month, or not at all, the row is *possibly* known: it may widen a finding and never decides
one. Of a chain of versions the last one known by the day counts. A value that is learnt later than its
row (the residual tumour with the pathology report, the end of a course with its last day) is blank
until then.

Every view carries a column ``known``: true where the row certainly counts, null where it possibly
does; rows that certainly do not count are not in it. Nothing that became known after the decision day
can be reached from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw

from paget.record.columns import Table, latest
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]

DECISION: Final = "decision"
"""Name of the column that numbers the decisions of a view, 0, 1, 2, ..."""

PATHOLOGY_DELAY_DAYS: Final = 30
"""Where no pathology day is recorded, residual tumour and margin are taken as known so long after the
treatment: the record's own rule, so that a result is never used on the day of the operation."""

_BLANK: Final = nw.lit(None, nw.Boolean)


def happened(first: nw.Expr, last: nw.Expr, by: nw.Expr) -> nw.Expr:
    """Whether a day that lies between two days had come by another: yes, no, or null (possibly)."""
    return nw.when(last <= by).then(nw.lit(True)).when(first > by).then(nw.lit(False)).otherwise(_BLANK)


@dataclass(frozen=True, slots=True)
class AsOf:
    """The record as it was known on the day of each decision.

    Attributes:
        tables: the record's tables; not to be read by anyone but this class.
        decisions: one row a decision: ``decision`` (its number), ``patient_id``, ``as_of`` (day),
            ``decision_tumour`` (blank: no primary is recorded), ``sole_tumour`` (true: the patient
            has no other primary known by then).
    """

    tables: Mapping[str, Frame]
    decisions: Frame

    def view(self, name: str) -> Frame:
        """The rows of a table that were, or may have been, known on the day of each decision.

        Columns: those of the table, the ones learnt later blanked where they were not known yet;
        ``decision``, ``as_of``, ``decision_tumour``, ``sole_tumour``; ``known``. Tables about a tumour
        also carry ``of_tumour``: whether the row belongs to the tumour decided about, null where its
        origin is not recorded and the patient has more than one primary.
        """
        table = TABLES[name]
        rows = self.decisions.join(self.tables[name], on="patient_id", how="inner")
        rows = _known(rows, table)
        rows = rows.filter(nw.col("known").is_null() | nw.col("known"))
        if any(column.name == "tumour_id" for column in table.columns):
            rows = rows.with_columns(of_tumour=_of_tumour())
        return _blank_what_came_later(rows, table)

    def values(self, name: str, column: str) -> Frame:
        """The child table of a column that holds several values, joined to its rows by ``row_id``."""
        return self.tables[f"{name}_{column}"]


def _known(rows: Frame, table: Table) -> Frame:
    day = table.day
    first, last = nw.col("known_day"), nw.col(latest("known_day"))
    if day is None and table.key == "patient_id":  # a person is known from the first
        known: nw.Expr = nw.lit(True)
    elif day is None:
        known = happened(first, last, nw.col("as_of"))
    else:
        own_first, own_last = nw.col(day), nw.col(latest(day))
        if table.name == "treatments":  # without a first day it was known by its last day at the latest
            own_last = nw.coalesce(own_last, nw.col(latest("end_day")))
        known = happened(
            nw.when(last.is_null()).then(own_first).otherwise(first),
            nw.coalesce(last, own_last),
            nw.col("as_of"),
        )
    replaced = (
        nw.when(nw.col("replaced_from_latest") <= nw.col("as_of"))
        .then(nw.lit(True))
        .when(nw.col("replaced_from") <= nw.col("as_of"))
        .then(_BLANK)
        .otherwise(nw.lit(False))
    )
    retracted = nw.col("retracted").fill_null(False)
    return rows.with_columns(known=known, _replaced=replaced).with_columns(
        known=nw.col("known") & ~nw.col("_replaced") & ~retracted
    )


def _of_tumour() -> nw.Expr:
    mine, asked = nw.col("tumour_id"), nw.col("decision_tumour")
    return (
        nw.when(mine.is_null() & (nw.col("sole_tumour") | asked.is_null()))
        .then(nw.lit(True))
        .when(mine.is_null())
        .then(_BLANK)
        .otherwise(mine == asked)
        .alias("of_tumour")
    )


def _blank_what_came_later(rows: Frame, table: Table) -> Frame:
    """Blank each column on the days before it was known."""
    as_of = nw.col("as_of")
    by_day = {c.known_by for c in table.columns if c.known_by}
    visible: dict[str, nw.Expr] = {}
    for day in by_day:
        last = nw.col(latest(day))
        if day == "pathology_day":
            done = nw.coalesce(nw.col(latest("end_day")), nw.col(latest("start_day")))
            last = nw.coalesce(last, done + PATHOLOGY_DELAY_DAYS)
        visible[f"_seen_{day}"] = last <= as_of
    if not visible:
        return rows
    rows = rows.with_columns(**visible)
    blanked: dict[str, nw.Expr] = {}
    for column in table.columns:
        if column.known_by is None:
            continue
        names = [column.name, latest(column.name)] if column.kind == "day" else [column.name]
        for name in names:
            blanked[name] = nw.when(nw.col(f"_seen_{column.known_by}")).then(nw.col(name))
    return rows.with_columns(**blanked)
