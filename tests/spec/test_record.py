"""The record, example by example: what a written case becomes, what is rejected, what is contradicted."""

from __future__ import annotations

import copy
import sqlite3
from pathlib import Path
from typing import Any

import duckdb
import jsonschema
import pytest
from hypothesis import given, settings
from pydantic import ValidationError

from paget.errors import BadInput, NotFound
from paget.record import Case, ImportReport, Record, case_from_rows, read_case
from paget.record.ddl import create_tables
from paget.record.frames import SCHEMAS, empty
from paget.record.reference import page
from paget.record.schema import json_schema
from paget.record.tables import TABLES
from random_cases import cases

REPOSITORY = Path(__file__).resolve().parents[2]

# A colon cancer operated on, with a liver metastasis nine months later.
COLON: dict[str, Any] = {
    "patient": {"patient_id": "P1", "sex": "female", "birth_day": "1960"},
    "tumours": [
        {
            "tumour_id": "T1",
            "site": "colon",
            "diagnosed_day": "2020-01-10",
            "stagings": [
                {"day": "2020-02-20", "prefix": "p", "m": "M0", "nodes_positive": 2, "nodes_examined": 14}
            ],
            "treatments": [
                {
                    "treatment_id": "X1",
                    "modality": "surgery",
                    "intent": "curative",
                    "definitive": "yes",
                    "start_day": "2020-02-01",
                    "end_day": "2020-02-01",
                    "residual": "R0",
                    "pathology_day": "2020-02-10",
                }
            ],
            "lesions": [
                {
                    "lesion_id": "L1",
                    "relation": "distant",
                    "organ": "liver",
                    "found_day": "2020-11",
                    "measurements": [{"day": "2020-11-20", "longest_mm": 32}],
                    "judgements": [{"day": "2020-11-21", "certainty": "proven", "invades": ["gallbladder"]}],
                }
            ],
            "statuses": [{"day": "2020-11-20", "status": "recurrence"}],
        }
    ],
    "studies": [{"row_id": "ct", "day": "2020-11-20", "kind": "ct", "covers": ["chest", "abdomen"]}],
    "observations": [{"day": "2020-11-18", "name": "CEA", "value": 40, "unit": "ng/mL"}],
}


def colon(**changes: Any) -> dict[str, Any]:
    """The example with rows added at the top."""
    return copy.deepcopy(COLON) | changes


def problems(document: dict[str, Any], kind: str) -> list[tuple[str, str, str, str]]:
    case, report = read_case(document)
    found = Record.from_cases([case], report).report.problems
    return [(p.table, p.row, p.column, p.what) for p in found if p.kind == kind]


def test_the_example_has_no_problem() -> None:
    case, report = read_case(COLON)
    assert Record.from_cases([case], report).report.problems == []
    assert dict(report.read) == {
        "patients": 1, "tumours": 1, "stagings": 1, "lesions": 1, "judgements": 1, "measurements": 1,
        "treatments": 1, "statuses": 1, "observations": 1, "studies": 1,
    }  # fmt: skip


def test_child_rows_are_lifted_and_know_their_parents() -> None:
    case, _ = read_case(COLON)
    assert case.stagings[0].tumour_id == "T1"
    assert case.measurements[0].lesion_id == "L1"
    assert case.lesions[0].tumour_id == "T1"
    assert {row.patient_id for row in case.judgements} == {"P1"}


def test_row_ids_are_the_key_or_a_number() -> None:
    lesions = [
        {"lesion_id": "L1"},
        {"lesion_id": "L2"},
        {"lesion_id": "L1"},
        {"lesion_id": "L1", "row_id": "L1#2"},
    ]
    case, _ = read_case(
        {"patient": {"patient_id": "P1"}, "lesions": lesions, "studies": [{}, {"kind": "ct"}]}
    )
    assert [row.row_id for row in case.lesions] == ["L1", "L1#2", "L1#3", "L2"]
    assert [row.row_id for row in case.studies] == ["studies-1", "studies-2"]
    assert case.patient.row_id == "P1"


