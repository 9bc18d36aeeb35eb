"""The MSK cohort of metastatic colorectal cancer as findings: what the file says, no more and no less.

1,099 patients, 1,134 samples, months that are thirtieths of days, free-text organs, no date of any operation.
What is expected of each patient is read here from the file with the csv module. The import is the subject of
test_mapped_cohorts.py.
"""

from __future__ import annotations

import csv
import json
from collections import Counter, defaultdict
from collections.abc import Iterable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.record import Record

PATIENTS = 1099
MAPPING = Path(str(resources.files("paget") / "examples" / "mappings" / "crc_msk_2017.yaml"))

# Months in a record without dates are floor(30.4375 x n) days
SIX_MONTHS, TWELVE_MONTHS = 182, 365

PERITONEUM = {"Peritoneum", "Omentum", "Mesentery", "Mesentry"}
ONE_ORGAN = (
    {"Uterus"}, {"Ovary", "Adnexa"}, {"Small Bowel", "Duodenum", "Jejunum"}, {"Soft Tissue", "Psoas"},
)  # fmt: skip


class Patient:
    """What the samples of a patient say."""

    def __init__(self, samples: list[dict[str, str]]) -> None:
        self.samples = samples
        self.intervals = {
            round(30 * float(sample["time_to_metastasis_months"]))
            for sample in samples
            if sample["time_to_metastasis_months"]
        }
        words = {word.strip() for sample in samples for word in sample["first_sites"].split(",")} - {""}
        self.words = words
        self.free = all(
            sample["mcrc_type"] == "Early Stage Primary"
            and not sample["first_sites"]
            and not sample["time_to_metastasis_months"]
            for sample in samples
        )

    def any(self, condition: Any) -> bool:
        return any(condition(sample) for sample in self.samples)

    def organs(self, known: Iterable[str]) -> int:
        """How many organs are named for certain, the peritoneum aside."""
        named = self.words & set(known) - PERITONEUM
        for group in ONE_ORGAN:
            if named & group:
                named = named - group | {min(group)}
        return len(named)


@pytest.fixture(scope="module")
def msk_file(shared_data: Path) -> Path:
    return shared_data / "crc_msk_2017" / "crc_msk_2017_joined.csv"


@pytest.fixture(scope="module")
def patients(msk_file: Path) -> dict[str, Patient]:
    samples: dict[str, list[dict[str, str]]] = defaultdict(list)
    with msk_file.open(encoding="utf-8", newline="") as opened:
        for sample in csv.DictReader(opened):
            samples[sample["patient_id"]].append(sample)
    return {who: Patient(rows) for who, rows in samples.items()}


@pytest.fixture(scope="module")
def record(msk_file: Path) -> Record:
    return paget.read(msk_file, map=MAPPING)


@pytest.fixture(scope="module")
def assessed(record: Record) -> list[dict[str, Any]]:
    return [one.to_dict() for one in paget.assess(record, ranking=False)]


@pytest.fixture(scope="module")
def findings(assessed) -> dict[str, dict[str, Any]]:
    return {one["patient"]: one["findings"] for one in assessed}


@pytest.fixture(scope="module")
def understood(record: Record, patients: dict[str, Patient]) -> set[str]:
    """The words of the file that name an organ; the others are in the report."""
    refused = {
        text.split("'")[1] for text in record.report.not_understood if text.startswith("column first_sites")
    }
    return {word for patient in patients.values() for word in patient.words} - refused


def test_a_line_for_each_patient_none_dropped(assessed, patients):
    assert len(assessed) == len(patients) == PATIENTS
    assert {one["patient"] for one in assessed} == set(patients)
    assert {one["tumour"] for one in assessed} == {"primary"}
    # no dates: the decision day is a number of days from the diagnosis
    assert {type(one["as_of"]) for one in assessed} == {int}
    assert len(json.dumps(assessed)) > PATIENTS


