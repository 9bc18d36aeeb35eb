"""Patients followed from an origin: a time, whether it ended with the event, what was known at first."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.errors import BadInput
from paget.evidence.about import About

ID, TIME, EVENT, ENTRY = "_id", "_time", "_event", "_entry"
OWN: Final = (ID, TIME, EVENT, ENTRY)


@dataclass(frozen=True, slots=True, eq=False)
class Followed:
    """One row a patient: days of follow-up from an origin, and how it ended.

    Attributes:
        frame: the columns of the data and ``_id``, ``_time``, ``_event`` (1 or 0) and ``_entry`` (the day
            from which a patient is at risk, 0 without delayed entry).
        name: of the endpoint.
        derived: whether paget derived it from a record by its definition; else it is as supplied.
        about: what its columns mean, for the guard.
    """

    frame: pl.DataFrame
    name: str
    derived: bool
    about: About = field(default_factory=About)

    def __len__(self) -> int:
        return self.frame.height

    def with_about(self, about: About) -> Followed:
        """The same with the meaning of its columns.

        Raises:
            BadInput: a column that is not there.
        """
        for name in (
            *about.known, *about.known.values(), *about.of_origin, *about.stage, about.enrolled, about.intent,
            about.assessments, about.edition, about.death, about.recurrence, about.competing,
        ):  # fmt: skip
            if name:
                self.column(name)
        return replace(self, about=about)

    def competing(self) -> int:
        """How many ended with another event, after which this one cannot come."""
        column = self.about.competing
        return int((self.frame[column].cast(pl.Int64) == 1).sum()) if column else 0

    def column(self, name: str) -> pl.Series:
        """A column of the data.

        Raises:
            BadInput: there is none.
        """
        if name not in self.frame.columns:
            known = ", ".join(column for column in self.frame.columns if column not in OWN)
            raise BadInput("no such column", where=name, mend=f"there are {known}")
        return self.frame[name]


def numbers(frame: pl.DataFrame, column: str) -> None:
    """Refuse a column that holds no numbers, and no yes and no.

    Raises:
        BadInput: it holds dates, text or other things.
    """
    kind = frame.schema[column]
    if not (kind.is_numeric() or kind in (pl.Boolean, pl.Null)):
        mend = "give days as numbers, for example end_day - start_day" if kind.is_temporal() else ""
        raise BadInput("the column is not numeric", where=column, mend=mend)


def followed_of(endpoint: Any) -> Followed:
    """Follow-up, of what was derived or as it was supplied.

    Raises:
        BadInput: it is neither.
    """
    if isinstance(endpoint, Followed):
        return endpoint
    derived = getattr(endpoint, "followed", None)
    if not callable(derived):
        mend = "derive_endpoint(record, ...), or as_supplied(data, time=..., event=...) for a table"
        raise BadInput("no endpoint", where=type(endpoint).__name__, mend=mend)
    found: Followed = derived()
    return found


def as_supplied(
    data: Any,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    patient: str | None = None,
    name: str = "the endpoint as supplied",
    about: About | None = None,
) -> Followed:
    """Follow-up that comes as a pair of time and status: analysed as it is, and never called derived.

    Args:
        data: any dataframe that narwhals takes, a row a patient.
        time: column of days from the origin to event or censoring, above 0.
        event: column of 1 or true (event) and 0 or false (censored).
        entry: column of the day from which a patient is at risk (delayed entry).
        patient: column that names the patient; without it each row is one.
        name: of the endpoint, for messages.
        about: what its columns mean, so that the guard can look at them.

    Raises:
        BadInput: a column that is not there or blank, a patient with two rows, a time that is not above the
            entry.

    >>> followed = as_supplied({"day": [5, 9], "died": [1, 0]}, time="day", event="died")
    >>> len(followed), followed.derived
    (2, False)
    """
    if isinstance(data, dict):
        frame = pl.DataFrame(data)
    else:
        frame = nw.from_native(data).lazy().collect("polars").to_native()
    for column in (time, event, *([entry] if entry else []), *([patient] if patient else [])):
        if column not in frame.columns:
            raise BadInput("no such column", where=column, mend=f"there are {', '.join(frame.columns)}")
        if frame[column].null_count():
            raise BadInput("blank in some rows", where=column, mend="leave those rows out and say how many")
    taken = [column for column in OWN if column in frame.columns]
    if taken:
        raise BadInput("a column has a name that paget uses", where=", ".join(taken), mend="rename it")
    for column in (time, event, *([entry] if entry else [])):
        numbers(frame, column)
    if not frame[event].cast(pl.Float64).is_in([0.0, 1.0]).all():
        raise BadInput("neither 1 nor 0", where=event, mend="1 for the event, 0 for censored")
    start = pl.lit(0.0) if entry is None else pl.col(entry).cast(pl.Float64)
    frame = frame.with_columns(
        pl.int_range(pl.len()).alias(ID) if patient is None else pl.col(patient).alias(ID),
        pl.col(time).cast(pl.Float64).alias(TIME),
        pl.col(event).cast(pl.Int64).alias(EVENT),
        start.alias(ENTRY),
    )
    if frame[ID].n_unique() < frame.height:
        raise BadInput("a patient has two rows", where=patient or "", mend="give one row a patient")
    early = frame.filter(~(pl.col(TIME) > pl.col(ENTRY))).height
    if early:
        raise BadInput(
            f"{early} of {frame.height} rows end on or before the day from which they are at risk",
            where=time,
            mend="an event on the day of the origin is half a day after it: write 0.5",
        )
    return Followed(frame, name, derived=False).with_about(about or About())
