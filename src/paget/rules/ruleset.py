"""All rules in force, read from knowledge, put in an order in which each follows what it reads."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from graphlib import CycleError, TopologicalSorter
from itertools import product
from typing import Any, Final

from paget.errors import KnowledgeError
from paget.facts.declaration import Fact, FactTable
from paget.knowledge.checks import check_keys
from paget.knowledge.files import KnowledgeFile
from paget.knowledge.library import Knowledge
from paget.rules.bodies import Measure
from paget.rules.clauses import read_body
from paget.rules.conditions import Node
from paget.rules.evaluation import evaluate
from paget.rules.kinds import KINDS
from paget.rules.outcomes import Results
from paget.rules.reading import Reader, Shared
from paget.rules.rule import COMBINATORS, Group, Limit, Rule, may_not_apply
from paget.rules.subjects import Subject

KINDS_BY_NAME: Final = {kind.name: kind for kind in KINDS}

MOST_VARIANTS: Final = 24
"""Combinations of limits shown beside a finding; more than a reader can compare is refused."""


@dataclass(frozen=True, slots=True, eq=False)
class RuleSet:
    """The rules in force.

    Attributes:
        rules: by name, each after the rules that it reads.
        variants: the same rules under other limits, by the name of the rule.
        catalogue: the facts that they may read.
        order: rules and variants in order of evaluation.
    """

    rules: Mapping[str, Rule]
    variants: Mapping[str, tuple[Rule, ...]]
    catalogue: Mapping[str, Fact]
    order: tuple[Rule, ...]

    def __getitem__(self, name: str) -> Rule:
        return self.rules[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)

    def evaluate(
        self,
        facts: FactTable,
        *,
        trace: bool = True,
        alternatives: bool = True,
        boundaries: bool = True,
        only: str | Iterable[str] | None = None,
    ) -> Results:
        """The findings of all rules for all decisions.

        Args:
            facts: one row a decision.
            trace: keep the truth of each condition, which an explanation reads; leave out for a registry.
            alternatives: evaluate the rules under their other limits too.
            boundaries: note where a time lies near a threshold; else nothing is near one.
            only: evaluate this rule, or these, and those that they read, and no other.
        """
        if only is None:
            order = [rule for rule in self.order if alternatives or not rule.chosen]
        else:
            needed = self.needed([only] if isinstance(only, str) else only)
            order = [rule for rule in needed if alternatives or not rule.chosen]
        return evaluate(self, order, facts, trace=trace, boundaries=boundaries)

    def needed(self, names: Iterable[str]) -> tuple[Rule, ...]:
        """Some rules with their variants, and all that they read, in order of evaluation."""
        needed = {name for one in names for name in (one, *(rule.name for rule in self.variants[one]))}
        for rule in reversed(self.order):
            if rule.name in needed:
                needed.update(rule.reads)
        return tuple(rule for rule in self.order if rule.name in needed)


def compile_rules(knowledge: Knowledge, catalogue: Mapping[str, Fact]) -> RuleSet:
    """Read every rule of the knowledge in force.

    Args:
        knowledge: the layered files.
        catalogue: the facts by name.

    Raises:
        KnowledgeError: a rule that is not understood, a unit of the wrong kind, or rules that read each
            other in a circle; with file and line.
    """
    files = {file.name: file for file in knowledge.of_kind(*COMBINATORS)}
    return Compiler(files, catalogue).compile()


class Compiler:
    """Reads the rules one after another; variants under other limits right after their rule."""

    def __init__(self, files: Mapping[str, KnowledgeFile], catalogue: Mapping[str, Fact]) -> None:
        self.files, self.catalogue = files, catalogue
        self.shared: Shared = {}
        self.done: dict[str, Rule] = {}
        self.problems: list[KnowledgeError] = []

    def compile(self, *, lenient: bool = False) -> RuleSet:
        """All rules; ``lenient`` notes what is wrong with a file in ``problems`` and goes on."""
        rules: dict[str, Rule] = {}
        variants: dict[str, tuple[Rule, ...]] = {}
        for name in self._order():
            try:
                rule = self.read(name, {})
                others = tuple(self.read(name, chosen) for chosen in self._other_limits(rule))
            except KnowledgeError as error:
                if not lenient:
                    raise
                self.problems.append(error)
                continue
            rules[name], variants[name] = rule, others
        return RuleSet(rules, variants, self.catalogue, tuple(self.done.values()))

    def read(self, name: str, chosen: Mapping[str, str]) -> Rule:
        """One rule, under limits other than the main ones where ``chosen`` says so."""
        file = self.files[name]
        if not chosen:
            for problem in check_keys(file, KINDS_BY_NAME, complete=False):
                raise KnowledgeError(problem.what, where=problem.where, mend=problem.mend)
        own = _limits(file)
        reader = Reader(file, lambda *_: _raise(), {}, self.shared)
        read: dict[str, Rule] = {}
        applies: Node | None = None

        def subject(word: str, where: str) -> Subject:
            if word in self.catalogue:
                return Subject.of(self.catalogue[word])
            if word not in self.files:
                raise _unknown(word, [*self.catalogue, *self.files], where)
            if word not in read:
                read[word] = self._under(word, chosen, where)
            other = read[word]
            if isinstance(other.body, Measure):
                raise KnowledgeError(
                    f"{word} is the fact {other.body.subject.name} under another name",
                    where=where,
                    mend=f"write {other.body.subject.name}",
                )
            if not other.readable:
                raise KnowledgeError(f"{word} is a {other.kind} and has no single answer", where=where)
            return other.subject(masked=may_not_apply(other, applies))

        reader.subject = subject
        reader.limits = {key: chosen.get(key, limit.main) for key, limit in own.items()}
        if "applies" in file.data:
            applies = reader.condition(file.data["applies"], ("applies",))
        body = read_body(reader)
        population = tuple(
            reader.condition({"reads": one["reads"], **one["when"]}, ("population", place, "when"))
            for place, one in enumerate(file.data.get("population", []))
        )
        idle = own.keys() - reader.used
        if idle:
            raise KnowledgeError(
                f"the limit {min(idle)} is used nowhere",
                where=file.where("limits", min(idle)),
                mend=f"write ${min(idle)} where it belongs",
            )
        limits = _all_limits(file, own, read.values())
        mine = {key: text for key, text in chosen.items() if key in limits}
        rule = Rule(
            _variant(name, mine),
            file,
            applies,
            body,
            _groups(file),
            limits,
            mine,
            tuple(other.name for other in read.values()),
            population,
        )
        self._check_name(rule)
        self.done.setdefault(rule.name, rule)
        return self.done[rule.name]

    def _under(self, name: str, chosen: Mapping[str, str], where: str) -> Rule:
        """A rule that another one reads, under the limits of the reader."""
        if name not in self.done:
            raise KnowledgeError(f"{name}, which this rule reads, could not be read", where=where)
        mine = {key: text for key, text in chosen.items() if key in self.done[name].limits}
        return self.done[_variant(name, mine)]

    def _other_limits(self, rule: Rule) -> Iterator[dict[str, str]]:
        """Each choice of limits but the main one, as the limits that differ from it."""
        names = list(rule.limits)
        choices = list(product(*((limit.main, *limit.also) for limit in rule.limits.values())))
        if len(choices) > MOST_VARIANTS:
            raise KnowledgeError(
                f"{len(choices)} combinations of limits are more than a reader can compare",
                where=rule.file.where("limits"),
                mend="name fewer under also",
            )
        for texts in choices[1:]:
            yield {key: text for key, text in zip(names, texts, strict=True) if text != rule.limits[key].main}

    def _order(self) -> list[str]:
        reads = {
            name: sorted(_mentions(file.data) & self.files.keys() - self.catalogue.keys())
            for name, file in sorted(self.files.items())
        }
        try:
            return list(TopologicalSorter(reads).static_order())
        except CycleError as error:
            circle = error.args[1]
            raise KnowledgeError(
                "rules read each other in a circle",
                where=self.files[circle[0]].where(),
                why=" reads ".join(reversed(circle)),
                mend="let one of them read facts only",
            ) from None

    def _check_name(self, rule: Rule) -> None:
        """A finding may have a fact's name only when it is the measure of that fact."""
        fact = rule.body.subject.name if isinstance(rule.body, Measure) else ""
        if rule.file.name in self.catalogue and fact != rule.file.name:
            raise KnowledgeError(
                f"{rule.file.name} is the name of a fact", where=rule.file.where(), mend="rename the file"
            )


