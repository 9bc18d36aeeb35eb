"""The board brief: everything known with its basis, unknown as unknown, and nothing from after the day."""

from __future__ import annotations

import copy
import datetime as dt
import json
import random
import re
from itertools import pairwise
from typing import Any

import pytest
from tests.brief_sample import LIVER, assessment, example
from tests.page_checks import Page

from paget import brief
from paget.brief.calendar import Calendar
from paget.brief.growth import doubling, sphere_ml
from paget.brief.words import plain
from paget.cli.printing import json_line
from paget.figures import Size
from paget.record.case import Case
from paget.record.problems import ImportReport, Problem

ON = "2025-06-24"
LUNG = {
    "disease": "lung",
    "about_a_tumour": "yes",
    "has_metastasis": "yes",
    "metastasis_stands": "yes",
    "primary_control": "controlled",
    "lesion_count": 3,
    "organ_count": 2,
    "untreatable_lesion_count": 0,
    "dissemination": "no",
    "peritoneal_metastasis": "no",
    "largest_lesion": 25,
    "disease_free_interval": {"from": "2024-03-20", "to": "2025-06-03"},
}


@pytest.fixture(scope="module")
def liver_case() -> Case:
    return example("liver_metastases")[0]


@pytest.fixture(scope="module")
def liver_findings() -> dict[str, Any]:
    return assessment(LIVER, ON)


@pytest.fixture(scope="module")
def liver(liver_case: Case, liver_findings: dict[str, Any]) -> brief.BriefData:
    return brief.data(liver_case, liver_findings)


@pytest.fixture(scope="module")
def page(liver: brief.BriefData) -> Page:
    return Page(brief.html(liver))


def document(case: Case) -> dict[str, Any]:
    return copy.deepcopy(case.document())


def changed(case: Case, findings: dict[str, Any], **tables: list[dict[str, Any]]) -> brief.BriefData:
    """The brief of a case with more rows."""
    written = document(case)
    for table, rows in tables.items():
        written.setdefault(table, []).extend(rows)
    return brief.data(Case.model_validate(written), findings)


def tile(data: brief.BriefData, label: str) -> Any:
    return next(tile for tile in data.parts[0].strip if tile.label == label)


# The page


def test_the_page_is_well_formed_and_self_contained(page: Page) -> None:
    assert page.problems == []
    assert "default-src 'none'" in page.policy
    assert "script" not in page.policy


def test_the_page_has_one_title_and_headings_in_order(page: Page) -> None:
    assert page.headings[0] == 1
    assert page.headings.count(1) == 1
    assert all(after - before <= 1 for before, after in pairwise(page.headings))


def test_the_style_sheet_asks_for_nothing(page: Page) -> None:
    assert not re.search(r"url\(|@import|@font-face|http", page.style)


def test_the_same_record_gives_the_same_page(liver_case: Case, liver_findings: dict[str, Any]) -> None:
    pages = {brief.html(brief.data(liver_case, liver_findings)) for _ in range(2)}
    assert len(pages) == 1


def test_the_page_says_what_paget_is_not(page: Page) -> None:
    assert "not a medical device cleared for use, and it gives no orders" in page.words


def test_there_are_no_options(page: Page) -> None:
    assert "Options" not in page.words


@pytest.mark.parametrize(
    "name", ["lung_primary_brain_adrenal", "synchronous_colon", "kidney_late_lung", "two_primaries"]
)
def test_every_example_gives_a_page(name: str) -> None:
    case, _ = example(name)
    day = case.decisions[0].day
    each = [assessment({}, day, tumour=tumour.tumour_id) for tumour in case.tumours]
    assert Page(brief.html(brief.data(case, each))).problems == []


# Every number has a basis


def test_every_fact_of_the_strip_refers_to_its_basis(liver: brief.BriefData) -> None:
    known = {note.number for note in liver.notes}
    for each in liver.parts[0].strip:
        referred = {span.basis for span in (*each.value, *each.note)} - {0}
        assert referred, each.label
        assert referred <= known


