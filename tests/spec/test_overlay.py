"""A hospital's overlay folder: one threshold replaced and one score added, and every page says so."""

from __future__ import annotations

import html
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.cli import main
from paget.cli.briefing import EXAMPLE
from paget.knowledge import Knowledge

CASE = EXAMPLE.parent / "synchronous_colon.yaml"  # three liver metastases, the largest of 43 mm

POINTS, LIMIT = "scores/our_board_points.yaml", "criteria/few_lesions.yaml"

# Two lesions instead of five; with an example, as `paget knowledge check` asks.
THRESHOLD = """\
title: Few distant lesions
kind: criteria
meaning: No more distant lesions than our board treats.
applies: {{has_metastasis: yes}}
limits:
  lesions: {{value: {limit}, also: [5], also_confirmed: true}}
all:
  - {{lesion_count: {{at_most: $lesions}}}}
source: {{authors: our board, year: 2026, note: minutes of 4 May}}
confirmed: true
examples:
  - given: {{lesion_count: 2 lesions}}
    expect: {{holds: yes}}
  - given: {{lesion_count: 3 lesions}}
    expect:
      holds: no
      alternatives:
        - {{limits: {{lesions: 2 lesions}}, value: no, confirmed: true}}
        - {{limits: {{lesions: 5 lesions}}, value: yes, confirmed: true}}
  - given: {{lesion_count: 6 lesions}}
    expect: {{holds: no}}
  - given: {{has_metastasis: no}}
    expect: {{applies: false, holds: null}}
replaces: {{path: criteria/few_lesions.yaml, sha256: {sha256}}}
reason: our results beyond two lesions
by: tumour board
date: "2026-05-04"
"""

SCORE = """\
title: Points of our board for liver metastases
kind: score
meaning: How much of the liver is concerned; made for this test.
applies: {disease: colorectal, liver_metastasis: yes}
sum:
  - {when: {liver_lesion_count: {above: 2 lesions}}, points: 2, reads: more than two}
  - {when: {largest_liver_lesion: {above: 30 mm}}, reads: above 30 mm}
groups:
  - {score: [0, 1], is: ours low}
  - {score: [2, 3], is: ours high}
source: {authors: our board, year: 2026, note: minutes of 4 May}
confirmed: false
examples:
  - given: {liver_lesion_count: 2 lesions, largest_liver_lesion: 31 mm}
    expect: {score: 1, group: ours low}
  - given: {liver_lesion_count: 3 lesions, largest_liver_lesion: 30 mm}
    expect: {score: 2, group: ours high}
  - given: {disease: lung}
    expect: {applies: false, score: null}
"""

REPLACED = "hospital replaces criteria/few_lesions.yaml"
OLD_AND_NEW = "limits.lesions.value: 5 lesions becomes 2 lesions"
SIGNED = "our results beyond two lesions (tumour board, 2026-05-04)"
ADDED = "hospital adds scores/our_board_points.yaml"

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys, monkeypatch, tmp_path) -> Run:
    """A command in an empty folder; its exit code, output and error output."""
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")
    for name in ("PAGET_DEBUG", "PAGET_OVERLAYS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return command


def write(folder: Path, path: str, text: str) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_text(text, encoding="utf-8")


@pytest.fixture(scope="module")
def hospital(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("overlays") / "hospital"
    sha256 = Knowledge.load().find("few_lesions").sha256
    write(folder, LIMIT, THRESHOLD.format(limit="2 lesions", sha256=sha256))
    write(folder, POINTS, SCORE)
    return folder


def words(page: str) -> str:
    """What a reader sees of a page, on one line."""
    shown = re.sub(r"<(style|script)\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", shown)))


# As data


@pytest.fixture(scope="module")
def without() -> Any:
    (found,) = paget.assess(paget.read(CASE))
    return found


@pytest.fixture(scope="module")
def overlaid(hospital) -> Any:
    (found,) = paget.assess(paget.read(CASE), overlays=[hospital])
    return found


def test_the_threshold_changes_the_findings_that_read_it_and_no_other(without, overlaid):
    before, after = without.findings, overlaid.findings
    assert (before["few_lesions"]["value"], after["few_lesions"]["value"]) == ("yes", "no")
    assert after["few_lesions"]["limits"]["lesions"]["value"] == "2 lesions"
    assert before["oligometastatic_state"]["value"] == "oligometastatic with primary to be treated"
    assert after["oligometastatic_state"]["value"] == "polymetastatic"
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"few_lesions", "oligometastatic_state"}


