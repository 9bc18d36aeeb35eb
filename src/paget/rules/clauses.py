"""From YAML to bodies: the clauses of each kind of rule."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any, Final

from paget.errors import KnowledgeError, UnitError
from paget.knowledge.schema import LARGEST
from paget.rules.bodies import (
    Bands,
    Beside,
    Body,
    Clause,
    Closure,
    Criteria,
    Each,
    Examination,
    Factor,
    First,
    Measure,
    Product,
    Slope,
    Step,
    Sum,
)
from paget.rules.conditions import AllOf, Comparison, Node
from paget.rules.reading import Path, Reader
from paget.rules.rule import COMBINATORS
from paget.rules.subjects import Subject
from paget.rules.thresholds import days, read_cut
from paget.units import unit

MOST_CLASSES: Final = 64  # bits of an integer


def read_body(reader: Reader) -> Body:
    """The clauses of a file under their combinator.

    Raises:
        KnowledgeError: no combinator, two of them, or a clause that is not understood.
    """
    kind, data = reader.file.kind, reader.file.data
    words = [word for word in COMBINATORS[kind] if word in data]
    if kind == "criteria":
        if not words:
            raise KnowledgeError("criteria need all, any or none", where=reader.where(()))
        parts = [reader.grouped(word, data[word], (word,)) for word in words]
        return Criteria(parts[0] if len(parts) == 1 else AllOf(tuple(parts)))
    if not words:
        raise KnowledgeError(f"a {kind} needs {COMBINATORS[kind][0]}", where=reader.where(()))
    word = words[0]
    return _READ[kind](reader, data[word], (word,))


def _list(reader: Reader, data: Any, path: Path) -> list[tuple[dict[str, Any], Path]]:
    if not isinstance(data, list) or not data or not all(isinstance(clause, dict) for clause in data):
        raise KnowledgeError(
            f"{path[0]} stands over a list of clauses",
            where=reader.where(path),
            mend="write - {when: {...}, ...} for each",
        )
    return [(clause, (*path, index)) for index, clause in enumerate(data)]


def _only(reader: Reader, clause: Mapping[str, Any], keys: set[str], path: Path) -> None:
    for key in clause:
        if key not in keys:
            raise KnowledgeError(
                f"a clause of {path[0]} has no key {key!r}",
                where=reader.where((*path, key)),
                mend=f"it has {', '.join(sorted(keys))}",
            )


def _number(reader: Reader, value: Any, path: Path, *, positive: bool = False) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST:
        raise KnowledgeError(f"{path[-1]} is a number", where=reader.where(path))
    if positive and value <= 0:
        raise KnowledgeError(f"{path[-1]} is greater than 0", where=reader.where(path))
    return float(value)


def _sum(reader: Reader, data: Any, path: Path) -> Sum:
    link = reader.file.data.get("link")
    if link not in (None, "logit"):
        raise KnowledgeError(f"no link {link!r}", where=reader.where(("link",)), mend="write link: logit")
    start = _number(reader, reader.file.data.get("intercept", 0), ("intercept",))
    return Sum(_clauses(reader, data, path, "points"), start, link == "logit")


def _product(reader: Reader, data: Any, path: Path) -> Product:
    baseline = reader.file.data.get("baseline")
    if not isinstance(baseline, dict) or not isinstance(baseline.get("survival"), dict):
        raise KnowledgeError(
            "a hazard model needs its own baseline",
            where=reader.where(("baseline",)),
            why="hazard ratios multiply only inside one model with its own baseline",
            mend="add baseline: {survival: {12 months: 0.90, ...}, of: who has no factor}",
        )
    survival: dict[str, float] = {}
    for time, share in baseline["survival"].items():
        here: Path = ("baseline", "survival", time)
        days(time, reader.where(here))
        survival[time] = _number(reader, share, here, positive=True)
        if survival[time] > 1:
            raise KnowledgeError("survival is a share between 0 and 1", where=reader.where(here))
    return Product(_clauses(reader, data, path, "times"), survival)


def _clauses(reader: Reader, data: Any, path: Path, worth: str) -> tuple[Clause, ...]:
    clauses: list[Clause] = []
    sloped: set[Subject] = set()
    for clause, at in _list(reader, data, path):
        read = _clause(reader, clause, at, worth)
        if isinstance(read, Slope):
            if read.subject in sloped:
                raise KnowledgeError(
                    f"{read.subject.name} has two slopes", where=reader.where(at), mend="write one"
                )
            sloped.add(read.subject)
        clauses.append(read)
    return tuple(clauses)


def _clause(reader: Reader, clause: dict[str, Any], path: Path, worth: str) -> Clause:
    """A clause of a sum (worth: points) or of a product (worth: times, taken as its logarithm)."""

    def worth_of(data: Mapping[str, Any], at: Path) -> float:
        if worth == "times":
            if worth not in data:
                raise KnowledgeError("a clause of a product says times", where=reader.where(at))
            return math.log(_number(reader, data[worth], (*at, worth), positive=True))
        return _number(reader, data.get(worth, 1), (*at, worth))

    text = str(clause.get("reads", ""))
    if "by" in clause:
        _only(reader, clause, {"by", "bands", "reads"}, path)
        subject = _numeric(reader, clause["by"], (*path, "by"))
        bands = _list(reader, clause.get("bands"), (*path, "bands"))
        edges, worths = [], []
        for index, (band, at) in enumerate(bands):
            _only(reader, band, {"below", "at_most", worth}, at)
            hows = [how for how in ("below", "at_most") if how in band]
            if (len(hows) != 1) if index < len(bands) - 1 else bool(hows):
                raise KnowledgeError(
                    "each band but the last ends with below or at_most", where=reader.where(at)
                )
            if hows:
                edges.append(
                    reader.compare(
                        subject, "below" if hows[0] == "below" else "at_most", band[hows[0]], (*at, hows[0])
                    )
                )
            worths.append(worth_of(band, at))
        _upward(reader, edges, path)
        return Bands(tuple(edges), tuple(worths), text or subject.words)
    if "slope" in clause:
        _only(reader, clause, {"slope", "from", "per", worth, "reads"}, path)
        subject = _numeric(reader, clause["slope"], (*path, "slope"))
        start = clause.get("from", f"0 {subject.unit}".strip())
        origin = read_cut(start, subject, reader.where((*path, "from"))).value
        per = _per(reader, subject, clause.get("per"), (*path, "per"))
        return Slope(subject, origin, per, worth_of(clause, path), text or subject.words)
    _only(reader, clause, {"when", worth, "reads"}, path)
    if "when" not in clause:
        raise KnowledgeError("a clause says when, by or slope", where=reader.where(path))
    condition = reader.condition(clause["when"], (*path, "when"))
    return Step(condition, worth_of(clause, path), text)


def _upward(reader: Reader, edges: list[Comparison], path: Path) -> None:
    values = [edge.cut.value for edge in edges if edge.cut is not None]
    if values != sorted(set(values)):
        raise KnowledgeError("the bands must go upward", where=reader.where((*path, "bands")))


def _numeric(reader: Reader, name: Any, path: Path) -> Subject:
    subject = reader.subject(str(name), reader.where(path))
    if subject.kind not in ("number", "span"):
        raise KnowledgeError(f"{subject.name} is not a number", where=reader.where(path))
    return subject


def _per(reader: Reader, subject: Subject, written: Any, path: Path) -> float:
    if written is None:
        raise KnowledgeError(
            "a slope says per how much",
            where=reader.where(path[:-1]),
            mend=f"for example per: 10 {subject.unit}".rstrip(),
        )
    per = read_cut(written, subject, reader.where(path)).value
    if per <= 0:
        raise KnowledgeError("per is greater than 0", where=reader.where(path))
    return per


def _first(reader: Reader, data: Any, path: Path) -> First:
    clauses = _list(reader, data, path)
    names: list[str] = []
    cases: list[tuple[Node | None, int]] = []
    for index, (clause, at) in enumerate(clauses):
        _only(reader, clause, {"when", "is"}, at)
        if "is" not in clause:
            raise KnowledgeError("a clause of first says what it is", where=reader.where(at))
        name = re.sub(r"\$(\w+)", lambda m: str(reader.text(m[0], at)), str(clause["is"]))  # noqa: B023
        if name == "unknown":
            raise KnowledgeError(
                "unknown is never a class",
                where=reader.where(at),
                why="all classes that are still possible are listed instead",
            )
        if name not in names:
            names.append(name)
        last = index == len(clauses) - 1
        if last is ("when" in clause):
            raise KnowledgeError(
                "the last clause of first, and only that, has no when",
                where=reader.where(at),
                mend="end with what holds otherwise: - {is: ...}",
            )
        condition = None if last else reader.condition(clause["when"], (*at, "when"))
        cases.append((condition, names.index(name)))
    if len(names) > MOST_CLASSES:
        raise KnowledgeError(f"more than {MOST_CLASSES} classes", where=reader.where(path))
    return First(tuple(cases), tuple(names))


def _each(reader: Reader, data: Any, path: Path) -> Each:
    items = []
    for clause, at in _list(reader, data, path):
        _only(reader, clause, {"examination", "fact", "at_most", "when", "not_done"}, at)
        for key in ("examination", "fact", "at_most"):
            if key not in clause:
                raise KnowledgeError(f"a line of a schedule says {key}", where=reader.where(at))
        subject = reader.subject(str(clause["fact"]), reader.where((*at, "fact")))
        if subject.kind != "number" or subject.unit != "day":
            raise KnowledgeError(f"{subject.name} is no age in days", where=reader.where((*at, "fact")))
        young = reader.compare(subject, "at_most", clause["at_most"], (*at, "at_most"))
        when = reader.condition(clause["when"], (*at, "when")) if "when" in clause else None
        absent = None
        if "not_done" in clause:
            stated = reader.condition({str(clause["not_done"]): "yes"}, (*at, "not_done"))
            absent = stated if isinstance(stated, Comparison) else None
        items.append(Examination(str(clause["examination"]), young, when, absent))
    return Each(tuple(items))


def _beside(reader: Reader, data: Any, path: Path) -> Beside:
    items = []
    for clause, at in _list(reader, data, path):
        _only(reader, clause, {"factor", "when", "effects"}, at)
        for key in ("factor", "when"):
            if key not in clause:
                raise KnowledgeError(f"a line of factors says {key}", where=reader.where(at))
        items.append(Factor(str(clause["factor"]), reader.condition(clause["when"], (*at, "when"))))
    names = [item.name for item in items]
    if len({*names}) < len(names):
        raise KnowledgeError("two factors have one name", where=reader.where(path), mend="rename one")
    return Beside(tuple(items))


def _measure(reader: Reader, data: Any, path: Path) -> Measure:
    subject = reader.subject(str(data), reader.where(path))
    if subject.finding:
        raise KnowledgeError(f"{subject.name} is a finding; a measure names a fact", where=reader.where(path))
    shown = str(reader.file.data.get("unit", subject.unit))
    try:
        own, wanted = unit(subject.unit), unit(shown)
    except UnitError as error:
        raise KnowledgeError(error.what, where=reader.where(("unit",)), mend=error.mend) from error
    if own.dimension != wanted.dimension:
        raise KnowledgeError(
            f"{subject.name} is a {own.dimension} in {own.symbol}; {shown} is a {wanted.dimension}",
            where=reader.where(("unit",)),
        )
    return Measure(subject, shown, own.factor / wanted.factor)


def _closure(reader: Reader, data: Any, path: Path) -> Closure:
    lines = _list(reader, data, path)
    names: list[str] = []
    for clause, at in lines:
        _only(reader, clause, {"thing", "is", "when", "only", "brings"}, at)
        if "thing" not in clause or str(clause["thing"]) in names:
            raise KnowledgeError("a line of a closure names one thing, once", where=reader.where(at))
        names.append(str(clause["thing"]))
    brought_by: list[list[int]] = [[] for _ in names]
    for place, (clause, at) in enumerate(lines):
        brings = clause.get("brings", [])
        if not isinstance(brings, list):
            raise KnowledgeError("brings is a list of things", where=reader.where((*at, "brings")))
        for one in brings:
            if one not in names:
                raise KnowledgeError(f"{one} is no thing of this file", where=reader.where((*at, "brings")))
            brought_by[names.index(one)].append(place)

    def condition(clause: dict[str, Any], key: str, at: Path) -> Node | None:
        return reader.condition(clause[key], (*at, key)) if key in clause else None

    return Closure(
        tuple(names),
        tuple(condition(clause, "when", at) for clause, at in lines),
        tuple(condition(clause, "only", at) for clause, at in lines),
        tuple(map(tuple, brought_by)),
    )


_READ: Final[dict[str, Callable[[Reader, Any, Path], Body]]] = {
    "score": _sum,
    "model": _product,
    "classes": _first,
    "schedule": _each,
    "measure": _measure,
    "factors": _beside,
    "closure": _closure,
}
