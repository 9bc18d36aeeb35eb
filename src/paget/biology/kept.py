"""What is kept of the course of a virtual patient: states, ways to end, and the columns of a row."""

from __future__ import annotations

from typing import Final

MOST: Final = 64
"""Lesions a patient is followed with; further ones are counted as refused, and the count is printed."""
LOGGED: Final = 4096
"""Entries of a patient's log; what finds no place there is counted as refused."""
ENTRY: Final = ("kind", "day", "number", "organ", "lesion")
"""An entry: what happened, when, how much, where, to which lesion."""
A_STATE, A_LESION, AN_OPERATION, A_TARGET, DRUGS = 1.0, 2.0, 3.0, 4.0, 5.0
"""Kinds of entries, with their number: the state from then on; a lesion seen, its diameter in mm; local
treatment, its worst residual (0, 1, 2); a lesion treated, its residual; a line of systemic therapy.
"""

STATES: Final = (
    "never seen",
    "no evidence of disease",
    "known disease",
    "dead of cancer",
    "dead of treatment",
    "dead otherwise",
)
NEVER_SEEN, CLEAR, KNOWN = 0, 1, 2
ALIVE, OF_CANCER, OF_TREATMENT, OTHERWISE = 0, 1, 2, 3
CAUSES: Final = ("alive", "cancer", "treatment", "other cause")
"""How a course ends."""

ROW: Final = (
    "end_day",
    "cause",
    "first_seen",
    "lesions_seen",
    "largest_mm",
    "organs_seen",
    "lesions_ever",
    "operations",
    "first_residual",
    "first_operation",
    "seen_again",
    "systemic_day",
    "deposits_left",
    "new_organ_day",
    "next_new_day",
    "largest_rate",
    "growth",
    "seeding",
)
"""What is kept of a patient when rows are asked for; -1 where it did not happen.

The last three are known with the first lesion seen: rate of the largest then, 1/day, and the factors by
which the patient's growth and seeding differ from the median's.
"""
(
    END_DAY,
    CAUSE,
    FIRST_SEEN,
    LESIONS_SEEN,
    LARGEST_MM,
    ORGANS_SEEN,
    LESIONS_EVER,
    OPERATIONS,
    FIRST_RESIDUAL,
    FIRST_OPERATION,
    SEEN_AGAIN,
    SYSTEMIC_DAY,
    DEPOSITS_LEFT,
    NEW_ORGAN_DAY,
    NEXT_NEW_DAY,
    LARGEST_RATE,
    GROWTH,
    SEEDING,
) = range(len(ROW))
"""Places in a row."""
