"""FHIR that others wrote: examples of mCODE from its first release to the fourth, and synthetic patients."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from paget.intake.fhir import read_fhir
from paget.record.case import Case
from paget.record.problems import ImportReport
from paget.record.record import Record

JOHN = "mcode_stu4_bundles/Bundle-mcode-stu4-cancer-patient-john-anyperson.json"
SYNTHETIC = "synthea_mcode/Bundle-synthea-mcode-{}.json"


@pytest.fixture(scope="session")
def fhir(shared_data: Path) -> Path:
    return shared_data / "fhir"


def read(path: Path) -> tuple[list[Case], ImportReport]:
    cases, report = read_fhir(path)
    return list(cases), report


def resources(path: Path) -> int:
    """How many resources a file or folder holds."""
    if path.is_dir():
        return sum(resources(one) for one in path.rglob("*") if one.suffix in (".json", ".gz"))
    data = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    tree = json.loads(data)
    return len(tree["entry"]) if tree["resourceType"] == "Bundle" else 1


def counted(report: ImportReport) -> int:
    read = sum(number for name, number in report.read.items() if name[0].isupper())
    return read + report.ignored.total() + report.not_understood.total()


def named(report: ImportReport, kind: str) -> list[str]:
    return [problem.what for problem in report.problems if problem.kind == kind]


def test_all_of_it_is_read_and_each_resource_counted_once(fhir: Path) -> None:
    paths = [
        *(fhir / "mcode_stu4_bundles").glob("*.json"),
        *(fhir / "mcode_transaction").glob("*.json"),
        *(fhir / "synthea_mcode").glob("*.json"),
        *(fhir / "synthea_r4").glob("*.gz"),
        fhir / "mcode_stu1",
        fhir / "mcode_2.1.0_examples",
        fhir / "synthea_r4",
    ]
    assert len(paths) == 3 + 1 + 10 + 6 + 3
    patients = 0
    for path in paths:
        cases, report = read(path)
        patients += len(cases)
        assert counted(report) == resources(path), path.name
        record = Record.from_cases(cases)
        assert len(list(record.patient_ids())) == len(cases)
    assert patients == 3 + 1 + 10 + 6 + 2 + 4 + 6


@pytest.mark.parametrize("source", [JOHN, "mcode_2.1.0_examples"])
def test_john_anyperson(fhir: Path, source: str) -> None:
    cases, report = read(fhir / source)
    (case,) = [one for one in cases if one.patient.patient_id == "cancer-patient-john-anyperson"]
    (tumour,) = case.tumours
    assert (tumour.site, tumour.histology, tumour.laterality) == ("lung", "non-small cell carcinoma", "left")
    assert tumour.diagnosed_day == "2019-04-01"
    (site,) = case.sites
    assert (site.organ, site.day, site.tumour_id) == ("brain", "2019-05-01", tumour.tumour_id)
    (operation,) = [one for one in case.treatments if one.modality == "surgery"]
    assert (operation.procedure, operation.start_day) == ("lobectomy of lung", "2019-03-01")
    assert (operation.intent, operation.definitive, operation.residual) == ("curative", True, None)
    (staging,) = case.stagings
    assert (staging.prefix, staging.t, staging.n, staging.m) == ("c", "T3", "N3", "M0")
    assert (staging.stage_group, staging.edition, staging.day) == ("IIIC", "8", "2019-04-01")
    values = {one.name: one.low for one in case.observations if one.low is not None}
    assert values == {"ecog": 0, "karnofsky": 90}
    drugs = {agent: one.start_day for one in case.treatments for agent in one.agents}
    assert drugs == {"cisplatin": "2019-06-15", "gefitinib": "2019-04-30"}
    if source == JOHN:
        contradictions = " ".join(named(report, "contradiction"))
        for system in (
            "Binet",
            "Rai",
            "FIGO",
            "Clark",
            "Breslow",
            "Gleason",
            "ISS",
            "R-ISS",
            "INRG",
            "INSS",
            "Wilms",
            "Hodgkin (lymphoma)",
            "Deauville",
            "ALL risk",
            "rhabdomyosarcoma",
        ):
            assert f"{system} stage belongs to" in contradictions


def test_johns_own_contradictions_are_named_once(fhir: Path) -> None:
    cases, report = read(fhir / JOHN)
    record = Record.from_cases(cases, report)
    contradictions = named(record.report, "contradiction")
    before = [one for one in contradictions if one == "a treatment of a tumour before its diagnosis"]
    without = [one for one in contradictions if one.startswith("M0 after a metastasis was found")]
    assert len(before) == 1  # the lobectomy of March, the diagnosis of April
    assert len(without) == 1  # cM0 of April, the brain metastasis of May


def test_jenny_m_is_the_same_in_each_release(fhir: Path) -> None:
    releases = ["mcode_stu4_bundles/Bundle-mcode-stu4-cancer-patient-jenny-m.json", "mcode_2.1.0_examples"]
    releases += [path.relative_to(fhir).as_posix() for path in (fhir / "mcode_transaction").glob("*.json")]
    for release in releases:
        (case,) = [
            one for one in read(fhir / release)[0] if one.patient.patient_id == "cancer-patient-jenny-m"
        ]
        (tumour,) = case.tumours
        assert (tumour.site, tumour.laterality, tumour.diagnosed_day) == ("breast", "left", "2018-03-16")
        (operation,) = [one for one in case.treatments if one.modality == "surgery"]
        assert (operation.definitive, operation.residual) == (True, "R0")
        assert operation.pathology_day == "2018-04-05"  # margins of 1 April, in a report issued on the 5th
        after = next(one for one in case.stagings if one.prefix == "p")
        assert (after.t, after.n, after.nodes_examined, after.nodes_positive) == ("T3", "N0", 3, None)
        course = next(one for one in case.treatments if one.modality == "radiotherapy")
        assert (course.dose_gy, course.fractions, course.field) == (60.0, 30, ("chest",))
        assert course.tumour_id is None  # its reason is a cancer of the right breast
        # 3000 thousand neutrophils per microlitre are counts per microlitre in the wrong unit.
        assert "neutrophils" not in {one.name for one in case.observations}


def test_eve_anyperson_has_a_measured_lesion_and_a_stage_without_a_day(fhir: Path) -> None:
    cases, report = read(fhir / "mcode_stu4_bundles/Bundle-mcode-stu4-cancer-patient-eve-anyperson.json")
    (case,) = cases
    (size,) = case.measurements
    assert (size.longest_mm, size.short_mm, size.method) == (12.0, 5.0, "pathology")
    (staging,) = case.stagings
    assert (staging.stage_group, staging.day) == ("IIIC", None)
    assert case.tumours[0].histology is None
    assert named(report, "contradiction") == [
        "a malignant diagnosis with a morphology in situ; the morphology is not taken"
    ]


def test_a_secondary_cancer_of_the_colon_filed_as_a_primary_is_flagged(fhir: Path) -> None:
    cases, report = read(fhir / SYNTHETIC.format("2e00e359-abc8-49aa-b98c-c0cc554acf34"))
    assert not cases[0].tumours
    assert [(one.organ, one.tumour_id) for one in cases[0].sites] == [("colon", None)]
    assert named(report, "contradiction") == [
        "secondary malignant neoplasm of colon filed as a primary; recorded as a site of unknown origin"
    ]


def test_two_primaries_stay_two_and_a_mangled_code_is_read_by_its_words(fhir: Path) -> None:
    (two,), _ = read(fhir / SYNTHETIC.format("0522e580-6775-49f5-b471-b39624280402"))
    assert sorted(one.site or "" for one in two.tumours) == ["breast", "colon"]
    # A spreadsheet turned the code of the lung cancer into 6.7811E+13.
    (mangled,), report = read(fhir / SYNTHETIC.format("b1b10f6e-e97a-426a-9581-f1a5c29b6e05"))
    assert {one.site: one.histology for one in mangled.tumours} == {
        "lung": "small cell carcinoma",
        "prostate": "adenocarcinoma",
    }
    assert "a diagnosis code unknown to paget: read by the words beside it" in named(report, "note")
    # 62 administrations of two drugs, three weeks apart, are two courses.
    assert sorted((one.agents[0], one.start_day, one.end_day) for one in mangled.treatments) == [
        ("cisplatin", "1996-10-10", "1998-09-14"),
        ("etoposide", "1996-10-10", "1998-09-14"),
    ]


def test_plain_r4_without_profiles(fhir: Path) -> None:
    (path,) = (fhir / "synthea_r4").glob("Alejandra*")
    (case,), report = read(path)
    (tumour,) = case.tumours
    assert (tumour.site, tumour.diagnosed_day) == ("colon", "2016-08-01")
    (operation,) = [one for one in case.treatments if one.modality == "surgery"]
    # No intent is told, so whether it was definitive is unknown.
    assert (operation.procedure, operation.definitive, operation.tumour_id) == (
        "partial colectomy",
        None,
        tumour.tumour_id,
    )
    assert all(not one.covers for one in case.studies)
    assert report.format == "FHIR R4: bundle (transaction), gzip"
