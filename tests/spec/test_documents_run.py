"""What the pages say is so: their commands run, their files are read, their links lead somewhere.

A page is a newcomer who types it from top to bottom in one folder. A line that is a file's name alone
(`` `case.yaml` ``) names the block below it; blocks of Python run one after the other in one process;
each line of a block of `sh` is a command that ends with 0; YAML without a name is a rule, a part of one,
or a part of a mapping.
"""

from __future__ import annotations

import doctest
import json
import re
import shlex
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from paget.cli import examples, main
from paget.cli.briefing import EXAMPLE
from paget.documents import load_yaml
from paget.facts.catalogue import catalogue
from paget.intake.read import read
from paget.knowledge import Knowledge
from rule_files import rules_of

REPOSITORY = Path(__file__).resolve().parents[2]
PAGES = [
    "README.md",
    "CONTRIBUTING.md",
    *sorted(f"docs/{page.name}" for page in (REPOSITORY / "docs").glob("*.md")),
    *sorted(f"docs/biology/{page.name}" for page in (REPOSITORY / "docs" / "biology").glob("*.md")),
]
FENCE = re.compile(r"(?:^`(?P<name>[\w./-]+)`\n\n)?^```(?P<language>\w*)\n(?P<body>.*?)^```$", re.M | re.S)
LANGUAGES = {"sh", "python", "yaml", "csv", "text"}  # text: what is shown and not typed
TARGETS = set(
    re.findall(r"^([a-z][a-z-]*):.*##", (REPOSITORY / "Makefile").read_text(encoding="utf-8"), re.M)
)


@dataclass(frozen=True)
class Block:
    """A block of a page, with the name of the file that it is, if it is one."""

    name: str
    language: str
    body: str


def blocks(page: str) -> list[Block]:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    return [Block(found["name"] or "", found["language"], found["body"]) for found in FENCE.finditer(text)]


