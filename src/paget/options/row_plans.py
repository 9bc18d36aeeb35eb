"""The rows of a case that a forecast asks: deposits, sizes, studies and treatments, as of the decision day.

They are views of facts and of the record as of the day; what facts already answer is asked of them instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final

import narwhals as nw

from paget.facts.derive import Asked
from paget.facts.group import Shared
from paget.facts.sizes import courses
from paget.facts.value_sets import ValueSets
from paget.knowledge import Knowledge
from paget.plans import Plan, col
from paget.record.as_of import as_of, values
from paget.record.prepared import FewRows, ManyRows, Prepared

Row = Mapping[str, Any]

_DAYS: Final = ("day", "day_latest")
_COURSE: Final = ("_start", "_start_latest", "finished", "finished_latest")


@dataclass(frozen=True, slots=True)
class Rows:
    """The rows of one decision; a value that is not known is None, and so is a condition that may hold.

    Attributes:
        deposits: lesions and involved organs; ``metastasis`` says whether one is a metastasis of the primary.
        sizes: readings of the longest diameter.
        studies: a row a study and region that it covers.
        courses: systemic treatments of the tumour that have begun.
        treatments: others of the tumour that have begun; ``of_metastases`` says whether they addressed one.
    """

    deposits: list[Row] = field(default_factory=list)
    sizes: list[Row] = field(default_factory=list)
    studies: list[Row] = field(default_factory=list)
    courses: list[Row] = field(default_factory=list)
    treatments: list[Row] = field(default_factory=list)


_NAMES: Final = ("deposits", "sizes", "studies", "courses", "treatments")


@lru_cache(maxsize=8)
def plans(knowledge: Knowledge) -> tuple[Plan, ...]:
    """A plan for each attribute of :class:`Rows`, in their order."""
    shared = Shared(ValueSets.of(knowledge))
    covers = values("studies", "covers").select("row_id", "patient_id", region="value")
    given = shared.treatments.join(shared.aims, on=["decision", "treatment_id"], how="left")
    return (
        shared.deposits.with_columns(metastasis=col("exists") & (col("relation") == "distant")).select(
            "decision", "subject", "is_site", "organ", *_DAYS, "metastasis", "of_tumour", "removed_sure"
        ),
        as_of("measurements").select("decision", "lesion_id", *_DAYS, "longest_mm", "known"),
        as_of("studies")
        .join(covers, on=["patient_id", "row_id"], how="left")
        .select("decision", "kind", *_DAYS, "known", "region"),
        courses(shared.treatments).select("decision", "_course", *_COURSE),
        given.with_columns(given=col("known") & col("began") & col("of_tumour")).select(
            "decision", "modality", *_COURSE, "given", "targets", "target_metastases", "target_other"
        ),
    )


def rows_of(record: Prepared, asked: Asked, knowledge: Knowledge) -> Mapping[int, Rows]:
    """The rows of some decisions, by the number of the decision.

    Args:
        record: ready for views.
        asked: one row a decision.
        knowledge: in force.
    """
    found: dict[int, Rows] = defaultdict(Rows)
    for name, part in zip(_NAMES, _parts(record, asked, plans(knowledge)), strict=True):
        for row in part:
            getattr(found[row["decision"]], name).append(row)
    return found


def _parts(record: Prepared, asked: Asked, wanted: tuple[Plan, ...]) -> Iterator[list[dict[str, Any]]]:
    if isinstance(record, FewRows) and not isinstance(asked, nw.LazyFrame):
        for part in record.each(wanted, asked=asked):
            yield [dict(zip(part, row, strict=True)) for row in zip(*part.values(), strict=True)]
    elif isinstance(record, ManyRows) and isinstance(asked, nw.LazyFrame):
        for frame in record.each(wanted, asked=asked):
            yield frame.to_dicts()
    else:
        raise TypeError("the decisions are of another record: ask with the same one")
