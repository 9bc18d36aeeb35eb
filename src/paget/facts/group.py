"""A group of facts, in one file: what they are, the part of the plan they are made of, their formulas.

A new fact is a declaration, a part of the plan (one row a decision) and a formula from its columns to the
set of values still possible. :mod:`paget.facts.catalogue` lists the groups.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from paget.facts.after_treatment import anchors, failures, signs
from paget.facts.ahead import aimed_at, operations, plan_steps
from paget.facts.by_name import Part
from paget.facts.declaration import Fact, FactColumn
from paget.facts.deposits import deposits, metastases
from paget.facts.parts import Flags, Numbers, Parts, nowhere
from paget.facts.removed import addressed
from paget.facts.returned import local_disease
from paget.facts.therapy import begun, dated, definitive_plans, definitive_rows, of_metastases, origin
from paget.facts.value_sets import DISEASES, ValueSets
from paget.plans import Plan
from paget.possible import Classes, Range, Truth
from paget.record.as_of import as_of


class Shared:
    """Rows that several groups need, as plans; each is there once."""

    def __init__(self, sets: ValueSets) -> None:
        self.sets = sets

    @cached_property
    def dated(self) -> Plan:
        """Treatments that have begun or are planned."""
        return dated(as_of("treatments"))

    @cached_property
    def treatments(self) -> Plan:
        """Treatments that have begun."""
        return begun(self.dated)

    @cached_property
    def targets(self) -> Plan:
        """What these addressed."""
        return addressed(as_of("targets"), self.treatments)

    @cached_property
    def deposits(self) -> Plan:
        """Lesions and sites, with what was last judged, measured and removed of each."""
        return deposits(self.treatments, self.targets)

    @cached_property
    def metastases(self) -> Plan:
        """What is counted of the metastases, one row a decision."""
        return metastases(self.deposits, self.sets)

    @cached_property
    def aims(self) -> Plan:
        """Of each treatment that has begun, how many of its targets are metastases."""
        return of_metastases(self.targets, self.deposits)

    @cached_property
    def definitive(self) -> Plan:
        """Definitive local treatments of the primary that have begun."""
        return definitive_rows(self.treatments, self.aims)

    @cached_property
    def origins(self) -> Plan:
        """The definitive treatment from which the disease-free interval counts, one row a decision."""
        plans = definitive_plans(self.definitive, as_of("statuses"))
        return origin(plans, self.metastases.select("decision", "ever_yes", "met_first", "met_last"))

    @cached_property
    def anchors(self) -> Plan:
        """The last definitive treatment of the primary that has begun, one row a decision."""
        return anchors(self.definitive)

    @cached_property
    def signs(self) -> Plan:
        """Lesions, sites and statuses that may show disease after it."""
        return signs(self.deposits, self.anchors)

    @cached_property
    def failures(self) -> Plan:
        """Whether there is such disease, since when and where, one row a decision."""
        return failures(self.signs)

    @cached_property
    def ahead(self) -> Plan:
        """Operations of the decision day or, without one, the next that is planned."""
        return operations(self.dated)

    @cached_property
    def plan_steps(self) -> Plan:
        """The other steps of the plan of that operation."""
        return plan_steps(self.dated, self.ahead)

    @cached_property
    def aimed_at(self) -> Plan:
        """What that operation addresses."""
        return aimed_at(self.ahead, self.deposits)

    @cached_property
    def local_disease(self) -> Plan:
        """Primary, local and regional disease, one row a decision."""
        return local_disease(self.deposits, self.origins)


@dataclass(slots=True)
class Known:
    """What formulas read: the columns of the plan, and the facts of the groups before.

    Attributes:
        parts: the columns of the plan.
        sets: the value sets in force.
        as_of: the decision days.
        columns: the facts so far.
    """

    parts: Parts
    sets: ValueSets
    as_of: Numbers
    columns: dict[str, FactColumn] = field(default_factory=dict)
    _staged: Flags | None = None

    def range(self, name: str) -> Range:
        """The values of a number so far."""
        value = self.columns[name].value
        if not isinstance(value, Range):
            raise TypeError(f"{name} is no number")
        return value

    def truth(self, name: str) -> Truth:
        """A yes/no so far."""
        value = self.columns[name].value
        if not isinstance(value, Truth):
            raise TypeError(f"{name} is no yes/no")
        return value

    def calendar(self) -> Truth:
        """Whether a patient's days are dates."""
        first, last = self.parts.count("calendar"), self.parts.count("calendar_2")
        return Truth(np.where(first == last, first, 0).astype(np.int8))

    def closed(self, region: str) -> Flags:
        """Where a region is closed by a study young enough, for counts of metastases.

        A metastasis that is stated, or may be, without a lesion on record is excluded by no study.
        """
        return self.parts.flag(f"closed_{region}") & ~self._unseen()

    def complete(self) -> Flags:
        """Where every region that each disease still possible demands is closed, for counts of metastases."""
        return self.staged() & ~self._unseen()

    def staged(self) -> Flags:
        """Where each region demanded by every disease still possible is covered by a study young enough."""
        if self._staged is None:
            self._staged = self._covered()
        return self._staged

    def _covered(self) -> Flags:
        disease = self.columns["disease"].value
        if not isinstance(disease, Classes):
            raise TypeError("disease is no class")
        closed = {region: self.parts.flag(f"closed_{region}") for region in self.sets.regions}
        complete = np.ones(self.parts.rows, bool)
        for bit, name in enumerate(DISEASES):
            possible = (disease.can >> np.uint64(bit)) & np.uint64(1) == 1
            if possible.any():
                demanded = [closed[region] for region in self.sets.demanded.get(name, ())]
                complete &= ~possible | np.logical_and.reduce(demanded, axis=0)
        return complete

    def established(self, name: str) -> Range:
        """The day of the last value: between two days, never after the decision day.

        Where none is certain, there may be one that nobody wrote down: any day until then.
        """
        day = self.parts.days(f"{name}_day", f"{name}_day_latest")
        if nowhere(day.low) and nowhere(day.high):
            return Range(day.low, self.as_of)
        certain = np.isfinite(day.low)
        return Range(day.low, np.where(certain, np.minimum(day.high, self.as_of), self.as_of))

    def age(self, name: str) -> Range:
        """How old the last value is, in days; open above where there may be none."""
        day = self.established(name)
        return Range(self.as_of - day.high, self.as_of - day.low)

    def _unseen(self) -> Flags:
        stated = self.parts.flag("distant_possible") | self.parts.flag("m1_possible")
        return stated & ~self.parts.flag("ever_yes")


@dataclass(frozen=True, slots=True)
class Group:
    """Facts that belong together.

    Attributes:
        facts: their declarations.
        plans: the parts of the plan that they need: one row a decision, or a decision and name.
        formulas: from the columns of those parts to facts.
    """

    facts: Callable[[ValueSets], Iterable[Fact]]
    plans: Callable[[Shared], Iterable[Part]]
    formulas: Callable[[Known], Mapping[str, FactColumn]]


def number(name: str, meaning: str, unit: str, resolved_by: str, resolution: float = 1.0) -> Fact:
    """The declaration of a number that is not negative."""
    return Fact(name, "number", meaning, unit, resolution, resolved_by=resolved_by, minimum=0)
