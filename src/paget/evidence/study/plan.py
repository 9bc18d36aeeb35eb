"""A study file as it was read: its parts, the line of each, and the lengths of time in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from paget.days import days_in_months
from paget.documents import Document, shown
from paget.errors import BadInput, NotFound, Refused
from paget.evidence.flags import Flagged
from paget.evidence.small_groups import FLAG as SMALL_GROUPS
from paget.units import quantity

Place = tuple[str | int, ...]
"""Keys and positions that lead to a part of the file."""


class StudyError(BadInput):
    """A study file that cannot be run as it is written; each mistake with its line."""


@dataclass(frozen=True, slots=True)
class Study:
    """A study file.

    Attributes:
        document: its content, with lines.
        folder: in which it lies; other files are named from there.
        text: its bytes.
    """

    document: Document
    folder: Path
    text: bytes

    @property
    def data(self) -> dict[str, Any]:
        """Its content."""
        found: dict[str, Any] = self.document.value
        return found

    def part(self, name: str) -> dict[str, Any]:
        """A part of it; empty where it is left out."""
        return dict(self.data.get(name) or {})

    def items(self, name: str) -> list[dict[str, Any]]:
        """The items of a list; none where it is left out."""
        return list(self.data.get(name) or [])

    @property
    def overrides(self) -> dict[str, str]:
        """By flag of the guard the reason to print what it refuses."""
        given = dict(self.data.get("overrides") or {})
        return {flag: reason for flag, reason in given.items() if flag != SMALL_GROUPS}

    @property
    def give_out(self) -> str:
        """The reason to give small groups out; "" without one."""
        return str((self.data.get("overrides") or {}).get(SMALL_GROUPS, ""))

    def flagged(self, path: Place, found: Flagged) -> Refused:
        """A refusal of the guard in the words of a study."""
        mend = found.mend.split("; to print it all the same")[0]
        way = f"{mend}; to print it all the same, at the top of the file: overrides: {{{found.flag}: reason}}"
        return Refused(found.what, where=self.where(*path), why=found.why, mend=way)

    def where(self, *path: str | int) -> str:
        """Its name and the line of a part: ``study.yaml:12``."""
        return f"{self.document.where}:{self.document.line(path)}"

    def wrong(self, path: Place, what: str, mend: str = "") -> StudyError:
        """One mistake."""
        return StudyError(what, where=self.where(*path), mend=mend)

    def beside(self, name: str, *path: str | int) -> Path:
        """A file or folder that it names.

        Raises:
            NotFound: there is none.
        """
        found = self.folder / name
        if not found.exists():
            raise NotFound(
                f"no such file or folder: {shown(name)}",
                where=self.where(*path),
                mend="it is looked for beside the study file",
            )
        return found


def in_days(value: float | str) -> float:
    """A length of time in days; a bare number is days.

    Raises:
        UnitError: no length of time.

    >>> in_days(90), in_days("60 months"), in_days("2 years")
    (90.0, 1826.0, 730.0)
    """
    found = quantity(value)
    if not found.unit.symbol:
        return float(found.value)
    if found.unit.symbol in {"month", "year"}:
        return float(days_in_months(found.to("month")))
    return float(found.to("day"))


def columns_of(study: Study) -> list[str]:
    """The columns that may be used: known at the origin, and bands of these."""
    cohort = study.data["cohort"]
    return [*(cohort.get("known_at_origin") or ()), *cohort.get("bands", {})]


def names_of(mapping: Mapping[str, Any] | list[str] | None) -> dict[str, str]:
    """What is known at the origin as column -> name; of a list each is its own.

    >>> names_of(["age"]), names_of(None)
    ({'age': 'age'}, {})
    """
    if not mapping:
        return {}
    return dict(mapping) if isinstance(mapping, Mapping) else {name: name for name in mapping}
