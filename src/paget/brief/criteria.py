"""Criteria and findings: each with its state, because of what, by which source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.beside import BOUNDARY
from paget.brief.findings import Findings, state_of
from paget.brief.found import CriteriaGroup, Criterion, Finding
from paget.brief.scores import is_score
from paget.brief.words import capital, listed, plain, visible
from paget.figures import State

IN_STRIP = frozenset(
    {
        "disease_free_interval_days",
        "lesion_count",
        "organ_count",
        "total_volume_ml",
        "largest_lesion_mm",
        "sum_of_cubes_cm3",
        "oligometastatic_state",
    }
)
"""Findings that the strip under the question shows with their basis."""

_STATES: Final[dict[State, str]] = {"yes": "met", "no": "not met", "unknown": "unknown"}


def groups(findings: Findings) -> tuple[CriteriaGroup, ...]:
    """Criteria under the class that they decide; those that decide none stand alone, last."""
    placed: set[str] = set()
    found = []
    for name in findings.shown:
        members = [each for each in members_of(findings, name) if each not in placed]
        if not members:
            continue
        criteria = [_criterion(findings, each) for each in members]
        placed.update(members)
        finding = findings[name]
        open_ = findings.classes(name)
        remarks = [f"Still possible: {listed((visible(one, 80) for one in open_), 'or')}"] if open_ else []
        found.append(
            CriteriaGroup(
                finding.title,
                _says(finding, criteria),
                tuple(criteria),
                (*remarks, *finding.beside),
                finding.confirmed,
                finding.basis,
                name,
            )
        )
    rest = tuple(_criterion(findings, each) for each in _truths(findings) if each not in placed)
    if rest:
        title = "Further criteria" if found else "Criteria"
        found.append(CriteriaGroup(title, counted([each.state for each in rest]), rest, (), True, 0))
    return tuple(found)


def members_of(findings: Findings, name: str) -> list[str]:
    """The criteria that decide a class: those that its rule asks for."""
    raw = findings.raw[name]
    if raw.get("kind") != "classes":
        return []
    asked = " ".join(_asks(raw.get("explanation") or ()))
    return [each for each in _truths(findings) if each in asked or each.replace("_", " ") in asked]


def counted(states: list[State]) -> str:
    """How many criteria are met, not met and unknown, in words."""
    counts = [(states.count(state), word) for state, word in _STATES.items()]
    return ", ".join(f"{n} {word}" for n, word in counts if n)


def others(findings: Findings) -> tuple[Finding, ...]:
    """Findings that stand nowhere else: neither in the strip, nor criteria, scores or schedules."""
    return tuple(
        findings[name]
        for name in findings.shown
        if name not in IN_STRIP
        and not _is_truth(findings.raw[name])
        and not is_score(findings.raw[name])
        and findings.raw[name].get("kind") != "schedule"
    )


def _truths(findings: Findings) -> list[str]:
    return [name for name in findings.shown if _is_truth(findings.raw[name])]


def _is_truth(raw: Mapping[str, Any]) -> bool:
    return raw.get("kind") == "criteria" or (
        raw.get("kind") is None and raw.get("value") in ("yes", "no", "unknown")
    )


def _asks(explanation: Any) -> Iterator[str]:
    for entry in explanation:
        if isinstance(entry, Mapping):
            yield str(entry.get("asks", ""))
            yield from _asks(entry.get("of") or ())


def _criterion(findings: Findings, name: str) -> Criterion:
    finding = findings[name]
    state = state_of(finding.value)
    because = finding.because or "nothing documented"
    if state == "unknown" and finding.missing:
        lacking = f"not known: {', '.join(finding.missing)}"
        because = f"{finding.because}; {lacking}" if finding.because else lacking
    if other := [text for text in finding.beside if text.startswith("With ") or text == BOUNDARY]:
        because += f". {'. '.join(other)}"
    return Criterion(
        finding.title,
        ", ".join(finding.limits),
        state,
        capital(because),
        finding.rule.removesuffix(".yaml"),
        finding.confirmed,
        finding.basis,
        name,
    )


def _says(finding: Finding, criteria: list[Criterion]) -> str:
    value = "unknown" if finding.certainty != "known" else plain(finding.shown)
    return f"{value}: {counted([each.state for each in criteria])}"
