"""Organs in which tumour stands or into which it grows: where an en bloc plan begins.

An organ counts when any judgement of a standing lesion ever named it: what was once invaded leaves with
the tumour. That an organ is not named says nothing, so the answer is never no.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.judged import KEYS, subjects
from paget.facts.rowwise import sure
from paget.facts.value_sets import ValueSets
from paget.plans import Plan, col, concat, lit
from paget.possible import Truth
from paget.record.as_of import as_of, values

_NODES = "lymph node"


def _facts(sets: ValueSets) -> Iterator[Fact]:
    for name in sets.words["organs_en_bloc"]:
        yield Fact(
            f"involved_{_word(name)}",
            "truth",
            f"Local tumour stands in this organ, or any tumour grows into it: {name}.",
            resolved_by="imaging, with what each lesion invades",
        )


def _word(name: str) -> str:
    return name.replace(" ", "_")


def involved(deposits: Plan, sets: ValueSets) -> Plan:
    """``in_NAME`` is 1 where tumour certainly stands in an organ or grows into it; one row a decision."""
    standing = deposits.with_columns(_there=col("exists") & col("_standing"))
    organs = values("judgements", "invades").select("row_id", "patient_id", _organ="value")
    judged = subjects(as_of("judgements")).select(*KEYS, "row_id", "patient_id", _said="known")
    judged = judged.join(organs, on=["patient_id", "row_id"], how="inner")
    grows = judged.join(standing.select(*KEYS, "_there"), on=KEYS, how="inner")
    grows = grows.with_columns(_in=sure(col("_there") & col("_said"))).select("decision", "_organ", "_in")
    local = col("relation").is_in(["primary", "local", "regional"]) & (col("organ") != _NODES)
    lies = standing.with_columns(_in=sure(col("_there") & local)).select("decision", "_in", _organ="organ")
    rows = concat([grows, lies])
    made = {
        f"in_{_word(name)}": col("_in") * sure(col("_organ").is_in(organs_of))
        for name, organs_of in sets.words["organs_en_bloc"].items()
    }
    rows = rows.filter(col("_in") == lit(1)).with_columns(**made)
    return rows.group_by("decision").agg(*(col(name).max() for name in made))


def _plans(shared: Shared) -> tuple[Plan, ...]:
    return (involved(shared.deposits, shared.sets),)


def _formulas(known: Known) -> dict[str, FactColumn]:
    never = np.zeros(known.parts.rows, bool)
    return {
        f"involved_{_word(name)}": FactColumn(Truth.where(known.parts.flag(f"in_{_word(name)}"), never))
        for name in known.sets.words["organs_en_bloc"]
    }


GROUP = Group(_facts, _plans, _formulas)
