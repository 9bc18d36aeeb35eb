"""One plan from the record as of a day to one row a decision: all that facts are made of."""

from __future__ import annotations

from typing import Any

import narwhals as nw

from paget.facts.deposits import deposits, local_disease, metastases
from paget.facts.statements import MARKERS, absence, marker, nodes, progression, studies, time_base, tumour
from paget.facts.therapy import courses, definitive_plans, of_metastases, origin
from paget.facts.value_sets import ValueSets
from paget.record.as_of import AsOf

Frame = nw.LazyFrame[Any]


def plan(view: AsOf, sets: ValueSets) -> Frame:
    """The joined parts, one row a decision, in no particular order."""
    treatments = courses(view.view("treatments"))
    rows = deposits(view, treatments)
    spread = metastases(rows, sets)
    aims = of_metastases(view.view("targets"), view.view("lesions"), view.view("sites"))
    plans = definitive_plans(treatments, aims, view.view("statuses"))
    origins = origin(plans, spread.select("decision", "met_first", "met_last"))
    observations = view.view("observations")
    found = view.decisions
    for part in (
        tumour(view),
        time_base(view),
        spread,
        origins,
        local_disease(rows, origins),
        nodes(view, sets),
        absence(view, sets),
        studies(view, sets),
        progression(view),
        *(marker(observations, name) for name in MARKERS),
    ):
        found = found.join(part, on="decision", how="left")
    return found
