"""Everything that may end follow-up, as rows of one kind: whose, when, what, and in which row it stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw

from paget.evidence.queries import Query, changed, graded, matching
from paget.record.columns import latest
from paget.record.follow_up import FollowUp

Frame = nw.LazyFrame[Any]

COLUMNS: Final = ("origin", "day", "day_latest", "type", "table", "row_id", "variable")
CLEARED: Final = "cleared"
"""An operation that left no tumour: it ends nothing, but what returns can only do so after it."""
_RETURNS: Final = {
    "local": "local_recurrence",
    "regional": "regional_recurrence",
    "distant": "distant_recurrence",
}


def events(
    seen: FollowUp, origins: Frame, causes: Mapping[str, str], own: Mapping[str, tuple[Query, ...]]
) -> Frame:
    """The events of each origin, those of its own day included.

    Args:
        seen: the record as it stands today.
        origins: as :func:`paget.evidence.origins.origins` gives them.
        causes: by written cause of death its type.
        own: types of event that the endpoint finds by queries of its own.
    """
    return nw.concat(
        [
            _deaths(seen, origins, causes),
            _statuses(seen, origins),
            _found(seen, origins, "lesions", "found_day"),
            _found(seen, origins, "sites", "day"),
            _second_primaries(seen, origins),
            _next_treatments(seen, origins),
            _cleared(seen, origins),
            *(_found_by(seen, origins, name, query) for name, listed in own.items() for query in listed),
        ],
        how="vertical",
    )


def _rows(seen: FollowUp, origins: Frame, table: str, day: str) -> Frame:
    """The rows of a table on or after the origin, of its primary; what is certainly before is left out."""
    rows = seen.since(origins, table, day).with_columns(
        day=nw.col(day), day_latest=nw.col(latest(day)), table=nw.lit(table), variable=nw.lit(day)
    )
    return rows.filter(~nw.col("day").is_null(), nw.col("days_high") >= 0)


def _typed(rows: Frame, kind: nw.Expr) -> Frame:
    return rows.with_columns(type=kind).filter(~nw.col("type").is_null()).select(*COLUMNS)


def _deaths(seen: FollowUp, origins: Frame, causes: Mapping[str, str]) -> Frame:
    cause = nw.col("death_cause").str.to_lowercase()
    kind: nw.Expr = nw.lit("death_of_unknown_cause")
    for name in sorted(set(causes.values())):
        words = [word for word, one in causes.items() if one == name]
        kind = nw.when(cause.is_in(words)).then(nw.lit(name)).otherwise(kind)
    return _typed(_rows(seen, origins, "patients", "death_day"), kind)


def _statuses(seen: FollowUp, origins: Frame) -> Frame:
    rows = _own(_rows(seen, origins, "statuses", "day")).filter(nw.col("days_high") > 0)
    status, site = nw.col("status"), nw.col("site")
    kind: nw.Expr = nw.when(status == "regrowth").then(nw.lit("regrowth"))
    kind = nw.when(status == "progression").then(nw.lit("progression")).otherwise(kind)
    for where, name in _RETURNS.items():
        kind = nw.when((status == "recurrence") & (site == where)).then(nw.lit(name)).otherwise(kind)
    unsaid = site.is_null() | ~site.is_in(list(_RETURNS))
    kind = nw.when((status == "recurrence") & unsaid).then(nw.lit("recurrence")).otherwise(kind)
    return _typed(rows, kind)


def _found(seen: FollowUp, origins: Frame, table: str, day: str) -> Frame:
    """Lesions and sites first seen after the origin; not those that were last judged benign."""
    rows = _own(_rows(seen, origins, table, day)).filter(nw.col("days_high") > 0)
    key = "lesion_id" if table == "lesions" else "site_id"
    judged = seen.view("judgements").filter(~nw.col(key).is_null(), ~nw.col("certainty").is_null())
    judged = judged.select(
        "patient_id", key, judged_day=nw.col("day").fill_null(-(2**30)), certainty="certainty"
    )
    last = judged.group_by("patient_id", key).agg(last_judged=nw.col("judged_day").max())
    benign = (
        judged.join(last, on=["patient_id", key], how="inner")
        .filter(nw.col("judged_day") == nw.col("last_judged"), nw.col("certainty") == "benign")
        .select("patient_id", key, _benign=nw.lit(1))
        .unique(["patient_id", key], keep="any")
    )
    rows = rows.join(benign, on=["patient_id", key], how="left").filter(nw.col("_benign").is_null())
    relation = nw.col("relation")
    if table == "sites":
        relation = nw.when(nw.col("organ") == "lymph node").then(relation).otherwise(nw.lit("distant"))
    kind: nw.Expr = nw.when(relation.is_null()).then(nw.lit("recurrence"))
    for where, name in _RETURNS.items():
        kind = nw.when(relation == where).then(nw.lit(name)).otherwise(kind)
    return _typed(rows, kind)


def _second_primaries(seen: FollowUp, origins: Frame) -> Frame:
    first = seen.view("tumours").select("patient_id", origin_tumour="tumour_id", _organ="site")
    beside = origins.join(first, on=["patient_id", "origin_tumour"], how="left")
    rows = _rows(seen, beside, "tumours", "diagnosed_day").filter(nw.col("days_high") > 0)
    rows = rows.filter(nw.col("tumour_id") != nw.col("origin_tumour"))
    same = (nw.col("site") == nw.col("_organ")).fill_null(value=False)
    kind = (
        nw.when(same)
        .then(nw.lit("second_primary_of_the_organ"))
        .otherwise(nw.lit("second_primary_elsewhere"))
    )
    return _typed(rows, kind)


def _next_treatments(seen: FollowUp, origins: Frame) -> Frame:
    """Treatments that began after the origin; a later step of the origin's own plan is not the next."""
    rows = _own(_rows(seen, origins, "treatments", "start_day")).filter(nw.col("days_high") > 0)
    same = (nw.col("plan_id") == nw.col("origin_plan")).fill_null(value=False)
    other = nw.col("intent").is_null() | ~nw.col("intent").is_in(["diagnostic", "supportive"])
    return _typed(rows.filter(~same, other), nw.lit("next_treatment"))


