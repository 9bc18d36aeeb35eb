"""Public cohorts through the mapping files that paget ships, against counts made without it.

The numbers in capitals are from the descriptions of the data; the rest is counted here with the csv module.
"""

from __future__ import annotations

import csv
import random
from collections import Counter, defaultdict
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from paget.assessment import assess
from paget.intake.mapped import read_mapped
from paget.intake.mapping_file import load_mapping
from paget.record.problems import ImportReport
from paget.record.record import Record

PATIENTS, SAMPLES = 1099, 1134
MAPPINGS = Path(str(resources.files("paget") / "examples" / "mappings"))


def rows(record: Record, table: str) -> list[dict[str, object]]:
    return list(record.tables[table].lazy().collect("polars").iter_rows(named=True))


@pytest.fixture(scope="module")
def msk_file(shared_data: Path) -> Path:
    return shared_data / "crc_msk_2017" / "crc_msk_2017_joined.csv"


@pytest.fixture(scope="module")
def samples(msk_file: Path) -> list[dict[str, str]]:
    with msk_file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


@pytest.fixture(scope="module")
def msk(msk_file: Path) -> tuple[Record, ImportReport]:
    report = ImportReport()
    return read_mapped(msk_file, MAPPINGS / "crc_msk_2017.yaml", report=report), report


def test_every_patient_is_there_and_no_row_is_rejected(msk):
    record, report = msk
    assert len(record.patient_ids()) == PATIENTS
    assert report.read["rows of crc_msk_2017_joined.csv"] == SAMPLES
    assert report.rejected == []
    assert {row["time_base"] for row in rows(record, "patients")} == {"relative"}


@pytest.mark.parametrize(
    ("what", "problems", "patients"),
    [
        ("sequenced before the metastasis", 19, 19),
        ("stage IV, and metastasis after the diagnosis", 3, 3),
        ("survival ends before the entry to the cohort", 86, 82),  # 86 samples of 82 patients
        ("no interval from diagnosis to metastasis", 132, 129),
        ("samples of one patient disagree", 3, 3),
    ],
)
def test_contradictions_are_counted(msk, what, problems, patients):
    _, report = msk
    found = [problem for problem in report.problems if problem.what == what]
    assert (len(found), len({problem.patient_id for problem in found})) == (problems, patients)


def test_the_patients_of_a_contradiction_are_kept(msk):
    record, report = msk
    kept = set(record.patient_ids())
    assert {problem.patient_id for problem in report.problems if problem.patient_id} <= kept


def test_the_first_metastasis_is_so_many_thirtieths_of_a_month_after_the_diagnosis(msk, samples):
    record, _ = msk
    expected: dict[str, set[int]] = defaultdict(set)
    for sample in samples:
        if sample["time_to_metastasis_months"]:
            expected[sample["patient_id"]].add(round(float(sample["time_to_metastasis_months"]) * 30))
    found: dict[str, list[tuple[int, int]]] = defaultdict(list)
    for row in rows(record, "sites"):
        if row["day"] is not None:
            found[row["patient_id"]].append((row["day"], row["day_latest"]))
    first = {who: min(days) for who, days in found.items()}
    assert first == {who: (min(days), max(days)) for who, days in expected.items()}
    assert [who for who, days in expected.items() if len(days) > 1] == ["P-0000616"]  # 1078 and 1085


def test_organs_are_those_named(msk, samples):
    record, _ = msk
    named: dict[str, set[str]] = defaultdict(set)
    for sample in samples:
        named[sample["patient_id"]].update(
            word.strip() for word in sample["first_sites"].split(",") if word.strip()
        )
    organs: dict[str, set[object]] = defaultdict(set)
    for row in rows(record, "sites"):
        organs[str(row["patient_id"])].add(row["organ"])
    for word, organ in (("Liver", "liver"), ("Lung", "lung"), ("Ovary", "ovary"), ("Bone", "bone")):
        assert {who for who, words in named.items() if word in words} <= {
            who for who, found in organs.items() if organ in found
        }
    liver = {who for who, words in named.items() if "Liver" in words}
    assert {who for who, found in organs.items() if "liver" in found} == liver
    # no site listed is unknown, not none: a metastasis of an organ that is not known
    assert {who for who, found in organs.items() if found == {None}} >= {
        sample["patient_id"]
        for sample in samples
        if not named[sample["patient_id"]] and sample["mcrc_type"] != "Early Stage Primary"
    }


def test_patients_said_to_have_no_metastasis_are_m0_on_the_last_day_known(msk, samples):
    record, _ = msk
    free = {sample["patient_id"] for sample in samples} - {
        sample["patient_id"]
        for sample in samples
        if sample["mcrc_type"] != "Early Stage Primary"
        or sample["first_sites"]
        or sample["time_to_metastasis_months"]
    }
    m0 = [row for row in rows(record, "stagings") if row["m"] == "M0"]
    assert {row["patient_id"] for row in m0} == free
    assert len(m0) == len(free) == 116
    assert {row["day"] for row in m0} == {0}
    assert not free & {row["patient_id"] for row in rows(record, "sites")}
    assert len({row["patient_id"] for row in rows(record, "sites")}) == PATIENTS - 116


def test_metastasectomy_has_no_day(msk, samples):
    record, _ = msk
    done = {sample["patient_id"] for sample in samples if sample["metastasectomy"] == "1"}
    treatments = rows(record, "treatments")
    assert {row["patient_id"] for row in treatments} == done
    assert len(treatments) == len(done)
    days = [name for name in treatments[0] if name.endswith(("_day", "_day_latest"))]
    assert all(row[name] is None for row in treatments for name in days)