def test_the_score_is_a_finding_like_any_other(without, overlaid):
    score = overlaid.findings["our_board_points"]
    # three lesions: 2 points; 43 mm: 1 point
    assert (score["value"], score["group"], score["applies"]) == (3, "ours high", True)
    assert (score["rule"], score["confirmed"]) == (POINTS, False)
    assert {fact["fact"]: fact["value"] for fact in score["because"]} == {
        "liver_lesion_count": 3,
        "largest_liver_lesion": 43,
    }
    assert score["source"] == [{"authors": "our board", "year": 2026, "note": "minutes of 4 May"}]
    assert set(overlaid.findings) - set(without.findings) == {"our_board_points"}


def test_where_it_does_not_belong_the_score_says_why(hospital):
    (found,) = paget.assess(paget.read(EXAMPLE.parent / "kidney_late_lung.yaml"), overlays=[hospital])
    score = found.findings["our_board_points"]
    assert (score["applies"], score["value"]) == (False, None)
    assert "disease" in score["why"]


def test_the_overlay_is_named_with_old_and_new_value(overlaid, without):
    assert without.overlays == []
    by_path = {change["path"]: change for change in overlaid.overlays}
    replaced = by_path[LIMIT]
    assert (replaced["layer"], replaced["does"]) == ("hospital", "replaces")
    assert {"where": "limits.lesions.value", "old": "5 lesions", "new": "2 lesions"} in replaced["differs"]
    assert (replaced["reason"], replaced["by"], replaced["date"]) == (
        "our results beyond two lesions", "tumour board", "2026-05-04",
    )  # fmt: skip
    added = by_path[POINTS]
    assert (added["layer"], added["does"]) == ("hospital", "adds")


def test_the_hash_changes_and_with_the_files_only(without, overlaid, hospital, tmp_path):
    assert without.knowledge != overlaid.knowledge
    for name, size in (("copy", "30 mm"), ("other", "31 mm")):
        folder = tmp_path / name / "hospital"
        for path in (LIMIT, POINTS):
            text = (hospital / path).read_text(encoding="utf-8")
            write(folder, path, text.replace("above: 30 mm", f"above: {size}"))
        (again,) = paget.assess(paget.read(CASE), overlays=[folder])
        assert (again.knowledge == overlaid.knowledge) is (name == "copy")
        assert again.knowledge != without.knowledge


# On the command line


def test_assess_prints_it(run, hospital, overlaid):
    code, out, _ = run("assess", CASE, "--overlay", hospital, "--json")
    (line,) = (json.loads(each) for each in out.splitlines())
    assert code == 0
    assert line == json.loads(json.dumps(overlaid.to_dict()))
    code, out, _ = run("assess", CASE, "--overlay", hospital)
    assert code == 0
    out = re.sub(r"\s+", " ", out)
    assert REPLACED in out
    assert OLD_AND_NEW in out
    assert ADDED in out
    assert "our_board_points" in out


def test_the_page_says_which_files_were_overlaid_and_what_they_did(run, hospital, overlaid):
    code, out, _ = run("brief", CASE, "--overlay", hospital)
    assert code == 0
    page = words(Path(out.strip()).read_text(encoding="utf-8"))
    assert REPLACED in page
    assert OLD_AND_NEW in page
    assert SIGNED in page
    assert ADDED in page
    assert "Points of our board for liver metastases" in page
    assert "ours high" in page.lower()
    assert overlaid.knowledge[:8] in page
    assert "polymetastatic" in page.lower()


def test_so_does_the_text(run, hospital):
    code, out, _ = run("brief", CASE, "--overlay", hospital, "--text")
    text = re.sub(r"\s+", " ", out)
    assert code == 0
    for said in (REPLACED, OLD_AND_NEW, ADDED, "Points of our board for liver metastases"):
        assert said in text


def test_and_the_brief_as_data(run, hospital, overlaid):
    code, out, _ = run("brief", CASE, "--overlay", hospital, "--json")
    brief = json.loads(out)
    assert code == 0
    assert brief["knowledge"] == overlaid.knowledge
    said = " ".join(brief["overlays"])
    assert OLD_AND_NEW in said
    assert ADDED in said


def test_without_an_overlay_no_page_speaks_of_one(run):
    _, out, _ = run("brief", CASE)
    page = words(Path(out.strip()).read_text(encoding="utf-8"))
    assert "no overlay" in page
    assert OLD_AND_NEW not in page
    assert ADDED not in page


def test_a_folder_named_in_the_environment_is_laid_too(run, hospital, overlaid, monkeypatch):
    monkeypatch.setenv("PAGET_OVERLAYS", str(hospital))
    _, out, _ = run("assess", CASE, "--json")
    assert json.loads(out)["knowledge"] == overlaid.knowledge


