"""What operations that were done were for, each judged on its own day."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from paget.assessment import assess
from paget.documents import load_yaml
from paget.record import Record
from paget.record.case import read_case

CASES = Path(__file__).parent / "cases"


def names(case: str) -> list[tuple[Any, Any]]:
    """Day and name of each operation before the decision of a written case."""
    written: Any = load_yaml((CASES / f"{case}.yaml").read_text(encoding="utf-8"), case).value
    read, _ = read_case(written["case"], source=case)
    (found,) = assess(Record.from_cases([read]), written["on"], ranking=False)
    return [(one["day"], one["findings"]["operation_name"]["value"]) for one in found.operations]


@pytest.mark.parametrize(
    ("case", "expected"),
    [
        # an R0 colectomy with nothing else known, then the liver 14 months after it: as on the day of each
        (
            "consensus-repeat-oligorecurrence",
            [("2022-02-03", "planned resection"), ("2023-04-04", "salvage metastasectomy")],
        ),
        # nobody wrote whether the colectomy was to be followed by more; the liver operation left one of two
        (
            "endpoints-after-debulking",
            [
                ("2024-10-03", ["cytoreduction or debulking", "planned resection"]),
                ("2025-03-04", "cytoreduction or debulking"),
            ],
        ),
        # the first stage is one even where the second was not written yet
        (
            "two-stage-hepatectomy-second-stage",
            [
                ("2025-02-03", ["cytoreduction or debulking", "planned resection"]),
                ("2025-06-03", "step of a curative plan"),
            ],
        ),
        ("node-after-chemoradiotherapy", []),
    ],
)
def test_an_operation_is_judged_by_what_was_known_on_its_day(case: str, expected: list[Any]) -> None:
    assert names(case) == expected
