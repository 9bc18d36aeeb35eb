"""A forecast by virtual patients in a brief for the terminal, a paragraph a line."""

from __future__ import annotations

from collections.abc import Iterator

from rich.text import Text

from paget.brief.modelled import Modelled


def model(one: Modelled) -> Iterator[Text]:
    """The paragraphs: how to get it, why there is none, or its figures and what it was told."""
    if not one.asked:
        yield Text(f"Not run for this brief: {one.command}", "dim")
        return
    from paget.options.shown import said

    if one.refused:
        yield Text.assemble(("No forecast. ", "bold"), one.refused)
    if one.run:
        yield Text(one.run)
    for line in one.lines:
        yield Text.assemble((line.title, "bold"), (f" ({line.note})" if line.note else "", "dim"))
        for cell in line.cells:
            yield Text(f"  {cell.arm}: {said(cell.value, cell.interval, cell.prior)}")
    if one.told:
        facts = (
            f"{told.what.lower()} {told.value}{f' ({told.basis})' if told.basis else ''}" for told in one.told
        )
        yield Text(f"{one.told_of} {'; '.join(facts)}.")
    if one.taken:
        yield Text(one.taken)
