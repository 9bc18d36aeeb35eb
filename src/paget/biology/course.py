"""The course of one virtual patient, event by event: seeding, examination, treatment, regrowth, death;
compiled.

Day 0 is the removal of the primary. Before it the primary grew exponentially and founded lesions with its
surface; after it lesions found lesions. The next event of all lesions is found by their own next days,
never by stepping through time. Streams are keyed by patient and by lineage: the third lesion that a lesion
founds has the same luck under every policy, so that treating more never makes a lesion that treating less
would not have made.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np

from paget.biology.compiling import inlined
from paget.biology.entries import noted
from paget.biology.examination import examine
from paget.biology.kept import (
    A_STATE,
    ALIVE,
    CAUSE,
    CLEAR,
    DEPOSITS_LEFT,
    DRUGS,
    END_DAY,
    FIRST_OPERATION,
    FIRST_RESIDUAL,
    KNOWN,
    LESIONS_EVER,
    MOST,
    NEVER_SEEN,
    OF_CANCER,
    OF_TREATMENT,
    OPERATIONS,
    OTHERWISE,
    SYSTEMIC_DAY,
)
from paget.biology.lesion import NEVER
from paget.biology.lesions import GONE, burden, follow, founding, lethal_day, place, upcoming, wait
from paget.biology.primary import CHILD, arrivals
from paget.biology.treatment import R2, give_drugs, operate
from paget.elementary import log as ln
from paget.streams import mixed, patient_key, stream_key, unit, word

PERSON: Final = np.uint64(0x706572736F6E0001)


@inlined
def course(seed: Any, patient: Any, m: Any, lesions: Any, log: Any, row: Any) -> Any:
    """One course, from the removal of the primary to death or the horizon.

    Args:
        seed: key of the seed.
        patient: number.
        m: :class:`paget.biology.numbers_of_model.Numbers`.
        lesions: :class:`paget.biology.lesions.Lesions`, work space.
        log: (LOGGED, ENTRY) what happened, in the order of days.
        row: (ROW,) what is kept of the patient.

    Returns:
        Number of entries in the log, of lesions, of events, of refused lesions, of patients drawn anew.
    """
    for column in range(row.size):
        row[column] = -1.0
    own = stream_key(patient_key(seed, np.uint64(patient)), PERSON)
    last, dies_otherwise = other_death(own, m)
    person, n, events, refused, redrawn = arrivals(own, last, m, lesions)
    safe = NEVER  # on this day the burden is known to be below what is lethal
    for i in range(n):
        safe = min(safe, lesions.born[i] + m.safe_clock / lesions.rate[i])
    state, now, cause, entries = NEVER_SEEN, 0.0, ALIVE, 0
    operations, lines, seen_organs, first_organs = 0, 0, 0, 0
    while n > 0:
        which, following = upcoming(n, last, lesions)
        if following > safe:
            if burden(n, following, m, lesions) >= 1.0:
                now, cause = max(now, lethal_day(n, now, following, m, lesions)), OF_CANCER
                break
            safe = following
        if which < 0:
            break
        now = max(now, following)
        events += 1
        if lesions.founds[which] == following:
            if n == MOST:  # no more are followed: this lesion founds no further ones
                refused += 1
                lesions.founds[which] = NEVER
            else:
                found(which, n, following, person, m, lesions)
                safe = min(safe, lesions.born[n] + m.safe_clock / lesions.rate[n])
                n += 1
            wait(which, lesions)
            continue
        earlier = (operations + lines, seen_organs, first_organs)
        shown, organs, seen_organs, first_organs, entries, missed = examine(
            n, which, now, following, earlier, entries, person, m, lesions, log, row
        )
        refused += missed
        after, died = KNOWN, False
        if shown <= m.most_lesions and organs <= m.most_organs and operations < m.most_operations:
            worst, died, entries = operate(n, now, operations, entries, person, m, lesions, log)
            if operations == 0:
                row[FIRST_RESIDUAL], row[FIRST_OPERATION] = worst, now
            operations += 1
            after = KNOWN if worst == R2 else CLEAR
        elif lines < m.lines:
            if row[SYSTEMIC_DAY] < 0.0:
                row[SYSTEMIC_DAY] = now
            give_drugs(n, now, lines, person, m, lesions)
            lines += 1
            entries = noted(entries, DRUGS, now, lines, -1, -1, log)
        if died:
            cause = OF_TREATMENT
            break
        for i in range(n):
            wait(i, lesions)
        if after != state:
            state, before = after, entries
            entries = noted(entries, A_STATE, now, state, -1, -1, log)
            refused += 1 if entries == before else 0

    end = now if cause != ALIVE else last
    if cause == ALIVE and dies_otherwise:
        cause = OTHERWISE
    left_over = 0
    for i in range(n):
        if lesions.status[i] != GONE and lesions.born[i] <= end:
            left_over += 1
    row[END_DAY], row[CAUSE], row[LESIONS_EVER] = end, cause, n
    row[OPERATIONS], row[DEPOSITS_LEFT] = operations, left_over
    return entries, n, events, refused, redrawn


@inlined
def other_death(own: Any, m: Any) -> Any:
    """The last day of a patient without cancer, and whether it is one of death: Gompertz's hazard.

    The uniform number of the patient is the share of like patients who are alive on the day of death.
    """
    alive = unit(word(own, np.uint64(0)))
    if alive <= m.other_alive:
        return m.horizon, False
    if m.other_slope > 0.0:
        day = ln(1.0 - ln(alive) * m.other_slope / m.other_hazard) / m.other_slope
    else:
        day = -ln(alive) / m.other_hazard
    return min(day, m.horizon), True


@inlined
def found(parent: Any, child: Any, day: Any, person: Any, m: Any, lesions: Any) -> None:
    """A lesion founds another: it takes its place, and the day of the parent's next is found."""
    lineage = mixed(np.uint64(lesions.children[parent]) ^ CHILD)
    lesions.key[child] = stream_key(lesions.key[parent], lineage)
    lesions.children[parent] += 1
    place(child, day, 1 + lesions.organ[parent], person, m, lesions)
    follow(child, person, m, lesions)
    founding(parent, day, lesions.surface[parent], person, m, lesions)
