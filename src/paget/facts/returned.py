"""Primary, local and regional disease of each decision, standing on the day and returned after treatment."""

from __future__ import annotations

from paget.facts.rowwise import early, late, possible, sure
from paget.plans import Plan, coalesce, col, lit, when


def local_disease(rows: Plan, origins: Plan) -> Plan:
    """Primary, local and regional disease standing on the day, and its first return after treatment."""
    rows = rows.filter(col("is_site") == 0).join(
        origins.select("decision", "first_end", "first_end_latest"), on="decision", how="left"
    )
    here = col("exists") & ~(col("relation") == "distant")
    again = col("exists") & col("relation").is_in(["local", "regional"])
    rows = rows.with_columns(
        _here=here & col("_standing"),
        _primary=col("exists") & col("_standing") & (col("relation") == "primary"),
        _again=again,
    )
    after = col("day") > late(col("first_end_latest"))
    not_after = late(col("day_latest")) <= early(col("first_end"))
    rows = rows.with_columns(
        _failed_yes=sure(col("_again") & after),
        _failed_may=possible(col("_again") & ~not_after.fill_null(False)),
        here_yes=sure(col("_here")),
        here_may=possible(col("_here")),
        primary_yes=sure(col("_primary")),
        primary_may=possible(col("_primary")),
        local_beyond_yes=sure(col("_here") & ~col("_treatable")),
        local_not_treatable=possible(col("_here") & ~col("_treatable")),
    )
    rows = rows.with_columns(
        failure_first=when(col("_failed_may") == 1).then(early(col("day"))).otherwise(lit(2**30)),
        failure_last=when(col("_failed_yes") == 1)
        .then(coalesce(col("day_latest"), col("as_of")))
        .otherwise(lit(2**30)),
    )
    return rows.group_by("decision").agg(
        col("here_yes").max(),
        col("here_may").max(),
        col("primary_yes").max(),
        col("primary_may").max(),
        col("local_beyond_yes").max(),
        col("local_not_treatable").max(),
        failure_yes=col("_failed_yes").max(),
        failure_may=col("_failed_may").max(),
        failure_first=col("failure_first").min(),
        failure_last=col("failure_last").min(),
    )
