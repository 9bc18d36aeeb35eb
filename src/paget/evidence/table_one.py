"""Table 1 of a comparison: who is in each group, and how far groups differ in units of their spread."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Any, Final

import narwhals as nw
import numpy as np
import polars as pl
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.figures.shown_numbers import count
from paget.figures.table_one import TableOne, TableRow

MOST_LEVELS: Final = 12
"""More levels of a column are no table; group them first."""

_GRADES: Final = 5
"""Whole numbers with no more values than this are levels."""

NOT_RECORDED: Final = "not recorded"
Floats = NDArray[np.float64]


def table_one(
    data: Any,
    *,
    by: str | None = None,
    columns: Sequence[str] | None = None,
    weights: str | None = None,
    names: Mapping[str, str] | None = None,
    title: str = "Characteristics",
) -> TableOne:
    """Characteristics by group with standardised differences.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays, a row a patient.
        by: column of the groups; None: all together.
        columns: those to show; default: all others. Numbers are told as median and quartiles (weighted: mean
            and standard deviation); words, yes and no, and whole numbers with at most five values, such as a
            grade, as numbers of patients and shares.
        weights: column of weights above 0; numbers are then sums of weights.
        names: column -> its name in the table.
        title: of the table.

    Returns:
        A table that prints, gives a frame, HTML and CSV, and draws its differences.

    Raises:
        BadInput: no such column, a group or weight that is blank, more than twelve levels of a column.

    Shares are of those in whom the value is recorded; how many are not stands in a row of its own: unknown is
    never taken for no. The difference of two groups is (m1 - m0) / sqrt((s1² + s0²) / 2) for numbers, with
    s² = p (1 - p) for a share [1]_; of a column with k levels it is sqrt((p1 - p0)' S⁻¹ (p1 - p0)) over k - 1
    levels, S the mean of both covariances [2]_. Of more than two groups the largest of any two is given.

    .. [1] Austin PC. Stat Med 2009;28:3083-3107.
    .. [2] Yang D, Dalton JE. SAS Global Forum 2012, paper 335.

    >>> rows = {"arm": ["A", "A", "B", "B"], "age": [60.0, 70, 62, 80], "male": [1, 0, 1, 1]}
    >>> print(table_one(rows, by="arm"))
    Characteristics
                                  A, n = 2       B, n = 2  difference
    age, median (quartiles)  65 (62 to 68)  71 (66 to 76)        0.58
    male                          1 (50 %)      2 (100 %)        1.41
    Shares are of those in whom the value is recorded.
    """
    frame = (
        pl.DataFrame(data)
        if isinstance(data, dict)
        else nw.from_native(data).lazy().collect("polars").to_native()
    )
    shown = [c for c in frame.columns if c not in {by, weights}] if columns is None else list(columns)
    for column in (*shown, *([by] if by else []), *([weights] if weights else [])):
        if column not in frame.columns:
            raise BadInput("no such column", where=column, mend=f"there are {', '.join(frame.columns)}")
    weight = np.ones(frame.height) if weights is None else _weights(frame[weights])
    groups = _groups(frame, by)
    sizes = [float(weight[group].sum()) for _, group in groups]
    heads = tuple(f"{name}, n = {count(size)}" for (name, _), size in zip(groups, sizes, strict=True))
    members = [group for _, group in groups]
    rows: list[TableRow] = []
    for column in shown:
        name = (names or {}).get(column, column)
        rows += _rows(frame[column], name, members, weight, weighted=weights is not None)
    notes = ["Shares are of those in whom the value is recorded."]
    if weights is not None:
        notes.append("Weighted: numbers are sums of weights.")
    if len(groups) > 2:
        notes.append("Standardised difference: the largest of any two groups.")
    return TableOne(title, heads, tuple(rows), tuple(notes))


def _weights(column: pl.Series) -> Floats:
    weight = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
    if not (weight > 0).all():
        raise BadInput("a weight is blank or not above 0", where=column.name)
    return np.asarray(weight)


def _groups(frame: pl.DataFrame, by: str | None) -> list[tuple[str, NDArray[np.bool_]]]:
    if by is None:
        return [("All", np.ones(frame.height, dtype=bool))]
    if frame[by].null_count():
        raise BadInput(
            f"{frame[by].null_count()} rows have no group", where=by, mend="leave them out and say how many"
        )
    labels = frame[by].cast(pl.String).to_numpy()
    order = frame[by].unique().sort().cast(pl.String).to_list()
    return [(label, labels == label) for label in order]


def _rows(
    column: pl.Series, name: str, members: Sequence[NDArray[np.bool_]], weight: Floats, *, weighted: bool
) -> list[TableRow]:
    """The rows of one column, and one of those in whom it is not recorded."""
    if column.dtype.is_float():
        column = column.fill_nan(None)
    known = column.is_not_null().to_numpy()
    most = _GRADES if column.dtype.is_integer() else 2
    if column.dtype.is_numeric() and column.drop_nulls().n_unique() > most:
        values = column.cast(pl.Float64).fill_null(np.nan).to_numpy()
        rows = [_of_numbers(values, name, [known & group for group in members], weight, weighted=weighted)]
    else:
        rows = _of_levels(column, name, [known & group for group in members], weight)
    lacking = [float(weight[~known & group].sum()) for group in members]
    if any(lacking):
        cells = tuple(
            _share(number, float(weight[group].sum())) for number, group in zip(lacking, members, strict=True)
        )
        rows.append(TableRow(NOT_RECORDED, cells, level=True))
    return rows


def _of_numbers(
    values: Floats, name: str, members: Sequence[NDArray[np.bool_]], weight: Floats, *, weighted: bool
) -> TableRow:
    means, variances, cells = [], [], []
    for group in members:
        x, w = values[group], weight[group]
        mean = float((w * x).sum() / w.sum()) if len(x) else np.nan
        # The unbiased variance; with weights in the form that equals it when all weights are 1.
        spread = w.sum() - (w**2).sum() / w.sum() if len(x) > 1 else 0.0
        variance = float((w * (x - mean) ** 2).sum() / spread) if spread > 0 else np.nan
        means.append(mean)
        variances.append(variance)
        if not len(x):
            cells.append("")
        elif weighted:
            cells.append(f"{_number(mean)} ({_number(np.sqrt(variance))})")
        else:
            low, middle, high = np.quantile(x, [0.25, 0.5, 0.75])
            cells.append(f"{_number(middle)} ({_number(low)} to {_number(high)})")
    told = "mean (standard deviation)" if weighted else "median (quartiles)"
    pairs = [_apart(means[b] - means[a], (variances[a] + variances[b]) / 2) for a, b in _pairs(members)]
    return TableRow(f"{name}, {told}", tuple(cells), _largest(pairs))


def _of_levels(
    column: pl.Series, name: str, members: Sequence[NDArray[np.bool_]], weight: Floats
) -> list[TableRow]:
    levels = column.drop_nulls().unique().sort().to_list()
    if len(levels) > MOST_LEVELS:
        raise BadInput(f"{len(levels)} levels", where=column.name, mend="group them, or leave the column out")
    masks = [(column == level).fill_null(value=False).to_numpy() for level in levels]
    numbers = [[float(weight[mask & group].sum()) for mask in masks] for group in members]
    totals = [sum(each) for each in numbers]
    shares = [np.array(n) / (t or np.nan) for n, t in zip(numbers, totals, strict=True)]
    difference = _largest([_apart_in_levels(shares[a], shares[b]) for a, b in _pairs(members)])

    def cells(place: int) -> tuple[str, ...]:
        return tuple(_share(n[place], t) for n, t in zip(numbers, totals, strict=True))

    if set(levels) <= {0, 1}:  # yes and no: a row for yes
        yes = next((place for place, level in enumerate(levels) if level == 1), None)
        none = tuple(_share(0.0, total) for total in totals)
        return [TableRow(name, none if yes is None else cells(yes), difference)]
    rows = [TableRow(name, (), difference)]
    return rows + [TableRow(str(level), cells(place), level=True) for place, level in enumerate(levels)]


def _pairs(members: Sequence[Any]) -> list[tuple[int, int]]:
    return list(combinations(range(len(members)), 2))


def _apart(difference: float, variance: float) -> float:
    """A difference in units of the spread; without spread equal means are alike, others have no overlap."""
    if np.isnan(difference) or np.isnan(variance):
        return float("nan")
    if variance <= 0:
        return 0.0 if difference == 0 else float(np.copysign(np.inf, difference))
    return float(difference / np.sqrt(variance))


def _apart_in_levels(p: Floats, q: Floats) -> float:
    """Of shares of levels: the length of their difference in units of the mean covariance."""
    if np.isnan(p).any() or np.isnan(q).any():
        return float("nan")
    seen = (p + q) > 0
    p, q = p[seen][1:], q[seen][1:]  # the last share follows from the others, as any one does
    if not len(p):
        return 0.0
    if len(p) == 1:
        return _apart(float(q[0] - p[0]), float((p[0] * (1 - p[0]) + q[0] * (1 - q[0])) / 2))
    covariance = (_covariance(p) + _covariance(q)) / 2
    if np.linalg.matrix_rank(covariance) < len(p):
        return float("inf") if np.abs(p - q).max() > 0 else 0.0
    return float(np.sqrt((q - p) @ np.linalg.solve(covariance, q - p)))


def _covariance(p: Floats) -> Floats:
    return np.asarray(np.diag(p) - np.outer(p, p))


def _largest(pairs: Sequence[float]) -> float | None:
    """The one that is furthest from 0; None without a pair."""
    known = [value for value in pairs if not np.isnan(value)]
    if not pairs:
        return None
    return max(known, key=abs) if known else float("nan")


def _number(value: float) -> str:
    if np.isnan(value):
        return "unknown"
    return f"{value:.0f}" if abs(value) >= 20 or value == round(value) else f"{value:.2g}"


def _share(number: float, total: float) -> str:
    if not total:
        return ""
    share = 100 * number / total
    words = f"{share:.1f}" if 0 < share < 1 or 99 < share < 100 else f"{share:.0f}"
    return f"{count(number)} ({words} %)"
