"""The primary tumour: its organ, histology and disease group."""

from __future__ import annotations

from itertools import product

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.rowwise import early
from paget.facts.value_sets import DISEASES, ValueSets
from paget.plans import Plan, coalesce, col, lit, when
from paget.possible import Classes
from paget.record.as_of import as_of
from paget.record.vocabulary import HISTOLOGIES, PRIMARY_SITES

FACTS = (
    Fact(
        "disease",
        "class",
        "Disease group of the primary.",
        classes=DISEASES,
        resolved_by="site and histology",
    ),
    Fact(
        "tumour_site",
        "class",
        "Organ of the primary.",
        classes=PRIMARY_SITES,
        resolved_by="site of the primary",
    ),
    Fact("histology", "class", "Histological type.", classes=HISTOLOGIES, resolved_by="pathology"),
)


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


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return tumour(), time_base()


def _formulas(known: Known) -> dict[str, FactColumn]:
    return {
        "tumour_site": FactColumn(known.parts.words("site", PRIMARY_SITES)),
        "histology": FactColumn(known.parts.words("histology", HISTOLOGIES)),
        "disease": FactColumn(_disease(known)),
    }


def _disease(known: Known) -> Classes:
    """Every disease that a site and histology still possible would make."""
    parts, sets = known.parts, known.sets
    site, sites = parts.coded("site")
    histology, histologies = parts.coded("histology")
    pairs, which = np.unique(site * len(histologies) + histology, return_inverse=True)
    bits = [
        _diseases(sets, sites[pair // len(histologies)], histologies[pair % len(histologies)])
        for pair in pairs.tolist()
    ]
    return Classes(DISEASES, np.array(bits, np.uint64)[which])


def _diseases(sets: ValueSets, site: str | None, histology: str | None) -> int:
    """The diseases that a site and a histology would make, each a bit; a blank may be anything."""
    sites = PRIMARY_SITES if site is None else (site,)
    histologies = HISTOLOGIES if histology is None else (histology,)
    found = {sets.disease(*pair) for pair in product(sites, histologies)}
    return sum(1 << DISEASES.index(name) for name in found)


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
