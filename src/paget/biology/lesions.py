"""The lesions of one virtual patient: their columns, how one settles, is set back, and when all are lethal;
compiled.
"""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.biology.compiling import inlined
from paget.biology.kept import MOST
from paget.biology.lesion import NEVER, SURFACE, clock, day_seen, log_size, next_founding
from paget.elementary import exp
from paget.streams import exponential, normal, unit, word

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]

HIDDEN, SHOWN, GONE = 0, 1, 2
BEFORE: Final = -1e-9  # just before day 0, so that an examination on day 0 counts
_TO_A_SECOND: Final = 1e-5  # day


class Person(NamedTuple):
    """What all lesions of a patient share."""

    key: Any  # of the patient's own stream
    growth: float  # log of the factor by which growth differs from the median's
    seeding: float  # the factor by which seeding does
    last: float  # day of the horizon, or of death from another cause


class Lesions(NamedTuple):
    """Columns with a place for each lesion."""

    key: NDArray[np.uint64]  # of its stream
    organ: Whole
    status: Whole  # HIDDEN, SHOWN, GONE
    born: Floats  # day of its first cell, or of a cell that would have grown to what was left
    rate: Floats  # 1/day
    founds: Floats  # day on which it founds the next
    surface: Floats  # N^(2/3) on that day
    used: Whole  # words of founding
    children: Whole
    seen: Floats  # day on which it is seen first
    felt: Whole  # 1 when it is felt on that day, 0 when a visit shows it
    next: Floats  # the first of these days that still counts


def room() -> Lesions:
    """Columns for the utmost number of lesions."""
    columns: dict[str, Any] = {name: np.zeros(MOST) for name in Lesions._fields}
    for name in ("organ", "status", "used", "children", "felt"):
        columns[name] = np.zeros(MOST, np.int64)
    columns["key"] = np.zeros(MOST, np.uint64)
    return Lesions(**columns)


@inlined
def place(i: Any, day: Any, source: Any, person: Any, m: Any, lesions: Any) -> None:
    """Organ, growth and first day of a new lesion whose key is known.

    Args:
        i: its place.
        day: on which it settles.
        source: row of the shares: 0 is the primary, else 1 + the organ of the parent.
        person: the patient.
        m: the model's numbers.
        lesions: all columns.
    """
    key, organ = lesions.key[i], 0
    pick = unit(word(key, np.uint64(0)))
    for other in range(m.log_rates.size - 1):
        organ += 1 if pick > m.spread[source, other] else 0
    lesions.organ[i] = organ
    lesions.rate[i] = exp(m.log_rates[organ] + person.growth + m.lesion_sd * normal(word(key, np.uint64(1))))
    lesions.born[i] = day
    if m.dormant_share > 0.0 and unit(word(key, np.uint64(2))) < m.dormant_share:
        lesions.born[i] = day + m.dormant_mean * exponential(word(key, np.uint64(3)))


@inlined
def follow(i: Any, person: Any, m: Any, lesions: Any) -> None:
    """What a lesion that was placed will do first: found another, or be seen."""
    lesions.status[i], lesions.children[i], lesions.used[i] = HIDDEN, 0, 0
    founding(i, lesions.born[i], 1.0, person, m, lesions)
    look_for(i, BEFORE, person, m, lesions)
    lesions.next[i] = min(lesions.founds[i], lesions.seen[i])


@inlined
def founding(i: Any, day: Any, surface: Any, person: Any, m: Any, lesions: Any) -> None:
    """The day on which a lesion founds the next, from its surface N^(2/3) on a day."""
    lesions.founds[i], lesions.surface[i], lesions.used[i] = next_founding(
        lesions.key[i],
        lesions.used[i],
        day,
        surface,
        lesions.born[i],
        lesions.rate[i],
        m.seedings[lesions.organ[i]] * person.seeding,
        person.last,
        m,
    )


@inlined
def look_for(i: Any, after: Any, person: Any, m: Any, lesions: Any) -> None:
    """The day on which a hidden lesion is seen first, after some day."""
    seen, visit = day_seen(lesions.key[i], after, lesions.born[i], lesions.rate[i], person.last, m)
    lesions.seen[i], lesions.felt[i] = seen, 1 - visit


@inlined
def set_back(i: Any, day: Any, left: Any, person: Any, m: Any, lesions: Any) -> None:
    """Set a lesion back to some cells (log) on a day: earlier on its own curve, the rate unchanged."""
    lesions.born[i] = day - clock(left, m.crowding) / lesions.rate[i]
    founding(i, day, exp(SURFACE * left), person, m, lesions)


@inlined
def size_of(i: Any, day: Any, m: Any, lesions: Any) -> Any:
    """The log of the cells of a lesion on a day."""
    return log_size(day, lesions.born[i], lesions.rate[i], m.crowding)


@inlined
def burden(n: Any, day: Any, m: Any, lesions: Any) -> Any:
    """All cells on a day as a share of what is lethal; lesions below a millionth of it are passed over."""
    total = 0.0
    for i in range(n):
        age = lesions.rate[i] * (day - lesions.born[i])
        if lesions.status[i] != GONE and age > m.counts_clock:
            total += exp(size_of(i, day, m, lesions) - m.log_lethal)
    return total


@inlined
def lethal_day(n: Any, low: Any, high: Any, m: Any, lesions: Any) -> Any:
    """The day between two days on which all cells together become lethal, by bisection to a second."""
    while high - low > _TO_A_SECOND:
        middle = 0.5 * (low + high)
        if burden(n, middle, m, lesions) >= 1.0:
            high = middle
        else:
            low = middle
    return high


@inlined
def upcoming(n: Any, last: Any, lesions: Any) -> Any:
    """The lesion to which the next thing happens, and the day; -1 and ``last`` when nothing does before."""
    which, day = -1, last
    for i in range(n):
        if lesions.next[i] < day:
            which, day = i, lesions.next[i]
    return which, day


@inlined
def wait(i: Any, lesions: Any) -> None:
    """The day of the next thing that happens to a lesion, from its status."""
    if lesions.status[i] == GONE:
        lesions.next[i] = NEVER
    elif lesions.status[i] == HIDDEN:
        lesions.next[i] = min(lesions.founds[i], lesions.seen[i])
    else:
        lesions.next[i] = lesions.founds[i]
