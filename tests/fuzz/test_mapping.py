"""Any bytes as a flat file, any document as a mapping: a record, or one clear message; no other error."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from paget.documents import Document
from paget.errors import PagetError
from paget.intake.mapped import mapped_tables
from paget.intake.mapping_file import read_mapping
from paget.record.problems import ImportReport
from paget.record.record import Record

MAPPING = """
title: Anything
patient: id
unknown: [x]
date_format: ["%d.%m.%Y", "%Y"]
values: {organs: {liver: liver, lung: lung}}
rows:
  - table: patients
    columns: {birth_day: {column: a}, sex: {column: b}}
  - table: sites
    one_per: [patient, organ]
    when: [{a: {given: true}}, {b: {above: 1}}]
    columns: {organ: {column: b, split: ";", values: organs}, day: {column: c}}
  - table: measurements
    columns: {lesion_id: {text: "{c}"}, longest_mm: {column: b, unit: cm}}
  - table: observations
    columns: {name: cea, unit: ng/mL, value: {column: c}, day: {column: a}}
  - table: studies
    columns: {kind: ct, covers: {column: c, split: ","}, result: {column: b}}
check:
  - {what: odd, when: {b: {at_least: {column: c}}}}
  - {what: differ, disagree: [a, b]}
"""

WORDS = [
    "", "liver", "lung;liver", "x", "1", "-9", "3,5", "<0.5", ">1e3", "nan", "inf", "1e400", "01.02.2024",
    "2024",
    "31.02.2024", "2024-02-30", "=1+1", "\t", "é", "a\nb", "unknown", "9" * 30, "<b>", "yes",
]  # fmt: skip
KEYS = [
    "title", "patient", "rows", "table", "columns", "days", "values", "check", "when", "column", "organ",
    "day",
    "patients", "sites", "one_per", "unit", "after", "a", "b", "given", "of", "text", "split", "unknown",
]  # fmt: skip
scalars = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.sampled_from([*KEYS, *WORDS])
)
documents = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=6),
    max_leaves=30,
)


def _is_clear(error: PagetError) -> None:
    assert error.what
    assert error.where
    assert error.mend


def read(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path, mapping = Path(folder) / "any.csv", Path(folder) / "any.yaml"
        path.write_bytes(data)
        mapping.write_text(MAPPING)
        report = ImportReport()
        try:
            tables = mapped_tables(path, mapping, report=report)
        except PagetError as error:
            _is_clear(error)
            return
        Record.from_tables(tables, report)


@settings(max_examples=60)
@given(st.binary(max_size=300))
def test_any_bytes(data):
    read(b"id,a,b,c\n" + data)


@settings(max_examples=50)
@given(
    st.lists(st.lists(st.sampled_from(WORDS), min_size=4, max_size=4), max_size=8),
    st.sampled_from([",", ";", "|"]),
)
def test_any_cells(rows, separator):
    quoted = [separator.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows]
    read("\n".join([separator.join(["id", "a", "b", "c"]), *quoted]).encode())


@settings(max_examples=300)
@given(documents)
def test_any_document(document: Any):
    try:
        read_mapping(Document(document, "any.yaml"), "any.yaml")
    except PagetError as error:
        _is_clear(error)


def test_any_damage_to_a_good_mapping():
    chance = random.Random(1)
    for _ in range(100):
        place = chance.randrange(len(MAPPING))
        damaged = (
            MAPPING[:place]
            + chance.choice(["", "{", ":", "\n", "- ", "[", "x", "&a ", '"'])
            + MAPPING[place + 1 :]
        )
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / "any.csv").write_text("id,a,b,c\n1,2024,liver,3\n")
            (Path(folder) / "any.yaml").write_text(damaged)
            try:
                mapped_tables(Path(folder) / "any.csv", Path(folder) / "any.yaml", report=ImportReport())
            except PagetError as error:
                _is_clear(error)
