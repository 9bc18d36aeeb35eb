"""Every shipped endpoint on DuckDB comes out as on Polars: the examples of its file, as a registry."""

from __future__ import annotations

from pathlib import Path

import pytest

from paget.evidence import derive_any
from paget.evidence.endpoint_examples import merged
from paget.intake.read import read
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.case import read_case

FILES = {file.name: file for file in Knowledge.load().of_kind("endpoint", "days", "outcome")}
CHOSEN = (
    "disease_free_survival",
    "event_free_survival",
    "stoma_free_survival",
    "days_at_home",
    "major_complication_90_days",
    "time_to_deterioration",
    "survival_after_salvage",
    "relapse_free_survival_after_complete_local_therapy",
    "datecan_colon_disease_free_survival",
)


def examples(name: str) -> tuple[Record, str, dict[str, int]]:
    given = FILES[name].data["examples"]
    cases = []
    for number, example in enumerate(given["cases"]):
        document = merged(given["patient"], example.get("with", {}))
        document["patient"] = document.get("patient", {}) | {
            "patient_id": str(number),
            "time_base": "relative",
        }
        cases.append(read_case(document, source=name)[0])
    more = {"cleared_within": given["cleared_within"]} if "cleared_within" in given else {}
    return Record.from_cases(cases), given["origin"], more


@pytest.mark.parametrize("name", CHOSEN)
def test_the_same_on_duckdb(name: str, tmp_path: Path) -> None:
    registry, origin, more = examples(name)
    registry.to_duckdb(tmp_path / "registry.duckdb")
    here = derive_any(registry, name, origin, **more)
    there = derive_any(read(tmp_path / "registry.duckdb"), name, origin, **more)
    assert here.rows.sort("patient_id").equals(there.rows.sort("patient_id"))
    assert here.flow == there.flow


def test_every_shipped_endpoint_has_examples() -> None:
    assert [name for name, file in FILES.items() if "examples" not in file.data] == []
