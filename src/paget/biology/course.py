"""The course of one virtual patient, event by event: seeding, examination, treatment, regrowth, death;
compiled.

Day 0 is the removal of the primary. Before it the primary grew exponentially and founded lesions with its
surface; after it lesions found lesions. The next event of all lesions is found by their own next days,
never by stepping through time. Streams are keyed by patient and by lineage: the third lesion that a lesion
founds has the same luck under every policy, so that treating more never makes a lesion that treating less
would not have made.
"""

from __future__ import annotations

import math
from typing import Any, Final

import numpy as np

from paget.biology.compiling import compiled, inlined
from paget.biology.lesion import (
    LOOKED_AT,
    NEVER,
    OPERATED,
    SURFACE,
    clock,
    day_seen,
    log_size,
    next_founding,
    sensitivity,
)
from paget.streams import exponential, mixed, normal, patient_key, stream_key, unit, word

MOST: Final = 64
LOGGED: Final = 512
"""Lesions a patient is followed with; further ones are counted as refused, and the count is printed."""

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

# places in the list of numbers
(
    HORIZON,
    LOG_PRIMARY_RATE,
    PRIMARY_SD,
    WHOLE_SEEDING,
    SEEDING_SD,
    PATIENT_SD,
    LESION_SD,
    CROWDING,
    DORMANT_SHARE,
    DORMANT_MEAN,
    FELT_AT,
    LOG_LETHAL,
    MOST_LESIONS,
    MOST_ORGANS,
    MOST_OPERATIONS,
    P_R0,
    P_R1,
    LOG_R1,
    LOG_R2,
    MORTALITY,
    KILL,
    LINES,
    OTHER_HAZARD,
    OTHER_SLOPE,
    LARGEST_AT,
    SAFE_AT,
    OTHER_WHOLE,
    COUNTS_AT,
    NUMBERS,
) = range(29)

PERSON: Final = np.uint64(0x706572736F6E0001)
CHILD: Final = np.uint64(0x6368696C64000001)
EACH_DRAW: Final = np.uint64(1 << 32)  # words of a patient's stream for each time the patient is drawn
MOST_REDRAWN: Final = 1000
TEN: Final = math.log(10.0)
BEFORE: Final = -1e-9  # just before day 0, so that an examination on day 0 counts

# rows of the table of lesions
BORN, RATE, W, FOUNDS, SEEN, FELT, NEXT = 0, 1, 2, 3, 4, 5, 6
# rows of its whole numbers
ORGAN, STATUS, USED, CHILDREN = 0, 1, 2, 3
HIDDEN, SHOWN, GONE = 0, 1, 2


@compiled
def settle(
    key: Any,
    day: Any,
    source: Any,
    place: Any,
    p: Any,
    log_rates: Any,
    seedings: Any,
    spread: Any,
    visits: Any,
    seeing: Any,
    patient_growth: Any,
    patient_seeding: Any,
    last: Any,
    lesions: Any,
    whole: Any,
) -> Any:
    """Write a new lesion into a place: organ, rate, dormancy, its next founding and the day it is seen."""
    pick, organ = unit(word(key, np.uint64(0))), 0
    while organ < log_rates.size - 1 and pick > spread[source, organ]:
        organ += 1
    rate = math.exp(log_rates[organ] + patient_growth + p[LESION_SD] * normal(word(key, np.uint64(1))))
    born = day
    if p[DORMANT_SHARE] > 0.0 and unit(word(key, np.uint64(2))) < p[DORMANT_SHARE]:
        born += p[DORMANT_MEAN] * exponential(word(key, np.uint64(3)))
    if born < 0.0 and source == 0 and born + p[LARGEST_AT] / rate < 0.0:
        return False
    lesions[BORN, place], lesions[RATE, place] = born, rate
    whole[ORGAN, place], whole[STATUS, place], whole[CHILDREN, place] = organ, HIDDEN, 0
    founds, w, used = next_founding(
        key, 0, born, 1.0, born, rate, seedings[organ] * patient_seeding, last, p[CROWDING], p, NUMBERS
    )
    lesions[FOUNDS, place], lesions[W, place], whole[USED, place] = founds, w, used
    seen, visit = day_seen(key, BEFORE, born, rate, p[CROWDING], visits, seeing, p[FELT_AT], last)
    lesions[SEEN, place], lesions[FELT, place] = seen, 1.0 - visit
    lesions[NEXT, place] = min(founds, seen)
    return True


