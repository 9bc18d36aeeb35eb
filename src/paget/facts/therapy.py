"""Treatments as of each decision day: begun, finished, definitive, and whether the primary was cleared."""

from __future__ import annotations

from typing import Final

from paget.facts.rowwise import EARLY, early, late, possible, sure, truth
from paget.plans import Plan, coalesce, col, lit, when
from paget.record.as_of import happened

_ONE_DAY: Final = "surgery"
_LOCAL: Final = ("surgery", "radiotherapy", "chemoradiotherapy", "ablation", "transplantation")


def courses(treatments: Plan) -> Plan:
    """Treatments with ``began`` (before the decision day), their last day, and whether that had come.

    An operation lasts one day: its day is the first day, or the last where only that is written.
    """
    start, start_latest = col("start_day"), col("start_day_latest")
    end, end_latest = col("end_day"), col("end_day_latest")
    operation = (col("modality") == _ONE_DAY).fill_null(False)
    as_of = col("as_of")
    rows = treatments.with_columns(
        _start=when(start.is_null() & operation).then(end).otherwise(start),
        _start_latest=when(start_latest.is_null() & operation).then(end_latest).otherwise(start_latest),
    )
    rows = rows.with_columns(
        finished=when(operation).then(col("_start")).otherwise(coalesce(end, col("_start"))),
        finished_latest=when(operation).then(col("_start_latest")).otherwise(end_latest),
    )
    rows = rows.with_columns(
        began=happened(col("_start"), col("_start_latest"), as_of - 1),
        finished_known=happened(col("finished"), col("finished_latest"), as_of),
    )
    return rows.filter(col("began").is_null() | col("began"))


def of_metastases(targets: Plan, lesions: Plan, sites: Plan) -> Plan:
    """For each treatment how many of its targets are, or may be, metastases."""
    relation = lesions.select("decision", "patient_id", "lesion_id", "relation")
    rows = targets.join(relation, on=["decision", "patient_id", "lesion_id"], how="left")
    del sites  # a site is an organ with metastases
    site = col("lesion_id").is_null() & ~col("site_id").is_null()
    distant = when(site).then(lit(True)).otherwise(col("relation") == "distant")
    return (
        rows.with_columns(_distant=distant)
        .with_columns(
            _one=lit(1),
            _metastasis=sure(col("_distant") & col("known")),
            _maybe=possible(col("_distant")),
            _other=sure(~col("_distant") & col("known")),
        )
        .group_by("decision", "treatment_id")
        .agg(
            targets=col("_one").sum(),
            target_metastases=col("_metastasis").sum(),
            target_maybe=col("_maybe").sum(),
            target_other=col("_other").sum(),
        )
    )


