"""A case as the brief reads it: the rows about one primary, and what stands, is gone, was judged last.

The case given is already as of the day; rows that lie after it are left out here once more, so that
nothing later can be drawn by mistake.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from paget.brief.calendar import Calendar, Day
from paget.figures import Size, State
from paget.record.tables import TABLES

_SHORT: Final = 6
"""Longest name of a lesion that fits into a figure, in characters."""

_UNKNOWN_DAY: Final[Day] = (10**7, 10**7)
_COUNTING_ROLES: Final = frozenset({"radiologist", "pathologist", "board", None})


@dataclass(frozen=True, slots=True)
class Judged:
    """The last judgement of one thing: what was said, by whom, on which day.

    ``values`` holds several when people said different things on the same day.
    """

    values: tuple[Any, ...]
    role: str
    day: Day | None


class _Blanked:
    """A row with some of its columns blank."""

    def __init__(self, row: Any, blank: set[str]) -> None:
        self._row, self._blank = row, blank

    def __getattr__(self, name: str) -> Any:
        return None if name in self._blank else getattr(self._row, name)


class CaseView:
    """The rows of a case that speak of one primary, as of a day.

    Args:
        case: a case, or anything with a list of rows by table name and ``patient``.
        tumour_id: the primary; "" when none is recorded.
        calendar: reads its days.
    """

    def __init__(self, case: Any, tumour_id: str, calendar: Calendar) -> None:
        self.case, self.tumour_id, self.calendar = case, tumour_id, calendar
        self._known: dict[str, list[Any]] = {}
        self.is_sole = len(self._table("tumours")) <= 1

    @property
    def patient(self) -> Any:
        """The row about the person."""
        return self.case.patient

    @functools.cached_property
    def tumour(self) -> Any | None:
        """The primary."""
        return next((row for row in self._table("tumours") if row.tumour_id == self.tumour_id), None)

    def rows(self, table: str) -> list[Any]:
        """The rows of a table known by the day that speak of this primary, or of none in particular."""
        if table == "tumours":
            return [self.tumour] if self.tumour is not None else []
        return [row for row in self._table(table) if self._is_ours(row)]

    def day(self, row: Any, column: str) -> Day | None:
        """A day of a row."""
        return self.calendar.read(getattr(row, column, None))

    def _table(self, name: str) -> list[Any]:
        if name not in self._known:
            rows: Iterable[Any] = getattr(self.case, name, None) or ()
            known = [row for row in rows if self._was_known(row, name)]
            replaced = {row.replaces for row in known if getattr(row, "replaces", None)}
            self._known[name] = [
                self._without_later_values(row, name)
                for row in known
                if not getattr(row, "retracted", None) and getattr(row, "row_id", None) not in replaced
            ]
        return self._known[name]

    def _was_known(self, row: Any, name: str) -> bool:
        own = TABLES[name].day
        if name in ("patients", "tumours", "targets"):
            own = None
        days = [own, "known_day"] if own else ["known_day"]
        return all(self.calendar.was(self.day(row, column)) for column in days)

    def _without_later_values(self, row: Any, name: str) -> Any:
        """The row, its columns blank that were learnt after the day: an end, the result of pathology."""
        later = {
            column.name
            for column in TABLES[name].columns
            if column.known_by is not None and not self.calendar.was(self.day(row, column.known_by))
        }
        return _Blanked(row, later) if later else row

    def _is_ours(self, row: Any) -> bool:
        if self.is_sole or not hasattr(row, "tumour_id"):
            return True
        return row.tumour_id in (None, "", self.tumour_id)

    def is_of_unknown_origin(self, row: Any) -> bool:
        """Whether a lesion or site may come from another primary of the record."""
        return not self.is_sole and row.tumour_id in (None, "")

    # Lesions

    @functools.cached_property
    def lesions(self) -> list[Any]:
        """Lesions other than the primary itself, in the order in which they were found."""
        found = [row for row in self.rows("lesions") if row.relation != "primary"]
        return sorted(
            found, key=lambda row: (self.day(row, "found_day") or _UNKNOWN_DAY, _natural(row.lesion_id))
        )

    @functools.cached_property
    def sites(self) -> list[Any]:
        """Organs involved by an unknown number of lesions, where no lesion of that organ is recorded."""
        organs = {row.organ for row in self.lesions}
        return [row for row in self.rows("sites") if row.organ not in organs]

    @functools.cached_property
    def gone(self) -> dict[str, Day | None]:
        """The lesions that were removed or ablated, with the day."""
        treatments = {row.treatment_id: row for row in self._table("treatments")}
        found: dict[str, Day | None] = {}
        for target in self._table("targets"):
            treatment = treatments.get(target.treatment_id)
            if target.removed is not True or treatment is None:
                continue
            day = self.day(treatment, "end_day") or self.day(treatment, "start_day")
            found[target.lesion_id or target.site_id] = day
        return found

    @functools.cached_property
    def _sizes(self) -> dict[str, list[tuple[Day, Any]]]:
        by_lesion: dict[str, list[tuple[Day, Any]]] = {}
        for row in self._table("measurements"):
            day = self.day(row, "day")
            if day is not None and (row.longest_mm is not None or row.volume_ml is not None):
                by_lesion.setdefault(row.lesion_id, []).append((day, row))
        for readings in by_lesion.values():
            readings.sort(key=lambda reading: reading[0])
        return by_lesion

    def readings(self, lesion_id: str) -> list[tuple[Day, Any]]:
        """The measurements of a lesion with their days, the last one last."""
        return self._sizes.get(lesion_id, [])

    def sizes(self, lesion: Any) -> tuple[Size, ...]:
        """The longest diameters of a lesion; those from before its detection were read in retrospect."""
        found = self.day(lesion, "found_day")
        return tuple(
            Size(day, float(row.longest_mm), seen_later=found is not None and day[1] < found[0])
            for day, row in self.readings(lesion.lesion_id)
            if row.longest_mm is not None
        )

    @functools.cached_property
    def _judgements(self) -> dict[str, list[Any]]:
        by_lesion: dict[str, list[Any]] = {}
        for row in self._table("judgements"):
            by_lesion.setdefault(row.lesion_id or row.site_id or "", []).append(row)
        return by_lesion

    def judged(self, name: str, column: str) -> Judged | None:
        """What was judged last of a lesion or site in one respect; None when nobody said anything."""
        said = [
            row
            for row in self._judgements.get(name, ())
            if getattr(row, column, None) is not None
            and (column != "certainty" or getattr(row, "role", None) in _COUNTING_ROLES)
        ]
        if not said:
            return None
        last = max((self.day(row, "day") or (-(10**7), -(10**7)) for row in said), key=lambda day: day)
        on_it = [row for row in said if (self.day(row, "day") or (-(10**7), -(10**7))) == last]
        values = tuple(dict.fromkeys(getattr(row, column) for row in on_it))
        role = on_it[-1].role or ""
        return Judged(values, role, self.day(on_it[-1], "day"))

    def nature(self, name: str) -> State:
        """Whether a lesion or site is tumour: yes also where nobody doubted it; unknown if indeterminate."""
        judged = self.judged(name, "certainty")
        if judged is None:
            return "yes"
        if len(judged.values) > 1 or judged.values[0] == "indeterminate":
            return "unknown"
        return "no" if judged.values[0] == "benign" else "yes"

    @functools.cached_property
    def standing(self) -> list[Any]:
        """Lesions that were not removed and are not judged benign."""
        return [r for r in self.lesions if r.lesion_id not in self.gone and self.nature(r.lesion_id) != "no"]

    @functools.cached_property
    def short_names(self) -> dict[str, str]:
        """Names that fit into a figure: the record's where short, else L1, L2 ... and S1 ... for organs."""
        names: dict[str, str] = {}
        for letter, every in (
            ("L", [r.lesion_id for r in self.lesions]),
            ("S", [r.site_id for r in self.sites]),
        ):
            taken = {name for name in every if len(name) <= _SHORT}
            free = (name for n in itertools.count(1) if (name := f"{letter}{n}") not in taken)
            names |= {name: name if name in taken else next(free) for name in every}
        return names

    # Treatments

    @functools.cached_property
    def treatments(self) -> list[Any]:
        """Treatments in the order in which they began."""
        return sorted(self.rows("treatments"), key=lambda row: self.started(row) or (10**7, 0))

    def started(self, treatment: Any) -> Day | None:
        """First day of a treatment, else its last."""
        return self.day(treatment, "start_day") or self.day(treatment, "end_day")

    @functools.cached_property
    def definitive(self) -> Any | None:
        """The last definitive local treatment of the primary, by its day."""
        on_lesions = {target.treatment_id for target in self._table("targets")}
        found = [
            row for row in self.treatments if row.definitive is True and row.treatment_id not in on_lesions
        ]
        return max(found, key=lambda row: self.ended(row) or (0, 0), default=None)

    def ended(self, treatment: Any) -> Day | None:
        """Last day of a treatment; of an operation its day."""
        return self.day(treatment, "end_day") or (
            self.day(treatment, "start_day") if treatment.modality == "surgery" else None
        )

    @functools.cached_property
    def detected(self) -> Day | None:
        """The first detection of metastasis: of a lesion not judged benign, or of an involved organ."""
        days = [
            self.day(row, "found_day")
            for row in self.lesions
            if row.relation == "distant" and self.nature(row.lesion_id) == "yes"
        ] + [self.day(row, "day") for row in self.sites]
        known = [day for day in days if day is not None]
        if not known or len(known) < len(days):
            return None
        return min(low for low, _ in known), min(high for _, high in known)


def _natural(name: str) -> list[tuple[int, str]]:
    """A key that sorts L2 before L10."""
    return [(int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name)]
