"""What is missing, most decisive first: what is to be got, how it stands, what it would tell, and by whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from paget.brief.case_view import CaseView
from paget.brief.fact_words import RADIOLOGY, fact_words
from paget.brief.findings import Findings
from paget.brief.practice import Practice
from paget.brief.rows import Examination, Missing
from paget.brief.staging import lacking, staging_title
from paget.brief.words import capital, listed, visible

MOST: Final = 6
_NAMED: Final = 4  # lesions named
_PATHOLOGY: Final = "pathology, radiology"
_ORIGIN: Final = "origin"
_NATURE: Final = "nature"
_OF_METASTASIS: Final = frozenset(
    {
        "has_metastasis",
        "metastasis_stands",
        "liver_metastasis",
        "diagnosis_to_metastasis",
        "disease_free_interval",
        "treatment_to_failure",
    }
)
"""Facts that are open where it is open whether there is a metastasis."""

_OF_ORGAN: Final = {
    f"{organ}_{what}": organ
    for organ in ("liver", "lung", "brain")
    for what in ("metastasis", "lesion_count")
}
"""Facts that are open where it is open whether what was found in an organ is a metastasis."""

Entry = Mapping[str, Any]


def missing(
    entries: Sequence[Any],
    view: CaseView,
    findings: Findings,
    workup: tuple[Examination, ...],
    staged: tuple[Examination, ...],
    practice: Practice,
) -> tuple[tuple[Missing, ...], int]:
    """What could change most, and how much more there is.

    Args:
        entries: the missing facts, the most decisive first.
        view: the case.
        findings: what hangs on them.
        workup: the lines of the schedules that apply.
        staged: the regions that staging demands.
        practice: what examinations are.
    """
    together: dict[str, list[Entry]] = {}
    ranked = [entry for entry in entries if isinstance(entry, Mapping)]
    doubtful = (
        _doubtful(view)
        if any(entry.get("fact") in ("has_metastasis", "metastasis_stands") for entry in ranked)
        else ""
    )
    for entry in ranked:
        fact, by = str(entry.get("fact") or ""), str(entry.get("resolved_by") or "")
        together.setdefault(_settled_by(fact, by, view, practice, doubtful), []).append(entry)
    ranking = sorted(together.items(), key=lambda one: -_weight(one[1]))  # stable: those alike stay as ranked
    lines = [
        _missing(
            settled,
            found,
            view,
            findings,
            workup,
            staged if settled == practice.staging else (),
            _PATHOLOGY
            if settled == doubtful or settled.startswith(_ORIGIN)
            else RADIOLOGY
            if settled == practice.staging or settled.startswith(_NATURE)
            else "",
        )
        for settled, found in ranking[:MOST]
    ]
    return tuple(lines), max(0, len(ranking) - MOST)


def _settled_by(fact: str, resolved_by: str, view: CaseView, practice: Practice, doubtful: str) -> str:
    """What settles a fact in this very case.

    Of the control of a primary that was removed R0 only staging is left, and of a metastasis only staging
    where nothing was found; whether what was found is one, its origin or its nature tells.
    """
    definitive = view.definitive
    if fact in _OF_METASTASIS and doubtful:
        return doubtful
    if fact in _OF_ORGAN and (open_ := _doubtful(view, _OF_ORGAN[fact])):
        return open_
    found = view.standing or view.sites or view.gone
    if fact in {*_OF_METASTASIS, "untreatable_lesion_count"} and not found:
        return practice.staging
    if fact == "primary_control" and definitive is not None and definitive.residual == "R0":
        return practice.staging
    return visible(resolved_by, 160)


def _doubtful(view: CaseView, organ: str = "") -> str:
    """What is open of what was found, or was found in an organ: of which primary, of which nature."""
    rows = [
        row
        for row in (*view.standing, *(row for row in view.sites if row.site_id not in view.gone))
        if organ in ("", row.organ)
    ]
    origin = [_name(view, row) for row in rows if view.is_of_unknown_origin(row)]
    nature = [_name(view, row) for row in rows if view.nature(_id(row)) == "unknown"]
    open_ = {_ORIGIN: origin, _NATURE: nature}
    return listed(f"{what} of {_listed(names)}" for what, names in open_.items() if names)


def _missing(
    settled: str,
    entries: list[Entry],
    view: CaseView,
    findings: Findings,
    workup: tuple[Examination, ...],
    staged: tuple[Examination, ...],
    who: str,
) -> Missing:
    facts = [visible(entry.get("fact") or "", 80) for entry in entries]
    flips = dict.fromkeys(name for entry in entries for name in _decides(entry))
    waiting = {name for fact in facts for name in findings.waiting_for.get(fact, ())}
    bears = [name for name in findings.shown if name in waiting and name not in flips]
    count = _weight(entries)
    words = [
        fact_words(fact, str(entry.get("resolved_by") or ""))
        for fact, entry in zip(facts, entries, strict=True)
    ]
    return Missing(
        facts=tuple(facts),
        title=_title(settled, words[0].name, staged),
        state=lacking(staged) if staged else _state(facts, view, workup),
        tells=tuple(dict.fromkeys(one.tells for one in words if one.tells)),
        flips=tuple(findings.title(name) for name in flips),
        bears_on=tuple(findings.title(name) for name in bears),
        flips_count=count,
        share=min(1.0, count / max(1, len(findings.shown))),
        resolved_by=settled,
        who=who or listed(dict.fromkeys(one.who for one in words if one.who)),
    )


def _weight(entries: list[Entry]) -> int:
    """How many findings could be decided."""
    flips = {name for entry in entries for name in _decides(entry)}
    return len(flips) or max(_number_of(entry) for entry in entries)


def _decides(entry: Entry) -> list[str]:
    """The findings that a fact could decide, where they are named."""
    flips = entry.get("flips")
    named = flips if isinstance(flips, list | tuple) else entry.get("settles") or ()
    return [str(name) for name in named]


def _number_of(entry: Entry) -> int:
    flips = entry.get("flips")
    return flips if isinstance(flips, int) else 0


def _title(settled: str, name: str, staged: tuple[Examination, ...]) -> str:
    if staged:
        return staging_title(staged)
    return capital(settled.removeprefix("a ").removeprefix("an ") or name)


def _state(facts: list[str], view: CaseView, workup: tuple[Examination, ...]) -> str:
    """How the examination that would settle it stands, or which lesions nobody judged."""
    if facts == ["untreatable_lesion_count"]:
        return _not_judged(view)
    for fact in facts:
        for line in workup:
            if line.fact and line.fact.removesuffix("_age") == fact.removesuffix("_age"):
                if line.late:
                    limit = f"limit {line.limit}" if line.limit else ""
                    return ", ".join(part for part in ("too old", line.age, limit) if part)
                return "" if line.state == "yes" else line.says
    return ""


def _not_judged(view: CaseView) -> str:
    rows = [*view.standing, *(row for row in view.sites if row.site_id not in view.gone)]
    names = [_name(view, row) for row in rows if view.judged(_id(row), "treatable_by") is None]
    return f"{_listed(names)} not judged" if names else ""


def _id(row: Any) -> str:
    """The name of a lesion or site in the record."""
    return str(getattr(row, "lesion_id", None) or row.site_id)


def _name(view: CaseView, row: Any) -> str:
    """The name of a lesion as in the figures; of a site its organ."""
    if getattr(row, "lesion_id", None):
        return visible(view.short_names[row.lesion_id], 20)
    return f"{visible(row.organ or 'organ', 30)} disease"


def _listed(names: list[str]) -> str:
    more = len(names) - _NAMED
    return listed(names) if more <= 0 else f"{', '.join(names[:_NAMED])} and {more} more"
