"""Broken rule files: whatever stands in the place of whatever, an author gets a list of problems."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from dataclasses import replace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from paget.documents import Document
from paget.errors import KnowledgeError
from paget.knowledge import Knowledge, KnowledgeFile, check
from paget.rules import KINDS, checker, compile_rules
from rule_facts import FACTS
from rule_files import knowledge_of

KNOWLEDGE = Knowledge.load()
PATHS = sorted(KNOWLEDGE.files)
WORDS = st.sampled_from(
    [
        *[
            "",
            "yes",
            "unknown",
            "$lesions",
            "$",
            "5",
            "5 lesions",
            "12 months",
            "-1 day",
            "50 mm",
            "1,5 mm",
            "all",
            "few_lesions",
            "fong_score",
            "lesion_count",
            "disease_free_interval",
            "workup_colorectal_liver",
        ],
        "9" * 400,
    ]
)
KEYS = st.sampled_from(
    [
        "when",
        "is",
        "at_most",
        "within",
        "not",
        "also",
        "value",
        "by",
        "bands",
        "slope",
        "per",
        "points",
        "given",
        "expect",
        "from",
        "to",
        "low",
        "high",
        "age",
        "score",
        "rows",
        "percent",
    ]
)
NUMBERS = st.one_of(st.integers(-3, 10**400), st.floats(allow_nan=False, allow_infinity=False))
JUNK = st.recursive(
    st.one_of(st.none(), st.booleans(), NUMBERS, WORDS),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.one_of(WORDS, KEYS), inner, max_size=3)
    ),
    max_leaves=6,
)


def places(data: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document."""
    found = [path] if path else []
    if isinstance(data, dict | list):
        for key in data if isinstance(data, dict) else range(len(data)):
            found += places(data[key], (*path, key))
    return found


def beside(path: str) -> dict[str, KnowledgeFile]:
    """A shipped file with those that it names, and those that name it: what a fault in it can reach."""
    texts = {other: json.dumps(file.data) for other, file in KNOWLEDGE.files.items()}
    name, found, new = KNOWLEDGE.files[path].name, {path}, {path}
    while new:  # what is named, and what that names
        words = " ".join(texts[other] for other in new)
        new = {other for other, file in KNOWLEDGE.files.items() if file.name in words} - found
        found |= new
    found |= {other for other, text in texts.items() if name in text}
    return {other: KNOWLEDGE.files[other] for other in sorted(found)}


BESIDE = {path: beside(path) for path in PATHS}


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PATHS), st.data())
def test_one_place_holds_something_else(path: str, data: st.DataObject) -> None:
    file = KNOWLEDGE.files[path]
    broken = copy.deepcopy(file.data)
    place = data.draw(st.sampled_from(places(broken)))
    at = broken
    for key in place[:-1]:
        at = at[key]
    if data.draw(st.booleans()):
        at[place[-1]] = data.draw(JUNK)
    else:
        del at[place[-1]]
    knowledge = Knowledge(BESIDE[path] | {path: replace(file, document=Document(broken))}, "")
    for problem in check(knowledge, [checker(FACTS)]):
        assert problem.where
        assert problem.what
    with suppress(KnowledgeError):
        compile_rules(knowledge, FACTS)


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(["criteria", "score", "model", "classes", "schedule", "measure"]), st.data())
def test_clauses_of_junk(kind: str, data: st.DataObject) -> None:
    words = [key.name for made in KINDS for key in made.keys]
    file = {"kind": kind} | data.draw(st.dictionaries(st.sampled_from(words), JUNK, max_size=5))
    for problem in check(knowledge_of(rule=file), [checker(FACTS)]):
        assert problem.where
