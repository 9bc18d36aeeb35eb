"""The check of rule files beyond their keys: names, units, outcome tables, and their own examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from paget.errors import BadInput, KnowledgeError
from paget.facts.declaration import Fact
from paget.knowledge.checks import KnowledgeProblem
from paget.knowledge.files import KnowledgeFile
from paget.knowledge.library import Knowledge
from paget.rules.examples import run
from paget.rules.rule import COMBINATORS
from paget.rules.ruleset import Compiler

STRENGTHS = ("excludes", "lowers", "to be explored")
"""What a sign can do, the strongest first."""

_ROW_OF = ("score", "group", "class", "value")


def problems_of(knowledge: Knowledge, catalogue: Mapping[str, Fact]) -> Iterator[KnowledgeProblem]:
    """Everything that is wrong with the rules in force, the failing examples last.

    Examples hold under the limits of their own layer: under a hospital's limits those of the files that it
    did not touch need not come out, and are not asked.
    """
    files = {file.name: file for file in knowledge.of_kind(*COMBINATORS)}
    compiler = Compiler(files, catalogue)
    try:
        ruleset = compiler.compile(lenient=True)
    except KnowledgeError as error:  # a circle: no order to read them in
        yield problem(error)
        return
    yield from map(problem, compiler.problems)
    for file in files.values():
        yield from _tables(file)
    touched = {change.path for change in knowledge.overlays}
    for name in ruleset:
        if not touched or files[name].path in touched:
            yield from run(ruleset, name)


def problem(error: BadInput) -> KnowledgeProblem:
    """An error of reading as an item of the list of problems."""
    return KnowledgeProblem(
        error.where, f"{error.what} ({error.why})" if error.why else error.what, error.mend
    )


def _tables(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    """Outcome tables: each row says of whom, and gives one number for each time."""
    if file.data.get("strength", STRENGTHS[0]) not in STRENGTHS:
        yield KnowledgeProblem(file.where("strength"), f"strength is one of {', '.join(STRENGTHS)}")
    if file.data.get("strength") == STRENGTHS[0] and not file.data.get("outcomes"):
        mend = "add outcomes with how often it was right, or write lowers"
        yield KnowledgeProblem(file.where("strength"), "a sign excludes only by its predictive value", mend)
    for index, table in enumerate(_list(file.data.get("outcomes"))):
        times = table.get("at", [])
        for place, row in enumerate(_list(table.get("rows"))):
            where = file.where("outcomes", index, "rows", place)
            if not any(key in row for key in _ROW_OF):
                yield KnowledgeProblem(where, "a row says of which score, group, class or value it is")
            shares = row.get("percent")
            wanted = len(times) if "at" in table else 1  # a share of patients may have no time
            if isinstance(shares, list) and len(shares) != wanted:
                yield KnowledgeProblem(where, f"{len(shares)} numbers for {wanted} times")


def _list(data: Any) -> list[dict[str, Any]]:
    return [item for item in data if isinstance(item, dict)] if isinstance(data, list) else []
