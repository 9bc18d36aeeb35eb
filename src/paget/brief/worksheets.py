"""The worksheets of the board in words: each role's questions, with what is known and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from paget.brief.asked import Asked, Prefilled, Worksheet
from paget.brief.fact_words import fact_words
from paget.brief.findings import IF_IT_APPLIES, Findings
from paget.brief.words import capital, count_word, value_words, visible
from paget.figures import State

_STATES: Final[Mapping[str, State]] = {"prefilled": "yes"}
_MOST_MISSING: Final = 4


def worksheets(assessment: Mapping[str, Any], findings: Findings) -> tuple[Worksheet, ...]:
    """The worksheets of an assessment that has some, in order of the roles."""
    return tuple(_worksheet(sheet, findings) for sheet in assessment.get("worksheets") or ())


def _worksheet(sheet: Mapping[str, Any], findings: Findings) -> Worksheet:
    headings: dict[str, list[Asked]] = {}
    for question in sheet["questions"]:
        headings.setdefault(visible(question["about"], 60), []).append(_asked(question, findings))
    every = [asked for group in headings.values() for asked in group]
    ready = sum(asked.state == "yes" for asked in every)
    questions = "question" if len(every) == 1 else "questions"
    organ = f", {visible(sheet['organ'], 40)}" if sheet["organ"] else ""
    maybe = f", {IF_IT_APPLIES}" if sheet["applies"] == "unknown" else ""
    return Worksheet(
        role=capital(visible(sheet["role"], 40)) + organ + maybe,
        title=visible(sheet["title"], 120) + maybe,
        counted=f"{count_word(len(every))} {questions}, {count_word(ready)} prefilled",
        headings=tuple((capital(about), tuple(group)) for about, group in headings.items()),
        rule=visible(sheet["rule"], 120),
    )


def _asked(question: Mapping[str, Any], findings: Findings) -> Asked:
    missing = dict.fromkeys(fact_words(str(one["fact"])).name for one in question["missing"])
    maybe = f", {IF_IT_APPLIES}" if question["applies"] == "unknown" else ""
    return Asked(
        asks=visible(question["asks"], 240) + maybe,
        state=_STATES.get(question["state"], "unknown"),
        says=visible(question["state"], 40),
        known=tuple(_prefilled(one, findings) for one in question["answers"] if one["known"] != "not known"),
        missing=_counted(list(missing)),
        note=visible(question["note"], 240),
    )


def _counted(names: Sequence[str]) -> tuple[str, ...]:
    more = len(names) - _MOST_MISSING
    return tuple(names) if more <= 1 else (*names[:_MOST_MISSING], f"{more} more")


def _prefilled(answer: Mapping[str, Any], findings: Findings) -> Prefilled:
    name = str(answer["name"])
    if name in findings:
        found = findings[name]
        value = found.shown[0].text if found.shown else ""
        return Prefilled(found.title, value, found.confirmed, found.basis)
    day = (
        f" ({findings.calendar.write(findings.calendar.read(answer['day']))})"
        if isinstance(answer["day"], str)
        else ""
    )
    value = value_words(answer["value"], answer["unit"]).text
    return Prefilled(capital(fact_words(name).name), value + day, True, 0)
