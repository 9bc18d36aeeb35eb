"""What happened to a patient, before and after a day: the door through which endpoints see a record.

A view holds the latest version of every row, whenever it was learnt: deaths and last contacts, statuses,
treatments, new lesions and sites. It looks into the future of any decision, on purpose; therefore only
``evidence/`` may import this module (import-linter holds it), and what speaks of a decision reads
:mod:`paget.record.as_of`. Days stay what they are, the interval of their first and last possible day.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import narwhals as nw

from paget.errors import BadInput
from paget.record.columns import Table, latest
from paget.record.record import Record
from paget.record.tables import TABLES
from paget.record.versions import REPLACED, with_versions

Frame = nw.LazyFrame[Any]


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A record with all that is known of it today, lazily, on its own engine.

    Attributes:
        tables: the latest version of each table's rows; retracted rows are not among them.
    """

    tables: Mapping[str, Frame]

    def view(self, name: str) -> Frame:
        """The rows of a table as they stand today; the columns are those of the table."""
        return self.tables[name]

    def values(self, name: str, column: str) -> Frame:
        """The values of a column that holds several, one a row; joined to rows by patient and ``row_id``."""
        return self.tables[f"{name}_{column}"]

    def since(self, origins: Frame, name: str, day: str | None = None) -> Frame:
        """The rows of a table beside each origin of their patient, and when they were in relation to it.

        Args:
            origins: one row an origin, on the engine of the record: ``patient_id``, ``origin_day`` and
                ``origin_day_latest`` (its first and last possible day), and what else names it. With a
                column ``origin_tumour`` (a primary; blank: the whole patient) rows about a tumour get
                ``of_tumour``.
            name: of the table.
            day: the day of a row that counts; default: its own, such as ``found_day`` of a lesion.

        Returns:
            The columns of both, and

            - ``days_low``, ``days_high``: fewest and most days from the origin to that day,
            - ``after``: whether it was later than the origin; blank where partial dates leave that open,
              or where there is no day,
            - ``of_tumour``: whether the row belongs to the origin's primary; blank where its primary is not
              recorded and the patient has several. Rows of other primaries are kept: what happens to them
              may be a competing event.

        Raises:
            BadInput: the table has no such day, or a column of the origins is named as one of the table.

        >>> from paget.record import Case, Record
        >>> case = {"patient": {"patient_id": "P1", "death_day": "2024-03"}}
        >>> seen = follow_up(Record.from_cases([Case.model_validate(case)]))
        >>> origins = seen.view("patients").select(
        ...     "patient_id", origin_day=nw.lit(19783), origin_day_latest=nw.lit(19783)  # 2024-03-01
        ... )
        >>> deaths = seen.since(origins, "patients", day="death_day").collect()
        >>> deaths["days_low"].to_list(), deaths["days_high"].to_list(), deaths["after"].to_list()
        ([0], [30], [None])
        """
        table = TABLES[name]
        first = _day_of(table, day)
        named = origins.collect_schema().names()
        if shared := sorted(set(named) & set(self.tables[name].collect_schema().names()) - {"patient_id"}):
            raise BadInput(
                "columns of the origins are named as columns of the table",
                where=f"{name}: {', '.join(shared)}",
                mend="give them other names, origin_tumour for tumour_id",
            )
        rows = origins.join(self.tables[name], on="patient_id", how="inner").with_columns(
            days_low=nw.col(first) - nw.col("origin_day_latest"),
            days_high=nw.col(latest(first)) - nw.col("origin_day"),
        )
        blank = nw.lit(None, nw.Boolean)
        rows = rows.with_columns(
            after=nw.when(nw.col("days_low") > 0)
            .then(nw.lit(True))
            .when(nw.col("days_high") <= 0)
            .then(nw.lit(False))
            .otherwise(blank)
        )
        about_a_tumour = any(column.name == "tumour_id" for column in table.columns)
        if not about_a_tumour or "origin_tumour" not in named:
            return rows
        primaries = (
            self.tables["tumours"].group_by("patient_id").agg(_primaries=nw.col("tumour_id").n_unique())
        )
        mine, asked = nw.col("tumour_id"), nw.col("origin_tumour")
        only = nw.col("_primaries").fill_null(0) <= 1
        return (
            rows.join(primaries, on="patient_id", how="left")
            .with_columns(
                of_tumour=nw.when(asked.is_null() | (mine.is_null() & only))
                .then(nw.lit(True))
                .when(mine.is_null())
                .then(blank)
                .otherwise(mine == asked)
            )
            .drop("_primaries")
        )


def follow_up(record: Record) -> FollowUp:
    """All that is known of a record today.

    Args:
        record: of one patient or a registry.
    """
    tables: dict[str, Frame] = {}
    for name, frame in record.tables.items():
        if name not in TABLES:  # a column that holds several values; its rows hang on those of its table
            tables[name] = frame.lazy()
            continue
        replaced, retracted = nw.col(REPLACED[0]), nw.col("retracted")
        standing = with_versions(frame.lazy(), name).filter(replaced.is_null(), ~retracted.fill_null(False))
        tables[name] = standing.drop(*REPLACED)
    return FollowUp(tables)


def _day_of(table: Table, named: str | None) -> str:
    day = table.day if named is None else named
    if day is None or day not in table.days:
        raise BadInput(
            f"{table.name} has no day of its own" if day is None else f"{table.name} has no such day",
            where=table.name if day is None else f"{table.name}.{day}",
            mend=f"name one of {', '.join(table.days)}",
        )
    return day
