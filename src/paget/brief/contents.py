"""From a case and its assessment to the brief as data: every text and number of the page, and its basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from paget.brief import answer, answers, course_table, criteria, lesions, missing, patient, scores
from paget.brief.asides import asides
from paget.brief.calendar import Calendar, read_as_of
from paget.brief.case_view import CaseView
from paget.brief.course import course
from paget.brief.findings import Findings
from paget.brief.footnotes import Footnotes
from paget.brief.growth import READING_ERROR_MM
from paget.brief.modelled import modelled
from paget.brief.operations import operations
from paget.brief.page import NOTICE, BriefData, Part
from paget.brief.practice import Practice
from paget.brief.remarks import alert, import_words, remarks_of
from paget.brief.staging import TITLE as STAGING_TITLE
from paget.brief.staging import staging, staging_basis
from paget.brief.strip import strip
from paget.brief.topics import topics
from paget.brief.where import where
from paget.brief.words import listed, number, visible
from paget.brief.worksheets import worksheets
from paget.brief.workup import examinations
from paget.knowledge import Knowledge
from paget.knowledge.overlays import sentence
from paget.record.problems import ImportReport

if TYPE_CHECKING:
    from paget.options import CaseForecast

MOST_REMARKS: Final = 60


@dataclass(frozen=True, slots=True)
class Notes:
    """What a page says about itself.

    Attributes:
        computed: when; None leaves it out, so that the same record gives the same page.
        label: a remark at the top: "Invented case, all figures illustrative".
        report: what was read of the record, and the problems found.
        default_day: nobody named the decision day; it is the last day known in the record.
    """

    computed: dt.datetime | None = None
    label: str = ""
    report: ImportReport | None = None
    default_day: bool = False


def data(
    case: Any,
    assessment: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    question: str | None = None,
    notes: Notes | None = None,
    knowledge: Knowledge | None = None,
    forecasts: Sequence[CaseForecast] = (),
) -> BriefData:
    """The board brief of one patient, as data.

    Args:
        case: the case as it was known on the decision day.
        assessment: what ``paget assess --json`` prints of it; one for each primary.
        question: put to the board; left out: that of the case's decision, else a neutral one.
        notes: when it was computed, a label, the import report.
        knowledge: that was in force; left out: the shipped one.
        forecasts: by virtual patients, one for each primary; left out: the page says how to get them.

    Raises:
        ValueError: there is no assessment, or the assessments are of different days.
    """
    each = [assessment] if isinstance(assessment, Mapping) else list(assessment)
    if not each:
        raise ValueError("a brief needs at least one assessment")
    if len({str(one.get("as_of")) for one in each}) > 1:
        raise ValueError("the assessments of a brief must be as of one day")
    about = notes or Notes()
    relative = getattr(case.patient, "time_base", None) == "relative"
    calendar = Calendar(read_as_of(each[0]["as_of"], relative), relative)
    practice = Practice.of(knowledge or Knowledge.load())
    in_force = visible(each[0].get("knowledge") or "", 80)
    as_of = calendar.write((calendar.as_of, calendar.as_of))
    footnotes = Footnotes(as_of, in_force)
    views = [(CaseView(case, str(one.get("tumour") or ""), calendar), one) for one in each]
    views.sort(key=lambda view: not answer.is_asked(view[0]))  # stable: first the primary in question
    ahead = {one.case.tumour: one for one in forecasts}
    parts = tuple(
        replace(
            _part(view, one, footnotes, question, practice),
            modelled=modelled(ahead.get(str(one.get("tumour") or "")), calendar),
        )
        for view, one in views
    )
    remarks = remarks_of(about.report, case, calendar)
    name = visible(case.patient.patient_id, 60)
    return BriefData(
        patient=name,
        as_of=str(each[0]["as_of"]),
        as_of_default=about.default_day,
        knowledge=in_force,
        overlays=tuple(_overlay(entry) for entry in each[0].get("overlays") or ()),
        notice=NOTICE,
        assessments=tuple({key: one[key] for key in one if key != "worksheets"} for one in each),
        title=f"Board brief, case {name}, as of {as_of}",
        who=patient.patient_words(case, calendar),
        as_of_written=calendar.write_as_of(),
        computed="" if about.computed is None else _moment(about.computed),
        label=visible(about.label, 80),
        alert=alert(about.report),
        parts=parts,
        remarks=remarks[:MOST_REMARKS],
        remarks_more=max(0, len(remarks) - MOST_REMARKS),
        import_words=import_words(about.report),
        notes=footnotes.notes,
        sources=footnotes.sources,
    )


def _part(
    view: CaseView,
    assessment: Mapping[str, Any],
    footnotes: Footnotes,
    question: str | None,
    practice: Practice,
) -> Part:
    findings = Findings(assessment, view.calendar, footnotes)
    tiles = strip(view, findings)  # first: its notes are the first of the page
    staged = staging(view, practice)
    workup, workup_title = examinations(findings, practice, surely=bool(staged) or view.tumour is None)
    if not workup and staged:
        basis = staging_basis(staged, practice, footnotes)
        staged = tuple(replace(line, basis=basis) for line in staged)
        workup, workup_title = staged, STAGING_TITLE
    entries = assessment.get("most_informative_missing") or ()
    lacking, lacking_more = missing.missing(entries, view, findings, workup, staged, practice)
    rows = lesions.lesion_rows(view, workup)
    table, table_more = course_table.course_rows(view)
    basis = _lesion_basis(footnotes, view, rows) if any(row.sizes for row in rows) else 0
    goals, removable = answers.goal(findings), answers.removal(view, findings)
    others, groups, found = criteria.others(findings), criteria.groups(findings), scores.scores(findings)
    absent = tuple(findings[name] for name in findings.absent)
    return Part(
        tumour=visible(assessment.get("tumour") or "", 60),
        title=patient.tumour_title(view),
        who=patient.tumour_words(view),
        question=answer.question(view, question),
        answer=answer.answer(view, findings, lacking, staged),
        strip=tiles,
        missing=lacking,
        missing_more=lacking_more,
        workup=workup,
        workup_title=workup_title,
        course=course(view, findings, workup),
        course_rows=table,
        course_more=table_more,
        lesions=tuple(rows[: lesions.MOST_ROWS]),
        lesions_scale=lesions.lesion_scale(view, rows),
        lesions_note=lesions.NOTE,
        lesions_basis=basis,
        lesions_more=max(0, len(rows) - lesions.MOST_ROWS),
        where=where(view),
        findings=others,
        criteria=groups,
        scores=found,
        absent=absent,
        worksheets=worksheets(assessment, findings),
        goal=goals,
        removal=removable,
        topics=topics(findings, others, groups, found),
        asides=asides(absent),
        operations=operations(assessment, view.calendar),
    )


def _lesion_basis(footnotes: Footnotes, view: CaseView, rows: list[Any]) -> int:
    sources = {row.source for row in view.rows("measurements") if getattr(row, "source", None)}
    readings = sum(len(row.sizes) for row in rows)
    return footnotes.add(
        "Sizes, volumes and doubling times",
        f"{readings} readings",
        "Measurements of the record as known on the day. Volume of a sphere: π/6 × d³ on the longest "
        "diameter, unless measured. Doubling time: t × ln 2 / (3 × ln(d2/d1)); its interval when each "
        f"reading is off by up to {number(READING_ERROR_MM)} mm. Months are days / 30.4375.",
        source=listed(sorted(visible(source, 80) for source in sources)[:4]),
        rule="",
        confirmed=None,
    )


def _overlay(entry: Any) -> str:
    """An overlay named: which folder adds, replaces or withdraws which file, what differs, and why."""
    return visible(sentence(entry) if isinstance(entry, Mapping) else entry, 800)


def _moment(computed: dt.datetime) -> str:
    day = (computed.date() - dt.date(1970, 1, 1)).days
    return f"{Calendar(day).write((day, day))} {computed:%H:%M}"
