"""Conditions: comparisons of facts under all, any and not, in three-valued logic.

A condition is a tree. Its leaves compare; where each fact occurs once, the truth of the tree from the
truths of its leaves (and = minimum, or = maximum, not = sign turned) is exactly the set of what
substitution of all possible values gives. Where a fact occurs more than once see
:mod:`paget.rules.cells`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

from paget.possible import Truth, all_of, any_of
from paget.rules.subjects import Subject
from paget.rules.thresholds import Cut

How = Literal["above", "below", "at_least", "at_most", "is", "among", "yes", "no"]

WORDS: Final[dict[str, str]] = {
    "above": "above",
    "below": "below",
    "at_least": "at least",
    "at_most": "at most",
    "is": "exactly",
}


@dataclass(frozen=True, slots=True, eq=False)
class Comparison:
    """A leaf: one comparison of one subject. Within a rule set, two that say the same are the same object.

    Attributes:
        cut: the threshold, for a number or a span.
        among: the wanted classes, for a class.
        within: the greatest age in days at which the fact still counts; else the answer is unknown.
    """

    subject: Subject
    how: How
    cut: Cut | None = None
    among: tuple[str, ...] = ()
    within: float | None = None

    @property
    def same(self) -> tuple[object, ...]:
        """What makes two comparisons the same."""
        return self.subject, self.how, self.cut, self.among, self.within

    def __str__(self) -> str:
        name = self.subject.words
        if self.how == "among":
            text = f"{name}: {' or '.join(self.among)}"
        elif self.cut is None:
            text = f"{name}: {self.how}"
        else:
            text = f"{name} {WORDS[self.how]} {self.cut.text}"
        return text if self.within is None else f"{text}, not older than {self.within:g} days"


@dataclass(frozen=True, slots=True, eq=False)
class AllOf:
    """Yes when every part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class AnyOf:
    """Yes as soon as one part is."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Not:
    """Yes when its part is no."""

    part: Node


@dataclass(frozen=True, slots=True, eq=False)
class Read:
    """A condition with the sentence by which its author wants it read."""

    part: Node
    text: str


Node = Comparison | AllOf | AnyOf | Not | Read
Truths = dict[Node, Truth]
"""The truth of each node for all decisions of a batch; leaves are put in first."""


def truth_of(node: Node, truths: Truths) -> Truth:
    """The truth of a condition from the truths of its leaves; each node's is noted on the way."""
    known = truths.get(node)
    if known is not None:
        return known
    if isinstance(node, AllOf):
        truth = all_of(truth_of(part, truths) for part in node.parts)
    elif isinstance(node, AnyOf):
        truth = any_of(truth_of(part, truths) for part in node.parts)
    elif isinstance(node, Not):
        truth = ~truth_of(node.part, truths)
    elif isinstance(node, Read):
        truth = truth_of(node.part, truths)
    else:
        raise KeyError(str(node))  # a leaf that nobody evaluated: a mistake of ours
    truths[node] = truth
    return truth


def parts_of(node: Node) -> tuple[Node, ...]:
    """The nodes directly below."""
    if isinstance(node, AllOf | AnyOf):
        return node.parts
    return (node.part,) if isinstance(node, Not | Read) else ()


def text_of(node: Node) -> str:
    """A condition as a sentence."""
    if isinstance(node, Not):
        return f"not ({text_of(node.part)})"
    if isinstance(node, AllOf | AnyOf):
        return (" and " if isinstance(node, AllOf) else " or ").join(text_of(part) for part in node.parts)
    return node.text if isinstance(node, Read) else str(node)


def comparisons_of(node: Node) -> Iterator[Comparison]:
    """The leaves from left to right, one for each occurrence."""
    if isinstance(node, Comparison):
        yield node
    for part in parts_of(node):
        yield from comparisons_of(part)