@compiled
def burden(n: Any, p: Any, lesions: Any, whole: Any, day: Any) -> Any:
    """All cells on a day as a share of what is lethal; lesions below a millionth of it are passed over."""
    total = 0.0
    for i in range(n):
        age = lesions[RATE, i] * (day - lesions[BORN, i])
        if whole[STATUS, i] != GONE and age > p[COUNTS_AT]:
            size = age if p[CROWDING] == 0.0 else (1.0 - math.exp(-p[CROWDING] * age)) / p[CROWDING]
            total += math.exp(size - p[LOG_LETHAL])
    return total


@compiled
def lethal_day(n: Any, p: Any, lesions: Any, whole: Any, low: Any, high: Any) -> Any:
    """The day between two days on which all cells together become lethal, by bisection to a second."""
    while high - low > 1e-5:
        middle = 0.5 * (low + high)
        if burden(n, p, lesions, whole, middle) >= 1.0:
            high = middle
        else:
            low = middle
    return high


@compiled
def reset(
    i: Any,
    key: Any,
    day: Any,
    left: Any,
    p: Any,
    seedings: Any,
    visits: Any,
    seeing: Any,
    patient_seeding: Any,
    last: Any,
    lesions: Any,
    whole: Any,
) -> Any:
    """Set a lesion back to some cells on a day: an earlier point of its own curve, the rate unchanged."""
    rate = lesions[RATE, i]
    lesions[BORN, i] = day - clock(left, p[CROWDING]) / rate
    founds, w, used = next_founding(
        key,
        whole[USED, i],
        day,
        math.exp(SURFACE * left),
        lesions[BORN, i],
        rate,
        seedings[whole[ORGAN, i]] * patient_seeding,
        last,
        p[CROWDING],
        p,
        NUMBERS,
    )
    lesions[FOUNDS, i], lesions[W, i], whole[USED, i] = founds, w, used


