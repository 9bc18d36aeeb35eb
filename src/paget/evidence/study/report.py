"""What a study found, in the order of its report: tables, figures, a refusal, and what it was made of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import polars as pl

from paget.figures.drawn import Drawn


@dataclass(frozen=True, slots=True)
class Section:
    """A section of the report.

    Attributes:
        name: of its files.
        title: above it.
        note: beside the title.
        figure: drawn, or None.
        table: rows, or None; ``html`` is shown instead of it where there is one.
        html: of a table that shows itself.
        columns: of the table, those that stand on the page; empty for all.
        lines: sentences below.
    """

    name: str
    title: str
    note: str = ""
    figure: Drawn | None = None
    table: pl.DataFrame | None = None
    html: Any = None
    columns: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()

    @property
    def shown(self) -> pl.DataFrame | None:
        """The table as it stands on the page."""
        return self.table.select(self.columns) if self.table is not None and self.columns else self.table


@dataclass(frozen=True, slots=True)
class RefusedPart:
    """A comparison that was refused.

    Attributes:
        what: that was asked for.
        why: with the size of the difference on these data.
        done: what was done instead, method and result in words.
        figure: the refused beside the others.
    """

    what: str
    why: str
    done: tuple[tuple[str, str], ...]
    figure: Drawn | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Report:
    """All of it.

    Attributes:
        title, question, authors, note: of the study.
        endpoint: its name, and how it came about.
        n, events: analysed.
        answer: the main figure in a sentence.
        sections: in their order.
        refused: the refused comparison.
        cautions: what a reader must know first.
        flow: of patients.
        data: the rows that were analysed.
        inputs: hash of each input; ``inputs_hash`` of all.
        knowledge: hash of the knowledge in force; "" without a record.
        versions: of the software.
        study: the file itself.
    """

    title: str
    question: str
    authors: str
    note: str
    endpoint: str
    n: int
    events: int
    answer: str
    sections: tuple[Section, ...]
    refused: RefusedPart | None
    cautions: tuple[str, ...]
    flow: Mapping[str, int]
    data: pl.DataFrame
    inputs: Mapping[str, str]
    inputs_hash: str
    knowledge: str
    versions: Mapping[str, str]
    study: bytes = field(repr=False, default=b"")

    def summary(self) -> str:
        """The answer, the flow, and each section in a line."""
        lines = [self.title, f"{self.endpoint}: {self.n} analysed, {self.events} events"]
        lines += [self.answer] if self.answer else []
        lines += [f"{number:>9,}  {words}" for words, number in self.flow.items()]
        if self.refused:
            lines += [f"Refused: {self.refused.what}. {self.refused.why}"]
            lines += [f"  {method}: {result}" for method, result in self.refused.done]
        lines += [f"{section.title}: {' '.join(section.lines)}" for section in self.sections if section.lines]
        return "\n".join([*lines, *self.cautions])

    def __str__(self) -> str:
        return self.summary()
