"""Factors side by side: whether this case has each, what each source says of it; nothing is multiplied."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.findings import Findings, state_of
from paget.brief.footnotes import short_source
from paget.brief.tables import Effect, Factor, FactorTable
from paget.brief.words import capital, number, unit_words, visible

KIND: Final = "factors"


def factor_table(findings: Findings, name: str) -> FactorTable:
    """The table of one finding that is made of factors."""
    raw, finding = findings.raw[name], findings[name]
    factors = [_factor(findings, entry) for entry in raw.get("explanation") or () if entry.get("asks")]
    factors.sort(key=lambda factor: ("yes", "unknown", "no").index(factor.state))  # stable
    return FactorTable(
        name=name,
        title=finding.title,
        applies=finding.applies,
        factors=tuple(factors),
        remarks=(*finding.against, *finding.beside),
        confirmed=finding.confirmed,
        basis=finding.basis,
    )


def _factor(findings: Findings, entry: Mapping[str, Any]) -> Factor:
    has = visible(entry.get("has") or "", 60)
    return Factor(
        asks=visible(entry["asks"], 120),
        state=state_of(entry.get("truth")),
        has="" if has == "not known" else has,
        effects=tuple(_effect(findings, one) for one in entry.get("effects") or ()),
    )


def _effect(findings: Findings, effect: Mapping[str, Any]) -> Effect:
    said = ", ".join(_said(effect))
    return Effect(
        text=f"{capital(visible(effect.get('measure') or 'effect', 80))} {said}".strip(),
        source=capital(short_source(effect.get("source"))) or "Source not recorded",
        cites=findings.notes.cite(effect.get("source")),
        confirmed=effect.get("confirmed") is True,
    )


def _said(effect: Mapping[str, Any]) -> Iterator[str]:
    """The figure with its unit and interval, in how many, in whom."""
    unit = unit_words(visible(effect.get("unit") or "", 20))
    value, interval = effect.get("value"), effect.get("interval")
    between = " to ".join(map(_figure, interval)) if isinstance(interval, list | tuple) else ""
    if "with" in effect or "without" in effect:
        with_it, without = (f"{_figure(effect.get(key))} {unit}".strip() for key in ("with", "without"))
        yield f"{with_it} with it, {without} without"
    elif value is not None:
        yield f"{_figure(value)} {unit}".strip() + (f" ({between})" if between else "")
    elif between:
        yield f"{between} {unit}".strip()
    if isinstance(effect.get("n"), int | float):
        yield f"n {number(effect['n'])}"
    for key in ("population", "note"):
        if effect.get(key):
            yield visible(effect[key], 160)


def _figure(value: Any) -> str:
    """A figure as its source prints it.

    >>> _figure(1.62), _figure(2.0), _figure("3 of 4")
    ('1.62', '2', '3 of 4')
    """
    if isinstance(value, bool) or not isinstance(value, int | float):
        return "not given" if value is None else visible(value, 40)
    return f"{value:,.10g}"