@inlined
def course(
    seed: Any,
    patient: Any,
    p: Any,
    log_rates: Any,
    seedings: Any,
    spread: Any,
    visits: Any,
    seeing: Any,
    lesions: Any,
    whole: Any,
    keys: Any,
    log: Any,
    row: Any,
) -> Any:
    """One course, from the removal of the primary to death or the horizon.

    Args:
        seed: key of the seed.
        patient: number.
        p: (NUMBERS,) the numbers of the model.
        log_rates: (organs,) log of the median growth rate.
        seedings: (organs,) colonies a day of one cell.
        spread: (1 + organs, organs) cumulated shares of where colonies settle; the primary's first.
        visits: (visits,) days of examinations.
        seeing: as in :func:`paget.biology.lesion.day_seen`.
        lesions: (7, MOST) work space.
        whole: (4, MOST) work space of whole numbers.
        keys: (MOST,) keys of the lesions' streams.
        log: (LOGGED, 4) what happened: kind, day, two numbers; kinds 1 state, 2 lesion seen.
        row: (ROW,) what is kept of the patient.

    Returns:
        Number of entries in the log, of lesions, of events, of refused lesions, of patients drawn anew.
    """
    person = patient_key(seed, np.uint64(patient))
    own = stream_key(person, PERSON)
    other, last = exponential(word(own, np.uint64(0))), p[HORIZON]
    dies_otherwise = other < p[OTHER_WHOLE]  # the hazard up to the horizon; else the day does not matter
    if dies_otherwise:
        if p[OTHER_SLOPE] > 0.0:
            last = math.log(1.0 + other * p[OTHER_SLOPE] / p[OTHER_HAZARD]) / p[OTHER_SLOPE]
        else:
            last = other / p[OTHER_HAZARD]
        last = min(last, p[HORIZON])
    for i in range(row.size):
        row[i] = -1.0
    entries, n, events, refused = 0, 0, 0, 0

    # Lesions that the primary founded, going back from the day of its removal; who has a larger one than
    # allowed on that day is not of these patients, and another takes the place. How strongly a primary seeds
    # and how fast it grew enter one ratio; the rest of the two is drawn only when a lesion settled.
    patient_seeding, patient_growth, primary, redrawn = 1.0, 0.0, 1.0, 0
    spread_of_ratio = math.sqrt(p[SEEDING_SD] ** 2 + p[PRIMARY_SD] ** 2)
    while True:
        n, events, too_large, waited, arrivals = 0, 0, False, 0.0, 0
        first = np.uint64(redrawn) * EACH_DRAW
        ratio = normal(word(own, first + np.uint64(1)))
        whole_seeding = p[WHOLE_SEEDING] * math.exp(spread_of_ratio * ratio)
        while True:
            waited += exponential(word(own, first + np.uint64(4 + arrivals)))
            if waited >= whole_seeding:
                break
            if n == MOST:
                refused += 1
                break
            if n == 0:
                rest = normal(word(own, first + np.uint64(2)))
                share = p[SEEDING_SD] / spread_of_ratio if spread_of_ratio > 0.0 else 0.0
                other_share = p[PRIMARY_SD] / spread_of_ratio if spread_of_ratio > 0.0 else 0.0
                patient_seeding = math.exp(p[SEEDING_SD] * (share * ratio + other_share * rest))
                primary = SURFACE * math.exp(
                    p[LOG_PRIMARY_RATE] + p[PRIMARY_SD] * (share * rest - other_share * ratio)
                )
                patient_growth = p[PATIENT_SD] * normal(word(own, first + np.uint64(3)))
            day = math.log(1.0 - waited / whole_seeding) / primary
            keys[n] = stream_key(own, mixed((first + np.uint64(arrivals)) ^ CHILD))
            if not settle(
                keys[n],
                day,
                0,
                n,
                p,
                log_rates,
                seedings,
                spread,
                visits,
                seeing,
                patient_growth,
                patient_seeding,
                last,
                lesions,
                whole,
            ):
                too_large = True
                break
            n += 1
            arrivals += 1
            events += 1
        if not too_large or redrawn == MOST_REDRAWN:
            break
        redrawn += 1

    safe = NEVER  # on this day the burden is known to be below what is lethal
    for i in range(n):
        safe = min(safe, lesions[BORN, i] + p[SAFE_AT] / lesions[RATE, i])
    state, now, cause = NEVER_SEEN, 0.0, ALIVE
    operations, lines, seen_organs, first_organs = 0, 0, 0, 0
    while n > 0:
        # the next thing that happens to any lesion
        which, following = -1, last
        for i in range(n):
            if lesions[NEXT, i] < following:
                which, following = i, lesions[NEXT, i]
        if following > safe:
            if burden(n, p, lesions, whole, following) >= 1.0:
                now, cause = max(now, lethal_day(n, p, lesions, whole, now, following)), OF_CANCER
                break
            safe = following
        if which < 0:
            break
        now = max(now, following)
        events += 1
        if lesions[FOUNDS, which] == following:
            key, count = keys[which], whole[CHILDREN, which]
            whole[CHILDREN, which] = count + 1
            place = n
            if n == MOST:  # no more are followed: this lesion founds no further ones
                refused += 1
                lesions[FOUNDS, which] = NEVER
                lesions[NEXT, which] = lesions[SEEN, which] if whole[STATUS, which] == HIDDEN else NEVER
                continue
            keys[place] = stream_key(key, mixed(np.uint64(count) ^ CHILD))
            settle(
                keys[place],
                following,
                1 + whole[ORGAN, which],
                place,
                p,
                log_rates,
                seedings,
                spread,
                visits,
                seeing,
                patient_growth,
                patient_seeding,
                last,
                lesions,
                whole,
            )
            safe = min(safe, lesions[BORN, n] + p[SAFE_AT] / lesions[RATE, n])
            n += 1
            founds, w, used = next_founding(
                key,
                whole[USED, which],
                following,
                lesions[W, which],
                lesions[BORN, which],
                lesions[RATE, which],
                seedings[whole[ORGAN, which]] * patient_seeding,
                last,
                p[CROWDING],
                p,
                NUMBERS,
            )
            lesions[FOUNDS, which], lesions[W, which], whole[USED, which] = founds, w, used
            lesions[NEXT, which] = (
                min(founds, lesions[SEEN, which]) if whole[STATUS, which] == HIDDEN else founds
            )
            continue

        # an examination: all that it shows, then the policy
        felt = lesions[FELT, which] > 0.0
        fresh_organ = False
        for i in range(n):
            if whole[STATUS, i] == HIDDEN:
                shows = i == which or (not felt and lesions[SEEN, i] == following)
                size = log_size(now, lesions[BORN, i], lesions[RATE, i], p[CROWDING])
                if not shows and felt:  # the patient is looked at because of one lesion: so are the others
                    chance = sensitivity(size, seeing[0], seeing[1], seeing[2], seeing[3])
                    shows = unit(word(keys[i], np.uint64(LOOKED_AT + operations + lines))) < chance
                if shows:
                    whole[STATUS, i] = SHOWN
                    bit = 1 << whole[ORGAN, i]
                    fresh_organ = fresh_organ or (seen_organs & bit) == 0
                    seen_organs |= bit
                    diameter = seeing[1] * math.exp((size - seeing[0]) / 3.0)
                    if entries < log.shape[0]:
                        log[entries, 0], log[entries, 1] = 2.0, now
                        log[entries, 2], log[entries, 3] = diameter, whole[ORGAN, i]
                        entries += 1
                    else:
                        refused += 1
                    if (row[2] < 0.0 or row[2] == now) and diameter > row[4]:
                        row[4], row[15] = diameter, lesions[RATE, i]
        shown, organs = 0, 0
        for i in range(n):
            if whole[STATUS, i] == SHOWN:
                shown += 1
                organs |= 1 << whole[ORGAN, i]
        if row[2] < 0.0:
            row[2], row[3], row[5] = now, shown, organs
            row[16], row[17] = math.exp(patient_growth), patient_seeding
            first_organs = organs
        elif row[10] < 0.0:
            row[10] = now
        if row[2] < now and fresh_organ and row[13] < 0.0 and (seen_organs & ~first_organs) != 0:
            row[13] = now
        if row[2] < now and row[14] < 0.0:
            row[14] = now
        many = 0
        rest = organs
        while rest:
            many += rest & 1
            rest >>= 1
        after = KNOWN
        if shown <= p[MOST_LESIONS] and many <= p[MOST_ORGANS] and operations < p[MOST_OPERATIONS]:
            died = unit(word(own, np.uint64(100 + operations))) < p[MORTALITY]
            worst = 0
            for i in range(n):
                if whole[STATUS, i] == SHOWN:
                    chance = unit(word(keys[i], np.uint64(OPERATED + operations)))
                    size = log_size(now, lesions[BORN, i], lesions[RATE, i], p[CROWDING])
                    left = 0 if chance < p[P_R0] else 1 if chance < p[P_R0] + p[P_R1] else 2
                    worst = max(worst, left)
                    if left == 0:
                        whole[STATUS, i] = GONE
                        continue
                    cells = min(p[LOG_R1] if left == 1 else p[LOG_R2], size)
                    reset(
                        i,
                        keys[i],
                        now,
                        cells,
                        p,
                        seedings,
                        visits,
                        seeing,
                        patient_seeding,
                        last,
                        lesions,
                        whole,
                    )
                    if left == 1:
                        whole[STATUS, i] = HIDDEN
                        lesions[SEEN, i], visit = day_seen(
                            keys[i],
                            now,
                            lesions[BORN, i],
                            lesions[RATE, i],
                            p[CROWDING],
                            visits,
                            seeing,
                            p[FELT_AT],
                            last,
                        )
                        lesions[FELT, i] = 1.0 - visit
            if operations == 0:
                row[8], row[9] = worst, now
            operations += 1
            after = KNOWN if worst == 2 else CLEAR
            if died:
                cause = OF_TREATMENT
                break
        elif lines < p[LINES]:
            kill = p[KILL] * TEN * exponential(word(own, np.uint64(50 + lines)))
            if row[11] < 0.0:
                row[11] = now
            for i in range(n):
                if whole[STATUS, i] != GONE:
                    size = log_size(now, lesions[BORN, i], lesions[RATE, i], p[CROWDING]) - kill
                    if lesions[BORN, i] >= now:
                        continue
                    if size < 3.4 and unit(word(keys[i], np.uint64(OPERATED + 500 + lines))) < math.exp(
                        -math.exp(size)
                    ):
                        whole[STATUS, i] = GONE
                        continue
                    reset(
                        i,
                        keys[i],
                        now,
                        max(size, 0.0),
                        p,
                        seedings,
                        visits,
                        seeing,
                        patient_seeding,
                        last,
                        lesions,
                        whole,
                    )
                    if whole[STATUS, i] == HIDDEN:
                        lesions[SEEN, i], visit = day_seen(
                            keys[i],
                            now,
                            lesions[BORN, i],
                            lesions[RATE, i],
                            p[CROWDING],
                            visits,
                            seeing,
                            p[FELT_AT],
                            last,
                        )
                        lesions[FELT, i] = 1.0 - visit
            lines += 1
        for i in range(n):
            lesions[NEXT, i] = NEVER if whole[STATUS, i] == GONE else lesions[FOUNDS, i]
            if whole[STATUS, i] == HIDDEN:
                lesions[NEXT, i] = min(lesions[NEXT, i], lesions[SEEN, i])
        if after != state:
            state = after
            if entries < log.shape[0]:
                log[entries, 0], log[entries, 1], log[entries, 2] = 1.0, now, state
                entries += 1
            else:
                refused += 1

    end = now if cause != ALIVE else last
    if cause == ALIVE and dies_otherwise:
        cause = OTHERWISE
    left_over = 0
    for i in range(n):
        if whole[STATUS, i] != GONE and lesions[BORN, i] <= end:
            left_over += 1
    row[0], row[1], row[6], row[7], row[12] = end, cause, n, operations, left_over
    return entries, n, events, refused, redrawn
