"""Treatments as of each decision day: begun, finished, definitive, and whether the primary was cleared."""

from __future__ import annotations

from typing import Final

from paget.facts.judged import KEYS
from paget.facts.rowwise import EARLY, LATE, early, late, possible, sure, truth
from paget.plans import Expr, Plan, coalesce, col, lit, when
from paget.record.as_of import happened

_ONE_DAY: Final = "surgery"
_LOCAL: Final = ("surgery", "radiotherapy", "chemoradiotherapy", "ablation", "transplantation")


def begun(treatments: Plan) -> Plan:
    """Treatments that have begun, or may have, of those that :func:`dated` gives."""
    return treatments.filter(col("began").is_null() | col("began"))


def dated(treatments: Plan) -> Plan:
    """Treatments with ``began`` (before the decision day), their last day, and whether that had come.

    An operation lasts one day: its day is the first day, or the last where only that is written. One that
    is planned is among them: known by the decision day, and not begun.
    """
    start, start_latest = col("start_day"), col("start_day_latest")
    end, end_latest = col("end_day"), col("end_day_latest")
    operation = (col("modality") == _ONE_DAY).fill_null(False)
    perhaps = operation | col("modality").is_null()
    as_of = col("as_of")
    rows = treatments.with_columns(
        _start=when(start.is_null() & operation).then(end).otherwise(start),
        _start_latest=when(start_latest.is_null() & operation).then(end_latest).otherwise(start_latest),
    )
    rows = rows.with_columns(
        finished=when(perhaps | end.is_null() | (end < col("_start"))).then(col("_start")).otherwise(end),
        finished_latest=when(operation).then(col("_start_latest")).otherwise(end_latest),
    )
    return rows.with_columns(
        began=happened(col("_start"), col("_start_latest"), as_of - 1),
        finished_known=happened(col("finished"), col("finished_latest"), as_of),
    )


def of_metastases(targets: Plan, deposits: Plan) -> Plan:
    """For each treatment how many targets it has, how many are metastases, and how many are not.

    Args:
        targets: as :func:`paget.facts.removed.addressed` gives them.
        deposits: lesions and sites with ``relation``, as of the day.
    """
    rows = targets.join(related(deposits), on=KEYS, how="left")
    distant = col("relation") == "distant"
    return (
        rows.with_columns(
            _one=lit(1), _yes=sure(distant & col("addressed")), _no=sure(~distant & col("addressed"))
        )
        .group_by("decision", "treatment_id")
        .agg(targets=col("_one").sum(), target_metastases=col("_yes").sum(), target_other=col("_no").sum())
    )


def related(deposits: Plan) -> Plan:
    """How each lesion and site relates to the primary; blank for one that only may be known."""
    return deposits.select(*KEYS, relation=when(col("known")).then(col("relation")).branch())


