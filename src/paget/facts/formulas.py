"""From the counts and days of a plan to facts: range formulas, a line or two a fact.

Each formula returns the set of values still possible. A count is at least what was seen, and has an
upper bound only where staging is complete; a day that is not recorded lies anywhere that the rest of
the record allows.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, cast

import numpy as np

from paget.facts.catalogue import CONTROL
from paget.facts.declaration import FactColumn, FactTable
from paget.facts.parts import Flags, Numbers, Parts
from paget.facts.statements import MARKERS
from paget.facts.value_sets import DISEASES, ValueSets
from paget.possible import Classes, Range, Span, Truth, all_of
from paget.record.vocabulary import HISTOLOGIES, PRIMARY_SITES

SPHERE_ML_PER_MM3: Final = np.pi / 6 / 1000
CM3_PER_MM3: Final = 1e-3

TREATED_BEFORE_DIAGNOSIS_DAYS: Final = 90
"""How long before its diagnosis a primary may have been treated: an operation comes before the pathology
that makes the diagnosis. An undated treatment is not older than that."""


def fact_table(parts: Parts, sets: ValueSets) -> FactTable:
    """All facts of the decisions of a plan's rows, in the order of their numbers."""
    as_of = parts.count("as_of")
    columns: dict[str, FactColumn] = {}
    columns["tumour_site"] = FactColumn(parts.words("site", PRIMARY_SITES))
    columns["histology"] = FactColumn(parts.words("histology", HISTOLOGIES))
    disease = _disease(parts, sets)
    columns["disease"] = FactColumn(disease)
    closed = {name: parts.flag(f"closed_{name}") for name in sets.regions}
    complete = _staging(disease, closed, sets)
    columns["staging_complete"] = FactColumn(Truth.where(complete, np.zeros(parts.rows, bool)))
    columns |= _metastasis(parts, complete)
    # A metastasis that is stated, or may be, without a lesion on record: no study of a region excludes it.
    unseen = (parts.flag("distant_possible") | parts.flag("m1_possible")) & ~parts.flag("ever_yes")
    columns |= _counts(parts, complete & ~unseen, {name: done & ~unseen for name, done in closed.items()})
    columns |= _sizes(parts, columns)
    columns |= _intervals(parts, as_of)
    columns |= _primary(parts, complete)
    columns |= _markers(parts, as_of)
    columns |= _examinations(parts, as_of, sets)
    return FactTable(
        tuple(str(int(number)) for number in parts.count("decision")),
        tuple(str(patient) for patient in parts.texts("patient_id")),
        tuple(tumour or "" for tumour in parts.texts("decision_tumour")),
        as_of,
        columns,
        ~(parts.count("calendar") < 0),
    )


def _disease(parts: Parts, sets: ValueSets) -> Classes:
    """Every disease that a site and histology still possible would make."""
    codes: dict[tuple[str | None, str | None], int] = {}
    pairs = list(zip(parts.texts("site"), parts.texts("histology"), strict=True))
    for pair in set(pairs):
        sites = PRIMARY_SITES if pair[0] is None else (pair[0],)
        histologies = HISTOLOGIES if pair[1] is None else (pair[1],)
        found = {sets.disease(site, histology) for site in sites for histology in histologies}
        codes[pair] = sum(1 << DISEASES.index(name) for name in found)
    return Classes(DISEASES, np.array([codes[pair] for pair in pairs], np.uint64))


def _staging(disease: Classes, closed: Mapping[str, Flags], sets: ValueSets) -> Flags:
    """Where each region demanded by every disease still possible is closed."""
    complete = np.ones(disease.can.shape[0], bool)
    for bit, name in enumerate(DISEASES):
        possible = (disease.can >> np.uint64(bit)) & np.uint64(1) == 1
        done = np.ones_like(complete)
        for region in sets.demanded.get(name, ()):
            done &= closed[region]
        complete &= ~possible | done
    return complete


def _count(low: Numbers, high: Numbers, closed: Flags) -> FactColumn:
    return FactColumn(Range(low, np.where(closed, np.maximum(high, low), np.inf)))


