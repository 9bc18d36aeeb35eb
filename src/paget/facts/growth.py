"""How metastases grew between their last two sizes, under drugs or without, and what can be measured.

The volume of each is that of a sphere on its longest diameter; that of all is their sum. Of V1 and V2, t days
apart, the growth is 100 ln(V2 / V1) / t percent a day and the doubling time t ln 2 / ln(V2 / V1).
"""

from __future__ import annotations

from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.deposits import LYMPH_NODES
from paget.facts.group import Group, Known, Shared, number
from paget.facts.judged import KEYS
from paget.facts.parts import Flags, Numbers
from paget.facts.rowwise import EARLY, LATE, possible, sure
from paget.facts.sizes import any_course, courses, last_two
from paget.facts.value_sets import ValueSets
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Classes, Range, Truth

LONGEST_DAYS: Final = 36525.0
"""A doubling time of a century or more is told as "at least": so slow is no growth that can be measured."""

DIGITS: Final = 6  # a logarithm is not written with the noise of its last digits
_AGAIN: Final = "a second measurement of each lesion, some weeks later"
_UNDER_DRUGS: Final = "measurement of every lesion before and under drugs"

FACTS = (
    Fact(
        "growth_rate",
        "number",
        "Growth of the volume of the metastases that stand and were measured twice, taken together, in "
        "percent a day between their last two sizes; the error of each reading is in its range.",
        "%",
        resolution=0.01,
        resolved_by=_AGAIN,
    ),
    number("doubling_time", "Time in which that volume doubles.", "day", _AGAIN, 0.1),
    Fact(
        "drugs_between_sizes",
        "truth",
        "Drugs were given between the last two sizes of a metastasis that stands.",
        resolved_by="record of systemic treatment",
    ),
    Fact(
        "drugs_begun",
        "truth",
        "The record holds systemic treatment of the tumour that has begun.",
        resolved_by="record of systemic treatment",
    ),
    number(
        "lesions_grown_under_drugs",
        "Metastases that stand and grew between their last two sizes while drugs were given.",
        "lesion",
        _UNDER_DRUGS,
    ),
    number(
        "lesions_shrunk_under_drugs",
        "Metastases that stand and shrank between their last two sizes while drugs were given.",
        "lesion",
        _UNDER_DRUGS,
    ),
    Fact(
        "measurable_disease",
        "truth",
        "A lesion stands that is large enough to be measured again: by its longest diameter, a lymph node by "
        "its short axis.",
        resolved_by="measurement of every lesion that stands",
    ),
)


def grown(deposits: Plan, sizes: Plan, sets: ValueSets) -> Plan:
    """What is summed of the lesions that stand, one row a decision.

    Args:
        deposits: as :func:`paget.facts.deposits.deposits` gives them.
        sizes: as :func:`paget.facts.sizes.last_two` gives them.
        sets: the value sets in force.
    """
    error = sets.numbers["sizes"]["reading_error"]
    rows = deposits.select(
        *KEYS, "exists", "relation", "organ", "_standing", "size_low", "size_high", "size_blank"
    ).join(sizes, on=KEYS, how="left")
    stands = col("exists") & col("_standing")
    counted = stands & (col("relation") == "distant") & ~col("organ").is_in(sets.uncounted)
    rows = rows.with_columns(
        _yes=sure(counted) * (1 - col("is_site")),
        _may=possible(counted),
        _pair=col("pair").fill_null(0),
        _measurable=stands & _measurable(sets),
        _unclear=when(col("clear") == 0).then(lit(1)).otherwise(lit(0)),
    )
    larger, smaller = ("after", "before"), ("before", "after")
    rows = rows.with_columns(
        _sum=col("_yes") * col("_pair"),
        _sum_may=col("_may") * col("_pair"),
        _grew=_changed(*larger, error),
        _grew_may=_may_have_changed(*larger, error),
        _shrank=_changed(*smaller, error),
        _shrank_may=_may_have_changed(*smaller, error),
        _drugs=col("_pair") * col("drugs_sure").fill_null(0),
        _drugs_may=col("drugs_may").fill_null(1),
        _days=col("pair_after") - col("pair_before"),
    )
    cubes = {
        f"grow_{end}_{side}": col("_sum" if side == "low" else "_sum_may")
        * _cube(col(f"{end}_{side}").fill_null(0.0), -error if side == "low" else error)
        for end in ("before", "after")
        for side in ("low", "high")
    }
    rows = rows.with_columns(
        **cubes,
        grow_unclear=col("_may") * col("_unclear"),
        grow_days_least=when(col("_sum_may") == 1).then(col("_days")).otherwise(lit(LATE)),
        grow_days_most=when(col("_sum_may") == 1).then(col("_days")).otherwise(lit(EARLY)),
        grow_sites=col("_may") * col("is_site"),
        grew_yes=col("_yes") * col("_drugs") * col("_grew"),
        grew_may=col("_may") * col("_drugs_may") * col("_grew_may"),
        shrank_yes=col("_yes") * col("_drugs") * col("_shrank"),
        shrank_may=col("_may") * col("_drugs_may") * col("_shrank_may"),
        grow_drugs_yes=col("_sum") * col("_drugs"),
        grow_drugs_may=col("_may")
        * when((col("_unclear") == 1) | ((col("_pair") == 1) & (col("_drugs_may") == 1)))
        .then(lit(1))
        .otherwise(lit(0)),
        measurable_yes=sure(col("_measurable")) * (1 - col("is_site")),
        measurable_may=possible(col("_measurable")),
    )
    sums = ("grew_yes", "grew_may", "shrank_yes", "shrank_may", *cubes)
    tops = ("grow_unclear", "grow_sites", "grow_days_most", "grow_drugs_yes", "grow_drugs_may",
            "measurable_yes", "measurable_may")  # fmt: skip
    return rows.group_by("decision").agg(
        *(col(name).sum() for name in sums),
        *(col(name).max() for name in tops),
        grow_twice=col("_sum").max(),
        grow_days_least=col("grow_days_least").min(),
    )