def test_timing(findings, patients):
    found: Counter[str] = Counter()
    for who, patient in patients.items():
        timing = findings[who]["timing"]
        if patient.intervals:
            late = {days > SIX_MONTHS for days in patient.intervals}
            assert len(late) == 1
            assert timing["value"] == ("metachronous" if late.pop() else "synchronous"), who
            assert timing["applies"] is True
            found[timing["value"]] += 1
    # counted with awk: the first sample of each patient with an interval, months x 30 at most 182
    assert found == {"synchronous": 688, "metachronous": 282}
    assert found.total() == PATIENTS - 129


def test_diagnosis_to_metastasis_is_the_interval_of_the_file(findings, patients):
    for who, patient in patients.items():
        value = findings[who]["diagnosis_to_metastasis_days"]["value"]
        if len(patient.intervals) == 1:
            assert value == min(patient.intervals), who
        elif patient.intervals:
            # two samples disagree: either may be right, so both ends of the interval are kept
            assert value == {"low": min(patient.intervals), "high": max(patient.intervals)}, who


def test_at_the_boundary_within_three_days(findings, patients):
    for who, patient in patients.items():
        if len(patient.intervals) == 1:
            near = abs(min(patient.intervals) - SIX_MONTHS) <= 3
            assert findings[who]["timing"]["at_boundary"] is near, who


def test_the_interval_free_of_disease_is_0_with_the_primary_and_at_most_that_to_the_diagnosis(
    findings, patients
):
    """When the primary was removed the file does not say: after the diagnosis."""
    for who, patient in patients.items():
        value = findings[who]["disease_free_interval_days"]["value"]
        if patient.intervals == {0}:
            assert value == 0, who
        elif len(patient.intervals) == 1:
            assert value == {"low": 0, "high": min(patient.intervals)}, who
            if max(patient.intervals) <= TWELVE_MONTHS and patient.any(lambda s: s["primary_site"]):
                assert findings[who]["interval_class"]["value"] == "12 months or less"


def test_without_metastasis_findings_about_it_do_not_apply(findings, patients):
    free = {who for who, patient in patients.items() if patient.free}
    assert len(free) == 116
    about_metastasis = (
        "timing", "diagnosis_to_metastasis_days", "disease_free_interval_days", "interval_class",
        "lesion_count", "organ_count", "largest_lesion_mm", "total_volume_ml", "sum_of_cubes_cm3",
        "oligometastatic_state",
    )  # fmt: skip
    for name in about_metastasis:
        found = {who for who, each in findings.items() if each[name]["applies"] is False}
        assert found == free, name
        for who in free:
            assert findings[who][name]["value"] is None
            assert "metastasis" in findings[who][name]["why"]
    assert {who for who, each in findings.items() if each["m_category"]["value"] == "M0"} == free


def test_without_interval_and_not_said_to_be_free_nothing_is_known(findings, assessed, patients):
    silent = {who for who, patient in patients.items() if not patient.intervals and not patient.free}
    assert len(silent) == 129 - 116
    # all later days are counted from the metastasis: the last day known is that of the diagnosis
    assert {one["as_of"] for one in assessed if one["patient"] in silent} == {0}
    for who in silent:
        found = findings[who]
        assert found["timing"]["applies"] == "unknown"
        assert "synchronous" in found["timing"]["value"]  # and nothing else, if there was one by that day
        assert found["m_category"]["value"] == ["M0", "M1c", "M1b", "M1a"]
        assert found["organ_count"]["value"] == {"low": 0, "high": None}


def test_organs_named_are_a_lower_bound(findings, patients, understood):
    counts: Counter[int] = Counter()
    for who, patient in patients.items():
        if patient.intervals:
            low = patient.organs(understood)
            assert findings[who]["organ_count"]["value"] == {"low": low, "high": None}, (who, patient.words)
            assert findings[who]["lesion_count"]["value"]["low"] >= low
            assert findings[who]["lesion_count"]["value"]["high"] is None
            counts[low] += 1
    assert max(counts) >= 4
    assert counts[1] > counts[2] > counts[3] > 0


