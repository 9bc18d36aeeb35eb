"""What is impossible within one row: an end before its start, more positive nodes than were examined.

Each check is written once and read twice: with the numbers of one row, and with expressions over a
table of a million rows. A blank takes part in no comparison, so nothing is impossible for want of a value.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Protocol

from paget.record.cells import day_bounds
from paget.record.observations import value_problem
from paget.units import DAYS_PER_YEAR

OLDEST_YEARS: Final = 120  # older than all but two or three people ever documented
OLDEST_DAYS: Final = int(OLDEST_YEARS * DAYS_PER_YEAR)


class Values(Protocol):
    """A row, or a table as expressions: numbers and the bounds of days, by column."""

    def first(self, day: str) -> Any:
        """First possible day."""
        ...

    def last(self, day: str) -> Any:
        """Last possible day."""
        ...

    def number(self, column: str) -> Any:
        """A number."""
        ...

    def blank(self, column: str) -> Any:
        """Whether the column is blank."""
        ...


@dataclass(frozen=True, slots=True)
class Check:
    """A condition that no possible row fulfils."""

    table: str
    column: str
    what: str
    mend: str
    fails: Callable[[Values], Any]


def _before(day: str, other: str) -> Callable[[Values], Any]:
    return lambda row: row.last(day) < row.first(other)


def _above(column: str, other: str) -> Callable[[Values], Any]:
    return lambda row: row.number(column) > row.number(other)


def _aged(day: str) -> Callable[[Values], Any]:
    return lambda row: row.first(day) - row.last("birth_day") > OLDEST_DAYS


def _neither(row: Values) -> Any:
    return row.blank("lesion_id") & row.blank("site_id")


def _both(row: Values) -> Any:
    return (row.blank("lesion_id") | row.blank("site_id")) == False  # noqa: E712, the same for an expression


_DATES: Final = "correct one of the two dates"
_AGE: Final = f"an age above {OLDEST_YEARS} years"
_NAMELESS: Final = ("names neither a lesion nor a site", "write lesion_id or site_id")
_TWO: Final = ("names a lesion and a site", "write one of the two; a row for each when both are meant")

ROW_CHECKS: Final = (
    Check("patients", "death_day", "a death before the birth", _DATES, _before("death_day", "birth_day")),
    Check("patients", "last_contact_day", "a last contact before the birth", _DATES,
          _before("last_contact_day", "birth_day")),
    Check("patients", "birth_day", _AGE, _DATES, _aged("death_day")),
    Check("patients", "birth_day", _AGE, _DATES, _aged("last_contact_day")),
    Check("stagings", "nodes_positive", "more positive nodes than were examined", "correct one of the two",
          _above("nodes_positive", "nodes_examined")),
    Check("judgements", "lesion_id", *_NAMELESS, _neither),
    Check("judgements", "lesion_id", *_TWO, _both),
    Check("measurements", "short_mm", "a short diameter above the longest", "write the longest as longest_mm",
          _above("short_mm", "longest_mm")),
    Check("measurements", "third_mm", "a third diameter above the longest", "write the longest as longest_mm",
          _above("third_mm", "longest_mm")),
    Check("treatments", "end_day", "an end before the start", _DATES, _before("end_day", "start_day")),
    Check("treatments", "pathology_day", "a pathology report before the start", _DATES,
          _before("pathology_day", "start_day")),
    Check("targets", "lesion_id", *_NAMELESS, _neither),
    Check("targets", "lesion_id", *_TWO, _both),
    Check("observations", "high", "a low above its high", "write the smaller as low", _above("low", "high")),
    Check("observations", "reference_high", "a lower limit of reference above the upper one",
          "write the smaller as reference_low", _above("reference_low", "reference_high")),
)  # fmt: skip
"""Every check within a row, in the order in which they are reported; the first that fails rejects the row."""

_BY_TABLE: Final[dict[str, tuple[Check, ...]]] = {
    name: tuple(check for check in ROW_CHECKS if check.table == name)
    for name in {check.table for check in ROW_CHECKS}
}
bounds_of = lru_cache(maxsize=1 << 16)(day_bounds)
"""First and last possible day of a canonical day, remembered."""


class _One:
    """The values of one row; a blank is NaN, which no comparison fulfils."""

    __slots__ = ("relative", "row")

    def __init__(self, row: dict[str, Any], relative: bool) -> None:
        self.row, self.relative = row, relative

    def first(self, day: str) -> float:
        value = self.row[day]
        return math.nan if value is None else bounds_of(value, self.relative)[0]

    def last(self, day: str) -> float:
        value = self.row[day]
        return math.nan if value is None else bounds_of(value, self.relative)[1]

    def number(self, column: str) -> float:
        value = self.row[column]
        return math.nan if value is None else float(value)

    def blank(self, column: str) -> bool:
        return self.row[column] is None


def row_problem(table: str, row: dict[str, Any], relative: bool) -> tuple[str, str, str] | None:
    """What makes a row impossible: (what, how to mend it, column), or None.

    Args:
        table: the row's table.
        row: every column of the table, in canonical form.
        relative: whether the patient's days are relative.
    """
    checks = _BY_TABLE.get(table)
    if checks is None:
        return None
    values = _One(row, relative)
    for check in checks:
        if check.fails(values):
            return check.what, check.mend, check.column
    if table == "observations":
        return value_problem(row["name"], row["low"], row["high"], row["unit"])
    return None
