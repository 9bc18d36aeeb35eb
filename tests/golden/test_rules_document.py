"""The page for authors of rules says what is so: its rule is checked, its Python is run."""

from __future__ import annotations

import doctest
import re
from pathlib import Path

from paget.documents import load_yaml
from paget.rules import KINDS, checker
from paget.rules.examples import BESIDE, VALUE
from rule_facts import FACTS
from rule_files import knowledge_of, rules_of

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
TEXT = PAGE.read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.S)


def test_the_first_rule_is_right() -> None:
    knowledge = knowledge_of(few_lesions=blocks("yaml")[0])
    assert list(checker(FACTS).check(knowledge)) == []


def test_each_condition_can_be_read() -> None:
    few = {"kind": "criteria", "all": [{"liver_metastasis": "yes"}]}
    for line in blocks("yaml")[1].splitlines():
        when = load_yaml(line.split("  #")[0], "page").value["when"]
        limits = {"limits": {"lesions": {"value": "5 lesions"}}} if "$lesions" in line else {}
        rules_of(FACTS, rule={"kind": "criteria", "all": [when], **limits}, few_lesions=few)


def test_each_clause_can_be_read() -> None:
    clauses = load_yaml(blocks("yaml")[2], "page").value
    assert len(clauses) == 3
    rules_of(FACTS, rule={"kind": "score", "sum": clauses})


def test_the_python_runs() -> None:
    failed, run = doctest.testfile(str(PAGE), module_relative=False)
    assert run > 5
    assert failed == 0


def test_every_kind_and_every_word_of_an_example_is_named() -> None:
    for word in (*(kind.name for kind in KINDS), *VALUE.values(), *BESIDE):
        assert f"`{word}`" in TEXT, word