def test_days_become_their_first_and_last_possible_day() -> None:
    # 2020-11 is day 18567 to 18596: 50 years of 365 days, 12 leap days before 2020 -> 18262 is 2020-01-01;
    # 2020 is a leap year, 1 November is its 306th day: 18262 + 305 = 18567, and November has 30 days.
    tables = Record.from_cases([read_case(COLON)[0]]).tables
    row = tables["lesions"].to_native().row(0, named=True)
    assert (row["found_day"], row["found_day_latest"]) == (18567, 18596)
    birth = tables["patients"].to_native().row(0, named=True)
    assert (birth["birth_day"], birth["birth_day_latest"]) == (-3653, -3288)  # 1960: 10 x 365 + 3 leap days
    assert (birth["death_day"], birth["death_day_latest"]) == (None, None)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("2024-05-31", "2024-05-31"), ("2024-05", "2024-05"), ("2024", "2024"), (1964, "1964"),
        ("2024-05-31T23:10:00Z", "2024-05-31"), ("2024-01-01/2024-12-31", "2024"),
        ("2024-05-03/2024-06", "2024-05-03/2024-06-30"), ("2024-05-03/2024-05-03", "2024-05-03"),
        ("unknown", None), ("", None), (-9, None), (999, None), ("9999", None),
        (" 2024-05-31 ", "2024-05-31"),
    ],
)  # fmt: skip
def test_days_of_a_calendar(written: object, read: str | None) -> None:
    case, report = read_case(colon(studies=[{"day": written, "kind": "mr"}]))
    assert report.rejected == []
    assert case.studies[0].day == read
    assert report.count("unknown value") == (read is None)


@pytest.mark.parametrize(
    ("written", "read"), [(-30, -30), ("17", 17), (0, 0), ("10/40", "10/40"), (999, 999), ("-5/5", "-5/5")]
)
def test_days_from_an_origin(written: object, read: object) -> None:
    person = {"patient_id": "P1", "time_base": "relative"}
    case, report = read_case({"patient": person, "studies": [{"day": written}]})
    assert (case.studies[0].day, report.problems) == (read, [])
    assert case.is_relative


def test_a_date_in_a_record_with_relative_days_is_rejected() -> None:
    person = {"patient_id": "P1", "time_base": "relative"}
    _, report = read_case(
        {"patient": person, "studies": [{"day": "2024-05-31"}, {"day": "2024"}, {"day": 1e9}]}
    )
    assert [p.row for p in report.rejected] == ["#1", "#3"]


@pytest.mark.parametrize(
    ("written", "low", "high", "unit"),
    [
        (40, 40.0, 40.0, "ng/mL"), ("<0.5", 0.0, 0.5, "ng/mL"), ("> 200", 200.0, None, "ng/mL"),
        ("≤ 3", 0.0, 3.0, "ng/mL"), ("40 ug/L", 40.0, 40.0, "ug/L"), ("unknown", None, None, None),
    ],
)  # fmt: skip
def test_results_are_ranges(written: object, low: float | None, high: float | None, unit: str | None) -> None:
    row = {"name": "CEA", "value": written} | ({"unit": "ng/mL"} if unit == "ng/mL" else {})
    case, report = read_case(colon(observations=[row]))
    found = case.observations[0]
    assert (found.name, found.low, found.high, found.unit) == ("cea", low, high, unit)
    assert report.rejected == []


@pytest.mark.parametrize("written", [32, 32.0, "32", "32 mm", "3.2 cm", " 32 "])
def test_a_written_unit_is_converted(written: object) -> None:
    row = {"lesion_id": "L1", "longest_mm": written}
    assert read_case(colon(measurements=[row]))[0].measurements[1].longest_mm == 32.0


UNKNOWN = ["", " ", "unknown", "Unknown", "N/A", "n/a", "?", "-9", "999", -9, 999, -99, 9999, -9.0]


@pytest.mark.parametrize("written", UNKNOWN)
def test_words_and_codes_for_unknown(written: object) -> None:
    case, report = read_case(colon(measurements=[{"lesion_id": "L1", "longest_mm": written}]))
    assert case.measurements[1].longest_mm is None  # the row stays, its value is unknown
    assert [(p.kind, p.table, p.column) for p in report.problems] == [
        ("unknown value", "measurements", "longest_mm")
    ]


