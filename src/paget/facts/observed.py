"""Observations as last made, many of them in one pass: numbers in their own unit, and conditions in words.

Which words mean yes, no, or a grade is knowledge (``value_sets/conditions.yaml``); a number is a fact when
its observation has a unit in the vocabulary of the record.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from paget.facts.by_name import ByName
from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.parts import Flags, Parts, nowhere
from paget.facts.rowwise import latest_rows
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, coalesce, col, lit, when
from paget.possible import Classes, Range, Truth
from paget.record.as_of import as_of
from paget.record.observations import conversion
from paget.record.vocabulary import OBSERVATION_UNITS
from paget.units import UNITS

_LUNG, _BLOOD, _EXERCISE = "lung function test", "a blood test", "exercise test"
_VOLUMES, _PLAN = "volumetry of the liver", "the plan of the operation"

NUMBERS: Final[Mapping[str, tuple[str, str, str, float]]] = {
    "haemoglobin": ("haemoglobin", "Haemoglobin in blood.", _BLOOD, 0.1),
    "albumin": ("albumin", "Albumin in serum.", _BLOOD, 1.0),
    "creatinine": ("creatinine", "Creatinine in serum.", _BLOOD, 0.1),
    "bilirubin": ("bilirubin", "Total bilirubin in serum.", _BLOOD, 0.1),
    "inr": ("inr", "International normalised ratio.", _BLOOD, 0.1),
    "sodium": ("sodium", "Sodium in serum.", _BLOOD, 1.0),
    "platelets": ("platelets", "Platelets in blood.", _BLOOD, 1.0),
    "corrected_calcium": ("corrected calcium", "Calcium in serum, corrected for albumin.", _BLOOD, 0.1),
    "karnofsky": ("karnofsky", "Karnofsky performance status.", "examination", 10.0),
    "asa": ("asa", "ASA class, 1 to 6.", "examination by an anaesthetist", 1.0),
    "g8": ("g8", "G8 geriatric screen, 0 to 17 points.", "the eight questions of the G8", 0.5),
    "weight": ("weight", "Body weight.", "weighing", 0.1),
    "height": ("height", "Body height.", "measuring", 1.0),
    "weight_loss": ("weight loss", "Unintended loss of body weight.", "the weight of half a year ago", 0.1),
    "excess_weight_loss": ("excess weight loss", "Share of the excess weight lost.", "weighing", 0.1),
    "weight_regain": ("weight regain", "Share of the lost weight that came back.", "weighing", 0.1),
    "removable_share": ("removable share", "Share of the tumour that can be removed, as the surgeon judges.",
                        "the plan of the operation", 1.0),
    "fev1": ("fev1", "Forced expiratory volume in one second.", _LUNG, 0.01),
    "fev1_percent": ("fev1 percent", "The same, of the value predicted.", _LUNG, 1.0),
    "dlco_percent": ("dlco", "Diffusing capacity, of the value predicted.", _LUNG, 1.0),
    "shuttle_walk": ("shuttle walk", "Distance in the shuttle walk test.", _EXERCISE, 1.0),
    "stair_climb": ("stair climb", "Height climbed in the stair climbing test.", _EXERCISE, 1.0),
    "vo2max": ("vo2max", "Peak oxygen uptake.", "cardiopulmonary exercise test", 0.1),
    "vo2max_percent": ("vo2max percent", "The same, of the value predicted.",
                       "cardiopulmonary exercise test", 1.0),
    "segments_to_resect": ("segments to resect", "Functioning lung segments to be removed.", _PLAN, 1.0),
    "segments_obstructed": ("segments obstructed", "Segments that do not function.", "CT of the chest", 1.0),
    "perfusion_to_resect": ("perfusion to resect", "Share of the perfusion in the lung to be removed.",
                            "perfusion scan", 1.0),
    "remnant_volume": ("future liver remnant", "Volume of the future liver remnant.", _VOLUMES, 1.0),
    "remnant_volume_before": ("future liver remnant before embolisation",
                              "Volume of the future liver remnant before its embolisation.", _VOLUMES, 1.0),
    "peritoneal_index": ("peritoneal cancer index", "Peritoneal cancer index, 0 to 39.",
                         "laparoscopy or imaging with an index", 1.0),
}  # fmt: skip
"""By fact: the observation, its meaning, what would make it known, and its smallest step."""

_BIG: Final = 1e300  # an open side inside a plan


def _facts(sets: ValueSets) -> Iterator[Fact]:
    for name, (observed, meaning, resolved_by, step) in NUMBERS.items():
        yield number(name, meaning, OBSERVATION_UNITS[observed], resolved_by, step)
        if name in AGED:
            yield number(f"{name}_age", f"Age of the last value: {meaning}", "day", resolved_by)
    for name, one in sets.conditions.items():
        if one.classes:
            yield Fact(name, "class", one.meaning, classes=one.classes, resolved_by=one.resolved_by)
        else:
            yield Fact(name, "truth", one.meaning, resolved_by=one.resolved_by)


AGED: Final = ("fev1_percent", "dlco_percent", "vo2max", "shuttle_walk", "stair_climb", "remnant_volume",
               "haemoglobin", "albumin", "g8", "asa")  # fmt: skip
"""Numbers whose age is a fact of its own, for schedules."""


def observed(sets: ValueSets) -> tuple[ByName, Plan]:
    """The last value of each known observation, one row a decision and observation.

    Its value may be from ``low`` to ``high``: of a condition 0 for no and 1 for yes, of a grade its place.
    ``nameless`` is 1 where a row without a name may be any of them.
    """
    known = [observation for observation, *_ in NUMBERS.values()]
    known += [name for one in sets.conditions.values() for name in one.names]
    rows = as_of("observations").filter(col("name").is_null() | col("name").is_in(known))
    rows = rows.with_columns(_what=_what(sets))
    nameless = rows.filter(col("name").is_null()).with_columns(_one=lit(1))
    nameless = nameless.group_by("decision").agg(nameless=col("_one").max())
    named = _last(rows.filter(~col("_what").is_null()), sets)
    named = named.select("decision", "_what", low="_low", high="_high", day="_newest", day_latest="_to")
    names = (*NUMBERS, *sets.conditions)
    return ByName(named, "_what", names, ("low", "high", "day", "day_latest")), nameless


def _last(rows: Plan, sets: ValueSets) -> Plan:
    """One row a decision and observation: what it may be as last made; open where no row is certain."""
    keys = ["decision", "_what"]
    rows = latest_rows(rows, keys, _fits())
    low, high = _as_numbers(sets)
    rows = rows.with_columns(_low=low, _high=high)
    rows = rows.group_by(*keys).agg(
        _any=col("_any").max(),
        _low=col("_low").min(),
        _high=col("_high").max(),
        _newest=col("_newest").max(),
        _to=col("_to").max(),
    )
    certain = col("_any") == 1
    return rows.with_columns(
        _low=when(certain).then(col("_low")).otherwise(lit(-_BIG)),
        _high=when(certain).then(col("_high")).otherwise(lit(_BIG)),
    )


def _what(sets: ValueSets) -> Expr:
    """The fact that a row speaks of, blank for any other."""
    found: Expr = lit(None, "text")
    for name, (observed, *_) in NUMBERS.items():
        found = when(col("name") == observed).then(lit(name)).otherwise(found)
    for name, one in sets.conditions.items():
        found = when(col("name").is_in(one.names)).then(lit(name)).otherwise(found)
    return found


def _factors() -> dict[str, dict[float, list[str]]]:
    """By fact: the factors to its unit, each with the units that have it."""
    found: dict[str, dict[float, list[str]]] = {}
    for name, (observed, *_) in NUMBERS.items():
        factors = found.setdefault(name, {})
        for symbol in UNITS:
            usable, factor = conversion(observed, symbol)
            if usable == "yes":
                factors.setdefault(factor, []).append(symbol)
    return found


_FACTORS: Final = _factors()


def _alike() -> dict[tuple[tuple[float, tuple[str, ...]], ...], list[str]]:
    """Facts that share their units, by those units."""
    found: dict[tuple[tuple[float, tuple[str, ...]], ...], list[str]] = {}
    for name, factors in _FACTORS.items():
        key = tuple((factor, tuple(symbols)) for factor, symbols in factors.items())
        found.setdefault(key, []).append(name)
    return found


def _fits() -> Expr:
    """Whether the unit of a number can be of its kind; a blank unit may be any."""
    wrong: Expr = lit(False)
    for factors, names in _alike().items():
        symbols = [symbol for _, several in factors for symbol in several]
        wrong = wrong | (col("_what").is_in(names) & ~col("unit").is_in(symbols).fill_null(True))
    return ~wrong


def _as_numbers(sets: ValueSets) -> tuple[Expr, Expr]:
    """Least and greatest possible value of a row: numbers in their unit, words by their place."""
    what, unit, word = col("_what"), col("unit"), col("text")
    factor: Expr = lit(None, "number")
    for factors, names in _alike().items():
        of_unit: Expr = lit(None, "number")
        for value, symbols in factors:
            fits = unit.is_in(symbols)
            if "" in symbols:
                fits = fits | unit.is_null()
            of_unit = when(fits).then(lit(value)).otherwise(of_unit)
        factor = when(what.is_in(names)).then(of_unit).otherwise(factor)
    place = when(what.is_in(sets.yes_or_no)).then(_place(word, (sets.words_no, sets.words_yes)))
    for name in sets.grades:
        place = place.when(what == name).then(_place(word, sets.conditions[name].words))
    told = place.branch()
    return (
        coalesce(told, col("low") * factor, lit(-_BIG)),
        coalesce(told, col("high") * factor, lit(_BIG)),
    )


def _place(word: Expr, words: Sequence[Iterable[str]]) -> Expr:
    """Which of several lists a word is in, as a number; of two the last; blank in none."""
    place: Expr = lit(None, "number")
    for at, some in enumerate(words):
        place = when(word.is_in(some)).then(lit(float(at))).otherwise(place)
    return place


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, sets = known.parts, known.sets
    lost = parts.flag("nameless")
    unknown = _Unknown(known)
    found: dict[str, FactColumn] = {}
    for name in NUMBERS:
        if nowhere(parts.numbers(f"{name}_low")):
            found[name] = unknown.number
            if name in AGED:
                found[f"{name}_age"] = unknown.age
            continue
        day = known.established(name)
        day = Range(np.where(lost, -np.inf, day.low), np.where(lost, known.as_of, day.high))
        found[name] = FactColumn(_number(parts, name, lost), day)
        if name in AGED:
            found[f"{name}_age"] = FactColumn(Range(known.as_of - day.high, known.as_of - day.low))
    for name in sets.yes_or_no:
        low, high = parts.numbers(f"{name}_low", 0.0), parts.numbers(f"{name}_high", 1.0)
        there = Truth.where((low == 1) & ~lost, (high == 0) & ~lost) if not nowhere(low) else unknown.truth
        found[name] = FactColumn(there)
    for name in sets.grades:
        classes = sets.conditions[name].classes
        if nowhere(parts.numbers(f"{name}_low")):
            found[name] = FactColumn(Classes.unknown(classes, parts.rows))
            continue
        number = _number(parts, name, lost)
        can = np.zeros(parts.rows, np.uint64)
        for place in range(len(classes)):
            can |= ((number.low <= place) & (number.high >= place)) * np.uint64(1 << place)
        found[name] = FactColumn(Classes(classes, can))
    return found


class _Unknown:
    """What is said of an observation that no record has: the same of each."""

    def __init__(self, known: Known) -> None:
        rows, as_of = known.parts.rows, known.as_of
        anything = Range(np.zeros(rows), np.full(rows, np.inf))
        self.number = FactColumn(anything, Range(np.full(rows, -np.inf), as_of))
        self.age = FactColumn(anything)
        self.truth = Truth.unknown(rows)


def unwritten(known: Known, name: str) -> Flags:
    """Where no row speaks, or may speak, of a number."""
    return ~known.parts.told(f"{name}_low") & ~known.parts.flag("nameless")


def _number(parts: Parts, name: str, lost: Flags) -> Range:
    low, high = parts.numbers(f"{name}_low"), parts.numbers(f"{name}_high")
    nothing = np.isnan(low) | lost
    low = np.where(nothing | (low <= -_BIG), 0.0, low)
    high = np.where(nothing | (high >= _BIG), np.inf, high)
    return Range(low, np.maximum(low, high))


GROUP = Group(_facts, lambda shared: observed(shared.sets), _formulas)
