"""The lines of the page about the case: the strip, what is missing, examinations, the course, the lesions."""

from __future__ import annotations

from dataclasses import dataclass

from paget.brief.words import Words
from paget.figures import Size, State


@dataclass(frozen=True, slots=True)
class Pips:
    """A score as squares: sure, possible and largest points."""

    low: int
    high: int
    most: int


@dataclass(frozen=True, slots=True)
class Tile:
    """A fact of the strip under the question; ``state`` puts a sign before the value."""

    label: str
    value: Words
    note: Words
    state: State | None = None
    pips: Pips | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """Something to be got, and how much hangs on it.

    Attributes:
        facts: the names of the facts that it would settle, the most decisive first.
        title: what is to be got: "Staging of chest, abdomen and pelvis".
        state: how it stands: "too old, 106 days, limit 56", "not documented", "P1 not judged".
        tells: what one would know then, in words.
        flips: the findings that it could decide.
        bears_on: the findings on which it bears without deciding one alone.
        flips_count: how many it could decide.
        share: of the findings that apply, 0 to 1.
        resolved_by: the examination or entry that would settle it, as the facts name it.
        who: whose work that is.
    """

    facts: tuple[str, ...]
    title: str
    state: str
    tells: tuple[str, ...]
    flips: tuple[str, ...]
    bears_on: tuple[str, ...]
    flips_count: int
    share: float
    resolved_by: str
    who: str


@dataclass(frozen=True, slots=True)
class Examination:
    """A line of a schedule or of staging: an examination, and whether it is young enough.

    Attributes:
        name: "CT of the chest"; of staging the region.
        fact: the fact that is its age.
        state: yes: done and young enough.
        says: "done", "done, too old", "not documented".
        age, limit: in words, of days without the unit.
        basis: number of its footnote.
        kinds: the kinds of study, or the marker, that it may be.
        late: done, and past its limit.
        days: least and most days since.
    """

    name: str
    fact: str
    state: State
    says: str
    age: str
    limit: str
    basis: int
    kinds: tuple[str, ...] = ()
    late: bool = False
    days: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row of the course as a table; ``known`` says when it became known, where that was later."""

    day: str
    what: str
    result: str
    known: str


@dataclass(frozen=True, slots=True)
class LesionRow:
    """A lesion, or an involved organ with an unknown number of lesions.

    Attributes:
        name, full_name: as shown, and as the record names it where that is longer.
        where, where_more: organ with segment; what else is said of the place.
        sizes: in order of their days.
        longest, longest_more: mm of the last reading; the reading before.
        volume: mL.
        doubling, doubling_more: days, and from a reading error of 1 mm each.
        measured, age: how and when; how long ago.
        late: the last reading is past the limit of its examination.
        certain: yes: tumour; no: judged benign; unknown: its nature is open.
        judged, judged_more: what was judged of it, by whom and when.
        gone: removed or ablated.
    """

    name: str
    full_name: str
    where: str
    where_more: str
    sizes: tuple[Size, ...]
    longest: Words
    longest_more: str
    volume: Words
    doubling: Words
    doubling_more: str
    measured: str
    age: str
    late: bool
    certain: State
    judged: tuple[tuple[State | None, str], ...]
    judged_more: str
    gone: bool = False
    is_site: bool = False
