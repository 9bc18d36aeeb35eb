"""Order of rows, files, company in a registry and engine change no fact and no finding."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from random import Random
from typing import Any

import narwhals as nw
import pytest
from hypothesis import given

import paget
from assessed_variants import Answers, case_of, differences, empty
from clinical_cases import DAY, clinical_rows
from drawn_examples import SEEDS, examples
from once_wrong import OPERATION, of
from paget.assessment import assess, rules_of
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.prepared import prepared


def answers(record: Record, *, few_rows: int = 10**6) -> Answers:
    """Facts and findings on the decision day: in memory, or on the engine of the record."""
    knowledge = Knowledge.load()
    ready = prepared(record, few_rows)
    facts = derive(ready, ask(ready, DAY), knowledge)
    return Answers(facts, rules_of(knowledge).evaluate(facts))


def registry(seed: int, patients: int = 12) -> Record:
    """A registry of random cases."""
    cases = (case_of(clinical_rows(Random(seed + n)), f"P{n}") for n in range(patients))
    return Record.from_cases(case for case in cases if case is not None)


@given(SEEDS)
@examples(10)
def test_something_is_always_possible(seed: int) -> None:
    """No range ends before it begins, no class is without a name; a time may start late and is then 0."""
    assert empty(answers(registry(seed))) == []


@given(SEEDS)
@examples(4)
def test_the_order_of_rows_changes_nothing(seed: int) -> None:
    random, record = Random(seed), registry(seed)
    shuffled = {}
    for name, frame in record.tables.items():
        places = list(range(frame.shape[0]))
        random.shuffle(places)
        shuffled[name] = nw.to_native(frame)[places]
    again = Record.from_tables(shuffled)
    assert again.report.rejected == []
    for few_rows in (0, 10**6):
        assert differences(answers(record), answers(again, few_rows=few_rows)) == []


@given(SEEDS)
@examples(5)
def test_a_registry_gives_each_patient_what_the_case_alone_gives(seed: int) -> None:
    record = registry(seed, patients=4)
    together, alone = _together(record), _alone(record)
    assert together == alone


def test_an_explanation_is_the_same_in_a_registry_and_alone() -> None:
    """An operation to come is explained by the nature of a new lesion, of which there is none."""
    primary = {"lesion_id": "L", "relation": "primary", "found_day": "2025-05-01"}
    now = {"treatment_id": "X", "modality": "surgery", "start_day": "2025-06-24"}
    alone = of(lesions=[primary], treatments=[now])
    beside = of(
        lesions=[primary | {"relation": "local"}], treatments=[OPERATION | {"start_day": "2023-05-01"}]
    )
    cases = (case_of(rows, name) for name, rows in (("P", alone), ("Q", beside)))
    record = Record.from_cases(case for case in cases if case is not None)
    assert _together(record) == _alone(record)


def _together(record: Record) -> list[dict[str, Any]]:
    return sorted((one.to_dict() for one in assess(record, DAY)), key=_who)


def _alone(record: Record) -> list[dict[str, Any]]:
    cases = (Record.from_cases([case]) for case in record.cases())
    return sorted((one.to_dict() for case in cases for one in assess(case, DAY)), key=_who)


def _who(assessment: dict[str, Any]) -> tuple[str, str]:
    return assessment["patient"], assessment["tumour"] or ""


@given(SEEDS)
@examples(5)
def test_a_case_in_memory_and_a_registry_on_its_engine_give_the_same(seed: int) -> None:
    record = registry(seed)
    assert differences(answers(record), answers(record, few_rows=0)) == []


@pytest.mark.parametrize("form", ["parquet", "csv", "cases"])
@given(seed=SEEDS)
@examples(2)
def test_files_and_their_splitting_change_nothing(form: Any, seed: int) -> None:
    """A folder of tables, or a file for each patient."""
    record = registry(seed)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "record"
        if form == "cases":
            place.mkdir()
            for case in record.cases():
                (place / f"{case.patient_id}.json").write_text(json.dumps(case.document()), encoding="utf-8")
        else:
            record.write(place, form)
        assert differences(answers(record), answers(paget.read(place))) == []


@pytest.mark.slow
@given(SEEDS)
@examples(1)
def test_a_database_computes_the_same_on_its_own_engine(seed: int) -> None:
    record = registry(seed, patients=40)
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / "record.duckdb"
        record.to_duckdb(place)
        again = paget.read(place)
        assert again.engine == "duckdb"
        assert differences(answers(record), answers(again)) == []
