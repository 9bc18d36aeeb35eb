"""What was last stated, measured and examined: tumour, staging, markers, studies, status."""

from __future__ import annotations

from typing import Any, Final

import narwhals as nw

from paget.facts.rowwise import EARLY, early, late, latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.record.as_of import AsOf
from paget.record.vocabulary import OBSERVATION_UNITS
from paget.units import UNITS

Frame = nw.LazyFrame[Any]

MARKERS: Final = ("cea", "ecog")
"""Observations that are facts of their own."""


def tumour(view: AsOf) -> Frame:
    """Site, histology and day of diagnosis; a text on which two rows disagree is blank."""
    rows = view.view("tumours").filter(nw.col("tumour_id") == nw.col("decision_tumour"))
    rows = rows.with_columns(
        _site=nw.col("site").fill_null(""),
        _histology=nw.col("histology").fill_null(""),
        _first=early(nw.col("diagnosed_day")),
        _last=nw.coalesce(nw.col("diagnosed_day_latest"), nw.col("as_of")),
    )
    found = rows.group_by("decision").agg(
        site=nw.col("_site").min(),
        site_2=nw.col("_site").max(),
        histology=nw.col("_histology").min(),
        histology_2=nw.col("_histology").max(),
        diagnosed=nw.col("_first").min(),
        diagnosed_latest=nw.col("_last").max(),
    )
    return found.with_columns(
        site=nw.when((nw.col("site") == nw.col("site_2")) & (nw.col("site") != "")).then(nw.col("site")),
        histology=nw.when((nw.col("histology") == nw.col("histology_2")) & (nw.col("histology") != "")).then(
            nw.col("histology")
        ),
    ).drop("site_2", "histology_2")


def time_base(view: AsOf) -> Frame:
    """Whether the patient's days are dates: 1 calendar, -1 relative, 0 not said."""
    base = nw.col("time_base")
    rows = view.view("patients").with_columns(
        calendar=nw.when(base == "calendar")
        .then(nw.lit(1))
        .when(base == "relative")
        .then(nw.lit(-1))
        .otherwise(nw.lit(0))
    )
    return rows.group_by("decision").agg(
        calendar=nw.col("calendar").min(), calendar_2=nw.col("calendar").max()
    )


def nodes(view: AsOf, sets: ValueSets) -> Frame:
    """Positive regional nodes of the primary as last staged: smallest, largest, open above."""
    counted, category = nw.col("nodes_positive"), nw.col("n")
    first_time = ~nw.col("prefix").is_in(["r", "rp", "a"])
    rows = latest_rows(view.view("stagings"), ["decision"], nw.col("of_tumour") & first_time)
    negative, positive = category.is_in(sets.nodes_negative), category.is_in(sets.nodes_positive)
    rows = rows.with_columns(
        _low=nw.when(~counted.is_null()).then(counted).when(positive).then(nw.lit(1)).otherwise(nw.lit(0)),
        _high=nw.when(~counted.is_null()).then(counted).otherwise(nw.lit(0)),
        _open=nw.when(~counted.is_null()).then(nw.lit(0)).when(negative).then(nw.lit(0)).otherwise(nw.lit(1)),
    )
    return rows.group_by("decision").agg(
        nodes_any=nw.col("_any").max(),
        nodes_low=nw.col("_low").min(),
        nodes_high=nw.col("_high").max(),
        nodes_open=nw.col("_open").max(),
        nodes_day=nw.col("_newest").max(),
        nodes_day_latest=nw.col("_to").max(),
    )


def absence(view: AsOf, sets: ValueSets) -> Frame:
    """Whether the last staging states, recently enough, that there is no metastasis: ``m0_stated``."""
    rows = latest_rows(view.view("stagings"), ["decision"], nw.col("of_tumour"))
    recent = nw.col("day") >= nw.col("as_of") - sets.closing_m_days
    rows = rows.with_columns(_m0=sure(nw.col("m").is_in(sets.closing_m) & recent))
    return rows.group_by("decision").agg(m0_stated=nw.col("_m0").min(), m0_any=nw.col("_any").max())