IMPOSSIBLE = [
    ("patients", "birth_day", "2025-02-29"), ("patients", "birth_day", "29.02.2024"),
    ("patients", "birth_day", True),
    ("patients", "birth_day", 12), ("patients", "birth_day", "1066-10-14"), ("patients", "sex", "queen"),
    ("patients", "death_day", "1950-01-01"), ("patients", "last_contact_day", "1959-12-31"),
    ("measurements", "longest_mm", 3200), ("measurements", "longest_mm", -1),
    ("measurements", "longest_mm", "1,5"),
    ("measurements", "longest_mm", "<5"), ("measurements", "longest_mm", "3.2 ng/mL"),
    ("measurements", "longest_mm", True),
    ("measurements", "longest_mm", float("nan")), ("measurements", "longest_mm", float("inf")),
    ("measurements", "longest_mm", "1e400"), ("measurements", "longest_mm", [3]),
    ("observations", "value", "1,5"), ("observations", "value", "mutated"), ("observations", "value", 0),
    ("observations", "value", -3), ("observations", "low", 41), ("observations", "unit", "mm"),
    ("observations", "unit", "kU"), ("stagings", "nodes_positive", 15), ("stagings", "nodes_positive", 2.5),
    ("studies", "covers", ["toe"]), ("studies", "covers", [["chest"]]), ("studies", "kind", "crystal ball"),
    ("treatments", "end_day", "2020-01-31"), ("treatments", "pathology_day", "2019"),
    ("treatments", "definitive", "maybe"), ("lesions", "lesion_id", True), ("lesions", "lesion_id", ""),
    ("events", "text", False), ("events", "text", "a\0b"),
    ("events", "text", "\ud800"), ("judgements", "lesion_id", None), ("targets", "site_id", "S1"),
    ("decisions", "day", {"year": 2024}), ("studies", "day", "2024-06-01/2024-05-01"),
]  # fmt: skip
MINIMAL: dict[str, dict[str, Any]] = {
    "patients": {"patient_id": "P1", "birth_day": "1960"},
    "measurements": {"lesion_id": "L1", "day": "2020-11-20", "longest_mm": 32},
    "observations": {"name": "cea", "high": 40.0, "unit": "ng/mL"},
    "stagings": {"tumour_id": "T1", "nodes_examined": 14},
    "studies": {"kind": "ct"},
    "treatments": {"treatment_id": "X2", "start_day": "2020-02-01"},
    "lesions": {"lesion_id": "L2"},
    "events": {"kind": "complication"},
    "judgements": {"lesion_id": "L1"},
    "targets": {"treatment_id": "X1", "lesion_id": "L1"},
    "decisions": {"decision_id": "D1"},
}


@pytest.mark.parametrize(("table", "column", "value"), IMPOSSIBLE)
def test_an_impossible_value_rejects_its_row_and_is_not_repeated(
    table: str, column: str, value: object
) -> None:
    row = copy.deepcopy(MINIMAL[table]) | {column: value}
    if column == "value":
        row.pop("high")
    rows = read_case(COLON)[0].rows()
    rows = rows | ({table: [row]} if table == "patients" else {table: [*rows.get(table, []), row]})
    report = ImportReport()
    case = case_from_rows(rows, report=report)
    rejected = [p for p in report.rejected if p.table == table]
    assert len(rejected) == 1
    assert rejected[0].column in {column, "low", "high", "lesion_id"}
    assert rejected[0].what
    if str(value) not in {"None", "0"}:
        assert str(value) not in str(rejected[0]) or value == ""
    if table == "patients":
        assert case.patient.birth_day is None  # the person stays, nothing is known of it
        assert len(case.lesions) == 1
    else:
        assert len(getattr(case, table)) == len(rows[table]) - 1


def test_what_hangs_on_a_rejected_row_is_rejected_too() -> None:
    document = colon()
    document["tumours"][0]["lesions"][0]["found_day"] = "2025-02-29"
    assert problems(document, "rejected") == [
        ("lesions", "L1", "found_day", "a day that the calendar does not have"),
        ("judgements", "judgements-1", "lesion_id", "it refers to a row that was rejected"),
        ("measurements", "measurements-1", "lesion_id", "it refers to a row that was rejected"),
    ]


REFERENCES = [
    ({"targets": [{"treatment_id": "X9", "lesion_id": "L1"}]}, "treatment_id"),
    ({"targets": [{"treatment_id": "X1", "lesion_id": "L9"}]}, "lesion_id"),
    ({"targets": [{"treatment_id": "X1", "site_id": "S9"}]}, "site_id"),
    ({"lesions": [{"lesion_id": "L2", "tumour_id": "T9"}]}, "tumour_id"),
    ({"events": [{"treatment_id": "X9"}]}, "treatment_id"),
    ({"decisions": [{"decision_id": "D", "tumour_id": "T9"}]}, "tumour_id"),
    ({"studies": [{"replaces": "mr"}]}, "replaces"),
]


