"""A new score is one file: dropped into a folder it is assessed, in the brief, the pages and a registry.

The score is of no paper. It asks for facts that shipped scores ask too, in its own way, and nothing but its
file speaks of it: there is no line of code for it.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.assessment import evaluate
from paget.assessment.pages import Pages
from paget.cli import main
from paget.documents import load_yaml
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.case import read_case

CASES = Path(__file__).parent / "cases"
NAME = "valley_score"
SCORE = """\
title: Valley score for liver metastases
kind: score
meaning: Made for this test; of no paper.
applies: {disease: colorectal, liver_metastasis: yes}
limits:
  marker_age: {value: 60 days, confirmed: false}
sum:
  - {when: {kras: mutated}, points: 2, reads: KRAS mutated}
  - by: liver_tumour_burden
    bands: [{below: "4", points: 0}, {below: "8", points: 1}, {points: 3}]
    reads: burden of the liver
  - {when: {cea: {at_least: 25 ng/mL, within: $marker_age}}, reads: CEA 25 ng/mL or more}
  - {when: {age: {above: 63 years}}, reads: older than 63 years}
groups:
  - {score: [0, 2], is: valley floor}
  - {score: [3, 7], is: valley rim}
built_for: before the operation
validity: Patients of one valley, of whom there are none.
population:
  - {when: {decision_year: {at_most: 2020}}, reads: operated on in the valley until 2020}
outcomes:
  - endpoint: overall survival
    unit: "%"
    at: [60 months]
    rows: [{group: valley floor, n: 40, percent: [61]}, {group: valley rim, n: 30, percent: [23]}]
    n: 70
    source: {authors: the valley hospital, year: 2026}
    confirmed: false
discrimination:
  - {measure: c-index, value: 0.59, n: 70, source: {authors: the valley hospital}, confirmed: false}
source: {authors: the valley hospital, year: 2026}
confirmed: false
examples:
  - given: {kras: mutated, liver_tumour_burden: 8, cea: 25 ng/mL, age: 64 years}
    expect: {score: 7, group: valley rim}
"""


@pytest.fixture(scope="module")
def valley(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with one file in it."""
    folder = tmp_path_factory.mktemp("overlays") / "valley"
    (folder / "scores").mkdir(parents=True)
    (folder / "scores" / f"{NAME}.yaml").write_text(SCORE, encoding="utf-8")
    return folder


def written(name: str) -> tuple[Any, str]:
    """A written case and its day."""
    data: Any = load_yaml((CASES / f"{name}.yaml").read_text(encoding="utf-8"), name).value
    return read_case(data["case"], source=name)[0], data["on"]


def assessed(name: str, valley: Path) -> dict[str, Any]:
    case, on = written(name)
    (found,) = paget.assess(Record.from_cases([case]), on, overlays=[valley])
    return found.findings[NAME]


def test_it_is_assessed(valley: Path) -> None:
    found = assessed("colorectal-all-scores", valley)
    # G12D 2; burden 6.7, below 8: 1; CEA 25: 1; born in March 1960, 64 years: 1
    assert (found["value"], found["group"], found["applies"]) == (5, "valley rim", True)
    assert found["outside"] == ["operated on in the valley until 2020"]
    assert found["confirmed"] is False
    assert [row["percent"] for row in found["outcomes"][0]["rows"]] == [[23]]
    assert found["discrimination"][0]["value"] == 0.59


def test_with_missing_inputs_it_is_a_range(valley: Path) -> None:
    found = assessed("colorectal-little-known", valley)
    # KRAS 0 or 2; the burden is at least 2: any band, 0 to 3; CEA 0 or 1; born in 1968: 0
    assert found["value"] == {"low": 0, "high": 6}
    assert found["group"] == ["valley floor", "valley rim"]
    assert found["missing"] == ["kras", "liver_tumour_burden", "cea"]


def test_what_is_missing_is_ranked_with_it(valley: Path) -> None:
    case, on = written("colorectal-little-known")
    (found,) = paget.assess(Record.from_cases([case]), on, overlays=[valley])
    assert {"kras", "cea"} <= {one["fact"] for one in found.most_informative_missing}


def test_where_drugs_came_first_it_is_computed_twice(valley: Path) -> None:
    found = assessed("colorectal-before-and-after-drugs", valley)
    # wild type, 49 years; before: root of 49 + 4 = 7.28 and CEA 400; after: root of 12.25 + 4 = 4.03, CEA 9
    assert (found["before_drugs"]["value"], found["value"]) == (2, 1)


def test_where_it_does_not_belong_it_says_why(valley: Path) -> None:
    found = assessed("kidney-lung-and-bone", valley)
    assert (found["applies"], found["value"]) == (False, None)
    assert "disease" in found["why"]


def test_it_is_in_the_brief(
    valley: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    case, on = written("colorectal-all-scores")
    Path("case.json").write_text(json.dumps(case.document()), encoding="utf-8")
    arguments = ["brief", "case.json", "--on", on, "--overlay", str(valley)]
    assert main(arguments) == 0
    page = Path(capsys.readouterr().out.strip()).read_text(encoding="utf-8")
    assert main([*arguments, "--text"]) == 0
    for shown in (re.sub(r"<[^>]+>", " ", page), capsys.readouterr().out):
        assert "Valley score for liver metastases" in shown
        assert re.search(r"valley rim", shown, flags=re.IGNORECASE)
        assert "5 of 7" in re.sub(r"\s+", " ", shown)


def test_it_has_a_page(valley: Path) -> None:
    page = Pages(Knowledge.load([valley])).page(NAME)
    assert page.startswith("# Valley score for liver metastases")
    for said in ("KRAS mutated", "valley rim", "the valley hospital", "23"):
        assert said in page


def test_it_is_in_a_registry(valley: Path) -> None:
    names = ["colorectal-all-scores", "colorectal-little-known", "kidney-lung-and-bone"]
    record = Record.from_cases([written(name)[0] for name in names])
    facts, results = evaluate(record, overlays=[valley])
    value, applies = results[NAME].value, results[NAME].applies
    by_patient = {
        str(patient): (int(applies.sign[row]), float(value.low[row]), float(value.high[row]))
        for row, patient in enumerate(facts.patient_id)
    }
    assert by_patient == {"P-0001": (1, 5, 5), "P-0005": (1, 0, 6), "P-0007": (-1, *by_patient["P-0007"][1:])}


def test_the_check_finds_nothing_wrong_with_it(valley: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["knowledge", "check", "--overlay", str(valley)]) == 0, capsys.readouterr().out
    assert main(["knowledge", "show", NAME, "--overlay", str(valley)]) == 0


def test_a_model_for_teaching_is_marked_illustrative() -> None:
    teaching = Path(paget.__file__).parent / "examples" / "overlays" / "teaching"
    case, on = written("larynx-recurrence-factors")
    (found,) = paget.assess(Record.from_cases([case]), on, overlays=[teaching])
    model = found.findings["head_neck_salvage_teaching"]
    assert (model["illustrative"], model["confirmed"]) == (True, False)
    # stage III 2.0, fourteen months 1, HPV negative 1.8; S(t) = S0(t) ^ 3.6
    assert model["value"] == pytest.approx(3.6)
    assert model["group"] == "unfavourable"
    assert model["survival"] == pytest.approx({"24 months": 0.80**3.6, "60 months": 0.60**3.6})
    (without,) = paget.assess(Record.from_cases([case]), on)
    assert "head_neck_salvage_teaching" not in without.findings
