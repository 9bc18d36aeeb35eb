"""The numbers of a figure as a table: for screen readers, for a file beside it, and inside its markup."""

from __future__ import annotations

import csv
import io
import json
import math
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from paget.figures.svg import element

Cell = str | float | None


@dataclass(frozen=True, slots=True)
class Numbers:
    """A table.

    Attributes:
        columns: names.
        rows: as many cells each; None (or a number that is none) stands for no value.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]

    def to_csv(self) -> str:
        r"""As comma-separated text.

        >>> Numbers(("group", "n"), (("A, B", 3.0), ("C", None))).to_csv()
        'group,n\n"A, B",3\nC,\n'
        """
        out = io.StringIO()
        writer = csv.writer(out, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows([[_plain(cell) for cell in row] for row in self.rows])
        return out.getvalue()

    def to_frame(self) -> Any:
        """As a Polars data frame."""
        import polars as pl

        cells = [[_plain(cell) for cell in column] for column in zip(*self.rows, strict=True)]
        cells = cells or [[] for _ in self.columns]
        return pl.DataFrame(dict(zip(self.columns, cells, strict=True)), strict=False)

    def metadata(self) -> Markup:
        """As an element of an SVG: JSON of columns and rows."""
        rows = [[_plain(cell) for cell in row] for row in self.rows]
        words = json.dumps({"columns": self.columns, "rows": rows}, ensure_ascii=False)
        return element("metadata", escape(words))

    def html(self, caption: str) -> Markup:
        """As a table of HTML."""
        head = Markup("").join(element("th", escape(name), scope="col") for name in self.columns)
        body = Markup("").join(
            element("tr", Markup("").join(element("td", escape(_said(cell)) or Markup("")) for cell in row))
            for row in self.rows
        )
        rows = element("thead", element("tr", head)) + element("tbody", body)
        return element("table", element("caption", escape(caption)) + rows)


def _plain(cell: Cell) -> Cell:
    """Numbers without a fraction as such, none for those that are none."""
    if not isinstance(cell, float | int):
        return cell
    if not math.isfinite(cell):
        return None
    return int(cell) if float(cell).is_integer() else float(cell)


def _said(cell: Cell) -> str:
    plain = _plain(cell)
    if plain is None:
        return "none"
    return f"{plain:.4g}" if isinstance(plain, float) else str(plain)
