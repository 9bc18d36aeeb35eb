"""What knowledge says of examinations: which studies each is, how old it may be, what staging needs."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paget.brief.footnotes import source_words
from paget.facts.catalogue import catalogue
from paget.facts.value_sets import Region, ValueSets
from paget.knowledge import Knowledge


@dataclass(frozen=True, slots=True, eq=False)
class Practice:
    """Examinations and staging, as knowledge defines them.

    Attributes:
        kinds: of each fact that is an age, the kinds of study (or the marker) that it is the age of.
        lines: of each schedule's line, by its file and the name of the examination, the fact that is its age,
            and how old it may be.
        sets: regions of staging, and what each disease demands.
        staging: what settles a fact that staging settles, in words.
        rule, source, confirmed: of the file about staging.
    """

    kinds: Mapping[str, tuple[str, ...]]
    lines: Mapping[tuple[str, str], tuple[str, str]]
    sets: ValueSets
    staging: str
    rule: str
    source: str
    confirmed: bool

    @staticmethod
    @functools.lru_cache(maxsize=8)
    def of(knowledge: Knowledge) -> Practice:
        """Read it, once for a set of knowledge.

        >>> practice = Practice.of(Knowledge.load())
        >>> practice.kinds["liver_mr_age"], practice.regions("lung", "adenocarcinoma")[-1][0]
        (('mr', 'pet-mr'), 'brain')
        """
        sets = ValueSets.of(knowledge)
        facts = catalogue(knowledge)
        kinds = {f"{name}_age": one.kinds for name, one in sets.examinations.items()}
        for name in facts:
            if name.endswith("_age"):
                kinds.setdefault(name, (name.removesuffix("_age"),))
        lines = {
            (file.path, str(line["examination"])): (str(line.get("fact", "")), str(line.get("at_most", "")))
            for file in knowledge.of_kind("schedule")
            for line in file.data.get("each") or ()
            if isinstance(line, Mapping) and "examination" in line
        }
        file = next(iter(knowledge.of_kind("staging")))
        return Practice(
            kinds,
            lines,
            sets,
            facts["staging_complete"].resolved_by,
            file.path,
            source_words(file.source),
            file.confirmed,
        )

    def regions(self, site: str | None, histology: str | None) -> list[tuple[str, Region]]:
        """The regions that staging demands of a disease; none when the site is not known."""
        if not site:
            return []
        demanded = self.sets.demanded.get(self.sets.disease(site, histology or ""), ())
        return [(name, self.sets.regions[name]) for name in demanded if name in self.sets.regions]

    def line(self, rule: str, examination: str, chosen: Mapping[str, Any]) -> tuple[str, str]:
        """The fact that is the age of an examination, and how old it may be by its schedule: "56 days".

        Args:
            rule: the file of the schedule.
            examination: as the schedule names it.
            chosen: the limits of the finding, to which a schedule may refer.
        """
        fact, written = self.lines.get((rule, examination), ("", ""))
        if not written.startswith("$"):
            return fact, written
        limit = chosen.get(written.removeprefix("$"))
        return fact, str(limit.get("value", "")) if isinstance(limit, Mapping) else ""
