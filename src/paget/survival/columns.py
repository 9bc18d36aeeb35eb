"""The data door: named columns of any dataframe as arrays, without a copy where that is possible.

Whatever narwhals takes (Polars, pandas, PyArrow, DuckDB, Spark, ...) and a plain mapping of names to arrays
come in alike. Messages name columns, never values of a row.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput

Mask = NDArray[np.bool_]

CODES_SPAN = 1 << 16
"""Integer labels within this span are coded by a look-up table, others by hashing."""

SOME = 10_000
"""Rows looked at for a guess."""

FEW = 64
"""Integer labels within this span are their own codes; one between them may have no row."""


@dataclass(frozen=True)
class Codes:
    """Labels as numbers.

    Attributes:
        codes: (rows,) 0 for the first label; -1 where the label is missing.
        labels: the labels, in order; a whole number between others may have no row.
        complete: whether it is known that no label is missing.
    """

    codes: NDArray[np.integer[Any]]
    labels: tuple[Any, ...]
    complete: bool = False

    @property
    def missing(self) -> Mask | None:
        """Rows without a label, or None when there are none."""
        if self.complete or self.codes.dtype.kind == "u":
            return None
        absent = self.codes < 0
        return absent if absent.any() else None


class Columns:
    """Named columns of equal length, read when asked for.

    Args:
        data: a dataframe that narwhals takes, or a mapping of names to arrays.
        names: the columns that will be asked for; only these are collected from a lazy frame.

    Raises:
        BadInput: data that is no table, or a column that it does not have.
    """

    def __init__(self, data: Any, names: Iterable[str | None]) -> None:
        wanted = list(dict.fromkeys(name for name in names if name is not None))
        for name in wanted:
            if not isinstance(name, str):
                raise BadInput("the name of a column is text", where=repr(name), mend="rename the column")
        if isinstance(data, Mapping):
            self._check(wanted, list(data))
            self.frame: Any = None
            self._arrays = {name: np.asarray(data[name]) for name in wanted}
            lengths = {array.shape[0] if array.ndim == 1 else -1 for array in self._arrays.values()}
            if len(lengths) > 1 or -1 in lengths:
                raise BadInput("the arrays are not vectors of one length", where=", ".join(wanted))
            self.rows = lengths.pop() if lengths else 0
            return
        import narwhals as nw

        try:
            frame: Any = nw.from_native(data)
        except TypeError:
            why = "a dataframe, or a mapping of names to arrays, is wanted"
            raise BadInput("data is not a table", why=why) from None
        self._check(wanted, frame.collect_schema().names())
        frame = frame.select(wanted)
        self.frame = frame.collect() if isinstance(frame, nw.LazyFrame) else frame
        self.rows = len(self.frame)
        self._arrays = {}

    @staticmethod
    def _check(wanted: Sequence[str], there: Sequence[str]) -> None:
        for name in wanted:
            if name not in there:
                near = difflib.get_close_matches(str(name), [str(one) for one in there], 1)
                mend = f"did you mean {near[0]}?" if near else f"there are {', '.join(map(str, there))}"
                raise BadInput("no such column", where=str(name), mend=mend)

    def array(self, name: str) -> NDArray[Any]:
        """The column as it is; nulls of a number become NaN, of others None."""
        if name not in self._arrays:
            values = np.asarray(self.frame[name].to_numpy())
            self._arrays[name] = _without_na(self.frame[name]) if values.dtype.kind == "O" else values
        return self._arrays[name]

    def covariate(self, name: str) -> NDArray[Any]:
        """The column as it is; a list of numbers with None among them is numbers."""
        values = self.array(name)
        if values.dtype.kind != "O":
            return values
        kinds = {type(value) for value in values if value is not None}
        plain = kinds and all(issubclass(kind, int | float | np.number | np.bool_) for kind in kinds)
        return _from_objects(values, name) if plain else values

    def arrays(self) -> dict[str, NDArray[Any]]:
        """All columns as they are."""
        names = self.frame.columns if self.frame is not None else list(self._arrays)
        return {name: self.array(name) for name in names}

    def numbers(self, name: str) -> tuple[NDArray[Any], Mask | None]:
        """A numeric or yes-no column, and where it is missing (None: nowhere).

        Raises:
            BadInput: the column holds text, dates or other things that are no numbers.
        """
        values = self.array(name)
        if values.dtype.kind == "O":
            values = _from_objects(values, name)
        if values.dtype.kind in "biu":
            return values, None
        if values.dtype.kind != "f":
            mend = "give days as whole numbers, for example end_day - start_day"
            raise BadInput(
                "the column is not numeric", where=name, mend=mend if values.dtype.kind in "mM" else ""
            )
        return values, absent(values)

    def codes(self, name: str, *, guess: bool = False) -> Codes:
        """A column of labels as numbers; the order of an ordered type is kept, others are sorted.

        Args:
            name: the column.
            guess: take the span of whole numbers from some of the rows; a kernel will find the others.
        """
        series = self._arrays.get(name)
        if series is None and self.frame is not None:
            import narwhals as nw

            column = self.frame[name]
            if isinstance(column.dtype, nw.Enum):
                return _encode(column.cast(nw.String).to_arrow(), list(column.dtype.categories))
            if column.dtype == nw.Categorical:
                pandas = column.implementation.is_pandas()
                order = [str(one) for one in column.to_native().cat.categories] if pandas else None
                return _encode(column.cast(nw.String).to_arrow(), order)
            if isinstance(column.dtype, nw.String | nw.Object):
                return _encode(column.to_arrow(), None)
        values = self.array(name)
        if values.dtype.kind in "iu" and values.size:
            some = values[:: max(1, values.size // SOME)] if guess else values
            first, last = int(some.min()), int(some.max())
            if guess and first >= 0 and last < FEW:
                return Codes(values, tuple(range(last + 1)), complete=True)
            if last - first < CODES_SPAN:
                return _look_up(values, first, last)
        return _encode(values, None)


def absent(values: NDArray[Any]) -> Mask | None:
    """Where a column is NaN; None, after reading it once, where it is nowhere."""
    missing = np.isnan(values) if np.isnan(values.sum()) else None  # of infinities too
    return missing if missing is not None and missing.any() else None


def _without_na(series: Any) -> NDArray[Any]:
    """A column whose nulls are objects, as of pandas' nullable types: numbers with NaN, else None."""
    import narwhals as nw
    import pyarrow as pa

    if not (series.dtype.is_numeric() or series.dtype == nw.Boolean):
        values = series.to_numpy()
        absent = series.is_null().to_numpy()
        return np.asarray(np.where(absent, None, values) if absent.any() else values)
    numbers = series.to_arrow()
    numbers = numbers.cast(pa.int8()) if series.dtype == nw.Boolean else numbers
    return np.asarray(numbers.cast(pa.float64()).to_numpy(zero_copy_only=False))


