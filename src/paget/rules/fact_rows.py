"""Some rows of a table of facts."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from paget.facts.declaration import FactColumn, FactTable
from paget.possible import Classes, Range, Span, Truth


def rows_of(
    facts: FactTable, rows: slice | NDArray[np.intp], only: frozenset[str] | None = None
) -> FactTable:
    """Some rows of a table of facts, or of some of its columns; a slice copies nothing."""
    columns = {
        name: FactColumn(
            _rows(column.value, rows), None if column.day is None else _range_rows(column.day, rows)
        )
        for name, column in facts.columns.items()
        if only is None or name in only
    }
    return FactTable(
        _ids(facts.decision_id, rows),
        _ids(facts.patient_id, rows),
        _ids(facts.tumour_id, rows),
        facts.as_of[rows],
        columns,
    )


def _ids(
    ids: tuple[str, ...] | NDArray[np.object_], rows: slice | NDArray[np.intp]
) -> tuple[str, ...] | NDArray[np.object_]:
    if isinstance(ids, tuple):
        return ids[rows] if isinstance(rows, slice) else tuple(ids[row] for row in rows)
    return ids[rows]


def _range_rows(value: Range, rows: slice | NDArray[np.intp]) -> Range:
    low = value.low[rows]
    return Range(low, low if value.high is value.low else value.high[rows])


def _rows(
    value: Truth | Range | Classes | Span, rows: slice | NDArray[np.intp]
) -> Truth | Range | Classes | Span:
    if isinstance(value, Truth):
        return Truth(value.sign[rows])
    if isinstance(value, Classes):
        return Classes(value.names, value.can[rows])
    if isinstance(value, Span):
        return Span(
            _range_rows(value.start, rows), _range_rows(value.end, rows), Truth(value.calendar.sign[rows])
        )
    return _range_rows(value, rows)
