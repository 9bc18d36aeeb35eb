"""What a mapping file makes of a flat table: a few rows in, the rows of the record out.

The files are invented; each expected row can be read off the table above it.
"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from textwrap import dedent

import polars as pl
import pytest

from paget.days import day_of
from paget.documents import load_yaml
from paget.intake.mapped import mapped_tables
from paget.intake.mapping_file import read_mapping
from paget.record.problems import ImportReport

RELATIVE = """
    title: A test
    patient: id
    time_base: relative
    days_per_month: 30
"""
CALENDAR = """
    title: A test
    patient: id
"""
PATIENTS = """
    rows:
      - table: patients
        columns: {}
"""


class Read:
    """The tables and the report of a small file."""

    def __init__(self, folder: Path, text: str, mapping: str, name: str = "cohort.csv") -> None:
        data, map_file = folder / name, folder / "map.yaml"
        data.write_text(_table(text), encoding="utf-8")
        map_file.write_text("\n".join(dedent(part) for part in mapping.split("---")), encoding="utf-8")
        self.report = ImportReport()
        self.tables = mapped_tables(data, map_file, report=self.report)

    def rows(self, table: str, *columns: str) -> list[tuple[object, ...]]:
        return self.tables[table].select(columns).rows()

    def problems(self) -> list[tuple[str, str, str, str]]:
        return [(p.kind, p.patient_id, p.row, p.column) for p in self.report.problems]


def _table(text: str) -> str:
    """A table written with bars, as CSV; a table without bars as it is."""
    lines = dedent(text).strip("\n").splitlines()
    if "|" not in lines[0]:
        return "\n".join(lines) + "\n"
    rows = [[cell.strip() for cell in line.split("|")] for line in lines]
    return "".join(",".join(f'"{cell}"' if cell else "" for cell in row) + "\n" for row in rows)


@pytest.fixture
def read(tmp_path: Path):
    return lambda text, mapping, **more: Read(tmp_path, text, mapping, **more)


def date(text: str) -> int:
    return day_of(dt.date.fromisoformat(text))


def test_months_from_an_origin_become_days(read):
    found = read(
        """
        id | months_to_metastasis | months_more | sites
        A  | 0                    | 2           | Liver
        B  | 12.5                 | 1           | Lung
        C  |                      |             | Liver
        D  | 36.56666667          |             | Lung
        """,
        RELATIVE
        + "---"
        + """
        days:
          metastasis: {column: months_to_metastasis, unit: months}
          death: {column: months_more, unit: months, after: metastasis}
        rows:
          - table: patients
            columns: {death_day: {day: death}}
          - table: sites
            columns: {organ: {column: sites}, day: {day: metastasis}}
        """,
    )
    # 12.5 x 30 = 375; one month more is 405; 36.5667 x 30 = 1097
    assert found.rows("sites", "patient_id", "organ", "day", "day_latest") == [
        ("A", "liver", 0, 0),
        ("B", "lung", 375, 375),
        ("C", "liver", None, None),
        ("D", "lung", 1097, 1097),
    ]
    assert found.rows("patients", "patient_id", "time_base", "death_day") == [
        ("A", "relative", 60),
        ("B", "relative", 405),
        ("C", "relative", None),
        ("D", "relative", None),
    ]


def test_lengths_that_are_no_whole_days_are_rounded_and_said(read):
    found = read(
        """
        id | months
        A  | 1.25
        B  | 1
        """,
        RELATIVE
        + "---"
        + """
        rows:
          - table: patients
            columns: {death_day: {column: months, unit: months}}
        """,
    )
    assert found.rows("patients", "death_day") == [(38,), (30,)]  # 1.25 x 30 = 37.5, to the even day
    assert [(p.kind, p.column) for p in found.report.problems] == [("note", "months")]


def test_dates_in_the_file_s_own_spelling(read):
    found = read(
        """
        id | found
        A  | 31.12.2024
        B  | 03/2024
        C  | 2023
        D  | 31.02.2024
        """,
        CALENDAR
        + "---"
        + """
        date_format: ["%d.%m.%Y", "%m/%Y", "%Y"]
        rows:
          - table: patients
            columns: {}
          - table: sites
            columns: {organ: liver, day: {column: found}}
        """,
    )
    assert found.rows("sites", "patient_id", "day", "day_latest") == [
        ("A", date("2024-12-31"), date("2024-12-31")),
        ("B", date("2024-03-01"), date("2024-03-31")),
        ("C", date("2023-01-01"), date("2023-12-31")),
    ]
    assert found.problems() == [("rejected", "D", "5", "day")]


def test_lengths_counted_from_a_date(read):
    found = read(
        """
        id | diagnosed  | days_to_ct
        A  | 2024-01-01 | 30
        B  | 2024-02    | 10
        """,
        CALENDAR
        + "---"
        + """
        origin: {column: diagnosed}
        rows:
          - table: patients
            columns: {}
          - table: studies
            columns: {kind: ct, day: {column: days_to_ct, unit: days}}
        """,
    )
    assert found.rows("studies", "day", "day_latest") == [
        (date("2024-01-31"), date("2024-01-31")),
        (date("2024-02-11"), date("2024-03-10")),  # ten days after 1 to 29 February
    ]


def test_relative_days_counted_anew_from_another_origin(read):
    found = read(
        """
        id | birth_to_diagnosis | birth_to_ct
        A  | 20000              | 20030
        """,
        RELATIVE
        + "---"
        + """
        origin: {column: birth_to_diagnosis}
        rows:
          - table: patients
            columns: {}
          - table: studies
            columns: {kind: ct, day: {column: birth_to_ct}}
        """,
    )
    assert found.rows("studies", "day") == [(30,)]


def test_an_age_is_the_interval_between_two_birthdays(read):
    found = read(
        """
        id | age
        A  | 60
        """,
        RELATIVE
        + "---"
        + """
        days: {diagnosis: 0}
        rows:
          - table: patients
            columns: {birth_day: {age: age, on: diagnosis}}
        """,
    )
    # 60 x 365.25 = 21915 days before at the latest, 61 x 365.25 = 22280.25 before at the earliest
    assert found.rows("patients", "birth_day", "birth_day_latest") == [(-22281, -21915)]


def test_the_latest_of_several_days_passes_over_blanks(read):
    found = read(
        """
        id | seen | treated
        A  | 10   | 30
        B  |      | 5
        C  |      |
        """,
        RELATIVE
        + "---"
        + """
        days:
          seen: {column: seen}
          treated: {column: treated}
          last: {latest_of: [seen, treated]}
          first: {earliest_of: [seen, treated]}
        rows:
          - table: patients
            columns: {last_contact_day: {day: last}, birth_day: {day: first}}
        """,
    )
    assert found.rows("patients", "last_contact_day", "birth_day") == [(30, 10), (5, 5), (None, None)]


def test_free_text_sites_become_organs(read):
    found = read(
        """
        id | sites
        A  | Liver; lung ;Liver
        B  | liver; Flank
        C  |
        D  | ;
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: sites
            when: {sites: {given: true}}
            one_per: [patient, organ]
            columns:
              organ: {column: sites, split: ";", values: {Liver: liver, Lung: lung}}
        """,
    )
    assert found.rows("sites", "patient_id", "organ", "site_id") == [
        ("A", "liver", "site-1"),
        ("A", "lung", "site-2"),
        ("B", "liver", "site-1"),
        ("B", None, "site-2"),  # something is involved; which organ, the map does not say
        ("D", None, "site-1"),
    ]
    assert dict(found.report.not_understood) == {"column sites: 'Flank' is not in the value map": 1}


def test_words_for_unknown_are_unknown_and_counted(read):
    found = read(
        """
        id | sex     | size | site
        A  | f       | 31   | Colon
        B  | unknown | -9   | colon
        C  | x       | 88   | n/a
        D  | m       | 999  | Elsewhere
        """,
        CALENDAR
        + "---"
        + """
        unknown: [x, 88]
        rows:
          - table: patients
            columns: {sex: {column: sex, values: {f: female, m: male}}}
          - table: tumours
            columns: {tumour_id: T1, site: {column: site}}
          - table: measurements
            columns: {lesion_id: L1, longest_mm: {column: size}}
        """,
    )
    assert found.rows("patients", "sex") == [("female",), (None,), (None,), ("male",)]
    assert found.rows("measurements", "longest_mm") == [(31.0,), (None,), (None,), (None,)]
    assert found.rows("tumours", "site") == [("colon",), ("colon",), (None,), (None,)]
    counted = {p.column: p.rows for p in found.report.problems if p.kind == "unknown value"}
    assert counted == {"sex": 2, "size": 3, "site": 1}
    assert dict(found.report.not_understood) == {"column site: 'Elsewhere' is not in the value map": 1}


def test_a_number_is_converted_from_the_unit_it_is_written_in(read):
    found = read(
        """
        id;size;cea
        A;3,2;4,5
        B;1.5;<0,5
        C;;>200
        """,
        CALENDAR
        + "---"
        + """
        decimal: ","
        rows:
          - table: patients
            columns: {}
          - table: measurements
            columns: {lesion_id: L1, longest_mm: {column: size, unit: cm}}
          - table: observations
            columns: {name: cea, unit: ng/mL, value: {column: cea}}
        """,
    )
    assert found.rows("measurements", "patient_id", "longest_mm") == [("A", 32.0), ("C", None)]
    assert found.rows("observations", "low", "high") == [(4.5, 4.5), (0.0, 0.5), (200.0, None)]
    assert found.problems() == [("rejected", "B", "3", "longest_mm")]  # a point where decimals have commas


def test_a_decimal_comma_is_not_read_as_a_point(read):
    found = read(
        """
        id | size
        A  | 1,5
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: measurements
            columns: {lesion_id: L1, longest_mm: {column: size}}
        """,
    )
    assert found.rows("measurements", "row_id") == []
    assert found.problems() == [("rejected", "A", "2", "longest_mm")]


def test_rows_of_one_patient_are_merged_and_must_agree(read):
    found = read(
        """
        id | sex | site   | seen | drug
        A  | f   | colon  | 10   | b
        A  | f   |        | 40   | a
        B  | f   | colon  | 5    |
        B  | m   | rectum |      | c
        """,
        RELATIVE
        + "---"
        + """
        rows:
          - table: patients
            columns:
              sex: {column: sex, values: {f: female, m: male}}
              last_contact_day: {column: seen, take: latest}
          - table: tumours
            one_per: patient
            columns: {tumour_id: T1, site: {column: site}, diagnosed_day: {column: seen}}
          - table: treatments
            one_per: patient
            columns: {modality: systemic, agents: {column: drug}}
        """,
    )
    assert found.rows("patients", "patient_id", "sex", "last_contact_day") == [
        ("A", "female", 40),
        ("B", None, 5),
    ]
    assert found.rows("tumours", "patient_id", "site", "diagnosed_day", "diagnosed_day_latest") == [
        ("A", "colon", 10, 40),
        ("B", None, 5, 5),
    ]
    assert found.rows("treatments_agents", "patient_id", "value") == [("A", "a"), ("A", "b"), ("B", "c")]
    assert sorted(found.problems()) == [
        ("contradiction", "A", "2", "diagnosed_day"),
        ("contradiction", "B", "4", "sex"),
        ("contradiction", "B", "4", "site"),
    ]


def test_two_statements_stay_two(read):
    found = read(
        """
        id | stage
        A  | II
        A  | III
        A  | II
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: stagings
            one_per: [patient, stage_group]
            columns: {tumour_id: T1, stage_group: {column: stage}}
        check:
          - what: two stages
            disagree: [stage]
        """,
    )
    assert found.rows("stagings", "stage_group", "source") == [
        ("II", "cohort.csv row 2"),
        ("III", "cohort.csv row 3"),
    ]
    assert found.problems() == [("contradiction", "A", "2 3 4", "stage")]


def test_rows_only_where_a_condition_holds(read):
    found = read(
        """
        id | kind  | stated | x  | y
        A  | early |        | 1  | 2
        B  | early | liver  | 3  | 2
        C  | early |        | 1  | 1
        C  | late  |        | 1  | 1
        D  |       |        | 5  | 5
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: events
            when: {kind: {not: late}, x: {below: 5, at_least: 1}}
            columns: {kind: other}
          - table: judgements
            when: {x: {below: {column: y}}}
            columns: {site_id: S1}
          - table: stagings
            when: {kind: Early, stated: {given: false}}
            never: {kind: {not: early}}
            columns: {tumour_id: T1, m: M0}
          - table: studies
            when: [{x: {above: {column: y}}}, {x: {at_most: 1}, y: 2.0}]
            columns: {kind: ct}
        """,
    )
    assert found.rows("stagings", "patient_id", "m") == [("A", "M0")]
    assert found.rows("studies", "patient_id") == [("A",), ("B",)]
    # a blank is not "not late"; at a limit, below does not hold
    assert found.rows("events", "patient_id") == [("A",), ("B",), ("C",)]
    assert found.rows("judgements", "patient_id") == [("A",)]


def test_a_blank_does_not_disagree(read):
    found = read(
        """
        id | stage | m
        A  | II    | 0
        A  |       | 0
        B  | II    | 0
        B  | II    | 1
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
        check:
          - what: differ
            disagree: [stage, m]
        """,
    )
    assert found.problems() == [("contradiction", "B", "4 5", "m")]


def test_a_patient_of_another_table_is_a_person(read):
    found = read(
        """
        id | sex    | kind
        A  | female | person
        B  |        | lesion
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            when: {kind: person}
            columns: {sex: {column: sex}}
          - table: lesions
            when: {kind: lesion}
            columns: {organ: liver}
        """,
    )
    assert found.rows("patients", "patient_id", "sex", "time_base") == [
        ("A", "female", "calendar"),
        ("B", None, "calendar"),
    ]


def test_nothing_between_two_separators_is_no_word(read):
    found = read(
        """
        id | sites
        A  | liver;;lung;
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: sites
            columns: {organ: {column: sites, split: ";"}}
        """,
    )
    assert found.rows("sites", "organ") == [("liver",), ("lung",)]


def test_a_code_for_unknown_is_no_number(read):
    found = read(
        """
        id | lowest | cea
        A  | -9     | 999
        B  | -5     | 998
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: observations
            columns: {name: base excess, reference_low: {column: lowest}, value: {column: cea}}
        """,
    )
    assert found.rows("observations", "reference_low", "low") == [(None, None), (-5.0, 998.0)]


def test_contradictions_are_named_and_kept(read):
    found = read(
        """
        id | to_metastasis | stage
        A  | 5             | IV
        B  | -1            | II
        C  |               | IV
        """,
        RELATIVE
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: sites
            columns: {organ: liver, day: {column: to_metastasis}}
        check:
          - what: stage IV, and metastasis later
            when: {stage: IV, to_metastasis: {above: 0}}
          - what: metastasis before the diagnosis
            when: {to_metastasis: {below: 0}}
          - what: no interval
            kind: note
            when: {to_metastasis: {given: false}}
        """,
    )
    assert [(p.kind, p.patient_id, p.what) for p in found.report.problems] == [
        ("contradiction", "A", "stage IV, and metastasis later"),
        ("contradiction", "B", "metastasis before the diagnosis"),
        ("note", "C", "no interval"),
    ]
    assert found.rows("sites", "patient_id", "day") == [("A", 5), ("B", -1), ("C", None)]


