"""Contradictions in the course of a disease: M0 beside a metastasis, a recurrence before its treatment."""

from __future__ import annotations

import math
from typing import Final

import polars as pl

from paget.record.columns import latest
from paget.record.contradiction import Contradiction, Tables

M_CATEGORY_DAYS: Final = 60
"""A metastasis found so soon after a statement of M0 was there when the statement was made: staging
takes weeks, and a deposit that imaging can see took longer than two months to grow."""

SPHERE_TOLERANCE: Final = 1.1
"""No body of a given longest diameter is larger than the sphere; a tenth is for rounded diameters."""

_MM3_PER_ML: Final = 1000.0
_TUMOUR: Final = ["patient_id", "tumour_id"]


def _measured_before_found(tables: Tables) -> pl.LazyFrame:
    key = ["patient_id", "lesion_id"]
    found = tables["lesions"].group_by(key).agg(pl.col("found_day").min())
    known = pl.coalesce(latest("known_day"), latest("day"))  # an old study, read again, may show it
    return tables["measurements"].join(found, on=key).filter(known < pl.col("found_day"))


def _larger_than_its_sphere(tables: Tables) -> pl.LazyFrame:
    sphere = pl.col("longest_mm") ** 3 * (math.pi / 6 / _MM3_PER_ML)
    return tables["measurements"].filter(pl.col("volume_ml") > SPHERE_TOLERANCE * sphere)


def of_a_tumour(tables: Tables, table: str) -> pl.LazyFrame:
    """Rows with the tumour they are about: the one they name, or the only one of the patient."""
    names = pl.col("tumour_id")
    only = (
        tables["tumours"].group_by("patient_id").agg(names.first().alias("only"), names.n_unique().alias("n"))
    )
    only = only.filter(pl.col("n") == 1).select("patient_id", "only")
    rows = tables[table].join(only, on="patient_id", how="left")
    return rows.with_columns(tumour_id=pl.coalesce("tumour_id", "only"))


def _treated_before_diagnosis(tables: Tables) -> pl.LazyFrame:
    diagnosed = tables["tumours"].group_by(_TUMOUR).agg(pl.col("diagnosed_day").min())
    treated = of_a_tumour(tables, "treatments").filter(pl.col("intent").ne_missing("diagnostic"))
    early = pl.col(latest("start_day")) < pl.col("diagnosed_day")
    return treated.join(diagnosed, on=_TUMOUR).filter(early)


def _left_behind(tables: Tables) -> pl.LazyFrame:
    key = ["patient_id", "treatment_id"]
    left = tables["targets"].filter(~pl.col("removed")).select(key)
    return tables["treatments"].filter(pl.col("residual") == "R0").join(left, on=key, how="semi")


def _recurred_before_treatment(tables: Tables) -> pl.LazyFrame:
    curative = pl.col("definitive").fill_null(value=False) | pl.col("intent").eq_missing("curative")
    first = of_a_tumour(tables, "treatments").filter(curative).group_by(_TUMOUR)
    # One without a start may be the first: then nothing is certain.
    begins = first.agg(pl.col("start_day").min(), pl.col("start_day").is_null().any().alias("open"))
    again = of_a_tumour(tables, "statuses").filter(pl.col("status").is_in(["recurrence", "regrowth"]))
    rows = again.join(begins.filter(~pl.col("open")), on=_TUMOUR)
    return rows.filter(pl.col(latest("day")) < pl.col("start_day"))


def _metastases(tables: Tables) -> pl.LazyFrame:
    """What is, or may be, a metastasis of each tumour: ``first`` and ``last`` possible day, ``certain``.

    Nodes of a site may be regional where it does not say which; a deposit whose origin is not told may be of
    any tumour of the patient; one that was judged benign or indeterminate may be none.
    """
    columns = [*_TUMOUR, "first", "last", "certain"]
    elsewhere = pl.col("organ").ne("lymph node").fill_null(value=False)  # of nodes only a site says which
    where: tuple[tuple[str, str, str, pl.Expr], ...] = (
        ("lesions", "lesion_id", "found_day", pl.col("relation").eq_missing("distant")),
        ("sites", "site_id", "day", elsewhere | pl.col("relation").eq_missing("distant")),
    )
    others = pl.col("relation").is_in(["primary", "local", "regional"]).fill_null(value=False)
    parts = []
    for table, key, day, distant in where:
        names = ["patient_id", key]
        judged = tables["judgements"].filter(pl.col("certainty").is_in(["benign", "indeterminate"]))
        doubted = judged.select(names).unique().with_columns(doubted=pl.lit(value=True))
        rows = tables[table].filter(~others if table == "lesions" else elsewhere | ~others)
        rows = rows.join(doubted, on=names, how="left")
        certain = distant & pl.col("doubted").is_null()
        parts.append(rows.select(*_TUMOUR, first=day, last=latest(day), certain=certain))
    both = pl.concat(parts)
    tumours = tables["tumours"].select(_TUMOUR).unique()
    alone = tumours.with_columns(alone=pl.len().over("patient_id") == 1)
    unnamed = both.filter(pl.col("tumour_id").is_null()).drop("tumour_id").join(alone, on="patient_id")
    unnamed = unnamed.with_columns(certain=pl.col("certain") & pl.col("alone"))
    return pl.concat([both.filter(pl.col("tumour_id").is_not_null()), unnamed.select(columns)])


