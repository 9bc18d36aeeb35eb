"""A plan on an engine: as a lazy frame of narwhals, on Polars, DuckDB or Spark."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any, Final

import narwhals as nw

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
    inputs,
    needed,
    steps_of,
)

Frame = nw.LazyFrame[Any]

_OPERATIONS: Final = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": lambda number, by: number / nw.when(by != 0).then(by),
    "==": eq,
    "!=": ne,
    "<": lt,
    "<=": le,
    ">": gt,
    ">=": ge,
    "&": and_,
    "|": or_,
}
_BLANKS: Final[Mapping[str, Any]] = {
    "truth": nw.Boolean,
    "day": nw.Int32,
    "number": nw.Float64,
    "text": nw.String,
}


def on_engine(
    plans: Sequence[Plan], tables: Mapping[str, Frame], hold: Callable[[Frame], Frame] | None = None
) -> list[Frame]:
    """The rows of each of several plans, lazily.

    Args:
        plans: what is to be done.
        tables: the lazy frame of each table that they name; all on one engine.
        hold: computes a frame and gives it back as a table. It is asked for each step that several others
            take rows from: an engine would otherwise compute such a step once for each of them, and that
            again for each step above (Polars finds few of these itself, SQL engines none).
    """
    wanted = needed(*plans)
    steps = list(steps_of(*plans))
    uses = Counter(id(one) for step in steps for one in inputs(step))
    uses.update(id(plan) for plan in plans)
    frames: dict[int, Frame] = {}
    for step in steps:
        frame = _frame(step, frames, tables, wanted)
        if hold is not None and uses[id(step)] > 1 and not isinstance(step, Source):
            frame = hold(frame)
        frames[id(step)] = frame
    return [frames[id(plan)] for plan in plans]


def _frame(
    step: Plan, frames: Mapping[int, Frame], tables: Mapping[str, Frame], needed_by: Mapping[int, set[str]]
) -> Frame:
    wanted = needed_by[id(step)]
    match step:
        case Source(name=name):
            return tables[name].select(*(one for one in step.columns if one in wanted))
        case WithColumns(of=of, made=made):
            more = {name: expression(one) for name, one in made.items() if name in wanted}
            return frames[id(of)].with_columns(**more) if more else frames[id(of)]
        case Filter(of=of, condition=condition):
            return frames[id(of)].filter(expression(condition))
        case Select(of=of, taken=taken):
            return frames[id(of)].select(**{new: nw.col(old) for new, old in taken.items() if new in wanted})
        case Join(of=of, other=other, keys=keys, how=how):
            right = [name for name in other.columns if name in needed_by[id(other)]]
            return frames[id(of)].join(frames[id(other)].select(*right), on=list(keys), how=how)
        case GroupBy(of=of, keys=keys, made=made):
            aggregates = {name: _aggregate(one) for name, one in made.items() if name in wanted}
            return frames[id(of)].group_by(*keys).agg(**aggregates)
        case Unique(of=of, keys=keys):
            return frames[id(of)].unique(list(keys), keep="any")
        case Concat(of=several):
            names = [name for name in step.columns if name in wanted]
            return nw.concat([frames[id(one)].select(*names) for one in several], how="vertical")
    raise TypeError(f"no engine runs a {type(step).__name__}")


def _aggregate(one: Aggregate) -> nw.Expr:
    column = nw.col(one.column)
    return {"max": column.max, "min": column.min, "sum": column.sum}[one.operation]()


def expression(one: Expr) -> nw.Expr:
    """An expression of a plan as one of narwhals."""
    match one:
        case Column(name=name):
            return nw.col(name)
        case Constant(value=value, blank=blank):
            return nw.lit(value) if blank is None else nw.lit(value, _BLANKS[blank])
        case Binary(operation=operation, left=left, right=right):
            found: nw.Expr = _OPERATIONS[operation](expression(left), expression(right))
            return found
        case Not(of=of):
            return ~expression(of)
        case IsNull(of=of):
            return expression(of).is_null()
        case IsIn(of=of, values=values):
            return expression(of).is_in(values)
        case Coalesce(of=several):
            return nw.coalesce(*(expression(each) for each in several))
        case Branch(condition=condition, then=then, otherwise=otherwise):
            branch = nw.when(expression(condition)).then(expression(then))
            return branch if otherwise is None else branch.otherwise(expression(otherwise))
    raise TypeError(f"no engine knows a {type(one).__name__}")
