"""Row-wise expressions of a plan: three-valued, and only of operations that mean the same everywhere.

An expression reads the columns of one row. A blank (null) is not known: comparisons and arithmetic with a
blank are blank, ``&`` and ``|`` follow Kleene, a branch is taken only where its condition is true.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Literal

Scalar = bool | int | float | str
Blank = Literal["truth", "day", "number", "text"]
Operation = Literal["+", "-", "*", "/", "==", "!=", "<", "<=", ">", ">=", "&", "|"]


class Expr:
    """An expression; build it with :func:`col`, :func:`lit`, :func:`when`, :func:`coalesce` and operators.

    >>> (col("size_mm") >= 50) & ~col("benign")
    ((size_mm >= 50) & ~benign)
    """

    __slots__ = ()

    def __add__(self, other: Expr | Scalar) -> Expr:
        return Binary("+", wrapped(self), wrapped(other))

    def __sub__(self, other: Expr | Scalar) -> Expr:
        return Binary("-", wrapped(self), wrapped(other))

    def __rsub__(self, other: Scalar) -> Expr:
        return Binary("-", wrapped(other), wrapped(self))

    def __mul__(self, other: Expr | Scalar) -> Expr:
        return Binary("*", wrapped(self), wrapped(other))

    def __truediv__(self, other: Expr | Scalar) -> Expr:
        """A quotient; blank where it would be by zero."""
        return Binary("/", wrapped(self), wrapped(other))

    def __eq__(self, other: object) -> Expr:  # type: ignore[override]
        return Binary("==", wrapped(self), wrapped(other))

    def __ne__(self, other: object) -> Expr:  # type: ignore[override]
        return Binary("!=", wrapped(self), wrapped(other))

    def __lt__(self, other: Expr | Scalar) -> Expr:
        return Binary("<", wrapped(self), wrapped(other))

    def __le__(self, other: Expr | Scalar) -> Expr:
        return Binary("<=", wrapped(self), wrapped(other))

    def __gt__(self, other: Expr | Scalar) -> Expr:
        return Binary(">", wrapped(self), wrapped(other))

    def __ge__(self, other: Expr | Scalar) -> Expr:
        return Binary(">=", wrapped(self), wrapped(other))

    def __and__(self, other: Expr | Scalar) -> Expr:
        return Binary("&", wrapped(self), wrapped(other))

    def __or__(self, other: Expr | Scalar) -> Expr:
        return Binary("|", wrapped(self), wrapped(other))

    def __invert__(self) -> Expr:
        return Not(wrapped(self))

    def __hash__(self) -> int:
        return id(self)

    def __bool__(self) -> bool:
        raise TypeError("an expression has no truth of its own: combine it with &, | and ~")

    def is_null(self) -> Expr:
        """Whether the value is blank: never blank itself."""
        return IsNull(wrapped(self))

    def is_in(self, values: Iterable[Scalar]) -> Expr:
        """Whether the value is one of some."""
        return IsIn(wrapped(self), tuple(values))

    def fill_null(self, value: Scalar) -> Expr:
        """The value, or another where it is blank."""
        return Coalesce((wrapped(self), wrapped(value)))


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Column(Expr):
    """A column of the row."""

    name: str

    def max(self) -> Aggregate:
        """Of a group: its largest value; blanks are left out."""
        return Aggregate("max", self.name)

    def min(self) -> Aggregate:
        """Of a group: its smallest value; blanks are left out."""
        return Aggregate("min", self.name)

    def sum(self) -> Aggregate:
        """Of a group: its sum; the column must have no blanks."""
        return Aggregate("sum", self.name)

    def __repr__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Constant(Expr):
    """The same value in each row; a blank says of what kind it is."""

    value: Scalar | None
    blank: Blank | None = None

    def __repr__(self) -> str:
        return "blank" if self.value is None else repr(self.value)


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Binary(Expr):
    """Two expressions and an operation."""

    operation: Operation
    left: Expr
    right: Expr

    def __repr__(self) -> str:
        return f"({self.left!r} {self.operation} {self.right!r})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Not(Expr):
    """Yes for no, no for yes, blank for blank."""

    of: Expr

    def __repr__(self) -> str:
        return f"~{self.of!r}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IsNull(Expr):
    """Whether an expression is blank."""

    of: Expr

    def __repr__(self) -> str:
        return f"blank({self.of!r})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class IsIn(Expr):
    """Whether an expression has one of some values."""

    of: Expr
    values: tuple[Scalar, ...]

    def __repr__(self) -> str:
        return f"{self.of!r} in {self.values!r}"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Coalesce(Expr):
    """The first value that is not blank."""

    of: tuple[Expr, ...]

    def __repr__(self) -> str:
        return f"first({', '.join(map(repr, self.of))})"


@dataclass(frozen=True, slots=True, eq=False, repr=False)
class Branch(Expr):
    """One expression where a condition is true, another where it is false or blank."""

    condition: Expr
    then: Expr
    otherwise: Expr | None

    def __repr__(self) -> str:
        return f"({self.then!r} if {self.condition!r} else {self.otherwise!r})"


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What is taken of a column of a group: masks are made first, so that no engine ignores a condition."""

    operation: Literal["max", "min", "sum"]
    column: str


