"""What is missing in the examples: the same whether the findings are at hand or made again."""

from __future__ import annotations

import pytest

import paget
from paget.assessment.assess import rules_of
from paget.cli.briefing import EXAMPLE
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
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
