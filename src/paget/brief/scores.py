"""Scores and models: points as a range, the group it reads as, what it depends on, outcomes by source."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from paget.brief import here
from paget.brief.fact_words import name_words
from paget.brief.findings import IF_IT_APPLIES, Findings, state_of
from paget.brief.footnotes import short_source, source_words
from paget.brief.found import Clause, Finding, Outcome, Outcomes, Score
from paget.brief.places import place
from paget.brief.rows import Pips
from paget.brief.shares import is_share, share_words
from paget.brief.words import Span, bounds, capital, listed, number, value_words, visible, words
from paget.figures import State

KINDS: Final = frozenset({"score", "model"})
_MOST_PIPS: Final = 12
_MOST_COLUMNS: Final = 6
_NOT_VALUES: Final = frozenset({"score", "group", "class", "value"})


def is_score(raw: Mapping[str, Any]) -> bool:
    """Whether a finding is a score or a model."""
    return raw.get("kind") in KINDS or (raw.get("kind") is None and raw.get("unit") == "point")


def primary_score(findings: Findings) -> str | None:
    """The score of the strip: Fong's where it applies, else the first of the prognosis in points."""
    scores = [
        name
        for name in findings.shown
        if is_score(findings.raw[name])
        and findings.raw[name].get("kind") != "model"
        and place(name, "score") == "prognosis"
        and findings.surely(name)
        and not is_share(findings.raw[name])
    ]
    return "fong_score" if "fong_score" in scores else scores[0] if scores else None


def points(raw: Mapping[str, Any]) -> tuple[Pips | None, str]:
    """A score as squares, and its largest value in words; none for a score that is not a count of points."""
    most = 0.0
    for clause in raw.get("explanation") or ():
        bands = (
            [band.get("points") for band in clause.get("of") or () if "points" in band]
            if isinstance(clause, Mapping)
            else []
        )
        worth = clause.get("points") if isinstance(clause, Mapping) else None
        most += max([0.0, *(float(p) for p in [worth, *bands] if p is not None)])
    ends = bounds(raw.get("value"))
    if not most or ends is None:
        return None, number(most) if most else ""
    low, high = ends[0] if ends[0] is not None else 0, ends[1] if ends[1] is not None else most
    whole = all(float(n).is_integer() for n in (low, high, most))
    if not whole or most > _MOST_PIPS or not 0 <= low <= high <= most:
        return None, number(most)
    return Pips(int(low), int(high), int(most)), number(most)


def scores(findings: Findings) -> tuple[Score, ...]:
    """All scores and models that apply."""
    return tuple(_score(findings, name) for name in findings.shown if is_score(findings.raw[name]))


def _score(findings: Findings, name: str) -> Score:
    raw, finding = findings.raw[name], findings[name]
    pips, most = points(raw)
    shown = (
        share_words(finding.value)
        if is_share(raw)
        else value_words(finding.value, None if finding.unit == "point" else finding.unit)
    )
    of = f" of {most}" if most and not is_share(raw) and shown.certainty != "unknown" else ""
    text = f"{shown.text}{of}"
    if raw.get("kind") == "model" and shown.certainty != "unknown":
        text = f"hazard ratio {text}"
    clauses = [
        clause for clause in (_clause(entry) for entry in raw.get("explanation") or ()) if clause is not None
    ]
    group = raw.get("group")
    depends = [
        f"{clause.text} ({clause.worth})" if clause.worth else clause.text
        for clause in clauses
        if clause.state == "unknown"
    ]
    limits = f"limits: {'; '.join(finding.limits)}" if finding.limits else ""
    confirmed = "" if finding.confirmed else "unconfirmed"
    detail = ", ".join(part for part in (short_source(raw.get("source")), confirmed, limits) if part)
    reads: list[str | Span] = []
    if finding.applies == "unknown":
        reads.append(Span(f"{IF_IT_APPLIES}: ", "unknown"))
    if group:
        several = not isinstance(group, str)
        reads.append(Span(capital(value_words(group).text), "unknown" if several else ""))
    return Score(
        title=finding.title,
        detail=detail,
        value=(Span(text, "unknown" if shown.certainty == "unknown" else "strong", finding.basis),),
        pips=pips,
        reads_as=words(*reads),
        depends_on=listed(depends)
        or ("nothing missing" if shown.certainty == "known" and finding.applies == "yes" else ""),
        clauses=tuple(clauses),
        outcomes=outcomes(findings, name),
        remarks=(*finding.against, *finding.beside),
        basis=finding.basis,
        name=name,
    )


def _clause(entry: Any) -> Clause | None:
    """What a clause asks, what is known of it, its answer, and what it adds."""
    if not isinstance(entry, Mapping) or not entry.get("asks"):
        return None
    key = "times" if "times" in entry else "points"
    worth = entry.get(key)
    text, has = visible(entry["asks"], 120), visible(entry.get("has") or "", 80)
    known = "" if has == "not known" else has
    bands = [band for band in entry.get("of") or () if isinstance(band, Mapping) and key in band]
    if worth is None and bands:
        added = [band[key] for band in bands if band.get("truth") != "no"]
        words_ = f"{number(min(added))} to {number(max(added))}" if added and min(added) != max(added) else ""
        state: State = "unknown" if any(band.get("truth") == "unknown" for band in bands) else "yes"
        return Clause(text, known, state, words_)
    state = state_of(entry.get("truth", "unknown"))
    if worth is None:
        return Clause(text, known, state, "")
    sign = "×" if key == "times" else "+" if float(worth) >= 0 else ""
    return Clause(text, known, state, f"{sign}{number(float(worth))}")


