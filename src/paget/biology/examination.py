"""What an examination of a virtual patient shows, and what of it is kept; compiled."""

from __future__ import annotations

from typing import Any

import numpy as np

from paget.biology.compiling import inlined
from paget.biology.entries import noted
from paget.biology.kept import (
    A_LESION,
    FIRST_SEEN,
    GROWTH,
    LARGEST_MM,
    LARGEST_RATE,
    LESIONS_SEEN,
    NEW_ORGAN_DAY,
    NEXT_NEW_DAY,
    ORGANS_SEEN,
    SEEDING,
    SEEN_AGAIN,
)
from paget.biology.lesion import LOOKED_AT, diameter_mm, shows
from paget.biology.lesions import HIDDEN, SHOWN, size_of
from paget.elementary import exp
from paget.streams import unit, word


@inlined
def examine(
    n: Any, which: Any, day: Any, visit_day: Any, earlier: Any, entries: Any, person: Any, m: Any,
    lesions: Any, log: Any, row: Any,
) -> Any:  # fmt: skip
    """All that an examination shows.

    Args:
        n: lesions so far.
        which: the lesion that is seen on this day.
        day: of the examination.
        visit_day: the same as the lesions' own days have it.
        earlier: treatments so far, which number the examinations for what is felt; and organs seen so far and
            at first, a bit each.
        entries: in the log.
        person: the patient.
        m: the model's numbers.
        lesions: all columns.
        log: see :data:`paget.biology.kept.ENTRY`.
        row: see :data:`paget.biology.kept.ROW`.

    Returns:
        Number of known lesions, of their organs, organs seen so far, at first, entries in the log, and of
        those that found no place there.
    """
    treatments, seen_organs, first_organs = earlier
    felt, fresh_organ, refused = lesions.felt[which] == 1, False, 0
    once = row[FIRST_SEEN] < 0.0
    shown, organs = 0, 0
    for i in range(n):
        if lesions.status[i] == HIDDEN:
            is_seen = i == which or (not felt and lesions.seen[i] == visit_day)
            if felt and not is_seen:  # the patient is looked at because of one lesion: so are the others
                luck = unit(word(lesions.key[i], np.uint64(LOOKED_AT + treatments)))
                is_seen = shows(luck, size_of(i, day, m, lesions), m)
            if is_seen:
                lesions.status[i] = SHOWN
                fresh_organ = fresh_organ or (seen_organs & (1 << lesions.organ[i])) == 0
                seen_organs |= 1 << lesions.organ[i]
                diameter = diameter_mm(size_of(i, day, m, lesions), m)
                before = entries
                entries = noted(entries, A_LESION, day, diameter, lesions.organ[i], i, log)
                refused += 1 if entries == before else 0
                if (once or row[FIRST_SEEN] == day) and diameter > row[LARGEST_MM]:
                    row[LARGEST_MM], row[LARGEST_RATE] = diameter, lesions.rate[i]
        if lesions.status[i] == SHOWN:
            shown += 1
            organs |= 1 << lesions.organ[i]
    if once:
        row[FIRST_SEEN], row[LESIONS_SEEN], row[ORGANS_SEEN] = day, shown, organs
        row[GROWTH], row[SEEDING] = exp(person.growth), person.seeding
        first_organs = organs
    elif row[SEEN_AGAIN] < 0.0:
        row[SEEN_AGAIN] = day
    if row[FIRST_SEEN] < day:
        if fresh_organ and row[NEW_ORGAN_DAY] < 0.0 and (seen_organs & ~first_organs) != 0:
            row[NEW_ORGAN_DAY] = day
        if row[NEXT_NEW_DAY] < 0.0:
            row[NEXT_NEW_DAY] = day
    return shown, _bits(organs), seen_organs, first_organs, entries, refused


@inlined
def _bits(organs: Any) -> Any:
    many = 0
    while organs:
        many += organs & 1
        organs >>= 1
    return many
