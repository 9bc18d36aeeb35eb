"""What each FHIR resource becomes: small bundles of our own, each showing one rule, and the rows of it."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from paget.errors import BadInput, NotFound
from paget.intake.fhir import read_fhir
from paget.intake.fhir.read import read_rows
from paget.record.problems import ImportReport
from paget.record.record import Record

BUNDLES = Path(__file__).parent / "fhir"
Row = dict[str, Any]


def read(name: str, **options: Any) -> tuple[dict[str, list[Row]], ImportReport]:
    """The rows of the one patient of a bundle of ours, and the report."""
    found, report = read_rows(BUNDLES / name, **options)
    ((_, rows),) = found
    return rows, report


def only(rows: list[Row], **where: Any) -> Row:
    """The one row with these values."""
    (row,) = [row for row in rows if all(row.get(name) == value for name, value in where.items())]
    return row


def said(report: ImportReport, kind: str) -> list[str]:
    return [problem.what for problem in report.problems if problem.kind == kind]


def counted(report: ImportReport) -> int:
    """All resources in the report; rows of tables are counted under names in lower case."""
    read = sum(number for name, number in report.read.items() if name[0].isupper())
    return read + report.ignored.total() + report.not_understood.total()


def resources(path: Path) -> int:
    tree = json.loads(path.read_text())
    return len(tree["entry"]) if tree["resourceType"] == "Bundle" else 1


def test_a_colon_cancer_with_liver_metastases_comes_out_whole() -> None:
    rows, report = read("colon.json")
    assert only(rows["patients"]) == {
        "patient_id": "p1",
        "sex": "male",
        "birth_day": "1957-06",
        "source": "colon.json#Patient/p1",
    }
    tumour = only(rows["tumours"])
    assert (tumour["tumour_id"], tumour["site"], tumour["diagnosed_day"]) == ("c1", "colon", "2020-03-10")
    site = only(rows["sites"])
    assert (site["site_id"], site["tumour_id"], site["organ"], site["day"]) == (
        "m1",
        "c1",
        "liver",
        "2022-05-02",
    )
    operation = only(rows["treatments"])
    assert operation["procedure"] == "Laparoscopic right hemicolectomy"
    assert (operation["modality"], operation["approach"], operation["intent"]) == (
        "surgery",
        "laparoscopic",
        "curative",
    )
    assert operation["definitive"] is True
    assert operation["start_day"] == operation["end_day"] == "2020-04-01"
    assert (operation["residual"], operation["pathology_day"]) == ("R0", "2020-04-06")
    marker = only(rows["observations"])
    assert (marker["name"], marker["low"], marker["high"], marker["unit"]) == ("cea", 40.0, 40.0, "ng/mL")
    study = only(rows["studies"])
    assert (study["kind"], study["covers"]) == ("ct", ["chest", "abdomen", "pelvis"])
    assert (study["day"], study["known_day"]) == ("2022-05-02", "2022-05-04")
    assert not report.problems


@pytest.mark.parametrize("name", sorted(path.name for path in BUNDLES.glob("*.json")))
def test_every_resource_is_counted_once(name: str) -> None:
    found, report = read_rows(BUNDLES / name, patient="anna" if name == "two_patients.json" else None)
    list(found)
    assert counted(report) == resources(BUNDLES / name)


@pytest.mark.parametrize("name", sorted(path.name for path in BUNDLES.glob("*.json")))
def test_each_bundle_becomes_a_case_and_a_record(name: str) -> None:
    cases, report = read_fhir(BUNDLES / name, patient="anna" if name == "two_patients.json" else None)
    record = Record.from_cases(cases, report)
    assert len(list(record.patient_ids())) == 1
    assert not [problem for problem in report.problems if problem.column == "row_id"]
    for case in record.cases():
        assert all(row.source.startswith(name + "#") for row in case.tumours)


def test_three_encodings_of_a_diagnosis_say_the_same() -> None:
    found, _ = read_rows(BUNDLES / "encodings.ndjson")
    tumours = {patient: only(rows["tumours"]) for patient, rows in found}
    assert {patient: row["site"] for patient, row in tumours.items()} == dict.fromkeys(
        ("snomed", "icd10", "icdo"), "lung"
    )
    assert {row["histology"] for row in tumours.values()} == {"adenocarcinoma"}
    # ICD-10-CM C34.12: upper lobe, left. The SNOMED CT code names no side.
    assert {patient: row.get("laterality") for patient, row in tumours.items()} == {
        "snomed": None,
        "icd10": "left",
        "icdo": "left",
    }


def test_what_is_retracted_refuted_or_not_done_is_no_fact() -> None:
    rows, report = read("retracted.json")
    assert [row["tumour_id"] for row in rows["tumours"]] == ["c1"]
    assert not rows.get("treatments")
    assert not rows.get("observations")
    assert not rows.get("studies")
    assert only(rows["sites"])["site_id"] == "x4"  # provisional: there, and whether it is tumour is open
    assert only(rows["judgements"])["certainty"] == "indeterminate"
    assert report.ignored == {
        "Condition: refuted": 1,
        "Condition: entered in error": 1,
        "Condition: not confirmed": 1,
        "Procedure: not done": 1,
        "Procedure: entered in error": 1,
        "Observation: cancelled": 1,
        "Observation: preliminary": 1,
        "MedicationAdministration: not done": 1,
        "MedicationRequest: a plan or proposal, not an order": 1,
        "DiagnosticReport: entered in error": 1,
    }
    assert "a primary cancer that is not confirmed: not read as a tumour" in said(report, "note")


def test_a_secondary_cancer_filed_as_a_primary_is_a_site_and_named() -> None:
    rows, report = read("secondary_as_primary.json")
    assert not rows.get("tumours")
    assert [(row["organ"], row.get("tumour_id")) for row in rows["sites"]] == [
        ("colon", None),
        ("liver", None),
        ("bone", None),
        ("lung", None),
    ]
    assert said(report, "contradiction") == [
        "secondary malignant neoplasm of colon filed as a primary; recorded as a site of unknown origin",
        "secondary malignant neoplasm of liver filed as a primary; recorded as a site of unknown origin",
        "primary malignant neoplasm of lung filed as a secondary; recorded as a site of unknown origin",
    ]
    assert "a secondary cancer whose primary is not told" in said(report, "note")


def test_two_primaries_stay_two() -> None:
    rows, report = read("two_primaries.json")
    assert [(row["tumour_id"], row["site"]) for row in rows["tumours"]] == [("b1", "breast"), ("k1", "colon")]
    assert [(row["tumour_id"], row["stage_group"]) for row in rows["stagings"]] == [
        ("b1", "IA"),
        ("k1", "IIB"),
    ]
    assert report.not_understood == {"Observation: of which primary is not told": 1}


def test_five_ways_to_say_residual_tumour() -> None:
    rows, report = read("residual.json")
    residual = {row["treatment_id"]: row.get("residual") for row in rows["treatments"]}
    assert residual == {
        "op1": "R0",  # a code list under LOINC 84892-9
        "op2": "R2",  # SNOMED CT 17964000, in words
        "op3": "R1",  # the outcome of the procedure
        "op4": "R0",  # the margin: uninvolved
        "op5": "R0 or R1",  # a text, undecided
        "op6": "R0 or R1",  # two statements that differ: both stay possible
    }
    known = {row["treatment_id"]: row.get("pathology_day") for row in rows["treatments"]}
    assert known["op1"] == "2020-01-09"  # issued, four days after it was found
    assert known["op3"] is None  # an outcome is not dated
    assert said(report, "contradiction") == [
        "two statements of residual tumour after one operation: both are kept as possible"
    ]


def test_one_lesion_is_one_tumour_identifier() -> None:
    rows, report = read("lesions.json")
    assert not rows["sites"]  # the lesions stand for it
    lesions = {row["lesion_id"]: row for row in rows["lesions"]}
    assert sorted(lesions) == ["c1-primary", "t1", "t2", "t3"]
    assert (lesions["t1"]["relation"], lesions["t1"]["organ"]) == ("distant", "liver")
    assert lesions["t1"]["location"] == "segment iv"
    # Several lesions of one condition: each was found when it was first measured.
    assert {name: row["found_day"] for name, row in lesions.items()} == {
        "t1": "2022-05-02",
        "t2": "2022-06-02",
        "t3": "2022-05-02",  # never measured: when the condition began
        "c1-primary": "2020-03-10",
    }
    sizes = [(row["lesion_id"], row["day"], row["longest_mm"]) for row in rows["measurements"]]
    assert sizes == [
        ("t1", "2022-05-02", 32.0),
        ("t1", "2022-08-02", 28.0),
        ("t2", "2022-06-02", 5.7),  # 0.57 cm, not 5.699999999999999
        ("c1-primary", "2022-09-02", 41.0),
    ]
    assert only(rows["measurements"], day="2022-05-02")["short_mm"] == 21.0
    assert said(report, "rejected") == ["a size without a unit"]
    assert report.not_understood == {"Observation: a size without a unit": 1}
    loose = only(rows["observations"], name="tumour size")
    assert (loose["low"], loose["unit"]) == (9.0, "mm")


def test_a_specimen_with_a_lesions_identifier_shows_that_it_was_removed() -> None:
    rows, _ = read("lesions.json")
    # t1 by the specimen of the day of the operation; t2 had a biopsy, and what became of it is unknown.
    assert {row["lesion_id"]: row.get("removed") for row in rows["targets"]} == {
        "t1": True,
        "t2": None,
        "t3": None,
    }
    assert len({row["row_id"] for row in rows["targets"]}) == 3


def test_markers_with_limits_units_and_fluids() -> None:
    rows, report = read("markers.json")
    cea = [(row["day"], row.get("low"), row.get("high"), row.get("unit")) for row in rows["observations"]
           if row["name"] == "cea"]  # fmt: skip
    assert cea == [
        ("2020-01-01", 0.0, 0.5, "ng/mL"),
        ("2020-01-02", 7.0, 7.0, "ug/L"),
        ("2020-01-03", 30.0, 30.0, "pmol/L"),  # refused by the record, below
        ("2020-01-06", 200.0, None, "ng/mL"),
    ]
    assert "Observation: CEA in a fluid that is not serum" in report.ignored
    assert said(report, "rejected") == [
        "cea: a number without a unit",
        "cea: something else where a number belongs",
        "neutrophils: beyond what is possible in that unit",
    ]
    words = {row["name"]: row["text"] for row in rows["observations"] if "text" in row}
    assert words == {"kras": "mutated", "braf": "wild type", "msi": "stable"}
    assert only(rows["observations"], name="ca 19-9")["unit"] == "[IU]/mL"
    assert only(rows["observations"], name="haemoglobin")["unit"] == "g/dL"
    assert only(rows["observations"], name="karnofsky")["low"] == 80.0  # by its coded answer


def test_the_record_converts_units_and_refuses_the_impossible() -> None:
    cases, report = read_fhir(BUNDLES / "markers.json")
    (case,) = cases
    assert "2020-01-03" not in {row.day for row in case.observations if row.name == "cea"}  # pmol/L
    assert [row.low for row in case.observations if row.name == "ecog"] == [1.0]  # not 7
    # Each names its resource, and a resource of which nothing is left was not read.
    refused = {problem.source for problem in report.rejected if problem.table == "observations"}
    assert refused == {f"markers.json#Observation/{name}" for name in ("c", "e", "g", "p", "s")}
    assert report.not_understood["Observation: its row was rejected"] == 2
    assert counted(report) == resources(BUNDLES / "markers.json")


def test_staging_of_one_day_and_kind_is_one_statement() -> None:
    rows, report = read("staging.json")
    clinical = only(rows["stagings"], prefix="c")
    assert {
        name: clinical[name] for name in ("t", "n", "m", "stage_group", "edition", "day", "tumour_id")
    } == {
        "t": "T3",
        "n": "N1a",
        "m": "M0",
        "stage_group": "IIIB",
        "edition": "8",
        "day": "2020-03-14",
        "tumour_id": "c1",
    }
    after = only(rows["stagings"], prefix="yp")
    assert (after["t"], after["n"], after["nodes_positive"], after["nodes_examined"]) == ("T2", "N0", 0, 14)
    assert report.not_understood == {"Observation: its tumour is not in this source": 1}
    assert report.ignored["Observation: no value"] == 1


def test_a_stage_of_another_disease_is_named_and_not_mixed_in() -> None:
    rows, report = read("staging.json")
    (contradiction,) = said(report, "contradiction")
    assert contradiction.startswith(
        "Gleason stage belongs to prostate cancer and cannot stage a tumour of colon"
    )
    assert contradiction.endswith("its focus Condition/elsewhere is not in this source")
    assert only(rows["observations"])["name"] == "dukes stage"  # fits a colon


def test_only_a_final_report_closes_what_it_covers() -> None:
    rows, report = read("studies.json")
    studies = {row["source"].rsplit("/", 1)[1]: row for row in rows["studies"]}
    assert studies["final"]["covers"] == ["chest", "abdomen", "pelvis"]
    assert studies["final"]["known_day"] == "2021-05-03"
    assert studies["final"]["result"] == "No liver lesion."
    assert {name for name, row in studies.items() if "covers" in row} == {"final"}
    assert studies["early"]["kind"] == "mr"
    assert studies["guided"]["kind"] == "biopsy"
    assert studies["colonoscopy"]["kind"] == "endoscopy"
    assert studies["path"]["kind"] == "pathology"
    assert studies["alone"]["kind"] == "mr"
    assert "reported" not in studies  # the report is the study
    assert "a report that is not final: it closes no question" in said(report, "note")
    assert "a study whose region is not told: it closes no question" in said(report, "note")
    # A value without a day of issue is known when the report that holds it was issued.
    assert only(rows["observations"])["known_day"] == "2021-05-07"


def test_references_are_resolved_here_or_not_at_all() -> None:
    rows, report = read("references.json")
    origin = {row["site_id"]: row.get("tumour_id") for row in rows["sites"]}
    assert origin == {"m1": "c1", "m2": None, "m3": None}
    assert only(rows["treatments"])["agents"] == ["oxaliplatin"]  # the contained medication
    assert only(rows["treatments"])["tumour_id"] == "c1"
    assert report.not_understood == {
        "Observation: its subject cannot be found here, and no address is followed": 3
    }
    notes = " ".join(said(report, "note"))
    assert "http://169.254.169.254/latest/meta-data" in notes
    assert "http://other.example.org/fhir/Condition/c1" in notes
    assert report.ignored == {"Bundle: entry without a resource": 1}


def test_partial_dates_time_zones_and_known_days() -> None:
    rows, report = read("dates.json")
    tumours = {row["tumour_id"]: row for row in rows["tumours"]}
    assert tumours["c1"]["diagnosed_day"] == "2020-03"
    assert tumours["c1"]["known_day"] == "2020-04-02"  # as written, not moved to another time zone
    assert tumours["c2"]["diagnosed_day"] == "2021-01-15"
    assert "no onset: the day it was recorded stands for the diagnosis" in said(report, "note")
    # Born on 5 March 1950, at 60 years: from the 60th birthday to the eve of the 61st, and a little wider.
    assert tumours["c3"]["diagnosed_day"] == "2010-03-05/2011-03-08"
    assert tumours["c4"]["diagnosed_day"] == "2019"
    cea = {row["source"].rsplit("/", 1)[1]: row for row in rows["observations"]}
    assert (cea["o1"]["day"], cea["o1"]["known_day"]) == ("2020-03-31", "2020-04-02")
    assert ("day" not in cea["o2"], cea["o2"]["known_day"]) == (True, "2020-05-05")  # nothing else dates it
    assert "known_day" not in cea["o3"]  # issued before it was taken: its own day counts


def test_a_day_that_the_calendar_does_not_have_rejects_its_row() -> None:
    cases, report = read_fhir(BUNDLES / "dates.json")
    (case,) = cases
    assert len(case.observations) == 3
    assert [problem.column for problem in report.rejected] == ["day"]


def test_old_negations_and_modifiers_keep_a_resource_from_being_a_fact() -> None:
    rows, report = read("odd.json")
    assert [row["tumour_id"] for row in rows["tumours"]] == ["c1"]
    assert not rows.get("sites")
    assert not rows.get("treatments")
    assert report.ignored == {
        "Condition: entered in error": 1,
        "Procedure: not done": 1,
        "MedicationStatement: not given": 1,
    }
    assert report.not_understood == {"Condition: an extension that changes its meaning": 1}
    assert any("marked as a recurrence" in note for note in said(report, "note"))


def test_dead_on_an_unknown_day_is_not_lost() -> None:
    rows, report = read("death.json")
    patient = only(rows["patients"])
    assert (patient["deceased"], patient.get("death_day"), patient.get("sex")) == (True, None, None)
    assert "known to be dead, the day of death is not told" in said(report, "note")


def test_a_resource_without_a_subject_belongs_to_the_one_patient_of_its_bundle() -> None:
    rows, report = read("no_subject.json")
    assert only(rows["tumours"])["patient_id"] == "p1"
    assert "1 resources name no subject: taken to be about the one patient of their bundle" in said(
        report, "note"
    )


def test_two_patients_in_one_bundle_are_refused_with_both_ids() -> None:
    with pytest.raises(BadInput) as refused:
        read_rows(BUNDLES / "two_patients.json")
    assert "anna" in str(refused.value)
    assert "berta" in str(refused.value)
    assert "--patient" in str(refused.value)
    rows, report = read("two_patients.json", patient="berta")
    assert only(rows["tumours"])["site"] == "breast"
    assert report.ignored == {"Patient: of another patient": 1, "Condition: of another patient": 1}
    with pytest.raises(NotFound):
        read_rows(BUNDLES / "two_patients.json", patient="clara")


def test_administrations_and_orders_make_courses() -> None:
    rows, report = read("medication.json")
    courses = [(row["agents"], row["start_day"], row.get("end_day")) for row in rows["treatments"]]
    assert courses == [
        (["fluorouracil"], "2020-05-01", "2020-05-29"),
        (["fluorouracil"], "2021-09-01", "2021-09-01"),  # 460 days later: another course
        (["capecitabine"], "2020-06-01", "2020-09-01"),
        (["irinotecan"], "2021-01-05", None),  # taken on that day, its last day is not told
        (["oxaliplatin"], "2020-05-02", None),  # an order tells when it begins, not when it ended
    ]
    assert {row["tumour_id"] for row in rows["treatments"]} == {"c1"}
    assert only(rows["treatments"], agents=["oxaliplatin"])["stop_reason"] == "Neuropathy"
    assert only(rows["treatments"], agents=["capecitabine"])["known_day"] == "2020-10-01"
    assert report.ignored == {
        "MedicationAdministration: not a drug against cancer": 1,
        "MedicationAdministration: not said to be against cancer": 1,  # methotrexate without a reason
    }


def test_definitive_is_a_curative_resection_of_the_organ_of_its_primary() -> None:
    rows, report = read("operations.json")
    done = {row["treatment_id"]: row for row in rows["treatments"]}
    assert [name for name, row in done.items() if row.get("definitive")] == ["yes"]
    assert (done["yes"]["procedure"], done["yes"]["approach"]) == ("resection of right colon", "laparoscopic")
    assert done["metastasis"]["approach"] == "robotic"
    assert done["ablation"]["modality"] == "ablation"
    assert {row["treatment_id"]: row["site_id"] for row in rows["targets"]} == {
        "metastasis": "m1",
        "ablation": "m1",
    }
    assert done["palliative"]["intent"] == "palliative"
    assert done["no-intent"]["tumour_id"] == "c1"  # by the code of its reason, which one primary carries
    assert "tumour_id" not in done["unlinked"]  # it resects the organ of a cancer, for a reason not told
    assert "no-cancer" not in done
    assert report.ignored == {"Procedure: a treatment that names no cancer": 1}
    complication = only(rows["events"])
    assert (complication["treatment_id"], complication["text"]) == ("yes", "Anastomotic leak")


def test_a_course_of_radiotherapy() -> None:
    rows, _ = read("radiotherapy.json")
    course = only(rows["treatments"])
    assert (course["dose_gy"], course["fractions"]) == (50.4, 28)  # 5040 cGy; the other volume had 45 Gy
    assert course["technique"] == "photons, volumetric modulated arc"
    assert course["field"] == ["pelvis"]
    assert (course["start_day"], course["end_day"], course["tumour_id"]) == ("2020-04-01", "2020-05-08", "r1")
    assert "definitive" not in course  # a curative aim does not tell definitive from adjuvant


def test_a_neoplasm_of_unstated_behaviour_is_a_cancer_only_where_the_file_says_so() -> None:
    rows, report = read("unstated.json")
    assert [row["tumour_id"] for row in rows["tumours"]] == ["n2", "n3"]
    assert report.ignored == {
        "Condition: behaviour not stated": 1,
        "Condition: in situ": 1,
        "Condition: suspected only": 1,
        "Condition: not a cancer": 1,
    }


def test_a_disease_status_becomes_a_class_only_where_it_says_that_class() -> None:
    rows, report = read("status.json")
    assert [(row["day"], row.get("status")) for row in rows["statuses"]] == [
        ("2021-01-01", None),  # improved: no class says just that, so the class is unknown
        ("2021-02-01", "stable"),
        ("2021-03-01", "progression"),
        ("2021-04-01", "complete"),
    ]
    assert only(rows["observations"], name="disease status")["text"] == "improved"
    site = only(rows["sites"])  # distant metastasis present: an organ is involved, which one is unknown
    assert (site["day"], site.get("organ")) == ("2021-05-01", None)
    assert only(rows["observations"], name="history of metastatic cancer")["text"] == "yes"
    (denied,) = [reason for reason in report.ignored if "metastatic" in reason]
    assert "does not say that there is no metastasis" in denied


def test_a_folder_its_packed_copy_and_lines_give_the_same_rows(tmp_path: Path) -> None:
    bundle = json.loads((BUNDLES / "colon.json").read_text())
    folder, lines = tmp_path / "folder", tmp_path / "lines.ndjson.gz"
    folder.mkdir()
    for number, entry in enumerate(bundle["entry"]):
        (folder / f"{number}.json").write_text(json.dumps(entry["resource"]))
    lines.write_bytes(gzip.compress("\n".join(json.dumps(e["resource"]) for e in bundle["entry"]).encode()))
    shutil.copy(BUNDLES / "colon.json", tmp_path / "same.json")
    expected = _without_source(BUNDLES / "colon.json")
    assert (
        _without_source(folder)
        == _without_source(lines)
        == _without_source(tmp_path / "same.json")
        == expected
    )


def test_the_order_of_resources_changes_nothing(tmp_path: Path) -> None:
    for name in ("colon.json", "staging.json", "medication.json", "lesions.json"):
        bundle = json.loads((BUNDLES / name).read_text())
        bundle["entry"].reverse()
        (tmp_path / name).write_text(json.dumps(bundle))
        assert _without_source(tmp_path / name) == _without_source(BUNDLES / name)


def _without_source(path: Path) -> dict[str, list[str]]:
    ((_, rows),) = read_rows(path)[0]
    return {
        table: sorted(repr(sorted((k, v) for k, v in row.items() if k != "source")) for row in found)
        for table, found in rows.items()
    }


def test_a_resource_found_twice_counts_once(tmp_path: Path) -> None:
    bundle = json.loads((BUNDLES / "colon.json").read_text())
    again = json.loads(json.dumps(bundle["entry"][1]["resource"]))
    again["text"] = {"status": "generated", "div": "<div>made of the rest</div>"}
    later = json.loads(json.dumps(bundle["entry"][2]["resource"]))
    later["onsetDateTime"] = "2022-05-01"
    later["meta"] = {"lastUpdated": "2023-01-01T00:00:00Z", **later["meta"]}
    bundle["entry"] += [{"resource": again}, {"resource": later}]
    path = tmp_path / "twice.json"
    path.write_text(json.dumps(bundle))
    ((_, rows),), report = read_rows(path)
    assert len(rows["tumours"]) == 1
    assert only(rows["sites"])["day"] == "2022-05-01"
    assert only(rows["sites"])["known_day"] == "2023-01-01"  # what it says now was not known before
    assert report.ignored == {
        "Condition: the same resource again": 1,
        "Condition: another version of the same resource": 1,
    }
    assert "two versions of one resource: the later one is read" in said(report, "note")


def test_many_patients_wait_on_disk_when_they_are_too_many_for_memory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "many.ndjson"
    bundle = (BUNDLES / "colon.json").read_text()
    path.write_text("\n".join(json.dumps(json.loads(bundle.replace('p1"', f'q{n}"'))) for n in range(40)))
    in_memory = dict(read_rows(path)[0])
    monkeypatch.setattr("paget.intake.fhir.people.IN_MEMORY", 20_000)
    on_disk = dict(read_rows(path)[0])
    assert len(on_disk) == 40
    assert on_disk == in_memory
