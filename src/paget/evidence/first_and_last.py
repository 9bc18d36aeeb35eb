"""By patient the first event after the origin and the last sign of follow-up, of a long table of events.

What decides is one number a row, day and type: the first event of a patient is a minimum, and nothing is
sorted or joined. Where patients are numbered densely the rows are scattered into an array with a place a
patient; else one group-by finds the minima, and who had an event before the origin is looked at again.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, Literal

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.errors import BadInput

TYPES: Final = 64
"""More than there are types: day x 64 + type is one number, in which the day decides first."""
_SPARSE: Final = 4
"""Numbers of patients may be so many times as far apart as rows are many; beyond that an array is waste."""
_PART: Final = 4_000_000
_FARTHEST: Final = 2**31 // TYPES - 1
_NAMES: Final = ("origin_day", "first", "last")


class StrangeWords(Exception):
    """So many different entries are no type of event."""


def first_and_last(
    frame: nw.LazyFrame[Any],
    words: list[str],
    ends: int,
    deaths: list[int],
    which: Literal["first", "last"],
    *,
    assessed: bool,
) -> pl.DataFrame:
    """By patient ``origin_day``, ``first`` (day x 64 + place of the type) and ``last``.

    Args:
        frame: ``patient_id, day`` (int32), ``type``.
        words: the types: those that end follow-up, ``origin``, ``assessment``, then the others.
        ends: how many end it.
        deaths: places of the types that count on the day of the origin too.
        which: of several origins.
        assessed: whether only an assessment is a sign of follow-up.

    Raises:
        StrangeWords: a type that is none of the words.
    """
    native = frame.to_native()
    if not isinstance(native, pl.LazyFrame):
        return _grouped(_compared(frame, words), ends, deaths, which, assessed=assessed)
    # A look-up a row in place of a comparison with each word.
    coded = native.select("patient_id", "day", code=pl.col("type").cast(pl.Enum(words)).to_physical())
    try:
        number = native.collect_schema()["patient_id"]
        if number.is_integer():
            small = pl.DataFrame({"patient_id": [0], "day": [0], "code": [0]}, _schema(number))
            with ThreadPoolExecutor(1) as aside:  # what is compiled is loaded while the file is read
                aside.submit(_scattered, small, ends, deaths, which, assessed=assessed)
                rows = coded.with_columns(pl.col("code").cast(pl.UInt8)).collect(engine="streaming")
            found = _scattered(rows, ends, deaths, which, assessed=assessed)
            if found is not None:
                return found
            coded = rows.lazy()
        return _grouped(nw.from_native(coded), ends, deaths, which, assessed=assessed)
    except pl.exceptions.InvalidOperationError as error:
        raise StrangeWords(_strange(frame, words)) from error


def _schema(number: pl.DataType) -> dict[str, Any]:
    return {"patient_id": number, "day": pl.Int32, "code": pl.UInt8}


def _scattered(
    rows: pl.DataFrame, ends: int, deaths: list[int], which: Literal["first", "last"], *, assessed: bool
) -> pl.DataFrame | None:
    """The same by an array with a place a patient; None where patients are not numbered densely."""
    from paget.survival.first_events import NEVER, FirstEvents

    if any(rows[name].null_count() for name in rows.columns):
        rows = rows.drop_nulls()
    if rows.is_empty():
        return None
    lowest, highest = rows.select(low=pl.col("patient_id").min(), high=pl.col("patient_id").max()).row(0)
    if highest - lowest >= _SPARSE * rows.height:
        return None
    nearest, farthest = rows.select(low=pl.col("day").min(), high=pl.col("day").max()).row(0)
    if nearest < -_FARTHEST or farthest > _FARTHEST:
        raise BadInput("a day beyond all calendars", where="day", mend="count whole days from any day 0")
    counts = np.isin(np.arange(max(ends, 1)), deaths)
    sign = ends + 1 if assessed else -1
    found = FirstEvents(lowest, highest - lowest + 1, TYPES, ends, counts, sign, latest=which == "last")
    for part in _parts(rows):
        found.origins(*part)
    for part in _parts(rows):
        found.events(*part)
    del rows
    there = np.flatnonzero(found.seen)
    columns = {"patient_id": there + lowest}
    columns |= {
        name: values[there]
        for name, values in zip(_NAMES, (found.origin, found.first, found.last), strict=True)
    }
    table = pl.DataFrame(columns)
    return table.with_columns(
        pl.when(pl.col(name).abs() != NEVER).then(pl.col(name)).alias(name) for name in _NAMES
    )


def _parts(rows: pl.DataFrame) -> Iterator[tuple[NDArray[Any], NDArray[np.int32], NDArray[np.uint8]]]:
    """The rows as arrays, part by part, so that never all of them stand in memory twice."""
    for part in rows.iter_slices(_PART):
        yield part["patient_id"].to_numpy(), part["day"].to_numpy(), part["code"].to_numpy()


def _compared(frame: nw.LazyFrame[Any], words: list[str]) -> nw.LazyFrame[Any]:
    if strange := _strange(frame, words):
        raise StrangeWords(strange)
    place: Any = nw.lit(None, nw.Int32)
    for number, name in enumerate(words):
        place = nw.when(nw.col("type") == name).then(nw.lit(number, nw.Int32)).otherwise(place)
    return frame.select("patient_id", "day", code=place)


def _strange(frame: nw.LazyFrame[Any], words: list[str]) -> int:
    given = _collected(frame.select("type").unique("type", keep="any"))["type"].drop_nulls()
    return given.filter(~given.is_in(words)).len()


def _grouped(
    frame: nw.LazyFrame[Any],
    ends: int,
    deaths: list[int],
    which: Literal["first", "last"],
    *,
    assessed: bool,
) -> pl.DataFrame:
    """The same by one group-by."""
    # Masks first, then plain minima: the same on every engine, and without a sort or a join.
    frame = frame.filter(~nw.col("patient_id").is_null(), ~nw.col("code").is_null())
    day, code = nw.col("day"), nw.col("code").cast(nw.Int32)
    marked = frame.select(
        "patient_id",
        _origin=nw.when(code == ends).then(day),
        _ends=nw.when(code < ends).then((day * TYPES + code).cast(nw.Int32)),
        _last=nw.when(code == ends + 1).then(day) if assessed else day,
    )
    start = nw.col("_origin").min() if which == "first" else nw.col("_origin").max()
    found = _collected(
        marked.group_by("patient_id").agg(
            origin_day=start, first=nw.col("_ends").min(), last=nw.col("_last").max()
        )
    )
    early = found.filter(
        pl.col("first").is_not_null() & pl.col("origin_day").is_not_null() & ~_counts("first", deaths)
    )
    if early.is_empty():
        return found
    # An event before the origin does not end follow-up: the first later one of these patients.
    again = _again(marked, early.select("patient_id", "origin_day"))
    later = again.filter(_counts("_ends", deaths)).group_by("patient_id").agg(_later=pl.col("_ends").min())
    late = early.select("patient_id", _early=pl.lit(value=True)).join(later, on="patient_id", how="left")
    return (
        found.join(late, on="patient_id", how="left")
        .with_columns(first=pl.when(pl.col("_early")).then(pl.col("_later")).otherwise(pl.col("first")))
        .drop("_early", "_later")
    )


def _again(marked: nw.LazyFrame[Any], early: pl.DataFrame) -> pl.DataFrame:
    rows = marked.filter(~nw.col("_ends").is_null()).select("patient_id", "_ends")
    native = rows.to_native()
    if isinstance(native, pl.LazyFrame):
        return native.join(early.lazy(), on="patient_id").collect(engine="streaming")
    return _collected(rows).join(early, on="patient_id")


def _counts(number: str, deaths: list[int]) -> pl.Expr:
    """Whether an event lies after the origin; death counts on its day too."""
    day, code = pl.col(number).floordiv(TYPES), pl.col(number) % TYPES
    return (day > pl.col("origin_day")) | ((day == pl.col("origin_day")) & code.is_in(deaths))


def _collected(frame: nw.LazyFrame[Any]) -> pl.DataFrame:
    native = frame.to_native()
    if isinstance(native, pl.LazyFrame):
        return native.collect(engine="streaming")
    found: pl.DataFrame = frame.collect("polars").to_native()
    return found
