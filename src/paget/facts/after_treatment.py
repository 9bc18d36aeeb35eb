"""What is found after definitive treatment: the treatment, signs of disease, responses in between, as plans.

The treatment asked about is the last definitive one of the primary that has begun; a sign is a lesion or site
that stands and was found after its end, or a status that says so.
"""

from __future__ import annotations

from typing import Final

from paget.facts.rowwise import EARLY, LATE, WORSE, early, late, latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, concat, lit, when
from paget.record.as_of import as_of

RESIDUALS: Final = ("R0", "R1", "R2", "RX")

LESION_ORIGIN: Final = "lesion origin"
"""Name of the observation that says why a new lesion is, or is not, of the tumour."""

_REMAINS: Final = ("partial response", "stable")
_FREE: Final = ("complete", "no evidence")
_IRRADIATION: Final = ("radiotherapy", "chemoradiotherapy")


def anchors(definitive: Plan) -> Plan:
    """The last definitive treatment that has begun: its end, means and residual, one row a decision."""
    rows = latest_rows(definitive, ["decision"], col("_counts"), day="_start")
    modality = col("modality")
    made: dict[str, Expr] = {}
    made["operated"] = modality == "surgery"
    made["irradiated"] = modality.is_in(_IRRADIATION)
    made["otherwise"] = ~(made["operated"] | made["irradiated"])
    for name in RESIDUALS:
        made[f"left_{name}"] = may_be_left(name)
    rows = rows.with_columns(
        **{f"_{name}": possible(one) for name, one in made.items()},
        _end=early(col("finished")),
        _end_latest=late(col("finished_latest")),
    )
    return rows.group_by("decision").agg(
        anchor_sure=col("_any").max(),
        anchor_end=col("_end").min(),
        anchor_end_latest=col("_end_latest").max(),
        **{f"anchor_{name}": col(f"_{name}").max() for name in made},
    )


def may_be_left(residual: str) -> Expr:
    """Whether a treatment may have left so much: the word itself, or one that leaves it open."""
    written = col("residual")
    either = [one for one in ("R0 or R1", "R1 or R2") if residual in one.split(" or ")]
    return (written == residual) | written.is_in(either)


def signs(deposits: Plan, anchor: Plan) -> Plan:
    """Every lesion, site and status that shows, or may show, disease after the last definitive treatment."""
    names = (
        "decision",
        "subject",
        "is_site",
        "_place",
        "_day",
        "_day_latest",
        "_shows",
        "_proven",
        "_may_be_proven",
    )
    relation = col("relation")
    found = deposits.with_columns(
        _place=when(relation == "primary").then(lit("local")).otherwise(relation),
        _day=early(col("day")),
        _day_latest=late(col("day_latest")),
        _shows=col("exists") & col("_standing"),
        _proven=col("proven").fill_null(0)
        * when(col("judged").fill_null(0) > 0).then(lit(1)).otherwise(lit(0)),
        _may_be_proven=col("may_be_proven").fill_null(0),
    ).select(*names)
    said = statuses().with_columns(subject=lit(None, "text"), is_site=lit(2)).select(*names)
    rows = concat([found, said]).join(
        anchor.select("decision", "anchor_sure", "anchor_end", "anchor_end_latest"),
        on="decision",
        how="inner",
    )
    after = (
        when((col("_day") > col("anchor_end_latest")) & (col("anchor_sure") == 1))
        .then(lit(True))
        .when(~(col("_day_latest") > col("anchor_end")))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_sign=col("_shows") & after)
    return rows.filter(col("_sign").is_null() | col("_sign"))


