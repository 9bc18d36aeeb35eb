"""The worksheets of the six roles and the ethical prompts: what is asked, prefilled, and missing.

Each role has a written case. What is prefilled is taken from the case by hand.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from html import unescape
from pathlib import Path
from typing import Any

import pytest
from tests.written_cases import ON, case, metastasis

from paget.assessment import assess
from paget.assessment.sheets import ROLES, checker, sheets_of
from paget.brief.of_record import of_record
from paget.cli import main
from paget.documents import load_yaml
from paget.facts.catalogue import catalogue
from paget.intake.read import read
from paget.knowledge import Knowledge, check
from paget.record.case import read_case
from paget.record.record import Record
from paget.record.tables import TABLES

Json = dict[str, Any]
EXAMPLES = Path(__file__).parents[2] / "src/paget/examples"
SHIPPED = Knowledge.load()


def sheets(written: Json, *roles: str, on: str = ON, overlays: tuple[Path, ...] = ()) -> list[Json]:
    """The worksheets about the one primary of a case."""
    made, report = read_case(written, source="test")
    assert report.rejected == []
    (found,) = assess(Record.from_cases([made]), on, ranking=False, roles=roles, overlays=overlays)
    assert found.worksheets is not None
    return found.worksheets


def question(found: list[Json], words: str) -> Json:
    """The one question that has these words in it."""
    (asked,) = [one for sheet in found for one in sheet["questions"] if words in one["asks"]]
    return asked


def values(asked: Json) -> dict[str, Any]:
    return {answer["name"]: answer["value"] for answer in asked["answers"]}


TWO_IN_THE_LIVER = case(
    "colon",
    [metastasis("liver", 31, "2023-02-06"), metastasis("liver", 18, "2023-02-06")],
    nodes=2,
    cea=("2024-05-20", 12.0),
)


# A written case for each role


def test_radiologist() -> None:
    found = sheets(TWO_IN_THE_LIVER, "radiologist")
    extent = question(found, "how many, and how large")
    assert values(extent) == {
        "lesion_count": 2, "organ_count": 1, "largest_lesion_mm": 31, "measurable_disease": "yes",
    }  # fmt: skip
    assert extent["state"] == "prefilled"
    assert question(found, "Which segments")["answers"][0]["value"] == 2
    assert question(found, "invade")["state"] == "to judge"
    workup = question(found, "Which examinations")
    assert "workup_colorectal_liver" in values(workup)
    assert workup["state"] == "prefilled in part"  # a PET-MR of the body is no CT of the chest


def test_a_radiologist_without_a_study_is_told_what_would_settle_it() -> None:
    written = case("colon", [metastasis("liver", 31, "2023-02-06")], examined=None)
    extent = question(sheets(written, "radiologist"), "how many, and how large")
    assert extent["state"] == "prefilled in part"
    assert values(extent)["lesion_count"] == {"low": 1, "high": None}
    assert {"fact": "lesion_count", "resolved_by": catalogue(SHIPPED)["lesion_count"].resolved_by} in extent[
        "missing"
    ]


def test_pathologist() -> None:
    found = sheets(TWO_IN_THE_LIVER, "pathologist")
    diagnosis = question(found, "of what histology")
    assert values(diagnosis) == {
        "tumour_site": "colon",
        "histology": "adenocarcinoma",
        "disease": "colorectal",
    }
    nodes = question(found, "regional nodes")["answers"][0]
    assert (nodes["value"], nodes["unit"], nodes["day"]) == (2, "node", "2021-05-10")
    asked = [one["asks"] for sheet in found for one in sheet["questions"]]
    assert any("RAS" in words for words in asked)
    assert not any("EGFR" in words or "HPV" in words for words in asked)  # of other diseases


def test_surgeon_by_organ() -> None:
    found = sheets(TWO_IN_THE_LIVER, "surgeon")
    assert [(sheet["organ"], sheet["applies"]) for sheet in found] == [
        (None, "yes"),
        ("liver", "yes"),
        ("bowel and pelvis", "yes"),
    ]  # the whole body was examined: no lung metastasis, so no sheet of the lung
    assert values(question(found, "in which segments of both lobes")) == {
        "liver_lesion_count": 2,
        "largest_liver_lesion": 31,
    }
    assert values(question(found, "Can every lesion"))["all_treatable"] == "yes"
    lung = sheets(case("kidney", [metastasis("lung", 12, "2023-02-06")]), "surgeon")
    assert [sheet["organ"] for sheet in lung] == [None, "kidney", "lung"]


def test_a_sheet_that_may_belong_is_there_and_says_so() -> None:
    found = sheets(case("colon", [metastasis("liver", 31, "2023-02-06")], examined=None), "surgeon")
    assert {sheet["organ"]: sheet["applies"] for sheet in found}["lung"] == "unknown"


def test_medical_oncologist_with_trials(tmp_path: Path) -> None:
    written = {**TWO_IN_THE_LIVER}
    written["observations"] = [
        *written["observations"],
        {"day": "2024-05-20", "name": "ecog", "value": 1},
    ]
    found = sheets(written, "medical oncologist")
    biology = question(found, "disease-free interval")
    assert values(biology) == {
        "disease_free_interval_days": 637,  # 2021-05-10 to 2023-02-06: 365 + 272
        "timing": "metachronous",
        "interval_class": "over 12 months",
    }
    trial = question(found, "trials usually ask")
    assert values(trial) == {"usual_trial_criteria": "yes"}
    # A trial of the hospital is one file, and no line of code.
    (tmp_path / "trials").mkdir()
    (tmp_path / "trials" / "our_trial.yaml").write_text(
        "title: Our trial of two lesions\nkind: criteria\nall: [{lesion_count: {at_most: 1 lesion}}]\n"
        "source: {authors: us}\nconfirmed: false\n"
        "examples: [{given: {lesion_count: 1 lesion}, expect: {holds: yes}}]\n"
    )
    ours = question(sheets(written, "medical oncologist", overlays=(tmp_path,)), "trials usually ask")
    assert values(ours) == {"usual_trial_criteria": "yes", "our_trial": "no"}


def test_anaesthetist() -> None:
    written = {**TWO_IN_THE_LIVER, "observations": [{"day": "2024-05-20", "name": "ecog", "value": 2}]}
    found = sheets(written, "anaesthetist")
    general = question(found, "performance status")["answers"][0]
    assert (general["value"], general["day"], general["age_days"]) == (2, "2024-05-20", 14)
    nothing = question(sheets(case("colon"), "anaesthetist"), "performance status")
    assert (nothing["state"], nothing["missing"][0]["fact"]) == ("open", "ecog")


def test_radiation_oncologist() -> None:
    found = sheets(TWO_IN_THE_LIVER, "radiation oncologist")
    assert values(question(found, "stereotactic")) == {
        "stereotactic_lesions": 0, "largest_lesion_mm": 31, "lesion_count": 2,
    }  # fmt: skip
    assert values(question(found, "beyond local treatment")) == {"untreatable_lesion_count": 0}
    assert question(found, "Which fields")["state"] == "open"  # of irradiation nothing is recorded


def test_the_four_principles() -> None:
    (found,) = sheets(TWO_IN_THE_LIVER, "ethics")
    asked: dict[str, list[str]] = {}
    for one in found["questions"]:
        asked.setdefault(one["about"], []).append(one["asks"])
    assert list(asked) == ["autonomy", "beneficence", "non-maleficence", "justice"]
    for principle, words in {
        "autonomy": ("Can the patient decide", "want most"),  # capacity, preference
        "non-maleficence": ("burden",),
        "justice": ("Would another patient",),  # fairness
    }.items():
        for word in words:
            assert any(word in text for text in asked[principle]), word
    # Nothing of this is answered by a record.
    assert {one["state"] for one in found["questions"]} <= {
        "to judge",
        "prefilled",
        "prefilled in part",
        "open",
    }
    assert all(not one["answers"] for one in found["questions"] if one["about"] != "beneficence")


# All sheets


def test_each_role_has_a_sheet_and_each_question_stands_once() -> None:
    found = sheets_of(SHIPPED)
    assert [role for role in ROLES if any(sheet.role == role for sheet in found)] == list(ROLES)
    asked = [(sheet.role, one.asks) for sheet in found for one in sheet.questions]
    assert len(asked) == len(set(asked))


def test_a_blank_never_answers_a_question() -> None:
    """Without the whole record but its key, nothing is prefilled, and nothing is denied."""
    bare = {"patient": {"patient_id": "P1"}, "tumours": [{"tumour_id": "T", "site": "colon"}]}
    for sheet in sheets(bare):
        for one in sheet["questions"]:
            assert "no" not in [answer["value"] for answer in one["answers"]], one["asks"]


def test_assess_without_roles_makes_none() -> None:
    made, _ = read_case(TWO_IN_THE_LIVER, source="test")
    (found,) = assess(Record.from_cases([made]), ON)
    assert found.worksheets is None
    assert "worksheets" not in found.to_dict()


# The command line


def test_the_command(capsys: pytest.CaptureFixture[str]) -> None:
    path = str(EXAMPLES / "liver_metastases.yaml")
    assert main(["worksheet", path, "--role", "surgeon"]) == 0
    shown = capsys.readouterr().out
    assert "Worksheet of the surgical oncologist, liver" in shown
    assert "Worksheet of the radiologist" not in shown
    assert main(["worksheet", path, "--json"]) == 0
    (line,) = capsys.readouterr().out.splitlines()
    data = json.loads(line)
    assert list(data) == ["patient", "tumour", "as_of", "knowledge", "overlays", "worksheets"]
    assert {sheet["role"] for sheet in data["worksheets"]} == set(ROLES)
    (sheet,) = [one for one in data["worksheets"] if one["name"] == "radiologist"]
    assert list(sheet) == [
        "name",
        "title",
        "role",
        "organ",
        "applies",
        "questions",
        "source",
        "confirmed",
        "rule",
    ]
    assert list(sheet["questions"][0]) == ["asks", "about", "applies", "state", "answers", "missing", "note"]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [(["--role", "cardiologist"], 2), (["--tumour", "none"], 3), (["--patient", "nobody"], 3)],
)
def test_exit_codes(arguments: list[str], code: int, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worksheet", str(EXAMPLES / "liver_metastases.yaml"), *arguments]) == code
    out, err = capsys.readouterr()
    assert out == ""
    assert err


def test_two_primaries_are_two_lines(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["worksheet", str(EXAMPLES / "two_primaries.yaml"), "--role", "pathologist", "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    record = read(EXAMPLES / "two_primaries.yaml")
    assert len(lines) == len(assess(record, ranking=False)) == 2


def test_the_brief_folds_them_and_holds_them_as_data() -> None:
    made = of_record(read(EXAMPLES / "liver_metastases.yaml"))
    (part,) = made.json()["parts"]
    roles = [sheet["role"].partition(",")[0].lower() for sheet in part["worksheets"]]
    assert sorted(set(roles), key=ROLES.index) == list(ROLES)
    page = made.html()
    for sheet in part["worksheets"]:
        assert f"<summary>{sheet['role']}: " in page
        assert all(asked["asks"] in unescape(page) for _, group in sheet["headings"] for asked in group)
    assert page.count("<details open") == 0


# The check of the files


def problems_of(tmp_path: Path, text: str) -> str:
    (tmp_path / "worksheets").mkdir()
    (tmp_path / "worksheets" / "sheet.yaml").write_text(text)
    facts = catalogue(SHIPPED)
    found = [*check(Knowledge.load(shipped=tmp_path), [checker(facts)])]
    return "\n".join(map(str, found))


GOOD = """\
title: A sheet
kind: worksheet
role: surgeon
source: {authors: us}
confirmed: false
questions:
  - asks: Is it there?
    from: [lesion_count]
    when: {disease: [colorectal, lung]}
