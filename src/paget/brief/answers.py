"""What a board asks next, each answered in a line: does the goal shift, may it be removed, who is fit."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.case_view import CaseView
from paget.brief.findings import Findings, state_of
from paget.brief.outlook import is_open
from paget.brief.patient import fitness
from paget.brief.places import FITNESS, GOAL
from paget.brief.tables import Answer
from paget.brief.words import Mark, Span, Words, capital, listed, plain, visible

_ALWAYS: Final = ("resectable_r0", "all_treatable", "en_bloc_plan")
"""What is answered also when the answer is unknown."""

_WHERE_KNOWN: Final = (
    "remnant_sufficient", "bilobar_liver", "peritoneal_index_limited", "carotid_encased",
    "prevertebral_invasion_suspected", "margin_needed", "lung_resection_extent", "lung_reserve_lobe",
    "lung_risk_class", "hostile_field", "vascularised_tissue_advised",
    "recipient_vessels_outside_the_field", "operation_name",
)  # fmt: skip
_OF_THE_ORGAN: Final = frozenset({"remnant_sufficient", "lung_risk_class", "peritoneal_index_limited"})
"""What is answered also when unknown, where it surely belongs to the case."""

_MEANS: Final = {
    "surgery": "by resection",
    "ablation": "by ablation",
    "stereotactic radiotherapy": "by stereotactic radiotherapy",
    "radiotherapy": "by radiotherapy",
    "systemic": "by drugs alone",
    "none": "beyond local treatment",
}
_MOST: Final = 3  # things named that are not known
_ASKED: Final = {
    "resectable_r0": "Every lesion resectable, R0 expected",
    "all_treatable": "Every lesion treatable locally",
    "en_bloc_plan": "Leaves in one piece",
    "remnant_sufficient": "Liver remnant large enough",
    "peritoneal_index_limited": "Peritoneal index within the limit",
    "lung_risk_class": "Risk of a lung resection",
}
"""Titles short enough for the first screen."""


def goal(findings: Findings) -> tuple[Answer, ...]:
    """Whether the goal shifts and what would relieve, where the record asks that at all."""
    return tuple(_answer(findings, name) for name in GOAL if findings.surely(name))


def removal(view: CaseView, findings: Findings) -> tuple[Answer, ...]:
    """Whether every lesion may be removed, what leaves with it, what would be left, and for whom."""
    return tuple(_removal(view, findings))


def _removal(view: CaseView, findings: Findings) -> Iterator[Answer]:
    for name in _ALWAYS if view.tumour is not None or view.standing else ():
        if findings.surely(name):
            yield _answer(findings, name, said=_said(view, findings, name))
    for name in _WHERE_KNOWN:
        if not findings.surely(name):
            continue
        if name in _OF_THE_ORGAN or not is_open(findings, name):
            yield _answer(findings, name)
    if fit := _fitness(view, findings):
        yield fit
    if correct := _to_correct(findings):
        yield correct


def _answer(findings: Findings, name: str, said: str = "") -> Answer:
    finding = findings[name]
    truth = finding.kind == "criteria"
    open_ = is_open(findings, name)
    state = state_of(finding.value) if truth else "unknown" if open_ else None
    text = "unknown" if open_ else plain(finding.shown)
    mark: Mark = "unknown" if open_ or finding.certainty != "known" else ""
    because = said or finding.because
    settled = finding.certainty == "known" or (truth and "not judged" in said) or finding.kind == "closure"
    lacking = "" if settled else _lacking(finding.missing)
    parts = [Span(capital(because))] if because else []
    if lacking:
        parts += [Span("; " if because else ""), Span(lacking if because else capital(lacking), "unknown")]
    return Answer(
        name=name,
        asks=_ASKED.get(name, finding.title),
        state=state,
        value=(Span(text, mark, finding.basis),),
        says=tuple(part for part in parts if part.text),
        confirmed=finding.confirmed,
    )


def _said(view: CaseView, findings: Findings, name: str) -> str:
    if name == "resectable_r0":
        return clearing(view)
    if name == "all_treatable":
        return clearing(view).rpartition("; ")[2] if findings[name].certainty == "unknown" else ""
    return _en_bloc(findings.raw[name])


def _en_bloc(raw: Mapping[str, Any]) -> str:
    """What follows from what leaves, and of how many organs nobody says whether they are involved."""
    entries = [entry for entry in raw.get("explanation") or () if isinstance(entry, Mapping)]
    follows = [
        visible(entry.get("asks") or "", 80)
        for entry in entries
        if entry.get("is") != "organ" and entry.get("state") == "yes"
    ]
    open_ = sum(entry.get("is") == "organ" and entry.get("state") == "unknown" for entry in entries)
    said = [f"then {listed(follows)}" if follows else ""]
    said.append(f"of {open_} organs it is not said whether they are involved" if open_ else "")
    return "; ".join(part for part in said if part)


def _lacking(missing: tuple[str, ...]) -> str:
    if not missing:
        return ""
    more = len(missing) - _MOST
    shown = [*missing[:_MOST], f"{more} more"] if more > 1 else list(missing)
    return f"not known: {listed(shown)}"


def clearing(view: CaseView) -> str:
    """By what each standing lesion could be cleared, as those judged who would do it; which nobody judged.

    "L1 and L2 by resection, L3 by ablation; P1 not judged".
    """
    ways: dict[str, list[str]] = {}
    for row in [*view.standing, *(site for site in view.sites if site.site_id not in view.gone)]:
        key = str(getattr(row, "lesion_id", None) or row.site_id)
        judged = view.judged(key, "treatable_by")
        means = (
            "not judged"
            if judged is None
            else listed((_MEANS.get(value, visible(value, 40)) for value in judged.values), "or")
        )
        ways.setdefault(means, []).append(_called(view, row, key))
    said = [f"{_some(names)} {means}" for means, names in ways.items() if means != "not judged"]
    open_ = [f"{_some(names)} not judged" for means, names in ways.items() if means == "not judged"]
    return "; ".join(part for part in (", ".join(said), *open_) if part)


def _called(view: CaseView, row: Any, key: str) -> str:
    if getattr(row, "lesion_id", None):
        return visible(view.short_names[key], 20)
    return f"{visible(row.organ or 'organ', 30)} disease"


def _some(names: list[str]) -> str:
    return listed(names) if len(names) <= 4 else f"{', '.join(names[:4])} and {len(names) - 4} more"


def _fitness(view: CaseView, findings: Findings) -> Answer | None:
    """What is known of the fitness for an operation, in one line; what is not, counted."""
    here = [name for name in FITNESS if findings.surely(name) and findings.raw[name].get("kind") != "factors"]
    known = [findings[name] for name in here if findings[name].certainty == "known"]
    recorded = [text for text in fitness(view) if text.partition(" ")[0].lower() not in here]
    open_ = [name for name in here if name not in _OF_THE_ORGAN and is_open(findings, name)]
    lacking = [findings[name].title for name in open_]
    if not here:
        return None
    told: Words = (Span(", ".join(recorded)),) if recorded else ()
    value: Words = told + tuple(
        span
        for index, finding in enumerate(known[:_MOST])
        for span in (
            Span(f"{', ' if index or told else ''}{_short(finding.title)} "),
            Span(plain(finding.shown), "", finding.basis),
        )
    )
    return Answer(
        name="fitness",
        asks="Fit for it",
        state=None if value else "unknown",
        value=value or (Span("unknown", "unknown"),),
        says=(Span(capital(_lacking(tuple(map(_short, lacking)))), "unknown"),) if lacking else (),
        confirmed=all(finding.confirmed for finding in known),
    )


def _short(title: str) -> str:
    """A title without what comes after its comma: "Charlson comorbidity index"."""
    return title.partition(",")[0]


def _to_correct(findings: Findings) -> Answer | None:
    """What is to be corrected before the operation, where something is."""
    name = "optimisation"
    value = findings.value(name)
    wanted = [key for key, state in value.items() if state == "yes"] if isinstance(value, dict) else []
    if not wanted or name not in findings:
        return None
    finding = findings[name]
    return Answer(
        name=name,
        asks="To be corrected first",
        state=None,
        value=(Span(capital(listed(visible(one, 60) for one in wanted)), "", finding.basis),),
        says=(Span(capital(finding.because)),) if finding.because else (),
        confirmed=finding.confirmed,
    )
