"""Examinations of a schedule: done, too old or not documented; what of the course is past its limit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from paget.brief.findings import IF_IT_APPLIES, Findings
from paget.brief.practice import Practice
from paget.brief.rows import Examination
from paget.brief.words import bounds, capital, count_word, listed, range_words, visible
from paget.figures import State

_SETTLED: Final = frozenset({"done", "not needed"})
_MOST_NAMED: Final = 5
_TOO_OLD: Final = "done, too old"


def examinations(
    findings: Findings, practice: Practice, *, surely: bool = False
) -> tuple[tuple[Examination, ...], str]:
    """The lines of all schedules that apply or may, and the title of the one, or how many they are.

    Args:
        findings: of the case.
        practice: what examinations are.
        surely: give none when it is of no schedule known whether it applies.
    """
    lines: dict[str, Examination] = {}
    titles: list[str] = []
    schedules = [name for name in findings.shown if findings.raw[name].get("kind") == "schedule"]
    sure = [name for name in schedules if findings.surely(name)]
    if surely and not sure:
        return (), ""
    for name in dict.fromkeys(sure + schedules):
        raw = findings.raw[name]
        value = raw.get("value")
        if not isinstance(value, Mapping):
            continue
        titles.append(findings.title(name) + ("" if findings.surely(name) else f", {IF_IT_APPLIES}"))
        for examination, state in value.items():
            line = _examination(findings, name, raw, str(examination), state, practice)
            lines.setdefault(line.name.lower(), line)
    several = f"Workup by {count_word(len(titles))} schedules"
    return tuple(lines.values()), several if len(titles) > 1 else "".join(titles)


def _examination(
    findings: Findings, name: str, raw: Mapping[str, Any], examination: str, state: Any, practice: Practice
) -> Examination:
    possible = [state] if isinstance(state, str) else [str(one) for one in state or ()]
    glyph: State = "yes" if possible and all(each in _SETTLED for each in possible) else "unknown"
    fact, limit = practice.line(str(raw.get("rule") or ""), examination, raw.get("limits") or {})
    days, age = _age(raw, fact)
    return Examination(
        name=capital(visible(examination, 60)),
        fact=fact,
        state=glyph,
        says=visible(listed(possible, "or") or "not documented", 80),
        age=age,
        limit=visible(limit, 20).removesuffix(" days"),
        basis=findings.basis(name),
        kinds=practice.kinds.get(fact, ()),
        late=bool(possible) and all(each == _TOO_OLD for each in possible),
        days=days,
    )


def _age(raw: Mapping[str, Any], fact: str) -> tuple[tuple[int, int] | None, str]:
    """How old an examination is, in days and in words."""
    for entry in raw.get("because") or ():
        ends = bounds(entry.get("value")) if isinstance(entry, Mapping) else None
        if ends is None or not fact or entry.get("fact") != fact:
            continue
        if ends[0] is None or ends[1] is None:
            return None, ""
        text = range_words(*ends, least=None).text
        words = "today" if text == "0" else "1 day" if text == "1" else f"{text} days"
        return (int(ends[0]), int(ends[1])), words
    return None, ""


def gist(lines: Sequence[Examination]) -> str:
    """How much of it is done and young enough, what is too old, what is not documented.

    >>> gist([Examination("CT", "", "yes", "done", "9 days", "56", 0)])
    '1 of 1 done and young enough.'
    """
    done = [line for line in lines if line.state == "yes"]
    late = [line.name for line in lines if line.late]
    rest = [line.name for line in lines if line.state != "yes" and not line.late]
    said = [f"{len(done)} of {len(lines)} done and young enough"]
    said += [f"too old: {_named(late)}"] if late else []
    said += [f"not documented: {_named(rest)}"] if rest else []
    return f"{'; '.join(said)}."


def _named(names: list[str]) -> str:
    return listed(names) if len(names) <= _MOST_NAMED else str(len(names))


def past_limit(lines: tuple[Examination, ...], kind: str, days: tuple[int, int] | None) -> str:
    """The limit that a study of this kind and age is past, in words; "" when it is not.

    Args:
        lines: of the schedules and of staging.
        kind: of study, or the marker.
        days: how old it is, least and most.
    """
    wanted = "mr" if kind.lower() == "mri" else kind.lower()
    return next(
        (line.limit for line in lines if line.late and wanted in line.kinds and line.days == days), ""
    )
