"""Reading one written value as what its column holds: a day, a number, a class, a yes or no.

The same reader serves a case file, an importer's row and a cell of a CSV file. Three things can come
of a value: what the column holds; unknown, when a blank was written as a word or a code; or
:class:`Impossible`, and then the row cannot be used. Messages never repeat the value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from typing import Any, Final

from paget.errors import UnitError
from paget.record.columns import Column
from paget.record.unknown import (
    SPACES,
    UNKNOWN,
    UNKNOWN_NUMBERS,
    UNKNOWN_WORDS,
    Impossible,
    Unknown,
    is_unknown,
    is_unknown_word,
)
from paget.record.written_days import RELATIVE_DAYS, day_bounds, day_text, read_written_day
from paget.units import quantity

__all__ = [
    "RELATIVE_DAYS",
    "UNKNOWN",
    "UNKNOWN_NUMBERS",
    "UNKNOWN_WORDS",
    "Impossible",
    "Reader",
    "day_bounds",
    "day_text",
    "is_unknown_word",
    "read_limits",
    "reader",
]

_YES: Final = frozenset({"yes", "y", "true", "1"})

_NO: Final = frozenset({"no", "n", "false", "0"})

_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")

_COMMA: Final = re.compile(r"[-+<>=≤≥ ]*[0-9]+,[0-9]+[^0-9]*")

_LIMIT: Final = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*(.+)")

Reader = Callable[[Any, bool], Any]
"""(written value, are the patient's days relative) -> what the column holds, or UNKNOWN."""


def reader(column: Column) -> Reader:
    """The reader of a column: a function of a written value and of whether days are relative.

    The value is not None. It returns the value in its canonical form: text, float, int, bool, a day as
    ISO text or an integer, several texts as a sorted tuple; or ``UNKNOWN``.

    >>> reader(Column("longest_mm", "number", "Longest diameter.", unit="mm"))("3.2 cm", False)
    32.0
    """
    return _MAKERS[column.kind](column)


def read_limits(value: Any) -> tuple[float | None, float | None, str | None]:
    """Low, high and unit of a result such as 40, "40 ng/mL", "<0.5" or ">200"; an open side is None.

    A value below a limit is at least 0: nothing measured this way is negative.

    Raises:
        Impossible: not a number, or a decimal comma.

    >>> read_limits("<0.5"), read_limits("> 200 ng/mL"), read_limits(40)
    ((0.0, 0.5, None), (200.0, None, 'ng/mL'), (40.0, 40.0, None))
    """
    sign, rest = "", value
    if isinstance(value, str) and (match := _LIMIT.fullmatch(value)):
        sign, rest = match[1], match[2]
    number, unit = _number_and_unit(rest)
    if not sign:
        return number, number, unit
    if sign[0] in "<≤":
        return 0.0, number, unit
    return number, None, unit


def _number_and_unit(value: Any) -> tuple[float, str | None]:
    if isinstance(value, bool):
        raise Impossible("a yes or no where a number belongs", "write a number")
    if isinstance(value, int | float):
        return _finite(value), None
    if not isinstance(value, str):
        raise Impossible("not a number", "write a number with a decimal point")
    text = value.strip(SPACES)
    if _NUMBER.fullmatch(text):
        return _finite(float(text)), None
    if _COMMA.fullmatch(text):
        raise Impossible("a decimal comma", "write a decimal point, 1.5")
    try:
        given = quantity(text)
    except UnitError as error:
        raise Impossible("not a number with a known unit", "write a number with a decimal point") from error
    return _finite(given.value), given.unit.symbol


def _finite(value: float) -> float:
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise Impossible("not a finite number", "write a number, or leave it blank when unknown")
    return number


def _number(column: Column) -> Reader:
    low = -math.inf if column.minimum is None else column.minimum
    high = math.inf if column.maximum is None else column.maximum
    bounds = _bounds(column)
    unit = column.unit

    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, str):
            if is_unknown_word(value):
                return UNKNOWN
            if _LIMIT.fullmatch(value):
                raise Impossible("a limit where a number belongs", "write the number, or leave it blank")
        number, written = _number_and_unit(value)
        if written is not None:
            number = _convert(number, written, unit)
        if number in UNKNOWN_NUMBERS:
            return UNKNOWN
        if not low <= number <= high:
            raise Impossible(f"outside {bounds}", "is it in another unit? write the unit with the number")
        return number + 0.0  # -0.0 becomes 0.0: the two are equal and must not differ in a file

    return read


