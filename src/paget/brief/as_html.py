"""The brief as one self-contained page: no script, no request, its style under a hash; prints on paper."""

from __future__ import annotations

import base64
import functools
import hashlib
import re
from importlib import resources
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from paget.brief import on_page
from paget.brief.beside import in_the_row
from paget.brief.calendar import Calendar
from paget.brief.modelled import Modelled
from paget.brief.page import BriefData, Part
from paget.brief.words import capital, number
from paget.brief.workup import gist as workup_gist
from paget.figures import (
    NARROW,
    WIDE,
    Spread,
    State,
    body_map,
    glyph,
    pips,
    share_bar,
    sparkline,
    spreads,
    sprite,
    timeline,
)

SHOWN_REMARKS: Final = 12
"""Remarks about the record that are not folded."""


def html(brief: BriefData) -> str:
    """The page.

    Args:
        brief: from :func:`paget.brief.data`.

    Returns:
        A whole HTML document. Every text of the record is escaped.
    """
    style, style_hash = _style(brief)
    page = _environment().get_template("brief.html.j2")
    return page.render(
        brief=brief,
        drawings=[_drawn(part, f"f{index}") for index, part in enumerate(brief.parts, 1)],
        beside=on_page.Beside(brief),
        style=style,
        style_hash=style_hash,
        shown_remarks=SHOWN_REMARKS,
    )


def _drawn(part: Part, key: str) -> dict[str, object]:
    """The figures of one part, drawn, and its findings by name."""
    scale = part.lesions_scale
    sized = any(row.sizes for row in part.lesions)
    write = Calendar(part.course.as_of, part.course.relative).write_month
    start = (int(scale.start), int(scale.start))
    words = (
        f"Sizes on one scale, 0 to {number(scale.most_mm)} mm, {write(start)} to {part.course.written_as_of}"
    )
    return {
        "wide": timeline(part.course, f"{key}-time-w", width=WIDE),
        "narrow": timeline(part.course, f"{key}-time-n", width=NARROW),
        "map": body_map(part.where, f"{key}-map"),
        "lines": [sparkline(row.sizes, scale, known=row.certain != "unknown") for row in part.lesions],
        "scale_words": words if sized else "",
        "model": _spreads(part.modelled, f"{key}-model"),
        **on_page.by_name(part),
    }


def _spreads(model: Modelled, key: str) -> str:
    """R_m before and after what is known, drawn."""
    if not model.shapes:
        return ""
    rows = [Spread(f"R_m, lesions {one.arm}", one.edges, one.prior, one.posterior) for one in model.shapes]
    says = [f"{cell.arm}: {cell.value}, {cell.interval}" for line in model.lines[-1:] for cell in line.cells]
    return spreads(
        rows,
        key,
        title="R_m before and after what is known of this case",
        description=f"{model.note}. {'; '.join(says)}",
        axis="R_m",
        mark=(1.0, "1: below it dies out"),
    )


@functools.cache
def _sheet() -> str:
    """The style sheet that all pages share."""
    return resources.files("paget.brief").joinpath("templates/style.css").read_text("utf-8")


def _style(brief: BriefData) -> tuple[Markup, str]:
    """The style sheet, with the name of the case on every sheet of paper, and its hash for the policy."""
    about = f"Case {brief.patient}, as of {brief.as_of_written}"
    text = (
        f"{_sheet()}@layer print {{ @page {{ @top-right {{ content: {_quoted(about)};"
        " font: 7pt system-ui, sans-serif; color: #444; } }\n"
        "  @page :first { @top-right { content: none; } } }\n"
    )
    digest = hashlib.sha256(text.encode()).digest()
    return Markup(text), f"sha256-{base64.b64encode(digest).decode()}"  # noqa: S704 - ours, but for a quoted text


def _quoted(text: str) -> str:
    r"""A text as a string of CSS: whatever is no plain letter or digit is written as its number.

    >>> _quoted("P1, </style>")
    '"P1\\2c  \\3c \\2f style\\3e "'
    """
    plain = re.sub(r"[^A-Za-z0-9 ]", lambda sign: f"\\{ord(sign[0]):x} ", text)
    return f'"{plain}"'


@functools.cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("paget.brief"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    made.globals.update(glyph=glyph, pips=pips, bar=share_bar, sprite=sprite(), item_pip=_item_pip)
    made.globals.update(say=on_page.say, ref=on_page.ref, state=on_page.state)
    made.filters.update(
        capitalised=capital,
        short_hash=_short_hash,
        breakable=on_page.breakable,
        unbroken=_unbroken,
        workup_gist=workup_gist,
        **on_page.FILTERS,
    )
    made.tests.update(in_the_row=in_the_row)
    return made


def _unbroken(text: str) -> str:
    """A text whose dates stay on one line."""
    return re.sub(r"\b(\d{1,2}) ([A-Z][a-z]{2}) (\d{4})\b", "\\1\u00a0\\2\u00a0\\3", text)


@functools.cache
def _item_pip(state: State) -> Markup:
    """One item of a score: its point is given, not given, or depends on what is missing."""
    return pips(int(state == "yes"), int(state != "no"), 1, size=10)


def _short_hash(value: str) -> str:
    """The first digits of a hash, in two groups."""
    digits = value.removeprefix("sha256:")
    return f"{digits[:4]} {digits[4:8]}" if len(digits) > 12 and digits.isalnum() else value
