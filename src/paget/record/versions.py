"""Versions: from which day a row no longer counts, because another one replaces it.

Of a chain A <- B <- C each row is replaced from the day on which any of its successors is known, so
that a view needs no more than a comparison of two days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.record.columns import latest
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]
Replaced = dict[tuple[str, str], tuple[int, int]]

REPLACED: Final = ("replaced_from", "replaced_from_latest")
_EARLY, _LATE = -(2**30), 2**30


def with_versions(frame: Frame, name: str) -> Frame:
    """The table with the days from which each row is replaced; blank for the latest version."""
    first, last = nw.col("known_day"), nw.col(latest("known_day"))
    if (day := TABLES[name].day) is not None:
        first, last = (
            nw.when(last.is_null()).then(nw.col(day)).otherwise(first),
            nw.coalesce(last, nw.col(latest(day))),
        )
    newer: pl.DataFrame = (
        frame.filter(~nw.col("replaces").is_null())
        .select("patient_id", "row_id", "replaces", first=first, last=last)
        .collect("polars")
        .to_native()
    )
    if newer.is_empty():
        blank = nw.lit(None, nw.Int32)
        return frame.with_columns(replaced_from=blank, replaced_from_latest=blank)
    days = pl.DataFrame(
        [(*row, *days) for row, days in replaced(newer.rows()).items()],
        schema={"patient_id": pl.String, "row_id": pl.String, REPLACED[0]: pl.Int32, REPLACED[1]: pl.Int32},
        orient="row",
    )
    beside: Frame = nw.from_native(
        days.lazy() if frame.implementation.is_polars() else _relation(nw.to_native(frame), days)
    )
    return frame.join(beside, on=["patient_id", "row_id"], how="left")


def columns_with_versions(columns: Mapping[str, list[Any]], name: str) -> dict[str, list[Any]]:
    """The same for a table whose columns are lists."""
    rows = range(len(columns["replaces"]))
    if all(row is None for row in columns["replaces"]):
        nothing: list[Any] = [None for _ in rows]
        return dict(columns) | dict.fromkeys(REPLACED, nothing)
    first, last = columns["known_day"], columns[latest("known_day")]
    if (day := TABLES[name].day) is not None:
        own, own_last = columns[day], columns[latest(day)]
        first = [own[row] if last[row] is None else first[row] for row in rows]
        last = [own_last[row] if last[row] is None else last[row] for row in rows]
    keys = list(zip(columns["patient_id"], columns["row_id"], strict=True))
    newer = (
        (*keys[row], columns["replaces"][row], first[row], last[row])
        for row in rows
        if columns["replaces"][row] is not None
    )
    days = replaced(newer)
    found = [days.get(key, (None, None)) for key in keys]
    return dict(columns) | {REPLACED[0]: [low for low, _ in found], REPLACED[1]: [high for _, high in found]}


def replaced(newer: Iterable[tuple[Any, ...]]) -> Replaced:
    """For each replaced row the first day on which a successor is known, at the earliest and the latest.

    Args:
        newer: patient, row_id, replaces, first and last day on which it may have become known.
    """
    rows = list(newer)
    days: Replaced = {}
    older = {(patient, row): before for patient, row, before, _, _ in rows}
    for patient, row, before, first, last in rows:
        known = (_EARLY if first is None else first, _LATE if last is None else last)
        seen: set[str] = {row}
        place: str | None = before
        while place is not None and place not in seen:
            seen.add(place)
            was = days.get((patient, place), (_LATE, _LATE))
            days[patient, place] = (min(was[0], known[0]), min(was[1], known[1]))
            place = older.get((patient, place))
    return days


def _relation(beside: Any, frame: pl.DataFrame) -> Any:
    """A small frame as a relation on the connection of another relation."""
    rows = (
        f"({_quoted(p)}, {_quoted(r)}, {low}::INTEGER, {high}::INTEGER)" for p, r, low, high in frame.rows()
    )
    names = "patient_id, row_id, replaced_from, replaced_from_latest"
    query = f"SELECT * FROM (VALUES {', '.join(rows)}) AS replaced({names})"  # noqa: S608
    return beside.query("_any", query)


def _quoted(text: str | None) -> str:
    """A text as SQL writes it."""
    return "NULL::VARCHAR" if text is None else "'" + text.replace("'", "''") + "'"