class When:
    """The beginning of a branch: ``when(condition).then(value)``."""

    __slots__ = ("condition", "earlier")

    def __init__(self, condition: Expr, earlier: Then | None = None) -> None:
        self.condition = condition
        self.earlier = earlier

    def then(self, value: Expr | Scalar) -> Then:
        """The value where the condition is true."""
        return Then(self.condition, wrapped(value), self.earlier)


class Then(Expr):
    """A branch without an end yet; as it stands, blank where no condition is true."""

    __slots__ = ("condition", "earlier", "value")

    def __init__(self, condition: Expr, value: Expr, earlier: Then | None) -> None:
        self.condition = condition
        self.value = value
        self.earlier = earlier

    def when(self, condition: Expr) -> When:
        """Another condition, asked where none before was true."""
        return When(wrapped(condition), self)

    def otherwise(self, value: Expr | Scalar) -> Expr:
        """The value where no condition is true."""
        return self._closed(wrapped(value))

    def _closed(self, end: Expr | None) -> Expr:
        whole: Expr = Branch(self.condition, self.value, end)
        return whole if self.earlier is None else self.earlier._closed(whole)

    def branch(self) -> Expr:
        """The branch as it stands."""
        return self._closed(None)


def wrapped(value: object) -> Expr:
    """A value as an expression; an expression as it is.

    Raises:
        TypeError: neither an expression nor a plain value.
    """
    if isinstance(value, Then):
        return value.branch()
    if isinstance(value, Expr):
        return value
    if isinstance(value, bool | int | float | str):
        return Constant(value)
    raise TypeError(f"an expression cannot hold a {type(value).__name__}")


def col(name: str) -> Column:
    """A column of the row."""
    return Column(name)


def lit(value: Scalar | None, blank: Blank | None = None) -> Constant:
    """A constant; for a blank say of which kind: ``lit(None, "truth")``.

    Raises:
        TypeError: a blank without a kind.
    """
    if value is None and blank is None:
        raise TypeError('a blank needs a kind: lit(None, "truth")')
    return Constant(value, blank)


def when(condition: Expr) -> When:
    """``when(condition).then(value).otherwise(other)``; conditions can be chained."""
    return When(wrapped(condition))


def coalesce(*of: Expr) -> Expr:
    """The first of some expressions that is not blank."""
    return Coalesce(tuple(wrapped(one) for one in of))


def parts(expression: Expr) -> tuple[Expr, ...]:
    """The expressions directly inside another."""
    match expression:
        case Binary(left=left, right=right):
            return (left, right)
        case Not(of=of) | IsNull(of=of) | IsIn(of=of):
            return (of,)
        case Coalesce(of=several):
            return several
        case Branch(condition=condition, then=then, otherwise=otherwise):
            return (condition, then) if otherwise is None else (condition, then, otherwise)
    return ()


def columns_of(expression: Expr) -> Iterator[str]:
    """The names of the columns that an expression reads.

    >>> sorted(columns_of(col("a") + col("b") * 2))
    ['a', 'b']
    """
    waiting: list[Any] = [expression]
    while waiting:
        one = waiting.pop()
        if isinstance(one, Column):
            yield one.name
        waiting.extend(parts(one))
