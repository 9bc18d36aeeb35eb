"""A long table of events: worked by hand, by three ways of reading, and against patients taken one by one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pytest

from paget.errors import BadInput
from paget.evidence import derive_from_events
from paget.evidence.adam import adtte

R0 = {"residual": "R0"}
ENDS = {
    "local_recurrence", "regional_recurrence", "distant_recurrence", "recurrence", "regrowth",
    "second_primary_of_the_organ", "second_primary_elsewhere",
}  # fmt: skip
DEATHS = {"death_of_cancer", "death_of_treatment", "death_of_other_cause", "death_of_unknown_cause"}
TYPES = sorted(ENDS | DEATHS | {"origin", "assessment", "contact", "next_treatment", "progression"})


def table(*rows: tuple[int, int, str]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["patient_id", "day", "type"], orient="row")


BY_HAND = {
    "recurrence before death": (
        [(0, "origin"), (213, "distant_recurrence"), (400, "death_of_cancer")],
        (213, 1, "distant recurrence"),
    ),
    "a recurrence before the origin does not end it": (
        [(-300, "local_recurrence"), (0, "origin"), (250, "regrowth")],
        (250, 1, "regrowth"),
    ),
    "nor does one on its day": (
        [(0, "origin"), (0, "recurrence"), (90, "assessment")],
        (90, 0, "last assessment"),
    ),
    "a death on its day does": ([(0, "origin"), (0, "death_of_treatment")], (0, 1, "death of treatment")),
    "both on one day": (
        [(0, "origin"), (50, "death_of_cancer"), (50, "local_recurrence")],
        (50, 1, "local recurrence"),
    ),
    "censored at the last assessment, not the contact": (
        [(0, "origin"), (90, "assessment"), (30, "assessment"), (200, "contact")],
        (90, 0, "last assessment"),
    ),
    "assessed before the origin only": (
        [(10, "origin"), (5, "assessment"), (200, "contact")],
        (0, 0, "no assessment after the origin"),
    ),
    "the first of two origins": (
        [(0, "origin"), (100, "origin"), (150, "recurrence")],
        (150, 1, "recurrence"),
    ),
    "negative days": ([(-500, "origin"), (-400, "recurrence")], (100, 1, "recurrence")),
}  # fmt: skip


@pytest.mark.parametrize("case", BY_HAND)
def test_by_hand(case: str) -> None:
    rows, expected = BY_HAND[case]
    frame = table(*((1, day, kind) for day, kind in rows))
    named = frame.with_columns(pl.col("patient_id").cast(pl.String))
    for source in (frame, named):  # numbered patients are scattered, named ones grouped
        (row,) = derive_from_events(source, "disease_free_survival", assume=R0).rows.to_dicts()
        assert (row["time"], row["status"], row["reason"]) == expected


def test_the_last_of_two_origins() -> None:
    frame = table((1, 0, "origin"), (1, 100, "origin"), (1, 150, "recurrence"), (2, 0, "contact"))
    for source in (frame, frame.with_columns(pl.col("patient_id").cast(pl.String))):
        derived = derive_from_events(source, "disease_free_survival", assume=R0, which="last")
        assert derived.rows["time"].to_list() == [50]
        assert derived.flow["without this origin"] == 1


def random_table(seed: int, patients: int = 400) -> pl.DataFrame:
    chance = np.random.Generator(np.random.Philox(seed))
    rows = patients * 6
    return pl.DataFrame({
        "patient_id": chance.integers(0, patients, rows) * 2 + 1000,
        "day": chance.integers(-40, 60, rows),
        "type": [TYPES[place] for place in chance.integers(0, len(TYPES), rows)],
    })  # fmt: skip


def one_by_one(frame: pl.DataFrame) -> list[tuple[int, int, int, int]]:
    """Patient, origin, time and status, as the definition reads."""
    found = []
    for (patient,), rows in sorted(frame.group_by("patient_id")):
        days = list(zip(rows["day"].to_list(), rows["type"].to_list(), strict=True))
        origins = [day for day, kind in days if kind == "origin"]
        if not origins:
            continue
        origin = min(origins)
        ends = [
            day for day, kind in days if (kind in ENDS and day > origin) or (kind in DEATHS and day >= origin)
        ]
        assessed = [day for day, kind in days if kind == "assessment" and day > origin]
        end = min(ends) if ends else max(assessed, default=origin)
        found.append((patient, origin, end - origin, int(bool(ends))))
    return found


def results(source: Any, **how: Any) -> list[tuple[Any, ...]]:
    rows = derive_from_events(source, "disease_free_survival", assume=R0, **how).rows
    return rows.select("patient_id", "origin_day", "time", "status").sort("patient_id").rows()


@pytest.mark.parametrize("seed", range(5))
def test_the_same_as_patients_one_by_one_in_any_way_of_reading(seed: int, tmp_path: Path) -> None:
    frame = random_table(seed)
    expected = one_by_one(frame)
    assert len(expected) > 100
    assert results(frame) == expected
    assert results(frame.sample(fraction=1, shuffle=True, seed=seed)) == expected
    assert results(frame.with_columns(pl.col("patient_id") * 10**9)) == [
        (patient * 10**9, *rest) for patient, *rest in expected
    ]
    file = tmp_path / "events.parquet"
    frame.write_parquet(file, row_group_size=500)
    assert results(file) == expected
    with duckdb.connect() as connection:
        assert results(connection.sql(f"SELECT * FROM '{file}'")) == expected


def test_blank_cells_are_passed_over() -> None:
    frame = pl.DataFrame({
        "patient_id": [1, 1, 1, None, 1],
        "day": [0, None, 80, 9, 30],
        "type": ["origin", "recurrence", "assessment", "origin", None],
    })  # fmt: skip
    assert results(frame) == [(1, 0, 80, 0)]


def test_adam_and_the_flow_come_with_it() -> None:
    derived = derive_from_events(table((1, 0, "origin"), (1, 30, "death_of_cancer")), "mortality_30_days")
    assert derived.rows["outcome"].to_list() == ["yes"]
    assert adtte(derived)["AVAL"].to_list() == [31]
    assert derived.flow["analysed"] == 1
    late = derive_from_events(table((1, 0, "origin"), (1, 31, "death_of_cancer")), "mortality_30_days")
    assert late.rows.select("time", "status", "outcome").rows() == [(30, 0, "no")]


MISTAKES = {
    "a word": (table((1, 0, "origin"), (1, 5, "relapse")), R0, "1 different entries are no type of event"),
    "eligibility": (table((1, 0, "origin")), {}, "asks for residual"),
    "another eligibility": (table((1, 0, "origin")), {"residual": "R1"}, "is not of residual R1"),
    "dates": (
        table((1, 0, "origin")).with_columns(day=pl.lit("2020-01-01").str.to_date()),
        R0,
        "no whole numbers",
    ),
    "a column": (table((1, 0, "origin")).drop("type"), R0, "no such column"),
    "a far day": (table((1, 40_000_000, "origin")), R0, "beyond all calendars"),
}


@pytest.mark.parametrize("mistake", MISTAKES)
def test_mistakes_are_one_sentence(mistake: str) -> None:
    frame, assume, words = MISTAKES[mistake]
    with pytest.raises(BadInput, match=words):
        derive_from_events(frame, "disease_free_survival", assume=assume)
