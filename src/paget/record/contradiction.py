"""What a contradiction is: rows that are possible one by one and cannot all be true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import polars as pl

Tables = Mapping[str, pl.LazyFrame]
"""The rows of each table that hold; under "all <table>" every version of them."""

ROW: Final = ["patient_id", "row_id"]
"""What names a row of a table."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """What cannot be true together, and how the rows concerned are found.

    Attributes:
        table: the table whose rows are named.
        column: the column in which it shows.
        what: the contradiction, in words.
        rows: from the tables to the rows concerned, at least their patient_id and row_id.
        needs: columns ("table.column") of which each must have a value somewhere; else it is not looked for.
        before: (earlier, later, days): it is only looked for when the smallest value of the first column
            plus the days is below the largest of the second; in most records of one patient it is not.
        mend: what to look at.
    """

    table: str
    column: str
    what: str
    rows: Callable[[Tables], pl.LazyFrame]
    needs: tuple[str, ...] = ()
    before: tuple[str, str, int] | None = None
    mend: str = "correct one of the two"
