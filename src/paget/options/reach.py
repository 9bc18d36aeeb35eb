"""Whether a model of virtual patients reaches a case: one sentence why not, and what is taken as so.

The model begins with a primary that was removed and nothing else found; the first metastases come later, and
nothing has been done about them. What certainly is otherwise is refused; what only may be is told.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Final

import numpy as np

from paget.facts.declaration import FactTable
from paget.options.first_seen import Span, addressed, early, late, may_address
from paget.options.row_plans import Rows
from paget.possible import Classes
from paget.possible import Span as Between
from paget.rules import value_of

NO_PRIMARY: Final = "No primary is recorded; the model begins with the removal of one."
ANOTHER: Final = "The {fact} is another than the model's ({classes})."
NOT_KNOWN: Final = "It is not certain that the {fact} is the model's ({classes})."
NONE: Final = "No metastasis is known; the model forecasts from the day on which one is first seen."
NOT_CERTAIN: Final = "It is not certain that there is a metastasis."
WHICH_PRIMARY: Final = "It is not certain from which of several primaries the metastases come."
SYNCHRONOUS: Final = (
    "Metastases were there before the primary was cleared; the model begins with nothing found on that day."
)
PRIMARY_STANDS: Final = "The primary stands; the model begins with its removal."
DISSEMINATED: Final = "Peritoneal, pleural, pericardial or meningeal disease is known; the model has none."
LOCAL: Final = "Local or regional disease was found after the treatment of the primary; the model has none."
TREATED: Final = (
    "Metastases have been treated locally; a forecast can be asked for as of a day before that treatment."
)
DRUGS: Final = (
    "Systemic treatment was given since metastases were first seen; a forecast can be asked for as of a day "
    "before it."
)
AFTER: Final = "The decision day is further from the first detection than the forecast reaches."

REFUSALS: Final = (
    NO_PRIMARY, ANOTHER, NOT_KNOWN, NONE, NOT_CERTAIN, WHICH_PRIMARY, SYNCHRONOUS, PRIMARY_STANDS,
    DISSEMINATED, LOCAL, TREATED, DRUGS, AFTER,
)  # fmt: skip

TAKEN: Final[Mapping[str, str]] = {
    "synchronous": "that nothing was found before the primary was cleared",
    "primary": "that the primary is removed",
    "disseminated": "that there is no peritoneal, pleural, pericardial or meningeal disease",
    "local": "that there is no local or regional disease",
    "treated": "that no metastasis has been treated",
}
"""What is not certain, and taken as so: words after "It is taken"."""


def outside(
    facts: FactTable, row: int, rows: Rows, applies: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]
) -> str:
    """Why the model does not reach a case; "" when nothing certain says so.

    Args:
        facts: as of the decision day.
        row: which decision.
        rows: of that decision.
        applies: of whom the model is: facts and their classes.
        titles: of facts.

    Returns:
        one of :data:`REFUSALS`, filled; it tells no value of the patient.
    """
    return next(_reasons(facts, row, rows, applies, titles), "")


def _reasons(
    facts: FactTable, row: int, rows: Rows, applies: Mapping[str, tuple[str, ...]], titles: Mapping[str, str]
) -> Iterator[str]:
    answer = _asking(facts, row)
    if not str(facts.tumour_id[row]):
        yield NO_PRIMARY
    for name, wanted in applies.items():
        value = facts[name].value
        said = {"fact": titles.get(name, name).lower(), "classes": " or ".join(wanted)}
        is_so = value.is_in(wanted) if isinstance(value, Classes) else None
        if is_so is not None and bool(is_so.is_no[row]):
            yield ANOTHER.format(**said)
        elif is_so is None or not bool(is_so.is_yes[row]):
            yield NOT_KNOWN.format(**said)
    if answer("has_metastasis") != "yes":
        if any(one["metastasis"] is None and one["of_tumour"] is None for one in rows.deposits):
            yield WHICH_PRIMARY
        yield NONE if answer("has_metastasis") == "no" else NOT_CERTAIN
    if answer("dissemination_ever") == "yes":
        yield DISSEMINATED
    if interval(facts, row)[1] <= 0:
        yield SYNCHRONOUS
    if answer("primary_in_place") == "yes":
        yield PRIMARY_STANDS
    first = first_day(facts, row)
    if any(addressed(one) for one in rows.treatments) or any(
        one["metastasis"] and one["removed_sure"] for one in rows.deposits
    ):
        yield TREATED
    if any(one["_course"] and early(one["finished"]) > first[1] for one in rows.courses):
        yield DRUGS
    if answer("local_failure") == "yes":
        yield LOCAL


def taken(facts: FactTable, row: int, rows: Rows) -> tuple[str, ...]:
    """What is not certain of a case that is not refused, and taken as so; each begins with "that"."""
    answer, first = _asking(facts, row), first_day(facts, row)
    drugs = any(
        one["_course"] is not False and late(one["finished_latest"]) > first[0] for one in rows.courses
    )
    local = any(may_address(one) and late(one["_start_latest"]) >= first[0] for one in rows.treatments)
    open_ = {
        "synchronous": interval(facts, row)[0] <= 0,
        "primary": answer("primary_in_place") == "unknown",
        "disseminated": answer("dissemination_ever") == "unknown",
        "local": answer("local_failure") == "unknown",
        "treated": drugs or local,
    }
    return tuple(TAKEN[name] for name, is_open in open_.items() if is_open)


def interval(facts: FactTable, row: int) -> Span:
    """The disease-free interval, days; open where its ends are."""
    value = facts["disease_free_interval"].value
    if not isinstance(value, Between):
        return 0.0, float("inf")
    length = value.length
    return float(length.low[row]), float(length.high[row])


def first_day(facts: FactTable, row: int) -> Span:
    """The first and last possible day of the first detection of a metastasis."""
    day = facts["disease_free_interval"].day
    last = float(facts.as_of[row])
    if day is None:
        return -np.inf, last
    return float(day.low[row]), float(day.high[row])


def _asking(facts: FactTable, row: int) -> Callable[[str], str]:
    return lambda name: str(value_of(facts[name].value, row))
