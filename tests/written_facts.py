"""One fact of a record written in a line or two, as a reader would write it.

A number is a number when known, else its two bounds, None for an open side; a class is a word, or those
still possible; the time between two days is its length in days. The patient has a colon primary of
10 January 2023 and the decision day is 24 June 2025, unless a test says otherwise.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from paget.days import read_day
from paget.facts.declaration import FactTable
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge
from paget.possible import Classes, Range, Span, Truth
from paget.record import Record, read_case
from paget.record.prepared import prepared

ON = "2025-06-24"
COLON = {"tumour_id": "T", "site": "colon", "histology": "adenocarcinoma", "diagnosed_day": "2023-01-10"}
STAGED = {"day": "2025-06-20", "kind": "ct", "covers": ["chest", "abdomen", "pelvis"]}
"""All that a colorectal cancer demands, four days before the decision."""

KNOWLEDGE = Knowledge.load()
Row = dict[str, Any]


def table_of(
    on: str = ON, tumours: list[Row] | None = None, patient: Row | None = None, **tables: Any
) -> FactTable:
    """The facts of one patient, a row for each primary."""
    person = {"patient_id": "P1", **(patient or {})}
    case, report = read_case(
        {"patient": person, "tumours": [COLON] if tumours is None else tumours, **tables}
    )
    assert report.rejected == []
    ready = prepared(Record.from_cases([case]))
    return derive(ready, ask(ready, int(on) if on.isdigit() else read_day(on)[0]), KNOWLEDGE)


def fact(name: str, on: str = ON, **tables: Any) -> Any:
    """One fact, as a reader would write it."""
    return written(table_of(on, **tables)[name].value)


def written(value: Truth | Range | Classes | Span, row: int = 0) -> Any:
    if isinstance(value, Truth):
        return {1: "yes", 0: "unknown", -1: "no"}[int(value.sign[row])]
    if isinstance(value, Classes):
        found = value.possible(row)
        return found[0] if len(found) == 1 else found
    number = value.length if isinstance(value, Span) else value
    low, high = (None if np.isinf(side[row]) else float(side[row]) for side in (number.low, number.high))
    return low if low == high and low is not None else (low, high)


def lesion(name: str = "L1", organ: str | None = "liver", found: Any = "2025-01-01", **more: Any) -> Row:
    return {"lesion_id": name, "relation": "distant", "organ": organ, "found_day": found, **more}


def local(name: str, relation: str, found: str) -> Row:
    return {"lesion_id": name, "relation": relation, "organ": "colon", "found_day": found}


def judged(role: str, day: str = "2025-06-01", **said: Any) -> Row:
    return {"role": role, "day": day, **said}


def operation(day: Any = "2023-02-01", residual: str | None = "R0", **more: Any) -> Row:
    return {"treatment_id": "O", "modality": "surgery", "definitive": "yes", "start_day": day,
            "residual": residual, **more}  # fmt: skip


def chemoradiotherapy(first: str = "2023-02-01", last: str | None = "2023-03-10", **more: Any) -> Row:
    return {"treatment_id": "C", "modality": "chemoradiotherapy", "definitive": "yes", "start_day": first,
            "end_day": last, **more}  # fmt: skip


def status(day: str, word: str, site: str | None = "primary") -> Row:
    return {"day": day, "status": word, "site": site, "tumour_id": "T"}
