"""One plan from the record as of a day to one row a decision: all that facts are made of."""

from __future__ import annotations

from paget.facts.deposits import deposits, local_disease, metastases
from paget.facts.statements import MARKERS, absence, marker, nodes, progression, studies, time_base, tumour
from paget.facts.therapy import courses, definitive_plans, of_metastases, origin
from paget.facts.value_sets import ValueSets
from paget.plans import Plan
from paget.record.as_of import DECISIONS, as_of


def plan(sets: ValueSets) -> Plan:
    """The joined parts, one row a decision, in no particular order."""
    treatments = courses(as_of("treatments"))
    rows = deposits(treatments)
    spread = metastases(rows, sets)
    aims = of_metastases(as_of("targets"), as_of("lesions"), as_of("sites"))
    plans = definitive_plans(treatments, aims, as_of("statuses"))
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
        absence(sets),
        studies(sets),
        progression(),
        *(marker(observations, name) for name in MARKERS),
    ):
        found = found.join(part, on="decision", how="left")
    return found
