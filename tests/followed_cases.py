"""A patient operated on for colon cancer on 2020-02-01, and what may have happened since."""

from __future__ import annotations

from typing import Any

from paget.record import Record
from paget.record.case import read_case


def colon(who: str, residual: str | None = "R0", **more: Any) -> dict[str, Any]:
    """Diagnosed on 2020-01-10, resected on 2020-02-01."""
    operation = {
        "treatment_id": "X1",
        "tumour_id": "T1",
        "modality": "surgery",
        "definitive": "yes",
        "start_day": "2020-02-01",
        "residual": residual,
        "pathology_day": "2020-02-10",
    }
    person = {"patient_id": who} | more.pop("patient", {})
    treatments = [operation, *more.pop("treatments", [])]
    tumours = [{"tumour_id": "T1", "site": "colon", "diagnosed_day": "2020-01-10"}, *more.pop("tumours", [])]
    return {"patient": person, "tumours": tumours, "treatments": treatments, **more}


def record(*cases: dict[str, Any]) -> Record:
    found = []
    for case in cases:
        read_one, report = read_case(case, source="hand")
        assert not [problem for problem in report.problems if problem.kind == "rejected"]
        found.append(read_one)
    return Record.from_cases(found)


DIED = {"death_day": "2021-02-01"}  # 366 days after the operation: 2020 is a leap year
SEEN = {"last_contact_day": "2020-12-01"}  # 304 days after it
CT = {"day": "2020-08-01", "kind": "ct", "covers": ["chest", "abdomen"]}  # 182 days
RECURRED = {"tumour_id": "T1", "day": "2020-09-01", "status": "recurrence", "site": "local"}  # 213 days
LIVER = {"lesion_id": "L", "relation": "distant", "organ": "liver"}
LUNG = {"tumour_id": "T2", "site": "lung", "diagnosed_day": "2020-09-01"}
DRUGS = {"treatment_id": "X2", "tumour_id": "T1", "modality": "systemic", "start_day": "2020-09-01"}
