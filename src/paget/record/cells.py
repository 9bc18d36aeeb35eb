"""Reading one written value as what its column holds: a day, a number, a class, a yes or no.

The same reader serves a case file, an importer's row and a cell of a CSV file. Three things can come
of a value: what the column holds; unknown, when a blank was written as a word or a code; or
:class:`Impossible`, and then the row cannot be used. Messages never repeat the value.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable
from typing import Any, Final

from paget.days import day_of, read_day, write_day
from paget.errors import UnitError
from paget.record.columns import Column
from paget.units import quantity

UNKNOWN_WORDS: Final = frozenset(
    {
        "", "unknown", "unk", "ukn", "not known", "not recorded", "not available", "not stated",
        "not done", "missing", "n/a", "na", "n.a.", "nan", "null", "nd", "n.d.", "?", "-", "--", ".",
    }
)  # fmt: skip
"""Words that registries write where nothing is known."""

UNKNOWN_NUMBERS: Final = frozenset({-9.0, -99.0, -999.0, -9999.0, 999.0, 9999.0})
"""Numbers that registries write where nothing is known."""

UNKNOWN_CODES: Final = frozenset(f"{number:g}" for number in UNKNOWN_NUMBERS)
"""The same numbers as they stand in a column of texts."""

SPACES: Final = " \t\n\r\v\f\xa0"
"""What is taken off around a value; named here because engines differ in what they call white space."""

FIRST_YEAR: Final = 1800  # before the first patient of any registry
LAST_YEAR: Final = 2200  # after the last planned day of any record
RELATIVE_DAYS: Final = 73_050  # 200 years from an origin, either way

_YES: Final = frozenset({"yes", "y", "true", "1"})
_NO: Final = frozenset({"no", "n", "false", "0"})
_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}[T ]\d{2}:?\d{2}.*", re.ASCII)
_INTEGER: Final = re.compile(r"[-+]?[0-9]{1,9}")
_NUMBER: Final = re.compile(r"[-+]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_COMMA: Final = re.compile(r"[-+<>=≤≥ ]*[0-9]+,[0-9]+[^0-9]*")
_LIMIT: Final = re.compile(r"\s*(<=|>=|<|>|≤|≥)\s*(.+)")


class Unknown:
    """The answer of a reader where a blank was written as a word or code."""

    def __repr__(self) -> str:
        return "UNKNOWN"


UNKNOWN: Final = Unknown()


class Impossible(ValueError):
    """A value that its column cannot hold: what is wrong, and how to mend it."""

    def __init__(self, what: str, mend: str = "") -> None:
        super().__init__(what)
        self.what, self.mend = what, mend


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


def day_bounds(day: str | int, relative: bool) -> tuple[int, int]:
    """First and last possible day of a canonical day: days since 1970-01-01, or since the origin.

    >>> day_bounds("2024-02", False), day_bounds(17, True), day_bounds("10/40", True)
    ((19754, 19782), (17, 17), (10, 40))
    """
    if isinstance(day, int):
        return day, day
    if "/" in day:
        first, last = day.split("/")
        if relative:
            return int(first), int(last)
        return read_day(first)[0], read_day(last)[1]
    return read_day(day)


def day_text(low: int, high: int, relative: bool) -> str | int:
    """The canonical day of two bounds: the inverse of :func:`day_bounds`.

    >>> day_text(19754, 19782, False), day_text(17, 17, True), day_text(10, 40, True)
    ('2024-02', 17, '10/40')
    """
    if relative:
        return low if low == high else f"{low}/{high}"
    return write_day(low, high)


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


def is_unknown_word(text: str) -> bool:
    """Whether a text is one of the words for nothing known, in any case and with blanks around it."""
    word = text.strip(SPACES)
    return len(word) < 16 and word.lower() in UNKNOWN_WORDS


def _is_unknown(text: str) -> bool:
    return is_unknown_word(text) or (len(text) < 8 and text.strip(SPACES) in UNKNOWN_CODES)


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
        if word is not None and _is_unknown(word):
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
        return UNKNOWN if _is_unknown(text) else text

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
            if _is_unknown(value):
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


def _day(column: Column) -> Reader:
    def read(value: Any, relative: bool) -> Any:
        if isinstance(value, dt.date):  # and so a datetime
            value = value.isoformat()[:10]
        if isinstance(value, bool) or not isinstance(value, str | int | float):
            raise Impossible("not a day", "write a date such as 2024-05-31")
        if isinstance(value, str):
            text = value.strip(SPACES)
            if is_unknown_word(text) or (not relative and _is_unknown(text)):
                return UNKNOWN
            if not (relative and _INTEGER.fullmatch(text)):
                return _relative_interval(text) if relative else _calendar_day(text)
            value = int(text)
        if not math.isfinite(value) or value != int(value):
            raise Impossible("not a whole day", "write a date or a whole number of days")
        return _relative_day(int(value)) if relative else _year(int(value))

    return read


def _relative_day(day: int) -> int:
    if abs(day) > RELATIVE_DAYS:
        raise Impossible(
            "more than 200 years from the patient's origin", "write days from the patient's origin"
        )
    return day


def _relative_interval(text: str) -> str | int:
    first, slash, last = text.partition("/")
    if not (slash and _INTEGER.fullmatch(first) and _INTEGER.fullmatch(last)):
        raise Impossible(
            "not a number of days in a record with relative days",
            "write days from the patient's origin, or take out time_base: relative",
        )
    low, high = _relative_day(int(first)), _relative_day(int(last))
    if low > high:
        raise Impossible("an interval that ends before it begins", "write the earlier day first")
    return low if low == high else f"{low}/{high}"


def _year(year: int) -> Any:
    if float(year) in UNKNOWN_NUMBERS:
        return UNKNOWN
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Impossible(
            "a number where a date belongs",
            "write a date such as 2024-05-31; for days from an origin write time_base: relative in patient",
        )
    return f"{year:04d}"


def _calendar_day(text: str) -> str:
    if "/" in text:
        return _calendar_interval(text)
    if len(text) > 10 and _TIME.fullmatch(text):
        text = text[:10]
    try:
        low, _ = read_day(text)
    except ValueError as error:
        known = re.fullmatch(r"\d{4}(-\d{2}){0,2}", text)
        what = "a day that the calendar does not have" if known else "not a date"
        raise Impossible(what, "write a date such as 2024-05-31, a month 2024-05 or a year 2024") from error
    if not FIRST_DAY <= low <= LAST_DAY:
        raise Impossible(f"a year outside {FIRST_YEAR} to {LAST_YEAR}", "correct the year")
    return text


def _calendar_interval(text: str) -> str:
    first, _, last = text.partition("/")
    if "/" in last:
        raise Impossible("not a date", "write a date such as 2024-05-31")
    low, high = _calendar_day(first), _calendar_day(last)
    start, end = read_day(low)[0], read_day(high)[1]
    if start > end:
        raise Impossible("an interval that ends before it begins", "write the earlier day first")
    return write_day(start, end)


FIRST_DAY: Final = day_of(dt.date(FIRST_YEAR, 1, 1))
LAST_DAY: Final = day_of(dt.date(LAST_YEAR, 12, 31))

_MAKERS: Final[dict[str, Callable[[Column], Reader]]] = {
    "key": _key,
    "text": _text,
    "class": _class,
    "day": _day,
    "integer": _integer,
    "number": _number,
    "truth": _truth,
    "texts": _texts,
}