def test_death_and_last_contact_follow_the_metastasis(msk, samples):
    record, _ = msk
    people = {row["patient_id"]: row for row in rows(record, "patients")}
    expected: dict[str, set[int]] = defaultdict(set)
    for sample in samples:
        if sample["os_months"] and sample["time_to_metastasis_months"]:
            start = round(float(sample["time_to_metastasis_months"]) * 30)
            expected[sample["patient_id"]].add(start + round(float(sample["os_months"]) * 30))
    for sample in samples:
        person, days = people[sample["patient_id"]], expected.get(sample["patient_id"])
        dead = sample["dead"] == "1"
        name, other = ("death_day", "last_contact_day")[:: 1 if dead else -1]
        assert (person[name], person[f"{name}_latest"]) == ((min(days), max(days)) if days else (None, None))
        assert person[other] is None
        assert person["deceased"] is (True if dead else None)


def test_words_that_are_not_understood_are_listed(msk):
    _, report = msk
    assert report.not_understood["column first_sites: 'Abdominal' is not in the value map"] == 10
    assert sum(report.not_understood.values()) == 14


def test_a_case_of_the_cohort_can_be_taken_out(msk):
    record, _ = msk
    case = record.case("P-0000616")
    assert case.patient_id == "P-0000616"


def test_resected_liver_metastases(shared_data: Path):
    file = shared_data / "crlm_tcia" / "crlm_clinical_2022.csv"
    with file.open(encoding="utf-8", newline="") as opened:
        lines = list(csv.DictReader(opened))
    report = ImportReport()
    record = read_mapped(file, MAPPINGS / "crlm_tcia.yaml", report=report)
    assert len(record.patient_ids()) == 197
    people = rows(record, "patients")
    assert sum(row["death_day"] is not None for row in people) == 107
    assert Counter(row["sex"] for row in people) == {"male": 117, "female": 80}
    recurrences = {row["patient_id"]: row["day"] for row in rows(record, "statuses")}
    assert len(recurrences) == 131  # 138 events of disease-free survival less 7 deaths without recurrence
    assert recurrences == {
        line["patient_id"]: round(float(line["months_to_DFS_progression"]) * 30)
        for line in lines
        if line["progression_or_recurrence"] == "1"
    }
    assert report.rejected == []
    assert not report.not_understood


def test_the_order_of_the_rows_changes_nothing(msk, msk_file: Path, tmp_path: Path):
    header, *lines = msk_file.read_text(encoding="utf-8").splitlines()
    random.Random(1).shuffle(lines)
    (tmp_path / "shuffled.csv").write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
    report = ImportReport()
    shuffled = read_mapped(tmp_path / "shuffled.csv", MAPPINGS / "crc_msk_2017.yaml", report=report)

    def content(record: Record, table: str) -> Counter[str]:
        named = ("row_id", "site_id", "source")  # numbered in the order of the file
        return Counter(repr({k: v for k, v in row.items() if k not in named}) for row in rows(record, table))

    for table in msk[0].tables:
        assert content(shuffled, table) == content(msk[0], table), table
    what = [Counter(problem.what for problem in found.problems) for found in (report, msk[1])]
    assert what[0] == what[1]


@pytest.mark.parametrize("mapping", sorted(MAPPINGS.glob("*.yaml")), ids=lambda path: path.stem)
def test_shipped_mappings_can_be_read(mapping: Path):
    found = load_mapping(mapping)
    assert found.title
    assert found.checks


SIX_MONTHS = 182  # floor(30.4375 x 6), as lengths are compared where only relative days are known


@pytest.fixture(scope="module")
def findings(msk) -> dict[str, dict[str, dict[str, Any]]]:
    return {found.patient: found.findings for found in assess(msk[0], ranking=False)}


def test_timing_of_each_patient(findings, samples):
    intervals: dict[str, set[int]] = defaultdict(set)
    for sample in samples:
        if sample["time_to_metastasis_months"]:
            intervals[sample["patient_id"]].add(round(float(sample["time_to_metastasis_months"]) * 30))
    assert len(findings) == PATIENTS
    for patient, days in intervals.items():
        timing = "synchronous" if max(days) <= SIX_MONTHS else "metachronous"
        assert findings[patient]["timing"]["value"] == timing, patient
        assert findings[patient]["timing"]["applies"] is True
    # 129 patients have no interval: 116 are said to have no metastasis, of the others nothing is known
    without = {patient: found["timing"] for patient, found in findings.items() if patient not in intervals}
    assert len(without) == 129
    assert Counter(str(found["applies"]) for found in without.values()) == {"False": 116, "unknown": 13}
    assert {str(found["value"]) for found in without.values() if found["applies"] is False} == {"None"}


def test_organs_named_are_a_lower_bound(findings, msk):
    organs: dict[str, set[object]] = defaultdict(set)
    for row in rows(msk[0], "sites"):
        if row["day"] is not None and row["organ"] not in (None, "peritoneum"):  # its lesions are not counted
            organs[str(row["patient_id"])].add(row["organ"])
    for patient, found in findings.items():
        count = found["organ_count"]
        if count["applies"] is not False:
            assert count["value"] == {"low": len(organs[patient]), "high": None}, patient
