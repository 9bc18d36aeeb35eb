"""Whether there are metastases, how many, in how many organs; closed only by complete staging."""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared, number
from paget.facts.parts import Flags, Numbers
from paget.facts.rowwise import WORSE, latest_rows, possible, sure
from paget.facts.value_sets import ValueSets
from paget.plans import Plan, col, lit, when
from paget.possible import Range, Truth
from paget.record.as_of import as_of

STAGING: Final = "staging of all regions that the disease demands"

FACTS = (
    Fact("has_metastasis", "truth", "A metastasis is, or has been, known.", resolved_by=STAGING),
    Fact(
        "metastasis_stands",
        "truth",
        "A metastasis is there on the day: neither removed nor judged benign.",
        resolved_by=STAGING,
    ),
    Fact(
        "staging_complete",
        "truth",
        "Every region that the disease demands is covered by a study young enough.",
        resolved_by=STAGING,
    ),
    Fact("liver_metastasis", "truth", "A liver metastasis stands.", resolved_by="imaging of the liver"),
    Fact("lung_metastasis", "truth", "A lung metastasis stands.", resolved_by="CT of the chest"),
    Fact(
        "dissemination", "truth", "Malignant effusion, meningeal or peritoneal disease.", resolved_by=STAGING
    ),
    Fact("peritoneal_metastasis", "truth", "Peritoneal disease.", resolved_by=STAGING),
    number("lesion_count", "Metastases standing; peritoneal ones are not counted.", "lesion", STAGING),
    number(
        "organ_count",
        "Organs with metastases standing; a paired organ once, all distant nodes once.",
        "organ",
        STAGING,
    ),
    number("liver_lesion_count", "Liver metastases standing.", "lesion", "imaging of the liver"),
    number("lung_lesion_count", "Lung metastases standing.", "lesion", "CT of the chest"),
    number(
        "untreatable_lesion_count",
        "Metastases standing that local treatment cannot clear.",
        "lesion",
        "judgement of every lesion by those who would treat it",
    ),
)


def stated(sets: ValueSets) -> Plan:
    """What stagings say of metastases: ``m0_stated`` recently, ``m1_stated``, ``m1_possible``.

    Whether there are any is asked of the last row that is not pathological, and one without an M category
    leaves it open. Pathology reports T and N, so its rows are not asked, whatever they say (decision 0014);
    that there are none any row may say.
    """
    absent = col("m").is_in(sets.absent_m)
    rows = as_of("stagings").with_columns(
        _m0=sure(
            absent & (col("day") >= col("as_of") - sets.closing_m_days) & col("of_tumour") & col("known")
        )
    )
    none = rows.group_by("decision").agg(m0_stated=col("_m0").max())
    rows = latest_rows(rows, ["decision"], col("of_tumour") & ~col("prefix").is_in(["p", "yp"]))
    present = when(col("m").is_in(sets.present_m)).then(lit(True)).when(absent).then(lit(False))
    rows = rows.with_columns(_m1_sure=sure(present) * col("_any"), _m1_possible=possible(present))
    asked = rows.group_by("decision").agg(
        m1_stated=col("_m1_sure").min(), m1_possible=col("_m1_possible").max()
    )
    return none.join(asked, on="decision", how="left")


def stated_course() -> Plan:
    """Whether a status ever spoke of distant disease: counts ``distant_stated``, ``distant_possible``."""
    status, site = col("status"), col("site")
    free = status == "no evidence"
    elsewhere = (
        when(site == "distant")
        .then(lit(True))
        .when(site.is_null() | ((site == "whole disease") & (status.is_in(WORSE) | status.is_null())))
        .then(lit(None, "truth"))
        .otherwise(lit(False))
    )
    rows = as_of("statuses").with_columns(_distant=elsewhere & ~free & col("of_tumour") & col("known"))
    rows = rows.with_columns(_sure=sure(col("_distant")), _possible=possible(col("_distant")))
    return rows.group_by("decision").agg(
        distant_stated=col("_sure").max(), distant_possible=col("_possible").max()
    )


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return shared.metastases, stated(shared.sets), stated_course()


def _formulas(known: Known) -> dict[str, FactColumn]:
    nowhere = np.zeros(known.parts.rows, bool)
    complete = FactColumn(Truth.where(known.staged(), nowhere))
    return {"staging_complete": complete, **_metastasis(known), **_counts(known)}


def _metastasis(known: Known) -> dict[str, FactColumn]:
    """Whether a metastasis was ever known, and whether one stands: recorded, or stated in words."""
    flag = known.parts.flag
    stated = flag("m1_stated") | flag("distant_stated")
    may_be_stated = flag("m1_possible") | flag("distant_possible")
    excluded = ~may_be_stated & (known.staged() | flag("m0_stated"))
    return {
        "has_metastasis": FactColumn(Truth.where(flag("ever_yes") | stated, ~flag("ever_may") & excluded)),
        "metastasis_stands": FactColumn(Truth.where(flag("now_yes"), ~flag("now_may") & excluded)),
    }


def _counts(known: Known) -> dict[str, FactColumn]:
    parts, complete = known.parts, known.complete()
    n = parts.count
    sites = np.where(parts.flag("sites_may"), np.inf, 0.0)  # a site holds any number of lesions
    hidden = np.maximum(n("site_only_organs") - n("blank_yes"), 0)
    low = np.maximum(n("lesions_yes") + hidden, n("sites_yes") > 0)
    organs = np.maximum(n("organs_yes"), (n("lesions_yes") + n("sites_yes")) > 0)
    liver_low = np.maximum(n("liver_yes"), n("liver_site_yes") > 0)
    liver_high = n("liver_may") + np.where(parts.flag("liver_site_may"), np.inf, 0)
    lung_low = np.maximum(n("lung_yes"), n("lung_site_yes") > 0)
    lung_high = n("lung_may") + np.where(parts.flag("lung_site_may"), np.inf, 0)
    liver = Truth.where(liver_low > 0, (liver_high == 0) & known.closed("liver"))
    lung = Truth.where(lung_low > 0, (lung_high == 0) & known.closed("chest"))
    return {
        "lesion_count": _count(low, n("lesions_may") + sites, complete),
        "organ_count": _count(organs, n("organs_may") + n("blank_may"), complete),
        "liver_lesion_count": _count(liver_low, liver_high, known.closed("liver")),
        "lung_lesion_count": _count(lung_low, lung_high, known.closed("chest")),
        "untreatable_lesion_count": _count(n("beyond_yes"), n("beyond_may"), complete),
        "liver_metastasis": FactColumn(liver),
        "lung_metastasis": FactColumn(lung),
        "dissemination": FactColumn(
            Truth.where(parts.flag("spread_yes"), ~parts.flag("spread_may") & complete)
        ),
        "peritoneal_metastasis": FactColumn(
            Truth.where(parts.flag("peritoneal_yes"), ~parts.flag("peritoneal_may") & complete)
        ),
    }


def _count(low: Numbers, high: Numbers, closed: Flags) -> FactColumn:
    return FactColumn(Range(low, np.where(closed, np.maximum(high, low), np.inf)))


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