def test_a_value_without_remarks_carries_its_basis_itself(liver: brief.BriefData) -> None:
    notes = {note.number: note for note in liver.notes}
    value = tile(liver, "Timing").value
    assert notes[value[-1].basis].title == "Timing of metastasis"
    assert notes[value[-1].basis].value == "metachronous"


def test_every_finding_refers_to_a_note_with_value_source_and_rule(liver: brief.BriefData) -> None:
    part = liver.parts[0]
    numbers = [each.basis for each in part.findings] + [
        c.basis for group in part.criteria for c in group.criteria
    ]
    numbers += [score.basis for score in part.scores] + [
        row.basis for s in part.scores for t in s.outcomes for row in t.rows
    ]
    notes = {note.number: note for note in liver.notes}
    for number in numbers:
        assert notes[number].source
        assert notes[number].rule.endswith(".yaml")
        assert notes[number].confirmed is not None
        assert notes[number].as_of == "24 Jun 2025"


def test_no_finding_is_left_out(liver: brief.BriefData, liver_findings: dict[str, Any], page: Page) -> None:
    for finding in liver_findings["findings"].values():
        assert finding["title"] in page.words


def test_the_page_and_its_notes_name_the_knowledge(liver: brief.BriefData, page: Page) -> None:
    assert liver.knowledge in page.words
    assert "no overlay" in page.words


def test_overlays_are_named(liver_case: Case, liver_findings: dict[str, Any]) -> None:
    change = {
        "layer": "our board",
        "does": "replaces",
        "path": "criteria/few_lesions.yaml",
        "reason": "three",
        "by": "board",
    }
    for overlay in (change, "our board replaces criteria/few_lesions.yaml: three (board)"):
        data = brief.data(liver_case, {**liver_findings, "overlays": [overlay]})
        words = Page(brief.html(data)).words
        assert "Overlay our board replaces criteria/few_lesions.yaml: three (board)" in words
        assert "1 overlay change" in words


# Unknown is never no


def test_unknown_criteria_say_unknown(liver: brief.BriefData, page: Page) -> None:
    group = next(each for each in liver.parts[0].criteria if each.title == "Oligometastatic state")
    state = {criterion.text: criterion.state for criterion in group.criteria}
    assert state["Every lesion within reach of local treatment"] == "unknown"
    assert state["Few distant lesions"] == "yes"
    assert "no" not in state.values()
    assert "3 met, 2 unknown" in page.words


def test_the_page_itself_says_unknown_and_not_no(page: Page, liver: brief.BriefData) -> None:
    assert "not met" not in page.words
    topics = liver.parts[0].topics
    named = {name for topic in topics for name in (*topic.open, *topic.maybe)}
    unknown = [
        each for group in liver.parts[0].criteria for each in group.criteria if each.state == "unknown"
    ]
    assert {each.name in named for each in unknown} == {True, False}
    for criterion in unknown:
        words = f"{criterion.text}{criterion.limit and f' {criterion.limit}'}"
        if criterion.name in named:
            assert f"{criterion.text}{criterion.basis}" in page.words
        else:
            sure = "" if criterion.confirmed else " unconfirmed"
            assert f"{words} unknown{criterion.basis}{sure} {criterion.because}" in page.words


def test_with_nothing_known_nothing_is_denied() -> None:
    case = Case.model_validate({"patient": {"patient_id": "P"}, "tumours": [{"tumour_id": "T"}]})
    data = brief.data(case, assessment({}, ON, tumour="T"))
    states = [criterion.state for group in data.parts[0].criteria for criterion in group.criteria]
    assert set(states) == {"unknown"}
    assert all(finding.certainty != "known" for finding in data.parts[0].findings)
    words = plain(data.parts[0].answer)
    assert "No metastasis is recorded" in words
    assert "not the same as none" in Page(brief.html(data)).words


