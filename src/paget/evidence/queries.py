"""Where in a record something is found: a table, a day, what its row must say; as knowledge writes it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import narwhals as nw

from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]

GRADES: Final = ("I", "II", "IIIa", "IIIb", "IVa", "IVb", "V")
"""Clavien-Dindo, from least to worst; III and IV without a letter are either of theirs."""
_KEYS: Final = ("table", "day", "where", "words", "grade", "change", "same_day", "other_primary")


@dataclass(frozen=True, slots=True)
class Query:
    """Rows of a table.

    Attributes:
        table, day: where they stand, and their day.
        where: columns and the values that are allowed; None stands for a blank.
        words: text columns, and words of which one must occur in them.
        least_grade: the least grade of a complication (Clavien-Dindo); "": any.
        up, down: by how much a value must have risen or fallen since the last one by the origin.
        same_day: whether the day of the origin counts.
        other_primary: whether it asks for another primary than that of the origin.
    """

    table: str
    day: str
    where: Mapping[str, tuple[str | None, ...]]
    words: Mapping[str, tuple[str, ...]]
    least_grade: str = ""
    up: float | None = None
    down: float | None = None
    same_day: bool = False
    other_primary: bool = False

    @property
    def change(self) -> bool:
        """Whether it asks for a change since the origin."""
        return self.up is not None or self.down is not None


def queries(given: Any) -> tuple[Query, ...]:
    """Read one query or a list."""
    listed = given if isinstance(given, list) else [given]
    return tuple(
        Query(
            one["table"],
            one["day"],
            values_of(one.get("where", {})),
            {column: tuple(words) for column, words in one.get("words", {}).items()},
            one.get("grade", ""),
            one.get("change", {}).get("up"),
            one.get("change", {}).get("down"),
            one.get("same_day", False),
            one.get("other_primary") == "yes",
        )
        for one in listed
    )


def faults(given: Any) -> Iterable[str]:
    """What is wrong with a query as written."""
    for one in given if isinstance(given, list) else [given]:
        if not isinstance(one, dict) or one.get("table") not in TABLES:
            yield f"table must be one of {', '.join(TABLES)}"
            continue
        table = TABLES[one["table"]]
        columns = {column.name for column in table.columns}
        if one.get("day") not in table.days:
            yield f"day must be one of {', '.join(table.days)}"
        yield from (f"there is no key {key}" for key in one if key not in _KEYS)
        yield from (
            f"{table.name} has no column {column}"
            for column in (*one.get("where", {}), *one.get("words", {}))
            if column not in columns
        )
        if one.get("grade", "I") not in GRADES:
            yield f"grade must be one of {', '.join(GRADES)}"


def values_of(data: Mapping[str, Any]) -> dict[str, tuple[str | None, ...]]:
    """Allowed values by column."""
    return {column: tuple(values) for column, values in data.items()}


def among(column: str, values: tuple[Any, ...], kind: str = "text") -> nw.Expr:
    """Whether a column has one of some values; None stands for a blank.

    Args:
        column: its name.
        values: those allowed.
        kind: of the column, as the table declares it.
    """
    named: list[Any] = [value for value in values if value is not None]
    if kind == "truth":
        named = [value in ("yes", True) for value in named]
    found = nw.col(column).is_in(named)
    return (found | nw.col(column).is_null()) if None in values else found


def matching(rows: Frame, query: Query) -> Frame:
    """The rows of its table of which a query is so, but for grade and change."""
    table = TABLES[query.table]
    for column, values in query.where.items():
        rows = rows.filter(among(column, values, table.column(column).kind))
    for column, words in query.words.items():
        text = nw.col(column).str.to_lowercase()
        hit = text.str.contains(words[0].lower(), literal=True)
        for word in words[1:]:
            hit = hit | text.str.contains(word.lower(), literal=True)
        rows = rows.filter(hit.fill_null(value=False))
    return rows


def graded(rows: Frame, name: str, least: str) -> Frame:
    """``type``: the name where the grade is reached, the name with ``_possibly`` where that is not known."""
    grade = nw.col("grade").str.to_lowercase().str.replace_all("clavien-dindo", "", literal=True)
    for letters in ("grade", "-", " "):
        grade = grade.str.replace_all(letters, "", literal=True)
    place = GRADES.index(least)
    known = {text.lower(): number for number, text in enumerate(GRADES)}
    sure = [text for text, number in known.items() if number >= place]
    less = [text for text, number in known.items() if number < place]
    for number, low, high in (("iii", 2, 3), ("iv", 4, 5)):  # without a letter it is either
        sure += [number] if low >= place else []
        less += [number] if high < place else []
    for order, text in enumerate(("1", "2", "3a", "3b", "4a", "4b", "5")):
        (sure if order >= place else less).append(text)
    kind = (
        nw.when(grade.is_in(sure))
        .then(nw.lit(name))
        .when(~grade.is_in(less) | grade.is_null())
        .then(nw.lit(f"{name}_possibly"))
    )
    return rows.with_columns(type=kind)


def changed(rows: Frame, query: Query) -> Frame:
    """Observations after the origin that differ from the last by the origin by as much as asked."""
    key = ["origin", "name"]
    before = rows.filter(nw.col("days_high") <= 0, ~nw.col("low").is_null())
    last = before.group_by(*key).agg(_base_day=nw.col("day").max())
    base = (
        before.join(last, on=key, how="inner")
        .filter(nw.col("day") == nw.col("_base_day"))
        .group_by(*key)
        .agg(_base_low=nw.col("low").min(), _base_high=nw.col("high").max())
    )
    rows = rows.filter(nw.col("days_high") > 0).join(base, on=key, how="inner")
    if query.up is not None:
        return rows.filter(nw.col("low") - nw.col("_base_high") >= query.up)
    return rows.filter(nw.col("_base_low") - nw.col("high") >= query.down)
