"""What holds for every record: it comes back as it went in, whatever the order of its rows."""

from __future__ import annotations

from random import Random
from typing import Any

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from paget.record import Case, ImportReport, Record, case_from_rows, read_case
from paget.record.tables import TABLES
from random_cases import blanked, cases, several_cases, with_later_rows


@given(several_cases())
@settings(max_examples=30)
def test_cases_come_back_from_the_record(found: list[Case]) -> None:
    record = Record.from_cases(found)
    assert {case.patient_id: case for case in record.cases()} == {case.patient_id: case for case in found}
    assert all(record.case(case.patient_id) == case for case in found)


@given(cases())
@settings(max_examples=30)
def test_a_case_comes_back_from_its_document_and_its_rows(case: Case) -> None:
    report = ImportReport()
    assert read_case(case.document(), report=report)[0] == case
    assert case_from_rows(case.rows(), report=report) == case
    assert Case.model_validate(case.document()) == case
    assert report.problems == []


@given(cases(), st.integers(0, 2**32).map(Random))
@settings(max_examples=30)
def test_the_order_of_rows_changes_nothing(case: Case, random: Random) -> None:
    rows = case.rows()
    for found in rows.values():
        random.shuffle(found)
    assert case_from_rows(rows) == case


@given(st.data())
@settings(max_examples=60)
def test_what_is_learnt_later_takes_no_row_out_of_the_record(data: st.DataObject) -> None:
    case = data.draw(cases())
    known = 60_000 if case.is_relative else "2199-01-01"
    more = data.draw(with_later_rows(case, known)).rows()
    for name, rows in case.rows().items():
        assert [row for row in rows if row not in more.get(name, [])] == []


@given(st.data())
@settings(max_examples=60)
def test_a_blank_takes_no_row_out_of_the_record(data: st.DataObject) -> None:
    case = data.draw(cases())
    less = data.draw(blanked(case))
    if less is not None:
        assert {n: [r["row_id"] for r in rows] for n, rows in less.rows().items()} == {
            n: [r["row_id"] for r in rows] for n, rows in case.rows().items()
        }


@given(several_cases())
@settings(max_examples=30)
def test_tables_of_a_record_are_read_back_as_they_are(found: list[Case]) -> None:
    tables = Record.from_cases(found).tables
    again = Record.from_tables(tables)
    assert list(again.cases()) == sorted(found, key=lambda case: case.patient_id)
    assert [p for p in again.report.problems if p.kind != "contradiction"] == []


@given(several_cases(), st.integers(0, 2**32).map(Random))
@settings(max_examples=30)
def test_written_tables_mean_the_same_as_written_cases(found: list[Case], random: Random) -> None:
    """Broken in the same way, rows of a case and rows of a table give the same record and rejections."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for case in found:
        for name, own in case.rows().items():
            rows.setdefault(name, []).extend(own)
    break_some(rows, random)
    report = ImportReport()
    each = {
        case.patient_id: {
            name: [row for row in own if row["patient_id"] == case.patient_id] for name, own in rows.items()
        }
        for case in found
    }
    one_by_one = [case_from_rows(own, report=report) for own in each.values()]
    together = Record.from_tables({name: as_texts(name, own) for name, own in rows.items() if own})
    assert list(together.cases()) == sorted(one_by_one, key=lambda case: case.patient_id)
    assert rejections(together.report) == rejections(report)


WRONG = ["2025-02-29", "1,5", "unknown", "-9", "999", "L1", None, "x", "9999-01-01", "r0", "r0'"]


def break_some(rows: dict[str, list[dict[str, Any]]], random: Random) -> None:
    """Write impossible values, references to nothing, the same row twice, circles of versions."""
    for name, own in rows.items():
        columns = [c for c in TABLES[name].all_columns if c.name not in {"patient_id", "time_base"}]
        for row in own:
            if random.random() < 0.3:
                column, wrong = random.choice(columns), random.choice(WRONG)
                row[column.name] = [wrong] if column.kind == "texts" else wrong
        if own and random.random() < 0.1:
            own.append(dict(random.choice(own)))


def as_texts(name: str, rows: list[dict[str, Any]]) -> pl.DataFrame:
    """Rows as a file of texts holds them."""
    lists = {column.name for column in TABLES[name].lists}

    def text(column: str, value: Any) -> Any:
        if column in lists:
            return list(value)
        if isinstance(value, bool):
            return "yes" if value else "no"
        return None if value is None else str(value)

    schema = {c.name: pl.List(pl.String) if c.name in lists else pl.String for c in TABLES[name].all_columns}
    written = [{column: text(column, value) for column, value in row.items()} for row in rows]
    return pl.DataFrame(written, schema=schema)


def rejections(report: ImportReport) -> list[tuple[str, ...]]:
    return sorted((p.table, p.column, p.what, p.patient_id) for p in report.rejected)
