"""What stands beside a finding: limits, answers under other limits, sources against it, validity, remarks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.fact_words import name_words
from paget.brief.footnotes import source_words
from paget.brief.here import remarks as here
from paget.brief.words import capital, listed, number, value_words, visible

_KNOWN_KEYS: Final = frozenset({
    "finding", "text", "what", "says", "population", "range", "source", "authors", "title", "year",
    "journal", "pmid", "doi", "n", "confirmed", "note",
})  # fmt: skip
_AT_THE_VALUE: Final = ("With ", "Still possible: ", "Illustrative: ", "At the boundary: ")
_OUTSIDE: Final = "This case lies outside the source: "
_IN_THE_ROW: Final = (*_AT_THE_VALUE, _OUTSIDE, "Built for: ", "Discrimination: ")
BOUNDARY: Final = "At the boundary: within three days of a threshold"


def beside(raw: Mapping[str, Any]) -> Iterator[str]:
    """The remarks beside a finding, without those that contradict it."""
    unit = visible(raw.get("unit") or "", 20)
    for other in raw.get("alternatives") or ():
        if isinstance(other, Mapping):
            said = ", ".join(limit_words(k, v) for k, v in (other.get("limits") or {}).items())
            yield f"With {said}: {value_words(other.get('value'), unit).text}"
    if reads := raw.get("reads"):
        yield capital(visible(reads))
    yield from here(raw)
    if outside := [visible(one, 120) for one in raw.get("outside") or ()]:
        yield f"{_OUTSIDE}{listed(outside)}"
    if raw.get("illustrative") is True:
        yield "Illustrative: its numbers are of no source"
    for key, lead in (
        ("built_for", "Built for: "),
        ("validity", "Valid for: "),
        ("discrimination", "Discrimination: "),
        ("note", ""),
    ):
        for entry in _each(raw.get(key)):
            yield f"{lead}{_said(entry)}"
    if raw.get("at_boundary") is True:
        yield BOUNDARY


def at_the_value(remark: str) -> bool:
    """Whether a remark qualifies the value itself: other limits, what is still possible, a boundary."""
    return remark.startswith(_AT_THE_VALUE)


def in_the_row(remark: str) -> bool:
    """Whether a remark stands in the row of its finding; others stand in its note."""
    return remark.startswith(_IN_THE_ROW)


def against(raw: Mapping[str, Any]) -> Iterator[str]:
    """The published findings that contradict a rule."""
    for entry in _each(raw.get("contradicted_by")):
        yield f"Contradicted: {_said(entry)}"


def limits(raw: Mapping[str, Any]) -> Iterator[str]:
    """The limits of a rule, in words; those that were not read in a source say so."""
    for name, limit in (raw.get("limits") or {}).items():
        if isinstance(limit, Mapping):
            sure = "" if limit.get("confirmed") is True else ", unconfirmed"
            yield f"{limit_words(name, limit.get('value'))}{sure}"


def limit_words(name: Any, value: Any) -> str:
    """A limit with its name, unless its unit names it.

    >>> limit_words("lesions", "5 lesions"), limit_words("synchronous_within", "6 months")
    ('at most 5 lesions', 'synchronous within 6 months')
    """
    text, words = visible(value, 40), name_words(str(name))
    return f"at most {text}" if words in text else f"{words} {text}"


def _each(entry: Any) -> list[Any]:
    return [] if not entry else list(entry) if isinstance(entry, list | tuple) else [entry]


def _said(entry: Any) -> str:
    """A remark that is a text, or a mapping with text and source."""
    if not isinstance(entry, Mapping):
        return visible(entry)
    said = [
        visible(entry[key])
        for key in ("finding", "text", "what", "says", "population", "range")
        if entry.get(key)
    ]
    source = source_words(entry.get("source") or (entry if entry.get("authors") else None))
    said += [f"{name_words(str(k))} {visible(v, 80)}" for k, v in entry.items() if k not in _KNOWN_KEYS]
    behind = [source] if source else []
    if isinstance(entry.get("n"), int | float):
        behind.append(f"n {number(entry['n'])}")
    if "confirmed" in entry and entry["confirmed"] is not True:
        behind.append("unconfirmed")
    return ", ".join(said) + (f" ({'; '.join(behind)})" if behind else "")
