"""The brief as data: everything that the page, the terminal and JSON show, and nothing that they do not.

Frozen and plain: each type is made of texts, numbers, tuples and other types of its kind, so that
:func:`as_json` gives the whole brief.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Literal

from paget.brief.words import Words
from paget.figures import BodyMap, Scale, Size, State, Timeline


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
    """Something missing, and how much hangs on it.

    Attributes:
        fact: its name.
        title: its name in words.
        state: "too old, 106 days, limit 56", "not documented".
        flips: the findings that it could change; their number when they are not named.
        flips_count: how many.
        share: of the findings that apply, 0 to 1.
        resolved_by: the examination or entry that would settle it.
    """

    fact: str
    title: str
    state: str
    flips: tuple[str, ...]
    flips_count: int
    share: float
    resolved_by: str


@dataclass(frozen=True, slots=True)
class Examination:
    """A line of a schedule: an examination, the fact that is its age, and whether it is young enough."""

    name: str
    fact: str
    state: State
    says: str
    age: str
    limit: str
    basis: int


@dataclass(frozen=True, slots=True)
class CourseRow:
    """A row of the course as a table."""

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


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding as the page shows it.

    Attributes:
        name, title: as in the findings, and in words.
        kind: of its rule: criteria, score, classes, schedule, measure, model.
        value: as in the findings, for machines.
        unit: of a number.
        shown: the value in words.
        certainty: known, partly, unknown, or absent when it does not apply.
        because: the facts behind it, in words.
        meaning: what it is.
        missing: what could still change it, in words.
        beside: alternatives under other limits, contradicting sources, validity.
        at_boundary: within three days of a threshold.
        applies: yes, no or unknown.
        why: why it does not apply.
        source, rule, confirmed: where its numbers come from.
        basis: number of its footnote.
    """

    name: str
    title: str
    kind: str
    value: Any
    unit: str
    shown: Words
    certainty: Literal["known", "partly", "unknown", "absent"]
    because: str
    meaning: str
    missing: tuple[str, ...]
    beside: tuple[str, ...]
    at_boundary: bool
    applies: State
    why: str
    source: str
    rule: str
    confirmed: bool
    basis: int


@dataclass(frozen=True, slots=True)
class Criterion:
    """A criterion: whether it is met, because of what, by which source."""

    text: str
    state: State
    because: str
    source: str
    basis: int


@dataclass(frozen=True, slots=True)
class CriteriaGroup:
    """Criteria that belong to one finding."""

    title: str
    says: str
    criteria: tuple[Criterion, ...]
    remarks: tuple[str, ...]
    basis: int


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one source says of each score still possible; "" where it says nothing."""

    source: str
    confirmed: bool
    cells: tuple[str, ...]
    basis: int


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What became of people with the scores still possible: sources side by side, also contradicting ones."""

    title: str
    columns: tuple[str, ...]
    rows: tuple[Outcome, ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A score or a model with what it reads as."""

    title: str
    detail: str
    value: Words
    pips: Pips | None
    reads_as: Words
    depends_on: str
    clauses: tuple[tuple[str, State, str], ...]
    outcomes: tuple[Outcomes, ...]
    remarks: tuple[str, ...]
    basis: int


@dataclass(frozen=True, slots=True)
class Note:
    """A footnote: what a number is, where it comes from, and whether that was confirmed."""

    number: int
    title: str
    value: str
    unit: str
    text: str
    source: str
    rule: str
    confirmed: bool | None
    as_of: str
    knowledge: str


@dataclass(frozen=True, slots=True)
class Part:
    """What is said about one primary.

    Attributes:
        tumour, title: its name, and in words.
        who: histology, stage, result of the operation.
        question: what the board is asked.
        answer: the state in a sentence or two.
    """

    tumour: str
    title: str
    who: Words
    question: str
    answer: Words
    strip: tuple[Tile, ...]
    missing: tuple[Missing, ...]
    missing_more: int
    workup: tuple[Examination, ...]
    workup_title: str
    course: Timeline
    course_rows: tuple[CourseRow, ...]
    course_more: int
    lesions: tuple[LesionRow, ...]
    lesions_scale: Scale
    lesions_note: str
    lesions_basis: int
    lesions_more: int
    where: BodyMap
    findings: tuple[Finding, ...]
    criteria: tuple[CriteriaGroup, ...]
    scores: tuple[Score, ...]
    absent: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the record: a contradiction, a row that was left out, a value read as unknown."""

    kind: str
    place: str
    text: str


@dataclass(frozen=True, slots=True)
class BriefData:
    """A board brief of one patient as of a day."""

    title: str
    patient: str
    who: Words
    as_of: str
    as_of_written: str
    computed: str
    knowledge: str
    overlays: tuple[str, ...]
    label: str
    parts: tuple[Part, ...]
    remarks: tuple[Remark, ...]
    remarks_more: int
    import_words: str
    notes: tuple[Note, ...] = field(default=())

    def html(self) -> str:
        """The page, see :func:`paget.brief.html`."""
        from paget.brief.as_html import html

        return html(self)

    def text(self, *, width: int = 100, colour: bool = False) -> str:
        """The brief for a terminal, see :func:`paget.brief.text`."""
        from paget.brief.as_text import text

        return text(self, width=width, colour=colour)

    def json(self) -> dict[str, Any]:
        """The brief as JSON data."""
        return {each.name: as_json(getattr(self, each.name)) for each in fields(self)}

    def __str__(self) -> str:
        return self.text()


def as_json(value: Any) -> Any:
    """A brief, or any part of it, as JSON data: mappings, lists, texts and numbers."""
    if is_dataclass(value):
        return {each.name: as_json(getattr(value, each.name)) for each in fields(value)}
    if isinstance(value, tuple | list):
        return [as_json(item) for item in value]
    if isinstance(value, dict):
        return {str(key): as_json(item) for key, item in value.items()}
    return value
