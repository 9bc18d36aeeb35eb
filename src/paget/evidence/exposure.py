"""What patients are compared by, and when it is decided: at the origin, or by what happens after it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class Exposure:
    """A property by which patients are compared.

    Attributes:
        name: the column that holds it; of an exposure after the origin the name to give it.
        decided: at the origin (residual tumour, nodes, molecular results of the operation at the origin), or
            after it (response, completed courses, a second operation, salvage).
        day: of an exposure after the origin the column of the day from the origin on which it began; blank
            for who never had it. "": the day was not recorded, and ``name`` holds 1 for who had it, 0 for who
            did not.

    >>> Exposure.after_origin("transplant", day="txtime").decided
    'after the origin'
    """

    name: str
    decided: Literal["at the origin", "after the origin"]
    day: str = ""

    @classmethod
    def at_origin(cls, column: str) -> Exposure:
        """What is known of each patient on the day from which follow-up counts."""
        return cls(column, "at the origin")

    @classmethod
    def after_origin(cls, name: str, *, day: str = "") -> Exposure:
        """What happened to some patients later; who died early could not have it.

        Args:
            name: of the exposure; without a day the column that says who had it.
            day: column of the day on which it began.
        """
        return cls(name, "after the origin", day)
