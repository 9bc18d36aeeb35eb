"""What holds for what a forecast is told of every case: nothing from the future, and a blank only widens.

The cases are of metastases that came after the removal of a colon cancer, with what makes records hard:
partial days, lesions of unknown nature or organ, readings without a number, versions, courses without an end.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator
from random import Random
from typing import Any

from hypothesis import example, given

from assessed_variants import AS_IT_IS, case_of
from clinical_cases import (
    DAY,
    Rows,
    between,
    clinical_rows,
    contradicts_itself,
    day,
    drawn_row,
    newer,
)
from clinical_variants import Variant, blanks, later, learnt_later, planned, without_studies
from drawn_examples import SEEDS, examples
from paget.facts.derive import ask
from paget.knowledge import Knowledge
from paget.options import reach
from paget.options.known import bounds
from paget.options.of_case import NO_MODEL, CaseKnown, cases
from paget.record import Record
from paget.record.prepared import prepared
from paget.record.tables import TABLES

FIRST = DAY - 60
"""The day on which the first metastasis of most cases was found."""

NOT_CERTAIN = (
    NO_MODEL, reach.NO_PRIMARY, reach.NOT_CERTAIN, reach.WHICH_PRIMARY, reach.NOT_KNOWN.partition("{")[0],
)  # fmt: skip
"""How refusals begin that say no more than that something is not certain."""


def metastatic_rows(random: Random) -> Rows:
    """The rows of one case, each with its row_id."""
    relative = random.random() < 0.1
    rows: Rows = {"patients": [{"patient_id": "P", "time_base": "relative" if relative else "calendar"}]}

    def put(name: str, exact: int, **values: Any) -> dict[str, Any]:
        """A row of a day."""
        found = rows.setdefault(name, [])
        table = TABLES[name]
        row = {"row_id": f"{name} {len(found)}", table.day: day(random, exact, relative)} | values
        if table.key and table.key not in row:
            row[table.key] = f"{name.removesuffix('s')} {len(found)}"
        row = {column: value for column, value in row.items() if value is not None}
        if not contradicts_itself(name, row, relative):
            found.append(row)
        return row

    put("tumours", DAY - 900, site="colon", histology=random.choice(("adenocarcinoma",) * 9 + (None,)))
    cured = {"modality": "surgery", "definitive": True, "residual": random.choice(("R0", "R0", "R1", None))}
    exact = between(DAY - 850, DAY - 850, relative)
    put("treatments", DAY - 850, start_day=exact, tumour_id="tumour 0", **cured)
    if random.random() < 0.4:
        days = {"start_day": day(random, DAY - 800, relative), "end_day": day(random, FIRST - 150, relative)}
        put("treatments", DAY - 800, modality="systemic", tumour_id="tumour 0", **days)
    organs = ("liver", "liver", "lung", "brain", None)
    for number in range(random.randint(1, 3)):
        found_on = FIRST + (0 if number == 0 else random.choice((0, 0, 20, 59)))
        exactly = between(found_on, found_on, relative) if random.random() < 0.5 else None
        named = {"found_day": exactly} if exactly else {}
        one = put("lesions", found_on, relation="distant", organ=random.choice(organs), **named)
        for days in random.sample((0, 0, 20, 45, -90), random.randint(0, 3)):
            read = (
                {"day": between(found_on + days, found_on + days, relative)} if random.random() < 0.8 else {}
            )
            size = random.choice((7.0, 18.0, 21.0, None))
            put("measurements", found_on + days, lesion_id=one["lesion_id"], longest_mm=size, **read)
        if random.random() < 0.4:
            certain = random.choice(("probable", "proven", "indeterminate", "benign"))
            put("judgements", FIRST + 9, lesion_id=one["lesion_id"], role="radiologist", certainty=certain)
    covers = random.choice(
        (("chest", "abdomen", "pelvis", "liver"),) * 3 + (("abdomen",), ("chest", "liver"))
    )
    for _ in range(random.randint(1, 2)):
        put("studies", FIRST + random.choice((0, 0, 0, -50, 20)), kind="ct", covers=covers)
    if random.random() < 0.2:
        put("sites", FIRST + random.choice((0, 30)), organ=random.choice(("lung", "bone", "lymph node")))
    for name in ("statuses", "stagings"):
        if random.random() < 0.2:
            row = drawn_row(random, TABLES[name], rows, relative) | {"row_id": f"{name} 0"}
            rows[name] = [] if contradicts_itself(name, row, relative) else [row]
    for name in ("lesions", "measurements", "judgements", "studies"):
        found = rows.get(name, [])
        if found and random.random() < 0.1:
            again = newer(random, TABLES[name], found[0], rows, relative)
            rows[name] = [*found, again] if again else found
    for name in TABLES:
        rows.setdefault(name, [])
    return rows


def told(each: Iterable[Variant]) -> Iterator[tuple[str, CaseKnown]]:
    """Of each variant of a case what a forecast is told of it; all of them are one registry."""
    named = [(label, case_of(rows, f"{number:05}")) for number, (label, rows) in enumerate(each)]
    possible = [(label, case) for label, case in named if case is not None]
    ready = prepared(Record.from_cases([case for _, case in possible]))
    labels = {case.patient_id: label for label, case in possible}
    for one in cases(ready, ask(ready, DAY), Knowledge.load()):
        yield labels[one.patient], one


def faults(vary: Callable[[Rows], Iterable[Variant]], compare: Callable[..., str], seed: int) -> list[str]:
    """What some variant of a case says that it must not."""
    rows = metastatic_rows(Random(seed))
    if case_of(rows, "P") is None:
        return []
    found = list(told([(AS_IT_IS, rows), *vary(rows)]))
    if not found or found[0][0] != AS_IT_IS:
        return []
    case = found[0][1]
    return [f"{label}: {words}" for label, one in found[1:] if (words := compare(case, one))]


def narrower(case: CaseKnown, less: CaseKnown) -> str:
    """What a case with less known says that the case itself leaves open; "" when nothing."""
    if less.known is None:
        return (
            "" if case.known is None or less.refused.startswith(NOT_CERTAIN) else f"refused: {less.refused}"
        )
    if case.known is None:
        return ""
    for name in ("interval_days", "lesions", "largest_mm"):
        (low, high), (least, most) = (bounds(name, getattr(one.known, name)) for one in (case, less))
        if least > low or most < high:
            return f"{name} {(low, high)} became {(least, most)}"
    for name in ("organs", "clear"):
        if more := set(getattr(less.known, name)) - set(getattr(case.known, name)):
            return f"{name} {more}"
    sizes = {on: bounds("sizes", size) for on, size in case.known.sizes}
    for on, size in less.known.sizes:
        low, high = sizes.get(on, (math.inf, -math.inf))
        least, most = bounds("sizes", size)
        if least > low or most < high:
            return f"size on {on}: {sizes.get(on)} became {(least, most)}"
    gone = set(case.taken) - set(less.taken)
    return f"no longer open: {gone}" if gone else ""


def different(case: CaseKnown, other: CaseKnown) -> str:
    """What differs, but for the name of the patient."""
    one, two = ((each.known, each.refused, each.first, each.used, each.taken) for each in (case, other))
    return "" if one == two else f"{one} became {two}"


def less_known(rows: Rows) -> Iterator[Variant]:
    yield from blanks(rows)
    yield from without_studies(rows)


def test_the_cases_reach_the_model_and_make_it_hard() -> None:
    found = [one for _, one in told((AS_IT_IS, metastatic_rows(Random(seed))) for seed in range(120))]
    known = [one.known for one in found if one.known is not None]
    assert len(known) > 50
    assert sum(one.known is None for one in found) > 5
    assert sum(bool(one.clear) for one in known) > 10
    assert sum(bool(one.sizes) for one in known) > 5
    assert sum(isinstance(one.lesions, tuple) for one in known) > 5
    assert sum(isinstance(one.interval_days, tuple) for one in known) > 10
    assert sum(isinstance(one.largest_mm, float) for one in known) > 5


@given(SEEDS)
@example(307279865)  # a reading of a later day is no size of the first, though that may be as late
@examples(12)
def test_a_blank_never_narrows_what_is_told(seed: int) -> None:
    assert faults(less_known, narrower, seed) == []


@given(SEEDS)
@examples(10)
def test_what_is_known_after_the_decision_day_changes_nothing(seed: int) -> None:
    def changes(rows: Rows) -> Iterator[Variant]:
        yield from later(rows, Random(seed))
        yield from learnt_later(rows)
        yield from planned(rows, told=False)

    assert faults(changes, different, seed) == []


@given(SEEDS)
@examples(3)
def test_every_case_ends_in_what_is_told_or_in_a_sentence(seed: int) -> None:
    """Cases of any cancer, with everything that makes records hard."""
    for _, one in told((AS_IT_IS, clinical_rows(Random(seed + number))) for number in range(40)):
        assert (one.known is None) == bool(one.refused)
        assert (one.known is None) <= (one.used == () and one.taken == ())
        assert not one.refused or one.refused.endswith(".")
        assert one.known is None or {used.item for used in one.used} == set(one.known.items)
