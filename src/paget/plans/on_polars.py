"""A plan on Polars: as lazy frames in Polars' own expressions.

narwhals would do the same (:mod:`paget.plans.on_engine`), but it reads every expression anew each time a
plan is bound, half a second for the plan of all facts; a registry is worked through in many batches. Here
the expressions of a step are made once a process. A parity test holds the two together.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from operator import add, and_, eq, ge, gt, le, lt, mul, ne, or_, sub
from typing import Any, Final

import polars as pl

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

Step = Callable[[Mapping[int, pl.LazyFrame], Mapping[str, pl.LazyFrame]], pl.LazyFrame]

_OPERATIONS: Final[Mapping[str, Callable[[Any, Any], Any]]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "/": lambda number, by: number / pl.when(by != 0).then(by),
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
    "truth": pl.Boolean,
    "day": pl.Int32,
    "number": pl.Float64,
    "text": pl.String,
}


class PolarsProgram:
    """Plans as steps on lazy frames, ready for any tables.

    A step from which several others take rows is computed once and held: Polars finds few of the shared
    steps itself, and would compute the others once for each use. Steps that are to be held and need none
    of each other are computed together, side by side.

    Args:
        plans: what is to be done.
    """

    def __init__(self, *plans: Plan) -> None:
        wanted = needed(*plans)
        steps = list(steps_of(*plans))
        uses = Counter(id(one) for step in steps for one in inputs(step))
        ends = {id(plan) for plan in plans}
        held = {
            id(step)
            for step in steps
            if id(step) in ends or (uses[id(step)] > 1 and not isinstance(step, Source))
        }
        rounds: dict[int, int] = {}  # of each step the round in which its frame can be written down
        for step in steps:
            rounds[id(step)] = max((rounds[id(one)] + (id(one) in held) for one in inputs(step)), default=0)
        self._rounds = [
            [
                (id(step), _step(step, wanted), id(step) in held)
                for step in steps
                if rounds[id(step)] == number
            ]
            for number in range(max(rounds.values()) + 1)
        ]
        self._plans = plans  # their steps are known by id as long as they live

    def run(self, tables: Mapping[str, pl.LazyFrame]) -> Sequence[pl.DataFrame]:
        """The rows of each plan.

        Args:
            tables: the lazy frame of each table that the plans name.
        """
        frames: dict[int, pl.LazyFrame] = {}
        done: dict[int, pl.DataFrame] = {}
        for steps in self._rounds:
            for number, step, _ in steps:
                frames[number] = step(frames, tables)
            held = [number for number, _, is_held in steps if is_held]
            for number, frame in zip(held, _computed([frames[one] for one in held]), strict=True):
                done[number], frames[number] = frame, frame.lazy()
        return [done[id(plan)] for plan in self._plans]


def _computed(frames: list[pl.LazyFrame]) -> list[pl.DataFrame]:
    """Frames side by side; streaming takes a quarter longer for the many small steps of a batch."""
    return pl.collect_all(frames, engine="in-memory")


def _step(step: Plan, needed_by: Mapping[int, set[str]]) -> Step:
    """One step as a function of the frames of earlier ones and the tables."""
    wanted = needed_by[id(step)]
    before, beside = ([id(one) for one in inputs(step)] + [0, 0])[:2]
    match step:
        case Source(name=table):
            names = [name for name in step.columns if name in wanted]
            return lambda frames, tables: tables[table].select(names)
        case WithColumns(made=made):
            more = [expression(one).alias(name) for name, one in made.items() if name in wanted]
            return lambda frames, tables: frames[before].with_columns(more)
        case Filter(condition=condition):
            true = expression(condition)
            return lambda frames, tables: frames[before].filter(true)
        case Select(taken=taken):
            some = [pl.col(old).alias(new) for new, old in taken.items() if new in wanted]
            return lambda frames, tables: frames[before].select(some)
        case Join(other=other, keys=keys, how=how):
            right = [name for name in other.columns if name in needed_by[id(other)]]
            return lambda frames, tables: frames[before].join(frames[beside].select(right), on=keys, how=how)
        case GroupBy(keys=keys, made=made):
            aggregates = [_aggregate(one).alias(name) for name, one in made.items() if name in wanted]
            return lambda frames, tables: frames[before].group_by(keys).agg(aggregates)
        case Unique(keys=keys):
            return lambda frames, tables: frames[before].unique(keys, keep="any")
        case Concat(of=several):
            common = [name for name in step.columns if name in wanted]
            places = [id(one) for one in several]
            return lambda frames, tables: pl.concat([frames[one].select(common) for one in places])
    raise TypeError(f"Polars runs no {type(step).__name__}")


def _aggregate(one: Aggregate) -> pl.Expr:
    column = pl.col(one.column)
    return {"max": column.max, "min": column.min, "sum": column.sum}[one.operation]()


def expression(one: Expr) -> pl.Expr:
    """An expression of a plan as one of Polars."""
    match one:
        case Column(name=name):
            return pl.col(name)
        case Constant(value=value, blank=blank):
            return pl.lit(value) if blank is None else pl.lit(value, _BLANKS[blank])
        case Binary(operation=operation, left=left, right=right):
            found: pl.Expr = _OPERATIONS[operation](expression(left), expression(right))
            return found
        case Not(of=of):
            return ~expression(of)
        case IsNull(of=of):
            return expression(of).is_null()
        case IsIn(of=of, values=values):
            return expression(of).is_in(list(values))
        case Coalesce(of=several):
            return pl.coalesce(*(expression(each) for each in several))
        case Branch(condition=condition, then=then, otherwise=otherwise):
            branch = pl.when(expression(condition)).then(expression(then))
            return branch if otherwise is None else branch.otherwise(expression(otherwise))
    raise TypeError(f"Polars knows no {type(one).__name__}")
