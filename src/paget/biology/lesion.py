"""One lesion of a virtual patient: its growth clock, when it founds others, when it is seen; compiled.

A lesion grows on one Gompertz curve, ln N(t) = (1 - exp(-k r u)) / k with u = t - b the days since its
first cell, r its rate and k = 1 / ln K the crowding by its ceiling K; without crowding ln N = r u. What an
operation or a drug leaves lies earlier on the same curve, so that b moves and r does not. A lesion founds
colonies at the rate c N^(2/3) a day: in w = N^(2/3) the times of founding are those of a process of
constant rate, thinned as growth slows, so that no integral is needed.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from paget.biology.compiling import inlined
from paget.elementary import exp, log
from paget.streams import exponential, unit, word

SURFACE: Final = 2.0 / 3.0
NEVER: Final = 1e300
HALVINGS: Final = 10
"""So often the growth rate is halved before a lesion counts as near its ceiling."""
LOG_2: Final = 0.6931471805599453
FOUNDING: Final = (
    1_000  # numbers of words of a lesion's stream: founding two each, then examinations, then residuals
)
EXAMINED: Final = 1_000_000
OPERATED: Final = 2_000_000
LOOKED_AT: Final = 3_000_000


@inlined
def clock(log_cells: Any, crowding: Any) -> Any:
    """The age at which a lesion of rate 1 has so many cells; NEVER from its ceiling on."""
    if crowding == 0.0:
        return log_cells
    left = 1.0 - crowding * log_cells
    return -log(left) / crowding if left > 1e-12 else NEVER


@inlined
def log_size(day: Any, born: Any, rate: Any, crowding: Any) -> Any:
    """The log of the cells on a day; 0 before its first."""
    u = rate * (day - born)
    if u <= 0.0:
        return 0.0
    return u if crowding == 0.0 else (1.0 - exp(-crowding * u)) / crowding


@inlined
def next_founding(
    key: Any, count: Any, day: Any, w: Any, born: Any, rate: Any, seeding: Any, last: Any, m: Any
) -> Any:
    """The next colony that a lesion founds.

    While the share of its early growth rate that is left lies between 2^-k and 2^-(k+1), candidates come at
    the rate of the slower end and every second or more holds.

    Args:
        key: of the lesion's stream.
        count: words of founding used so far.
        day: of the last founding, or of the start.
        w: N^(2/3) on that day.
        born: day of its first cell.
        rate: 1/day.
        seeding: colonies a day of one cell, c.
        last: the day after which nothing counts.
        m: the model's numbers.

    Returns:
        Day (NEVER when after ``last``), N^(2/3) on that day, words used.
    """
    if seeding <= 0.0 or born >= last:
        return NEVER, w, count
    slope, crowding = SURFACE * rate, m.crowding
    utmost = exp(SURFACE * log_size(last, born, rate, crowding))  # N^(2/3) on the last day
    ahead = exponential(word(key, np.uint64(FOUNDING + count))) * slope / seeding
    count += 1
    if crowding == 0.0:
        w += ahead
        return (born + log(w) / slope if w <= utmost else NEVER), w, count
    k, floor = 0, 0.5
    while k < HALVINGS and w >= m.halved[k]:
        k, floor = k + 1, 0.5 * floor
    while k < HALVINGS:
        if w + ahead * floor >= m.halved[k]:
            ahead -= (m.halved[k] - w) / floor
            w = m.halved[k]
            k, floor = k + 1, 0.5 * floor
            continue
        w += ahead * floor
        if w > utmost:
            return NEVER, w, count
        left = 1.0 - crowding * log(w) / SURFACE
        chance = unit(word(key, np.uint64(FOUNDING + count)))
        if chance * left < floor:
            return born - log(left) / (crowding * rate), w, count + 1
        ahead = exponential(word(key, np.uint64(FOUNDING + count + 1))) * slope / seeding
        count += 2
    # hardly smaller than its ceiling: candidates at the rate of the ceiling
    day = max(day, born + HALVINGS * LOG_2 / (crowding * rate))
    waiting = max(ahead, 0.0) * seeding / slope
    while True:
        day += waiting / (seeding * m.ceiling_surface)
        if day > last:
            return NEVER, w, count
        w = exp(SURFACE * log_size(day, born, rate, crowding))
        chance = unit(word(key, np.uint64(FOUNDING + count)))
        if chance * m.ceiling_surface < w:
            return day, w, count + 1
        waiting = exponential(word(key, np.uint64(FOUNDING + count + 1)))
        count += 2


@inlined
def diameter_mm(log_cells: Any, m: Any) -> Any:
    """The diameter of a lesion of so many cells: a sphere."""
    return m.least_mm * exp((log_cells - m.log_least) / 3.0)


@inlined
def shows(luck: Any, log_cells: Any, m: Any) -> Any:
    """Whether an examination shows a lesion, of a uniform number.

    The chance p is 0 up to the least diameter, and best (1 - exp(-(d - least) / scale)) from there on; luck <
    p says the same as d - least > -scale ln(1 - luck / best).
    """
    if log_cells <= m.log_least or luck >= m.best:
        return False
    return diameter_mm(log_cells, m) - m.least_mm > -m.scale_mm * log(1.0 - luck / m.best)


@inlined
def day_seen(key: Any, after: Any, born: Any, rate: Any, last: Any, m: Any) -> Any:
    """The day on which a lesion is first seen: a visit that shows it, or the day on which it is felt.

    Args:
        key: of the lesion's stream.
        after: only later than that day.
        born: day of its first cell.
        rate: 1/day.
        last: the day after which nothing counts.
        m: the model's numbers.

    Returns:
        The day (NEVER when after ``last``), and 1 when it is a visit.
    """
    felt = max(born + m.felt_clock / rate, after, 0.0)
    large_enough = born + m.seen_clock / rate
    if large_enough > last:
        return NEVER, 0
    from_day, until = max(large_enough, after), min(felt, last)
    first = 0
    while first < m.visits.size and m.visits[first] <= from_day:
        first += 1
    for visit in range(first, m.visits.size):
        day = m.visits[visit]
        if day > until:
            break
        luck = unit(word(key, np.uint64(EXAMINED + visit)))
        if shows(luck, log_size(day, born, rate, m.crowding), m):
            return day, 1
    return (felt, 0) if felt <= last else (NEVER, 0)
