"""The figures of evidence in a real browser: no word lies on another or leaves its figure."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.figure_samples import others, survival

from paget.figures.ink import style_sheet

playwright_api = pytest.importorskip("playwright.sync_api", reason="no playwright: install paget[test]")

OVERLAPS = """() => {
  const found = {};
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    const frame = svg.getBoundingClientRect(), texts = [...svg.querySelectorAll('text')];
    const boxes = texts.map(t => t.getBoundingClientRect()), wrong = [];
    boxes.forEach((box, i) => {
      if (box.left < frame.left - 1 || box.right > frame.right + 1 ||
          box.top < frame.top - 2 || box.bottom > frame.bottom + 1)
        wrong.push('outside: ' + texts[i].textContent);
    });
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 1 && y > 4) wrong.push(texts[i].textContent + ' | ' + texts[j].textContent);
    }
    found[svg.parentElement.dataset.name] = {wrong, texts: texts.length};
  }
  return found;
}"""


@pytest.fixture(scope="module")
def page(chromium: Path) -> Iterator[Any]:
    with playwright_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium), args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 760, "height": 900})
        browser.close()


@pytest.mark.parametrize("standing", ["alone", "on a page"])
def test_no_word_lies_on_another_or_leaves_its_figure(page: Any, standing: str) -> None:
    figures = survival() | others()
    drawn = {name: one.svg if standing == "alone" else one.markup for name, one in figures.items()}
    style = f"<style>{style_sheet()}</style>" if standing == "on a page" else ""
    page.set_content(style + "".join(f'<div data-name="{name}">{svg}</div>' for name, svg in drawn.items()))
    found = page.evaluate(OVERLAPS)
    assert found.keys() == figures.keys()
    assert all(one["texts"] > 3 for one in found.values())
    assert {name: one["wrong"] for name, one in found.items() if one["wrong"]} == {}


def test_a_file_brings_its_own_colours_and_a_page_rules_those_of_its_figures(page: Any) -> None:
    figure = survival()["2 groups"]

    def colour(content: str) -> object:
        page.set_content(content)
        return page.evaluate("() => getComputedStyle(document.querySelector('svg line[y1]')).stroke")

    def styled(root: str) -> str:
        return f"<style>:root {{ {root} }} {style_sheet()}</style>{figure.markup}"

    light, dark = "rgb(216, 220, 223)", "rgb(46, 55, 63)"
    assert colour(figure.svg) == light
    assert colour(styled("color-scheme: light")) == light
    assert colour(styled("color-scheme: dark")) == dark
    assert colour(styled("--rule: rgb(1, 2, 3)")) == "rgb(1, 2, 3)"


def test_a_figure_becomes_narrower_with_its_page(page: Any) -> None:
    figure = survival()["1 groups"]
    page.set_content(f'<style>{style_sheet()}</style><div style="width: 350px">{figure.markup}</div>')
    box = page.evaluate("() => { const b = document.querySelector('svg').getBoundingClientRect();"
                        " return [b.width, b.height] }")  # fmt: skip
    assert box == pytest.approx([350, 350 * figure.height / figure.width], abs=1)