def test_no_organ_listed_is_unknown_and_not_none(findings, patients):
    nowhere = {who for who, patient in patients.items() if patient.intervals and not patient.words}
    assert nowhere
    for who in nowhere:
        assert findings[who]["organ_count"]["applies"] is True
        assert findings[who]["organ_count"]["value"] == {"low": 0, "high": None}
        assert findings[who]["m_category"]["value"] == ["M1c", "M1b", "M1a"]
        assert findings[who]["fong_score"]["applies"] == "unknown"


def test_m_category_from_organs_named(findings, patients, understood):
    for who, patient in patients.items():
        if not patient.intervals:
            continue
        value = findings[who]["m_category"]["value"]
        if not patient.any(lambda sample: sample["primary_site"]):
            assert findings[who]["m_category"]["applies"] == "unknown", who
        if patient.words & PERITONEUM:
            assert value == "M1c", who
        elif patient.organs(understood) > 1:
            assert value == ["M1c", "M1b"], who
        else:
            assert value == ["M1c", "M1b", "M1a"], who  # one is named; others are not excluded


def test_too_many_organs_or_the_peritoneum_are_polymetastatic_whatever_is_missing(
    findings, patients, understood
):
    for who, patient in patients.items():
        if patient.intervals:
            certain = patient.words & (PERITONEUM | {"Pleura"}) or patient.organs(understood) > 3
            state = findings[who]["oligometastatic_state"]["value"]
            assert (state == "polymetastatic") is bool(certain), who


def test_a_synchronous_liver_metastasis_gets_the_point_of_the_interval(findings, patients):
    asked = 0
    for who, patient in patients.items():
        if patient.intervals == {0} and "Liver" in patient.words:
            score = findings[who]["fong_score"]
            assert score["applies"] is (True if patient.any(lambda s: s["primary_site"]) else "unknown")
            assert score["value"] == {"low": 1, "high": 5}, who
            asked += 1
    assert asked > 300


# Its contradictions, counted again from the file, all there and all named where they are looked for


def stage_iv_later(sample: dict[str, str]) -> bool:
    interval = sample["time_to_metastasis_months"]
    return sample["stage_at_diagnosis"] == "IV" and bool(interval) and float(interval) > 0


def dead_before_entry(sample: dict[str, str]) -> bool:
    survival, entry = sample["os_months"], sample["time_met_dx_to_sequencing_months"]
    return bool(survival and entry) and float(survival) < float(entry)


def negative(sample: dict[str, str]) -> bool:
    entry = sample["time_met_dx_to_sequencing_months"]
    return bool(entry) and float(entry) < 0


COMPARED = (
    "stage_at_diagnosis", "time_to_metastasis_months", "first_sites", "metastasectomy", "os_months", "dead",
)  # fmt: skip
CONTRADICTIONS = {
    "sequenced before the metastasis": (19, lambda patient: patient.any(negative)),
    "stage IV, and metastasis after the diagnosis": (3, lambda patient: patient.any(stage_iv_later)),
    "survival ends before the entry to the cohort": (82, lambda patient: patient.any(dead_before_entry)),
    "no interval from diagnosis to metastasis": (129, lambda patient: not patient.intervals),
    "samples of one patient disagree": (
        3,
        lambda patient: any(len({s[name] for s in patient.samples} - {""}) > 1 for name in COMPARED),
    ),
}


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_contradictions_are_those_of_the_file(record, patients, findings, what):
    number, holds = CONTRADICTIONS[what]
    expected = {who for who, patient in patients.items() if holds(patient)}
    named = {problem.patient_id for problem in record.report.problems if problem.what == what}
    assert len(expected) == number
    assert named == expected
    assert named <= set(findings)  # kept, and assessed


@pytest.mark.parametrize("what", CONTRADICTIONS)
def test_the_brief_of_a_patient_names_its_contradiction(record, what):
    problem = next(problem for problem in record.report.problems if problem.what == what)
    brief = paget.brief(record, patient=problem.patient_id)
    assert what in " ".join(remark.text for remark in brief.remarks)
    assert what in brief.html()
