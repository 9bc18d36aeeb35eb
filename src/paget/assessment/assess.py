"""The assessment of a case or a registry: every finding, as of a day, with its basis and what is missing.

Findings are those of the knowledge in force, evaluated on facts as of the decision day. A case also
gets the missing facts in the order of how much they could change.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

from paget.assessment import here
from paget.assessment.before_drugs import put_beside
from paget.assessment.past_operations import told
from paget.assessment.worksheet import worksheets
from paget.days import read_day, write_day
from paget.errors import BadInput, NotFound
from paget.facts.catalogue import catalogue
from paget.facts.declaration import FactTable
from paget.facts.derive import Moment, ask, derive, with_earlier
from paget.knowledge import Knowledge
from paget.record import Record
from paget.record.cycles import without_search_for_cycles
from paget.record.prepared import prepared
from paget.rules import Results, RuleSet, compile_rules, findings, rank, value_of


@dataclass(frozen=True, slots=True)
class Assessment:
    """The findings about one tumour of one patient on one day.

    Attributes:
        patient, tumour: who and which primary; tumour "" when none is recorded.
        as_of: the decision day, ISO 8601, or a day number in a record with relative days.
        day: the same as an integer.
        knowledge: hash of the knowledge in force.
        overlays: what each overlay file does.
        findings: by name.
        most_informative_missing: the missing facts, the most decisive first.
        operations: each operation that was done, as it was on its day: day, and findings about it by name.
        worksheets: of the roles of the board; None: not asked for.
    """

    patient: str
    tumour: str
    as_of: str | int
    day: int
    knowledge: str
    overlays: list[dict[str, Any]]
    findings: dict[str, Any]
    most_informative_missing: list[dict[str, Any]] = field(default_factory=list)
    worksheets: list[dict[str, Any]] | None = None
    operations: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """As plain data, for JSON."""
        asked = {} if self.worksheets is None else {"worksheets": self.worksheets}
        return {
            "patient": self.patient,
            "tumour": self.tumour or None,
            "as_of": self.as_of,
            "knowledge": self.knowledge,
            "overlays": self.overlays,
            "findings": self.findings,
            "operations": self.operations,
            "most_informative_missing": self.most_informative_missing,
            **asked,
        }


@lru_cache(maxsize=8)
def rules_of(knowledge: Knowledge) -> RuleSet:
    """The rules of a set of knowledge, read once a process."""
    return compile_rules(knowledge, catalogue(knowledge))


def day_number(on: str | int | None) -> int | None:
    """A decision day as a number of days: from ISO 8601, or as it is in relative records.

    Raises:
        BadInput: not a single day.

    >>> day_number("1970-01-31")
    30
    """
    if on is None or isinstance(on, int):
        return on
    if _counted(on):
        return int(on)
    try:
        first, last = read_day(on)
    except ValueError:
        first, last = 0, 1
    if first != last:
        raise BadInput("the decision day is not a day", where="--on", mend="write it as 2025-11-18")
    return first


def _counted(on: str) -> bool:
    """Whether a day is written as a number of days from an origin; four digits are a year."""
    return on.lstrip("-").isdigit() and len(on) != 4


def refuse_another_base(on: str | int | None, facts: FactTable) -> None:
    """A date asks of records with dates, a number of days of records with relative days.

    Raises:
        BadInput: 20250624, which would be a day thousands of years ahead; or a date for days without one.
    """
    if not isinstance(on, str) or facts.dates is None or not len(facts):
        return
    others = int((facts.dates if _counted(on) else ~facts.dates).sum())
    if others and _counted(on):
        why = f"{others} of {len(facts)} decisions are about records with dates"
        raise BadInput("the decision day is not a date", where="--on", why=why, mend="write it as 2025-06-24")
    if others:
        why = f"{others} of {len(facts)} decisions are about records with days from an origin"
        raise BadInput("the decision day is a date", where="--on", why=why, mend="give a number of days")


def assess(
    record: Record,
    on: str | int | None = None,
    *,
    tumour: str | None = None,
    patient: str | None = None,
    overlays: Iterable[str | Path] = (),
    ranking: bool = True,
    roles: Iterable[str] | None = None,
) -> list[Assessment]:
    """Assess every patient of a record, one assessment for each primary.

    Args:
        record: the record.
        on: the decision day; default: the last known day of each patient's record.
        tumour: only this primary.
        patient: only this patient.
        overlays: folders of a hospital's own knowledge.
        ranking: also rank what is missing.
        roles: also make the worksheets of these roles; none named: of all.

    Raises:
        NotFound: no such patient or primary.
        BadInput: the decision day is not a day.
    """
    found = each(record, on, tumour=tumour, patient=patient, overlays=overlays, ranking=ranking, roles=roles)
    return list(found)


def each(
    record: Record,
    on: str | int | None = None,
    *,
    tumour: str | None = None,
    patient: str | None = None,
    overlays: Iterable[str | Path] = (),
    ranking: bool = True,
    roles: Iterable[str] | None = None,
) -> Iterator[Assessment]:
    """The same, one after another, for a registry that is written line by line."""
    if patient is not None:
        record = record.only(patient)
    knowledge = Knowledge.load(overlays)
    rules = rules_of(knowledge)
    with without_search_for_cycles():  # lists and arrays form none
        ready = prepared(record)
        decisions, moments = with_earlier(ready, ask(ready, day_number(on), tumour), knowledge)
        facts = derive(ready, decisions, knowledge)
        results = rules.evaluate(facts)
    asked_for = sum(moment is Moment.ASKED for moment, _ in moments)
    if tumour is not None and not asked_for:
        raise NotFound("no such primary is known on that day", mend="`paget read` lists the primaries")
    if on is None and not asked_for:
        raise BadInput("no day is recorded", where="the whole record", mend="give the decision day (--on)")
    refuse_another_base(on, facts)
    beside: dict[tuple[Moment, int], list[int]] = defaultdict(list)
    for row, moment in enumerate(moments):
        beside[moment].append(row)
    changes = [_change(change) for change in knowledge.overlays]
    asked = None if roles is None else tuple(roles)

    def one(row: int) -> Assessment:
        day = int(facts.as_of[row])
        dates = facts.dates is None or bool(facts.dates[row])
        found = findings(results, row, dates=dates)
        for earlier in beside[Moment.BEFORE_DRUGS, row]:
            put_beside(found, results, earlier, dates=dates)
        here.put_beside(found, knowledge, day if dates else None)
        return Assessment(
            str(facts.patient_id[row]),
            str(facts.tumour_id[row]),
            write_day(day) if dates else day,
            day,
            knowledge.hash,
            changes,
            found,
            rank(rules, facts, row, results, _asked(results, row)) if ranking else [],
            None
            if asked is None
            else worksheets(knowledge, rules.catalogue, facts, row, found, dates=dates, roles=asked),
            told(results, beside[Moment.OPERATION, row], dates=dates),
        )

    for row in range(asked_for):
        with without_search_for_cycles():
            assessment = one(row)
        yield assessment


def _asked(results: Results, row: int) -> frozenset[str] | None:
    """The findings whose missing facts are ranked; None: all.

    Where the decision is about no primary and nothing of one was seen, whatever only may belong to it is
    not asked: nobody stages a cancer to decide on a second operation for weight loss.
    """
    about, seen, standing = (
        value_of(results.facts[name].value, row)
        for name in ("about_a_tumour", "has_metastasis", "lesions_to_clear")
    )
    least = standing["low"] if isinstance(standing, dict) else standing
    if about != "no" or seen == "yes" or least > 0:
        return None
    return frozenset(name for name in results if results[name].applies.sign.item(row) > 0)


def _change(change: Any) -> dict[str, Any]:
    return {name: getattr(change, name) for name in change.__slots__} if hasattr(change, "__slots__") else {}
