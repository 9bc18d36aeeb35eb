"""Pathology of the primary beside its nodes: T category, grade, and the stage of a recurrence, in classes.

Spellings are knowledge (``t_categories.yaml``, ``grades.yaml`` and ``stage_groups.yaml`` of the value sets).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from paget.facts.declaration import Fact, FactColumn
from paget.facts.group import Group, Known, Shared
from paget.facts.rowwise import latest_rows
from paget.plans import Expr, Plan, col, lit, when
from paget.possible import Classes
from paget.record.as_of import as_of

T_CATEGORIES: Final = ("Tis", "T0", "T1", "T2", "T3", "T4")
GRADES: Final = ("1", "2", "3", "4")
STAGES: Final = ("I", "II", "III", "IV")

FACTS = (
    Fact("primary_t", "class", "T category of the primary as last staged before any recurrence.",
         classes=T_CATEGORIES, resolved_by="pathology of the primary"),
    Fact("grade", "class", "Histological grade of the primary (Fuhrman or ISUP in kidney cancer).",
         classes=GRADES, resolved_by="pathology of the primary"),
    Fact("recurrent_stage", "class", "Stage group of the recurrence (prefix r), as last stated.",
         classes=STAGES, resolved_by="staging of the recurrence"),
)  # fmt: skip


def t_category(spellings: Mapping[str, tuple[str, ...]]) -> Plan:
    """Which T categories the last staging of the primary leaves possible (``t_0``, ``t_1``, ...)."""
    first_time = ~col("prefix").is_in(["r", "rp", "a"])
    rows = latest_rows(as_of("stagings"), ["decision"], col("of_tumour") & first_time)
    made = _possible("t", col("t"), T_CATEGORIES, spellings)
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(t_any=col("_any").max(), **{name: col(name).max() for name in made})


def grade(spellings: Mapping[str, tuple[str, ...]]) -> Plan:
    """Which grades the rows of the primary leave possible (``grade_0``, ``grade_1``, ...)."""
    rows = as_of("tumours").filter(col("tumour_id") == col("decision_tumour"))
    made = _possible("grade", col("grade"), GRADES, spellings)
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(*(col(name).max() for name in made))


def recurrent_stage(spellings: Mapping[str, tuple[str, ...]]) -> Plan:
    """Which stage groups the last staging of a recurrence leaves possible (``stage_0``, ``stage_1``, ...)."""
    again = col("prefix").is_in(["r", "rp"])
    rows = as_of("stagings").filter(again.fill_null(True))
    rows = latest_rows(rows, ["decision"], col("of_tumour") & again)
    made = _possible("stage", col("stage_group"), STAGES, spellings)
    rows = rows.with_columns(**made)
    return rows.group_by("decision").agg(
        stage_any=col("_any").max(), **{name: col(name).max() for name in made}
    )


def _possible(
    prefix: str, text: Expr, classes: tuple[str, ...], spellings: Mapping[str, tuple[str, ...]]
) -> dict[str, Expr]:
    """Of each class 1 unless the text is a spelling of another."""
    said: Expr = lit(None, "text")
    for name in classes:
        said = when(text.is_in(spellings[name])).then(lit(name)).otherwise(said)
    return {
        f"{prefix}_{place}": when(said != name).then(lit(0)).otherwise(lit(1))
        for place, name in enumerate(classes)
    }


def _plans(shared: Shared) -> tuple[Plan, ...]:
    words = shared.sets.words
    return (
        t_category(words["t_categories"]),
        grade(words["grades"]),
        recurrent_stage(words["stage_groups"]),
    )


def _formulas(known: Known) -> dict[str, FactColumn]:
    parts = known.parts
    never = np.zeros(parts.rows, bool)
    found = {}
    for name, prefix, classes, nothing in (
        ("primary_t", "t", T_CATEGORIES, ~parts.flag("t_any")),
        ("grade", "grade", GRADES, never),
        ("recurrent_stage", "stage", STAGES, ~parts.flag("stage_any")),
    ):
        can = np.zeros(parts.rows, np.uint64)
        for place in range(len(classes)):
            there = nothing | ~(parts.numbers(f"{prefix}_{place}") == 0)
            can |= there * np.uint64(1 << place)
        found[name] = FactColumn(Classes(classes, can))
    return found


GROUP = Group(lambda sets: FACTS, _plans, _formulas)
