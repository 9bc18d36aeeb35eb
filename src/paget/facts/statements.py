"""What was last stated, measured and examined: tumour, staging, markers, studies, status."""

from __future__ import annotations

from typing import Final

from paget.facts.rowwise import EARLY, early, late, latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, coalesce, col, lit, when
from paget.record.as_of import as_of, values
from paget.record.vocabulary import OBSERVATION_UNITS
from paget.units import UNITS

MARKERS: Final = ("cea", "ecog")
"""Observations that are facts of their own."""

_WORSE: Final = ("progression", "persistence", "recurrence", "regrowth")


def tumour() -> Plan:
    """Site, histology and day of diagnosis; a text on which two rows disagree is blank."""
    rows = as_of("tumours").filter(col("tumour_id") == col("decision_tumour"))
    rows = rows.with_columns(
        _site=col("site").fill_null(""),
        _histology=col("histology").fill_null(""),
        _first=early(col("diagnosed_day")),
        _last=coalesce(col("diagnosed_day_latest"), col("as_of")),
    )
    found = rows.group_by("decision").agg(
        site=col("_site").min(),
        site_2=col("_site").max(),
        histology=col("_histology").min(),
        histology_2=col("_histology").max(),
        diagnosed=col("_first").min(),
        diagnosed_latest=col("_last").max(),
    )
    return found.with_columns(
        site=when((col("site") == col("site_2")) & (col("site") != "")).then(col("site")),
        histology=when((col("histology") == col("histology_2")) & (col("histology") != "")).then(
            col("histology")
        ),
    ).drop("site_2", "histology_2")


def time_base() -> Plan:
    """Whether the patient's days are dates: 1 calendar, -1 relative, 0 not said."""
    base = col("time_base")
    rows = as_of("patients").with_columns(
        calendar=when(base == "calendar")
        .then(lit(1))
        .when(base == "relative")
        .then(lit(-1))
        .otherwise(lit(0))
    )
    return rows.group_by("decision").agg(calendar=col("calendar").min(), calendar_2=col("calendar").max())


def nodes(sets: ValueSets) -> Plan:
    """Positive regional nodes of the primary as last staged: smallest, largest, open above."""
    counted, category = col("nodes_positive"), col("n")
    first_time = ~col("prefix").is_in(["r", "rp", "a"])
    rows = latest_rows(as_of("stagings"), ["decision"], col("of_tumour") & first_time)
    negative, positive = category.is_in(sets.nodes_negative), category.is_in(sets.nodes_positive)
    rows = rows.with_columns(
        _low=when(~counted.is_null()).then(counted).when(positive).then(lit(1)).otherwise(lit(0)),
        _high=when(~counted.is_null()).then(counted).otherwise(lit(0)),
        _open=when(~counted.is_null()).then(lit(0)).when(negative).then(lit(0)).otherwise(lit(1)),
    )
    return rows.group_by("decision").agg(
        nodes_any=col("_any").max(),
        nodes_low=col("_low").min(),
        nodes_high=col("_high").max(),
        nodes_open=col("_open").max(),
        nodes_day=col("_newest").max(),
        nodes_day_latest=col("_to").max(),
    )


def stated(sets: ValueSets) -> Plan:
    """What the last staging says of metastases: ``m0_stated`` recently, ``m1_stated``, ``m1_possible``.

    A staging without an M category leaves it open.
    """
    rows = latest_rows(as_of("stagings"), ["decision"], col("of_tumour"))
    recent = col("day") >= col("as_of") - sets.closing_m_days
    absent = col("m").is_in(sets.absent_m)
    present = when(col("m").is_in(sets.present_m)).then(lit(True)).when(absent).then(lit(False))
    rows = rows.with_columns(_m0=sure(absent & recent), _m1=present).with_columns(
        _m1_sure=sure(col("_m1")), _m1_possible=possible(col("_m1"))
    )
    return rows.group_by("decision").agg(
        m0_stated=col("_m0").min(),
        m1_stated=col("_m1_sure").min(),
        m1_possible=col("_m1_possible").max(),
        m_any=col("_any").max(),
    )


