"""What is found of a case and of its variants, and whether one finding contains another.

All variants of a case are patients of one registry, so that a hundred of them cost little more than one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import numpy as np
import yaml
from numpy.typing import NDArray

from clinical_cases import DAY, Rows
from clinical_variants import Variant, smaller
from paget.assessment import evaluate
from paget.facts.declaration import FactTable
from paget.possible import Classes, Range, Span, Truth
from paget.record import Case, ImportReport, Record, case_from_rows
from paget.rules import Results
from paget.rules.bodies import States

Indices = NDArray[np.intp]
Picker = Callable[[Indices], Any]
Faults = dict[int, list[str]]

MONTHS: Final = (3, 4, 6, 12, 24)
"""Thresholds in months at which times are compared."""

NOT_DOCUMENTED: Final = np.uint64(4)
"""The state of an examination of which nothing is known: it may be done or too old."""

TOLD: Final = 20
"""How many faults are told."""

AS_IT_IS: Final = "as it is"


def case_of(rows: Rows, patient_id: str) -> Case | None:
    """The rows as a case of a patient; None when one of them is impossible."""
    report = ImportReport()
    named = {name: [{**row, "patient_id": patient_id} for row in table] for name, table in rows.items()}
    case = case_from_rows(named, report=report)
    return None if report.rejected else case


class Answers:
    """Facts and findings, one row a patient and primary."""

    def __init__(self, facts: FactTable, results: Results) -> None:
        self.facts = facts
        self.patients = [str(patient) for patient in facts.patient_id]
        self.primaries = [str(primary) for primary in facts.tumour_id]
        self.values: dict[str, Picker] = {}
        for name in facts:
            self.values[name] = _picker(facts[name].value)
            day = facts[name].day
            if day is not None:
                self.values[f"day of {name}"] = _picker(day)
        for name in results:
            outcome = results[name]
            self.values[f"whether {name} applies"] = _picker(outcome.applies)
            self.values[f"finding {name}"] = _picker((outcome.applies, outcome.value))


def differences(first: Answers, second: Answers) -> list[str]:
    """What two ways to the same findings do not agree on."""
    order = [
        sorted(zip(one.patients, one.primaries, range(len(one.facts)), strict=True))
        for one in (first, second)
    ]
    (keys, rows), (other_keys, other_rows) = (
        ([key[:2] for key in keys], np.array([key[2] for key in keys])) for keys in order
    )
    if keys != other_keys or first.values.keys() != second.values.keys():
        return ["patients, primaries or facts"]
    told = []
    for name in first.values:
        one, other = first.values[name](rows), second.values[name](other_rows)
        same = np.broadcast_to(contains(one, other) & contains(other, one), rows.shape)
        told += [f"{name} of {keys[row][0]}" for row in np.flatnonzero(~same)[:TOLD]]
    return told


def empty(answers: Answers) -> list[str]:
    """Facts and findings of which no value is possible any more, where they apply."""
    rows = np.arange(len(answers.facts))
    told = []
    for name, value in answers.values.items():
        possible = np.broadcast_to(_any(value(rows)), rows.shape)
        told += [f"{name} of {answers.patients[row]}: {_words(value(row))}" for row in rows[~possible][:TOLD]]
    return told


class Variants:
    """Cases and the variants of each, assessed together on the decision day.

    Args:
        cases: the rows of each case, and its variants.

    Attributes:
        labels: what was changed, by number; of a case as it is, that.
        primaries: those assessed, by case.
    """

    def __init__(self, *cases: tuple[Rows, Iterable[Variant]]) -> None:
        self.labels: list[str] = []
        case_of_label: list[int] = []
        accepted: list[Case] = []
        for number, (rows, variants) in enumerate(cases):
            for label, variant in ((AS_IT_IS, rows), *variants):
                case = case_of(variant, f"{len(accepted):07}")
                if case is not None:
                    self.labels.append(label)
                    case_of_label.append(number)
                    accepted.append(case)
        self._answers = Answers(*evaluate(Record.from_cases(accepted), DAY))
        label_of = np.array([int(patient) for patient in self._answers.patients])
        self._label = np.array(self.labels, object)[label_of]
        self._case = np.array(case_of_label)[label_of]
        self._primary = np.array(self._answers.primaries, object)
        self._patient = label_of
        as_they_are = np.flatnonzero(self._label == AS_IT_IS)
        self.primaries = [
            [str(self._primary[row]) for row in as_they_are if self._case[row] == number]
            for number in range(len(cases))
        ]
        row_of = {(self._case[row], self._primary[row]): row for row in as_they_are}
        pairs = (
            (row, row_of.get((self._case[row], self._primary[row])))
            for row in np.flatnonzero(self._label != AS_IT_IS)
        )
        both = [(row, base) for row, base in pairs if base is not None]
        self._rows = np.array([row for row, _ in both], np.intp)
        self._bases = np.array([base for _, base in both], np.intp)

    def narrower(self, *, but: Callable[[str], bool] = lambda name: False) -> Faults:
        """What some variant excludes although its case allows it."""
        return self._where_not(contains, but)

    def wider(self) -> Faults:
        """What some variant allows although its case excludes it."""
        return self._where_not(lambda case, variant: contains(variant, case))

    def different(self, *, but: Callable[[str], bool] = lambda name: False) -> Faults:
        """What differs between a case and some variant; its primaries included."""
        told = self._where_not(lambda case, other: contains(case, other) & contains(other, case), but)
        found: dict[int, set[str]] = {}
        for row, patient in enumerate(self._patient):
            found.setdefault(int(patient), set()).add(str(self._primary[row]))
        for row, patient in enumerate(self._patient):
            number = int(self._case[row])
            if found[int(patient)] != set(self.primaries[number]):
                words = f"primaries {self.primaries[number]} as it is, others with {self._label[row]}"
                told.setdefault(number, []).append(words)
        return told

    def _where_not(
        self, holds: Callable[[Any, Any], Any], but: Callable[[str], bool] = lambda name: False
    ) -> Faults:
        told: Faults = {}
        for name, value in self._answers.values.items():
            if but(name):
                continue
            held = np.broadcast_to(holds(value(self._bases), value(self._rows)), self._rows.shape)
            for place in np.flatnonzero(~held):
                row, base = self._rows[place], self._bases[place]
                words = f"{name} ({self._primary[row]}): {_words(value(base))} as it is, "
                words += f"{_words(value(row))} with {self._label[row]}"
                told.setdefault(int(self._case[row]), []).append(words)
        return told


def smallest(rows: Rows, faults: Callable[[Rows], list[str]]) -> str:
    """What is wrong with a case, and as little of the case as shows it; nothing where nothing is wrong."""
    if not faults(rows):
        return ""
    tried = smaller(rows)
    while (fewer := next(tried, None)) is not None:
        if case_of(fewer, "P") is not None and faults(fewer):
            rows, tried = fewer, smaller(fewer)
    case = yaml.safe_dump({name: found for name, found in rows.items() if found}, sort_keys=False)
    return "\n".join([*faults(rows)[:TOLD], case])


def contains(inner: Any, outer: Any) -> Any:
    """Where every value that one allows is allowed by the other too."""
    if isinstance(inner, tuple):  # a finding has no value where it does not apply
        return inner[0].is_no | contains(inner[1], outer[1])
    if isinstance(inner, Truth):
        return outer.is_unknown | (inner.sign == outer.sign)
    if isinstance(inner, Range):
        return (_rounded(outer.low) <= _rounded(inner.low)) & (_rounded(outer.high) >= _rounded(inner.high))
    if isinstance(inner, Classes):
        return (inner.can & ~outer.can) == 0
    if isinstance(inner, States):
        pairs = zip(inner.each, outer.each, strict=True)
        return np.all([contains(a, b) | ((b.can & NOT_DOCUMENTED) > 0) for a, b in pairs], axis=0)
    held = contains(inner.length, outer.length)
    for months in MONTHS:
        for one, other in zip(inner.against_months(months), outer.against_months(months), strict=True):
            held = held & contains(one, other)
    return held


def _any(value: Any) -> Any:
    """Where some value is possible."""
    if isinstance(value, tuple):
        return value[0].is_no | _any(value[1])
    if isinstance(value, Truth):
        return np.abs(value.sign) <= 1
    if isinstance(value, Classes):
        return value.can > 0
    if isinstance(value, States):
        return np.all([_any(one) for one in value.each], axis=0)
    number = value.length if isinstance(value, Span) else value
    return number.low <= number.high


def _rounded(numbers: Any) -> Any:
    """Sums of the same numbers in another order differ in the last digits."""
    return np.round(numbers, 6)


def _picker(value: Any) -> Picker:
    return lambda rows: _at(value, np.atleast_1d(rows))


def _at(value: Any, rows: Indices) -> Any:
    if isinstance(value, tuple):
        return tuple(_at(one, rows) for one in value)
    if isinstance(value, Truth):
        return Truth(value.sign[rows])
    if isinstance(value, Range):
        return Range(value.low[rows], value.high[rows])
    if isinstance(value, Classes):
        return Classes(value.names, value.can[rows])
    if isinstance(value, Span):
        return Span(_at(value.start, rows), _at(value.end, rows), _at(value.calendar, rows))
    return States(value.names, tuple(_at(one, rows) for one in value.each))


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return "nothing" if value[0].is_no.all() else _words(value[1])
    if isinstance(value, Span):
        return f"{value.length} days, from {value.start} to {value.end}, calendar {value.calendar}"
    return ", ".join(map(str, value.each)) if isinstance(value, States) else str(value)
