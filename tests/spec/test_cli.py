"""The command line: exit codes, one clear message for each mistake, and lines of JSON."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from paget.cli import main
from paget.cli.assessing import in_words
from paget.cli.briefing import EXAMPLE
from paget.cli.printing import json_line, printable

EXAMPLES = EXAMPLE.parent
TWO = EXAMPLES / "two_primaries.yaml"
REPOSITORY = Path(__file__).resolve().parents[2]

KEYS = {
    "patient",
    "tumour",
    "as_of",
    "knowledge",
    "overlays",
    "findings",
    "operations",
    "most_informative_missing",
}
FINDING = {"value", "unit", "because", "missing", "source", "confirmed", "rule", "at_boundary", "applies"}
NAMES = {
    "disease_free_interval_days", "diagnosis_to_metastasis_days", "timing", "interval_class", "lesion_count",
    "organ_count", "largest_lesion_mm", "total_volume_ml", "sum_of_cubes_cm3", "oligometastatic_state",
    "m_category", "fong_score",
}  # fmt: skip


@pytest.fixture
def run(capsys, monkeypatch, tmp_path):
    """Run a command in an empty folder; gives its exit code, output and error output."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAGET_DEBUG", raising=False)
    monkeypatch.delenv("PAGET_OVERLAYS", raising=False)

    def command(*arguments: object) -> tuple[int, str, str]:
        code = main([str(each) for each in arguments])
        said = capsys.readouterr()
        assert "Traceback" not in said.err + said.out
        return code, said.out, said.err

    return command


def case(folder: Path, name: str = "case.yaml", **patient: str) -> Path:
    file = folder / name
    about = {"patient_id": "P1", **patient}
    file.write_text(json.dumps({"patient": about}), encoding="utf-8")
    return file


# Exit codes


def test_version_and_help(run):
    assert run("--version")[:2] == (0, "0.1.0\n")
    code, out, _ = run("--help")
    assert code == 0
    assert all(name in out for name in ("read", "assess", "brief", "knowledge", "schema", "doctor"))


@pytest.mark.parametrize(
    "command",
    ["", "read", "assess", "brief", "knowledge", "knowledge list", "knowledge show", "knowledge check",
     "knowledge schema", "schema", "doctor", "worksheet"],
)  # fmt: skip
def test_the_help_of_each_command_has_examples_that_fit_a_terminal(run, command):
    code, out, _ = run(*command.split(), "--help")
    assert code == 0
    assert f"    paget {command}" in out
    assert max(map(len, out.splitlines())) <= 80