def stated_course() -> Plan:
    """Whether a status ever spoke of distant disease: counts ``distant_stated``, ``distant_possible``."""
    status, site = col("status"), col("site")
    free = status == "no evidence"
    elsewhere = (
        when(site == "distant")
        .then(lit(True))
        .when(site.is_null() | ((site == "whole disease") & (status.is_in(_WORSE) | status.is_null())))
        .then(lit(None, "truth"))
        .otherwise(lit(False))
    )
    rows = as_of("statuses").with_columns(_distant=elsewhere & ~free & col("of_tumour") & col("known"))
    rows = rows.with_columns(_sure=sure(col("_distant")), _possible=possible(col("_distant")))
    return rows.group_by("decision").agg(
        distant_stated=col("_sure").max(), distant_possible=col("_possible").max()
    )


def marker(rows: Plan, name: str) -> Plan:
    """The last value of an observation in its own unit: low, high, whether a side is open, and its day."""
    wanted = OBSERVATION_UNITS[name]
    dimension, base = UNITS[wanted].dimension, UNITS[wanted].factor
    factors: dict[float, list[str]] = {}
    for unit in UNITS.values():
        if unit.dimension == dimension:
            factors.setdefault(unit.factor / base, []).append(unit.symbol)
    written = col("unit")
    fits = written.is_null() | written.is_in([unit for symbols in factors.values() for unit in symbols])
    rows = latest_rows(rows, ["decision"], (col("name") == name) & fits.fill_null(False))
    factor: Expr = lit(None, "number")
    for value, symbols in factors.items():
        is_it = written.is_in(symbols)
        if dimension == "number":
            is_it = is_it | written.is_null()
        factor = when(is_it).then(lit(value)).otherwise(factor)
    rows = rows.with_columns(_factor=factor).with_columns(
        _low=col("low") * col("_factor"), _high=col("high") * col("_factor")
    )
    rows = rows.with_columns(
        _low_open=sure(col("_low").is_null()),
        _high_open=sure(col("_high").is_null()),
        _low=col("_low").fill_null(0.0),
        _high=col("_high").fill_null(0.0),
    )
    return rows.group_by("decision").agg(
        **{
            f"{name}_any": col("_any").max(),
            f"{name}_low": col("_low").min(),
            f"{name}_high": col("_high").max(),
            f"{name}_low_open": col("_low_open").max(),
            f"{name}_high_open": col("_high_open").max(),
            f"{name}_day": col("_newest").max(),
            f"{name}_day_latest": col("_to").max(),
        }
    )


def studies(sets: ValueSets) -> Plan:
    """Which regions are closed by a study young enough, and the last day of each examination."""
    covers = values("studies", "covers").select("row_id", "patient_id", region="value")
    rows = as_of("studies").select(
        "decision", "patient_id", "as_of", "row_id", "kind", "day", "day_latest", "known"
    )
    rows = rows.join(covers, on=["patient_id", "row_id"], how="left")
    known = col("known").fill_null(False)
    made: dict[str, Expr] = {}
    for name, region in sets.regions.items():
        closes: Expr = lit(False)
        for age in sorted(set(region.ages.values())):
            kinds = [kind for kind, days in region.ages.items() if days == age]
            closes = closes | (col("kind").is_in(kinds) & (col("day") >= col("as_of") - age)).fill_null(False)
        made[f"closed_{name}"] = sure(closes & col("region").is_in(region.covers).fill_null(False) & known)
    for name, examination in sets.examinations.items():
        is_it = col("kind").is_in(examination.kinds) & col("region").is_in(examination.covers) & col("known")
        made[f"{name}_day"] = when(is_it).then(early(col("day"))).otherwise(lit(EARLY))
        made[f"{name}_day_latest"] = (
            when(possible(is_it) == 1).then(late(col("day_latest"))).otherwise(lit(EARLY))
        )
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(*(col(name).max() for name in made))


def progression() -> Plan:
    """Whether the last status of the primary is progression: ``progressing``, ``may_progress``."""
    rows = as_of("statuses")
    here = col("site").is_in(["primary", "local", "regional"])
    rows = latest_rows(rows, ["decision"], col("of_tumour") & here)
    worse = col("status").is_in(_WORSE)
    rows = rows.with_columns(_yes=sure(worse), _may=possible(worse))
    return rows.group_by("decision").agg(
        status_any=col("_any").max(), progressing=col("_yes").min(), may_progress=col("_may").max()
    )
