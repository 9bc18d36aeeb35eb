"""Staging of one primary: each region that is demanded, its last study, and whether that is young enough."""

from __future__ import annotations

from typing import Any

from paget.brief.calendar import Day
from paget.brief.case_view import CaseView
from paget.brief.footnotes import Footnotes
from paget.brief.names import kind_words
from paget.brief.practice import Practice
from paget.brief.rows import Examination
from paget.brief.words import capital, listed
from paget.facts.value_sets import Region

TITLE = "Staging that the counts rest on"


def staging(view: CaseView, practice: Practice) -> tuple[Examination, ...]:
    """A line for each region demanded; none when the site of the primary is not known."""
    tumour = view.tumour
    if tumour is None:
        return ()
    return tuple(
        _line(view, name, region) for name, region in practice.regions(tumour.site, tumour.histology)
    )


def _line(view: CaseView, name: str, region: Region) -> Examination:
    studies = [
        (day, row)
        for row in view.rows("studies")
        if row.kind in region.ages
        and set(row.covers or ()) & set(region.covers)
        and (day := view.day(row, "day")) is not None
    ]
    if not studies:
        ages = sorted(set(region.ages.values()))
        return Examination(capital(name), "", "unknown", "not documented", "", _limits(ages), 0)
    closing = [study for study in studies if _closes(view, region, *study)]
    day, row = max(closing or studies, key=lambda study: study[0])
    kind = kind_words(row.kind)
    return Examination(
        name=capital(name),
        fact="",
        state="yes" if closing else "unknown",
        says=kind if closing else f"{kind}, too old",
        age=view.calendar.age_words(day),
        limit=str(region.ages[row.kind]),
        basis=0,
        kinds=(row.kind,),
        late=not closing,
        days=view.calendar.age(day),
    )


def _closes(view: CaseView, region: Region, day: Day, row: Any) -> bool:
    return bool(day[0] >= view.calendar.as_of - region.ages[row.kind])


def _limits(ages: list[int]) -> str:
    return listed((str(age) for age in ages), "or")


def staging_basis(lines: tuple[Examination, ...], practice: Practice, footnotes: Footnotes) -> int:
    """The note of the lines."""
    return footnotes.add(
        "Staging that the disease demands",
        listed(f"{line.name.lower()} {line.says}{f' {line.age}' if line.age else ''}" for line in lines),
        "A count of metastases closes only when each of these regions is covered by a study that is young "
        "enough",
        source=practice.source,
        rule=practice.rule,
        confirmed=practice.confirmed,
    )


def regions_words(lines: tuple[Examination, ...]) -> str:
    """The regions that no study closes, "chest and pelvis"; all of them where each is closed."""
    return listed(line.name.lower() for line in _open(lines) or lines)


def staging_title(lines: tuple[Examination, ...]) -> str:
    """What is to be got: "Staging of chest and pelvis"."""
    return f"Staging of {regions_words(lines)}"


def _open(lines: tuple[Examination, ...]) -> list[Examination]:
    return [line for line in lines if line.state != "yes"]


def lacking(lines: tuple[Examination, ...]) -> str:
    """What is wrong with the regions that no study closes, in words; "" when each is closed.

    Where it is the same of each, the regions are not named.
    """
    states = _states(lines)
    if len(states) == 1:
        return next(iter(states))
    return "; ".join(f"{listed(names)} {state}" for state, names in states.items())


def why_open(lines: tuple[Examination, ...]) -> str:
    """Which regions no study closes, as a sentence goes on; "" when each is closed."""
    return "; ".join(f"staging of {listed(names)} is {state}" for state, names in _states(lines).items())


def _states(lines: tuple[Examination, ...]) -> dict[str, list[str]]:
    """What is wrong, and with which regions."""
    states: dict[str, list[str]] = {}
    for line in _open(lines):
        past = f"too old, {line.age}, limit {line.limit}" if line.late else line.says
        states.setdefault(past, []).append(line.name.lower())
    return states
