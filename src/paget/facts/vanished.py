"""Metastases that drugs made invisible: they stand as sites to treat, and cannot be seen.

A metastasis was seen when it was found, and counts as seen until the last statement about it says otherwise
or leaves it open; how many nobody has found yet is closed by complete staging alone.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.judged import KEYS, subjects
from paget.facts.rowwise import latest_rows, possible, sure, truth
from paget.plans import Plan, col
from paget.possible import Range
from paget.record.as_of import as_of

_READERS: Final = ("radiologist", "interventional radiologist", "board")
_IMAGING: Final = "a radiologist's statement whether each lesion can still be seen"

FACTS: Final = (
    number("vanished_lesion_count", "Metastases that stand and can no longer be seen.", "lesion", _IMAGING),
    number("visible_lesion_count", "Metastases that stand and can be seen.", "lesion", _IMAGING),
)


def visibility(judgements: Plan) -> Plan:
    """Whether each lesion was last judged to be out of sight: ``unseen_sure``, ``unseen_may``."""
    rows = latest_rows(judgements, KEYS, col("role").is_in(_READERS))
    rows = rows.with_columns(_unseen=sure(~col("visible")), _may=possible(~col("visible")))
    rows = rows.group_by(*KEYS).agg(
        unseen_any=col("_any").max(), unseen=col("_unseen").min(), unseen_may=col("_may").max()
    )
    return rows.with_columns(unseen=col("unseen") * col("unseen_any"))


def seen_and_unseen(shared: Shared) -> Plan:
    """How many metastases stand in sight and out of sight, one row a decision."""
    rows = shared.deposits.join(visibility(subjects(as_of("judgements"))), on=KEYS, how="left")
    counted = col("exists") & (col("relation") == "distant") & col("_standing")
    rows = rows.with_columns(
        _now=counted & ~col("organ").is_in(shared.sets.uncounted),
        _unseen=truth(col("unseen"), col("unseen_may")),
    )
    rows = rows.with_columns(_gone=col("_now") & col("_unseen"), _here=col("_now") & ~col("_unseen"))
    rows = rows.with_columns(
        _gone_yes=sure(col("_gone")),
        _gone_may=possible(col("_gone")),
        _here_yes=sure(col("_here")),
        _here_may=possible(col("_here")),
        _site_may=possible(col("_now")) * col("is_site"),
    )
    return rows.group_by("decision").agg(
        vanished_yes=col("_gone_yes").sum(),
        vanished_may=col("_gone_may").sum(),
        visible_yes=col("_here_yes").sum(),
        visible_may=col("_here_may").sum(),
        visible_sites=col("_site_may").max(),
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    n = known.parts.count
    closed = known.complete() & ~known.parts.flag("visible_sites")
    gone = np.where(closed, n("vanished_may"), np.inf)
    high = np.where(closed, n("visible_may"), np.inf)
    return {
        "vanished_lesion_count": FactColumn(Range(n("vanished_yes"), gone)),
        "visible_lesion_count": FactColumn(Range(n("visible_yes"), np.maximum(high, n("visible_yes")))),
    }


GROUP = Group(lambda sets: FACTS, lambda shared: (seen_and_unseen(shared),), _formulas)
