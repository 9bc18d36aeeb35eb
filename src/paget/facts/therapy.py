"""Treatments as of each decision day: begun, finished, definitive, and whether the primary was cleared."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw

from paget.facts.rowwise import EARLY, early, late, possible, sure, truth
from paget.record.as_of import happened

Frame = nw.LazyFrame[Any]

_ONE_DAY: Final = "surgery"
_LOCAL: Final = ("surgery", "radiotherapy", "chemoradiotherapy", "ablation", "transplantation")


def courses(treatments: Frame) -> Frame:
    """Treatments with ``began`` (before the decision day), their last day, and whether that had come.

    An operation lasts one day: its day is the first day, or the last where only that is written.
    """
    start, start_latest = nw.col("start_day"), nw.col("start_day_latest")
    end, end_latest = nw.col("end_day"), nw.col("end_day_latest")
    operation = (nw.col("modality") == _ONE_DAY).fill_null(False)
    as_of = nw.col("as_of")
    rows = treatments.with_columns(
        _start=nw.when(start.is_null() & operation).then(end).otherwise(start),
        _start_latest=nw.when(start_latest.is_null() & operation).then(end_latest).otherwise(start_latest),
    )
    rows = rows.with_columns(
        finished=nw.when(operation).then(nw.col("_start")).otherwise(nw.coalesce(end, nw.col("_start"))),
        finished_latest=nw.when(operation).then(nw.col("_start_latest")).otherwise(end_latest),
    )
    rows = rows.with_columns(
        began=happened(nw.col("_start"), nw.col("_start_latest"), as_of - 1),
        finished_known=happened(nw.col("finished"), nw.col("finished_latest"), as_of),
    )
    return rows.filter(nw.col("began").is_null() | nw.col("began"))


def of_metastases(targets: Frame, lesions: Frame, sites: Frame) -> Frame:
    """For each treatment how many of its targets are, or may be, metastases."""
    relation = lesions.select("decision", "patient_id", "lesion_id", "relation")
    rows = targets.join(relation, on=["decision", "patient_id", "lesion_id"], how="left")
    del sites  # a site is an organ with metastases
    site = nw.col("lesion_id").is_null() & ~nw.col("site_id").is_null()
    distant = nw.when(site).then(nw.lit(value=True)).otherwise(nw.col("relation") == "distant")
    return (
        rows.with_columns(_distant=distant)
        .with_columns(
            _one=nw.lit(1),
            _metastasis=sure(nw.col("_distant") & nw.col("known")),
            _maybe=possible(nw.col("_distant")),
            _other=sure(~nw.col("_distant") & nw.col("known")),
        )
        .group_by("decision", "treatment_id")
        .agg(
            targets=nw.col("_one").sum(),
            target_metastases=nw.col("_metastasis").sum(),
            target_maybe=nw.col("_maybe").sum(),
            target_other=nw.col("_other").sum(),
        )
    )


def definitive_plans(treatments: Frame, aims: Frame, statuses: Frame) -> Frame:
    """Definitive local treatments of the primary, the steps of one plan taken together.

    One row a decision and plan: ``surely`` (1 when certain), first day, last day (each with its latest),
    ``control_sure`` and ``control_possible``: whether it left the primary without tumour (R0 or R1 after
    an operation; a documented complete response after other treatment).
    """
    rows = treatments.join(aims, on=["decision", "treatment_id"], how="left")
    all_metastases = truth(
        nw.when(nw.col("targets") == nw.col("target_metastases")).then(nw.lit(1)).otherwise(nw.lit(0)),
        nw.when(nw.col("target_other").fill_null(1) > 0).then(nw.lit(0)).otherwise(nw.lit(1)),
    )
    rows = rows.with_columns(_elsewhere=all_metastases)
    counts = (
        nw.col("known")
        & nw.col("began")
        & nw.col("of_tumour")
        & nw.col("definitive")
        & nw.col("modality").is_in(_LOCAL)
        & ~nw.col("_elsewhere")
    )
    rows = rows.with_columns(_counts=counts).filter(nw.col("_counts").is_null() | nw.col("_counts"))
    responses = (
        statuses.filter(
            nw.col("site").is_null() | nw.col("site").is_in(["whole disease", "primary", "local"])
        )
        .with_columns(
            _complete=nw.col("status").is_in(["complete", "no evidence"])
            & nw.col("of_tumour")
            & nw.col("known")
        )
        .with_columns(
            _sure_day=nw.when(nw.col("_complete") & ~nw.col("site").is_null())
            .then(nw.col("day"))
            .otherwise(nw.lit(EARLY)),
            _maybe=possible(nw.col("_complete")),
            _maybe_day=late(nw.col("day_latest")),
        )
        .with_columns(
            _maybe_day=nw.when(nw.col("_maybe") == 1).then(nw.col("_maybe_day")).otherwise(nw.lit(EARLY))
        )
        .group_by("decision")
        .agg(complete_day=nw.col("_sure_day").max(), complete_maybe=nw.col("_maybe_day").max())
    )
    rows = rows.join(responses, on="decision", how="left")
    residual = nw.col("residual")
    operated = nw.col("modality") == _ONE_DAY
    responded = truth(
        sure(nw.col("complete_day") >= late(nw.col("finished_latest"))),
        nw.lit(1),
    )
    controlled = (
        nw.when(residual.is_in(["R0", "R1", "R0 or R1"]))
        .then(nw.lit(value=True))
        .when(residual == "R2")
        .then(nw.lit(value=False))
        .when(residual.is_null() & ~operated.fill_null(True))
        .then(responded)
        .otherwise(nw.lit(None, nw.Boolean))
    )
    rows = rows.with_columns(_controlled=controlled).with_columns(
        _plan=nw.coalesce(nw.col("plan_id"), nw.col("treatment_id")),
        _surely=sure(nw.col("_counts")),
        _first=early(nw.col("_start")),
        _first_latest=late(nw.col("_start_latest")),
        _last=early(nw.col("finished")),
        _last_latest=late(nw.col("finished_latest")),
        _control=sure(nw.col("_controlled")),
        _control_may=possible(nw.col("_controlled")),
    )
    return rows.group_by("decision", "_plan").agg(
        surely=nw.col("_surely").max(),
        first=nw.col("_first").min(),
        first_latest=nw.col("_first_latest").min(),
        last=nw.col("_last").max(),
        last_latest=nw.col("_last_latest").max(),
        control_sure=nw.col("_control").max(),
        control_possible=nw.col("_control_may").max(),
    )


def origin(plans: Frame, first_metastasis: Frame) -> Frame:
    """Of the definitive plans, the last that began before the first metastasis, and its control.

    Columns by decision: ``end_low``/``end_high`` (its last day), ``origin_sure`` (one certainly began
    before), ``origin_possible``, ``control_all`` / ``control_none`` over those that may be it, and
    ``later_sure`` (a plan certainly begun at or after detection).
    """
    rows = plans.join(first_metastasis, on="decision", how="left")
    found, found_latest = early(nw.col("met_first")), late(nw.col("met_last"))
    before = sure((nw.col("first_latest") < found) & (nw.col("surely") == 1))
    may = nw.when(nw.col("first") < found_latest).then(nw.lit(1)).otherwise(nw.lit(0))
    rows = rows.with_columns(_before=before, _may=may).with_columns(
        _end_low=nw.when(nw.col("_before") == 1).then(nw.col("last")).otherwise(nw.lit(EARLY)),
        _end_high=nw.when(nw.col("_may") == 1).then(nw.col("last_latest")).otherwise(nw.lit(EARLY)),
        _later=sure((nw.col("first") >= found_latest) & (nw.col("surely") == 1)),
    )
    bounds = rows.group_by("decision").agg(
        end_low=nw.col("_end_low").max(),
        end_high=nw.col("_end_high").max(),
        origin_sure=nw.col("_before").max(),
        origin_possible=nw.col("_may").max(),
        later_sure=nw.col("_later").max(),
        any_plan_sure=nw.col("surely").max(),
        first_end=nw.col("last").min(),
    )
    firsts = (
        rows.filter(nw.col("surely") == 1)
        .group_by("decision")
        .agg(first_end_latest=nw.col("last_latest").min())
    )
    candidates = rows.join(bounds.select("decision", _bound="end_low"), on="decision", how="left").filter(
        (nw.col("_may") == 1) & (nw.col("last_latest") >= nw.col("_bound"))
    )
    control = candidates.group_by("decision").agg(
        control_all=nw.col("control_sure").min(), control_none=nw.col("control_possible").max()
    )
    any_control = (
        rows.with_columns(_c=nw.col("control_sure") * nw.col("surely"))
        .group_by("decision")
        .agg(controlled_ever=nw.col("_c").max(), controlled_possible=nw.col("control_possible").max())
    )
    return (
        bounds.join(firsts, on="decision", how="left")
        .join(control, on="decision", how="left")
        .join(any_control, on="decision", how="left")
    )
