"""A page a finding, in Markdown, made from its knowledge file and the declarations of the facts it reads.

`python -m paget.assessment.pages docs/findings` writes a page for each finding in force and an index;
folders named after it are overlays.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from paget.assessment.markdown import anything, examples, outcomes, plain, section, source_line, table
from paget.errors import NotFound
from paget.facts.catalogue import GROUPS, catalogue
from paget.facts.declaration import Fact
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.rules import RuleSet, compile_rules
from paget.rules.bodies import Bands, Clause, Criteria, Each, First, Measure, Product, Slope, Step, Sum
from paget.rules.conditions import AllOf, AnyOf, Node, Not, Read, text_of
from paget.rules.rule import COMBINATORS, Rule

KINDS: Final = {
    "criteria": "criteria: yes, no or unknown",
    "score": "score",
    "model": "hazard model",
    "classes": "classes: one, or all that are still possible",
    "schedule": "schedule of examinations",
    "measure": "measured or counted",
    "factors": "factors side by side",
    "closure": "plan that follows from what is involved",
}
MADE: Final = "<!-- Made by `make docs-findings`; change the knowledge file, not this page. -->"

_INTRODUCTION: Final = (
    "Every finding that `paget assess` prints has a page: what it means, its rule in words, its source, whom "
    "it speaks of, examples at its limits. Figures that were not read in their source are marked "
    "unconfirmed, here and in every output."
)
_HEAD: Final = (
    "title",
    "kind",
    "meaning",
    "source",
    "confirmed",
    "note",
    "applies",
    "examples",
    "limits",
    "reads",
)
_LAYERS: Final = ("replaces", "withdraws", "reason", "by", "date")
_ELSEWHERE: Final = frozenset((*_HEAD, *_LAYERS, *(word for words in COMBINATORS.values() for word in words)))
_WORDS: Final = {
    "validity": "Whom it speaks of",
    "outcomes": "Outcomes",
    "discrimination": "How well it tells patients apart",
    "contradicted_by": "What contradicts it",
    "groups": "Groups",
    "baseline": "Baseline",
}

_NOT_FOUND: Final = "No figure of its discrimination (a c-index) was found in the sources."


class Pages:
    """The pages of all findings in force.

    Args:
        knowledge: the layered set.

    >>> Pages(Knowledge.load()).page("few_lesions").splitlines()[0]
    '# Few distant lesions'
    """

    def __init__(self, knowledge: Knowledge) -> None:
        self.knowledge = knowledge
        self.facts: Mapping[str, Fact] = catalogue(knowledge)
        self.rules: RuleSet = compile_rules(knowledge, self.facts)
        self.rooms = dict(_rooms(knowledge))
        self.readers: dict[str, list[str]] = {}
        for name in self.rules:
            for read in self.rules[name].reads:
                self.readers.setdefault(read.partition("[")[0], []).append(name)

    def page(self, name: str) -> str:
        """The page of one finding.

        Raises:
            NotFound: there is no such finding.
        """
        if name not in self.rules:
            raise NotFound(
                f"{name} is no finding", mend="`paget knowledge list` names scores, classes and criteria"
            )
        rule = self.rules[name]
        data = rule.file.data
        parts = [
            f"# {plain(rule.file.title)}",
            MADE,
            self._head(rule),
            plain(str(data.get("meaning", ""))),
            section("Where it belongs", _applies(rule)),
            section("Rule", "\n".join(self._rule(rule))),
            section("Limits", _limits(rule)),
            *(
                section(
                    _WORDS.get(key, key.replace("_", " ").capitalize()),
                    outcomes(data[key]) if key == "outcomes" else anything(data[key]),
                )
                for key in data
                if key not in _ELSEWHERE
            ),
            section(_WORDS["discrimination"], _NOT_FOUND if _tells_apart_unknown(rule) else ""),
            section("What the answers mean", anything(data["reads"]) if "reads" in data else ""),
            section("Facts", self._facts(rule)),
            section("Examples", examples(data.get("examples", ()))),
            section("Source", _basis(rule)),
        ]
        return "\n\n".join(part for part in parts if part) + "\n"

    def index(self) -> str:
        """The page that lists all findings, by kind."""
        parts = [
            "# Findings",
            MADE,
            _INTRODUCTION,
        ]
        others = sorted({rule.kind for rule in self.rules.rules.values()} - KINDS.keys())
        for kind, words in (*KINDS.items(), *((kind, kind) for kind in others)):
            rows = [
                (
                    f"[{plain(rule.file.title)}]({name}.md)",
                    _first_sentence(rule),
                    "" if rule.file.confirmed else "unconfirmed",
                )
                for name in sorted(self.rules)
                if (rule := self.rules[name]).kind == kind
            ]
            if rows:
                parts.append(
                    f"## {words[0].upper()}{words[1:]}\n\n" + table(("finding", "meaning", ""), rows)
                )
        return "\n\n".join(parts) + "\n"

    def files(self) -> dict[str, str]:
        """All pages by file name."""
        return {"README.md": self.index()} | {f"{name}.md": self.page(name) for name in sorted(self.rules)}

    def write(self, folder: Path) -> None:
        """Write all pages, and take away those of findings that are no more."""
        folder.mkdir(parents=True, exist_ok=True)
        files = self.files()
        for old in folder.glob("*.md"):
            if old.name not in files and MADE in old.read_text(encoding="utf-8"):
                old.unlink()
        for name, text in files.items():
            (folder / name).write_text(text, encoding="utf-8", newline="\n")

    def _head(self, rule: Rule) -> str:
        mark = "" if rule.file.confirmed else " **Unconfirmed: its figures were not read in their source.**"
        layer = "" if rule.file.layer == "shipped" else f", from the overlay {rule.file.layer}"
        return f"`{rule.name}`, {KINDS.get(rule.kind, rule.kind)}{layer}.{mark}"

    def _rule(self, rule: Rule) -> Iterator[str]:
        body = rule.body
        if isinstance(body, Criteria):
            yield from _tree(body.condition)
        elif isinstance(body, First):
            yield from (
                f"{place}. {body.names[index]}: {'otherwise' if condition is None else text_of(condition)}"
                for place, (condition, index) in enumerate(body.cases, 1)
            )
        elif isinstance(body, Sum | Product):
            yield from _sum(body)
        elif isinstance(body, Each):
            rows = [
                (
                    item.name,
                    "" if item.young.cut is None else item.young.cut.text,
                    "always" if item.when is None else text_of(item.when),
                )
                for item in body.items
            ]
            yield table(("examination", "greatest age", "asked for"), rows)
        elif isinstance(body, Measure):
            yield f"The fact `{body.subject.name}`" + (
                f", in {body.unit}." if body.unit not in ("", "1") else "."
            )
        else:
            yield anything(rule.file.data[COMBINATORS[rule.kind][0]])
        if rule.reads:
            names = dict.fromkeys(read.partition("[")[0] for read in rule.reads)
            yield "\nIt reads " + ", ".join(f"[{name}]({name}.md)" for name in names) + "."
        if rule.name in self.readers:
            yield (
                "\nIt is read by "
                + ", ".join(f"[{name}]({name}.md)" for name in self.readers[rule.name])
                + "."
            )

    def _facts(self, rule: Rule) -> str:
        rows = []
        for name in dict.fromkeys(_facts_of(rule)):
            fact = self.facts[name]
            room, how = self.rooms.get(name, ("", ""))
            holds = (
                ", ".join(fact.classes[:12])
                or fact.unit
                or {"truth": "yes or no", "span": "day"}.get(fact.kind, "number")
            )
            rows.append(
                (f"`{name}`", fact.meaning, holds, fact.resolved_by, f"{how} (`{room}`)" if room else "")
            )
        return table(("fact", "meaning", "holds", "made known by", "worked out among"), rows) if rows else ""


def _tells_apart_unknown(rule: Rule) -> bool:
    """Whether a score speaks of a population without a figure of its discrimination."""
    data = rule.file.data
    return rule.kind in ("score", "model") and "validity" in data and "discrimination" not in data


def _basis(rule: Rule) -> str:
    state = "Confirmed: every number was read there." if rule.file.confirmed else "Unconfirmed."
    note = f"\n\n{plain(str(rule.file.data['note']))}" if "note" in rule.file.data else ""
    return "\n".join([*(f"- {source_line(one)}" for one in rule.file.source), "", state]) + note


def _rooms(knowledge: Knowledge) -> Iterator[tuple[str, tuple[str, str]]]:
    """By fact the module that works it out, and what that module says of itself."""
    sets = ValueSets.of(knowledge)
    for group in GROUPS:
        module = sys.modules[group.formulas.__module__]
        for fact in group.facts(sets):
            yield fact.name, (module.__name__, plain((module.__doc__ or "").partition("\n\n")[0]).rstrip("."))


def _facts_of(rule: Rule) -> Iterator[str]:
    body = rule.body
    subjects = [leaf.subject for leaf in rule.leaves]
    if isinstance(body, Sum | Product):
        subjects += [clause.subject for clause in body.clauses if isinstance(clause, Slope)]
    if isinstance(body, Measure):
        subjects.append(body.subject)
    yield from (subject.name for subject in subjects if not subject.finding)


def _applies(rule: Rule) -> str:
    return "" if rule.applies is None else f"Where {text_of(rule.applies)}."


def _tree(node: Node, depth: int = 0) -> Iterator[str]:
    """A condition as a nested list."""
    pad = "  " * depth
    if isinstance(node, AllOf | AnyOf):
        yield f"{pad}- {'all of' if isinstance(node, AllOf) else 'any of'}"
        for part in node.parts:
            yield from _tree(part, depth + 1)
    elif isinstance(node, Not):
        yield f"{pad}- not"
        yield from _tree(node.part, depth + 1)
    elif isinstance(node, Read):
        yield f"{pad}- {node.text} ({text_of(node.part)})"
    else:
        yield f"{pad}- {text_of(node)}"


def _sum(body: Sum | Product) -> Iterator[str]:
    word = "times" if isinstance(body, Product) else "points"
    yield table(("clause", word), [row for clause in body.clauses for row in _clause(clause, body)])
    if isinstance(body, Sum) and (body.start or body.logit):
        yield f"\nThe sum starts from {body.start:g}." + (
            " Probability = 1 / (1 + exp(-sum))." if body.logit else ""
        )
    if isinstance(body, Product):
        yield "\nSurvival S(t) = S0(t) ^ ratio, of the baseline below."


def _clause(clause: Clause, body: Sum | Product) -> Iterator[tuple[str, str]]:
    from math import exp

    def worth(value: float) -> str:
        return f"{exp(value) if isinstance(body, Product) else value:g}"

    if isinstance(clause, Step):
        asked = text_of(clause.when)
        yield (f"{clause.text} ({asked})" if clause.text else asked), worth(clause.worth)
    elif isinstance(clause, Bands):
        edges = [str(edge) for edge in clause.below]
        yield from (
            (edge, worth(value)) for edge, value in zip([*edges, "otherwise"], clause.worths, strict=True)
        )
    else:
        yield (
            f"{clause.text}: for each {clause.per:g} {clause.subject.unit} from {clause.origin:g}",
            worth(clause.worth),
        )


def _limits(rule: Rule) -> str:
    rows = [
        (
            f"`{limit.name}`",
            limit.main + ("" if limit.confirmed else " (unconfirmed)"),
            ", ".join(limit.also) + ("" if limit.also_confirmed or not limit.also else " (unconfirmed)"),
        )
        for limit in rule.limits.values()
    ]
    return table(("limit", "used", "also in use"), rows) if rows else ""


def _first_sentence(rule: Rule) -> str:
    return plain(str(rule.file.data.get("meaning", ""))).partition(". ")[0].rstrip(".")


if __name__ == "__main__":
    Pages(Knowledge.load(sys.argv[2:])).write(Path(sys.argv[1]))
