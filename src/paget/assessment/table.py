"""Findings as a table, a row a decision: for those who count patients rather than read about one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.facts.declaration import FactTable
from paget.possible import Classes, Range, Truth
from paget.rules import Results, States

BETWEEN: Final = " or "
"""What stands between the classes of a value of which several are possible."""

_WORDS: Final = ("no", "unknown", "yes")


def table_of(facts: FactTable, results: Results) -> pl.DataFrame:
    """The findings of some decisions.

    Args:
        facts: of the decisions.
        results: the findings on them.

    Returns:
        ``patient_id``, ``tumour_id``, ``as_of`` (a date; blank where days are counted from an origin),
        ``day`` (its number), and by finding: a yes/no or a class as text, several possible classes with
        "or" between; a number as ``NAME_low`` and ``NAME_high``, blank for open; of a schedule or of
        factors one text an item, ``NAME.ITEM``. Whether a finding belongs to the case is ``NAME_applies``,
        where that hangs on the case; the others of a finding that does not are blank.
    """
    day = pl.Series("day", facts.as_of, pl.Float64).cast(pl.Int32)
    dates = np.ones(len(facts), np.bool_) if facts.dates is None else facts.dates
    columns = [
        pl.Series("patient_id", list(facts.patient_id), pl.String),
        pl.Series("tumour_id", list(facts.tumour_id), pl.String),
        _where(day.cast(pl.Date), dates).alias("as_of"),
        day,
    ]
    for name in results:
        outcome = results[name]
        here = outcome.applies.may_be
        if results.ruleset[name].applies is not None:
            words = pl.Series(f"{name}_applies", _WORDS, pl.Enum(_WORDS))
            columns.append(words.gather(outcome.applies.sign.astype(np.uint32) + 1))
        columns += [_where(one, here) for one in _columns(name, outcome.value)]
    return pl.DataFrame(columns)


def _columns(name: str, value: Truth | Range | Classes | States) -> Iterator[pl.Series]:
    if isinstance(value, Truth):
        yield pl.Series(name, _WORDS, pl.Enum(_WORDS)).gather((value.sign + 1).astype(np.uint32))
    elif isinstance(value, Classes):
        yield _words(name, value)
    elif isinstance(value, Range):
        for side, numbers in (("low", value.low), ("high", value.high)):
            yield _where(pl.Series(f"{name}_{side}", numbers, pl.Float64), np.isfinite(numbers))
    else:
        for item, states in zip(value.names, value.each, strict=True):
            yield _words(f"{name}.{item}", states)


def _words(name: str, value: Classes) -> pl.Series:
    """The classes that are possible as text: of a registry there are few different ones."""
    codes, which = np.unique(value.can, return_inverse=True)
    texts = [BETWEEN.join(Classes(value.names, code).possible()) for code in codes]
    return pl.Series(name, texts, pl.String).gather(which.astype(np.uint32))


def _where(column: pl.Series, here: NDArray[np.bool_]) -> pl.Series:
    """The column, blank elsewhere."""
    if here.all():
        return column
    return column.to_frame().select(pl.when(pl.Series(here)).then(pl.col(column.name))).to_series()
