"""From a case and its assessment to the brief as data: every text and number of the page, and its basis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from paget.brief import answer, course_table, criteria, lesions, missing, patient, scores
from paget.brief.calendar import Calendar, read_as_of
from paget.brief.case_view import CaseView
from paget.brief.course import course
from paget.brief.findings import Findings
from paget.brief.footnotes import Footnotes
from paget.brief.growth import READING_ERROR_MM
from paget.brief.page import BriefData, Part, Remark
from paget.brief.strip import strip
from paget.brief.where import where
from paget.brief.words import listed, number, visible
from paget.knowledge.overlays import sentence
from paget.record.problems import ImportReport, Problem

MOST_REMARKS: Final = 60


@dataclass(frozen=True, slots=True)
class Notes:
    """What a page says about itself.

    Attributes:
        computed: when; None leaves it out, so that the same record gives the same page.
        label: a remark at the top: "Invented case, all figures illustrative".
        report: what was read of the record, and the problems found.
    """

    computed: dt.datetime | None = None
    label: str = ""
    report: ImportReport | None = None


def data(
    case: Any,
    assessment: Mapping[str, Any] | Sequence[Mapping[str, Any]],
    *,
    question: str | None = None,
    notes: Notes | None = None,
) -> BriefData:
    """The board brief of one patient, as data.

    Args:
        case: the case as it was known on the decision day.
        assessment: what ``paget assess --json`` prints of it; one for each primary.
        question: put to the board; left out: that of the case's decision, else a neutral one.
        notes: when it was computed, a label, the import report.

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
    knowledge = visible(each[0].get("knowledge") or "", 80)
    as_of = calendar.write((calendar.as_of, calendar.as_of))
    footnotes = Footnotes(as_of, knowledge)
    parts = tuple(_part(case, one, calendar, footnotes, question) for one in each)
    remarks = _remarks(about.report)
    name = visible(case.patient.patient_id, 60)
    return BriefData(
        title=f"Board brief, case {name}, as of {as_of}",
        patient=name,
        who=patient.patient_words(case, calendar),
        as_of=str(each[0]["as_of"]),
        as_of_written=calendar.write_as_of(),
        computed="" if about.computed is None else _moment(about.computed),
        knowledge=knowledge,
        overlays=tuple(_overlay(entry) for entry in each[0].get("overlays") or ()),
        label=visible(about.label, 80),
        parts=parts,
        remarks=remarks[:MOST_REMARKS],
        remarks_more=max(0, len(remarks) - MOST_REMARKS),
        import_words=_imported(about.report),
        notes=footnotes.notes,
    )


def _part(
    case: Any, assessment: Mapping[str, Any], calendar: Calendar, footnotes: Footnotes, question: str | None
) -> Part:
    view = CaseView(case, str(assessment.get("tumour") or ""), calendar)
    findings = Findings(assessment, calendar, footnotes)
    tiles = strip(view, findings)  # first: its notes are the first of the page
    workup, workup_title = missing.examinations(findings)
    lacking, lacking_more = missing.missing(assessment, findings, workup)
    rows = lesions.lesion_rows(view, workup)
    table, table_more = course_table.course_rows(view)
    basis = _lesion_basis(footnotes, view, rows) if rows else 0
    return Part(
        tumour=visible(assessment.get("tumour") or "", 60),
        title=patient.tumour_title(view),
        who=patient.tumour_words(view),
        question=answer.question(view, question),
        answer=answer.answer(view, findings, lacking),
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
        findings=criteria.others(findings),
        criteria=criteria.groups(findings),
        scores=scores.scores(findings),
        absent=tuple(findings[name] for name in findings.absent),
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


# The record itself


def _remarks(report: ImportReport | None) -> tuple[Remark, ...]:
    """Contradictions first, then rows left out, then values read as unknown."""
    if report is None:
        return ()
    order = {"contradiction": 0, "rejected": 1, "unknown value": 2, "note": 3}
    problems = sorted(report.problems, key=lambda problem: order[problem.kind])
    remarks = [_remark(problem) for problem in problems]
    remarks += [
        Remark("not understood", "", f"{visible(what)}: {n}") for what, n in report.not_understood.items()
    ]
    return tuple(remarks)


def _remark(problem: Problem) -> Remark:
    row = f"row {problem.row}" if problem.row else ""
    place = ", ".join(visible(part, 80) for part in (problem.table, row, problem.column) if part)
    return Remark(
        problem.kind, place, visible(f"{problem.what}; {problem.mend}" if problem.mend else problem.what)
    )


def _imported(report: ImportReport | None) -> str:
    if report is None:
        return ""
    said = [f"Read as {visible(report.format)}" if report.format else "Read"]
    if report.read:
        said.append(f"{number(sum(report.read.values()))} read ({_counted(report.read)})")
    if report.ignored:
        said.append(f"{number(sum(report.ignored.values()))} ignored ({_counted(report.ignored)})")
    if report.not_understood:
        said.append(f"{number(sum(report.not_understood.values()))} not understood")
    rejected = len(report.rejected)
    said.append(f"{rejected} rejected" if rejected else "none rejected")
    return ", ".join(said) + "."


def _counted(counts: Mapping[str, int]) -> str:
    shown = sorted(counts.items(), key=lambda item: -item[1])
    text = "; ".join(f"{visible(kind, 120)} {number(n)}" for kind, n in shown[:6])
    return text if len(shown) <= 6 else f"{text}; {len(shown) - 6} more kinds"
