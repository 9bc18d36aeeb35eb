"""The examples in a rule's file: cases in words with the expected answer, which run as tests.

In the file of a rule that asks for at most five lesions:

    - given: {lesion_count: 5 lesions}
      expect: {holds: yes}
    - given: {lesion_count: [4 lesions, 6 lesions]}
      expect: {holds: unknown, missing: [lesion_count]}

What is not given is unknown. What is not expected is not compared. A number is expected as a number, or
as a list of its bounds (null: open); a class as a name, or as the list of those still possible.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.errors import KnowledgeError
from paget.knowledge.checks import KnowledgeProblem
from paget.knowledge.schema import LARGEST
from paget.rules.explain import finding
from paget.rules.given import table_of
from paget.rules.missing import missing_for_value
from paget.rules.ruleset import RuleSet
from paget.rules.said import Json

VALUE: Final = {
    "criteria": "holds",
    "score": "score",
    "model": "ratio",
    "classes": "class",
    "schedule": "states",
    "measure": "value",
    "factors": "factors",
    "closure": "closure",
}
"""By which word the value of each kind of rule is expected; ``value`` serves for all."""

BESIDE: Final = ("missing", "applies", "group", "at_boundary", "alternatives", "survival", "reads", "outside")
PRECISION: Final = 1e-12  # relative; what double precision keeps over a few operations


def run(ruleset: RuleSet, name: str) -> Iterator[KnowledgeProblem]:
    """Run the examples of one rule; each that does not come out is a problem."""
    file = ruleset[name].file
    read = []
    for index, example in enumerate(file.data.get("examples", [])):
        where = file.where("examples", index)
        try:
            table_of([example["given"]], ruleset.catalogue, where)
        except KnowledgeError as error:
            yield KnowledgeProblem(error.where, error.what, error.mend)
        else:
            read.append((where, example["given"], example["expect"]))
    if not read:
        return
    facts = table_of([given for _, given, _ in read], ruleset.catalogue)
    results = ruleset.evaluate(facts, only=name)
    for row, (where, _, expect) in enumerate(read):
        found = finding(results, name, row)
        if "applies" not in expect:  # an example need not say that the finding belongs to the case
            found["missing"] = missing_for_value(results, ruleset[name], row)
        for key, expected in expect.items():
            yield from _compare(found, key, expected, VALUE[file.kind], where)


def _compare(found: Json, key: str, expected: Any, word: str, where: str) -> Iterator[KnowledgeProblem]:
    if key not in ("value", word, *BESIDE):
        yield KnowledgeProblem(
            where, f"an example cannot expect {key!r}", f"it expects {word}, {', '.join(BESIDE)}"
        )
        return
    got = found.get("value" if key == word else key)
    if not same(got, expected):
        yield KnowledgeProblem(where, f"the example expects {key} {_show(expected)}; it is {_show(got)}")


def same(got: Any, expected: Any) -> bool:
    """Whether a finding's value is the expected one.

    >>> same({"low": 3, "high": None}, [3, None]), same(["low", "high"], ["high", "low"])
    (True, True)
    """
    if isinstance(got, dict) and got.keys() == {"low", "high"} and isinstance(expected, list):
        return len(expected) == 2 and same(got["low"], expected[0]) and same(got["high"], expected[1])
    if isinstance(got, Mapping) and isinstance(expected, Mapping):
        return got.keys() == expected.keys() and all(same(got[key], expected[key]) for key in got)
    if isinstance(got, list) and isinstance(expected, list):
        if all(isinstance(item, str) for item in (*got, *expected)):
            return sorted(got) == sorted(expected)
        return len(got) == len(expected) and all(map(same, got, expected))
    if _is_number(got) and _is_number(expected):
        return abs(expected) <= LARGEST and math.isclose(got, expected, rel_tol=PRECISION)
    return bool(got == expected) and isinstance(got, bool) == isinstance(expected, bool)


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _show(value: Any) -> str:
    if isinstance(value, dict) and value.keys() == {"low", "high"}:
        return f"[{value['low']}, {value['high']}]"
    return str(value)
