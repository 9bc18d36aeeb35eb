"""A record is the same on every engine and in every format: the same cases, rejections and contradictions."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

import duckdb
import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from paget.intake.read import read
from paget.record import Case, ImportReport, Record
from paget.record import on_duckdb as duck
from random_cases import several_cases


def ordered(cases: list[Case]) -> list[Case]:
    return sorted(cases, key=lambda case: case.patient_id)


def named(report: ImportReport, kind: str) -> list[tuple[str, ...]]:
    return sorted((p.table, p.row, p.column, p.what, p.patient_id) for p in report.problems if p.kind == kind)


@given(several_cases())
@settings(max_examples=15)
def test_a_database_file_gives_the_same_record(cases: list[Case]) -> None:
    polars = Record.from_cases(cases)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "record.duckdb"
        polars.to_duckdb(file)
        record = read(file)
        assert record.engine == "duckdb"
        assert list(record.cases()) == ordered(cases)
        assert record.case(cases[0].patient_id) == cases[0]
        assert record.patient_ids() == polars.patient_ids()
        assert record.report.rejected == []
        assert named(record.report, "contradiction") == named(polars.report, "contradiction")


@pytest.mark.parametrize("form", ["parquet", "csv"])
@given(cases=several_cases())
@settings(max_examples=15)
def test_a_folder_gives_the_same_record(cases: list[Case], form: Literal["parquet", "csv"]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Record.from_cases(cases).write(Path(folder) / "record", form)
        record = read(Path(folder) / "record")
        assert list(record.cases()) == ordered(cases)
        assert [p for p in record.report.problems if p.kind != "contradiction"] == []


@given(cases=several_cases(), split=st.booleans())
@settings(max_examples=15)
def test_case_files_give_the_same_record(cases: list[Case], split: bool) -> None:
    documents = [json.dumps(case.document(), ensure_ascii=split) for case in cases]
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if split:
            for number, document in enumerate(documents):
                (folder / f"{number}.json").write_text(document, encoding="utf-8")
            found = folder
        else:
            found = folder / "all.ndjson"
            found.write_text("\n".join(documents), encoding="utf-8", newline="\n")
        assert list(read(found).cases()) == ordered(cases)


SHARED = duckdb.connect()


def relation(frame: pl.DataFrame) -> duckdb.DuckDBPyRelation:
    return duckdb.from_arrow(frame.to_arrow(), connection=SHARED)


KINDS: dict[str, Callable[[pl.DataFrame], Any]] = {
    "pyarrow": pl.DataFrame.to_arrow,
    "pandas": pl.DataFrame.to_pandas,
    "lazy": pl.DataFrame.lazy,
    "duckdb": relation,
}


@pytest.mark.parametrize("kind", KINDS)
@given(cases=several_cases())
@settings(max_examples=8)
def test_every_kind_of_frame_is_taken(cases: list[Case], kind: str) -> None:
    made = {name: KINDS[kind](nw.to_native(f)) for name, f in Record.from_cases(cases).tables.items()}
    assert list(Record.from_tables(made).cases()) == ordered(cases)


def some_tables() -> dict[str, pl.DataFrame]:
    return {
        "patients": pl.DataFrame(
            {"patient_id": ["P1", "P2", "P3"], "birth_day": ["1960", "1890-01-01", None]}
        ),
        "tumours": pl.DataFrame(
            {
                "patient_id": ["P1", "P1", "P2", "P4"],
                "tumour_id": ["T1", "T1", "T1", "T1"],
                "diagnosed_day": ["2020-01-05", "2025-02-29", "2021", "2020"],
            }
        ),
        "studies": pl.DataFrame({"patient_id": ["P1", "P3"], "row_id": ["s", "s"], "kind": ["CT", "mr"]}),
        "studies_covers": pl.DataFrame(
            {"patient_id": ["P1", "P1", "P3"], "row_id": ["s", "s", "s"], "value": ["chest", "liver", "toe"]}
        ),
    }


def test_what_is_wrong_is_found_on_duckdb_as_on_polars(monkeypatch: pytest.MonkeyPatch) -> None:
    polars = Record.from_tables(some_tables())
    for rows_at_once in (duck.ROWS_AT_ONCE, 2):  # all rows together, and patient by patient
        monkeypatch.setattr(duck, "ROWS_AT_ONCE", rows_at_once)
        tables = {name: relation(frame) for name, frame in some_tables().items()}
        tables["patients"] = tables["patients"].project("patient_id, CAST(NULL AS INTEGER) AS birth_day")
        tables["tumours"] = tables["tumours"].project("patient_id, tumour_id")
        together = Record.from_tables(tables)
        assert together.engine == "duckdb"
        assert together.patient_ids() == ["P1", "P2", "P3"]
        assert named(together.report, "rejected") == [
            ("studies", "s", "covers", "not an allowed value", "P3"),
            ("tumours", "T1", "patient_id", "it refers to a row that is not in the record", "P4"),
        ]
    texts = Record.from_tables({name: relation(frame) for name, frame in some_tables().items()})
    assert list(texts.cases()) == list(polars.cases())
    assert named(texts.report, "rejected") == named(polars.report, "rejected")
    assert [row[1:4] for row in named(polars.report, "rejected")] == [
        ("P2", "birth_day", "an age above 120 years when the record begins"),
        ("s", "covers", "not an allowed value"),
        ("T1", "diagnosed_day", "a day that the calendar does not have"),
        ("T1", "patient_id", "it refers to a row that is not in the record"),
    ]
