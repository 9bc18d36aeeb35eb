"""The library of written cases: each file in `cases/` is a patient, a day and what a board should find.

A file has `title`, `why` (the reasoning by which the expectations were written, not read off the program),
`on`, `case` (a record as of `paget schema`) and `expect`: by finding its value, or a mapping of the keys that
are asked (`value`, `applies`, `missing`, `at_boundary`, `outside`, `before_drugs`, ...). With two primaries
`expect` is by tumour first.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paget.assessment import assess
from paget.documents import load_yaml
from paget.record import Record
from paget.record.case import read_case

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
        if _of(found[tumour][name], answer) != answer
    ]
    assert wrong == [], f"{written['title']}: " + "; ".join(wrong)


def _of(finding: dict[str, Any], answer: Any) -> Any:
    """The part of a finding that an answer speaks of."""
    if isinstance(answer, dict) and set(answer) <= _ASKED:
        return {
            key: _of(finding[key], answer[key]) if key == "before_drugs" else finding[key] for key in answer
        }
    return finding["value"]
