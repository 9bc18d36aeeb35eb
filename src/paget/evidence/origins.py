"""The day from which follow-up counts, of each patient and primary to whom the origin's rule applies."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from paget.evidence.endpoint_files import OriginRule
from paget.record.columns import latest
from paget.record.follow_up import FollowUp
from paget.record.tables import TABLES

Frame = nw.LazyFrame[Any]


def origins(seen: FollowUp, rule: OriginRule, keep: tuple[str, ...] = ()) -> Frame:
    """One row an origin: ``origin`` (its number), ``patient_id``, ``origin_tumour``, ``origin_day``,
    ``origin_day_latest``, ``origin_row``, and the columns asked for as ``origin_<name>``.

    Args:
        seen: the record as it stands today.
        rule: which row and day.
        keep: columns of that row which eligibility reads.
    """
    rows = seen.view(rule.table)
    for column, values in rule.where.items():
        rows = rows.filter(_among(column, values, TABLES[rule.table].column(column).kind == "truth"))
    day = nw.col(rule.day)
    rows = rows.filter(~day.is_null())
    if rule.of != "any":
        rows = _of(seen, rows, rule.of)
    tumour = nw.col("tumour_id")
    own = rows.with_columns(
        origin_tumour=tumour,
        origin_day=day,
        origin_day_latest=nw.col(latest(rule.day)),
        origin_row=nw.col("row_id"),
    )
    if rule.which != "each":
        by = ["patient_id"] if rule.of == "metastases" else ["patient_id", "origin_tumour"]
        edge = nw.col("origin_day").min() if rule.which == "first" else nw.col("origin_day").max()
        edges = own.group_by(*by).agg(_edge=edge)
        own = own.join(edges, on=by, how="inner").filter(nw.col("origin_day") == nw.col("_edge"))
        rows_of = own.group_by(*by).agg(origin_row=nw.col("origin_row").min())
        own = own.drop("_edge").join(rows_of, on=[*by, "origin_row"], how="inner")
    kept = {f"origin_{name}": nw.col(name) for name in keep}
    return own.select(
        "patient_id", "origin_tumour", "origin_day", "origin_day_latest", "origin_row", **kept
    ).with_row_index("origin", order_by=["patient_id", "origin_row"])


def _among(column: str, values: tuple[str | None, ...], is_truth: bool) -> nw.Expr:
    """Whether a column has one of some values; null stands for a blank."""
    named: list[Any] = [value for value in values if value is not None]
    if is_truth:
        named = [value == "yes" for value in named]
    found = nw.col(column).is_in(named)
    return (found | nw.col(column).is_null()) if None in values else found


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