def test_a_lesion_that_nobody_judged_is_not_judged_unfit(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    lesion = {
        "lesion_id": "L9",
        "tumour_id": "rectum",
        "relation": "distant",
        "organ": "liver",
        "found_day": "2025-05-28",
    }
    data = changed(liver_case, liver_findings, lesions=[lesion])
    row = next(row for row in data.parts[0].lesions if row.name == "L9")
    assert row.judged == (("unknown", "not judged"),)
    assert plain(row.longest) == plain(row.volume) == plain(row.doubling) == "unknown"


def test_an_open_count_says_that_more_are_not_excluded(liver_case: Case) -> None:
    data = brief.data(liver_case, assessment({**LIVER, "lesion_count": {"low": 3}}, ON))
    assert plain(tile(data, "Lesions").value) == "at least 3 lesions"
    assert "Further lesions are not excluded" in plain(data.parts[0].answer)


def test_a_sample_without_a_result_is_unknown_and_the_last(liver: brief.BriefData) -> None:
    cea = next(series for series in liver.parts[0].course.series if series.name == "CEA, ng/mL")
    assert [dot.label for dot in cea.dots] == ["6.1", "2.2", "2.6", "2.9", "no result"]
    assert not cea.dots[-1].known
    assert cea.age == "no result, 105 days"  # 11 March to 24 June 2025: 20 + 30 + 31 + 24
    assert cea.late


# What stands on it


def test_the_answer_comes_first_and_is_composed_of_findings(liver: brief.BriefData) -> None:
    # 21 June 2023 to 11 March 2025: 629 days / 30.4375 = 20.67 months.
    assert plain(liver.parts[0].answer).startswith(
        "Three liver metastases, all judged treatable, found 20.7 months after an R0 resection. "
        "One lung lesion is of unknown nature. Whether the disease is oligometastatic is unknown. "
    )


def test_the_strip_holds_the_six_facts(liver: brief.BriefData) -> None:
    shown = {each.label: plain(each.value) for each in liver.parts[0].strip}
    assert shown == {
        "Disease-free interval": "20.7 months",
        "Timing": "metachronous",
        "Lesions": "3 to 4 lesions",
        "Burden": "13 mL",
        "Oligometastatic state": "unknown",
        "Clinical risk score": "2 to 3 of 5",
    }
    pips = tile(liver, "Clinical risk score").pips
    assert (pips.low, pips.high, pips.most) == (2, 3, 5)
    assert plain(tile(liver, "Disease-free interval").note) == "R0 21 Jun 2023 to 11 Mar 2025"


def test_a_score_that_does_not_apply_is_not_in_the_strip() -> None:
    case, _ = example("lung_primary_brain_adrenal")
    data = brief.data(case, assessment(LUNG, "2025-07-01", tumour="lung"))
    assert "Clinical risk score" not in [each.label for each in data.parts[0].strip]
    assert "Clinical risk score" not in [score.title for score in data.parts[0].scores]
    absent = {finding.name: finding.why for finding in data.parts[0].absent}
    assert "colorectal" in absent["fong_score"]
    assert "Two adrenal metastases and one brain metastasis" in plain(data.parts[0].answer)
    assert "the state is oligometastatic" in plain(data.parts[0].answer)


def test_synchronous_metastases_have_an_interval_of_zero() -> None:
    case, _ = example("synchronous_colon")
    data = brief.data(
        case, assessment({"disease_free_interval": 0, "has_metastasis": "yes"}, "2025-09-23", tumour="colon")
    )
    assert plain(tile(data, "Disease-free interval").value) == "0 months"
    assert "found before the primary was treated" in plain(data.parts[0].answer)


def test_who_and_question_come_from_the_record(liver: brief.BriefData) -> None:
    assert plain(liver.who) == "Woman, 61, case L-0312."
    assert plain(liver.parts[0].who) == (
        "Adenocarcinoma of the rectum, ypT3 N1b (3 of 19 nodes), R0 on 21 Jun 2023. "
        "KRAS G12D mutated, mismatch repair proficient. ECOG 0, ASA 2."
    )
    assert liver.parts[0].question == "Resect the liver metastases now, or systemic treatment first?"


def test_the_pathological_stage_goes_before_a_later_clinical_one(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    clinical = {"tumour_id": "rectum", "day": "2025-03-11", "prefix": "r", "t": "T0", "n": "N0", "m": "M1a"}
    data = changed(liver_case, liver_findings, stagings=[clinical])
    assert "ypT3 N1b (3 of 19 nodes)" in plain(data.parts[0].who)


def test_without_a_question_the_brief_asks_a_neutral_one(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    written = document(liver_case)
    del written["decisions"]
    neutral = brief.data(Case.model_validate(written), liver_findings).parts[0].question
    assert neutral == "What is known of this disease, and what is missing?"
    asked = brief.data(liver_case, liver_findings, question="Ablate?").parts[0].question
    assert asked == "Ablate?"


def test_missing_is_ranked_and_says_what_hangs_on_it(
    liver: brief.BriefData, liver_findings: dict[str, Any]
) -> None:
    missing = liver.parts[0].missing
    ranked = [entry["fact"] for entry in liver_findings["most_informative_missing"]]
    named = [fact for item in missing for fact in item.facts]
    assert len(named) == len(set(named))
    assert set(named) == set(ranked) or (liver.parts[0].missing_more and set(named) < set(ranked))
    assert missing[0].facts[0] == ranked[0]
    assert [item.flips_count for item in missing] == sorted((i.flips_count for i in missing), reverse=True)
    assert any("Oligometastatic state" in item.flips for item in missing)
    assert all(item.resolved_by and item.who for item in missing)


def test_too_old_differs_from_not_documented(liver: brief.BriefData) -> None:
    lines = {line.name: (line.says, line.age, line.limit) for line in liver.parts[0].workup}
    assert lines["CT of the chest"] == ("done, too old", "105 days", "56")
    assert lines["MRI of the liver"] == ("done", "27 days", "42")
    assert lines["PET-CT"] == ("not documented", "", "56")
    series = {each.name: (each.age, each.late) for each in liver.parts[0].course.series}
    assert series["CT"] == ("105 days, limit 56", True)
    assert series["MRI"] == ("27 days", False)


def test_sources_that_contradict_stand_side_by_side(liver: brief.BriefData, page: Page) -> None:
    [fong] = [score for score in liver.parts[0].scores if score.title.startswith("Clinical risk score for")]
    [table] = [each for each in fong.outcomes if any("Fong" in row.source for row in each.rows)]
    assert table.columns == ("2 points", "3 points")
    shown = {row.source: (row.cells, row.confirmed) for row in table.rows}
    assert shown["Fong 1999, n 1,001"] == (("40", "20"), False)
    assert shown["Two public calculators"] == (("30", "16"), False)
    assert shown["Mann 2004, n 77"] == (("31.2", "31.2"), True)
    assert page.words.count("unconfirmed") >= 3
    assert "Contradicted: no effect of the interval on survival" in page.words


def test_a_case_outside_the_population_of_a_source_says_so(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    findings = copy.deepcopy(liver_findings)
    findings["findings"]["fong_score"] |= {
        "outside": ["no drugs before the operation"],
        "built_for": "before drugs",
        "illustrative": True,
    }
    words = Page(brief.html(brief.data(liver_case, findings))).words
    assert "Outside: no drugs before the operation" in words
    assert "Clinical risk score before drugs 2 to 3 of 5" in words
    assert "Illustrative: its numbers are of no source" in words


def test_alternatives_under_other_limits_are_shown(page: Page) -> None:
    assert "With at most 5 lesions: yes. With at most 3 lesions: unknown" in page.words


# Lesions


def test_lesions_have_size_growth_age_and_judgement(liver: brief.BriefData) -> None:
    rows = {row.name: row for row in liver.parts[0].lesions}
    first = rows["L1"]
    assert (first.where, first.where_more) == ("Liver II", "4 mm from the left hepatic vein")
    assert (plain(first.longest), first.longest_more) == ("27", "19 in Mar")
    # pi / 6 x 2.7^3 = 10.31 mL; 78 days, 78 ln 2 / (3 ln(27 / 19)) = 51.3; 78 ln 2 / (3 ln(28 / 18)) = 40.8,
    # 78 ln 2 / (3 ln(26 / 20)) = 68.7.
    assert plain(first.volume) == "10.3"
    assert (plain(first.doubling), first.doubling_more) == ("51", "41 to 69")
    assert (first.measured, first.age) == ("MRI 28 May", "27 days")
    assert first.judged == (("yes", "resectable"), ("yes", "R0 expected"))
    assert first.judged_more == "surgeon, 12 Jun 2025"
    assert rows["P1"].certain == "unknown"
    assert rows["P1"].late
    assert (rows["K1"].certain, rows["K1"].judged) == ("no", ((None, "benign"),))
    assert [row.name for row in liver.parts[0].lesions][-1] == "K1"


def test_a_corrected_reading_replaces_the_first(liver: brief.BriefData) -> None:
    second = next(row for row in liver.parts[0].lesions if row.name == "L2")
    assert [size.mm for size in second.sizes] == [12, 16]  # 21 mm was corrected to 12


def test_a_reading_in_retrospect_says_so(liver: brief.BriefData) -> None:
    first = next(row for row in liver.parts[0].lesions if row.name == "L1")
    assert [size.seen_later for size in first.sizes] == [True, False, False]
    table = {
        row.day: row for row in liver.parts[0].course_rows if row.what == "Sizes, CT" and "L1 9" in row.result
    }
    assert table["17 Sep 2024"].known == "14 Mar 2025, in retrospect"


def test_volume_of_a_sphere() -> None:
    assert sphere_ml(40) == pytest.approx(33.510321638291124, rel=1e-12)


def test_a_lesion_that_may_not_grow_has_no_upper_bound() -> None:
    found = doubling(Size((0, 0), 8), Size((78, 78), 10))
    assert found is not None
    # 78 ln 2 / (3 ln(10 / 8)) = 80.8; each off by 1 mm: 9 to 9 does not grow.
    assert found.days == pytest.approx(80.763, abs=1e-3)
    assert found.most is None
    assert doubling(Size((0, 0), 8), Size((0, 0), 10)) is None


def test_what_was_removed_no_longer_stands(liver_case: Case, liver_findings: dict[str, Any]) -> None:
    wedge = {
        "treatment_id": "wedge",
        "tumour_id": "rectum",
        "modality": "surgery",
        "procedure": "wedge resection",
        "start_day": "2025-06-10",
        "end_day": "2025-06-10",
    }
    target = {"treatment_id": "wedge", "lesion_id": "L2", "removed": "yes"}
    data = changed(liver_case, liver_findings, treatments=[wedge], targets=[target])
    row = next(row for row in data.parts[0].lesions if row.name == "L2")
    assert row.gone
    assert (row.judged, row.judged_more) == (((None, "removed"),), "10 Jun 2025")
    assert plain(data.parts[0].answer).startswith("Two liver metastases")
    assert any(spot.name == "L2" and spot.gone for spot in data.parts[0].where.spots)


def test_an_organ_with_an_unknown_number_is_dashed_everywhere() -> None:
    case, _ = example("two_primaries")
    data = brief.data(case, [assessment({}, "2025-09-16", tumour=t) for t in ("breast", "colon")])
    part = data.parts[0]
    assert any(row.is_site and row.where == "Number of lesions unknown" for row in part.lesions)
    assert any(spot.organ == "bone" and not spot.known for spot in part.where.spots)
    assert any(track.says == "number unknown" and not track.known for track in part.course.tracks)
    assert "bone metastases in unknown number, of unknown origin" in plain(part.answer)


# Nothing from after the day


LATER: list[dict[str, list[dict[str, Any]]]] = [
    {"studies": [{"day": "2025-07-01", "kind": "pet-ct", "covers": ["chest"]}]},
    {"studies": [{"day": "2025-06-01", "known_day": "2025-07-02", "kind": "pet-ct"}]},
    {"measurements": [{"lesion_id": "L1", "day": "2025-07-15", "longest_mm": 41, "method": "ct"}]},
    {
        "measurements": [
            {"lesion_id": "L1", "replaces": "L1-late", "day": "2025-05-28", "known_day": "2025-08-01"}
        ]
    },
    {"statuses": [{"tumour_id": "rectum", "day": "2025-09-01", "status": "progression"}]},
    {
        "treatments": [
            {"treatment_id": "x", "tumour_id": "rectum", "modality": "surgery", "start_day": "2025-07-20"}
        ]
    },
    {"lesions": [{"lesion_id": "L8", "tumour_id": "rectum", "organ": "brain", "found_day": "2025-08-01"}]},
    {"observations": [{"day": "2025-06-30", "name": "cea", "low": 300, "high": 300, "unit": "ng/mL"}]},
    {"judgements": [{"lesion_id": "P1", "day": "2025-06-25", "role": "radiologist", "certainty": "proven"}]},
]


@pytest.mark.parametrize("rows", LATER, ids=lambda rows: next(iter(rows)))
def test_what_became_known_later_changes_nothing(
    rows: dict[str, list[dict[str, Any]]],
    liver_case: Case,
    liver_findings: dict[str, Any],
    liver: brief.BriefData,
) -> None:
    first = liver_case.measurements[0].row_id
    mended = {
        t: [{**row, "replaces": first} if "replaces" in row else row for row in more]
        for t, more in rows.items()
    }
    assert brief.html(changed(liver_case, liver_findings, **mended)) == brief.html(liver)


@pytest.mark.parametrize(
    "later",
    [{"residual": "R2", "margin_mm": 0}, {"pathology_day": "2023-08-01"}],
    ids=["result of pathology", "its day"],
)
def test_what_was_learnt_later_than_its_row_changes_nothing(later: dict[str, Any], liver_case: Case) -> None:
    # Between the operation of 21 June and the pathology report of 5 July 2023.
    findings = {"patient": "L-0312", "tumour": "rectum", "as_of": "2023-06-30", "findings": {}}
    pages = []
    for more in ({}, later):
        written = document(liver_case)
        next(row for row in written["treatments"] if row["treatment_id"] == "anterior-resection").update(more)
        pages.append(brief.html(brief.data(Case.model_validate(written), findings)))
    assert pages[0] == pages[1]
    assert "residual tumour unknown" in Page(pages[0]).words


def test_a_course_that_had_not_ended_yet_has_no_end(liver_case: Case) -> None:
    findings = {"patient": "L-0312", "tumour": "rectum", "as_of": "2023-10-01", "findings": {}}
    [capox] = [bar for bar in brief.data(liver_case, findings).parts[0].course.bars if "apecit" in bar.label]
    assert capox.end is None
    assert capox.label == "Capecitabine, oxaliplatin"  # without the cycles, which were counted at its end


@pytest.mark.parametrize("seed", range(5))
def test_the_order_of_rows_does_not_matter(
    seed: int, liver_case: Case, liver_findings: dict[str, Any], liver: brief.BriefData
) -> None:
    written = document(liver_case)
    for rows in written.values():
        if isinstance(rows, list):
            random.Random(seed).shuffle(rows)
    assert brief.html(brief.data(Case.model_validate(written), liver_findings)) == brief.html(liver)


# Days and numbers


@pytest.mark.parametrize(
    ("day", "written", "age"),
    [
        ("2023-09-18", "18 Sep 2023", "645 days"),
        ("2023-09", "Sep 2023", "633 to 662 days"),
        ("2023", "2023", "541 to 905 days"),
        ("2025-06-24", "24 Jun 2025", "today"),
        ("2025-06-23", "23 Jun 2025", "1 day"),
    ],
)
def test_days_are_written_as_people_write_them(day: str, written: str, age: str) -> None:
    calendar = Calendar(20263)  # 24 June 2025
    assert calendar.write(calendar.read(day)) == written
    assert calendar.age_words(calendar.read(day)) == age


def test_a_record_in_relative_time_has_days_and_no_dates() -> None:
    case = Case.model_validate(
        {
            "patient": {"patient_id": "R", "time_base": "relative", "sex": "male"},
            "tumours": [{"tumour_id": "T", "site": "colon", "diagnosed_day": 0}],
            "lesions": [
                {
                    "lesion_id": "L1",
                    "tumour_id": "T",
                    "relation": "distant",
                    "organ": "liver",
                    "found_day": 400,
                }
            ],
            "measurements": [{"lesion_id": "L1", "day": 400, "longest_mm": 20}],
        }
    )
    findings = {"patient": "R", "tumour": "T", "as_of": 500, "knowledge": "", "overlays": [], "findings": {}}
    data = brief.data(case, findings)
    assert data.as_of_written == "day 500"
    assert data.parts[0].lesions[0].age == "100 days"
    assert not re.search(r"\b(19|20)\d\d\b", Page(brief.html(data)).words)


# Two primaries


def test_two_primaries_share_one_head() -> None:
    case, _ = example("two_primaries")
    data = brief.data(case, [assessment({}, "2025-09-16", tumour=t) for t in ("breast", "colon")])
    page = Page(brief.html(data))
    assert page.problems == []
    assert page.headings.count(1) == 1
    assert page.words.count("Woman, 70, case D-0240") == 1
    assert [part.title for part in data.parts] == [
        "Adenocarcinoma of the colon",  # the primary that the board is asked about comes first
        "Ductal carcinoma of the left breast",
    ]
    assert data.parts[0].question.startswith("Is the liver lesion a metastasis of the colon")
    assert len({note.number for note in data.notes}) == len(data.notes)


def test_assessments_of_two_days_are_refused(liver_case: Case, liver_findings: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="one day"):
        brief.data(liver_case, [liver_findings, {**liver_findings, "as_of": "2025-06-25"}])


# Text of a record that would do harm


HOSTILE = '<script>alert("1")</script>\x1b[31m\u202e & [bold]x[/bold] {{ 7 * 7 }}'


@pytest.fixture(scope="module")
def hostile(liver_case: Case, liver_findings: dict[str, Any]) -> brief.BriefData:
    written = document(liver_case)
    written["patient"]["patient_id"] = HOSTILE
    for table, column in (
        ("lesions", "location"),
        ("studies", "result"),
        ("treatments", "procedure"),
        ("decisions", "question"),
        ("observations", "text"),
        ("tumours", "grade"),
        ("statuses", "source"),
        ("stagings", "t"),
        ("judgements", "vessel"),
    ):
        for row in written[table]:
            row[column] = HOSTILE
    for rows in written.values():
        for row in rows if isinstance(rows, list) else []:
            row.pop("patient_id", None)
    findings = copy.deepcopy(liver_findings)
    for finding in findings["findings"].values():
        finding["title"] = HOSTILE
        finding["rule"] = HOSTILE
        finding["source"] = {"authors": HOSTILE}
    findings["overlays"] = [HOSTILE]
    report = ImportReport(format=HOSTILE, problems=[Problem("contradiction", HOSTILE, table=HOSTILE)])
    report.read[HOSTILE] = 1
    return brief.data(Case.model_validate(written), findings, notes=brief.Notes(label=HOSTILE, report=report))


def test_markup_is_kept_and_escaped(hostile: brief.BriefData) -> None:
    html = brief.html(hostile)
    page = Page(html)
    assert [p for p in page.problems if not p.startswith("id twice")] == []
    assert "<script" not in html
    assert '<script>alert("1")</script>' in page.words
    assert "{{ 7 * 7 }}" in page.words


def test_control_characters_are_made_visible(hostile: brief.BriefData) -> None:
    for shown in (
        brief.html(hostile),
        brief.text(hostile),
        json_line(brief.as_json(hostile)),
    ):
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]", shown)
        assert "␛[31m" in shown
        assert "⟨U+202E⟩" in shown


# The other forms


def test_json_holds_the_same_content(liver: brief.BriefData, page: Page) -> None:
    data = json.loads(json.dumps(brief.as_json(liver)))
    part = data["parts"][0]
    assert data["patient"] == "L-0312"
    assert [each["label"] for each in part["strip"]] == [each.label for each in liver.parts[0].strip]
    said = [note["title"] for note in data["notes"]] + [row["where"] for row in part["lesions"]]
    said += [line["name"] for line in part["workup"]] + [item["title"] for item in part["missing"]]
    for text in said:
        assert " ".join(text.split()) in page.words


def test_the_terminal_says_the_same(liver: brief.BriefData) -> None:
    text = brief.text(liver, width=200)
    assert "\x1b" not in text
    for part in (
        plain(liver.parts[0].answer)[:80],
        "20.7 months",
        "■■▨□□",
        "? done, too old",
        "Basis",
        "gives no orders",
    ):
        assert part in text
    assert max(map(len, text.splitlines())) <= 200
    assert "\x1b[" in brief.text(liver, colour=True)


def test_a_brief_prints_and_draws_itself(liver: brief.BriefData) -> None:
    assert str(liver) == liver.text() == brief.text(liver)
    assert liver.html() == brief.html(liver)
    assert liver.json() == brief.as_json(liver)


def test_text_of_a_record_is_no_terminal_markup(hostile: brief.BriefData) -> None:
    assert "[bold]x[/bold]" in brief.text(hostile, width=400)


# The record itself


def test_contradictions_are_named_and_folded_when_long(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    problems = [Problem("unknown value", "a code", table="observations", row="r1", column="low")]
    problems += [
        Problem("contradiction", f"they differ, {n}", f"compare letter {n}", table="stagings", row=f"s{n}")
        for n in range(80)
    ]
    report = ImportReport(format="mCODE 4 bundle (collection)", problems=problems)
    report.read.update({"Condition": 3, "Observation": 9})
    report.ignored["Practitioner"] = 2
    data = brief.data(liver_case, liver_findings, notes=brief.Notes(report=report))
    html = brief.html(data)
    page = Page(html)
    assert data.remarks[0].kind == "contradiction"
    assert data.remarks_more == 21
    assert "they differ, 0; compare letter 0 stagings, row s0" in page.words
    assert (
        "Read as mCODE 4 bundle (collection), 12 read (9 Observation; 3 Condition), 2 ignored" in page.words
    )
    assert "48 more" in page.words  # 60 are on the page, 12 of them unfolded


def test_the_moment_of_computing_is_printed_when_given(
    liver_case: Case, liver_findings: dict[str, Any]
) -> None:
    notes = brief.Notes(computed=dt.datetime(2025, 6, 23, 17, 42, tzinfo=dt.UTC), label="Invented case")
    words = Page(brief.html(brief.data(liver_case, liver_findings, notes=notes))).words
    assert "Computed 23 Jun 2025 17:42" in words
    assert "Invented case" in words
