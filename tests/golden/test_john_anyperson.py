"""From public FHIR examples to a brief: John Anyperson's lung cancer, and all other example patients.

The examples were written to show profiles, not a course of disease: stages of many cancers on one patient, an
operation before the diagnosis. A brief names that, and mixes none of it in.
"""

from __future__ import annotations

import gzip
import html
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.brief import BriefData
from paget.errors import BadInput
from paget.record import Record

JOHN = "cancer-patient-john-anyperson"
SOURCES = {
    "mCODE 4": f"mcode_stu4_bundles/Bundle-mcode-stu4-{JOHN}.json",
    "mCODE 2.1": "mcode_2.1.0_examples",
}
MISFILED = "synthea_mcode/Bundle-synthea-mcode-2e00e359-abc8-49aa-b98c-c0cc554acf34.json"
TWO = "synthea_mcode/Bundle-synthea-mcode-0522e580-6775-49f5-b471-b39624280402.json"
STAGE_IV = "synthea_mcode/Bundle-synthea-mcode-1d996507-b0e3-4ef8-ab62-9db3bd808105.json"


@pytest.fixture(scope="module")
def fhir(shared_data: Path) -> Path:
    return shared_data / "fhir"


@pytest.fixture(scope="module", params=SOURCES)
def brief(fhir: Path, request: pytest.FixtureRequest) -> BriefData:
    return paget.brief(paget.read(fhir / SOURCES[request.param]), patient=JOHN)


@pytest.fixture(scope="module", params=SOURCES)
def findings(fhir: Path, request: pytest.FixtureRequest) -> dict[str, dict[str, Any]]:
    (found,) = paget.assess(paget.read(fhir / SOURCES[request.param]), patient=JOHN)
    return found.findings


def words(page: str) -> str:
    """What a reader sees of a page, on one line."""
    shown = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))


def contradictions(brief: BriefData) -> str:
    """Everything that the brief names as a contradiction of the record."""
    named = [remark for remark in brief.remarks if remark.kind == "contradiction"]
    return json.dumps([[remark.place, remark.text, remark.alike] for remark in named], default=str)


# John Anyperson


def test_the_brief_tells_the_disease(brief):
    for said in (brief.text(width=200).lower(), words(brief.html()).lower()):
        assert "non-small cell carcinoma" in said
        assert "left lung" in said
        assert "brain" in said
        assert "lobectomy" in said
        assert "1 mar 2019" in said
        assert "1 may 2019" in said


def test_his_findings(findings):
    # Diagnosis 1 April, brain metastasis 1 May 2019
    assert findings["diagnosis_to_metastasis_days"]["value"] == 30
    assert findings["timing"]["value"] == "synchronous"
    # One organ is involved; of how many lesions nobody says, and no staging excludes more.
    for name in ("lesion_count", "organ_count"):
        assert findings[name]["value"] == {"low": 1, "high": None}
    assert findings["largest_lesion_mm"]["value"] == {"low": 0, "high": None}
    # Residual tumour after the lobectomy is not told, so 0 is possible, and more.
    interval = findings["disease_free_interval_days"]["value"]
    assert interval["low"] == 0
    assert interval["high"] > 0
    assert len(findings["oligometastatic_state"]["value"]) == 4
    for name in ("fong_score", "m_category", "interval_class"):
        assert findings[name]["applies"] is False


def test_what_is_missing_is_said(brief, findings):
    (part,) = brief.parts
    assert part.missing
    said = brief.text(width=200).lower()
    for lacking in ("what is missing", "staging", "residual tumour", "not documented", "not judged"):
        assert lacking in said
    assert findings["oligometastatic_state"]["missing"]
    assert findings["lesion_count"]["missing"] == ["lesion_count"]


def test_the_contradictions_of_both_files_are_named(brief):
    named = contradictions(brief)
    assert "a treatment of a tumour before its diagnosis" in named  # lobectomy 1 March, diagnosis 1 April
    assert "M0 after a metastasis was found, or at most 60 days before" in named  # cM0 on 1 April
    page = words(brief.html())
    assert "a treatment of a tumour before its diagnosis" in page
    assert "M0 after a metastasis was found, or at most 60 days before" in page


OTHER_CANCERS = {
    "leukaemia": ("Binet", "Rai", "ALL risk"),
    "melanoma": ("Breslow", "Clark"),
    "prostate": ("Gleason",),
    "gynaecological": ("FIGO",),
    "lymphoma": ("Hodgkin", "Deauville"),
    "myeloma": ("ISS", "R-ISS"),
    "neuroblastoma": ("INRG", "INSS"),
    "kidney": ("Wilms",),
    "rhabdomyosarcoma": ("rhabdomyosarcoma",),
}


def test_stages_of_other_cancers_are_named_and_not_mixed_in(fhir):
    brief = paget.brief(paget.read(fhir / SOURCES["mCODE 4"]))
    named, page = contradictions(brief), words(brief.html())
    for cancer, systems in OTHER_CANCERS.items():
        for system in systems:
            assert re.search(rf"{re.escape(system)}[^.]* stage belongs to [^.]*{cancer}", named), system
            assert f"{system} " in page
    for part in brief.parts:
        told = repr(part)
        assert "Lobectomy" in told
        for systems in OTHER_CANCERS.values():
            assert not [system for system in systems if re.search(rf"\b{re.escape(system)}\b", told)]
    case = paget.read(fhir / SOURCES["mCODE 4"]).case(JOHN)
    assert [(staging.t, staging.n, staging.m, staging.stage_group) for staging in case.stagings] == [
        ("T3", "N3", "M0", "IIIC")
    ]


