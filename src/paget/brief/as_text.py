"""The brief for a terminal: the same content as the page, in the same order, without figures.

Texts of the record are never read as terminal markup: control characters were made visible before.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from paget.brief.page import BriefData, Finding, LesionRow, Part
from paget.brief.words import Words, capital, plain

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

_STYLES: Final = {"": "", "strong": "bold", "unknown": "yellow", "small": ""}
_STATES: Final = {"yes": "✓", "no": "✗", "unknown": "?"}
_WORDS: Final = {"yes": "met", "no": "not met", "unknown": "unknown"}


def text(brief: BriefData, *, width: int = 100, colour: bool = False) -> str:
    """The brief as text.

    Args:
        brief: from :func:`paget.brief.data`.
        width: characters a line.
        colour: with terminal colours.
    """
    from rich.console import Console

    console = Console(
        file=io.StringIO(), width=width, force_terminal=colour, color_system="standard" if colour else None,
        markup=False, highlight=False, emoji=False, legacy_windows=False,
    )  # fmt: skip
    console.print(renderable(brief))
    shown = console.file.getvalue() if isinstance(console.file, io.StringIO) else ""
    return "\n".join(line.rstrip() for line in shown.splitlines()) + "\n"


def renderable(brief: BriefData) -> Group:
    """The brief as something that rich prints."""
    from rich.console import Group
    from rich.text import Text

    parts: list[RenderableType] = [Text(brief.title, "bold")]
    if brief.label:
        parts.append(Text(brief.label, "dim"))
    overlays = [Text(f"Overlay {overlay}", "cyan") for overlay in brief.overlays]
    parts += [_line(brief.who), Text(f"As of {brief.as_of_written}"), *overlays]
    for part in brief.parts:
        parts += _part(part)
    if brief.remarks or brief.import_words:
        parts += _head("The record itself", brief.import_words)
        parts += [
            Text(f"  {remark.kind}: {remark.text}{f' ({remark.place})' if remark.place else ''}")
            for remark in brief.remarks
        ]
    parts += _head(
        "Basis", f"All as of {brief.notes[0].as_of}, knowledge {brief.knowledge}" if brief.notes else ""
    )
    for note in brief.notes:
        said = [f"{note.title}: {note.value}.", note.text, f"Source: {note.source}." if note.source else ""]
        said += [
            note.rule,
            "" if note.confirmed is None else f"Confirmed: {'yes' if note.confirmed else 'no'}.",
        ]
        parts.append(Text(f"  [{note.number}] {' '.join(part for part in said if part)}"))
    parts.append(Text("\npaget informs people who can check it. It is not a medical device cleared for use, "
                      "and it gives no orders.", "dim"))  # fmt: skip
    return Group(*parts)


def _part(part: Part) -> list[RenderableType]:
    from rich.text import Text

    shown: list[RenderableType] = [
        Text(),
        _line(part.who),
        Text(),
        Text(part.question, "bold"),
        _line(part.answer),
    ]
    shown += [Text(), _strip(part)]
    shown += _missing(part)
    shown += _head("Course", f"until {part.course.written_as_of}")
    shown.append(_course(part))
    shown += _head("Lesions")
    shown.append(
        _lesions(part) if part.lesions else Text("  No lesion is recorded. That is not the same as none.")
    )
    if part.findings:
        shown += _head("Findings")
        shown += [_finding(finding) for finding in part.findings]
    if part.criteria:
        shown += _head("Criteria")
    for group in part.criteria:
        shown.append(Text(f"  {group.title}: {group.says}", "bold"))
        for each in group.criteria:
            style = "yellow" if each.state == "unknown" else "red" if each.state == "no" else ""
            state = f"{_STATES[each.state]} {_WORDS[each.state]}"
            shown.append(
                Text.assemble(f"    {each.text}: ", (state, style), f". {each.because} [{each.basis}]")
            )
    if part.scores:
        shown += _head("Scores")
    for score in part.scores:
        shown.append(
            Text.assemble(f"  {score.title}: ", _line(score.value), "  ", _line(score.reads_as),
                          f"  {score.depends_on}" if score.depends_on else "")
        )  # fmt: skip
        for table in score.outcomes:
            shown.append(Text(f"    {table.title}", "dim"))
            for row in table.rows:
                cells = "; ".join(f"{c}: {v}" for c, v in zip(table.columns, row.cells, strict=True) if v)
                unconfirmed = "" if row.confirmed else ", unconfirmed"
                shown.append(Text(f"      {row.source}{unconfirmed}: {cells} [{row.basis}]"))
        shown += [Text(f"    {remark}", "dim") for remark in score.remarks]
    if part.absent:
        shown += _head("Does not apply")
        shown += [
            Text(f"  {finding.title}{f': {finding.why}' if finding.why else ''}") for finding in part.absent
        ]
    return shown


def _line(words: Words) -> Text:
    from rich.text import Text

    line = Text()
    for span in words:
        line.append(span.text, _STYLES[span.mark])
        if span.basis:
            line.append(f" [{span.basis}]", "dim")
    return line


def _head(title: str, note: str = "") -> list[RenderableType]:
    from rich.text import Text

    return [Text(), Text.assemble((title, "bold underline"), (f"  {note}" if note else "", "dim"))]


def _table(*columns: tuple[str, bool]) -> Table:
    """A table without borders; ``True`` aligns a column of numbers."""
    from rich.box import SIMPLE_HEAD
    from rich.table import Table

    table = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim")
    for name, is_number in columns:
        table.add_column(name, justify="right" if is_number else "left", overflow="fold")
    return table


def _strip(part: Part) -> Table:
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    table.add_column(overflow="fold")
    for tile in part.strip:
        pips = ""
        if tile.pips is not None:
            low, high, most = tile.pips.low, tile.pips.high, tile.pips.most
            pips = f"  {'■' * low}{'▨' * (high - low)}{'□' * (most - high)}"
        value = _line(tile.value)
        value.append(pips)
        table.add_row(f"  {tile.label}", value, _line(tile.note))
    return table


def _missing(part: Part) -> list[RenderableType]:
    from rich.text import Text

    shown = _head("What is missing, most decisive first")
    for index, item in enumerate(part.missing, 1):
        hangs = f" ({item.flips_count})" if item.flips_count else ""
        flips = f" Could change{hangs}: {', '.join(item.flips)}." if item.flips else ""
        settled = f" Settled by {item.resolved_by}." if item.resolved_by else ""
        state = (f", {item.state}", "yellow") if item.state else ""
        shown.append(Text.assemble(f"  {index} ", (item.title, "bold"), state, f".{flips}{settled}"))
    if not part.missing:
        shown.append(Text("  Nothing that is missing could change a finding."))
    if part.workup:
        shown += _head(part.workup_title or "Workup")
        table = _table(("Examination", False), ("State", False), ("Age", True), ("Limit, days", True))
        for line in part.workup:
            says = Text(f"{_STATES[line.state]} {line.says}", "yellow" if line.state == "unknown" else "")
            table.add_row(line.name, says, line.age, line.limit)
        shown.append(table)
    return shown


def _course(part: Part) -> Table:
    table = _table(("Day", False), ("What", False), ("Result", False), ("Known", False))
    for row in part.course_rows:
        table.add_row(row.day, row.what, row.result, row.known)
    return table


def _lesions(part: Part) -> Table:
    table = _table(
        ("Lesion", False), ("Where", False), ("mm", True), ("mL", True), ("Doubles in, days", True),
        ("Measured", False), ("Judged", False),
    )  # fmt: skip
    for row in part.lesions:
        where = ", ".join(filter(None, (row.where, row.where_more)))
        size = plain(row.longest) + (f" ({row.longest_more})" if row.longest_more else "")
        times = plain(row.doubling) + (f" ({row.doubling_more})" if row.doubling_more else "")
        table.add_row(
            row.name,
            where,
            size,
            plain(row.volume),
            times,
            f"{row.measured}, {row.age}".strip(", "),
            _judged(row),
        )
    return table


def _judged(row: LesionRow) -> str:
    said = [f"{_STATES[state]} {word}" if state else word for state, word in row.judged]
    return ", ".join([*said, row.judged_more] if row.judged_more else said)


def _finding(finding: Finding) -> Text:
    from rich.text import Text

    because = capital(finding.because)
    line = Text.assemble(
        f"  {finding.title}: ", _line(finding.shown), f" [{finding.basis}]", f". {because}" if because else ""
    )
    if finding.certainty != "known" and finding.missing:
        line.append(f". Not known: {', '.join(finding.missing)}", "yellow")
    for remark in finding.beside:
        line.append(f"\n    {remark}", "dim")
    return line
