"""Contradictions about who and what a row is: births, deaths, names given twice, versions out of order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import polars as pl

from paget.record.checks import OLDEST_DAYS, OLDEST_YEARS
from paget.record.columns import latest
from paget.record.contradiction import Contradiction, Tables
from paget.record.tables import TABLES

Rows = Callable[[Tables], pl.LazyFrame]

_KEYS: Final = {name: table.key for name, table in TABLES.items() if table.key and name != "patients"}
_DAYS: Final = {name: table.day for name, table in TABLES.items() if table.day}
_LATER: Final = ("pathology", "molecular", "biopsy")
"""Studies that may come after the death: a specimen is read then, an autopsy is made."""


def _same_key(table: str, key: str) -> Rows:
    columns = ["patient_id"] if key == "patient_id" else ["patient_id", key]
    return lambda tables: tables[table].filter(pl.struct(columns).is_duplicated())


def _two_births(tables: Tables) -> pl.LazyFrame:
    born = tables["patients"].filter(pl.col("birth_day").is_not_null())
    days = born.group_by("patient_id").agg(
        pl.col("birth_day").max().alias("begins"), pl.col(latest("birth_day")).min().alias("ends")
    )
    return born.join(days.filter(pl.col("begins") > pl.col("ends")), on="patient_id")


def _alive(tables: Tables) -> pl.LazyFrame:
    return tables["patients"].filter(~pl.col("deceased") & pl.col("death_day").is_not_null())


def _contact_after_death(tables: Tables) -> pl.LazyFrame:
    return tables["patients"].filter(pl.col("last_contact_day") > pl.col(latest("death_day")))


def _forked(table: str) -> Rows:
    def rows(tables: Tables) -> pl.LazyFrame:
        newer = tables[f"all {table}"].filter(pl.col("replaces").is_not_null())
        return newer.filter(pl.struct("patient_id", "replaces").is_duplicated())

    return rows


def _pairs(tables: Tables, table: str) -> pl.LazyFrame:
    """Each version with the one that it replaces, whose columns end in ``_old``."""
    frame = tables[f"all {table}"]
    newer = frame.filter(pl.col("replaces").is_not_null())
    on = {"left_on": ["patient_id", "replaces"], "right_on": ["patient_id", "row_id"]}
    return newer.join(frame, suffix="_old", how="inner", **on)  # type: ignore[arg-type]


def _renamed(table: str, key: str) -> Rows:
    return lambda tables: _pairs(tables, table).filter(pl.col(f"{key}_old") != pl.col(key))


def _known_too_early(table: str) -> Rows:
    own = TABLES[table].day
    day = [latest("known_day"), latest(own)] if own else [latest("known_day")]
    old = ["known_day_old", f"{own}_old"] if own else ["known_day_old"]
    return lambda tables: _pairs(tables, table).filter(pl.coalesce(day) < pl.coalesce(old))


def _known_before(table: str, day: str) -> Rows:
    return lambda tables: tables[table].filter(pl.col(latest("known_day")) < pl.col(day))


def _after_death(table: str, day: str) -> Rows:
    def rows(tables: Tables) -> pl.LazyFrame:
        dead = tables["patients"].select("patient_id", death=latest("death_day")).drop_nulls()
        dead = dead.group_by("patient_id").agg(pl.col("death").max())
        frame = tables[table].filter(pl.col(day).is_not_null())
        if table == "studies":
            frame = frame.filter(~pl.col("kind").is_in(_LATER).fill_null(value=False))
        return frame.join(dead, on="patient_id").filter(pl.col(day) > pl.col("death"))

    return rows


def _births(tables: Tables) -> pl.LazyFrame:
    born = tables["patients"].select("patient_id", first="birth_day", last=latest("birth_day"))
    return born.drop_nulls().group_by("patient_id").agg(pl.col("first").min(), pl.col("last").max())


def _unborn(table: str, day: str) -> Rows:
    return lambda tables: (
        tables[table].join(_births(tables), on="patient_id").filter(pl.col(latest(day)) < pl.col("first"))
    )


def _aged(table: str, day: str) -> Rows:
    old = pl.col(day) - pl.col("last") > OLDEST_DAYS
    return lambda tables: tables[table].join(_births(tables), on="patient_id").filter(old)


_NEWER: Final = "let the newer name the older in replaces"
_BIRTH: Final = "patients.birth_day"
_BORN: Final = f"patients.{latest('birth_day')}"
_DIED: Final = f"patients.{latest('death_day')}"

IDENTITY: Final = (
    Contradiction("patients", "birth_day", "two birth days of the same person", _two_births,
                  before=(_BORN, _BIRTH, 0)),
    Contradiction("patients", "patient_id", "two rows about the same person, neither replaces the other",
                  _same_key("patients", "patient_id"), mend=_NEWER),
    Contradiction("patients", "last_contact_day", "a last contact after the death", _contact_after_death,
                  before=(_DIED, "patients.last_contact_day", 0)),
    Contradiction("patients", "deceased", "a death day of a person said to be alive", _alive,
                  (_DIED, "patients.deceased")),
    *(Contradiction(name, key, "two rows of the same name, neither replaces the other: both hold",
                    _same_key(name, key), mend=_NEWER)
      for name, key in _KEYS.items()),
    *(Contradiction(name, "replaces", "two versions replace the same row", _forked(name),
                    (f"{name}.replaces",), mend="let the newest replace the one before it")
      for name in TABLES),
    *(Contradiction(name, key, "a version of a row of another name", _renamed(name, key),
                    (f"{name}.replaces",), mend="correct replaces")
      for name, key in _KEYS.items()),
    *(Contradiction(name, "known_day", "a version known before the one that it replaces",
                    _known_too_early(name), (f"{name}.replaces",), mend="correct known_day or replaces")
      for name in TABLES),
    *(Contradiction(name, "known_day", "known before it happened", _known_before(name, day),
                    before=(f"{name}.{latest('known_day')}", f"{name}.{day}", 0), mend="correct known_day")
      for name, day in _DAYS.items()),
    *(Contradiction(name, day, "dated after the death", _after_death(name, day),
                    before=(_DIED, f"{name}.{day}", 0))
      for name, day in _DAYS.items() if name != "judgements"),
    *(Contradiction(name, day, "dated before the birth", _unborn(name, day),
                    before=(f"{name}.{latest(day)}", _BIRTH, 0))
      for name, day in _DAYS.items()),
    *(Contradiction(name, day, f"dated more than {OLDEST_YEARS} years after the birth", _aged(name, day),
                    before=(_BORN, f"{name}.{day}", OLDEST_DAYS))
      for name, day in _DAYS.items()),
)  # fmt: skip
"""Contradictions about persons, names and versions."""