def overlay(folder: Path) -> None:
    """A hospital's folder with one rule of its own."""
    rule = (
        "title: One lesion\nkind: criteria\nmeaning: A single distant lesion.\n"
        "all: [{lesion_count: {at_most: 1 lesion}}]\nsource: {authors: practice}\nconfirmed: false\n"
        "examples:\n  - {given: {lesion_count: 1 lesion}, expect: {holds: yes}}\n"
        "  - {given: {lesion_count: 2 lesions}, expect: {holds: no}}\n"
    )
    (folder / "criteria").mkdir(parents=True)
    (folder / "criteria" / "one_lesion.yaml").write_text(rule, encoding="utf-8")


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with what a reader of the pages has: a case, a bundle, an export with its mapping, rules."""
    fhir = REPOSITORY / "tests" / "spec" / "fhir"
    bundle = (fhir / "colon.json").read_text(encoding="utf-8")
    (tmp_path / "bundle.json").write_text(bundle, encoding="utf-8")
    resources = [entry["resource"] for entry in json.loads(bundle)["entry"]]
    lines = [json.dumps(one) for one in resources]
    (tmp_path / "export.ndjson").write_text("\n".join(lines), encoding="utf-8")
    shutil.copy(EXAMPLE, tmp_path / "case.yaml")
    (tmp_path / "cases").mkdir()
    shutil.copy(EXAMPLE, tmp_path / "cases")
    shutil.copy(EXAMPLE.parent / "two_primaries.yaml", tmp_path / "cases")
    (tmp_path / "export.csv").write_text("id,sex,found\n1,f,2024-05-02\n2,m,2024-06-11\n", encoding="utf-8")
    (tmp_path / "mapping.yaml").write_text(
        "title: An export\npatient: id\nrows:\n"
        "  - {table: patients, columns: {sex: {column: sex, values: {f: female, m: male}}}}\n"
        "  - {table: tumours, columns: {tumour_id: colon, site: colon, diagnosed_day: {column: found}}}\n",
        encoding="utf-8",
    )
    read(EXAMPLE).write(tmp_path / "study")
    overlay(tmp_path / "our-hospital")
    (tmp_path / "src").symlink_to(REPOSITORY / "src")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("PAGET_OVERLAYS", raising=False)
    return tmp_path


def run(line: str) -> None:
    """One command of a page; of `make` only that there is such a target."""
    words = shlex.split(line, comments=True)
    match words:
        case []:
            return
        case ["paget", *arguments]:
            assert main(arguments) == 0, line
        case ["make"]:
            return
        case ["make", target, *settings]:
            assert target in TARGETS, line
            assert all("=" in one for one in settings), line
        case _:
            pytest.fail(f"no test knows how to run: {line}")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_can_be_typed_from_top_to_bottom(page: str, desk: Path) -> None:
    names: dict[str, Any] = {"__name__": "page"}
    for block in blocks(page):
        assert block.language in LANGUAGES, block.body
        if block.name:
            (desk / block.name).parent.mkdir(parents=True, exist_ok=True)
            (desk / block.name).write_text(block.body, encoding="utf-8")
        elif block.language == "sh":
            for line in block.body.splitlines():
                run(line)
        elif block.language == "python" and ">>>" in block.body:
            test = doctest.DocTestParser().get_doctest(block.body, names, page, page, 0)
            runner = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE)
            runner.run(test, clear_globs=False)
            assert runner.summarize(verbose=False).failed == 0
            names |= test.globs
        elif block.language == "python":
            exec(compile(block.body, page, "exec"), names)
        elif block.language == "yaml":
            parts = block.body.splitlines() if block.body.startswith("when:") else [block.body]
            for part in parts:  # conditions stand one a line
                load_yaml(part, page)


@pytest.mark.parametrize("page", PAGES)
def test_each_rule_on_a_page_is_a_rule(page: str) -> None:
    facts = catalogue(Knowledge.load())
    for block in blocks(page):
        if block.language == "yaml" and block.body.startswith("title:") and "\nkind: " in block.body:
            assert "rule" in rules_of(facts, rule=block.body)


@pytest.mark.parametrize("page", PAGES)
def test_every_link_of_a_page_leads_somewhere(page: str) -> None:
    file = REPOSITORY / page
    links = re.findall(r"\]\(([^)#\s]+)\)", file.read_text(encoding="utf-8"))
    assert [link for link in links if "://" not in link and not (file.parent / link).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_every_command_that_a_page_mentions_exists(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    inline = {line.split("#")[0].strip() for line in re.findall(r"`(paget [^`]+)`", " ".join(text.split()))}
    for line in sorted(inline):
        words = [word for word in shlex.split(line)[1:] if re.fullmatch(r"--?[a-z-]+|[a-z]+", word)]
        commands = [word for word in words if not word.startswith("-")]
        known = commands[:2] if commands[:1] in (["knowledge"], ["calibrate"]) else commands[:1]
        assert main([*known, "--help"]) == 0, line
        shown = capsys.readouterr().out
        for option in words:
            if option.startswith("--"):
                assert option in shown, line


def test_every_example_under_a_help_runs(desk: Path, capsys: pytest.CaptureFixture[str]) -> None:
    helps = [text for name, text in vars(examples).items() if name.isupper()]
    lines = [line.strip() for text in helps for line in text.splitlines() if line.startswith("    paget ")]
    assert len(lines) > 25
    (desk / "study.ndjson").write_bytes((desk / "export.ndjson").read_bytes())
    for line in lines:
        command = line.split("  ")[0]
        assert main(shlex.split(command)[1:]) == 0, f"{command}: {capsys.readouterr().err}"


DECISIONS = sorted((REPOSITORY / "docs" / "decisions").glob("[0-9]*.md"))[1:]  # the first is the template


@pytest.mark.parametrize("page", DECISIONS, ids=lambda page: page.name[:4])
def test_a_decision_is_half_a_page_of_the_usual_shape(page: Path) -> None:
    lines = page.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith(f"# {page.name[:4]} ")
    assert lines[2].startswith("- Date: 20")
    assert lines[3].startswith("- State: ")
    assert [line for line in lines if line.startswith("## ")][:2] == ["## Question", "## Decision"]
    assert lines[-1]
    assert len(lines) <= 60


def test_decisions_are_numbered_one_after_the_other() -> None:
    numbers = [int(page.name[:4]) for page in DECISIONS]
    assert numbers == list(range(1, len(numbers) + 1))
