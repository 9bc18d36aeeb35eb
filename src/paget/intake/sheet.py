"""One part of a flat file with its mapping: conditions on its rows, texts read once for each distinct text.

The answers are joined back to the rows. Each answer carries, row by row, why a cell could not be read;
the value is never repeated there.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import polars as pl

from paget.intake.mapping import Condition, FlatMapping, Test
from paget.record.cells import UNKNOWN, Impossible

_ROW_OF_SHEET: Final = "row of the sheet"


@dataclass(slots=True)
class Remarks:
    """What is worth saying of the columns of a file; a column that is read twice is counted once."""

    coded: Counter[str] = field(default_factory=Counter)  # declared in the mapping
    unknown: Counter[str] = field(default_factory=Counter)  # words that mean unknown anywhere
    formulas: Counter[str] = field(default_factory=Counter)
    not_whole: Counter[str] = field(default_factory=Counter)
    words: Counter[tuple[str, str]] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class Found:
    """The values of a column for all rows; of a day its first and last possible day.

    Attributes:
        low: the value; or the first possible day, or the lower limit of an observation.
        high: the last possible day, or the upper limit; None for other columns.
        why: why the cell could not be read, with the mend behind a line feed; None: every cell could.
    """

    low: pl.Series
    high: pl.Series | None = None
    why: pl.Series | None = None

    @property
    def upper(self) -> pl.Series:
        """The last possible day; of a value, itself."""
        return self.low if self.high is None else self.high

    def where(self, mask: pl.Series | None) -> Found:
        """The same, blank in rows that the mask does not hold."""
        if mask is None:
            return self
        high = None if self.high is None else only(self.high, mask)
        return Found(only(self.low, mask), high, None if self.why is None else only(self.why, mask))


class Sheet:
    """The rows of one part of a flat file.

    Args:
        frame: texts, with :data:`paget.intake.flat.ROW`.
        mapping: what the texts mean.
        remarks: receives what is worth saying.
    """

    def __init__(self, frame: pl.DataFrame, mapping: FlatMapping, remarks: Remarks) -> None:
        self.frame, self.mapping, self.remarks = frame, mapping, remarks
        self.days: dict[str, Found] = {}  # named days already computed

    def filtered(self, mask: pl.Series | None) -> Sheet:
        """Only the rows that a mask holds."""
        return self if mask is None else Sheet(self.frame.filter(mask), self.mapping, self.remarks)

    def exploded(self, column: str, separator: str) -> Sheet:
        """One row for each word of a column; a blank cell stays one row."""
        words = pl.col(column).str.split(separator).list.eval(pl.element().str.strip_chars())
        words = words.list.filter(pl.element() != "")
        frame = self.frame.with_columns(pl.when(words.list.len() > 0).then(words).alias(column))
        return Sheet(frame.explode(column, empty_as_null=True), self.mapping, self.remarks)

    def holds(self, condition: Condition) -> pl.Series | None:
        """Which rows meet a condition; None: there is no condition, and all do."""
        if not condition:
            return None
        groups = [pl.all_horizontal([self._passes(test) for test in group]) for group in condition]
        return self.frame.select(pl.any_horizontal(groups).fill_null(value=False)).to_series()

    def number(self, column: str) -> pl.Expr:
        """The numbers in a column; null where none is readable."""
        return self.decimal_point(pl.col(column)).cast(pl.Float64, strict=False)

    def decimal_point(self, texts: pl.Expr) -> pl.Expr:
        """Numbers as texts with a decimal point, whatever the file writes."""
        if self.mapping.decimal == ".":
            return texts
        comma = texts.str.replace(",", ".", literal=True)
        return (
            pl.when(texts.str.contains(".", literal=True))
            .then(texts.str.replace(".", "..", literal=True))
            .otherwise(comma)
        )

    def select(self, expression: pl.Expr) -> pl.Series:
        """An expression over the sheet's columns, for all rows."""
        return self.frame.select(expression.alias("value")).to_series()

    def same(self, value: Any, kind: Any) -> pl.Series:
        """A value that is the same in all rows."""
        if isinstance(value, list | tuple):
            return pl.Series([list(value)], dtype=kind).new_from_index(0, self.frame.height)
        return self.frame.select(pl.repeat(value, pl.len(), dtype=kind)).to_series()

    def by_distinct(
        self, texts: pl.Series, column: str, read: Callable[[str], Any]
    ) -> tuple[dict[str, Any], pl.Series | None]:
        """What each distinct text means, and row by row why one could not be read.

        Args:
            texts: the texts of all rows.
            column: their column, for remarks.
            read: what one text means; UNKNOWN: unknown, written as a word or a code; None: blank.

        Returns:
            The meaning of each text that has one, and the reasons, None when there are none.
        """
        means: dict[str, Any] = {}
        unknown: list[str] = []
        wrong: dict[str, str] = {}
        for text in texts.drop_nulls().unique().to_list():
            try:
                meant = read(text)
            except Impossible as error:
                wrong[text] = f"{error.what}\n{error.mend}"
                continue
            if meant is UNKNOWN:
                unknown.append(text)
            elif meant is not None:
                means[text] = meant
        if unknown:
            self.remarks.unknown[column] = max(int(texts.is_in(unknown).sum()), self.remarks.unknown[column])
        return means, (joined(texts, wrong, pl.String) if wrong else None)

    def _passes(self, test: Test) -> pl.Expr:
        text = pl.col(test.column)
        asked: list[pl.Expr] = []
        if test.given is not None:
            asked.append(text.is_not_null() if test.given else text.is_null())
        if test.among is not None:
            asked.append(self._is_one_of(test.column, test.among))
        if test.unlike is not None:
            asked.append(~self._is_one_of(test.column, test.unlike))  # null where the cell is blank
        number = self.number(test.column)
        for how, other in test.compared:
            limit = self.number(other) if isinstance(other, str) else pl.lit(other)
            match how:
                case "below":
                    asked.append(number < limit)
                case "above":
                    asked.append(number > limit)
                case "at_least":
                    asked.append(number >= limit)
                case "at_most":
                    asked.append(number <= limit)
        return pl.all_horizontal([part.fill_null(value=False) for part in asked])

    def _is_one_of(self, column: str, wanted: tuple[str, ...]) -> pl.Expr:
        found = pl.col(column).str.to_lowercase().is_in([word.lower() for word in wanted])
        numbers = [number for word in wanted if (number := _as_number(word)) is not None]
        return found | self.number(column).is_in(numbers).fill_null(value=False) if numbers else found


