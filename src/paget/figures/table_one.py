"""Table 1: who the patients of each group are, with standardised differences; and these differences drawn."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from markupsafe import Markup, escape

from paget.errors import BadInput
from paget.figures.drawn import WIDTH, Drawn, Said, finished, wide_enough
from paget.figures.numbers import Cell, Numbers
from paget.figures.svg import circle, element, line, text
from paget.figures.wrapped import LINE, widest, wrapped, written

_ROW: Final = 22.0
_MUCH: Final = 0.1
"""A standardised difference that is often called small enough."""


@dataclass(frozen=True, slots=True)
class TableRow:
    """A row of the table.

    Attributes:
        name: of the variable, or of one of its levels.
        cells: one a group, in words; empty for a heading.
        difference: standardised; the largest of any two groups; None where it stands above or is unknown.
        level: whether it belongs to the variable above.
    """

    name: str
    cells: tuple[str, ...] = ()
    difference: float | None = None
    level: bool = False


@dataclass(frozen=True, slots=True)
class TableOne:
    """The table.

    Attributes:
        title: of the table.
        groups: headings of the groups, with n.
        rows: from the top down.
        notes: sentences below it.
    """

    title: str
    groups: tuple[str, ...]
    rows: tuple[TableRow, ...]
    notes: tuple[str, ...] = ()

    @property
    def has_differences(self) -> bool:
        """Whether there are groups to compare."""
        return any(row.difference is not None for row in self.rows)

    @property
    def numbers(self) -> Numbers:
        """As rows of variable, level, a cell a group, difference."""
        rows: list[tuple[Cell, ...]] = []
        above = ""
        for row in self.rows:
            above = above if row.level else row.name
            cells = row.cells or ("",) * len(self.groups)
            last = () if not self.has_differences else (row.difference,)
            rows.append((above, row.name if row.level else "", *cells, *last))
        more = ("standardised difference",) if self.has_differences else ()
        return Numbers(("variable", "level", *self.groups, *more), tuple(rows))

    def to_csv(self) -> str:
        """As comma-separated text."""
        return self.numbers.to_csv()

    def to_frame(self) -> Any:
        """As a Polars data frame."""
        return self.numbers.to_frame()

    def html(self) -> Markup:
        """As a table of HTML, for a page of any style."""
        heads = [("", None), *((group, "num") for group in self.groups)]
        if self.has_differences:
            heads.append(("Standardised difference", "num"))
        head = Markup("").join(element("th", escape(h) or " ", scope="col", class_=c) for h, c in heads)
        body = Markup("").join(self._row(row) for row in self.rows)
        whole = element("caption", escape(self.title))
        whole += element("thead", element("tr", head)) + element("tbody", body)
        if self.notes:
            span = f"{len(heads)}"
            note = element("td", escape(" ".join(self.notes)), colspan=span)
            whole += element("tfoot", element("tr", note))
        return element("table", whole, class_="table-one")

    def _row(self, row: TableRow) -> Markup:
        cells = [element("th", escape(row.name), scope="row", class_="level" if row.level else None)]
        words = [*(row.cells or ("",) * len(self.groups))]
        if self.has_differences:
            words.append("" if row.difference is None else _shown(row.difference))
        cells += [element("td", escape(one) or Markup(" "), class_="num") for one in words]
        return element("tr", Markup("").join(cells))

    def _repr_html_(self) -> str:
        return str(self.html())

    def __str__(self) -> str:
        heads = ["", *self.groups, *(["difference"] if self.has_differences else [])]
        lines = [heads]
        for row in self.rows:
            more = [] if not self.has_differences else [_shown(row.difference)]
            name = f"  {row.name}" if row.level else row.name
            lines.append([name, *(row.cells or ("",) * len(self.groups)), *more])
        wide = [max(len(one[k]) for one in lines) for k in range(len(heads))]
        shown = [
            one[0].ljust(wide[0]) + "".join(f"  {w.rjust(n)}" for w, n in zip(one[1:], wide[1:], strict=True))
            for one in lines
        ]
        return "\n".join([self.title, *(one.rstrip() for one in shown), *self.notes])

    def save(self, path: str | Path) -> Path:
        """Write it as ``.html`` or ``.csv``.

        Raises:
            BadInput: another ending.
        """
        file = Path(path)
        content = {".html": lambda: f"{self.html()}\n", ".csv": self.to_csv}.get(file.suffix.lower())
        if content is None:
            raise BadInput("a table is written as .html or .csv", where=file.name)
        file.write_text(content(), encoding="utf-8", newline="\n")
        return file

    def plot(self, width: float = WIDTH) -> Drawn:
        """The standardised differences, a row a variable, as SVG."""
        rows = [BalanceRow(row.name, row.difference) for row in self.rows if row.difference is not None]
        return balance(Balance(Said(f"{self.title}: standardised differences"), tuple(rows)), width)


@dataclass(frozen=True, slots=True)
class BalanceRow:
    """A covariate.

    Attributes:
        name: of it.
        before: standardised difference of the groups as they are.
        after: the same with weights, or None.
    """

    name: str
    before: float
    after: float | None = None


@dataclass(frozen=True, slots=True)
class Balance:
    """Standardised differences, before and after weighting.

    Attributes:
        said: words of the figure.
        rows: covariates, from the top down.
    """

    said: Said
    rows: tuple[BalanceRow, ...]


def balance(figure: Balance, width: float = WIDTH) -> Drawn:
    """Draw absolute differences as points: open before, filled after weighting.

    Args:
        figure: what to show.
        width: px, at least 480.

    Raises:
        BadInput: no row.

    >>> balance(Balance(Said("Balance"), (BalanceRow("age", -0.31, 0.02),))).numbers.rows
    (('age', -0.31, 0.02),)
    """
    width = wide_enough(width)
    if not figure.rows:
        raise BadInput("there is no difference to draw", where=figure.said.title)
    values = [abs(v) for row in figure.rows for v in (row.before, row.after or 0.0) if math.isfinite(v)]
    most = max([0.25, *values]) * 1.05
    room = min(width * 0.4, widest([row.name for row in figure.rows]) + 14)
    left, right = room, width - 60

    def x(value: float) -> float:
        return left + (right - left) * min(abs(value), most) / most

    parts: list[Markup] = []
    foot = 8.0
    drawn: list[Markup] = []
    for row in figure.rows:
        lines = wrapped(row.name, room - 14)
        height = max(_ROW, LINE * len(lines) + 5)
        middle = foot + height / 2
        drawn += written(lines, 0, middle + 4 - LINE * (len(lines) - 1) / 2)
        shown = row.before if row.after is None else row.after
        drawn.append(text(width, middle + 4, _shown(shown), "t-2", "end"))
        if row.after is not None and math.isfinite(row.after) and math.isfinite(row.before):
            drawn.append(line(x(row.before), middle, x(row.after), middle, "l-thin"))
        if math.isfinite(row.before):
            drawn.append(circle(x(row.before), middle, 4, "ring" if row.after is not None else "f"))
        if row.after is not None and math.isfinite(row.after):
            drawn.append(circle(x(row.after), middle, 4, "f"))
        foot += height
    step = next(s for s in (0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 100.0, math.inf) if most / s <= 8)
    ticks = [step * k for k in range(int(most / step) + 1)] if math.isfinite(step) else [0.0]
    for tick in ticks:
        parts.append(line(x(tick), 4, x(tick), foot, "grid" if tick else "ax"))
        parts.append(text(x(tick), foot + 16, f"{tick:g}", "t-2", "middle"))
    parts.append(line(x(_MUCH), 4, x(_MUCH), foot, "l2", "3 3"))
    name = "Standardised difference, absolute"
    parts.append(text((left + right) / 2, foot + 32, name, "t-2", "middle"))
    after = any(row.after is not None for row in figure.rows)
    notes = [f"Dashed: {_MUCH:g}."] + (["Open: as they are. Filled: weighted."] if after else [])
    said = Said(
        figure.said.title,
        figure.said.description,
        (" ".join(notes), *figure.said.notes),
        figure.said.overrides,
    )
    return finished(
        [*parts, *drawn],
        width=width,
        height=foot + 38,
        said=said,
        description=" ".join(
            f"{row.name}: {_shown(row.before)}" + (f", weighted {_shown(row.after)}." if after else ".")
            for row in figure.rows
        ),
        numbers=Numbers(
            ("covariate", "difference", "weighted"),
            tuple((row.name, row.before, row.after) for row in figure.rows),
        ),
    )


def _shown(value: float | None) -> str:
    if value is None or math.isnan(value):
        return ""
    if math.isinf(value):
        return "no overlap"
    return f"{value:.2f}".replace("-", "−")