def _raise() -> Subject:
    raise AssertionError


def _variant(name: str, chosen: Mapping[str, str]) -> str:
    inside = ", ".join(f"{key}={text}" for key, text in sorted(chosen.items()))
    return f"{name}[{inside}]" if inside else name


def _limits(file: KnowledgeFile) -> dict[str, Limit]:
    """``limits: {lesions: {value: 5 lesion, also: [3, 4]}}``; a bare number takes the unit of the value."""
    limits = {}
    for name, data in file.data.get("limits", {}).items():
        main = str(data["value"])
        unit = main.partition(" ")[2]
        also = [str(one) if isinstance(one, str) else f"{one} {unit}".strip() for one in data.get("also", [])]
        others = tuple(text for text in also if text != main)
        confirmed = data.get("confirmed", file.confirmed)
        limits[name] = Limit(name, main, others, confirmed, data.get("also_confirmed", False))
    return limits


def _all_limits(file: KnowledgeFile, own: Mapping[str, Limit], read: Iterable[Rule]) -> dict[str, Limit]:
    limits = dict(own)
    for rule in read:
        for name, limit in rule.limits.items():
            if name in limits and limits[name] is not limit and limits[name] != limit:
                raise KnowledgeError(
                    f"two limits are called {name}, one of them in {rule.file.path}",
                    where=file.where("limits"),
                    mend="rename one",
                )
            limits[name] = limit
    return limits


def _groups(file: KnowledgeFile) -> tuple[Group, ...]:
    """``groups: [{score: [0, 2], is: low}, {score: 3, is: high}]``."""
    groups = []
    for data in file.data.get("groups", []):
        span = data["score"]
        low, high = span if isinstance(span, list) else (span, span)
        groups.append(Group(float(low), float(high), data["is"]))
    return tuple(groups)


def _mentions(data: Mapping[str, Any]) -> set[str]:
    """Every key and every value that stands where a name may stand."""
    found: set[str] = set()
    waiting: list[Any] = [
        data.get(key) for key in ("applies", "population", *(w for ws in COMBINATORS.values() for w in ws))
    ]
    while waiting:
        item = waiting.pop()
        if isinstance(item, dict):
            found |= {key for key in item if isinstance(key, str)}
            found |= {item[key] for key in ("by", "slope", "fact") if isinstance(item.get(key), str)}
            waiting.extend(item.values())
        elif isinstance(item, list):
            waiting.extend(item)
    return found


def _unknown(word: str, known: Iterable[str], where: str) -> KnowledgeError:
    near = difflib.get_close_matches(word, list(known), n=3)
    return KnowledgeError(
        f"there is no fact or finding {word!r}",
        where=where,
        mend=f"did you mean {' or '.join(near)}?" if near else "see `paget knowledge list`",
    )