@pytest.mark.parametrize(("rows", "column"), REFERENCES)
def test_a_row_that_refers_to_nothing_is_rejected(rows: dict[str, Any], column: str) -> None:
    found = problems(colon(**rows), "rejected")
    assert [(table, at) for table, _, at, _ in found] == [(next(iter(rows)), column)]


def test_versions() -> None:
    studies = [
        {"row_id": "a", "kind": "ct"},
        {"row_id": "b", "kind": "mr", "replaces": "a", "known_day": "2021"},
        {"row_id": "c", "replaces": "b", "retracted": True, "known_day": "2022"},
    ]
    assert problems(colon(studies=studies), "rejected") == []
    studies[0]["replaces"] = "c"
    circle = problems(colon(studies=studies), "rejected")
    assert [(row, column) for _, row, column, _ in circle] == [(row, "replaces") for row in "abc"]


def test_a_version_of_a_rejected_row_stands_alone() -> None:
    studies = [{"row_id": "a", "day": "2025-02-29"}, {"row_id": "b", "replaces": "a", "kind": "mr"}]
    case, report = read_case(colon(studies=studies))
    assert [(row.row_id, row.replaces) for row in case.studies] == [("b", None)]
    assert [p.what for p in report.problems if p.kind == "note"] == [
        "the version that it replaces was rejected; it stands alone"
    ]


def test_the_same_row_twice_is_taken_once_and_a_shared_row_id_rejects_both() -> None:
    same = [{"row_id": "a", "kind": "ct"}, {"row_id": "a", "kind": "ct"}]
    case, report = read_case(colon(studies=same))
    assert (len(case.studies), [p.what for p in report.rejected]) == (1, ["the same row twice"])
    case, report = read_case(colon(studies=[same[0], {"row_id": "a", "kind": "mr"}]))
    assert (len(case.studies), len(report.rejected)) == (0, 2)


def test_a_treatment_after_a_known_death_is_rejected_and_one_before_a_later_learnt_death_is_not() -> None:
    died = {"patient_id": "P1", "death_day": "2020-01-20"}
    assert problems(colon(patient=died), "rejected") == [
        ("treatments", "X1", "start_day", "a treatment that begins after the death")
    ]
    learnt = died | {"known_day": "2023-05-01"}  # what was in the record before that day must stay in it
    assert problems(colon(patient=learnt), "rejected") == []
    assert ("treatments", "X1", "start_day", "dated after the death") in problems(
        colon(patient=learnt), "contradiction"
    )
    corrected = colon(
        patient=died, patients=[{"patient_id": "P1", "replaces": "P1", "known_day": "2020-01-25"}]
    )
    assert problems(corrected, "rejected") == []  # the death was taken back before the treatment


def test_an_age_above_120_years() -> None:
    born = colon(patient={"patient_id": "P1", "birth_day": "1899-12-31", "sex": "male"})
    assert problems(born, "rejected") == [
        ("patients", "P1", "birth_day", "an age above 120 years when the record begins")
    ]
    assert read_case(born)[0].patient.sex is None
    # The record begins on 2020-01-10. 120 years of 365.25 days are 43830 days; from 1900-01-10 to then
    # there are 120 x 365 + 29 leap days = 43829, so that 1900-01-09 is at the limit and the day before above.
    for birth, many in (("1900-01-08", 1), ("1900-01-09", 0), ("1900-01-10", 0)):
        assert len(problems(colon(patient={"patient_id": "P1", "birth_day": birth}), "rejected")) == many


def staged(day: str, m: str = "cM0", **more: str) -> dict[str, Any]:
    return {"stagings": [{"tumour_id": "T1", "day": day, "m": m, **more}]}


def two_of(table: str, one: dict[str, str], other: dict[str, str]) -> dict[str, Any]:
    """Two rows about the same tumour on the same day, unless a row says otherwise."""
    same = {"tumour_id": "T1", "day": "2020-01-15"} | (
        {"prefix": "c", "edition": "8"} if table == "stagings" else {"site": "primary"}
    )
    return {table: [same | one, same | other]}


