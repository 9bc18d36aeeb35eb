"""A rule as read: what it reads, where it applies, what it makes of its clauses, and its limits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from paget.facts.declaration import FactKind
from paget.knowledge.files import KnowledgeFile
from paget.rules.bodies import Beside, Body, Closure, Criteria, Each, First, Measure, Product, Slope, Sum
from paget.rules.conditions import AllOf, Comparison, Node, Read, comparisons_of
from paget.rules.subjects import Subject
from paget.rules.substitution import repeated

COMBINATORS: Final[dict[str, tuple[str, ...]]] = {
    "criteria": ("all", "any", "none"),
    "score": ("sum",),
    "model": ("product",),
    "classes": ("first",),
    "schedule": ("each",),
    "measure": ("fact",),
    "factors": ("beside",),
    "closure": ("closure",),
}
"""The kinds of rule and the combinators under which their clauses stand."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A named threshold, with others that are in use: the answer is shown for each.

    Attributes:
        confirmed: whether the main value was read in a source; ``also_confirmed``: whether the others were.
    """

    name: str
    main: str
    also: tuple[str, ...] = ()
    confirmed: bool = True
    also_confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """A group of scores, both ends included."""

    low: float
    high: float
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A rule.

    Attributes:
        name: of the finding; a variant under another limit has the limit in its name.
        file: where it was written.
        applies: where the finding belongs; None: everywhere.
        body: the clauses under their combinator.
        groups: names for ranges of a score.
        limits: its own named thresholds and those of the rules it reads, by the name shown.
        chosen: the limits under which this is a variant; empty for the rule itself.
        reads: the findings that it reads.
        shared: subjects that occur more than once, with their comparisons.
        gate: every comparison of ``applies`` once.
        leaves: every comparison of the rule once, those of ``applies`` first.
        facts: the names of the facts that it reads itself, as comparisons or as numbers.
        times: the comparisons of a time with a threshold, near which a finding is at the boundary.
        population: who was in its source, each a condition that this case meets or not.
    """

    name: str
    file: KnowledgeFile
    applies: Node | None
    body: Body
    groups: tuple[Group, ...] = ()
    limits: Mapping[str, Limit] = field(default_factory=dict)
    chosen: Mapping[str, str] = field(default_factory=dict)
    reads: tuple[str, ...] = ()
    population: tuple[Node, ...] = ()
    shared: Mapping[Subject, tuple[Comparison, ...]] = field(init=False)
    gate: tuple[Comparison, ...] = field(init=False)
    leaves: tuple[Comparison, ...] = field(init=False)
    facts: frozenset[str] = field(init=False)
    times: tuple[Comparison, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "shared", repeated(self.body))
        applies = comparisons_of(self.applies) if self.applies is not None else ()
        object.__setattr__(self, "gate", tuple(dict.fromkeys(applies)))
        object.__setattr__(self, "leaves", tuple(dict.fromkeys([*self.gate, *self.body.comparisons()])))
        subjects = [one.subject for one in self.leaves]
        if isinstance(self.body, Sum | Product):
            subjects += [clause.subject for clause in self.body.clauses if isinstance(clause, Slope)]
        if isinstance(self.body, Measure):
            subjects.append(self.body.subject)
        object.__setattr__(self, "facts", frozenset(one.name for one in subjects if not one.finding))
        times = (one for one in self.leaves if one.cut is not None and one.subject.is_time)
        object.__setattr__(self, "times", tuple(one for one in times if not one.subject.finding))

    @property
    def kind(self) -> str:
        """criteria, score, model, classes, schedule, measure, factors or closure."""
        return self.file.kind

    @property
    def unit(self) -> str:
        """The unit of its number; "" for anything else."""
        body = self.body
        if isinstance(body, Measure):
            return body.unit
        return "point" if isinstance(body, Sum) and not body.logit else ""

    def subject(self, *, masked: bool) -> Subject:
        """What other rules see of its finding."""
        body = self.body
        kind: FactKind = "number"
        classes: tuple[str, ...] = ()
        if isinstance(body, Criteria):
            kind = "truth"
        elif isinstance(body, First):
            kind, classes = "class", body.names
        elif isinstance(body, Measure):
            kind, classes = body.subject.kind, body.subject.classes
        return Subject(self.name, kind, self.unit, classes, finding=True, masked=masked)

    @property
    def readable(self) -> bool:
        """Whether other rules may read it: a schedule has no one answer; for a measure they read its fact."""
        return not isinstance(self.body, Each | Measure | Beside | Closure)


def conjuncts(condition: Node | None) -> tuple[Node, ...]:
    """The parts that must all hold.

    Comparisons are shared objects, so two conditions that demand the same thing share a part.
    """
    if condition is None:
        return ()
    if isinstance(condition, Read):
        return conjuncts(condition.part)
    if isinstance(condition, AllOf):
        return tuple(part for one in condition.parts for part in conjuncts(one))
    return (condition,)


def may_not_apply(read: Rule, reader_applies: Node | None) -> bool:
    """Whether a rule that is read may not apply where its reader does."""
    return not {*conjuncts(read.applies)} <= {*conjuncts(reader_applies)}


Pairs = tuple[tuple[Comparison, Comparison], ...]


@lru_cache(maxsize=4096)
def moved(variant: Rule, rule: Rule) -> tuple[Pairs, Pairs] | tuple[None, None]:
    """The comparisons that a variant has in place of others of its rule: of ``applies``, of the body.

    None where more than comparisons differs: names of classes, or where a slope begins.
    """
    if _beside_comparisons(variant.body) != _beside_comparisons(rule.body):
        return None, None
    gates = [() if one.applies is None else comparisons_of(one.applies) for one in (variant, rule)]
    bodies = [one.body.comparisons() for one in (variant, rule)]
    gate, body = (tuple(zip(*both, strict=True)) for both in (gates, bodies))
    return _different(gate), _different(body)


def _different(pairs: Pairs) -> Pairs:
    return tuple(dict.fromkeys((other, one) for other, one in pairs if other is not one))


def _beside_comparisons(body: Body) -> tuple[object, ...]:
    """What a limit may move in a body besides its comparisons."""
    if isinstance(body, First):
        return body.names
    clauses = body.clauses if isinstance(body, Sum | Product) else ()
    return tuple((one.origin, one.per, one.worth) for one in clauses if isinstance(one, Slope))
