"""The operation of the decision day, or the next one that is planned, as plans; one row a decision.

An operation that is planned is a treatment known by the decision day that has not begun. All operations of
one day are one. What they address is known when their targets are: planned targets name the day on which they
were.
"""

from __future__ import annotations

from typing import Final

from paget.facts.judged import KEYS, subjects
from paget.facts.removed import told
from paget.facts.rowwise import LATE, early, late, latest_rows, possible, sure, truth
from paget.facts.therapy import related
from paget.plans import Expr, Plan, col, lit, when
from paget.record.as_of import as_of

AIMS: Final = ("cure", "palliation", "diagnosis")
TARGETS: Final = ("primary", "local", "regional", "distant", "several")

_POSITIVE: Final = ("R1", "R2", "R1 or R2")


def operations(dated: Plan) -> Plan:
    """Operations that are, or may be, the next: ``_it`` is true where one certainly is.

    Args:
        dated: as :func:`paget.facts.therapy.dated` gives them.
    """
    speaks = col("known") & col("of_tumour") & (col("modality") == "surgery") & ~col("began")
    turned = dated.with_columns(_turn=0 - col("_start_latest"), _turn_latest=0 - col("_start"))
    rows = latest_rows(turned, ["decision"], speaks, day="_turn").with_columns(_one=lit(1))
    number = rows.group_by("decision").agg(_candidates=col("_one").sum())
    rows = rows.join(number, on="decision", how="left")
    alone = (col("_candidates") == 1) | (col("_first") == col("_last"))
    return rows.with_columns(_it=when(alone & (col("_sure") == 1)).then(lit(True)))


def described(operations: Plan) -> Plan:
    """Aim, day, stage and plan of the operation, one row a decision."""
    intent = col("intent")
    aim = (
        when(intent == "curative")
        .then(lit("cure"))
        .when(intent == "diagnostic")
        .then(lit("diagnosis"))
        .when(~intent.is_null())
        .then(lit("palliation"))
        .when(col("definitive"))
        .then(lit("cure"))
        .otherwise(lit(None, "text"))
    )
    rows = operations.with_columns(_aim=aim, _in_plan=~col("plan_id").is_null() & col("_it"))
    rows = rows.with_columns(
        **{f"_{name}": possible(col("_aim") == name) for name in AIMS},
        _it_is=sure(col("_it")),
        _definitive=sure(col("_it") & col("definitive")),
        _day=early(col("_start")),
        _day_latest=late(col("_start_latest")),
        _planned=sure(col("_in_plan")),
        _perhaps_planned=possible(col("_in_plan")),
        _stage_low=col("stage").fill_null(0),
        _stage_high=col("stage").fill_null(LATE),
    )
    return rows.group_by("decision").agg(
        ahead_sure=col("_any").max(),
        ahead_may=col("_one").max(),
        ahead_it=col("_it_is").min(),
        ahead_definitive=col("_definitive").max(),
        ahead_day=col("_day").min(),
        ahead_day_latest=col("_day_latest").max(),
        ahead_in_plan=col("_planned").min(),
        ahead_may_be_in_plan=col("_perhaps_planned").max(),
        ahead_stage=col("_stage_low").min(),
        ahead_stage_high=col("_stage_high").max(),
        **{f"ahead_{name}": col(f"_{name}").max() for name in AIMS},
    )


def steps(others: Plan, definitive: Plan) -> Plan:
    """The other steps of its plan: how many, whether one has begun, and whether one was definitive."""
    counts = definitive.with_columns(_counted=lit(1)).select(
        "decision", "treatment_id", "_counts", "_counted"
    )
    rows = others.join(counts, on=["decision", "treatment_id"], how="left")
    same = col("_it") & col("known")
    rows = rows.with_columns(
        _yes=sure(same),
        _stage=when(same).then(col("stage").fill_null(0)).otherwise(lit(0)),
        _definitive=sure(same & col("_counts").fill_null(False)),
        _may_be_definitive=when(col("_counted") == 1).then(lit(1)).otherwise(lit(0)),
        _one=lit(1),
    )
    return rows.group_by("decision").agg(
        steps_yes=col("_yes").sum(),
        steps_may=col("_one").sum(),
        steps_last=col("_stage").max(),
        steps_definitive=col("_definitive").max(),
        steps_may_be_definitive=col("_may_be_definitive").max(),
    )


def plan_steps(dated: Plan, operations: Plan) -> Plan:
    """Treatments of the same plan, the operation itself left out."""
    plans = operations.filter(~col("plan_id").is_null())
    plans = (
        plans.with_columns(_surely=sure(col("_it")))
        .group_by("decision", "plan_id")
        .agg(_is=col("_surely").max())
    )
    own = operations.with_columns(_own=lit(1)).select("decision", "treatment_id", "_own").unique()
    rows = dated.join(plans, on=["decision", "plan_id"], how="inner").join(
        own, on=["decision", "treatment_id"], how="left"
    )
    rows = rows.filter(col("_own").is_null())
    return rows.with_columns(_it=when(col("_is") == 1).then(lit(True)))


def aimed_at(operations: Plan, deposits: Plan) -> Plan:
    """What the operation addresses: ``_aims`` true where a lesion or site certainly is a target.

    It has not begun, so whether it will have removed them is not asked.
    """
    ends = operations.select("decision", "treatment_id", "_it", _done="finished_known")
    rows = subjects(as_of("targets")).join(ends, on=["decision", "treatment_id"], how="inner")
    rows = rows.with_columns(_told=told())
    rows = rows.with_columns(_aims=col("_told") & col("_it"))
    rows = rows.filter(col("_told").is_null() | col("_told"))
    return rows.join(related(deposits), on=KEYS, how="left")