def test_alone_it_shows_the_help(run):
    assert run() == run("--help")


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_the_shell_completes_commands_and_options(run, tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    script = tmp_path / "completion"
    assert run("--install-completion", "--shell", "bash", "--output", script)[0] == 0

    def completed(*words: str) -> set[str]:
        line = f"source {script}; COMP_WORDS=({' '.join(words)}); COMP_CWORD={len(words) - 1}; _paget"
        ask = f"compopt() {{ :; }}; {line}; printf '%s\\n' \"${{COMPREPLY[@]}}\""
        done = subprocess.run(["bash", "-c", ask], capture_output=True, text=True, check=False)
        return set(done.stdout.split())

    assert completed("paget", "kno") == {"knowledge"}
    assert completed("paget", "knowledge", "s") == {"schema", "show"}
    assert completed("paget", "assess", "--max") == {"--max-size"}


@pytest.mark.parametrize("command", ["read", "assess", "brief"])
def test_what_is_not_there_is_3(run, command):
    code, out, err = run(command, "no-such-file.json")
    assert (code, out) == (3, "")
    assert "no such file or folder" in err


@pytest.mark.parametrize(
    "arguments",
    [
        ("read",),
        ("frobnicate",),
        ("read", "x", "--frobnicate"),
        ("brief",),
        ("brief", "--example", "case.yaml"),
        ("brief", "--example", "--json", "--text"),
        ("brief", "--example", "--on", "2025-13-45"),
        ("assess", EXAMPLE, "--on", "2025"),
        ("brief", "--example", "--output", "no-such-folder/brief.html"),
        ("brief", "--example", "--output", "."),
        ("schema", "everything"),
    ],
)
def test_a_mistake_on_the_command_line_is_2(run, arguments, tmp_path):
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert err.strip()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\x00\x01",
        b"\xff\xfe{",
        b"[1, 2]",
        b'{"resourceType": "Nonsense"}',
        b"a: &x 1\nb: *x",
        b"<xml/>",
        b'{"a":' * 100000,
        b"patient: {patient_id: P1, nonsense: 1}",
        b'{"patient": NaN}',
        b"patient: 1",
    ],
)
@pytest.mark.parametrize("name", ["case.json", "case.yaml", "case.ndjson", "case.csv"])
def test_a_broken_file_is_2_in_words(run, tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    code, out, err = run("assess", name)
    assert (code, out) == (2, ""), err
    assert err.strip()


@pytest.mark.parametrize(
    "arguments",
    [
        ("assess", TWO, "--patient", "nobody"),
        ("assess", TWO, "--tumour", "none"),
        ("brief", TWO, "--patient", "nobody"),
        ("brief", TWO, "--overlay", "no-such-folder"),
        ("knowledge", "show", "fong_scor"),
        ("knowledge", "schema", "scor"),
        ("read", TWO, "--map", "no-such-mapping.yaml"),
    ],
)
def test_a_name_that_is_not_there_is_3(run, arguments):
    code, out, err = run(*arguments)
    assert (code, out) == (3, ""), err
    assert err.strip()


def test_our_fault_is_70_in_one_line_without_what_it_said(run, monkeypatch):
    def broken(*_, **__):
        raise RuntimeError("Jane Doe, born 1950")

    monkeypatch.setattr("paget.intake.read.read", broken)
    code, out, err = run("read", TWO)
    assert (code, out) == (70, "")
    assert err.count("\n") == 1
    assert "Jane" not in err
    assert "RuntimeError at cli/opening.py" in err
    assert "report" in err


def test_debugging_shows_the_traceback(monkeypatch, capsys):
    monkeypatch.setenv("PAGET_DEBUG", "1")
    assert main(["read", "no-such-file"]) == 3
    assert "Traceback" in capsys.readouterr().err


def in_a_process(*arguments: object, **streams: object) -> subprocess.Popen[bytes]:
    program = "import sys; from paget.cli import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.Popen([sys.executable, "-c", program, *map(str, arguments)], **streams)


@pytest.mark.skipif(os.name != "posix", reason="pipes as on POSIX")
@pytest.mark.parametrize(
    "arguments", [("schema", "reference"), ("read", EXAMPLE), ("knowledge", "list")], ids=lambda each: each[0]
)
def test_whoever_stops_reading_gets_no_traceback(arguments):
    with in_a_process(*arguments, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        error = process.stderr.read() if process.stderr else b""
        assert process.wait(60) == 0
    assert error == b""


@pytest.mark.skipif(os.name != "posix", reason="signals as on POSIX")
def test_control_c_is_130_without_a_traceback(tmp_path):
    pipe = tmp_path / "never-written"
    os.mkfifo(pipe)
    code = (
        "import sys; from pathlib import Path; from paget.cli import main, opening\n"
        "def slow(*_):\n"
        "    print('ready', flush=True); Path(sys.argv[1]).read_text()\n"
        "opening.open_record = slow\n"
        "import paget.cli.reading; paget.cli.reading.open_record = slow\n"
        "sys.exit(main(['read', 'x']))"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(pipe)], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        process.send_signal(signal.SIGINT)
        _, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert b"Traceback" not in error


def test_a_closed_output_is_no_fault():
    program = "import sys; sys.stdout = None; from paget.cli import main; sys.exit(main(sys.argv[1:]))"
    assert subprocess.run([sys.executable, "-c", program, "read", str(EXAMPLE)], check=False).returncode == 0


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (PermissionError(13, "Permission denied", "case.yaml"), 2, "permission denied\n  where: case.yaml"),
        (OSError(28, "No space left on device"), 2, "no space left on device\n  mend:  free some space"),
        (FileNotFoundError(2, "No such file or directory", "gone"), 3, "no such file or directory"),
    ],
    ids=["no right", "full disk", "gone"],
)
def test_what_the_system_refuses_is_said_with_its_mend(run, monkeypatch, error, code, said):
    def refused(*_, **__):
        raise error

    monkeypatch.setattr("paget.intake.read.read", refused)
    got, out, err = run("read", TWO)
    assert (got, out) == (code, "")
    assert err.startswith(said)
    assert "mend:" in err