def test_a_treatment_without_a_day_never_gets_one(read):
    found = read(
        """
        id | removed | where
        A  | 1       | Liver
        B  | 0       |
        """,
        RELATIVE
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: treatments
            when: {removed: 1}
            columns:
              modality: surgery
              procedure: {text: "metastasectomy: {where}"}
        """,
    )
    days = ("start_day", "start_day_latest", "end_day", "known_day", "known_day_latest")
    assert found.rows("treatments", "patient_id", "procedure", *days) == [
        ("A", "metastasectomy: Liver", None, None, None, None, None)
    ]


def test_columns_without_a_meaning_are_counted(read):
    found = read(
        """
        id | sex    | eyes
        A  | female | blue
        B  | male   |
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {sex: {column: sex}}
        """,
    )
    assert dict(found.report.ignored) == {"column eyes: not in the mapping": 1}
    assert found.report.read["rows of cohort.csv"] == 2


def test_a_row_without_a_patient_is_rejected(read):
    found = read(
        """
        id | sex
        A  | female
           | male
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {sex: {column: sex}}
        """,
    )
    assert found.rows("patients", "patient_id", "sex") == [("A", "female")]
    assert found.problems() == [("rejected", "", "3", "id")]


def test_a_person_with_an_unreadable_cell_stays(read):
    found = read(
        """
        id | born       | sex
        A  | 1950-02-30 | female
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {birth_day: {column: born}, sex: {column: sex}}
        """,
    )
    assert found.rows("patients", "patient_id", "birth_day", "sex") == [("A", None, "female")]
    assert found.problems() == [("rejected", "A", "2", "birth_day")]


def test_several_regions_in_one_cell_are_a_list(read):
    found = read(
        """
        id | seen
        A  | thorax+abdomen
        B  |
        """,
        CALENDAR
        + "---"
        + """
        rows:
          - table: patients
            columns: {}
          - table: studies
            columns:
              kind: ct
              covers: {column: seen, split: "+", values: {Thorax: chest, Abdomen: abdomen}}
          - table: treatments
            when: {seen: {given: true}}
            columns: {modality: systemic, agents: [fluorouracil, oxaliplatin]}
        """,
    )
    assert found.rows("studies", "patient_id") == [("A",), ("B",)]
    assert found.rows("treatments_agents", "value") == [("fluorouracil",), ("oxaliplatin",)]
    assert found.rows("studies_covers", "row_id", "value") == [
        ("A/studies-1", "abdomen"),
        ("A/studies-1", "chest"),
    ]


REDCAP = """
    record_id,redcap_event_name,redcap_repeat_instrument,redcap_repeat_instance,sex,sites___1,sites___2,sites____9,organ,size,follow_up
    1,baseline_arm_1,,,1,1,0,0,,,
    1,baseline_arm_1,lesion,1,,,,,liver,20,
    1,baseline_arm_1,lesion,2,,,,,lung,11,
    1,year_1_arm_1,,,,,,,,,2024-05-01
    2,baseline_arm_1,,,2,0,0,0,,,
    3,baseline_arm_1,,,2,1,1,0,,,
    4,baseline_arm_1,,,,0,1,1,,,
"""
REDCAP_MAP = """
    title: A REDCap project
    format: redcap
    rows:
      - table: patients
        columns:
          sex: {column: sex, values: {1: male, 2: female}}
          last_contact_day: {column: follow_up, when: {redcap_event_name: year_1_arm_1}, take: latest}
      - table: sites
        when: {sites: {given: true}}
        columns: {organ: {column: sites, split: "|", values: {1: liver, 2: lung, -9: null}}}
      - table: lesions
        from: lesion
        columns:
          lesion_id: {text: "lesion {redcap_repeat_instance}"}
          relation: distant
          organ: {column: organ}
      - table: measurements
        from: lesion
        columns:
          lesion_id: {text: "lesion {redcap_repeat_instance}"}
          longest_mm: {column: size}
"""


def test_redcap_forms_events_and_checkboxes(read):
    found = read(REDCAP, REDCAP_MAP)
    assert found.rows("patients", "patient_id", "sex", "last_contact_day") == [
        ("1", "male", date("2024-05-01")),
        ("2", "female", None),
        ("3", "female", None),
        ("4", None, None),
    ]
    # patient 2 ticked nothing: unknown, not "no site"
    assert found.rows("sites", "patient_id", "organ") == [
        ("1", "liver"),
        ("3", "liver"),
        ("3", "lung"),
        ("4", "lung"),
        ("4", None),
    ]
    assert not found.report.not_understood
    assert found.rows("lesions", "patient_id", "lesion_id", "organ") == [
        ("1", "lesion 1", "liver"),
        ("1", "lesion 2", "lung"),
    ]
    assert found.rows("measurements", "lesion_id", "longest_mm") == [("lesion 1", 20.0), ("lesion 2", 11.0)]


def test_a_labelled_redcap_export_reads_the_same(read):
    found = read(
        """
        Record ID,Repeat Instrument,Repeat Instance,Sex,Sites (choice=Liver),Sites (choice=Lung),Organ
        1,,,Male,Checked,Unchecked,
        1,Lung Lesions,1,,,,Lung
        2,,,Female,Unchecked,Unchecked,
        """,
        """
        title: A REDCap project
        format: redcap
        rows:
          - table: patients
            columns: {sex: {column: Sex}}
          - table: sites
            when: {Sites: {given: true}}
            columns: {organ: {column: Sites, split: "|"}}
          - table: lesions
            from: lung_lesions
            columns: {organ: {column: Organ}}
        """,
    )
    assert found.rows("patients", "patient_id", "sex") == [("1", "male"), ("2", "female")]
    assert found.rows("sites", "patient_id", "organ") == [("1", "liver")]
    assert found.rows("lesions", "patient_id", "lesion_id", "organ") == [("1", "lesion-1", "lung")]


CBIO_PATIENT = """\
#Patient Identifier\tSex\tStatus\tMonths
#Patient Identifier\tSex\tStatus\tMonths
#STRING\tSTRING\tSTRING\tNUMBER
#1\t1\t1\t1
PATIENT_ID\tSEX\tOS_STATUS\tOS_MONTHS
P1\tMale\t1:DECEASED\t10
P2\tFemale\t0:LIVING\t20
"""
CBIO_SAMPLE = (
    "PATIENT_ID\tSAMPLE_ID\tCANCER_TYPE\nP1\tS1\tColorectal Cancer\nP1\tS2\tColorectal Cancer\nP2\tS3\t\n"
)
CBIO_TIMELINE = """\
PATIENT_ID\tSTART_DATE\tSTOP_DATE\tEVENT_TYPE\tTREATMENT_TYPE\tAGENT
P1\t-10\t-10\tTREATMENT\tSurgery\t
P1\t20\t80\tTREATMENT\tMedical Therapy\tFOLFOX
P2\t5\t\tTREATMENT\tMedical Therapy\tFOLFIRI
"""
CBIO_MAP = """
title: A cBioPortal study
format: cbioportal
time_base: relative
days_per_month: 30
origin: first sequencing
values:
  treatments: {Surgery: surgery, Medical Therapy: systemic}
rows:
  - table: patients
    from: patient
    columns:
      sex: {column: SEX}
      death_day: {column: OS_MONTHS, unit: months, when: {OS_STATUS: "1:DECEASED"}}
      last_contact_day: {column: OS_MONTHS, unit: months, when: {OS_STATUS: "0:LIVING"}}
  - table: tumours
    from: sample
    one_per: patient
    columns:
      tumour_id: primary
      site: {column: CANCER_TYPE, values: {Colorectal Cancer: colon}}
      grade: {column: OS_STATUS}
  - table: treatments
    from: timeline_treatment
    columns:
      modality: {column: TREATMENT_TYPE, values: treatments}
      start_day: {column: START_DATE}
      end_day: {column: STOP_DATE}
      agents: {column: AGENT}
"""


def test_a_cbioportal_study(tmp_path: Path):
    study = tmp_path / "study"
    study.mkdir()
    (study / "data_clinical_patient.txt").write_text(CBIO_PATIENT)
    (study / "data_clinical_sample.txt").write_text(CBIO_SAMPLE)
    (study / "data_timeline_treatment.txt").write_text(CBIO_TIMELINE)
    (study / "meta_study.txt").write_text("name: x\n")
    (tmp_path / "map.yaml").write_text(CBIO_MAP)
    tables = mapped_tables(study, tmp_path / "map.yaml", report=ImportReport())
    assert tables["patients"].select("patient_id", "sex", "death_day", "last_contact_day").rows() == [
        ("P1", "male", 300, None),
        ("P2", "female", None, 600),
    ]
    assert tables["tumours"].select("patient_id", "site", "grade").rows() == [
        ("P1", "colon", "1:DECEASED"),  # beside the sample stand the columns of its patient
        ("P2", None, "0:LIVING"),
    ]
    assert tables["treatments"].select("patient_id", "modality", "start_day", "end_day").rows() == [
        ("P1", "surgery", -10, -10),
        ("P1", "systemic", 20, 80),
        ("P2", "systemic", 5, None),
    ]
    # the row number counts the "#" lines: the first patient stands in row 6 of the file
    assert tables["patients"]["source"].to_list() == ["patient row 6", "patient row 7"]


def test_a_single_timeline_is_known_by_its_columns(read):
    mapping = CBIO_MAP.split("rows:", maxsplit=1)[0] + (
        "rows:\n"
        "  - table: patients\n    from: timeline\n    columns: {}\n"
        "  - table: treatments\n    from: timeline\n"
        "    columns:\n"
        "      modality: {column: TREATMENT_TYPE, values: treatments}\n"
        "      start_day: {column: START_DATE}\n"
    )
    found = read(CBIO_TIMELINE, mapping, name="treatments.tsv")
    assert found.rows("treatments", "patient_id", "start_day") == [("P1", -10), ("P1", 20), ("P2", 5)]


def test_a_parquet_file_is_read_as_its_texts(tmp_path: Path):
    frame = pl.DataFrame({"id": [1, 2], "born": [dt.date(1950, 1, 2), None], "size": [2.5, None]})
    frame.write_parquet(tmp_path / "cohort.parquet")
    (tmp_path / "map.yaml").write_text(
        "title: x\npatient: id\nrows:\n"
        "  - table: patients\n    columns: {birth_day: {column: born}}\n"
        "  - table: measurements\n    columns: {lesion_id: L1, longest_mm: {column: size, unit: cm}}\n"
    )
    tables = mapped_tables(tmp_path / "cohort.parquet", tmp_path / "map.yaml", report=ImportReport())
    assert tables["patients"].select("patient_id", "birth_day").rows() == [
        ("1", date("1950-01-02")),
        ("2", None),
    ]
    assert tables["measurements"]["longest_mm"].to_list() == [25.0, None]


def test_the_example_of_the_documentation(tmp_path: Path):
    page = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    data, mapping = (block.split("\n", 1)[1] for block in page.split("```")[1:4:2])
    (tmp_path / "clinic.csv").write_text(data)
    (tmp_path / "clinic.yaml").write_text(mapping)
    report = ImportReport()
    tables = mapped_tables(tmp_path / "clinic.csv", tmp_path / "clinic.yaml", report=report)
    assert tables["patients"].select("patient_id", "sex", "birth_day", "birth_day_latest").rows() == [
        ("1", "female", date("1951-03-01"), date("1951-03-31")),
        ("2", "male", date("1948-01-01"), date("1948-12-31")),
    ]
    assert tables["sites"].select("patient_id", "organ").rows() == [
        ("1", "liver"),
        ("1", "lung"),
        ("2", "liver"),
        ("2", None),
    ]
    assert tables["observations"].select("low", "high").rows() == [(12.5, 12.5), (0.0, 0.5)]
    assert dict(report.not_understood) == {"column sites: 'Flank' is not in the value map": 1}
    assert report.problems == []


def test_every_whole_mapping_in_the_documentation_can_be_read():
    page = (Path(__file__).parents[2] / "docs" / "mapping.md").read_text(encoding="utf-8")
    blocks = [block.removeprefix("yaml\n") for block in page.split("```")[1::2] if block.startswith("yaml")]
    whole = [block for block in blocks if block.startswith("title:")]
    assert len(whole) == 2
    for block in whole:
        assert read_mapping(load_yaml(block, "docs/mapping.md"), "docs/mapping.md").rows


def test_a_rounded_length_is_an_interval(read):
    found = read(
        """
        id | months
        A  | 2.5
        """,
        RELATIVE
        + "---"
        + """
        rows:
          - table: patients
            columns: {death_day: {column: months, unit: months, rounded: 0.1}}
        """,
    )
    # between 2.45 and 2.55 months of 30 days: 73.5 to 76.5 days
    assert found.rows("patients", "death_day", "death_day_latest") == [(74, 76)]
