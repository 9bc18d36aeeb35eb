"""The brief for a terminal: what the page says, in the same order, without figures and shorter.

Texts of the record are never read as terminal markup: control characters were made visible before.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Final

from paget.brief.asked import Worksheet
from paget.brief.findings import IF_IT_APPLIES
from paget.brief.modelled import TITLE as MODEL
from paget.brief.on_page import in_short
from paget.brief.page import BriefData, Part
from paget.brief.rows import LesionRow
from paget.brief.tables import Answer
from paget.brief.words import Words, plain

if TYPE_CHECKING:
    from rich.console import Group, RenderableType
    from rich.table import Table
    from rich.text import Text

_STYLES: Final = {"": "", "strong": "bold", "unknown": "yellow", "small": ""}
_STATES: Final = {"yes": "✓", "no": "✗", "unknown": "?"}
_COLOURS: Final = {"yes": "", "no": "red", "unknown": "yellow"}
WIDTH: Final = 80
_MOST_ROWS: Final = 16  # rows of the course


def text(brief: BriefData, *, width: int = WIDTH, colour: bool = False) -> str:
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
    default = ", the last day known in the record" if brief.as_of_default else ""
    parts += [_line(brief.who), Text(f"As of {brief.as_of_written}{default}"), *overlays]
    if brief.alert:
        parts.append(Text(plain(brief.alert), "bold red"))
    for part in brief.parts:
        parts += _part(part)
    if brief.remarks or brief.import_words:
        parts += _head("The record itself")
        parts.append(_item(Text(brief.import_words), 2))
    for remark in brief.remarks:
        times = f" × {remark.rows}" if remark.rows > 1 else ""
        place = f" ({remark.place})" if remark.place else ""
        parts.append(_item(Text(f"{remark.kind}{times}: {remark.text}{place}")))
        parts += [_item(Text(f"- {other}", "dim"), 4) for other in remark.alike]
    about = f"All as of {brief.notes[0].as_of}, knowledge {brief.knowledge}" if brief.notes else ""
    parts += [*_head("Basis"), _item(Text(about, "dim"))]
    parts += [_item(line) for line in _basis(brief)]
    parts += [Text(), Text(brief.notice, "dim")]
    return Group(*parts)


def _part(part: Part) -> list[RenderableType]:
    from rich.text import Text

    from paget.brief.as_model import model
    from paget.brief.as_topics import topic

    shown: list[RenderableType] = [
        Text(), _line(part.who), Text(), Text(part.question, "bold"), _line(part.answer), Text(), _strip(part)
    ]  # fmt: skip
    if part.goal:
        shown += _head("Does the goal shift")
        shown += [_item(_answer(each)) for each in part.goal]
    if part.removal:
        asked = part.removal[0].name in ("resectable_r0", "all_treatable", "en_bloc_plan")
        shown += _head("May it be removed" if asked else "Before an operation")
        shown += [_item(_answer(each)) for each in part.removal]
    shown += _missing(part)
    shown += _head("Course", f"until {part.course.written_as_of}")
    shown.append(_course(part))
    if (earlier := part.course_more + max(0, len(part.course_rows) - _MOST_ROWS)) > 0:
        shown.append(_item(Text(f"{earlier} earlier rows are on the page and in --json.", "dim")))
    shown += _head("Lesions")
    shown += [_lesion(row) for row in part.lesions]
    if not part.lesions:
        shown.append(_item(Text("No lesion is recorded. That is not the same as none.")))
    for each in part.topics:
        shown += _head(each.title, each.gist)
        shown += [_item(line) for line in topic(part, each)]
    shown += _head(MODEL, part.modelled.note)
    shown += [_item(line) for line in model(part.modelled)]
    if part.worksheets:
        shown += _head("Worksheets of the board", "printed by paget worksheet")
        shown += [_item(_sheet(sheet)) for sheet in part.worksheets]
    if part.asides:
        shown += _head("Does not apply", "named on the page and in --json")
        shown.append(_item(Text("; ".join(f"{each.because} ({len(each.titles)})" for each in part.asides))))
    return shown


def _sheet(sheet: Worksheet) -> Text:
    """A role, how much of its worksheet is prefilled, and the questions of which the record tells nothing.

    Of a sheet that only may belong to the case they are not listed.
    """
    from rich.text import Text

    asked = (one for _, questions in sheet.headings for one in questions)
    line = Text.assemble((sheet.role, "bold"), f": {sheet.counted}. ")
    if sheet.role.endswith(IF_IT_APPLIES):
        return line
    return line.append(" ".join(one.asks for one in asked if not one.says.startswith("prefilled")))


def _answer(each: Answer) -> Text:
    """A question of the board, its answer, and what that rests on."""
    from rich.text import Text

    sign = f"{_STATES[each.state]} " if each.state else ""
    line = Text.assemble((each.asks, "bold"), f": {sign}", _line(each.value))
    line.append("" if each.confirmed else ", unconfirmed")
    return line.append(". ").append_text(_line(each.says)) if each.says else line


def _basis(brief: BriefData) -> list[Text]:
    """Each source once, with the numbers that rest on it; those that were not read in it are named."""
    from rich.text import Text

    resting: dict[int, list[str]] = {source.number: [] for source in brief.sources}
    for note in brief.notes:
        for cited in note.cites:
            resting[cited].append(f"{note.number}{'' if note.confirmed is not False else '?'}")
    lines = [Text("A number with ? was not confirmed in its source. Every value in full: --json.", "dim")]
    for source in brief.sources:
        numbers = f"[{', '.join(resting[source.number])}] " if resting[source.number] else ""
        lines.append(Text(f"{numbers}{source.text}"))
    defined = [str(note.number) for note in brief.notes if not note.cites]
    if defined:
        lines.append(Text(f"[{', '.join(defined)}] definitions, and what the record itself says"))
    return lines


def _line(words: Words) -> Text:
    from rich.text import Text

    line = Text()
    for span in words:
        line.append(span.text, _STYLES[span.mark])
        if span.basis:
            line.append(f" [{span.basis}]", "dim")
    return line


def _item(words: Text, indent: int = 2) -> RenderableType:
    """A paragraph that stands in from the margin by so many characters."""
    from rich.padding import Padding

    return Padding(words, (0, 0, 0, indent), expand=False)


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
    table.add_column(overflow="fold", width=24)
    table.add_column(overflow="fold")
    for tile in part.strip:
        value = _line(tile.value)
        value.stylize("bold")
        if tile.pips is not None:
            low, high, most = tile.pips.low, tile.pips.high, tile.pips.most
            value.append(f"  {'■' * low}{'▨' * (high - low)}{'□' * (most - high)}")
        if tile.note:
            value.append("\n").append_text(_line(tile.note))
        table.add_row(f"  {tile.label}", value)
    return table


def _missing(part: Part) -> list[RenderableType]:
    from rich.text import Text

    shown = _head("What is missing, most decisive first")
    for index, item in enumerate(part.missing, 1):
        decides = f"Could decide ({item.flips_count}): {in_short(item.flips)}." if item.flips else ""
        bears = f"Bears on: {in_short(item.bears_on)}." if item.bears_on and not item.flips else ""
        who = f"By: {item.who}." if item.who else ""
        said = Text.assemble(f"{index} ", (item.title, "bold"))
        said.append(f", {item.state}" if item.state else "", "yellow")
        said.append(f". {' '.join(part for part in (decides, bears, who) if part)}")
        shown.append(_item(said))
    if part.missing_more:
        shown.append(_item(Text(f"and {part.missing_more} more of less weight.")))
    if not part.missing:
        shown.append(_item(Text("Nothing that is missing could change a finding.")))
    if part.workup:
        shown += _head(part.workup_title or "Workup")
        first = "Examination" if part.workup[0].fact else "Region"
        table = _table((first, False), ("State", False), ("Age", True), ("Limit, days", True))
        for line in part.workup:
            says = Text(f"{_STATES[line.state]} {line.says}", _COLOURS[line.state])
            table.add_row(line.name, says, line.age, line.limit)
        shown.append(table)
    return shown


def _course(part: Part) -> Table:
    table = _table(("Day", False), ("What", False), ("Result", False))
    for row in part.course_rows[-_MOST_ROWS:]:
        later = f"known {row.known}" if row.known else ""
        table.add_row(row.day, row.what, "; ".join(said for said in (row.result, later) if said))
    return table


def _lesion(row: LesionRow) -> RenderableType:
    """A lesion in three lines: where, how large and how fast, measured and judged."""
    from rich.text import Text

    named = f" ({row.full_name})" if row.full_name else ""
    where = ", ".join(part for part in (row.where, row.where_more) if part)
    size = plain(row.longest)
    if size != "unknown":
        times = plain(row.doubling) + (f" ({row.doubling_more})" if row.doubling_more else "")
        doubles = f"doubles in {times} days" if times[:1].isdigit() else f"doubling time: {times}"
        size = f"{size} mm ({row.longest_more}), {plain(row.volume)} mL, {doubles}"
    else:
        size = "size unknown"
    judged = ", ".join(f"{_STATES[state]} {word}" if state else word for state, word in row.judged)
    by = f" ({row.judged_more})" if row.judged_more else ""
    measured = ", ".join(part for part in (row.measured, row.age) if part)
    style = "dim" if row.gone or row.certain == "no" else ""
    said = f"{named}  {where}\n{size}\n{measured}; {judged}{by}"
    return _item(Text.assemble((row.name, "bold"), said, style=style))
