"""The parts of the brief for a terminal: a line for each finding, score and factor; what is open is named."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from paget.brief.beside import in_the_row
from paget.brief.findings import IF_IT_APPLIES
from paget.brief.found import CriteriaGroup, Criterion, Finding, Outcomes
from paget.brief.on_page import by_name, said
from paget.brief.outlook import cells_words
from paget.brief.page import Part
from paget.brief.tables import Factor, FactorTable, Outlook, Topic
from paget.brief.words import Words, capital

if TYPE_CHECKING:
    from rich.text import Text

_STATES: Final = {"yes": "✓ met", "no": "✗ not met", "unknown": "? unknown"}
_FITS: Final = {"yes": "fits", "no": "outside", "unknown": "not known whether the case fits"}
_MARKS: Final = {"unknown": "yellow", "strong": "bold"}
_COLOURS: Final = {"yes": "", "no": "red", "unknown": "yellow"}


def topic(part: Part, each: Topic) -> Iterator[Text]:
    """The lines of one part of the page."""
    from rich.text import Text

    known = by_name(part)
    for name in each.rows:
        yield _finding(known["findings"][name])
    for name in each.criteria:
        yield _criterion(known["criteria"][name])
    for name in each.groups:
        yield from _group(known["groups"][name])
    for line in each.outlooks:
        yield _outlook(line)
    if each.key == "prognosis" and any(not line.discrimination for line in each.outlooks):
        yield Text("Where no c-index stands, none was found in the sources.", "dim")
    for table in each.factors:
        yield _factors(table)
    named = known["named"]
    for lead, names in (("Unknown: ", each.open), ("Unknown, and may not apply: ", each.maybe)):
        if names:
            yield Text.assemble((lead, "yellow"), "; ".join(f"{named[n][0]} [{named[n][1]}]" for n in names))


def _words(words: Words) -> Text:
    from rich.text import Text

    line = Text()
    for span in words:
        line.append(span.text, _MARKS.get(span.mark, ""))
        line.append(f" [{span.basis}]" if span.basis else "", "dim")
    return line


def _finding(finding: Finding) -> Text:
    from rich.text import Text

    line = Text.assemble((finding.title, "bold"), ": ", _words(finding.shown))
    maybe = f", {IF_IT_APPLIES}" if finding.applies == "unknown" else ""
    line.append(f"{maybe}{'' if finding.confirmed else ', unconfirmed'} [{finding.basis}]")
    if finding.because:
        line.append(f". {capital(finding.because)}")
    if finding.certainty != "known" and finding.missing and finding.kind != "measure":
        line.append(f". Not known: {said(finding.missing, 3)}", "yellow")
    for remark in filter(in_the_row, finding.beside):
        line.append(f". {remark}", "dim")
    return line


def _criterion(each: Criterion, indent: str = "") -> Text:
    from rich.text import Text

    limit = f" ({each.limit})" if each.limit else ""
    line = Text.assemble(f"{indent}{each.text}{limit}: ", (_STATES[each.state], _COLOURS[each.state]))
    return line.append(f"{'' if each.confirmed else ', unconfirmed'}. {each.because} [{each.basis}]")


def _group(group: CriteriaGroup) -> Iterator[Text]:
    from rich.text import Text

    yield Text(f"{group.title}: {group.says}{'' if group.confirmed else ', unconfirmed'}", "bold")
    for each in group.criteria:
        yield _criterion(each, "- ")
    for remark in filter(in_the_row, group.remarks):
        yield Text(remark, "dim")


def _outlook(line: Outlook) -> Text:
    from rich.text import Text

    text = Text.assemble((line.title, "bold"), ": ", _words(line.value))
    if line.group:
        text.append(", ").append_text(_words(line.group))
    text.append("" if line.confirmed else ", unconfirmed").append(
        f", {IF_IT_APPLIES}" if line.applies == "unknown" else ""
    )
    for remark in (line.before_drugs, *line.marks):
        text.append(f". {remark}" if remark else "")
    text.append(f". {_published(line.published)}" if line.published is not None else "")
    if line.fits and line.fits != "yes":
        text.append(
            f". {capital(_FITS[line.fits])}{f': {line.fits_says}' if line.fits_says else ''}", "yellow"
        )
    return text.append(f". {capital(line.discrimination)}" if line.discrimination else "")


def _published(table: Outcomes) -> str:
    """What each source says, one after another."""
    said = []
    for row in table.rows:
        sure = "" if row.confirmed else ", unconfirmed"
        said.append(f"{cells_words(table.columns, row.cells)} ({row.source}{sure}) [{row.basis}]")
    return f"{table.title}: {', '.join(said)}"


def _factors(table: FactorTable) -> Text:
    """The factors of the case, each with the first effect published; those open and those absent by name."""
    from rich.text import Text

    maybe = f", {IF_IT_APPLIES}" if table.applies == "unknown" else ""
    sure = "" if table.confirmed else ", unconfirmed"
    line = Text.assemble((table.title, "bold"), f"{maybe}{sure} [{table.basis}]")
    for state, lead in (("yes", "Has"), ("unknown", "Not known"), ("no", "Has not")):
        names = [_named(each) for each in table.factors if each.state == state]
        style = _COLOURS[state] if state == "unknown" else ""
        line.append(f". {lead}: {'; '.join(names)}" if names else "", style)
    return line


def _named(factor: Factor) -> str:
    """A factor; of one that the case has the first effect with its source."""
    if factor.state != "yes" or not factor.effects:
        return factor.asks
    first = factor.effects[0]
    sure = "" if first.confirmed else ", unconfirmed"
    return f"{factor.asks} ({first.text}, {first.source}{sure})"