def joined(texts: pl.Series, means: Mapping[str, Any], kind: Any) -> pl.Series:
    """What each text means, for all rows; null where it has no meaning."""
    if not means:
        return pl.Series(texts.name, [None], dtype=kind).new_from_index(0, len(texts))
    meanings = pl.Series(list(means.values()), dtype=kind)
    return texts.replace_strict(
        pl.Series(list(means), dtype=pl.String), meanings, default=None, return_dtype=kind
    )


def only(values: pl.Series, mask: pl.Series) -> pl.Series:
    """Values where a mask holds, null elsewhere."""
    frame = pl.DataFrame([values.alias("value"), mask.alias("mask")])
    return frame.select(pl.when("mask").then("value")).to_series()


def first_reason(reasons: Sequence[pl.Series | None]) -> pl.Series | None:
    """The first of several reasons, row by row."""
    given = [reason.alias(str(place)) for place, reason in enumerate(reasons) if reason is not None]
    return pl.DataFrame(given).select(pl.coalesce(pl.all())).to_series() if given else None


def because(mask: pl.Series, reason: str) -> pl.Series | None:
    """A reason in the rows that a mask holds; None where it holds none."""
    if not mask.any():
        return None
    return pl.DataFrame([mask.alias("mask")]).select(pl.when("mask").then(pl.lit(reason))).to_series()


def _as_number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
