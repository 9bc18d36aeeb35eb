"""The decisions about which findings are made: one for each primary, on a day or on the last known day."""

from __future__ import annotations

from functools import cache
from typing import Any, Final

import narwhals as nw

from paget.plans import Expr, Plan, coalesce, col, concat, lit, source
from paget.record.as_of import DECISIONS, as_of
from paget.record.columns import Table, latest
from paget.record.frames import SCHEMAS
from paget.record.prepared import Columns, FewRows, ManyRows, Prepared
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]

_AFTERWARDS: Final = frozenset({"death_day", "last_contact_day"})
"""Days of follow-up: a patient's death is no day on which a board decides."""

_ASKED: Final = DECISIONS.columns


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


def decisions(record: Prepared, on: int | Frame | None = None, tumour: str | None = None) -> Frame | Columns:
    """One row a decision: ``decision, patient_id, as_of, decision_tumour, sole_tumour``, in order of the ids.

    Without ``on`` there is no decision about a patient of whom no day is recorded.

    Args:
        record: ready for views.
        on: the decision day; or each patient's own, as a frame on the record's engine with a row a patient
            (``patient_id``, ``as_of``); default: the last known day of each patient's record.
        tumour: only the decision about this primary.
    """
    return _few(record, on, tumour) if isinstance(record, FewRows) else _many(record, on, tumour)


def _many(record: ManyRows, on: int | Frame | None, tumour: str | None) -> Frame:
    day = nw.col("as_of")
    if isinstance(on, nw.LazyFrame):
        people = on.join(record.frame(_patients()), on="patient_id", how="semi")
    elif on is None:
        people = record.frame(last_known()).filter(~day.is_null())
    else:
        people = record.frame(_patients()).with_columns(as_of=nw.lit(on))
    people = record.hold(people.select("patient_id", day.cast(nw.Int32)))
    anybody = people.with_columns(
        decision=nw.lit(0), decision_tumour=nw.lit(None, nw.String), sole_tumour=nw.lit(value=True)
    )
    found = record.hold(record.frame(_known_tumours(), asked=anybody))
    primaries = found.group_by("patient_id").agg(primaries=nw.len())
    each = (
        people.join(found, on="patient_id", how="left")
        .join(primaries, on="patient_id", how="left")
        .with_columns(sole_tumour=nw.col("primaries").fill_null(1) == 1)
    )
    if tumour is not None:
        each = each.filter(nw.col("decision_tumour") == tumour)
    numbered = each.with_row_index("decision", order_by=["patient_id", "decision_tumour"])
    return record.hold(numbered.select(nw.col("decision").cast(nw.Int64), *_ASKED[1:]))


def _few(record: FewRows, on: int | Frame | None, tumour: str | None) -> Columns:
    days: dict[str, int | None]
    if isinstance(on, nw.LazyFrame):
        own = on.select("patient_id", "as_of").collect("polars")
        days = dict(zip(own["patient_id"].to_list(), own["as_of"].to_list(), strict=True))
    else:
        days = dict.fromkeys(record.run(_patients())["patient_id"], on)
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