def _convert(number: float, written: str, wanted: str) -> float:
    try:
        return quantity(f"{number!r} {written}").to(wanted)
    except UnitError as error:
        raise Impossible(
            "a unit of another dimension", f"write it in {wanted}" if wanted else "write it without a unit"
        ) from error


def _bounds(column: Column) -> str:
    low = "any" if column.minimum is None else f"{column.minimum:g}"
    high = "any" if column.maximum is None else f"{column.maximum:g}"
    return f"{low} to {high} {column.unit}".rstrip()


def _integer(column: Column) -> Reader:
    number = _number(column)

    def read(value: Any, relative: bool) -> Any:
        found = number(value, relative)
        if found is UNKNOWN:
            return UNKNOWN
        if found != int(found) or abs(found) > 2**31 - 1:
            raise Impossible("not a whole number", "write a whole number")
        return int(found)

    return read


def _truth(column: Column) -> Reader:
    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, bool):
            return value
        word = str(value).strip(SPACES).casefold() if isinstance(value, str | int) else None
        if word in _YES:
            return True
        if word in _NO:
            return False
        if word == "unknown":
            return None  # one of the three words of this column: nothing to remark
        if word is not None and is_unknown(word):
            return UNKNOWN
        raise Impossible("neither yes nor no", "write yes, no or unknown")

    return read


def _clean(text: str) -> str:
    if "\0" in text:
        raise Impossible("a NUL character", "remove it")
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError as error:
            raise Impossible("half of a surrogate pair", "write the text in UTF-8") from error
    return text


def _text(column: Column) -> Reader:
    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Impossible("not a text", "write it as text")
        if isinstance(value, str):
            text = _clean(value)
        else:
            text = str(value) if isinstance(value, int) else f"{_finite(value):g}"
        return UNKNOWN if is_unknown(text) else text

    return read


def _key(column: Column) -> Reader:
    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, bool) or not isinstance(value, str | int):
            raise Impossible("not an identifier", "write it as text")
        text = _clean(value).strip(SPACES) if isinstance(value, str) else str(value)
        return UNKNOWN if is_unknown_word(text) else text

    return read


def _class(column: Column) -> Reader:
    words = {word.casefold(): word for word in column.allowed}
    shown = (
        ", ".join(column.allowed) if len(column.allowed) <= 12 else "a word of the list in the reference page"
    )

    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, str):
            word = words.get(value.strip(SPACES).casefold())
            if word is not None:
                return word
            if is_unknown(value):
                return UNKNOWN
        elif isinstance(value, int | float) and value in UNKNOWN_NUMBERS:
            return UNKNOWN
        raise Impossible("not an allowed value", f"write {shown}")

    return read


def _texts(column: Column) -> Reader:
    one = _class(column) if column.allowed else _text(column)

    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, str):
            value = value.split(";")
        if not isinstance(value, list | tuple):
            raise Impossible("not a list", "write a list of texts")
        found: set[str] = set()
        unknown = False
        for item in value:
            word = (
                one(item.strip(SPACES) if isinstance(item, str) else item, relative)
                if item is not None
                else UNKNOWN
            )
            if isinstance(word, Unknown):
                unknown = True
            else:
                found.add(word)
        return UNKNOWN if unknown and not found else tuple(sorted(found))

    return read


_MAKERS: Final[dict[str, Callable[[Column], Reader]]] = {
    "key": _key,
    "text": _text,
    "class": _class,
    "day": lambda column: read_written_day,
    "integer": _integer,
    "number": _number,
    "truth": _truth,
    "texts": _texts,
}
