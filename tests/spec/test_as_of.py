"""The door through which facts see a record: nobody reads a table beside it, and nothing later passes."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import paget
from paget.days import read_day
from paget.facts.by_name import rows_of
from paget.facts.catalogue import parts_of_plan
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.plans.merging import merged
from paget.plans.plan import Source, inputs, steps_of
from paget.record.as_of import ASKED, as_of
from paget.record.case import read_case
from paget.record.decision_days import decisions
from paget.record.frames import LISTS
from paget.record.prepared import FewRows, prepared
from paget.record.record import Record
from paget.record.tables import TABLES

SOURCE = Path(paget.__file__).parent


def test_each_table_in_the_plan_of_facts_is_behind_the_door() -> None:
    parts = [rows_of(part) for part in parts_of_plan(ValueSets.of(Knowledge.load()))]
    both = merged(*parts, *(as_of(name) for name in TABLES))
    facts, doors = list(steps_of(*both[: len(parts)])), {id(one) for one in steps_of(*both[len(parts) :])}
    tables = [step for step in facts if isinstance(step, Source) and step.name in TABLES]
    assert {step.name for step in tables} >= {"tumours", "lesions", "treatments", "observations", "studies"}
    for step in facts:
        for before in inputs(step):
            if isinstance(before, Source) and before.name in TABLES:
                assert id(step) in doors, f"a step reads {before.name} without asking what was known"
    # What is not one of the record's tables is the list of decisions, or values that hang on a row.
    assert {s.name for s in facts if isinstance(s, Source)} <= TABLES.keys() | LISTS.keys() | {ASKED}


@pytest.mark.parametrize(("days", "known"), [
    ({}, None),
    ({"end_day": "2025-06-24"}, True),  # it was over on the day: whoever decides knows of it
    ({"end_day": "2025-06-25"}, None),
    ({"start_day": "2025", "end_day": "2025-06-24"}, True),
    ({"start_day": "2025", "end_day": "2025-06-25"}, None),
    ({"start_day": "2025-06-25", "end_day": "2025-07-01"}, False),
])  # fmt: skip
def test_a_course_is_known_by_its_last_day_at_the_latest(days: dict[str, str], known: bool | None) -> None:
    case, _ = read_case(
        {
            "patient": {"patient_id": "P"},
            "tumours": [{"tumour_id": "T", "treatments": [{"treatment_id": "X"} | days]}],
        },
        source="here",
    )
    record = prepared(Record.from_cases([case]))
    assert isinstance(record, FewRows)
    asked = decisions(record, read_day("2025-06-24")[0])
    assert isinstance(asked, dict)
    assert record.run(as_of("treatments"), asked=asked)["known"] == ([known] if known is not False else [])


def test_facts_name_no_table_and_no_engine() -> None:
    """Facts are written in the plan language alone: what an engine does differently cannot be said in it."""
    engines = {"polars", "narwhals", "duckdb", "pyarrow", "pandas"}
    for file in sorted((SOURCE / "facts").glob("*.py")):
        tree = ast.parse(file.read_text())
        imported = {
            name
            for node in ast.walk(tree)
            for name in (
                [alias.name for alias in node.names]
                if isinstance(node, ast.Import)
                else [f"{node.module}.{alias.name}" for alias in node.names]
                if isinstance(node, ast.ImportFrom)
                else []
            )
        }
        roots = {name.split(".")[0] for name in imported}
        if file.name not in {"derive.py", "parts.py"}:  # these bind the plan and read its result
            assert not roots & engines, file.name
        assert "paget.plans.source" not in imported, file.name
