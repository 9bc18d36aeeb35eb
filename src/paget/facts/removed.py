"""What treatments removed: lesions and sites that they addressed, the primary and its region."""

from __future__ import annotations

from typing import Final

from paget.facts.judged import KEYS, subjects
from paget.facts.rowwise import early, late, possible, sure
from paget.facts.therapy import no_gross_residual
from paget.plans import Expr, Plan, col, lit, when
from paget.record.as_of import happened

REMOVING: Final = (
    "surgery", "ablation", "radiotherapy", "chemoradiotherapy", "embolisation", "transplantation", "other",
)  # fmt: skip
"""Kinds of treatment that can remove a lesion; drugs do not."""


def addressed(targets: Plan, treatments: Plan) -> Plan:
    """Targets of treatments that have begun: ``subject``, ``removed``, ``modality``, and ``addressed``.

    A target is known with the end of its treatment, unless it says when. One whose treatment is not
    known yet is not there.
    """
    ends = treatments.select(
        "decision", "treatment_id", "modality", _treated="known", _began="began", _done="finished_known"
    )
    return (
        subjects(targets)
        .join(ends, on=["decision", "treatment_id"], how="inner")
        .with_columns(addressed=told() & col("_treated") & col("_began"))
        .filter(col("addressed").is_null() | col("addressed"))
    )


def told() -> Expr:
    """Whether a target is known: by its own day of knowing, or else with the end of its treatment (_done)."""
    own = ~col("known_day").is_null() | ~col("known_day_latest").is_null()
    return when(own).then(col("known")).otherwise(col("_done") & ~col("replaced"))


def removal(targets: Plan) -> Plan:
    """Whether each lesion or site was removed: counts ``removed_sure`` and ``removed_possible``.

    Args:
        targets: what treatments addressed, as :func:`addressed` gives it.

    Only local treatment removes; a drug never does, whatever is written.
    """
    gone = col("addressed") & col("removed") & col("modality").is_in(REMOVING)
    return (
        targets.with_columns(_removed=gone)
        .with_columns(_sure=sure(col("_removed")), _possible=possible(col("_removed")))
        .group_by(*KEYS)
        .agg(removed_sure=col("_sure").max(), removed_possible=col("_possible").max())
    )


def clearance(deposits: Plan, treatments: Plan, targets: Plan) -> Plan:
    """Whether local or regional disease went with a definitive operation (counts ``cleared_*``).

    An operation with R0 or R1 leaves no tumour of the primary or its region that was found by its day,
    although nobody writes a target for the primary. What is known of other local treatment decides
    nothing here. A target that was not removed stays.
    """
    local = deposits.filter(
        (col("is_site") == 0) & (col("relation").is_null() | (col("relation") != "distant"))
    )
    lesions = local.select(
        "decision", "subject", "is_site", _local="relation", _found="day", _found_latest="day_latest"
    )
    operations = treatments.select(
        "decision",
        "treatment_id",
        "_start",
        "_start_latest",
        "of_tumour",
        _cleared=col("known") & col("began") & col("of_tumour") & col("definitive") & clears(),
    ).filter(col("_cleared").is_null() | col("_cleared"))
    written = targets.select(*KEYS, "treatment_id", _removed="removed", _addressed="addressed").with_columns(
        _kept=when(col("_addressed")).then(~col("_removed")).branch(),  # another row may speak instead
        _written=lit(1),
    )
    rows = lesions.join(operations, on="decision", how="inner").join(
        written, on=[*KEYS, "treatment_id"], how="left"
    )
    kept = when(col("_written").is_null()).then(lit(False)).otherwise(col("_kept"))
    found = happened(col("_found"), col("_found_latest"), col("_start"))
    by_then = (
        when(~(early(col("_found")) > late(col("_start_latest"))))
        .then(found | lit(None, "truth"))
        .otherwise(lit(False))
    )
    gone = col("_cleared") & (col("_local") != "distant") & by_then & ~kept
    return (
        rows.with_columns(_gone=gone)
        .with_columns(_sure=sure(col("_gone")), _possible=possible(col("_gone")))
        .group_by(*KEYS)
        .agg(cleared_sure=col("_sure").max(), cleared_possible=col("_possible").max())
    )


def clears() -> Expr:
    """Whether a treatment by its kind and margin leaves no tumour where it was given; open for most."""
    modality = col("modality")
    kind = (
        when(modality == "surgery")
        .then(lit(True))
        .when(~modality.is_in(REMOVING))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    return kind & no_gross_residual()
