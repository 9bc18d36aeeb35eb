"""A forecast in words: what the model was told, what was run, and each figure with its interval and prior."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

from paget.biology.simulated import NOTE
from paget.options.assumed import OF_SIMULATION, Assumed
from paget.options.of_case import CaseKnown
from paget.options.of_record import CaseForecast
from paget.units import DAYS_PER_MONTH, DAYS_PER_YEAR

__all__ = ["NOTE", "Cell", "Line", "about_run", "about_taken", "said", "table", "told"]

ARMS: Final = {"removed": "removed", "left": "left alone", "": "difference"}
"""The two runs, and what differs between them."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A figure and its prior, in words."""

    value: str
    interval: str
    prior: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line: what it says, what its intervals stand for when it is not the error of the simulation, and a
    cell an arm (or one of both).
    """

    title: str
    note: str
    arms: tuple[str, ...]
    cells: tuple[Cell, ...]


def told(case: CaseKnown, first: str) -> str:
    """What stands above what the model was told.

    Args:
        case: of which.
        first: the day of the first detection, as it is written where this stands.

    >>> since((105.0, 105.0)), since((0.0, float("inf"))), since((10.0, 40.0))
    (', 105 days before the decision', '', ', 10 to 40 days before the decision')
    >>> since((0.0, 0.0))
    ', the day of the decision'
    """
    when = f" ({first}{since(case.days_since)})" if first else ""
    return f"What the model was told of the day on which metastases were first seen{when}:"


def since(days: tuple[float, float]) -> str:
    """How long before the decision that was."""
    low, high = days
    if math.isinf(high):
        return ""
    if high == 0:
        return ", the day of the decision"
    told = f"{low:.0f} to {high:.0f} days" if low != high else f"{low:.0f} day{'' if low == 1 else 's'}"
    return f", {told} before the decision"


def about_taken(case: CaseKnown) -> str:
    """What is not certain, and taken as so."""
    return f"Not certain, and taken as so: {'; '.join(case.taken)}." if case.taken else ""


def about_run(one: CaseForecast) -> str:
    """How many virtual patients stand behind the figures, and how they were made."""
    found = one.found
    if found is None:
        return ""
    return (
        f"{found.patients:,} virtual patients of {found.model.name}, seed {found.seed}; {found.matched:,} "
        f"are like this case, effective sample size {found.effective:,.0f}. Times count from the first "
        "detection, without systemic treatment. Intervals are 95 % for the error of the simulation, unless "
        "they say otherwise; prior: all in whom the model shows a lesion."
    )


def table(one: CaseForecast) -> tuple[Line, ...]:
    """The lines of a forecast; none of one that is refused."""
    titles = {
        "next_lesion": "Until the next lesion is seen, median",
        "new_lesion": "A new lesion within {days}",
        "other_organ": "A lesion in another organ within {days}",
        "death": "Death of the cancer within {days}",
        "change_by_removal": "What removal changes, of 100 within {days}: a lesion in another organ, or "
        "death of the cancer",
        "r_m": "R_m, new lesions that a lesion founds",
    }
    found: dict[tuple[str, float | None], list[Assumed]] = {}
    arms: dict[tuple[str, float | None], list[str]] = {}
    for name, arm, days, figure in one.figures():
        found.setdefault((name, days), []).append(figure)
        arms.setdefault((name, days), []).append(ARMS[arm])
    return tuple(
        Line(
            titles[name].format(days=time(days or 0)),
            "" if figures[0].interval == OF_SIMULATION else figures[0].interval,
            tuple(arms[name, days]),
            tuple(_cell(name, figure, one.horizon_days) for figure in figures),
        )
        for (name, days), figures in found.items()
    )


def said(value: str, interval: str, prior: str) -> str:
    """A cell as a text.

    >>> said("18 %", "16 to 21", "9 %"), said("after 5 years", "", "after 5 years")
    ('18 % (16 to 21); prior 9 %', 'after 5 years; prior after 5 years')
    """
    return f"{value}{f' ({interval})' if interval else ''}; prior {prior}"


def _cell(name: str, one: Assumed, horizon: float) -> Cell:
    def said(number: float) -> str:
        if one.unit == "day":
            return f"after {time(horizon)}" if math.isinf(number) else time(number)
        if name == "r_m":
            return f"{number:.2g}"
        if name != "change_by_removal":
            return f"{100 * number:.0f}"
        points = round(100 * abs(number))
        return "0" if points == 0 else f"{points} {'more' if number > 0 else 'less'}"

    def between(low: float, high: float) -> str:
        first, last = said(low), said(high)
        return "" if first == last else f"{first} to {last}"

    unit = " %" if one.unit == "1" and name not in ("r_m", "change_by_removal") else ""
    value, low, high = (f"{said(one.prior[0])}{unit}", *one.prior[1:])
    whole = one.interval == OF_SIMULATION  # of so many that its error is none
    prior = value if whole or not between(low, high) else f"{value}, {between(low, high)}"
    return Cell(f"{said(one.value)}{unit}", between(one.low, one.high), prior)


def time(days: float) -> str:
    """A time in words: days, months, and years from two of them on or where they are whole.

    >>> time(365), time(1826.25), time(100), time(20), time(1000), time(1468)
    ('1 year', '5 years', '3.3 months', '20 days', '2.7 years', '4 years')
    """
    years = days / DAYS_PER_YEAR
    if abs(years - round(years)) < 0.002 and round(years) >= 1:
        return f"{round(years)} year{'' if round(years) == 1 else 's'}"
    if years >= 2:
        return f"{f'{years:.1f}'.removesuffix('.0')} years"
    if days < DAYS_PER_MONTH:
        return f"{days:.0f} day{'' if round(days) == 1 else 's'}"
    return f"{days / DAYS_PER_MONTH:.2g} months"
