"""Assessments of the example cases, made of facts written by hand: for tests of the page alone."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from tests.rule_facts import FACTS

import paget
from paget.days import read_day
from paget.documents import load_yaml
from paget.knowledge import Knowledge
from paget.possible import Range
from paget.record.case import read_case
from paget.rules import compile_rules, findings, rank, table_of

EXAMPLES = Path(paget.__file__).parent / "examples"

LIVER: dict[str, Any] = {
    "disease": "colorectal",
    "tumour_site": "rectum",
    "primary_control": "controlled",
    "about_a_tumour": "yes",
    "has_metastasis": "yes",
    "metastasis_stands": "yes",
    "liver_metastasis": "yes",
    "peritoneal_metastasis": "no",
    "diagnosis_to_metastasis": {"from": "2023-01-24", "to": "2025-03-11"},
    "disease_free_interval": {"from": "2023-06-21", "to": "2025-03-11"},
    "lesion_count": [3, 4],
    "organ_count": [1, 2],
    "liver_lesion_count": 3,
    "lung_lesion_count": [0, 1],
    "untreatable_lesion_count": [0, 1],
    "largest_lesion": 27,
    "largest_liver_lesion": 27,
    "total_volume": [12.97, 13.04],
    "measured_volume": 0,
    "sum_of_cubes": [24.8, 24.9],
    "primary_nodes_positive": 3,
    "cea": {"low": 0, "age": 105},
    "ct_chest_age": 105,
    "ct_abdomen_age": 105,
    "ct_pelvis_age": 105,
    "liver_mr_age": 27,
}


def example(name: str) -> tuple[Any, Any]:
    """An example case, and the report of reading it."""
    path = EXAMPLES / f"{name}.yaml"
    return read_case(load_yaml(path.read_bytes(), path.name).value, source=path.name)


def assessment(
    given: dict[str, Any], as_of: str, *, patient: str = "L-0312", tumour: str = "rectum"
) -> dict[str, Any]:
    """What the findings of these facts would be."""
    knowledge = Knowledge.load()
    ruleset = compile_rules(knowledge, FACTS)
    plain = {name: _with_unit(name, value) for name, value in given.items()}
    table = table_of([plain], FACTS)
    day = float(read_day(as_of)[0])
    moved = {
        name: replace(
            column, day=Range(column.day.low - table.as_of + day, column.day.high - table.as_of + day)
        )
        if column.day is not None
        else column
        for name, column in table.columns.items()
    }
    facts = replace(table, as_of=np.full(1, day), columns=moved)
    results = ruleset.evaluate(facts)
    return {
        "patient": patient,
        "tumour": tumour,
        "as_of": as_of,
        "knowledge": knowledge.hash,
        "overlays": [str(change) for change in knowledge.overlays],
        "findings": findings(results),
        "most_informative_missing": rank(ruleset, facts),
    }


def _with_unit(name: str, value: Any) -> Any:
    unit = FACTS[name].unit
    if isinstance(value, list) and all(isinstance(v, int | float) for v in value):
        return [f"{v} {unit}" for v in value]
    if isinstance(value, dict) and "from" not in value:
        return {key: f"{v} {'days' if key == 'age' else unit}" for key, v in value.items()}
    return f"{value} {unit}" if isinstance(value, int | float) else value
