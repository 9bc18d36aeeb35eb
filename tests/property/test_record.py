"""What holds for every record: it comes back as it went in, whatever the order of its rows."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st
from random_cases import cases, several_cases

from paget.record import Case, ImportReport, Record, case_from_rows, read_case


@given(several_cases())
@settings(max_examples=60)
def test_cases_come_back_from_the_record(found: list[Case]) -> None:
    record = Record.from_cases(found)
    assert {case.patient_id: case for case in record.cases()} == {case.patient_id: case for case in found}
    assert all(record.case(case.patient_id) == case for case in found)


@given(cases())
@settings(max_examples=60)
def test_a_case_comes_back_from_its_document_and_its_rows(case: Case) -> None:
    report = ImportReport()
    assert read_case(case.document(), report=report)[0] == case
    assert case_from_rows(case.rows(), report=report) == case
    assert Case.model_validate(case.document()) == case
    assert report.problems == []


@given(cases(), st.randoms(use_true_random=False))
@settings(max_examples=60)
def test_the_order_of_rows_changes_nothing(case: Case, random: object) -> None:
    rows = case.rows()
    for found in rows.values():
        random.shuffle(found)  # type: ignore[attr-defined]
    assert case_from_rows(rows) == case
