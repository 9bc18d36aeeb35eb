"""Results as laboratories write them, 40, "40 ng/mL" or "<0.5", as low, high and unit."""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.errors import BadInput
from paget.record.cells import read_limits
from paget.record.listing import Problems
from paget.record.problems import Problem
from paget.record.row_ids import ROW
from paget.record.unknown import UNKNOWN_NUMBERS, Impossible, is_unknown

COLUMN: Final = "value"
BESIDE: Final = ("a value beside low and high", "write value, or low and high")
TWO_UNITS: Final = ("a unit in the value and another one beside it", "write it once")
UNKNOWN_VALUE: Final = "a word or code for unknown, read as unknown"
IN_WORDS: Final = "write a result in words under text"


def read_value(value: object) -> tuple[float | None, float | None, str | None] | None:
    """Low, high and unit of a written result; None when it says that nothing is known.

    Raises:
        Impossible: it is no result.
    """
    if isinstance(value, str):
        if is_unknown(value):
            return None
    elif isinstance(value, int | float) and not isinstance(value, bool) and value in UNKNOWN_NUMBERS:
        return None
    try:
        return read_limits(value)
    except Impossible as error:
        in_words = isinstance(value, str) and not any(character.isdigit() for character in value)
        raise Impossible(error.what, IN_WORDS if in_words else error.mend) from error


def spread_values(frame: pl.DataFrame, problems: Problems) -> pl.DataFrame:
    """Observations with their column ``value`` as low, high and unit; impossible ones are left out.

    Args:
        frame: observations as written; ``value`` of texts or numbers.
        problems: gets what is rejected or unknown.
    """
    blank = [pl.lit(None).alias(name) for name in ("low", "high", "unit") if name not in frame.columns]
    if frame[COLUMN].dtype.is_nested() or frame[COLUMN].dtype in (pl.Boolean, pl.Binary):
        raise BadInput(
            "a column of results holds something else",
            where=f"{problems.report.source} observations.{COLUMN}".strip(),
            mend="write numbers, or texts such as <0.5",
        )
    frame = frame.with_columns(*blank, pl.col(COLUMN).cast(pl.String)).with_row_index(ROW)
    frame = frame.with_columns(pl.col("unit").cast(pl.String))
    faults: dict[tuple[str, str], list[str]] = {}
    known: list[tuple[str, float | None, float | None, str | None]] = []
    for text in frame[COLUMN].drop_nulls().unique(maintain_order=True).to_list():
        try:
            found = read_value(text)
        except Impossible as error:
            faults.setdefault((error.what, error.mend), []).append(text)
            continue
        known.append((text, *(found or (None, None, None))))
    kinds = {COLUMN: pl.String, "_low": pl.Float64, "_high": pl.Float64, "_unit": pl.String}
    spread = pl.DataFrame(known, schema=kinds, orient="row")
    unknown = spread.filter(pl.all_horizontal(pl.col("_low", "_high").is_null()))
    count = frame.join(unknown, on=COLUMN, how="semi").height
    if count:
        source = problems.report.source
        problems.report.problems.append(
            Problem("unknown value", UNKNOWN_VALUE, "", "observations", "", COLUMN, "", source, count)
        )
    given = pl.col(COLUMN).is_not_null()
    frame = frame.join(spread, on=COLUMN, how="left", maintain_order="left")
    wrong = [(fault, given & pl.col(COLUMN).is_in(texts)) for fault, texts in faults.items()]
    wrong.append((BESIDE, given & (pl.col("low").is_not_null() | pl.col("high").is_not_null())))
    wrong.append((TWO_UNITS, pl.col("_unit") != pl.col("unit").replace("", None)))
    for fault, where in wrong:
        rows = frame.filter(where)
        if rows.height:
            problems.add("rejected", "observations", COLUMN, *fault, rows)
            frame = frame.join(rows, on=ROW, how="anti", maintain_order="left")
    if not frame[COLUMN].null_count():  # so that the written columns need no common type
        frame = frame.with_columns(low=pl.col("_low"), high=pl.col("_high"))
    else:
        low, high = pl.col("low").cast(pl.String), pl.col("high").cast(pl.String)
        frame = frame.with_columns(
            low=pl.when(given).then(pl.col("_low").cast(pl.String)).otherwise(low),
            high=pl.when(given).then(pl.col("_high").cast(pl.String)).otherwise(high),
        )
    return frame.with_columns(unit=pl.coalesce("_unit", "unit")).drop(COLUMN, "_low", "_high", "_unit")
