"""The figures of the pages on biology are those that the models draw today."""

from __future__ import annotations

import importlib.util
from pathlib import Path

PAGES = Path(__file__).resolve().parents[2] / "docs" / "biology"


def test_figures_of_the_pages_are_up_to_date():
    spec = importlib.util.spec_from_file_location("draw_biology", PAGES / "draw.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    drawn = module.drawings()
    assert {page.stem for page in PAGES.glob("*.svg")} == set(drawn)
    for name, drawing in drawn.items():
        kept = (PAGES / f"{name}.svg").read_text(encoding="utf-8")
        assert kept == f"{drawing}\n", f"{name}: run python docs/biology/draw.py"
    assert (PAGES / "parameters.md").read_text(encoding="utf-8") == module.table(), (
        "run python docs/biology/draw.py"
    )
