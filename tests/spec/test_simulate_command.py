"""`paget simulate`: a summary with its errors, counts as data, rows when asked, and refusals."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from paget.cli import main

SHIPPED = "virtual_colorectal"


def test_a_summary_with_monte_carlo_errors(capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", SHIPPED, "--patients", "2000", "--seed", "3"]) == 0
    said = capsys.readouterr().out
    assert "2,000 virtual patients" in said
    assert "standard error" in said
    assert "no clinical estimate exists" in said


def test_counts_as_data_do_not_depend_on_chunks_or_threads(capsys: pytest.CaptureFixture[str]):
    found = []
    for more in (["--threads", "1"], ["--threads", "2", "--chunk", "37"]):
        assert main(["simulate", SHIPPED, "--patients", "1500", "--json", *more]) == 0
        found.append(json.loads(capsys.readouterr().out))
    assert found[0] == found[1]
    assert found[0]["totals"]["patients"] == 1500
    assert sum(found[0]["survival"][cause][-1] >= 0 for cause in ("alive", "cancer")) == 2


def test_a_row_a_patient_and_a_figure(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    rows, figure = tmp_path / "patients.csv", tmp_path / "states.svg"
    words = ["--patients", "50", "--rows", str(rows), "--figure", str(figure)]
    assert main(["simulate", SHIPPED, *words]) == 0
    with rows.open(encoding="utf-8") as file:
        assert len(list(csv.DictReader(file))) == 50
    assert figure.read_text(encoding="utf-8").startswith("<svg")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([SHIPPED, "--patients", "0"], "patients"),
        (["vessel_neck"], "another model"),
        (["nowhere.yaml"], "no such file"),
        ([SHIPPED, "--seed", "-1"], "seed"),
        ([SHIPPED, "--chunk", "0"], "chunk"),
        ([SHIPPED, "--patients", "10000000", "--rows", "x.csv"], "too many patients"),
    ],
)
def test_what_cannot_be_run_is_refused(words, said, capsys: pytest.CaptureFixture[str]):
    assert main(["simulate", *words]) in {2, 3}
    assert said in capsys.readouterr().err