def _from_objects(values: NDArray[Any], name: str) -> NDArray[Any]:
    """Yes-no or numbers with None among them, as floats with NaN."""
    try:
        return np.array([np.nan if value is None else float(value) for value in values])
    except (TypeError, ValueError):
        raise BadInput("the column is not numeric", where=name) from None


def _look_up(values: NDArray[Any], first: int, last: int) -> Codes:
    if last - first < FEW:
        codes = values if first == 0 else values - first
        return Codes(codes, tuple(range(first, last + 1)), complete=True)
    shifted = values if first == 0 else values - first
    there = np.zeros(last - first + 1, dtype=bool)
    there[shifted] = True
    present = np.flatnonzero(there)
    kind = np.uint8 if present.size <= 256 else np.int32
    table = np.zeros(there.size, dtype=kind)
    table[present] = np.arange(present.size)
    labels = tuple(int(label) + first for label in present)
    return Codes(table[shifted], labels)


def _encode(values: Any, order: Sequence[Any] | None) -> Codes:
    """Labels hashed, then numbered in their order."""
    import pyarrow as pa

    try:
        array = (
            values if isinstance(values, pa.Array | pa.ChunkedArray) else pa.array(values, from_pandas=True)
        )
    except (pa.ArrowInvalid, pa.ArrowTypeError):
        array = pa.array([None if value is None else str(value) for value in values])
    if isinstance(array, pa.ChunkedArray):
        array = array.combine_chunks()
    if not pa.types.is_dictionary(array.type):
        array = array.dictionary_encode()
    labels = array.dictionary.to_pylist()
    used = sorted(labels) if order is None else [label for label in order if label in set(labels)]
    rank = {label: place for place, label in enumerate(used)}
    places = np.array([rank[label] for label in labels], dtype=np.int32)
    codes = array.indices.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int32)
    return Codes(np.where(codes < 0, np.int32(-1), places[codes]) if places.size else codes, tuple(used))
