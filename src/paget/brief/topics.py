"""Which finding stands in which part of the page, and which of them are open: then they are only named.

A finding that no part names stands with its kind: a hospital's own score among the scores.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from paget.brief.criteria import IN_STRIP
from paget.brief.findings import Findings
from paget.brief.found import CriteriaGroup, Finding, Score
from paget.brief.outlook import is_open, outlooks
from paget.brief.places import ORDER, place
from paget.brief.side_by_side import KIND as FACTORS
from paget.brief.side_by_side import factor_table
from paget.brief.tables import FactorTable, Outlook, Topic
from paget.brief.words import count

_TITLES: Final = {
    "goal": "Does the goal shift",
    "disease": "What kind of disease",
    "removal": "May it be removed",
    "fitness": "Fit for it",
    "prognosis": "Prognosis",
}


def topics(
    findings: Findings, others: Sequence[Finding], groups: Sequence[CriteriaGroup], scores: Sequence[Score]
) -> tuple[Topic, ...]:
    """The parts that hold something, in the order in which a board asks.

    Args:
        findings: of the case.
        others: findings that are neither in the strip, nor criteria, scores or schedules.
        groups: criteria under the class that they decide.
        scores: scores and models.
    """
    lines = outlooks(findings, scores)
    placed = {name for line in lines for name in line.names}
    each = {finding.name: finding for finding in others if finding.name not in placed}
    tables = [factor_table(findings, name) for name, finding in each.items() if finding.kind == FACTORS]
    found = (_topic(key, findings, each, groups, lines, tables) for key in _TITLES)
    return tuple(topic for topic in found if topic is not None)


def _topic(
    key: str,
    findings: Findings,
    each: dict[str, Finding],
    groups: Sequence[CriteriaGroup],
    lines: Sequence[Outlook],
    tables: Sequence[FactorTable],
) -> Topic | None:
    here = [f for f in each.values() if f.kind != FACTORS and place(f.name, f.kind) == key]
    here.sort(key=lambda finding: ORDER.get(finding.name, -1))  # stable
    shown_groups = [group for group in groups if group.name and place(group.name) == key]
    kept = [group.name for group in shown_groups if _says_something(findings, group)]
    loose = [*_loose(groups, key), *_members(group for group in shown_groups if group.name not in kept)]
    rows = [f.name for f in here if not is_open(findings, f.name) and f.name not in kept]
    criteria = [name for name in loose if findings[name].certainty != "unknown"]
    criteria.sort(key=lambda name: ORDER.get(name, -1))
    open_ = [f.name for f in here if is_open(findings, f.name) and f.name not in kept]
    open_ += [name for name in loose if findings[name].certainty == "unknown"]
    ours = [line for line in lines if place(line.names[0], "score") == key]
    open_ += [line.names[0] for line in ours if line.open]
    shown = tuple(line for line in ours if not line.open)
    factors = tuple(table for table in tables if place(table.name, FACTORS) == key)
    if not (rows or criteria or open_ or kept or shown or factors):
        return None
    sure = tuple(name for name in open_ if findings.surely(name))
    known = len(rows) + len(criteria) + len(shown) + len(kept)
    return Topic(
        key=key,
        title=_TITLES[key],
        gist=_gist(known, len(sure), len(open_) - len(sure), len(factors)),
        rows=tuple(rows),
        groups=tuple(kept),
        criteria=tuple(criteria),
        open=sure,
        maybe=tuple(name for name in open_ if not findings.surely(name)),
        factors=factors,
        outlooks=shown,
    )


def _loose(groups: Sequence[CriteriaGroup], key: str) -> list[str]:
    """The criteria of this part that decide no class."""
    return [
        one.name for group in groups if not group.name for one in group.criteria if place(one.name) == key
    ]


def _members(groups: Iterator[CriteriaGroup]) -> list[str]:
    return [one.name for group in groups for one in group.criteria]


def _says_something(findings: Findings, group: CriteriaGroup) -> bool:
    """Whether a group is worth its rows: the state of the disease always, others when something is known."""
    return (
        group.name in IN_STRIP
        or not is_open(findings, group.name)
        or any(one.state != "unknown" for one in group.criteria)
    )


def _gist(known: int, open_: int, maybe: int, factors: int) -> str:
    said = [
        f"{known} known, or in part" if known else "",
        f"{open_} unknown" if open_ else "",
        f"{maybe} unknown that may not apply" if maybe else "",
        count(factors, "table of factors") if factors else "",
    ]
    return ", ".join(part for part in said if part)
