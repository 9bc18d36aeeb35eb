"""What a published table would show of virtual patients: each figure as the mean of a number a patient.

A summary is a mean over the patients that the table is about, so that its Monte Carlo error is that of a
mean. Two policies share the luck of each patient: a difference between them is a mean of differences of the
same patients, those that the first policy's examinations find.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology import growth
from paget.biology.kept import ALIVE
from paget.biology.virtual_patient import VirtualPatients
from paget.errors import BadInput
from paget.units import DAYS_PER_YEAR

Floats = NDArray[np.float64]
Rows = Mapping[str, Floats]

FEWEST: Final = 20
"""With fewer virtual patients of the kind that a table is about, the model does not reach it."""
RESIDUALS: Final = ("R0", "R1", "R2")
CHOICES: Final = ("organ", "lesions", "residual")


@dataclass(frozen=True, slots=True)
class Summary:
    """One kind of figure.

    Attributes:
        meaning: what it is, in words.
        unit: of its value.
        days: names of the days that it asks for.
        values: from rows, ends of the courses to look at, the days and the model: a number for each patient,
            nan for those that the table is not about.
        compared: whether two policies may be subtracted.
    """

    meaning: str
    unit: str
    days: tuple[str, ...]
    values: Callable[[Rows, Rows, Mapping[str, float], VirtualPatients], Floats]
    compared: bool = False


def measured(
    asked: Mapping[str, Any], rows: Rows, model: VirtualPatients, others: Rows | None = None
) -> tuple[float, float]:
    """A figure and its Monte Carlo standard error.

    Args:
        asked: name of the summary, its days, and whom it is about; see :func:`check`.
        rows: of the courses, by column, as :attr:`paget.biology.simulated.Simulated.rows` gives them.
        model: that made them.
        others: the same patients under another policy, whose figure is subtracted.

    Returns:
        Value and standard error; nan when fewer than :data:`FEWEST` patients are such.

    >>> from paget.biology import virtual_patient
    >>> model = virtual_patient.of("virtual_colorectal")
    >>> rows = model.simulate(2_000, seed=1, rows=True).rows
    >>> value, error = measured({"name": "recurrence", "by": 1826}, rows, model)
    >>> 20 < value < 35, 0 < error < 1.5
    (True, True)
    """
    summary = SUMMARIES[asked["name"]]
    values = summary.values(rows, rows, asked, model)
    if others is not None:
        values = values - summary.values(rows, others, asked, model)
    values = values[np.isfinite(values) & _chosen(asked, rows, model)]
    if values.size < FEWEST:
        return math.nan, math.nan
    spread = float(values.std(ddof=1))
    if spread == 0.0 and summary.unit == "%":
        spread = 100.0 * math.sqrt(1.0 / values.size)  # none or all: the rule of one case
    return float(values.mean()), spread / math.sqrt(values.size)


def check(asked: Mapping[str, Any], model: VirtualPatients, where: str) -> None:
    """Refuse a summary that cannot be measured.

    Raises:
        BadInput: no such summary, a day that it lacks or does not know, or a choice outside its range.
    """
    name = str(asked.get("name"))
    if name not in SUMMARIES:
        raise BadInput("no such summary", where=where, mend=f"there are: {', '.join(SUMMARIES)}")
    summary = SUMMARIES[name]
    for day in summary.days:
        given = asked.get(day)
        if not isinstance(given, int | float) or isinstance(given, bool) or not 0 <= given <= 36525:
            raise BadInput(f"{name} asks for {day}", where=where, mend="days from 0 to 36525")
    if "after" in summary.days and asked["after"] >= asked["by"]:
        raise BadInput("the days are not in order", where=where, mend="after is earlier than by")
    known = ("name", *summary.days, *CHOICES)
    for other in asked:
        if other not in known:
            raise BadInput(f"{name} knows no {other}", where=where, mend=f"there are: {', '.join(known)}")
    if "organ" in asked and asked["organ"] not in model.organs:
        raise BadInput("no such organ", where=where, mend=f"there are: {', '.join(model.organs)}")
    if "residual" in asked and asked["residual"] not in RESIDUALS:
        raise BadInput("no such residual", where=where, mend=f"there are: {', '.join(RESIDUALS)}")
    counts = asked.get("lesions", [1, 1])
    if not (isinstance(counts, list) and len(counts) == 2 and 1 <= counts[0] <= counts[1]):
        raise BadInput("lesions is no range", where=where, mend="write fewest and most: [1, 5]")


def _chosen(asked: Mapping[str, Any], rows: Rows, model: VirtualPatients) -> NDArray[np.bool_]:
    """Whom the table is about."""
    chosen: NDArray[np.bool_] = np.ones(rows["first_seen"].shape, np.bool_)
    if "organ" in asked:
        chosen &= rows["organs_seen"] == float(1 << model.organs.index(asked["organ"]))
    if "lesions" in asked:
        low, high = asked["lesions"]
        chosen &= (rows["lesions_seen"] >= low) & (rows["lesions_seen"] <= high)
    if "residual" in asked:
        chosen &= rows["first_residual"] == RESIDUALS.index(asked["residual"])
    return np.asarray(chosen, np.bool_)


def _percent(holds: NDArray[np.bool_], of: NDArray[np.bool_]) -> Floats:
    return np.asarray(np.where(of, np.where(holds, 100.0, 0.0), np.nan))


def _recurrence(rows: Rows, _: Rows, asked: Mapping[str, float], __: VirtualPatients) -> Floats:
    seen = rows["first_seen"]
    return _percent((seen >= 0) & (seen <= asked["by"]), np.ones(seen.shape, bool))


def _operated(rows: Rows) -> NDArray[np.bool_]:
    """Operated on when a lesion was first seen: the clock of such tables starts then."""
    seen = (rows["first_seen"] >= 0) & (rows["first_operation"] == rows["first_seen"])
    return np.asarray(seen, np.bool_)


def _operable(rows: Rows, _: Rows, __: Mapping[str, float], ___: VirtualPatients) -> Floats:
    return _percent(_operated(rows), rows["first_seen"] >= 0)


def _relapse(rows: Rows, _: Rows, asked: Mapping[str, float], model: VirtualPatients) -> Floats:
    start, again = rows["first_operation"], rows["seen_again"]
    since = again - start
    within = (again >= 0) & (since > asked["after"]) & (since <= asked["by"])
    return _percent(within, _operated(rows) & (start + asked["by"] <= model.values["horizon"]))


def _alive(rows: Rows, ended: Rows, start: Floats, days: float) -> NDArray[np.bool_]:
    still = ended["cause"] == ALIVE
    since = ended["end_day"] - start
    return np.asarray((since > days) | (still & (since >= days)))


def _free(rows: Rows, _: Rows, asked: Mapping[str, float], model: VirtualPatients) -> Floats:
    start, days = rows["first_operation"], asked["at"]
    again = (rows["seen_again"] >= 0) & (rows["seen_again"] - start <= days)
    followed = _operated(rows) & (start + days <= model.values["horizon"])
    return _percent(_alive(rows, rows, start, days) & ~again, followed)


def _after_operation(rows: Rows, ended: Rows, asked: Mapping[str, float], model: VirtualPatients) -> Floats:
    start, days = rows["first_operation"], asked["at"]
    followed = _operated(rows) & (start + days <= model.values["horizon"])
    return _percent(_alive(rows, ended, start, days), followed)


def _after_detection(rows: Rows, ended: Rows, asked: Mapping[str, float], model: VirtualPatients) -> Floats:
    start, days = rows["first_seen"], asked["at"]
    followed = (start >= 0) & (start + days <= model.values["horizon"])
    return _percent(_alive(rows, ended, start, days), followed)


def _years(rows: Rows, ended: Rows, _: Mapping[str, float], __: VirtualPatients) -> Floats:
    start = rows["first_seen"]
    return np.where(start >= 0, (ended["end_day"] - start) / DAYS_PER_YEAR, np.nan)


def _size(rows: Rows, model: VirtualPatients) -> tuple[Floats, float]:
    """Log of the cells of the largest lesion when first seen, and the log of the ceiling (0: none)."""
    cells = growth.cells_of(np.maximum(rows["largest_mm"], 1e-9), model.values["cells_per_cm3"])
    return np.log(np.maximum(cells, 1.0)), float(model.values["ceiling_log10"]) * math.log(10)


def _doubling(rows: Rows, _: Rows, __: Mapping[str, float], model: VirtualPatients) -> Floats:
    size, ceiling = _size(rows, model)
    slowed = 1 - size / ceiling if ceiling else np.ones(size.shape)
    seen = (rows["first_seen"] >= 0) & (slowed > 0)
    rate = np.where(seen, rows["largest_rate"] * slowed, 1.0)
    return np.where(seen, math.log(2) / rate, np.nan)


def _age(rows: Rows, _: Rows, __: Mapping[str, float], model: VirtualPatients) -> Floats:
    size, ceiling = _size(rows, model)
    seen = (rows["first_seen"] >= 0) & (size < ceiling if ceiling else True)
    aged = -ceiling * np.log1p(-np.where(seen, size, 0) / ceiling) if ceiling else size
    return np.where(seen, aged / np.where(seen, rows["largest_rate"], 1.0) / DAYS_PER_YEAR, np.nan)


SUMMARIES: Final[Mapping[str, Summary]] = {
    "recurrence": Summary("Share of all in whom a lesion is seen by a day.", "%", ("by",), _recurrence),
    "operated when first seen": Summary(
        "Share of those with a lesion seen who are operated on then.", "%", (), _operable
    ),
    "relapse after operation": Summary(
        "Share of those operated on when first seen in whom something new is seen between two days after it.",
        "%",
        ("after", "by"),
        _relapse,
    ),
    "free after operation": Summary(
        "Share of those operated on when first seen who live and in whom nothing new was seen.",
        "%",
        ("at",),
        _free,
    ),
    "alive after operation": Summary(
        "Share of those operated on when first seen who live so many days later.",
        "%",
        ("at",),
        _after_operation,
        compared=True,
    ),
    "alive after detection": Summary(
        "Share of those with a lesion seen who live so many days later.",
        "%",
        ("at",),
        _after_detection,
        compared=True,
    ),
    "years after detection": Summary(
        "Mean years of life after a lesion was first seen, up to the horizon.",
        "year",
        (),
        _years,
        compared=True,
    ),
    "doubling time when seen": Summary(
        "Mean doubling time of the largest lesion on the day it is seen.", "day", (), _doubling
    ),
    "age when seen": Summary(
        "Mean years from the first cell of the largest lesion to the day it is seen.", "year", (), _age
    ),
}
"""Every summary that a table can name."""
