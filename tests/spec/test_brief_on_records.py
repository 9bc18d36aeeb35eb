"""The brief on whole records, from file to page: what a coordinator must be told, and what must not be."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from tests.page_checks import Page
from tests.written_cases import case, metastasis

import paget
from paget import brief
from paget.brief.fact_words import FACTS, fact_words
from paget.brief.words import plain
from paget.facts.catalogue import catalogue
from paget.knowledge import Knowledge
from paget.record.case import read_case
from paget.record.record import Record

CASES = Path(__file__).parents[1] / "cases"
EXAMPLES = Path(paget.__file__).parent / "examples"
RAW = re.compile(r"\b[a-z]+_[a-z_]+\b(?!\.yaml)")


def of(name: str, **options: Any) -> brief.BriefData:
    """The brief of an example or of a case of the tests."""
    folder = EXAMPLES if (EXAMPLES / f"{name}.yaml").exists() else CASES
    return brief.of_record(paget.read(folder / f"{name}.yaml"), **options)


@pytest.fixture(scope="module")
def liver() -> brief.BriefData:
    return of("liver_metastases", on="2025-06-24")


@pytest.fixture(scope="module")
def two() -> brief.BriefData:
    return of("two_primaries")


@pytest.fixture(scope="module")
def messy() -> brief.BriefData:
    return of("messy")


def tiles(data: brief.BriefData, part: int = 0) -> dict[str, str]:
    return {tile.label: plain(tile.value) for tile in data.parts[part].strip}


def notes(data: brief.BriefData, label: str, part: int = 0) -> str:
    return next(plain(tile.note) for tile in data.parts[part].strip if tile.label == label)


# Every word


def test_every_fact_has_words() -> None:
    facts = catalogue(Knowledge.load())
    assert set(FACTS) <= set(facts)  # no words for facts that are gone
    for name, fact in facts.items():
        words = fact_words(name, fact.resolved_by)
        assert words.name
        assert "_" not in words.name + words.tells
    assert fact_words("liver_mr_age").name == "liver MRI"
    assert fact_words("fev1_percent", "lung function test").who == "function tests"


@pytest.mark.parametrize(
    "name",
    [*(path.stem for path in sorted(EXAMPLES.glob("*.yaml"))), "messy", "relative", "boundary"],
)
def test_no_name_of_the_machine_is_shown(name: str) -> None:
    data = of(name)
    page = Page(brief.html(data))
    assert page.problems == []
    rules = {note.rule for note in data.notes} | {finding.rule for p in data.parts for finding in p.absent}
    shown = page.words
    for rule in sorted(rules, key=len, reverse=True):
        shown = shown.replace(rule, "").replace(rule.removesuffix(".yaml"), "")
    shown = re.sub(r"\([a-z]+, (row [^,)]+, )?[a-z_]+\)|[a-z]+, row [^ ]+ [a-z_]+", "", shown)
    assert RAW.findall(shown.partition("The record itself")[0]) == []


@pytest.mark.parametrize("name", ["liver_metastases", "messy", "relative"])
def test_a_text_fits_80_columns(name: str) -> None:
    text = brief.text(of(name))
    assert max(map(len, text.splitlines())) <= 80
    assert "not a medical device" in text


# The decision day


def test_the_page_says_when_nobody_named_the_day(liver: brief.BriefData) -> None:
    left_out = of("liver_metastases")
    assert (liver.as_of_default, left_out.as_of_default) == (False, True)
    for data, said in ((liver, 0), (left_out, 1)):
        assert Page(brief.html(data)).words.count("the last day known in the record") == said
        assert brief.text(data).count("the last day known in the record") == said


# Data first


def test_the_data_hold_the_assessments_as_they_are_printed(two: brief.BriefData) -> None:
    assessed = [one.to_dict() for one in paget.assess(paget.read(EXAMPLES / "two_primaries.yaml"))]
    data = json.loads(json.dumps(two.json()))
    assert data["assessments"] == json.loads(json.dumps(assessed))
    assert list(data)[:6] == ["patient", "as_of", "as_of_default", "knowledge", "overlays", "notice"]
    assert "gives no orders" in data["notice"]


# What is missing, and by whom it is settled


def test_what_one_thing_settles_stands_together(liver: brief.BriefData) -> None:
    title = "Staging of chest and pelvis"
    [first] = [item for item in liver.parts[0].missing if item.title == title]
    others = [item for item in liver.parts[0].missing if item.title != title]
    # CT of chest and pelvis on 11 March, the day is 24 June 2025: 105 days; the abdomen by MRI on 28 May.
    assert first.state == "too old, 105 days, limit 56"
    assert {"lesion_count", "organ_count", "primary_control"} <= set(first.facts)
    assert first.who == "radiology"
    assert first.flips_count == len(first.flips) >= 3
    judged = next(item for item in others if "untreatable_lesion_count" in item.facts)
    assert (judged.state, judged.who) == ("P1 not judged", "those who would treat")
    blood = next(item for item in others if item.facts == ("cea",))
    assert (blood.title, blood.state) == ("Blood test: CEA", "too old, 105 days, limit 30")


def test_staging_is_listed_where_no_schedule_applies() -> None:
    written = case("bladder", [metastasis("bone", 20, "2025-05-12")], examined=None)
    written["studies"] = [
        {"day": "2025-08-18", "kind": "ct", "covers": ["chest", "pelvis"]},
        {"day": "2025-05-12", "kind": "ct", "covers": ["chest", "abdomen"]},
    ]
    made, _ = read_case(written, source="test")
    part = brief.of_record(Record.from_cases([made]), on="2025-09-09").parts[0]
    assert part.workup_title == "Staging that the counts rest on"
    # CT of the chest and pelvis on 18 August, of the abdomen on 12 May; the decision on 9 September 2025.
    assert [(line.name, line.says, line.age, line.limit, line.state) for line in part.workup] == [
        ("Chest", "CT", "22 days", "56", "yes"),
        ("Abdomen", "CT, too old", "120 days", "56", "unknown"),
        ("Pelvis", "CT", "22 days", "56", "yes"),
    ]
    assert part.missing[0].title == "Staging of abdomen"
    assert "staging of abdomen is too old, 120 days, limit 56" in plain(part.answer)


def test_staging_is_not_missing_when_it_is_complete() -> None:
    part = of("lung_primary_brain_adrenal").parts[0]
    assert not [item.title for item in part.missing if item.title.startswith("Staging")]


# Unknown is not no, and not yes either


def test_lesions_that_may_come_from_another_primary_say_so(two: brief.BriefData) -> None:
    for part in two.parts:
        assert "One liver metastasis and bone metastases in unknown number, of unknown origin" in plain(
            part.answer
        )
        assert all("origin unknown" in row.where_more for row in part.lesions)
        assert part.missing[0].title == "Origin of L1 and bone disease"
        assert part.missing[0].who == "pathology, radiology"
        assert part.course.interval is None
        assert "Lesions found" in [moment.label for moment in part.course.moments]


def test_a_finding_that_may_not_apply_says_if_it_applies(two: brief.BriefData) -> None:
    page = Page(brief.html(two))
    for label in ("Disease-free interval",):
        assert notes(two, label).startswith("If it applies")
    assert "if it applies" in page.words
    shown = next(tile.value for tile in two.parts[0].strip if tile.label == "Disease-free interval")
    assert shown[0].mark == "unknown"


def test_without_a_metastasis_there_is_no_interval() -> None:
    record = paget.read(EXAMPLES / "kidney_late_lung.yaml")
    part = brief.of_record(record, on="2022-07-01").parts[0]
    shown = {tile.label: plain(tile.value) for tile in part.strip}
    assert shown["Disease-free interval"] == shown["Timing"] == "unknown"
    assert plain(part.answer).startswith(
        "No metastasis is recorded. Metastases are not excluded: staging of "
    )


def test_a_treatment_not_known_to_be_definitive_is_not_denied(messy: brief.BriefData) -> None:
    rectum = messy.parts[0]
    assert (
        "whether the operation on the primary was definitive is not recorded"
        in notes(messy, "Disease-free interval").lower()
    )
    assert rectum.where.primaries[0].says == ("primary", "operated on, result unknown")
    assert not re.search("no treatment(?! effect)", Page(brief.html(messy)).words.lower())


# A file as it comes


def test_the_primary_in_question_comes_first(messy: brief.BriefData) -> None:
    assert [part.tumour for part in messy.parts] == ["rektum-hauptbefund-2022", "mamma"]
    assert messy.parts[0].question.startswith("Gibt es überhaupt noch eine Möglichkeit")
    assert "Grüß-Müller-Lüdenscheidt-Klöbner-2031/ä" in messy.title


def test_contradictions_and_rejected_rows_are_said_at_the_top(messy: brief.BriefData) -> None:
    said = plain(messy.alert)
    assert re.fullmatch(
        r"The record contradicts itself in \w+ places? and three rows were impossible and left out\.",
        said,
    )
    page = Page(brief.html(messy))
    assert page.words.index(said) < page.words.index("What is missing")
    assert said in brief.text(messy).replace("\n", " ")
    assert "34 rows read" in messy.import_words
    assert "3 rejected, 5 values read as unknown" in messy.import_words
    by_kind = {remark.kind: remark for remark in messy.remarks}
    assert by_kind["unknown value"].rows == 5
    assert len(by_kind["unknown value"].alike) == 4
    stages = [remark.place for remark in messy.remarks if "two stages" in remark.text]
    assert stages == ["cT3 N1 M0, 11 Apr 2022 (stagings, day)", "cT2 N0 M1a, 11 Apr 2022 (stagings, day)"]


def test_two_statuses_of_one_day_are_both_shown(messy: brief.BriefData) -> None:
    status = next(series for series in messy.parts[0].course.series if series.name == "Status")
    assert [(dot.label, dot.known) for dot in status.dots] == [("no evidence or recurrence", False)]


def test_two_judgements_of_one_day_are_both_shown(messy: brief.BriefData) -> None:
    row = next(row for row in messy.parts[0].lesions if row.name == "L1")
    assert row.judged == (
        ("unknown", "probable or benign"),
        ("unknown", "resectable or beyond local treatment"),
    )
    assert row.full_name == "Leberherd-Segment-VII-dorsal-subdiaphragmal"
    assert row.where == "Liver VII"


# Boundaries, unconfirmed rules, relative time


@pytest.mark.parametrize("name", ["boundary", "relative"])
def test_what_lies_at_a_boundary_says_so(name: str) -> None:
    data = of(name)
    # The resection on day 20 and the metastasis on day 386: 366 days, and 12 months are floor(365.25) days.
    assert "Over 12 months (at the boundary, rule unconfirmed)" in notes(data, "Timing")
    assert "at the boundary" in notes(data, "Clinical risk score").lower()
    assert Page(brief.html(data)).words.count("At the boundary: within three days of a threshold") >= 2


def test_rules_that_nobody_read_in_a_source_are_marked(liver: brief.BriefData) -> None:
    part = liver.parts[0]
    unconfirmed = [finding.title for finding in part.findings if not finding.confirmed]
    unconfirmed += [each.text for group in part.criteria for each in group.criteria if not each.confirmed]
    unconfirmed += [
        row.source for s in part.scores for t in s.outcomes for row in t.rows if not row.confirmed
    ]
    assert unconfirmed
    words = Page(brief.html(liver)).words
    assert words.count("unconfirmed") >= len(unconfirmed)
    assert re.search(r"Class of the disease-free interval over 12 months\d+ unconfirmed", words)
    assert re.search(r"No dissemination unknown\d+ unconfirmed", words)
    assert brief.text(liver).count("unconfirmed") >= len(unconfirmed)


def test_limits_stand_beside_their_criteria(liver: brief.BriefData) -> None:
    limits = {each.text: each.limit for group in liver.parts[0].criteria for each in group.criteria}
    assert limits["Few distant lesions"] == "at most 5 lesions"
    assert limits["Few organs with distant lesions"] == "at most 3 organs"
    [fong] = [score for score in liver.parts[0].scores if score.title.startswith("Clinical risk score for")]
    assert fong.detail.startswith("Fong 1999, limits: marker age 30 days, unconfirmed; size 50 mm")


def test_a_record_in_relative_time_names_no_date() -> None:
    data = of("relative")
    assert data.as_of_written == "day 390"
    words = Page(brief.html(data)).words.partition("Basis")[0]
    assert "R0 day 20 to day 386" in words
    assert not re.search(r"\b(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4}", words)


# Paper


def test_every_sheet_of_paper_names_the_case_and_the_day(messy: brief.BriefData) -> None:
    style = Page(brief.html(messy)).style
    assert "counter(page)" in style
    named = re.search(r'@top-right \{ content: "([^"]*)"', style)
    assert named is not None
    said = re.sub(r"\\([0-9a-f]+) ", lambda sign: chr(int(sign[1], 16)), named[1])
    assert said == "Case Grüß-Müller-Lüdenscheidt-Klöbner-2031/ä, as of Tue 9 Sep 2025"