# The other patients of the examples


def sources(fhir: Path) -> Iterator[Path]:
    yield from sorted((fhir / "mcode_stu4_bundles").glob("*.json"))
    yield from sorted((fhir / "synthea_mcode").glob("*.json"))
    yield from sorted((fhir / "synthea_r4").glob("*.gz"))
    yield from sorted((fhir / "mcode_transaction").glob("*.json"))
    yield fhir / "mcode_2.1.0_examples"
    yield fhir / "mcode_stu1"


@pytest.fixture(scope="module")
def read(fhir: Path) -> dict[str, Record]:
    return {path.relative_to(fhir).as_posix(): paget.read(path) for path in sources(fhir)}


def resources(path: Path) -> int:
    """How many resources there are in a file or folder, counted without paget."""
    if path.is_dir():
        return sum(resources(one) for one in path.glob("*.json"))
    data = path.read_bytes()
    tree = json.loads(gzip.decompress(data) if path.suffix == ".gz" else data)
    return len(tree["entry"]) if tree["resourceType"] == "Bundle" else 1


def test_every_patient_has_a_brief(read):
    assert len(read) == 3 + 10 + 6 + 1 + 2
    for source, record in read.items():
        for patient in record.patient_ids():
            if (source, patient) == ("mcode_stu1", "mCODEPatientExample02"):
                continue
            brief = paget.brief(record, patient=patient)
            case = record.case(patient)
            assert len(brief.parts) == max(1, len({tumour.tumour_id for tumour in case.tumours})), source
            assert brief.html().rstrip().endswith("</html>")
            assert brief.text(width=100)


def test_a_patient_of_whom_no_day_is_recorded_needs_a_decision_day(read):
    alone = "mCODEPatientExample02"
    with pytest.raises(BadInput, match="no day is recorded"):
        paget.brief(read["mcode_stu1"], patient=alone)
    brief = paget.brief(read["mcode_stu1"], "2020-01-01", patient=alone)
    assert "No primary tumour recorded" in brief.text(width=100)


def test_the_report_counts_every_resource_once(read, fhir):
    for source, record in read.items():
        report = record.report
        counted = sum(number for kind, number in report.read.items() if kind[0].isupper())
        total = counted + report.ignored.total() + report.not_understood.total()
        assert total == resources(fhir / source), source
        assert "FHIR" in report.format


def test_the_page_says_what_was_read_and_what_was_not(read):
    for source, record in read.items():
        brief = paget.brief(record, "2021-01-01", patient=record.patient_ids()[0])
        assert record.report.format in brief.import_words, source
        for number, said in (
            (record.report.ignored.total(), "ignored"),
            (record.report.not_understood.total(), "not understood"),
        ):
            assert (f"{number:,} {said}" in brief.import_words) is bool(number), source


def test_a_metastasis_filed_as_a_primary_is_flagged(read):
    brief = paget.brief(read[MISFILED])
    (part,) = brief.parts
    assert part.tumour == ""  # no primary is made of it
    assert "secondary malignant neoplasm of colon filed as a primary" in contradictions(brief)
    page = words(brief.html())
    assert "secondary malignant neoplasm of colon filed as a primary" in page
    assert "No primary tumour recorded" in page
    (found,) = paget.assess(read[MISFILED])
    assert found.tumour == ""
    assert found.findings["lesion_count"]["value"] == {"low": 1, "high": None}  # drugs do not remove it
    assert found.findings["timing"]["value"] == ["synchronous", "metachronous"]


def test_two_primaries_stay_two(read):
    two = paget.assess(read[TWO])
    assert len(two) == len({one.tumour for one in two}) == 2
    sites = {tumour.tumour_id: tumour.site for tumour in read[TWO].case(two[0].patient).tumours}
    assert {sites[one.tumour]: one.findings["m_category"]["applies"] for one in two} == {
        "colon": True,
        "breast": False,
    }
    brief = paget.brief(read[TWO])
    assert sorted("colon" in part.title.lower() for part in brief.parts) == [False, True]
    assert sorted("breast" in part.title.lower() for part in brief.parts) == [False, True]


def test_a_stated_m1_is_no_metastasis_that_nobody_knows(read):
    """Stage IV without a metastasis in the record: said on the page, and never taken for no metastasis."""
    assert "M1 or stage IV although no metastasis is recorded" in contradictions(paget.brief(read[STAGE_IV]))
    (found,) = paget.assess(read[STAGE_IV])
    assert found.findings["timing"]["applies"] is not False
    assert found.findings["lesion_count"]["value"]["high"] is None


def test_nothing_is_made_of_patients_without_a_word_on_metastasis(read):
    """Of a synthetic patient whose file names one primary and drugs, nothing about metastases is known."""
    source = "synthea_mcode/Bundle-synthea-mcode-3047ebac-457b-4a6d-85eb-f59eef4f76cc.json"
    (found,) = paget.assess(read[source])
    assert found.findings["timing"]["applies"] == "unknown"
    assert found.findings["m_category"]["value"] == ["M0", "M1c", "M1b", "M1a"]
    assert found.findings["lesion_count"]["value"] == {"low": 0, "high": None}
    assert found.most_informative_missing
