"""The worksheets of a case: each role's questions, prefilled from facts and findings, with what is missing.

A question is asked where its condition holds or may hold. One that lists the findings of a folder is left
out where none belongs to the case. What a person must judge stays open: nothing is answered that the record
does not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from paget.assessment.sheets import Question, Sheet, sheets_of
from paget.days import write_day
from paget.facts.declaration import Fact, FactTable
from paget.knowledge import Knowledge
from paget.rules import value_of

Json = dict[str, Any]

KNOWN: Final = "known"
PARTLY: Final = "in part"
UNKNOWN: Final = "not known"

TO_JUDGE: Final = "to judge"
STATES: Final = {KNOWN: "prefilled", PARTLY: "prefilled in part", UNKNOWN: "open"}
"""How far the record prefills a question; one without a source is for a person to judge. No question is
answered by paget: a role answers, and signs."""

_SETTLED: Final = ("done", "not needed")


def worksheets(
    knowledge: Knowledge,
    catalogue: Mapping[str, Fact],
    facts: FactTable,
    row: int,
    findings: Mapping[str, Json],
    *,
    dates: bool = True,
    roles: Iterable[str] = (),
) -> list[Json]:
    """The worksheets of one decision, as data.

    Args:
        knowledge: the knowledge in force.
        catalogue: the declarations of the facts.
        facts: one row a decision.
        row: which decision.
        findings: about it, by name.
        dates: write days as dates; else as days from the patient's origin.
        roles: only these; none: all.

    Returns:
        One mapping a sheet: ``name, title, role, organ, applies, questions, source, confirmed, rule``. A
        question has ``asks, about, state, applies, answers, missing, note``; an answer is a fact or finding
        with ``name, title, value, unit, day, age_days, confirmed, rule, known``; what is missing has
        ``fact, resolved_by``.
    """
    wanted = frozenset(roles)
    case = _Case(catalogue, facts, row, findings, dates)
    return [
        sheet
        for each in sheets_of(knowledge)
        if (not wanted or each.role in wanted) and (sheet := case.sheet(each)) is not None
    ]


class _Case:
    """The facts and findings of one decision, asked by name."""

    def __init__(
        self,
        catalogue: Mapping[str, Fact],
        facts: FactTable,
        row: int,
        findings: Mapping[str, Json],
        dates: bool,
    ) -> None:
        self.catalogue, self.facts, self.row, self.dates = catalogue, facts, row, dates
        self.findings = findings

    def sheet(self, sheet: Sheet) -> Json | None:
        """A worksheet; None where it does not belong to the case."""
        applies = self.holds(sheet.when)
        questions = [found for one in sheet.questions if (found := self.question(one)) is not None]
        if applies == "no" or not questions:
            return None
        return {
            "name": sheet.file.name,
            "title": sheet.file.title,
            "role": sheet.role,
            "organ": sheet.organ or None,
            "applies": applies,
            "questions": questions,
            "source": sheet.file.source,
            "confirmed": sheet.file.confirmed,
            "rule": sheet.file.path,
        }

    def question(self, question: Question) -> Json | None:
        """A question with what is known of it; None where it does not belong to the case."""
        applies = self.holds(question.when)
        named = dict.fromkeys(name for source in question.sources for name in self.named(source))
        answers = [answer for name in named if (answer := self.answer(name)) is not None]
        only_folders = bool(question.sources) and all(source.endswith("/") for source in question.sources)
        if applies == "no" or (only_folders and not answers):
            return None
        return {
            "asks": question.asks,
            "about": question.about,
            "applies": applies,
            "state": _state(answers),
            "answers": answers,
            "missing": self.missing(answers),
            "note": question.note,
        }

    def named(self, source: str) -> list[str]:
        """The facts and findings that a source names: itself, or all findings whose files lie in a folder."""
        if source.endswith("/"):
            return [
                name for name, finding in self.findings.items() if str(finding["rule"]).startswith(source)
            ]
        return [source] if source in self.catalogue or source in self.findings else []

    def holds(self, when: Mapping[str, tuple[str, ...]]) -> str:
        """Whether facts and findings have the answers wanted: yes, no or unknown."""
        answer = "yes"
        for name, wanted in when.items():
            possible = self.possible(name)
            if possible is not None and not possible & set(wanted):
                return "no"
            if possible is None or not possible <= set(wanted):
                answer = "unknown"
        return answer

    def possible(self, name: str) -> set[str] | None:
        """The answers still possible; None: any."""
        if name in self.catalogue:
            value = value_of(self.facts[name].value, self.row)
        else:
            finding = self.findings.get(name, {})
            if finding.get("applies") is not True:
                return None if finding.get("applies") == "unknown" else set()
            value = finding["value"]
        if isinstance(value, list):
            return set(map(str, value))
        return None if value == "unknown" or not isinstance(value, str) else {value}

    def answer(self, name: str) -> Json | None:
        """What a fact or finding says; None for a finding that does not belong to the case."""
        if name in self.findings:
            finding = self.findings[name]
            if finding["applies"] is False:
                return None
            day, age = self.day(name) if name in self.catalogue else (None, None)
            return {
                "name": name,
                "title": finding["title"],
                "value": finding["value"],
                "unit": finding["unit"],
                "day": day,
                "age_days": age,
                "confirmed": finding["confirmed"],
                "rule": finding["rule"],
                "known": _known(finding["value"], self.classes(name), 0.0),
                "missing": list(finding["missing"]),
            }
        fact = self.catalogue[name]
        value = value_of(self.facts[name].value, self.row)
        known = _known(value, fact.classes, fact.minimum)
        day, age = self.day(name)
        return {
            "name": name,
            "title": fact.title,
            "value": value,
            "unit": fact.unit or None,
            "day": day,
            "age_days": age,
            "confirmed": None,
            "rule": None,
            "known": known,
            "missing": [] if known == KNOWN else [name],
        }

    def classes(self, name: str) -> tuple[str, ...]:
        """Every class that a finding may have."""
        if name in self.catalogue:
            return self.catalogue[name].classes
        explained = self.findings[name].get("explanation") or ()
        return tuple(dict.fromkeys(str(one["is"]) for one in explained if "is" in one))

    def day(self, name: str) -> tuple[Any, Any]:
        """The day on which a fact was established, and how old it is; None where it has none."""
        day = self.facts[name].day
        if day is None:
            return None, None
        low, high = float(day.low[self.row]), float(day.high[self.row])
        if not (np.isfinite(low) and np.isfinite(high)):
            return None, None
        age = int(self.facts.as_of[self.row] - high), int(self.facts.as_of[self.row] - low)
        written = write_day(int(low), int(high)) if self.dates else [int(low), int(high)]
        return written, age[0] if age[0] == age[1] else {"low": age[0], "high": age[1]}

    def missing(self, answers: list[Json]) -> list[Json]:
        """The facts that would settle a question, each once, with what resolves it."""
        names = dict.fromkeys(name for answer in answers for name in answer.pop("missing"))
        return [
            {"fact": name, "resolved_by": self.catalogue[name].resolved_by if name in self.catalogue else ""}
            for name in names
        ]


def _state(answers: list[Json]) -> str:
    if not answers:
        return TO_JUDGE
    known = {str(answer["known"]) for answer in answers}
    return STATES[known.pop() if len(known) == 1 else PARTLY]


def _known(value: Any, classes: tuple[str, ...], minimum: float) -> str:
    """How far a value is known.

    >>> _known({"low": 2, "high": None}, (), 0), _known({"low": 0, "high": None}, (), 0), _known("no", (), 0)
    ('in part', 'not known', 'known')
    """
    if isinstance(value, Mapping) and value.keys() == {"low", "high"}:
        low, high = value["low"], value["high"]
        return UNKNOWN if high is None and (low is None or low <= minimum) else PARTLY
    if isinstance(value, Mapping):  # a schedule: the state of each examination
        settled = [state in _SETTLED for state in value.values()]
        return KNOWN if all(settled) else PARTLY if any(settled) else UNKNOWN
    if isinstance(value, list):
        return UNKNOWN if classes and set(classes) <= set(value) else PARTLY
    return UNKNOWN if value in (None, "unknown") else KNOWN
