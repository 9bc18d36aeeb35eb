"""Random columns of a synthetic registry: words, partial and blank days, late knowledge, versions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.record.columns import latest
from paget.record.frames import SCHEMAS

Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FIRST_DAY = 12784  # 2005-01-01
YEARS = 20


@dataclass(slots=True)
class Draw:
    """Random columns for tables of the registry."""

    chance: np.random.Generator
    patients: int

    def among(self, words: tuple[str, ...], rows: int, shares: tuple[float, ...] | None = None) -> pl.Series:
        """Words with given shares."""
        return pl.Series(words).gather(self.chance.choice(len(words), rows, p=shares))

    def some(self, rows: int, share: float) -> Bools:
        """A mask of about that share."""
        return self.chance.random(rows) < share

    def blanked(self, values: pl.Series, share: float) -> pl.Series:
        """Values of which a share is blank."""
        return values.zip_with(pl.Series(self.chance.random(len(values)) >= share), blank(values))

    def day(
        self, name: str, day: Ints, *, partial: float = 0.04, blanks: float = 0.02
    ) -> dict[str, pl.Series]:
        """A day column with its latest possible day: some of the month, a few of the year, some blank."""
        date = day.astype("datetime64[D]")
        how = self.chance.random(len(day))
        month, year = date.astype("datetime64[M]"), date.astype("datetime64[Y]")
        low, high = day.copy(), day.copy()
        of_month, of_year = how < partial, how < partial / 4
        for mask, period in ((of_month, month), (of_year, year)):
            low[mask] = period.astype("datetime64[D]").astype(np.int64)[mask]
            high[mask] = (period + 1).astype("datetime64[D]").astype(np.int64)[mask] - 1
        given = pl.Series(how < 1 - blanks)
        return {
            name: only(pl.Series(low, dtype=pl.Int32), given),
            latest(name): only(pl.Series(high, dtype=pl.Int32), given),
        }

    def known(self, day: Ints, share: float = 0.1) -> dict[str, pl.Series]:
        """A known day some days after the row's own, for a share of the rows."""
        late = day + self.chance.integers(1, 40, len(day))
        values = only(pl.Series(late, dtype=pl.Int32), pl.Series(self.some(len(day), share)))
        return {"known_day": values, latest("known_day"): values}


def blank(values: pl.Series) -> pl.Series:
    """As many blanks of the same kind."""
    return pl.Series([None], dtype=values.dtype).new_from_index(0, len(values))


def only(values: pl.Series, mask: pl.Series) -> pl.Series:
    return values.zip_with(mask, blank(values))


def row_ids(frame: pl.DataFrame, letter: str) -> pl.Series:
    """L1, L2, ...: unique in the table."""
    return letter + pl.int_range(1, frame.height + 1, eager=True).cast(pl.String)


def in_columns(frame: pl.DataFrame, name: str) -> pl.DataFrame:
    missing = [
        pl.lit(None, kind).alias(column)
        for column, kind in SCHEMAS[name].items()
        if column not in frame.columns
    ]
    return frame.with_columns(missing).select(list(SCHEMAS[name])).cast(pl.Schema(SCHEMAS[name]))


def later_versions(draw: Draw, frame: pl.DataFrame, column: str, value: str, share: float) -> pl.DataFrame:
    """Corrections of a share of the rows, known 60 days later; a tenth of them only take the row back."""
    newer = frame.filter(pl.Series(draw.some(frame.height, share)))
    back = pl.Series(draw.some(newer.height, 0.1))
    known = pl.col("day") + 60
    return newer.with_columns(
        pl.lit(value).alias(column),
        replaces="row_id",
        row_id=pl.concat_str("row_id", pl.lit("v")),
        known_day=known,
        known_day_latest=known,
        retracted=pl.when(back).then(pl.lit(value=True)),
    )


def children(draw: Draw, counts: Ints) -> Ints:
    """The parent of each child, in the order of the parents."""
    return np.repeat(np.arange(len(counts)), counts)
