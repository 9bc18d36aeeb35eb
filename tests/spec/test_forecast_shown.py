"""Where a forecast is shown: `paget forecast`, and the folded section of the brief, marked as a model."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from tests.brief_sample import EXAMPLES
from tests.page_checks import Page

import paget
from paget import brief
from paget.biology.simulated import NOTE
from paget.cli import main
from paget.options.assumed import OF_SIMULATION, Assumed
from paget.options.shape import shapes
from paget.options.shown import _cell, table

SOLITARY = Path(__file__).parents[1] / "cases" / "solitary.yaml"
ON = "2024-01-20"


@pytest.fixture(scope="module")
def asked() -> brief.BriefData:
    return brief.of_record(paget.read(SOLITARY), on=ON, forecast=True)


@pytest.fixture(scope="module")
def plain() -> brief.BriefData:
    return brief.of_record(paget.read(SOLITARY), on=ON)


@pytest.fixture(scope="module")
def found() -> Any:
    return paget.forecast(paget.read(SOLITARY), on=ON, patients=60_000)[0]


def section(page: str) -> str:
    """The markup of the section."""
    held = re.search(r'<section class="sec d-model.*?</section>', page, re.S)
    assert held
    return held[0]


# In the brief


def test_a_brief_without_it_says_how_to_get_it_and_runs_nothing(plain):
    assert plain.parts[0].modelled.asked is False
    told = section(plain.html())
    assert "paget brief CASE --forecast" in told
    assert "no-print" in told  # paper cannot run it
    assert "<details>" in told
    assert "<table" not in told
    assert "paget brief CASE --forecast" in plain.text()


def test_a_brief_that_was_not_asked_loads_no_model():
    code = (
        "import sys, paget; b = paget.brief(paget.read(sys.argv[1]), on='2024-01-20'); b.html();"
        "print([m for m in ('paget.options', 'paget.biology', 'numba') if m in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(SOLITARY)], capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == "[]"


def test_the_section_is_folded_marked_and_whole(asked):
    model = asked.parts[0].modelled
    told = section(asked.html())
    assert Page(asked.html()).problems == []
    assert "<details open" not in told
    assert told.index("<details>") < told.index("<table")  # every figure lies in the fold
    assert "Model, not evidence" in told
    assert told.lower().count(NOTE) >= 3  # the head, the table, the figure
    assert re.search(r"effective sample size [\d,]+", told)
    assert "seed 0" in told
    for words in (
        "Until the next lesion is seen, median",
        "A lesion in another organ within 5 years",
        "What removal changes, of 100 within 5 years",
        "Death of the cancer within 1 year",
        "R_m",
    ):
        assert words in told
    assert [line.title for line in model.lines][-1].startswith("R_m")
    assert all(cell.prior for line in model.lines for cell in line.cells)
    assert "18 mm" in told
    assert "31 Dec 2023" in told
    assert "disease_free_interval" not in told


def test_prior_and_posterior_are_drawn_together(asked):
    told = section(asked.html())
    drawing = re.search(r"<svg.*?</svg>", told, re.S)
    assert drawing
    assert drawing[0].count('class="f-wash2"') == 2  # the prior of both arms
    assert drawing[0].count('class="l"') == 2
    assert NOTE in drawing[0]
    assert "R_m, lesions left alone" in drawing[0]


def test_the_terminal_and_json_say_the_same(asked):
    words = " ".join(asked.text(width=160).split())
    model = asked.parts[0].modelled
    for line in model.lines:
        assert line.title in words
        for cell in line.cells:
            assert f"{cell.arm}: {cell.value}" in words
            assert f"prior {cell.prior}" in words
    assert NOTE in words
    data = asked.json()["parts"][0]["modelled"]
    assert [line["title"] for line in data["lines"]] == [line.title for line in model.lines]
    assert data["note"] == NOTE
    json.dumps(data, allow_nan=False)


def test_the_same_record_gives_the_same_page(asked):
    again = brief.of_record(paget.read(SOLITARY), on=ON, forecast=True)
    assert again.html() == asked.html()


def test_a_refusal_stands_in_a_sentence():
    colon = brief.of_record(paget.read(EXAMPLES / "synchronous_colon.yaml"), forecast=True)
    told = section(colon.html())
    assert "No forecast.</b> Metastases were there before the primary was cleared" in told
    assert "<table" not in told
    assert "no-print" not in told
    assert "No forecast. Metastases were there" in " ".join(colon.text().split())


def test_each_primary_has_its_own():
    two = brief.of_record(paget.read(EXAMPLES / "two_primaries.yaml"), forecast=True)
    first, second = (part.modelled.refused for part in two.parts)
    assert first.startswith("It is not certain from which of several primaries")
    assert second.startswith("There is no model of virtual patients")


def test_the_rest_of_the_page_is_the_same(asked, plain):
    rest = [
        re.sub(r'<section class="sec d-model.*?</section>', "", one.html(), flags=re.S)
        for one in (asked, plain)
    ]
    assert rest[0] == rest[1]


# In words


def line_of(found: Any, title: str) -> Any:
    return next(one for one in table(found) if one.title.startswith(title))


def test_a_line_holds_the_figure_its_interval_and_its_prior(found):
    by = found.found.left.other_organ_by(365)
    line = line_of(found, "A lesion in another organ within 1 year")
    assert line.arms == ("removed", "left alone")
    assert line.cells[1].value == f"{100 * by.value:.0f} %"
    assert line.cells[1].prior == f"{100 * by.prior[0]:.0f} %"
    assert line.note == ""  # its interval is the error of the simulation


def test_what_removal_changes_is_said_in_words_and_not_by_a_sign(found):
    change = found.found.changed_by_removal(found.horizon_days)
    assert change.high < 0
    cell = line_of(found, "What removal changes, of 100 within 5 years").cells[0]
    assert cell.value == f"{-100 * change.value:.0f} less"
    assert "-" not in cell.value + cell.interval + cell.prior


def test_a_time_beyond_the_horizon_says_so():
    one = Assumed("", float("inf"), 400.0, float("inf"), "", (float("inf"),) * 3, "day")
    cell = _cell("next_lesion", one, 1826.25)
    assert (cell.value, cell.interval, cell.prior) == (
        "after 5 years",
        "13 months to after 5 years",
        "after 5 years",
    )
    sure = Assumed("", 0.2, 0.2, 0.2, OF_SIMULATION, (0.1, 0.1, 0.1))
    assert _cell("death", sure, 1826.25).interval == ""


def test_shares_of_r_m_add_up_and_lie_where_its_quantiles_do(found):
    removed, left = shapes(found.found)
    for one in (removed, left):
        assert sum(one.prior) == pytest.approx(1)
        assert sum(one.posterior) == pytest.approx(1)
        assert len(one.edges) == len(one.prior) + 1
    middle = found.found.r_m("left").value
    below = sum(share for share, edge in zip(left.posterior, left.edges[1:], strict=True) if edge <= middle)
    assert 0.4 < below <= 0.5
    # both arms have one shape on a log scale: R_m of an arm is that of the other times a number
    assert left.posterior == removed.posterior
    assert left.edges[3] / removed.edges[3] == pytest.approx(
        found.found.whole("left") / found.found.whole("removed")
    )


# paget forecast


def test_the_command_prints_what_was_told_and_what_was_found(capsys):
    assert main(["forecast", str(SOLITARY), "--on", ON, "--patients", "60000", "--seed", "5"]) == 0
    said = capsys.readouterr().out
    assert said.startswith("S-1, primary colon, as of 2024-01-20\nModel, not evidence: model assumption")
    assert "(2023-12-31, 20 days before the decision):" in said
    assert "  Disease-free interval: 345 days (disease_free_interval, 2023-12-31)" in said
    assert "60,000 virtual patients of virtual_colorectal, seed 5;" in said
    assert "R_m, new lesions that a lesion founds (95 % of the matching virtual patients)" in said


def test_json_is_a_line_a_primary_and_the_same_bytes_for_the_same_seed(capsys):
    wish = ["forecast", str(SOLITARY), "--on", ON, "--patients", "60000", "--horizon", "2 years", "--json"]
    assert main(wish) == 0
    first = capsys.readouterr().out
    assert main(wish) == 0
    assert capsys.readouterr().out == first
    data = json.loads(first)
    assert (data["horizon_days"], data["seed"], data["refused"]) == (730.5, 0, None)
    assert main([*wish, "--seed", "1"]) == 0
    assert capsys.readouterr().out != first


def test_a_line_for_each_primary_and_what_is_open_is_null(capsys):
    assert main(["forecast", str(EXAMPLES / "two_primaries.yaml"), "--json"]) == 0
    breast, colon = map(json.loads, capsys.readouterr().out.splitlines())
    assert (breast["tumour"], colon["tumour"]) == ("breast", "colon")
    assert (colon["first_detection"], colon["days_since"]) == (None, [0.0, None])


def test_the_last_day_of_the_record_is_said_when_none_is_given(capsys):
    assert main(["forecast", str(EXAMPLES / "synchronous_colon.yaml")]) == 0
    said = capsys.readouterr()
    assert "No forecast. Metastases were there before the primary was cleared" in said.out
    assert "Decision day: 2025-09-23" in said.err


def test_the_command_of_the_brief_takes_it(tmp_path, capsys):
    file = tmp_path / "brief.html"
    assert main(["brief", str(SOLITARY), "--on", ON, "--forecast", "--output", str(file)]) == 0
    assert "effective sample size" in file.read_text("utf-8")


def test_an_interrupted_run_says_nothing(monkeypatch, capsys):
    def stop(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    monkeypatch.setattr(import_module("paget.options.of_record"), "forecast", stop)
    assert main(["forecast", str(SOLITARY), "--on", ON]) == 130
    assert capsys.readouterr().out == ""


def test_another_model_is_read_when_it_is_named(capsys):
    wish = ["forecast", str(SOLITARY), "--on", ON, "--patients", "60000", "--json"]
    assert main([*wish, "--model", "virtual_colorectal_calibrated"]) == 0
    named = json.loads(capsys.readouterr().out)
    assert named["model"] == "virtual_colorectal_calibrated"
    assert main(wish) == 0
    usual = json.loads(capsys.readouterr().out)
    assert usual["model"] == "virtual_colorectal"
    assert named["known"] == usual["known"]
    assert named["model_sha256"] != usual["model_sha256"]


def test_a_model_that_says_nothing_of_whom_it_is_takes_what_the_usual_one_says(capsys):
    kidney = ["forecast", str(EXAMPLES / "kidney_late_lung.yaml"), "--json"]
    assert main([*kidney, "--model", "virtual_colorectal_calibrated"]) == 0
    assert json.loads(capsys.readouterr().out)["refused"].startswith("There is no model of virtual patients")
    assert main([*kidney, "--model", "virtual_colorectal"]) == 0
    assert "is another than the model's (colorectal)" in json.loads(capsys.readouterr().out)["refused"]
