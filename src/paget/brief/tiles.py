"""A tile of the strip: a value under its label, with remarks that refer to their basis."""

from __future__ import annotations

from dataclasses import replace

from paget.brief.findings import IF_IT_APPLIES, Findings
from paget.brief.found import Finding
from paget.brief.rows import Pips, Tile
from paget.brief.words import Shown, Span, Words, capital, value_words, words
from paget.figures import State

Remark = tuple[str, int] | None
"""A few words under a value, with the number of their basis."""


def tile(
    label: str,
    shown: Shown,
    remarks: list[Remark],
    finding: Finding,
    *,
    unit: str = "",
    pips: Pips | None = None,
) -> Tile:
    """A tile; the basis stands at the value where no remark under it refers to it."""
    basis = finding.basis
    if finding.applies == "unknown" and shown.certainty != "unknown":
        remarks = [(IF_IT_APPLIES, 0), *remarks]
        shown = Shown(shown.text, "partly")
    said = [remark for remark in remarks if remark is not None and remark[0]]
    unknown = shown.certainty == "unknown"
    state: State | None = "unknown" if unknown else None
    value = words(shown.span, Span(f" {unit}", "small") if unit and not unknown else "")
    if basis and all(number_ != basis for _, number_ in said):
        value = (*value[:-1], replace(value[-1], basis=basis))
    return Tile(label, value, _sentences(said), state, pips)


def _sentences(said: list[tuple[str, int]]) -> Words:
    spans: list[Span] = []
    for index, (text, basis) in enumerate(said):
        last = index == len(said) - 1
        spans.append(Span(f"{capital(text)}{'' if last else '.'}", "", basis))
        if not last:
            spans.append(Span(" "))
    return tuple(spans)


def said(findings: Findings, name: str, lead: str, unit: str = "") -> Remark:
    """A finding as a remark: its value after a few words."""
    if not findings.surely(name):
        return None
    text = f"{lead} {value_words(findings.value(name), unit).text}".strip()
    return qualified(findings, name, text), findings.basis(name)


def qualified(findings: Findings, name: str, text: str) -> str:
    """A remark that says whether the finding is at a boundary, and whether its rule is confirmed."""
    finding = findings[name]
    said = ["at the boundary"] if finding.at_boundary else []
    said += [] if finding.confirmed else ["rule unconfirmed"]
    return f"{text} ({', '.join(said)})" if text and said else text or ", ".join(said)
