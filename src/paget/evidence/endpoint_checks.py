"""What is wrong with an endpoint's or an origin's file: its types, roles, names, queries and examples."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paget.errors import BadInput, PagetError
from paget.evidence.endpoint_files import (
    CHOICES,
    DEATHS,
    EVENT_TYPES,
    OF_DISEASE,
    ROLES,
    STRATEGIES,
)
from paget.evidence.queries import faults
from paget.evidence.windows import Window
from paget.knowledge import Knowledge, KnowledgeFile, KnowledgeProblem
from paget.record.tables import TABLES


def problems(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    """Everything that is wrong with the files of this room."""
    for file in knowledge.of_kind("endpoint"):
        yield from _events(file)
        yield from _choices(file)
    for file in knowledge.of_kind("endpoint", "days", "outcome"):
        yield from _own(file)
        for origin in file.data.get("origins", ()):
            yield from _named(knowledge, file, "origins", origin, ("origin",))
    for file in knowledge.of_kind("outcome"):
        for name, answer in file.data.get("all", {}).items():
            yield from _named(knowledge, file, "all", name, ("endpoint",))
            if answer not in ("yes", "no"):
                yield KnowledgeProblem(file.where("all", name), "neither yes nor no")
    for file in knowledge.of_kind("origin"):
        yield from _origin(file)
    yield from _examples(knowledge)


def _events(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    events, own = file.data.get("events", {}), file.data.get("own", {})
    known = (*EVENT_TYPES, *own)
    for name, role in events.items():
        if name not in known:
            mend = f"there are {', '.join(known)}"
            yield KnowledgeProblem(file.where("events", name), f"no type of event is {name}", mend)
        if role not in ROLES:
            yield KnowledgeProblem(file.where("events", name), f"{role} is none of {', '.join(ROLES)}")
    ending = {name for name, role in events.items() if role == "event"}
    if not ending:
        yield KnowledgeProblem(file.where("events"), "nothing is an event")
    elif ending <= set(DEATHS) and any(word in file.title.lower() for word in OF_DISEASE):
        what = "an endpoint of disease whose event is death alone: recurrences would be censored silently"
        mend = "name the recurrences as events, or call it survival"
        yield KnowledgeProblem(file.where("events"), what, mend)


def _choices(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    if "within" in file.data:
        try:
            Window.read(file.data["within"])
        except BadInput as error:
            yield KnowledgeProblem(file.where("within"), error.what, error.mend)
    for question, choice in file.data.get("strategies", {}).items():
        if question not in STRATEGIES or choice not in CHOICES:
            mend = f"for {' and '.join(STRATEGIES)} one of {', '.join(CHOICES)}"
            yield KnowledgeProblem(file.where("strategies", question), "no such strategy", mend)
    for name in file.data.get("without", ()):
        if name not in file.data.get("own", {}):
            yield KnowledgeProblem(file.where("without"), f"{name} is no type of its own", "add it to own")


def _own(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    for name, given in file.data.get("own", {}).items():
        if name in EVENT_TYPES:
            yield KnowledgeProblem(file.where("own", name), f"{name} is a type that all share", "rename it")
        for fault in faults(given):
            yield KnowledgeProblem(file.where("own", name), fault)


def _named(
    knowledge: Knowledge, file: KnowledgeFile, key: str, name: str, kinds: tuple[str, ...]
) -> Iterator[KnowledgeProblem]:
    known = [one.name for one in knowledge.of_kind(*kinds)]
    if name not in known:
        what = f"there is no {kinds[0]} {name}"
        yield KnowledgeProblem(file.where(key), what, f"there are {', '.join(known)}")


def _origin(file: KnowledgeFile) -> Iterator[KnowledgeProblem]:
    table = TABLES.get(file.data.get("table", ""))
    if table is None:
        return
    if file.data.get("day") not in table.days:
        yield KnowledgeProblem(file.where("day"), f"{table.name} has no such day", ", ".join(table.days))
    for column in file.data.get("where", {}):
        if column not in {one.name for one in table.columns}:
            yield KnowledgeProblem(file.where("where", column), f"{table.name} has no column {column}")
    if "after" in file.data:
        for fault in faults(file.data["after"]):
            yield KnowledgeProblem(file.where("after"), fault)
    if file.data.get("completed") and table.name != "treatments":
        yield KnowledgeProblem(file.where("completed"), "only a treatment is completed by another")


def _examples(knowledge: Knowledge) -> Iterator[KnowledgeProblem]:
    from paget.evidence.endpoint_examples import misses

    for file in knowledge.of_kind("endpoint", "days", "outcome"):
        if "examples" not in file.data:
            continue
        try:
            found: list[tuple[int, str]] = list(misses(knowledge, file))
        except (PagetError, KeyError, TypeError, ValueError) as error:
            yield KnowledgeProblem(file.where("examples"), f"cannot be run: {_line(error)}")
            continue
        for number, words in found:
            yield KnowledgeProblem(file.where("examples", "cases", number), words)


def _line(error: Any) -> str:
    return str(error).splitlines()[0] if str(error) else type(error).__name__
