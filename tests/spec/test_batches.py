"""A registry in batches: the same findings as at once, whatever the order of its rows."""

from __future__ import annotations

from random import Random
from typing import Any

import narwhals as nw
import numpy as np
import pytest

from clinical_cases import clinical_case
from paget.assessment import evaluate, evaluate_in_batches
from paget.possible import Classes, Range, Truth
from paget.record import Case, Record
from paget.record.batches import in_batches
from paget.rules import Results, substitution

PATIENTS = 20


@pytest.fixture(scope="module")
def registry() -> Record:
    """Random patients, in no order of their ids; the same patients on every run."""
    numbers = Random(7).sample(range(PATIENTS), PATIENTS)
    return Record.from_cases(_patient(number) for number in numbers)


def _patient(number: int) -> Case:
    rows = clinical_case(Random(number)).rows()
    name = f"p{number:02}"
    return Case.of_rows(
        {table: [{**row, "patient_id": name} for row in part] for table, part in rows.items()}
    )


def said(facts: Any, results: Results) -> dict[tuple[str, str, str], Any]:
    """By patient, primary and finding what is said; nothing where it does not apply."""
    found = {}
    for row in range(len(facts)):
        for name in results:
            outcome = results[name]
            key = str(facts.patient_id[row]), str(facts.tumour_id[row]), name
            applies = int(outcome.applies.sign[row])
            found[key] = applies, None if applies < 0 else _plain(outcome.value, row)
    return found


def _plain(value: Any, row: int) -> Any:
    if isinstance(value, Truth):
        return int(value.sign[row])
    if isinstance(value, Range):
        return float(value.low[row]), float(value.high[row])
    if isinstance(value, Classes):
        return value.possible(row)
    return tuple(one.possible(row) for one in value.each)


@pytest.mark.parametrize("patients", [6, 1000])
def test_batches_say_what_the_whole_says(registry: Record, patients: int) -> None:
    whole = said(*evaluate(registry))
    found: dict[tuple[str, str, str], Any] = {}
    order: list[str] = []
    for facts, results in evaluate_in_batches(registry, patients=patients):
        part = said(facts, results)
        assert not found.keys() & part.keys()
        assert len({patient for patient, _, _ in part}) <= patients
        found |= part
        order += list(dict.fromkeys(str(one) for one in facts.patient_id))
    assert found == whole
    assert order == sorted(order)


def test_decisions_that_are_alike_are_tried_once_with_the_same_answer(
    registry: Record, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(substitution, "FEW", 10**9)
    one_by_one = said(*evaluate(registry))
    monkeypatch.setattr(substitution, "FEW", 0)
    assert said(*evaluate(registry)) == one_by_one


def test_no_row_is_lost_or_told_twice(registry: Record) -> None:
    rows = {name: nw.to_native(frame).height for name, frame in registry.tables.items()}
    batches = list(in_batches(registry, 7))
    assert len(batches) == -(-PATIENTS // 7)
    held = {
        name: sum(nw.to_native(batch._tables[name]).collect().height for batch in batches)  # type: ignore[union-attr]
        for name in rows
    }
    assert held == rows


def test_a_day_of_each_patient_reaches_its_own_batch(registry: Record) -> None:
    days = {f"p{number:02}": 20_000 - 30 * number for number in range(0, PATIENTS, 3)}
    frame = nw.from_dict({"patient_id": list(days), "as_of": list(days.values())}, backend="polars").lazy()
    told = {
        str(patient): float(day)
        for facts, _ in evaluate_in_batches(registry, frame, patients=12)
        for patient, day in zip(facts.patient_id, facts.as_of, strict=True)
    }
    assert told == days
    assert np.isfinite(list(told.values())).all()
