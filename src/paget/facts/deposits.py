"""Metastases standing on the decision day, counted by lesion, organ, size and treatability.

A deposit is a lesion, or a site: an organ known to be involved by at least one lesion. Lesions of the
peritoneum are never counted (``uncounted`` in the value set ``spread``).
"""

from __future__ import annotations

from typing import Final

from paget.facts.judged import (
    KEYS,
    is_treatable,
    is_tumour,
    reality,
    size,
    subjects,
    treatability,
)
from paget.facts.removed import clearance, removal
from paget.facts.rowwise import by_then, early, possible, sure, truth
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, coalesce, col, concat, lit, when
from paget.record.as_of import as_of

LYMPH_NODES: Final = "lymph node"
_NAMES: Final = (
    "decision", "as_of", "known", "of_tumour", "subject", "is_site", "relation", "organ", "day", "day_latest",
)  # fmt: skip


def deposits(treatments: Plan, targets: Plan) -> Plan:
    """One row a decision and lesion or site, with what was last judged, measured and removed of it.

    Args:
        treatments: as :func:`paget.facts.therapy.begun` gives them.
        targets: as :func:`paget.facts.removed.addressed` gives them.
    """
    lesions = as_of("lesions").with_columns(
        subject=col("lesion_id"), is_site=lit(0), day="found_day", day_latest=by_then("found_day_latest")
    )
    sites = as_of("sites").with_columns(
        subject=col("site_id"), is_site=lit(1), relation=_of_site(), day_latest=by_then("day_latest")
    )
    rows = concat([lesions.select(*_NAMES), sites.select(*_NAMES)])
    judgements = subjects(as_of("judgements"))
    for judged in (
        reality(judgements),
        treatability(judgements),
        removal(targets),
        clearance(rows, treatments, targets),
        size(as_of("measurements")),
    ):
        rows = rows.join(judged, on=KEYS, how="left")
    gone = truth(
        col("removed_sure").fill_null(0) + col("cleared_sure").fill_null(0),
        col("removed_possible").fill_null(0) + col("cleared_possible").fill_null(0),
    )
    unmeasured = col("measured").fill_null(0) == 0
    return rows.with_columns(_real=is_tumour(), _standing=~gone, _treatable=is_treatable()).with_columns(
        exists=col("known") & col("of_tumour") & col("_real"),
        size_blank=when(unmeasured).then(lit(1)).otherwise(col("size_blank")),
        volume_blank=when(unmeasured).then(lit(1)).otherwise(col("volume_blank")),
    )


def _of_site() -> Expr:
    """How an involved organ relates to the primary: distant, but lymph nodes may be those of its region."""
    organ, written = col("organ"), col("relation")
    nodes = organ == LYMPH_NODES
    return (
        when(~nodes)
        .then(lit("distant"))
        .when(nodes | (written == "distant"))
        .then(written)
        .otherwise(lit(None, "text"))
    )


