"""Who it is: age and sex, and for each primary its histology, stage and the result of its operation."""

from __future__ import annotations

from typing import Any

from paget.brief.calendar import Calendar, whole_years
from paget.brief.case_view import CaseView
from paget.brief.names import MOLECULAR, observation_name
from paget.brief.words import Span, Words, capital, range_words, visible, words

_SEXES = {"female": "Woman", "male": "Man"}
_FITNESS = ("ecog", "karnofsky", "asa")


def patient_words(case: Any, calendar: Calendar) -> Words:
    """Sex, age and pseudonym; and death, where it was known by the day."""
    patient = case.patient
    who = _SEXES.get(patient.sex or "", "Person")
    born = calendar.read(patient.birth_day)
    age = ""
    if born is not None and not calendar.relative:
        low, high = whole_years(born, calendar.as_of)
        age = f", {low}" if low == high else f", {low} or {high}" if high == low + 1 else f", {low} to {high}"
    parts: list[str | Span] = [Span(f"{who}{age}", "strong"), f", case {visible(patient.patient_id, 60)}."]
    died = calendar.read(patient.death_day)
    if died is not None and calendar.was(died):
        parts.append(f" Died {calendar.write(died)}.")
    return words(*parts)


def tumour_words(view: CaseView) -> Words:
    """Histology, stage, nodes, result of the definitive operation, molecular results and fitness."""
    parts: list[str | Span] = [f"{tumour_title(view)}"]
    if stage := _stage(view):
        parts.append(f", {stage}")
    if result := _operation(view):
        parts.append(f", {result}")
    parts.append(".")
    if results := _molecular(view):
        parts.append(f" {', '.join(results)}.")
    if fit := fitness(view):
        parts.append(f" {', '.join(fit)}.")
    return words(*parts)


def tumour_title(view: CaseView) -> str:
    """The primary as one says it: "Rectal adenocarcinoma", "Cancer of the lung"."""
    tumour = view.tumour
    if tumour is None:
        return "No primary tumour recorded"
    site = visible(tumour.site or "", 60)
    histology = visible(tumour.histology or "", 60)
    if not site:
        return capital(histology) or "Primary of unknown site"
    if site == "unknown primary":
        return f"{capital(histology) or 'Cancer'} of unknown primary"
    side = f"{tumour.laterality} " if tumour.laterality in ("left", "right") else ""
    if not histology or histology == "other":
        return f"Primary of the {side}{site}"
    return f"{capital(histology)} of the {side}{site}"


def _stage(view: CaseView) -> str:
    """The last pathological statement, else the last one; nodes beside it."""
    dated = sorted(view.rows("stagings"), key=lambda row: view.day(row, "day") or (0, 0))
    if not dated:
        return ""
    pathological = [row for row in dated if (row.prefix or "").endswith("p")]
    row = (pathological or dated)[-1]
    tnm = " ".join(visible(part, 12) for part in (row.t, row.n) if part)
    m = visible(row.m, 12) if row.m and not row.m.upper().endswith(("M0", "MX")) else ""
    text = (
        f"{row.prefix or ''}{tnm}".strip() + (f" {m}" if m else "")
        if tnm or m
        else visible(row.stage_group or "", 30)
    )
    if row.nodes_positive is not None and row.nodes_examined:
        text += f" ({row.nodes_positive} of {row.nodes_examined} nodes)"
    if (
        text
        and len(
            {
                (r.t, r.n)
                for r in dated
                if r.prefix == row.prefix and view.day(r, "day") == view.day(row, "day")
            }
        )
        > 1
    ):
        text += " (other statements of that day differ)"
    return text if not text or tnm or m else f"stage {text.removeprefix('Stage ')}"


def _operation(view: CaseView) -> str:
    definitive = view.definitive
    if definitive is None:
        return ""
    day = view.calendar.write(view.ended(definitive))
    if definitive.residual:
        return f"{definitive.residual} on {day}"
    if definitive.modality == "surgery":
        return f"operated on {day}, residual tumour unknown"
    return f"{visible(definitive.modality or 'treated', 40)} to {day}"


def _molecular(view: CaseView) -> list[str]:
    last = {row.name: row for row in _dated(view) if row.text and (row.name or "").lower() in MOLECULAR}
    return [f"{observation_name(name)} {visible(row.text, 60)}" for name, row in last.items()][:6]


def fitness(view: CaseView) -> list[str]:
    """The last ECOG, Karnofsky and ASA of the record: "ECOG 0"."""
    last = {row.name: row for row in _dated(view) if row.name in _FITNESS and row.low is not None}
    return [
        f"{observation_name(name)} {range_words(last[name].low, last[name].high, least=None).text}"
        for name in _FITNESS
        if name in last
    ]


def _dated(view: CaseView) -> list[Any]:
    return sorted(view.rows("observations"), key=lambda row: view.day(row, "day") or (0, 0))
