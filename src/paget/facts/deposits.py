"""Metastases standing on the decision day, counted by lesion, organ, size and treatability.

A deposit is a lesion, or a site: an organ known to be involved by at least one lesion. Lesions of the
peritoneum are never counted (``uncounted`` in the value set ``spread``).
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

from paget.facts.judged import is_treatable, is_tumour, reality, removal, size, subjects, treatability
from paget.facts.rowwise import early, late, possible, sure
from paget.facts.value_sets import ValueSets
from paget.record.as_of import AsOf

Frame = nw.LazyFrame[Any]

_NO = nw.lit(value=False)


def deposits(view: AsOf, treatments: Frame) -> Frame:
    """One row a decision and lesion or site, with what was last judged, measured and removed of it."""
    lesions = view.view("lesions").with_columns(
        subject=nw.col("lesion_id"), is_site=nw.lit(0), day="found_day", day_latest="found_day_latest"
    )
    sites = view.view("sites").with_columns(
        subject=nw.col("site_id"), is_site=nw.lit(1), relation=nw.lit("distant")
    )
    names = [
        "decision",
        "as_of",
        "known",
        "of_tumour",
        "subject",
        "is_site",
        "relation",
        "organ",
        "day",
        "day_latest",
    ]
    rows = nw.concat([lesions.select(*names), sites.select(*names)], how="vertical")
    judgements = subjects(view.view("judgements"))
    keys = ["decision", "subject", "is_site"]
    rows = rows.join(reality(judgements), on=keys, how="left")
    rows = rows.join(treatability(judgements), on=keys, how="left")
    rows = rows.join(removal(view.view("targets"), treatments), on=keys, how="left")
    rows = rows.join(size(view.view("measurements")), on=["decision", "subject"], how="left")
    standing = (
        nw.when(nw.col("removed_sure").fill_null(0) == 1)
        .then(_NO)
        .when(nw.col("removed_possible").fill_null(0) == 1)
        .then(nw.lit(None, nw.Boolean))
        .otherwise(nw.lit(value=True))
    )
    rows = rows.with_columns(_real=is_tumour(), _standing=standing, _treatable=is_treatable())
    return rows.with_columns(
        exists=nw.col("known") & nw.col("of_tumour") & nw.col("_real"),
        size_blank=nw.when(nw.col("measured").fill_null(0) == 0)
        .then(nw.lit(1))
        .otherwise(nw.col("size_blank")),
        volume_blank=nw.when(nw.col("measured").fill_null(0) == 0)
        .then(nw.lit(1))
        .otherwise(nw.col("volume_blank")),
    )


def metastases(rows: Frame, sets: ValueSets) -> Frame:
    """What is counted of them, one row a decision."""
    distant = nw.col("relation") == "distant"
    ever = nw.col("exists") & distant
    rows = rows.with_columns(_ever=ever).with_columns(_now=nw.col("_ever") & nw.col("_standing"))
    counted = nw.col("_now") & ~nw.col("organ").is_in(sets.uncounted)
    rows = rows.with_columns(
        _counted=counted,
        _blank_organ=sure(nw.col("organ").is_null()),
        _spread=nw.col("_now") & nw.col("organ").is_in(sets.dissemination),
        _peritoneal=nw.col("_now") & nw.col("organ").is_in(sets.peritoneal),
        _liver=counted & (nw.col("organ") == "liver"),
        _lung=counted & (nw.col("organ") == "lung"),
        _beyond=counted & ~nw.col("_treatable"),
    )
    lesion = 1 - nw.col("is_site")
    rows = rows.with_columns(
        _yes=sure(nw.col("_counted")),
        _may=possible(nw.col("_counted")),
        _liver_yes=sure(nw.col("_liver")),
        _liver_may=possible(nw.col("_liver")),
        _lung_yes=sure(nw.col("_lung")),
        _lung_may=possible(nw.col("_lung")),
        _size=nw.col("size_low").fill_null(0.0),
        _size_high=nw.col("size_high").fill_null(0.0),
        _volume=nw.col("volume_low").fill_null(0.0),
        _volume_high=nw.col("volume_high").fill_null(0.0),
    )
    rows = rows.with_columns(
        lesions_yes=nw.col("_yes") * lesion,
        lesions_may=nw.col("_may") * lesion,
        sites_yes=nw.col("_yes") * nw.col("is_site"),
        sites_may=nw.col("_may") * nw.col("is_site"),
        blank_yes=nw.col("_yes") * lesion * nw.col("_blank_organ"),
        blank_may=nw.col("_may") * nw.col("_blank_organ"),
        liver_yes=nw.col("_liver_yes") * lesion,
        liver_may=nw.col("_liver_may") * lesion,
        liver_site_yes=nw.col("_liver_yes") * nw.col("is_site"),
        liver_site_may=nw.col("_liver_may") * nw.col("is_site"),
        lung_yes=nw.col("_lung_yes") * lesion,
        lung_may=nw.col("_lung_may") * lesion,
        lung_site_yes=nw.col("_lung_yes") * nw.col("is_site"),
        lung_site_may=nw.col("_lung_may") * nw.col("is_site"),
        spread_yes=sure(nw.col("_spread")),
        spread_may=possible(nw.col("_spread")),
        peritoneal_yes=sure(nw.col("_peritoneal")),
        peritoneal_may=possible(nw.col("_peritoneal")),
        beyond_yes=sure(nw.col("_beyond")),
        beyond_may=possible(nw.col("_beyond")),
        ever_yes=sure(nw.col("_ever")),
        ever_may=possible(nw.col("_ever")),
        largest_low=nw.col("_yes") * nw.col("_size"),
        largest_high=nw.col("_may") * nw.col("_size_high"),
        liver_largest_low=nw.col("_liver_yes") * nw.col("_size"),
        liver_largest_high=nw.col("_liver_may") * nw.col("_size_high"),
        cubes_low=nw.col("_yes") * nw.col("_size") * nw.col("_size") * nw.col("_size"),
        cubes_high=nw.col("_may") * nw.col("_size_high") * nw.col("_size_high") * nw.col("_size_high"),
        volume_sum_low=nw.col("_yes") * nw.col("_volume"),
        volume_sum_high=nw.col("_may") * nw.col("_volume_high"),
        unsized=nw.col("_may") * nw.col("size_blank"),
        liver_unsized=nw.col("_liver_may") * nw.col("size_blank"),
        unmeasured=nw.col("_may") * nw.col("volume_blank"),
        met_first=nw.when(ever)
        .then(early(nw.col("day")))
        .when(~ever)
        .then(nw.lit(2**30))
        .otherwise(early(nw.col("day"))),
        met_last=nw.when(ever)
        .then(nw.coalesce(nw.col("day_latest"), nw.col("as_of")))
        .otherwise(nw.lit(2**30)),
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
        *(nw.col(name).sum() for name in sums),
        *(nw.col(name).max() for name in tops),
        nw.col("met_first").min(),
        nw.col("met_last").min(),
    )
    organs = (
        rows.filter(~nw.col("organ").is_null())
        .group_by("decision", "organ")
        .agg(
            _lesion=nw.col("lesions_yes").max(),
            _site=nw.col("sites_yes").max(),
            _any=nw.col("_yes").max(),
            _maybe=nw.col("_may").max(),
        )
        .with_columns(_only=nw.col("_site") * (1 - nw.col("_lesion")))
        .group_by("decision")
        .agg(
            organs_yes=nw.col("_any").sum(),
            organs_may=nw.col("_maybe").sum(),
            site_only_organs=nw.col("_only").sum(),
        )
    )
    return found.join(organs, on="decision", how="left")


def local_disease(rows: Frame, origins: Frame) -> Frame:
    """Primary, local and regional disease standing on the day, and its first return after treatment."""
    rows = rows.filter(nw.col("is_site") == 0).join(
        origins.select("decision", "first_end", "first_end_latest"), on="decision", how="left"
    )
    here = nw.col("exists") & ~(nw.col("relation") == "distant")
    again = nw.col("exists") & nw.col("relation").is_in(["local", "regional"])
    rows = rows.with_columns(
        _here=here & nw.col("_standing"),
        _primary=nw.col("exists") & nw.col("_standing") & (nw.col("relation") == "primary"),
        _again=again,
    )
    after = nw.col("day") > late(nw.col("first_end_latest"))
    not_after = late(nw.col("day_latest")) <= early(nw.col("first_end"))
    rows = rows.with_columns(
        _failed_yes=sure(nw.col("_again") & after),
        _failed_may=possible(nw.col("_again") & ~not_after.fill_null(False)),
        here_yes=sure(nw.col("_here")),
        here_may=possible(nw.col("_here")),
        primary_yes=sure(nw.col("_primary")),
        primary_may=possible(nw.col("_primary")),
        local_beyond_yes=sure(nw.col("_here") & ~nw.col("_treatable")),
        local_not_treatable=possible(nw.col("_here") & ~nw.col("_treatable")),
    )
    rows = rows.with_columns(
        failure_first=nw.when(nw.col("_failed_may") == 1).then(early(nw.col("day"))).otherwise(nw.lit(2**30)),
        failure_last=nw.when(nw.col("_failed_yes") == 1)
        .then(nw.coalesce(nw.col("day_latest"), nw.col("as_of")))
        .otherwise(nw.lit(2**30)),
    )
    return rows.group_by("decision").agg(
        nw.col("here_yes").max(),
        nw.col("here_may").max(),
        nw.col("primary_yes").max(),
        nw.col("primary_may").max(),
        nw.col("local_beyond_yes").max(),
        nw.col("local_not_treatable").max(),
        failure_yes=nw.col("_failed_yes").max(),
        failure_may=nw.col("_failed_may").max(),
        failure_first=nw.col("failure_first").min(),
        failure_last=nw.col("failure_last").min(),
    )
