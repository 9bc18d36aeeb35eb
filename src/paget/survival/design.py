"""The right side of a model as columns of numbers: formulaic's grammar, no intercept, a reference level a
factor.

A formula that is a plain sum of numeric columns needs no formula engine and no copy: the kernels read the
dataframe's own memory.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.columns import Columns, Mask, absent
from paget.survival.parts import for_each
from paget.survival.results import Floats

PLAIN = re.compile(r"\s*[^\W\d]\w*(\s*\+\s*[^\W\d]\w*)*\s*")
"""A sum of names."""

INSTEAD = {
    "strata": "name the column in strata=",
    "cluster": "name the column in cluster=",
    "offset": "name the column in offset=",
    "factor": "C(...) makes groups of a number",
    "ns": "cr(..., constraints='center') is a natural spline",
    "pspline": "cr(..., constraints='center') is a natural spline",
    "rcs": "cr(..., constraints='center') is a natural spline",
    "ridge": "give penalty=",
    "tt": "cox_varying has effects that change with time",
    "frailty": "frailty(..., group=) fits it",
}
"""What there is for functions of formulas elsewhere."""

Rows = NDArray[np.intp] | None


@dataclass(frozen=True)
class Design:
    """The columns of a model.

    Attributes:
        names: a name a column, such as age or arm[T.B].
        columns: float64 vectors of equal length.
        terms: term of the formula -> places of its columns.
        formula: the formula.
        engine: what codes new data alike, None when the columns are those of the data.
    """

    names: tuple[str, ...]
    columns: tuple[Floats, ...]
    terms: Mapping[str, tuple[int, ...]]
    formula: str
    engine: Any = None

    @property
    def addresses(self) -> NDArray[np.int64]:
        """Where each column begins in memory, for the kernels."""
        return np.array([column.ctypes.data for column in self.columns], dtype=np.int64)

    def matrix(self) -> Floats:
        """(rows, columns) a copy."""
        if not self.columns:
            return np.zeros((0, 0))
        return np.column_stack(self.columns)

    def of(self, data: Any) -> Floats:
        """(rows, columns) of other data, coded as these.

        Raises:
            BadInput: a column is missing, a value is missing, or a level was not there when the model was
                fitted.
        """
        variables = variables_of(self.formula)
        columns = Columns(data, variables)
        for name, mask in missing_in(columns, variables).items():
            raise BadInput(
                f"{int(mask.sum())} rows have no value", where=name, mend="leave them out or impute them"
            )
        if self.engine is None:
            return np.column_stack([columns.numbers(name)[0].astype(np.float64) for name in self.names])
        matrix = _built(self.engine.get_model_matrix, _native(columns, None), self.formula)
        wanted = [list(matrix.model_spec.column_names).index(name) for name in self.names]
        values = np.asarray(matrix, dtype=float)[:, wanted]
        if np.isnan(values).any():
            raise BadInput("a level or value that the model does not know", where=self.formula)
        return values


def variables_of(formula: str) -> list[str]:
    """The columns that a formula names.

    >>> variables_of("age + log(bili)")
    ['age', 'bili']
    >>> variables_of("bs(age, df=4) + C(stage)")
    ['age', 'stage']
    """
    if PLAIN.fullmatch(formula):
        return list(dict.fromkeys(name.strip() for name in formula.split("+")))
    from formulaic.transforms import TRANSFORMS
    from formulaic.utils.variables import get_required_variables

    # The formula's own required_variables lacks columns named like a transform, such as C, and those within
    # transforms that keep a state, such as splines.
    found: set[str] = set()
    called: set[str] = set()
    for term in _parsed(formula):
        for factor in term.factors:
            if factor.eval_method.value == "lookup":
                found.add(factor.expr)
            elif factor.eval_method.value == "python":
                for name in get_required_variables(factor.expr, {}):
                    roles = {role.value for role in name.roles}
                    (called if roles == {"callable"} else found).add(str(name.root))
    for name in sorted(called - set(TRANSFORMS)):
        raise BadInput("no such function", where=f"{name} in {formula}", mend=INSTEAD.get(name, ""))
    return sorted(found)


def missing_in(columns: Columns, names: Sequence[str]) -> dict[str, Mask]:
    """Columns with missing values, and where."""
    missing: dict[str, Mask] = {}
    floats = [name for name in names if columns.array(name).dtype.kind == "f"]
    found = for_each(floats, columns.rows, lambda name: absent(columns.array(name)))
    known = dict(zip(floats, found, strict=True))
    for name in names:
        if name in known:
            if (mask := known[name]) is not None:
                missing[name] = mask
            continue
        if columns.frame is not None:
            mask = columns.frame[name].is_null()
            if mask.any():
                missing[name] = np.asarray(mask.to_numpy(), dtype=bool)
            continue
        values = columns.covariate(name)
        if values.dtype.kind == "f":
            mask = np.isnan(values)
        elif values.dtype.kind == "O":
            mask = np.array([value is None or value != value for value in values])  # noqa: PLR0124 - NaN
        else:
            continue
        if mask.any():
            missing[name] = mask
    return missing


def design_of(columns: Columns, formula: str, kept: Rows) -> Design:
    """The design of the rows kept.

    Args:
        columns: the data.
        formula: the right side, such as ``age + C(stage) + log(cea)``.
        kept: places of the rows, or None for all.

    Raises:
        BadInput: a formula that cannot be read, or that has no term.
    """
    if PLAIN.fullmatch(formula):
        names = variables_of(formula)
        arrays = [columns.covariate(name) for name in names]
        if all(array.dtype.kind in "iufb" for array in arrays):
            taken = [array if kept is None else array[kept] for array in arrays]
            vectors = tuple(np.ascontiguousarray(array, dtype=np.float64) for array in taken)
            return Design(tuple(names), vectors, {name: (i,) for i, name in enumerate(names)}, formula)
    matrix = _built(_parsed(formula).get_model_matrix, _native(columns, kept), formula, output="numpy")
    engine = matrix.model_spec
    if "Intercept" not in engine.column_names:
        raise BadInput(
            "the formula takes the intercept away", where=formula, mend="leave -1 or +0 out; none is fitted"
        )
    wanted = [i for i, name in enumerate(engine.column_names) if name != "Intercept"]
    values = np.asarray(matrix, dtype=np.float64)
    terms = {
        str(term): tuple(wanted.index(i) for i in places)
        for term, places in engine.term_indices.items()
        if all(i in wanted for i in places) and places
    }
    if not wanted:
        raise BadInput("the formula has no covariate", where=formula)
    vectors = tuple(np.ascontiguousarray(values[:, i]) for i in wanted)
    return Design(tuple(engine.column_names[i] for i in wanted), vectors, terms, formula, engine)


def _parsed(formula: str) -> Any:
    from formulaic import Formula
    from formulaic.errors import FormulaicError

    if not formula.strip():
        raise BadInput("the formula is empty", where="formula", mend="for example age + C(stage)")
    if "~" in formula:
        raise BadInput("the formula has two sides", where=formula, mend="give the right side alone")
    try:
        return Formula("1 + " + formula)
    except FormulaicError as problem:
        raise BadInput("the formula cannot be read", where=formula, why=_first_line(problem)) from None


def _built(build: Any, data: Any, formula: str, **options: Any) -> Any:
    from formulaic.errors import FormulaicError

    try:
        with np.errstate(all="ignore"):  # values that are not finite are refused with the name of the term
            return build(data, na_action="ignore", **options) if options else build(data)
    except (FormulaicError, ValueError, TypeError) as problem:
        raise BadInput("the formula cannot be evaluated", where=formula, why=_first_line(problem)) from None


def _first_line(problem: Exception) -> str:
    lines = str(problem).strip().splitlines()
    return lines[0] if lines else type(problem).__name__


def _native(columns: Columns, kept: Rows) -> Any:
    """The data as a pandas or Polars frame; yes and no as 1 and 0, labels without an order sorted."""
    import narwhals as nw
    import polars as pl

    if columns.frame is None:
        taken = {name: columns.covariate(name) for name in columns.arrays()}
        frame: Any = nw.from_native(pl.DataFrame(taken), eager_only=True)
    else:
        frame = columns.frame
    if not frame.implementation.is_pandas():
        frame = nw.from_native(frame.to_polars(), eager_only=True)
        loose = [name for name, kind in frame.schema.items() if kind == nw.Categorical]
        frame = frame.with_columns(nw.col(*loose).cast(nw.String)) if loose else frame
    flags = [name for name, kind in frame.schema.items() if kind == nw.Boolean]
    frame = frame.with_columns(nw.col(*flags).cast(nw.Int8)) if flags else frame
    native = nw.to_native(frame if kept is None else frame[kept.tolist()])
    if not frame.implementation.is_pandas():
        return native
    # formulaic takes pandas' own types of text for numbers
    return native.astype({name: object for name, kind in frame.schema.items() if kind == nw.String})
