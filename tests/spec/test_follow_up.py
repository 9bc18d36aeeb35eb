"""Follow-up: what the record says today, beside an origin; and that nothing but endpoints looks that way."""

from __future__ import annotations

import ast
import tomllib
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
from hypothesis import given, settings

from paget.days import read_day
from paget.errors import BadInput
from paget.intake.read import read
from paget.record import Case, Record, read_case
from paget.record.as_of import ASKED, as_of
from paget.record.follow_up import FollowUp, follow_up
from paget.record.prepared import FewRows, prepared
from paget.record.tables import TABLES
from random_cases import cases

REPOSITORY = Path(__file__).resolve().parents[2]

# A patient whose rectal cancer was resected on 1 February 2022 and came back in the liver.
CASE: dict[str, Any] = {
    "patient": {"patient_id": "P1", "death_day": "2024-03", "deceased": "yes", "death_cause": "cancer"},
    "tumours": [{"tumour_id": "rectum", "site": "rectum", "diagnosed_day": "2021-10-05"}],
    "treatments": [
        {"treatment_id": "resection", "tumour_id": "rectum", "modality": "surgery",
         "start_day": "2022-02-01", "residual": "R0", "pathology_day": "2022-02-10"},
        {"treatment_id": "metastasectomy", "tumour_id": "rectum", "modality": "surgery",
         "start_day": "2023-06-20", "residual": "R1", "pathology_day": "2023-06-30"},
    ],
    "lesions": [{"lesion_id": "L1", "relation": "distant", "organ": "liver", "found_day": "2023-05-02"}],
    "statuses": [
        {"row_id": "first", "day": "2022-08-01", "status": "stable"},
        {"row_id": "read again", "replaces": "first", "day": "2022-08-01", "known_day": "2022-09-15",
         "status": "no evidence"},
        {"row_id": "wrong patient", "day": "2022-11-01", "status": "recurrence"},
        {"row_id": "taken back", "replaces": "wrong patient", "retracted": "yes", "known_day": "2022-11-03"},
        {"row_id": "month", "day": "2022-02", "status": "complete"},
        {"row_id": "recurrence", "tumour_id": "rectum", "day": "2023-05-02", "status": "recurrence"},
        {"row_id": "some day", "status": "progression"},
    ],
    "studies": [{"kind": "ct", "day": "2023-05-02", "covers": ["chest", "abdomen"]}],
}  # fmt: skip


def day(text: str) -> int:
    return read_day(text)[0]


def record(engine: str, folder: Path, *documents: dict[str, Any]) -> Record:
    found = Record.from_cases([read_case(document)[0] for document in documents])
    assert found.report.rejected == []
    if engine == "polars":
        return found
    found.to_duckdb(folder / "record.duckdb")
    return read(folder / "record.duckdb")


