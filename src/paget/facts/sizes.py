"""The last two sizes of each lesion, on two days, and whether drugs were given in between, as plans.

A lesion counts as measured twice when every size on record of it is of a known day and not blank; else what
its last two sizes were is open.
"""

from __future__ import annotations

from typing import Final

from paget.facts.rowwise import EARLY, early, late, possible, sure
from paget.plans import Plan, col, lit, when
from paget.record.as_of import as_of

NO_SIZE: Final = 1e6
"""A diameter beyond all others, in mm: the smallest of none."""

_LESION: Final = ("decision", "lesion_id")
_ENDS: Final = {"after": "_newest", "before": "_before"}


def last_two(courses: Plan) -> Plan:
    """By lesion its last two sizes: ``before_*`` and ``after_*`` in mm, ``pair`` where both are certain.

    Args:
        courses: as :func:`courses` gives them.

    Returns:
        by decision, ``subject`` and ``is_site``: the sizes with their days (``pair_before``,
        ``pair_after``), the last short axis (``short_*``), ``clear`` (0 where any row is open),
        ``drugs_sure`` and ``drugs_may``: drugs in between.
    """
    exact = col("known") & (col("day") == col("day_latest")) & ~col("longest_mm").is_null()
    rows = as_of("measurements").with_columns(
        _clear=sure(exact), _day=early(col("day")), _mm=col("longest_mm").fill_null(0.0)
    )
    newest = rows.group_by(*_LESION).agg(clear=col("_clear").min(), _newest=col("_day").max())
    rows = rows.join(newest, on=_LESION, how="left")
    rows = rows.with_columns(
        _earlier=when(col("_day") < col("_newest")).then(col("_day")).otherwise(lit(EARLY))
    )
    earlier = rows.group_by(*_LESION).agg(_before=col("_earlier").max())
    rows = rows.join(earlier, on=_LESION, how="left").with_columns(
        **{
            f"_{end}_low": when(col("_day") == col(day)).then(col("_mm")).otherwise(lit(NO_SIZE))
            for end, day in _ENDS.items()
        },
        **{
            f"_{end}_high": when(col("_day") == col(day)).then(col("_mm")).otherwise(lit(0.0))
            for end, day in _ENDS.items()
        },
        _short_low=when(col("_day") == col("_newest"))
        .then(col("short_mm").fill_null(0.0))
        .otherwise(lit(NO_SIZE)),
        _short_high=when(col("_day") == col("_newest"))
        .then(col("short_mm").fill_null(NO_SIZE))
        .otherwise(lit(0.0)),
    )
    sizes = rows.group_by(*_LESION).agg(
        clear=col("clear").min(),
        pair_before=col("_before").max(),
        pair_after=col("_newest").max(),
        before_low=col("_before_low").min(),
        before_high=col("_before_high").max(),
        after_low=col("_after_low").min(),
        after_high=col("_after_high").max(),
        short_low=col("_short_low").min(),
        short_high=col("_short_high").max(),
    )
    sizes = sizes.with_columns(
        pair=when((col("clear") == 1) & (col("pair_before") > EARLY)).then(lit(1)).otherwise(lit(0))
    )
    sizes = sizes.join(_between(sizes, courses), on=_LESION, how="left")
    return sizes.with_columns(
        subject="lesion_id",
        is_site=lit(0),
        drugs_sure=col("drugs_sure").fill_null(0),
        drugs_may=when(col("pair") == 1).then(col("drugs_may").fill_null(0)).otherwise(lit(1)),
    ).drop("lesion_id")


def courses(treatments: Plan) -> Plan:
    """Systemic treatment of the tumour that has begun: ``_course`` is true where a row certainly is.

    Args:
        treatments: as :func:`paget.facts.therapy.begun` gives them.
    """
    is_it = col("known") & col("began") & col("of_tumour") & (col("modality") == "systemic")
    rows = treatments.with_columns(_course=is_it)
    return rows.filter(col("_course").is_null() | col("_course"))


def any_course(rows: Plan) -> Plan:
    """Whether there is one, by decision: ``course_sure``, ``course_may``."""
    rows = rows.with_columns(_sure=sure(col("_course")), _one=lit(1))
    return rows.group_by("decision").agg(course_sure=col("_sure").max(), course_may=col("_one").max())


def _between(sizes: Plan, rows: Plan) -> Plan:
    """Whether drugs were given between the two sizes, by lesion."""
    pairs = sizes.filter(col("pair") == 1).select(*_LESION, "pair_before", "pair_after")
    drugs = rows.select("decision", "_course", "_start", "_start_latest", "finished", "finished_latest")
    rows = pairs.join(drugs, on="decision", how="inner")
    given = (
        when((late(col("_start_latest")) < col("pair_after")) & (early(col("finished")) > col("pair_before")))
        .then(lit(True))
        .when(
            (early(col("_start")) >= col("pair_after")) | (late(col("finished_latest")) <= col("pair_before"))
        )
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    rows = rows.with_columns(_given=col("_course") & given)
    rows = rows.with_columns(_sure=sure(col("_given")), _may=possible(col("_given")))
    return rows.group_by(*_LESION).agg(drugs_sure=col("_sure").max(), drugs_may=col("_may").max())