def _changed(greater: str, less: str, error: float) -> Expr:
    """1 where one size is certainly greater than the other by more than the error of both."""
    certain = (col("pair") == 1) & (col(f"{greater}_low") - col(f"{less}_high") > 2 * error)
    return when(certain).then(lit(1)).otherwise(lit(0))


def _may_have_changed(greater: str, less: str, error: float) -> Expr:
    """1 where it may be; a lesion that was not measured twice may have changed in any way."""
    excluded = (col("pair") == 1) & (col(f"{greater}_high") - col(f"{less}_low") <= 2 * error)
    return when(excluded).then(lit(0)).otherwise(lit(1))


def _cube(size: Expr, error: float) -> Expr:
    moved = size + error
    return when(moved > 0).then(moved * moved * moved).otherwise(lit(0.0))


def _measurable(sets: ValueSets) -> Expr:
    """Whether a lesion can be measured again by its last size."""
    least, of_node = (sets.numbers["sizes"][name] for name in ("measurable", "measurable_node"))
    sized = col("size_blank") == 0
    other = (
        when(col("size_low") >= least)
        .then(lit(True))
        .when(sized & (col("size_high") < least))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    clear = col("clear") == 1
    node = (
        when(clear & (col("short_low") >= of_node))
        .then(lit(True))
        .when((clear & (col("short_high") < of_node)) | (sized & (col("size_high") < of_node)))
        .then(lit(False))
        .otherwise(lit(None, "truth"))
    )
    return (
        when(col("organ") == LYMPH_NODES)
        .then(node)
        .when(col("organ") != LYMPH_NODES)
        .then(other)
        .otherwise(lit(None, "truth"))
    )


def _plans(shared: Shared) -> tuple[Plan, ...]:
    given = courses(shared.treatments)
    return any_course(given), grown(shared.deposits, last_two(given), shared.sets)


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    n, flag = parts.count, parts.flag
    rate, doubling = _growth(known)
    given, perhaps = flag("course_sure"), flag("course_may")
    open_above = ~known.complete() | flag("grow_sites")

    def counted(name: str) -> FactColumn:
        high = np.where(open_above, np.inf, n(f"{name}_may"))
        return FactColumn(Range(n(f"{name}_yes"), np.where(perhaps, np.maximum(high, n(f"{name}_yes")), 0)))

    control = known.columns["primary_control"].value
    gone = isinstance(control, Classes) and control.is_in(["controlled"]).is_yes
    none_left = ~flag("measurable_may") & known.complete() & gone
    return {
        "growth_rate": FactColumn(rate),
        "doubling_time": FactColumn(doubling),
        "drugs_between_sizes": FactColumn(
            Truth.where(flag("grow_drugs_yes"), flag("grow_twice") & ~(perhaps & flag("grow_drugs_may")))
        ),
        "drugs_begun": FactColumn(Truth.where(given, ~perhaps)),
        "lesions_grown_under_drugs": counted("grew"),
        "lesions_shrunk_under_drugs": counted("shrank"),
        "measurable_disease": FactColumn(Truth.where(flag("measurable_yes"), none_left)),
    }


def _growth(known: Known) -> tuple[Range, Range]:
    """Percent a day, and the doubling time in days; open where no lesion was certainly measured twice."""
    parts = known.parts
    n = parts.count
    told = parts.flag("grow_twice") & ~parts.flag("grow_unclear")
    least, most = np.where(told, n("grow_days_least"), 1.0), np.where(told, n("grow_days_most"), 1.0)
    slow = _logarithm(n("grow_after_low"), n("grow_before_high"))
    fast = _logarithm(n("grow_after_high"), n("grow_before_low"))
    low = slow / np.where(slow > 0, most, least)
    high = fast / np.where(fast > 0, least, most)
    rate = Range(
        np.where(told, 100 * low, -np.inf).round(DIGITS), np.where(told, 100 * high, np.inf).round(DIGITS)
    )
    return rate, Range(_doubling(fast, least, told, 0.0), _doubling(slow, most, told, np.inf))


def _logarithm(volume: Numbers, before: Numbers) -> Numbers:
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log(volume) - np.log(before)
    return np.where(np.isnan(found), 0.0, found)


def _doubling(growth: Numbers, days: Numbers, told: Flags, else_: float) -> Numbers:
    """t ln 2 / ln(V2 / V1); at least a century where the volume does not grow."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.where(growth > 0, days * np.log(2) / growth, np.inf)
    found = np.where(np.isfinite(else_), np.minimum(found, LONGEST_DAYS), found)
    return np.where(told, found, else_).round(DIGITS)


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
