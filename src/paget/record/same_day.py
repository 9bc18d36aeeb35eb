"""Contradictions between statements of one day: two stages, or free of disease and not free of it."""

from __future__ import annotations

from typing import Final

import polars as pl

from paget.record.columns import latest
from paget.record.contradiction import Contradiction, Tables
from paget.record.course import of_a_tumour

_FREE: Final = ("no evidence", "complete")
_NOT_FREE: Final = ("progression", "persistence", "recurrence", "regrowth")
_ON_A_DAY: Final = pl.col("day") == pl.col(latest("day"))


def _two_stagings(tables: Tables) -> pl.LazyFrame:
    """Of one tumour, day, prefix and edition, with another T, N or M; a subcategory is no other category."""
    of = ["patient_id", "tumour_id", "day", "prefix", "edition"]
    rows = tables["stagings"].filter(_ON_A_DAY & pl.col("prefix").is_not_null())
    rows = rows.with_columns(pl.col("edition").fill_null(""))
    categories = [
        pl.col(name)
        .str.to_uppercase()
        .str.extract(rf"{name.upper()}?([0-4]|IS)")
        .drop_nulls()
        .n_unique()
        .over(of)
        > 1
        for name in ("t", "n", "m")
    ]
    return rows.filter(pl.any_horizontal(categories))


def _two_statuses(tables: Tables) -> pl.LazyFrame:
    """Of one tumour, day and site."""
    of = ["patient_id", "tumour_id", "day", "site"]
    rows = of_a_tumour(tables, "statuses").filter(_ON_A_DAY & pl.col("site").is_not_null())
    free, not_free = (
        pl.col("status").is_in(which).fill_null(value=False).any().over(of) for which in (_FREE, _NOT_FREE)
    )
    return rows.filter(free & not_free & pl.col("status").is_in([*_FREE, *_NOT_FREE]))


SAME_DAY: Final = (
    Contradiction(
        "stagings",
        "day",
        "two stages of one tumour on one day that cannot both be true",
        _two_stagings,
        ("stagings.day", "stagings.prefix"),
        mend="does one replace the other?",
    ),
    Contradiction(
        "statuses",
        "status",
        "free of disease, and not free of it, on one day",
        _two_statuses,
        ("statuses.day", "statuses.status"),
        mend="does one replace the other?",
    ),
)
