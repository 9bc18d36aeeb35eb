"""`paget knowledge`: list, show and check the files in force, and their JSON Schema."""

from __future__ import annotations

import difflib
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from paget.cli.printing import console, json_text, note, printable
from paget.cli.writing import deliver
from paget.errors import NotFound

if TYPE_CHECKING:
    from paget.knowledge import Checker, Knowledge, KnowledgeFile, KnowledgeProblem


def checkers(knowledge: Knowledge) -> list[Checker]:
    """The rooms that own kinds of files, each with its check."""
    from paget.assessment import sheets
    from paget.biology import parameter_files
    from paget.biology.calibration import table_files
    from paget.evidence import calibration_files, endpoint_files
    from paget.facts import value_sets
    from paget.facts.catalogue import catalogue
    from paget.rules import kinds

    facts = catalogue(knowledge)
    return [
        value_sets.checker(),
        kinds.checker(facts),
        sheets.checker(facts),
        endpoint_files.checker(),
        calibration_files.checker(),
        parameter_files.checker(),
        table_files.checker(),
    ]


def problems_of(knowledge: Knowledge) -> list[KnowledgeProblem]:
    """Everything wrong with the files in force."""
    from paget.knowledge import check

    return check(knowledge, checkers(knowledge))


def list_files(overlays: Sequence[Path], as_json: bool) -> int:
    """Print a line for each file, and for each fact that rules may read."""
    from paget.cli.fact_list import about, facts_of, holds
    from paget.knowledge import Knowledge

    knowledge = Knowledge.load(overlays)
    if as_json:
        data = {
            "hash": knowledge.hash,
            "overlays": [asdict(change) for change in knowledge.overlays],
            "files": [_about(file) for file in knowledge],
            "facts": [about(fact) for fact in facts_of(knowledge)],
        }
        print(json_text(data))
        return 0
    from rich.table import Table
    from rich.text import Text

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("name", "kind", "confirmed", "layer", "title"):
        table.add_column(heading, header_style="bold", overflow="fold")
    for file in knowledge:
        cells = (file.name, file.kind, "yes" if file.confirmed else "no", file.layer, file.title)
        table.add_row(*(Text(printable(cell)) for cell in cells))
    screen = console()
    screen.print(table)
    facts = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("fact", "holds", "meaning"):
        facts.add_column(heading, header_style="bold", overflow="fold")
    for fact in facts_of(knowledge):
        facts.add_row(*(Text(printable(cell)) for cell in (fact.name, holds(fact), fact.meaning)))
    screen.print()
    screen.print(facts)
    screen.print()
    for change in knowledge.overlays:
        screen.print(Text(printable(f"overlay {change}"), "cyan"))
    screen.print(Text(f"{len(knowledge)} files, knowledge {knowledge.hash}", "dim"))
    return 0


def show_file(name: str, overlays: Sequence[Path], as_json: bool) -> int:
    """Print one file as it is written, under its path and hash; or what is declared of a fact.

    Raises:
        NotFound: there is none of that name.
    """
    from paget.cli.fact_list import about, facts_of, told
    from paget.knowledge import Knowledge

    knowledge = Knowledge.load(overlays)
    if name not in {file.name for file in knowledge}:
        for fact in facts_of(knowledge):
            if fact.name == name:
                print(json_text(about(fact)) if as_json else printable(told(fact), lines=True))
                return 0
    file = knowledge.find(name)
    if as_json:
        print(json_text({**_about(file), "data": file.data}))
        return 0
    print(printable(f"# {file.path} ({file.layer})"))
    print(f"# sha256 {file.sha256}")
    print(printable(file.location.read_text(encoding="utf-8").rstrip("\n"), lines=True))
    return 0


def show_page(name: str, overlays: Sequence[Path]) -> int:
    """Print the page of one finding.

    Raises:
        NotFound: there is no such finding.
    """
    from paget.assessment.pages import Pages
    from paget.knowledge import Knowledge

    print(printable(Pages(Knowledge.load(overlays)).page(name).rstrip("\n"), lines=True))
    return 0


def _about(file: KnowledgeFile) -> dict[str, Any]:
    return {
        "name": file.name,
        "path": file.path,
        "kind": file.kind,
        "title": file.title,
        "layer": file.layer,
        "sha256": file.sha256,
        "confirmed": file.confirmed,
        "source": file.source,
    }


def check_files(overlays: Sequence[Path], as_json: bool) -> int:
    """Print every problem; the exit code says whether there is one."""
    from paget.knowledge import Knowledge

    knowledge = Knowledge.load(overlays)
    problems = problems_of(knowledge)
    if as_json:
        found = [asdict(problem) for problem in problems]
        print(json_text({"hash": knowledge.hash, "files": len(knowledge), "problems": found}))
    else:
        for problem in problems:
            print(printable(problem))
        if problems:
            note(f"{len(problems)} problems in {len(knowledge)} files.")
        else:
            print(f"{len(knowledge)} files, no problem, knowledge {knowledge.hash}")
    return 2 if problems else 0


def schema_of_files(name: str | None, output: Path | None) -> int:
    """Print or write the JSON Schema of one kind of file, or of all.

    Raises:
        NotFound: there is no such kind.
    """
    from paget.knowledge import Knowledge

    kinds = {kind.name: kind for checker in checkers(Knowledge.load()) for kind in checker.kinds}
    if name is None:
        schema: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A knowledge file",
            "anyOf": [
                {key: value for key, value in kind.schema().items() if key != "$schema"}
                for kind in kinds.values()
            ],
        }
    elif name in kinds:
        schema = kinds[name].schema()
    else:
        near = difflib.get_close_matches(name, kinds, n=1)
        mend = f"did you mean {near[0]}?" if near else f"there are: {', '.join(kinds)}"
        raise NotFound(f"there is no kind of knowledge file named {name!r}", mend=mend)
    deliver(json_text(schema), output)
    return 0
