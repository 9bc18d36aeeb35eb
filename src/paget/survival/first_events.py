"""By patient the first event after an origin and the last sign of follow-up, from rows in any order.

Two passes over rows that are numbered by patient: the first finds the origins, the second keeps for each
patient the least of day x types + type, one number in which the day decides first. Rows are never sorted, so
that parts of a table add up.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from paget.survival.compiling import compiled

NEVER: Final = 2**31 - 1

Days = NDArray[np.int32]


class FirstEvents:
    """What is found, part by part; ``NEVER`` (of ``last`` its negative) where there is nothing.

    Args:
        lowest: the least number of a patient.
        patients: how many numbers there are from it.
        types: more than there are types.
        ends: how many types end follow-up; they are numbered from 0, the origin is the next number.
        same_day: (ends,) whether a type counts on the day of the origin too.
        sign: the type that is a sign of follow-up; -1: any row.
        latest: whether of several origins the last counts.

    Attributes:
        origin: (patients,) its day.
        first: (patients,) day x types + type of the first event after the origin.
        last: (patients,) last day of a sign of follow-up.
        seen: (patients,) whether there is any row.
    """

    def __init__(
        self,
        lowest: int,
        patients: int,
        types: int,
        ends: int,
        same_day: NDArray[np.bool_],
        sign: int,
        *,
        latest: bool,
    ) -> None:
        self._lowest, self._types, self._ends, self._same_day = lowest, types, ends, same_day
        self._sign, self._latest = sign, latest
        self.origin: Days = np.full(patients, -NEVER if latest else NEVER, np.int32)
        self.first: Days = np.full(patients, NEVER, np.int32)
        self.last: Days = np.full(patients, -NEVER, np.int32)
        self.seen: NDArray[np.bool_] = np.zeros(patients, np.bool_)

    def origins(self, patient: Any, day: Days, kind: NDArray[np.uint8]) -> None:
        """The first pass, over every part before the second.

        Args:
            patient: (rows,) number of the patient.
            day: (rows,) whole days.
            kind: (rows,) number of the type.
        """
        _origins(patient, day, kind, self._lowest, self._ends, self._latest, self.origin, self.seen)

    def events(self, patient: Any, day: Days, kind: NDArray[np.uint8]) -> None:
        """The second pass.

        Args:
            patient: (rows,) number of the patient.
            day: (rows,) whole days; times types they fit into 32 bits.
            kind: (rows,) number of the type.

        >>> import numpy as np
        >>> found = FirstEvents(7, 1, 64, 1, np.array([False]), -1, latest=False)
        >>> rows = np.array([7, 7, 7]), np.array([30, 0, 40], np.int32), np.array([0, 1, 0], np.uint8)
        >>> found.origins(*rows)
        >>> found.events(*rows)
        >>> int(found.first[0]) // 64, int(found.last[0])
        (30, 40)
        """
        _events(
            patient, day, kind, self._lowest, self._types, self._ends, self._same_day, self._sign,
            self.origin, self.first, self.last,
        )  # fmt: skip


@compiled
def _origins(
    patient: Any, day: Any, kind: Any, lowest: int, ends: int, latest: bool, origin: Any, seen: Any
) -> None:
    for row in range(len(patient)):
        place = patient[row] - lowest
        seen[place] = True
        if kind[row] == ends:
            if latest:
                origin[place] = max(origin[place], day[row])
            else:
                origin[place] = min(origin[place], day[row])


@compiled
def _events(
    patient: Any, day: Any, kind: Any, lowest: int, types: int, ends: int, same_day: Any, sign: int,
    origin: Any, first: Any, last: Any,
) -> None:  # fmt: skip
    for row in range(len(patient)):
        place, what, when = patient[row] - lowest, kind[row], day[row]
        if what < ends:
            begun = origin[place]
            if when > begun or (when == begun and same_day[what]):
                first[place] = min(first[place], when * types + what)
        if sign < 0 or what == sign:
            last[place] = max(last[place], when)
