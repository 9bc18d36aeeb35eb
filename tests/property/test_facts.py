"""What holds for the facts and findings of every case: nothing from the future, and a blank only widens.

A finding is a set of values still possible. What became known after the decision day changes none of
them; a blank makes them wider and never excludes what was true. The exceptions are rows that contradict
themselves (see ``clinical_cases``).

Cases are assessed in companies, each with its variants, for a plan costs little more for a thousand rows.
`make test-load` looks at many more; PAGET_EXAMPLES says how many cases each property looks at.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from random import Random

import pytest
from hypothesis import given, settings

from assessed_variants import Faults, Variants, smallest
from clinical_cases import DRAWN, Rows, clinical_rows
from clinical_values import VALUES
from clinical_variants import (
    Variant,
    blanks,
    fillings,
    later,
    learnt_later,
    origins,
    planned,
    unreported,
    without_studies,
)
from drawn_examples import SEEDS, examples
from once_wrong import ONCE_WRONG
from paget.assessment import rules_of
from paget.facts import intent
from paget.knowledge import Knowledge
from paget.rules import RuleSet

COMPANY = 20
"""Cases that are assessed together."""

Vary = Callable[[Rows, int], Iterable[Variant]]
Check = Callable[[Variants], Faults]


def companies(cases: int) -> settings:
    """As many examples as hold so many cases."""
    most = int(os.environ.get("PAGET_EXAMPLES", cases))
    return settings(examples(1), max_examples=max(1, most // COMPANY))


def none(seed: int, vary: Vary, check: Check, make: Callable[[Rows], Rows] = lambda rows: rows) -> None:
    """A company of cases has none of such faults; else they are told of the smallest part that shows one."""
    seeds = range(seed, seed + COMPANY)
    cases = [make(clinical_rows(Random(one))) for one in seeds]
    together = Variants(*((rows, vary(rows, one)) for rows, one in zip(cases, seeds, strict=True)))
    for number in check(together):

        def faults(rows: Rows, seed: int = seeds[number]) -> list[str]:
            return check(Variants((rows, vary(rows, seed)))).get(0, [])

        pytest.fail(smallest(cases[number], faults), pytrace=False)


def test_random_cases_hold_what_makes_records_hard() -> None:
    cases = [clinical_rows(Random(seed)) for seed in range(300)]
    rows = [(name, row) for case in cases for name, found in case.items() for row in found]
    values = {(name, column, str(value)) for name, row in rows for column, value in row.items()}
    wanted = {
        (name, c, str(v)) for name, columns in VALUES.items() for c, drawn in columns.items() for v in drawn
    }
    assert wanted - values == set()
    days = [str(value) for _, row in rows for column, value in row.items() if column.endswith("day")]
    assert {len(day) for day in days} >= {4, 5, 7, 10, 21}  # years, day numbers, months, dates, intervals
    assert {name for name, row in rows if "replaces" in row} == set(DRAWN)
    assert {name for name, row in rows if "retracted" in row} == set(DRAWN)
    assert sum(len(case["tumours"]) > 1 for case in cases) > 50


# Nothing from the future


def later_rows(seed: int) -> None:
    none(seed, lambda rows, own: later(rows, Random(own)), Variants.different)


def later_columns(seed: int) -> None:
    none(seed, lambda rows, own: learnt_later(rows), Variants.different, make=unreported)


def operations_to_come(seed: int) -> None:
    none(seed, lambda rows, own: planned(rows, told=False), Variants.different)


def operations_planned(seed: int) -> None:
    none(
        seed,
        lambda rows, own: planned(rows, told=True),
        lambda together: together.different(but=_is_about_the_plan),
    )


@given(SEEDS)
@companies(120)
def test_what_is_known_after_the_decision_day_changes_nothing(seed: int) -> None:
    """Rows, versions and retractions."""
    later_rows(seed)


@given(SEEDS)
@companies(120)
def test_what_is_learnt_of_a_row_after_the_decision_day_changes_nothing(seed: int) -> None:
    """The residual tumour that pathology will report, the end of a course that goes on."""
    later_columns(seed)


@given(SEEDS)
@companies(100)
def test_an_operation_to_come_has_removed_nothing(seed: int) -> None:
    operations_to_come(seed)


@given(SEEDS)
@companies(100)
def test_an_operation_that_is_planned_changes_only_what_is_said_of_the_plan(seed: int) -> None:
    operations_planned(seed)


@cache
def _is_about_the_plan(name: str) -> bool:
    rules = rules_of(Knowledge.load())
    plan = {fact.name for fact in intent.FACTS}
    name = (
        name.removeprefix("day of ")
        .removeprefix("finding ")
        .removeprefix("whether ")
        .removesuffix(" applies")
    )
    return name in plan or (name in rules and bool(plan & _facts_behind(rules, name)))


def _facts_behind(rules: RuleSet, name: str) -> set[str]:
    """The facts that a finding reads, through the findings that it reads too."""
    rule = rules[name]
    own = {leaf.subject.name for leaf in rule.leaves if not leaf.subject.finding}
    return own.union(*(_facts_behind(rules, other) for other in rule.reads))


# A blank only widens


def blanked(seed: int) -> None:
    none(seed, lambda rows, own: blanks(rows), Variants.narrower)


def filled(seed: int) -> None:
    none(seed, lambda rows, own: fillings(rows), Variants.wider)


def of_each_primary(seed: int) -> None:
    none(seed, lambda rows, own: origins(rows, Variants((rows, ())).primaries[0]), Variants.wider)


def not_studied(seed: int) -> None:
    none(
        seed,
        lambda rows, own: without_studies(rows),
        lambda together: together.narrower(but=_is_about_the_last_examination),
    )


@given(SEEDS)
@companies(200)
def test_a_blank_never_flips_an_answer_and_never_narrows_it(seed: int) -> None:
    blanked(seed)


@given(SEEDS)
@companies(200)
def test_a_finding_contains_what_any_missing_value_would_make_of_it(seed: int) -> None:
    """Blanks filled with each value that they may hold, partial days with exact ones."""
    filled(seed)


@given(SEEDS)
@companies(100)
def test_what_is_of_unknown_origin_counts_for_each_primary_as_possible(seed: int) -> None:
    of_each_primary(seed)


@given(SEEDS)
@companies(200)
def test_without_a_study_nothing_is_excluded_that_was_not_before(seed: int) -> None:
    """Unknown never becomes no. (The age of the last examination is that of the one before.)"""
    not_studied(seed)


EVERY = (
    later_rows,
    later_columns,
    operations_to_come,
    operations_planned,
    blanked,
    filled,
    of_each_primary,
    not_studied,
)


@pytest.mark.load
@pytest.mark.parametrize("one", EVERY, ids=lambda one: one.__name__)
def test_thousands_of_cases(one: Callable[[int], None]) -> None:
    for seed in range(0, int(os.environ.get("PAGET_EXAMPLES", "1000")), COMPANY):
        one(seed)


def _is_about_the_last_examination(name: str) -> bool:
    return name.endswith(("_age", "_not_done")) or "workup" in name


@pytest.mark.parametrize("rows", ONCE_WRONG.values(), ids=ONCE_WRONG)
def test_a_blank_only_widens_in_cases_that_were_wrong(rows: Rows) -> None:
    primaries = [row["tumour_id"] for row in rows.get("tumours", [])]
    assert Variants((rows, blanks(rows))).narrower() == {}
    assert Variants((rows, fillings(rows))).wider() == {}
    assert Variants((rows, origins(rows, primaries))).wider() == {}
