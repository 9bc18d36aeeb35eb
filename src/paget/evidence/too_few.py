"""The refusal to say anything from too few patients or events."""

from __future__ import annotations

from typing import Final

from paget.errors import Refused

LEAST_EVENTS: Final = 100
LEAST_PATIENTS: Final = 10


class TooFew(Refused):
    """Too few events or patients for the figure that was asked for.

    Attributes:
        found: how many there are.
        needed: how many there should be.

    >>> print(TooFew("events", 90, LEAST_EVENTS, where="overall survival"))
    too few: 90 events, 100 are needed
      where: overall survival
    """

    def __init__(
        self, of: str, found: int, needed: int, *, where: str, why: str = "", mend: str = ""
    ) -> None:
        self.found, self.needed = found, needed
        super().__init__(f"too few: {found} {of}, {needed} are needed", where=where, why=why, mend=mend)