def definitive_plans(treatments: Plan, aims: Plan, statuses: Plan) -> Plan:
    """Definitive local treatments of the primary, the steps of one plan taken together.

    One row a decision and plan: ``surely`` (1 when certain), first day, last day (each with its latest),
    ``control_sure`` and ``control_possible``: whether it left the primary without tumour (R0 or R1 after
    an operation; a documented complete response after other treatment).
    """
    rows = treatments.join(aims, on=["decision", "treatment_id"], how="left")
    all_metastases = truth(
        when(col("targets") == col("target_metastases")).then(lit(1)).otherwise(lit(0)),
        when(col("target_other").fill_null(1) > 0).then(lit(0)).otherwise(lit(1)),
    )
    rows = rows.with_columns(_elsewhere=all_metastases)
    counts = (
        col("known")
        & col("began")
        & col("of_tumour")
        & col("definitive")
        & col("modality").is_in(_LOCAL)
        & ~col("_elsewhere")
    )
    rows = rows.with_columns(_counts=counts).filter(col("_counts").is_null() | col("_counts"))
    responses = (
        statuses.filter(col("site").is_null() | col("site").is_in(["whole disease", "primary", "local"]))
        .with_columns(
            _complete=col("status").is_in(["complete", "no evidence"]) & col("of_tumour") & col("known")
        )
        .with_columns(
            _sure_day=when(col("_complete") & ~col("site").is_null()).then(col("day")).otherwise(lit(EARLY)),
            _maybe=possible(col("_complete")),
            _maybe_day=late(col("day_latest")),
        )
        .with_columns(_maybe_day=when(col("_maybe") == 1).then(col("_maybe_day")).otherwise(lit(EARLY)))
        .group_by("decision")
        .agg(complete_day=col("_sure_day").max(), complete_maybe=col("_maybe_day").max())
    )
    rows = rows.join(responses, on="decision", how="left")
    residual = col("residual")
    operated = col("modality") == _ONE_DAY
    responded = truth(
        sure(col("complete_day") >= late(col("finished_latest"))),
        lit(1),
    )
    controlled = (
        when(residual.is_in(["R0", "R1", "R0 or R1"]))
        .then(lit(True))
        .when(residual == "R2")
        .then(lit(False))
        .when(residual.is_null() & ~operated.fill_null(True))
        .then(responded)
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_controlled=controlled).with_columns(
        _plan=coalesce(col("plan_id"), col("treatment_id")),
        _surely=sure(col("_counts")),
        _first=early(col("_start")),
        _first_latest=late(col("_start_latest")),
        _last=early(col("finished")),
        _last_latest=late(col("finished_latest")),
        _control=sure(col("_controlled")),
        _control_may=possible(col("_controlled")),
    )
    return rows.group_by("decision", "_plan").agg(
        surely=col("_surely").max(),
        first=col("_first").min(),
        first_latest=col("_first_latest").min(),
        last=col("_last").max(),
        last_latest=col("_last_latest").max(),
        control_sure=col("_control").max(),
        control_possible=col("_control_may").max(),
    )


def origin(plans: Plan, first_metastasis: Plan) -> Plan:
    """Of the definitive plans, the last that began before the first metastasis, and its control.

    Columns by decision: ``end_low``/``end_high`` (its last day), ``origin_sure`` (one certainly began
    before), ``origin_possible``, ``control_all`` / ``control_none`` over those that may be it, and
    ``later_sure`` (a plan certainly begun at or after detection).
    """
    rows = plans.join(first_metastasis, on="decision", how="left")
    found, found_latest = early(col("met_first")), late(col("met_last"))
    before = sure((col("first_latest") < found) & (col("surely") == 1))
    may = when(col("first") < found_latest).then(lit(1)).otherwise(lit(0))
    rows = rows.with_columns(_before=before, _may=may).with_columns(
        _end_low=when(col("_before") == 1).then(col("last")).otherwise(lit(EARLY)),
        _end_high=when(col("_may") == 1).then(col("last_latest")).otherwise(lit(EARLY)),
        _later=sure((col("first") >= found_latest) & (col("surely") == 1)),
    )
    bounds = rows.group_by("decision").agg(
        end_low=col("_end_low").max(),
        end_high=col("_end_high").max(),
        origin_sure=col("_before").max(),
        origin_possible=col("_may").max(),
        later_sure=col("_later").max(),
        any_plan_sure=col("surely").max(),
        first_end=col("last").min(),
    )
    firsts = (
        rows.filter(col("surely") == 1).group_by("decision").agg(first_end_latest=col("last_latest").min())
    )
    candidates = rows.join(bounds.select("decision", _bound="end_low"), on="decision", how="left").filter(
        (col("_may") == 1) & (col("last_latest") >= col("_bound"))
    )
    control = candidates.group_by("decision").agg(
        control_all=col("control_sure").min(), control_none=col("control_possible").max()
    )
    any_control = (
        rows.with_columns(_c=col("control_sure") * col("surely"))
        .group_by("decision")
        .agg(controlled_ever=col("_c").max(), controlled_possible=col("control_possible").max())
    )
    return (
        bounds.join(firsts, on="decision", how="left")
        .join(control, on="decision", how="left")
        .join(any_control, on="decision", how="left")
    )
