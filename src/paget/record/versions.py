"""Versions: from which day a row no longer counts, because another one replaces it.

Of a chain A <- B <- C each row is replaced from the day on which any of its successors is known, so
that a view needs no more than a comparison of two days.
"""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.record.columns import latest
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]

REPLACED: Final = ("replaced_from", "replaced_from_latest")
_EARLY, _LATE = -(2**30), 2**30


def known_days(name: str) -> tuple[nw.Expr, nw.Expr]:
    """First and last day on which a row of a table may have become known; its own day by default."""
    table = TABLES[name]
    first, last = nw.col("known_day"), nw.col(latest("known_day"))
    if table.day is None:
        return first, last
    return (
        nw.when(last.is_null()).then(nw.col(table.day)).otherwise(first),
        nw.coalesce(last, nw.col(latest(table.day))),
    )


def with_versions(frame: Frame, name: str) -> Frame:
    """The table with the days from which each row is replaced; blank for the latest version."""
    first, last = known_days(name)
    newer = (
        frame.filter(~nw.col("replaces").is_null())
        .select("patient_id", "row_id", "replaces", _first=first, _last=last)
        .collect("polars")
        .to_native()
    )
    if newer.is_empty():
        blank = nw.lit(None, nw.Int32)
        return frame.with_columns(replaced_from=blank, replaced_from_latest=blank)
    days = _replaced_from(newer).lazy()
    if frame.implementation.is_polars():
        joined: Frame = nw.from_native(
            nw.to_native(frame).join(days, on=["patient_id", "row_id"], how="left")
        )
        return joined
    native = nw.to_native(frame)
    replaced: Frame = nw.from_native(_beside(native, days.collect()))
    return frame.join(replaced, on=["patient_id", "row_id"], how="left")


def _beside(relation: Any, frame: pl.DataFrame) -> Any:
    """A small frame as a relation on the connection of another relation."""
    cells = ", ".join(
        f"({_quoted(p)}, {_quoted(r)}, {first}::INTEGER, {last}::INTEGER)"
        for p, r, first, last in frame.rows()
    )
    names = "patient_id, row_id, replaced_from, replaced_from_latest"
    return relation.query("_any", f"SELECT * FROM (VALUES {cells}) AS replaced({names})")  # noqa: S608


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _replaced_from(newer: pl.DataFrame) -> pl.DataFrame:
    """For each replaced row the first day on which a successor is known, at the earliest and the latest."""
    days: dict[tuple[str, str], tuple[int, int]] = {}
    older = {(p, row): replaced for p, row, replaced, _, _ in newer.rows()}
    for patient, row, replaced, first, last in newer.rows():
        known = (_EARLY if first is None else first, _LATE if last is None else last)
        seen: set[str] = {row}
        place: str | None = replaced
        while place is not None and place not in seen:
            seen.add(place)
            was = days.get((patient, place), (_LATE, _LATE))
            days[patient, place] = (min(was[0], known[0]), min(was[1], known[1]))
            place = older.get((patient, place))
    return pl.DataFrame(
        [(p, r, first, last) for (p, r), (first, last) in days.items()],
        schema={"patient_id": pl.String, "row_id": pl.String, REPLACED[0]: pl.Int32, REPLACED[1]: pl.Int32},
        orient="row",
    )
