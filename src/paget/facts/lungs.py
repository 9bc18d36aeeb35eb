"""Lungs: what an operation leaves of their function, now and over a series of operations.

Segments are counted by the surgical scheme, 19 of them, 10 right and 9 left; the numbers of a lobe stand
in ``value_sets/lung_lobes.yaml``.

    by segments    ppo = before x (T - R) / T, T = 19 - obstructed, R = functioning segments removed
    by perfusion   ppo = before x (1 - share of the perfusion in what is removed)
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.observed import unwritten
from paget.facts.parts import Numbers
from paget.facts.rowwise import possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Range
from paget.record.as_of import as_of

SEGMENTS: Final = 19
"""Segments of both lungs in the surgical scheme; other schemes count 18, 20 or 42 and are not mixed."""

TESTS: Final = {"fev1": "forced expiratory volume", "dlco": "diffusing capacity"}
KINDS: Final = {"wedge": "wedge resections", "segment": "segmentectomies", "lobe": "lobectomies"}
SERIES: Final = ("this operation", "a second like it", "a third like it")
DIGITS: Final = 6  # a quotient is not written with the noise of its last digits

_BOTH: Final = "lung function test, diffusing capacity and CT of the chest"


def _facts(sets: ValueSets) -> Iterator[Fact]:
    for test, words in TESTS.items():
        for by, how in (
            ("_by_segments", ", by segments: those obstructed are taken as none unless written"),
            ("_by_perfusion", ", by perfusion"),
            ("", ", by perfusion where that was measured, else by segments"),
        ):
            meaning = f"Predicted postoperative {words}, of the value predicted{how}."
            yield number(f"ppo_{test}{by}", meaning, "%", f"{words}, and the plan of the operation")
    yield number(
        "exercise_screen_age", "Age of the last shuttle walk or stair climb.", "day", "exercise test"
    )
    yield number("lung_lobes", "Lobes with a lung metastasis.", "", "CT of the chest")
    yield number(
        "lobectomy_segments",
        "Segments of the lobes with a lung metastasis: what lobectomy would remove.",
        "segment",
        "CT of the chest",
    )
    for kind, words in KINDS.items():
        for place, after in enumerate(SERIES, start=1):
            meaning = (
                f"Left of FEV1 or DLCO, the lesser, of the value predicted, by segments: {words}, {after}."
            )
            yield number(f"lung_reserve_{kind}_{place}", meaning, "%", _BOTH)


def lobes(rows: Plan, sets: ValueSets) -> Plan:
    """Whether a metastasis stands in each lobe: ``NAME_yes`` and ``NAME_may``, one row a decision.

    Args:
        rows: deposits, as :func:`paget.facts.deposits.deposits` gives them.
        sets: the value sets in force.
    """
    names = sets.words["lung_lobes"]
    places = as_of("lesions").select("decision", subject="lesion_id", _location="location")
    here = col("exists") & col("_standing") & (col("relation") == "distant") & (col("organ") == "lung")
    rows = rows.with_columns(_here=here).filter(col("_here").is_null() | col("_here"))
    rows = rows.select("decision", "subject", "_here").join(places, on=["decision", "subject"], how="left")
    every = [one for several in names.values() for one in several]
    made: dict[str, Expr] = {}
    for name, words in names.items():
        written = col("_location")
        inside = (
            when(written.is_in(words))
            .then(lit(True))
            .when(written.is_in(every))
            .then(lit(False))
            .otherwise(lit(None, "truth"))
        )
        made[f"{name}_yes"] = sure(col("_here") & inside)
        made[f"{name}_may"] = possible(col("_here") & inside)
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(*(col(name).max() for name in made))


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (lobes(shared.deposits, shared.sets),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    working = _working(known)
    removed = _left_after(known.range("segments_to_resect"), working)
    share = known.range("perfusion_to_resect").at_most(100)
    perfused = Range(1 - share.high / 100, 1 - share.low / 100)
    measured = ~unwritten(known, "perfusion_to_resect")
    found: dict[str, FactColumn] = {}
    for test in TESTS:
        before = known.columns[f"{test}_percent"]
        value = known.range(f"{test}_percent")
        by_segments, by_perfusion = _product(value, removed), _product(value, perfused)
        best = Range(
            np.where(measured, by_perfusion.low, by_segments.low),
            np.where(measured, by_perfusion.high, by_segments.high),
        )
        found[f"ppo_{test}_by_segments"] = FactColumn(by_segments, before.day)
        found[f"ppo_{test}_by_perfusion"] = FactColumn(by_perfusion, before.day)
        found[f"ppo_{test}"] = FactColumn(best, before.day)
    walk, stairs = known.range("shuttle_walk_age"), known.range("stair_climb_age")
    screened = Range(np.minimum(walk.low, stairs.low), np.minimum(walk.high, stairs.high))
    return found | {"exercise_screen_age": FactColumn(screened)} | _series(known, working)


def _series(known: Known, working: Range) -> dict[str, FactColumn]:
    """What wedge, segmentectomy or lobectomy now leaves, and what a second and a third like it would."""
    parts, sizes = known.parts, known.sets.numbers["lung_lobes"]
    count = known.range("lung_lesion_count")
    smallest, largest = min(sizes.values()), max(sizes.values())
    involved, segments = [np.zeros(parts.rows) for _ in "ab"], [np.zeros(parts.rows) for _ in "ab"]
    for name, size in sizes.items():
        for side, flag in enumerate((parts.flag(f"{name}_yes"), parts.flag(f"{name}_may"))):
            involved[side] += flag
            segments[side] += flag * size
    some, closed = count.low > 0, np.isfinite(count.high)
    several = Range(np.maximum(involved[0], some), np.where(closed, involved[1], len(sizes)))
    several = Range(several.low, np.maximum(several.low, np.minimum(several.high, count.high)))
    whole = Range(
        np.maximum(segments[0], some * smallest),
        np.where(closed, np.minimum(segments[1], count.high * largest), SEGMENTS),
    )
    whole = Range(whole.low, np.maximum(whole.low, whole.high))
    before = known.range("fev1_percent"), known.range("dlco_percent")
    least = Range(np.minimum(before[0].low, before[1].low), np.minimum(before[0].high, before[1].high))
    anatomical = Range.between(1.0 * some, np.minimum(count.high, SEGMENTS))
    now = {"wedge": Range(0.0 * count.low, anatomical.high), "segment": anatomical, "lobe": whole}
    more = {"wedge": (0, 1), "segment": (1, 1), "lobe": (smallest, largest)}
    found = {"lung_lobes": FactColumn(several), "lobectomy_segments": FactColumn(whole)}
    for kind, first in now.items():
        for place in range(len(SERIES)):
            lost = Range(first.low + place * more[kind][0], first.high + place * more[kind][1])
            left = _product(least, _left_after(lost, working))
            found[f"lung_reserve_{kind}_{place + 1}"] = FactColumn(left)
    return found


def _working(known: Known) -> Range:
    """Segments that function: all of them unless it is written that some do not."""
    obstructed = known.range("segments_obstructed").at_most(SEGMENTS)
    none = unwritten(known, "segments_obstructed")
    return Range(SEGMENTS - np.where(none, 0, obstructed.high), SEGMENTS - np.where(none, 0, obstructed.low))


def _left_after(removed: Range, working: Range) -> Range:
    """The share left: 1 - R / T, never below 0."""

    def share(lost: Numbers, whole: Numbers) -> Numbers:
        return np.where(whole > 0, 1 - np.minimum(lost, whole) / np.maximum(whole, 1), 0.0)

    return Range(share(removed.high, working.low), share(removed.low, working.high))


def _product(value: Range, share: Range) -> Range:
    """A number and a share of it; what is open stays open unless nothing is left."""
    with np.errstate(invalid="ignore"):
        high = np.where(share.high == 0, 0.0, value.high * share.high)
    return Range((value.low * share.low).round(DIGITS), high.round(DIGITS))


GROUP = Group(_facts, _plans, _formulas)
