"""What is missing, most decisive first, and which examinations are done, too old or not documented."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from paget.brief.findings import Findings, name_words
from paget.brief.page import Examination, Missing
from paget.brief.words import bounds, capital, listed, range_words, visible
from paget.figures import State

MOST: Final = 6

_SETTLED: Final = frozenset({"done", "not needed"})
_LIMIT: Final = re.compile(r"at most (\d+(?:\.\d+)?) (day|days|week|weeks|month|months)\b")


def examinations(findings: Findings) -> tuple[tuple[Examination, ...], str]:
    """The lines of all schedules that apply, and the title of the first one."""
    lines: dict[str, Examination] = {}
    title = ""
    for name in findings.shown:
        raw = findings.raw[name]
        value = raw.get("value")
        if raw.get("kind") != "schedule" or not isinstance(value, Mapping):
            continue
        title = title or findings[name].title + ("" if findings.surely(name) else ", if it applies")
        for examination, state in value.items():
            line = _examination(findings, name, raw, str(examination), state)
            lines.setdefault(line.name.lower(), line)
    return tuple(lines.values()), title


def _examination(
    findings: Findings, name: str, raw: Mapping[str, Any], examination: str, state: Any
) -> Examination:
    possible = [state] if isinstance(state, str) else list(state or ())
    glyph: State = "yes" if possible and all(each in _SETTLED for each in possible) else "unknown"
    asked = next(
        (
            str(line.get("asks", ""))
            for line in raw.get("explanation") or ()
            if isinstance(line, Mapping) and str(line.get("asks", "")).startswith(f"{examination}:")
        ),
        "",
    )
    limit = _LIMIT.search(asked)
    limit_words = "" if limit is None else f"{limit[1]} {limit[2].removesuffix('s')}s"
    fact, age = _age(raw, examination, asked)
    return Examination(
        name=visible(examination, 60),
        fact=fact,
        state=glyph,
        says=visible(listed(possible, "or") or "not documented", 80),
        age=age,
        limit=limit_words.removesuffix(" days"),
        basis=findings.basis(name),
    )


def _age(raw: Mapping[str, Any], examination: str, asked: str) -> tuple[str, str]:
    """The fact that is the age of an examination, and that age in words."""
    wanted = _slug(examination)
    asked_for = _slug(asked.removeprefix(f"{examination}:"))
    fact = asked_for.partition("_at_most")[0]
    for entry in raw.get("because") or ():
        name = str(entry.get("fact", ""))
        ends = bounds(entry.get("value"))
        if ends is None or name not in (fact, f"{wanted}_age"):
            continue
        if ends[1] is None:
            return fact, ""
        text = range_words(*ends, least=None).text
        return fact, "today" if text == "0" else "1 day" if text == "1" else f"{text} days"
    return fact, ""


def _slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")


def missing(
    assessment: Mapping[str, Any], findings: Findings, workup: tuple[Examination, ...]
) -> tuple[tuple[Missing, ...], int]:
    """The facts that could change most, and how many more there are."""
    entries = [
        entry for entry in assessment.get("most_informative_missing") or () if isinstance(entry, Mapping)
    ]
    applying = max(1, len(findings.shown))
    return tuple(_missing(entry, findings, workup, applying) for entry in entries[:MOST]), max(
        0, len(entries) - MOST
    )


def _missing(
    entry: Mapping[str, Any], findings: Findings, workup: tuple[Examination, ...], applying: int
) -> Missing:
    fact = visible(entry.get("fact", ""), 80)
    flips, settles = entry.get("flips"), entry.get("settles") or ()
    named = [str(name) for name in (flips if isinstance(flips, list | tuple) else settles)]
    count = len(named) if isinstance(flips, list | tuple) else int(flips or 0)
    if not named:
        named = [name for name in findings.shown if fact in (findings.raw[name].get("missing") or ())]
    resolved = visible(entry.get("resolved_by") or "", 160)
    return Missing(
        fact=fact,
        title=capital(name_words(fact.removesuffix("_age"))),
        state=_state(fact, resolved, workup),
        flips=tuple(findings[name].title if name in findings else name_words(name) for name in named),
        flips_count=count,
        share=min(1.0, count / applying),
        resolved_by=resolved,
    )


def _state(fact: str, resolved_by: str, workup: tuple[Examination, ...]) -> str:
    """How the examination that would settle it stands: too old with its age and limit, or not documented."""
    for line in workup:
        name = _slug(line.name)
        if fact.removesuffix("_age") in (name, line.fact.removesuffix("_age")) or (
            resolved_by and name in _slug(resolved_by)
        ):
            if line.says.startswith("done, too old"):
                age = ", ".join(
                    part for part in (line.age, f"limit {line.limit}" if line.limit else "") if part
                )
                return f"too old, {age}" if age else "too old"
            return "" if line.says == "done" else line.says
    return ""