def _counts(parts: Parts, complete: Flags, closed: Mapping[str, Flags]) -> dict[str, FactColumn]:
    n = parts.count
    sites = np.where(parts.flag("sites_may"), np.inf, 0.0)  # a site holds any number of lesions
    hidden = np.maximum(n("site_only_organs") - n("blank_yes"), 0)
    low = np.maximum(n("lesions_yes") + hidden, n("sites_yes") > 0)
    organs = np.maximum(n("organs_yes"), (n("lesions_yes") + n("sites_yes")) > 0)
    liver_low = np.maximum(n("liver_yes"), n("liver_site_yes") > 0)
    liver_high = n("liver_may") + np.where(parts.flag("liver_site_may"), np.inf, 0)
    lung_low = np.maximum(n("lung_yes"), n("lung_site_yes") > 0)
    lung_high = n("lung_may") + np.where(parts.flag("lung_site_may"), np.inf, 0)
    liver = Truth.where(liver_low > 0, (liver_high == 0) & closed["liver"])
    return {
        "lesion_count": _count(low, n("lesions_may") + sites, complete),
        "organ_count": _count(organs, n("organs_may") + n("blank_may"), complete),
        "liver_lesion_count": _count(liver_low, liver_high, closed["liver"]),
        "lung_lesion_count": _count(lung_low, lung_high, closed["chest"]),
        "untreatable_lesion_count": _count(n("beyond_yes"), n("beyond_may"), complete),
        "liver_metastasis": FactColumn(liver),
        "dissemination": FactColumn(
            Truth.where(parts.flag("spread_yes"), ~parts.flag("spread_may") & complete)
        ),
        "peritoneal_metastasis": FactColumn(
            Truth.where(parts.flag("peritoneal_yes"), ~parts.flag("peritoneal_may") & complete)
        ),
    }


def _sizes(parts: Parts, columns: Mapping[str, FactColumn]) -> dict[str, FactColumn]:
    """Sizes are open above while a lesion is unmeasured, uncounted, or not excluded."""
    n = parts.count
    count = cast("Range", columns["lesion_count"].value)
    liver = cast("Range", columns["liver_lesion_count"].value)
    open_all = ~np.isfinite(count.high) | parts.flag("unsized")
    open_liver = ~np.isfinite(liver.high) | parts.flag("liver_unsized")
    open_volume = ~np.isfinite(count.high) | parts.flag("unmeasured")

    def bounded(low: Numbers, high: Numbers, is_open: Flags) -> Range:
        return Range(low, np.where(is_open, np.inf, np.maximum(high, low)))

    cubes = bounded(n("cubes_low"), n("cubes_high"), open_all)
    return {
        "largest_lesion": FactColumn(bounded(n("largest_low"), n("largest_high"), open_all)),
        "largest_liver_lesion": FactColumn(
            bounded(n("liver_largest_low"), n("liver_largest_high"), open_liver)
        ),
        "sum_of_cubes": FactColumn(cubes.times(CM3_PER_MM3)),
        "total_volume": FactColumn(cubes.times(SPHERE_ML_PER_MM3)),
        "measured_volume": FactColumn(bounded(n("volume_sum_low"), n("volume_sum_high"), open_volume)),
    }


def _metastasis(parts: Parts, complete: Flags) -> dict[str, FactColumn]:
    """Whether a metastasis was ever known, and whether one stands: recorded, or stated in words."""
    flag = parts.flag
    stated = flag("m1_stated") & flag("m_any") | flag("distant_stated")
    may_be_stated = flag("m1_possible") | flag("distant_possible")
    excluded = ~may_be_stated & (complete | flag("m0_stated") & flag("m_any"))
    return {
        "has_metastasis": FactColumn(Truth.where(flag("ever_yes") | stated, ~flag("ever_may") & excluded)),
        "metastasis_stands": FactColumn(Truth.where(flag("now_yes"), ~flag("now_may") & excluded)),
    }


def _intervals(parts: Parts, as_of: Numbers) -> dict[str, FactColumn]:
    """The three intervals: diagnosis to metastasis, disease-free, treatment to failure."""
    n, flag = parts.count, parts.flag
    calendar = Truth(np.where(n("calendar") == n("calendar_2"), n("calendar"), 0).astype(np.int8))
    found = flag("ever_yes")
    met = _event(parts.days("met_first", "met_last"), found, as_of)
    diagnosed = parts.days("diagnosed", "diagnosed_latest")
    start, finish = _disease_free(parts, met, diagnosed, as_of)
    failure = _event(parts.days("failure_first", "failure_last"), flag("failure_yes"), as_of)
    first_end = parts.days("first_end", "first_end_latest")
    return {
        "diagnosis_to_metastasis": FactColumn(Span(diagnosed, met, calendar), met),
        "disease_free_interval": FactColumn(Span(start, finish, calendar), met),
        "treatment_to_failure": FactColumn(Span(first_end, failure, calendar)),
    }


def _event(days: Range, certain: Flags, as_of: Numbers) -> Range:
    """The day of an event: any day until the decision where it is not certain that there was one."""
    return Range(np.where(certain, days.low, -np.inf), np.where(certain, np.minimum(days.high, as_of), as_of))


