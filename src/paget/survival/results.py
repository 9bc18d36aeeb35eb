"""What every result shares: named numbers, a test, a log likelihood, who was analysed, a printed table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

Ties = Literal["efron", "breslow", "exact"]
"""How tied events are taken."""


class Named(np.ndarray[Any, np.dtype[np.float64]]):
    """A vector of numbers, each with a name; it cannot be changed.

    It is a NumPy array that also answers to names, and to ``keys``, ``values`` and ``items``.

    >>> named = Named(["age", "sex"], [0.1, -0.5])
    >>> float(named["sex"]), [float(x) for x in named], list(named.keys())
    (-0.5, [0.1, -0.5], ['age', 'sex'])
    """

    names: tuple[str, ...]

    def __new__(cls, names: Iterable[str], values: Any) -> Named:
        """Names and as many values."""
        vector = np.array(values, dtype=np.float64).view(cls)
        vector.names = tuple(names)
        vector.flags.writeable = False
        return vector

    def __array_finalize__(self, made_from: Any) -> None:
        self.names = getattr(made_from, "names", ())

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, str):
            try:
                return super().__getitem__(self.names.index(key))
            except ValueError:
                raise KeyError(f"no term {key!r}; there are {', '.join(self.names)}") from None
        taken = super().__getitem__(key)
        return np.asarray(taken) if isinstance(taken, Named) else taken

    def __array_wrap__(self, array: Any, context: Any = None, return_scalar: bool = False) -> Any:
        plain = np.asarray(array)
        return plain[()] if return_scalar else plain

    def keys(self) -> tuple[str, ...]:
        """The names."""
        return self.names

    def values(self) -> list[float]:
        """The numbers."""
        return [float(value) for value in np.asarray(self)]

    def items(self) -> Iterator[tuple[str, float]]:
        """Names with their numbers."""
        return zip(self.names, self.values(), strict=True)

    def __repr__(self) -> str:
        return "{" + ", ".join(f"{name}: {value:.6g}" for name, value in self.items()) + "}"


class LogLikelihood(NamedTuple):
    """The log (partial) likelihood without covariates and at the estimate."""

    null: float
    fitted: float


@dataclass(frozen=True)
class Test:
    """A test: its statistic with degrees of freedom and p.

    Attributes:
        name: which test.
        statistic: chi-square.
        df: degrees of freedom.
        p_value: upper tail of the chi-square distribution.
        detail: further numbers by name, such as observed and expected by group.
        notes: what a reader should know, in sentences.
    """

    name: str
    statistic: float
    df: int
    p_value: float
    detail: Mapping[str, Any] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    __test__ = False  # not a test of pytest

    def summary(self) -> str:
        """One line, and a line a note."""
        line = f"{self.name}: chi-square {self.statistic:.4g} on {self.df} df, p {shown_p(self.p_value)}"
        return "\n".join([line, *self.notes])

    def to_frame(self) -> Any:
        """One row: name, statistic, df, p_value."""
        columns = {
            "test": [self.name],
            "statistic": [self.statistic],
            "df": [self.df],
            "p_value": [self.p_value],
        }
        return frame(columns)

    def __str__(self) -> str:
        return self.summary()


def chi_square_test(name: str, statistic: float, df: int, notes: Sequence[str] = (), **detail: Any) -> Test:
    """A test whose statistic is chi-square under the hypothesis; without degrees of freedom p is unknown.

    >>> chi_square_test("two groups", 0.0, 1).p_value
    1.0
    """
    from scipy.special import chdtrc

    p_value = float(chdtrc(df, statistic)) if df > 0 and np.isfinite(statistic) else float("nan")
    return Test(name, float(statistic), int(df), p_value, detail, tuple(notes))


SINGULAR = 1e-9
"""A direction in which the variance is smaller than this share of the largest says nothing."""


def quadratic_form(vector: Floats, variance: Floats) -> tuple[int, float]:
    """The rank of a variance and v' V⁻ v over the directions that it has.

    >>> quadratic_form(np.array([2.0]), np.array([[4.0]]))
    (1, 1.0)
    """
    if not len(vector):
        return 0, float("nan")
    values, directions = np.linalg.eigh(variance)
    real = values > max(values.max(), 0.0) * SINGULAR
    if not real.any():
        return 0, float("nan")
    if real.all():
        return len(vector), float(vector @ np.linalg.solve(variance, vector))
    along = directions[:, real].T @ vector
    return int(real.sum()), float((along**2 / values[real]).sum())


@dataclass(frozen=True)
class Analysed:
    """Who was analysed: rows given, rows set aside by reason, rows used.

    Attributes:
        rows: rows in the data.
        excluded: reason -> rows set aside for it.
    """

    rows: int
    excluded: Mapping[str, int] = field(default_factory=dict)

    @property
    def used(self) -> int:
        """Rows that the estimate rests on."""
        return self.rows - sum(self.excluded.values())

    def __str__(self) -> str:
        reasons = "".join(f"; {number} without {reason}" for reason, number in self.excluded.items())
        return f"{self.used} of {self.rows} rows{reasons}"


def exponential(values: Named) -> list[float]:
    """exp of each; infinite rather than too large for a number.

    >>> exponential(Named(["x"], [1000.0]))
    [inf]
    """
    with np.errstate(over="ignore"):
        return [float(value) for value in np.exp(np.asarray(values))]


def frame(columns: Mapping[str, Any]) -> Any:
    """The columns as a Polars data frame."""
    import polars as pl

    return pl.DataFrame({name: _plain(values) for name, values in columns.items()})


def _plain(values: Any) -> Any:
    if isinstance(values, np.ndarray):
        return np.ascontiguousarray(np.asarray(values))
    listed = list(values)
    if any(isinstance(one, str) for one in listed):  # labels of several kinds, such as "(start)" and 1
        return [one if one is None else str(one) for one in listed]
    return listed


def shown_p(p_value: float) -> str:
    """A p as a reader wants it.

    >>> shown_p(0.03456), shown_p(1e-9)
    ('0.0346', '< 0.0001')
    """
    if np.isnan(p_value):
        return "unknown"
    return "< 0.0001" if p_value < 0.0001 else f"{p_value:.3g}"


def shown(value: Any) -> str:
    """A number with four figures, a blank for none.

    >>> shown(0.123456), shown(12345.0), shown(float("nan")), shown(3)
    ('0.1235', '12345', '', '3')
    """
    if value is None:
        return ""
    if isinstance(value, float | np.floating):
        if np.isnan(value):
            return ""
        number = float(value)
        return f"{number:.0f}" if abs(number) >= 1000 and np.isfinite(number) else f"{number:.4g}"
    return str(value)


def text_table(columns: Mapping[str, Any]) -> str:
    """Columns under their names, numbers to the right.

    >>> print(text_table({"group": ["A", "B"], "events": [10, 2]}))
    group  events
    A          10
    B           2
    """
    cells = {name: [shown(value) for value in values] for name, values in columns.items()}
    wide = {name: max(map(len, [name, *column])) for name, column in cells.items()}
    left = {name for name, values in columns.items() if any(isinstance(value, str) for value in values)}

    def line(row: Mapping[str, str]) -> str:
        parts = [text.ljust(wide[n]) if n in left else text.rjust(wide[n]) for n, text in row.items()]
        return "  ".join(parts).rstrip()

    number = len(next(iter(cells.values()), []))
    rows = [{name: column[i] for name, column in cells.items()} for i in range(number)]
    return "\n".join([line({name: name for name in cells}), *map(line, rows)])