TWO_STAGES = ("stagings", "day", "two stages of one tumour on one day that cannot both be true")
TWO_STATUSES = ("statuses", "status", "free of disease, and not free of it, on one day")
# The metastasis is known to the month: found from 1 to 30 November 2020.
M0_BESIDE = ("stagings", "m", "M0 after a metastasis was found, or at most 60 days before")
M1_EARLY = ("stagings", "m", "M1 or stage IV more than 60 days before the first metastasis")
DIED = {"patient_id": "P1", "death_day": "2020-12-01"}
CONTRADICTIONS: list[tuple[dict[str, Any], tuple[str, str, str] | None]] = [
    (staged("2020-10-01"), M0_BESIDE),  # 60 days before the last possible day
    (staged("2020-09-30"), None),  # 61 days
    (staged("2021-02-01"), M0_BESIDE),
    (staged("2021-02-01", prefix="r"), None),  # restaged at recurrence
    (staged("2020-11-20", "M1a"), None),
    (staged("2020-08-31", "M1"), M1_EARLY),
    (staged("2020-09-02", "M1"), None),  # 60 days before 1 November
    (staged("2020-08-31", "", stage_group="IVA"), M1_EARLY),
    (staged("2021-02-01") | {"judgements": [{"lesion_id": "L1", "certainty": "benign"}]}, None),
    (staged("2021-02-01") | {"judgements": [{"lesion_id": "L1", "certainty": "indeterminate"}]}, None),
    (staged("2021-02-01") | {"judgements": [{"lesion_id": "L1", "certainty": "probable"}]}, M0_BESIDE),
    ({"measurements": [{"lesion_id": "L1", "day": "2020-10-31"}]},
     ("measurements", "day", "a lesion measured before it was found")),
    ({"measurements": [{"lesion_id": "L1", "day": "2020-11-01"}]}, None),
    # seen on the old study when it was read again
    ({"measurements": [{"lesion_id": "L1", "day": "2020-10-31", "known_day": "2020-11-01"}]}, None),
    # A sphere of 20 mm holds 4/3 pi 10^3 mm3 = 4.19 mL; 4.6 is within a tenth of it, 4.7 is not.
    ({"measurements": [{"lesion_id": "L1", "longest_mm": 20, "volume_ml": 4.7}]},
     ("measurements", "volume_ml", "a volume larger than a sphere of the longest diameter")),
    ({"measurements": [{"lesion_id": "L1", "longest_mm": 20, "volume_ml": 4.6}]}, None),
    ({"treatments": [{"treatment_id": "X2", "modality": "surgery", "start_day": "2020-01-09"}]},
     ("treatments", "start_day", "a treatment of a tumour before its diagnosis")),
    ({"treatments": [{"treatment_id": "X2", "modality": "surgery", "start_day": "2020-01-10"}]}, None),
    ({"treatments": [{"treatment_id": "X2", "intent": "diagnostic", "start_day": "2020-01-09"}]}, None),
    ({"treatments": [{"treatment_id": "X2", "start_day": "2020-01"}]}, None),  # or later
    ({"targets": [{"treatment_id": "X1", "lesion_id": "L1", "removed": "no"}]},
     ("treatments", "residual", "R0 although a lesion or site that it addressed was not removed")),
    ({"targets": [{"treatment_id": "X1", "lesion_id": "L1"}]}, None),
    ({"statuses": [{"day": "2020-01-31", "status": "recurrence"}]},
     ("statuses", "day", "a recurrence before the treatment that it follows")),
    ({"statuses": [{"day": "2020-02-01", "status": "recurrence"}]}, None),
    ({"statuses": [{"day": "2020-01-31", "status": "persistence"}]}, None),
    ({"lesions": [{"lesion_id": "L1", "found_day": "2020-11-20"}]},
     ("lesions", "lesion_id", "two rows of the same name, neither replaces the other: both hold")),
    ({"lesions": [{"lesion_id": "L1", "replaces": "L1", "known_day": "2021"}]}, None),
    ({"lesions": [{"lesion_id": "L1", "replaces": "L1", "known_day": "2020-10-31"}]},
     ("lesions", "known_day", "a version known before the one that it replaces")),
    ({"lesions": [{"lesion_id": "L2", "replaces": "L1", "known_day": "2021"}]},
     ("lesions", "lesion_id", "a version of a row of another name")),
    ({"studies": [{"row_id": "a"}, {"replaces": "a"}, {"replaces": "a"}]},
     ("studies", "replaces", "two versions replace the same row")),
    ({"studies": [{"day": "2021", "known_day": "2020-12-31"}]},
     ("studies", "known_day", "known before it happened")),
    ({"studies": [{"day": "2021", "known_day": "2021-01-01"}]}, None),
    ({"studies": [{"day": "1959-12-31"}]}, ("studies", "day", "dated before the birth")),
    ({"studies": [{"day": "1960-01-01"}]}, None),
    ({"studies": [{"day": "2081-01-01"}]}, ("studies", "day", "dated more than 120 years after the birth")),
    ({"patients": [{"patient_id": "P1", "birth_day": "1961"}]},
     ("patients", "birth_day", "two birth days of the same person")),
    ({"patients": [{"patient_id": "P1", "birth_day": "1961", "replaces": "P1"}]}, None),
    ({"patient": {"patient_id": "P1", "death_day": "2021-05", "last_contact_day": "2021-06-01"}},
     ("patients", "last_contact_day", "a last contact after the death")),
    ({"patient": DIED, "studies": [{"day": "2020-12-02", "kind": "ct"}]},
     ("studies", "day", "dated after the death")),
    ({"patient": DIED, "studies": [{"day": "2020-12-02", "kind": "pathology"}]}, None),  # an autopsy
    ({"patient": {"patient_id": "P1", "death_day": "2021", "deceased": "no"}},
     ("patients", "deceased", "a death day of a person said to be alive")),
    (two_of("stagings", {"t": "T3"}, {"t": "cT2"}), TWO_STAGES),
    (two_of("stagings", {"t": "T3"}, {"t": "T3a"}), None),
    (two_of("stagings", {"t": "T3"}, {"t": "TX"}), None),
    (two_of("stagings", {"n": "N1"}, {"n": "N2b"}), TWO_STAGES),
    (two_of("stagings", {"t": "T3"}, {"t": "T2", "prefix": "p"}), None),
    (two_of("stagings", {"t": "T3"}, {"t": "T2", "edition": "7"}), None),
    (two_of("stagings", {"t": "T3"}, {"t": "T2", "day": "2020-01-16"}), None),
    (two_of("stagings", {"t": "T3", "row_id": "a"}, {"t": "T2", "replaces": "a", "known_day": "2020-02-01"}),
     None),
    (two_of("statuses", {"status": "no evidence"}, {"status": "progression"}), TWO_STATUSES),
    (two_of("statuses", {"status": "complete"}, {"status": "stable"}), None),
    (two_of("statuses", {"status": "no evidence"}, {"status": "progression", "site": "distant"}), None),
    ({"decisions": [{"decision_id": "D", "day": "2021-02-01", "signed_day": "2021-01-31"}]},
     ("decisions", "signed_day", "signed before the day of the decision")),
]  # fmt: skip


