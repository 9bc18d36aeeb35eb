"""The follow-up of a patient split at the day of exposure: before it unexposed, from it exposed."""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.errors import BadInput
from paget.evidence.exposure import Exposure
from paget.evidence.followed import ENTRY, EVENT, TIME, Followed, numbers

EXPOSED_FROM, EXPOSED = "_exposed_from", "_exposed"
HALF_A_DAY: Final = 0.5
"""An exposure on the day on which follow-up ends began half a day before: it came first."""


def with_exposure(followed: Followed, exposure: Exposure) -> pl.DataFrame:
    """The rows with ``_exposed_from``: the day of exposure, blank for who never had it.

    Raises:
        BadInput: nobody was exposed, or somebody after the end of follow-up; the days are no numbers.
    """
    followed.column(exposure.day)
    numbers(followed.frame, exposure.day)
    day = followed.column(exposure.day).cast(pl.Float64).fill_nan(None)
    frame = followed.frame.with_columns(day.alias(EXPOSED_FROM))
    late = frame.filter(pl.col(EXPOSED_FROM) > pl.col(TIME)).height
    if late:
        raise BadInput(
            f"{late} patients were exposed after their follow-up ended",
            where=exposure.day,
            mend="leave the day blank where the exposure came after event or censoring",
        )
    if frame[EXPOSED_FROM].null_count() == frame.height:
        raise BadInput("nobody was exposed", where=exposure.day, mend="there is nothing to compare")
    last = pl.min_horizontal(pl.col(EXPOSED_FROM), pl.col(TIME) - HALF_A_DAY)
    return frame.with_columns(pl.when(pl.col(EXPOSED_FROM).is_not_null()).then(last).alias(EXPOSED_FROM))


def split(followed: Followed, exposure: Exposure) -> pl.DataFrame:
    """A row a patient and state: ``_entry`` to ``_time``, ``_exposed`` 0 or 1, the event in the last."""
    frame = with_exposure(followed, exposure)
    later = pl.col(EXPOSED_FROM) > pl.col(ENTRY)
    from_the_start = frame.filter(~later).with_columns(pl.lit(1).alias(EXPOSED))
    never = frame.filter(pl.col(EXPOSED_FROM).is_null()).with_columns(pl.lit(0).alias(EXPOSED))
    crossing = frame.filter(later)
    before = crossing.with_columns(
        pl.col(EXPOSED_FROM).alias(TIME), pl.lit(0).cast(pl.Int64).alias(EVENT), pl.lit(0).alias(EXPOSED)
    )
    after = crossing.with_columns(pl.col(EXPOSED_FROM).alias(ENTRY), pl.lit(1).alias(EXPOSED))
    return pl.concat([from_the_start, never, before, after])
