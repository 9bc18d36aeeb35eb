"""The brief in a real browser: asks for nothing, fits every screen, prints on paper, and can be read."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.brief_sample import EXAMPLES, LIVER, assessment, example

import paget
from paget import brief
from paget.record.case import Case

playwright_api = pytest.importorskip("playwright.sync_api", reason="no playwright: install paget[test]")

PAGES = ("liver", "colon", "kidney", "two", "crowded", "messy", "modelled")

OVERLAPS = """() => {
  const found = [];
  for (const svg of document.querySelectorAll('svg[role=img]')) {
    if (!svg.getClientRects().length) continue;
    const texts = [...svg.querySelectorAll('text')].filter(t => t.textContent.trim());
    const boxes = texts.map(t => t.getBoundingClientRect());
    const frame = svg.getBoundingClientRect();
    boxes.forEach((box, i) => {
      const outside = box.left < frame.left - 3 || box.right > frame.right + 3;
      if (outside) found.push('outside: ' + texts[i].textContent);
    });
    for (let i = 0; i < boxes.length; i++) for (let j = i + 1; j < boxes.length; j++) {
      const [a, b] = [boxes[i], boxes[j]];
      const x = Math.min(a.right, b.right) - Math.max(a.left, b.left);
      const y = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
      if (x > 2 && y > 5) found.push(texts[i].textContent + ' | ' + texts[j].textContent);
    }
  }
  return found;
}"""

CONTRAST = """() => {
  const parse = c => {
    const m = c.match(/[\\d.]+/g).map(Number);
    return m.length > 3 && m[3] === 0 ? null : m;
  };
  const linear = v => v <= .03928 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4;
  const lum = ([r, g, b]) => .2126 * linear(r / 255) + .7152 * linear(g / 255) + .0722 * linear(b / 255);
  const found = [];
  for (const element of document.querySelectorAll('body *')) {
    const own = [...element.childNodes].some(n => n.nodeType === 3 && n.textContent.trim());
    if (!own || !element.getClientRects().length || /^(title|desc|style)$/i.test(element.tagName)) continue;
    const style = getComputedStyle(element);
    const front = parse(element.closest('svg') ? style.fill : style.color);
    let back = null;
    for (let at = element; at && !back; at = at.parentElement)
      back = parse(getComputedStyle(at).backgroundColor);
    const [a, b] = [lum(front), lum(back || [255, 255, 255])].sort((x, y) => y - x);
    const ratio = (a + .05) / (b + .05);
    if (ratio < 4.5) found.push(element.tagName + ' ' + element.textContent.slice(0, 30) + ' ' + ratio);
  }
  return found;
}"""

OUTSIDE = """() => [...document.querySelectorAll('main *')].filter(e => {
  if (e.closest('.scroll') || e.closest('svg') || !e.getClientRects().length) return false;
  return e.getBoundingClientRect().right > document.documentElement.clientWidth + 1;
}).map(e => e.tagName + ' ' + e.className + ' ' + e.textContent.slice(0, 40))"""


MESSY = Path(__file__).parents[1] / "cases" / "messy.yaml"
SOLITARY = MESSY.with_name("solitary.yaml")
HIDDEN_FOLDS = """() => [...document.querySelectorAll('details td, details li')].filter(
  e => !e.closest(".d-sheets li:not(.todo)") && !e.checkVisibility()).length"""


def _crowded() -> brief.BriefData:
    """The liver case with a great deal more of everything."""
    case, _ = example("liver_metastases")
    written = case.document()
    for n in range(14):
        lesion = f"a-lesion-with-a-long-name-{n}"
        written["lesions"].append(
            {
                "lesion_id": lesion,
                "tumour_id": "rectum",
                "relation": "distant",
                "found_day": "2025-03-11",
                "organ": ("liver", "lung", "lymph node", "bone", "brain", "adrenal")[n % 6],
                "laterality": "left" if n % 2 else "right",
                "location": (
                    "segment V",
                    "left lower lobe",
                    "retroperitoneal",
                    "lumbar spine",
                    "cerebellum",
                    "",
                )[n % 6],
            }
        )
        written["measurements"].append(
            {"lesion_id": lesion, "day": "2025-03", "longest_mm": 8.0 + 3 * n, "method": "ct"}
        )
    for n in range(9):
        written["treatments"].append(
            {
                "treatment_id": f"line-{n}",
                "tumour_id": "rectum",
                "modality": "systemic",
                "line": n + 1,
                "agents": ["fluorouracil", "irinotecan", "bevacizumab", "leucovorin"],
                "start_day": f"2024-{n + 2:02d}-03",
                **({"end_day": f"2024-{n + 3:02d}-20", "cycles": 3} if n % 3 else {}),
            }
        )
        written["observations"].append(
            {"name": "ca 19-9", "day": f"2024-{n + 1:02d}", "low": 10.5 * n, "unit": "[IU]/mL"}
        )
    written["sites"] = [{"site_id": "a-site", "organ": "peritoneum", "day": "2025"}]
    return brief.data(
        Case.model_validate(written), assessment({**LIVER, "lesion_count": {"low": 17}}, "2025-06-24")
    )


def _pages() -> dict[str, brief.BriefData]:
    def of(path: Path) -> brief.BriefData:
        return replace(brief.of_record(paget.read(path)), label="Invented case")

    return {
        "liver": of(EXAMPLES / "liver_metastases.yaml"),
        "colon": of(EXAMPLES / "synchronous_colon.yaml"),
        "kidney": of(EXAMPLES / "kidney_late_lung.yaml"),
        "two": of(EXAMPLES / "two_primaries.yaml"),
        "crowded": _crowded(),
        "messy": of(MESSY),
        "modelled": brief.of_record(paget.read(SOLITARY), on="2024-01-20", forecast=True),
    }


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    folder = tmp_path_factory.mktemp("briefs")
    urls = {}
    for name, data in _pages().items():
        path = folder / f"{name}.html"
        path.write_text(brief.html(data), "utf-8")
        urls[name] = path.as_uri()
    return urls


@pytest.fixture(scope="module")
def browser(chromium: Path) -> Iterator[Any]:
    sandbox = [] if os.geteuid() else ["--no-sandbox"]  # Chromium refuses its sandbox to root
    with playwright_api.sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=str(chromium), args=sandbox)
        yield launched
        launched.close()


@pytest.fixture
def open_page(browser: Any, files: dict[str, str]) -> Iterator[Any]:
    contexts = []

    def opened(name: str, width: int = 1366, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": 900}, **options)
        contexts.append(context)
        page = context.new_page()
        page.goto(files[name])
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("name", PAGES)
def test_it_asks_for_nothing_and_breaks_no_policy(name: str, browser: Any, files: dict[str, str]) -> None:
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(files[name])
    page.wait_for_load_state("networkidle")
    assert asked == [files[name]]
    assert said == []
    assert page.evaluate("getComputedStyle(document.querySelector('.question')).fontWeight") == "600"
    context.close()


@pytest.mark.parametrize("name", PAGES)
def test_it_fits_every_screen(name: str, open_page: Any) -> None:
    page = open_page(name)
    for width in (1366, 1280, 1100, 700, 390, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(OUTSIDE) == []


@pytest.mark.parametrize("name", PAGES)
def test_labels_of_figures_lie_inside_and_apart(name: str, open_page: Any) -> None:
    page = open_page(name)
    for width in (1366, 700):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate(OVERLAPS) == []


@pytest.mark.parametrize("name", ["liver", "messy"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_text_stands_out(name: str, scheme: str, open_page: Any) -> None:
    page = open_page(name, color_scheme=scheme)
    page.evaluate("document.querySelectorAll('details').forEach(d => d.open = true)")
    assert page.evaluate(CONTRAST) == []


def test_the_answers_of_the_example_stand_on_one_screen(open_page: Any) -> None:
    page = open_page("liver")
    for selector in (".question", ".strip", ".d-ans", ".d-head", ".d-miss"):
        box = page.locator(selector).first.bounding_box()
        assert box["y"] + box["height"] <= 900, selector
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 718, "height": 900})  # A4 less its margins
    box = page.locator(".two").first.bounding_box()
    assert box["y"] + box["height"] <= 1047


def test_a_number_leads_to_its_basis_and_its_basis_to_the_source(open_page: Any) -> None:
    page = open_page("liver")
    page.locator(".d-head sup a").first.click()
    note = page.locator(":target")
    assert "Clinical risk score" in note.inner_text()
    assert note.is_visible()
    note.locator("a").first.click()
    assert "Fong Y et al. 1999" in page.locator(":target").inner_text()


def test_every_fold_opens_by_keyboard(open_page: Any) -> None:
    page = open_page("liver")
    folds = page.locator("details:not([open]) > summary")
    assert folds.count() >= 12
    for fold in folds.all()[:3]:
        fold.focus()
        page.keyboard.press("Enter")
    assert page.locator("details:not([open]) > summary").count() == folds.count()
    assert page.locator(".d-absent").get_attribute("open") is None
    page.locator(".d-absent > summary").focus()
    page.keyboard.press("Space")
    assert page.get_by_text("IMDC score for metastatic kidney cancer").is_visible()


def test_each_figure_is_shown_once_and_named(open_page: Any) -> None:
    for width, hidden in ((1366, ".only-narrow"), (700, ".only-wide")):
        page = open_page("liver", width)
        assert page.locator(hidden).first.is_hidden()
        unnamed = "svg[role=img]:not(:has(> title)):not([aria-label])"
        assert page.locator(unnamed).count() == 0
        assert page.locator("svg:not([role=img]):not([aria-hidden=true])").count() == 0


def test_it_can_be_read_by_keyboard(open_page: Any) -> None:
    page = open_page("liver")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    for region in page.locator(".scroll").all():
        assert region.get_attribute("tabindex") == "0"
        assert region.get_attribute("aria-label") or region.get_attribute("aria-labelledby")


def test_it_needs_no_script(open_page: Any) -> None:
    page = open_page("liver", java_script_enabled=False)
    page.get_by_text("The course as a table").click()
    assert page.get_by_text("stopped: neuropathy grade 2").is_visible()


def test_a_forecast_is_folded_and_marked_until_somebody_opens_it(open_page: Any) -> None:
    page = open_page("modelled")
    model = page.locator(".d-model")
    assert model.locator("h2").inner_text() == "Model, not evidence"
    assert "no clinical estimate exists" in model.locator(".sec-h .note").inner_text().lower()
    assert not model.locator("table").is_visible()
    model.locator("summary").focus()
    page.keyboard.press("Enter")
    assert model.locator("table").is_visible()
    drawing = model.locator("svg").bounding_box()
    room = model.locator(".shape").bounding_box()
    assert drawing["x"] + drawing["width"] <= room["x"] + room["width"] + 1
    page.emulate_media(media="print")
    assert model.locator("table").is_visible()


def test_how_to_get_a_forecast_is_not_printed(open_page: Any) -> None:
    page = open_page("liver")
    model = page.locator(".d-model")
    assert model.is_visible()
    assert not model.locator("code").is_visible()
    page.emulate_media(media="print")
    assert not model.is_visible()


@pytest.mark.parametrize(("paper", "size"), [("A4", (595, 842)), ("Letter", (612, 792))])
@pytest.mark.parametrize("name", ["liver", "colon", "kidney", "modelled"])
def test_it_prints_whole_with_every_fold_open(
    name: str, paper: str, size: tuple[int, int], open_page: Any
) -> None:
    page = open_page(name)
    assert page.evaluate(HIDDEN_FOLDS) > 0
    page.emulate_media(media="print")
    assert page.evaluate(HIDDEN_FOLDS) == 0
    printed = page.pdf(format=paper, prefer_css_page_size=True)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0 0 ([\d.]+) ([\d.]+)", printed)
    assert boxes
    assert all(float(x) == pytest.approx(size[0], abs=1) for x, _ in boxes)
    assert all(float(y) == pytest.approx(size[1], abs=1) for _, y in boxes)
    # A board reads eight sheets: one of answers, the others the basis of each number. Letter is shorter.
    sheets = len(re.findall(rb"/Type\s*/Page\b", printed))
    assert sheets <= {"A4": 8, "Letter": 9}[paper]


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_off_on_paper(name: str, open_page: Any) -> None:
    page = open_page(name, 718)  # A4 less its margins
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate("document.documentElement.scrollWidth") <= 718
    assert page.evaluate(OUTSIDE) == []
    background = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert background == "rgb(255, 255, 255)"  # paper is white, also for those who read in the dark
