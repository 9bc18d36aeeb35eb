"""A plan on a few rows in memory: each step one pass over lists.

A dataframe engine spends a tenth of a millisecond on a step however few the rows are; a case has fifteen.
Here a plan is turned once into functions on lists, which then cost microseconds a step. The meaning of
each operation is that of :mod:`paget.plans.on_engine`, held together by a parity test.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from operator import add, eq, ge, gt, le, lt, mul, ne, sub
from typing import Any, Final

from paget.plans.expressions import (
    Aggregate,
    Binary,
    Branch,
    Coalesce,
    Column,
    Constant,
    Expr,
    IsIn,
    IsNull,
    Not,
)
from paget.plans.plan import (
    Concat,
    Filter,
    GroupBy,
    Join,
    Plan,
    Select,
    Source,
    Unique,
    WithColumns,
    needed,
    steps_of,
)

List = list[Any]
Columns = Mapping[str, List]
Reader = Callable[[Columns, int], List]
Step = Callable[[list[dict[str, List]], Mapping[str, Columns]], dict[str, List]]

_OPERATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": lambda number, by: number / by if by else None,
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
}

_AGGREGATES: Final[Mapping[str, Callable[[List], Any]]] = {
    "max": lambda values: max(values, default=None),
    "min": lambda values: min(values, default=None),
    "sum": sum,
}
_TRUTHS: Final = (False, None, True)  # from no to yes: "and" is the lesser of two, "or" the greater
_PAIRS: Final = [(a, b) for a in _TRUTHS for b in _TRUTHS]
_KLEENE_AND: Final = {(a, b): min(a, b, key=_TRUTHS.index) for a, b in _PAIRS}
_KLEENE_OR: Final = {(a, b): max(a, b, key=_TRUTHS.index) for a, b in _PAIRS}


class Program:
    """Plans as functions on lists, ready for any tables; what they share is done once.

    Args:
        plans: what is to be done.
    """

    def __init__(self, *plans: Plan) -> None:
        wanted = needed(*plans)
        place: dict[int, int] = {}
        self._steps: list[Step] = []
        for number, step in enumerate(steps_of(*plans)):
            place[id(step)] = number
            self._steps.append(_step(step, place, wanted))
        self._ends = [place[id(plan)] for plan in plans]

    def run(self, tables: Mapping[str, Columns]) -> list[dict[str, List]]:
        """The columns of the rows of each plan.

        Args:
            tables: for each table that the plans name its columns as lists of equal length, None for blank.
        """
        done: list[dict[str, List]] = []
        for step in self._steps:
            done.append(step(done, tables))
        return [done[end] for end in self._ends]


def _rows(columns: Columns) -> int:
    for values in columns.values():
        return len(values)
    return 0


def _step(step: Plan, place: Mapping[int, int], needed_by: Mapping[int, set[str]]) -> Step:
    """One step as a function of the results of earlier ones and the tables."""
    wanted = needed_by[id(step)]
    names = [name for name in step.columns if name in wanted]
    match step:
        case Source(name=table):
            return lambda done, tables: {name: tables[table][name] for name in names}
        case WithColumns(of=of, made=made):
            return _with_columns(place[id(of)], {n: e for n, e in made.items() if n in wanted})
        case Filter(of=of, condition=condition):
            return _filter(place[id(of)], names, condition)
        case Select(of=of, taken=taken):
            before, pairs = place[id(of)], [(name, taken[name]) for name in names]
            return lambda done, tables: {new: done[before][old] for new, old in pairs}
        case Join(of=of, other=other, keys=keys, how=how):
            left = [name for name in of.columns if name in wanted]
            right = [name for name in other.columns if name in wanted and name not in of.columns]
            return _join(place[id(of)], place[id(other)], keys, left, right, inner=how == "inner")
        case GroupBy(of=of, keys=keys, made=made):
            return _group_by(place[id(of)], keys, {n: one for n, one in made.items() if n in wanted})
        case Unique(of=of, keys=keys):
            return _unique(place[id(of)], keys, names)
        case Concat(of=several):
            places = [place[id(one)] for one in several]
            return lambda done, tables: {
                name: [value for one in places for value in done[one][name]] for name in names
            }
    raise TypeError(f"a {type(step).__name__} cannot be run in memory")


def _with_columns(of: int, made: Mapping[str, Expr]) -> Step:
    readers = [(name, reader(one)) for name, one in made.items()]
    nothing: dict[str, List] = {name: [] for name in made}

    def run(done: list[dict[str, List]], tables: Mapping[str, Columns]) -> dict[str, List]:
        before = done[of]
        rows = _rows(before)
        if not rows:
            return before | nothing
        return before | {name: read(before, rows) for name, read in readers}

    return run


def _filter(of: int, names: list[str], condition: Expr) -> Step:
    read = reader(condition)

    def run(done: list[dict[str, List]], tables: Mapping[str, Columns]) -> dict[str, List]:
        before = done[of]
        rows = _rows(before)
        if not rows:
            return before
        kept = [row for row, true in enumerate(read(before, rows)) if true]
        if len(kept) == rows:
            return {name: before[name] for name in names}
        return _taken(before, names, kept)

    return run


def _taken(columns: Columns, names: list[str], rows: list[int]) -> dict[str, List]:
    return {name: [values[row] for row in rows] for name in names for values in (columns[name],)}


def _key_values(columns: Columns, keys: tuple[str, ...]) -> List:
    return columns[keys[0]] if len(keys) == 1 else list(zip(*(columns[key] for key in keys), strict=True))


def _join(
    of: int, other: int, keys: tuple[str, ...], left: list[str], right: list[str], *, inner: bool
) -> Step:
    several = len(keys) > 1
    nothing: dict[str, List] = {name: [] for name in (*left, *right)}

    def run(done: list[dict[str, List]], tables: Mapping[str, Columns]) -> dict[str, List]:
        if not _rows(done[of]) or (inner and not _rows(done[other])):
            return nothing
        places: dict[Any, list[int]] = {}
        for row, key in enumerate(_key_values(done[other], keys)):
            places.setdefault(key, []).append(row)
        rows: list[int] = []
        beside: list[int | None] = []
        for row, key in enumerate(_key_values(done[of], keys)):
            blank = None in key if several else key is None
            matches = None if blank else places.get(key)
            if matches is not None:
                rows.extend([row] * len(matches))
                beside.extend(matches)
            elif not inner:
                rows.append(row)
                beside.append(None)
        before = done[of]
        if rows == list(range(_rows(before))):  # each row once: its columns are those of before
            found = {name: before[name] for name in left}
        else:
            found = _taken(before, left, rows)
        for name in right:
            values = done[other][name]
            found[name] = [None if row is None else values[row] for row in beside]
        return found

    return run


def _group_by(of: int, keys: tuple[str, ...], made: Mapping[str, Aggregate]) -> Step:
    aggregates = [(name, one.column, _AGGREGATES[one.operation]) for name, one in made.items()]

    nothing: dict[str, List] = {name: [] for name in (*keys, *made)}

    def run(done: list[dict[str, List]], tables: Mapping[str, Columns]) -> dict[str, List]:
        before = done[of]
        if not _rows(before):
            return nothing
        groups: dict[Any, list[int]] = {}
        for row, key in enumerate(_key_values(before, keys)):
            groups.setdefault(key, []).append(row)
        first = [rows[0] for rows in groups.values()]
        found: dict[str, List] = {key: [before[key][row] for row in first] for key in keys}
        for name, column, aggregate in aggregates:
            values = before[column]
            split = (
                [values] if len(groups) == 1 else [[values[row] for row in rows] for rows in groups.values()]
            )
            found[name] = [
                aggregate([value for value in some if value is not None] if None in some else some)
                for some in split
            ]
        return found

    return run


def _unique(of: int, keys: tuple[str, ...], names: list[str]) -> Step:
    def run(done: list[dict[str, List]], tables: Mapping[str, Columns]) -> dict[str, List]:
        first: dict[Any, int] = {}
        for row, key in enumerate(_key_values(done[of], keys)):
            first.setdefault(key, row)
        return _taken(done[of], names, list(first.values()))

    return run


def reader(one: Expr) -> Reader:
    """An expression as a function of columns and their number of rows."""
    match one:
        case Column(name=name):
            return lambda columns, rows: columns[name]
        case Constant(value=value):
            return lambda columns, rows: [value] * rows
        case Binary(operation="&", left=left, right=right):
            return _and(reader(left), reader(right))
        case Binary(operation="|", left=left, right=right):
            return _or(reader(left), reader(right))
        case Binary(operation=operation, left=left, right=Constant(value=value)):
            return _with_constant(_OPERATIONS[operation], reader(left), value)
        case Binary(operation=operation, left=left, right=right):
            return _of_two(_OPERATIONS[operation], reader(left), reader(right))
        case Not(of=of):
            negated = reader(of)
            return lambda columns, rows: [None if x is None else not x for x in negated(columns, rows)]
        case IsNull(of=of):
            asked = reader(of)
            return lambda columns, rows: [x is None for x in asked(columns, rows)]
        case IsIn(of=of, values=values):
            sought, among = reader(of), frozenset(values)
            return lambda columns, rows: [None if x is None else x in among for x in sought(columns, rows)]
        case Coalesce(of=(first, Constant(value=value))):
            maybe = reader(first)
            return lambda columns, rows: [value if x is None else x for x in maybe(columns, rows)]
        case Coalesce(of=several):
            return _first([reader(each) for each in several])
        case Branch(condition=condition, then=then, otherwise=otherwise):
            if (found := _by_value(one)) is not None:
                return found
            if isinstance(then, Constant) and isinstance(otherwise, Constant):
                return _either(condition, then.value, otherwise.value)
            return _branch(
                reader(condition), reader(then), reader(Constant(None) if otherwise is None else otherwise)
            )
    raise TypeError(f"a {type(one).__name__} cannot be run in memory")


def _by_value(branch: Branch) -> Reader | None:
    """A chain of branches that compare one column with constants, as one look-up a row; None for others.

    The first branch that fits counts; a blank fits none.
    """
    name, place = "", 0
    table: dict[Any, int] = {}
    rest: Expr | None = branch
    thens: list[Expr] = []
    while isinstance(rest, Branch):
        match rest.condition:
            case Binary(operation="==", left=Column(name=compared), right=Constant(value=value)):
                values: tuple[Any, ...] = (value,)
            case IsIn(of=Column(name=compared), values=values):
                pass
            case _:
                break
        if place and compared != name:
            break
        name, place = compared, place + 1
        for value in values:
            table.setdefault(value, len(thens))
        thens.append(rest.then)
        rest = rest.otherwise
    if not place:
        return None
    end = Constant(None) if rest is None else rest
    if isinstance(end, Constant) and all(isinstance(then, Constant) for then in thens):
        direct = {value: then.value for value, at in table.items() if isinstance(then := thens[at], Constant)}
        default = end.value
        return lambda columns, rows: [direct.get(value, default) for value in columns[name]]
    readers, last = [reader(then) for then in thens], reader(end)

    def read(columns: Columns, rows: int) -> List:
        made = [one(columns, rows) for one in readers]
        made.append(last(columns, rows))
        places = [table.get(value, -1) for value in columns[name]]
        return [made[at][row] for row, at in enumerate(places)]

    return read


def _either(condition: Expr, then: Any, otherwise: Any) -> Reader:
    """One constant where a condition is true, another where it is not; the common way to count rows."""
    if isinstance(condition, Not):
        negated = reader(condition.of)
        return lambda columns, rows: [then if x is False else otherwise for x in negated(columns, rows)]
    asked = reader(condition)
    return lambda columns, rows: [then if x is True else otherwise for x in asked(columns, rows)]


def _and(left: Reader, right: Reader) -> Reader:
    def read(columns: Columns, rows: int) -> List:
        pairs = zip(left(columns, rows), right(columns, rows), strict=True)
        return [
            False if a is False or b is False else (None if a is None or b is None else True)
            for a, b in pairs
        ]

    return read


def _or(left: Reader, right: Reader) -> Reader:
    def read(columns: Columns, rows: int) -> List:
        pairs = zip(left(columns, rows), right(columns, rows), strict=True)
        return [
            True if a is True or b is True else (None if a is None or b is None else False) for a, b in pairs
        ]

    return read


def _with_constant(operation: Callable[[Any, Any], Any], left: Reader, value: Any) -> Reader:
    return lambda columns, rows: [None if a is None else operation(a, value) for a in left(columns, rows)]


def _of_two(operation: Callable[[Any, Any], Any], left: Reader, right: Reader) -> Reader:
    def read(columns: Columns, rows: int) -> List:
        pairs = zip(left(columns, rows), right(columns, rows), strict=True)
        return [None if a is None or b is None else operation(a, b) for a, b in pairs]

    return read


def _first(several: list[Reader]) -> Reader:
    def read(columns: Columns, rows: int) -> List:
        found = several[0](columns, rows)
        for one in several[1:]:
            if None not in found:
                return found
            found = [b if a is None else a for a, b in zip(found, one(columns, rows), strict=True)]
        return found

    return read


def _branch(condition: Reader, then: Reader, otherwise: Reader) -> Reader:
    def read(columns: Columns, rows: int) -> List:
        three = zip(condition(columns, rows), then(columns, rows), otherwise(columns, rows), strict=True)
        return [b if a is True else c for a, b, c in three]

    return read