def _cleared(seen: FollowUp, origins: Frame) -> Frame:
    """Operations on or after the origin that left no tumour."""
    rows = _own(_rows(seen, origins, "treatments", "start_day"))
    return _typed(rows.filter(nw.col("residual") == "R0"), nw.lit(CLEARED))


def _found_by(seen: FollowUp, origins: Frame, name: str, query: Query) -> Frame:
    if query.change:
        rows = seen.since(origins, query.table, query.day).with_columns(
            day=nw.col(query.day),
            day_latest=nw.col(latest(query.day)),
            table=nw.lit(query.table),
            variable=nw.lit(query.day),
        )
        rows = changed(matching(rows.filter(~nw.col("day").is_null()), query), query)
        return _typed(rows, nw.lit(name))
    rows = matching(_rows(seen, origins, query.table, query.day), query)
    if query.other_primary:
        rows = rows.filter(nw.col("tumour_id") != nw.col("origin_tumour"))
    elif "of_tumour" in rows.collect_schema().names():
        rows = _own(rows)
    if not query.same_day:
        rows = rows.filter(nw.col("days_high") > 0)
    if query.least_grade:
        return graded(rows, name, query.least_grade).filter(~nw.col("type").is_null()).select(*COLUMNS)
    return _typed(rows, nw.lit(name))


def had_before(seen: FollowUp, origins: Frame, listed: tuple[Query, ...]) -> Frame:
    """The origins of which a query was so on that day or before: one column, ``origin``."""
    parts = []
    for query in listed:
        rows = matching(seen.since(origins, query.table, query.day), query)
        rows = rows.filter(nw.col("days_low") <= 0)
        parts.append(rows.select("origin"))
    return nw.concat(parts, how="vertical").unique("origin", keep="any")


def _own(rows: Frame) -> Frame:
    """Rows that are, or may be, of the origin's primary: of unknown origin they count."""
    return rows.filter(nw.col("of_tumour").fill_null(value=True))
