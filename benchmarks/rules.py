"""Rules alone: a case with explanation and ranking, and a registry, on made-up facts.

python benchmarks/rules.py [--decisions 1000000]
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path

import numpy as np
from measure import Line, at_most, median_seconds, save

from paget.facts.declaration import Fact, FactColumn, FactTable
from paget.knowledge import Knowledge
from paget.possible import Classes, Range, Span, Truth
from paget.rules import RuleSet, compile_rules, findings, rank

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))
from rule_facts import FACTS

TYPICAL = {"lesion": 3.0, "organ": 1.5, "node": 2.0, "mm": 25.0, "ng/mL": 90.0, "day": 40.0}
UNKNOWN = 0.25  # of the values of each fact


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--decisions", type=int, default=1_000_000)
    given = parser.parse_args()
    knowledge = Knowledge.load()
    start = time.perf_counter()
    ruleset = compile_rules(knowledge, FACTS)
    compiled = time.perf_counter()
    how = f"{len(ruleset)} findings, {len(ruleset.order)} rules with those under other limits"
    one = facts(1, seed=5)
    lines = [
        Line("rules: compiled", (compiled - start) * 1e3, "ms", note=how),
        *case(ruleset, one, how),
        *registry(ruleset, facts(given.decisions, seed=1), f"{given.decisions:,} decisions, {how}"),
    ]
    save("rules", lines, "python benchmarks/rules.py")


def case(ruleset: RuleSet, one: FactTable, how: str) -> list[Line]:
    """One decision: evaluated, explained, its missing facts ranked."""
    results = ruleset.evaluate(one)
    return [
        Line(
            "rules: one case evaluated",
            median_seconds(lambda: ruleset.evaluate(one), 50) * 1e3,
            "ms",
            note=how,
        ),
        Line(
            "rules: one case explained", median_seconds(lambda: findings(results), 50) * 1e3, "ms", note=how
        ),
        Line(
            "rules: missing facts ranked",
            median_seconds(lambda: rank(ruleset, one), 50) * 1e3,
            "ms",
            note=how,
        ),
    ]


def registry(ruleset: RuleSet, many: FactTable, how: str) -> list[Line]:
    """A registry, on one core."""
    start = time.perf_counter()
    ruleset.evaluate(many, trace=False, alternatives=False)
    plain = time.perf_counter()
    ruleset.evaluate(many, trace=False)
    of_48 = (plain - start) * 48 / len(ruleset)
    return [
        Line("rules: a registry", plain - start, "s", note=how),
        at_most(
            "rules: a registry, for 48 findings",
            of_48,
            "s",
            3,
            f"48/{len(ruleset)} of the line above: computed, not measured",
        ),
        Line("rules: a registry, under all limits", time.perf_counter() - plain, "s", note=how),
    ]


def facts(decisions: int, seed: int) -> FactTable:
    """Made-up facts, a quarter of them unknown."""
    draw = np.random.default_rng(seed)
    as_of = draw.integers(18_000, 20_000, decisions).astype(np.float64)
    columns = {name: column(fact, as_of, draw) for name, fact in FACTS.items()}
    ids = np.arange(decisions).astype(object)
    return FactTable(ids, ids, ids, as_of, columns)


def column(fact: Fact, as_of: np.ndarray, draw: np.random.Generator) -> FactColumn:
    """The values of one fact."""
    n = as_of.size
    blank = draw.random(n) < UNKNOWN
    if fact.kind == "truth":
        return FactColumn(Truth(np.where(blank, 0, draw.choice([-1, 1], n)).astype(np.int8)))
    if fact.kind == "class":
        some = 1 << draw.integers(0, len(fact.classes), n)
        return FactColumn(
            Classes(fact.classes, np.where(blank, (1 << len(fact.classes)) - 1, some).astype(np.uint64))
        )
    if fact.kind == "span":
        start = as_of - draw.integers(200, 2000, n)
        end = np.minimum(as_of, start + draw.integers(0, 1200, n))
        low, high = np.where(blank, -np.inf, start), np.where(blank, np.inf, start)
        return FactColumn(Span(Range(low, high), Range(end, end), Truth(np.ones(n, np.int8))))
    low = np.floor(draw.gamma(1.0, TYPICAL.get(fact.unit, 20.0), n))
    age = draw.integers(0, 60, n)
    day = Range(as_of - age, as_of - age) if fact.name == "cea" else None
    return FactColumn(Range(low, np.where(blank, np.inf, low)), day)


if __name__ == "__main__":
    main()
