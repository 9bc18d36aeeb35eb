"""What a page needs beside the data of a brief: findings by name, short lists, notes without echo."""

from __future__ import annotations

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

from markupsafe import Markup, escape

from paget.brief.asked import Worksheet
from paget.brief.beside import in_the_row
from paget.brief.footnotes import defined, is_definition, sentence
from paget.brief.found import Clause, Finding, Score
from paget.brief.outlook import cells_words, short_title
from paget.brief.page import BriefData, Note, Part
from paget.brief.tables import Outlook
from paget.brief.words import Span, Words, capital, count_word, listed
from paget.figures import State, glyph

_HEADLINES: Final = 4
_TAGS: Final = {
    "unknown": ('<span class="unk">', "</span>"),
    "strong": ("<b>", "</b>"),
    "small": ("<small>", "</small>"),
}
_LONG: Final = 60  # characters of a remark that is said once
_OFTEN: Final = 3  # populations that ask for the same
_YEARS_IN_WORDS: Final = re.compile(r"within (?:one year|two years|three years|five years|ten years)\b")


def by_name(part: Part) -> dict[str, Any]:
    """The findings, criteria and scores of a part by their names, and what stands on its first screen."""
    findings = {finding.name: finding for finding in part.findings}
    criteria = {one.name: one for group in part.criteria for one in group.criteria}
    groups = {group.name: group for group in part.criteria if group.name}
    scores = {score.name: score for score in part.scores}
    lines = [line for topic in part.topics if topic.key == "prognosis" for line in topic.outlooks]
    headline = headlines(lines)
    named = {name: (score.title, score.basis) for name, score in scores.items()}
    named |= {name: (one.text, one.basis) for name, one in criteria.items()}
    named |= {name: (finding.title, finding.basis) for name, finding in findings.items()}
    every = Counter(one for topic in part.topics for line in topic.outlooks for one in line.unknown_of)
    return {
        "findings": findings,
        "criteria": criteria,
        "groups": groups,
        "scores": scores,
        "named": named,
        "headline": headline,
        "headline_more": len(lines) - len(headline),
        "often": frozenset(one for one, times in every.items() if times >= _OFTEN),
    }


def headlines(lines: Sequence[Outlook]) -> list[Outlook]:
    """The lines of the first screen: scores with a published outcome, then probabilities, in their order."""
    sure = [line for line in lines if line.applies == "yes"]
    told = [line for line in sure if line.in_short and not line.built_for.startswith("after")]
    shares = [line for line in sure if len(line.names) > 1 and not line.in_short]
    return [*told[: _HEADLINES - len(shares[:1])], *shares[:1]]


@functools.lru_cache(maxsize=1024)
def ref(number: int) -> Markup:
    """A link to a note; nothing for none.

    >>> str(ref(3))
    '<sup><a href="#b3" aria-label="basis 3">3</a></sup>'
    """
    if not number:
        return Markup("")
    return Markup('<sup><a href="#b{0}" aria-label="basis {0}">{0}</a></sup>').format(number)


def say(words: Words) -> Markup:
    """A sentence with its marks and footnotes."""
    return Markup("").join(map(_span, words))


@functools.lru_cache(maxsize=4096)
def _span(span: Span) -> Markup:
    opened, closed = _TAGS.get(span.mark, ("", ""))
    return Markup(opened) + escape(span.text) + Markup(closed) + ref(span.basis)  # noqa: S704 - our own tags


@functools.lru_cache(maxsize=1024)
def state(which: State, word: str) -> Markup:
    """A state as sign and word."""
    return Markup('<span class="st {}">{}{}</span>').format(which, glyph(which), word)


class Beside:
    """What a note of the page says: not again what its row or a note before it says, but what stands beside.

    For the notes in their order.

    Args:
        brief: of which the notes are.
    """

    def __init__(self, brief: BriefData) -> None:
        self._sources = {
            source.number: Markup('<a href="#s{}">{}</a>').format(source.number, capital(source.short))
            for source in brief.sources
        }
        self._remarks: dict[int, tuple[str, ...]] = {}
        self._first: dict[str, int] = {}
        self._rule_before = ""
        self._open: set[int] = set()
        self._remarks |= {line.basis: () for part in brief.parts for line in part.workup if line.fact}
        for part in brief.parts:
            for finding in part.findings:
                self._remarks[finding.basis] = (*finding.against, *_behind(finding.beside))
            for score in part.scores:
                self._remarks[score.basis] = _behind(score.remarks)
            open_ = {name for topic in part.topics for name in (*topic.open, *topic.maybe)}
            for finding in part.findings:
                if finding.name in open_:
                    self._remarks[finding.basis] = (*finding.against, *finding.beside)
            for score in part.scores:
                if score.name in open_:
                    self._remarks[score.basis] = score.remarks
            self._open |= {finding.basis for finding in part.findings if finding.name in open_}
            self._open |= {score.basis for score in part.scores if score.name in open_}
            for group in part.criteria:
                for one in group.criteria:
                    self._remarks[one.basis] = ()
                if group.basis:
                    self._remarks[group.basis] = _behind(group.remarks)

    def value(self, note: Note) -> str:
        """The value; of a finding of which nothing is known not all that it could be."""
        return "unknown" if note.number in self._open else note.value

    def words(self, note: Note) -> Markup:
        """The note after its value, with a link to each source."""
        said = self._remarks.get(note.number)
        text = [note.text] if said is None else list(said)
        text = self._once(tuple(sentence(one) for one in text if one), note.number)
        if is_definition(note):
            text.append(defined(note))
        cited = Markup(", ").join(self._sources[number] for number in note.cites)
        source = cited + Markup(".") if cited else escape(sentence(note.source))
        if is_definition(note):
            source = Markup("")
        rule = "" if note.rule == self._rule_before else _ruled(note.rule)
        self._rule_before = note.rule
        after = escape("Unconfirmed. " if note.confirmed is False else "") + breakable(rule)
        return Markup(" ").join(part for part in (escape(" ".join(text)), source, after) if part)

    def _once(self, remarks: tuple[str, ...], number: int) -> list[str]:
        """Remarks as they are; what a note before says already is not said again."""
        said = []
        before: list[int] = []
        for remark in remarks:
            first = self._first.setdefault(remark, number) if len(remark) > _LONG else number
            if first == number:
                said.append(remark)
            elif first not in before:
                before.append(first)
        return [*said, f"Else as in {listed(map(str, before))}."] if before else said