def _stated(column: str, pattern: str) -> pl.Expr:
    text = pl.col(column).str.strip_chars().str.to_uppercase()
    return text.str.contains(pattern).fill_null(value=False)


_M0: Final = _stated("m", r"^(YC|YP|[CPA])?M?0") & ~pl.col("prefix").is_in(["r", "rp", "yc", "yp"]).fill_null(
    value=False
)
_M1: Final = _stated("m", r"^(YC|YP|[CPA])?M?1") | _stated("stage_group", r"^(STAGE )?(IV|4)")


def _m0_beside_metastasis(tables: Tables) -> pl.LazyFrame:
    found = _metastases(tables).filter("certain").group_by(_TUMOUR).agg(pl.col("last").min())
    rows = tables["stagings"].filter(_M0).join(found, on=_TUMOUR)
    return rows.filter(pl.col("day") >= pl.col("last") - M_CATEGORY_DAYS)


def _m1_without_metastasis(tables: Tables) -> pl.LazyFrame:
    return tables["stagings"].filter(_M1).join(_metastases(tables), on=_TUMOUR, how="anti")


def _m1_before_metastasis(tables: Tables) -> pl.LazyFrame:
    # One without a day may be the first: then nothing is certain.
    found = _metastases(tables).group_by(_TUMOUR)
    days = found.agg(
        pl.col("first").min(), pl.col("first").is_null().any().alias("open"), pl.col("certain").any()
    )
    rows = tables["stagings"].filter(_M1).join(days.filter(~pl.col("open") & pl.col("certain")), on=_TUMOUR)
    return rows.filter(pl.col(latest("day")) + M_CATEGORY_DAYS < pl.col("first"))


def _signed_before(tables: Tables) -> pl.LazyFrame:
    return tables["decisions"].filter(pl.col(latest("signed_day")) < pl.col("day"))


COURSE: Final = (
    Contradiction("measurements", "day", "a lesion measured before it was found", _measured_before_found,
                  before=(f"measurements.{latest('day')}", "lesions.found_day", 0)),
    Contradiction("measurements", "volume_ml", "a volume larger than a sphere of the longest diameter",
                  _larger_than_its_sphere, ("measurements.volume_ml", "measurements.longest_mm"),
                  mend="is one of the two in another unit?"),
    Contradiction("treatments", "start_day", "a treatment of a tumour before its diagnosis",
                  _treated_before_diagnosis,
                  before=(f"treatments.{latest('start_day')}", "tumours.diagnosed_day", 0)),
    Contradiction("treatments", "residual", "R0 although a lesion or site that it addressed was not removed",
                  _left_behind, ("treatments.residual", "targets.removed")),
    Contradiction("statuses", "day", "a recurrence before the treatment that it follows",
                  _recurred_before_treatment,
                  before=(f"statuses.{latest('day')}", "treatments.start_day", 0)),
    Contradiction("stagings", "m",
                  f"M0 after a metastasis was found, or at most {M_CATEGORY_DAYS} days before",
                  _m0_beside_metastasis, ("stagings.day", "stagings.m")),
    Contradiction("stagings", "m", "M1 or stage IV although no metastasis is recorded",
                  _m1_without_metastasis, mend="record the metastasis, or correct the stage"),
    Contradiction("stagings", "m",
                  f"M1 or stage IV more than {M_CATEGORY_DAYS} days before the first metastasis",
                  _m1_before_metastasis, ("stagings.day",)),
    Contradiction("decisions", "signed_day", "signed before the day of the decision", _signed_before,
                  before=(f"decisions.{latest('signed_day')}", "decisions.day", 0)),
)  # fmt: skip
"""Contradictions about what was found and done, and when."""
