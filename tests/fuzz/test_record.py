"""Any bytes and any document end in a record or in one clear message."""

from __future__ import annotations

import datetime as dt
import json
import tempfile
from pathlib import Path
from typing import Any

import polars as pl
from hypothesis import example, given, settings
from hypothesis import strategies as st

from paget.documents import load_json, load_yaml
from paget.errors import BadInput
from paget.intake.read import read
from paget.record import Case, ImportReport, Record, read_case
from paget.record.frames import SCHEMAS
from paget.record.tables import TABLES
from random_cases import cases

WORDS = [
    "2025-02-29",
    "2024-05",
    "P1",
    "L1",
    "<0.5",
    "1,5",
    "unknown",
    "-9",
    "R0",
    "T1",
    "1e400",
    "½",
    "7" * 5000,
]
SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(WORDS)
)
NAMES = st.sampled_from([column.name for table in TABLES.values() for column in table.all_columns])
ANYTHING = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
ROWS = st.lists(st.dictionaries(NAMES, ANYTHING, max_size=6), max_size=3)


def says_where(error: BadInput, name: str = "") -> None:
    assert error.where
    assert name in error.where


@given(
    st.dictionaries(st.sampled_from(["patient", *TABLES]), ROWS | st.dictionaries(NAMES, SCALARS) | SCALARS)
)
@settings(max_examples=200)
def test_any_document(document: dict[str, Any]) -> None:
    try:
        case, _ = read_case(document)
    except BadInput as error:
        says_where(error)
        return
    assert read_case(case.document())[0] == case
    assert list(Record.from_cases([case]).cases()) == [case]


@given(cases(), st.data())
@settings(max_examples=40)
def test_a_case_with_anything_in_one_place(case: Case, data: st.DataObject) -> None:
    rows = case.rows()
    name = data.draw(st.sampled_from(sorted(rows)))
    row = data.draw(st.sampled_from(rows[name]))
    row[data.draw(st.sampled_from(sorted(row)))] = data.draw(ANYTHING)
    document = {**{n: own for n, own in rows.items() if n != "patients"}, "patient": rows["patients"][0]}
    try:
        found, report = read_case(document)
    except BadInput:
        return
    assert Case.model_validate(found.document()) == found
    assert Record.from_cases([found], report).report is report


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
@settings(max_examples=300)
def test_any_bytes(data: bytes) -> None:
    for load in (load_json, load_yaml):
        try:
            load(data, "file")
        except BadInput as error:
            says_where(error)


@given(
    st.binary(max_size=300),
    st.sampled_from(["x.json", "x.yaml", "x.ndjson", "x.json.gz", "x", "patients.csv", "x.duckdb"]),
)
@example(b"\r\x01", "patients.csv")  # a row that ends with a carriage return alone
@example(b"a" * 200_000 + b"\n1", "patients.csv")  # a name longer than Python's csv takes
@settings(max_examples=200)
def test_any_file(data: bytes, name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / name
        file.write_bytes(data)
        for path in (file, file.parent):
            try:
                read(path)
            except BadInput as error:
                says_where(error)


@given(cases(), st.integers(0, 10_000), st.integers(0, 255))
@settings(max_examples=100)
def test_a_case_file_with_a_wrong_byte(case: Case, place: int, byte: int) -> None:
    data = bytearray(json.dumps(case.document()).encode())
    data[place % len(data)] = byte
    try:
        value = load_json(bytes(data), "case.json")
        read_case(value, source="case.json")
    except BadInput as error:
        says_where(error, "case.json")


TEXTS = SCALARS.map(lambda value: None if value is None else str(value).encode("utf-8", "ignore").decode())
DAYS = st.dates()
VALUES: dict[Any, st.SearchStrategy[Any]] = {
    pl.String(): TEXTS,
    pl.Int64(): st.integers(-(2**63), 2**63 - 1) | st.integers(-10, 30_000),
    pl.UInt64(): st.integers(0, 2**64 - 1),
    pl.Float64(): st.floats(),
    pl.Float32(): st.floats(width=32),
    pl.Boolean(): st.booleans(),
    pl.Date(): DAYS,
    pl.Datetime(): DAYS,
    pl.Time(): st.times(),
    pl.Duration(): st.timedeltas(dt.timedelta(-99), dt.timedelta(99)),
    pl.Decimal(10, 2): st.decimals(-1000, 1000, places=2),
    pl.Binary(): st.binary(max_size=5),
    pl.Categorical(): TEXTS,
    pl.List(pl.String): st.lists(st.sampled_from(["chest", "liver", "toe", ""]), max_size=2),
    pl.List(pl.Int8): st.lists(st.integers(-9, 9), max_size=2),
    pl.Struct({"a": pl.Int8}): st.fixed_dictionaries({"a": st.integers(0, 9)}),
    pl.Null(): st.none(),
}


@given(st.data())
@settings(max_examples=100)
def test_tables_of_any_types(data: st.DataObject) -> None:
    tables: dict[str, pl.DataFrame] = {"patients": pl.DataFrame({"patient_id": ["1", "2"]})}
    for name in data.draw(st.lists(st.sampled_from(sorted(TABLES)), unique=True, max_size=3)):
        columns = data.draw(st.lists(st.sampled_from(list(SCHEMAS[name])), unique=True, max_size=5))
        frame = pl.DataFrame({"patient_id": ["1", "2", None, "3"]})
        for column in columns:
            kind = data.draw(st.sampled_from(list(VALUES)))
            values = [None, *(data.draw(VALUES[kind]) for _ in range(3))]
            if column != "patient_id":
                frame = frame.with_columns(pl.Series(column, values, kind, strict=False))
        tables[name] = frame
    report = ImportReport(source="registry")
    try:
        record = Record.from_tables(tables, report)
    except BadInput as error:
        says_where(error, "registry")
        return
    assert record.report is report
    assert [read_case(case.document())[0] == case for case in record.cases()] == [True] * len(
        record.patient_ids()
    )
