"""Events that come again: Andersen-Gill, Prentice-Williams-Peterson and Wei-Lin-Weissfeld models."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from paget.errors import BadInput
from paget.survival.cohort import Cohort
from paget.survival.columns import Codes
from paget.survival.cox import fitted, rows_and_design
from paget.survival.cox_model import CoxModel
from paget.survival.design import Design
from paget.survival.results import Ties

Recurrence = Literal["andersen-gill", "pwp-total", "pwp-gap", "wlw"]

MEANING = {
    "andersen-gill": "Andersen-Gill: one hazard for every event, whatever came before",
    "pwp-total": "Prentice-Williams-Peterson: the k-th event among those who had k - 1, time from the origin",
    "pwp-gap": "Prentice-Williams-Peterson: the k-th event among those who had k - 1, time from the last one",
    "wlw": "Wei-Lin-Weissfeld: the time from the origin to the k-th event, of all patients, for each k",
}


def recurrent(
    data: Any,
    formula: str,
    *,
    subject: str,
    entry: str,
    time: str,
    event: str,
    model: Recurrence = "andersen-gill",
    most: int | None = None,
    by_event: bool = False,
    weights: str | None = None,
    ties: Ties = "efron",
) -> CoxModel:
    """Fit a model of events that a patient may have more than once.

    Args:
        data: any dataframe that narwhals takes, or a mapping of names to arrays: for each patient the
            intervals (entry, time], each ending in an event or not, one after the other.
        formula: the covariates, the right side in formulaic's grammar.
        subject: column of who it is.
        entry: column of the beginning of each interval.
        time: column of its end.
        event: column of 1 (an event at the end) and 0.
        model: andersen-gill, pwp-total, pwp-gap or wlw.
        most: the first so many events alone; needed for wlw, and wise for pwp, since few patients have many.
        by_event: a coefficient for each event; not for andersen-gill.
        weights: column of case weights above 0.
        ties: efron or breslow.

    Returns:
        A Cox model whose robust standard errors allow for the likeness of a patient's events; a note says
        what its baseline is.

    Raises:
        BadInput: intervals of a patient that overlap, covariates that change (wlw), or what :func:`cox`
            refuses.

    Sources: Andersen PK, Gill RD. Ann Stat 1982;10:1100-1120; Prentice RL, Williams BJ, Peterson AV.
    Biometrika 1981;68:373-379; Wei LJ, Lin DY, Weissfeld L. J Am Stat Assoc 1989;84:1065-1073. Death ends
    a patient's risk; where it is frequent none of these is the whole answer.

    >>> rows = {"id": [1, 1, 2, 2, 3, 4], "from": [0, 3, 0, 5, 0, 0], "day": [3, 9, 5, 7, 6, 8],
    ...         "again": [1, 0, 1, 1, 1, 0], "x": [1, 1, 0, 0, 1, 0]}
    >>> fit = recurrent(rows, "x", subject="id", entry="from", time="day", event="again")
    >>> fit.events, len(fit.robust_standard_errors)
    (4, 1)
    """
    if model not in get_args(Recurrence):
        raise BadInput("no such model", where=str(model), mend=f"there are {', '.join(get_args(Recurrence))}")
    if most is not None and most < 1:
        raise BadInput("fewer than one event", where="most")
    if ties == "exact":
        raise BadInput("exact ties have no robust variance", where="ties", mend="efron or breslow")
    cohort, design = rows_and_design(
        data, formula, time=time, event=event, entry=entry, weights=weights, cluster=subject
    )
    assert cohort.clusters is not None  # noqa: S101 - subject was named
    assert cohort.entry is not None  # noqa: S101 - entry was named
    order = np.lexsort((cohort.time, cohort.clusters.codes))
    who, start, end = cohort.clusters.codes[order], cohort.entry[order], cohort.time[order]
    first = np.concatenate([[True], who[1:] != who[:-1]])
    overlapping = int((~first[1:] & (start[1:] < end[:-1])).sum())
    if overlapping:
        raise BadInput(f"{overlapping} intervals overlap with the one before", where=f"{subject}, {entry}")
    had = (cohort.event[order] == 1).astype(np.intp)
    before = np.cumsum(had) - had
    number = before - np.repeat(before[first], np.diff(np.append(np.flatnonzero(first), len(who))))
    if model == "wlw":
        rows, number, longer = _each_event(cohort, design, order, first, number, most, subject)
    else:
        kept = np.ones(len(order), dtype=bool) if most is None else number < most
        rows, number = order[kept], number[kept]
        longer = _taken(cohort, rows)
        if model == "pwp-gap":
            assert longer.entry is not None  # noqa: S101
            longer = replace(longer, time=longer.time - longer.entry, entry=None)
    if model != "andersen-gill":
        labels = tuple(range(1, int(number.max(initial=0)) + 2))
        longer = replace(longer, strata=Codes(number.astype(np.int32), labels), strata_names=("event",))
    columns = tuple(np.ascontiguousarray(column[rows]) for column in design.columns)
    wide = replace(design, columns=columns)
    if by_event:
        if model == "andersen-gill":
            raise BadInput("one hazard has no coefficient by event", where="by_event", mend="pwp or wlw")
        wide = _by_event(wide, number)
    return fitted(longer, wide, ties=ties, robust=True, notes=(f"{MEANING[model]}.",))


def _taken(cohort: Cohort, rows: NDArray[np.intp]) -> Cohort:
    """Some rows of the cohort, or rows more than once."""
    clusters = cohort.clusters
    return replace(
        cohort,
        time=cohort.time[rows],
        event=cohort.event[rows],
        entry=None if cohort.entry is None else cohort.entry[rows],
        weights=None if cohort.weights is None else cohort.weights[rows],
        clusters=None if clusters is None else replace(clusters, codes=clusters.codes[rows]),
        kept=rows if cohort.kept is None else cohort.kept[rows],
    )


def _each_event(
    cohort: Cohort,
    design: Design,
    order: NDArray[np.intp],
    first: NDArray[np.bool_],
    number: NDArray[np.intp],
    most: int | None,
    subject: str,
) -> tuple[NDArray[np.intp], NDArray[np.intp], Cohort]:
    """A row for each patient and each k: until the k-th event, or until the end without it."""
    for name, column in zip(design.names, design.columns, strict=True):
        sorted_ = column[order]
        if (sorted_[1:] != sorted_[:-1])[~first[1:]].any():
            raise BadInput(
                "a covariate changes within a patient",
                where=f"{name}, {subject}",
                mend="pwp or andersen-gill",
            )
    starts = np.flatnonzero(first)
    ends = np.append(starts[1:], len(order)) - 1
    had = cohort.event[order] == 1
    events = int((number + had).max(initial=0))
    parts: list[tuple[NDArray[np.intp], NDArray[np.intp]]] = []
    for k in range(min(events, most or events)):
        found = np.flatnonzero(had & (number == k))
        place = ends.copy()  # where the last interval ends, unless the event comes before
        place[np.searchsorted(starts, found, side="right") - 1] = found
        parts.append((place, np.full(len(starts), k)))
    if not parts:
        parts.append((ends, np.zeros(len(starts), dtype=np.intp)))
    places = np.concatenate([place for place, _ in parts])
    k_of = np.concatenate([k for _, k in parts]).astype(np.intp)
    rows = order[places]
    longer = _taken(cohort, rows)
    happened = had[places] & (number[places] == k_of)
    since = None
    if cohort.entry is not None and (cohort.entry[order][starts] > 0).any():
        since = np.tile(cohort.entry[order][starts], len(parts))
    return rows, k_of, replace(longer, event=happened.astype(np.uint8), entry=since)


def _by_event(design: Design, number: NDArray[np.intp]) -> Design:
    """Each covariate once for each event, 0 in the rows of the others."""
    names: list[str] = []
    columns = []
    terms: dict[str, tuple[int, ...]] = {}
    for term, places in design.terms.items():
        own = []
        for place in places:
            for k in range(int(number.max(initial=0)) + 1):
                own.append(len(names))
                names.append(f"{design.names[place]}, event {k + 1}")
                columns.append(np.ascontiguousarray(design.columns[place] * (number == k)))
        terms[term] = tuple(own)
    return Design(tuple(names), tuple(columns), terms, design.formula, design.engine)
