"""Findings in words: value, because, missing, and what stands beside; nothing is computed here."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.calendar import Calendar
from paget.brief.footnotes import Footnotes, source_words
from paget.brief.page import Finding
from paget.brief.words import (
    Shown,
    Span,
    Words,
    bounds,
    capital,
    months_words,
    number,
    range_words,
    value_words,
    visible,
)
from paget.figures import State

_WORDS: Final = {
    "cea": "CEA",
    "ct": "CT",
    "mr": "MR",
    "pet": "PET",
    "ecog": "ECOG",
    "fong": "Fong",
    "m": "M",
    "ra": "RA",
    "ras": "RAS",
    "psa": "PSA",
    "ldh": "LDH",
    "id": "",
    "ml": "",
    "mm": "",
    "cm3": "",
}
_SPANS: Final = frozenset({"disease_free_interval", "diagnosis_to_metastasis", "treatment_to_failure"})
MAYBE: Final = "Whether it applies is unknown"
_MOST_FACTS: Final = 6
_KNOWN_KEYS: Final = frozenset(
    {
        "finding",
        "text",
        "what",
        "says",
        "population",
        "range",
        "source",
        "authors",
        "title",
        "year",
        "journal",
        "pmid",
        "doi",
        "n",
        "confirmed",
        "note",
    }
)


def name_words(name: str) -> str:
    """A name of a fact or finding as words.

    >>> name_words("liver_lesion_count"), name_words("cea"), name_words("pet_ct_age")
    ('liver lesion count', 'CEA', 'PET-CT age')
    """
    text = " ".join(_WORDS.get(part, part) for part in visible(name, 80).split("_"))
    return " ".join(text.replace("PET CT", "PET-CT").replace("disease free", "disease-free").split())


def state_of(value: Any) -> State:
    """A truth as yes, no or unknown."""
    return "yes" if value in ("yes", True) else "no" if value in ("no", False) else "unknown"


class Findings:
    """The findings of one assessment, read once.

    Args:
        assessment: as ``paget assess --json`` prints it.
        calendar: writes its days.
        notes: collects the basis of each finding when it is first referred to.
    """

    def __init__(self, assessment: Mapping[str, Any], calendar: Calendar, notes: Footnotes) -> None:
        self.raw: Mapping[str, Mapping[str, Any]] = assessment.get("findings") or {}
        self.calendar, self.notes = calendar, notes
        self._read: dict[str, Finding] = {}

    def __contains__(self, name: str) -> bool:
        return name in self.raw and self.raw[name].get("applies", True) is not False

    def __iter__(self) -> Iterator[str]:
        return iter(self.raw)

    def __getitem__(self, name: str) -> Finding:
        """A finding in words.

        Raises:
            KeyError: there is no such finding.
        """
        if name not in self._read:
            self._read[name] = self._finding(name, self.raw[name])
        return self._read[name]

    def value(self, name: str) -> Any:
        """The value of a finding that applies; None when it does not, or is not there."""
        return self.raw[name].get("value") if name in self else None

    def basis(self, name: str) -> int:
        """The number of a finding's note; 0 when there is no such finding."""
        return self[name].basis if name in self else 0

    def _finding(self, name: str, raw: Mapping[str, Any]) -> Finding:
        applies = raw.get("applies", True)
        absent = applies is False
        unit = visible(raw.get("unit") or "", 20)
        shown = Shown("does not apply", "known") if absent else self._shown(name, raw.get("value"), unit)
        title = visible(raw.get("title") or capital(name_words(name)), 120)
        because = "" if raw.get("kind") == "measure" else "; ".join(self.because(raw))
        source = source_words(raw.get("source"))
        rule = visible(raw.get("rule") or "", 120)
        confirmed = raw.get("confirmed") is True
        basis = 0
        if not absent:
            text = capital(because or visible(raw.get("meaning") or "")).removesuffix(".")
            against = [remark for remark in self._beside(raw) if remark.startswith("Contradicted")]
            basis = self.notes.add(
                title,
                "state of each examination" if raw.get("kind") == "schedule" else shown.text,
                ". ".join([text, *against] if text else against),
                unit=unit,
                source=source,
                rule=rule,
                confirmed=confirmed,
            )
        return Finding(
            name=name,
            title=title,
            kind=str(raw.get("kind") or _kind(raw.get("value"))),
            value=raw.get("value"),
            unit=unit,
            shown=_marked(shown),
            certainty="absent" if absent else shown.certainty,
            because=because,
            meaning=visible(raw.get("meaning") or ""),
            missing=tuple(name_words(fact) for fact in raw.get("missing") or ()),
            beside=tuple(self._beside(raw)),
            at_boundary=raw.get("at_boundary") is True,
            applies=state_of(applies),
            why=self._why(raw),
            source=source,
            rule=rule,
            confirmed=confirmed,
            basis=basis,
        )

    def _shown(self, name: str, value: Any, unit: str) -> Shown:
        if unit == "day" and name.removesuffix("_days") in _SPANS:
            return span_words(value)
        if isinstance(value, str) and value in ("yes", "no", "unknown"):
            return Shown(value, "unknown" if value == "unknown" else "known")
        return value_words(value, unit)

    def because(self, raw: Mapping[str, Any]) -> list[str]:
        """The facts behind a finding, each with its value, day and age."""
        facts = [self._fact(fact) for fact in raw.get("because") or () if isinstance(fact, Mapping)]
        return (
            facts
            if len(facts) <= _MOST_FACTS
            else [*facts[:_MOST_FACTS], f"and {len(facts) - _MOST_FACTS} more"]
        )

    def _fact(self, fact: Mapping[str, Any]) -> str:
        name, unit = str(fact.get("fact", "")), str(fact.get("unit") or "")
        value = fact.get("value")
        words = name_words(name)
        if name.endswith("_age") and unit == "day":
            return f"{words.removesuffix(' age')} {value_words(value, unit).text} old"
        if unit == "day" and name in _SPANS:
            text = f"{words} {span_words(value).text}"
        elif isinstance(value, str | list):
            text = f"{words}: {value_words(value).text}"
        else:
            text = f"{words} {value_words(value, '' if f'{unit} count' in words else unit).text}"
        when = self._when(fact)
        return f"{text} ({when})" if when else text

    def _when(self, fact: Mapping[str, Any]) -> str:
        day, age = fact.get("day"), fact.get("age_days")
        if day is None:
            return ""
        ends = bounds(day)
        if ends is not None:
            low, high = ends
            written = self.calendar.write(None if low is None or high is None else (int(low), int(high)))
        else:
            written = self.calendar.write(self.calendar.read(day))
        old = bounds(age)
        if old is None or old == (0, 0):
            return written
        return f"{written}, {range_words(*old, least=None).text} days"

    def _beside(self, raw: Mapping[str, Any]) -> Iterator[str]:
        unit = visible(raw.get("unit") or "", 20)
        for other in raw.get("alternatives") or ():
            if isinstance(other, Mapping):
                limits = ", ".join(_limit(k, v) for k, v in (other.get("limits") or {}).items())
                yield f"With {limits}: {value_words(other.get('value'), unit).text}"
        if reads := raw.get("reads"):
            yield visible(reads)
        for against in _each(raw.get("contradicted_by")):
            yield f"Contradicted: {_said(against)}"
        for key, lead in (("validity", "Valid for: "), ("discrimination", "Discrimination: "), ("note", "")):
            for entry in _each(raw.get(key)):
                yield f"{lead}{_said(entry)}"
        if raw.get("at_boundary") is True:
            yield "At the boundary: within three days of a threshold"
        if raw.get("applies") == "unknown":
            yield MAYBE

    def _why(self, raw: Mapping[str, Any]) -> str:
        why = visible(raw.get("why") or "")
        return capital(why.removeprefix("does not apply: ").removeprefix("does not apply to this case"))

    def surely(self, name: str) -> bool:
        """Whether a finding is there and surely applies."""
        return name in self and self.raw[name].get("applies", True) is True

    @functools.cached_property
    def shown(self) -> list[str]:
        """The findings that apply, or may."""
        return [name for name in self.raw if name in self]

    @functools.cached_property
    def absent(self) -> list[str]:
        """The findings that do not belong to this disease."""
        return [name for name in self.raw if name not in self]


def span_words(value: Any) -> Shown:
    """A time between two days: months with one decimal, and the days."""
    months = months_words(value)
    if months.certainty == "unknown":
        return months
    days = value_words(value, "day")
    return months if days.text == "0 days" else Shown(f"{months.text}, {days.text}", months.certainty)


def _marked(shown: Shown) -> Words:
    return (Span(shown.text, "" if shown.certainty == "known" else "unknown"),)


def _kind(value: Any) -> str:
    return "criteria" if value in ("yes", "no", "unknown") else "measure"


def _limit(name: Any, value: Any) -> str:
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
