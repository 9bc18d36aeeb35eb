"""Measured values: tumour markers, blood, lung function, body size, performance; numbers with their units."""

from __future__ import annotations

from typing import Final

from paget.intake.fhir.chart import READ, Chart, Outcome, ignored, not_understood
from paget.intake.fhir.codes.laboratory import PERFORMANCE_ANSWERS
from paget.intake.fhir.elements import Json, child, children, codings, extensions, named
from paget.intake.fhir.quantities import Value, answer, value_of, value_of_quantity
from paget.intake.fhir.references import Entry
from paget.record.vocabulary import OBSERVATION_UNITS

_MOST: Final = {"neutrophils": 1000.0, "platelets": 20000.0}
"""10*9/L; what is beyond was counted per microlitre and given the unit of thousands."""
_PERFORMANCE: Final = frozenset({"ecog", "karnofsky"})


def read_measured(entry: Entry, chart: Chart, name: str, day: str, known: str) -> Outcome:
    """Read a number under one of the record's names: an ``observations`` row.

    The record converts units and rejects what is impossible. A number of a name that has a unit is
    rejected here when none is written, and one that is written in words when it is no number.
    """
    resource = entry.resource
    value = value_of(resource, name)
    if name in _PERFORMANCE:
        value = _performance(resource, name, value)
    if value.blank and not value.wrong:
        return ignored("no value")
    if value.low is None and value.high is None:
        return _reject(
            entry, chart, name, "something else where a number belongs", "write a number and its unit"
        )
    if not value.unit and OBSERVATION_UNITS.get(name):
        return _reject(
            entry, chart, name, "a number without a unit", f"write it in {OBSERVATION_UNITS[name]}"
        )
    if value.low is not None and value.low > _MOST.get(name, value.low):
        return _reject(
            entry, chart, name, "beyond what is possible in that unit", "is it a count per uL? check the unit"
        )
    low, high = _reference(resource, name, value.unit)
    chart.add(
        "observations",
        entry,
        known=known,
        own_day=day,
        day=day,
        name=name,
        low=value.low,
        high=value.high,
        unit=value.unit,
        reference_low=low,
        reference_high=high,
    )
    return READ


def _reject(entry: Entry, chart: Chart, name: str, what: str, mend: str) -> Outcome:
    chart.say("rejected", f"{name}: {what}", entry, mend, table="observations", row=entry.key, column="low")
    return not_understood(what)


def _performance(resource: Json, name: str, value: Value) -> Value:
    """A performance status by its coded answer, where no number is written."""
    if value.low is not None:
        return value
    concepts = [child(resource, "valueCodeableConcept"), *children(resource, "interpretation")]
    for concept in concepts:
        for one in codings(concept):
            of, score = PERFORMANCE_ANSWERS.get(one.code, ("", 0))
            if of == name:
                return Value(float(score), float(score))
    return value


def _reference(resource: Json, name: str, unit: str | None) -> tuple[float | None, float | None]:
    """Limits of the reference interval, where they are in the unit of the value."""
    for interval in children(resource, "referenceRange"):
        low = value_of_quantity(child(interval, "low"), name)
        high = value_of_quantity(child(interval, "high"), name)
        if {low.unit, high.unit} - {None, unit} == set() and not (low.blank and high.blank):
            return low.low, high.high
    return None, None


def read_in_words(entry: Entry, chart: Chart, name: str, day: str, known: str) -> Outcome:
    """Read a test whose result is a word, or a number of a test that the record has no unit for."""
    value = value_of(entry.resource)
    if value.blank:
        return ignored("no value")
    chart.add(
        "observations",
        entry,
        known=known,
        own_day=day,
        day=day,
        name=name,
        low=value.low,
        high=value.high,
        unit=value.unit,
        text=value.said,
    )
    return READ


def read_marker(entry: Entry, chart: Chart, day: str, known: str) -> Outcome:
    """Read a tumour marker that paget has no table of, under the name that the file gives it."""
    name = named(child(entry.resource, "code"))
    if not name:
        return not_understood("a tumour marker without a name")
    return read_in_words(entry, chart, name, day, known)


def read_comorbidities(entry: Entry, chart: Chart, day: str, known: str) -> Outcome:
    """Read what other diseases a patient has, and has not: an ``observations`` row for each."""
    resource, found = entry.resource, 0
    for tail, state in (("mcode-related-condition", "present"), ("mcode-related-condition-absent", "absent")):
        for extension in extensions(resource, tail):
            disease = named(child(extension, "valueCodeableConcept"))
            condition = chart.find(child(extension, "valueReference"), entry, "related condition")
            if condition is not None:
                disease = named(child(condition.resource, "code"))
            if disease:
                chart.add(
                    "observations",
                    entry,
                    known=known,
                    own_day=day,
                    day=day,
                    name="comorbidity",
                    text=f"{disease}: {state}",
                )
                found += 1
    value = value_of(resource)
    if value.low is not None:
        chart.add(
            "observations",
            entry,
            known=known,
            own_day=day,
            day=day,
            name="comorbidity score",
            low=value.low,
            high=value.high,
            text=answer(child(resource, "method")),
        )
        found += 1
    return READ if found else ignored("no value")
