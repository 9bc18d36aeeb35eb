"""What a mapping file says of single cells: values, value maps, days and conditions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.documents import Document
from paget.intake.mapping import (
    COMPARISONS,
    LENGTHS,
    Cell,
    Comparison,
    Condition,
    Day,
    Test,
    Words,
    columns_in,
)
from paget.intake.mapping_shape import Place, StrictReader, near
from paget.record.cells import UNKNOWN, Impossible, reader
from paget.record.columns import Column

_CELL: Final = ("value", "column", "text", "values", "otherwise", "split", "unit", "when")
_DAY: Final = (
    "value", "day", "column", "unit", "rounded", "after", "age", "on", "latest_of", "earliest_of", "take",
    "date_format", "when",
)  # fmt: skip
_TEST: Final = ("given", "not", *COMPARISONS)

VALUE: Final = Column("value", "text", "Both limits of an observation: 40, <0.5 or >200.")
"""Stands for low and high of an observation together."""


class CellReader(StrictReader):
    """Reads what a mapping says of cells.

    Attributes:
        words: the value maps by name.
        days: the named days.
        relative: whether days are counted from an origin of the patient's own.
        months: whether the mapping says how long the file's months are.
    """

    def __init__(self, document: Document, name: str) -> None:
        super().__init__(document, name)
        self.words: dict[str, Words] = {}
        self.days: dict[str, Day] = {}
        self.relative = False
        self.months = False

    def cell(self, value: object, path: Place, column: Column) -> Cell:
        """How a value other than a day is found."""
        if not isinstance(value, dict):
            return Cell(constant=self.constant(value, path, column))
        item = self.keys(value, path, _CELL)
        if len({"value", "column", "text"} & set(item)) != 1:
            self.wrong(path, "write one of value, column and text")
        self._braces(item, path)
        words = self._words(item.get("values"), (*path, "values"), column)
        if words is not None and "otherwise" in item:
            words = Words(words.means, self._constant_text(item["otherwise"], (*path, "otherwise"), column))
        elif "otherwise" in item:
            self.wrong((*path, "otherwise"), "otherwise belongs to values")
        unit = self.text(item, "unit", path)
        if unit and column.kind not in ("number", "integer") and column is not VALUE:
            self.wrong((*path, "unit"), f"{column.name} is not a number and takes no unit")
        elif unit and column.kind == "number":
            self.constant(f"1 {unit}", (*path, "unit"), _boundless(column))
        return Cell(
            constant=self.constant(item["value"], (*path, "value"), column) if "value" in item else None,
            column=self.text(item, "column", path),
            text=self.text(item, "text", path),
            words=words,
            split=self.text(item, "split", path),
            unit=unit,
            when=self.condition(item.get("when"), (*path, "when")),
        )

    def _braces(self, item: Mapping[str, Any], path: Place) -> None:
        text = self.text(item, "text", path)
        if "" in columns_in(text) or text.count("{") != text.count("}"):
            self.wrong((*path, "text"), "a text names columns in pairs of braces: lesion {number}")

    def day(self, value: object, path: Place) -> Day:
        """How a day is found."""
        if not isinstance(value, dict):
            return Day(constant=self._day_constant(value, path))
        item = self.keys(value, path, _DAY)
        ways = [key for key in ("value", "day", "column", "age", "latest_of", "earliest_of") if key in item]
        if len(ways) != 1:
            self.wrong(path, "write one of value, day, column, age, latest_of and earliest_of")
        unit = self.one_of(item, "unit", path, tuple(LENGTHS))
        if unit == "months" and not self.months:
            self.wrong(
                (*path, "unit"),
                "months need days_per_month at the top: by how many days the file's months were made",
            )
        if "after" in item and not unit:
            self.wrong((*path, "after"), "a length of time needs its unit: days, weeks, months or years")
        rounded = self.number(item, "rounded", path) or 0.0
        if "rounded" in item and (not unit or rounded <= 0):
            self.wrong((*path, "rounded"), "rounded is the step of a length with a unit: 0.1 for one decimal")
        if "age" in item and "on" not in item:
            self.wrong(path, "age needs on: the day on which that was the age")
        many = "earliest_of" if "earliest_of" in item else "latest_of"
        return Day(
            constant=self._day_constant(item["value"], (*path, "value")) if "value" in item else None,
            name=self._day_name(item, "day", path),
            column=self.text(item, "column", path),
            unit=unit or "",
            rounded=rounded,
            after=self._day_name(item, "after", path),
            age=self.text(item, "age", path),
            on=self._day_name(item, "on", path),
            of=tuple(
                self._known_day(name, (*path, many)) for name in self.texts(item.get(many), (*path, many))
            ),
            pick="earliest" if many == "earliest_of" else "latest",
            take=self.one_of(item, "take", path, ("earliest", "latest")) or "",
            formats=self.texts(item.get("date_format"), (*path, "date_format")),
            when=self.condition(item.get("when"), (*path, "when")),
        )

    def condition(self, value: object, path: Place) -> Condition:
        """What a row must be like."""
        if value is None:
            return ()
        groups = value if isinstance(value, list) else [value]
        found = []
        for place, group in enumerate(groups):
            here = (*path, place) if isinstance(value, list) else path
            if not isinstance(group, dict) or not group:
                self.wrong(here, "a condition is written {column of the file: what it must be}")
                continue
            found.append(tuple(self._test(str(key), test, (*here, key)) for key, test in group.items()))
        return tuple(found)

    def _test(self, column: str, value: object, path: Place) -> Test:
        if not isinstance(value, dict):
            return Test(column, among=self.texts(value, path))
        item = self.keys(value, path, _TEST)
        compared: list[tuple[Comparison, float | str]] = []
        for how in COMPARISONS:
            if isinstance(other := item.get(how), dict):
                other = self.text(
                    self.keys(other, (*path, how), ("column",), needed=("column",)), "column", path
                )
                compared.append((how, other))
            elif other is not None:
                number = self.number(item, how, path)
                compared.append((how, 0.0 if number is None else number))
        given = item.get("given")
        if given is not None and not isinstance(given, bool):
            self.wrong((*path, "given"), "write given: true or given: false")
        unlike = self.texts(item["not"], (*path, "not")) if "not" in item else None
        return Test(column, None, unlike, given if isinstance(given, bool) else None, tuple(compared))

    # Named value maps and days

    def value_maps(self, value: object) -> None:
        """Read the value maps that have a name."""
        for name, words in self.keys(value, ("values",)).items():
            found = self._words(words, ("values", name), None)
            if found is not None:
                self.words[name] = found

    def _words(self, value: object, path: Place, column: Column | None) -> Words | None:
        if value is None:
            return None
        if isinstance(value, str) and column is not None:
            if value not in self.words:
                self.wrong(path, f"there is no value map {value!r}{near(value, self.words)}")
                return None
            for meant in self.words[value].means.values():
                self._constant_text(meant, path, column)
            return self.words[value]
        means: dict[str, str | None] = {}
        for key, meant in self.keys(value, path).items():
            text = str(meant).lower() if isinstance(meant, bool) else None if meant is None else str(meant)
            if column is not None:
                text = self._constant_text(text, (*path, key), column)
            if means.setdefault(key.casefold(), text) != text:
                self.wrong(
                    (*path, key), f"{key!r} stands here twice with different meanings; case is not looked at"
                )
        return Words(means)

    def named_days(self, value: object) -> None:
        """Read the days that have a name."""
        given = self.keys(value, ("days",))
        self.days = dict.fromkeys(given, Day())  # so that a day may name one below it
        self.days = {name: self.day(day, ("days", name)) for name, day in given.items()}
        for name in self.days:
            if self._leads_to_itself(name, ()):
                self.wrong(("days", name), f"the day {name} is counted from itself")
                self.days[name] = Day()

    def _leads_to_itself(self, name: str, seen: tuple[str, ...]) -> bool:
        if name in seen:
            return True
        day = self.days.get(name, Day())
        return any(
            self._leads_to_itself(other, (*seen, name))
            for other in (day.name, day.after, day.on, *day.of)
            if other
        )

    def _day_name(self, item: Mapping[str, Any], key: str, path: Place) -> str:
        name = self.text(item, key, path)
        return self._known_day(name, (*path, key)) if name else ""

    def _known_day(self, name: str, path: Place) -> str:
        if name not in self.days:
            self.wrong(path, f"there is no day {name!r} under days{near(name, self.days)}")
            self.days[name] = Day()
        return name

    # Constants

    def _day_constant(self, value: object, path: Place) -> str | int | None:
        name = [str(key) for key in path if key != "value"][-1]
        found = self.constant(value, path, Column(name, "day", "A day."))
        return found if isinstance(found, str | int) else None

    def _constant_text(self, value: object, path: Place, column: Column) -> str | None:
        found = self.constant(value, path, column)
        if isinstance(found, bool):
            return "yes" if found else "no"
        return None if found is None else ";".join(found) if isinstance(found, list | tuple) else str(found)

    def constant(self, value: object, path: Place, column: Column) -> Any:
        """A value written in the mapping itself, as its column holds it."""
        if value is None:
            return None
        try:
            found = reader(column)(value, self.relative)
        except Impossible as error:
            names = column.allowed
            hint = near(str(value), names) or (f"; {error.mend}" if error.mend else "")
            of_file = "a column of the file is written {column: name}"
            self.wrong(path, f"{column.name}: {value!r} is {error.what}{hint}; {of_file}")
            return None
        return None if found is UNKNOWN else found


def _boundless(column: Column) -> Column:
    return Column(column.name, column.kind, column.meaning, unit=column.unit)
