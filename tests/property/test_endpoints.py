"""Whatever happened: endpoints keep their order, the flow adds up; neither row order nor day 0 matters."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paget.evidence import derive_endpoint
from paget.record import Record
from paget.record.case import read_case

DAY = st.integers(1, 900)
STATUS = st.sampled_from(["recurrence", "regrowth", "no evidence", "stable"])
PATIENTS = st.lists(
    st.fixed_dictionaries({
        "residual": st.sampled_from(["R0", "R0", "R1", None]),
        "death": st.none() | st.integers(400, 900),
        "cause": st.sampled_from(["cancer", "other", None]),
        "contact": DAY,
        "statuses": st.lists(st.tuples(st.integers(1, 399), STATUS), max_size=4),
        "studies": st.lists(st.integers(-50, 399), max_size=3),
        "drugs": st.none() | st.integers(1, 399),
    }),
    min_size=1,
    max_size=12,
)  # fmt: skip
ENDPOINTS = (
    "overall_survival",
    "disease_free_survival",
    "recurrence_free_survival",
    "cancer_specific_survival",
    "time_to_next_treatment",
)


def registry(patients: list[dict[str, Any]], zero: int = 0, *, backwards: bool = False) -> Record:
    cases = []
    for number, one in enumerate(patients):
        person: dict[str, Any] = {"patient_id": f"{number:03d}", "time_base": "relative"}
        if one["death"] is not None:
            person |= {"death_day": zero + one["death"], "death_cause": one["cause"]}
        else:
            person["last_contact_day"] = zero + one["contact"]
        operation = {
            "treatment_id": "X", "tumour_id": "T", "modality": "surgery", "definitive": "yes",
            "start_day": zero, "residual": one["residual"], "pathology_day": zero + 7,
        }  # fmt: skip
        treatments = [operation]
        if one["drugs"] is not None:
            drugs = {"treatment_id": "Y", "tumour_id": "T", "modality": "systemic"}
            treatments.append(drugs | {"start_day": zero + one["drugs"]})
        statuses = [
            {"tumour_id": "T", "day": zero + day, "status": status} for day, status in one["statuses"]
        ]
        document = {
            "patient": person,
            "tumours": [{"tumour_id": "T", "site": "colon", "diagnosed_day": zero - 20}],
            "treatments": treatments[::-1] if backwards else treatments,
            "statuses": statuses[::-1] if backwards else statuses,
            "studies": [{"day": zero + day, "kind": "ct"} for day in one["studies"]],
        }
        case, report = read_case(document, source="drawn")
        assert not report.rejected
        cases.append(case)
    return Record.from_cases(cases[::-1] if backwards else cases)


def rows(record: Record, endpoint: str) -> dict[str, tuple[Any, ...]]:
    derived = derive_endpoint(record, endpoint, "resection_of_primary")
    columns = ("patient_id", "time", "status", "reason", "excluded")
    return {row[0]: row[1:] for row in derived.rows.select(columns).iter_rows()}


@settings(max_examples=12)
@given(PATIENTS)
def test_disease_free_survival_is_never_after_death_and_the_flow_adds_up(
    patients: list[dict[str, Any]],
) -> None:
    record = registry(patients)
    overall, free = rows(record, "overall_survival"), rows(record, "disease_free_survival")
    for who, (time, status, _, excluded) in free.items():
        assert time <= overall[who][0]
        if excluded is None and overall[who][1] == 1:
            assert status == 1  # a death is an event of disease-free survival, when nothing came before
    for endpoint in ENDPOINTS:
        derived = derive_endpoint(record, endpoint, "resection_of_primary")
        flow = derived.flow
        excluded = sum(number for words, number in flow.items() if words.startswith("excluded"))
        assert flow["patients in the record"] == len(patients)
        assert flow["origins"] == excluded + flow["analysed"]
        assert flow["analysed"] == flow["events"] + flow.get("competing events", 0) + flow["censored"]
        assert derived.rows["reason"].null_count() == 0
        for other in derived.differing:
            assert other.changed > 0
            assert len(other.rows) == len(derived.rows)


@settings(max_examples=8)
@given(PATIENTS, st.integers(-2000, 2000))
def test_neither_the_order_of_rows_nor_day_zero_matters(patients: list[dict[str, Any]], zero: int) -> None:
    here, moved = registry(patients), registry(patients, zero, backwards=True)
    for endpoint in ENDPOINTS:
        assert rows(here, endpoint) == rows(moved, endpoint)