def test_knowledge_list_and_show(run, hospital, overlaid):
    code, out, _ = run("knowledge", "list", "--overlay", hospital)
    text = re.sub(r"\s+", " ", out)
    assert code == 0
    assert re.search(r"our_board_points score no hospital", text)
    assert re.search(r"few_lesions criteria yes hospital", text)
    for said in (REPLACED, OLD_AND_NEW, SIGNED, ADDED, overlaid.knowledge):
        assert said in text
    listed = json.loads(run("knowledge", "list", "--overlay", hospital, "--json")[1])
    assert listed["hash"] == overlaid.knowledge
    assert {change["does"] for change in listed["overlays"]} == {"adds", "replaces"}
    code, out, _ = run("knowledge", "show", "few_lesions", "--overlay", hospital)
    assert code == 0
    assert "# criteria/few_lesions.yaml (hospital)" in out
    assert "value: 2 lesions" in out
    assert run("knowledge", "show", "our_board_points")[0] == 3
    assert run("knowledge", "show", "our_board_points", "--overlay", hospital)[0] == 0


def test_knowledge_check_finds_nothing_wrong_with_the_score(run, tmp_path):
    write(tmp_path / "hospital", POINTS, SCORE)
    code, out, err = run("knowledge", "check", "--overlay", tmp_path / "hospital")
    assert code == 0, out + err


def test_knowledge_check_asks_the_examples_of_the_files_that_the_hospital_touched(run, hospital, tmp_path):
    """Three lesions are too many for this board: no fault of the shipped rule that reads its limit."""
    code, out, err = run("knowledge", "check", "--overlay", hospital)
    assert code == 0, out + err
    changed = shutil.copytree(hospital, tmp_path / "ours")
    file = next(file for file in changed.rglob("*.yaml") if "few_lesions" in file.name)
    file.write_text(file.read_text(encoding="utf-8").replace("holds: yes", "holds: no", 1), encoding="utf-8")
    code, out, _ = run("knowledge", "check", "--overlay", changed)
    assert (code, "the example expects" in out) == (2, True)


# An overlay with an error: exit code 2, and one message that says where and how to mend it

ERRORS = {
    "unit": (POINTS, SCORE.replace("above: 30 mm", "above: 30 ng/mL"), "our_board_points.yaml:7", "mm"),
    "misspelt fact": (
        POINTS,
        SCORE.replace("when: {liver_lesion_count", "when: {liver_lesions_count"),
        "our_board_points.yaml:6",
        "did you mean liver_lesion_count",
    ),
    "duplicate key": (POINTS, SCORE + "kind: score\n", "our_board_points.yaml", "line 20", "twice"),
    "no YAML": (POINTS, "sum: [\n", "our_board_points.yaml"),
    "no mapping": (POINTS, "- a list\n", "our_board_points.yaml", "mapping"),
    "of another version": (
        LIMIT,
        THRESHOLD.format(limit="2 lesions", sha256="0" * 64),
        "few_lesions.yaml",
        "sha256",
    ),
    "shadows a shipped file": ("scores/fong_score.yaml", SCORE, "fong_score", "replaces: {path:"),
}


@pytest.mark.parametrize("command", [("assess", CASE), ("assess", CASE, "--json"), ("brief", CASE)])
@pytest.mark.parametrize("error", ERRORS)
def test_an_overlay_with_an_error_is_2_and_one_message(run, tmp_path, error, command):
    path, text, *said = ERRORS[error]
    write(tmp_path / "hospital", path, text)
    code, out, err = run(*command, "--overlay", tmp_path / "hospital")
    assert (code, out) == (2, "")
    assert [each for each in said if each not in re.sub(r"\s+", " ", err)] == [], err
    assert err.count("where:") == 1
    assert list(Path.cwd().iterdir()) == []  # nothing half-written


@pytest.mark.parametrize("error", ERRORS)
def test_knowledge_check_says_the_same(run, tmp_path, error):
    path, text, *said = ERRORS[error]
    write(tmp_path / "hospital", path, text)
    code, out, err = run("knowledge", "check", "--overlay", tmp_path / "hospital")
    assert code == 2
    assert [each for each in said if each not in re.sub(r"\s+", " ", out + err)] == [], out + err


def test_an_overlay_without_a_file_is_2_and_one_that_is_not_there_3(run, tmp_path):
    (tmp_path / "empty").mkdir()
    assert run("assess", CASE, "--overlay", tmp_path / "empty")[0] == 2
    assert run("assess", CASE, "--overlay", tmp_path / "nowhere")[0] == 3
