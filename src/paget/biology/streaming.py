"""Many courses in chunks over threads, with summaries that add up; memory is that of one chunk a thread.

All summaries are counts, so that their sums are exact in any order: the same bits for any number of chunks
and threads. An interrupted run keeps the chunks that were finished and says how many.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.biology.compiling import compiled
from paget.biology.course import CAUSES, LOGGED, MOST, ROW, STATES, course
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


@dataclass(frozen=True, slots=True)
class Numbers:
    """The model as arrays for the compiled courses; see :func:`paget.biology.course.course`."""

    p: Floats
    log_rates: Floats
    seedings: Floats
    spread: Floats
    visits: Floats
    seeing: Floats

    @property
    def days(self) -> int:
        """Last day counted."""
        return int(np.ceil(self.p[0]))


@dataclass(frozen=True, slots=True)
class Tables:
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
        days = numbers.days + 2
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
        return tuple(getattr(self, name) for name in self.__dataclass_fields__)

    def __add__(self, other: Tables) -> Tables:
        return Tables(*(one + two for one, two in zip(self.arrays(), other.arrays(), strict=True)))


@compiled
def _chunk(
    seed: Any,
    first: Any,
    count: Any,
    p: Any,
    log_rates: Any,
    seedings: Any,
    spread: Any,
    visits: Any,
    seeing: Any,
    states: Any,
    exits: Any,
    first_seen: Any,
    sizes: Any,
    organs: Any,
    counts: Any,
    totals: Any,
    rows: Any,
) -> None:
    lesions, whole = np.empty((7, MOST)), np.empty((4, MOST), np.int64)
    keys, log, row = np.empty(MOST, np.uint64), np.empty((LOGGED, 4)), np.empty(len(ROW))
    base = seed_key(seed)
    states[0, 0] += count
    totals[0] += count
    for patient in range(first, first + count):
        entries, n, events, refused, redrawn = course(
            base, patient, p, log_rates, seedings, spread, visits, seeing, lesions, whole, keys, log, row
        )
        state, seen = 0, 0
        for i in range(entries):
            day = int(np.ceil(log[i, 1]))
            if log[i, 0] == 1.0:
                states[state, day] -= 1
                state = int(log[i, 2])
                states[state, day] += 1
            else:
                seen += 1
                sizes[day // 365, min(int(log[i, 2]), MM - 1)] += 1
                organs[int(log[i, 3])] += 1
        end, cause = int(np.ceil(row[0])), int(row[1])
        exits[cause, end] += 1
        if cause > 0:
            states[state, end] -= 1
            states[2 + cause, end] += 1
        if row[2] >= 0.0:
            first_seen[int(np.ceil(row[2]))] += 1
            counts[1, min(int(row[3]), MOST)] += 1
        counts[0, min(n, MOST)] += 1
        counts[2, min(int(row[7]), MOST)] += 1
        totals[1] += n
        totals[2] += events
        totals[3] += refused
        totals[4] += seen
        totals[5] += int(row[7])
        totals[6] += 1 if row[7] > 0 else 0
        totals[7] += 1 if n > 0 else 0
        totals[8] += redrawn
        if rows.shape[0] > 0:
            rows[patient - first, :] = row


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
        rows: (patients, ROW) filled with a row a patient, as :data:`paget.biology.course.ROW` says; or None.

    Returns:
        The tables of all finished chunks, and whether the run was interrupted (Ctrl-C).
    """
    number, lock, stop = seed_of(seed), threading.Lock(), threading.Event()
    total = Tables.empty(numbers)
    none = np.zeros((0, len(ROW)))
    fixed = (numbers.p, numbers.log_rates, numbers.seedings, numbers.spread, numbers.visits, numbers.seeing)

    def one(start: int) -> int:
        if stop.is_set():
            return 0
        count = min(chunk, patients - start)
        own = Tables.empty(numbers)
        kept = none if rows is None else rows[start : start + count]
        words: list[Any] = [number, first + start, count, *fixed, *own.arrays(), kept]
        _chunk(*words)
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
