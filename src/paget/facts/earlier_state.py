"""The metastatic state before today: the most metastases at once, earlier ones treated, drugs at detection.

Detection is that of the newest metastasis that stands.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.judged import KEYS
from paget.facts.rowwise import EARLY, LATE, early, late, latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, coalesce, col, lit, when
from paget.possible import Range, Truth
from paget.record.as_of import as_of

METASTATIC_STATE: Final = "metastatic state"
DRUGS_AT_DETECTION: Final = "systemic treatment at detection"

_BETTER: Final = ("complete", "near-complete", "partial response", "stable", "no evidence")
_WORSE: Final = ("progression", "recurrence", "regrowth")

FACTS: Final = (
    number(
        "most_lesions_at_once",
        "The most metastases that stood at one time; vanished ones count, peritoneal ones do not.",
        "lesion",
        "earlier imaging",
    ),
    number("organs_ever", "Organs that ever held a metastasis.", "organ", "earlier imaging"),
    Fact(
        "dissemination_ever",
        "truth",
        "Malignant effusion, meningeal or peritoneal disease, now or before.",
        resolved_by="earlier imaging",
    ),
    Fact(
        "polymetastatic_stated",
        "truth",
        "The record states that the disease was polymetastatic.",
        resolved_by="history of the disease",
    ),
    Fact(
        "never_polymetastatic_stated",
        "truth",
        "The record states that it never was.",
        resolved_by="history of the disease",
    ),
    Fact(
        "earlier_metastases_treated",
        "truth",
        "A treatment of metastases began before the newest metastasis that stands was found.",
        resolved_by="history of the disease",
    ),
    Fact(
        "drugs_at_detection",
        "truth",
        "Systemic treatment was going on when the newest metastasis that stands was found.",
        resolved_by="dates of systemic treatment",
    ),
    Fact(
        "metastases_progressing",
        "truth",
        "The last status of the metastases is progression.",
        resolved_by="imaging compared with the last",
    ),
)


def removal_days(shared: Shared) -> Plan:
    """When each metastasis was removed: ``gone_from`` the first possible day, ``gone_by`` the last."""
    starts = shared.treatments.select(
        "decision", "treatment_id", _begin="_start", _begin_latest="_start_latest"
    )
    gone = col("addressed") & col("removed") & ~(col("modality") == "systemic")
    rows = shared.targets.join(starts, on=["decision", "treatment_id"], how="left").with_columns(_gone=gone)
    rows = rows.filter(col("_gone").is_null() | col("_gone")).with_columns(
        _from=early(col("_begin")),
        _by=when(col("_gone")).then(late(col("_begin_latest"))).otherwise(lit(LATE)),
    )
    return rows.group_by(*KEYS).agg(gone_from=col("_from").min(), gone_by=col("_by").min())


def ever(shared: Shared) -> Plan:
    """Metastases that there are or were, with the days between which each stood."""
    rows = shared.deposits.with_columns(_ever=col("exists") & (col("relation") == "distant"))
    rows = rows.filter(col("_ever").is_null() | col("_ever"))
    rows = rows.join(removal_days(shared), on=KEYS, how="left")
    organ = col("organ")
    return rows.with_columns(
        _is=sure(col("_ever")),
        _counted=~organ.is_in(shared.sets.uncounted),
        _spread=col("_ever") & organ.is_in(shared.sets.dissemination),
        _found=early(col("day")),
        _found_latest=when(col("_ever")).then(coalesce(col("day_latest"), col("as_of"))).otherwise(LATE),
        _found_last=coalesce(col("day_latest"), col("as_of")),
        _gone_from=col("gone_from").fill_null(LATE),
        _gone_by=col("gone_by").fill_null(LATE),
    )


def at_once(rows: Plan) -> Plan:
    """The most at one time: on the day of detection of each, how many others stood; by decision."""
    moments = rows.select("decision", _moment="_found", _moment_latest="_found_last")
    pairs = moments.unique().join(
        rows.select(
            "decision", "_is", "_counted", "_found", "_found_latest", "_gone_from", "_gone_by", "is_site"
        ),
        on="decision",
        how="inner",
    )
    there = (col("_found_latest") <= col("_moment")) & (col("_gone_from") > col("_moment_latest"))
    may_be = (col("_found") <= col("_moment_latest")) & ~(col("_gone_by") < col("_moment"))
    pairs = pairs.with_columns(
        _yes=sure(there & (col("_is") == 1) & col("_counted")), _may=possible(may_be & col("_counted"))
    )
    each = pairs.group_by("decision", "_moment", "_moment_latest").agg(
        _yes=col("_yes").sum(), _may=col("_may").sum()
    )
    return each.group_by("decision").agg(once_yes=col("_yes").max(), once_may=col("_may").max())


def summed(rows: Plan) -> Plan:
    """Dissemination ever, sites, and the day on which the newest that stands was found; by decision."""
    now = col("_ever") & col("_standing")
    rows = rows.with_columns(
        _spread_yes=sure(col("_spread")),
        _spread_may=possible(col("_spread")),
        _newest=when(now).then(col("_found")).otherwise(lit(EARLY)),
        _newest_latest=when(possible(now) == 1).then(col("_found_last")).otherwise(lit(EARLY)),
        _oldest=col("_found"),
        _oldest_latest=col("_found_latest"),
        _blank=sure(col("organ").is_null()),
    )
    found = rows.group_by("decision").agg(
        spread_ever_yes=col("_spread_yes").max(),
        spread_ever_may=col("_spread_may").max(),
        site_ever=col("is_site").max(),
        newest=col("_newest").max(),
        newest_latest=col("_newest_latest").max(),
        oldest=col("_oldest").min(),
        oldest_latest=col("_oldest_latest").min(),
        organ_blank=col("_blank").sum(),
    )
    organs = (
        rows.filter(~col("organ").is_null()).select("decision", "organ").unique().with_columns(_one=lit(1))
    )
    found = found.join(
        organs.group_by("decision").agg(organs_ever_may=col("_one").sum()), on="decision", how="left"
    )
    certain = col("newest") > EARLY  # without a certain day, another may be the newest
    return found.with_columns(newest_latest=when(certain).then(col("newest_latest")).otherwise(lit(LATE)))


def treated_before(shared: Shared, found: Plan) -> Plan:
    """Treatment of metastases before the newest was found, and drugs on that day; by decision."""
    days = found.select("decision", "newest", "newest_latest", "oldest", "oldest_latest")
    rows = shared.treatments.join(shared.aims, on=["decision", "treatment_id"], how="left")
    rows = rows.join(days, on="decision", how="inner")
    drugs = col("modality") == "systemic"
    at_them = when(col("target_metastases") > 0).then(lit(True))
    at_them = at_them.when(col("targets") == col("target_other")).then(lit(False))
    at_them = at_them.when(col("targets").is_null() & col("definitive")).then(lit(False))
    aimed = drugs | at_them.otherwise(lit(None, "truth"))
    start, start_latest = early(col("_start")), late(col("_start_latest"))
    between = (
        when((start > col("oldest_latest")) & (start_latest < col("newest")))
        .then(lit(True))
        .when((start_latest <= col("oldest")) | (start >= col("newest_latest")))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    end, end_latest = early(col("finished")), late(col("finished_latest"))
    going_on = (
        when((start_latest < col("newest")) & (end >= col("newest_latest")))
        .then(lit(True))
        .when((start >= col("newest_latest")) | (end_latest < col("newest")))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    counts = col("known") & col("of_tumour") & col("began")
    rows = rows.with_columns(_before=counts & aimed & between, _drugs=counts & drugs & going_on)
    rows = rows.with_columns(
        _before_yes=sure(col("_before")),
        _before_may=possible(col("_before")),
        _drugs_yes=sure(col("_drugs")),
        _drugs_may=possible(col("_drugs")),
    )
    return rows.group_by("decision").agg(
        before_yes=col("_before_yes").max(),
        before_may=col("_before_may").max(),
        active_yes=col("_drugs_yes").max(),
        active_may=col("_drugs_may").max(),
    )


def stated(sets: ValueSets, found: Plan) -> Plan:
    """What observations state of the earlier state and of drugs at detection; by decision."""
    words = sets.words["course"]
    rows = as_of("observations").join(
        found.select("decision", "newest", "newest_latest"), on="decision", how="left"
    )
    name, text = col("name"), col("text")
    since = (
        when(early(col("day")) >= col("newest_latest"))
        .then(lit(True))
        .when(late(col("day_latest")) < col("newest"))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    made: dict[str, Expr] = {
        "poly": (name == METASTATIC_STATE) & text.is_in(words["polymetastatic"]),
        "never_poly": (name == METASTATIC_STATE) & text.is_in(words["never_polymetastatic"]),
        "no_drugs": (name == DRUGS_AT_DETECTION) & text.is_in(words["no_drugs"]) & since,
        "some_drugs": (name == DRUGS_AT_DETECTION) & text.is_in(words["drugs"]) & since,
    }
    rows = rows.with_columns(
        **{f"_{key}": sure(col("known") & one) for key, one in made.items()},
        **{f"_{key}_may": possible(col("known") & one) for key, one in made.items()},
    )
    return rows.group_by("decision").agg(
        **{f"said_{key}": col(f"_{key}").max() for key in made},
        **{f"said_{key}_may": col(f"_{key}_may").max() for key in made},
    )


def progression() -> Plan:
    """Whether the last status of the metastases is progression, by decision."""
    status, site = col("status"), col("site")
    speaks = (
        when(site.is_in(["distant", "whole disease"])).then(lit(True)).when(~site.is_null()).then(lit(False))
    )
    rows = latest_rows(as_of("statuses"), ["decision"], col("of_tumour") & speaks)
    worse = when(status.is_in(_WORSE)).then(lit(True)).when(status.is_in(_BETTER)).then(lit(False))
    rows = rows.with_columns(_worse=sure(worse), _worse_may=possible(worse))
    return rows.group_by("decision").agg(
        status_told=col("_any").max(),
        status_worse=col("_worse").min(),
        status_worse_may=col("_worse_may").max(),
    )


def _plans(shared: Shared) -> tuple[Plan, ...]:
    rows = ever(shared)
    found = summed(rows)
    return at_once(rows), found, treated_before(shared, found), stated(shared.sets, found), progression()


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts, closed = known.parts, known.complete()
    n, flag = parts.count, parts.flag
    now, organs = known.range("lesion_count"), known.range("organ_count")
    low = np.maximum(n("once_yes"), now.low)
    high = np.where(closed & ~flag("site_ever"), np.maximum(n("once_may"), low), np.inf)
    organs_high = np.where(closed, np.maximum(n("organs_ever_may") + n("organ_blank"), organs.low), np.inf)
    drugs = Truth.where(
        flag("active_yes") | flag("said_some_drugs"),
        flag("said_no_drugs") & ~flag("active_may") & ~flag("said_some_drugs_may"),
    )
    spread = Truth.where(flag("spread_ever_yes"), ~flag("spread_ever_may") & closed)
    worse = Truth.where(
        flag("status_told") & flag("status_worse"), flag("status_told") & ~flag("status_worse_may")
    )
    return {
        "most_lesions_at_once": FactColumn(Range(low, high)),
        "organs_ever": FactColumn(Range(organs.low, organs_high)),
        "dissemination_ever": FactColumn(spread),
        "polymetastatic_stated": FactColumn(parts.truth("said_poly", "said_poly_may")),
        "never_polymetastatic_stated": FactColumn(parts.truth("said_never_poly", "said_never_poly_may")),
        "earlier_metastases_treated": FactColumn(parts.truth("before_yes", "before_may")),
        "drugs_at_detection": FactColumn(drugs),
        "metastases_progressing": FactColumn(worse),
    }


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