@pytest.fixture(params=["polars", "duckdb"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def resection(seen: FollowUp) -> nw.LazyFrame[Any]:
    """The first resection of each primary as an origin."""
    return (
        seen.view("treatments")
        .filter(nw.col("modality") == "surgery")
        .group_by("patient_id", "tumour_id")
        .agg(nw.col("start_day").min(), nw.col("start_day_latest").min())
        .select(
            "patient_id",
            origin_tumour="tumour_id",
            origin_day="start_day",
            origin_day_latest="start_day_latest",
        )
    )


def rows(frame: nw.LazyFrame[Any], *columns: str) -> list[tuple[Any, ...]]:
    found: pl.DataFrame = frame.select(*columns).collect("polars").to_native()
    return sorted(found.rows(), key=str)


def test_the_latest_version_counts_and_what_was_retracted_does_not(engine: str, tmp_path: Path) -> None:
    seen = follow_up(record(engine, tmp_path, CASE))
    assert rows(seen.view("statuses"), "row_id", "status") == [
        ("month", "complete"),
        ("read again", "no evidence"),
        ("recurrence", "recurrence"),
        ("some day", "progression"),
    ]
    columns = Record.from_cases([]).tables["statuses"].columns
    assert seen.view("statuses").collect_schema().names() == columns


def test_days_are_counted_from_the_origin_as_intervals(engine: str, tmp_path: Path) -> None:
    seen = follow_up(record(engine, tmp_path, CASE))
    found = rows(
        seen.since(resection(seen), "statuses"), "row_id", "days_low", "days_high", "after", "of_tumour"
    )
    # 1 February 2022 to 1 August 2022 is 28 + 31 + 30 + 31 + 30 + 31 = 181 days; to 2 May 2023 it is 365 days
    # to 1 February 2023 and 28 + 31 + 30 + 1 = 90 more. "February 2022" is any of its days: 0 to 27.
    assert found == [
        ("month", 0, 27, None, True),
        ("read again", 181, 181, True, True),
        ("recurrence", 455, 455, True, True),
        ("some day", None, None, None, True),
    ]


def test_deaths_and_last_contacts_are_days_of_the_person(engine: str, tmp_path: Path) -> None:
    alive = {
        "patient": {"patient_id": "P2", "last_contact_day": "2024-01-31"},
        "tumours": [{"tumour_id": "colon", "site": "colon"}],
        "treatments": [
            {"treatment_id": "T", "tumour_id": "colon", "modality": "surgery", "start_day": "2023-12-31"}
        ],
    }
    seen = follow_up(record(engine, tmp_path, CASE, alive))
    origins = resection(seen)
    deaths = seen.since(origins, "patients", day="death_day")
    # 1 February 2022 to 1 March 2024: 365 + 365 days to 1 February 2024 and 29 more; 31 March is 30 later.
    assert rows(deaths, "patient_id", "days_low", "days_high", "death_cause") == [
        ("P1", 759, 789, "cancer"),
        ("P2", None, None, None),
    ]
    contacts = seen.since(origins, "patients", day="last_contact_day")
    assert rows(contacts, "patient_id", "days_low", "days_high") == [("P1", None, None), ("P2", 31, 31)]


def test_treatments_and_lesions_before_and_after_the_origin(engine: str, tmp_path: Path) -> None:
    seen = follow_up(record(engine, tmp_path, CASE))
    origins = resection(seen)
    # What was learnt long after a decision on the day of the origin is there: this door looks ahead.
    assert rows(seen.since(origins, "treatments"), "treatment_id", "after", "residual") == [
        ("metastasectomy", True, "R1"),
        ("resection", False, "R0"),
    ]
    assert rows(seen.since(origins, "lesions"), "lesion_id", "organ", "after") == [("L1", "liver", True)]
    assert rows(seen.since(origins, "tumours"), "tumour_id", "after") == [("rectum", False)]
    assert rows(seen.since(origins, "treatments", day="pathology_day"), "treatment_id", "days_low") == [
        ("metastasectomy", 514),
        ("resection", 9),
    ]


def test_of_several_primaries_an_unnamed_one_stays_open(engine: str, tmp_path: Path) -> None:
    two = {
        "patient": {"patient_id": "P1"},
        "tumours": [{"tumour_id": "breast"}, {"tumour_id": "colon"}],
        "treatments": [
            {"treatment_id": name, "tumour_id": name, "modality": "surgery", "start_day": "2022-01-01"}
            for name in ("breast", "colon")
        ],
        "sites": [
            {"site_id": "S1", "tumour_id": "breast", "organ": "bone", "day": "2023"},
            {"site_id": "S2", "organ": "liver", "day": "2023"},
        ],
    }
    seen = follow_up(record(engine, tmp_path, two))
    assert rows(seen.since(resection(seen), "sites"), "origin_tumour", "site_id", "of_tumour") == [
        ("breast", "S1", True),
        ("breast", "S2", None),
        ("colon", "S1", False),
        ("colon", "S2", None),
    ]


def test_an_origin_of_the_whole_patient_takes_every_row(engine: str, tmp_path: Path) -> None:
    nobody = {
        "patient": {"patient_id": "P1"},  # of whom no primary is recorded
        "lesions": [{"lesion_id": "L1", "organ": "liver", "found_day": "2023"}],
    }
    said_twice = {
        "patient": {"patient_id": "P2"},  # one primary, in two rows that do not replace each other
        "tumours": [{"tumour_id": "colon", "row_id": "a"}, {"tumour_id": "colon", "row_id": "b"}],
        "lesions": [
            {"lesion_id": "L2", "organ": "liver", "found_day": "2023"},
            {"lesion_id": "L3", "tumour_id": "colon", "organ": "lung", "found_day": "2023"},
        ],
    }
    seen = follow_up(record(engine, tmp_path, nobody, said_twice))
    of_all = seen.view("patients").select(
        "patient_id",
        origin_day=nw.lit(day("2022-01-01")),
        origin_day_latest=nw.lit(day("2022-01-01")),
        origin_tumour=nw.lit(None, nw.String),
    )
    assert rows(seen.since(of_all, "lesions"), "lesion_id", "of_tumour") == [
        ("L1", True),
        ("L2", True),
        ("L3", True),
    ]
    of_colon = of_all.with_columns(origin_tumour=nw.lit("colon"))
    assert ("L2", True) in rows(seen.since(of_colon, "lesions"), "lesion_id", "of_tumour")


def test_an_origin_known_to_the_month_makes_the_time_an_interval(engine: str, tmp_path: Path) -> None:
    seen = follow_up(record(engine, tmp_path, CASE))
    first, last = read_day("2023-05")
    origins = seen.view("patients").select(
        "patient_id", origin_day=nw.lit(first), origin_day_latest=nw.lit(last)
    )
    found = seen.since(origins, "lesions")
    assert rows(found, "days_low", "days_high", "after") == [(-29, 1, None)]  # 1 to 31 May; found on the 2nd
    assert "of_tumour" not in found.collect_schema().names()  # the origin is the patient's, of no primary


def test_values_of_a_row_are_those_of_its_latest_version(engine: str, tmp_path: Path) -> None:
    seen = follow_up(record(engine, tmp_path, CASE))
    covers = seen.view("studies").join(seen.values("studies", "covers"), on=["patient_id", "row_id"])
    assert rows(covers, "value") == [("abdomen",), ("chest",)]


def test_mistakes_are_named(tmp_path: Path) -> None:
    seen = follow_up(record("polars", tmp_path, CASE))
    origins = resection(seen)
    with pytest.raises(BadInput, match="patients has no day of its own") as caught:
        seen.since(origins, "patients")
    assert "death_day" in caught.value.mend
    with pytest.raises(BadInput, match="lesions has no such day"):
        seen.since(origins, "lesions", day="day")
    with pytest.raises(BadInput, match="named as columns of the table") as caught:
        seen.since(origins.with_columns(tumour_id="origin_tumour"), "lesions")
    assert caught.value.where == "lesions: tumour_id"


@given(cases())
@settings(max_examples=60)
def test_a_view_as_of_the_last_day_holds_at_least_what_follow_up_holds(case: Case) -> None:
    """Far in the future everything dated is known, so that the two doors differ in undated rows alone."""
    made = Record.from_cases([case])
    seen, ready = follow_up(made), prepared(made)
    assert isinstance(ready, FewRows)
    asked = {
        "decision": [0], "patient_id": [case.patient_id], "as_of": [10**6],
        "decision_tumour": [None], "sole_tumour": [True],
    }  # fmt: skip
    for name in TABLES:
        then = ready.run(as_of(name), **{ASKED: asked})
        certain = {row for row, known in zip(then["row_id"], then["known"], strict=True) if known}
        now = {row for (row,) in rows(seen.view(name), "row_id")}
        assert certain <= now <= set(then["row_id"])


def test_both_engines_say_the_same(tmp_path: Path) -> None:
    documents = [CASE | {"patient": {"patient_id": f"P{number}"}} for number in range(3)]
    found = []
    for engine in ("polars", "duckdb"):
        seen = follow_up(record(engine, tmp_path, *documents))
        found.append(
            [rows(seen.since(resection(seen), name), "row_id", "days_low", "days_high", "after", "of_tumour")
             for name in ("statuses", "lesions", "treatments", "tumours")]
        )  # fmt: skip
    assert found[0] == found[1]


# Who may look


ROOMS = ("facts", "rules", "assessment")


def modules(*rooms: str) -> list[Path]:
    return [file for room in rooms for file in sorted((REPOSITORY / "src" / "paget" / room).rglob("*.py"))]


def looks(tree: ast.AST) -> list[str]:
    """Where code reads an attribute `tables`, or imports the door to the future."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("tables", "_tables"):
            found.append(f"line {node.lineno}: .{node.attr}")
        if isinstance(node, ast.ImportFrom | ast.Import):
            home = getattr(node, "module", None) or ""
            names = [home, *(f"{home}.{alias.name}".strip(".") for alias in node.names)]
            doors = [name for name in names if name.startswith("paget.record.follow_up")]
            found += [f"line {node.lineno}: {name}" for name in doors]
    return found


def test_facts_rules_and_assessment_read_no_table_and_do_not_look_ahead() -> None:
    files = modules(*ROOMS)
    assert len(files) > 20
    assert {str(file): found for file in files if (found := looks(ast.parse(file.read_text())))} == {}


def test_that_check_sees_what_it_looks_for() -> None:
    for code in (
        "record.tables['lesions']",
        "from paget.record.follow_up import follow_up",
        "from paget.record import follow_up",
        "import paget.record.follow_up",
    ):
        assert looks(ast.parse(code))


def test_only_evidence_imports_follow_up() -> None:
    files = [file for file in (REPOSITORY / "src" / "paget").rglob("*.py") if "evidence" not in file.parts]
    importing = [
        str(file) for file in files if any("follow_up" in one for one in looks(ast.parse(file.read_text())))
    ]
    assert importing == []
    contracts = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["tool"]["importlinter"][
        "contracts"
    ]
    (contract,) = [one for one in contracts if one["id"] == "follow-up"]
    assert contract["protected_modules"] == ["paget.*.follow_up"]
    assert contract["allowed_importers"] == ["paget.evidence.*"]
