"""What a fact is: a named, documented quantity of a case on a day, and the table of facts that rules read.

A fact is declared with its meaning, unit and smallest step; its value for each decision is a set of
values still possible (:mod:`paget.possible`), with the day on which it was established.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from paget.possible import Classes, Range, Span, Truth

FactKind = Literal["number", "truth", "class", "span"]
Value = Truth | Range | Classes | Span


@dataclass(frozen=True, slots=True)
class Fact:
    """The declaration of a fact.

    Attributes:
        name: its name in rules and findings.
        kind: number, truth, class, or span (the time between two days, a number of days that also
            answers thresholds in calendar months).
        meaning: what it is, in a sentence.
        unit: the unit of a number (``day`` for a span); "" for a pure number.
        resolution: the smallest step of a number in that unit (a day, a lesion, a mm, 0.1 ng/mL).
        classes: the possible values of a class.
        resolved_by: the examination or entry that would make it known, in words.
        minimum: the smallest value that a number can have.
        afterwards: it exists only after the operation that is decided about: open until then, and nothing
            that a board could ask for.
        title: what it is called where it stands alone (:mod:`paget.facts.titles`).
    """

    name: str
    kind: FactKind
    meaning: str
    unit: str = ""
    resolution: float = 1.0
    classes: tuple[str, ...] = ()
    resolved_by: str = ""
    minimum: float = -np.inf
    afterwards: bool = False
    title: str = ""


@dataclass(frozen=True, slots=True)
class FactColumn:
    """The values of one fact for all decisions, and the days on which they were established.

    ``day`` is None for a fact that has no day of its own (a count, a difference). An unknown day is an
    open range, so its age is unknown too.
    """

    value: Value
    day: Range | None = None


@dataclass(frozen=True, slots=True)
class FactTable:
    """One row a decision: the facts as of its day.

    Attributes:
        decision_id, patient_id, tumour_id: who and what each row is about ("" when there is no primary).
        as_of: the decision days.
        columns: the facts by name.
        dates: where days are dates, not counted from an origin of the patient's own; None: everywhere.
    """

    decision_id: tuple[str, ...] | NDArray[np.object_]
    patient_id: tuple[str, ...] | NDArray[np.object_]
    tumour_id: tuple[str, ...] | NDArray[np.object_]
    as_of: NDArray[np.float64]
    columns: Mapping[str, FactColumn]
    dates: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return int(self.as_of.shape[0])

    def __getitem__(self, name: str) -> FactColumn:
        return self.columns[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.columns)

    def age(self, name: str) -> Range:
        """How old a fact is on the decision day, in days; open where its day is not known.

        A fact without a day of its own is as old as the decision: 0 days.
        """
        day = self.columns[name].day
        if day is None:
            return Range(np.zeros(len(self)), np.zeros(len(self)))
        return Range(self.as_of - day.high, self.as_of - day.low)
