"""The lesions that a primary founded until it was removed, on day 0; compiled.

Going back from that day, the expected number that is still to be founded falls from its whole to zero as
the primary was smaller: colonies are a Poisson process in that number. Who has a larger lesion than allowed
on day 0 is not of these patients, and another takes the place. How strongly a primary seeds and how fast it
grew enter one ratio; the rest of the two is drawn only when a lesion settled.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from paget.biology.compiling import inlined
from paget.biology.kept import MOST
from paget.biology.lesion import SURFACE
from paget.biology.lesions import Person, follow, place
from paget.elementary import exp, log
from paget.streams import exponential, mixed, normal, stream_key, unit, word

CHILD: Final = np.uint64(0x6368696C64000001)
EACH_DRAW: Final = np.uint64(1 << 32)  # words of a patient's stream for each time the patient is drawn
MOST_REDRAWN: Final = 1000
RATIO, REST, LESION_GROWTH, ARRIVALS = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_BIN: Final = np.uint64(56)  # of 256: the first eight bits of a word


@inlined
def arrivals(key: Any, last: Any, m: Any, lesions: Any) -> Any:
    """The lesions of a patient on day 0, followed from their first day.

    Args:
        key: of the patient's own stream.
        last: day after which nothing counts.
        m: the model's numbers.
        lesions: all columns.

    Returns:
        The patient, number of lesions, of events, of lesions refused, how often the patient was drawn anew.
    """
    redrawn = 0
    while True:
        first = np.uint64(redrawn) * EACH_DRAW
        word_of_ratio, word_of_first = word(key, first + RATIO), word(key, first + ARRIVALS)
        if unit(word_of_first) < m.no_lesion[word_of_ratio >> _BIN]:
            return Person(key, 0.0, 1.0, last), 0, 0, 0, redrawn
        person, n, refused, too_large = _drawn(
            key, last, first, normal(word_of_ratio), exponential(word_of_first), m, lesions
        )
        if not too_large or redrawn == MOST_REDRAWN:
            for i in range(n):
                follow(i, person, m, lesions)
            return person, n, n, refused, redrawn
        redrawn += 1


@inlined
def _drawn(key: Any, last: Any, first: Any, ratio: Any, waited: Any, m: Any, lesions: Any) -> Any:
    """One draw of the patient, up to a lesion that is too large on day 0."""
    spread = math.sqrt(m.seeding_sd**2 + m.primary_sd**2)
    expected = m.whole_seeding * exp(spread * ratio)
    n, growth, seeding, primary = 0, 0.0, 1.0, 1.0
    while waited < expected:
        if n == MOST:
            return Person(key, growth, seeding, last), n, 1, False
        if n == 0:
            rest = normal(word(key, first + REST))
            share = m.seeding_sd / spread if spread > 0.0 else 0.0
            other_share = m.primary_sd / spread if spread > 0.0 else 0.0
            seeding = exp(m.seeding_sd * (share * ratio + other_share * rest))
            primary = SURFACE * exp(m.log_primary_rate + m.primary_sd * (share * rest - other_share * ratio))
            growth = m.patient_sd * normal(word(key, first + LESION_GROWTH))
        day = log(1.0 - waited / expected) / primary
        lesions.key[n] = stream_key(key, mixed((first + np.uint64(n)) ^ CHILD))
        person = Person(key, growth, seeding, last)
        place(n, day, 0, person, m, lesions)
        if lesions.born[n] + m.largest_clock / lesions.rate[n] < 0.0:
            return person, n, 0, True
        n += 1
        waited += exponential(word(key, first + ARRIVALS + np.uint64(n)))
    return Person(key, growth, seeding, last), n, 0, False
