"""Whatever a record holds: the brief is well-formed, and says nothing from after its day."""

from __future__ import annotations

import json
import re
from types import SimpleNamespace
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.page_checks import Page
from tests.random_cases import FIRST, LAST, cases

from paget import brief
from paget.assessment import rules_of
from paget.brief.calendar import Calendar
from paget.brief.fact_words import FACTS
from paget.brief.practice import Practice
from paget.days import write_day
from paget.knowledge import Knowledge
from paget.record.case import Case
from paget.record.tables import TABLES

STAGING = Practice.of(Knowledge.load()).staging
FEW = settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
OBEYED = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e]")


def findings_of(case: Case, on: int, **more: Any) -> list[dict[str, Any]]:
    day: Any = on if case.is_relative else write_day(on)
    tumours = [row.tumour_id for row in case.tumours] or [""]
    return [
        {
            "patient": case.patient_id,
            "tumour": name,
            "as_of": day,
            "knowledge": "k",
            "overlays": [],
            "findings": more,
        }
        for name in tumours
    ]


def without_later_rows(case: Case, on: int) -> SimpleNamespace:
    """The case without the rows whose day, or the day at which they became known, is surely after a day."""
    calendar = Calendar(on, case.is_relative)
    tables: dict[str, Any] = {"patient": case.patient, "tumours": case.tumours, "targets": case.targets}
    for name, table in TABLES.items():
        if table.day and name != "tumours":
            days = (table.day, "known_day")
            tables[name] = [
                row
                for row in getattr(case, name)
                if all(calendar.was(calendar.read(getattr(row, column))) for column in days)
            ]
    return SimpleNamespace(**tables)


@settings(FEW, max_examples=10)  # a terminal page takes rich a tenth of a second
@given(cases(), st.integers(FIRST, LAST))
def test_any_case_can_be_printed(case: Case, on: int) -> None:
    text = brief.text(brief.data(case, findings_of(case, on)))
    assert not OBEYED.search(text)
    assert max(map(len, text.splitlines())) <= 80


@FEW
@given(cases(), st.integers(FIRST, LAST))
def test_any_case_gives_a_sound_page(case: Case, on: int) -> None:
    data = brief.data(case, findings_of(case, on))
    html = brief.html(data)
    assert Page(html).problems == []
    assert not OBEYED.search(html)
    assert json.loads(json.dumps(brief.as_json(data)))["patient"] == data.patient


@FEW
@given(cases(), st.integers(FIRST, LAST))
def test_rows_from_after_the_day_change_nothing(case: Case, on: int) -> None:
    findings = findings_of(case, on)
    assert brief.html(brief.data(without_later_rows(case, on), findings)) == brief.html(
        brief.data(case, findings)
    )


TEXTS = st.text(max_size=12)
NUMBERS = st.integers(-10, 10**6) | st.floats(allow_nan=False, allow_infinity=False, width=32)
RANGES = st.tuples(NUMBERS, NUMBERS).map(lambda ends: {"low": min(ends), "high": max(ends)})
OPEN = st.fixed_dictionaries({"low": st.none() | NUMBERS, "high": st.none()})
STATES = st.sampled_from(["done", "done, too old", "not documented", "not needed"])
VALUES = {
    "criteria": st.sampled_from(["yes", "no", "unknown"]),
    "score": NUMBERS | RANGES | OPEN,
    "model": NUMBERS | RANGES | OPEN,
    "measure": NUMBERS | RANGES | OPEN | TEXTS | st.lists(TEXTS, max_size=3),
    "classes": TEXTS | st.lists(TEXTS, max_size=3),
    "schedule": st.dictionaries(TEXTS, STATES | st.lists(STATES, min_size=1, max_size=3), max_size=4),
}
"""What each kind of rule gives; null where it does not apply."""

SOURCES = st.fixed_dictionaries(
    {"authors": TEXTS}, optional={"year": st.integers(1900, 2100), "journal": TEXTS}
)
REMARKS = st.lists(
    st.fixed_dictionaries({"finding": TEXTS, "source": SOURCES, "n": st.integers(1, 10**6)}), max_size=2
)


def a_finding(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(
        {"kind": st.just(kind), "value": st.none() | VALUES[kind]},
        optional={
            "unit": st.sampled_from([None, "day", "lesion", "point", "mm"]),
            "applies": st.sampled_from([True, False, "unknown"]),
            "title": TEXTS,
            "missing": st.lists(TEXTS, max_size=3),
            "because": st.lists(st.fixed_dictionaries({"fact": TEXTS, "value": RANGES | TEXTS}), max_size=8),
            "confirmed": st.booleans(),
            "source": SOURCES | st.lists(SOURCES, max_size=2),
            "contradicted_by": REMARKS,
            "group": TEXTS | st.lists(TEXTS, max_size=3),
            "reads": TEXTS,
            "validity": TEXTS,
            "at_boundary": st.booleans(),
        },
    )


FINDINGS = st.one_of([a_finding(kind) for kind in VALUES])
NAMES = st.sampled_from([*rules_of(Knowledge.load()), "new_score", "<b>"])
"""Of every finding that ships, of one that a hospital adds, of one that nobody should."""


MISSING = st.lists(
    st.fixed_dictionaries(
        {"fact": st.sampled_from([*FACTS, "ct_chest_age", "another fact"])},
        optional={
            "flips": st.integers(0, 9) | st.lists(NAMES, max_size=3),
            "settles": st.lists(NAMES, max_size=3),
            "resolved_by": TEXTS | st.just(STAGING),
        },
    ),
    max_size=9,
)


@settings(FEW, max_examples=100)
@given(st.dictionaries(NAMES, FINDINGS, max_size=14), MISSING, cases(relative=False))
def test_any_findings_give_a_sound_page(
    findings: dict[str, Any], missing: list[dict[str, Any]], case: Case
) -> None:
    assessed = [{**one, "most_informative_missing": missing} for one in findings_of(case, LAST, **findings)]
    data = brief.data(case, assessed)
    html = brief.html(data)
    assert Page(html).problems == []
    assert not OBEYED.search(html)
    for part in data.parts:
        named = [fact for item in part.missing for fact in item.facts]
        assert part.missing_more or len(named) == len(missing)
        amounts = [item.flips_count for item in part.missing]
        assert amounts == sorted(amounts, reverse=True)
