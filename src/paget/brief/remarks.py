"""What the page says about the record itself: contradictions, rows left out, what was read and ignored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.brief.calendar import Calendar
from paget.brief.page import Remark
from paget.brief.row_words import row_words
from paget.brief.words import Span, Words, capital, count_word, listed, number, visible, words
from paget.record.problems import ImportReport, Problem
from paget.record.tables import TABLES

_ORDER: Final = {"contradiction": 0, "rejected": 1, "unknown value": 2, "note": 4}
_ALIKE: Final = 4  # from so many on, problems of one kind are folded
_SINGULAR: Final = {"studies": "study", "statuses": "status"}
_NAMED: Final = 5  # kinds of things read or ignored that are named


def alert(report: ImportReport | None) -> Words:
    """What a reader must know before the rest: contradictions, and rows that are not used."""
    if report is None:
        return ()
    said = []
    if contradictions := report.count("contradiction"):
        places = "place" if contradictions == 1 else "places"
        said.append(f"the record contradicts itself in {count_word(contradictions)} {places}")
    if rejected := report.count("rejected"):
        said.append(f"{_rows(rejected)} {'was' if rejected == 1 else 'were'} impossible and left out")
    if not said:
        return ()
    return words(Span(f"{capital(listed(said))}.", "strong"))


def _rows(n: int) -> str:
    return f"{count_word(n)} {'row' if n == 1 else 'rows'}"


def remarks_of(report: ImportReport | None, case: Any, calendar: Calendar) -> tuple[Remark, ...]:
    """Contradictions of rows in use first, then rows left out, then values read as unknown, then notes."""
    if report is None:
        return ()
    together: dict[tuple[str, ...], list[Problem]] = {}
    for problem in report.problems:
        about = (problem.table, problem.column, problem.mend) if problem.kind != "unknown value" else ()
        together.setdefault((problem.kind, *about), []).append(problem)
    shifted = {problem.table for problem in report.rejected}
    groups = sorted(together.values(), key=lambda group: (_ORDER[group[0].kind], not group[0].row))
    remarks = [remark for group in groups for remark in _group(group, case, calendar, shifted)]
    not_understood = [
        Remark("not understood", "", visible(what), rows=n) for what, n in report.not_understood.items()
    ]
    notes = sum(remark.kind == "note" for remark in remarks)
    return (*remarks[: len(remarks) - notes], *not_understood, *remarks[len(remarks) - notes :])


def _group(group: list[Problem], case: Any, calendar: Calendar, shifted: set[str]) -> list[Remark]:
    """Problems of one kind and place: each by itself when few, else the first with the others folded."""
    each = [_remark(problem, case, calendar, shifted) for problem in group]
    if len(each) < _ALIKE:
        return each
    first = each[0]
    said = [
        (
            "" if one.text == first.text else visible(problem.what),
            "" if one.place == first.place else one.place,
        )
        for one, problem in zip(each[1:], group[1:], strict=True)
    ]
    alike = tuple(". ".join(part for part in one if part) or first.text for one in said)
    return [Remark(first.kind, first.place, first.text, sum(one.rows for one in each), alike)]


def _remark(problem: Problem, case: Any, calendar: Calendar, shifted: set[str]) -> Remark:
    """A problem with its row in words; the row's own name only where the record gave it one."""
    said = row_words(case, calendar, problem, counted=problem.table not in shifted)
    given = problem.row and not (said and problem.row.startswith(("#", f"{problem.table}-")))
    row = f"row {problem.row}" if given else ""
    named = ", ".join(visible(part, 80) for part in (problem.table, row, problem.column) if part)
    text = visible(f"{problem.what}; {problem.mend}" if problem.mend else problem.what)
    return Remark(problem.kind, f"{said} ({named})" if said else named, text, problem.rows)


def import_words(report: ImportReport | None) -> str:
    """What was read: as what, how much of it, what was ignored, not understood and rejected."""
    if report is None:
        return ""
    said = [f"Read as {visible(report.format)}" if report.format else "Read"]
    rows = {kind: n for kind, n in report.read.items() if kind in TABLES}
    others = {kind: n for kind, n in report.read.items() if kind not in TABLES}
    if others:
        said.append(f"{_total(others)} read ({_counted(others)})")
    if rows:
        said.append(f"{_total(rows)} rows {'made of it' if others else 'read'} ({_counted(rows)})")
    if report.ignored:
        said.append(f"{_total(report.ignored)} ignored ({_counted(report.ignored)})")
    if report.not_understood:
        said.append(f"{_total(report.not_understood)} not understood")
    rejected = report.count("rejected")
    said.append(f"{number(rejected)} rejected" if rejected else "none rejected")
    unknown = report.count("unknown value")
    if unknown:
        said.append(f"{number(unknown)} {'value' if unknown == 1 else 'values'} read as unknown")
    return ", ".join(said) + "."


def _noun(kind: str, n: int) -> str:
    """A kind of thing; a table's rows in the singular when there is one."""
    if n != 1 or kind not in TABLES:
        return visible(kind, 120)
    return _SINGULAR.get(kind, kind.removesuffix("s"))


def _total(counts: Mapping[str, int]) -> str:
    return number(sum(counts.values()))


def _counted(counts: Mapping[str, int]) -> str:
    shown = sorted(counts.items(), key=lambda item: -item[1])
    text = "; ".join(f"{number(n)} {_noun(kind, n)}" for kind, n in shown[:_NAMED])
    more = len(shown) - _NAMED
    return text if more <= 0 else f"{text}; and {more} more {'kind' if more == 1 else 'kinds'}"
