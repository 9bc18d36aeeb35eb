"""What comes of reading a whole column: its values, and the rows whose value is impossible."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from paget.record.cells import Reader
from paget.record.unknown import UNKNOWN, Impossible

_FAULTS: Final = {"row": pl.UInt32(), "what": pl.String(), "mend": pl.String()}


@dataclass(frozen=True, slots=True)
class Reading:
    """A column as it was read.

    Attributes:
        values: in the physical type of the column; of a day its first possible day.
        last: of a day its last possible day.
        faults: ``row`` (position), ``what`` and ``mend`` of each impossible value.
        unknown: how many values were a word or code for unknown.
    """

    values: pl.Series
    last: pl.Series | None
    faults: pl.DataFrame
    unknown: int


def no_faults() -> pl.DataFrame:
    """No row has an impossible value."""
    return pl.DataFrame(schema=_FAULTS)


def faults_at(where: pl.Series, fault: tuple[str, str]) -> pl.DataFrame:
    """The same fault in every row where a mask holds."""
    rows = where.fill_null(value=False).arg_true().cast(pl.UInt32)
    return pl.DataFrame(
        {"row": rows, "what": [fault[0]] * len(rows), "mend": [fault[1]] * len(rows)}, schema=_FAULTS
    )


def fault_of(read: Reader, value: Any, relative: bool = False) -> tuple[str, str]:
    """The fault that the reader of single values finds in a value."""
    try:
        read(value, relative)
    except Impossible as error:
        return error.what, error.mend
    return "not an allowed value", ""


def by_value(
    written: pl.Series,
    read: Reader,
    dtype: Any,
    unpack: Callable[[Any], Any] | None = None,
    *,
    relative: bool = False,
) -> Reading:
    """Read each different value once."""
    different = written.drop_nulls().unique()
    values: list[Any] = []
    named: list[str | None] = []
    mends: list[str | None] = []
    unknown: list[bool] = []
    for value in different.to_list():
        found, what, mend = None, None, None
        try:
            found = read(value, relative)
        except Impossible as error:
            what, mend = error.what, error.mend
        unknown.append(found is UNKNOWN)
        values.append(None if found is UNKNOWN or found is None else unpack(found) if unpack else found)
        named.append(what)
        mends.append(mend)
    lookup = pl.DataFrame(
        [
            different.rename("written"),
            pl.Series("value", values, dtype),
            pl.Series("what", named, pl.String),
            pl.Series("mend", mends, pl.String),
            pl.Series("unknown", unknown, pl.Boolean),
        ]
    )
    joined = (
        written.rename("written")
        .to_frame()
        .with_row_index("row")
        .join(lookup, on="written", how="left", maintain_order="left")
    )
    faults = joined.filter(pl.col("what").is_not_null()).select("row", "what", "mend")
    return Reading(joined["value"], None, faults, int(joined["unknown"].sum()))


def all_wrong(written: pl.Series, read: Reader, dtype: Any, wrong: Any) -> Reading:
    """A column of a type that its values cannot have."""
    nothing = pl.Series(written.name, [None] * len(written), dtype)
    return Reading(nothing, None, faults_at(written.is_not_null(), fault_of(read, wrong)), 0)