def _behind(remarks: Iterable[str]) -> tuple[str, ...]:
    return tuple(remark for remark in remarks if not in_the_row(remark))


@functools.lru_cache(maxsize=1024)
def breakable(path: str) -> Markup:
    """A path that may break after its parts."""
    return Markup("<wbr>").join(re.split(r"(?<=[/_])", path))


def _noted(note: Note, beside: Beside) -> Markup:
    return beside.words(note)


def said(items: Sequence[str], most: int = 6) -> str:
    """Items as words, the last ones counted when there are many."""
    shown = list(items[:most])
    more = len(items) - most
    return listed([*shown, f"{more} more"] if more > 1 else items)


def in_short(titles: Sequence[str], most: int = 2) -> str:
    """Findings by short names, a model that is given for several years once.

    >>> in_short(["Few organs", "Relapse within one year of surgery", "Relapse within two years of surgery"])
    'Few organs and Relapse of surgery'
    """
    short = (_YEARS_IN_WORDS.sub("", short_title(title)).replace("  ", " ") for title in titles)
    return said(tuple(dict.fromkeys(short)), most)


def _counted(n: int) -> str:
    """A number of things as a word at the start of a sentence."""
    return capital(count_word(n))


def _ruled(rule: str) -> str:
    return rule.removesuffix(".yaml")


def _plain_lines(lines: Sequence[Outlook]) -> list[Outlook]:
    """Scores of which nothing but the value is known: no outcome, no population, no discrimination."""
    return [
        line for line in lines if not (line.published or line.fits or line.discrimination or line.is_share)
    ]


def _asked_often(lines: Sequence[Outlook], often: frozenset[str]) -> list[str]:
    """What several populations ask and nobody knows of this case."""
    return list(dict.fromkeys(one for line in lines for one in line.unknown_of if one in often))


@dataclass(frozen=True, slots=True)
class Items:
    """The items of a score; of a model for several years the weights of each year."""

    title: str
    limits: str
    clauses: tuple[Clause, ...]


def _itemised(lines: Sequence[Outlook], scores: Mapping[str, Score]) -> list[Items]:
    """The scores of these lines that are made of items."""
    found = []
    for line in lines:
        each = [scores[name] for name in line.names if name in scores]
        if each and each[0].clauses:
            clauses = each[0].clauses
            if len(each) > 1:
                years = zip(*(score.clauses for score in each), strict=True)
                clauses = tuple(
                    replace(same[0], worth=", ".join(clause.worth for clause in same)) for same in years
                )
            limits = each[0].detail.partition("limits: ")[2]
            said = ("log odds of each year" if line.is_share else "", limits)
            found.append(Items(line.short, ", ".join(filter(None, said)), clauses))
    return found


def _measures(names: Sequence[str], findings: Mapping[str, Finding]) -> list[Finding]:
    """Those of the findings that are a number or a word of their own, not decided by others."""
    return [findings[name] for name in names if findings[name].kind == "measure"]


def _lacking(sheet: Worksheet) -> list[str]:
    """What is missing for the questions of a worksheet, each once, in their order."""
    asked = (one for _, questions in sheet.headings for one in questions)
    names = dict.fromkeys(name for one in asked for name in one.missing)
    return [name for name in names if name[:1].isalpha()]  # without "3 more"


FILTERS: Final[dict[str, Callable[..., object]]] = {
    "noted": _noted,
    "said": said,
    "in_short": in_short,
    "counted": _counted,
    "ruled": _ruled,
    "cells": cells_words,
    "plain_lines": _plain_lines,
    "asked_often": _asked_often,
    "itemised": _itemised,
    "lacking": _lacking,
    "measures": _measures,
}
