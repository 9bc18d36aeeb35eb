"""The facts that the rules of these tests may read: those of the shipped catalogue, and a few for tests."""

from __future__ import annotations

from typing import Final

from paget.facts.catalogue import catalogue
from paget.facts.declaration import Fact
from paget.facts.value_sets import DISEASES
from paget.knowledge import Knowledge

__all__ = ["DISEASES", "FACTS"]

_OWN: Final = (
    Fact("ecog", "number", "Performance status.", minimum=0),
    Fact("age", "number", "Age.", "year", minimum=0),
)

FACTS: Final[dict[str, Fact]] = {fact.name: fact for fact in _OWN} | catalogue(Knowledge.load())