def marker(rows: Frame, name: str) -> Frame:
    """The last value of an observation in its own unit: low, high, whether a side is open, and its day."""
    wanted = OBSERVATION_UNITS[name]
    dimension, base = UNITS[wanted].dimension, UNITS[wanted].factor
    factors: dict[float, list[str]] = {}
    for unit in UNITS.values():
        if unit.dimension == dimension:
            factors.setdefault(unit.factor / base, []).append(unit.symbol)
    rows = latest_rows(rows, ["decision"], nw.col("name") == name)
    written = nw.col("unit")
    factor: nw.Expr = nw.lit(None, nw.Float64)
    for value, symbols in factors.items():
        is_it = written.is_in(symbols)
        if dimension == "number":
            is_it = is_it | written.is_null()
        factor = nw.when(is_it).then(nw.lit(value)).otherwise(factor)
    rows = rows.with_columns(_factor=factor).with_columns(
        _low=nw.col("low") * nw.col("_factor"), _high=nw.col("high") * nw.col("_factor")
    )
    rows = rows.with_columns(
        _low_open=sure(nw.col("_low").is_null()),
        _high_open=sure(nw.col("_high").is_null()),
        _low=nw.col("_low").fill_null(0.0),
        _high=nw.col("_high").fill_null(0.0),
    )
    return rows.group_by("decision").agg(
        nw.col("_any").max().alias(f"{name}_any"),
        nw.col("_low").min().alias(f"{name}_low"),
        nw.col("_high").max().alias(f"{name}_high"),
        nw.col("_low_open").max().alias(f"{name}_low_open"),
        nw.col("_high_open").max().alias(f"{name}_high_open"),
        nw.col("_newest").max().alias(f"{name}_day"),
        nw.col("_to").max().alias(f"{name}_day_latest"),
    )


def studies(view: AsOf, sets: ValueSets) -> Frame:
    """Which regions are closed by a study young enough, and the last day of each examination."""
    covers = view.values("studies", "covers").select("row_id", "patient_id", region="value")
    rows = view.view("studies").select(
        "decision", "patient_id", "as_of", "row_id", "kind", "day", "day_latest", "known"
    )
    rows = rows.join(covers, on=["patient_id", "row_id"], how="left")
    known = nw.col("known").fill_null(False)
    made: dict[str, nw.Expr] = {}
    for name, region in sets.regions.items():
        closes = nw.lit(value=False)
        for age in sorted(set(region.ages.values())):
            kinds = [kind for kind, days in region.ages.items() if days == age]
            closes = closes | (
                nw.col("kind").is_in(kinds) & (nw.col("day") >= nw.col("as_of") - age)
            ).fill_null(False)
        made[f"closed_{name}"] = sure(closes & nw.col("region").is_in(region.covers).fill_null(False) & known)
    for name, examination in sets.examinations.items():
        is_it = (
            nw.col("kind").is_in(examination.kinds)
            & nw.col("region").is_in(examination.covers)
            & nw.col("known")
        )
        made[f"{name}_day"] = nw.when(is_it).then(early(nw.col("day"))).otherwise(nw.lit(EARLY))
        made[f"{name}_day_latest"] = (
            nw.when(possible(is_it) == 1).then(late(nw.col("day_latest"))).otherwise(nw.lit(EARLY))
        )
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(*(nw.col(name).max() for name in made))


def progression(view: AsOf) -> Frame:
    """Whether the last status of the primary is progression: ``progressing``, ``may_progress``."""
    rows = view.view("statuses")
    here = nw.col("site").is_in(["primary", "local", "regional"])
    rows = latest_rows(rows, ["decision"], nw.col("of_tumour") & here)
    worse = nw.col("status").is_in(["progression", "persistence", "recurrence", "regrowth"])
    rows = rows.with_columns(_yes=sure(worse), _may=possible(worse))
    return rows.group_by("decision").agg(
        status_any=nw.col("_any").max(), progressing=nw.col("_yes").min(), may_progress=nw.col("_may").max()
    )
