"""What is missing in the examples: the same whether the findings are at hand or made again."""

from __future__ import annotations

from typing import Any

import pytest

import paget
from paget.assessment.assess import rules_of
from paget.cli.briefing import EXAMPLE
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.case import read_case
from paget.record.prepared import prepared
from paget.rules import rank

KNOWLEDGE = Knowledge.load()


@pytest.mark.parametrize("file", sorted(EXAMPLE.parent.glob("*.yaml")), ids=lambda file: file.stem)
def test_what_is_settled_need_not_be_tried_again(file) -> None:
    rules, ready = rules_of(KNOWLEDGE), prepared(paget.read(file))
    facts = derive(ready, ask(ready), KNOWLEDGE)
    results = rules.evaluate(facts)
    for row in range(len(facts)):
        found = rank(rules, facts, row, results)
        assert found == rank(rules, facts, row)
        assert found


def missing_most(case: dict[str, Any]) -> list[str]:
    read, report = read_case(case, source="test")
    assert report.rejected == []
    (one,) = paget.assess(Record.from_cases([read]), "2025-05-02")
    return [entry["fact"] for entry in one.most_informative_missing]


SLEEVE: dict[str, Any] = {
    "patient": {"patient_id": "B", "sex": "female", "birth_day": "1983-01-01"},
    "treatments": [
        {
            "treatment_id": "sleeve",
            "modality": "surgery",
            "procedure": "sleeve gastrectomy",
            "start_day": "2019-03-06",
        }
    ],
}
ABOUT_A_CANCER = {"disease", "tumour_site", "dissemination", "metastasis_stands", "liver_metastasis"}


def test_nobody_stages_a_cancer_to_decide_on_a_second_operation_for_weight_loss() -> None:
    """An internal hernia or malnutrition each makes it urgent: they decide the finding and their own."""
    asked = missing_most(SLEEVE)
    assert asked[:2] == ["internal_hernia", "severe_malnutrition"]
    assert set(asked) >= {"refractory_reflux", "weight_regain", "excess_weight_loss", "tobacco_abstinent"}
    assert not ABOUT_A_CANCER & set(asked)


def test_a_metastasis_without_a_primary_asks_which_disease_it_is() -> None:
    lesion = {"lesion_id": "L", "relation": "distant", "organ": "liver", "found_day": "2025-04-20"}
    assert {"disease", "dissemination"} <= set(missing_most(SLEEVE | {"lesions": [lesion]}))
