"""Criteria and findings: each with its state, because of what, by which source."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paget.brief.findings import MAYBE, Findings, state_of
from paget.brief.page import CriteriaGroup, Criterion, Finding
from paget.brief.scores import is_score
from paget.brief.words import capital, plain

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

_STATES = {"yes": "met", "no": "not met", "unknown": "unknown"}


def groups(findings: Findings) -> tuple[CriteriaGroup, ...]:
    """Criteria under the class that they decide; those that decide none stand alone, last."""
    truths = [name for name in findings.shown if _is_truth(findings.raw[name])]
    placed: set[str] = set()
    found = []
    for name in findings.shown:
        raw = findings.raw[name]
        if raw.get("kind") != "classes":
            continue
        asked = " ".join(_asks(raw.get("explanation") or ()))
        members = [each for each in truths if each not in placed and _is_asked(each, asked)]
        if not members:
            continue
        criteria = [_criterion(findings, each) for each in members]
        placed.update(members)
        finding = findings[name]
        found.append(
            CriteriaGroup(
                finding.title, _says(finding, criteria), tuple(criteria), _remarks(finding), finding.basis
            )
        )
    rest = tuple(_criterion(findings, each) for each in truths if each not in placed)
    if rest:
        found.append(
            CriteriaGroup("Further criteria" if found else "Criteria", _counts(list(rest)), rest, (), 0)
        )
    return tuple(found)


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


def _is_truth(raw: Mapping[str, Any]) -> bool:
    return raw.get("kind") == "criteria" or (
        raw.get("kind") is None and raw.get("value") in ("yes", "no", "unknown")
    )


def _asks(explanation: Any) -> Iterator[str]:
    for entry in explanation:
        if isinstance(entry, Mapping):
            yield str(entry.get("asks", ""))
            yield from _asks(entry.get("of") or ())


def _is_asked(name: str, asked: str) -> bool:
    return name in asked or name.replace("_", " ") in asked


def _criterion(findings: Findings, name: str) -> Criterion:
    finding = findings[name]
    state = state_of(finding.value)
    because = finding.because or "nothing documented"
    if state == "unknown" and finding.missing:
        lacking = f"not known: {', '.join(finding.missing)}"
        because = f"{finding.because}; {lacking}" if finding.because else lacking
    if other := [text for text in finding.beside if text.startswith(("With ", "At the boundary"))]:
        because += f". {'. '.join(other)}"
    return Criterion(
        finding.title, state, capital(because), finding.rule.removesuffix(".yaml"), finding.basis
    )


def _remarks(finding: Finding) -> tuple[str, ...]:
    return tuple(remark for remark in finding.beside if remark != MAYBE)


def _says(finding: Finding, criteria: list[Criterion]) -> str:
    value = plain(finding.shown)
    return f"{'unknown' if finding.certainty != 'known' else value}: {_counts(criteria)}"


def _counts(criteria: list[Criterion]) -> str:
    counts = [(sum(each.state == state for each in criteria), word) for state, word in _STATES.items()]
    return ", ".join(f"{n} {word}" for n, word in counts if n)
