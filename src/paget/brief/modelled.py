"""What a brief shows of a forecast by virtual patients: a model, not evidence, folded and marked.

It is made only when it is asked for: a page without it says how to get it, and takes no longer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from paget.brief.names import kind_words
from paget.brief.words import visible

if TYPE_CHECKING:
    from paget.brief.calendar import Calendar
    from paget.options import CaseForecast
    from paget.options.of_case import Used

TITLE: Final = "Model, not evidence"
COMMAND: Final = "paget brief CASE --forecast"


@dataclass(frozen=True, slots=True)
class Told:
    """Something that the model was told, and what that rests on."""

    what: str
    value: str
    basis: str


@dataclass(frozen=True, slots=True)
class ModelCell:
    """A figure of one arm with its interval and its prior, in words."""

    arm: str
    value: str
    interval: str
    prior: str


@dataclass(frozen=True, slots=True)
class ModelLine:
    """A figure: what its intervals stand for, and a cell an arm."""

    title: str
    note: str
    cells: tuple[ModelCell, ...]


@dataclass(frozen=True, slots=True)
class ModelShape:
    """How R_m spreads before and after what is known: edges of bins, shares."""

    arm: str
    edges: tuple[float, ...]
    prior: tuple[float, ...]
    posterior: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Modelled:
    """The forecast of one primary on a page.

    Attributes:
        asked: whether it was asked for; else only ``command`` says how to.
        note: what has to stand beside every figure.
        told_of, told: what the model was told, and of which day.
        taken: what is not certain, and taken as so.
        refused: why there is no forecast.
        run: how many virtual patients, their effective sample size, the seed.
        lines: its figures.
        shapes: of R_m, before and after what is known.
    """

    asked: bool = False
    command: str = COMMAND
    note: str = ""
    told_of: str = ""
    told: tuple[Told, ...] = ()
    taken: str = ""
    refused: str = ""
    run: str = ""
    lines: tuple[ModelLine, ...] = ()
    shapes: tuple[ModelShape, ...] = ()


NOT_ASKED: Final = Modelled()


def modelled(one: CaseForecast | None, calendar: Calendar) -> Modelled:
    """A forecast as a page shows it; without one, how to get it.

    Args:
        one: the forecast, when it was asked for.
        calendar: writes its days.
    """
    if one is None:
        return NOT_ASKED
    from paget.options.shape import shapes
    from paget.options.shown import ARMS, NOTE, about_run, about_taken, table, told

    case = one.case
    return Modelled(
        asked=True,
        note=NOTE,
        told_of=told(case, _day(case.first, calendar)) if case.used else "",
        told=tuple(Told(used.what, used.value, _basis(used, calendar)) for used in case.used),
        taken=about_taken(case),
        refused=one.refused,
        run=about_run(one),
        lines=tuple(
            ModelLine(
                line.title,
                line.note,
                tuple(
                    ModelCell(arm, cell.value, cell.interval, cell.prior)
                    for arm, cell in zip(line.arms, line.cells, strict=True)
                ),
            )
            for line in table(one)
        ),
        shapes=()
        if one.found is None
        else tuple(
            ModelShape(ARMS[each.arm], each.edges, each.prior, each.posterior) for each in shapes(one.found)
        ),
    )


def _basis(used: Used, calendar: Calendar) -> str:
    """What something rests on beside its own name: lesions, an examination, a day."""
    rests = kind_words(used.fact) if used.item == "clear" else visible(used.fact, 100)
    told = "" if used.item == "interval_days" or rests == used.value else rests
    return ", ".join(filter(None, (told, _day(used.day, calendar))))


def _day(written: str, calendar: Calendar) -> str:
    """A day as the page writes days; as it is where it lies between two."""
    day = calendar.read(int(written) if written.lstrip("-").isdigit() and calendar.relative else written)
    return written if day is None else calendar.write(day)
