"""What was seen on the day of the first detection: lesions, organs, clear organs, the largest and its sizes.

Each answer is what certainly was so, as far as it is known on the decision day: a lesion that only may be a
metastasis, or may have been found by that day, widens a count and never adds to it; an organ is clear only
where a study young enough covers its region and no deposit may lie in it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from paget.facts.value_sets import ValueSets
from paget.options.known import LIMITS
from paget.options.row_plans import Row, Rows

Span = tuple[float, float]

MONTH: Final = 31
"""Days within which a first detection known to its month still has the sizes of that month."""
OTHER: Final = "other"
"""What a model calls all organs that it does not name."""


@dataclass(frozen=True, slots=True)
class FirstSeen:
    """The first detection of one decision.

    Attributes:
        rows: of the decision.
        day: the first and last possible day of the first detection, numbers of days.
        sets: value sets in force.
        regions: that staging of the disease demands.
        organs: of the model.
    """

    rows: Rows
    day: Span
    sets: ValueSets
    regions: tuple[str, ...]
    organs: tuple[str, ...]

    @property
    def exact(self) -> bool:
        """Whether it is one certain day."""
        return self.day[0] == self.day[1]

    @property
    def metastases(self) -> list[Row]:
        """Deposits that certainly are metastases and were certainly found by that day."""
        return [row for row in self.perhaps if row["metastasis"] and late(row["day_latest"]) <= self.day[0]]

    @property
    def perhaps(self) -> list[Row]:
        """Deposits that are, or may be, metastases found by that day."""
        return [
            row
            for row in self.rows.deposits
            if row["metastasis"] is not False and early(row["day"]) <= self.day[1]
        ]

    def closed(self, region: str) -> bool:
        """Whether a study of the region would have shown a lesion."""
        return bool(self.studies(region))

    def studies(self, region: str) -> list[Row]:
        """Those that close a region: young enough on that day, or later and with nothing found since."""
        one, since = self.sets.regions[region], self._found_since(region)
        return [
            row
            for row in self.rows.studies
            if row["known"]
            and row["region"] in one.covers
            and row["kind"] in one.ages
            and early(row["day"]) >= self.day[1] - one.ages[row["kind"]]
            and (late(row["day_latest"]) <= self.day[0] or since > late(row["day_latest"]))
        ]

    def _found_since(self, region: str) -> float:
        """The first possible day on which another lesion of a region was found after that day; else never."""
        only = self.perhaps if len(self.perhaps) == 1 else []
        return min(
            (
                early(row["day"])
                for row in self.rows.deposits
                if row["metastasis"] is not False
                and late(row["day_latest"]) > self.day[0]
                and row not in only
                and (row["organ"] is None or self._lies_in(row["organ"], region))
            ),
            default=math.inf,
        )

    def _lies_in(self, organ: str, region: str) -> bool:
        """Whether all that covers a region covers an organ: the liver lies in the abdomen too."""
        whole = set(self.sets.regions[region].covers)
        return any(whole <= set(self.sets.regions[one].covers) for one in self.region(organ))

    @property
    def staged(self) -> bool:
        """Whether all regions that the disease demands are closed, so that no lesion is missing."""
        stands = any(row["metastasis"] for row in self.rows.deposits)
        return stands and bool(self.regions) and all(self.closed(one) for one in self.regions)

    @property
    def lesions(self) -> Span:
        """How many were seen; open above while staging is incomplete or an organ holds any number."""
        certain = [row for row in self.metastases if not row["is_site"]]
        counted = [row for row in certain if row["organ"] not in (None, *self.sets.uncounted)]
        low = max(1, len(counted), len(self.found_in))
        sites = any(row["is_site"] for row in self.perhaps)
        return low, max(low, len(self.perhaps)) if self.staged and not sites else math.inf

    def organ(self, row: Row) -> str | None:
        """The organ of the model in which a deposit lies; None when that is not known."""
        name = row["organ"]
        return name if name is None or name in self.organs else OTHER

    @property
    def found_in(self) -> tuple[str, ...]:
        """Organs of the model in which some were certainly seen."""
        found = {self.organ(row) for row in self.metastases}
        anywhere = {self.organ(row) for row in self.perhaps}
        if len(anywhere) == 1 and any(row["metastasis"] for row in self.perhaps):
            found = anywhere  # whichever was seen first, it was there
        return tuple(one for one in self.organs if one in found)

    @property
    def clear(self) -> tuple[str, ...]:
        """Organs of the model that an examination showed clear; its others lie in no region: never they."""
        may_hold = {self.organ(row) for row in self.perhaps}
        if None in may_hold:
            return ()
        return tuple(
            one
            for one in self.organs
            if one not in may_hold and any(self.closed(region) for region in self.region(one))
        )

    def region(self, organ: str) -> Iterable[str]:
        """The region of staging in which an organ lies; none when that is not said."""
        grouped: Mapping[str, tuple[str, ...]] = self.sets.words.get("regions_of_organs", {})
        return [name for name in self.sets.regions if organ == name or organ in grouped.get(name, ())]

    @property
    def largest(self) -> Span:
        """Diameter of the largest that was seen, mm; open above while one may be missing or has no size."""
        low = max((self.size(row)[0] for row in self.metastases or self._only), default=0.0)
        known = self.staged and not any(row["is_site"] for row in self.perhaps)
        high = max((self.size(row)[1] for row in self.perhaps), default=math.inf) if known else math.inf
        return low, max(low, high)

    def size(self, row: Row) -> Span:
        """Between what its diameter was on that day, mm; (0, infinite) when it was not measured."""
        return (0.0, math.inf) if row["is_site"] else self._read(row["subject"], self.day)

    @property
    def growth(self) -> tuple[tuple[int, Span], ...]:
        """Diameters of the largest on other days: days after the first detection, and mm.

        Only where it is certain which lesion was the largest, and that no treatment came in between.
        """
        row = self.largest_lesion
        if row is None or not self.exact:
            return ()
        first = int(self.day[0])
        readings = [one for one in self.rows.sizes if one["lesion_id"] == row["subject"]]
        days = sorted({one["day"] for one in readings if _exact(one) and one["day"] != first})
        found = [(day - first, self._read(row["subject"], (day, day))) for day in days if self._left(day)]
        return tuple((day, size) for day, size in found if math.isfinite(size[1]))

    @property
    def largest_lesion(self) -> Row | None:
        """The lesion that certainly was the largest; None when that is not certain."""
        if not self.staged or any(row["is_site"] for row in self.perhaps):
            return None
        for row in self.metastases or self._only:
            others = [one for one in self.perhaps if one["subject"] != row["subject"]]
            if all(self.size(one)[1] < self.size(row)[0] for one in others):
                return row
        return None

    @property
    def _only(self) -> list[Row]:
        """The one deposit that can have been seen first, when there is no other."""
        return self.perhaps if len(self.perhaps) == 1 and self.perhaps[0]["metastasis"] else []

    def _read(self, lesion: str, days: Span) -> Span:
        """Between what a lesion measured on a day; else (0, infinite).

        Of a month, only by a reading of that same month: both were written of one examination.
        """
        mine = [
            row
            for row in self.rows.sizes
            if row["lesion_id"] == lesion
            and early(row["day"]) <= days[1]
            and late(row["day_latest"]) >= days[0]
        ]
        certain = any(row["known"] and (early(row["day"]), late(row["day_latest"])) == days for row in mine)
        sizes = [row["longest_mm"] for row in mine]
        if not certain or None in sizes or days[1] - days[0] > MONTH:
            return 0.0, math.inf
        return min(sizes), max(sizes)

    def _left(self, day: int) -> bool:
        """Whether no treatment came between the first detection and a day."""
        first, last = sorted((float(day), self.day[0]))
        courses = [row for row in self.rows.courses if row["_course"] is not False]
        others = [row for row in self.rows.treatments if may_address(row)]
        return not any(
            early(row["_start"]) < last and late(row["finished_latest"]) > first for row in courses + others
        )


def early(day: int | None) -> float:
    """A first possible day; before all others when it is not known."""
    return -math.inf if day is None else float(day)


def late(day: int | None) -> float:
    """A last possible day; after all others when it is not known."""
    return math.inf if day is None else float(day)


def may_address(treatment: Row) -> bool:
    """Whether a treatment that is no drug addressed metastases, or may have."""
    if treatment["given"] is False or treatment["modality"] == "systemic":
        return False
    targets = treatment["targets"]
    return targets is None or treatment["target_other"] != targets


def addressed(treatment: Row) -> bool:
    """Whether a treatment certainly addressed a metastasis."""
    return bool(treatment["given"]) and (treatment["target_metastases"] or 0) > 0


def _exact(row: Row) -> bool:
    return bool(row["known"]) and row["day"] is not None and row["day"] == row["day_latest"]


def limited(name: str, span: Span) -> Any:
    """A range as the bounds of something known: one number, two, or None when it is open on both sides.

    >>> limited("lesions", (1, float("inf"))), limited("lesions", (2, 2)), limited("largest_mm", (18, 1e9))
    (None, 2.0, (18.0, 1000.0))
    """
    least, most, _ = LIMITS[name]
    low, high = (min(max(least, end), most) for end in span)
    if low <= least and high >= most:
        return None
    return float(low) if low == high else (float(low), float(high))
