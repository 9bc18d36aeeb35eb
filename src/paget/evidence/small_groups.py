"""Tables that leave the house: a count of few patients may say who they are."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import polars as pl

from paget.errors import BadInput, Refused

LEAST: Final = 11
"""Counts of 1 to 10 are not given out: the rule of many registries, and of the page."""
HIDDEN: Final = "< 11"
HIDDEN_TOO: Final = "not shown"
"""In place of a larger count, from which a hidden one could be found."""
FLAG: Final = "small groups"
"""Under ``overrides`` of a study: the reason to give them out all the same."""


class SmallGroups(Refused):
    """A table with counts below 11; :meth:`hidden` is the table without them.

    Attributes:
        cells: how many counts lie between 1 and 10.
    """

    def __init__(self, table: pl.DataFrame, counts: Sequence[str]) -> None:
        self._table, self._counts = table, tuple(counts)
        small = [int(table.select(_small(pl.col(name)).sum()).item() or 0) for name in counts]
        self.cells = sum(small)
        columns = ", ".join(name for name, number in zip(counts, small, strict=True) if number)
        super().__init__(
            f"{self.cells} counts are below {LEAST}",
            where=columns,
            why="a count of few patients may say who they are",
            mend="hidden() of this error blanks them; to give them out all the same: override=reason",
        )

    def hidden(self) -> pl.DataFrame:
        """The table with small counts as "< 11".

        Where one count of a column is hidden, the next smallest is "not shown": else it could be found from a
        total.
        """
        table = self._table
        for name in self._counts:
            column = table[name]
            hide = table.select(_small(pl.col(name)).fill_null(value=False)).to_series()
            shown = [HIDDEN if one else text for one, text in zip(hide, column.cast(pl.String), strict=True)]
            rest = column.filter(~hide & (column > 0))
            if hide.sum() == 1 and rest.len():
                shown[(~hide & (column == rest.min())).arg_max() or 0] = HIDDEN_TOO
            table = table.with_columns(pl.Series(name, shown, pl.String))
        return table


def safe_to_export(table: pl.DataFrame, counts: Sequence[str], *, override: str = "") -> pl.DataFrame:
    """A table, when no count in it lies between 1 and 10.

    Args:
        table: of aggregates.
        counts: its columns of counts of patients.
        override: give it out all the same, for this reason; it stands in a column ``note``.

    Raises:
        SmallGroups: a count from 1 to 10.
        BadInput: no such column.

    >>> import polars as pl
    >>> table = pl.DataFrame({"group": ["a", "b", "c"], "patients": [40, 3, 25]})
    >>> try:
    ...     safe_to_export(table, ["patients"])
    ... except SmallGroups as refused:
    ...     print(refused.hidden()["patients"].to_list())
    ['40', '< 11', 'not shown']
    """
    if missing := [name for name in counts if name not in table.columns]:
        raise BadInput(
            "no such column", where=", ".join(missing), mend=f"there are {', '.join(table.columns)}"
        )
    small = table.select(pl.any_horizontal(_small(pl.col(name)) for name in counts).any()).item()
    if not small:
        return table
    if not override:
        raise SmallGroups(table, counts)
    return table.with_columns(note=pl.lit(f"counts below {LEAST} are given out: {override}"))


def _small(count: pl.Expr) -> pl.Expr:
    return (count > 0) & (count < LEAST)
