"""A window after the origin, in days or in calendar months: until which day something is looked for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from paget.days import days_in_months
from paget.errors import BadInput, UnitError
from paget.units import quantity

RELATIVE: Final = "_relative"
"""Column that says whether a patient's days are counted from a day of their own and have no calendar."""

MONTHS: Final = {"month": 1, "year": 12}


@dataclass(frozen=True, slots=True)
class Window:
    """How long something is looked for.

    Attributes:
        words: as written.
        days: its length; of months where there is no calendar, floor(30.4375 x n).
        months: calendar months, or None for a window in days.
    """

    words: str
    days: int
    months: int | None = None

    @classmethod
    def read(cls, given: Any) -> Window:
        """A number of days, or words such as "6 months", "1 year", "2 weeks".

        Raises:
            BadInput: no whole number of days or months above 0.

        >>> Window.read(30), Window.read("6 months").days
        (Window(words='30 days', days=30, months=None), 182)
        """
        mend = 'write whole days or months, such as 30 or "6 months"'
        if isinstance(given, int) and not isinstance(given, bool):
            if given <= 0:
                raise BadInput("a window of no length", where=str(given), mend=mend)
            return cls(f"{given} day" if given == 1 else f"{given} days", given)
        try:
            value = quantity(str(given))
            days = value.to("day")
        except UnitError as error:
            raise BadInput("no length of time", where=str(given), mend=mend) from error
        count = MONTHS.get(value.unit.symbol)
        months = value.value * count if count else None
        whole = days if months is None else months
        if whole <= 0 or whole != round(whole):
            raise BadInput("no whole number of days or months", where=str(given), mend=mend)
        if months is None:
            return cls(str(given), int(days))
        return cls(str(given), days_in_months(months), int(months))

    def end(self, begin: pl.Expr, relative: pl.Expr | None = None) -> pl.Expr:
        """The last day of the window.

        Args:
            begin: days since 1970-01-01, or, where there is no calendar, since any day.
            relative: where there is no calendar; None: nowhere is one.
        """
        plain = begin + self.days
        if self.months is None or relative is None:
            return plain
        later = begin.cast(pl.Int32).cast(pl.Date).dt.offset_by(f"{self.months}mo").cast(pl.Int32)
        return pl.when(relative).then(plain).otherwise(later)