"""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("role: surgeon", "role: surgon"), "did you mean surgeon?"),
        (("lesion_count", "lesion_cuont"), "did you mean lesion_count"),
        (("colorectal, lung", "colon cancer"), "disease is never 'colon cancer'"),
        (("disease: [colorectal, lung]", "lesion_count: 2"), "a threshold belongs into a rule"),
        (("    when:", "    whne:"), "has no key 'whne'"),
        (("  - asks: Is it there?\n", "  - asks: Is it there?\n  - asks: Is it there?\n"), "stands twice"),
    ],
)
def test_what_is_wrong_with_a_sheet_is_said(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    assert change[0] in GOOD
    assert said in problems_of(tmp_path, GOOD.replace(*change))


def test_a_good_sheet_has_no_problem(tmp_path: Path) -> None:
    assert problems_of(tmp_path, GOOD) == ""


# What is no input

FORBIDDEN = (
    "wealth", "insur", "ethnic", "income", "race", "racial", "religio", "nationality", "salary", "poverty",
)  # fmt: skip


def words_in(data: Any, key: str = "") -> Any:
    if isinstance(data, dict):
        for name, value in data.items():
            if name not in ("note", "meaning", "asks"):  # prose for people; not read by any rule
                yield str(name)
                yield from words_in(value, str(name))
    elif isinstance(data, list):
        for value in data:
            yield from words_in(value, key)
    else:
        yield str(data)


def has_none(words: Any, where: Callable[[str], str]) -> list[str]:
    return [
        where(word)
        for word in words
        for part in FORBIDDEN
        if any(piece.startswith(part) for piece in word.lower().replace("_", " ").replace("-", " ").split())
    ]


def test_wealth_insurance_and_ethnicity_are_no_input_of_any_rule() -> None:
    found = []
    for file in SHIPPED:
        data = {
            key: value for key, value in file.data.items() if key not in ("source", "validity", "outcomes")
        }
        found += has_none(words_in(data), lambda word, path=file.path: f"{path}: {word}")  # type: ignore[misc]
    for fact in catalogue(SHIPPED).values():
        found += has_none([fact.name, *fact.classes], lambda word, name=fact.name: f"{name}: {word}")  # type: ignore[misc]
    for table in TABLES.values():
        names = [word for column in table.columns for word in (column.name, *(column.allowed or ()))]
        found += has_none(names, lambda word, name=table.name: f"{name}.{word}")  # type: ignore[misc]
    assert found == []


def test_the_walk_finds_what_it_looks_for() -> None:
    written: Any = load_yaml("all: [{insurance_status: private}, {any: [{ethnic_group: x}]}]", "x").value
    assert len(has_none(words_in(written), str)) == 2
    assert has_none(["trace", "racket"], str) == []
