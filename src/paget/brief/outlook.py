"""Scores, models and classes with outcomes, as one table: value, group, what was published, of whom."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from paget.brief.beside import at_the_value
from paget.brief.findings import Findings, state_of
from paget.brief.footnotes import short_source
from paget.brief.found import Outcomes, Score
from paget.brief.scores import is_score, outcomes, points, primary_score
from paget.brief.shares import is_share
from paget.brief.tables import Outlook
from paget.brief.words import Span, Words, capital, listed, number, plain, value_words, visible, words
from paget.figures import State

_YEARS: Final = re.compile(r"_(\d+)y(?=_|$)")
"""How a model that is given for several years is named: relapse_1y_fong, relapse_2y_fong."""


def outlooks(findings: Findings, scores: Sequence[Score]) -> tuple[Outlook, ...]:
    """All lines, the score of the strip first; those that may not belong to this case last."""
    by_name = {score.name: score for score in scores}
    series: dict[str, list[str]] = {}
    for name in findings.shown:
        if name in by_name or _has_outcomes(findings.raw[name]):
            series.setdefault(_YEARS.sub("_y", name), []).append(name)
    lines = [_outlook(findings, by_name, _in_years(names)) for names in series.values()]
    first = primary_score(findings)
    lines.sort(key=lambda line: (line.applies != "yes", line.open, first not in line.names))
    return tuple(_distinct(lines))


def _has_outcomes(raw: Mapping[str, Any]) -> bool:
    """Whether a class has outcomes that were published for it."""
    return raw.get("kind") == "classes" and bool(raw.get("outcomes"))


def _in_years(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: int(found[1]) if (found := _YEARS.search(name)) else 0)


def _outlook(findings: Findings, by_name: Mapping[str, Score], names: list[str]) -> Outlook:
    name = names[0]
    raw, finding, score = findings.raw[name], findings[name], by_name.get(name)
    tables = score.outcomes if score is not None else outcomes(findings, name)
    fits, says, unknown_of = _fits(raw)
    title = _title(findings, names)
    return Outlook(
        names=tuple(names),
        title=title,
        short=short_title(title),
        value=_value(findings, by_name, names),
        pips=score.pips if score is not None else None,
        group=_group(raw),
        is_share=is_share(raw),
        published=tables[0] if tables else None,
        more=tables[1:],
        in_short=_in_short(tables[0]) if tables else (),
        fits=fits,
        fits_says=says,
        unknown_of=unknown_of,
        discrimination=listed(_discrimination(raw)),
        built_for=visible(raw.get("built_for") or "", 80),
        before_drugs=_before_drugs(findings, raw),
        marks=tuple(remark for remark in finding.beside if at_the_value(remark)),
        source=short_source(raw.get("source")),
        confirmed=all(findings[each].confirmed for each in names),
        applies=finding.applies,
        open=is_open(findings, name),
        basis=finding.basis,
    )


def is_open(findings: Findings, name: str) -> bool:
    """Whether nothing at all is known of a finding: each of its values is still possible."""
    raw, finding = findings.raw[name], findings[name]
    if finding.certainty != "partly":
        return finding.certainty == "unknown"
    if raw.get("missing") and not raw.get("because"):
        return True
    if is_score(raw):
        squares, _ = points(raw)
        return squares is not None and squares.low == 0 and squares.high == squares.most
    return isinstance(finding.value, list | tuple) and not findings.classes(name)


def _value(findings: Findings, by_name: Mapping[str, Score], names: list[str]) -> Words:
    """The value; of several years one after another, each with its basis."""
    if len(names) == 1:
        score = by_name.get(names[0])
        if score is not None:
            return score.value
        finding = findings[names[0]]
        text = "unknown" if is_open(findings, names[0]) else plain(finding.shown)
        return (Span(text, "unknown" if finding.certainty != "known" else "strong", finding.basis),)
    spans: list[str | Span] = []
    for index, name in enumerate(names):
        text = plain(by_name[name].value).removesuffix(" of 100")
        mark = by_name[name].value[0].mark
        last = index == len(names) - 1
        spans += [Span(text, mark, findings[name].basis), " of 100" if last else ", "]
    return words(*spans)


def _title(findings: Findings, names: list[str]) -> str:
    """The title; of several years the years in the place where the titles differ."""
    titles = [findings[name].title for name in names]
    if len(names) == 1:
        return titles[0]
    cut = [title.split(" ") for title in titles]
    shortest = min(map(len, cut))
    same = [len({words_[n] for words_ in cut}) == 1 for n in range(shortest)]
    after = [len({words_[-1 - n] for words_ in cut}) == 1 for n in range(shortest)]
    head, tail = [*same, False].index(False), [*after, False].index(False)
    years = listed(found[1] for name in names if (found := _YEARS.search(name)))
    tail = min(tail, len(cut[0]) - head)
    return " ".join([*cut[0][:head], f"{years} years", *cut[0][len(cut[0]) - tail :]])


def short_title(title: str) -> str:
    """A title without what it is for.

    >>> short_title("GAME score (genetic and morphological evaluation) for colorectal liver metastases")
    'GAME score'
    >>> short_title("Relapse within 1 and 2 years of resection, from the items of the Fong score")
    'Relapse within 1 and 2 years of resection, items of the Fong score'
    """
    head, found, tail = title.partition(" for ")
    particular = f", {tail.rpartition(', ')[2]}" if found and ", " in tail else ""
    short = re.sub(r" \([^)]*\)", "", f"{head.rstrip(',')}{particular}")
    return short.replace(", from the items of", ", items of")


def _distinct(lines: list[Outlook]) -> Iterator[Outlook]:
    """Short titles only where they tell the lines apart."""
    shorts = [line.short for line in lines]
    for line in lines:
        yield replace(line, short=line.title) if shorts.count(line.short) > 1 else line


def _group(raw: Mapping[str, Any]) -> Words:
    group = raw.get("group")
    if not group:
        return ()
    return (Span(capital(value_words(group).text), "" if isinstance(group, str) else "unknown"),)


def _in_short(table: Outcomes) -> Words:
    """What the first source says, and how far the others differ."""
    first, *others = table.rows
    said: list[str | Span] = [f"{table.title}: "]
    said.append(Span(cells_words(table.columns, first.cells), "strong", first.basis))
    said.append(f" {first.source.partition(',')[0]}")
    if not first.confirmed:
        said += [", ", Span("unconfirmed", "unknown")]
    numbers = [value for row in others for cell in row.cells if (value := _number(cell)) is not None]
    if others:
        more = f"{len(others)} more {'source' if len(others) == 1 else 'sources'}"
        low, high = (min(numbers), max(numbers)) if numbers else (0, 0)
        span = "" if not numbers else f" {number(low)}" + (f" to {number(high)}" if high > low else "")
        said.append(f"; {more}{span}")
    return words(*said)


def cells_words(columns: tuple[str, ...], cells: tuple[str, ...]) -> str:
    """What a source says at each value still possible: "low: 44; high: 20"; of one value only the figure."""
    if len(columns) == 1:
        return cells[0]
    each = zip(columns, cells, strict=True)
    return "; ".join(f"{_in_sentence(column)}: {cell or 'not given'}" for column, cell in each)


def _in_sentence(column: str) -> str:
    """A group as it stands in a sentence: "low", but "A"."""
    return column[:1].lower() + column[1:] if column[1:2].islower() else column


def _number(cell: str) -> float | None:
    try:
        return float(cell.replace(",", ""))
    except ValueError:
        return None


def _fits(raw: Mapping[str, Any]) -> tuple[State | None, str, tuple[str, ...]]:
    """Whether the case belongs to the people of the source; what is against it; what is not known of that."""
    asked = [entry for entry in raw.get("population") or () if isinstance(entry, Mapping)]
    outside = [visible(one, 120) for one in raw.get("outside") or ()]
    open_ = tuple(
        visible(entry.get("asks") or "", 120) for entry in asked if state_of(entry.get("truth")) == "unknown"
    )
    if outside:
        return "no", listed(outside), open_
    if open_:
        return "unknown", "", open_
    return ("yes", "", ()) if asked else (None, "", ())


def _discrimination(raw: Mapping[str, Any]) -> Iterable[str]:
    """Each measure in words: "c-index 0.58 (Villa 2011)"."""
    entries = raw.get("discrimination") or ()
    for entry in [entries] if isinstance(entries, Mapping | str) else entries:
        if not isinstance(entry, Mapping):
            yield visible(entry, 160)
            continue
        value, interval = entry.get("value"), entry.get("interval")
        shown = number(value) if isinstance(value, int | float) else visible(value or "", 40)
        if isinstance(value, float) and 0 < value < 1:
            shown = f"{value:.2f}"
        between = f" ({_ends(interval)})" if isinstance(interval, list) and len(interval) == 2 else ""
        by = short_source(entry.get("source"))
        sure = "" if entry.get("confirmed") is True else ", unconfirmed"
        said = f"{visible(entry.get('measure') or '', 40)} {shown}{between}".strip()
        yield f"{said}{f', {by}' if by else ''}{sure}"


def _ends(interval: list[Any]) -> str:
    low, high = interval
    return f"{low:.2f} to {high:.2f}" if isinstance(low, float) else f"{low} to {high}"


def _before_drugs(findings: Findings, raw: Mapping[str, Any]) -> str:
    """What it came to as of the first day of drugs for the metastases."""
    earlier = raw.get("before_drugs")
    if not isinstance(earlier, Mapping) or earlier.get("applies") is False:
        return ""
    day = findings.calendar.write(findings.calendar.read(earlier.get("as_of")))
    value = value_words(earlier.get("value")).text
    group = f", {value_words(earlier['group']).text}" if earlier.get("group") else ""
    return f"{value}{group} before drugs, {day}"
