"""The report as one page: no script, no request, its style under a hash; figures carry their numbers."""

from __future__ import annotations

import base64
import functools
import hashlib
import math
from importlib import resources
from typing import Any

import polars as pl
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paget.evidence.study.report import Report, Section
from paget.figures.ink import TOKENS, style_sheet


def page(report: Report) -> str:
    """A whole HTML document. Every text of the study and its data is escaped."""
    style = _style()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    left, right = _columns(report.sections)
    return (
        _environment()
        .get_template("study.html.j2")
        .render(
            report=report,
            left=left,
            right=right,
            style=style,
            style_hash=f"sha256-{digest}",
        )
    )


def _columns(sections: tuple[Section, ...]) -> tuple[list[Section], list[Section]]:
    """Figures of curves and forests stand left; narrow tables beside them."""
    wide = [section for section in sections if section.figure is not None or section.html is not None]
    narrow = [section for section in sections if section not in wide]
    return wide, narrow


def rows_of(table: pl.DataFrame) -> list[list[str]]:
    """The cells of a table in words."""
    return [[_word(cell) for cell in row] for row in table.iter_rows()]


def numeric(table: pl.DataFrame) -> list[bool]:
    """Which columns are numbers."""
    return [kind.is_numeric() for kind in table.dtypes]


def _word(cell: Any) -> str:
    """A cell as a reader wants it.

    >>> _word(0.123456), _word(1234.0), _word(None), _word(12345)
    ('0.123', '1,234', '', '12,345')
    """
    if cell is None:
        return ""
    if isinstance(cell, bool | str):
        return str(cell)
    if isinstance(cell, int):
        return f"{cell:,}"
    if isinstance(cell, float):
        if math.isnan(cell):
            return ""
        if math.isinf(cell):
            return "without bound"
        if cell.is_integer() and abs(cell) >= 1000:
            return f"{cell:,.0f}"
        return f"{cell:,.0f}" if abs(cell) >= 1000 else f"{cell:.3g}"
    return str(cell)


@functools.cache
def _style() -> Markup:
    """The style sheet of the page and of its figures."""
    text = resources.files("paget.evidence.study").joinpath("templates/study.css").read_text("utf-8")
    tokens = "".join(f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in TOKENS.items())
    return Markup(f":root {{\n{tokens}}}\n{text}\n{style_sheet()}")  # noqa: S704 - ours


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("paget.evidence.study"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(rows_of=rows_of, numeric=numeric)
    made.filters["short"] = lambda value: f"{value[:4]} {value[4:8]}"
    return made
