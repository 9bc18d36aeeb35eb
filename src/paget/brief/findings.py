"""Findings in words: value, because, missing, and what stands beside; nothing is computed here."""

from __future__ import annotations

import functools
from collections.abc import Iterator, Mapping
from typing import Any, Final

from paget.brief.beside import against, beside, limits
from paget.brief.calendar import Calendar
from paget.brief.fact_words import fact_words, name_words
from paget.brief.footnotes import Footnotes, source_words
from paget.brief.found import Finding
from paget.brief.shares import is_share, share_words
from paget.brief.words import (
    UNKNOWN,
    Shown,
    Span,
    Words,
    bounds,
    capital,
    in_order,
    listed,
    months_words,
    value_words,
    visible,
)
from paget.figures import State

_COUNTED: Final = frozenset({"lesion", "organ", "node", "point"})
_NAMED_PARTS: Final = frozenset({"closure", "factors"})  # a truth for each of several things
IF_IT_APPLIES: Final = "if it applies"
_MOST_FACTS: Final = 6


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

    def title(self, name: str) -> str:
        """The title of a finding; of a name that is no finding its words."""
        written = self.raw[name].get("title") if name in self.raw else None
        return visible(written or capital(name_words(name)), 120)

    def value(self, name: str) -> Any:
        """The value of a finding that applies; None when it does not, or is not there."""
        return self.raw[name].get("value") if name in self else None

    def basis(self, name: str) -> int:
        """The number of a finding's note; 0 when there is no such finding."""
        return self[name].basis if name in self else 0

    def surely(self, name: str) -> bool:
        """Whether a finding is there and surely applies."""
        return name in self and self.raw[name].get("applies", True) is True

    @functools.cached_property
    def shown(self) -> list[str]:
        """The findings that apply, or may."""
        return [name for name in self.raw if name in self]

    @functools.cached_property
    def waiting_for(self) -> Mapping[str, list[str]]:
        """The findings shown, by each fact that they miss."""
        found: dict[str, list[str]] = {}
        for name in self.shown:
            for fact in self.raw[name].get("missing") or ():
                found.setdefault(str(fact), []).append(name)
        return found

    @functools.cached_property
    def absent(self) -> list[str]:
        """The findings that do not belong to this disease."""
        return [name for name in self.raw if name not in self]

    def classes(self, name: str) -> tuple[str, ...]:
        """The classes still possible, in order; none where all that the rule knows are, or it is no class."""
        value = self.value(name)
        if not isinstance(value, list | tuple):
            return ()
        every = {str(e["is"]) for e in self.raw[name].get("explanation") or () if _is_case(e)}
        return (
            ()
            if every and {str(one) for one in value} >= every
            else in_order(visible(str(one)) for one in value)
        )

    def _finding(self, name: str, raw: Mapping[str, Any]) -> Finding:
        applies = raw.get("applies", True)
        absent = applies is False
        unit = visible(raw.get("unit") or "", 20)
        shown = Shown("does not apply", "known") if absent else self._shown(raw, unit)
        title = self.title(name)
        because = "" if raw.get("kind") == "measure" else "; ".join(self.because(raw))
        source = source_words(raw.get("source"))
        rule = visible(raw.get("rule") or "", 120)
        confirmed = raw.get("confirmed") is True
        contrary = tuple(against(raw))
        basis = 0
        if not absent:
            text = capital(because or visible(raw.get("meaning") or "")).removesuffix(".")
            basis = self.notes.add(
                title,
                "state of each examination" if raw.get("kind") == "schedule" else shown.text,
                ". ".join([text, *contrary] if text else contrary),
                unit=unit,
                source=source,
                rule=rule,
                confirmed=confirmed,
                cites=self.notes.cite(raw.get("source")),
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
            missing=self._missing(raw),
            limits=tuple(limits(raw)),
            against=contrary,
            beside=tuple(beside(raw)),
            at_boundary=raw.get("at_boundary") is True,
            applies=state_of(applies),
            why=self._why(raw),
            source=source,
            rule=rule,
            confirmed=confirmed,
            basis=basis,
        )

    def _shown(self, raw: Mapping[str, Any], unit: str) -> Shown:
        value = raw.get("value")
        if is_share(raw):
            return share_words(value)
        if raw.get("kind") in _NAMED_PARTS and isinstance(value, Mapping):
            organs = {e["asks"] for e in raw.get("explanation") or () if _is_case(e) and e["is"] == "organ"}
            return _those_met({k: v for k, v in value.items() if k in organs} if organs else value)
        if unit == "day":
            return span_words(value)
        if isinstance(value, str) and value in ("yes", "no", "unknown"):
            return Shown(value, "unknown" if value == "unknown" else "known")
        return value_words(value, unit)

    def _missing(self, raw: Mapping[str, Any]) -> tuple[str, ...]:
        """What is not known at all: what is known in part stands among the reasons."""
        partly = {fact.get("fact") for fact in raw.get("because") or () if isinstance(fact, Mapping)}
        named = [str(fact) for fact in raw.get("missing") or () if fact not in partly]
        return tuple(dict.fromkeys(fact_words(fact).name for fact in named))

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
        value, words = fact.get("value"), fact_words(str(fact.get("fact", ""))).name
        if name.endswith("_age") and unit == "day":
            return f"{words}: {value_words(value, unit).text} old"
        if unit == "day":
            return f"{words}: {span_words(value).text}{self._when(fact, until=True)}"
        return f"{words}: {value_words(value, '' if unit in _COUNTED else unit).text}{self._when(fact)}"

    def _when(self, fact: Mapping[str, Any], *, until: bool = False) -> str:
        """The day on which a fact was established, in brackets; ``until``: it is the end of a time."""
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
        if until or old is None or old == (0, 0):
            return f" ({'until ' if until else ''}{written})"
        return f" ({written}, {value_words(age, 'day').text} ago)"

    def _why(self, raw: Mapping[str, Any]) -> str:
        why = visible(raw.get("why") or "")
        return capital(why.removeprefix("does not apply: ").removeprefix("does not apply to this case"))


def span_words(value: Any) -> Shown:
    """A time between two days: months with one decimal, and the days."""
    months = months_words(value)
    if months.certainty == "unknown":
        return months
    days = value_words(value, "day")
    if days.text == "0 days":
        return months
    length = days.text.removeprefix("at least ").removeprefix("at most ")
    return Shown(f"{months.text}, {length}", months.certainty)


def _those_met(value: Mapping[str, Any]) -> Shown:
    """Of several things those that are so; unknown where none is sure and some are open."""
    met = [visible(name, 80) for name, state in value.items() if state == "yes"]
    open_ = sum(state != "no" for state in value.values()) - len(met)
    if not met:
        return UNKNOWN if open_ else Shown(f"none of {len(value)}", "known")
    return Shown(listed(met), "partly" if open_ else "known")


def _marked(shown: Shown) -> Words:
    return (Span(shown.text, "" if shown.certainty == "known" else "unknown"),)


def _kind(value: Any) -> str:
    return "criteria" if value in ("yes", "no", "unknown") else "measure"


def _is_case(entry: Any) -> bool:
    return isinstance(entry, Mapping) and "is" in entry
