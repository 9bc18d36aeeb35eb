"""The last resection of liver metastases that was done: its margin, what it addressed, the age at it.

Scores that count the margin can be computed only after the operation, when the metastases no longer stand.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, number
from paget.facts.judged import KEYS
from paget.facts.person import completed_years
from paget.facts.rowwise import early, late, latest_rows, possible, sure, truth
from paget.plans import Plan, col, lit, when
from paget.possible import Range, Truth

_MANY: Final = 1e6  # larger than any margin or diameter in mm
_REPORT: Final = "report and pathology of the liver resection"

FACTS: Final = (
    Fact(
        "liver_resected",
        "truth",
        "The record holds an operation that has begun and addressed liver metastases.",
        resolved_by="what the operation addressed",
    ),
    number("resected_liver_margin", "Closest margin of the last such operation.", "mm", _REPORT),
    number("resected_liver_lesions", "Liver metastases that it addressed.", "lesion", _REPORT),
    number("largest_resected_liver_lesion", "Longest diameter of the largest of them.", "mm", _REPORT),
    number("age_at_liver_resection", "Completed years of life on its day.", "year", "day of birth"),
)


def resections(treatments: Plan, targets: Plan, deposits: Plan) -> Plan:
    """The last operation on liver metastases, one row a decision.

    Args:
        treatments: as :func:`paget.facts.therapy.begun` gives them.
        targets: as :func:`paget.facts.removed.addressed` gives them.
        deposits: as :func:`paget.facts.deposits.deposits` gives them.
    """
    in_liver = (col("relation") == "distant") & (col("organ") == "liver") & col("exists")
    lesions = deposits.with_columns(_in_liver=when(col("known")).then(in_liver).branch())
    lesions = lesions.select(*KEYS, "_in_liver", "size_low", "size_high", "size_blank")
    rows = targets.filter(col("modality").is_null() | (col("modality") == "surgery")).join(
        lesions, on=KEYS, how="left"
    )
    rows = rows.with_columns(_is=col("addressed") & col("_in_liver") & col("removed"))
    rows = rows.with_columns(_yes=sure(col("_is")), _may=possible(col("_is")), _told=sure(col("addressed")))
    rows = rows.with_columns(
        _size=col("_yes") * col("size_low").fill_null(0.0),
        _size_high=col("_may")
        * when(col("size_blank") == 0).then(col("size_high").fill_null(_MANY)).otherwise(lit(_MANY)),
        _site=col("_may") * col("is_site"),
        _lesion=col("_yes") * (1 - col("is_site")),
    )
    of_liver = rows.group_by("decision", "treatment_id").agg(
        liver_sure=col("_yes").max(),
        liver_may=col("_may").max(),
        lesions_low=col("_lesion").sum(),
        lesions_high=col("_may").sum(),
        sites=col("_site").max(),
        largest_low=col("_size").max(),
        largest_high=col("_size_high").max(),
        told=col("_told").max(),
    )
    rows = treatments.join(of_liver, on=["decision", "treatment_id"], how="left")
    told = col("told").fill_null(0) == 1
    of_it = (
        when(told)
        .then(truth(col("liver_sure"), col("liver_may")))
        .when(col("definitive") & (col("liver_may").fill_null(0) == 0))
        .then(lit(False))
        .otherwise(lit(None, "truth"))  # nobody wrote of what, or that is not known for certain yet
    )
    speaks = col("known") & col("began") & col("of_tumour") & (col("modality") == "surgery") & of_it
    rows = latest_rows(rows, ["decision"], speaks, day="_start")
    rows = rows.with_columns(
        _one=lit(1),
        _margin=col("margin_mm").fill_null(0.0),
        _margin_high=col("margin_mm").fill_null(_MANY),
        _low=col("lesions_low").fill_null(0),
        _high=when(told & (col("sites") == 0)).then(col("lesions_high")).otherwise(lit(_MANY)),
        _size=col("largest_low").fill_null(0.0),
        _size_high=when(told).then(col("largest_high")).otherwise(lit(_MANY)),
        _day=early(col("_start")),
        _day_latest=late(col("_start_latest")),
    )
    return rows.group_by("decision").agg(
        resected_sure=col("_any").max(),
        resected_may=col("_one").max(),
        resected_margin_low=col("_margin").min(),
        resected_margin_high=col("_margin_high").max(),
        resected_lesions_low=col("_low").min(),
        resected_lesions_high=col("_high").max(),
        resected_size_low=col("_size").min(),
        resected_size_high=col("_size_high").max(),
        resected_day=col("_day").min(),
        resected_day_latest=col("_day_latest").max(),
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    n, certain = parts.count, parts.flag("resected_sure")

    def between(name: str) -> FactColumn:
        low, high = n(f"resected_{name}_low"), n(f"resected_{name}_high")
        high = np.where(certain & (high < _MANY), high, np.inf)
        return FactColumn(Range(np.where(certain, low, 0.0), high))

    return {
        "liver_resected": FactColumn(Truth.where(certain, ~parts.flag("resected_may"))),
        "resected_liver_margin": between("margin"),
        "resected_liver_lesions": between("lesions"),
        "largest_resected_liver_lesion": between("size"),
        "age_at_liver_resection": FactColumn(_age(known)),
    }


def _age(known: Known) -> Range:
    parts = known.parts
    base, base_2 = parts.count("calendar"), parts.count("calendar_2")
    dates, relative = (base > 0) & (base_2 > 0), (base < 0) & (base_2 < 0)
    born, day = parts.days("born", "born_latest"), parts.days("resected_day", "resected_day_latest")
    certain = parts.flag("resected_sure") & np.isfinite(day.low) & np.isfinite(day.high)
    first, last = np.where(certain, day.low, known.as_of), np.where(certain, day.high, known.as_of)
    youngest = completed_years(born.high, first, dates, relative)[0]
    oldest = completed_years(born.low, last, dates, relative)[1]
    low = np.where(certain & np.isfinite(born.high), np.maximum(youngest, 0), 0.0)
    high = np.where(certain & np.isfinite(born.low), np.maximum(oldest, low), np.inf)
    return Range(low, high)


GROUP = Group(
    lambda sets: FACTS,
    lambda shared: (resections(shared.treatments, shared.targets, shared.deposits),),
    _formulas,
)
