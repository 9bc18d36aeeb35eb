"""The decisions about which findings are made: one for each primary, on a day or on the last known day."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import polars as pl

from paget.plans import Expr, Plan, coalesce, col, concat, lit, source
from paget.record.as_of import as_of
from paget.record.columns import Table, latest
from paget.record.frames import SCHEMAS
from paget.record.prepared import Columns, FewRows, Prepared
from paget.record.tables import TABLES

_AFTERWARDS: Final = frozenset({"death_day", "last_contact_day"})
"""Days of follow-up: a patient's death is no day on which a board decides."""

_ASKED: Final[dict[str, Any]] = {
    "decision": pl.Int64,
    "patient_id": pl.String,
    "as_of": pl.Int32,
    "decision_tumour": pl.String,
    "sole_tumour": pl.Boolean,
}


@cache
def last_known() -> Plan:
    """The last day on which anything in each patient's record became known (``patient_id``, ``as_of``)."""
    parts = [
        source(name, SCHEMAS[name]).select("patient_id", as_of=coalesce(day, lit(None, "day")))
        for name, table in TABLES.items()
        for day in _known_days(table)
    ]
    return concat(parts).group_by("patient_id").agg(col("as_of").max())


def _known_days(table: Table) -> list[Expr]:
    """The last possible day on which a row became known, and those of what is learnt later."""
    known = col(latest("known_day"))
    days = [known if table.day is None else coalesce(known, col(latest(table.day)))]
    later = {column.known_by: None for column in table.columns if column.known_by}
    return days + [col(latest(day)) for day in later if day not in _AFTERWARDS]


@cache
def _patients() -> Plan:
    return source("patients", SCHEMAS["patients"]).select("patient_id").unique()


@cache
def _known_tumours() -> Plan:
    """The primaries of each patient that were, or may have been, known by the day."""
    return as_of("tumours").select("patient_id", decision_tumour="tumour_id").unique()


def decisions(record: Prepared, on: int | None = None, tumour: str | None = None) -> pl.DataFrame | Columns:
    """One row a decision: ``decision, patient_id, as_of, decision_tumour, sole_tumour``, in order of the ids.

    Without ``on`` there is no decision about a patient of whom no day is recorded.

    Args:
        record: ready for views.
        on: the decision day; default: the last known day of each patient's record.
        tumour: only the decision about this primary.
    """
    if isinstance(record, FewRows):
        return _few(record, on, tumour)
    people = record.run(_patients())
    if on is None:
        known = record.run(last_known())
        people = people.join(known.filter(pl.col("as_of").is_not_null()), on="patient_id", how="inner")
    else:
        people = people.with_columns(as_of=pl.lit(on))
    asked = people.with_columns(
        decision=pl.lit(0), decision_tumour=pl.lit(None, pl.String), sole_tumour=pl.lit(value=True)
    )
    found = record.run(_known_tumours(), asked=asked.select(pl.col(n).cast(t) for n, t in _ASKED.items()))
    each = people.join(found, on="patient_id", how="left").with_columns(
        sole_tumour=pl.len().over("patient_id") == 1
    )
    if tumour is not None:
        each = each.filter(pl.col("decision_tumour") == tumour)
    each = each.sort("patient_id", "decision_tumour").with_row_index("decision")
    return each.select(pl.col(name).cast(kind) for name, kind in _ASKED.items())


def _few(record: FewRows, on: int | None, tumour: str | None) -> Columns:
    days: dict[str, int | None] = dict.fromkeys(record.run(_patients())["patient_id"], on)
    if on is None:
        known = record.run(last_known())
        days = dict(zip(known["patient_id"], known["as_of"], strict=True))
    people = [patient for patient, day in days.items() if day is not None]
    asked: Columns = {
        "decision": list(range(len(people))),
        "patient_id": people,
        "as_of": [days[one] for one in people],
        "decision_tumour": [None for _ in people],
        "sole_tumour": [True for _ in people],
    }
    found = record.run(_known_tumours(), asked=asked)
    tumours: dict[str, list[str | None]] = {one: [] for one in people}
    for patient, primary in zip(found["patient_id"], found["decision_tumour"], strict=True):
        tumours[patient].append(primary)
    rows = sorted(
        (patient, days[patient], primary, len(tumours[patient]) <= 1)
        for patient in people
        for primary in sorted(one for one in tumours[patient] if one is not None) or (None,)
        if tumour is None or primary == tumour
    )
    columns: list[list[Any]] = [list(column) for column in zip(*rows, strict=True)] or [[], [], [], []]
    return dict(zip(_ASKED, [list(range(len(rows))), *columns], strict=True))
