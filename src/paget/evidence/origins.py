"""The day from which follow-up counts, of each patient and primary to whom the origin's rule applies."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from paget.evidence.endpoint_files import OriginRule
from paget.evidence.queries import Query, among, matching
from paget.record.columns import latest
from paget.record.follow_up import FollowUp
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]


def origins(seen: FollowUp, rule: OriginRule, keep: tuple[str, ...] = ()) -> Frame:
    """One row an origin: ``origin`` (its number), ``patient_id``, ``origin_tumour``, ``origin_day``,
    ``origin_day_latest``, ``origin_row``, ``origin_plan`` and the columns asked for as ``origin_<name>``.

    Args:
        seen: the record as it stands today.
        rule: which row and day.
        keep: columns of that row which eligibility reads.
    """
    rows = seen.view(rule.table)
    for column, values in rule.where.items():
        rows = rows.filter(among(column, values, TABLES[rule.table].column(column).kind))
    day = nw.col(rule.day)
    rows = rows.filter(~day.is_null())
    if rule.of != "any":
        rows = _of(seen, rows, rule.of)
    if rule.after is not None:
        rows = _after(seen, rows, rule.day, rule.after)
    if rule.completed:
        rows = _completed(seen, rows)
    about_a_tumour = any(column.name == "tumour_id" for column in TABLES[rule.table].columns)
    tumour = nw.col("tumour_id") if about_a_tumour else nw.lit(None, nw.String)
    own = rows.with_columns(
        origin_tumour=tumour,
        origin_day=day,
        origin_day_latest=nw.col(latest(rule.day)),
        origin_row=nw.col("row_id"),
    )
    own = own.with_columns(_of=nw.col("origin_tumour").fill_null(""))  # a join passes blanks over
    if rule.which != "each":
        by = ["patient_id"] if rule.of == "metastases" else ["patient_id", "_of"]
        edge = nw.col("origin_day").min() if rule.which == "first" else nw.col("origin_day").max()
        edges = own.group_by(*by).agg(_edge=edge)
        own = own.join(edges, on=by, how="inner").filter(nw.col("origin_day") == nw.col("_edge"))
        rows_of = own.group_by(*by).agg(origin_row=nw.col("origin_row").min())
        own = own.drop("_edge").join(rows_of, on=[*by, "origin_row"], how="inner")
    kept = {f"origin_{name}": nw.col(name) for name in keep}
    plan = nw.col("plan_id") if rule.table == "treatments" else nw.lit(None, nw.String)
    return own.select(
        "patient_id",
        "origin_tumour",
        "origin_day",
        "origin_day_latest",
        "origin_row",
        origin_plan=plan,
        **kept,
    ).with_row_index("origin", order_by=["patient_id", "origin_row"])


def _after(seen: FollowUp, rows: Frame, day: str, query: Query) -> Frame:
    """Rows later than the patient's first row of a query."""
    first = matching(seen.view(query.table), query).filter(~nw.col(query.day).is_null())
    first = first.group_by("patient_id").agg(_after=nw.col(latest(query.day)).min())
    return (
        rows.join(first, on="patient_id", how="inner").filter(nw.col(day) > nw.col("_after")).drop("_after")
    )


def _completed(seen: FollowUp, rows: Frame) -> Frame:
    """Operations that no other completes: no later step of its plan, no re-resection of a positive margin.

    A later operation is a re-resection where nothing that came back was written between the two.
    """
    one = rows.select("patient_id", "row_id", "plan_id", "residual", _day="start_day")
    other = rows.select("patient_id", _next="row_id", _plan="plan_id", _next_day="start_day")
    pairs = one.join(other, on="patient_id", how="inner").filter(nw.col("_next_day") > nw.col("_day"))
    key = ["patient_id", "row_id", "_next"]
    again = (
        pairs.filter(
            nw.col("plan_id").is_null() | (nw.col("plan_id") != nw.col("_plan")).fill_null(value=True)
        )
        .join(_returned(seen), on="patient_id", how="inner")
        .filter(nw.col("_returned") > nw.col("_day"), nw.col("_returned") <= nw.col("_next_day"))
        .select(*key)
        .unique(key, keep="any")
    )
    same = (nw.col("plan_id") == nw.col("_plan")).fill_null(value=False)
    positive = nw.col("residual").is_in(["R1", "R2", "R1 or R2"]).fill_null(value=False)
    followed = pairs.filter(same | positive).join(again, on=key, how="anti")
    followed = followed.select("patient_id", "row_id").unique(["patient_id", "row_id"], keep="any")
    return rows.join(followed, on=["patient_id", "row_id"], how="anti")


def _returned(seen: FollowUp) -> Frame:
    """Days on which disease was said to have come back, or a new deposit was found."""
    back = nw.col("status").is_in(["recurrence", "regrowth", "progression"])
    days = [
        seen.view("statuses").filter(back).select("patient_id", _returned="day"),
        seen.view("lesions")
        .filter(nw.col("relation") != "primary")
        .select("patient_id", _returned="found_day"),
        seen.view("sites").select("patient_id", _returned="day"),
    ]
    return nw.concat(days, how="vertical").filter(~nw.col("_returned").is_null())


def _of(seen: FollowUp, rows: Frame, what: str) -> Frame:
    """Treatments of metastases, or those that addressed anything else or nothing that was written."""
    key = ["patient_id", "lesion_id"]
    lesions = seen.view("lesions").select(*key, _relation="relation").unique(key, keep="any")
    distant = (
        nw.when(nw.col("lesion_id").is_null()).then(nw.lit(True)).otherwise(nw.col("_relation") == "distant")
    )
    hit = (
        seen.view("targets")
        .filter(~nw.col("lesion_id").is_null() | ~nw.col("site_id").is_null())
        .join(lesions, on=key, how="left")
        .with_columns(_distant=nw.when(distant).then(nw.lit(1)).otherwise(nw.lit(0)), _one=nw.lit(1))
        .group_by("patient_id", "treatment_id")
        .agg(_hits=nw.col("_distant").sum(), _targets=nw.col("_one").sum())
    )
    rows = rows.join(hit, on=["patient_id", "treatment_id"], how="left")
    if what == "metastases":
        return rows.filter(nw.col("_hits") > 0)
    alone = (nw.col("_hits") == nw.col("_targets")).fill_null(value=False)
    return rows.filter(~alone)
