"""Who is analysed: the first reason that holds against a row, and the flow of patients."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.evidence.endpoint_files import DEATHS, EndpointRule
from paget.evidence.events import had_before
from paget.record.columns import latest
from paget.record.follow_up import FollowUp

Frame = nw.LazyFrame[Any]
_OTHER_LOCAL: Final = ("ablation", "radiotherapy", "chemoradiotherapy", "embolisation")


def narrowed(first: pl.DataFrame, seen: FollowUp, found: Frame, rule: EndpointRule) -> pl.DataFrame:
    """The origins with what eligibility asks beyond the row of the origin.

    ``_dead_without_day``; ``_died_before`` (the origin); ``_not_by_operation`` (metastases were ablated or
    irradiated and not removed); ``_had_<type>`` for what nobody may have had.
    """
    dead = seen.view("patients").filter(nw.col("deceased") | ~nw.col("death_day").is_null())
    days = dead.select("patient_id", _died="death_day", _died_latest=latest("death_day")).collect("polars")
    first = first.join(days.to_native().unique("patient_id"), on="patient_id", how="left")
    first = first.with_columns(
        _dead_without_day=pl.col("patient_id").is_in(days.to_native()["patient_id"].implode())
        & pl.col("_died").is_null(),
        _died_before=(pl.col("_died_latest") < pl.col("origin_day")).fill_null(value=False),
    ).drop("_died", "_died_latest")
    if rule.cleared_by == "operation":
        first = first.join(_otherwise_cleared(seen, found), on="origin", how="left")
    for name in rule.without:
        had = had_before(seen, found, rule.own[name]).collect("polars").to_native()
        first = first.join(had.with_columns(pl.lit(True).alias(f"_had_{name}")), on="origin", how="left")
    return first


def _otherwise_cleared(seen: FollowUp, found: Frame) -> pl.DataFrame:
    """Origins by which a metastasis was treated by other local means, and never removed."""
    key = ["patient_id", "treatment_id"]
    treatments = seen.view("treatments").select(*key, "modality", "start_day")
    lesions = seen.view("lesions").select("patient_id", "lesion_id", "relation")
    lesions = lesions.unique(["patient_id", "lesion_id"], keep="any")
    targets = seen.view("targets").join(treatments, on=key, how="inner")
    on_lesions = targets.filter(~nw.col("lesion_id").is_null()).join(
        lesions, on=["patient_id", "lesion_id"], how="inner"
    )
    away = on_lesions.filter(nw.col("relation") == "distant").select(
        "patient_id", "modality", "start_day", _target="lesion_id"
    )
    sites = targets.filter(~nw.col("site_id").is_null()).select(
        "patient_id", "modality", "start_day", _target="site_id"
    )
    both = nw.concat([away, sites], how="vertical").filter(~nw.col("start_day").is_null())
    removed = both.filter(nw.col("modality") == "surgery").select("patient_id", "_target")
    removed = removed.unique(["patient_id", "_target"], keep="any")
    other = both.filter(nw.col("modality").is_in(list(_OTHER_LOCAL))).join(
        removed, on=["patient_id", "_target"], how="anti"
    )
    begun = found.select("origin", "patient_id", "origin_day_latest").join(
        other, on="patient_id", how="inner"
    )
    begun = begun.filter(nw.col("start_day") <= nw.col("origin_day_latest"))
    rows: pl.DataFrame = begun.select("origin").unique("origin").collect("polars").to_native()
    return rows.with_columns(_not_by_operation=pl.lit(True))


def excluded(rule: EndpointRule, *, keep_intervals: bool) -> pl.Expr:
    """Why a row is not analysed: the first reason that holds.

    Args:
        rule: the endpoint.
        keep_intervals: keep a row of which the time is an interval.
    """
    blank = pl.lit(value=False)
    rough = blank if keep_intervals else pl.col("origin_day") != pl.col("origin_day_latest")
    reasons = [(rough, "the day of the origin is known to a month or year only")]
    reasons.append((pl.col("_died_before"), "dead before the origin"))
    for name, values in rule.eligible.items():
        column, named = pl.col(f"origin_{name}"), [value for value in values if value is not None]
        if None not in values:
            reasons.append((column.is_null(), f"{name} is not recorded"))
        said = " or ".join(value for value in named if " or " not in value)  # "R1 or R2" says no more
        reasons.append((column.is_not_null() & ~column.is_in(named), f"{name} is not {said}"))
    if rule.cleared_by == "operation":
        words = "metastases were treated by other means than operation"
        reasons.append((pl.col("_not_by_operation").fill_null(value=False), words))
    reasons += [
        (pl.col(f"_had_{name}").fill_null(value=False), f"{name.replace('_', ' ')} by the origin")
        for name in rule.without
    ]
    if any(rule.events.get(name, "ignored") != "ignored" for name in DEATHS):
        undated = pl.col("_dead_without_day") & (pl.col("status") == 0)
        reasons.append((undated, "dead, the day not recorded"))
    imprecise = pl.col("end_day") != pl.col("end_day_latest")
    reasons += [
        (pl.col("unclear"), "which of two events came first is not known"),
        (
            (blank if keep_intervals else imprecise) | pl.col("end_day_latest").is_null(),
            "the day of the end is known to a month or year only",
        ),
        (pl.col("time_high") < 0, "the end lies before the origin"),
        (
            (pl.col("time_low") < 0) & (pl.col("status") > 0),
            "whether the end lies before the origin is not known",
        ),
    ]
    why = pl.lit(None, pl.String)
    for holds, words in reversed(reasons):
        why = pl.when(holds).then(pl.lit(words)).otherwise(why)
    return why.alias("excluded")


_STATUSES: Final = {"events": 1, "competing events": 2, "censored": 0}


def flow_of(rows: pl.DataFrame, patients: int) -> dict[str, int]:
    """Patients in, without the origin, excluded by which reason, analysed."""
    flow = {
        "patients in the record": patients,
        "without this origin": patients - rows["patient_id"].n_unique(),
    }
    # Counted where they stand: a copy of the rows analysed would cost as much as the derivation.
    kept = pl.col("excluded").is_null()
    counts = rows.select(
        analysed=kept.sum(),
        **{name: (kept & (pl.col("status") == status)).sum() for name, status in _STATUSES.items()},
    ).row(0, named=True)
    flow["origins"] = rows.height
    if counts["analysed"] < rows.height:
        excluded = rows.filter(~kept).group_by("excluded").len().sort("excluded")
        flow |= {f"excluded: {why}": number for why, number in excluded.rows()}
    return flow | {name: number for name, number in counts.items() if number or name != "competing events"}
