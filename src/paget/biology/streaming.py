"""Many courses in chunks over threads, with summaries that add up; memory is that of one chunk a thread.

All summaries are counts, so that their sums are exact in any order: the same bits for any number of chunks
and threads. An interrupted run keeps the chunks that were finished and says how many.
"""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from paget.biology.compiling import counting
from paget.biology.course import course
from paget.biology.kept import (
    A_LESION,
    A_STATE,
    ALIVE,
    CAUSE,
    CAUSES,
    END_DAY,
    ENTRY,
    FIRST_SEEN,
    KNOWN,
    LESIONS_SEEN,
    LOGGED,
    MOST,
    NEVER_SEEN,
    OPERATIONS,
    ROW,
    STATES,
)
from paget.biology.lesions import room
from paget.biology.numbers_of_model import Numbers
from paget.streams import seed_key, seed_of

Counts = NDArray[np.int64]
Floats = NDArray[np.float64]

CHUNK: Final = 1 << 16
"""Patients a chunk, when not said: about ten milliseconds of work."""
MM: Final = 201
"""Diameters are counted by whole mm; the last holds 200 mm and more."""
TOTALS: Final = (
    "patients",
    "lesions",
    "events",
    "refused",
    "seen",
    "operations",
    "operated",
    "with lesions",
    "redrawn",
)
PATIENTS, LESIONS, EVENTS, REFUSED, SEEN, OPERATED_ON, OPERATED, WITH_LESIONS, REDRAWN = range(len(TOTALS))


class Tables(NamedTuple):
    """Counts of what happened; two of them add up.

    Attributes:
        states: (states, days + 2) change of the number in each state on each day; cumulate over days.
        exits: (causes, days + 2) courses that end on each day.
        first_seen: (days + 2,) first detections by day.
        sizes: (years, mm) lesions by year and diameter at which they were seen.
        organs: (organs,) lesions seen by organ.
        counts: (3, MOST + 1) patients by lesions ever, by lesions at first detection, by operations.
        totals: (TOTALS,) sums.
    """

    states: Counts
    exits: Counts
    first_seen: Counts
    sizes: Counts
    organs: Counts
    counts: Counts
    totals: Counts

    @classmethod
    def empty(cls, numbers: Numbers) -> Tables:
        """All zero, of the shapes that a model needs."""
        days = math.ceil(numbers.horizon) + 2
        return cls(
            np.zeros((len(STATES), days), np.int64),
            np.zeros((len(CAUSES), days), np.int64),
            np.zeros(days, np.int64),
            np.zeros((days // 365 + 1, MM), np.int64),
            np.zeros(numbers.log_rates.size, np.int64),
            np.zeros((3, MOST + 1), np.int64),
            np.zeros(len(TOTALS), np.int64),
        )

    def arrays(self) -> tuple[Counts, ...]:
        """Its arrays, in order."""
        return tuple(self)

    def plus(self, other: Tables) -> Tables:
        """The counts of both together."""
        return Tables(*(one + two for one, two in zip(self, other, strict=True)))


@counting
def _chunk(
    seed: Any, first: Any, count: Any, m: Any, lesions: Any, log: Any, row: Any, tables: Any, rows: Any
) -> None:
    """Run patients ``first`` to ``first + count`` and count what happens to them."""
    base = seed_key(seed)
    tables.states[0, 0] += count
    tables.totals[PATIENTS] += count
    for patient in range(first, first + count):
        entries, n, events, refused, redrawn = course(base, patient, m, lesions, log, row)
        state = NEVER_SEEN
        for i in range(entries):
            day = int(np.ceil(log[i, 1]))
            if log[i, 0] == A_STATE:
                tables.states[state, day] -= 1
                state = int(log[i, 2])
                tables.states[state, day] += 1
            elif log[i, 0] == A_LESION:
                tables.totals[SEEN] += 1
                tables.sizes[day // 365, min(int(log[i, 2]), MM - 1)] += 1
                tables.organs[int(log[i, 3])] += 1
        end, cause = int(np.ceil(row[END_DAY])), int(row[CAUSE])
        tables.exits[cause, end] += 1
        if cause > ALIVE:
            tables.states[state, end] -= 1
            tables.states[KNOWN + cause, end] += 1
        tables.totals[REDRAWN] += redrawn
        tables.counts[0, min(n, MOST)] += 1
        tables.counts[2, min(int(row[OPERATIONS]), MOST)] += 1
        if n > 0:
            tables.totals[LESIONS] += n
            tables.totals[EVENTS] += events
            tables.totals[REFUSED] += refused
            tables.totals[OPERATED_ON] += int(row[OPERATIONS])
            tables.totals[OPERATED] += 1 if row[OPERATIONS] > 0.0 else 0
            tables.totals[WITH_LESIONS] += 1
        if row[FIRST_SEEN] >= 0.0:
            tables.first_seen[int(np.ceil(row[FIRST_SEEN]))] += 1
            tables.counts[1, min(int(row[LESIONS_SEEN]), MOST)] += 1
        for column in range(rows.shape[1]):
            rows[patient - first, column] = row[column]


def stream(
    numbers: Numbers,
    patients: int,
    *,
    seed: int,
    threads: int,
    chunk: int = CHUNK,
    done: Callable[[int], None] | None = None,
    first: int = 0,
    rows: Floats | None = None,
) -> tuple[Tables, bool]:
    """Run patients ``first`` to ``first + patients`` and add up what happened.

    Args:
        numbers: the model.
        patients: how many.
        seed: of all streams.
        threads: how many at once.
        chunk: patients a chunk.
        done: told how many patients were finished, each time.
        first: number of the first patient.
        rows: (patients, ROW) filled with a row a patient, as :data:`paget.biology.kept.ROW` says; or None.

    Returns:
        The tables of all finished chunks, and whether the run was interrupted (Ctrl-C).
    """
    number, lock, stop = seed_of(seed), threading.Lock(), threading.Event()
    total = Tables.empty(numbers)
    none = np.zeros((0, 0))

    def one(start: int) -> int:
        if stop.is_set():
            return 0
        count = min(chunk, patients - start)
        own = Tables.empty(numbers)
        kept = none if rows is None else rows[start : start + count]
        log, row = np.empty((LOGGED, len(ENTRY))), np.empty(len(ROW))
        _chunk(number, first + start, count, numbers, room(), log, row, own, kept)
        with lock:
            for sums, part in zip(total.arrays(), own.arrays(), strict=True):
                np.add(sums, part, out=sums)
        return count

    interrupted = False
    with ThreadPoolExecutor(max_workers=max(1, threads)) as pool:
        starts = iter(range(0, patients, chunk))
        waiting: set[Future[int]] = set()
        try:
            while True:
                while len(waiting) < 2 * threads and (start := next(starts, None)) is not None:
                    waiting.add(pool.submit(one, start))
                if not waiting:
                    break
                finished, waiting = wait(waiting, return_when=FIRST_COMPLETED)
                count = sum(future.result() for future in finished)
                if done is not None:
                    done(count)
        except KeyboardInterrupt:
            interrupted = True
            stop.set()  # chunks that are being worked on are finished and counted; no new one begins
            wait(waiting)
        except BaseException:
            stop.set()
            raise
    return total, interrupted
