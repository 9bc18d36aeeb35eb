"""What a rule asked, clause by clause and condition by condition, with each answer."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from paget.rules.bodies import Bands, Beside, Closure, Criteria, Each, First, Product, Slope, Step, Sum
from paget.rules.conditions import AllOf, AnyOf, Comparison, Node, Read, comparisons_of, parts_of, text_of
from paget.rules.rule import Rule, conjuncts
from paget.rules.said import Json, Said
from paget.rules.values import plain, value_of


def explanation(said: Said, rule: Rule) -> list[Json]:
    """What the rule asked, clause by clause and condition by condition, with each answer."""
    body = rule.body
    if isinstance(body, Criteria):
        top = node_of(said, body.condition)
        return list(top["of"]) if isinstance(body.condition, AllOf) else [top]
    if isinstance(body, First):
        return [_case(said, condition, body.names[index]) for condition, index in body.cases]
    if isinstance(body, Sum | Product):
        exponent = isinstance(body, Product)
        return [_clause(said, clause, product=exponent) for clause in body.clauses]
    if isinstance(body, Each):
        states = value_of(said.results[rule.name].value, said.row)
        return [
            {
                "asks": f"{item.name}: {item.young}",
                "has": said.has(item.young),
                "state": states[item.name],
            }
            for item in body.items
        ]
    if isinstance(body, Closure):
        return _closure(said, rule, body)
    if isinstance(body, Beside):
        written = rule.file.data["beside"]
        return [
            node_of(said, item.when)
            | {"asks": item.name, "condition": _sentence(item.when), "effects": line.get("effects", [])}
            for item, line in zip(body.items, written, strict=True)
        ]
    return []


_asks = lru_cache(maxsize=8192)(str)  # comparisons are shared objects
_sentence = lru_cache(maxsize=8192)(text_of)


def node_of(said: Said, node: Node) -> Json:
    """A condition: what it asks, what is known, whether it holds, and the same of its parts."""
    truth = said.truth(node)
    if isinstance(node, Comparison):
        return {"asks": _asks(node), "has": said.has(node), "truth": truth}
    if isinstance(node, Read):
        return node_of(said, node.part) | {"asks": node.text}
    word = "all of" if isinstance(node, AllOf) else "any of" if isinstance(node, AnyOf) else "not"
    return {"asks": word, "truth": truth, "of": [node_of(said, part) for part in parts_of(node)]}


def _closure(said: Said, rule: Rule, body: Closure) -> list[Json]:
    """Each thing that is there or may be, why, and what brings it."""
    states, written = value_of(said.results[rule.name].value, said.row), rule.file.data["closure"]
    lines: list[Json] = []
    for name, when, sources, line in zip(body.names, body.when, body.brought_by, written, strict=True):
        why: Json = {} if when is None else node_of(said, when)
        brought = [body.names[place] for place in sources if states[body.names[place]] == states[name]]
        lines.append(
            why
            | {"asks": name, "is": line.get("is", ""), "state": states[name], "brought_by": brought}
            | ({} if when is None else {"condition": _sentence(when)})
        )
    return lines


def _case(said: Said, condition: Node | None, name: str) -> Json:
    if condition is None:
        return {"is": name, "asks": "otherwise"}
    return {"is": name} | node_of(said, condition)


def _clause(said: Said, clause: Step | Bands | Slope, *, product: bool) -> Json:
    key = "times" if product else "points"

    def worth(value: float) -> float | int | None:
        return plain(float(np.exp(value)) if product else value)

    if isinstance(clause, Step):
        found = {key: worth(clause.worth)} | node_of(said, clause.when)
        return found | {"asks": clause.text} if clause.text else found
    if isinstance(clause, Slope):
        return {
            key: worth(clause.worth),
            "asks": f"{clause.text}, for each {clause.per:g} from {clause.origin:g}",
        }
    bands = [
        {"asks": _asks(edge), "truth": said.truth(edge), key: worth(value)}
        for edge, value in zip(clause.below, clause.worths, strict=False)
    ]
    bands.append({"asks": "otherwise", key: worth(clause.worths[-1])})
    return {
        "asks": clause.text,
        "has": said.has(clause.below[0]) if clause.below else "",
        "of": bands,
    }


def why_not(said: Said, rule: Rule) -> str:
    """Why a finding does not belong to this case."""
    failing = [node for node in conjuncts(rule.applies) if said.truth(node) == "no"]
    shown = []
    for node in failing:
        has = {c.subject.words: said.has(c) for c in comparisons_of(node)}
        known = "; ".join(f"{words}: {value}" for words, value in has.items())
        shown.append(f"{_sentence(node)} is not so ({known})")
    return "does not apply: " + "; ".join(shown)