def definitive_rows(treatments: Plan, aims: Plan) -> Plan:
    """Definitive local treatments of the primary; ``_counts`` is true where one certainly is.

    Args:
        treatments: as :func:`begun` gives them.
        aims: as :func:`of_metastases` gives them.
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
    return rows.with_columns(_counts=counts).filter(col("_counts").is_null() | col("_counts"))


def definitive_plans(rows: Plan, statuses: Plan) -> Plan:
    """Definitive local treatments of the primary, the steps of one plan taken together.

    One row a decision and plan: ``surely`` (1 when certain), first day, last day (each with its latest),
    ``control_sure`` and ``control_possible``: whether it left the primary without tumour (R0 or R1 after
    an operation; a documented complete response after other treatment).

    Args:
        rows: as :func:`definitive_rows` gives them.
        statuses: as of the day.
    """
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
    operated = col("modality") == _ONE_DAY
    responded = truth(sure(col("complete_day") >= late(col("finished_latest"))), lit(1))
    controlled = (
        when(operated).then(no_gross_residual()).when(~operated).then(responded).otherwise(lit(None, "truth"))
    )
    certain = col("_counts")
    rows = rows.with_columns(_controlled=controlled).with_columns(
        _plan=coalesce(col("plan_id"), col("treatment_id")),
        _surely=sure(certain),
        _first=early(col("_start")),
        _first_latest=when(certain).then(late(col("_start_latest"))).otherwise(lit(LATE)),
        _last=when(certain).then(early(col("finished"))).otherwise(lit(EARLY)),
        _last_least=early(col("finished")),
        _last_latest=late(col("finished_latest")),
        _control=sure(certain & col("_controlled")),
        _control_may=possible(col("_controlled")),
        _keeps=sure(~operated),
    )
    return rows.group_by("decision", "_plan").agg(
        surely=col("_surely").max(),
        first=col("_first").min(),
        first_latest=col("_first_latest").min(),
        last=col("_last").max(),
        last_least=col("_last_least").min(),
        last_latest=col("_last_latest").max(),
        control_sure=col("_control").max(),
        control_possible=col("_control_may").max(),
        keeps=col("_keeps").min(),
    )


def origin(plans: Plan, first_metastasis: Plan) -> Plan:
    """Of the definitive plans, the last that began before the first metastasis, and its control.

    Columns by decision: ``end_low``/``end_high`` (its last day), ``end_least`` (the earliest end of those
    that may be it), ``origin_sure`` (one certainly began before), ``origin_possible``, ``control_all``,
    ``control_none``, ``kept_all`` over those that may be it (kept: no operation, so that what an earlier one
    reached still holds), ``earlier_control``, and ``later_sure`` (a plan certainly begun at or after
    detection).
    """
    rows = plans.join(first_metastasis, on="decision", how="left")
    was_found = col("ever_yes") > 0  # a metastasis that only may be one decides nothing
    found = when(was_found).then(early(col("met_first"))).otherwise(lit(EARLY))
    found_latest = when(was_found).then(late(col("met_last"))).otherwise(lit(LATE))
    certain = col("surely") == 1
    rows = rows.with_columns(
        _before=sure((col("first_latest") < found) & certain), _may=sure(col("first") < found_latest)
    ).with_columns(
        _end_low=when(col("_before") == 1).then(col("last")).otherwise(lit(EARLY)),
        _end_high=when(col("_may") == 1).then(col("last_latest")).otherwise(lit(EARLY)),
        _end_least=when(col("_may") == 1).then(col("last_least")).otherwise(lit(LATE)),
        _later=sure((col("first") >= found_latest) & certain),
        _earlier_control=col("_before") * col("control_sure"),
        _first_end_latest=when(certain).then(col("last_latest")).otherwise(lit(LATE)),
        _controlled=col("control_sure") * col("surely"),
        _kept=when(col("control_sure") == 1).then(lit(1)).otherwise(col("keeps")),
    )
    bounds = rows.group_by("decision").agg(
        end_low=col("_end_low").max(),
        end_high=col("_end_high").max(),
        end_least=col("_end_least").min(),
        origin_sure=col("_before").max(),
        origin_possible=col("_may").max(),
        later_sure=col("_later").max(),
        any_plan_sure=col("surely").max(),
        first_end=col("last_least").min(),
        first_end_latest=col("_first_end_latest").min(),
        earlier_control=col("_earlier_control").max(),
        controlled_ever=col("_controlled").max(),
        controlled_possible=col("control_possible").max(),
    )
    bounds = bounds.with_columns(  # where none is certain, the first may be any
        first_end=when(col("any_plan_sure") == 1).then(col("first_end")).otherwise(lit(EARLY))
    )
    candidates = rows.join(bounds.select("decision", _bound="end_low"), on="decision", how="left").filter(
        (col("_may") == 1) & (col("last_latest") >= col("_bound"))
    )
    control = candidates.group_by("decision").agg(
        control_all=col("control_sure").min(),
        control_none=col("control_possible").max(),
        kept_all=col("_kept").min(),
    )
    return bounds.join(control, on="decision", how="left")


def no_gross_residual() -> Expr:
    """Whether an operation left no tumour that can be seen: R0 or R1 yes, R2 no, else open."""
    residual = col("residual")
    return (
        when(residual.is_in(["R0", "R1", "R0 or R1"]))
        .then(lit(True))
        .when(residual == "R2")
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
