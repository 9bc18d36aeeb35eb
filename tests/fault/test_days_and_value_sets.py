"""A decision day of another base than the record's, and a value set that an overlay takes away."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.errors import BadInput, KnowledgeError
from paget.knowledge.library import SHIPPED
from paget.record import Record
from paget.record.case import read_case


def record(**patient: Any) -> Record:
    day = 0 if patient.get("time_base") == "relative" else "2024-05-01"
    document = {
        "patient": {"patient_id": "P"} | patient,
        "tumours": [{"tumour_id": "T", "site": "colon", "diagnosed_day": day}],
    }
    return Record.from_cases([read_case(document, source="hand")[0]])


def test_a_date_without_hyphens_is_no_day_thousands_of_years_ahead() -> None:
    with pytest.raises(BadInput, match="the decision day is not a date") as refused:
        paget.assess(record(), on="20250624")
    assert "2025-06-24" in refused.value.mend
    (found,) = paget.assess(record(), on="2025-06-24")
    assert found.as_of == "2025-06-24"


def test_a_date_is_no_day_of_a_record_with_days_from_an_origin() -> None:
    with pytest.raises(BadInput, match="the decision day is a date"):
        paget.assess(record(time_base="relative"), on="2025-06-24")
    (found,) = paget.assess(record(time_base="relative"), on="400")
    assert found.as_of == 400


def test_a_withdrawn_value_set_is_an_error_of_the_overlay(tmp_path: Path) -> None:
    folder = tmp_path / "ours" / "value_sets"
    folder.mkdir(parents=True)
    mark = sha256((SHIPPED / "value_sets" / "nodes.yaml").read_bytes()).hexdigest()
    (folder / "none.yaml").write_text(
        f"withdraws: {{path: value_sets/nodes.yaml, sha256: {mark}}}\nreason: no\nby: us\ndate: 2025-01-01\n",
        encoding="utf-8",
    )
    with pytest.raises(KnowledgeError, match="a value set lacks 'nodes'"):
        paget.assess(record(), on="2025-06-24", overlays=[tmp_path / "ours"])