def test_a_folder_without_the_right_to_write_is_named(run, tmp_path, monkeypatch):
    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("tempfile.mkstemp", refused)
    code, out, err = run("brief", "--example", "--output", tmp_path / "brief.html")
    assert (code, out) == (2, "")
    assert f"a folder that cannot be written to\n  where: {tmp_path}" in err


# read


def test_read_reports(run):
    code, out, _ = run("read", EXAMPLE)
    assert code == 0
    assert "liver_metastases.yaml: paget case (YAML)" in out
    assert "1 patient: L-0312 (rectum)\n" in out
    assert "1 patient: D-0240 (breast, colon)\n" in run("read", TWO)[1]
    assert re.search(r"12 +observations", out)
    assert "Read as unknown (1 row)" in out


def test_a_name_without_end_does_not_fill_the_screen(run, tmp_path):
    _, out, _ = run("read", case(tmp_path, patient_id="P" * 100_000))
    assert max(map(len, out.splitlines())) < 200


def test_read_as_json(run):
    code, out, _ = run("read", EXAMPLE, "--json")
    report = json.loads(out)
    assert (code, report["patients"], report["format"]) == (0, 1, "paget case (YAML)")
    assert report["read"]["lesions"] == 5
    assert {"ignored", "not_understood", "problems"} <= set(report)


@pytest.mark.parametrize("out", ["copy", "copy.duckdb"])
def test_read_writes_what_it_reads_again(run, out):
    assert run("read", EXAMPLE, "--out", out)[0] == 0
    assert list(run("assess", out, "--json")[1].splitlines()) == (
        run("assess", EXAMPLE, "--json")[1].splitlines()
    )
    code, _, err = run("read", EXAMPLE, "--out", out)  # never over what is there
    assert code == 2
    assert "there already" in err


def test_read_writes_into_no_folder_that_is_not_there(run, tmp_path):
    assert run("read", EXAMPLE, "--out", "nowhere/copy.duckdb")[0] == 2
    assert list(tmp_path.iterdir()) == []


def test_strict_refuses_a_rejected_row(run, tmp_path):
    file = tmp_path / "case.yaml"
    file.write_text(
        "patient: {patient_id: P1}\nlesions: [{lesion_id: L1, organ: nonsense}]\n", encoding="utf-8"
    )
    assert run("read", file)[0] == 0
    code, _, err = run("read", file, "--strict")
    assert code == 2
    assert "nonsense" not in err  # a value


def test_a_row_with_two_faults_is_one_rejected_row(run, tmp_path):
    lesion = '{lesion_id: L1, organ: nonsense, found_day: "2025-02-29"}'
    (tmp_path / "case.yaml").write_text(
        f"patient: {{patient_id: P1}}\nlesions: [{lesion}]\n", encoding="utf-8"
    )
    code, out, _ = run("read", "case.yaml")
    assert code == 0
    assert "Rejected: not in the record (1 row)" in out
    assert out.count("row L1 column") == 2
    assert "1 row was rejected" in run("read", "case.yaml", "--strict")[2]


