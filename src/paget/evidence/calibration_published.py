"""The published survival of a score, as curves by its rows: what own data are compared with."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import numpy as np

from paget.days import days_in_months
from paget.errors import BadInput, Refused, UnitError
from paget.evidence.endpoint_files import EndpointRule
from paget.knowledge import Knowledge, KnowledgeFile
from paget.survival.results import Floats
from paget.units import quantity

OPERATED: Final = re.compile(
    r"\b(after|with) (\w+ )?(resection|metastasectomy|hepatectomy|operation|surgery)"
)
"""How the endpoint of a table says that its patients were operated on."""

KEYS: Final = ("score", "group")

OF_TABLES: Final = "a table of percent alive at times in months, by score or group"
OF_MODELS: Final = (
    "it is a model that gives a probability; hold its predictions beside outcomes with"
    " paget.survival.calibration_curve(data, predicted=..., day=...)"
)


@dataclass(frozen=True, slots=True, eq=False)
class PublishedRow:
    """A row of a published table.

    Attributes:
        key: ``score`` or ``group``; what it is there.
        is_: its value as the file writes it.
        low, high: the scores that fall into it.
        survival: shares at the times of the table.
    """

    key: str
    is_: Any
    low: float
    high: float
    survival: Floats

    @property
    def words(self) -> str:
        """Its name on a page.

        >>> PublishedRow("score", [0, 2], 0, 2, np.ones(1)).words
        'score 0 to 2'
        """
        if self.key == "group":
            return str(self.is_)
        return f"score {self.low:g}" if self.low == self.high else f"score {self.low:g} to {self.high:g}"


@dataclass(frozen=True, slots=True, eq=False)
class Published:
    """A published table of survival by score.

    Attributes:
        file: of the score.
        number: which of its tables, from 1.
        table: the table as the file has it.
        at: its times in words; ``days``: the same in days.
        rows: by score or group.
    """

    file: KnowledgeFile
    number: int
    table: Mapping[str, Any]
    at: tuple[str, ...]
    days: Floats
    rows: tuple[PublishedRow, ...]

    @property
    def endpoint(self) -> str:
        """Its endpoint, in the words of the file."""
        return str(self.table["endpoint"])

    def hazard(self, row: int, days: Floats) -> Floats:
        """The cumulative hazard of a row by some days.

        Minus the logarithm of its survival, a straight line between one time of the table and the next.
        """
        known = -np.log(np.concatenate([[1.0], self.rows[row].survival]))
        return np.asarray(np.interp(days, np.concatenate([[0.0], self.days]), known), dtype=np.float64)

    def row_of(self, low: Floats, high: Floats) -> Any:
        """The row into which each range of scores falls as a whole; -1: into none, or into several."""
        found = np.full(len(low), -1)
        for number, row in enumerate(self.rows):
            found[(low >= row.low) & (high <= row.high)] = number
        return found

    def groups(self) -> tuple[PublishedRow, ...]:
        """The named groups of the score, with no survival of their own.

        Raises:
            BadInput: the score has none, or a row lies in two of them.
        """
        names = [
            PublishedRow("group", entry["is"], *_ends(entry["score"]), survival=np.zeros(0))
            for entry in self.file.data.get("groups", ())
        ]
        if not names:
            raise BadInput(f"{self.file.name} names no groups", where=self.file.path)
        for row in self.rows:
            if not any(name.low <= row.low and row.high <= name.high for name in names):
                raise BadInput(
                    f"{row.words} of the published table lies in two groups of the score",
                    where=self.file.where("groups"),
                    mend="calibrate by the rows of the table",
                )
        return tuple(names)


def published(
    knowledge: Knowledge, name: str, endpoint: EndpointRule, *, operated: bool, number: int | None = None
) -> Published:
    """The table of a score that says what an endpoint says.

    Args:
        knowledge: in force.
        name: of the score.
        endpoint: of the own data.
        operated: whether these begin with an operation.
        number: which table of the file, from 1; default: the first that can be used.

    Raises:
        NotFound: there is no such file.
        BadInput: it is no score, or has no such table of survival.
        Refused: the table is about operated patients and the own data are not, or the other way round.
    """
    file = knowledge.find(name)
    if file.kind != "score":
        raise BadInput(
            f"{file.name} is no score",
            where=file.path,
            mend="calibrated are scores with a published table of survival",
        )
    tables = list(file.data.get("outcomes", ()))
    if number is not None and not 1 <= number <= len(tables):
        raise BadInput("no such table", where=f"{file.path}, outcomes", mend=f"it has {len(tables)}")
    why, apart = "", False
    for place, table in enumerate(tables, start=1):
        if number not in (None, place):
            continue
        unfit = _unfit(table, endpoint)
        if not unfit and bool(OPERATED.search(str(table["endpoint"]))) is not operated:
            unfit, apart = _other_patients(table, operated), True
        if not unfit:
            return _read(file, place, table)
        why = why or f"table {place}: {unfit}"
    if apart:
        raise Refused(
            "own data of operated patients never calibrate the option without an operation, or the reverse",
            where=file.where("outcomes"),
            why=why,
            mend="name an origin that is the one of the published table",
        )
    raise BadInput(
        f"{file.name} has no table of {endpoint.title.lower()} that own data can be compared with",
        where=file.where("outcomes"),
        why=why or "it has no table of outcomes",
        mend=OF_MODELS if file.data.get("link") else OF_TABLES,
    )


def _unfit(table: Mapping[str, Any], endpoint: EndpointRule) -> str:
    """Why a table cannot be compared with own data; "" when it can."""
    said = str(table["endpoint"]).lower()
    if not said.startswith(endpoint.title.lower()):
        return f"it is about {said}"
    if table.get("unit") != "%" or not table.get("at"):
        return "it has no percent by time"
    try:
        days = [_days(text) for text in table["at"]]
    except UnitError:
        return "its times are no lengths of time"
    if days != sorted(set(days)) or days[0] <= 0:
        return "its times do not rise"
    for row in table["rows"]:
        values = row.get("percent", ())
        if len(values) != len(days) or not any(key in row for key in KEYS):
            return "a row has no percent for each time"
        if not all(0 < value < 100 for value in values):
            return "a row says that all or none are alive, from which no hazard follows"
        if any(later > earlier for earlier, later in pairwise(values)):
            return "survival rises"
    if len(table["rows"]) < 2:
        return "it has one row"
    return ""


def _other_patients(table: Mapping[str, Any], operated: bool) -> str:
    own = "follow an operation" if operated else "do not begin with an operation"
    return f"it is about {table['endpoint']}, and the own data {own}"


def _read(file: KnowledgeFile, number: int, table: Mapping[str, Any]) -> Published:
    groups = {entry["is"]: _ends(entry["score"]) for entry in file.data.get("groups", ())}
    rows = []
    for row in table["rows"]:
        key = "score" if "score" in row else "group"
        if key == "group" and row["group"] not in groups:
            raise BadInput(f"no group of the score is {row['group']}", where=file.where("outcomes"))
        low, high = _ends(row["score"]) if key == "score" else groups[row["group"]]
        share = np.array(row["percent"], dtype=np.float64) / 100
        rows.append(PublishedRow(key, row[key], low, high, share))
    days = np.array([_days(text) for text in table["at"]], dtype=np.float64)
    return Published(file, number, table, tuple(map(str, table["at"])), days, tuple(rows))


def _ends(score: Any) -> tuple[float, float]:
    return (float(score[0]), float(score[1])) if isinstance(score, list) else (float(score), float(score))


def _days(text: Any) -> int:
    """A time of a table as days.

    >>> _days("12 months"), _days("5 years")
    (365, 1826)
    """
    return days_in_months(quantity(str(text)).to("month"))