@pytest.mark.parametrize(("changes", "expected"), CONTRADICTIONS)
def test_contradictions_are_kept_and_named(
    changes: dict[str, Any], expected: tuple[str, str, str] | None
) -> None:
    document = colon(**changes)
    assert problems(document, "rejected") == []
    found = [(table, column, what) for table, _, column, what in problems(document, "contradiction")]
    also = {"two rows about the same person, neither replaces the other"}
    assert {f for f in found if f[2] not in also} == ({expected} if expected else set())


def test_an_age_of_120_years_within_the_row() -> None:
    # From 1900-01-09 to 2020-01-10 there are 120 x 365 + 30 days = 43830, 120 years of 365.25 days.
    for birth, many in (("1900-01-09", 0), ("1900-01-08", 1)):
        person = {"patient_id": "P1", "birth_day": birth, "death_day": "2020-01-10"}
        assert len(problems({"patient": person}, "rejected")) == many


def test_long_numbers_in_names_are_put_in_order() -> None:
    names = ["L" + "9" * 5000, "L10", "L2", "L010", "L1"]
    rows = [{"lesion_id": name} for name in names]
    case, _ = read_case({"patient": {"patient_id": "P1"}, "lesions": rows})
    assert [row.row_id for row in case.lesions] == ["L1", "L2", "L010", "L10", "L" + "9" * 5000]


def test_m1_without_a_metastasis() -> None:
    document = colon()
    del document["tumours"][0]["lesions"]
    document["stagings"] = [{"tumour_id": "T1", "m": "M1b"}]
    what = "M1 or stage IV although no metastasis is recorded"
    assert problems(document, "contradiction") == [("stagings", "stagings-2", "m", what)]
    document["sites"] = [{"site_id": "S1", "organ": "lung"}]  # of unknown origin: it may be this tumour's
    assert problems(document, "contradiction") == []


