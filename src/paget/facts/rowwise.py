"""Three-valued conditions on rows, and what is counted, summed and dated of the rows that meet them.

A condition is a nullable boolean: true where the row certainly meets it, null where it possibly does.
Each aggregate gives two columns, its smallest and largest possible value; masks are made first and
aggregated plainly, which means the same on every engine.
"""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw

Frame = nw.LazyFrame[Any]

EARLY: Final = -(2**30)
LATE: Final = 2**30
"""Days before and after all others: an open side of an interval of days inside a plan."""


def sure(condition: nw.Expr) -> nw.Expr:
    """1 where a row certainly meets the condition, else 0."""
    return nw.when(condition).then(nw.lit(1)).otherwise(nw.lit(0))


def possible(condition: nw.Expr) -> nw.Expr:
    """1 where a row meets the condition or may meet it, else 0."""
    return nw.when(~condition).then(nw.lit(0)).otherwise(nw.lit(1))


def truth(yes: nw.Expr, may_be: nw.Expr) -> nw.Expr:
    """From two counts: true where the first is above 0, false where the second is 0, else null."""
    return (
        nw.when(yes.fill_null(0) > 0)
        .then(nw.lit(True))
        .when(may_be.fill_null(0) == 0)
        .then(nw.lit(False))
        .otherwise(nw.lit(None, nw.Boolean))
    )


def early(day: nw.Expr) -> nw.Expr:
    """A first possible day; before all others when blank."""
    return day.fill_null(EARLY)


def late(day: nw.Expr) -> nw.Expr:
    """A last possible day; after all others when blank."""
    return day.fill_null(LATE)


def latest_rows(rows: Frame, keys: list[str], speaks: nw.Expr, day: str = "day") -> Frame:
    """The rows that may be the latest of their subject, of those that speak of a question.

    A row may be the latest when its last possible day is not before the first possible day of every row
    that certainly speaks. Two rows of one day both remain. Adds ``_any`` (1 where a row certainly
    speaks), ``_from`` and ``_to``: first and last possible day of the latest.
    """
    first, last = early(nw.col(day)), late(nw.col(f"{day}_latest"))
    rows = rows.with_columns(_speaks=speaks & nw.col("known"), _first=first, _last=last).filter(
        nw.col("_speaks").is_null() | nw.col("_speaks")
    )
    rows = rows.with_columns(
        _sure=sure(nw.col("_speaks")),
        _sure_first=nw.when(nw.col("_speaks")).then(nw.col("_first")).otherwise(nw.lit(EARLY)),
    )
    newest = rows.group_by(*keys).agg(
        _newest=nw.col("_sure_first").max(), _any=nw.col("_sure").max(), _to=nw.col("_last").max()
    )
    return rows.join(newest, on=keys, how="left").filter(nw.col("_last") >= nw.col("_newest"))
