"""What a forecast refuses to begin with: which option or row, how to mend it, and never a patient's value."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

import paget
from paget.cli import main
from paget.documents import load_yaml
from paget.errors import BadInput, NotFound
from paget.knowledge import Knowledge
from paget.options.reach import AFTER
from paget.record import Record, read_case

SOLITARY = Path(__file__).parents[1] / "cases" / "solitary.yaml"


def document() -> dict[str, Any]:
    value: dict[str, Any] = copy.deepcopy(load_yaml(SOLITARY.read_bytes(), "solitary.yaml").value)
    return value


@pytest.mark.parametrize(
    ("options", "error", "says"),
    [
        ({"horizon_days": 0.5}, BadInput, "the horizon lies outside its range"),
        ({"horizon_days": 8000.0}, BadInput, "the horizon lies outside its range"),
        ({"horizon_days": float("nan")}, BadInput, "the horizon lies outside its range"),
        ({"patients": 0}, BadInput, "too few virtual patients"),
        ({"model": "growth_liver_metastases"}, BadInput, "another model"),
        ({"model": "nothing"}, NotFound, None),
        ({"tumour": "breast"}, NotFound, "no such primary is known on that day"),
        ({"patient": "nobody"}, NotFound, "no such patient in the record"),
        ({"on": "2024-01"}, BadInput, "the decision day is not a day"),
        ({"on": "400"}, BadInput, "the decision day is not a date"),
    ],
)
def test_options_that_cannot_be(options, error, says):
    with pytest.raises(error) as refused:
        paget.forecast(paget.read(SOLITARY), **({"on": "2024-01-20"} | options))
    assert says is None or refused.value.what == says


def test_of_several_patients_one_is_named():
    one, two = document(), document()
    two["patient"]["patient_id"] = "S-2"
    record = Record.from_cases([read_case(case)[0] for case in (one, two)])
    with pytest.raises(BadInput, match="several patients"):
        paget.forecast(record, on="2024-01-20")
    found = paget.forecast(record, on="2024-01-20", patient="S-2", patients=60_000)
    assert [one.case.patient for one in found] == ["S-2"]


def test_a_record_of_nobody():
    with pytest.raises(NotFound, match="no patient"):
        paget.forecast(Record.from_cases([]))


@pytest.mark.parametrize("horizon", ["soon", "5 mm", "-5 years", "", "nan years", "0", "30 years"])
def test_a_horizon_in_words_is_a_time(horizon, capsys):
    assert main(["forecast", str(SOLITARY), "--on", "2024-01-20", f"--horizon={horizon}"]) == 2
    said = capsys.readouterr().err
    assert "the horizon" in said
    assert "Traceback" not in said


def test_a_horizon_before_the_decision_is_refused_in_a_sentence(capsys):
    assert main(["forecast", str(SOLITARY), "--on", "2024-01-20", "--horizon", "5"]) == 0
    assert f"No forecast. {AFTER}" in capsys.readouterr().out


@pytest.mark.parametrize("size", [0.001, 999.0, 5000.0])
def test_sizes_that_no_lesion_has_end_in_a_sentence(size):
    case = document()
    case["tumours"][0]["lesions"][0]["measurements"][0]["longest_mm"] = size
    record = Record.from_cases([read_case(case)[0]])
    one = paget.forecast(record, on="2024-01-20", patients=60_000)[0]
    assert one.found is None or one.case.known is not None
    assert str(size) not in one.refused


def test_a_thousand_lesions_end_in_a_sentence():
    case = document()
    first = case["tumours"][0]["lesions"][0]
    case["tumours"][0]["lesions"] = [first | {"lesion_id": f"L{number}"} for number in range(1500)]
    one = paget.forecast(Record.from_cases([read_case(case)[0]]), on="2024-01-20")[0]
    assert one.found is None
    assert one.refused.startswith("None of 262,144 virtual patients is like this case.")
    assert "1500" not in one.refused


def test_an_overlay_without_a_model_of_the_disease(tmp_path):
    """A hospital may withdraw the model; then there is none."""
    file = Knowledge.load().find("virtual_colorectal")
    folder = tmp_path / "ours" / "biology"
    folder.mkdir(parents=True)
    (folder / "virtual_colorectal.yaml").write_text(
        f"withdraws: {{path: {file.path}, sha256: {file.sha256}}}\n"
        "reason: not ours\nby: board\ndate: 2025-01-01\n"
    )
    found = paget.forecast(paget.read(SOLITARY), on="2024-01-20", overlays=[folder.parent])[0]
    assert found.refused == "There is no model of virtual patients for this disease."
