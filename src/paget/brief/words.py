"""How values are written on a page: numbers, ranges, classes, and text that cannot do harm.

Intervals are words: "2 to 3", "at least 3". Unknown is a word of its own and never looks like no.
Text of a record is kept as it is written, but characters that a screen would obey are made visible.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from paget.units import DAYS_PER_MONTH

Mark = Literal["", "strong", "unknown", "small"]


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a sentence: how it is marked, and the number of its basis (0: none)."""

    text: str
    mark: Mark = ""
    basis: int = 0


Words = tuple[Span, ...]


def words(*parts: str | Span) -> Words:
    """A sentence from pieces; plain texts are unmarked."""
    return tuple(Span(part) if isinstance(part, str) else part for part in parts if part)


def plain(sentence: Words) -> str:
    """A sentence without its marks."""
    return "".join(span.text for span in sentence)


# Text


_SPACE: Final = re.compile(r"[ \t\r\n\x0b\x0c]+")
_OBEYED: Final = re.compile(
    "[\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff]"
)
LONGEST: Final = 400  # characters of one text on a page; the record keeps the rest


def visible(text: object, longest: int = LONGEST) -> str:
    r"""A text of the record as it may stand on a page: control characters shown, very long ones cut.

    Markup is kept: the page escapes it. Lines become one.

    >>> visible("a\nb\x1b[31m"), visible("<b>R\u202e0</b>")
    ('a b␛[31m', '<b>R⟨U+202E⟩0</b>')
    """
    if isinstance(text, str) and len(text) <= longest and text.isprintable() and _is_tidy(text):
        return text
    one_line = _SPACE.sub(" ", str(text)).strip()
    cut = one_line if len(one_line) <= longest else f"{one_line[:longest]}… ({len(one_line) - longest} more)"
    return _OBEYED.sub(_shown, cut)


def _is_tidy(text: str) -> bool:
    """Whether a printable text has no spaces too many."""
    return "  " not in text and text[:1] != " " and text[-1:] != " "


def shortened(text: object, longest: int) -> str:
    """A text cut at a word, for a label; the whole of it stands elsewhere.

    >>> shortened("low anterior resection with a loop ileostomy", 30)
    'low anterior resection with a…'
    """
    whole = visible(text)
    if len(whole) <= longest:
        return whole
    return f"{whole[: longest + 1].rpartition(' ')[0].rstrip(',;:') or whole[:longest]}…"


def _shown(match: re.Match[str]) -> str:
    code = ord(match[0])
    return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else f"⟨U+{code:04X}⟩"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def listed(items: Iterable[str], last: str = "and") -> str:
    """Items as words.

    >>> listed(["a", "b", "c"]), listed(["low", "high"], "or")
    ('a, b and c', 'low or high')
    """
    each = list(items)
    return f" {last} ".join([", ".join(each[:-1]), each[-1]]) if len(each) > 1 else "".join(each)


_GRADED: Final = re.compile(r"[A-Z]\d[\w.()+-]*")


def in_order(values: Iterable[str]) -> tuple[str, ...]:
    """Classes as a reader looks for them: categories such as M1a by their letters, others as they come.

    >>> in_order(["M1c", "M1b", "M1a"]), in_order(["low", "high"])
    (('M1a', 'M1b', 'M1c'), ('low', 'high'))
    """
    each = tuple(values)
    return tuple(sorted(each)) if all(_GRADED.fullmatch(one) for one in each) else each


# Numbers


_COUNT: Final = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
_PLURAL: Final = {
    "lesion": "lesions",
    "organ": "organs",
    "node": "nodes",
    "day": "days",
    "point": "points",
    "fraction": "fractions",
    "month": "months",
    "segment": "segments",
    "metastasis": "metastases",
}
_SHOWN_UNIT: Final = {
    "cm3": "cm³",
    "mm3": "mm³",
    "ug/L": "µg/L",
    "umol/L": "µmol/L",
    "10*9/L": "10⁹/L",
    "deg": "°",
    "[IU]/mL": "IU/mL",
    "[U]/mL": "U/mL",
}


def number(value: float) -> str:
    """A number as a reader wants it: one decimal below 100, none above, two digits when small.

    >>> number(22.51), number(3.0), number(1234.5), number(0.042), number(-0.0)
    ('22.5', '3', '1,234', '0.042', '0')
    """
    if value == int(value):
        return f"{int(value):,}"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    if abs(value) >= 0.1:
        return f"{value:.1f}".removesuffix(".0")
    return f"{value:.2g}"


