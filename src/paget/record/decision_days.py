"""The decisions about which findings are made: one for each primary, on a day or on the last known day."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import narwhals as nw
import polars as pl

from paget.record.as_of import AsOf
from paget.record.columns import latest
from paget.record.tables import TABLES
from paget.record.versions import known_days

Frame = nw.LazyFrame[Any]

_AFTERWARDS: Final = frozenset({"death_day", "last_contact_day"})
"""Days of follow-up: a patient's death is no day on which a board decides."""


def last_known(tables: Mapping[str, Frame]) -> pl.DataFrame:
    """The last day on which anything in each patient's record became known (``patient_id``, ``as_of``)."""
    parts: list[pl.DataFrame] = []
    for name, table in TABLES.items():
        days = [known_days(name)[1]]
        days += [
            nw.col(latest(c.known_by)) for c in table.columns if c.known_by and c.known_by not in _AFTERWARDS
        ]
        for day in days:
            found = (
                tables[name].select("patient_id", as_of=day).group_by("patient_id").agg(nw.col("as_of").max())
            )
            parts.append(found.collect("polars").to_native().cast({"as_of": pl.Int32}))
    return pl.concat(parts).group_by("patient_id").agg(pl.col("as_of").max())


def decisions(tables: Mapping[str, Frame], on: int | None = None, tumour: str | None = None) -> pl.DataFrame:
    """One row a decision: ``decision, patient_id, as_of, decision_tumour, sole_tumour``, in order of the ids.

    Args:
        tables: the record's tables, each with the days from which a row is replaced.
        on: the decision day; default: the last known day of each patient's record.
        tumour: only the decision about this primary.
    """
    patients: pl.DataFrame = tables["patients"].select("patient_id").unique().collect("polars").to_native()
    if on is None:
        days = patients.join(last_known(tables), on="patient_id", how="left").with_columns(
            pl.col("as_of").fill_null(0)
        )
    else:
        days = patients.with_columns(as_of=pl.lit(on, pl.Int32))
    people = days.with_columns(
        decision=pl.lit(0, pl.Int64), decision_tumour=pl.lit(None, pl.String), sole_tumour=pl.lit(value=True)
    )
    found = _known_tumours(tables, people)
    each = days.join(found, on="patient_id", how="left").with_columns(
        sole_tumour=pl.len().over("patient_id") == 1
    )
    if tumour is not None:
        each = each.filter(pl.col("decision_tumour") == tumour)
    return (
        each.sort("patient_id", "decision_tumour")
        .with_row_index("decision")
        .select(pl.col("decision").cast(pl.Int64), "patient_id", "as_of", "decision_tumour", "sole_tumour")
    )


def _known_tumours(tables: Mapping[str, Frame], people: pl.DataFrame) -> pl.DataFrame:
    """The primaries of each patient that were, or may have been, known by the day."""
    own = {name: nw.from_native(nw.to_native(tables[name].collect("polars")).lazy()) for name in ("tumours",)}
    view = AsOf(own, nw.from_native(people.lazy())).view("tumours")
    found = view.select("patient_id", decision_tumour=nw.col("tumour_id")).unique()
    known: pl.DataFrame = found.collect().to_native()
    return known
