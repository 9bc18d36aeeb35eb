"""Primary, local and regional disease: whether it stands, returned, progresses, and is under control."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.rowwise import WORSE, latest_rows, possible, sure
from paget.plans import Plan, col
from paget.possible import Classes, Truth, all_of
from paget.record.as_of import as_of

CONTROL: Final = ("controlled", "controllable", "uncontrolled")

FACTS = (
    Fact(
        "primary_control",
        "class",
        "Whether the primary and its region are free of tumour, can be "
        "cleared within the plan, or are progressing or beyond treatment.",
        classes=CONTROL,
        resolved_by="residual tumour after treatment of the primary, and staging",
    ),
    Fact("primary_in_place", "truth", "The primary tumour stands.", resolved_by="staging of the primary"),
)


def progression() -> Plan:
    """Whether the last status of the primary is progression: ``progressing``, ``may_progress``."""
    rows = as_of("statuses")
    here = col("site").is_in(["primary", "local", "regional"])
    rows = latest_rows(rows, ["decision"], col("of_tumour") & here)
    worse = col("status").is_in(WORSE)
    rows = rows.with_columns(_yes=sure(worse), _may=possible(worse))
    return rows.group_by("decision").agg(
        status_any=col("_any").max(), progressing=col("_yes").min(), may_progress=col("_may").max()
    )


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return shared.origins, shared.local_disease, progression()


def _formulas(known: Known) -> dict[str, FactColumn]:
    """Control of the primary, as the three classes still possible."""
    parts, complete = known.parts, known.staged()
    standing = Truth.where(parts.flag("here_yes"), ~parts.flag("here_may") & complete)
    progressing = Truth.where(
        parts.flag("progressing") & parts.flag("status_any"), ~parts.flag("may_progress")
    )
    beyond = parts.truth("local_beyond_yes", "local_not_treatable")
    treated = Truth.where(
        parts.flag("controlled_ever"), parts.flag("any_plan_sure") & ~parts.flag("controlled_possible")
    )
    uncontrolled = (standing & beyond) | progressing
    clear = all_of((~standing, ~progressing, treated))
    can_clear = clear.may_be & ~(standing.is_yes | progressing.is_yes)
    can_be_cleared = ~uncontrolled.is_yes & ~clear.is_yes
    can_fail = ~(uncontrolled.is_no & standing.is_yes) & ~clear.is_yes
    can = can_clear * np.uint64(1) + can_be_cleared * np.uint64(2) + can_fail * np.uint64(4)
    # Staging does not find each primary: one that nobody treated may stand unseen.
    cleared = parts.flag("controlled_ever") & ~parts.flag("may_progress")
    in_place = Truth.where(parts.flag("primary_yes"), ~parts.flag("primary_may") & complete & cleared)
    return {
        "primary_control": FactColumn(Classes(CONTROL, can.astype(np.uint64))),
        "primary_in_place": FactColumn(in_place),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