@pytest.mark.parametrize("command", [["read"], ["assess"], ["assess", "--strict"]])
def test_every_broken_file_of_a_folder_is_named_at_once(run, tmp_path, command):
    folder = tmp_path / "cases"
    folder.mkdir()
    for number in range(10):
        case(folder, f"{number:02}.yaml", patient_id=f"P{number}")
    (folder / "10.yaml").write_text("patient: {patient_id: P10\n", encoding="utf-8")
    (folder / "11.yaml").write_text("patient: {patient_id: P11, sxe: male}\n", encoding="utf-8")
    code, out, err = run(*command, folder)
    assert (code, out) == (2, "")
    goes_on = command == ["assess"]  # with the others, none of whom has a day
    assert ("2 files are broken" in err) == (not goes_on)
    assert ("patient P9: no day is recorded" in err) == goes_on
    assert "10.yaml, line 2" in err
    assert "the case does not follow" in err
    assert "11.yaml" in err
    assert "did you mean sex?" in err


def test_every_broken_line_is_named_at_once(run, tmp_path):
    good = '{"patient": {"patient_id": "P%d"}}'
    lines = [good % number if number % 10 else "{" for number in range(1, 301)]
    (tmp_path / "cases.ndjson").write_text("\n".join(lines), encoding="utf-8")
    code, _, err = run("read", "cases.ndjson")
    assert code == 2
    assert "30 lines are broken" in err
    assert "cases.ndjson line 10" in err
    assert "and 10 more" in err


def test_the_largest_size_is_set_in_megabytes(run, tmp_path):
    document = {"patient": {"patient_id": "P1"}, "studies": [{"result": "x" * 1_500_000}]}
    (tmp_path / "case.json").write_text(json.dumps(document), encoding="utf-8")
    assert run("read", "case.json", "--max-size", "2")[0] == 0
    code, _, err = run("read", "case.json", "--max-size", "1")
    assert code == 2
    assert "the limit is 1 MB" in err
    assert "--max-size" in err
    assert run("read", "case.json", "--max-size", "0")[0] == 2


def test_a_printed_name_cannot_steer_the_terminal(run, tmp_path):
    file = case(tmp_path, patient_id="P\u202e1")
    for arguments in (
        ("read", file),
        ("assess", file),
        ("assess", file, "--json"),
        ("brief", file, "--text"),
    ):
        _, out, err = run(*arguments)
        assert all(sign.isprintable() or sign == "\n" for sign in out + err)


def test_control_characters_are_escaped():
    assert printable("\x1b[31m\n\u202e") == r"\x1b[31m\n\u202e"
    assert json.loads(json_line({"a": "\x1b\u2028\U000e0001ä"})) == {"a": "\x1b\u2028\U000e0001ä"}
    assert json_line("\u2028\U000e0001") == r'"\u2028\udb40\udc01"'


# assess


def test_two_primaries_are_two_lines_of_json(run):
    code, out, err = run("assess", TWO, "--json", "--on", "2025-09-16")
    found = [json.loads(line) for line in out.splitlines()]
    assert (code, err) == (0, "")
    assert [one["tumour"] for one in found] == ["breast", "colon"]
    for one in found:
        assert set(one) == KEYS
        assert one["as_of"] == "2025-09-16"
        assert set(one["findings"]) >= NAMES
        for finding in one["findings"].values():
            assert set(finding) >= FINDING
            assert all(
                {"fact", "value", "unit", "day", "age_days"} <= set(fact) for fact in finding["because"]
            )
        assert all({"fact", "flips", "resolved_by"} <= set(each) for each in one["most_informative_missing"])


def test_one_primary_when_asked(run):
    _, out, _ = run("assess", TWO, "--tumour", "colon", "--json")
    assert [json.loads(line)["tumour"] for line in out.splitlines()] == ["colon"]


