"""A folder of patients: briefs and assessments, a line each; what is broken is said, the rest goes on."""

from __future__ import annotations

import json
import shutil

import pytest

from paget.cli import main
from paget.cli.briefing import EXAMPLE

EXAMPLES = ("kidney_late_lung", "liver_metastases", "lung_primary_brain_adrenal")


@pytest.fixture
def folder(tmp_path):
    """A folder of three patients."""
    made = tmp_path / "cases"
    made.mkdir()
    for name in EXAMPLES:
        shutil.copy(EXAMPLE.parent / f"{name}.yaml", made)
    return made


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run `paget brief`; gives exit code, lines of output, error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAGET_OVERLAYS", raising=False)

    def command(*arguments: object) -> tuple[int, list[str], str]:
        code = main(["brief", *(str(each) for each in arguments)])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out.splitlines(), said.err

    return command


def test_a_line_of_json_for_each_patient(run, folder):
    code, out, err = run(folder)
    assert code == 0
    assert [json.loads(line)["patient"] for line in out] == ["B-1184", "K-0529", "L-0312"]
    assert all(json.loads(line)["as_of_default"] for line in out)
    assert "briefs" not in err  # progress is for those who watch
    assert "each patient's last known day, 2025-06-24 to 2025-09-09" in err


def test_the_assessments_are_those_of_paget_assess(run, folder, capsys):
    _, out, _ = run(folder, "--on", "2025-06-24")
    lines = [one for line in out for one in json.loads(line)["assessments"]]
    assert main(["assess", str(folder), "--on", "2025-06-24", "--json"]) == 0
    assessed = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines == assessed


def test_what_is_broken_is_said_and_the_rest_goes_on(run, folder, tmp_path):
    (folder / "a_broken.yaml").write_text("patient: {patient_id: P10\n", encoding="utf-8")
    (folder / "z_wrong.yaml").write_text("patient: {patient_id: P11, sxe: male}\n", encoding="utf-8")
    shutil.copy(folder / "liver_metastases.yaml", folder / "liver_again.yaml")
    (folder / "nameless.json").write_text('{"patient": {"patient_id": "P12"}}', encoding="utf-8")
    code, out, err = run(folder)
    assert code == 2
    assert sorted(json.loads(line)["patient"] for line in out) == ["B-1184", "K-0529", "L-0312"]
    assert "Left out: not valid YAML. where: a_broken.yaml" in err
    assert "z_wrong.yaml" in err
    assert "did you mean sex?" in err
    assert "Left out, patient L-0312: also in an earlier file. where: liver_metastases.yaml" in err
    assert "Left out, patient P12: no day is recorded" in err
    code, out, _ = run(folder, "--output", "briefs.jsonl")
    assert (code, out) == (2, ["briefs.jsonl"])
    assert len((tmp_path / "briefs.jsonl").read_text("utf-8").splitlines()) == 3


@pytest.mark.parametrize("command", ["brief", "assess"])
def test_briefs_and_assessments_leave_out_the_same(command, folder, capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    (folder / "a_broken.yaml").write_text("patient: {patient_id: P10\n", encoding="utf-8")
    shutil.copy(folder / "liver_metastases.yaml", folder / "liver_again.yaml")
    (folder / "nameless.json").write_text('{"patient": {"patient_id": "P12"}}', encoding="utf-8")
    asked = [command, str(folder), *(["--json"] if command == "assess" else [])]
    assert main(asked) == 2
    said = capsys.readouterr()
    assert sorted(json.loads(line)["patient"] for line in said.out.splitlines()) == [
        "B-1184",
        "K-0529",
        "L-0312",
    ]
    assert "Left out: not valid YAML. where: a_broken.yaml" in said.err
    assert "Left out, patient L-0312: also in an earlier file. where: liver_metastases.yaml" in said.err
    assert "Left out, patient P12: no day is recorded" in said.err
    assert "each patient's last known day, 2025-06-24 to 2025-09-09" in said.err


@pytest.mark.parametrize("more", [["--patient", "L-0312"], ["--tumour", "rectum"], ["--strict"]])
def test_an_assessment_of_one_is_refused_with_its_folder(more, folder, capsys):
    (folder / "a_broken.yaml").write_text("patient: {patient_id: P10\n", encoding="utf-8")
    assert main(["assess", str(folder), "--json", *more]) == 2
    assert capsys.readouterr().out == ""


def test_a_folder_with_nothing_that_can_be_read_is_refused_as_a_whole(run, tmp_path):
    folder = tmp_path / "broken"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.yaml").write_text("patient: {patient_id: P\n", encoding="utf-8")
    code, out, err = run(folder)
    assert (code, out) == (2, [])
    assert "2 files are broken" in err


def test_parts_of_patients_are_never_read_apart(run, tmp_path):
    folder = tmp_path / "fhir"
    folder.mkdir()
    (folder / "Patient.json").write_text('{"resourceType": "Patient", "id": "p"}', encoding="utf-8")
    (folder / "Condition.json").write_text("{", encoding="utf-8")
    code, out, _ = run(folder)
    assert (code, out) == (2, [])


def test_one_patient_of_the_folder_is_refused_with_it(run, folder):
    (folder / "a_broken.yaml").write_text("patient: {patient_id: P10\n", encoding="utf-8")
    code, out, _ = run(folder, "--patient", "L-0312")
    assert (code, out) == (2, [])


def test_progress_is_said_where_somebody_watches(run, folder, monkeypatch):
    monkeypatch.setattr("sys.stderr.isatty", lambda: True, raising=False)
    monkeypatch.setattr("paget.cli.progress.PACE", -1.0)
    code, out, err = run(folder)
    assert code == 0
    assert len(out) == 3
    assert "\r3 briefs" in err
    assert err.index("\x1b[K") > err.index("3 briefs")


def test_a_text_is_made_of_one_patient(run, folder):
    code, _, err = run(folder, "--text")
    assert code == 2
    assert "choose one with --patient" in err


def test_a_text_is_80_characters_wide_where_nothing_else_is_known(run, monkeypatch):
    monkeypatch.delenv("COLUMNS", raising=False)
    code, out, _ = run("--example", "--text")
    assert code == 0
    assert max(map(len, out)) <= 80
    assert "\x1b" not in "".join(out)
