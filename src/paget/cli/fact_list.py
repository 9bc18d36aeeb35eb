"""The facts that rules may read, for `paget knowledge list` and `paget knowledge show`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from paget.facts.declaration import Fact
    from paget.knowledge import Knowledge


def facts_of(knowledge: Knowledge) -> list[Fact]:
    """All facts, in the order of their declaration."""
    from paget.facts.catalogue import catalogue

    return list(catalogue(knowledge).values())


def holds(fact: Fact) -> str:
    """What a fact's value is, in a few words.

    >>> from paget.facts.declaration import Fact
    >>> holds(Fact("cea", "number", "...", unit="ng/mL")), holds(Fact("has_metastasis", "truth", "..."))
    ('ng/mL', 'yes or no')
    """
    words = {"truth": "yes or no", "span": "time between two days", "class": "one of several"}
    return words.get(fact.kind, fact.unit or "number")


def about(fact: Fact) -> dict[str, Any]:
    """A fact's declaration as data."""
    return {
        "name": fact.name,
        "kind": fact.kind,
        "unit": fact.unit or None,
        "meaning": fact.meaning,
        "classes": list(fact.classes),
        "resolved_by": fact.resolved_by or None,
    }


def told(fact: Fact) -> str:
    """A fact's declaration as lines to read."""
    lines = [f"# {fact.name}, a fact: {holds(fact)}", fact.meaning]
    if fact.classes:
        lines.append(f"one of: {', '.join(fact.classes)}")
    if fact.resolved_by:
        lines.append(f"made known by: {fact.resolved_by}")
    return "\n".join(lines)