def addressed_ahead(aimed: Plan, signs: Plan) -> Plan:
    """Which kinds of disease the operation addresses, one row a decision."""
    shown = signs.filter(col("is_site") < 2).with_columns(_failed=sure(col("_sign")), _may_fail=lit(1))
    shown = shown.group_by(*KEYS).agg(_failed=col("_failed").max(), _may_fail=col("_may_fail").max())
    rows = aimed.join(shown, on=KEYS, how="left")
    aims, relation = col("_aims"), col("relation")
    failed = truth(col("_failed"), col("_may_fail"))
    made = {name: relation == name for name in TARGETS[:-1]} | {"failure": failed}
    rows = rows.with_columns(
        _listed=sure(col("_told") & col("_it")),
        _row=lit(1),
        **{f"_{name}": sure(aims & one) for name, one in made.items()},
        **{f"_{name}_may": possible(aims & one) for name, one in made.items()},
    )
    return rows.group_by("decision").agg(
        target_listed=col("_listed").max(),
        target_rows=col("_row").max(),
        **{f"target_{name}": col(f"_{name}").max() for name in made},
        **{f"target_{name}_may": col(f"_{name}_may").max() for name in made},
    )


def left_behind(deposits: Plan, aimed: Plan, others: Plan) -> Plan:
    """What stands and is no target: of the operation alone, of any step of its plan; one row a decision."""
    alone = _targets_of(aimed, "alone")
    others = others.select("decision", "treatment_id", "_it", "began", _done="finished_known")
    rows = subjects(as_of("targets")).join(others, on=["decision", "treatment_id"], how="inner")
    rows = rows.with_columns(_told=told()).with_columns(
        _aims=(~col("began") | col("removed")) & col("_told") & col("_it")
    )
    by_plan = _targets_of(rows.filter(col("_told").is_null() | col("_told")), "plan")
    stands = deposits.filter(col("exists").is_null() | col("exists")).select(
        *KEYS, "exists", "_standing", "relation"
    )
    stands = stands.join(alone, on=KEYS, how="left").join(by_plan, on=KEYS, how="left")
    there = col("exists") & col("_standing")
    here = ~(col("relation") == "distant")
    by_it = truth(col("alone_sure"), col("alone_may"))
    by_them = truth(col("plan_sure"), col("plan_may"))
    made = {
        "alone": there & ~by_it,
        "alone_distant": there & ~by_it & ~here,
        "plan": there & ~(by_it | by_them),
        "plan_distant": there & ~(by_it | by_them) & ~here,
        "here": there & here,
    }
    stands = stands.with_columns(
        **{f"_{name}": sure(one) for name, one in made.items()},
        **{f"_{name}_may": possible(one) for name, one in made.items()},
    )
    return stands.group_by("decision").agg(
        **{f"left_{name}": col(f"_{name}").max() for name in made},
        **{f"left_{name}_may": col(f"_{name}_may").max() for name in made},
    )


def _targets_of(rows: Plan, name: str) -> Plan:
    aims = col("_aims")
    rows = rows.with_columns(_sure=sure(aims), _may=possible(aims))
    return rows.group_by(*KEYS).agg(**{f"{name}_sure": col("_sure").max(), f"{name}_may": col("_may").max()})


def margins(treatments: Plan, aims: Plan) -> Plan:
    """The last operation before: whether its margin was positive, its day, and what it addressed."""
    speaks = col("known") & col("of_tumour") & (col("modality") == "surgery") & col("began")
    rows = latest_rows(treatments, ["decision"], speaks, day="_start")
    rows = rows.join(aims, on=["decision", "treatment_id"], how="left")
    positive: Expr = col("residual").is_in(_POSITIVE) | (
        when(col("residual") == "R0 or R1").then(lit(None, "truth")).otherwise(lit(False))
    )
    distant = (
        when(col("targets").is_null())
        .then(when(col("definitive")).then(lit(False)))
        .otherwise(truth(col("target_metastases"), col("targets") - col("target_other")))
    )
    here = (
        when(col("targets").is_null())
        .then(when(col("definitive")).then(lit(True)))
        .otherwise(truth(col("target_other"), col("targets") - col("target_metastases")))
    )
    made = {"distant": positive & distant, "here": positive & here}
    rows = rows.with_columns(
        **{f"_{name}": sure(one) * col("_any") for name, one in made.items()},
        **{f"_{name}_may": possible(one) for name, one in made.items()},
        _day=early(col("finished")),
        _day_latest=late(col("finished_latest")),
    )
    return rows.group_by("decision").agg(
        margin_any=col("_any").max(),
        margin_day=col("_day").min(),
        margin_day_latest=col("_day_latest").max(),
        **{f"margin_{name}": col(f"_{name}").min() for name in made},
        **{f"margin_{name}_may": col(f"_{name}_may").max() for name in made},
    )


def past(treatments: Plan) -> Plan:
    """The decisions moved back to each day on which an operation on the tumour was done; exact days only.

    Args:
        treatments: as :func:`paget.facts.therapy.begun` gives them.
    """
    is_it = col("known") & col("began") & col("of_tumour") & (col("modality") == "surgery")
    rows = treatments.filter(is_it & (col("_start") == col("_start_latest")))
    return rows.select("decision", "patient_id", "decision_tumour", "sole_tumour", as_of="_start").unique()
