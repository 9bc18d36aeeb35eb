"""The library of written cases: each file in `cases/` is a patient, a day and what a board should find.

A file has `title`, `why` (the reasoning by which the expectations were written, not read off the program),
`on`, `case` (a record as of `paget schema`) and `expect`: by finding its value, or a mapping of the keys that
are asked (`value`, `applies`, `missing`, `at_boundary`, `outside`, `before_drugs`, ...). With two primaries
`expect` is by tumour first.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from paget.assessment import assess
from paget.documents import load_yaml
from paget.knowledge import Knowledge, KnowledgeFile
from paget.record import Record
from paget.record.case import read_case
from paget.rules.rule import COMBINATORS

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))
_PARTS = {"title", "why", "on", "case", "expect", "overlays"}
_ASKED = {
    "value", "unit", "applies", "missing", "confirmed", "at_boundary", "group", "because",
    "outside", "alternatives", "before_drugs", "as_of",
}  # fmt: skip


@pytest.mark.parametrize("file", CASES, ids=lambda file: file.stem)
def test_case(file: Path) -> None:
    written: Any = load_yaml(file.read_text(encoding="utf-8"), file.name).value
    assert set(written) <= _PARTS, set(written) - _PARTS
    assert written["expect"], "a case that expects nothing shows nothing"
    case, report = read_case(written["case"], source=file.name)
    assert [str(problem) for problem in report.problems if problem.kind == "rejected"] == []
    found = {
        one.tumour: one.findings for one in assess(Record.from_cases([case]), written["on"], ranking=False)
    }
    expected = written["expect"]
    if set(expected) != set(found):
        assert len(found) == 1, f"by tumour, please: {', '.join(found)}"
        expected = {next(iter(found)): expected}
    wrong = [
        f"{tumour} {name}: expected {answer!r}, found {_of(found[tumour][name], answer)!r}"
        for tumour, answers in expected.items()
        for name, answer in answers.items()
        if not _same(_of(found[tumour][name], answer), answer)
    ]
    assert wrong == [], f"{written['title']}: " + "; ".join(wrong)


def _same(found: Any, answer: Any) -> bool:
    """Whether they are the same; numbers are written to the millionth."""
    if isinstance(answer, dict):
        return found.keys() == answer.keys() and all(_same(found[key], answer[key]) for key in answer)
    if isinstance(answer, float):
        return isinstance(found, int | float) and abs(found - answer) <= 1e-6 * max(1, abs(answer))
    return bool(found == answer)


def _of(finding: dict[str, Any], answer: Any) -> Any:
    """The part of a finding that an answer speaks of."""
    if isinstance(answer, dict) and set(answer) <= _ASKED:
        return {
            key: _of(finding[key], answer[key]) if key == "before_drugs" else finding[key] for key in answer
        }
    return finding["value"]


# What the library covers

FINDINGS = list(Knowledge.load().of_kind(*COMBINATORS))


@cache
def _library() -> dict[str, list[Any]]:
    """By finding what the cases expect of it."""
    names = {file.name for file in FINDINGS}
    found: dict[str, list[Any]] = {}
    for file in CASES:
        expected = load_yaml(file.read_text(encoding="utf-8"), file.name).value["expect"]
        for answers in [expected] if names & set(expected) else expected.values():
            for name, answer in answers.items():
                found.setdefault(name, []).append(answer)
    return found


def _answers(file: KnowledgeFile, library: dict[str, list[Any]]) -> set[str]:
    """The classes, groups, yes and no that some case expects of it, alone or among those possible."""
    key = "group" if file.kind in ("score", "model") else "value"
    found: set[str] = set()
    for answer in library.get(file.name, []):
        asked = isinstance(answer, dict) and set(answer) <= _ASKED
        value = answer.get(key) if asked else answer
        found |= set(map(str, value if isinstance(value, list) else [value]))
        for other in (answer.get("alternatives") or []) if asked else []:
            found.add(str(other["value"]))
    return found


def _wanted(file: KnowledgeFile) -> set[str]:
    data = file.data
    if file.kind == "criteria":
        return {"yes", "no"}
    if file.kind == "classes":
        words = [str(step["is"]) for step in data["first"]]
        limits = {f"${name}": str(limit["value"]) for name, limit in data.get("limits", {}).items()}
        return {" ".join(limits.get(word, word) for word in one.split(" ")) for one in words}
    return {str(group["is"]) for group in data.get("groups", [])}


@pytest.mark.parametrize("file", FINDINGS, ids=lambda file: file.name)
def test_each_class_criterion_and_group_is_in_some_case(file: KnowledgeFile) -> None:
    library = _library()
    assert library.get(file.name), "no case speaks of it"
    assert _wanted(file) - _answers(file, library) == set()
