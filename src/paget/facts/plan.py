"""One plan from the record as of a day to one row a decision: all that facts are made of."""

from __future__ import annotations

from paget.facts.deposits import deposits, local_disease, metastases
from paget.facts.removed import addressed
from paget.facts.statements import (
    MARKERS,
    marker,
    nodes,
    progression,
    stated,
    stated_course,
    studies,
    time_base,
    tumour,
)
from paget.facts.therapy import courses, definitive_plans, of_metastases, origin
from paget.facts.value_sets import ValueSets
from paget.plans import Plan
from paget.record.as_of import DECISIONS, as_of


def plan(sets: ValueSets) -> Plan:
    """The joined parts, one row a decision, in no particular order."""
    treatments = courses(as_of("treatments"))
    targets = addressed(as_of("targets"), treatments)
    rows = deposits(treatments, targets)
    spread = metastases(rows, sets)
    plans = definitive_plans(treatments, of_metastases(targets, rows), as_of("statuses"))
    origins = origin(plans, spread.select("decision", "met_first", "met_last"))
    observations = as_of("observations")
    found = DECISIONS
    for part in (
        tumour(),
        time_base(),
        spread,
        origins,
        local_disease(rows, origins),
        nodes(sets),
        stated(sets),
        stated_course(),
        studies(sets),
        progression(),
        *(marker(observations, name) for name in MARKERS),
    ):
        found = found.join(part, on="decision", how="left")
    return found