def statuses() -> Plan:
    """Statuses that say that disease is there after treatment, and no later one that it is gone."""
    status, site = col("status"), col("site")
    rows = as_of("statuses").with_columns(_day=early(col("day")), _day_latest=late(col("day_latest")))
    free = rows.with_columns(_free=status.is_in(_FREE) & col("known") & col("of_tumour"))
    free = (
        free.with_columns(
            _gone=when(col("_free")).then(col("_day")).otherwise(lit(EARLY)),
            _maybe=possible(col("_free")),
        )
        .with_columns(_perhaps=when(col("_maybe") == 1).then(col("_day_latest")).otherwise(lit(EARLY)))
        .group_by("decision")
        .agg(gone=col("_gone").max(), perhaps_gone=col("_perhaps").max())
    )
    rows = rows.join(free, on="decision", how="left")
    here = site.is_in(["primary", "local", "regional"])
    says = (
        when(status.is_in(_FREE))
        .then(lit(False))
        .when(status.is_null())
        .then(lit(None, "truth"))
        .when((status == "recurrence") | (status == "regrowth"))
        .then(here | (site == "distant") | lit(None, "truth"))
        .when(status.is_in([*WORSE, *_REMAINS]))
        .then(here | (site.is_null() | (site == "whole disease")) & lit(None, "truth"))
        .otherwise(when(here | site.is_null()).then(lit(None, "truth")).otherwise(lit(False)))
    )
    current = (
        when(col("_day") > col("perhaps_gone"))
        .then(lit(True))
        .when(col("_day_latest") < col("gone"))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    place = (
        when(site.is_in(["primary", "local"]))
        .then(lit("local"))
        .when(site.is_in(["regional", "distant"]))
        .then(site)
        .otherwise(lit(None, "text"))
    )
    pathological = col("basis") == "pathological"
    return rows.with_columns(
        _shows=says & current & col("known") & col("of_tumour"),
        _place=place,
        _proven=sure(pathological),
        _may_be_proven=possible(pathological),
    )


def failures(shown: Plan) -> Plan:
    """Whether there is such disease, since when, where and whether proven, one row a decision."""
    place = col("_place")
    rows = shown.with_columns(
        _yes=sure(col("_sign")),
        _local=sure(col("_sign") & (place == "local")),
        _local_may=possible(place == "local"),
        _regional=sure(col("_sign") & (place == "regional")),
        _regional_may=possible(place == "regional"),
        _distant=sure(col("_sign") & (place == "distant")),
        _distant_may=possible(place == "distant"),
        _one=lit(1),
    ).with_columns(
        _since=col("_day"),
        _since_latest=when(col("_yes") == 1).then(col("_day_latest")).otherwise(lit(LATE)),
        _tissue=col("_yes") * col("_proven"),
    )
    return rows.group_by("decision").agg(
        fail_yes=col("_yes").max(),
        fail_may=col("_one").max(),
        fail_first=col("_since").min(),
        fail_last=col("_since_latest").min(),
        fail_proven=col("_tissue").max(),
        fail_may_be_proven=col("_may_be_proven").max(),
        **{
            f"fail_{one}{kind}": col(f"_{one}{kind}").max()
            for one in ("local", "regional", "distant")
            for kind in ("", "_may")
        },
    )


def responses(anchor: Plan, failed: Plan) -> Plan:
    """What was documented between the last definitive treatment and the first sign of disease after it."""
    ends = anchor.select("decision", "anchor_end", "anchor_end_latest").join(
        failed.select("decision", "fail_first", "fail_last"), on="decision", how="left"
    )
    status, site = col("status"), col("site")
    rows = as_of("statuses").join(ends, on="decision", how="inner")
    counts = col("known") & col("of_tumour")
    everywhere = site.is_in(["whole disease", "primary", "local"]) | (
        when(site == "regional").then(lit(None, "truth")).when(site == "distant").then(lit(False))
    )
    first, last = early(col("day")), late(col("day_latest"))
    fail_first, fail_last = col("fail_first").fill_null(LATE), col("fail_last").fill_null(LATE)
    after = (
        when(first >= col("anchor_end_latest"))
        .then(lit(True))
        .when(last < col("anchor_end"))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    before = (
        when(last < fail_first)
        .then(lit(True))
        .when(first >= fail_last)
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    remains = (
        when(status.is_in([*_REMAINS, "persistence"]))
        .then(site.is_in(["primary", "local", "regional"]) | lit(None, "truth"))
        .when(status.is_in(["near-complete", "progression"]) | status.is_null())
        .then(lit(None, "truth"))
        .otherwise(lit(False))
    )
    rows = rows.with_columns(
        _free=counts & status.is_in(_FREE) & everywhere & after & before,
        _left=counts & remains & after,
    )
    rows = rows.with_columns(
        _free_yes=sure(col("_free")),
        _free_may=possible(col("_free")),
        _left_yes=sure(col("_left")),
        _left_may=possible(col("_left")),
    )
    return rows.group_by("decision").agg(
        free_yes=col("_free_yes").max(),
        free_may=col("_free_may").max(),
        left_yes=col("_left_yes").max(),
        left_may=col("_left_may").max(),
    )


def other_origin(sets: ValueSets, failed: Plan) -> Plan:
    """What is documented of the origin of a new lesion, on the day of its detection or later."""
    rows = as_of("observations").join(
        failed.select("decision", "fail_first", "fail_last"), on="decision", how="inner"
    )
    text = col("text")
    sign = (
        when(text.is_in(sets.words["course"]["other_origin"]))
        .then(lit(True))
        .when(text.is_in(sets.words["course"]["same_origin"]))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    since = (
        when(early(col("day")) >= col("fail_last"))
        .then(lit(True))
        .when(late(col("day_latest")) < col("fail_first"))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_other=col("known") & (col("name") == LESION_ORIGIN) & sign & since)
    rows = rows.with_columns(_yes=sure(col("_other")), _may=possible(col("_other")))
    return rows.group_by("decision").agg(other_yes=col("_yes").max(), other_may=col("_may").max())
