"""One lesion of a virtual patient: its growth clock, when it founds others, when it is seen; compiled.

A lesion grows on one Gompertz curve, ln N(t) = (1 - exp(-k r u)) / k with u = t - b the days since its
first cell, r its rate and k = 1 / ln K the crowding by its ceiling K; without crowding ln N = r u. What an
operation or a drug leaves lies earlier on the same curve, so that b moves and r does not. A lesion founds
colonies at the rate c N^(2/3) a day: in w = N^(2/3) the times of founding are those of a process of
constant rate, thinned as growth slows, so that no integral is needed.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from paget.biology.compiling import compiled, inlined
from paget.streams import exponential, unit, word

SURFACE: Final = 2.0 / 3.0
NEVER: Final = 1e300
HALVINGS: Final = 10
"""So often the growth rate is halved before a lesion counts as near its ceiling."""
LOG_2: Final = math.log(2.0)
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
    return -math.log(left) / crowding if left > 1e-12 else NEVER


@compiled
def day_of_size(log_cells: Any, born: Any, rate: Any, crowding: Any) -> Any:
    """The day on which a lesion has so many cells; NEVER from its ceiling on."""
    return born + clock(log_cells, crowding) / rate


@inlined
def log_size(day: Any, born: Any, rate: Any, crowding: Any) -> Any:
    """The log of the cells on a day; 0 before its first."""
    u = rate * (day - born)
    if u <= 0.0:
        return 0.0
    return u if crowding == 0.0 else (1.0 - math.exp(-crowding * u)) / crowding


@compiled
def next_founding(
    key: Any,
    count: Any,
    day: Any,
    w: Any,
    born: Any,
    rate: Any,
    seeding: Any,
    last: Any,
    crowding: Any,
    p: Any,
    bounds: Any,
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
        crowding: 1 / log of the ceiling; 0 is exponential growth.
        p: the numbers of the model; from place ``bounds`` on N^(2/3) at which growth has slowed to a half, a
            quarter, an eighth ...
        bounds: that place.

    Returns:
        Day (NEVER when after ``last``), N^(2/3) on that day, words used.
    """
    if seeding <= 0.0 or born >= last:
        return NEVER, w, count
    slope = SURFACE * rate
    waiting = exponential(word(key, np.uint64(FOUNDING + count)))
    count += 1
    if crowding == 0.0:
        w += waiting * slope / seeding
        day = born + math.log(w) / slope
        return (day if day <= last else NEVER), w, count
    k, floor = 0, 0.5
    while k < HALVINGS and w >= p[bounds + k]:
        k, floor = k + 1, 0.5 * floor
    while k < HALVINGS:
        step = slope * floor / seeding
        if w + waiting * step >= p[bounds + k]:
            waiting -= (p[bounds + k] - w) / step
            w = p[bounds + k]
            k, floor = k + 1, 0.5 * floor
            continue
        w += waiting * step
        left = 1.0 - crowding * math.log(w) / SURFACE
        day = born - math.log(left) / (crowding * rate)
        if day > last:
            return NEVER, w, count
        chance = unit(word(key, np.uint64(FOUNDING + count)))
        if chance * left < floor:
            return day, w, count + 1
        waiting = exponential(word(key, np.uint64(FOUNDING + count + 1)))
        count += 2
    # hardly smaller than its ceiling: candidates at the rate of the ceiling
    day, ceiling = max(day, born + HALVINGS * LOG_2 / (crowding * rate)), math.exp(SURFACE / crowding)
    while True:
        day += max(waiting, 0.0) / (seeding * ceiling)
        if day > last:
            return NEVER, w, count
        w = math.exp(SURFACE * log_size(day, born, rate, crowding))
        chance = unit(word(key, np.uint64(FOUNDING + count)))
        if chance * ceiling < w:
            return day, w, count + 1
        waiting = exponential(word(key, np.uint64(FOUNDING + count + 1)))
        count += 2


@inlined
def sensitivity(log_cells: Any, log_least: Any, least_mm: Any, scale_mm: Any, best: Any) -> Any:
    """The chance that an examination shows a lesion: 0 up to the least size, then rising to the best."""
    if log_cells <= log_least:
        return 0.0
    diameter = least_mm * math.exp((log_cells - log_least) / 3.0)
    return best * (1.0 - math.exp(-(diameter - least_mm) / scale_mm))


@inlined
def day_seen(
    key: Any,
    after: Any,
    born: Any,
    rate: Any,
    crowding: Any,
    visits: Any,
    seeing: Any,
    felt_at: Any,
    last: Any,
) -> Any:
    """The day on which a lesion is first seen: a visit that shows it, or the day on which it is felt.

    Args:
        key: of the lesion's stream.
        after: only later than that day.
        born: day of its first cell.
        rate: 1/day.
        crowding: 1 / log of the ceiling.
        visits: (visits,) days in order.
        seeing: log of the least cells, least diameter, scale, best sensitivity, clock of the least cells.
        felt_at: clock of the cells at which it is felt.
        last: the day after which nothing counts.

    Returns:
        The day (NEVER when after ``last``), and 1 when it is a visit.
    """
    felt = max(born + felt_at / rate, after, 0.0)
    large_enough = born + seeing[4] / rate
    if large_enough > last:
        return NEVER, 0
    from_day = max(large_enough, after)
    low, high = 0, visits.size
    while low < high:
        middle = (low + high) // 2
        if visits[middle] <= from_day:
            low = middle + 1
        else:
            high = middle
    for visit in range(low, visits.size):
        day = visits[visit]
        if day > felt or day > last:
            break
        shown = sensitivity(log_size(day, born, rate, crowding), seeing[0], seeing[1], seeing[2], seeing[3])
        if unit(word(key, np.uint64(EXAMINED + visit))) < shown:
            return day, 1
    return (felt, 0) if felt <= last else (NEVER, 0)
