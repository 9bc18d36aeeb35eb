"""The first screen answers what a board asks, and the parts below hold every finding in its place."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.page_checks import Page

import paget
from paget import brief
from paget.assessment.pages import Pages
from paget.brief.on_page import headlines
from paget.brief.outlook import short_title
from paget.brief.places import place
from paget.brief.shares import share_words
from paget.brief.words import plain
from paget.documents import load_yaml
from paget.knowledge import Knowledge
from paget.record.case import read_case
from paget.record.record import Record
from written_cases import ON, case, metastasis

CASES = Path(__file__).parent / "cases"
EXAMPLES = Path(paget.__file__).parent / "examples"


def written(name: str) -> brief.BriefData:
    """The brief of a written case on its day."""
    data: Any = load_yaml((CASES / f"{name}.yaml").read_text(encoding="utf-8"), name).value
    case, _ = read_case(data["case"], source=name)
    return brief.of_record(Record.from_cases([case]), on=str(data["on"]))


@pytest.fixture(scope="module")
def liver() -> brief.BriefData:
    return brief.of_record(paget.read(EXAMPLES / "liver_metastases.yaml"), on="2025-06-24")


def answers(data: brief.BriefData) -> dict[str, tuple[str | None, str, str]]:
    part = data.parts[0]
    return {
        each.asks: (each.state, plain(each.value), plain(each.says)) for each in (*part.goal, *part.removal)
    }


def lines(data: brief.BriefData) -> dict[str, Any]:
    return {name: line for t in data.parts[0].topics for line in t.outlooks for name in line.names}


# May it be removed


def test_what_may_be_removed_names_who_is_judged_how(liver: brief.BriefData) -> None:
    found = answers(liver)
    # L1 and L2 are judged for surgery, L3 for ablation, the lung nodule P1 by nobody; K1 is benign.
    assert found["Every lesion resectable, R0 expected"] == (
        "unknown",
        "unknown",
        "L1 and L2 by resection, L3 by ablation; P1 not judged",
    )
    assert found["Every lesion treatable locally"] == ("unknown", "unknown", "P1 not judged")
    assert found["Fit for it"][1].startswith("Performance status 0, ASA class 2")
    assert found["Liver remnant large enough"][0] == "unknown"


def test_what_leaves_in_one_piece_is_named_with_what_follows() -> None:
    found = answers(written("removability-rectal-recurrence-bladder-vagina"))
    state, value, says = found["Leaves in one piece"]
    assert (state, value) == (None, "rectum, bladder and vagina")
    assert "urinary diversion" in says
    # of 22 organs three leave, and a woman has no prostate: 18 are open
    assert says.endswith("of 18 organs it is not said whether they are involved")
    assert found["Every lesion resectable, R0 expected"] == ("yes", "yes", "L1 by resection")


def test_a_lost_goal_is_said_first_and_what_would_relieve_beside_it() -> None:
    data = written("goal-shift-peritoneal-disease-at-whipple")
    assert plain(data.parts[0].answer).startswith("The curative goal is lost. ")
    found = answers(data)
    assert found["Curative goal lost during the operation"][0] == "yes"
    assert found["Palliation of a blocked bile duct"][0] == "yes"
    assert found["Palliation of a blocked gastric outlet"][0] == "no"
    assert found["Palliation of a blocked bowel"][0] == "unknown"
    words = Page(brief.html(data)).words
    assert words.index("Does the goal shift") < words.index("May it be removed")
    assert not answers(written("persistent-at-twelve-weeks")).keys() & set(found) - {
        "Every lesion resectable, R0 expected",
        "Every lesion treatable locally",
        "Leaves in one piece",
        "Field of the operation",
        "Fit for it",
    }


def test_without_a_tumour_nothing_is_said_of_metastases() -> None:
    data = written("bariatric-regain-with-diabetes")
    part = data.parts[0]
    assert plain(part.answer) == "A second operation for weight loss is indicated, preparation first."
    assert part.strip == ()
    assert part.workup == ()
    words = Page(brief.html(data)).words
    assert "Is a second operation indicated" in words
    assert "May it be removed" not in words.partition("Course")[0]


def test_a_recurrence_without_metastasis_stands_in_the_strip() -> None:
    part = written("node-after-chemoradiotherapy").parts[0]
    # Chemoradiotherapy to 1 March 2024, found on 1 September 2025: 549 days / 30.4375 = 18.04 months.
    assert {tile.label: plain(tile.value) for tile in part.strip} == {
        "New disease": "regional recurrence",
        "Found after": "18.0 months",
    }


# Scores, and what was published


def test_a_model_of_several_years_is_one_line(liver: brief.BriefData) -> None:
    found = lines(liver)
    line = found["relapse_1y_fong"]
    assert line is found["relapse_3y_fong"]
    assert line.names == ("relapse_1y_fong", "relapse_2y_fong", "relapse_3y_fong")
    assert line.title == "Relapse within 1, 2 and 3 years of resection, from the items of the Fong score"
    # 0.4747 to 0.5086, 0.6460 to 0.6667, 0.6876 to 0.7056 by the assessment
    assert plain(line.value) == "47 to 51, 65 to 67, 69 to 71 of 100"
    notes = {note.number: note.rule for note in liver.notes}
    assert [notes[span.basis] for span in line.value if span.basis] == [
        f"scores/relapse_{year}y_fong.yaml" for year in (1, 2, 3)
    ]


def test_a_probability_is_people_of_100() -> None:
    assert share_words(0.125).text == "12 of 100"
    assert share_words({"low": 0.0, "high": 1.0}).text == "0 to 100 of 100"
    assert share_words({"low": 0.501, "high": 0.503}) == share_words({"low": 0.502, "high": 0.504})
    assert share_words({"low": None, "high": None}).certainty == "unknown"


def test_published_outcomes_say_which_were_not_read(
    liver: brief.BriefData,
) -> None:
    line = lines(liver)["fong_score"]
    assert plain(line.in_short) == (
        "Overall survival after resection, at 60 months, of 100: 2 points: 40; 3 points: 20 Fong 1999, "
        "unconfirmed; 3 more sources 16 to 40"
    )
    assert line.published is not None
    assert [row.source for row in line.published.rows] == [
        "Fong 1999, n 1,001",
        "Two public calculators",
        "Another public application",
        "Mann 2004, n 77",
    ]
    assert line.fits == "no"
    assert line.fits_says == "resections of 1985 to 1998, before modern drugs"


def test_a_group_of_which_nothing_was_published_says_so(liver: brief.BriefData) -> None:
    line = lines(liver)["game_score"]
    # the score is 3 to 6, medium or high; the file gives five years of the high group alone
    assert plain(line.group) == "Medium or high"
    assert "medium: not given; high: 11 Margonis 2018, unconfirmed" in plain(line.in_short)


def test_a_score_before_drugs_stands_beside_that_after() -> None:
    data = written("colorectal-before-and-after-drugs")
    line = lines(data)["fong_score"]
    assert (plain(line.value), line.before_drugs) == ("3 of 5", "5, high before drugs, 20 Oct 2024")
    assert Page(brief.html(data)).words.count("5, high before drugs, 20 Oct 2024") == 2


def test_the_first_screen_leaves_out_what_is_built_for_later(liver: brief.BriefData) -> None:
    part = liver.parts[0]
    [prognosis] = [topic for topic in part.topics if topic.key == "prognosis"]
    shown = [line.names[0] for line in headlines(prognosis.outlooks)]
    assert shown[0] == "fong_score"
    assert "nordlinger_score" not in shown  # after the operation, when the margin is known
    assert shown[-1].startswith("relapse_")
    assert all(line.applies == "yes" for line in headlines(prognosis.outlooks))


def test_what_may_not_apply_is_not_on_the_first_screen() -> None:
    # the liver lesion may come from the breast: of each colorectal score it is open whether it applies
    part = brief.of_record(paget.read(EXAMPLES / "two_primaries.yaml")).parts[0]
    [prognosis] = [topic for topic in part.topics if topic.key == "prognosis"]
    assert any(line.applies == "unknown" and line.in_short for line in prognosis.outlooks)
    assert headlines(prognosis.outlooks) == []


def test_what_nobody_recorded_is_only_named(liver: brief.BriefData) -> None:
    [fitness] = [topic for topic in liver.parts[0].topics if topic.key == "fitness"]
    # smoking may be each of its three, the cardiac index each of its points; ASA is known
    assert {"smoking", "alcohol", "cardiac_risk_index"} <= set(fitness.open)
    assert "asa" in fitness.rows
    assert not set(fitness.open) & set(fitness.rows)
    note = next(note.number for note in liver.notes if note.title == "Smoking")
    assert f"Smoking{note}" in Page(brief.html(liver)).words


def test_a_cardiac_index_is_no_prognosis_of_the_cancer() -> None:
    assert place("cardiac_risk_index", "score") == "fitness"
    assert place("a_score_of_a_hospital", "score") == "prognosis"
    kidney = brief.of_record(paget.read(EXAMPLES / "kidney_late_lung.yaml"))
    labels = [tile.label for tile in kidney.parts[0].strip]
    assert "Revised Cardiac Risk Index" not in labels


def test_short_titles_tell_scores_apart(liver: brief.BriefData) -> None:
    shorts = [line.short for topic in liver.parts[0].topics for line in topic.outlooks]
    assert len(shorts) == len(set(shorts))
    assert short_title("Nordlinger score for resection of liver metastases, before the operation") == (
        "Nordlinger score, before the operation"
    )


# Factors


def test_factors_stand_side_by_side_with_every_source() -> None:
    part = written("larynx-recurrence-factors").parts[0]
    tables = {table.name: table for topic in part.topics for table in topic.factors}
    states = [factor.state for factor in tables["head_neck_salvage_factors"].factors]
    assert states == sorted(states, key=("yes", "unknown", "no").index)
    effects = [e for table in tables.values() for factor in table.factors for e in factor.effects]
    assert effects
    assert all(effect.source and effect.text for effect in effects)


# Nothing is lost


@pytest.mark.parametrize(
    "name", ["colorectal-all-scores", "kidney-lung-and-bone", "removability-lung-both-above-60"]
)
def test_every_finding_that_applies_stands_in_one_place(name: str) -> None:
    data = written(name)
    part = data.parts[0]
    found = data.assessments[0]["findings"]
    placed: list[str] = []
    for topic in part.topics:
        placed += [*topic.rows, *topic.criteria, *topic.open, *topic.maybe]
        placed += [one for line in topic.outlooks for one in line.names]
        placed += [table.name for table in topic.factors]
        for group in part.criteria:
            if group.name in topic.groups:
                placed += [one.name for one in group.criteria]
    assert len(placed) == len(set(placed))
    groups = {group.name for group in part.criteria}
    strip = {note.rule for note in data.notes[: part.workup[0].basis]} if part.workup else set()
    for finding, raw in found.items():
        if raw["applies"] is False or raw["kind"] == "schedule" or finding in groups:
            continue
        assert finding in placed or raw["rule"] in strip, finding


def test_what_does_not_apply_is_named_by_its_reason(liver: brief.BriefData) -> None:
    part = liver.parts[0]
    assert sum(len(aside.titles) for aside in part.asides) == len(part.absent)
    first = part.asides[0]
    assert first.because == "Disease: colorectal"
    assert "IMDC score for metastatic kidney cancer" in first.titles


def test_every_source_is_listed_once_and_each_note_refers_to_its_own(liver: brief.BriefData) -> None:
    texts = [source.text for source in liver.sources]
    assert len(texts) == len(set(texts))
    by_number = {source.number: source for source in liver.sources}
    fong = next(note for note in liver.notes if note.rule == "scores/fong_score.yaml")
    assert [by_number[number].short for number in fong.cites] == ["Fong 1999"]
    assert sum("10493478" in text for text in texts) == 1
    page = Page(brief.html(liver))
    assert page.problems == []
    assert {f"s{source.number}" for source in liver.sources} <= set(page.ids)


def test_what_an_operation_was_for_stands_under_the_course(liver: brief.BriefData) -> None:
    [done] = liver.parts[0].operations
    assert (done.day, done.name) == ("21 Jun 2023", "Planned resection")
    assert "aim cure" in done.axes
    [unclear] = written("goal-shift-peritoneal-disease-at-whipple").parts[0].operations
    assert unclear.name == "Operation, what it was for is unknown"
    assert "occasion" not in unclear.axes  # of eight that are still possible none tells anything


# The terminal


def test_the_text_is_short(liver: brief.BriefData) -> None:
    text = brief.text(liver)
    assert len(text.splitlines()) < 520  # 1,528 before the parts were folded
    # 39 rows of the course, of which the last sixteen are shown
    assert "23 earlier rows are on the page and in --json." in text
    assert "24 Jan 2023" not in text
    for said in ("May it be removed", "P1 not judged", "65 to 67 [", "Does not apply", "Fong 1999"):
        assert said in text


def test_the_text_asks_each_role_what_the_record_does_not_tell(liver: brief.BriefData) -> None:
    text = " ".join(brief.text(liver).split())
    sheets = [sheet for sheet in liver.parts[0].worksheets if "if it applies" not in sheet.role]
    assert len(liver.parts[0].worksheets) > len(sheets) > 6
    questions = [one for sheet in sheets for _, group in sheet.headings for one in group]
    assert {one.says for one in questions} == {"prefilled", "prefilled in part", "open", "to judge"}
    for one in questions:
        assert (one.asks in text) == (one.says in ("open", "to judge")), one.asks


def test_on_paper_the_questions_that_are_not_answered_can_be_read(liver: brief.BriefData) -> None:
    page = brief.html(liver)
    questions = [one for sheet in liver.parts[0].worksheets for _, group in sheet.headings for one in group]
    assert page.count('<li class="todo">') == sum(one.state != "yes" for one in questions) > 20


def test_of_an_indeterminate_lung_lesion_its_nature_is_missing_not_another_scan() -> None:
    """The chest was examined on the day: a second CT of it would show the same two shadows."""
    shadow = {"relation": "distant", "organ": "lung", "found_day": "2024-05-20"}
    unsure = {"judgements": [{"day": "2024-05-20", "role": "radiologist", "certainty": "indeterminate"}]}
    found = case("colon", [metastasis("liver", 20.0, "2024-05-20"), shadow | unsure, shadow | unsure])
    read, report = read_case(found, source="test")
    assert report.rejected == []
    data = paget.brief(Record.from_cases([read]), on=ON)
    first = data.parts[0].missing[0]
    assert (first.title, first.who) == ("Nature of L2 and L3", "radiology")
    assert "lung_metastasis" in first.facts
    assert all("CT of the chest" not in line.title for line in data.parts[0].missing)


def test_growth_within_the_error_of_two_readings_is_no_doubling_time() -> None:
    """41 mm, six days later 43: 40 to 44 would double in 6 ln 2 / (3 ln 1.1) = 14.5 days, 42 to 42 never."""
    data = paget.brief(paget.read(EXAMPLES / "synchronous_colon.yaml"))
    [burden] = [tile for tile in data.parts[0].strip if tile.label == "Burden"]
    assert "oubling in 15 days or more" in plain(burden.note)


def test_a_score_without_a_c_index_says_that_none_was_found(liver: brief.BriefData) -> None:
    assert brief.text(liver).count("Where no c-index stands, none was found in the sources.") == 1
    told = Pages(Knowledge.load())
    assert "No figure of its discrimination" in told.page("fong_score")
    assert "No figure of its discrimination" not in told.page("imdc_score")  # 0.664 and 0.71
    assert "No figure of its discrimination" not in told.page("child_pugh")  # it says nothing of survival
