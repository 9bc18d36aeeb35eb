"""Running a study: cohort, comparison, models and figures, in this order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl

from paget.evidence.followed import ENTRY, EVENT, ID, TIME
from paget.evidence.study.analyses import compare, models
from paget.evidence.study.cohort import COMPETING, DAY, STATUS, Cohort, cohort_of
from paget.evidence.study.figures import answer, figures, small_groups
from paget.evidence.study.plan import Study
from paget.evidence.study.provenance import one_hash, versions
from paget.evidence.study.reading import read_study
from paget.evidence.study.report import Report, Section

_NAMES = {ID: "row", TIME: "days", EVENT: "event", ENTRY: "entry", STATUS: "status", DAY: "day_of_exposure"}


def run_study(study: Study | str | Path, told: Callable[[str], None] = lambda text: None) -> Report:
    """Run a study.

    Args:
        study: the file, or its path.
        told: is told what is being done.

    Returns:
        What it found. The same file, data and versions give the same report.

    Raises:
        StudyError: a mistake in the file, with its line.
        Refused: it compares by what happens after the origin, and names no way to do so.
        PagetError: what its data and knowledge raise.
    """
    if not isinstance(study, Study):
        study = read_study(study)
    cohort = cohort_of(study, told)
    compared = compare(study, cohort, told)
    fitted: dict[str, Any] = {}
    fits: list[Section] = []
    for name, model, section in models(study, cohort, told):
        fitted[name] = model
        fits.append(section)
    told("figures")
    drawn: list[Section] = []
    said = ""
    for section, curves in figures(study, cohort, fitted, compared):
        drawn.append(section)
        if curves is not None and not said:
            said = answer(curves, cohort.followed.name)
    cautions = small_groups(study, cohort)
    override = study.part("exposure").get("override")
    if override:
        cautions.append(f"A refused comparison is printed on request: {override}.")
    cautions += [f"Printed all the same ({flag}): {reason}." for flag, reason in study.overrides.items()]
    cautions += [f"Counts below 11 are given out: {study.give_out}."] if study.give_out else []
    return Report(
        study.data["title"],
        study.data.get("question", ""),
        study.data.get("authors", ""),
        study.data.get("note", ""),
        _endpoint(cohort),
        len(cohort.followed),
        int(cohort.followed.frame[EVENT].sum()),
        said,
        _apart((*drawn, *(compared.sections if compared else ()), *fits)),
        compared.part() if compared else None,
        tuple(cautions),
        cohort.flow,
        _kept(cohort.followed.frame),
        cohort.inputs,
        one_hash(cohort.inputs),
        cohort.knowledge,
        versions(),
        study.text,
    )


def _kept(frame: pl.DataFrame) -> pl.DataFrame:
    """The rows that were analysed, under names for a reader."""
    return frame.drop(COMPETING).rename({old: new for old, new in _NAMES.items() if old in frame.columns})


def _apart(sections: tuple[Section, ...]) -> tuple[Section, ...]:
    """The sections, no two with the name of one file."""
    seen: dict[str, int] = {}
    found = []
    for section in sections:
        seen[section.name] = seen.get(section.name, 0) + 1
        number = seen[section.name]
        found.append(section if number == 1 else replace(section, name=f"{section.name}_{number}"))
    return tuple(found)


def _endpoint(cohort: Cohort) -> str:
    if cohort.derived is None:
        return f"{cohort.followed.name} (as supplied, not derived)"
    return f"{cohort.derived.rule.title}, from: {cohort.derived.origin.title.lower()}"
