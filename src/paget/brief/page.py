"""The brief as data: everything that the page, the terminal and JSON show, and nothing that they do not.

Frozen and plain: each type is made of texts, numbers, tuples and other types of its kind, so that
:func:`as_json` gives the whole brief.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Final

from paget.brief.asked import Worksheet
from paget.brief.found import CriteriaGroup, Finding, Score
from paget.brief.modelled import NOT_ASKED, Modelled
from paget.brief.rows import CourseRow, Examination, LesionRow, Missing, Tile
from paget.brief.tables import Answer, Aside, PastOperation, Source, Topic
from paget.brief.words import Words
from paget.figures import BodyMap, Scale, Timeline


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
    cites: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """What is said about one primary.

    Attributes:
        tumour, title: its name, and in words.
        who: histology, stage, result of the operation.
        question: what the board is asked.
        answer: the state in a sentence or two.
        goal, removal: what a board asks next: whether the goal shifts, whether the disease may be removed.
        topics: the findings in the order of the page.
        asides: those that do not apply, by the reason.
        operations: what each operation that was done was for.
        modelled: a forecast by virtual patients, when it was asked for.
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
    worksheets: tuple[Worksheet, ...] = ()
    goal: tuple[Answer, ...] = ()
    removal: tuple[Answer, ...] = ()
    topics: tuple[Topic, ...] = ()
    asides: tuple[Aside, ...] = ()
    operations: tuple[PastOperation, ...] = ()
    modelled: Modelled = NOT_ASKED


@dataclass(frozen=True, slots=True)
class Remark:
    """Something about the record: a contradiction, a row that was left out, a value read as unknown.

    Attributes:
        kind: contradiction, rejected, unknown value, not understood, note.
        place: which row, in words.
        text: what is wrong, and how to mend it.
        rows: of how many rows it is said.
        alike: the others of its kind, where several say nearly the same.
    """

    kind: str
    place: str
    text: str
    rows: int = 1
    alike: tuple[str, ...] = ()


NOTICE: Final = (
    "paget informs people who can check it. "
    "It is not a medical device cleared for use, and it gives no orders."
)
"""What paget is not: on every page, in every text, and in the data."""


@dataclass(frozen=True, slots=True)
class BriefData:
    """A board brief of one patient as of a day.

    Attributes:
        patient: the pseudonym.
        as_of, as_of_default: the decision day; whether it was left out, and is the record's last known day.
        knowledge, overlays: hash of the knowledge in force, and what each overlay file does.
        notice: what paget is not.
        assessments: as ``paget assess --json`` prints them, one for each primary; the rest is made of them.
        title, who, as_of_written, computed, label: the head of the page.
        alert: in how many places the record contradicts itself, and what was left out of it.
        parts: one for each primary.
        remarks, remarks_more, import_words: about the record itself.
        notes: the basis of every number.
        sources: each source of a note once.
    """

    patient: str
    as_of: str
    as_of_default: bool
    knowledge: str
    overlays: tuple[str, ...]
    notice: str
    assessments: tuple[Mapping[str, Any], ...]
    title: str
    who: Words
    as_of_written: str
    computed: str
    label: str
    alert: Words
    parts: tuple[Part, ...]
    remarks: tuple[Remark, ...]
    remarks_more: int
    import_words: str
    notes: tuple[Note, ...] = field(default=())
    sources: tuple[Source, ...] = field(default=())

    def html(self) -> str:
        """The page, see :func:`paget.brief.html`."""
        from paget.brief.as_html import html

        return html(self)

    def text(self, *, width: int = 80, colour: bool = False) -> str:
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
    if isinstance(value, Mapping):
        return {str(key): as_json(item) for key, item in value.items()}
    return value