def test_without_a_day_the_day_is_said(run):
    _, out, err = run("assess", EXAMPLE, "--json")
    assert json.loads(out)["as_of"] == "2025-06-24"  # the board day, the last of the example
    assert "Decision day: 2025-06-24" in err


def test_assess_to_read(run):
    code, out, _ = run("assess", EXAMPLE, "--on", "2025-06-24")
    assert code == 0
    assert re.search(r"^liver_lesion_count +3 lesions", out, re.MULTILINE)
    assert "Most informative of what is missing" in out


def test_an_overlay_is_named(run, tmp_path):
    _, shown, _ = run("knowledge", "show", "few_lesions", "--json")
    old = json.loads(shown)
    _, text, _ = run("knowledge", "show", "few_lesions")
    overlay = tmp_path / "our-hospital"
    (overlay / "criteria").mkdir(parents=True)
    changed = "\n".join(line for line in text.splitlines() if not line.startswith("# "))
    signed = (
        f"\nreplaces: {{path: {old['path']}, sha256: {old['sha256']}}}\n"
        'reason: our board says so\nby: board\ndate: "2026-05-01"\n'
    )
    (overlay / "criteria" / "few_lesions.yaml").write_text(changed + signed, encoding="utf-8")
    _, out, _ = run("assess", EXAMPLE, "--overlay", overlay, "--json")
    (change,) = json.loads(out)["overlays"]
    assert (change["does"], change["path"]) == ("replaces", old["path"])
    assert (
        "our-hospital replaces criteria/few_lesions.yaml" in run("knowledge", "list", "--overlay", overlay)[1]
    )
    assert run("knowledge", "check", "--overlay", overlay)[0] == run("knowledge", "check")[0]


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [
        (None, None, "unknown"),
        ({"low": None, "high": None}, "mm", "unknown"),
        ({"low": None, "high": 5}, "mm", "at most 5 mm"),
        ({"low": 3, "high": 4}, "lesion", "3 to 4 lesions"),
        (1, "lesion", "1 lesion"),
        (["M1a", "M1b"], None, "M1a or M1b"),
        ("yes", None, "yes"),
        ({"CT": "done", "MRI": ["done", "not needed"]}, None, "CT: done; MRI: done or not needed"),
    ],
)
def test_values_in_words(value, unit, words):
    assert in_words(value, unit) == words


# brief


def test_brief_is_one_file_whose_path_is_printed(run, tmp_path):
    code, out, err = run("brief", "--example")
    assert (code, out) == (0, "brief_L-0312_2025-06-24.html\n")
    assert "Decision day: 2025-06-24" in err
    page = (tmp_path / out.strip()).read_text(encoding="utf-8")
    assert page.startswith(("<!DOCTYPE html>", "<!doctype html>"))
    assert "Invented case" in page
    assert [file.name for file in tmp_path.iterdir()] == [out.strip()]


def test_brief_takes_the_place_of_an_older_one_only_when_it_is_whole(run, tmp_path, monkeypatch):
    page = tmp_path / "brief.html"
    page.write_text("older", encoding="utf-8")

    def full(*_):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", full)
        assert run("brief", "--example", "--output", page)[0] == 2
    assert page.read_text(encoding="utf-8") == "older"
    assert list(tmp_path.iterdir()) == [page]
    assert run("brief", "--example", "--output", page)[0] == 0
    assert page.read_text(encoding="utf-8") != "older"


def test_the_result_is_printed_when_asked_for(run, tmp_path):
    code, page, _ = run("brief", "--example", "--output", "-")
    assert code == 0
    assert page.lower().startswith("<!doctype html>")
    assert json.loads(run("schema", "--output", "-")[1])["required"] == ["patient"]
    assert list(tmp_path.iterdir()) == []


def test_brief_as_text_and_json(run):
    code, out, _ = run("brief", EXAMPLE, "--text", "--question", "Operate now?")
    assert code == 0
    assert "Operate now?" in out
    code, out, _ = run("brief", EXAMPLE, "--json")
    assert json.loads(out)["patient"] == "L-0312"


