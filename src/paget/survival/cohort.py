"""The rows of an analysis: times, events, entries, weights and groups, checked, incomplete rows set aside.

A row with an unknown value is counted and left out; unknown is never no. What cannot be meant, such as an end
before its beginning, is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.columns import Codes, Columns, Mask
from paget.survival.results import Analysed, Floats

LIKE_CENSORING = {"0", "alive", "censor", "censored", "censoring", "none", "no event", "no"}
"""Words that mean censoring; as a cause of its own such a word would be a mistake."""

CHUNK = 1 << 18
"""Rows whose causes are counted at a time."""

Names = str | Sequence[str] | None


@dataclass(frozen=True)
class Cohort:
    """Rows that an estimator can use.

    Attributes:
        time: (rows,) the end of observation, in the unit given, days as a rule.
        event: (rows,) 0 censored, 1 the first cause, 2 the second, ...
        causes: names of the causes.
        entry: (rows,) the beginning of observation when it is not the origin.
        weights: (rows,) case weights above 0, or None.
        groups, strata, clusters: labels as numbers, or None.
        offset: (rows,) a known part of the linear predictor, or None.
        kept: the rows of the data that are here, or None for all.
        analysed: who is here and who was set aside.
        strata_names: the columns that make the strata.
        offset_name: the column of the offset, or "".
    """

    time: NDArray[Any]
    event: NDArray[Any]
    causes: tuple[Any, ...]
    entry: NDArray[Any] | None
    weights: Floats | None
    groups: Codes | None
    strata: Codes | None
    clusters: Codes | None
    offset: Floats | None
    kept: NDArray[np.intp] | None
    analysed: Analysed
    strata_names: tuple[str, ...] = ()
    offset_name: str = ""

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.time.shape[0])

    @property
    def fractional(self) -> bool:
        """Whether a weight is not a whole number, so that weights are no counts of rows."""
        return self.weights is not None and bool((self.weights != np.rint(self.weights)).any())


def listed(names: Names) -> list[str]:
    """One name, several or none, as a list."""
    return [] if names is None else [names] if isinstance(names, str) else list(names)


def read_cohort(
    columns: Columns,
    *,
    time: str,
    event: str,
    entry: str | None = None,
    weights: str | None = None,
    groups: Names = None,
    strata: Names = None,
    cluster: str | None = None,
    offset: str | None = None,
    causes: bool = False,
    check: bool = True,
    also_missing: dict[str, Mask] | None = None,
) -> Cohort:
    """The cohort in these columns.

    Args:
        columns: the data.
        time: column of times of exit.
        event: column of events.
        entry: column of times of entry.
        weights: column of case weights.
        groups: column or columns of groups.
        strata: column or columns of strata.
        cluster: column of clusters.
        offset: column of a known part of the linear predictor.
        causes: whether ``event`` holds causes rather than yes and no.
        check: whether to look at times, whole events and groups now; a kernel that looks while it counts does
            not need it.
        also_missing: reason -> rows to set aside for it.

    Raises:
        BadInput: a time before its entry or before 0, an event that is not 0 or 1, a weight below 0.
    """
    missing: dict[str, Mask | None] = {}
    ends, missing[time] = columns.numbers(time)
    if causes:
        events, labels = _causes(columns, event)
    else:
        events, missing[event] = _yes_no(columns, event, check=check)
        labels = (event,)
    starts = cases = known = None
    if entry is not None:
        starts, missing[entry] = columns.numbers(entry)
    if weights is not None:
        cases, missing[weights] = columns.numbers(weights)
        cases = cases.astype(np.float64, copy=False)
    if offset is not None:
        known, missing[offset] = columns.numbers(offset)
        known = known.astype(np.float64, copy=False)
    coded: dict[str, Codes] = {}
    for role, names in {"groups": groups, "strata": strata, "cluster": cluster}.items():
        if names:
            coded[role] = _combined(columns, listed(names), guess=not check)
            missing[", ".join(listed(names))] = coded[role].missing
    missing.update(also_missing or {})
    if cases is not None and (cases < 0).any():
        raise BadInput("a weight below 0", where=str(weights))
    if cases is not None and (cases == 0).any():
        missing["a weight above 0"] = cases == 0
    kept, excluded = _kept(missing, columns.rows)
    cohort = Cohort(
        ends,
        events,
        labels,
        starts,
        cases,
        coded.get("groups"),
        coded.get("strata"),
        coded.get("cluster"),
        known,
        None,
        Analysed(columns.rows, excluded),
        tuple(listed(strata)),
        offset or "",
    )
    cohort = cohort if kept is None else _taken(cohort, kept)
    if check:
        check_times(cohort, time, entry)
    return cohort


def check_times(cohort: Cohort, time: str, entry: str | None) -> None:
    """Refuse times that cannot be meant; an event is checked when it is read.

    Raises:
        BadInput: a time before 0 or before its entry, or one that is not finite.
    """
    if not cohort.rows:
        return
    if cohort.time.dtype.kind == "f" and not np.isfinite(cohort.time.sum()):
        raise BadInput("a time that is not finite", where=time)
    if cohort.entry is None:
        if cohort.time.min() < 0:
            number = int((cohort.time < 0).sum())
            mend = "look for an end that was recorded before its origin, or name the entry"
            raise BadInput(f"{number} rows end before their origin", where=time, mend=mend)
        return
    late = int((cohort.entry >= cohort.time).sum())
    if late:
        raise BadInput(
            f"{late} rows end on the day of their entry or before",
            where=f"{entry}, {time}",
            why="a row is observed from after its entry until its end, so these were never observed",
            mend="leave them out, or let those that enter and end on one day enter half a day earlier",
        )


def _kept(missing: dict[str, Mask | None], rows: int) -> tuple[NDArray[np.intp] | None, dict[str, int]]:
    """Rows that miss nothing; a row is counted under the first thing that it misses."""
    gone = np.zeros(0, dtype=bool)
    excluded: dict[str, int] = {}
    for reason, mask in missing.items():
        if mask is None or not mask.any():
            continue
        gone = gone if gone.size else np.zeros(rows, dtype=bool)
        excluded[reason] = int((mask & ~gone).sum())
        gone |= mask
    return (np.flatnonzero(~gone) if gone.size else None), {k: v for k, v in excluded.items() if v}


def _taken(cohort: Cohort, kept: NDArray[np.intp]) -> Cohort:
    def some(codes: Codes | None) -> Codes | None:
        if codes is None:
            return None
        used, again = np.unique(codes.codes[kept], return_inverse=True)
        return Codes(again.astype(np.int32), tuple(codes.labels[int(place)] for place in used))

    return replace(
        cohort,
        time=cohort.time[kept],
        event=cohort.event[kept],
        entry=None if cohort.entry is None else cohort.entry[kept],
        weights=None if cohort.weights is None else cohort.weights[kept],
        groups=some(cohort.groups),
        strata=some(cohort.strata),
        clusters=some(cohort.clusters),
        offset=None if cohort.offset is None else cohort.offset[kept],
        kept=kept,
    )


def _yes_no(columns: Columns, name: str, *, check: bool) -> tuple[NDArray[Any], Mask | None]:
    values, missing = columns.numbers(name)
    if values.dtype.kind == "b":
        return values.view(np.uint8), None
    known = values if missing is None else values[~missing]
    if not known.size:
        return np.zeros(values.shape, dtype=np.uint8), missing
    whole = values.dtype.kind in "iu"
    if whole and not check:
        return values, missing
    if not (known.min() >= 0 and known.max() <= 1 and (whole or ((known == 0) | (known == 1)).all())):
        raise BadInput(
            "the event is neither 0 nor 1",
            where=name,
            mend="give 1 for the event and 0 for censored; causes are for aalen_johansen and fine_gray",
        )
    if whole:
        return values, missing
    with np.errstate(invalid="ignore"):
        return values.astype(np.uint8), missing


def _causes(columns: Columns, name: str) -> tuple[NDArray[np.integer[Any]], tuple[Any, ...]]:
    """0 for censored (null or 0), then 1, 2, ... in the order of the labels."""
    if columns.array(name).dtype.kind == "f":
        values = columns.array(name)
        values = np.where(np.isnan(values), 0.0, values)
        if values.size and (values != np.rint(values)).any():
            raise BadInput("the causes are not whole numbers", where=name)
        columns._arrays[name] = values.astype(np.int64)
    coded = columns.codes(name)
    codes, labels = coded.codes, coded.labels
    for label in labels:
        if isinstance(label, str) and label.strip().lower() in LIKE_CENSORING:
            raise BadInput(
                f"the cause {label!r} looks like censoring",
                where=name,
                why="each label is a cause of its own; censored is null or 0",
                mend="set it to null",
            )
    counts = np.zeros(len(labels), dtype=np.intp)
    for low in range(0, len(codes), CHUNK):  # a bincount of all would copy them eight bytes wide
        some = codes[low : low + CHUNK]
        counts += np.bincount(some if coded.missing is None else some[some >= 0], minlength=len(labels))
    if labels[:1] == (0,) and codes.dtype.kind in "iu" and (counts[1:] > 0).all() and coded.missing is None:
        return codes, labels[1:]
    number = np.zeros(len(labels) + 1, dtype=np.int32)  # the last is that of a missing label, code -1
    used = [place for place, label in enumerate(labels) if label != 0 and counts[place]]
    number[used] = np.arange(1, len(used) + 1)
    return number[codes], tuple(labels[place] for place in used)


def _combined(columns: Columns, names: Sequence[str], *, guess: bool = False) -> Codes:
    """The combinations of several columns of labels that occur, as one."""
    if len(names) == 1:
        return columns.codes(names[0], guess=guess)
    parts = [columns.codes(name) for name in names]
    code = np.zeros(columns.rows, dtype=np.int64)
    bad = np.zeros(columns.rows, dtype=bool)
    for part in parts:
        bad |= part.codes.astype(np.int64) < 0
        code = code * len(part.labels) + part.codes
    used, again = np.unique(code[~bad], return_inverse=True)
    codes = np.full(columns.rows, -1, dtype=np.int32)
    codes[~bad] = again
    labels = []
    for value in used.tolist():
        words: list[str] = []
        rest = value
        for part in reversed(parts):
            rest, place = divmod(rest, len(part.labels))
            words.insert(0, str(part.labels[place]))
        labels.append(", ".join(words))
    return Codes(codes, tuple(labels))
