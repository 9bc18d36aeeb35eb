"""A finished figure of evidence: an SVG that carries its numbers, shows itself, and can be saved."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from markupsafe import Markup, escape

from paget.errors import BadInput
from paget.figures.ink import SANS, TOKENS, inked
from paget.figures.numbers import Numbers
from paget.figures.svg import element, line, number, rect
from paget.figures.wrapped import LINE, wrapped, written

WIDTH: Final = 700.0
"""Px, at which text is 12 px: a column of a page, or the width of a sheet of paper."""

_MARGIN: Final = 10.0
"""Px of white around a figure that is a file of its own."""

NARROWEST: Final = 480.0
"""Below that, words and drawing no longer stand side by side."""


@dataclass(frozen=True, slots=True)
class Said:
    """What stands on a figure besides its data.

    Attributes:
        title: what it shows, for those who cannot see it and for lists of figures.
        description: what can be read from it; without one the figure says its main numbers.
        notes: sentences below it.
        overrides: refusals that were overridden, each with its reason; they are printed on top.
    """

    title: str
    description: str = ""
    notes: tuple[str, ...] = ()
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure.

    Attributes:
        parts: what is inside, with classes only.
        width, height: px.
        title: what it shows.
        description: what can be read from it.
        numbers: the numbers that it shows.
    """

    parts: Markup
    width: float
    height: float
    title: str
    description: str
    numbers: Numbers

    @property
    def key(self) -> str:
        """A name for it on a page, the same for the same figure."""
        content = "\0".join([self.title, self.description, str(self.parts)])
        return "d" + hashlib.sha256(content.encode()).hexdigest()[:10]

    @property
    def markup(self) -> Markup:
        """For a page whose style sheet has :func:`paget.figures.ink.style_sheet`: classes only."""
        return self._whole(self.parts, class_="drawn")

    @property
    def svg(self) -> str:
        """A file of its own, on white, with its fonts and colours."""
        width, height = self.width + 2 * _MARGIN, self.height + 2 * _MARGIN
        ground = rect(-_MARGIN, -_MARGIN, width, height, "f-paper")
        whole = self._whole(
            ground + self.parts,
            _MARGIN,
            xmlns="http://www.w3.org/2000/svg",
            font_family=SANS,
            font_size="12",
            fill=TOKENS["ink"][0],
        )
        return inked(whole)

    def _whole(self, inside: Markup, margin: float = 0.0, **attributes: str) -> Markup:
        key = self.key
        width, height = self.width + 2 * margin, self.height + 2 * margin
        said = element("title", escape(self.title), id=f"{key}-t")
        said += element("desc", escape(self.description), id=f"{key}-d")
        return element(
            "svg",
            said + self.numbers.metadata() + inside,
            view_box=" ".join(number(side) for side in (0 - margin, 0 - margin, width, height)),
            width=width,
            height=height,
            role="img",
            aria_labelledby=f"{key}-t {key}-d",
            **attributes,
        )

    def html(self) -> Markup:
        """The figure for a page, with its numbers as a table that opens below it."""
        table = element(
            "details", element("summary", "The numbers of this figure") + self.numbers.html(self.title)
        )
        return element("figure", self.markup + table)

    def save(self, path: str | Path) -> Path:
        """Write it into a file: the figure as ``.svg``, its numbers as ``.csv``.

        Args:
            path: of the file; its ending decides.

        Raises:
            BadInput: another ending.
        """
        file = Path(path)
        content = {".svg": lambda: self.svg + "\n", ".csv": self.numbers.to_csv}.get(file.suffix.lower())
        if content is None:
            raise BadInput(
                f"a figure is not written as {file.suffix or 'a file without an ending'}",
                where=file.name,
                mend="use .svg for the figure or .csv for its numbers; a browser prints an SVG as PDF",
            )
        file.write_text(content(), encoding="utf-8", newline="\n")
        return file

    def __str__(self) -> str:
        return self.svg

    def _repr_svg_(self) -> str:
        return self.svg


def finished(
    body: Sequence[Markup], *, width: float, height: float, said: Said, description: str, numbers: Numbers
) -> Drawn:
    """A figure from its parts, with what was overridden above it and its notes below.

    Args:
        body: the parts, drawn from 0 to ``height``.
        width: of the body, px.
        height: of the body, px.
        said: words of the caller.
        description: used when the caller says none.
        numbers: what it shows.
    """
    above: list[Markup] = []
    y = 0.0
    for words in said.overrides:
        lines = wrapped(words, width - 12, bold=True)
        above.append(rect(0, y, 4, LINE * len(lines) + 2, "f-no"))
        above += written(lines, 12, y + 12, "t-b t-no")
        y += LINE * len(lines) + 8
    inside = Markup("").join(body)
    if y:
        inside = element("g", inside, transform=f"translate(0 {number(y)})")
    below: list[Markup] = []
    foot = y + height
    for words in said.notes:
        lines = wrapped(words, width, size=11)
        below += written(lines, 0, foot + 14, "t-3 t-s")
        foot += LINE * len(lines)
    if below:
        foot += 6
    parts = Markup("").join([*above, inside, *below])
    told = "; ".join([*said.overrides, said.description or description])
    return Drawn(parts, width, foot, said.title, told, numbers)


def hairline(y: float, width: float) -> Markup:
    """A line that parts rows."""
    return line(0, y, width, y, "grid")


def wide_enough(width: float) -> float:
    """The width, which must leave room for words.

    Raises:
        BadInput: it does not.
    """
    if not width >= NARROWEST:
        raise BadInput(f"a figure of {width:g} px has no room for its words", mend=f"{NARROWEST:g} or more")
    return float(width)