def _disease_free(parts: Parts, met: Range, diagnosed: Range, as_of: Numbers) -> tuple[Range, Range]:
    """First and last day of the disease-free interval.

    It starts with the end of the last definitive treatment of the primary that began before the first
    metastasis, where that left no tumour; where that is not certain it may start as late as the metastasis,
    which is an interval of 0. It is 0 where the metastasis was there before the primary was cleared.
    """
    flag = parts.flag
    certain, possible = flag("origin_sure"), flag("origin_possible")
    end = parts.days("end_low", "end_high")
    kept = flag("kept_all") & flag("earlier_control") & ~flag("failure_may")
    controlled = flag("control_all") | kept
    earliest = np.where(possible, np.minimum(diagnosed.low, parts.day("end_least")), diagnosed.low)
    low = np.where(certain, end.low, earliest)
    low = np.maximum(low, diagnosed.low - TREATED_BEFORE_DIAGNOSIS_DAYS)
    high = np.where(certain & controlled, end.high, np.inf)
    never_controlled = certain & ~flag("control_none")
    with_primary = met.high <= diagnosed.low
    before_treatment = ~possible & (flag("later_sure") | flag("primary_yes"))
    zero = flag("ever_yes") & (never_controlled | with_primary | before_treatment)
    start = Range(np.where(zero, met.high, np.minimum(low, met.high)), np.where(zero, met.high, high))
    finish = Range(np.where(zero, met.high, met.low), met.high)
    return start, finish


def _primary(parts: Parts, complete: Flags) -> dict[str, FactColumn]:
    """Control of the primary, as the three classes still possible."""
    standing = Truth.where(parts.flag("here_yes"), ~parts.flag("here_may") & complete)
    progressing = Truth.where(
        parts.flag("progressing") & parts.flag("status_any"), ~parts.flag("may_progress")
    )
    beyond = parts.truth("local_beyond_yes", "local_not_treatable")
    treated = Truth.where(
        parts.flag("controlled_ever"), parts.flag("any_plan_sure") & ~parts.flag("controlled_possible")
    )
    uncontrolled = (standing & beyond) | progressing
    clear = all_of((~standing, ~progressing, treated))
    can_clear = clear.may_be & ~(standing.is_yes | progressing.is_yes)
    can_be_cleared = ~uncontrolled.is_yes & ~clear.is_yes
    can_fail = ~(uncontrolled.is_no & standing.is_yes) & ~clear.is_yes
    can = can_clear * np.uint64(1) + can_be_cleared * np.uint64(2) + can_fail * np.uint64(4)
    in_place = Truth.where(parts.flag("primary_yes"), ~parts.flag("primary_may") & complete)
    return {
        "primary_control": FactColumn(Classes(CONTROL, can.astype(np.uint64))),
        "primary_in_place": FactColumn(in_place),
    }


def _markers(parts: Parts, as_of: Numbers) -> dict[str, FactColumn]:
    found: dict[str, FactColumn] = {}
    n = parts.count
    for name in MARKERS:
        nothing = ~parts.flag(f"{name}_any")
        low = np.where(nothing | parts.flag(f"{name}_low_open"), 0.0, n(f"{name}_low"))
        high = np.where(nothing | parts.flag(f"{name}_high_open"), np.inf, n(f"{name}_high"))
        found[name] = FactColumn(Range(low, np.maximum(low, high)), _established(parts, name, as_of))
    nothing = ~parts.flag("nodes_any")
    low = np.where(nothing, 0.0, n("nodes_low"))
    high = np.where(nothing | parts.flag("nodes_open"), np.inf, n("nodes_high"))
    found["primary_nodes_positive"] = FactColumn(
        Range(low, np.maximum(low, high)), _established(parts, "nodes", as_of)
    )
    day = _established(parts, "cea", as_of)
    found["cea_age"] = FactColumn(Range(as_of - day.high, as_of - day.low))
    return found


def _established(parts: Parts, name: str, as_of: Numbers) -> Range:
    """The day of the last value: between two days, never after the decision day."""
    day = parts.days(f"{name}_day", f"{name}_day_latest")
    return Range(day.low, np.minimum(day.high, as_of))


def _examinations(parts: Parts, as_of: Numbers, sets: ValueSets) -> dict[str, FactColumn]:
    found: dict[str, FactColumn] = {}
    for name in sets.examinations:
        day = _established(parts, name, as_of)
        last = np.where(np.isfinite(day.high), day.high, as_of)
        found[f"{name}_age"] = FactColumn(Range(as_of - last, as_of - day.low))
    return found
