"""What the last local treatment left: its means, residual tumour, and disease known then that stands."""

from __future__ import annotations

from typing import Final

from paget.facts.after_treatment import RESIDUALS, may_be_left
from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.judged import KEYS
from paget.facts.parts import one_of
from paget.facts.rowwise import early, late, latest_rows, possible, sure
from paget.facts.therapy import related
from paget.plans import Plan, col, lit, when
from paget.possible import Truth

MEANS: Final = ("operation", "ablation or irradiation")

_LOCAL: Final = ("surgery", "ablation", "radiotherapy", "chemoradiotherapy", "transplantation")
_OPERATIONS: Final = ("surgery", "transplantation")
_WITHOUT: Final = ("ablation", "radiotherapy", "chemoradiotherapy", "embolisation")
_TREATMENTS: Final = "record of local treatment"

FACTS: Final = (
    Fact(
        "local_treatment_begun",
        "truth",
        "The record holds a local treatment of the tumour that has begun.",
        resolved_by=_TREATMENTS,
    ),
    Fact("last_local_means", "class", "By what it was last treated.", classes=MEANS, resolved_by=_TREATMENTS),
    Fact(
        "last_local_residual",
        "class",
        "Residual tumour after the last local treatment.",
        classes=RESIDUALS,
        resolved_by="pathology of the last operation",
    ),
    Fact(
        "disease_left",
        "truth",
        "Disease that was known before the last local treatment still stands.",
        resolved_by="which lesions were removed",
    ),
    Fact(
        "cleared_without_operation",
        "truth",
        "A metastasis was cleared by ablation or irradiation.",
        resolved_by=_TREATMENTS,
    ),
)


def last_local(treatments: Plan) -> Plan:
    """The last local treatment that has begun: means, residual and day, by decision."""
    speaks = col("known") & col("began") & col("of_tumour") & col("modality").is_in(_LOCAL)
    rows = latest_rows(treatments, ["decision"], speaks, day="_start")
    operated = col("modality").is_in(_OPERATIONS)
    rows = rows.with_columns(
        _operated=possible(operated),
        _otherwise=possible(~operated),
        _one=lit(1),
        _together=sure((col("_sure") == 1) & (col("_first") == col("_last")) & (operated | ~operated)),
        _begin=early(col("_start")),
        _begin_latest=late(col("_start_latest")),
        **{  # a margin is asked of operations
            f"_left_{name}": when(~operated).then(lit(0)).otherwise(possible(may_be_left(name)))
            for name in RESIDUALS
        },
    )
    return rows.group_by("decision").agg(
        local_sure=col("_any").max(),
        local_may=col("_one").max(),
        local_operated=col("_operated").max(),
        local_otherwise=col("_otherwise").max(),
        local_together=col("_together").min(),
        local_begin=col("_begin").min(),
        local_begin_latest=col("_begin_latest").max(),
        **{f"local_left_{name}": col(f"_left_{name}").max() for name in RESIDUALS},
    )


def still_standing(deposits: Plan, last: Plan) -> Plan:
    """Whether disease found by the day of that treatment stands, by decision."""
    rows = deposits.join(
        last.select("decision", "local_begin", "local_begin_latest"), on="decision", how="inner"
    )
    by_then = (
        when(late(col("day_latest")) <= col("local_begin"))
        .then(lit(True))
        .when(early(col("day")) > col("local_begin_latest"))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_left=col("exists") & col("_standing") & by_then)
    rows = rows.with_columns(_yes=sure(col("_left")), _may=possible(col("_left")))
    return rows.group_by("decision").agg(stays_yes=col("_yes").max(), stays_may=col("_may").max())


def cleared_otherwise(targets: Plan, deposits: Plan) -> Plan:
    """Whether a metastasis was cleared without an operation, by decision."""
    rows = targets.join(related(deposits), on=KEYS, how="left")
    is_it = (
        col("addressed") & col("removed") & col("modality").is_in(_WITHOUT) & (col("relation") == "distant")
    )
    rows = rows.with_columns(_is=is_it).with_columns(_yes=sure(col("_is")), _may=possible(col("_is")))
    return rows.group_by("decision").agg(without_yes=col("_yes").max(), without_may=col("_may").max())


def _plans(shared: Shared) -> tuple[Plan, ...]:
    last = last_local(shared.treatments)
    return last, still_standing(shared.deposits, last), cleared_otherwise(shared.targets, shared.deposits)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    flag, certain = parts.flag, parts.flag("local_sure")
    unseen = (flag("distant_possible") | flag("m1_possible")) & ~flag("ever_yes")
    left = Truth.where(flag("stays_yes"), ~flag("stays_may") & ~unseen)
    asked = certain & (
        ~flag("local_otherwise") | flag("local_together")
    )  # of an operation, or all of one day
    means = [flag("local_operated"), flag("local_otherwise")]
    residual = [flag(f"local_left_{name}") for name in RESIDUALS]
    return {
        "local_treatment_begun": FactColumn(parts.truth("local_sure", "local_may")),
        "last_local_means": FactColumn(one_of(MEANS, means, certain)),
        "last_local_residual": FactColumn(one_of(RESIDUALS, residual, asked)),
        "disease_left": FactColumn(left.given(certain)),
        "cleared_without_operation": FactColumn(parts.truth("without_yes", "without_may")),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
