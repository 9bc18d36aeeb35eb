"""What happened to each of some virtual patients, entry by entry, and all their deposits, seen or not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.biology.compiling import counting
from paget.biology.course import course
from paget.biology.kept import ENTRY, LOGGED, ROW
from paget.biology.lesions import room
from paget.biology.numbers_of_model import Numbers
from paget.streams import seed_key, seed_of

Floats = NDArray[np.float64]

DEPOSIT: Final = ("organ", "born_day", "rate_per_day", "status")
"""What is known of a deposit at the end: place of its organ, day of its first cell (of what treatment left,
the day on which that would have been one cell), growth, and whether it is hidden (0), known (1) or gone (2).
"""
_ENTRIES, _DEPOSITS = 8, 4  # a patient, on the mean, at most as guessed; more come in another part


class Histories(NamedTuple):
    """A part of the patients of a run.

    Attributes:
        first: number of the first.
        rows: (patients, ROW).
        entries: (entries, 1 + ENTRY) place of the patient in this part, then the entry, in the order of days.
        deposits: (deposits, 2 + DEPOSIT) place of the patient, of the lesion, then the deposit.
    """

    first: int
    rows: Floats
    entries: Floats
    deposits: Floats


@counting
def _histories(
    seed: Any, first: Any, m: Any, lesions: Any, log: Any, row: Any, rows: Any, entries: Any, deposits: Any
) -> Any:
    """Fill rows, entries and deposits for as long as there is room; how many of each."""
    base, e, d = seed_key(seed), 0, 0
    for place in range(rows.shape[0]):
        found, n, _events, _refused, _redrawn = course(base, first + place, m, lesions, log, row)
        if e + found > entries.shape[0] or d + n > deposits.shape[0]:
            return place, e, d
        for i in range(found):
            entries[e, 0] = place
            for column in range(log.shape[1]):
                entries[e, 1 + column] = log[i, column]
            e += 1
        for i in range(n):
            deposits[d, 0], deposits[d, 1], deposits[d, 2] = place, i, lesions.organ[i]
            deposits[d, 3], deposits[d, 4] = lesions.born[i], lesions.rate[i]
            deposits[d, 5] = lesions.status[i]
            d += 1
        for column in range(row.size):
            rows[place, column] = row[column]
    return rows.shape[0], e, d


def histories(
    numbers: Numbers, patients: int, *, seed: int, first: int = 0, part: int = 20_000
) -> Iterator[Histories]:
    """The histories of some patients, a part of them at a time; the parts change nothing else.

    Args:
        numbers: of the model.
        patients: how many.
        seed: of all streams.
        first: number of the first.
        part: at most so many at a time.
    """
    log, row, work, number = np.empty((LOGGED, len(ENTRY))), np.empty(len(ROW)), room(), seed_of(seed)
    last = first + patients
    while first < last:
        count = min(part, last - first)
        rows = np.empty((count, len(ROW)))
        entries = np.empty((count * _ENTRIES + LOGGED, 1 + len(ENTRY)))
        deposits = np.empty((count * _DEPOSITS + LOGGED, 2 + len(DEPOSIT)))
        done, e, d = _histories(number, first, numbers, work, log, row, rows, entries, deposits)
        yield Histories(first, rows[:done], entries[:e], deposits[:d])
        first += done
