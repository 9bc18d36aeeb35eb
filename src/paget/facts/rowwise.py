"""Three-valued conditions on rows, and what is counted, summed and dated of the rows that meet them.

A condition is a nullable boolean: true where the row certainly meets it, null where it possibly does.
Each aggregate gives two columns, its smallest and largest possible value; masks are made first and
aggregated plainly, which means the same on every engine.
"""

from __future__ import annotations

from typing import Final

from paget.plans import Expr, Plan, col, lit, when

WORSE: Final = ("progression", "persistence", "recurrence", "regrowth")
"""States of a disease that is there and not held."""

EARLY: Final = -(2**30)
LATE: Final = 2**30
"""Days before and after all others: an open side of an interval of days inside a plan."""


def sure(condition: Expr) -> Expr:
    """1 where a row certainly meets the condition, else 0."""
    return when(condition).then(lit(1)).otherwise(lit(0))


def possible(condition: Expr) -> Expr:
    """1 where a row meets the condition or may meet it, else 0."""
    return when(~condition).then(lit(0)).otherwise(lit(1))


def truth(yes: Expr, may_be: Expr) -> Expr:
    """From two counts: true where the first is above 0, false where the second is 0, else null."""
    return (
        when(yes.fill_null(0) > 0)
        .then(lit(True))
        .when(may_be.fill_null(0) == 0)
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )


def early(day: Expr) -> Expr:
    """A first possible day; before all others when blank."""
    return day.fill_null(EARLY)


def late(day: Expr) -> Expr:
    """A last possible day; after all others when blank."""
    return day.fill_null(LATE)


def by_then(day: str) -> Expr:
    """A last possible day, of what is known on the decision day: it was by then; blank where it is blank."""
    return when(col(day) > col("as_of")).then(col("as_of")).otherwise(col(day))


def latest_rows(rows: Plan, keys: list[str], speaks: Expr, day: str = "day") -> Plan:
    """The rows that may be the latest of their subject, of those that speak of a question.

    A row may be the latest when its last possible day is not before the first possible day of every row
    that certainly speaks. Two rows of one day both remain. Adds ``_any`` (1 where a row certainly
    speaks), ``_from`` and ``_to``: first and last possible day of the latest.
    """
    first, last = early(col(day)), late(col(f"{day}_latest"))
    rows = rows.with_columns(_speaks=speaks & col("known"), _first=first, _last=last).filter(
        col("_speaks").is_null() | col("_speaks")
    )
    rows = rows.with_columns(
        _sure=sure(col("_speaks")),
        _sure_first=when(col("_speaks")).then(col("_first")).otherwise(lit(EARLY)),
    )
    newest = rows.group_by(*keys).agg(
        _newest=col("_sure_first").max(), _any=col("_sure").max(), _to=col("_last").max()
    )
    return rows.join(newest, on=keys, how="left").filter(col("_last") >= col("_newest"))