def metastases(rows: Plan, sets: ValueSets) -> Plan:
    """What is counted of them, one row a decision."""
    distant = col("relation") == "distant"
    ever = col("exists") & distant
    rows = rows.with_columns(_ever=ever).with_columns(_now=col("_ever") & col("_standing"))
    counted = col("_now") & ~col("organ").is_in(sets.uncounted)
    rows = rows.with_columns(
        _counted=counted,
        _blank_organ=sure(col("organ").is_null()),
        _spread=col("_now") & col("organ").is_in(sets.dissemination),
        _peritoneal=col("_now") & col("organ").is_in(sets.peritoneal),
        _liver=counted & (col("organ") == "liver"),
        _lung=counted & (col("organ") == "lung"),
        _beyond=counted & ~col("_treatable"),
    )
    lesion = 1 - col("is_site")
    rows = rows.with_columns(
        _yes=sure(col("_counted")),
        _may=possible(col("_counted")),
        _liver_yes=sure(col("_liver")),
        _liver_may=possible(col("_liver")),
        _lung_yes=sure(col("_lung")),
        _lung_may=possible(col("_lung")),
        _size=col("size_low").fill_null(0.0),
        _size_high=col("size_high").fill_null(0.0),
        _volume=col("volume_low").fill_null(0.0),
        _volume_high=col("volume_high").fill_null(0.0),
    )
    rows = rows.with_columns(
        lesions_yes=col("_yes") * lesion,
        lesions_may=col("_may") * lesion,
        sites_yes=col("_yes") * col("is_site"),
        sites_may=col("_may") * col("is_site"),
        blank_yes=col("_yes") * lesion * col("_blank_organ"),
        blank_may=col("_may") * col("_blank_organ"),
        liver_yes=col("_liver_yes") * lesion,
        liver_may=col("_liver_may") * lesion,
        liver_site_yes=col("_liver_yes") * col("is_site"),
        liver_site_may=col("_liver_may") * col("is_site"),
        lung_yes=col("_lung_yes") * lesion,
        lung_may=col("_lung_may") * lesion,
        lung_site_yes=col("_lung_yes") * col("is_site"),
        lung_site_may=col("_lung_may") * col("is_site"),
        spread_yes=sure(col("_spread")),
        spread_may=possible(col("_spread")),
        peritoneal_yes=sure(col("_peritoneal")),
        peritoneal_may=possible(col("_peritoneal")),
        beyond_yes=sure(col("_beyond")),
        beyond_may=possible(col("_beyond")),
        ever_yes=sure(col("_ever")),
        ever_may=possible(col("_ever")),
        now_yes=sure(col("_now")),
        now_may=possible(col("_now")),
        largest_low=col("_yes") * col("_size"),
        largest_high=col("_may") * col("_size_high"),
        liver_largest_low=col("_liver_yes") * col("_size"),
        liver_largest_high=col("_liver_may") * col("_size_high"),
        cubes_low=col("_yes") * col("_size") * col("_size") * col("_size"),
        cubes_high=col("_may") * col("_size_high") * col("_size_high") * col("_size_high"),
        volume_sum_low=col("_yes") * col("_volume"),
        volume_sum_high=col("_may") * col("_volume_high"),
        unsized=col("_may") * col("size_blank"),
        liver_unsized=col("_liver_may") * col("size_blank"),
        unmeasured=col("_may") * col("volume_blank"),
        met_first=when(ever)
        .then(early(col("day")))
        .when(~ever)
        .then(lit(2**30))
        .otherwise(early(col("day"))),
        met_last=when(ever).then(coalesce(col("day_latest"), col("as_of"))).otherwise(lit(2**30)),
    )
    sums = [
        "lesions_yes",
        "lesions_may",
        "sites_yes",
        "sites_may",
        "blank_yes",
        "blank_may",
        "liver_yes",
        "liver_may",
        "liver_site_yes",
        "liver_site_may",
        "lung_yes",
        "lung_may",
        "lung_site_yes",
        "lung_site_may",
        "spread_yes",
        "spread_may",
        "peritoneal_yes",
        "peritoneal_may",
        "beyond_yes",
        "beyond_may",
        "ever_yes",
        "ever_may",
        "now_yes",
        "now_may",
        "cubes_low",
        "cubes_high",
        "volume_sum_low",
        "volume_sum_high",
        "unsized",
        "liver_unsized",
        "unmeasured",
    ]
    tops = ["largest_low", "largest_high", "liver_largest_low", "liver_largest_high"]
    found = rows.group_by("decision").agg(
        *(col(name).sum() for name in sums),
        *(col(name).max() for name in tops),
        col("met_first").min(),
        col("met_last").min(),
    )
    organs = (
        rows.filter(~col("organ").is_null())
        .group_by("decision", "organ")
        .agg(
            _lesion=col("lesions_yes").max(),
            _site=col("sites_yes").max(),
            _any=col("_yes").max(),
            _maybe=col("_may").max(),
        )
        .with_columns(_only=col("_site") * (1 - col("_lesion")))
        .group_by("decision")
        .agg(
            organs_yes=col("_any").sum(),
            organs_may=col("_maybe").sum(),
            site_only_organs=col("_only").sum(),
        )
    )
    return found.join(organs, on="decision", how="left")
