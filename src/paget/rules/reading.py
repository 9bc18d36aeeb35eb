"""From YAML to conditions: reads a clause's ``when``, checks names and units, and says where it fails."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from paget.errors import KnowledgeError
from paget.knowledge.files import KnowledgeFile
from paget.rules.conditions import AllOf, AnyOf, Comparison, How, Node, Not, Read
from paget.rules.subjects import Subject
from paget.rules.thresholds import days, read_cut

Path = tuple[str | int, ...]
Shared = dict[tuple[object, ...], Comparison]
"""The comparisons of a rule set by what they say, so that each is one object and evaluated once."""

GROUPING: Final = ("all", "any", "none", "not")
HOWS: Final[tuple[How, ...]] = ("above", "below", "at_least", "at_most", "is")
YES_NO: Final = {"yes": "yes", "no": "no", True: "yes", False: "no"}


@dataclass(slots=True)
class Reader:
    """Reads the conditions of one file.

    Attributes:
        file: the file, for places in messages.
        subject: what a name means.
        limits: the value of each limit, as text.
        shared: the comparisons met so far in the rule set.
    """

    file: KnowledgeFile
    subject: Callable[[str, str], Subject]
    limits: Mapping[str, str]
    shared: Shared
    used: set[str] = field(default_factory=set)

    def where(self, path: Path) -> str:
        """Where a reader finds it: file and line."""
        return self.file.where(*path)

    def condition(self, data: Any, path: Path) -> Node:
        """A condition: facts with what is asked of them, and all / any / none / not around them.

        Raises:
            KnowledgeError: something in it is not understood.
        """
        if not isinstance(data, dict) or not data:
            raise KnowledgeError(
                "a condition is a mapping such as {liver_metastasis: yes}", where=self.where(path)
            )
        reads = data.get("reads")
        parts = [self._part(key, value, (*path, key)) for key, value in data.items() if key != "reads"]
        if not parts:
            raise KnowledgeError("a condition needs something besides reads", where=self.where(path))
        node = parts[0] if len(parts) == 1 else AllOf(tuple(parts))
        return node if reads is None else Read(node, str(reads))

    def several(self, data: Any, path: Path) -> tuple[Node, ...]:
        """A list of conditions."""
        if not isinstance(data, list) or not data:
            raise KnowledgeError(
                f"{path[-1]} stands over a list of conditions",
                where=self.where(path),
                mend=f"write {path[-1]}: with a - before each condition",
            )
        return tuple(self.condition(item, (*path, index)) for index, item in enumerate(data))

    def grouped(self, word: str, data: Any, path: Path) -> Node:
        """The conditions of a list under all, any or none; or the one under not."""
        if word == "not":
            return Not(self.condition(data, path))
        parts = self.several(data, path)
        if word == "all":
            return parts[0] if len(parts) == 1 else AllOf(parts)
        some = parts[0] if len(parts) == 1 else AnyOf(parts)
        return Not(some) if word == "none" else some

    def _part(self, key: str, value: Any, path: Path) -> Node:
        if key in GROUPING:
            return self.grouped(key, value, path)
        subject = self.subject(key, self.where(path))
        if subject.kind in ("number", "span"):
            return self._number(subject, value, path)
        within = None
        if isinstance(value, dict):
            rest = dict(value)
            within = self._within(rest, path)
            if len(rest) != 1 or not rest.keys() <= {"is", "in"}:
                raise KnowledgeError(f"{key} takes is, or in with a list", where=self.where(path))
            value = next(iter(rest.values()))
        if subject.kind == "truth":
            return self._truth(subject, value, within, path)
        return self._class(subject, value, within, path)

    def _truth(self, subject: Subject, value: Any, within: float | None, path: Path) -> Node:
        if isinstance(value, list | dict) or value not in YES_NO:
            raise KnowledgeError(
                f"{subject.name} is yes or no",
                where=self.where(path),
                mend=f"write {{{subject.name}: yes}} or {{{subject.name}: no}}",
            )
        return self._one(Comparison(subject, "yes" if YES_NO[value] == "yes" else "no", within=within))

    def _class(self, subject: Subject, value: Any, within: float | None, path: Path) -> Node:
        wanted = [value] if isinstance(value, str) else value
        if not isinstance(wanted, list) or not wanted:
            raise KnowledgeError(
                f"{subject.name} takes one of its classes or a list of them",
                where=self.where(path),
                mend=f"classes: {', '.join(subject.classes)}",
            )
        for name in wanted:
            if name not in subject.classes:
                near = difflib.get_close_matches(str(name), subject.classes, n=1)
                raise KnowledgeError(
                    f"{subject.name} has no class {name!r}",
                    where=self.where(path),
                    mend=f"did you mean {near[0]!r}?" if near else f"classes: {', '.join(subject.classes)}",
                )
        among = tuple(name for name in subject.classes if name in wanted)
        return self._one(Comparison(subject, "among", among=among, within=within))

    def _number(self, subject: Subject, value: Any, path: Path) -> Node:
        if not isinstance(value, dict):
            raise KnowledgeError(
                f"say how {subject.name} is compared",
                where=self.where(path),
                mend=f"write {{{subject.name}: {{at_least: {value}}}}}; also above, below, at_most, is",
            )
        rest = dict(value)
        within = self._within(rest, path)
        parts: list[Node] = []
        for how, threshold in rest.items():
            if how == "in" and isinstance(threshold, list) and threshold:
                parts.append(
                    AnyOf(tuple(self.compare(subject, "is", one, path, within) for one in threshold))
                )
            elif how in HOWS:
                parts.append(self.compare(subject, how, threshold, (*path, how), within))
            else:
                near = difflib.get_close_matches(str(how), [*HOWS, "in", "within"], n=1)
                raise KnowledgeError(
                    f"no comparison {how!r}",
                    where=self.where((*path, how)),
                    mend=f"did you mean {near[0]}?" if near else f"write one of {', '.join(HOWS)}",
                )
        if not parts:
            raise KnowledgeError(f"nothing is asked of {subject.name}", where=self.where(path))
        return parts[0] if len(parts) == 1 else AllOf(tuple(parts))

    def compare(
        self, subject: Subject, how: How, threshold: Any, path: Path, within: float | None = None
    ) -> Comparison:
        """One comparison with a threshold: a quantity as text, a plain number, or ``$limit``."""
        if isinstance(threshold, bool) or not isinstance(threshold, str | int | float):
            raise KnowledgeError(
                "a threshold is a number with its unit", where=self.where(path), mend='for example "50 mm"'
            )
        text = self.text(threshold, path)
        for how_else, end in (("above", " or more"), ("below", " or less")):
            if isinstance(text, str) and text.endswith(end):  # a limit of which the strictness differs
                text, how = text.removesuffix(end), self._or_equal(how, how_else, path)
        return self._one(Comparison(subject, how, read_cut(text, subject, self.where(path)), within=within))

    def _or_equal(self, how: How, expected: str, path: Path) -> How:
        """``above`` a limit of "50 mm or more" is at least 50 mm; ``below`` one of "or less" at most."""
        if how != expected:
            raise KnowledgeError(
                f"{how} a limit that includes its own value", where=self.where(path), mend=f"write {expected}"
            )
        return "at_least" if how == "above" else "at_most"

    def text(self, written: str | float, path: Path) -> str | float:
        """A threshold as written, with the value of a limit in the place of ``$limit``."""
        if not isinstance(written, str) or not written.startswith("$"):
            return written
        name = written[1:]
        if name not in self.limits:
            near = difflib.get_close_matches(name, self.limits, n=1)
            raise KnowledgeError(
                f"there is no limit {name!r}",
                where=self.where(path),
                mend=f"did you mean ${near[0]}?"
                if near
                else f"declare it under limits: {name}: {{value: ...}}",
            )
        self.used.add(name)
        return self.limits[name]

    def _within(self, rest: dict[str, Any], path: Path) -> float | None:
        written = rest.pop("within", None)
        return None if written is None else days(self.text(written, path), self.where((*path, "within")))

    def _one(self, comparison: Comparison) -> Comparison:
        return self.shared.setdefault(comparison.same, comparison)
