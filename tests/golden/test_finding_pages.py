"""The pages of the findings: in docs/ as knowledge has them now, complete, and made for overlays too."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from paget.assessment.pages import MADE, Pages
from paget.cli import main
from paget.errors import NotFound
from paget.knowledge import Knowledge

DOCS = Path(__file__).parents[2] / "docs" / "findings"
PAGES = Pages(Knowledge.load())


def test_docs_are_up_to_date() -> None:
    written = {file.name: file.read_text(encoding="utf-8") for file in DOCS.glob("*.md")}
    made = PAGES.files()
    stale = sorted(name for name in made.keys() | written.keys() if made.get(name) != written.get(name))
    assert stale == [], "run `make docs-findings`"


def test_each_finding_has_a_page_and_each_link_leads_to_one() -> None:
    made = PAGES.files()
    assert {name.removesuffix(".md") for name in made} == {"README", *PAGES.rules}
    for name, text in made.items():
        for link in re.findall(r"\]\(([^)]+)\)", text):
            assert link in made, f"{name} links to {link}"
    for name in PAGES.rules:
        assert f"({name}.md)" in made["README.md"], name


@pytest.mark.parametrize("name", sorted(PAGES.rules))
def test_a_page_says_meaning_rule_source_and_what_is_unconfirmed(name: str) -> None:
    rule, text = PAGES.rules[name], PAGES.page(name)
    assert text.startswith(f"# {rule.file.title}\n")
    assert MADE in text
    assert "\n## Rule\n" in text
    assert "\n## Source\n" in text
    assert "\n## Facts\n" in text or all(read in PAGES.rules for read in rule.reads)
    assert ("**Unconfirmed: its figures" in text) is (not rule.file.confirmed)
    assert ("## Examples" in text) is bool(rule.file.data.get("examples"))
    for source in rule.file.source:
        assert str(source["authors"]) in text
    assert "{" not in re.sub(r"`[^`]*`", "", text)  # no data of a file as it is written there


def test_the_page_of_a_score_by_hand() -> None:
    text = PAGES.page("fong_score")
    assert "more than one liver metastasis (liver lesion count above 1 lesion) | 1 |" in text
    assert "| 3 to 5 | high |" in text
    assert "| 4 | 70 | 45 | 38 | 29 | 25 | 80; 20 months |" in text
    assert "PMID 10493478" in text
    assert "CEA in serum" in text
    assert "`paget.facts.markers`" in text


def test_a_page_of_an_overlay(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "scores").mkdir()
    (tmp_path / "scores" / "our_score.yaml").write_text(
        "title: Our score\nkind: score\nsum: [{when: {lesion_count: {above: 2 lesions}}, points: 3}]\n"
        "source: {authors: Us, year: 2026}\nconfirmed: false\n"
        "examples: [{given: {lesion_count: 3 lesions}, expect: {score: 3}}]\n"
    )
    arguments = ["knowledge", "show", "our_score", "--markdown", "--overlay", str(tmp_path)]
    assert main(arguments) == 0
    shown = capsys.readouterr().out
    assert "# Our score" in shown
    assert f"from the overlay {tmp_path.name}" in shown
    assert "| lesion count above 2 lesions | 3 |" in shown
    made = Pages(Knowledge.load([tmp_path]))
    made.write(tmp_path / "pages")
    assert (tmp_path / "pages" / "our_score.md").read_text(encoding="utf-8") == made.page("our_score")


def test_pages_that_are_no_more_are_taken_away_and_others_stay(tmp_path: Path) -> None:
    (tmp_path / "gone.md").write_text(f"# Gone\n\n{MADE}\n")
    (tmp_path / "own.md").write_text("# Somebody's own page\n")
    PAGES.write(tmp_path)
    assert not (tmp_path / "gone.md").exists()
    assert (tmp_path / "own.md").exists()


def test_no_such_finding(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(NotFound):
        PAGES.page("fong_scor")
    assert main(["knowledge", "show", "fong_scor", "--markdown"]) == 3
    assert main(["knowledge", "show", "fong_score", "--markdown", "--json"]) == 2
    assert capsys.readouterr().out == ""
