"""A threshold: a number in the unit of what it is compared with, or a whole number of calendar months."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from paget.days import days_in_months
from paget.errors import KnowledgeError, UnitError
from paget.rules.subjects import COUNTS, Subject
from paget.units import Quantity, quantity, unit

MONTHS: Final = {"month": 1, "year": 12}
LONGEST: Final = 2400  # months; 200 years
_PLURAL: Final = {"day", "week", "month", "year", "lesion", "organ", "node", "fraction", "segment", "point"}


@dataclass(frozen=True, slots=True)
class Cut:
    """A threshold.

    Attributes:
        value: in the unit of its subject. Months of a span stand here as floor(30.4375 n) days, which
            serves for order and where only lengths are known.
        months: so many calendar months, on a span only.
        text: as a clinician writes it, "12 months".
    """

    value: float
    months: int | None
    text: str


def read_cut(written: str | float, subject: Subject, where: str) -> Cut:
    """Read a threshold for a subject and check that it measures the same kind of thing.

    Raises:
        KnowledgeError: another dimension, no unit where one is needed, or a part of a month.

    >>> cea = Subject("cea", "number", unit="ng/mL")
    >>> read_cut("200 ng/mL", cea, "scores/fong_score.yaml:7")
    Cut(value=200.0, months=None, text='200 ng/mL')
    >>> read_cut("200 mm", cea, "scores/fong_score.yaml:7")
    Traceback (most recent call last):
    ...
    paget.errors.KnowledgeError: cea is a mass concentration in ng/mL; 200 mm is a length
      where: scores/fong_score.yaml:7
      mend:  write the threshold in ng/mL
    """
    number = _read(written, subject, where)
    symbol = number.unit.symbol
    if subject.is_time and symbol in MONTHS:
        months = number.value * MONTHS[symbol]
        if months > LONGEST:
            raise KnowledgeError(f"{write(number)} is longer than any record", where=where)
        if subject.kind == "span" and months >= 1:
            if not months.is_integer():
                raise KnowledgeError(
                    f"{written} is not a whole number of months",
                    where=where,
                    mend="write whole months, or days",
                )
            return Cut(days_in_months(months), int(months), write(number))
        return Cut(days_in_months(months), None, write(number))
    return Cut(number.to(subject.unit), None, write(number))


def _read(written: str | float, subject: Subject, where: str) -> Quantity:
    own = unit(subject.unit)
    if isinstance(written, bool) or not isinstance(written, str | int | float):
        raise KnowledgeError("a number with its unit is wanted", where=where, mend='for example "50 mm"')
    try:
        number = quantity(written)
    except UnitError as error:
        raise KnowledgeError(error.what, where=where, mend=error.mend) from None
    if number.dimension != own.dimension:
        shown = _said(write(number), number.dimension, "") if number.unit.symbol else f"{written} has no unit"
        raise KnowledgeError(
            f"{_said(subject.name, own.dimension, own.symbol)}; {shown}",
            where=where,
            mend=_mend(written, own.symbol, bare=not number.unit.symbol),
        )
    return number


def _said(name: str, dimension: str, symbol: str) -> str:
    """What kind of thing something is, as a sentence."""
    if dimension in COUNTS:
        return f"{name} counts {dimension}s"
    if dimension == "number":
        return f"{name} is a plain number"
    article = "an" if dimension[0] in "aeiou" else "a"
    return f"{name} is {article} {dimension}" + (f" in {symbol}" if symbol else "")


def _mend(written: str | float, symbol: str, *, bare: bool) -> str:
    if not symbol:
        return "write the threshold without a unit"
    if bare:
        return f"write {write(quantity(f'{written} {symbol}'))}"
    return f"write the threshold in {plural(symbol)}"


def plural(symbol: str, number: float = 2) -> str:
    """A unit as it stands behind a number: counted things and times take an s.

    >>> plural("lesion"), plural("lesion", 1), plural("mm")
    ('lesions', 'lesion', 'mm')
    """
    return f"{symbol}s" if symbol in _PLURAL and number != 1 else symbol


def write(number: Quantity) -> str:
    """A quantity as text.

    >>> write(quantity("12 month")), write(quantity("1 lesion")), write(quantity("50 mm"))
    ('12 months', '1 lesion', '50 mm')
    """
    return f"{number.value:.15g} {plural(number.unit.symbol, number.value)}".rstrip()


def days(written: str | float, where: str) -> float:
    """A length of time in whole days: "30 days", "8 weeks", "3 months" (floor(30.4375 n)).

    Raises:
        KnowledgeError: not a time.
    """
    return read_cut(written, Subject("an age", "number", unit="day"), where).value
