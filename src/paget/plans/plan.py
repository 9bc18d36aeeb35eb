"""Plans: what is done with tables, written once, and run on any of them.

A plan names its tables and holds no rows, so that it is built once a process and bound to a case, or to a
registry on any engine. It knows its columns: a name that is not there is refused while the plan is
written, not while it runs.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from paget.plans.expressions import Aggregate, Expr, col, columns_of, wrapped


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """A step of a plan; its columns are named in ``columns``.

    >>> from paget.plans import col, source
    >>> sizes = source("sizes", ("lesion", "mm")).with_columns(large=col("mm") >= 50)
    >>> sizes.filter(col("large")).columns
    ('lesion', 'mm', 'large')
    """

    columns: tuple[str, ...]

    def with_columns(self, **made: Expr | str) -> Plan:
        """The rows with more columns, or with new values in some; all are made from the old values.

        A text is the name of the column that is copied.
        """
        expressions = {
            name: col(value) if isinstance(value, str) else wrapped(value) for name, value in made.items()
        }
        for expression in expressions.values():
            _demand(self, columns_of(expression))
        names = (*self.columns, *(name for name in made if name not in self.columns))
        return WithColumns(names, self, expressions)

    def filter(self, condition: Expr) -> Plan:
        """The rows for which a condition is true; not those for which it is blank."""
        condition = wrapped(condition)
        _demand(self, columns_of(condition))
        return Filter(self.columns, self, condition)

    def select(self, *names: str, **made: str | Expr) -> Plan:
        """Some columns under their own names, and some under new ones; nothing else."""
        renamed = {new: old for new, old in made.items() if isinstance(old, str)}
        computed = {new: value for new, value in made.items() if not isinstance(value, str)}
        before = self.with_columns(**computed) if computed else self
        taken = dict.fromkeys(names) | dict.fromkeys(made)
        _demand(before, [*names, *renamed.values()])
        return Select(tuple(taken), before, {new: renamed.get(new, new) for new in taken})

    def drop(self, *names: str) -> Plan:
        """The rows without some columns."""
        _demand(self, names)
        return self.select(*(name for name in self.columns if name not in names))

    def rename(self, names: Mapping[str, str]) -> Plan:
        """The rows with new names for some columns (old to new)."""
        _demand(self, names)
        return self.select(**{names.get(name, name): name for name in self.columns})

    def join(self, other: Plan, on: Iterable[str] | str, how: Literal["inner", "left"]) -> Plan:
        """Rows beside the rows of another plan with the same keys; a blank key matches nothing."""
        keys = (on,) if isinstance(on, str) else tuple(on)
        _demand(self, keys)
        _demand(other, keys)
        more = tuple(name for name in other.columns if name not in keys)
        twice = [name for name in more if name in self.columns]
        if twice:
            raise ValueError(f"both sides of a join have a column {twice[0]}: rename one")
        return Join((*self.columns, *more), self, other, keys, how)

    def group_by(self, *keys: str) -> Groups:
        """The rows in groups of the same keys."""
        _demand(self, keys)
        return Groups(self, keys)

    def unique(self, *keys: str) -> Plan:
        """One row, whichever, of each group of the same keys; of the same values without keys."""
        _demand(self, keys)
        return Unique(self.columns, self, keys or self.columns)


@dataclass(frozen=True, slots=True, eq=False)
class Groups:
    """Rows in groups, of which :meth:`agg` takes plain aggregates."""

    of: Plan
    keys: tuple[str, ...]

    def agg(self, *same: Aggregate, **made: Aggregate) -> Plan:
        """One row a group: its keys and aggregates; one without a name keeps that of its column."""
        every = {one.column: one for one in same} | made
        _demand(self.of, (one.column for one in every.values()))
        return GroupBy((*self.keys, *every), self.of, self.keys, every)


def _demand(plan: Plan, names: Iterable[str]) -> None:
    for name in names:
        if name not in plan.columns:
            raise ValueError(f"there is no column {name} here; there are {', '.join(plan.columns)}")


@dataclass(frozen=True, slots=True, eq=False)
class Source(Plan):
    """The rows of a table that is bound when the plan runs."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class WithColumns(Plan):
    """:meth:`Plan.with_columns`."""

    of: Plan
    made: dict[str, Expr]


