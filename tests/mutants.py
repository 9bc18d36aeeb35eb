"""Mutants of the shipped knowledge: each number moved by its smallest step, each strictness flipped.

A mutant of a rule survives when no example in its file notices; one of a value set when none of the cases
here does. `python tests/mutants.py` (`make mutants`) prints the share that survives, file by file.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

sys.path.insert(0, str(Path(__file__).parent))

from paget.days import days_in_months, write_day
from paget.documents import Document
from paget.errors import KnowledgeError
from paget.facts.derive import ask, derive
from paget.knowledge import Knowledge, KnowledgeFile
from paget.record.case import read_case
from paget.record.prepared import prepared
from paget.record.record import Record
from paget.rules import compile_rules, value_of
from paget.rules.examples import run
from paget.rules.rule import COMBINATORS
from paget.units import quantity
from rule_facts import FACTS

KNOWLEDGE: Final = Knowledge.load()
RULES: Final = compile_rules(KNOWLEDGE, FACTS)
FILES: Final = {file.name: file for file in KNOWLEDGE.of_kind(*COMBINATORS)}

STRICT = {"above": "at_least", "at_least": "above", "below": "at_most", "at_most": "below"}


def changed_once(file: KnowledgeFile) -> Iterator[tuple[str, dict[str, Any]]]:
    """The file with one thing changed at a time, and what was changed."""
    data = file.data
    combinators = [word for word in COMBINATORS[file.kind] if word in data]
    for path, value in leaves(
        {key: data[key] for key in (*combinators, "limits", "groups", "applies", "population") if key in data}
    ):
        if path[0] == "groups" and path[-1] in (0, 1) and path[1] == path[-1] * (len(data["groups"]) - 1):
            continue  # the outer ends of the groups are the ends of the score
        for changed in changes(path, value, step_of(data, path)):
            yield f"{'.'.join(map(str, path))}: {value!r} becomes {changed!r}", put(data, path, changed)
        if path[-1] in STRICT:
            yield (
                f"{'.'.join(map(str, path))} becomes {STRICT[path[-1]]}",
                renamed(data, path, STRICT[path[-1]]),
            )
    for index, line in enumerate(data.get("closure", [])):
        for place, thing in enumerate(line.get("brings", [])):
            less = copy.deepcopy(data)
            del less["closure"][index]["brings"][place]
            yield f"{line['thing']} no longer brings {thing}", less
    if "first" in data:
        for index in range(len(data["first"]) - 1):
            less = copy.deepcopy(data)
            del less["first"][index]
            yield f"first.{index} is left out", less


def leaves(data: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*path, key))
    else:
        yield path, data


def step_of(data: Any, path: tuple[Any, ...]) -> tuple[float, str]:
    """The smallest step of the fact that a threshold is compared with, and its unit; else 1."""
    names = [data["sum"][path[1]].get("by")] if path[0] == "sum" else []
    for name in (*path[-2:-1], *names):
        if name in FACTS and FACTS[name].kind == "number":
            return FACTS[name].resolution, FACTS[name].unit
    return 1, ""


def changes(path: tuple[Any, ...], value: Any, step: tuple[float, str] = (1, "")) -> Iterator[Any]:
    """A threshold one step up and down, a month also by a day; yes as no; a class as another."""
    key = path[-1]
    if value in ("yes", "no"):
        yield "no" if value == "yes" else "yes"
    elif key in ("reads", "note", "fact", "examination", "is", "thing", "factor") or "effects" in path:
        return
    elif "also" in path and isinstance(value, str):
        number = quantity(value.removesuffix(" or more"))
        for other in (number.value - 1, number.value, number.value + 1):
            yield f"{other:g} {number.unit.symbol}"
        for other in (number.value - 1, number.value + 1):
            yield f"{other:g} {number.unit.symbol} or more"
    elif "also" in path:
        yield from (value - 1, value + 1)
    elif "score" in path:  # the outer ends of the groups are the ends of the score
        yield from (value + way for way in (-1, 1) if value > 0)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        if key in STRICT or key == "value":
            yield from (round(value + sign * step[0], 6) for sign in (-1, 1))
        elif key == "points":
            yield from (value + 1, value - 1)
    elif isinstance(value, str) and value[:1].isdigit():
        number = quantity(value)
        least = 0.1 if number.unit.symbol == "ng/mL" else step[0] if step[1] == number.unit.symbol else 1
        yield from (f"{number.value + sign * least:.15g} {number.unit.symbol}".strip() for sign in (-1, 1))
        if number.unit.symbol == "month":
            yield from (f"{days_in_months(number.value) + sign} days" for sign in (-1, 1))
    elif isinstance(value, str) and not value.startswith("$"):
        names = next((fact.classes for fact in FACTS.values() if value in fact.classes), ())
        yield from (name for name in names if name != value)


def read_by(name: str) -> set[str]:
    """The files of a rule and of those that it reads."""
    names = {rule.partition("[")[0] for rule in RULES[name].reads}
    return {FILES[name].path}.union(*(read_by(one) for one in names))


def put(data: Any, path: tuple[Any, ...], value: Any) -> Any:
    changed = copy.deepcopy(data)
    at = changed
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return changed


def renamed(data: Any, path: tuple[Any, ...], key: str) -> Any:
    changed = copy.deepcopy(data)
    at = changed
    for step in path[:-1]:
        at = at[step]
    at[key] = at.pop(path[-1])
    return changed


def of_rule(name: str) -> tuple[int, list[str]]:
    """How many mutants a rule has, and those that no example of it notices."""
    file, count, survivors = FILES[name], 0, []
    for what, data in changed_once(file):
        count += 1
        changed = replace(file, document=Document(data))
        files = {path: KNOWLEDGE.files[path] for path in read_by(name)} | {file.path: changed}
        try:
            seen = any(run(compile_rules(Knowledge(files, ""), FACTS), name))
        except KnowledgeError:
            seen = True  # it is no rule any more
        if not seen:
            survivors.append(what)
    return count, survivors


# Value sets: their numbers are ages after which a study or a statement closes nothing, and segments of lobes

ON: Final = 20000
"""The decision day of the cases, 2024-10-04."""

LAST_DAY: Final = {"ct": 56, "pet-ct": 56, "pet-mr": 42, "mr": 42}
"""By hand, from the page: 56 days for CT and PET-CT, 42 for MRI."""

LAST_DAY_OF_M0: Final = 56

SIZES: Final = (("liver", 10, None, "yes"), ("liver", 9, None, "no"), ("lymph node", 20, 15, "yes"),
                ("lymph node", 20, 14, "no"))  # fmt: skip
"""By hand, from the page: measurable from 10 mm, a node from 15 mm in its short axis."""

DOUBLING: Final = {"low": 28.31783, "high": 42.949462}
"""60 ln 2 / (3 ln(31/19)) = 28.32 and 60 ln 2 / (3 ln(29/21)) = 42.95: a millimetre of error on each side."""

LOBES: Final = {"RUL": 3, "RML": 2, "RLL": 5, "LUL": 5, "LLL": 4}
"""19 segments, 10 right and 9 left: the surgical scheme."""


def _case(kind: str, age: int) -> dict[str, Any]:
    """A tumour of which one study of that age and kind covers all that staging demands."""
    site = "prostate" if kind == "mr" else "soft tissue"
    histology = "sarcoma" if site == "soft tissue" else "adenocarcinoma"
    covers = ["chest"] if site == "soft tissue" else ["abdomen", "pelvis"]
    return {
        "patient": {"patient_id": "P", "time_base": "calendar"},
        "tumours": [
            {
                "tumour_id": "T",
                "site": site,
                "histology": histology,
            }
        ],
        "studies": [{"day": write_day(ON - age), "kind": kind, "covers": covers}],
    }


def _stated(age: int) -> dict[str, Any]:
    """A tumour of which M0 was stated so long ago, and nothing else is known."""
    tumour = {
        "tumour_id": "T",
        "site": "colon",
        "stagings": [{"day": write_day(ON - age), "m": "M0", "prefix": "c"}],
    }
    return {"patient": {"patient_id": "P"}, "tumours": [tumour]}


def _measured(organ: str, *sizes: dict[str, Any]) -> dict[str, Any]:
    """A sarcoma that was removed, staged today, with one metastasis of some sizes."""
    case = _case("ct", 0)
    (tumour,) = case["tumours"]
    tumour["treatments"] = [
        {
            "treatment_id": "R",
            "modality": "surgery",
            "definitive": "yes",
            "start_day": write_day(ON - 900),
            "residual": "R0",
        }
    ]
    tumour["lesions"] = [
        {
            "lesion_id": "L",
            "relation": "distant",
            "organ": organ,
            "found_day": write_day(ON - 60),
            "measurements": list(sizes),
        }
    ]
    return case


def _truth(written: dict[str, Any], fact: str, knowledge: Knowledge) -> Any:
    case, report = read_case(written, source="mutants")
    assert report.rejected == []
    ready = prepared(Record.from_cases([case]))
    return value_of(derive(ready, ask(ready, ON), knowledge)[fact].value, 0)


def noticed(knowledge: Knowledge) -> list[str]:
    """The cases that do not come out under some knowledge."""
    wrong = []
    for kind, last in LAST_DAY.items():
        for age, expected in ((last, "yes"), (last + 1, "unknown")):
            if _truth(_case(kind, age), "staging_complete", knowledge) != expected:
                wrong.append(f"{kind} of {age} days")
    for age, expected in ((LAST_DAY_OF_M0, "no"), (LAST_DAY_OF_M0 + 1, "unknown")):
        if _truth(_stated(age), "has_metastasis", knowledge) != expected:
            wrong.append(f"M0 of {age} days")
    for organ, longest, short, expected in SIZES:
        size = {"day": write_day(ON), "longest_mm": longest, "short_mm": short}
        if _truth(_measured(organ, size), "measurable_disease", knowledge) != expected:
            wrong.append(f"{organ} of {longest} and {short} mm")
    sizes = [{"day": write_day(ON - 60), "longest_mm": 20}, {"day": write_day(ON), "longest_mm": 30}]
    if _truth(_measured("liver", *sizes), "doubling_time", knowledge) != DOUBLING:
        wrong.append("the error of a reading")
    lobes = next(file for file in knowledge.of_kind("words") if file.name == "lung_lobes")
    return wrong if lobes.data["numbers"] == LOBES else [*wrong, "segments of the lobes"]


def _numbers(file: KnowledgeFile) -> Iterator[tuple[tuple[Any, ...], Any]]:
    for path, value in leaves(
        {key: file.data[key] for key in file.data if key not in ("source", "examples")}
    ):
        if isinstance(value, int | float) and not isinstance(value, bool):
            yield path, value
        elif isinstance(value, str) and value[:1].isdigit() and path[-1] not in ("title", "meaning", "note"):
            try:
                quantity(value)
            except ValueError:
                continue
            if quantity(value).unit.symbol:
                yield path, value


VALUE_SETS: Final = [
    file
    for file in KNOWLEDGE
    if file.path.startswith("value_sets/") and next(_numbers(file), None) is not None
]


def of_value_set(path: str) -> tuple[int, list[str]]:
    """How many mutants a value set has, and those that no case notices."""
    file, count, survivors = KNOWLEDGE.files[path], 0, []
    for place, value in _numbers(file):
        for way in (-1, 1):
            if isinstance(value, str):
                number = quantity(value)
                changed: Any = f"{number.value + way:.15g} {number.unit.symbol}"
            else:
                changed = value + way
            count += 1
            mutant = replace(file, document=Document(put(file.data, place, changed)))
            if not noticed(Knowledge(KNOWLEDGE.files | {path: mutant}, f"{place}{way}")):
                survivors.append(f"{'.'.join(map(str, place))}: {value!r} becomes {changed!r}")
    return count, survivors


def report() -> int:
    """Print the share of surviving mutants of each file and of all; the number that survive."""
    mutants_of_all = survivors_of_all = 0
    found = [(FILES[name].path, of_rule(name)) for name in FILES if FILES[name].kind != "measure"]
    found += [(file.path, of_value_set(file.path)) for file in VALUE_SETS]
    for path, (count, survivors) in found:
        mutants_of_all += count
        survivors_of_all += len(survivors)
        print(f"{path}: {len(survivors)} of {count} survive")
        for what in survivors:
            print(f"    {what}")
    share = survivors_of_all / mutants_of_all if mutants_of_all else 0.0
    print(
        f"{len(found)} files: {survivors_of_all} of {mutants_of_all} mutants survive, a share of {share:.4f}"
    )
    return survivors_of_all


if __name__ == "__main__":
    sys.exit(1 if report() else 0)