def count(n: int, noun: str) -> str:
    """How many of a thing, the number as a word up to twelve.

    >>> count(3, "liver metastasis"), count(1, "lesion"), count(14, "node")
    ('three liver metastases', 'one lesion', '14 nodes')
    """
    what, of, more = noun.partition(" of ")
    return f"{count_word(n)} {what if n == 1 else plural(what)}{of}{more}"


def count_word(n: int) -> str:
    """A number of things, as a word up to twelve."""
    return _COUNT[n] if n < len(_COUNT) else str(n)


def plural(noun: str) -> str:
    """Several of a thing."""
    *before, last = noun.split(" ")
    return " ".join([*before, _PLURAL.get(last, last if last.endswith("s") else f"{last}s")])


def unit_words(unit: str | None, value: object = None) -> str:
    """A unit as it is printed, in the plural unless the value is one."""
    if not unit:
        return ""
    if unit in _PLURAL:
        return unit if value == 1 else _PLURAL[unit]
    return _SHOWN_UNIT.get(unit, unit)


Certainty = Literal["known", "partly", "unknown"]


@dataclass(frozen=True, slots=True)
class Shown:
    """A value in words and how much of it is known."""

    text: str
    certainty: Certainty

    @property
    def span(self) -> Span:
        """The words, marked when they say that something is unknown."""
        return Span(self.text, "" if self.certainty == "known" else "unknown")


UNKNOWN: Final = Shown("unknown", "unknown")


def bounds(value: Any) -> tuple[float | None, float | None] | None:
    """Low and high of a number as findings write it; None for anything else."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return value, value
    if isinstance(value, Mapping) and value.keys() == {"low", "high"}:
        return value["low"], value["high"]
    return None


def range_words(low: float | None, high: float | None, least: float | None = 0) -> Shown:
    """A range as words; ``least`` is the smallest value that says nothing (a count is never below 0).

    >>> [range_words(*r).text for r in [(3, 3), (2, 3), (3, None), (None, 5), (0, None)]]
    ['3', '2 to 3', 'at least 3', 'at most 5', 'unknown']
    """
    if low is not None and low == high:
        return Shown(number(low), "known")
    says_nothing = low is None or low == least
    if high is None:
        return UNKNOWN if says_nothing or low is None else Shown(f"at least {number(low)}", "partly")
    if low is None:
        return Shown(f"at most {number(high)}", "partly")
    if number(low) == number(high):
        return Shown(number(low), "partly")
    return Shown(f"{number(low)} to {number(high)}", "partly")


def value_words(value: Any, unit: str | None = None) -> Shown:
    """A finding's or fact's value with its unit, as words.

    >>> value_words({"low": 2, "high": 3}, "lesion").text, value_words(["M1a", "M1b"]).text
    ('2 to 3 lesions', 'M1a or M1b')
    """
    if (ends := bounds(value)) is not None:
        shown = range_words(*ends)
        unit_text = unit_words(unit, 1 if shown.text == "1" or shown.text.endswith(" 1") else value)
        return (
            Shown(f"{shown.text} {unit_text}", shown.certainty)
            if unit_text and shown.certainty != "unknown"
            else shown
        )
    if isinstance(value, list | tuple):
        named = [visible(item, 80) for item in in_order(map(str, value))]
        return Shown(listed(named, "or"), "partly") if value else UNKNOWN
    if value is None or value == "unknown":
        return UNKNOWN
    if isinstance(value, Mapping):
        return Shown(
            "; ".join(f"{visible(k, 60)}: {value_words(v).text}" for k, v in value.items()), "partly"
        )
    return Shown(visible(value, 120), "known")


def months_words(value: Any) -> Shown:
    """A number of days as months with one decimal, days / 30.4375.

    >>> months_words(685).text, months_words({"low": 670, "high": 700}).text, months_words(1827).text
    ('22.5 months', '22.0 to 23.0 months', '60.0 months')
    """
    ends = bounds(value)
    if ends is None:
        return UNKNOWN
    low, high = (None if end is None else _months(end) for end in ends)
    if ends[0] == ends[1]:
        return Shown(f"{low} months", "known")
    if high is None:
        return UNKNOWN if not ends[0] else Shown(f"at least {low} months", "partly")
    if low is None:
        return Shown(f"at most {high} months", "partly")
    return Shown(f"{low} months" if low == high else f"{low} to {high} months", "partly")


def _months(days: float) -> str:
    return "0" if days == 0 else f"{days / DAYS_PER_MONTH:.1f}"