@pytest.mark.parametrize(
    ("deposits", "expected"),
    [
        ({"sites": [{"site_id": "S1", "organ": "liver", "day": "2020-03"}]}, M0_BESIDE),
        # nodes may be regional, and then M0 is right; so they may where the organ is not told
        ({"sites": [{"site_id": "S1", "organ": "lymph node", "day": "2020-03"}]}, None),
        ({"sites": [{"site_id": "S1", "day": "2020-03"}]}, None),
        (
            {"sites": [{"site_id": "S1", "organ": "lymph node", "relation": "distant", "day": "2020-03"}]},
            M0_BESIDE,
        ),
        # the relation speaks of nodes only; another organ is distant
        (
            {"sites": [{"site_id": "S1", "organ": "liver", "relation": "regional", "day": "2020-03"}]},
            M0_BESIDE,
        ),
        (
            {"sites": [{"site_id": "S1", "organ": "lymph node", "relation": "regional", "day": "2020-03"}]},
            None,
        ),
        ({"lesions": [{"lesion_id": "L1", "organ": "lymph node", "found_day": "2020-03"}]}, None),
        (
            {
                "lesions": [
                    {"lesion_id": "L1", "relation": "distant", "organ": "lymph node", "found_day": "2020-03"}
                ]
            },
            M0_BESIDE,
        ),
        # of unknown origin, and there is a second primary: it may be that one's
        (
            {
                "tumours": [{"tumour_id": "T1"}, {"tumour_id": "T2"}],
                "sites": [{"site_id": "S1", "organ": "liver", "day": "2020-03"}],
            },
            None,
        ),
    ],
)
def test_m0_contradicts_only_what_is_certainly_a_metastasis(deposits: Any, expected: Any) -> None:
    document = {
        "patient": {"patient_id": "P1"},
        "tumours": [{"tumour_id": "T1"}],
        "stagings": [{"tumour_id": "T1", "day": "2020-03-20", "m": "M0"}],
        **deposits,
    }
    found = [(table, column, what) for table, _, column, what in problems(document, "contradiction")]
    assert found == ([expected] if expected else [])


def test_m1_with_nodes_only_is_no_contradiction() -> None:
    nodes = [{"site_id": "S1", "organ": "lymph node", "day": "2021"}]
    document = {
        "patient": {"patient_id": "P1"},
        "tumours": [{"tumour_id": "T1"}],
        "stagings": [{"tumour_id": "T1", "day": "2020-03-20", "m": "M1"}],
    }
    assert problems({**document, "sites": nodes}, "contradiction") == []  # they may be distant
    liver = {"site_id": "S2", "organ": "liver", "day": "2021-06"}
    assert problems({**document, "sites": [*nodes, liver]}, "contradiction") == [
        ("stagings", "stagings-1", "m", M1_EARLY[2])  # whether the nodes are the first or the liver is
    ]
    nodes[0]["day"] = "2020-04"
    assert problems({**document, "sites": [*nodes, liver]}, "contradiction") == []
    nodes[0]["relation"] = "regional"
    what = "M1 or stage IV although no metastasis is recorded"
    assert problems({**document, "sites": nodes}, "contradiction") == [("stagings", "stagings-1", "m", what)]


def test_structure_errors_are_listed_together_and_keys_are_named() -> None:
    document = colon(lesion=[], studies={"kind": "ct"})
    document["tumours"][0]["lesions"][0]["found"] = "2020"
    document["tumours"][0]["stagings"][0]["tumour_id"] = "T2"
    with pytest.raises(BadInput) as caught:
        read_case(document, source="case.yaml")
    text = str(caught.value)
    assert "no table 'lesion' (did you mean lesions?)" in text
    assert "tumours[1].lesions[1]: no column 'found'" in text
    assert "tumours[1].stagings[1]: its tumour_id is not that of the row it is written under" in text
    assert "studies: a list of rows belongs here, not a mapping" in text
    assert "case.yaml" in text


@pytest.mark.parametrize(
    "document", [[], "x", None, 3, {}, {"patient": {}}, {"patient": []}, {"tumours": []}]
)
def test_a_document_without_a_patient_is_refused(document: Any) -> None:
    with pytest.raises(BadInput):
        read_case(document)


def test_rows_of_two_patients_are_refused_with_both_ids() -> None:
    with pytest.raises(BadInput, match="structure") as caught:
        read_case(colon(studies=[{"patient_id": "P2"}]))
    assert "P1, P2" in str(caught.value)
    with pytest.raises(BadInput, match="same patient"):
        Record.from_cases([read_case(COLON)[0]] * 2)