def test_briefs_of_many_are_lines_of_json(run, tmp_path):
    folder = tmp_path / "cases"
    folder.mkdir()
    for file in (EXAMPLE, TWO):
        shutil.copy(file, folder)
    code, out, err = run("brief", folder)
    assert code == 0
    assert [json.loads(line)["patient"] for line in out.splitlines()] == ["D-0240", "L-0312"]
    assert "last known day" in err
    assert run("brief", folder, "--text")[0] == 2
    assert run("brief", folder, "--output", "briefs.jsonl")[1] == "briefs.jsonl\n"
    assert Path("briefs.jsonl").read_text(encoding="utf-8") == out
    assert run("brief", folder, "--patient", "L-0312")[1] == "brief_L-0312_2025-06-24.html\n"


# knowledge, schema, doctor


def test_knowledge_list_and_show(run):
    _, out, _ = run("knowledge", "list")
    assert "fong_score" in out
    listed = json.loads(run("knowledge", "list", "--json")[1])
    assert listed["hash"] in out
    code, out, _ = run("knowledge", "show", "fong_score")
    assert code == 0
    assert re.search(r"^# sha256 [0-9a-f]{64}$", out, re.MULTILINE)
    assert "did you mean fong_score" in run("knowledge", "show", "fong")[2]


def test_facts_are_listed_and_shown_beside_the_files(run):
    _, out, _ = run("knowledge", "list")
    assert re.search(r"^cea +ng/mL ", out, re.MULTILINE)
    (cea,) = [
        fact for fact in json.loads(run("knowledge", "list", "--json")[1])["facts"] if fact["name"] == "cea"
    ]
    assert json.loads(run("knowledge", "show", "cea", "--json")[1]) == cea
    assert run("knowledge", "show", "disease")[1].startswith("# disease, a fact: one of several\n")
    assert run("knowledge", "show", "lesion_count")[1].startswith("# measures/lesion_count.yaml")


def test_an_overlay_file_that_would_be_passed_over_is_named(run, tmp_path):
    (tmp_path / "few_lesions.yml").write_text("title: x\n", encoding="utf-8")
    code, _, err = run("knowledge", "list", "--overlay", tmp_path)
    assert code == 2
    assert "few_lesions.yml" in err


def test_shipped_knowledge_has_no_problem(run):
    code, out, err = run("knowledge", "check")
    assert code == 0, out + err


def test_schemas(run, tmp_path):
    assert json.loads(run("schema")[1])["required"] == ["patient"]
    assert "CREATE TABLE" in run("schema", "sql")[1]
    assert run("schema", "reference")[1].startswith("# The record")
    assert run("schema", "--output", "case.json")[1] == "case.json\n"
    assert json.loads((tmp_path / "case.json").read_text(encoding="utf-8"))["required"] == ["patient"]
    assert json.loads(run("knowledge", "schema", "score")[1])
    assert len(json.loads(run("knowledge", "schema")[1])["anyOf"]) > 5


def test_doctor(run):
    code, out, _ = run("doctor", "--json")
    checks = {check["name"]: check for check in json.loads(out)["checks"]}
    assert {"paget", "python", "polars", "cores", "memory", "knowledge", "overlays", "chromium"} <= set(
        checks
    )
    assert checks["cores"]["ok"]
    assert code == (2 if any(not each["ok"] and each["needed"] for each in checks.values()) else 0)
    assert run("doctor", "--overlay", "no-such-folder")[0] == 2


# The README


def test_the_python_example_of_the_readme_runs(monkeypatch, capsys):
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    (example,) = re.findall(r"```python\n(.*?)```", readme, re.DOTALL)
    monkeypatch.chdir(REPOSITORY)
    exec(compile(example, "README.md", "exec"), {})
    assert "cea" in capsys.readouterr().out  # the example lacks a recent CEA