@dataclass(frozen=True, slots=True, eq=False)
class Filter(Plan):
    """:meth:`Plan.filter`."""

    of: Plan
    condition: Expr


@dataclass(frozen=True, slots=True, eq=False)
class Select(Plan):
    """:meth:`Plan.select`: new names and the old ones that they stand for."""

    of: Plan
    taken: dict[str, str]


@dataclass(frozen=True, slots=True, eq=False)
class Join(Plan):
    """:meth:`Plan.join`."""

    of: Plan
    other: Plan
    keys: tuple[str, ...]
    how: Literal["inner", "left"]


@dataclass(frozen=True, slots=True, eq=False)
class GroupBy(Plan):
    """:meth:`Groups.agg`."""

    of: Plan
    keys: tuple[str, ...]
    made: dict[str, Aggregate]


@dataclass(frozen=True, slots=True, eq=False)
class Unique(Plan):
    """:meth:`Plan.unique`."""

    of: Plan
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Concat(Plan):
    """:func:`concat`."""

    of: tuple[Plan, ...]


def source(name: str, columns: Iterable[str]) -> Plan:
    """The rows of a table that is bound when the plan runs, and the columns that it will have."""
    return Source(tuple(columns), name)


def concat(plans: Iterable[Plan]) -> Plan:
    """The rows of several plans with the same columns, one below the other.

    Raises:
        ValueError: their columns differ.
    """
    several = tuple(plans)
    columns = several[0].columns
    for one in several:
        if set(one.columns) != set(columns):
            raise ValueError(f"columns differ: {', '.join(set(columns) ^ set(one.columns))}")
    return Concat(columns, tuple(one.select(*columns) for one in several))


def inputs(step: Plan) -> tuple[Plan, ...]:
    """The steps whose rows a step takes."""
    match step:
        case WithColumns(of=of) | Filter(of=of) | Select(of=of) | GroupBy(of=of) | Unique(of=of):
            return (of,)
        case Join(of=of, other=other):
            return (of, other)
        case Concat(of=several):
            return several
    return ()


def steps_of(*ends: Plan) -> Iterator[Plan]:
    """Every step of plans once, each after those whose rows it takes; steps that they share once for all."""
    done: set[int] = set()
    waiting: list[tuple[Plan, bool]] = [(end, False) for end in reversed(ends)]
    while waiting:
        step, ready = waiting.pop()
        if id(step) in done:
            continue
        if ready:
            done.add(id(step))
            yield step
        else:
            waiting.append((step, True))
            waiting.extend((one, False) for one in reversed(inputs(step)))


def needed(*ends: Plan) -> dict[int, set[str]]:
    """By ``id`` of each step the columns of it that a later step, or one of the ends, reads."""
    steps = list(steps_of(*ends))
    reads: dict[int, set[str]] = {id(step): set() for step in steps}
    for end in ends:
        reads[id(end)] |= set(end.columns)
    for step in reversed(steps):
        if not reads[id(step)]:  # of a step of which nothing is read, its number of rows still counts
            reads[id(step)].add(step.columns[0])
        for one, names in _reads(step, reads[id(step)]):
            reads[id(one)] |= names
    return reads


def _reads(step: Plan, wanted: set[str]) -> Iterator[tuple[Plan, set[str]]]:
    match step:
        case WithColumns(of=of, made=made):
            inside = {name for new in made if new in wanted for name in columns_of(made[new])}
            yield of, (wanted - made.keys()) | inside
        case Filter(of=of, condition=condition):
            yield of, wanted | set(columns_of(condition))
        case Select(of=of, taken=taken):
            yield of, {old for new, old in taken.items() if new in wanted}
        case Join(of=of, other=other, keys=keys):
            yield of, (wanted & set(of.columns)) | set(keys)
            yield other, (wanted & set(other.columns)) | set(keys)
        case GroupBy(of=of, keys=keys, made=made):
            yield of, set(keys) | {made[name].column for name in made if name in wanted}
        case Unique(of=of, keys=keys):
            yield of, wanted | set(keys)
        case Concat(of=several):
            for one in several:
                yield one, set(wanted)