def test_a_case_is_strict_and_its_errors_and_its_name_show_no_values() -> None:
    with pytest.raises(ValidationError) as caught:
        Case.model_validate(colon(studies=[{"day": "1999-99-99"}], events=[{"text": 5.5, "grade": True}]))
    assert "1999-99-99" not in str(caught.value)
    assert "studies row #1 column day" in str(caught.value)
    assert "events row #1 column grade" in str(caught.value)
    with pytest.raises(ValidationError):
        read_case(COLON)[0].patient.sex = "male"
    assert repr(read_case(COLON)[0]).startswith("Case(P1, 1 tumours, 1 stagings,")
    assert "colon" not in repr(read_case(COLON)[0])


def test_a_patient_that_is_not_there() -> None:
    record = Record.from_cases([read_case(COLON)[0]])
    with pytest.raises(NotFound):
        record.case("P2")
    with pytest.raises(NotFound):
        record.only("P2")
    assert record.only("P1").case("P1") == record.case("P1")


def test_a_table_or_column_that_does_not_exist_is_refused() -> None:
    import polars as pl

    with pytest.raises(BadInput) as caught:
        Record.from_tables({"patient": pl.DataFrame({"x": [1]}), "tumours": pl.DataFrame({"sit": ["colon"]})})
    assert "no table 'patient' (did you mean patients?)" in str(caught.value)
    assert "tumours: no column 'sit' (did you mean site?)" in str(caught.value)
    assert "tumours: the column patient_id is missing" in str(caught.value)


def test_in_a_registry_what_hangs_on_a_rejected_row_is_told_so() -> None:
    import polars as pl

    who = {"patient_id": ["P1", "P2"]}
    tables = {
        "patients": pl.DataFrame(who),
        "treatments": pl.DataFrame({**who, "treatment_id": ["X", "X"], "tumour_id": ["T9", None]}),
        "lesions": pl.DataFrame({**who, "lesion_id": ["L", "L"]}),
        "targets": pl.DataFrame({**who, "treatment_id": ["X", "X"], "lesion_id": ["L", "L"]}),
    }
    report = ImportReport()
    record = Record.from_tables(tables, report)
    assert [(p.table, p.patient_id, p.column, p.what) for p in report.rejected] == [
        ("treatments", "P1", "tumour_id", "it refers to a row that is not in the record"),
        ("targets", "P1", "treatment_id", "it refers to a row that was rejected"),
    ]
    assert len(record.case("P2").targets) == 1


def test_a_problem_of_many_rows_is_listed_a_thousand_times_and_counted() -> None:
    import polars as pl

    rows = 1500
    tables = {
        "patients": pl.DataFrame({"patient_id": ["P1"]}),
        "studies": pl.DataFrame({"patient_id": ["P1"] * rows, "day": ["2025-02-29"] * rows}),
    }
    report = Record.from_tables(tables).report
    assert len(report.problems) == 1001
    assert report.count("rejected") == rows
    assert "and more rows alike (500 rows);" in str(report.problems[-1])


# From the declaration


def test_the_reference_page_is_that_of_the_declaration() -> None:
    kept = (REPOSITORY / "docs" / "reference" / "record.md").read_text(encoding="utf-8")
    assert kept == page(), "run: python -m paget.record.reference docs/reference/record.md"


def test_the_schema_accepts_the_example_and_refuses_what_does_not_exist() -> None:
    check = jsonschema.Draft202012Validator(json_schema())
    check.check_schema(json_schema())
    assert list(check.iter_errors(COLON)) == []
    for wrong in ({"lesions": [{"organ": "liver"}]}, {"studies": [{"kind": "crystal ball"}]}, {"lesion": []}):
        assert list(check.iter_errors(colon(**wrong))), wrong


@given(cases())
@settings(max_examples=20)
def test_the_schema_accepts_every_case(case: Case) -> None:
    assert list(jsonschema.Draft202012Validator(json_schema()).iter_errors(case.document())) == []


def test_sql_databases_take_the_tables() -> None:
    with duckdb.connect() as database:
        for statement in create_tables():
            database.execute(statement)
        for name in SCHEMAS:
            assert database.table(name).pl().schema == empty(name).schema
    lite = sqlite3.connect(":memory:")
    for statement in create_tables():
        lite.execute(statement)
    lite.close()


def test_every_table_is_read_and_written_by_its_declaration() -> None:
    assert set(SCHEMAS) == set(TABLES) | {
        "judgements_invades",
        "studies_covers",
        "treatments_field",
        "treatments_agents",
    }
    assert list(SCHEMAS["lesions"])[:8] == [
        "lesion_id", "patient_id", "tumour_id", "relation", "organ", "location", "laterality", "found_day",
    ]  # fmt: skip