# Outcomes


def outcomes(findings: Findings, name: str) -> tuple[Outcomes, ...]:
    """Tables of outcomes by score, sources side by side at the last time that all of them give."""
    raw, finding = findings.raw[name], findings[name]
    tables = [
        table for table in raw.get("outcomes") or () if isinstance(table, Mapping) and table.get("rows")
    ]
    found = []
    for endpoint in dict.fromkeys(str(table.get("endpoint") or "outcome") for table in tables):
        same = [table for table in tables if str(table.get("endpoint") or "outcome") == endpoint]
        time = _shared_time(same)
        same += here.tables(raw, endpoint, time)
        columns = _columns(same, raw.get("value"), raw.get("group"))
        rows = []
        for table in same:
            cells = tuple(_cell(table, column, time) for column in columns)
            if any(cells):
                rows.append(_outcome(findings, finding, endpoint, table, cells))
        if not rows:
            continue
        unit = visible(same[0].get("unit") or "", 20)
        said = "of 100" if unit == "%" else unit
        title = ", ".join(part for part in (capital(visible(endpoint, 80)), _at(time), said) if part)
        found.append(Outcomes(title, tuple(_column_words(column) for column in columns), tuple(rows)))
    return tuple(found)


def _outcome(
    findings: Findings, finding: Finding, endpoint: str, table: Mapping[str, Any], cells: tuple[str, ...]
) -> Outcome:
    source, confirmed = source_words(table.get("source")), table.get("confirmed") is True
    n = f"n {number(float(table['n']))}" if isinstance(table.get("n"), int | float) else ""
    said = [n, visible(table.get("population") or "", 160), visible(table.get("note") or "", 240)]
    basis = findings.notes.add(
        f"{capital(visible(endpoint, 80))} by score",
        " and ".join(cell for cell in cells if cell),
        ". ".join([*filter(None, said[:1]), *(capital(part) for part in said[1:] if part)]),
        source=source,
        rule=finding.rule,
        confirmed=confirmed,
        cites=findings.notes.cite(table.get("source")),
    )
    short = short_source(table.get("source")) or "Source not recorded"
    return Outcome(", ".join(part for part in (capital(short), n) if part), confirmed, cells, basis)


def _at(time: str) -> str:
    """A time as it goes on after its endpoint."""
    return f"at {time}" if time[:1].isdigit() else time


def _shared_time(tables: list[Mapping[str, Any]]) -> str:
    """The last time at which every table has a value."""
    times = [[str(time) for time in table.get("at") or ()] for table in tables]
    shared = [time for time in times[0] if all(time in each for each in times)]
    return visible(shared[-1], 40) if shared else ""


def _columns(tables: list[Mapping[str, Any]], value: Any, group: Any) -> list[Any]:
    """The scores, or else the groups, for which outcomes are shown."""
    ends = bounds(value)
    if ends is not None and any("score" in row for table in tables for row in table["rows"]):
        rows = [row["score"] for table in tables for row in table["rows"] if "score" in row]
        most = max(max(score) if isinstance(score, list) else score for score in rows)
        low, high = ends[0] or 0, ends[1] if ends[1] is not None else most
        return list(range(int(low), int(high) + 1))[:_MOST_COLUMNS]
    named = [row.get("group") or row.get("class") for table in tables for row in table["rows"]]
    if not any(named):
        named = [row.get("value") for table in tables for row in table["rows"]]
    possible = [group] if isinstance(group, str) else list(group or ())
    if set(possible) & set(named):  # also a group of which nothing was published
        named = possible
    return list(dict.fromkeys(name for name in named if name))[:_MOST_COLUMNS]


def _column_words(column: Any) -> str:
    return (
        f"{column} {'point' if column == 1 else 'points'}"
        if isinstance(column, int)
        else capital(visible(column, 40))
    )


def _cell(table: Mapping[str, Any], column: Any, time: str) -> str:
    """What a table says of a score at a time: one number where it has one, else all that its row holds."""
    row = next((row for row in table["rows"] if isinstance(row, Mapping) and _covers(row, column)), None)
    if row is None:
        return ""
    values = row.get("percent") or row.get("values") or row.get("estimate")
    times = [str(each) for each in table.get("at") or ()]
    note = f" ({visible(row['note'], 60)})" if row.get("note") else ""
    if isinstance(values, list) and time in times and len(values) > times.index(time):
        return number(values[times.index(time)])
    if isinstance(values, list) and len(values) == 1:
        return f"{number(values[0])}{note}"
    if isinstance(values, int | float):
        return f"{number(values)}{note}"
    rest = {key: value for key, value in row.items() if key not in (*_NOT_VALUES, "n", "note")}
    if list(rest) == ["median"]:
        return visible(rest["median"], 40).removesuffix(f" {table.get('unit')}") + note
    return ", ".join(f"{name_words(str(key))} {visible(value, 60)}" for key, value in rest.items())


def _covers(row: Mapping[str, Any], column: Any) -> bool:
    score = row.get("score")
    if isinstance(column, int):
        return bool(score[0] <= column <= score[1]) if isinstance(score, list) else score == column
    return column in (row.get("group"), row.get("class"), row.get("value"))
